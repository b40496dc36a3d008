"""Mean block lengths of the stationary bootstrap, one rule a kind of figure.

| rule          | rows drawn                  | figures                                                         |
|---------------|-----------------------------|-----------------------------------------------------------------|
| `of_path`     | dates of one or two paths   | intervals of a run's metrics, and of two runs' differences      |
| `of_holdings` | dates of entry, in order    | the interval of the lots' mean, and with it a run's verdict     |
| `cube_root`   | dates of several strategies | which strategy is best                                          |
| `square_root` | dates of many trials        | superior predictive ability, reality check                      |

A path's own autocorrelation decides where there is one path. Several series are drawn together on the same dates, so
their blocks follow from the number of rows alone. Lots depend on each other for as long as they are held.

Source: Politis and Romano (1994), J. American Statistical Association 89(428), 1303-1313 (order n^(1/3)); Politis and
White (2004), Econometric Reviews 23(1), 53-70, corrected by Patton, Politis and White (2009), 28(4), 372-375 (automatic
length)
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LEAST = 20  # rows below which resampling says nothing
_WEEK = 5.0  # rows


def of_path(*paths: Floats) -> float:
    """The longest automatic length of some paths, each from a week to a third of its rows; a week where it is none."""
    return max(_of_one(path) for path in paths)


def _of_one(path: Floats) -> float:
    if len(path) < LEAST or float(np.std(path)) <= 1e-14:
        return _WEEK
    best = automatic(path)
    return min(max(best, _WEEK), len(path) / 3.0) if math.isfinite(best) else _WEEK


def of_holdings(dates: npt.NDArray[np.datetime64], holding: np.timedelta64) -> float:
    """The dates of entry that fall within a holding that begins on one of them, on average; at least one.

    dates : distinct, ascending
    """
    after = np.searchsorted(dates, dates + holding, side="left")
    return float(np.maximum(after - np.arange(len(dates)), 1).mean())


def cube_root(rows: int) -> float:
    """rows^(1/3)."""
    return rows ** (1 / 3)


def square_root(rows: int) -> float:
    """sqrt(rows), a whole number."""
    return max(1, round(math.sqrt(rows)))


def automatic(series: Floats) -> float:
    """The mean block length that estimates the mean of a series best; NaN where it never moves.

    Autocorrelations count up to the first that five in a row (log10 of the rows, if more) do not exceed.
    Source: Politis and White (2004), corrected by Patton, Politis and White (2009)
    """
    n = len(series)
    centred = series - series.mean()
    quiet = max(5, int(math.log10(n)))
    most = min(math.ceil(math.sqrt(n)) + quiet, n - 2)
    band = 2.0 * math.sqrt(math.log10(n) / n)
    covariance = np.array([centred[lag:] @ centred[: n - lag] / n for lag in range(most + 1)])
    if not covariance[0] > 0:
        return math.nan
    small = np.abs(covariance[:most]) < band * covariance[0]
    last = next((lag for lag in range(most - quiet + 1) if small[lag : lag + quiet].all()), None)
    reach = most if last is None else min(2 * max(last, 1), most)
    lags = np.arange(1, reach + 1)
    weighed = 2.0 * np.minimum(1.0, 2.0 * (1.0 - lags / reach)) * covariance[lags]
    long_run = covariance[0] + weighed.sum()
    if long_run == 0:
        return math.nan
    best = (float(lags @ weighed) ** 2 / long_run**2 * n) ** (1.0 / 3.0)
    return min(best, math.ceil(min(3.0 * math.sqrt(n), n / 3.0)))
