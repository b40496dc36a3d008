"""The stationary bootstrap: resamples rows in blocks of random length, which keeps serial dependence.

How long the blocks are is the caller's choice among the rules of `block_length`.
Source: Politis and Romano (1994), J. American Statistical Association 89(428), 1303-1313
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_AT_ONCE = 100_000  # row numbers held at a time
_KEPT = 1_000_000  # rows of all resamples whose chances are kept for the next path; some 16 MB


def drawn_rows(rows: int, block: float, draws: int, seed: int) -> Iterator[Ints]:
    """Row numbers (resamples, rows), some resamples at a time: blocks of geometric length, wrapped around the end.

    block : mean length in rows, at least 1
    """
    places = np.arange(rows)
    chances = _kept_chances if rows * draws <= _KEPT else _chances
    for starts, unsure in chances(rows, draws, seed):
        begins = unsure <= 1.0 / block
        begins[:, 0] = True
        first = np.maximum.accumulate(np.where(begins, places, 0), axis=1)
        yield (np.take_along_axis(starts, first, axis=1) + places - first) % rows


def _chances(rows: int, draws: int, seed: int) -> Iterator[tuple[Ints, Floats]]:
    """Of some resamples at a time, for each of their rows (resamples, rows): a row number, and a number in [0, 1)."""
    chance = np.random.default_rng(seed)
    size = max(1, _AT_ONCE // max(1, rows))
    for done in range(0, draws, size):
        shape = min(size, draws - done), rows
        starts, unsure = np.empty(shape, np.int64), np.empty(shape)
        for start, one in zip(starts, unsure, strict=True):
            start[:], one[:] = chance.integers(rows, size=rows), chance.random(rows)
        yield starts, unsure


@lru_cache(maxsize=2)  # every path of a window is resampled with the same
def _kept_chances(rows: int, draws: int, seed: int) -> tuple[tuple[Ints, Floats], ...]:
    return tuple(_chances(rows, draws, seed))


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
