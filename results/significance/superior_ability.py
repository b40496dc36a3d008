"""Tests whether the best of many trials earns more than nothing, given their number (White; Hansen's SPA).

Source: Hansen (2005), J. Business and Economic Statistics 23(4), 365-380; White (2000), Econometrica 68(5), 1097-1126.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eventfolio.results.significance import block_length
from eventfolio.results.significance.bootstrap import drawn_counts

Floats = npt.NDArray[np.float64]

DRAWS = 1_000
MOVING = 1e-14
_SEED = 20_140_701
_HELD = 20_000_000  # numbers held at once


@dataclass(frozen=True)
class RealityCheck:
    """p-values of "no trial earns more than doing nothing": Hansen's three, and White's.

    lower, consistent, upper : of Hansen's test, by what is thought of trials that lost: that their true mean is what
                               was seen; that it is only where they lost clearly; that none is below zero
    white                    : of White's, which is not studentised, so that the noisiest trial rules it
    """

    lower: float
    consistent: float
    upper: float
    white: float


def reality_check(returns: Floats, draws: int = DRAWS) -> RealityCheck | None:
    """Hansen's test of superior predictive ability and White's reality check against a return of zero.

    Stationary bootstrap with blocks of sqrt(T) rows on average, fixed seed. Flat trials cannot be studentised and are
    left out; None where all are flat. Departure: the deviation that each trial is held against sees as many lags as the
    trials' own autocorrelation asks for, not the resamples' sqrt(T); over so many it is so uncertain that of 1,000
    trials without skill one was underestimated enough to be called able in two tables of three.
    returns : (T, N) decimal fractions
    """
    moving = returns[:, returns.std(axis=0) > MOVING]
    rows, trials = moving.shape
    if not trials:
        return None
    root, mean = math.sqrt(rows), moving.mean(axis=0)
    own = max(1.0, float(np.median([block_length.automatic(trial) for trial in moving.T])))
    deviation = long_run_deviation(moving, own)
    clearly_lost = mean < -deviation / root * math.sqrt(2.0 * math.log(math.log(max(rows, 3))))
    centres = {
        "lower": np.maximum(mean, 0.0),
        "consistent": np.where(clearly_lost, 0.0, mean),
        "upper": mean,
    }
    most: dict[str, list[Floats]] = {name: [] for name in (*centres, "white")}
    counts = drawn_counts(rows, block_length.square_root(rows), draws, _SEED)
    step = max(1, _HELD // trials)
    for start in range(0, draws, step):
        means = counts[start : start + step] @ moving / rows
        for name, centre in centres.items():
            most[name].append(np.maximum(root * ((means - centre) / deviation).max(axis=1), 0.0))
        most["white"].append(root * (means - mean).max(axis=1))
    best = {name: max(root * float((mean / deviation).max()), 0.0) for name in centres}
    best["white"] = root * float(mean.max())
    return RealityCheck(**{name: float((np.concatenate(most[name]) >= best[name]).mean()) for name in most})


def long_run_deviation(returns: Floats, block: float) -> Floats:
    """(N,) standard deviation of sqrt(T) times the mean, as the stationary bootstrap with that mean block has it.

    Source: Hansen (2005), section 3.2, on Politis and Romano (1994)
    """
    rows = len(returns)
    centred = returns - returns.mean(axis=0)
    spectrum = np.abs(np.fft.rfft(centred, 2 * rows, axis=0)) ** 2
    covariance = np.fft.irfft(spectrum, axis=0)[:rows] / rows
    lags, stays = np.arange(1, rows), 1.0 - 1.0 / block
    weight = ((rows - lags) * stays**lags + lags * stays ** (rows - lags)) / rows
    variance = covariance[0] + 2.0 * (weight @ covariance[1:])
    found: Floats = np.sqrt(np.maximum(variance, MOVING**2))
    return found
