"""The test a verdict rests on, and the interval that goes with it, against every case counted one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from eventfolio.results.event_study.by_theme import study_document
from eventfolio.results.event_study.options import Options
from eventfolio.results.event_study.panel import Panel
from eventfolio.results.event_study.permutation import DRAWS, _flipped, flip_interval, permutation
from eventfolio.results.event_study.power import detectable, estimate
from eventfolio.results.event_study.study import event_study

PAST = (-150, -31)  # the estimation window of these tests


def made(dates: int, firms: int = 1, seed: int = 5) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Firms with an event each on every one of `dates` dates 20 sessions apart; a market."""
    rng = np.random.default_rng(seed)
    index = pd.bdate_range("2018-01-01", periods=220 + 20 * dates, name="date")
    market = 0.01 * rng.standard_normal(len(index))
    names = [f"F{d}-{n}" for d in range(dates) for n in range(firms)]
    returns = {name: market + 0.02 * rng.standard_normal(len(index)) for name in names}
    events = [
        {"name": name, "symbol": name, "date": index[180 + 20 * (place // firms)]} for place, name in enumerate(names)
    ]
    return pd.DataFrame(returns, index=index), pd.DataFrame({"M": market}, index=index), pd.DataFrame(events)


def panel(dates: int, firms: int = 1, **options: object) -> Panel:
    return event_study(*made(dates, firms), Options(estimation=PAST, window=(-2, 2), **options)).panel  # type: ignore[arg-type]


@pytest.mark.parametrize("dates", [7, 9, 14])
def test_from_seven_dates_on_the_p_counts_every_flip_of_signs(dates: int) -> None:
    study = panel(dates)
    sums = study.sums(-1, 1)
    every = np.array(list(itertools.product((1, -1), repeat=dates))) @ sums
    found = permutation(study, -1, 1)
    assert found.reference == "all signs"
    assert found.p == pytest.approx((np.abs(every) >= abs(sums.sum()) * (1 - 1e-12)).mean(), abs=1e-15)
    assert found.stat == pytest.approx(sums.sum() / np.sqrt((sums**2).sum()))


def test_of_many_dates_signs_are_drawn_and_agree_with_the_normal() -> None:
    from scipy.stats import norm

    sums = np.random.default_rng(3).standard_normal(400) + 0.08
    found = _flipped(sums)
    assert found.reference == f"{DRAWS} draws of signs"
    assert found.p == pytest.approx(2 * norm.sf(found.stat), abs=0.01)
    assert _flipped(sums) == found


def test_fewer_dates_are_turned_against_their_own_past() -> None:
    assert "draws of turns" in permutation(panel(6), 0, 0).reference
    study = panel(1)
    [unit] = study.units
    circle = unit.fit.joint(study.columns(0, 1))
    apart = [0, *range(2, len(circle) - 1)]  # the event's own two sessions, and every two that touch neither of them
    sums = [circle[at] + circle[(at + 1) % len(circle)] for at in apart]
    found = permutation(study, 0, 1)
    assert len(circle) == 122
    assert len(sums) == 1 + 119
    assert found.reference == "all turns"
    assert found.p == pytest.approx(np.mean(np.abs(sums) >= abs(sums[0]) * (1 - 1e-12)))


def test_both_windows_are_fitted_at_once_as_a_regression_would() -> None:
    import statsmodels.api as sm

    returns, market, events = made(1)
    study = event_study(returns, market, events, Options(estimation=PAST, window=(-2, 2)))
    at = returns.index.get_loc(events["date"][0])
    rows = [*range(at - 1, at + 2), *range(at - 150, at - 30)]
    x = sm.add_constant(market["M"].to_numpy()[rows])
    residuals = sm.OLS(returns.iloc[rows, 0].to_numpy(), x).fit().resid
    assert np.allclose(study.units[0].fit.joint(study.panel.columns(-1, 1)), residuals, atol=1e-15)


def test_sessions_left_out_of_the_estimation_are_no_places_of_the_circle() -> None:
    returns, market, events = made(1)
    at = returns.index.get_loc(events["date"][0])
    returns.iloc[at - 100 : at - 85, 0] = np.nan
    study = event_study(returns, market, events, Options(estimation=PAST, window=(0, 0))).panel
    residuals = study.units[0].fit.joint(slice(0, 1))
    left = residuals[~np.isnan(residuals)]
    assert len(left) == 106
    assert permutation(study, 0, 0).p == pytest.approx(np.mean(np.abs(left) >= abs(left[0]) * (1 - 1e-12)))


def test_rows_of_one_date_are_flipped_together() -> None:
    apart, together = panel(8, 3, cluster=False), panel(8, 3)
    assert (len(apart.units), len(together.units)) == (24, 8)
    assert permutation(apart, 0, 1).p == permutation(together, 0, 1).p
    alone, joined = estimate(apart, 0, 1), estimate(together, 0, 1)
    assert (alone.caar, alone.low, alone.high) == pytest.approx((joined.caar, joined.low, joined.high))
    assert alone.error == pytest.approx(joined.error)  # 24 rows tell no more than their 8 dates


@pytest.mark.parametrize("dates", [7, 10])
def test_the_interval_holds_the_means_that_are_not_rejected(dates: int) -> None:
    sums = np.random.default_rng(dates).standard_t(3, dates)
    low, high = flip_interval(sums, np.ones(dates), 0.95)
    assert low < sums.mean() < high
    for end, inwards in ((low, 1e-9), (high, -1e-9)):
        assert _flipped(sums - (end + inwards)).p > 0.05 >= _flipped(sums - (end - inwards)).p


def test_the_interval_of_many_dates_is_about_students() -> None:
    from scipy.stats import t

    sums = np.random.default_rng(1).standard_normal(60)
    low, high = flip_interval(sums, np.ones(60), 0.95)
    reach = t.ppf(0.975, 59) * sums.std(ddof=1) / np.sqrt(60)
    assert (low, high) == pytest.approx((sums.mean() - reach, sums.mean() + reach), abs=0.03)


def test_overlapping_windows_of_several_firms_are_one_observation() -> None:
    returns, market, events = made(2)
    events.loc[1, "date"] = events["date"][0] + pd.tseries.offsets.BDay(3)
    assert event_study(returns, market, events, Options(estimation=PAST, window=(-2, 2))).independent == 1
    assert event_study(returns, market, events, Options(estimation=PAST, window=(-1, 1))).independent == 2


def test_a_large_effect_of_one_date_does_not_stand_beside_itself() -> None:
    """Over eleven sessions, places that touched the event's own held the effect too: no p below 21 in 131."""
    returns, market, events = made(1)
    returns.loc[events["date"][0], "F0-0"] += 0.92
    study = event_study(returns, market, events, Options(estimation=PAST)).panel
    assert permutation(study, -5, 5).p == pytest.approx(1 / 111)


def test_sums_that_cancel_are_as_far_from_zero_as_any() -> None:
    sums = np.array([0.1, 0.2, -0.3, 0.1, 0.2, -0.3, 0.7, -0.7])  # in floats they come to 1e-16 or so
    assert _flipped(sums).p == 1.0


def simulated(rng: np.random.Generator, dates: int, sessions: int, effect: float) -> Panel:
    """One firm a date, `effect` spread over its event window."""
    index = pd.bdate_range("2018-01-01", periods=150 + 20 * dates, name="date")
    market = 0.01 * rng.standard_normal(len(index))
    returns, events = {}, []
    for date in range(dates):
        at = 130 + 20 * date
        returns[f"F{date}"] = market + 0.02 * rng.standard_normal(len(index))
        returns[f"F{date}"][at : at + sessions] += effect / sessions
        events.append({"name": f"F{date}", "symbol": f"F{date}", "date": index[at]})
    frames = (pd.DataFrame(returns, index=index), pd.DataFrame({"M": market}, index=index), pd.DataFrame(events))
    return event_study(*frames, Options(estimation=(-130, -11), window=(0, sessions - 1))).panel


@pytest.mark.prove
@pytest.mark.parametrize(("dates", "sessions"), [(1, 1), (1, 5), (3, 3), (8, 2)])
def test_the_effect_it_would_have_taken_shows_four_times_in_five_when_planted(dates: int, sessions: int) -> None:
    rng = np.random.default_rng(dates)
    last, runs = sessions - 1, 100
    needed = np.median([detectable(simulated(rng, dates, sessions, 0.0), 0, last) for _ in range(15)])
    found = sum(permutation(simulated(rng, dates, sessions, needed), 0, last).p <= 0.05 for _ in range(runs))
    assert 0.66 <= found / runs <= 0.92  # 0.8, 3 standard errors either way
    fewer = sum(permutation(simulated(rng, dates, sessions, needed / 3), 0, last).p <= 0.05 for _ in range(runs))
    assert fewer / runs < 0.5


def test_where_too_few_places_are_left_no_effect_of_any_size_could_show() -> None:
    returns, market, events = made(1)
    short = Options(estimation=(-30, -11), window=(-2, 2))  # 20 sessions leave 16 places of five, and the event's own
    panel = event_study(returns, market, events, short).panel
    assert detectable(panel, -2, 2) is None
    assert detectable(panel, 0, 0) is not None  # 21 places
    returns.loc[events["date"][0], "F0-0"] += 5.0
    assert permutation(event_study(returns, market, events, short).panel, -2, 2).p == pytest.approx(1 / 17)


def test_a_verdict_says_what_would_have_shown_or_that_nothing_could() -> None:
    market_of = made(1)
    short = study_document(event_study(*market_of, Options(estimation=(-30, -11), window=(-2, 2))))
    assert short["windows"][-1]["detectable"] is None
    assert "too few blocks to show anything" in short["verdict"]
    long = study_document(event_study(*market_of, Options(estimation=PAST, window=(0, 0))))
    needed = long["windows"][-1]["detectable"]
    assert f"it would have taken {needed:.1%} to show".replace("%", " %") in long["verdict"]
    assert long["whole_window"]["detectable"] == needed
