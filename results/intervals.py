"""How far a figure could be off: intervals by resampling, and how much hangs on one event.

Source: Politis and Romano (1994), J. American Statistical Association 89(428), 1303-1313 (stationary bootstrap);
Politis and White (2004), Econometric Reviews 23(1), 53-70 (block length); Efron (1987), JASA 82(397), 171-185 (BCa).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.metrics import return_metrics
from results.errors import EvidenceError

Floats = npt.NDArray[np.float64]

LEVEL = 0.95
PATH_METRICS = ("total_return", "cagr", "volatility", "sharpe", "sortino", "max_drawdown")
_SEED = 19_940_612
_LEAST = 20  # rows, or lots, below which resampling says nothing


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
    returns : decimal fractions, a row a weekday; years : as `engine.metrics.return_metrics` takes them
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


def lot_interval(values: Floats, dates: npt.ArrayLike, draws: int = 5_000) -> Interval:
    """The mean over lots with its BCa interval, dates drawn whole: lots of one date are one observation.

    values : (lots,) a figure a lot; dates : (lots,) of entry
    """
    from arch.bootstrap import IIDBootstrap

    frame = pd.DataFrame({"date": np.asarray(dates), "value": np.asarray(values, float)}).dropna()
    by_date = frame.groupby("date")["value"].agg(["sum", "count"])
    if not len(by_date):
        return Interval(None, None, None, "BCa over dates")
    point = float(by_date["sum"].sum() / by_date["count"].sum())
    if len(by_date) < 5 or np.ptp((by_date["sum"] / by_date["count"]).to_numpy()) <= 1e-15:
        return Interval(point, None, None, "BCa over dates")
    resampler = IIDBootstrap(by_date["sum"].to_numpy(), by_date["count"].to_numpy(), seed=_SEED)
    low, high = resampler.conf_int(_pooled_mean, reps=draws, method="bca", size=LEVEL).ravel()
    return Interval(point, float(low), float(high), "BCa over dates")


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


def _pooled_mean(total: Floats, count: Floats) -> Floats:
    return np.array([total.sum() / count.sum()])


def _block(returns: Floats) -> float:
    """Mean block length in rows; a week where the returns do not say."""
    from arch.bootstrap import optimal_block_length

    if len(returns) < _LEAST or float(np.std(returns)) <= 1e-14:
        return 5.0
    best = float(optimal_block_length(returns)["stationary"].iloc[0])
    return min(max(best, 5.0), len(returns) / 3.0) if math.isfinite(best) else 5.0


def _resamples(rows: int, block: float, draws: int) -> list[npt.NDArray[np.int64]]:
    from arch.bootstrap import StationaryBootstrap

    if rows < _LEAST:
        return []
    resampler = StationaryBootstrap(round(block), np.arange(rows), seed=_SEED)
    return [np.asarray(data[0][0]) for data in resampler.bootstrap(draws)]


def _percentiles(value: float | None, drawn: list[float | None], method: str) -> Interval:
    known = [one for one in drawn if one is not None]
    if value is None or len(known) < max(1, len(drawn) // 2):
        return Interval(value, None, None, method)
    tail = (1.0 - LEVEL) / 2.0
    low, high = np.quantile(known, (tail, 1.0 - tail))
    return Interval(value, float(low), float(high), method)
