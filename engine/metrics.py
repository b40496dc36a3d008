"""The metrics of a run (docs/semantics.md#the-metrics): fractions, the same keys everywhere, undefined is None.

Daily returns have one row each Monday to Friday of the window; k = 365.25 x 5/7 of them make a year.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
PERIODS = 365.25 * 5 / 7  # weekdays a year
FLAT = 1e-14  # a standard deviation below this is the rounding error of equal returns


@dataclass(frozen=True)
class LotFigures:
    """What metrics need of the lots: pnl of the closed ones, excess returns of all, costs of all (account currency)."""

    opened: int
    closed_pnl: Sequence[float]
    excess: Sequence[float]
    costs: float


def return_metrics(returns: Floats, years: float) -> dict[str, float | None]:
    """Metrics of a series of daily returns alone.

    returns : decimal fractions, Monday to Friday
    years   : calendar days of the window, both ends counted, / 365.25
    Source  : Sharpe (1994), J. Portfolio Management 21(1); Sortino and Price (1994), J. Investing 3(3), target 0
    """
    r = np.asarray(returns, float)
    n = len(r)
    growth = np.cumprod(1.0 + r)
    total = float(growth[-1] - 1.0) if n else None
    mean = float(r.mean()) if n else math.nan
    deviation = float(r.std(ddof=1)) if n > 1 else math.nan
    downside = math.sqrt(float((np.minimum(r, 0.0) ** 2).mean())) if n else math.nan
    drawdown = float(min((growth / np.maximum.accumulate(np.maximum(growth, 1.0)) - 1.0).min(), 0.0)) if n else math.nan
    cagr = (1.0 + total) ** (1.0 / years) - 1.0 if total is not None and total > -1.0 else (-1.0 if n else math.nan)
    return {
        "total_return": total,
        "cagr": _defined(cagr),
        "volatility": _defined(deviation * math.sqrt(PERIODS)),
        "sharpe": _ratio(mean * math.sqrt(PERIODS), deviation),
        "sortino": _ratio(mean * math.sqrt(PERIODS), downside),
        "max_drawdown": _defined(drawdown),
        "calmar": _ratio(cagr, -drawdown),
        "skew": _skew(r, mean, deviation),
        "var_95": _defined(float(np.quantile(r, 0.05)) if n else math.nan),
    }


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
        "win_rate": _ratio(wins, len(lots.closed_pnl)),
        "mean_excess": _ratio(sum(lots.excess), len(lots.excess)),
        "costs": lots.costs,
        **tail,
    }


def _skew(r: Floats, mean: float, deviation: float) -> float | None:
    """Bias-corrected sample skewness, as pandas and quantstats have it (Joanes and Gill 1998, G1)."""
    n = len(r)
    if n < 3 or not deviation > FLAT:
        return None
    return float((((r - mean) / deviation) ** 3).sum()) * n / ((n - 1) * (n - 2))


def _defined(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _ratio(above: float, below: float) -> float | None:
    return _defined(above / below) if below == below and abs(below) > FLAT else None
