"""Parametric tests of abnormal returns over an event window: a statistic and a two-sided p-value each.

Every test takes a panel and a window of relative sessions, both ends included: (0, 0) is one session's AAR, (-1, 1) a
CAAR. Where a test is undefined (one unit, nothing known) both figures are None.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eventfolio.results.event_study.panel import Panel

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Outcome:
    """A test's statistic and two-sided p; `reference` names the distribution the p is read from.

    least : the smallest p it could have reached, where that is bounded
    """

    stat: float | None
    p: float | None
    reference: str = ""
    least: float | None = None


UNDEFINED = Outcome(None, None)


def cross_t(panel: Panel, first: int, last: int) -> Outcome:
    """Mean CAR over its cross-sectional standard error, t with N - 1.

    Source: Brown and Warner (1980), J. Financial Economics 8(3), 205-258; Boehmer et al. (1991), section 2
    """
    return _mean_over_error(_known(panel.sums(first, last)))


def brown_warner(panel: Panel, first: int, last: int) -> Outcome:
    """CAAR over the time-series deviation of the estimation window's AAR ("crude dependence adjustment").

    Robust to names that move together on one date, blind to a variance that rises with the event. t with E - 1.
    Source: Brown and Warner (1985), J. Financial Economics 14(1), 3-31, equations 4 to 7
    """
    average = _mean_down(panel.residuals)
    average = average[~np.isnan(average)]
    part = panel.abnormal[:, panel.columns(first, last)]
    sessions = _mean_down(part)
    sessions = sessions[~np.isnan(sessions)]
    deviation = float(average.std(ddof=1))
    if not len(sessions) or not deviation > 0:
        return UNDEFINED
    return by_t(float(sessions.sum()) / (deviation * math.sqrt(len(sessions))), len(average) - 1)


def patell(panel: Panel, first: int, last: int) -> Outcome:
    """Sum of standardised abnormal returns over its theoretical deviation, normal.

    Assumes independent units, and a variance that the event leaves as it was.
    Source: Patell (1976), J. Accounting Research 14(2), 246-276
    """
    part = panel.standardised[:, panel.columns(first, last)]
    known = ~np.isnan(part)
    counts = known.sum(axis=1)
    use = (counts > 0) & (panel.degrees > 2)
    if not use.any():
        return UNDEFINED
    variance = (counts * panel.degrees / (panel.degrees - 2.0))[use].sum()
    return by_normal(float(np.nansum(part[use])) / math.sqrt(variance))


def bmp(panel: Panel, first: int, last: int) -> Outcome:
    """Mean standardised CAR over its cross-sectional standard error: lets the event raise the variance. t with N - 1.

    Source: Boehmer, Musumeci and Poulsen (1991), J. Financial Economics 30(2), 253-272. They refer it to the normal;
    with few events that rejects too often, so the p here is Student's.
    """
    return _mean_over_error(_known(panel.scaled_sums(first, last)))


def kolari_pynnonen(panel: Panel, first: int, last: int) -> Outcome:
    """BMP times sqrt((1 - r) / (1 + (N - 1) r)), r the mean correlation of the estimation residuals. t with N - 1.

    Residuals are paired by relative session, which is the calendar for names that share a date.
    Source: Kolari and Pynnonen (2010), Review of Financial Studies 23(11), 3996-4025, equation 11
    """
    plain = bmp(panel, first, last)
    n = len(_known(panel.scaled_sums(first, last)))
    if plain.stat is None:
        return UNDEFINED
    r = panel.mean_correlation
    below = 1.0 + (n - 1) * r
    if not (below > 0 and r < 1):
        return UNDEFINED
    return by_t(plain.stat * math.sqrt((1.0 - r) / below), n - 1)


def by_t(stat: float, degrees: int) -> Outcome:
    """Two-sided p of Student's t."""
    from scipy.special import stdtr

    return Outcome(stat, float(2.0 * stdtr(degrees, -abs(stat))), f"t({degrees})")


def by_normal(stat: float) -> Outcome:
    """Two-sided p of the standard normal."""
    return Outcome(stat, math.erfc(abs(stat) / math.sqrt(2.0)), "normal")


def _mean_over_error(values: Floats) -> Outcome:
    n = len(values)
    if n < 2:
        return UNDEFINED
    error = float(values.std(ddof=1)) / math.sqrt(n)
    if not error > 1e-14 * max(float(np.abs(values).max()), 1e-300):
        return UNDEFINED
    return by_t(float(values.mean()) / error, n - 1)


def _known(values: Floats) -> Floats:
    return values[~np.isnan(values)]


def _mean_down(rows: Floats) -> Floats:
    known = ~np.isnan(rows)
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, rows, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
