"""How large the mean effect is, how sure that is, and the smallest effect so few events could have shown."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from results.event_panel import Panel
from results.permutation import FLIPPED_FROM, flip_interval

LEVEL, POWER = 0.05, 0.80


@dataclass(frozen=True)
class Estimate:
    """CAAR of a window, fractions.

    low, high  : its 95 % interval
    error      : the standard error behind it
    detectable : the smallest true effect that this many units would have shown at 5 %, four times in five
    """

    first: int
    last: int
    units: int
    caar: float
    error: float
    low: float
    high: float
    detectable: float


def estimate(panel: Panel, first: int, last: int) -> Estimate:
    """CAAR with its interval and its power; units whose windows overlap count as one.

    From seven independent dates on the interval holds the means that `permutation` would not reject. Of fewer it is
    Student's over dates (t, groups - 1), of one date that of its own past, forecast error included.
    Source: Hartigan (1969); MacKinlay (1997), J. Economic Literature 35(1), 13-39, section 7 (power)
    """
    from scipy.special import stdtrit

    sums = panel.sums(first, last)
    use = ~np.isnan(sums)
    n = int(use.sum())
    if n == 0:
        return Estimate(first, last, 0, *([math.nan] * 5))
    caar = float(sums[use].mean())
    groups = np.unique(panel.overlaps[use], return_inverse=True)[1]
    by_group = np.bincount(groups, weights=sums[use]).astype(float)
    counts = np.bincount(groups).astype(float)
    independent = len(counts)
    if independent > 1:
        degrees = float(independent - 1)
        left = by_group - counts * caar
        error = math.sqrt(independent / degrees * float(left @ left)) / n
    else:
        whole = panel.together(use)
        degrees, error = float(whole.degrees[0]), float(whole.deviations(first, last)[0])
    reach = float(stdtrit(degrees, 1 - LEVEL / 2)) * error
    low, high = caar - reach, caar + reach
    if independent >= FLIPPED_FROM:
        low, high = flip_interval(by_group, counts, 1 - LEVEL)
    return Estimate(first, last, n, caar, error, low, high, detectable(error, degrees))


def detectable(error: float, degrees: float) -> float:
    """The true effect found at 5 % two-sided with a power of 80 %: (t 97.5 % + t 80 %) standard errors."""
    from scipy.special import stdtrit

    return (float(stdtrit(degrees, 1 - LEVEL / 2)) + float(stdtrit(degrees, POWER))) * error
