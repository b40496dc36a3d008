"""Probability of backtest overfitting, by combinatorially symmetric cross-validation.

Source: Bailey, Borwein, Lopez de Prado and Zhu (2017), J. Computational Finance 20(4), 39-69, section 2.2.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from eventfolio.engine.processes import usual_jobs
from eventfolio.results.errors import EvidenceError

Floats = npt.NDArray[np.float64]

_CHUNK = 1_000_000  # numbers held at once by each thread
_FLAT = 1e-14


@dataclass(frozen=True)
class Overfitting:
    """What all splits say.

    pbo     : share of splits whose best half-sample trial ends up in the lower half of the other half-sample
    loss    : share of splits in which that trial loses money there
    logits  : (splits,) ln(w / (1 - w)), w the trial's rank there over N + 1
    dropped : rows at the start left out, so that the blocks are of equal length
    """

    pbo: float
    loss: float
    logits: Floats
    dropped: int


def overfitting(returns: Floats, blocks: int = 16) -> Overfitting:
    """Split T rows into `blocks`, take every half of them for choosing and the other half for judging.

    returns : (T, N), N at least 2, nothing missing
    Trials are ranked by Sharpe ratio; in a half in which any trial is flat, and so has none, by mean return. Ties
    take their mean rank; of several best the first is chosen.
    Raises  : EvidenceError
    """
    total, trials = returns.shape
    check_blocks(blocks)
    length = total // blocks
    if length < 2:
        raise EvidenceError(
            f"{total} rows cannot be cut into {blocks} blocks of two and more. Give more rows, or fewer --blocks."
        )
    if trials < 2:
        raise EvidenceError("One trial alone was not chosen among any. Give a column for every trial made.")
    used = returns[total - blocks * length :]
    parts = used.reshape(blocks, length, trials)
    halves = np.array(list(combinations(range(blocks), blocks // 2)))
    chosen = np.zeros((len(halves), blocks), bool)
    chosen[np.arange(len(halves))[:, None], halves] = True
    step = max(1, _CHUNK // trials)
    with ThreadPoolExecutor(usual_jobs()) as threads:  # numpy lets go of the interpreter
        judged = threads.map(lambda start: _judged(parts, chosen[start : start + step]), range(0, len(chosen), step))
        rank, loss = (np.concatenate(found) for found in zip(*judged, strict=True))
    w = rank / (trials + 1.0)
    logit = np.log(w / (1.0 - w))
    return Overfitting(float((logit <= 0).mean()), float(loss.mean()), logit, total - blocks * length)


def check_blocks(blocks: int) -> None:
    """Refuse a number of blocks that has no half, or too many halves."""
    if blocks < 2 or blocks % 2 or blocks > 20:
        raise EvidenceError(f"{blocks} blocks: give an even number from 2 to 20.")


def _judged(parts: Floats, inside: npt.NDArray[np.bool_]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """(splits,) rank outside of the trial that is best inside, from 1, and whether it lost there."""
    choice = _scores(parts, inside).argmax(axis=1)
    outside = _scores(parts, ~inside)
    mine = outside[np.arange(len(inside)), choice][:, None]
    rank = (outside < mine).sum(axis=1) + ((outside == mine).sum(axis=1) + 1) / 2.0
    return rank, mine[:, 0] < 0


def _scores(parts: Floats, member: npt.NDArray[np.bool_]) -> Floats:
    """(splits, N) Sharpe ratio of each trial over the blocks of each split, or its mean return (see above)."""
    weight = member.astype(float)
    count = member.sum(axis=1)[:, None] * parts.shape[1]
    centre = parts.mean(axis=(0, 1))
    moved = parts - centre  # for accuracy: variances are small beside squares
    mean = weight @ moved.sum(axis=1) / count
    variance = (weight @ (moved**2).sum(axis=1) - count * mean**2) / (count - 1)
    flat = _flat(parts, member)
    mean += centre
    variance = np.maximum(variance, _FLAT**2, out=variance)
    variance[flat] = 1.0
    scores = np.divide(mean, np.sqrt(variance, out=variance), out=variance)
    unranked = flat.any(axis=1)
    scores[unranked] = mean[unranked]
    return np.round(scores, 12, out=scores)  # equal trials stay equal whatever the order of summing


def _flat(parts: Floats, member: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """(splits, N) whether a trial's return is one and the same on every row of the split."""
    within = (parts.max(axis=1) - parts.min(axis=1)) <= _FLAT  # (blocks, N)
    flat = member.astype(float) @ within == member.sum(axis=1)[:, None]  # within each of its blocks
    trials = np.flatnonzero(flat.any(axis=0))
    level = parts[:, 0, trials]
    low, high = (np.full((len(member), len(trials)), end) for end in (np.inf, -np.inf))
    for block in range(parts.shape[0] if len(trials) else 0):
        inside = member[:, block][:, None]
        low = np.where(inside, np.minimum(low, level[block]), low)
        high = np.where(inside, np.maximum(high, level[block]), high)
    flat[:, trials] &= high - low <= _FLAT
    return flat
