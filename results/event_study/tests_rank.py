"""Rank and sign tests of abnormal returns, which assume less about their distribution."""

from __future__ import annotations

import math

import numpy as np

from eventfolio.results.event_study.panel import Floats, Panel
from eventfolio.results.event_study.tests_parametric import UNDEFINED, Outcome, by_normal
from eventfolio.results.rounding import alike, ranked


def corrado(panel: Panel, first: int, last: int) -> Outcome:
    """Mean rank of the window's abnormal returns among estimation and event window together, normal.

    Ranks are divided by 1 + the sessions known, so that missing ones do no harm; with none missing the statistic is
    that of 1989. Windows of several sessions as Cowan (1992) has them, equation 5.
    Source: Corrado (1989), J. Financial Economics 23(2), 385-395; Corrado and Zivney (1992), JFQA 27(3), 465-478
    """
    sessions = panel.rank_sessions
    deviation = math.sqrt(float(np.nanmean(sessions**2)))
    inside = sessions[panel.residuals.shape[1] :][panel.columns(first, last)]
    inside = inside[~np.isnan(inside)]
    if not len(inside) or not deviation > 0:
        return UNDEFINED
    return by_normal(float(inside.sum()) / (math.sqrt(len(inside)) * deviation))


def sign(panel: Panel, first: int, last: int) -> Outcome:
    """Share of positive CARs against one half, normal.

    Source: MacKinlay (1997), J. Economic Literature 35(1), 13-39, section 8
    """
    sums = _known(panel.sums(first, last))
    return _share(int((sums > 0).sum()), len(sums), 0.5)


def generalized_sign(panel: Panel, first: int, last: int) -> Outcome:
    """Share of positive CARs against the share of positive residuals in the estimation windows, normal.

    Source: Cowan (1992), Review of Quantitative Finance and Accounting 2(4), 343-358, equations 6 and 7
    """
    sums = panel.sums(first, last)
    use = ~np.isnan(sums)
    if not use.any():
        return UNDEFINED
    known = ~np.isnan(panel.residuals[use])
    usual = float(((panel.residuals[use] > 0).sum(axis=1) / known.sum(axis=1)).mean())
    return _share(int((sums[use] > 0).sum()), int(use.sum()), usual)


def wilcoxon(panel: Panel, first: int, last: int) -> Outcome:
    """Wilcoxon's signed-rank test of the CARs; the statistic is the rank sum of the positive ones.

    The p is exact up to 50 units without ties, else normal.
    Source: Wilcoxon (1945), Biometrics Bulletin 1(6), 80-83
    """
    sums = alike(_known(panel.sums(first, last)))
    sums = sums[sums != 0]
    if not len(sums):
        return UNDEFINED
    sizes = np.abs(sums)
    exact = len(sums) <= 50 and len(np.unique(sizes)) == len(sums)
    positive = float(ranked(sizes)[sums > 0].sum())
    p = _signed_rank_exact(positive, len(sums)) if exact else _signed_rank_normal(positive, sizes)
    return Outcome(positive, p, "exact" if exact else "normal")


def _signed_rank_exact(positive: float, n: int) -> float:
    """Two-sided p of a rank sum: how many of the 2^n choices of signs give each sum."""
    ways = np.ones(1)
    for rank in range(1, n + 1):
        longer = np.zeros(len(ways) + rank)
        longer[: len(ways)] += ways
        longer[rank:] += ways
        ways = longer
    at = round(positive)
    tail = min(ways[: at + 1].sum(), ways[at:].sum())
    return float(min(1.0, 2.0 * tail / 2.0**n))


def _signed_rank_normal(positive: float, sizes: Floats) -> float:
    """Two-sided p of a rank sum by the normal, its variance less what ties take from it."""
    n, ties = len(sizes), np.unique(sizes, return_counts=True)[1].astype(float)
    variance = n * (n + 1.0) * (2.0 * n + 1.0) / 24.0 - float((ties**3 - ties).sum()) / 48.0
    return math.erfc(abs(positive - n * (n + 1.0) / 4.0) / math.sqrt(2.0 * variance))


def _share(positive: int, n: int, usual: float) -> Outcome:
    if n == 0 or not 0.0 < usual < 1.0:
        return UNDEFINED
    return by_normal((positive - n * usual) / math.sqrt(n * usual * (1.0 - usual)))


def _known(values: Floats) -> Floats:
    return values[~np.isnan(values)]
