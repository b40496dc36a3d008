"""Imports calendars from elsewhere and our own come back: reads them, reports what was left out, writes them."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from eventfolio.cli.new_files import write_new
from eventfolio.events.elsewhere.options import ImportOptions
from eventfolio.events.errors import CalendarError

if TYPE_CHECKING:
    from eventfolio.engine.market.yahoo.earnings import Upcoming
    from eventfolio.events import Calendar, Securities
    from eventfolio.events.elsewhere.happenings import Happening


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
    from eventfolio.cli.printing.calendar import difference, difference_lines, refuse_changes
    from eventfolio.cli.printing.console import emit, say, say_path
    from eventfolio.events import changed_elsewhere, format_of, text_of

    format = format_of(out)
    calendar = _read_own(file, options)
    changed = changed_elsewhere(calendar)
    if keep:
        refuse_changes(changed, file)
    write_new({out: text_of(calendar, format)}, CalendarError)
    if json:
        emit({"written": str(out), "events": len(calendar.events), "changed": difference(changed)})
        return
    if changed:
        say(f"Changed in {file.name} since it was exported, and taken over:", *difference_lines(changed))
    say_path("Written:", out)


def read_any(file: Path, options: ImportOptions, securities: Securities) -> tuple[Calendar, str, list[str]]:
    """A calendar of ours or from elsewhere, its text as TOML, and what is to be said of how it was read.

    Raises: CalendarError
    """
    from eventfolio.cli.printing.calendar import difference_lines
    from eventfolio.engine.market.sessions import regular_hours
    from eventfolio.events import changed_elsewhere, text_of
    from eventfolio.events.calendar import MOST
    from eventfolio.events.elsewhere.read import import_calendar
    from eventfolio.events.files import read_text

    if options.kind is not None or not is_own_file(file):
        imported = import_calendar(file, options, regular_hours, securities, datetime.now(UTC))
        calendar = imported.calendar
        return calendar, text_of(calendar, "toml"), imported.account.lines(len(calendar.events))
    calendar = _read_own(file, options)
    if file.suffix.lower() == ".toml":
        return calendar, read_text(file, "calendar", CalendarError, MOST), []
    changed = changed_elsewhere(calendar)
    said = [f"Changed in {file.name} since it was exported, and taken over:", *difference_lines(changed)]
    return calendar, text_of(calendar, "toml"), said if changed else []


def _read_own(file: Path, options: ImportOptions) -> Calendar:
    """A calendar of ours, whose clocks must fit their zones, and which no option of foreign files is for."""
    from eventfolio.events import check_offsets, read_calendar

    given = next((one.name for one in fields(options) if getattr(options, one.name) not in (None, {}, False)), None)
    if given is not None:
        raise CalendarError(
            f"{file.name} is a calendar of this program, which says its clocks itself: options of foreign files "
            "change nothing. Leave them out, or say what it is with --from."
        )
    calendar = read_calendar(file)
    check_offsets(calendar)
    return calendar


def write_imported(
    file: Path, out: Path, options: ImportOptions, securities: Path | None, keep: bool, json: bool
) -> None:
    """Import a file from elsewhere, write it, and say what was taken for which clock.

    Raises: CalendarError; nothing is written then
    """
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
    write_new({out: text_of(imported.calendar, format)}, CalendarError)
    count = len(imported.calendar.events)
    if json:
        emit(imported.account.as_json(count) | {"written": str(out)})
        return
    say(*imported.account.lines(count))
    say_path("Written:", out)


def fetch_earnings(symbols: list[str], out: Path, options: ImportOptions, securities: Path | None, json: bool) -> None:
    """Ask Yahoo for companies' earnings, write them as a calendar, and say what was taken for which clock.

    Raises: CalendarError; Unavailable where Yahoo does not answer; nothing is written then
    """
    import threading

    from eventfolio.cli.printing.console import emit, progress, say, say_path
    from eventfolio.engine.market.sessions import regular_hours
    from eventfolio.engine.market.yahoo.earnings import COLUMNS, EarningsCalendar
    from eventfolio.engine.market.yahoo.session import Patience, Refused
    from eventfolio.events import format_of, packaged_securities, read_securities, text_of
    from eventfolio.events.elsewhere.read import calendar_of_reports
    from eventfolio.events.elsewhere.table_file import Table
    from eventfolio.events.errors import Unavailable, shown

    format = format_of(out)
    known = packaged_securities()
    if securities:
        known = known.with_more(read_securities(securities))
    now = datetime.now(UTC)
    found, refused = [], {}
    try:
        calendar = EarningsCalendar(Patience(), threading.Event())
    except Refused as error:
        raise Unavailable(f"Yahoo was not asked: {error.words}.") from None
    with progress() as bar:
        for number, symbol in enumerate(symbols, start=1):
            bar(symbol, number, len(symbols))
            try:
                found.append(calendar.ask(symbol, now))
            except Refused as error:
                refused[symbol] = error
    if refused:
        lines = [f"{shown(symbol)}: {error.words}." for symbol, error in refused.items()]
        words = "\n".join([*lines, f"{out.name} is not written: leave these symbols out, or try again."])
        if all(error.reason in ("not found", "delisted") for error in refused.values()):
            raise CalendarError(words)
        raise Unavailable(words)
    rows = [(number, list(row)) for number, row in enumerate((row for one in found for row in one.rows), start=1)]
    ahead = [_ahead(one.upcoming, known, now) for one in found if one.upcoming and one.upcoming.last >= now.date()]
    imported = calendar_of_reports(Table(out.stem, COLUMNS, rows), ahead, options, regular_hours, known, now)
    if guesses := sum(one.ahead for one in found):
        imported.account.left_out["ahead of now: Yahoo's guesses, but for the next report"] += guesses
    write_new({out: text_of(imported.calendar, format)}, CalendarError)
    count = len(imported.calendar.events)
    if json:
        emit(imported.account.as_json(count) | {"written": str(out)})
        return
    say(*imported.account.lines(count))
    say_path("Written:", out)


def _ahead(upcoming: Upcoming, securities: Securities, now: datetime) -> Happening:
    """The next report: scheduled, known from now on; an estimate as a window that never triggers."""
    from eventfolio.events.elsewhere.exchanges import place_of
    from eventfolio.events.elsewhere.happenings import Happening, Moment

    _, zone = place_of(upcoming.symbol, securities)
    return Happening(
        id=f"{upcoming.symbol}-next",
        title=f"{upcoming.symbol} reports",
        kind="earnings",
        zone=zone,
        first=upcoming.first,
        last=upcoming.last,
        moment=Moment(upcoming.last),
        announced=Moment(now.replace(second=0, microsecond=0)),
        listings=(upcoming.symbol,),
        source="Yahoo Finance, calendar of events" + (", an estimate" if upcoming.is_estimate else ""),
        is_guess=upcoming.is_estimate,
    )
