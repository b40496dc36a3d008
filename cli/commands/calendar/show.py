"""eventfolio calendar show: events in order of when each was known, as a table, JSON or a picture."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
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
    from eventfolio.results.words import count

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
    if calendar.listings:
        say(f"{count(len(calendar.events), 'event')} on {count(len(calendar.listings), 'listing')}.")
    if calendar.article:
        say(f"Built from: {calendar.article.title}, published {calendar.published or 'at an unknown time'}.")
    if plot:
        say_path("Drawn:", plot)


def _facts(event: Event) -> dict[str, object]:
    """The event as its file has it, and the instant it counts as known."""
    facts = event.model_dump(mode="json", by_alias=True, exclude_none=True)
    return facts | {"known": event.known.isoformat(), "known_precision": event.known_precision}


def _row(event: Event) -> tuple[str, ...]:
    known = _when(event.known, event.known_precision, event.known_at)
    marks = [event.status] * (event.status != "occurred") + ["bad for them"] * (event.direction < 0)
    lines = [event.title, " · ".join([event.id, *marks])]
    lines += [_shown_facts(event.facts)] * bool(event.facts)
    for instant, revision in event.revised():
        said = [", ".join(one for one in (revision.occurs, revision.status) if one), _shown_facts(revision.facts)]
        at = _when(instant, revision.known_precision, revision.known_at).replace("\n", ", ")
        lines.append(f"{at}: {'; '.join(one for one in said if one)}")
    return known, "\n".join(lines), event.occurs.replace("/", "/\n"), "\n".join(_subjects(event)) or "–"


def _when(known: datetime, precision: str, known_at: object) -> str:
    """The minute in UTC, and that it was assumed; or the date or month as it is written."""
    if precision not in ("minute", "assumed"):
        return str(known_at)
    return f"{known:%Y-%m-%d %H:%M}" + "\nassumed" * (precision == "assumed")


def _subjects(event: Event) -> list[str]:
    """Its themes, then its listings; of many the first and their number."""
    few = event.listings[:_LISTED]
    more = len(event.listings) - len(few)
    return [*event.themes, *few, *([f"and {more} more"] if more else [])]


def _shown_facts(facts: Mapping[str, Fact]) -> str:
    from eventfolio.events.facts import cell_of

    return ", ".join(f"{name} {cell_of(value)}" for name, value in facts.items())
