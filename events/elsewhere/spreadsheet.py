"""Reads happenings from a table with any columns: fields are guessed by their names, or mapped with --map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time

from eventfolio.events.dates.known_at import check_zone, offset_clash
from eventfolio.events.elsewhere.clocks import in_zone, local, of_date, of_session, session_word
from eventfolio.events.elsewhere.columns import Layout
from eventfolio.events.elsewhere.exchanges import place_of
from eventfolio.events.elsewhere.happenings import Happening, ImportRefused, Moment
from eventfolio.events.elsewhere.options import Reader
from eventfolio.events.elsewhere.table_file import Table
from eventfolio.events.elsewhere.written_dates import (
    Written,
    day_first_in,
    instant,
    named_zone,
    read_clock,
    read_written,
)
from eventfolio.events.elsewhere.written_numbers import DecimalMark, decimal_mark_in, fact_in
from eventfolio.events.errors import DateError, shown
from eventfolio.events.facts import Fact, check_facts

_OFF = {"cancelled", "canceled", "withdrawn", "called off"}
_LATER = {"postponed", "delayed", "rescheduled", "moved"}
_AS_DATED = {"", "occurred", "happened", "confirmed", "final", "done", "completed", "released", "reported", "published"}
_AS_DATED |= {"actual", "scheduled", "planned", "upcoming", "announced"}


def happenings_of(table: Table, layout: Layout, read: Reader) -> Iterator[Happening]:
    """A happening a row; what has no date, or no announcement where it needs one, is left out and counted.

    Raises: ImportRefused naming the line
    """
    when = "date" if "date" in layout.fields or layout.day else "effective"
    written = _Writing(table, layout, when, read)
    is_reckoned = {"eps", "eps_estimate"} <= set(layout.facts) and "surprise" not in layout.facts
    if is_reckoned:
        read.account.notes.append("The fact surprise is (eps - eps_estimate) / |eps_estimate|.")
    for line, row in table.rows:
        try:
            found = _one(row, layout, when, written, read)
        except (ImportRefused, DateError) as failure:
            raise ImportRefused(f"{table.name}, line {line}: {failure}") from None
        if found is None:
            continue
        if is_reckoned and (reason := _with_surprise(found)):
            read.account.counted[f"without a surprise: {reason}"] += 1
        yield found


class _Writing:
    """How a table writes its dates and numbers, settled over all rows.

    decimal : mark before the decimals of its numbers
    """

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
        columns = [*layout.facts.values(), *([layout.fields["strength"]] if "strength" in layout.fields else [])]
        numbers = ((line, table.columns[column], row[column]) for column in columns for line, row in table.rows)
        self.decimal = decimal_mark_in(numbers, table.delimiter, table.name, read.account.notes)

    def day(self, name: str, cell: str) -> Written | None:
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


def _one(row: list[str], layout: Layout, when: str, writing: _Writing, read: Reader) -> Happening | None:
    account = read.account
    cell = layout.cell(row, when)
    written = writing.day(when, cell) if layout.day is None else Written(layout.day)
    if written is None:
        account.left_out["no date"] += 1
        return None
    status = " ".join(layout.cell(row, "status").casefold().split())
    if status in _LATER:
        account.left_out["put off, and no row says to when"] += 1
        return None
    if status not in _OFF | _AS_DATED:
        account.counted[f"the status '{shown(status)}' says nothing here, so the date counts"] += 1
    symbols = tuple(symbol for symbol in re.split(r"[\s,;|]+", layout.cell(row, "listings")) if symbol)
    symbols = symbols or ((layout.symbol,) if layout.symbol else ())
    exchange, zone, is_stated = _zone_of(layout.cell(row, "zone"), symbols, read)
    if layout.midnight_is_no_time and written.clock == time():
        written = Written(written.day)
    written = _on_its_own_date(written, layout.cell(row, "time"), zone)
    moment, rule, zone = _moment(written, layout.cell(row, "time"), exchange, zone, is_stated, read)
    first = moment.at.date() if isinstance(moment.at, datetime) and not moment.is_assumed else written.day
    last_cell = writing.day("last", layout.cell(row, "last"))
    last = last_cell.day if last_cell else first
    if last < min(first, written.day):
        raise ImportRefused(f"it ends on {last}, before it begins on {written.day}.")
    last = max(last, first)  # the zone's date of an instant may be one later than the row's
    if last > first and not isinstance(moment.at, datetime):
        moment, rule = of_date(last, zone)
    announced = _announced(writing.day("announced", layout.cell(row, "announced")), zone, is_stated)
    if when == "effective" and announced is None and read.options.known is None and read.options.lead is None:
        account.left_out["takes effect or ends on its date, and when that was announced is not known"] += 1
        return None
    account.clocks[rule] += 1
    kind = layout.cell(row, "kind") or layout.kind
    title = layout.cell(row, "title") or " ".join([*symbols[:3], read.options.event_kind or kind])
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
        facts=_facts(row, layout, writing.decimal),
        direction=_direction(layout.cell(row, "direction")),
        strength=_strength(layout.cell(row, "strength"), writing.decimal),
        episode=layout.cell(row, "episode") or None,
        source=layout.cell(row, "source") or None,
        note=layout.cell(row, "note") or None,
        is_called_off=status in _OFF,
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
        if not any(mark.isdigit() for mark in cell):
            raise ImportRefused(f"'{shown(cell)}' is not a time of day, as 16:30, nor AMC or BMO.")
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


def _facts(row: list[str], layout: Layout, decimal: DecimalMark) -> dict[str, Fact]:
    cells = {name: fact_in(row[column], decimal) for name, column in layout.facts.items()}
    found = {name: value for name, value in cells.items() if value is not None}
    return check_facts(found) if found else {}


def _with_surprise(found: Happening) -> str | None:
    """Add the surprise to the facts of a report that has both figures; the reason where they give none.

    It is reckoned, as vendors give it in per cent or as a fraction.
    """
    reported, estimate = found.facts.get("eps"), found.facts.get("eps_estimate")
    if reported is None or estimate is None:
        return None
    if not isinstance(reported, float) or not isinstance(estimate, float):
        return "a figure that is no number"
    if not estimate:
        return "the estimate is 0"
    found.facts["surprise"] = round((reported - estimate) / abs(estimate), 6)
    return None


def _direction(cell: str) -> int:
    if cell not in ("", "1", "+1", "-1", "1.0", "-1.0"):
        raise ImportRefused(f"direction '{shown(cell)}' should be 1 or -1.")
    return -1 if cell.startswith("-") else 1


def _strength(cell: str, decimal: DecimalMark) -> float | None:
    value = fact_in(cell, decimal)
    if value is None:
        return None
    if not isinstance(value, float) or not 0 <= value <= 1:
        raise ImportRefused(f"strength '{shown(cell)}' should be a number from 0 to 1.")
    return value
