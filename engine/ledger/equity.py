"""Equity, cash, exposure and returns of a run by weekday, and those of the same money in its benchmarks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from eventfolio.engine.ledger.ledger import Ledger, Table, paid
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

    Each purchase buys its listing's index for the same amount at the index's open, one at a close at the index's own
    close of that date; each sale, and what is paid for a listing that ended, sells the same part of it at its open. NaN
    throughout where a listing traded has no index with prices, or none at a close it was bought at
    (docs/semantics.md#benchmarks).
    """
    missing = np.full(len(path.dates), np.nan)
    symbols = [tape.symbols[row] for row in ledger.lots["row"][ledger.fills["lot"]]]
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
        changes, left = _changes_of(lot, fills, ledger.payments[ledger.payments["lot"] == lot["lot"]], tape)
        held = np.zeros(len(tape.dates))
        for column, closing, bought, size, part in changes:
            level = (index.at_close if closing else index.opens)[column]
            if bought > 0.0:
                change = bought / level
            else:
                change, left = -units * max(min(size / left, 1.0), part), left - size
            units += change
            flow[column] -= change * level
            held[column:] += change
        worth += np.where(held != 0.0, held * index.closes, 0.0)
    equity = cash + np.cumsum(flow) + worth
    levels = np.where(path.columns >= 0, equity[path.columns], cash)
    return missing if np.isnan(levels).any() else _changes(levels, cash)


def _changes_of(
    lot: Any, fills: Table, payments: Table, tape: Tape
) -> tuple[list[tuple[int, bool, float, float, float]], float]:
    """What changed a lot: (column, whether at its close, money it was bought for, shares that left it, part of it paid
    in cash beside them).

    Also all shares that ever leave it or are left at the end. Shares are on one and the same share throughout: that of
    before all splits, of the listing bought.
    """
    per, changes = {int(lot["row"]): 1.0}, []  # shares of the listing bought for one of each that it turned into
    for payment in payments:
        old, into, column = (int(payment[name]) for name in ("row", "into", "column"))
        size = per[old] * float(payment["shares"]) / tape.split_factor.item(old, column - 1)
        if into < 0 or payment["became"] == 0.0:
            changes.append((column, False, 0.0, size, 0.0))
        else:
            became, cash = float(payment["became"]), float(paid(payment))
            per[into] = size / (became / tape.split_factor.item(into, column - 1))
            worth = became * float(payment["close"] * payment["into_fx"])
            changes.append((column, False, 0.0, 0.0, cash / (cash + worth)))
    for fill in fills:
        row, column, shares = int(fill["row"]), int(fill["column"]), float(fill["shares"])
        money = shares * float(fill["price"]) * float(fill["fx"]) if fill["side"] > 0 else 0.0
        size = per[row] * (shares / tape.split_factor.item(row, column)) if fill["side"] < 0 else 0.0
        changes.append((column, bool(fill["closing"]), money, size, 0.0))
    now = int(lot["held_as"])
    left = per.get(now, 1.0) * float(lot["shares"]) / tape.split_factor.item(now, tape.last)
    gone = np.array([size for *_, size, _ in changes if size])
    return sorted(changes, key=lambda change: change[:2]), left + gone.sum()


def _changes(levels: Floats, before: float) -> Floats:
    return levels / np.concatenate([[before], levels[:-1]]) - 1.0
