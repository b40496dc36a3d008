"""How far a figure of a path could be off: intervals by resampling, and how much hangs on one event."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.engine.metrics import return_metrics
from eventfolio.results.errors import EvidenceError
from eventfolio.results.significance.bootstrap import LEAST, block_length, drawn_rows

Floats = npt.NDArray[np.float64]

LEVEL = 0.95
PATH_METRICS = ("total_return", "cagr", "volatility", "sharpe", "sortino", "max_drawdown")
_SEED = 19_940_612


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % interval; low and high are None where there is too little to resample, or no spread."""

    value: float | None
    low: float | None
    high: float | None
    method: str


def path_intervals(
    returns: Floats, years: float, keys: tuple[str, ...] = PATH_METRICS, draws: int = 2_000
) -> dict[str, Interval]:
    """Intervals of metrics of daily returns: percentiles over stationary block resamples, so that runs are kept.

    BCa is not used here: its jackknife takes rows for independent, and a drawdown is no smooth function of them.
    returns : decimal fractions, a row a weekday; years : as `eventfolio.engine.metrics.return_metrics` takes them
    """
    real = return_metrics(returns, years)
    drawn = [return_metrics(returns[rows], years) for rows in _resamples(len(returns), _block(returns), draws)]
    return {key: _percentiles(real[key], [one[key] for one in drawn], "stationary bootstrap") for key in keys}


def difference_intervals(
    first: Floats, second: Floats, years: float, keys: tuple[str, ...] = PATH_METRICS, draws: int = 1_000
) -> dict[str, Interval]:
    """Metrics of the first path less those of the second, resampled on the same rows, so that the market cancels.

    Raises : EvidenceError where the paths differ in length
    """
    if len(first) != len(second):
        raise EvidenceError(f"{len(first)} rows against {len(second)}: two paths are compared on the same dates.")

    def gaps(rows: npt.NDArray[np.int64]) -> dict[str, float | None]:
        ours, theirs = (return_metrics(path[rows], years) for path in (first, second))
        found = ((key, ours[key], theirs[key]) for key in keys)
        return {key: None if a is None or b is None else a - b for key, a, b in found}

    drawn = [gaps(rows) for rows in _resamples(len(first), max(_block(first), _block(second)), draws)]
    real = gaps(np.arange(len(first)))
    return {key: _percentiles(real[key], [one[key] for one in drawn], "stationary bootstrap, paired") for key in keys}


def told(gap: Interval) -> str:
    """What the interval of a difference says, in words."""
    if gap.low is None or gap.high is None:
        return "too little to say"
    return "no more than chance" if gap.low <= 0.0 <= gap.high else "more than chance"


def leave_one_event_out(
    trades: pd.DataFrame, figure: Callable[[pd.DataFrame], float] | None = None
) -> dict[str, float]:
    """The figure without each event's lots, by event id: how far a result hangs on one of them.

    trades : rows of trades.parquet; figure : of such rows; default: pnl over what the lots cost
    """
    measure = figure or _gain
    return {
        event: measure(trades[trades["event_id"] != event])
        for event in dict.fromkeys(trades["event_id"].dropna())
        if event and (trades["event_id"] != event).any()
    }


def _gain(trades: pd.DataFrame) -> float:
    return float(trades["pnl"].sum() / (trades["shares"] * trades["entry_price"]).sum())


def _block(returns: Floats) -> float:
    """Mean block length in rows; a week where the returns do not say."""
    if len(returns) < LEAST or float(np.std(returns)) <= 1e-14:
        return 5.0
    best = block_length(returns)
    return min(max(best, 5.0), len(returns) / 3.0) if math.isfinite(best) else 5.0


def _resamples(rows: int, block: float, draws: int) -> Iterator[npt.NDArray[np.int64]]:
    return drawn_rows(rows, round(block), draws if rows >= LEAST else 0, _SEED)


def _percentiles(value: float | None, drawn: list[float | None], method: str) -> Interval:
    known = [one for one in drawn if one is not None]
    if value is None or len(known) < max(1, len(drawn) // 2):
        return Interval(value, None, None, method)
    tail = (1.0 - LEVEL) / 2.0
    low, high = np.quantile(known, (tail, 1.0 - tail))
    return Interval(value, float(low), float(high), method)
