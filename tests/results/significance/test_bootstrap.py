"""The stationary bootstrap draws blocks of the length asked for, and says how long they should be."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest

from eventfolio.results.significance.bootstrap import drawn_counts, drawn_rows


def test_blocks_run_on_are_as_long_as_asked_and_wrap_around_the_end() -> None:
    lengths, wrapped = [], False
    for rows in chain.from_iterable(drawn_rows(200, 8, 300, 1)):
        assert rows.min() >= 0
        assert rows.max() < 200
        goes_on = np.diff(rows) % 200 == 1
        lengths.append(200 / (1 + (~goes_on).sum()))
        wrapped |= bool(((rows[:-1] == 199) & (rows[1:] == 0)).any())
    assert np.mean(lengths) == pytest.approx(8, rel=0.06)
    assert wrapped


def test_blocks_of_one_are_draws_one_by_one() -> None:
    counts = drawn_counts(50, 1, 400, 2)
    assert (counts.sum(axis=1) == 50).all()
    assert counts.var() == pytest.approx(1 - 1 / 50, rel=0.05)  # binomial


def test_counts_are_those_of_the_rows_drawn() -> None:
    values = np.random.default_rng(3).standard_normal(60)
    means = [values[rows].mean() for rows in chain.from_iterable(drawn_rows(60, 5, 20, 4))]
    assert np.allclose(drawn_counts(60, 5, 20, 4) @ values / 60, means, atol=1e-15)


@pytest.mark.parametrize("draws", [300, 1_500])  # whose chances are kept for the next path, and too many to be
def test_rows_drawn_many_at_a_time_are_those_of_one_stream_of_chance(draws: int) -> None:
    chance, places = np.random.default_rng(6), np.arange(700)
    list(drawn_rows(700, 9, draws, 6))  # another path of that window, in longer blocks
    found = list(chain.from_iterable(drawn_rows(700, 4, draws, 6)))
    assert len(found) == draws
    for rows in found:  # more than are held at a time
        starts, begins = chance.integers(700, size=700), chance.random(700) <= 1 / 4
        begins[0] = True
        first = np.maximum.accumulate(np.where(begins, places, 0))
        assert (rows == (starts[first] + places - first) % 700).all()
