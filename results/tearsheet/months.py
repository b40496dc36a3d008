"""The table of months of a tearsheet: the heat map's figures, as text that a phone shows and a reader can copy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from eventfolio.results.metrics import show

NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class MonthTable:
    """years : as columns; rows : a month's name and its compounded return in each year, "" outside the window"""

    years: tuple[int, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def months(returns: pd.Series) -> MonthTable:
    """Compounded return of each month that the window reaches. returns : by date, decimal fractions"""
    days = pd.DatetimeIndex(returns.index)
    grown: dict[tuple[int, int], float] = {}
    for year, month, value in zip(days.year, days.month, returns.to_numpy(float), strict=True):
        grown[year, month] = grown.get((year, month), 1.0) * (1.0 + value)
    years = tuple(sorted({int(year) for year in np.unique(days.year)}))
    return MonthTable(
        years,
        tuple(
            (
                name,
                tuple(show("percent", grown[year, month] - 1.0) if (year, month) in grown else "" for year in years),
            )
            for month, name in enumerate(NAMES, start=1)
        ),
    )
