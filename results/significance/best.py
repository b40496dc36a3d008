"""Tests whether the best strategy by a figure is better than the others by more than noise; most often none is.

Rows of all strategies are drawn together by the stationary bootstrap. A strategy is best by a figure where it is ahead
of every other by more standard errors than the largest difference between any two of them, by any figure and in either
direction, reaches in 95 % of the draws about its own mean: so of equal strategies one is marked in at most 5 % of runs,
however many figures and strategies are looked at. One that never moved is no rival in how calm it was; but what earned
less than it is not best.

Source: Politis and Romano (1994), J. American Statistical Association 89, 1303-1313 (bootstrap);
Romano and Wolf (2005), Econometrica 73(4), 1237-1282 (largest of studentised differences)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from eventfolio.engine.metrics import PERIODS
from eventfolio.results.significance import block_length
from eventfolio.results.significance.bootstrap import drawn_rows

Floats = npt.NDArray[np.float64]

DRAWS, SURE, FEWEST_ROWS = 400, 0.95, 60
_CALM = ("volatility", "max_drawdown", "var_95")
_SEED = 20_250_617
_HELD = 1_000_000  # numbers held at once


def best_strategies(returns: Sequence[Floats]) -> dict[str, int]:
    """The number of the best series by metric, for those metrics where there is one.

    returns : daily decimal fractions, one array a strategy, all on the same dates; else nothing is marked
    """
    moving = [number for number, series in enumerate(returns) if np.ptp(series) > 0]
    if len(moving) < 2 or len({len(series) for series in returns}) > 1 or len(returns[0]) < FEWEST_ROWS:
        return {}
    table = np.stack([returns[number] for number in moving])
    real = _figures(table)
    drawn = _drawn(table)
    ahead, chance = {}, np.zeros(DRAWS)
    for key, figures in real.items():
        gaps = _gaps(drawn[key])
        error, gap = gaps.std(axis=0), _gaps(figures)
        known = error > 1e-12 * max(float(np.abs(figures).max()), 1e-300)
        error = np.where(known, error, 1.0)
        chance = np.maximum(chance, np.where(known, np.abs(gaps - gaps.mean(axis=0)) / error, 0.0).max(axis=(1, 2)))
        ahead[key] = np.where(known, gap / error, 0.0)
    bar = float(np.quantile(chance, SURE))
    idle = [series for number, series in enumerate(returns) if number not in moving]
    floor = _figures(np.stack(idle)) if idle else {}
    found = {}
    for key, gap in ahead.items():
        np.fill_diagonal(gap, np.inf)
        first = gap.min(axis=1)
        place = int(first.argmax())
        beaten = key in floor and key not in _CALM and real[key][place] <= floor[key].max()
        if first[place] > bar and not beaten:
            found[key] = moving[place]
    return found


def _drawn(table: Floats) -> dict[str, Floats]:
    """Of each metric (draws, n): the figures of every series, all on the same rows drawn."""
    rows = np.concatenate(list(drawn_rows(table.shape[1], block_length.cube_root(table.shape[1]), DRAWS, _SEED)))
    step = max(1, _HELD // table.size)
    parts = [_figures(table[:, rows[start : start + step]].swapaxes(0, 1)) for start in range(0, DRAWS, step)]
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def _gaps(figures: Floats) -> Floats:
    """(…, n) figures to (…, n, n): by how much each is above each other."""
    return figures[..., :, None] - figures[..., None, :]


def _figures(returns: Floats) -> dict[str, Floats]:
    """Metrics along the last axis, up to factors that all share; higher is better (engine.metrics defines them)."""
    wealth = np.cumprod(1.0 + returns, axis=-1)
    fall = (wealth / np.maximum.accumulate(np.maximum(wealth, 1.0), axis=-1) - 1.0).min(axis=-1)
    mean, deviation = returns.mean(axis=-1), returns.std(axis=-1, ddof=1)
    downside = np.sqrt((np.minimum(returns, 0.0) ** 2).mean(axis=-1))
    growth = wealth[..., -1] ** (PERIODS / returns.shape[-1]) - 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        found = {
            "total_return": wealth[..., -1],
            "cagr": growth,
            "volatility": -deviation,
            "sharpe": mean / deviation,
            "sortino": mean / downside,
            "max_drawdown": fall,
            "calmar": growth / -fall,
            "var_95": np.quantile(returns, 0.05, axis=-1),
        }
    return {key: np.nan_to_num(figures, posinf=0.0, neginf=0.0) for key, figures in found.items()}
