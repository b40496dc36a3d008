"""How large the mean effect is, how sure that is, and the smallest effect so few events could have shown."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from results.event_panel import Panel

LEVEL, POWER = 0.05, 0.80


@dataclass(frozen=True)
class Estimate:
    """CAAR of a window, fractions.

    low, high  : its 95 % interval, Student's t over units; for one unit from the deviation of its own past
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
    """CAAR with its interval and its power.

    The interval is the cross-sectional one (t, N - 1), the same as the test `cross_t`.
    Source: MacKinlay (1997), J. Economic Literature 35(1), 13-39, section 7 (power); Brown and Warner (1980)
    """
    from scipy.special import stdtrit

    sums = panel.sums(first, last)
    use = ~np.isnan(sums)
    n = int(use.sum())
    if n == 0:
        return Estimate(first, last, 0, *([math.nan] * 5))
    caar = float(sums[use].mean())
    if n > 1:
        degrees, error = float(n - 1), float(sums[use].std(ddof=1)) / math.sqrt(n)
    else:
        degrees, error = float(panel.degrees[use][0]), float(panel.deviations(first, last)[use][0])
    reach = float(stdtrit(degrees, 1 - LEVEL / 2))
    return Estimate(first, last, n, caar, error, caar - reach * error, caar + reach * error, detectable(error, degrees))


def detectable(error: float, degrees: float) -> float:
    """The true effect found at 5 % two-sided with a power of 80 %: (t 97.5 % + t 80 %) standard errors."""
    from scipy.special import stdtrit

    return (float(stdtrit(degrees, 1 - LEVEL / 2)) + float(stdtrit(degrees, POWER))) * error
