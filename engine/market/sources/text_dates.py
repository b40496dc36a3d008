"""Parses dates as people write them, by one reading for all rows of a file.

01/04/2021 is the first of April or the fourth of January. The other rows settle it, or their order, or the exchange's
sessions: only one reading falls on them. Where both stay possible the file is refused with both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.engine.errors import PriceError
from eventfolio.events.errors import shown

Dates = npt.NDArray[np.datetime64]
_ISO = r"\d{4}-\d\d-\d\d"
_CLOCK = r"(?:[T ]+0?0:00(?::00(?:\.0+)?)?(?: *AM)?)?"  # a midnight that says no more than the date
_CLOSING = r"(?P<clock> +(?:1\d|2[0-3]):[0-5]\d:00)?"  # GOOGLEFINANCE writes when the session closed
_NUMERIC = re.compile(rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}})(?:{_CLOCK}|{_CLOSING})", re.IGNORECASE)
_SHORT = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d\d)")  # years of two digits
_YEAR_FIRST = re.compile(rf"(\d{{4}})(?:[/.](\d{{1,2}})[/.](\d{{1,2}})|(\d\d)(\d\d)){_CLOCK}", re.IGNORECASE)
_HAN = re.compile(r"(\d{4}) *[年년] *(\d{1,2}) *[月월] *(\d{1,2}) *[日일]")
_MINGUO = re.compile(r"(1\d\d)[/.](\d\d)[/.](\d\d)")  # Taiwan counts years from 1911
_WORDS = ("%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%B-%Y", "%b %d %Y", "%a %b %d %Y")
_ON_SESSIONS = 0.9  # of the dates, where a reading is right; by chance two in three are


def plain_dates(written: pd.Series, where: str, sessions: Callable[[], Dates | None]) -> tuple[pd.Series, str]:
    """The column as texts that begin with 2025-06-17, and how it was written ("" for so).

    sessions : the dates on which its exchange met, where that is known
    Raises   : PriceError where two readings stay possible
    """
    texts = written.astype("str").str.strip()
    cells = texts.dropna()
    if not len(cells) or cells.str.match(_ISO).all():
        return texts, ""
    first = cells.iloc[0]
    if (found := _all(cells, _YEAR_FIRST)) is not None:
        days = [f"{m[1]}-{int(m[2] or m[4]):02}-{int(m[3] or m[5]):02}" for m in found]
        return _put(texts, cells, days), f"as {shown(first)}"
    if (found := _all(cells, _HAN)) is not None:
        return _put(texts, cells, [f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}" for m in found]), f"as {shown(first)}"
    if (found := _all(cells, _MINGUO)) is not None:
        return _put(texts, cells, [f"{int(m[1]) + 1911}-{m[2]}-{m[3]}" for m in found]), f"as {shown(first)}"
    if (found := _all(cells, _NUMERIC)) is not None:
        days = _one_reading(found, _year_last(found), where, sessions)
        _check_clocks(found, days, where, sessions)
        return _put(texts, cells, days), f"as {shown(first)}"
    if (found := _all(cells, _SHORT)) is not None:
        return _put(texts, cells, _one_reading(found, _short(found), where, sessions)), f"as {shown(first)}"
    for form in _WORDS:
        try:
            days = [datetime.strptime(cell.replace("Sept ", "Sep "), form).strftime("%Y-%m-%d") for cell in cells]  # noqa: DTZ007
        except ValueError:
            continue
        return _put(texts, cells, days), f"as {shown(first)}"
    if cells.str.fullmatch(r"\d{9,13}").all():
        raise PriceError(
            f"{where}: '{shown(first)}' counts seconds; of which session that is depends on the zone. "
            "Write dates as 2025-06-17."
        )
    return texts, ""  # `read_dates` says which cell it cannot read


def _all(cells: pd.Series, form: re.Pattern[str]) -> list[re.Match[str]] | None:
    found = [form.fullmatch(cell) for cell in cells]
    return [match for match in found if match] if all(found) else None


def _put(texts: pd.Series, cells: pd.Series, days: list[str]) -> pd.Series:
    plain = texts.copy()
    plain.loc[cells.index] = days
    return plain


def _year_last(found: list[re.Match[str]]) -> dict[str, list[str]]:
    """The dates by each order of day and month; 17.06.2025 has the day first wherever it is written so."""
    readings = {"day first": [_iso(match[4], match[3], match[1]) for match in found]}
    if found[0][2] != ".":
        readings["month first"] = [_iso(match[4], match[1], match[3]) for match in found]
    return readings


def _short(found: list[re.Match[str]]) -> dict[str, list[str]]:
    """The dates by each order of the two-digit years, days and months; with points the month is in the middle."""
    readings = {
        "day first": [_iso(_century(match[4]), match[3], match[1]) for match in found],
        "year first": [_iso(_century(match[1]), match[3], match[4]) for match in found],
    }
    if found[0][2] != ".":
        readings["month first"] = [_iso(_century(match[4]), match[1], match[3]) for match in found]
    return readings


def _century(year: str) -> str:
    """A year of two digits among 1970 to 2069."""
    return str(int(year) + (2000 if int(year) < 70 else 1900))


def _one_reading(
    found: list[re.Match[str]], readings: dict[str, list[str]], where: str, sessions: Callable[[], Dates | None]
) -> list[str]:
    """Of several orders of day, month and year the one reading that can be."""
    whole = {order: days for order, days in readings.items() if all(days)}
    if not whole:
        bad = next((match[0] for match, day in zip(found, readings["day first"], strict=True) if not day), found[0][0])
        raise PriceError(f"{where}: '{shown(bad)}' is no date, or not all rows have the day first. Write 2025-06-17.")
    for narrowed in (_in_order, lambda left: _on_sessions(left, sessions)):
        if len(set(map(tuple, whole.values()))) > 1:
            whole = narrowed(whole) or whole
    if len(set(map(tuple, whole.values()))) > 1:
        one, other = list(dict.fromkeys(map(tuple, whole.values())))[:2]
        row = next(row for row, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)
        raise PriceError(
            f"{where}: '{found[row][0]}' may be {one[row]} or {other[row]}, and neither the other rows nor the "
            "exchange's sessions settle which. Write dates as 2025-06-17."
        )
    return next(iter(whole.values()))


def _check_clocks(
    found: list[re.Match[str]], days: list[str], where: str, sessions: Callable[[], Dates | None]
) -> None:
    """Refuse clocks beside dates that are not its exchange's: those of another zone make sessions of days off."""
    clock = next((match for match in found if match["clock"]), None)
    if clock is not None and not (sessions() is not None and _on_sessions({"": days}, sessions)):
        raise PriceError(
            f"{where}: {shown(clock[0])} has a time of day, and the dates are not known for sessions of its exchange. "
            "Write them as 2025-06-17."
        )


def _iso(year: str, month: str, day: str) -> str:
    try:
        return datetime(int(year), int(month), int(day)).strftime("%Y-%m-%d")  # noqa: DTZ001
    except ValueError:
        return ""


def _in_order(readings: dict[str, list[str]]) -> dict[str, list[str]]:
    """Those whose rows ascend or descend by date."""
    return {
        order: days
        for order, days in readings.items()
        if len(days) > 2 and days in (sorted(set(days)), sorted(set(days), reverse=True))
    }


def _on_sessions(readings: dict[str, list[str]], sessions: Callable[[], Dates | None]) -> dict[str, list[str]]:
    """Those whose dates are sessions of the exchange, but for a few."""
    known = sessions()
    if known is None:
        return {}
    shares = {order: np.isin(np.array(days, "datetime64[D]"), known).mean() for order, days in readings.items()}
    return {order: readings[order] for order, share in shares.items() if share >= _ON_SESSIONS}
