"""Calendars from elsewhere, and our own come back: read, accounted for and written."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

from eventfolio.events.elsewhere.options import ImportOptions
from eventfolio.events.errors import CalendarError


def is_own_file(file: Path) -> bool:
    """Whether a file is a calendar of ours, by its ending and its first lines."""
    from eventfolio.events.calendar import MOST
    from eventfolio.events.files import read_bytes
    from eventfolio.events.formats import is_own

    return is_own(file, read_bytes(file, "calendar", CalendarError, MOST))


def import_own(file: Path, out: Path, keep: bool, options: ImportOptions, json: bool) -> None:
    """Write a calendar that was exported, with what a calendar program has changed since.

    Raises: CalendarError, also for options that are for files from elsewhere
    """
    from eventfolio.cli.printing.calendar import difference, difference_lines, refuse_changes, write_new
    from eventfolio.cli.printing.console import emit, say, say_path
    from eventfolio.events import changed_elsewhere, check_offsets, format_of, read_calendar, text_of

    given = next((one.name for one in fields(options) if getattr(options, one.name) not in (None, {}, False)), None)
    if given is not None:
        raise CalendarError(
            f"{file.name} is a calendar of this program, which says its clocks itself: options of foreign files "
            "change nothing. Leave them out, or say what it is with --from."
        )
    format = format_of(out)
    calendar = read_calendar(file)
    check_offsets(calendar)
    changed = changed_elsewhere(calendar)
    if keep:
        refuse_changes(changed, file)
    write_new({out: text_of(calendar, format)})
    if json:
        emit({"written": str(out), "events": len(calendar.events), "changed": difference(changed)})
        return
    if changed:
        say(f"Changed in {file.name} since it was exported, and taken over:", *difference_lines(changed))
    say_path("Written:", out)


def write_imported(
    file: Path, out: Path, options: ImportOptions, securities: Path | None, keep: bool, json: bool
) -> None:
    """Import a file from elsewhere, write it, and say what was taken for which clock.

    Raises: CalendarError; nothing is written then
    """
    from eventfolio.cli.printing.calendar import write_new
    from eventfolio.cli.printing.console import emit, say, say_path
    from eventfolio.engine.market.sessions import regular_hours
    from eventfolio.events import format_of, packaged_securities, read_securities, text_of
    from eventfolio.events.elsewhere.read import import_calendar

    if keep:
        raise CalendarError(f"{file.name} was not exported by this program, so --keep has nothing to hold it against.")
    format = format_of(out)
    known = packaged_securities()
    if securities:
        known = known.with_more(read_securities(securities))
    imported = import_calendar(file, options, regular_hours, known, datetime.now(UTC))
    write_new({out: text_of(imported.calendar, format)})
    count = len(imported.calendar.events)
    if json:
        emit(imported.account.as_json(count) | {"written": str(out)})
        return
    say(*imported.account.lines(count))
    say_path("Written:", out)
