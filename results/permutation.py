"""Permutation test of an event window: for few events, where no table of a distribution can be trusted.

Were nothing special about the event window, its k sessions could as well be any k successive ones of the estimation
and event window laid in a circle. Each draw turns every date's circle on its own (units of one date turn together).
One date is turned through all positions: then the p is the sample quantile of Gelbach, Helland and Klick (2013).
"""

from __future__ import annotations

import numpy as np

from results.event_panel import Floats, Panel
from results.tests_parametric import UNDEFINED, Outcome

DRAWS = 9_999
_SEED = 20_250_617  # any number: the same answer each time


def permutation(panel: Panel, first: int, last: int) -> Outcome:
    """Sum of the units' standardised CARs over sqrt(N); p = (1 + as extreme) / (1 + draws).

    Residuals are scaled so that their sums spread as forecast errors' do: each by its leverage, and a block of k by the
    correlation of -1/n that fitting a mean of n sessions leaves among them. A session that is not known counts as the
    mean, zero. Assumes that the event leaves the variance as it was.
    Source: Nguyen and Wolf (2023), permutation tests in event studies; Gelbach et al. (2013), American Law and
    Economics Review 15(2), 495-541. Departure: blocks in a circle, where they permute single sessions.
    """
    inside = panel.standardised[:, panel.columns(first, last)]
    use = ~np.isnan(inside).all(axis=1)
    if not use.any():
        return UNDEFINED
    k = inside.shape[1]
    circle = np.nan_to_num(np.concatenate([panel.scaled_residuals, inside], axis=1)[use])
    fitted = np.array([unit.fit.parameters > 0 for unit in panel.units])[use]
    narrower = fitted * np.minimum((k - 1) / (panel.degrees[use] + 2.0), 0.5)
    turned = _block_sums(circle, k) / np.sqrt(k * (1.0 - narrower))[:, None]
    turned[:, -k] = panel.scaled_sums(first, last)[use]  # the event window itself
    dates = np.array(panel.dates)[use]
    by_date = np.stack([turned[dates == date].sum(axis=0) for date in dict.fromkeys(dates.tolist())])
    real = float(by_date[:, -k].sum())
    least = abs(real) * (1.0 - 1e-12)
    stat = real / np.sqrt(use.sum())
    if len(by_date) == 1:
        return Outcome(float(stat), float((np.abs(by_date[0]) >= least).mean()), "all turns")
    places = _places(len(by_date), by_date.shape[1])
    drawn = np.zeros(DRAWS)
    for row, place in zip(by_date, places, strict=True):
        drawn += row[place]
    p = (1 + int((np.abs(drawn) >= least).sum())) / (1 + DRAWS)
    return Outcome(float(stat), p, f"{DRAWS} draws")


def _places(dates: int, width: int) -> np.ndarray:
    return np.random.default_rng(_SEED).integers(0, width, size=(dates, DRAWS))


def _block_sums(circle: Floats, k: int) -> Floats:
    """(N, T) sum of the k successive entries from each place on, in a circle."""
    running = np.cumsum(np.concatenate([circle, circle[:, : k - 1]], axis=1), axis=1)
    return np.concatenate([running[:, k - 1 : k], running[:, k:] - running[:, :-k]], axis=1)
