"""The permutation test behind the verdicts: exact for few events and thin trading, under any distribution.

From seven independent blocks on, the signs of the blocks' sums are flipped: without an effect each could as well have
been its opposite. That asks only that abnormal returns are symmetric, and lets the event raise their variance. Of fewer
dates there are too few signs, and each date is held against its own past: were nothing special about the event window,
its k sessions could as well be any k successive ones of the estimation and event window laid in a circle. Places that
touch the event's own are left out, else a large effect would stand beside itself, and so are those of which fewer than
90 % of the cells are known. One date is turned through all of
them: then the p is the sample quantile of Gelbach, Helland and Klick (2013).
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from eventfolio.results.event_study.panel import Floats, Panel
from eventfolio.results.event_study.tests_parametric import UNDEFINED, Outcome
from eventfolio.results.rounding import DUST

DRAWS = 9_999
FLIPPED_FROM = 7  # dates: 2 x 3 of 128 signs are 4.7 %, where six dates allow 3.1 % or nothing
_ALL_SIGNS = 14  # dates of which all 2^n signs are tried; of more they are drawn
_MOST_SIGNS = 10_000_000  # held in memory at once: fewer draws of more than a thousand dates
_KNOWN = 0.9  # share of a place's cells that must be known
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
    return _turned(turns_of(_circles(panel, first, last)[use], groups, last - first + 1))


def flip_interval(sums: Floats, counts: Floats, level: float) -> tuple[float, float]:
    """The means that flipping signs does not reject: an exact interval where the sums are symmetric about the mean.

    sums, counts : (groups,) of each group's values, and how many they are; at least `FLIPPED_FROM` groups
    Source       : Hartigan (1969), J. American Statistical Association 64(328), 1303-1317, theorem 1
    """
    means = _means_of_subsets(sums[:, None], counts)
    out = _beyond(len(means), level)
    means.partition((out - 1, len(means) - out), axis=0)
    return float(means[out - 1, 0]), float(means[len(means) - out, 0])


def flip_lows(sums: Floats, counts: Floats, level: float) -> Floats:
    """(studies,) the lower ends of `flip_interval`, of several studies with the same groups: sums (groups, studies)."""
    means = np.ascontiguousarray(_means_of_subsets(sums, counts).T)
    at = _beyond(means.shape[1], level) - 1
    means.partition(at, axis=1)
    return means[:, at]


def _means_of_subsets(sums: Floats, counts: Floats) -> Floats:
    """(subsets, studies) means of all subsets of groups, or of those drawn.

    Flipping the signs of a subset goes further from the mean than the sums themselves do just where the subset's own
    mean lies beyond it.
    """
    chosen = _subsets(len(sums)) if len(sums) <= _ALL_SIGNS else (_signs(len(sums)) + 1.0) / 2.0
    size = chosen @ counts
    found: Floats = (chosen[size > 0] @ sums) / size[size > 0, None]
    return found


def _beyond(subsets: int, level: float) -> int:
    """How many means lie outside the interval at each end, its own end included."""
    return int((1.0 - level) / 2.0 * (1 + subsets))


def planted_turns(panel: Panel, first: int, last: int) -> tuple[list[Floats], list[Floats]]:
    """Of each group the sum at every place of its circle as it is, and what an effect of one on each CAR adds there."""
    use = ~np.isnan(panel.sums(first, last))
    groups = np.unique(panel.overlaps[use], return_inverse=True)[1]
    cut, k = panel.columns(first, last), last - first + 1
    added = []
    for unit in panel.units:
        known = ~np.isnan(unit.fit.abnormal[cut])
        effect = unit.fit.abnormal * np.nan
        effect[cut] = np.where(known, 1.0 / max(int(known.sum()), 1), np.nan)
        added.append(replace(unit.fit, abnormal=effect, residuals=unit.fit.residuals * 0.0).joint(cut))
    found = turns_of(_circles(panel, first, last)[use], groups, k)
    return found, turns_of(np.stack(added)[use], groups, k)


def turns_of(circles: Floats, groups: npt.NDArray[np.int64], k: int) -> list[Floats]:
    """Of each group the sums of k successive sessions: the event's own first, then those that do not touch it."""
    return [_turns(circles[groups == group], k) for group in range(int(groups.max()) + 1)]


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
        return Outcome(float(sums.sum()) / deviation, _as_far(others, real, sums), "all signs", 1 / len(others))
    drawn = np.concatenate([[real], _signs(n) @ sums])
    return Outcome(
        float(sums.sum()) / deviation, _as_far(drawn, real, sums), f"{len(drawn) - 1} draws of signs", 1 / len(drawn)
    )


def _subsets(n: int) -> Floats:
    """(2^n, n) every choice among n."""
    return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(np.float64)


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
    drawn = np.concatenate([[real], drawn_turns(turns)])
    told = "all turns" if len(turns) == 1 else f"{DRAWS} draws of turns"
    size = np.array([np.abs(sums).max() for sums in turns])
    return Outcome(real / deviation, _as_far(drawn, abs(real), size), told, 1 / len(drawn))


def drawn_turns(turns: list[Floats]) -> Floats:
    """Sums over the groups at places drawn for each, the same places each time; of one group at every other place."""
    if len(turns) == 1:
        return turns[0][1:]
    chance = np.random.default_rng(_SEED)
    drawn = np.zeros(DRAWS)
    for sums in turns:
        drawn += sums[chance.integers(0, len(sums), DRAWS)]
    return drawn


def _circles(panel: Panel, first: int, last: int) -> Floats:
    """(N, k + E) abnormal returns of the window, then of the estimation window; NaN where not known.

    The model is fitted to both at once, so that the event's sessions have no larger errors than the others.
    """
    cut = panel.columns(first, last)
    return np.stack([unit.fit.joint(cut) for unit in panel.units])


def _turns(circles: Floats, k: int) -> Floats:
    """Of one group, see `turns_of`; places of which fewer than 90 % of the cells are known are skipped."""
    known = ~np.isnan(circles)
    every = _running(np.nan_to_num(circles).sum(axis=0), k)
    cells = _running(known.sum(axis=0).astype(float), k)
    use = cells >= _KNOWN * k * len(circles) - 1e-9
    away = slice(k, len(every) - k + 1)
    return np.concatenate([every[:1], every[away][use[away]]])


def _running(values: Floats, k: int) -> Floats:
    """Sums of k successive values of a circle, by the first of them."""
    sums = np.cumsum(np.concatenate([[0.0], values, values[: k - 1]]))
    return sums[k:] - sums[:-k]


def _as_far(drawn: Floats, real: float, parts: Floats) -> float:
    """Share of `drawn` that is as far from zero as `real`, but for rounding. parts : what was added up"""
    return float((np.abs(drawn) >= real - DUST * float(np.abs(parts).sum())).mean())
