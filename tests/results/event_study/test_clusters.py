"""Portfolios, merged rows and blocks, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from eventfolio.results.event_study.options import Options
from eventfolio.results.event_study.panel import Unit, blocks_of
from eventfolio.results.event_study.study import EventStudy, event_study

PAST = (-150, -31)


def frames(days: list[tuple[str, str, int]], seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Noise of three firms on 500 weekdays. days : name, firm, number of the day."""
    rng = np.random.default_rng(seed)
    index = pd.bdate_range("2020-01-01", periods=500)
    market = pd.DataFrame({"M": 0.01 * rng.standard_normal(500)}, index=index)
    returns = pd.DataFrame({firm: market["M"] + 0.02 * rng.standard_normal(500) for firm in "ABC"}, index=index)
    events = pd.DataFrame(
        [{"name": name, "symbol": firm, "date": index[at], "market": "M", "group": name} for name, firm, at in days]
    )
    return returns, market, events


def study(*days: tuple[str, str, int], window: tuple[int, int] = (-2, 2)) -> EventStudy:
    return event_study(*frames(list(days)), Options(estimation=PAST, window=window))


def unit(first: str, last: str, *happenings: str) -> Unit:
    return Unit(("",), ("",), first, (first, last), None, happenings)  # type: ignore[arg-type]


def test_firms_that_share_a_day_0_are_one_portfolio_and_each_portfolio_weighs_one() -> None:
    found = study(("e", "A", 300), ("f", "B", 300), ("g", "C", 320))
    assert [one.symbols for one in found.units] == [("A", "B"), ("C",)]
    sums = found.panel.sums(-2, 2)
    assert found.caar[2] == pytest.approx(sums.mean())
    a, b = (row.fit.abnormal.sum() for row in found.rows[:2])
    assert sums[0] == pytest.approx((a + b) / 2)


def test_an_event_over_several_listings_is_one_portfolio_only_where_they_share_a_day_0() -> None:
    found = study(("e", "A", 300), ("e", "B", 301), window=(0, 0))
    assert [one.symbols for one in found.units] == [("A",), ("B",)]
    assert found.independent == 1  # one happening


def test_a_row_is_merged_where_its_window_shares_a_session_with_the_last_kept_row_of_its_firm() -> None:
    found = study(("e", "A", 300), ("f", "A", 304), ("g", "A", 308), ("h", "B", 304))
    assert [gone.name for gone in found.excluded] == ["f"]
    assert [one.names for one in found.units] == [("e",), ("h",), ("g",)]  # g meets f's window, and f is gone
    assert [gone.name for gone in study(("e", "A", 300), ("f", "A", 305)).excluded] == []


def test_blocks_are_chains_of_windows_that_share_a_date() -> None:
    units = [unit("01", "05"), unit("05", "09"), unit("10", "12"), unit("12", "14"), unit("20", "21")]
    assert blocks_of(units) == [0, 0, 1, 1, 2]
    assert blocks_of([units[3], units[0], units[2]]) == [0, 1, 0]
    assert blocks_of([]) == []


def test_a_long_window_holds_the_short_ones_inside_it() -> None:
    assert blocks_of([unit("01", "20"), unit("02", "03"), unit("10", "11"), unit("21", "22")]) == [0, 0, 0, 1]


def test_portfolios_of_one_happening_are_one_block_however_far_apart() -> None:
    units = [
        unit("01", "02", "treaty"),
        unit("05", "06"),
        unit("09", "10", "treaty", "visit"),
        unit("13", "14", "visit"),
    ]
    assert blocks_of(units) == [0, 1, 0, 0]


def test_the_estimation_leaves_out_windows_of_own_events_that_are_merged_or_outside_the_study() -> None:
    returns, market, events = frames([("e", "A", 300), ("f", "A", 250), ("g", "A", 253)])
    events["inside"] = [True, False, False]
    found = event_study(returns, market, events, Options(estimation=PAST, window=(-2, 2)))
    [row] = found.rows
    assert row.fit.observations == 120 - 8  # days 248 to 255
    assert found.excluded == ()


def test_sixty_sessions_or_five_sixths_of_a_shorter_window_are_needed() -> None:
    assert [Options(estimation=span).sessions_needed for span in ((-250, -31), (-102, -31), (-50, -31))] == [60, 60, 16]


def test_asking_for_another_window_beside_changes_no_figure() -> None:
    days = [("e", "A", 300), ("f", "A", 308), ("g", "B", 310), ("h", "C", 330)]
    wide, narrow = study(*days, window=(-5, 5)), study(*days, window=(-1, 1))
    assert [gone.name for gone in wide.excluded] == ["f"]  # its windows of eleven sessions meet
    assert narrow.excluded == ()
    beside = wide.by_window[-1, 1]
    assert list(wide.by_window) == [(0, 0), (0, 1), (-1, 1), (0, 5), (-5, 5)]
    assert np.array_equal(beside.panel.abnormal, narrow.panel.abnormal)
    assert (beside.aar, beside.independent) == (narrow.aar, narrow.independent)
    assert wide.by_window[-5, 5].aar == wide.aar
