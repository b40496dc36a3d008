"""Which strategy is best by a figure, where the difference is more than noise; most often none is.

Rows of all strategies are drawn together by the stationary bootstrap (Politis and Romano 1994, J. American
Statistical Association 89, 1303-1313; mean block n^(1/3)). A strategy is best by a figure only if it beats every other
one in at least 95 % of the draws (percentile interval: Efron and Tibshirani 1993, ch. 13).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.metrics import PERIODS

Floats = npt.NDArray[np.float64]

DRAWS, SURE, FEWEST_ROWS = 300, 0.95, 60
_LOW = ("volatility",)


def best_beyond_noise(returns: Sequence[Floats]) -> dict[str, int]:
    """The number of the best series by metric, for those metrics where there is one.

    returns : daily decimal fractions, one array a strategy, all on the same dates; else nothing is marked
    """
    moving = [number for number, series in enumerate(returns) if np.ptp(series) > 0]
    if len(moving) < 2 or len({len(series) for series in returns}) > 1 or len(returns[0]) < FEWEST_ROWS:
        return {}
    table = np.stack([returns[number] for number in moving])
    wins: dict[str, Floats] = {}
    chance = np.random.default_rng(20250617)
    for _ in range(DRAWS):
        for key, figures in _figures(table[:, _rows(table.shape[1], chance)]).items():
            tally = wins.setdefault(key, np.zeros(len(moving)))
            best = _best(key, figures)
            tally[best] += (figures == figures[best]).sum() == 1  # as good as another is not best
    found = {}
    for key, figures in _figures(table).items():
        best = _best(key, figures)
        if wins[key][best] >= SURE * DRAWS:
            found[key] = moving[best]
    return found


def _rows(n: int, chance: np.random.Generator) -> npt.NDArray[np.int64]:
    """Row numbers of one draw: blocks of geometric length, wrapped around the end."""
    new = chance.random(n) < n ** (-1 / 3)
    new[0] = True
    starts = np.flatnonzero(new)
    block = np.cumsum(new) - 1
    return (chance.integers(n, size=len(starts))[block] + np.arange(n) - starts[block]) % n


def _best(key: str, figures: Floats) -> int:
    return int(np.argmin(figures) if key in _LOW else np.argmax(figures))


def _figures(returns: Floats) -> dict[str, Floats]:
    """Metrics of each row of `returns`, up to factors that all share (engine.metrics has the definitions)."""
    wealth = np.cumprod(1.0 + returns, axis=1)
    fall = (wealth / np.maximum.accumulate(np.maximum(wealth, 1.0), axis=1) - 1.0).min(axis=1)
    mean, deviation = returns.mean(axis=1), returns.std(axis=1, ddof=1)
    downside = np.sqrt((np.minimum(returns, 0.0) ** 2).mean(axis=1))
    growth = wealth[:, -1] ** (PERIODS / returns.shape[1]) - 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "total_return": wealth[:, -1],
            "cagr": growth,
            "volatility": deviation,
            "sharpe": np.nan_to_num(mean / deviation),
            "sortino": np.nan_to_num(mean / downside),
            "max_drawdown": fall,
            "calmar": np.nan_to_num(growth / -fall),
            "var_95": np.quantile(returns, 0.05, axis=1),
        }
