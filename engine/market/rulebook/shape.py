"""The data model of every market's rules: figures with the dates they hold from and their sources."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from eventfolio.engine.errors import StudyError

Dates = npt.NDArray[np.datetime64]
Bands = tuple[tuple[float, float], ...]  # (below this price, this much), ascending, local currency

Liquidity = tuple[tuple[date, str], ...]  # bands LB1 to LB6, each from its date on, ascending

FIRST = date(2021, 1, 1)
Figures = dict[str, tuple["Since", ...]]  # by name of a field of `Rules`


class _Dated(Protocol):
    @property
    def start(self) -> date: ...


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
    """How far a session's prices may lie from the base, the last close, from `start` on.

    kind  : "truncated" (a fraction, width and price cut to the tick), "rounded" (a fraction, half up to 0.01, the base
            less a dividend that goes ex), "stepped" (a fraction, the price cut to the tick, that base too), "yen" (a
            width by base price)
    """

    kind: Literal["truncated", "rounded", "stepped", "yen"]
    fraction: float = 0.0
    widths: Bands = ()
    source: str = ""
    start: date = FIRST


@dataclass(frozen=True)
class Board:
    """Listings of an exchange whose symbols begin alike, under limits of their own.

    limits   : by start; none holds before the first
    free_for : how many first sessions of a listing have no limit, by the date from which it was listed
    """

    prefixes: tuple[str, ...]
    limits: tuple[DailyLimit, ...]
    free_for: tuple[Since, ...] = ()


@dataclass(frozen=True)
class End:
    """The last date to which a table is known for sure, and what may be otherwise after it; its last row goes on.

    of : a field of `Rules`, or "ticks"
    """

    of: str
    on: date
    why: str


@dataclass(frozen=True)
class MarketRules:
    """One market: what a trade costs, in which steps and limits it trades, from when.

    figures        : by name of a field of `Rules`; a name left out is that field's default
    of_funds       : the figures that are others for funds (an index is taken for one)
    ticks          : of every listing that says no other
    other_ticks    : by the name that a security gives as its `steps`
    by_liquidity   : by the band that a security gives as its `liquidity`; `ticks` are those assumed of one without
    limit, free_for : of every listing that is on none of the `boards`; as a board's
    settles_tax_in : sessions after the trade whose date decides the tax rates, where the law goes by settlement
    short_bans     : recorded though the engine only buys
    ends           : where tables are known to end
    note           : what a user should know who trades here, a clause without a full stop
    is_generic     : there is no file for this market
    """

    zone: str
    figures: Figures
    of_funds: Figures = field(default_factory=dict)
    ticks: tuple[Ticks, ...] = ()
    other_ticks: Mapping[str, tuple[Ticks, ...]] = field(default_factory=dict)
    by_liquidity: Mapping[str, Ticks] = field(default_factory=dict)
    limit: DailyLimit | None = None
    free_for: tuple[Since, ...] = ()
    boards: tuple[Board, ...] = ()
    settles_tax_in: int = 0
    t_plus_one: bool = False
    short_bans: tuple[tuple[date, date], ...] = ()
    ends: tuple[End, ...] = ()
    note: str = ""
    is_generic: bool = False

    def figure(self, name: str, days: Dates, default: float, is_fund: bool = False) -> npt.NDArray[np.float64]:
        """The value of a figure on each day.

        Raises: StudyError before the first row of its table
        """
        return self.dated((self.of_funds.get(name) if is_fund else None) or self.figures.get(name), name, days, default)

    def dated(self, table: tuple[Since, ...] | None, name: str, days: Dates, default: float) -> npt.NDArray[np.float64]:
        """The value of a table of this market on each day; `default` without one."""
        if table is None:
            return np.full(len(days), default)
        return np.array([row.value for row in table])[self._in_force(table, days, name)]

    def ticks_of(self, steps: str | None = None, liquidity: Liquidity = ()) -> tuple[Ticks, ...]:
        """The dated price steps of a listing.

        steps     : the table that it names, where it is not the market's usual one
        liquidity : the liquidity bands it had, each from its date on; the first one before that too
        """
        if liquidity:
            rows = [(FIRST if number == 0 else since, band) for number, (since, band) in enumerate(liquidity)]
            return tuple(replace(self.by_liquidity[band], start=start) for start, band in rows)
        return self.other_ticks[steps] if steps is not None else self.ticks

    def ticks_on(self, days: Dates, steps: str | None = None, liquidity: Liquidity = ()) -> npt.NDArray[np.int64]:
        """For each day the number of the row of `ticks_of` in force; -1 where the market has no table."""
        table = self.ticks_of(steps, liquidity)
        return self._in_force(table, days, "price steps") if table else np.full(len(days), -1)

    def limits_on(self, symbol: str, days: Dates) -> tuple[tuple[DailyLimit, ...], npt.NDArray[np.int64]]:
        """The daily limits of a listing, and for each day the number of the one in force, -1 for none."""
        rows = self._board_of(symbol).limits
        starts = np.array([row.start for row in rows], "datetime64[D]")
        return rows, np.searchsorted(starts, days, side="right") - 1

    def free_sessions(self, symbol: str, listed: date) -> int:
        """How many sessions a listing traded without a limit that was listed on a date."""
        counts = [row.value for row in self._board_of(symbol).free_for if row.start <= listed]
        return int(counts[-1]) if counts else 0

    def _board_of(self, symbol: str) -> Board:
        for board in self.boards:
            if symbol.startswith(board.prefixes):
                return board
        return Board((), (self.limit,) if self.limit else (), self.free_for)

    def _in_force(self, table: Sequence[_Dated], days: Dates, what: str) -> npt.NDArray[np.int64]:
        starts = np.array([row.start for row in table], "datetime64[D]")
        if len(days) and days.min() < starts[0]:
            raise StudyError(
                f"{what} of {self.zone} is known from {starts[0]} on, not on {days.min()}. Start the study later, or "
                "give one row of costs for every market."
            )
        return np.searchsorted(starts, days, side="right") - 1


CENT: Bands = ((math.inf, 0.01),)


def in_hundredths(bands: Bands) -> Bands:
    """Price steps of prices quoted in hundredths of a currency (pence), for prices in that currency."""
    return tuple((float(f"{below / 100:.12g}"), float(f"{step / 100:.12g}")) for below, step in bands)
