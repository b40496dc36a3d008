"""Windows of dates in EDTF (ISO 8601-2:2019), a subset: a date, month, year, interval, approximate or open.

2024  2026-06  2025-04-30      a year, a month, a day
2025-21 … 2025-24              spring, summer, autumn, winter (of the north; winter runs into the next year)
2025-33 … 2025-36              quarters
2025-40  2025-41               halves
2026-06~  2026?  2026%         about, perhaps, both
2024-10-08/2024-10-13          from, to; either side may be any of the above
../2026-06   2026-05/..        open on one side; an empty side is unknown
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from eventfolio.events.errors import DateError, shown

Precision = Literal["day", "month", "quarter", "season", "half", "year", "interval"]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of local dates, first and last included; None where it is open or unknown.

    approximate : some side is marked ~ ? or %
    text        : the expression it was read from, which str() gives back
    """

    start: date | None
    end: date | None
    precision: Precision
    approximate: bool
    text: str

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=65536)
def parse_edtf(text: str) -> Window:
    """Read one expression.

    Raises: DateError saying what is wrong with it and what may be written
    """
    first, slash, last = text.partition("/")
    if not slash:
        return _single(text, text)
    start, end = (None if side in ("", "..") else _single(side, text) for side in (first, last))
    if start is None and end is None:
        raise DateError(f"'{shown(text)}' names no date on either side.")
    if start and end and start.start and end.end and end.end < start.start:
        raise DateError(f"'{shown(text)}' ends before it starts.")
    return Window(
        start.start if start else None,
        end.end if end else None,
        "interval",
        any(side.approximate for side in (start, end) if side),
        text,
    )


_SINGLE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?([~?%]?)", re.ASCII)
_SEASONS = {21: 3, 22: 6, 23: 9, 24: 12}  # code to first month
_QUARTERS = {33: 1, 34: 4, 35: 7, 36: 10}
_HALVES = {40: 1, 41: 7}


def _single(side: str, text: str) -> Window:
    """One side of an interval, or all of `text`."""
    found = _SINGLE.fullmatch(side)
    if not found:
        what = "gives a time of day; occurs takes days or coarser" if re.search(r"\dT\d", side) else "is not EDTF"
        raise DateError(
            f"'{shown(text)}' {what}. Write 2026, 2026-06, 2026-06-15, 2026-06~ for about June, "
            "2026-05/2026-07 for from and to, ../2026-06 for by June."
        )
    year, month, day = (int(part) if part else None for part in found.groups()[:3])
    approximate = bool(found[4])
    if not year:
        raise DateError(f"'{shown(text)}': there is no year 0000 here; years run from 0001 to 9999.")
    if month is None:
        return Window(date(year, 1, 1), date(year, 12, 31), "year", approximate, text)
    if day is not None:
        return _day(year, month, day, approximate, text)
    precision, first_month, months = _span(month, text)
    return Window(date(year, first_month, 1), _end(year, first_month + months - 1), precision, approximate, text)


def _day(year: int, month: int, day: int, approximate: bool, text: str) -> Window:
    if not 1 <= month <= 12:
        raise DateError(f"'{shown(text)}': there is no month {month:02}.")
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise DateError(f"'{shown(text)}': {calendar.month_name[month]} {year} has {days} days.")
    return Window(date(year, month, day), date(year, month, day), "day", approximate, text)


def _span(code: int, text: str) -> tuple[Precision, int, int]:
    """Precision, first month and number of months of the part of a year a two-digit code names."""
    if 1 <= code <= 12:
        return "month", code, 1
    if code in _SEASONS:
        return "season", _SEASONS[code], 3
    if code in _QUARTERS:
        return "quarter", _QUARTERS[code], 3
    if code in _HALVES:
        return "half", _HALVES[code], 6
    raise DateError(
        f"'{shown(text)}': {code:02} is not known: 01-12 months, 21-24 seasons, 33-36 quarters, 40-41 halves."
    )


def _end(year: int, month: int) -> date:
    """Last day of a month, which may be counted on beyond December."""
    over, month = divmod(month, 12)
    if year + over >= 9999:
        return date.max
    return date(year + over, month + 1, 1) - timedelta(days=1)
