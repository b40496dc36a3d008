"""eventfolio calendar check: what is wrong with a calendar, and what is doubtful in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eventfolio.cli.options import CalendarFile, Json


def check(
    file: CalendarFile = None,
    themes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Themes file; default: themes.toml beside it, or the packaged one.",
        ),
    ] = None,
    securities: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Securities file, beside the packaged ones; default: securities.toml beside it.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Check a calendar against its themes.

    Exit status 2 when it is invalid, or a time contradicts its zone; else what is doubtful is listed.

    \b
    Examples:
      eventfolio calendar check
      eventfolio calendar check my-study/calendar.toml --themes my-study/themes.toml
    """
    from eventfolio.cli.printing.calendar import difference_lines
    from eventfolio.cli.printing.console import emit, say
    from eventfolio.events import (
        changed_elsewhere,
        check_listings,
        check_offsets,
        check_themes,
        packaged_securities,
        read_calendar,
        read_securities,
        read_themes,
        unknown_listings,
    )
    from eventfolio.events import check as warnings_of
    from eventfolio.events.dprk_russia import CALENDAR, THEMES
    from eventfolio.events.errors import shown
    from eventfolio.results.words import count

    path = file or CALENDAR
    calendar = read_calendar(path)
    known = read_themes(themes or _beside(path, "themes.toml") or THEMES)
    check_themes(calendar, known)
    listed = securities or _beside(path, "securities.toml")
    if listed:
        check_listings(calendar, packaged_securities().with_more(read_securities(listed)))
    check_offsets(calendar)
    is_of_themes = themes is not None or any(event.themes for event in calendar.events)
    warnings = warnings_of(calendar, known if is_of_themes else None, fold=not json)
    warnings += [] if listed else unknown_listings(calendar, packaged_securities())
    if changed := changed_elsewhere(calendar):
        warnings += [f"Changed since it was exported: {shown(line)}" for line in difference_lines(changed)]
    if json:
        emit({"name": calendar.name, "events": len(calendar.events), "doubts": warnings})
        return
    on = f" on {count(len(calendar.listings), 'listing')}" if calendar.listings else ""
    say(
        f"{calendar.name}: {count(len(calendar.events), 'event')}{on}, valid; {count(len(warnings), 'doubt')}.",
        *(f"- {warning}" for warning in warnings),
    )


def _beside(path: Path, name: str) -> Path | None:
    beside = path.parent / name
    return beside if beside.is_file() else None
