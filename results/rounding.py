"""Treats rounding error as zero: a sum of 5e-19 is no gain, and figures that differ by as little are equal."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

DUST = 1e-12  # of the numbers that were added up; an addition errs by 1e-16 of them


def settled(total: Floats, size: Floats | float) -> Floats:
    """`total`, 0 where it is rounding error. size : sum of the sizes of what was added up"""
    return np.where(np.abs(total) <= DUST * np.asarray(size), 0.0, total)


def alike(values: Floats) -> Floats:
    """`values` (…, n) over the largest of each row, to twelve digits: what is equal but for rounding is equal."""
    largest = np.nanmax(np.abs(values), axis=-1, keepdims=True, initial=0.0)
    rounded: Floats = np.round(values / np.where(largest > 0, largest, 1.0), 12) + 0.0
    return rounded


def ranked(values: Floats) -> Floats:
    """Ranks of each row from 1 on, equal values sharing their mean rank; scipy's `rankdata` without its import."""
    rows = pd.DataFrame(np.atleast_2d(values).T)
    found: Floats = rows.rank().to_numpy().T
    return found.reshape(np.shape(values))
