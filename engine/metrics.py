"""The metrics of a run (docs/semantics.md#the-metrics): fractions, the same keys everywhere, undefined is None.

Daily returns have one row each Monday to Friday of the window; k = 365.25 x 5/7 of them make a year.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
PERIODS = 365.25 * 5 / 7  # weekdays a year
RETURN_METRICS = (
    "total_return",
    "cagr",
    "volatility",
    "sharpe",
    "sortino",
    "max_drawdown",
    "calmar",
    "skew",
    "var_95",
)  # of daily returns alone
FLAT = 1e-14  # a standard deviation below this is the rounding error of equal returns


@dataclass(frozen=True)
class LotFigures:
    """What metrics need of the lots: pnl of the closed ones, excess returns of all, costs of all (account currency).

    assumed : how many were opened on news whose time a rule gave, and no record
    """

    opened: int
    closed_pnl: Sequence[float]
    excess: Sequence[float]
    costs: float
    assumed: int = 0


def return_metrics(returns: Floats, years: float) -> dict[str, float | None]:
    """Metrics of a series of daily returns alone.

    returns : decimal fractions, Monday to Friday
    years   : calendar days of the window, both ends counted, / 365.25
    Source  : Sharpe (1994), J. Portfolio Management 21(1); Sortino and Price (1994), J. Investing 3(3), target 0
    """
    found = metrics_of_paths(np.asarray(returns, float)[np.newaxis], years, RETURN_METRICS)
    return {key: _defined(float(values[0])) for key, values in found.items()}


def metrics_of_paths(paths: Floats, years: float, keys: Sequence[str]) -> dict[str, Floats]:
    """`return_metrics` of many paths at once, (paths,) each; NaN is undefined.

    paths : (paths, rows) daily returns; years : of each path; keys : of RETURN_METRICS
    """
    r = np.ascontiguousarray(paths, np.float64)
    if not r.shape[1]:
        return {key: np.full(len(r), np.nan) for key in keys}
    with np.errstate(all="ignore"):
        figures = _Paths(r, years)
        values = {key: getattr(figures, key) for key in keys}
    return {key: np.where(np.isfinite(value), value, np.nan) for key, value in values.items()}


class _Paths:
    """Each figure of (paths, rows) daily returns, computed when it is asked for."""

    def __init__(self, r: Floats, years: float) -> None:
        self._r, self._years = r, years
        self._mean = r.mean(axis=1)

    @cached_property
    def _growth(self) -> Floats:
        return np.asarray(np.cumprod(1.0 + self._r, axis=1), np.float64)

    @cached_property
    def _deviation(self) -> Floats:
        return self._r.std(axis=1, ddof=1) if self._r.shape[1] > 1 else np.full(len(self._r), np.nan)

    @cached_property
    def total_return(self) -> Floats:
        return self._growth[:, -1] - 1.0

    @cached_property
    def cagr(self) -> Floats:
        power = 1.0 / self._years
        return np.array(
            [(1.0 + total) ** power - 1.0 if total > -1.0 else -1.0 for total in self.total_return.tolist()]
        )

    @cached_property
    def volatility(self) -> Floats:
        return self._deviation * math.sqrt(PERIODS)

    @cached_property
    def sharpe(self) -> Floats:
        return _ratios(self._mean * math.sqrt(PERIODS), self._deviation)

    @cached_property
    def sortino(self) -> Floats:
        downside = np.sqrt(np.square(np.minimum(self._r, 0.0)).mean(axis=1))
        return _ratios(self._mean * math.sqrt(PERIODS), downside)

    @cached_property
    def max_drawdown(self) -> Floats:
        peaks = np.maximum.accumulate(np.maximum(self._growth, 1.0), axis=1)
        return np.minimum((self._growth / peaks - 1.0).min(axis=1), 0.0)

    @cached_property
    def calmar(self) -> Floats:
        return _ratios(self.cagr, -self.max_drawdown)

    @cached_property
    def skew(self) -> Floats:
        """Bias-corrected sample skewness, as pandas and quantstats have it (Joanes and Gill 1998, G1)."""
        n = self._r.shape[1]
        moving = self._deviation > FLAT
        if n < 3 or not moving.any():
            return np.full(len(self._r), np.nan)
        cubes = ((self._r - self._mean[:, np.newaxis]) / self._deviation[:, np.newaxis]) ** 3
        return np.where(moving, cubes.sum(axis=1) * n / ((n - 1) * (n - 2)), np.nan)

    @cached_property
    def var_95(self) -> Floats:
        return np.quantile(self._r, 0.05, axis=1)


def path_metrics(
    returns: Floats,
    exposure: Floats,
    equity: Floats,
    years: float,
    bought: float,
    sold: float,
    lots: LotFigures,
) -> dict[str, float | None]:
    """All metrics of a run, in the order of docs/semantics.md#the-metrics.

    exposure, equity : a figure a row of `returns`
    bought, sold     : traded value at fills without fees, account currency
    """
    metrics = return_metrics(returns, years)
    tail = {key: metrics.pop(key) for key in ("skew", "var_95")}
    wins = sum(pnl > 0 for pnl in lots.closed_pnl)
    return metrics | {
        "exposure": _defined(float(exposure.mean()) if len(exposure) else math.nan),
        "turnover": _ratio(min(bought, sold) / years, float(equity.mean()) if len(equity) else math.nan),
        "trades": lots.opened,
        "assumed": lots.assumed,
        "win_rate": _ratio(wins, len(lots.closed_pnl)),
        "mean_excess": _ratio(sum(lots.excess), len(lots.excess)),
        "costs": lots.costs,
        **tail,
    }


def _ratios(above: Floats, below: Floats) -> Floats:
    return np.where(np.abs(below) > FLAT, above / below, np.nan)


def _defined(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _ratio(above: float, below: float) -> float | None:
    return _defined(above / below) if below == below and abs(below) > FLAT else None
