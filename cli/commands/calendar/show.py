"""eventfolio calendar show: events in order of when each was known, as a table, JSON or a picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eventfolio.cli.options import CalendarFile, Json

if TYPE_CHECKING:
    from eventfolio.events import Event
    from eventfolio.events.facts import Fact

_LISTED = 6  # so many listings of one event are shown


def show(
    file: CalendarFile = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="PICTURE", help="Draw the time line too (.png, .svg, .pdf).")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", metavar="KIND", show_default=False, help="Only events of this kind.")
    ] = None,
    json: Json = False,
) -> None:
    """Show events in order of when each was known.

    \b
    Examples:
      eventfolio calendar show
      eventfolio calendar show my-study/calendar.toml --json
      eventfolio calendar show earnings.csv --kind earnings
      eventfolio calendar show --plot timeline.png
    """
    from eventfolio.cli.printing.console import console, emit, say, say_path, table
    from eventfolio.events import of_kinds, read_calendar
    from eventfolio.events.dprk_russia import CALENDAR

    calendar = read_calendar(file or CALENDAR)
    if kind:
        calendar = of_kinds(calendar, kind)
    if plot:
        from eventfolio.results.plots.calendar import draw_timeline

        draw_timeline(calendar, plot)
    if json:
        emit(
            {
                "name": calendar.name,
                "sha256": calendar.sha256,
                "events": [_facts(event) for event in calendar.events],
            }
        )
        return
    named = "Themes and listings" if calendar.listings else "Themes"
    columns = [("Known", "left"), ("Event", "left"), ("Occurs", "left"), (named, "left")]
    console().print(table(calendar.name, columns, [_row(event) for event in calendar.events]))
    if calendar.article:
        say(f"Built from: {calendar.article.title}, published {calendar.published or 'at an unknown time'}.")
    if plot:
        say_path("Drawn:", plot)


def _facts(event: Event) -> dict[str, object]:
    """The event as its file has it, and the instant it counts as known."""
    facts = event.model_dump(mode="json", by_alias=True, exclude_none=True)
    return facts | {"known": event.known.isoformat(), "known_precision": event.known_precision}


def _row(event: Event) -> tuple[str, ...]:
    known = str(event.known_at)
    if event.known_precision in ("minute", "assumed"):
        known = f"{event.known:%Y-%m-%d %H:%M}" + "\nassumed" * (event.known_precision == "assumed")
    marks = [event.status] * (event.status != "occurred") + ["bad for them"] * (event.direction < 0)
    lines = [event.title, " · ".join([event.id, *marks])]
    lines += [f"{belief.known:%Y-%m-%d}: {belief.occurs}, {belief.status}" for belief in event.beliefs[1:]]
    lines += [_shown_facts(event.facts)] * bool(event.facts)
    lines += [f"{one.known_at}: {_shown_facts(one.facts)}" for one in event.revisions if one.facts]
    return known, "\n".join(lines), event.occurs.replace("/", "/\n"), "\n".join(_subjects(event)) or "–"


def _subjects(event: Event) -> list[str]:
    """Its themes, then its listings; of many the first and their number."""
    few = event.listings[:_LISTED]
    more = len(event.listings) - len(few)
    return [*event.themes, *few, *([f"and {more} more"] if more else [])]


def _shown_facts(facts: Mapping[str, Fact]) -> str:
    from eventfolio.events.facts import cell_of

    return ", ".join(f"{name} {cell_of(value)}" for name, value in facts.items())
