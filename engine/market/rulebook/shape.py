"""The one shape of every market's rules: figures with the dates they hold from and where they are written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from engine.errors import StudyError

Dates = npt.NDArray[np.datetime64]
Bands = tuple[tuple[float, float], ...]  # (below this price, this much), ascending, local currency


@dataclass(frozen=True)
class Since:
    """A figure in force from `start` on. `verified` is False for one taken from general knowledge."""

    start: date
    value: float
    source: str
    verified: bool = True


@dataclass(frozen=True)
class Ticks:
    """The smallest price steps in force from `start` on."""

    start: date
    bands: Bands
    source: str
    verified: bool = True


@dataclass(frozen=True)
class DailyLimit:
    """How far a session's prices may lie from the base, the last close.

    kind  : "truncated" (a fraction, width and price cut to the tick), "rounded" (a fraction, half up to 0.01, the base
            less a dividend that goes ex), "yen" (a width by base price)
    """

    kind: Literal["truncated", "rounded", "yen"]
    fraction: float = 0.0
    widths: Bands = ()
    source: str = ""


@dataclass(frozen=True)
class MarketRules:
    """One market: what a trade costs, in which steps and limits it trades, from when.

    figures        : by name of a field of `Rules`; a name left out is that field's default
    settles_tax_in : sessions after the trade whose date decides the tax rates, where the law goes by settlement
    short_bans     : recorded though the engine only buys
    """

    zone: str
    figures: dict[str, tuple[Since, ...]]
    ticks: tuple[Ticks, ...] = ()
    limit: DailyLimit | None = None
    settles_tax_in: int = 0
    t_plus_one: bool = False
    short_bans: tuple[tuple[date, date], ...] = ()

    def figure(self, name: str, days: Dates, default: float) -> npt.NDArray[np.float64]:
        """The value of a figure on each day.

        Raises: StudyError before the first row of its table
        """
        table = self.figures.get(name)
        if table is None:
            return np.full(len(days), default)
        return np.array([row.value for row in table])[self._in_force(table, days, name)]

    def ticks_on(self, days: Dates) -> npt.NDArray[np.int64]:
        """For each day the number of the row of `ticks` in force; -1 where the market has no table."""
        return self._in_force(self.ticks, days, "price steps") if self.ticks else np.full(len(days), -1)

    def _in_force(self, table: tuple[Any, ...], days: Dates, what: str) -> npt.NDArray[np.int64]:
        starts = np.array([row.start for row in table], "datetime64[D]")
        if len(days) and days.min() < starts[0]:
            raise StudyError(
                f"{what} of {self.zone} is known from {starts[0]} on, not on {days.min()}. Start the study later, or "
                "give one row of costs for every market."
            )
        return np.searchsorted(starts, days, side="right") - 1


CENT: Bands = ((math.inf, 0.01),)
FIRST = date(2021, 1, 1)
