"""Equity, cash, exposure and returns of a run by weekday, and those of the same money in its benchmarks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from eventfolio.engine.ledger.ledger import Ledger
from eventfolio.engine.market.benchmarks import BenchmarkLevels
from eventfolio.engine.market.tape import Tape

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Path:
    """One row each Monday to Friday of the window; a weekday without a session carries the books.

    dates : datetime64[ns]; columns: the tape's column whose books each row shows, -1 before the first
    years : calendar days of the window, both ends counted, / 365.25
    """

    start: date
    dates: npt.NDArray[np.datetime64]
    columns: npt.NDArray[np.int64]
    equity: Floats
    cash: Floats
    exposure: Floats
    returns: Floats
    years: float


def path_of(ledger: Ledger, tape: Tape, start: date, end: date, cash: float) -> Path:
    """Lay the books of a run on the weekdays from `start` to `end`; before the first books stands the starting cash."""
    days = np.arange(np.datetime64(start, "D"), np.datetime64(end, "D") + 1)
    weekdays = days[np.is_busday(days)]
    at = np.searchsorted(tape.dates[tape.first : tape.last + 1], weekdays, side="right") - 1
    begun = at >= 0
    equity = np.where(begun, ledger.equity[at], cash)
    idle = np.where(begun, ledger.cash[at], cash)
    return Path(
        start=start,
        dates=weekdays.astype("datetime64[ns]"),
        columns=np.where(begun, at + tape.first, -1),
        equity=equity,
        cash=idle,
        exposure=1.0 - idle / equity,
        returns=_changes(equity, cash),
        years=((end - start).days + 1) / 365.25,
    )


def benchmark_returns(
    benchmark: tuple[npt.NDArray[np.datetime64], Floats] | None, dates: npt.NDArray[np.datetime64]
) -> Floats:
    """Daily returns of holding the benchmark from its last close before the window on; NaN throughout without one.

    dates     : weekdays of the window
    benchmark : weekdays (datetime64[D]) from before the window on, and its level at the close of each
    """
    missing = np.full(len(dates), np.nan)
    if benchmark is None:
        return missing
    days, levels = benchmark
    at = np.searchsorted(days, dates.astype("datetime64[D]"))
    before = levels[at[0] - 1] if not np.isnan(levels[at[0] - 1]) else levels[at[0]]
    return missing if np.isnan(levels[at]).any() else _changes(levels[at], before)


def home_returns(
    ledger: Ledger, tape: Tape, path: Path, home_benchmarks: dict[str, BenchmarkLevels], cash: float
) -> Floats:
    """Daily returns of the same money at the same times in the home indices, without costs.

    Each purchase buys its listing's index for the same amount at the index's open; each sale sells the same part of
    it. NaN throughout where a listing traded has no index with prices.
    """
    missing = np.full(len(path.dates), np.nan)
    symbols = [tape.symbols[row] for row in ledger.fills["row"]]
    if any(symbol not in home_benchmarks for symbol in symbols):
        return missing
    flow = np.zeros(len(tape.dates))  # cash in and out
    worth = np.zeros(len(tape.dates))  # of the index units held, at the books
    for lot in ledger.lots:
        row = int(lot["row"])
        fills = ledger.fills[ledger.fills["lot"] == lot["lot"]]
        if not len(fills):
            continue
        index, units = home_benchmarks[tape.symbols[row]], 0.0
        share = fills["shares"] / tape.split_factor[row, fills["column"]]  # on one and the same share throughout
        left = float(lot["shares"]) / tape.split_factor[row, tape.last] + share[fills["side"] < 0].sum()
        held = np.zeros(len(tape.dates))
        for fill, size in zip(fills, share, strict=True):
            column = int(fill["column"])
            level = index.opens[column]
            if fill["side"] > 0:
                change = float(fill["shares"] * fill["price"] * fill["fx"]) / level
            else:
                change, left = -units * min(size / left, 1.0), left - size
            units += change
            flow[column] -= change * level
            held[column:] += change
        worth += np.where(held != 0.0, held * index.closes, 0.0)
    equity = cash + np.cumsum(flow) + worth
    levels = np.where(path.columns >= 0, equity[path.columns], cash)
    return missing if np.isnan(levels).any() else _changes(levels, cash)


def _changes(levels: Floats, before: float) -> Floats:
    return levels / np.concatenate([[before], levels[:-1]]) - 1.0
