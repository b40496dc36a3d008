"""Imports a calendar from elsewhere: the kind of the file, its happenings, and the events they make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from eventfolio.events.calendar import MOST, Calendar, calendar_of, check_offsets
from eventfolio.events.elsewhere import disclosures, earnings, fred, gdelt, program_calendar, sec, spreadsheet
from eventfolio.events.elsewhere.assemble import tables_of
from eventfolio.events.elsewhere.columns import layout_of
from eventfolio.events.elsewhere.happenings import Account, Happening, Hours, ImportRefused
from eventfolio.events.elsewhere.options import ImportOptions, Reader
from eventfolio.events.elsewhere.table_file import Table, csv_table, read_json
from eventfolio.events.errors import CalendarError, shown
from eventfolio.events.files import decoded, read_bytes
from eventfolio.events.plain_toml import without_collection
from eventfolio.events.securities import Securities


@dataclass(frozen=True)
class Imported:
    """A calendar from elsewhere, and the account of its clocks."""

    calendar: Calendar
    account: Account


def import_calendar(
    path: Path, options: ImportOptions, hours: Hours, securities: Securities, now: datetime
) -> Imported:
    """Read a foreign file into a calendar.

    hours      : of exchanges, for AMC and BMO
    securities : that say where a symbol trades
    now        : aware; what lies after it is ahead
    Raises     : CalendarError (ImportRefused) naming the row, and where a clock is unclear; nothing is written
    """
    data = read_bytes(path, "calendar", CalendarError, MOST, pipe=True)
    with without_collection():
        text = "" if _is_ics(data) else decoded(data, path, "calendar", CalendarError)
        document = read_json(text, path.name) if text.lstrip()[:1] in ("{", "[") else None
        kind, why = _kind(data, text, document, options.kind, path)
        read = Reader(path.name, options, hours, securities, now, Account(kind, why))
        _refuse_unused(kind, options)
        found = _happenings(kind, data, text, document, path, read)
        tables: dict[str, object] = {
            "schema": 1,
            "name": path.stem,
            "recorded": now.date(),
            "event": tables_of(found, read),
        }
        calendar = calendar_of(tables, path.name)
    check_offsets(calendar)
    return Imported(calendar, read.account)


def calendar_of_reports(
    table: Table,
    ahead: Iterable[Happening],
    options: ImportOptions,
    hours: Hours,
    securities: Securities,
    now: datetime,
) -> Imported:
    """A calendar of earnings out of a table laid out as yfinance's, and of reports ahead.

    Raises: CalendarError as `import_calendar` does
    """
    read = Reader(table.name, options, hours, securities, now, Account("earnings", "asked of Yahoo", len(table.rows)))
    reports = earnings.reports(table, None, read) if table.rows else iter(())
    tables = {"schema": 1, "name": table.name, "recorded": now.date(), "event": tables_of(chain(reports, ahead), read)}
    return Imported(calendar_of(tables, table.name), read.account)


def _kind(data: bytes, text: str, document: object, given: str | None, path: Path) -> tuple[str, str]:
    """The kind of a file, as given or by its content, and what told it."""
    guessed = _guess(data, text, document, path)
    if given is None:
        if guessed is None:
            raise ImportRefused(
                f"{path.name}: nothing tells what it is. "
                "Give --from csv, ics, sec, dart, edinet, fred, gdelt or earnings; an article is calendar build's."
            )
        return guessed[0], f"guessed: {guessed[1]}"
    return given, "as given with --from"


def _guess(data: bytes, text: str, document: object, path: Path) -> tuple[str, str] | None:
    if _is_ics(data):
        return "ics", "it begins with BEGIN:VCALENDAR"
    if document is not None:
        for kind, is_it, why in (
            ("sec", sec.is_submissions, "its filings have acceptanceDateTime"),
            ("dart", disclosures.is_dart, "its list has rcept_no"),
            ("edinet", disclosures.is_edinet, "its results have docID"),
            ("fred", fred.is_fred, "it has release_dates"),
        ):
            if is_it(document):
                return kind, why
        found = earnings.table_of(document, path.name)
        if found and (vendor := earnings.vendor_of(found[0].columns)):
            return "earnings", f"its columns are those of {vendor}"
        return ("csv", "a list of objects") if found else None
    if sec.is_atom(text):
        return "sec", "an Atom feed of sec.gov"
    if gdelt.is_gdelt(text):
        return "gdelt", "rows of GDELT between tabs"
    first = text.lstrip().partition("\n")[0]
    if first[:1] == "<" or not any(mark in first for mark in ",;\t|"):
        return None
    vendor = earnings.vendor_of(csv_table(text, path.name).columns)
    return (
        ("earnings", f"its columns are those of {vendor}") if vendor else ("csv", "a table with a first line of names")
    )


def _happenings(kind: str, data: bytes, text: str, document: object, path: Path, read: Reader) -> Iterator[Happening]:
    if kind == "ics":
        return program_calendar.happenings(data, path, read)
    if kind == "gdelt":
        return gdelt.events_of(text, read)
    if kind == "sec" and document is None:
        return sec.current_filings(text, read)
    if kind in ("csv", "earnings"):
        table, day = _table(kind, text, document, path)
        read.account.rows = len(table.rows)
        if kind == "earnings":
            return earnings.reports(table, day, read)
        return spreadsheet.happenings_of(table, layout_of(table, read), read)
    if not isinstance(document, dict):
        raise ImportRefused(f"{path.name}: {kind} is a JSON object, and this is none.")
    if kind == "sec":
        recent = document.get("filings", document)
        recent = recent.get("recent", recent) if isinstance(recent, dict) else {}
        accessions = recent.get("accessionNumber") if isinstance(recent, dict) else None
        read.account.rows = len(accessions) if isinstance(accessions, list) else 0
    source = {
        "sec": sec.submissions,
        "dart": disclosures.dart,
        "edinet": disclosures.edinet,
        "fred": fred.release_dates,
    }[kind]
    return source(document, read)


def _table(kind: str, text: str, document: object, path: Path) -> tuple[Table, str | None]:
    if document is None:
        return csv_table(text, path.name), None
    found = earnings.table_of(document, path.name)
    if found is None:
        raise ImportRefused(f"{path.name}: no list of objects in it that could be rows of {kind}.")
    return found


def _refuse_unused(kind: str, options: ImportOptions) -> None:
    """Options that a kind of file has no use for are refused: what they were meant for would not happen."""
    used = {
        "--map": (bool(options.columns), ("csv", "earnings")),
        "--clock": (options.clock is not None, ("sec",)),
        "--session-time": (bool(options.session_times), ("csv", "earnings")),
        "--day-first or --month-first": (options.day_first is not None, ("csv", "earnings")),
        "--zone": (options.zone is not None, ("csv", "ics", "earnings", "fred")),
    }
    for option, (is_given, kinds) in used.items():
        if is_given and kind not in kinds:
            raise ImportRefused(f"{option} is of no use for {shown(kind)}, only for {', '.join(kinds)}. Leave it out.")


def _is_ics(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:15].upper() == b"BEGIN:VCALENDAR"
