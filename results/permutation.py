"""The test a verdict rests on: exact whatever the distribution of returns, for few events and for thin trading.

From seven independent dates on, the signs of the dates' CARs are flipped: without an effect each could as well have
been its opposite. That asks only that abnormal returns are symmetric, and lets the event raise their variance. Of fewer
dates there are too few signs, and each date is held against its own past: were nothing special about the event window,
its k sessions could as well be any k successive ones of the estimation and event window laid in a circle. One date is
turned through all places: then the p is the sample quantile of Gelbach, Helland and Klick (2013).
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from results.event_panel import Floats, Panel
from results.tests_parametric import UNDEFINED, Outcome

DRAWS = 9_999
FLIPPED_FROM = 7  # dates: 2 x 3 of 128 signs are 4.7 %, where six dates allow 3.1 % or nothing
_ALL_SIGNS = 14  # dates of which all 2^n signs are tried; of more they are drawn
_MOST_SIGNS = 10_000_000  # held in memory at once: fewer draws of more than a thousand dates
_SEED = 20_250_617  # any number: the same answer each time


def permutation(panel: Panel, first: int, last: int) -> Outcome:
    """How often the CAAR is as far from zero where nothing happened; units that overlap move together.

    Source: Fisher (1935), The Design of Experiments, section 21, and Pitman (1937), J. Royal Statistical Society
    Supplement 4(1), 119-130 (signs); Nguyen and Wolf (2023), permutation tests in event studies; Gelbach et al. (2013),
    American Law and Economics Review 15(2), 495-541 (turns). Departure: blocks in a circle, where Nguyen and Wolf
    permute single sessions.
    """
    sums = panel.sums(first, last)
    use = ~np.isnan(sums)
    if not use.any():
        return UNDEFINED
    groups = np.unique(panel.overlaps[use], return_inverse=True)[1]
    count = int(groups.max()) + 1
    if count >= FLIPPED_FROM:
        return _flipped(np.bincount(groups, weights=sums[use]).astype(float))
    circles = _circles(panel, first, last)[use]
    return _turned([_turns(circles[groups == group], last - first + 1) for group in range(count)])


def flip_interval(sums: Floats, counts: Floats, level: float) -> tuple[float, float]:
    """The means that flipping signs does not reject: an exact interval where the sums are symmetric about the mean.

    Its ends are means of subsets: flipping the signs of a subset goes further from `mean` than the sums themselves do
    just where the subset's own mean lies beyond it.
    sums, counts : (groups,) of each group's values, and how many they are; at least `FLIPPED_FROM` groups
    Source       : Hartigan (1969), J. American Statistical Association 64(328), 1303-1317, theorem 1
    """
    if len(sums) <= _ALL_SIGNS:
        above, below = np.zeros(1), np.zeros(1)
        for one, count in zip(sums, counts, strict=True):
            above, below = np.concatenate([above, above + one]), np.concatenate([below, below + count])
    else:
        chosen = (_signs(len(sums)) + 1.0) / 2.0
        above, below = chosen @ sums, chosen @ counts
    means = np.sort(above[below > 0] / below[below > 0])
    out = int((1.0 - level) / 2.0 * (1 + len(means)))
    return float(means[out - 1]), float(means[-out])


def _flipped(sums: Floats) -> Outcome:
    """Signs of independent sums flipped in every way, or in `DRAWS` ways."""
    n, real = len(sums), abs(float(sums.sum()))
    deviation = math.sqrt(float(sums @ sums))
    if not deviation > 0:
        return UNDEFINED
    if n <= _ALL_SIGNS:
        others = sums[:1]  # the first sign may stay: what is mirrored is as far from zero
        for one in sums[1:]:
            others = np.concatenate([others + one, others - one])
        return Outcome(float(sums.sum()) / deviation, _as_far(others, real), "all signs")
    drawn = np.concatenate([[real], _signs(n) @ sums])
    return Outcome(float(sums.sum()) / deviation, _as_far(drawn, real), f"{len(drawn) - 1} draws of signs")


@lru_cache(maxsize=1)
def _signs(n: int) -> Floats:
    """(draws, n) random signs, the same each time."""
    draws = min(DRAWS, max(_MOST_SIGNS // n, 999))
    return np.random.default_rng(_SEED).integers(0, 2, size=(draws, n)).astype(np.float64) * 2.0 - 1.0


def _turned(turns: list[Floats]) -> Outcome:
    """turns : of each group the sum at every place of its circle, the event window's first."""
    real = sum(float(sums[0]) for sums in turns)
    deviation = math.sqrt(sum(float(np.square(sums).mean()) for sums in turns))
    if not deviation > 0:
        return UNDEFINED
    if len(turns) == 1:
        return Outcome(real / deviation, _as_far(turns[0], abs(real)), "all turns")
    chance = np.random.default_rng(_SEED)
    drawn = np.zeros(DRAWS + 1)
    drawn[0] = real
    for sums in turns:
        drawn[1:] += sums[chance.integers(0, len(sums), DRAWS)]
    return Outcome(real / deviation, _as_far(drawn, abs(real)), f"{DRAWS} draws of turns")


def _circles(panel: Panel, first: int, last: int) -> Floats:
    """(N, k + E) abnormal returns of the window, then of the estimation window; NaN where not known.

    The model is fitted to both at once, so that the event's sessions have no larger errors than the others.
    """
    cut = panel.columns(first, last)
    return np.stack([unit.fit.joint(cut) for unit in panel.units])


def _turns(circles: Floats, k: int) -> Floats:
    """Sums of k successive sessions from every place of a group's circle; what none of its units knows is cut out."""
    known = ~np.isnan(circles)
    known[:, :k] = True
    circle = np.nan_to_num(circles[:, known.any(axis=0)]).sum(axis=0)
    running = np.cumsum(np.concatenate([circle, circle[: k - 1]]))
    return np.concatenate([running[k - 1 : k], running[k:] - running[:-k]])


def _as_far(drawn: Floats, real: float) -> float:
    return float((np.abs(drawn) >= real * (1.0 - 1e-12)).mean())
