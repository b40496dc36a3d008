"""eventfolio calendar: look at a calendar of events, and find what is doubtful in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import Json

if TYPE_CHECKING:
    from events import Event

app = typer.Typer(help="Look at a calendar of events, or check one.", rich_markup_mode=None, no_args_is_help=True)

File = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", show_default=False, help="Calendar file (TOML); default: the packaged one."),
]


@app.command()
def show(file: File = None, json: Json = False) -> None:
    """Show events in order of when each was known.

    \b
    Examples:
      eventfolio calendar show
      eventfolio calendar show my-study/calendar.toml --json
    """
    from cli.show import console, emit, say, table
    from events import read_calendar
    from events.dprk_russia import CALENDAR

    calendar = read_calendar(file or CALENDAR)
    if json:
        emit(
            {
                "name": calendar.name,
                "sha256": calendar.sha256,
                "events": [_facts(event) for event in calendar.events],
            }
        )
        return
    columns = [("Known", "left"), ("Event", "left"), ("Occurs", "left"), ("Themes", "left")]
    console().print(table(calendar.name, columns, [_row(event) for event in calendar.events]))
    if calendar.article:
        say(f"Built from: {calendar.article.title}, published {calendar.published or 'at an unknown time'}.")


@app.command()
def check(
    file: File = None,
    themes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Themes file; default: themes.toml beside it, or the packaged one.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Check a calendar against its themes.

    Exit status 2 when it is invalid; else what is doubtful is listed.

    \b
    Examples:
      eventfolio calendar check
      eventfolio calendar check my-study/calendar.toml --themes my-study/themes.toml
    """
    from cli.show import emit, say
    from events import check as doubts_of
    from events import check_themes, read_calendar, read_themes
    from events.dprk_russia import CALENDAR, THEMES

    path = file or CALENDAR
    beside = path.with_name("themes.toml")
    calendar, known = read_calendar(path), read_themes(themes or (beside if beside.is_file() else THEMES))
    check_themes(calendar, known)
    doubts = doubts_of(calendar, known)
    if json:
        emit({"name": calendar.name, "events": len(calendar.events), "doubts": doubts})
        return
    say(
        f"{calendar.name}: {len(calendar.events)} events, valid; {len(doubts)} doubts.",
        *(f"- {doubt}" for doubt in doubts),
    )


def _facts(event: Event) -> dict[str, Any]:
    """The event as its file has it, and the instant it counts as known."""
    facts = event.model_dump(mode="json", by_alias=True, exclude_none=True)
    return facts | {"known": event.known.isoformat(), "known_precision": event.known_precision}


def _row(event: Event) -> tuple[str, ...]:
    known = f"{event.known:%Y-%m-%d %H:%M}" if event.known_precision == "minute" else str(event.known_at)
    marks = [event.status] * (event.status != "occurred") + ["bad for them"] * (event.direction < 0)
    lines = [event.title, " · ".join([event.id, *marks])]
    lines += [f"{belief.known:%Y-%m-%d}: {belief.occurs}, {belief.status}" for belief in event.beliefs[1:]]
    return known, "\n".join(lines), event.occurs.replace("/", "/\n"), "\n".join(event.themes) or "–"
