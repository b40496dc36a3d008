"""Rank and sign tests of abnormal returns, which assume less about their distribution."""

from __future__ import annotations

import math

import numpy as np

from eventfolio.results.event_study.panel import Floats, Panel
from eventfolio.results.event_study.tests_parametric import UNDEFINED, Outcome, by_normal
from eventfolio.results.rounding import alike


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
    from scipy.stats import rankdata
    from scipy.stats import wilcoxon as signed_rank

    sums = alike(_known(panel.sums(first, last)))
    sums = sums[sums != 0]
    if not len(sums):
        return UNDEFINED
    sizes = np.abs(sums)
    exact = len(sums) <= 50 and len(np.unique(sizes)) == len(sums)
    p = float(signed_rank(sums, method="exact" if exact else "approx").pvalue)
    return Outcome(float(rankdata(sizes)[sums > 0].sum()), p, "exact" if exact else "normal")


def _share(positive: int, n: int, usual: float) -> Outcome:
    if n == 0 or not 0.0 < usual < 1.0:
        return UNDEFINED
    return by_normal((positive - n * usual) / math.sqrt(n * usual * (1.0 - usual)))


def _known(values: Floats) -> Floats:
    return values[~np.isnan(values)]
