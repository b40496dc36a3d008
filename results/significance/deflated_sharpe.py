"""Deflates the Sharpe ratio of the best of many trials by the number and the variance of the trials.

Sharpe ratios here are per period (mean over standard deviation, ddof 1) unless a name says annual. gamma_3 and gamma_4
are the moments of the sample: skewness, and kurtosis that is 3 for the normal.

Source: Bailey and Lopez de Prado (2012), J. Risk 15(2), 3-44; (2014), J. Portfolio Management 40(5), 94-107; Bailey,
Borwein, Lopez de Prado and Zhu (2014), Notices of the AMS 61(5), 458-471.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_EULER = 0.577215664901532860606512090082402431
_FLAT = 1e-14  # a standard deviation below this is the rounding error of equal returns


@dataclass(frozen=True)
class Moments:
    """What the figures below need of a series of returns: Sharpe ratio a period, periods, skewness, kurtosis."""

    sharpe: float
    periods: int
    skew: float
    kurtosis: float


def moments(returns: Floats) -> Moments | None:
    """Of a series of returns; None where it is flat and has no Sharpe ratio."""
    r = np.asarray(returns, float)
    if len(r) < 3 or not float(r.std(ddof=1)) > _FLAT:
        return None
    centred = r - r.mean()
    variance = float((centred**2).mean())
    return Moments(
        sharpe=float(r.mean() / r.std(ddof=1)),
        periods=len(r),
        skew=float((centred**3).mean()) / variance**1.5,
        kurtosis=float((centred**4).mean()) / variance**2,
    )


def probabilistic_sharpe(found: Moments, benchmark: float = 0.0) -> float | None:
    """Probability that the true Sharpe ratio is above `benchmark` (a period); None where the moments allow none.

    Source: Bailey and Lopez de Prado (2012), equation 9
    """
    below = _spread(found)
    if below <= 0 or found.periods < 2:
        return None
    return _normal_cdf((found.sharpe - benchmark) * math.sqrt(found.periods - 1) / math.sqrt(below))


def expected_max(trials: float) -> float:
    """Expected maximum of that many independent standard normals; 0 for one.

    Source: Bailey and Lopez de Prado (2014), equation 1 (the False Strategy theorem)
    """
    from scipy.special import ndtri

    if trials <= 1:
        return 0.0
    top = (1.0 - _EULER) * ndtri(1.0 - 1.0 / trials) + _EULER * ndtri(1.0 - 1.0 / (trials * math.e))
    return max(float(top), 0.0)  # the approximation turns below zero just above one trial


def sharpe_variance(sharpes: Sequence[float], periods: int) -> float:
    """Variance of the trials' Sharpe ratios (a period), never below the 1 / T that chance alone gives each of them.

    So looking at near copies of one trial does not lower the bar. Source: Lo (2002), Financial Analysts Journal 58(4),
    36-52, on the variance of one estimate
    """
    seen = float(np.var(sharpes, ddof=1)) if len(sharpes) > 1 else 0.0
    return max(seen, 1.0 / periods)


def deflated_sharpe(found: Moments, trials: float, variance: float) -> float | None:
    """Probability that the best trial's Sharpe ratio is above what the best of `trials` without skill would show.

    variance : of the Sharpe ratios (a period) of all trials: `sharpe_variance`
    Source   : Bailey and Lopez de Prado (2014), equations 1 and 2
    """
    return probabilistic_sharpe(found, math.sqrt(variance) * expected_max(trials))


def minimum_track_record(found: Moments, benchmark: float = 0.0, confidence: float = 0.95) -> float | None:
    """Periods needed before the Sharpe ratio is above `benchmark` with that confidence; None where it is not above.

    Source: Bailey and Lopez de Prado (2012), equation 11
    """
    from scipy.special import ndtri

    if found.sharpe <= benchmark:
        return None
    return 1.0 + _spread(found) * (float(ndtri(confidence)) / (found.sharpe - benchmark)) ** 2


def minimum_backtest_length(trials: float, annual_sharpe: float) -> float | None:
    """Years of data below which the best of `trials` without skill is expected to show that Sharpe ratio.

    Source: Bailey, Borwein, Lopez de Prado and Zhu (2014), theorem 1 (the equality, not its upper bound)
    """
    if annual_sharpe <= 0:
        return None
    return (expected_max(trials) / annual_sharpe) ** 2


def effective_trials(returns: Floats) -> float:
    """Trials that would be as many if they were independent: r + (1 - r) N, r the mean correlation, not below 0.

    returns : (T, N); flat trials correlate with nothing
    Source  : Bailey and Lopez de Prado (2014), appendix A.3
    """
    n = returns.shape[1]
    moving = returns[:, returns.std(axis=0) > _FLAT]
    m = moving.shape[1]
    if n < 2 or m < 2:
        return float(n)
    standard = (moving - moving.mean(axis=0)) / moving.std(axis=0)
    every = float((standard.sum(axis=1) ** 2).mean())  # the sum of all correlations, without their N x N table
    mean = (every - m) / (n * (n - 1))
    mean = min(max(mean, 0.0), 1.0)
    return mean + (1.0 - mean) * n


def _spread(found: Moments) -> float:
    """Variance of the Sharpe ratio's estimate times (T - 1), returns not normal (Mertens 2002)."""
    return 1.0 - found.skew * found.sharpe + (found.kurtosis - 1.0) / 4.0 * found.sharpe**2


def _normal_cdf(value: float) -> float:
    return 0.5 * math.erfc(-value / math.sqrt(2.0))
