"""Reads happenings from a table with any columns: fields are guessed by their names, or mapped with --map."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache

from eventfolio.events.dates.known_at import check_zone, offset_clash
from eventfolio.events.elsewhere.clocks import in_zone, local, of_date, of_session, session_word
from eventfolio.events.elsewhere.exchanges import place_of
from eventfolio.events.elsewhere.happenings import Happening, ImportRefused, Moment, listed
from eventfolio.events.elsewhere.options import Reader
from eventfolio.events.elsewhere.table_file import Table
from eventfolio.events.elsewhere.written_dates import (
    NOTHING,
    Written,
    day_first_in,
    instant,
    named_zone,
    read_clock,
    read_written,
)
from eventfolio.events.errors import DateError, did_you_mean, shown
from eventfolio.events.facts import Fact, check_facts

FACT = "fact."
# Field, and the names of columns that are taken for it, the likeliest first.
GUESSED: dict[str, tuple[str, ...]] = {
    "date": ("date", "event_date", "datetime", "date_time", "timestamp", "start_date", "start", "release_date",
             "report_date", "reporting_date", "meeting_date", "published_at", "published", "day", "when", "occurs"),
    "time": ("time", "start_time", "release_time", "time_of_day", "timing", "session", "hour"),
    "last": ("end_date", "end", "last_date", "last"),
    "effective": ("effective_date", "effective", "ex_date", "exdate", "deadline", "expiration_date", "expiration",
                  "expiry", "expires", "payable_date", "payment_date", "record_date", "settlement_date"),
    "announced": ("announced", "announced_at", "announcement", "announcement_date", "date_announced", "declared",
                  "declaration_date", "known_at"),
    "zone": ("zone", "timezone", "time_zone", "tz"),
    "listings": ("listings", "listing", "symbol", "symbols", "ticker", "tickers"),
    "themes": ("themes", "theme"),
    "title": ("title", "event", "headline", "name", "subject", "summary", "event_name", "release"),
    "kind": ("kind", "type", "event_type", "category"),
    "status": ("status",),
    "id": ("id", "event_id", "uid"),
    "episode": ("episode",),
    "direction": ("direction",),
    "strength": ("strength",),
    "source": ("source", "url", "link"),
    "note": ("note", "notes", "comment", "comments", "description"),
}  # fmt: skip
_OFF = {"cancelled", "canceled", "withdrawn", "called off"}
_NUMBER = re.compile(
    r"(?P<minus>[-(−]?)\s*[$€£¥₩]?\s*(?P<digits>\d[\d,]*(?:\.\d+)?|\.\d+)(?P<e>[eE][+-]?\d+)?\s*(?P<end>[%)]?)"
)


@dataclass(frozen=True)
class Layout:
    """Which column holds which field; facts by name, in the order of the columns."""

    fields: Mapping[str, int]
    facts: Mapping[str, int] = field(default_factory=dict)
    kind: str = "event"
    midnight_is_no_time: bool = False
    symbol: str | None = None  # of all rows, where no column holds it
    day: date | None = None  # of all rows, where no column holds it

    def cell(self, row: list[str], name: str) -> str:
        """The text of a field; empty where no column holds it."""
        column = self.fields.get(name)
        return row[column] if column is not None else ""


def layout_of(table: Table, read: Reader) -> Layout:
    """The columns of a table by their names and --map.

    Raises: ImportRefused for a map to nothing, and where no column is a date
    """
    fields, facts = _mapped(table, read.options.columns)
    by_name: dict[str, int] = {}
    for number, name in enumerate(table.columns):
        by_name.setdefault(normal(name), number)
        if name.startswith(FACT):
            facts.setdefault(name.removeprefix(FACT), number)
    taken = {*fields.values(), *facts.values()}
    guessed = []
    for name, names in GUESSED.items():
        found = next((by_name[one] for one in names if one in by_name and by_name[one] not in taken), None)
        if name not in fields and found is not None and not (name == "effective" and "date" in fields):
            fields[name] = found
            taken.add(found)
            guessed.append(f"{name} from '{shown(table.columns[found])}'")
    if "date" not in fields and "effective" not in fields:
        raise ImportRefused(
            f"{table.name}: no column is a date ({listed(list(table.columns), 8)}). Name it: --map 'COLUMN=date'."
        )
    if guessed:
        read.account.notes.append(f"Guessed by the columns' names: {', '.join(guessed)}.")
    left = [name for number, name in enumerate(table.columns) if number not in taken and name]
    if left:
        read.account.notes.append(
            f"Columns left out: {listed(left, 12)}. --map 'COLUMN=fact.NAME' keeps one as a fact."
        )
    return Layout(fields, facts)


def normal(name: str) -> str:
    """A column's name in small letters with _ between its words."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")


def happenings_of(table: Table, layout: Layout, read: Reader) -> Iterator[Happening]:
    """A happening a row; what has no date, or no announcement where it needs one, is left out and counted.

    Raises: ImportRefused naming the line
    """
    when = "date" if "date" in layout.fields or layout.day else "effective"
    dates = _Dates(table, layout, when, read)
    for line, row in table.rows:
        try:
            found = _one(row, layout, when, dates, read)
        except (ImportRefused, DateError) as failure:
            raise ImportRefused(f"{table.name}, line {line}: {failure}") from None
        if found is not None:
            yield found


class _Dates:
    """The readings of a table's columns of dates, settled over all rows."""

    def __init__(self, table: Table, layout: Layout, when: str, read: Reader) -> None:
        self._day_first: dict[str, bool] = {}
        for name in {when, "last", "announced"} & set(layout.fields):
            column = layout.fields[name]
            cells = [(line, row[column]) for line, row in table.rows]
            where = f"{table.name}, column '{shown(table.columns[column])}'"
            self._day_first[name] = day_first_in(cells, where, read.options.day_first, read.account.notes)
        self._midnights = False
        if when in layout.fields and "time" not in layout.fields:
            self._midnights = self._all_at_midnight(table, layout.fields[when], when)
            if self._midnights:
                read.account.notes.append("Every time is midnight, so the dates count without a time.")

    def read(self, name: str, cell: str) -> Written | None:
        found = read_written(cell, self._day_first.get(name, False))
        return Written(found.day) if found and self._midnights and found.clock == time() else found

    def _all_at_midnight(self, table: Table, column: int, when: str) -> bool:
        clocks = set()
        for _, row in table.rows:
            try:
                found = read_written(row[column], self._day_first[when])
            except ImportRefused:
                return False  # said with its line where it is read
            if found and found.clock is not None:
                clocks.add(found.clock)
        return clocks == {time()}


def _one(row: list[str], layout: Layout, when: str, dates: _Dates, read: Reader) -> Happening | None:
    account = read.account
    cell = layout.cell(row, when)
    written = dates.read(when, cell) if layout.day is None else Written(layout.day)
    if written is None:
        account.left_out["no date"] += 1
        return None
    symbols = tuple(symbol for symbol in re.split(r"[\s,;|]+", layout.cell(row, "listings")) if symbol)
    symbols = symbols or ((layout.symbol,) if layout.symbol else ())
    exchange, zone, is_stated = _zone_of(layout.cell(row, "zone"), symbols, read)
    if layout.midnight_is_no_time and written.clock == time():
        written = Written(written.day)
    written = _on_its_own_date(written, layout.cell(row, "time"), zone)
    moment, rule, zone = _moment(written, layout.cell(row, "time"), exchange, zone, is_stated, read)
    first = moment.at.date() if isinstance(moment.at, datetime) and not moment.is_assumed else written.day
    last_cell = dates.read("last", layout.cell(row, "last"))
    last = max(last_cell.day, first) if last_cell else first
    if last > first and not isinstance(moment.at, datetime):
        moment, rule = of_date(last, zone)
    announced = _announced(dates.read("announced", layout.cell(row, "announced")), zone, is_stated)
    if when == "effective" and announced is None and read.options.known is None and read.options.lead is None:
        account.left_out["takes effect or ends on its date, and when that was announced is not known"] += 1
        return None
    account.clocks[rule] += 1
    kind = layout.cell(row, "kind") or layout.kind
    title = layout.cell(row, "title") or " ".join([*symbols[:3], kind])
    return Happening(
        id=layout.cell(row, "id"),
        title=title,
        kind=kind,
        zone=zone,
        first=first,
        last=last,
        moment=moment,
        announced=announced,
        listings=symbols,
        themes=tuple(layout.cell(row, "themes").replace(",", " ").split()),
        facts=_facts(row, layout),
        direction=_direction(layout.cell(row, "direction")),
        strength=_strength(layout.cell(row, "strength")),
        episode=layout.cell(row, "episode") or None,
        source=layout.cell(row, "source") or None,
        note=layout.cell(row, "note") or None,
        is_called_off=layout.cell(row, "status").casefold() in _OFF,
    )


def _zone_of(cell: str, symbols: tuple[str, ...], read: Reader) -> tuple[str, str, bool]:
    """Exchange of the first symbol, the zone of the row ('' where nothing says one), and whether it was stated."""
    exchange, place = place_of(symbols[0], read.securities) if symbols else ("", "")
    stated = check_zone(cell) if cell else read.options.zone
    return exchange, stated or place, stated is not None


def _on_its_own_date(written: Written, cell: str, zone: str) -> Written:
    """The local date of a row whose time of day is a word: the time beside its date is a vendor's placeholder."""
    if written.clock is None or not cell or session_word(cell) is None:
        return written
    at = instant(written.day, written.clock, written.zone) if written.zone else None
    return Written(in_zone(at, zone).date() if at is not None and zone else written.day)


def _moment(
    written: Written, cell: str, exchange: str, zone: str, is_stated: bool, read: Reader
) -> tuple[Moment, str, str]:
    """When the row's happening was known, the rule, and the zone of its dates."""
    word = session_word(cell)
    if written.clock is not None and not cell:
        return _at(written.day, written.clock, written.zone, zone, is_stated)
    if word is None:
        clock, stated = read_clock(cell)
        return _at(written.day, clock, stated or written.zone, zone, is_stated)
    if not zone:
        raise ImportRefused(f"{written.day} has no time zone: its end is unclear. Give --zone, such as Asia/Seoul.")
    if word == "TNS" and not cell:
        return *of_date(written.day, zone), zone
    return *of_session(word, written.day, exchange, zone, read.hours, dict(read.options.session_times)), zone


def _at(day: date, clock: time, beside: str, zone: str, is_stated: bool) -> tuple[Moment, str, str]:
    """A clock beside an offset or a name, or in the zone that was stated."""
    at = instant(day, clock, beside) if beside else None
    if at is not None:
        if clash := offset_clash(at, zone) if is_stated else None:
            raise ImportRefused(clash)
        return Moment(in_zone(at, zone or "UTC")), _STATED, zone or "UTC"
    if beside:
        place = named_zone(beside, datetime.combine(day, clock))
        return Moment(in_zone(local(day, clock, place), zone or place)), _STATED, zone or place
    if not is_stated:
        raise ImportRefused(
            f"{day} {clock:%H:%M} has no time zone, so its instant is unclear. Give --zone, such as America/New_York."
        )
    return Moment(local(day, clock, zone)), f"its time, in {zone}", zone


_STATED = "its time, with its own offset or zone"


def _announced(written: Written | None, zone: str, is_stated: bool) -> Moment | None:
    if written is None:
        return None
    if written.clock is None:
        return Moment(written.day)
    return _at(written.day, written.clock, written.zone, zone, is_stated)[0]


def _facts(row: list[str], layout: Layout) -> dict[str, Fact]:
    found = {name: value for name, column in layout.facts.items() if (value := fact_in(row[column])) is not None}
    return check_facts(found) if found else {}


@lru_cache(maxsize=65536)
def fact_in(cell: str) -> Fact | None:
    """A cell as a fact: a number without marks of money and thousands, per cent as a fraction; else its text."""
    if cell.casefold() in NOTHING:
        return None
    if cell in ("true", "false"):
        return cell == "true"
    found = None if re.match(r"0\d", cell) else _NUMBER.fullmatch(cell)  # 005930 is a code
    if found is None or (found["minus"] == "(") != (found["end"] == ")"):
        return cell
    value = float(found["digits"].replace(",", "") + (found["e"] or ""))
    value = -value if found["minus"] else value
    return value / 100 if found["end"] == "%" else value


def _direction(cell: str) -> int:
    if cell not in ("", "1", "+1", "-1", "1.0", "-1.0"):
        raise ImportRefused(f"direction '{shown(cell)}' should be 1 or -1.")
    return -1 if cell.startswith("-") else 1


def _strength(cell: str) -> float | None:
    value = fact_in(cell)
    if value is None:
        return None
    if not isinstance(value, float) or not 0 <= value <= 1:
        raise ImportRefused(f"strength '{shown(cell)}' should be a number from 0 to 1.")
    return value


def _mapped(table: Table, columns: Mapping[str, str]) -> tuple[dict[str, int], dict[str, int]]:
    fields: dict[str, int] = {}
    facts: dict[str, int] = {}
    for column, name in columns.items():
        if column not in table.columns:
            raise ImportRefused(
                f"--map: {table.name} has no column '{shown(column)}'.{did_you_mean(column, table.columns)}"
            )
        number = table.columns.index(column)
        if name.startswith(FACT) and len(name) > len(FACT):
            facts[name.removeprefix(FACT)] = number
        elif name in GUESSED:
            if name in fields:
                raise ImportRefused(f"--map gives the field '{name}' twice.")
            fields[name] = number
        else:
            raise ImportRefused(
                f"--map: '{shown(name)}' is not a field.{did_you_mean(name, GUESSED)} Fields: {', '.join(GUESSED)}, "
                "fact.NAME."
            )
    check_facts(dict.fromkeys(facts, 0))
    return fields, facts
