"""Warns where a table of returns looks like something else, such as prices or percentages.

Simple and logarithmic returns cannot be told apart by looking; simple ones are taken as given.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.results.errors import EvidenceError

Floats = npt.NDArray[np.float64]

_FEWEST = 8  # rows below which a series has no shape
_LEVEL = 0.5  # a median row of +50 % and no loss: nothing earns that, but levels read so
_STEADY = 0.9  # autocorrelation of what has been added up
_WANDERS = 0.02  # of a sum of returns; the interest of idle cash is as steady, and smaller
_WILD = 3.0  # volatility a year, 300 %
_HUGE = 10.0  # a row of 1,000 %


def refuse_levels(returns: pd.DataFrame, file: str) -> None:
    """Refuse a table in which a column can be no returns. All may be lost, once: nothing moves after it.

    returns : date (ascending) x series
    Raises  : EvidenceError
    """
    for look in ("levels", "percent"):
        found = [(name, rows) for name, rows in _series(returns) if _impossible(rows) == look]
        if not found:
            continue
        if look == "levels":
            raise EvidenceError(
                f"{file}: {_named([name for name, _ in found])} look like levels (an equity curve, prices, an "
                "index), not returns: none is ever below zero, and half of them are above 50 %. Give simple returns as "
                "decimal fractions: each level over the one before, less one."
            )
        name, rows = found[0]
        place = int(np.flatnonzero(rows <= -1.0)[0])
        day = returns[name].dropna().index[place].date()
        what = "loses all and more" if rows[place] < -1.0 else "loses all, and yet others follow it"
        raise EvidenceError(
            f"{file}, {day}, {name[:40]}: a return of {rows[place]:g} {what}. That looks like per cent or an amount of "
            "money. Returns are simple and decimal fractions: one percent is 0.01."
        )


def warnings_of(returns: pd.DataFrame, file: str) -> list[str]:
    """What is suspicious about a table of returns, in words, a line a kind."""
    a_year = _rows_a_year(returns)
    looks: dict[str, list[str]] = {}
    for name, rows in _series(returns):
        if look := _suspicious(rows, a_year):
            looks.setdefault(look, []).append(name)
    return [f"{file}: {_named(names)} {look}" for look, names in looks.items()]


def _series(returns: pd.DataFrame) -> Iterator[tuple[str, Floats]]:
    for name in returns.columns:
        rows = returns[name].to_numpy(float)
        yield str(name), rows[~np.isnan(rows)]


def _impossible(rows: Floats) -> str:
    if not len(rows):
        return ""
    if len(rows) >= _FEWEST and float(rows.min()) >= 0 and float(np.median(rows)) > _LEVEL:
        return "levels"
    lost = np.flatnonzero(rows <= -1.0)
    return "percent" if len(lost) and (rows[lost[0]] < -1.0 or rows[lost[0] + 1 :].any()) else ""


def _suspicious(rows: Floats, a_year: float) -> str:
    if len(rows) < _FEWEST or not np.ptp(rows) > 0:
        return ""
    size = float(np.abs(rows).max())
    if size > _WANDERS and _autocorrelation(rows) > _STEADY:
        return "hang together from row to row as levels or returns added up do, not as returns: give each row's own."
    if size > _HUGE:
        return f"hold a return of {size:,.0%} in one row. Returns are decimal fractions: one percent is 0.01."
    if float(rows.std(ddof=1)) * math.sqrt(a_year) > _WILD:
        return "swing by more than 300 % a year, as figures in per cent do. Returns are decimal fractions."
    if float(rows.min()) >= 0 and (rows > 0).mean() > 0.9 and size > _WANDERS:
        return "never lose: as prices, levels or sizes do, not returns."
    return ""


def _autocorrelation(rows: Floats) -> float:
    before, after = rows[:-1], rows[1:]
    if not (np.ptp(before) > 0 and np.ptp(after) > 0):
        return 0.0
    return float(np.corrcoef(before, after)[0, 1])


def _rows_a_year(returns: pd.DataFrame) -> float:
    days = (returns.index.max() - returns.index.min()).days
    return (len(returns) - 1) / (days / 365.25) if days > 0 else 252.0


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name[:40]}'" for name in names[:3])
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"the figures of {shown}{more}"
