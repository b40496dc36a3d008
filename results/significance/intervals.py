"""Confidence intervals of a path's figures by resampling, and the figures without each event."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.engine.metrics import metrics_of_paths
from eventfolio.results.errors import EvidenceError
from eventfolio.results.significance import block_length
from eventfolio.results.significance.block_length import LEAST
from eventfolio.results.significance.bootstrap import drawn_rows

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
    return _intervals(_metrics((returns,), years, keys, block_length.of_path(returns), draws), "stationary bootstrap")


def difference_intervals(
    first: Floats, second: Floats, years: float, keys: tuple[str, ...] = PATH_METRICS, draws: int = 1_000
) -> dict[str, Interval]:
    """Metrics of the first path less those of the second, resampled on the same rows, so that the market cancels.

    Raises : EvidenceError where the paths differ in length
    """
    if len(first) != len(second):
        raise EvidenceError(f"{len(first)} rows against {len(second)}: two paths are compared on the same dates.")

    figures = _metrics((first, second), years, keys, block_length.of_path(first, second), draws)
    return _intervals(figures, "stationary bootstrap, paired")


def told(gap: Interval) -> str:
    """What the interval of a difference says, in words."""
    if gap.low is None or gap.high is None:
        return "too little to say"
    return "no more than chance" if gap.low <= 0.0 <= gap.high else "more than chance"


def leave_one_event_out(trades: pd.DataFrame) -> dict[str, float]:
    """Pnl over what lots cost without each event's, by event id: how far a result hangs on one of them.

    trades : rows of trades.parquet
    """
    ids = trades["event_id"].to_numpy(object)
    pnl, cost = (one.to_numpy(float) for one in (trades["pnl"], trades["shares"] * trades["entry_price"]))
    found = {}
    for event in dict.fromkeys(trades["event_id"].dropna()):
        others = ids != event
        if event and others.any():
            found[event] = float(np.nansum(pnl[others]) / np.nansum(cost[others]))
    return found


def _metrics(
    paths: tuple[Floats, ...], years: float, keys: tuple[str, ...], block: float, draws: int
) -> dict[str, Floats]:
    """Each metric of the path, or of the first less that of the second: as it was, then of every resample."""
    rows = len(paths[0])
    drawn = drawn_rows(rows, round(block), draws if rows >= LEAST else 0, _SEED)
    found: dict[str, list[Floats]] = {key: [] for key in keys}
    for some in chain([np.arange(rows)[np.newaxis]], drawn):
        each = [metrics_of_paths(path[some], years, keys) for path in paths]
        for key in keys:
            found[key].append(each[0][key] if len(each) == 1 else each[0][key] - each[1][key])
    return {key: np.concatenate(figures) for key, figures in found.items()}


def _intervals(figures: Mapping[str, Floats], method: str) -> dict[str, Interval]:
    return {key: _percentiles(values, method) for key, values in figures.items()}


def _percentiles(values: Floats, method: str) -> Interval:
    """The interval around values[0] from the resamples that follow it."""
    real, drawn = float(values[0]), values[1:]
    known = drawn[~np.isnan(drawn)]
    if math.isnan(real) or len(known) < max(1, len(drawn) // 2):
        return Interval(None if math.isnan(real) else real, None, None, method)
    tail = (1.0 - LEVEL) / 2.0
    low, high = np.quantile(known, (tail, 1.0 - tail))
    return Interval(real, float(low), float(high), method)
