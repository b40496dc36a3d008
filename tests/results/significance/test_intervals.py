"""Intervals hold what they should, and say so where they cannot."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from eventfolio.engine.metrics import return_metrics
from eventfolio.results.errors import EvidenceError
from eventfolio.results.significance.intervals import difference_intervals, leave_one_event_out, path_intervals
from eventfolio.results.significance.of_run import deflated_beside

YEARS = 1.5


def path(seed: int, rows: int = 390, mean: float = 0.0005) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, 0.01, rows)


def test_path_intervals_hold_the_figure_itself_and_have_the_right_width() -> None:
    found = path_intervals(path(1), YEARS, draws=400)
    real = return_metrics(path(1), YEARS)
    for key, one in found.items():
        assert one.value == real[key]
        assert one.low is not None
        assert one.high is not None
        assert one.low < one.high
    sharpes = [path_intervals(path(seed), YEARS, ("sharpe",), draws=200)["sharpe"] for seed in range(6)]
    width = np.mean([(one.high or 0) - (one.low or 0) for one in sharpes])
    assert width == pytest.approx(2 * 1.96 / np.sqrt(YEARS), rel=0.15)  # Lo (2002), independent days


def test_the_same_draws_give_the_same_interval() -> None:
    assert path_intervals(path(1), YEARS, draws=100) == path_intervals(path(1), YEARS, draws=100)


def test_a_flat_path_has_no_interval_of_its_sharpe() -> None:
    found = path_intervals(np.zeros(200), YEARS, draws=50)["sharpe"]
    assert (found.value, found.low, found.high) == (None, None, None)


def test_what_two_paths_share_cancels_in_their_difference() -> None:
    market = path(2)
    better = market + 0.002 + 0.0005 * np.random.default_rng(3).standard_normal(len(market))
    paired = difference_intervals(better, market, YEARS, ("sharpe",), draws=300)["sharpe"]
    assert (paired.low or -1) > 0
    assert difference_intervals(market, market, YEARS, draws=50)["sharpe"].high == 0.0
    with pytest.raises(EvidenceError, match="same dates"):
        difference_intervals(market, market[1:], YEARS)


def test_leaving_an_event_out_leaves_its_lots_out() -> None:
    trades = pd.DataFrame(
        {"event_id": ["a", "a", "b"], "pnl": [10.0, -5.0, 30.0], "shares": [10, 10, 10], "entry_price": [10.0] * 3}
    )
    assert leave_one_event_out(trades) == {"a": pytest.approx(0.30), "b": pytest.approx(0.025)}


def test_a_sharpe_ratio_is_deflated_by_the_trials_seen() -> None:
    paths = {label: path(seed) for seed, label in enumerate("abcd")}
    own = {label: float(one.mean() / one.std(ddof=1)) for label, one in paths.items()}
    more = own | {f"t{n}": (-1) ** n * 0.05 for n in range(400)}
    few, many = deflated_beside(paths), deflated_beside(paths, more)
    assert few == deflated_beside(paths, own)
    for label in paths:
        assert many[label].trials_seen == 404
        assert (many[label].deflated_sharpe or 0) < (few[label].deflated_sharpe or 0)
        assert (many[label].deflated_sharpe_effective or 0) >= (many[label].deflated_sharpe or 0)
    assert deflated_beside({"flat": np.zeros(100), "moving": path(1, 100)})["flat"].deflated_sharpe is None
