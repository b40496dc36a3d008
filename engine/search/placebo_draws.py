"""Draws other placements of a calendar's dates: at random, or the real one shifted.

What falls on one date stays together, and no two dates come nearer than two real ones are, in the sessions of every
exchange that trades both.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from eventfolio.engine.search.placebo_dates import Dates, Ints

Floats = npt.NDArray[np.float64]

_CELLS = 4_000_000  # numbers drawn at a time
_SWEEPS = 20  # of all groups, after which nothing is left of where they stood
_TRIED = 50  # free placements for each that is wanted


def drawn(dates: Dates, draws: int, seed: int) -> Ints:
    """Random placements (draws, groups), each as likely as any other that keeps together what is, and the gap.

    Free placements are tried. Where hardly any of them will do, dates that can all stand on the same places are dealt
    onto these, which is as uniform; others are moved one at a time, from the real placement on, until it is forgotten.
    """
    rng = np.random.default_rng(seed)
    found = _tried(dates, draws, rng)
    if found is None and (dates.lands == dates.lands[0]).all():
        found = _dealt(dates, draws, rng)
    return found if found is not None else _walked(dates, draws, rng)


def shifted(dates: Dates) -> Ints:
    """The real placement turned through every place of the window, all spacing kept.

    A group that cannot stand where it comes to goes on to the next place where it can; a turn that brings two dates
    nearer than they are on the circle is left out.
    """
    room, real = dates.sessions, np.array(dates.places)
    rows = (real[None, :] + np.arange(1, room)[:, None]) % room
    for group, lands in enumerate(dates.lands):
        standing = np.flatnonzero(lands)
        ahead = np.searchsorted(standing, rows[:, group])
        rows[:, group] = standing[ahead % len(standing)]
    around = room - real[-1] + real[0]
    return rows[dates.keeps(rows, min(dates.gap, int(around)))]


def _tried(dates: Dates, draws: int, rng: np.random.Generator) -> Ints | None:
    """Placements of each group by itself, those that keep the gap; None where these are too few."""
    groups = len(dates.groups)
    standing = [np.flatnonzero(lands) for lands in dates.lands]
    counts = np.array([len(one) for one in standing])
    table = np.stack([np.resize(one, dates.sessions) for one in standing])
    kept: list[Ints] = []
    found = tried = 0
    while found < draws:
        size = max(1, min(2 * (draws - found) + 64, _CELLS // groups))
        picked = (rng.random((size, groups)) * counts).astype(np.int64)
        rows = table[np.arange(groups), picked]
        kept.append(rows[dates.keeps(rows, dates.gap)])
        found, tried = found + len(kept[-1]), tried + size
        if found * _TRIED < tried:
            return None
    return np.concatenate(kept)[:draws]


def _dealt(dates: Dates, draws: int, rng: np.random.Generator) -> Ints | None:
    """Uniform over all placements on common places in which any two neighbours, whichever groups they are, keep apart.

    Those are all there are where one exchange trades all. None where there is no room for any.

    The ways to place so many groups from a place on are counted, in logarithms, and one of them is walked.
    """
    groups, room = len(dates.groups), dates.sessions
    common, after = dates.lands.all(axis=0), _after(dates)
    ways = np.full((groups + 1, room + 1), -np.inf)
    ways[0] = 0.0
    for left in range(1, groups + 1):
        here = np.where(common, ways[left - 1][after], -np.inf)
        ways[left, :room] = np.logaddexp.accumulate(here[::-1])[::-1]
    if not np.isfinite(ways[groups, 0]):
        return None
    ordered = np.empty((draws, groups), np.int64)
    at = np.zeros(draws, np.int64)
    for place in range(groups):
        row = ways[groups - place]
        aim = row[at] + np.log1p(-rng.random(draws))
        ordered[:, place] = np.searchsorted(-row, -aim, side="right") - 1
        at = after[ordered[:, place]]
    rows = np.empty_like(ordered)
    np.put_along_axis(rows, rng.permuted(np.tile(np.arange(groups), (draws, 1)), axis=1), ordered, axis=1)
    return rows


def _walked(dates: Dates, draws: int, rng: np.random.Generator) -> Ints:
    """Each placement walked to from the real one: a group goes to any of its places, or changes with who stands there.

    A step that breaks the gap is not taken. Steps and their reverse are equally likely, so that in the long run all
    placements are.
    Source: Metropolis et al. (1953), J. Chemical Physics 21, 1087-1092
    """
    groups, near = len(dates.groups), _Near(dates)
    rows = np.tile(np.array(dates.places), (draws, 1))
    holder = np.full((draws, dates.sessions), -1)
    every = np.arange(draws)
    holder[every[:, None], rows] = np.arange(groups)
    for _ in range(_SWEEPS):
        for group in range(groups):
            standing = np.flatnonzero(dates.lands[group])
            old, new = rows[:, group].copy(), standing[rng.integers(0, len(standing), draws)]
            other = holder[every, new]
            step = np.flatnonzero(((other < 0) | dates.lands[other, old]) & (new != old))
            old, new, other = old[step], new[step], other[step]
            if dates.gap:
                free = near.keeps(holder, step, group, old, new, other)
                step, old, new, other = step[free], old[free], new[free], other[free]
            holder[step, old] = other
            holder[step, new] = group
            rows[step, group] = new
            held = other >= 0
            rows[step[held], other[held]] = old[held]
    return rows


class _Near:
    """Which steps of a walk keep the gap: of groups that kept it before, only those that move can come too near."""

    def __init__(self, dates: Dates) -> None:
        self._dates = dates
        there = dates.lands[:, :, None]  # where a group cannot stand, its sessions say nothing
        standing = replace(dates, first=np.where(there, dates.first, -1), last=np.where(there, dates.last, -1))
        self._reach = int((_after(standing) - np.arange(dates.sessions)).max())

    def keeps(self, holder: Ints, row: Ints, group: int, old: Ints, new: Ints, other: Ints) -> npt.NDArray[np.bool_]:
        """Whether placements keep the gap once `group` has gone from `old` to `new`, and who stood there to `old`.

        holder : (placements, places) groups by place before the step, -1 where none stands; row : which placements
        other  : who stands at new, of each of them
        """
        movers = np.full(len(row), group)
        kept = self._apart(holder, row, movers, new, other)
        swaps = np.flatnonzero(kept & (other >= 0))
        row, movers, old, new, other = row[swaps], movers[swaps], old[swaps], new[swaps], other[swaps]
        kept[swaps] = self._pair(movers, new, other, old) & self._apart(holder, row, other, old, movers)
        return kept

    def _apart(self, holder: Ints, row: Ints, group: Ints, at: Ints, but: Ints) -> npt.NDArray[np.bool_]:
        """Whether a group at a place keeps the gap to all others, but for itself and the one it changes with."""
        kept = np.ones(len(row), bool)
        for away in range(1, self._reach):
            for place in (at - away, at + away):
                inside = (place >= 0) & (place < self._dates.sessions)
                there = holder[row, np.where(inside, place, 0)]
                asked = np.flatnonzero(kept & inside & (there >= 0) & (there != group) & (there != but))
                kept[asked] = self._pair(group[asked], at[asked], there[asked], place[asked])
        return kept

    def _pair(self, one: Ints, at: Ints, two: Ints, there: Ints) -> npt.NDArray[np.bool_]:
        """Whether two groups keep the gap at their places, in places and in sessions of exchanges that both trade."""
        first, last, gap = self._dates.first, self._dates.last, self._dates.gap
        first_one, first_two, last_one, last_two = first[one, at], first[two, there], last[one, at], last[two, there]
        both = (first_one >= 0) & (first_two >= 0)
        close = both & (first_two - last_one < gap) & (first_one - last_two < gap)
        return (np.abs(at - there) >= gap) & ~close.any(axis=1)


def _after(dates: Dates) -> Ints:
    """The first place from which on any group keeps the gap to any group at or before a place."""
    room, gap = dates.sessions, dates.gap
    found = np.arange(room) + max(1, gap)
    for exchange in range(dates.first.shape[2] if gap else 0):
        first, last = dates.first[:, :, exchange], dates.last[:, :, exchange]
        least = np.where(first < 0, np.iinfo(first.dtype).max, first).min(axis=0)
        least = np.minimum.accumulate(least[::-1])[::-1]
        most = np.maximum.accumulate(last.max(axis=0))
        found = np.maximum(found, np.searchsorted(least, np.where(most < 0, 0, most + gap), side="left"))
    return np.minimum(found, room)
