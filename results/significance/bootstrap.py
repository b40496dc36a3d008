"""The stationary bootstrap: resamples rows in blocks of random length, which keeps serial dependence.

Source: Politis and Romano (1994), J. American Statistical Association 89(428), 1303-1313; Politis and White (2004),
Econometric Reviews 23(1), 53-70, corrected by Patton, Politis and White (2009), 28(4), 372-375 (block length).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_AT_ONCE = 100_000  # row numbers held at a time
LEAST = 20  # rows below which resampling says nothing


def drawn_rows(rows: int, block: float, draws: int, seed: int) -> Iterator[Ints]:
    """Row numbers (resamples, rows), some resamples at a time: blocks of geometric length, wrapped around the end.

    block : mean length in rows, at least 1
    """
    chance = np.random.default_rng(seed)
    places = np.arange(rows)
    size = max(1, _AT_ONCE // max(1, rows))
    for done in range(0, draws, size):
        shape = min(size, draws - done), rows
        starts, begins = np.empty(shape, np.int64), np.empty(shape, bool)
        for start, begin in zip(starts, begins, strict=True):
            start[:], begin[:] = chance.integers(rows, size=rows), chance.random(rows) <= 1.0 / block
        begins[:, 0] = True
        first = np.maximum.accumulate(np.where(begins, places, 0), axis=1)
        yield (np.take_along_axis(starts, first, axis=1) + places - first) % rows


@lru_cache(maxsize=1)  # a run's gains and excess returns are drawn on the same dates
def drawn_counts(rows: int, block: float, draws: int, seed: int) -> Floats:
    """(draws, rows) how often each row is in each resample; times a table, over `rows`, it is all means. Read only."""
    counts = np.empty((draws, rows))
    done = 0
    for some in drawn_rows(rows, block, draws, seed):
        apart = some + rows * np.arange(len(some))[:, np.newaxis]
        counts[done : done + len(some)] = np.bincount(apart.ravel(), minlength=some.size).reshape(some.shape)
        done += len(some)
    counts.flags.writeable = False
    return counts


def block_length(series: Floats) -> float:
    """Mean block length that suits the mean of a series; NaN where it never moves.

    Autocorrelations count up to the first that five in a row (log10 of the rows, if more) do not exceed.
    """
    n = len(series)
    centred = series - series.mean()
    quiet = max(5, int(math.log10(n)))
    most = min(math.ceil(math.sqrt(n)) + quiet, n - 2)
    band = 2.0 * math.sqrt(math.log10(n) / n)
    covariance = np.array([centred[lag:] @ centred[: n - lag] / n for lag in range(most + 1)])
    if not covariance[0] > 0:
        return math.nan
    small = np.abs(covariance[:most]) < band * covariance[0]
    last = next((lag for lag in range(most - quiet + 1) if small[lag : lag + quiet].all()), None)
    reach = most if last is None else min(2 * max(last, 1), most)
    lags = np.arange(1, reach + 1)
    weighed = 2.0 * np.minimum(1.0, 2.0 * (1.0 - lags / reach)) * covariance[lags]
    long_run = covariance[0] + weighed.sum()
    if long_run == 0:
        return math.nan
    best = (float(lags @ weighed) ** 2 / long_run**2 * n) ** (1.0 / 3.0)
    return min(best, math.ceil(min(3.0 * math.sqrt(n), n / 3.0)))
