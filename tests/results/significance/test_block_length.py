"""Mean block lengths of the bootstrap, rule by rule, against lengths worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from eventfolio.results.significance import block_length


def test_what_hangs_together_longer_asks_for_longer_blocks() -> None:
    rng = np.random.default_rng(5)
    noise = rng.standard_normal(2_000)
    slow = noise.copy()
    for at in range(1, len(slow)):
        slow[at] += 0.7 * slow[at - 1]
    # Politis and White: (2 g^2 n / d)^(1/3) with g = sum |k| r_k, d = 2 (sum r_k)^2; for r_k = 0.7^|k| that is 24.7.
    assert block_length.automatic(slow) == pytest.approx(24.7, rel=0.4)
    assert block_length.automatic(noise) < 8
    assert np.isnan(block_length.automatic(np.zeros(100)))


def test_a_path_is_drawn_in_blocks_from_a_week_to_a_third_of_its_rows() -> None:
    rng = np.random.default_rng(5)
    still, short, noise = np.zeros(300), rng.standard_normal(19), rng.standard_normal(300)
    assert [block_length.of_path(path) for path in (still, short)] == [5.0, 5.0]
    assert 5.0 <= block_length.of_path(noise) < 8.0
    steps = np.repeat(rng.standard_normal(10), 30)  # each value for 30 rows
    assert 20.0 < block_length.of_path(steps) <= 100.0
    assert block_length.of_path(noise, steps) == block_length.of_path(steps)  # the longer of two


def test_a_block_holds_as_many_dates_as_a_holding_spans() -> None:
    days = np.array(["2024-01-01", "2024-01-02", "2024-01-04", "2024-01-20"], "datetime64[D]")
    assert block_length.of_holdings(days, np.timedelta64(3, "D")) == (2 + 2 + 1 + 1) / 4
    assert block_length.of_holdings(days, np.timedelta64(0, "D")) == 1.0


def test_series_drawn_together_have_blocks_by_the_number_of_rows_alone() -> None:
    assert block_length.cube_root(1_000) == pytest.approx(10.0)
    assert (block_length.square_root(750), block_length.square_root(1)) == (27, 1)  # 27.4 rounded
