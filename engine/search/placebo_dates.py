"""The dates of a placebo's events as places: which fall together, and how near two of them are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.signedinteger[Any]]  # of sessions and places, small

NOWHERE = 2**18  # a session that no exchange has


@dataclass(frozen=True)
class Dates:
    """When the real events are first traded: `groups` of event ids by place, and where each group can stand.

    lands       : (groups, places) whether all its events land there, and share each session they share really
    first, last : (groups, places, exchanges) the earliest and the latest session of its events there; far below 0 for
                  an exchange that trades none of them
    looks       : (groups, places) the same number where all its events trigger alike
    """

    groups: tuple[tuple[str, ...], ...]
    places: tuple[int, ...]
    lands: Bools
    first: Numbers
    last: Numbers
    looks: Numbers

    @property
    def sessions(self) -> int:
        """How many places there are."""
        return int(self.lands.shape[1])

    @cached_property
    def gap(self) -> int:
        """The smallest distance between two dates, in sessions of any exchange that trades both, 0 if it shares one."""
        return max(0, int(self.closest(np.array([self.places]))[0])) if len(self.places) > 1 else 1

    def closest(self, rows: Ints) -> Ints:
        """The smallest distance between two groups of each placement; negative where sessions interleave.

        rows : (placements, groups) of places
        """
        found = np.diff(np.sort(rows, axis=1)).min(axis=1)
        number = np.arange(rows.shape[1])
        for exchange in range(self.first.shape[2]):
            first, last = (side[number, rows, exchange] for side in (self.first, self.last))
            order = first.argsort(axis=1, kind="stable")
            first, last = (np.take_along_axis(side, order, axis=1) for side in (first, last))
            apart = first[:, 1:] - np.maximum.accumulate(last, axis=1)[:, :-1]
            found = np.minimum(found, apart.min(axis=1))
        return found

    def keeps(self, rows: Ints, gap: int) -> Bools:
        """Whether each placement lets all groups land, on places of their own, none nearer to another than `gap`."""
        kept = np.asarray(self.lands[np.arange(rows.shape[1]), rows].all(axis=1))
        if rows.shape[1] > 1:
            kept &= (np.diff(np.sort(rows, axis=1)) > 0).all(axis=1)
            if gap:
                kept &= self.closest(rows) >= gap
        return kept

    def different(self, rows: Ints) -> Ints:
        """The placements that trigger otherwise than the real one, each way of trading once, in their order."""
        number = np.arange(rows.shape[1])
        looks, real = self.looks[number, rows], self.looks[number, list(self.places)]
        once = np.sort(np.unique(looks, axis=0, return_index=True)[1])
        return rows[once[(looks[once] != real).any(axis=1)]]
