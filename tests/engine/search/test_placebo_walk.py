"""Random placements over several exchanges: only groups that move are looked at, and sessions are small integers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eventfolio.engine.search.placebo_dates import NOWHERE, Dates
from eventfolio.engine.search.placebo_draws import _after, _dealt, _walked


def made(seed: int) -> Dates:
    """Some groups on some exchanges, each of which is shut on some places; sessions as a study has them, in 32 bits."""
    rng = np.random.default_rng(seed)
    groups, room, exchanges = int(rng.integers(2, 7)), int(rng.integers(12, 30)), int(rng.integers(2, 4))
    sessions = (rng.random((exchanges, room)) < 0.8).cumsum(axis=1)
    first = np.empty((groups, room, exchanges), np.int32)
    first[:] = -(np.arange(groups)[:, None, None] + 1) * NOWHERE
    last = first.copy()
    for group in range(groups):
        for exchange in range(exchanges):
            if rng.random() < 0.6:
                first[group, :, exchange] = sessions[exchange] + rng.integers(0, 3)
                last[group, :, exchange] = first[group, :, exchange] + rng.integers(0, 2)
    places = np.sort(rng.choice(room, groups, replace=False))
    lands = rng.random((groups, room)) < 0.85
    lands[np.arange(groups), places] = True
    looks = np.tile(np.arange(room, dtype=np.int32), (groups, 1))
    return Dates(tuple((str(n),) for n in range(groups)), tuple(places.tolist()), lands, first, last, looks)


def by_whole_placements(dates: Dates, draws: int, rng: np.random.Generator) -> np.ndarray:
    """The walk of `_walked`, each step of which is judged on the whole placement that it leads to."""
    rows = np.tile(np.array(dates.places), (draws, 1))
    for _ in range(20):
        for group in range(len(dates.groups)):
            standing = np.flatnonzero(dates.lands[group])
            for row, new in zip(rows, standing[rng.integers(0, len(standing), draws)], strict=True):
                after = np.where(row == new, row[group], row)
                after[group] = new
                if dates.keeps(after[None, :], dates.gap)[0]:
                    row[:] = after
    return rows


def test_a_step_is_taken_where_the_whole_placement_keeps_the_gap() -> None:
    gaps = set()
    for seed in range(12):
        dates = made(seed)
        gaps.add(dates.gap)
        found = _walked(dates, 5, np.random.default_rng(seed))
        assert (found == by_whole_placements(dates, 5, np.random.default_rng(seed))).all()
        assert dates.keeps(found, dates.gap).all()
    assert len(gaps) > 3


@pytest.mark.parametrize("seed", range(8))
def test_sessions_in_small_integers_are_dealt_as_in_large_ones(seed: int) -> None:
    """A group that an exchange does not trade is no nearer to others there."""
    small = made(seed)
    small = replace(small, lands=np.ones_like(small.lands))
    large = replace(small, first=small.first.astype(np.int64), last=small.last.astype(np.int64))
    assert (_after(small) == _after(large)).all()
    found = [_dealt(dates, 20, np.random.default_rng(1)) for dates in (small, large)]
    assert (found[0] is None) == (found[1] is None)
    assert found[0] is None or (found[0] == found[1]).all()
