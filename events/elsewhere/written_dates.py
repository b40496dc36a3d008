"""Parses dates as people and vendors write them: 02/01/2024 is settled by the other rows of its column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from eventfolio.events.elsewhere.happenings import ImportRefused
from eventfolio.events.errors import shown

NOTHING = {"", "-", "--", "–", "—", "n/a", "na", "nan", "nat", "none", "null", "tbd", "tba", "to be announced"}
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), start=1,
    )
    for name in names.split()
}  # fmt: skip
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", re.ASCII)
_TWO_DIGITS = re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d\d(?!\d)", re.ASCII)
_WEEKDAY = re.compile(r"(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?,?\s+", re.I)
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s-]+([A-Za-z]{3,9})\.?,?[\s-]+(\d{4})", re.ASCII)
_CLOCK = re.compile(
    r"(\d{1,2})(?::(\d\d))?(?::(\d\d)(?:\.\d+)?)?\s*([ap]\.?m\.?)?\s*(Z|[+-]\d\d:?\d\d|[A-Za-z]{2,4})?", re.I | re.ASCII
)
# Names of clocks that mean one thing on one date; EST and EDT are held against the date.
_NAMED = {
    "ET": "America/New_York",
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "KST": "Asia/Seoul",
    "JST": "Asia/Tokyo",
    "HKT": "Asia/Hong_Kong",
    "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin",
    "BST": "Europe/London",
}
_UTC = ("Z", "UTC", "GMT")


@dataclass(frozen=True, slots=True)
class Written:
    """What a cell says. clock : of the day, or None; zone : offset, UTC or IANA name written beside it, or ''."""

    day: date
    clock: time | None = None
    zone: str = ""


def day_first_in(cells: Sequence[tuple[int, str]], where: str, given: bool | None, notes: list[str]) -> bool:
    """Whether a column writes the day before the month in dates such as 02/01/2024.

    cells  : line and text
    given  : what --day-first or --month-first says
    notes  : what settles dates that can be read in two ways is added to them
    Raises : ImportRefused where both are possible and nothing was given, or where rows contradict each other
    """
    only_day: tuple[int, str] | None = None
    only_month: tuple[int, str] | None = None
    either: tuple[int, str] | None = None
    for line, cell in cells:
        if found := _SLASHED.match(cell):
            one, other = int(found[1]), int(found[3])
            if one > 12 >= other:
                only_day = only_day or (line, cell)
            elif other > 12 >= one:
                only_month = only_month or (line, cell)
            elif one != other:
                either = either or (line, cell)
    if only_day and only_month:
        raise ImportRefused(
            f"{where}: '{shown(only_day[1])}' (line {only_day[0]}) has the day first and '{shown(only_month[1])}' "
            f"(line {only_month[0]}) the month: write one way, best 2024-02-01."
        )
    contradicted = only_month if given is True else only_day if given is False else None
    if contradicted:
        option = "--day-first" if given else "--month-first"
        raise ImportRefused(
            f"{where}: '{shown(contradicted[1])}' (line {contradicted[0]}) is no date with {option}. Leave it out."
        )
    if given is not None:
        return given
    if either and not only_day and not only_month:
        raise ImportRefused(
            f"{where}: '{shown(either[1])}' (line {either[0]}) may have the day or the month first, and no row of the "
            "column settles it. Give --day-first, or --month-first."
        )
    settled = only_day or only_month
    if either and settled:
        which = "day" if only_day else "month"
        notes.append(f"{where}: the {which} stands first, as '{shown(settled[1])}' (line {settled[0]}) shows.")
    return only_day is not None


@lru_cache(maxsize=65536)
def read_written(cell: str, is_day_first: bool) -> Written | None:
    """A cell with a date, and perhaps a time and its zone; None where it says that there is none.

    Raises: ImportRefused, without the place, for what is no date
    """
    text = " ".join(cell.split())
    if text.casefold() in NOTHING:
        return None
    text = _WEEKDAY.sub("", text, count=1) if _WEEKDAY.match(text) else text
    found = _iso(text, _ISO) or _slashed(text, is_day_first) or _worded(text) or _iso(text, _COMPACT)
    if found is None:
        why = " Write the year with four digits." if _TWO_DIGITS.match(text) else ""
        raise ImportRefused(f"'{shown(cell)}' is not a date.{why} Write it as 2024-02-01.")
    day, rest = found
    rest = rest.lstrip(" T,").strip()
    if not rest:
        return Written(day)
    if compact := re.fullmatch(r"(\d\d)(\d\d)(\d\d)?(\D.*)?", rest, re.ASCII):
        rest = ":".join(part for part in compact.groups()[:3] if part) + (compact[4] or "")
    clock, zone = read_clock(rest)
    return Written(day, clock, zone)


@lru_cache(maxsize=65536)
def read_clock(text: str) -> tuple[time, str]:
    """A time of day and the zone beside it.

    Raises: ImportRefused
    """
    found = _CLOCK.fullmatch(text.strip())
    if not found or not (found[2] or found[4]):
        raise ImportRefused(f"'{shown(text)}' is not a time of day. Write it as 16:30.")
    hour, minute, second, half, zone = found.groups()
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:
            raise ImportRefused(f"'{shown(text)}' is not a time of day. Write it as 16:30.")
        hours = hours % 12 + (12 if half[0].lower() == "p" else 0)
    try:
        clock = time(hours, int(minute or 0), int(second or 0))
    except ValueError:
        raise ImportRefused(f"'{shown(text)}' is not a time of day. Write it as 16:30.") from None
    return clock, _zone(zone, text)


def instant(day: date, clock: time, zone: str) -> datetime | None:
    """The aware date-time of a clock beside an offset or UTC; None where the zone is a name to be looked up.

    Raises: ImportRefused for EST in summer and EDT in winter
    """
    if zone == "UTC":
        return datetime.combine(day, clock, UTC)
    if zone[:1] in "+-":
        return datetime.fromisoformat(f"{day}T{clock.isoformat()}{zone}")
    return None


def named_zone(zone: str, at: datetime) -> str:
    """The IANA zone of a name such as EST, which must be in force at an instant.

    Raises: ImportRefused
    """
    place = _NAMED[zone]
    there = at.replace(tzinfo=ZoneInfo(place)).tzname()
    if zone != "ET" and there != zone:
        raise ImportRefused(
            f"{at:%Y-%m-%d %H:%M} {zone}: {place} had {there} then. Is it one hour off, or is the name careless? Write "
            "the offset, or give the times without it and --zone."
        )
    return place


def _iso(text: str, pattern: re.Pattern[str]) -> tuple[date, str] | None:
    found = pattern.match(text)
    return (_day(found[1], found[2], found[3], text), text[found.end() :]) if found else None


def _slashed(text: str, is_day_first: bool) -> tuple[date, str] | None:
    found = _SLASHED.match(text)
    if not found:
        return None
    day, month = (found[1], found[3]) if is_day_first else (found[3], found[1])
    return _day(found[4], month, day, text), text[found.end() :]


def _worded(text: str) -> tuple[date, str] | None:
    found = _MONTH_FIRST.match(text)
    if found and found[1].casefold() in _MONTHS:
        return _day(found[3], _MONTHS[found[1].casefold()], found[2], text), text[found.end() :]
    found = _DAY_FIRST.match(text)
    if found and found[2].casefold() in _MONTHS:
        return _day(found[3], _MONTHS[found[2].casefold()], found[1], text), text[found.end() :]
    return None


def _day(year: object, month: object, day: object, text: str) -> date:
    try:
        found = date(int(str(year)), int(str(month)), int(str(day)))
    except ValueError:
        raise ImportRefused(f"'{shown(text)}' is not a date. Write it as 2024-02-01.") from None
    if not 1700 <= found.year <= 2200:
        raise ImportRefused(f"'{shown(text)}' lies outside the years 1700 to 2200.")
    return found


def _zone(text: str | None, whole: str) -> str:
    if not text:
        return ""
    if text.upper() in _UTC:
        return "UTC"
    if text[0] in "+-":
        zone = text if ":" in text else f"{text[:3]}:{text[3:]}"
        if int(zone[1:3]) > 23 or int(zone[4:]) > 59:
            raise ImportRefused(f"'{shown(whole)}': {zone} is no UTC offset.")
        return "UTC" if zone[1:] == "00:00" else zone
    if text.upper() not in _NAMED:
        raise ImportRefused(
            f"'{shown(whole)}': {shown(text)} is not a clock known here. Write its UTC offset, as +09:00."
        )
    return text.upper()
