"""Event studies against published answers, a regression package, and sums done by hand."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from support.places import SHARED

from eventfolio.results.errors import EvidenceError
from eventfolio.results.event_study.csv_input import read_events, read_returns
from eventfolio.results.event_study.models import MODELS
from eventfolio.results.event_study.options import Options
from eventfolio.results.event_study.permutation import permutation
from eventfolio.results.event_study.study import TESTS, EventStudy, event_study
from eventfolio.results.event_study.tests_parametric import Outcome, cross_t
from eventfolio.results.event_study.tests_rank import generalized_sign, sign, wilcoxon

PAST = (-150, -31)  # the estimation window of these tests
TRUTH = SHARED / "truth" / "event_study"
published = pytest.mark.skipif(not TRUTH.exists(), reason="the published studies are not beside the project")


def printed(value: float, expected: float) -> bool:
    """Equal to three significant digits, as printed."""
    return abs(value - expected) <= 0.5 * 10 ** (math.floor(math.log10(abs(expected))) - 2) * 1.0001


@published
@pytest.mark.parametrize("cluster", [True, False])
def test_six_mergers_come_out_as_published(cluster: bool) -> None:
    folder = TRUTH / "davzim"
    answers = json.loads((folder / "expected.json").read_text())
    data = (
        read_returns(folder / "returns.csv", "returns"),
        read_returns(folder / "market.csv", "market"),
        read_events(folder / "events.csv"),
    )
    study = event_study(*data, Options("constant-mean", (-230, -31), (-30, 30), cluster))
    fits = {row.symbol: row.fit for row in study.rows}
    assert all(printed(fits[firm].alpha, mean) for firm, mean in answers["cmrm"].items())
    for session, value in answers["ar_chrysler_cmrm"].items():
        assert printed(fits["Chrysler"].abnormal[int(session) + 30], value)
    for session, (aar, caar) in answers["aar_caar_cmrm"].items():
        assert printed(study.aar[int(session)] or 0, aar)
        assert printed(study.caar[int(session)] or 0, caar)
    for session, (t, _) in answers["aar_t_p_df_n"].items():
        assert printed(study.tests["cross_t"][int(session)].stat or 0, t)
    for session, t in answers["caar_from_-30_t"].items():
        assert printed(study.car_tests["cross_t"][int(session)].stat or 0, t)
    for window, figures in answers["windows"].items():
        first, last = json.loads(window)
        assert printed(study.panel.sums(first, last).mean(), figures["car"])
        assert printed(cross_t(study.panel, first, last).stat or 0, figures["t"])
    study = event_study(*data, Options("market", (-230, -31), (-30, 30), cluster))
    for row in study.rows:
        alpha, beta = answers["market_model"][row.symbol]
        assert printed(row.fit.alpha, alpha)
        assert printed(row.fit.beta, beta)


@published
def test_apples_two_dates_come_out_as_published() -> None:
    from eventfolio.results.event_study.document import document

    folder = TRUTH / "lemaire"
    returns = read_returns(folder / "returns_small.csv", "returns")
    for case in json.loads((folder / "expected.json").read_text())["cases"]:
        first, last = case["event_window"]
        end = first - case["buffer"]
        events = pd.DataFrame([{"name": "AAPL", "symbol": "AAPL", "date": pd.Timestamp(case["event_date"])}])
        options = Options("market", (end - case["estimation_size"], end - 1), (first, last))
        found = document(event_study(returns, returns[["SPY"]], events, options))["events"][0]
        for session, (ar, variance, car, _, t, _) in case["expected_published"].items():
            assert found["ar"][session] == pytest.approx(ar, abs=0.0006)
            assert found["variance"] == pytest.approx(variance, abs=0.0006)
            assert found["car"][session] == pytest.approx(car, abs=0.0006)
            assert found["t"][session] == pytest.approx(t, abs=0.006)


def made(events: int = 6, seed: int = 1, dates: int = 400) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Returns of as many firms as events, a market, and an event of each firm every 20 sessions."""
    rng = np.random.default_rng(seed)
    index = pd.bdate_range("2020-01-01", periods=dates, name="date")
    market = 0.01 * rng.standard_normal(dates)
    firms = {f"F{n}": 0.001 * n + (0.5 + n / 4) * market + 0.02 * rng.standard_normal(dates) for n in range(events)}
    listed = [{"name": f, "symbol": f, "date": index[200 + 20 * n]} for n, f in enumerate(firms)]
    return pd.DataFrame(firms, index=index), pd.DataFrame({"M": market}, index=index), pd.DataFrame(listed)


def of_one_firm(returns: pd.DataFrame, **places: int) -> pd.DataFrame:
    """Events of F0 by name and row."""
    return pd.DataFrame([{"name": n, "symbol": "F0", "date": returns.index[at]} for n, at in places.items()])


@pytest.fixture(scope="module")
def study() -> EventStudy:
    return event_study(*made(), Options(estimation=PAST, window=(-2, 2)))


def by_regression() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """ARs (events, 5), their forecast deviations, residuals and CAR deviations, by statsmodels, firm by firm."""
    import statsmodels.api as sm

    returns, market, events = made()
    ars, deviations, residuals, of_sums = [], [], [], []
    for event in events.to_dict("records"):
        at = returns.index.get_loc(event["date"])
        y, x = returns[event["symbol"]].to_numpy(), sm.add_constant(market["M"].to_numpy())
        fit = sm.OLS(y[at - 150 : at - 30], x[at - 150 : at - 30]).fit()
        ahead = x[at - 2 : at + 3]
        ars.append(y[at - 2 : at + 3] - fit.predict(ahead))
        deviations.append(fit.get_prediction(ahead).se_obs)
        residuals.append(fit.resid)
        ones = np.ones(5)
        of_sums.append(np.sqrt(5 * fit.mse_resid + ones @ ahead @ fit.cov_params() @ ahead.T @ ones))
    return np.array(ars), np.array(deviations), np.array(residuals), np.array(of_sums)


def test_abnormal_returns_and_forecast_errors_are_those_of_a_regression(study: EventStudy) -> None:
    ars, deviations, residuals, of_sums = by_regression()
    assert np.allclose(study.panel.abnormal, ars, atol=1e-14)
    assert np.allclose(study.panel.standardised, ars / deviations, atol=1e-11)
    assert np.allclose(study.panel.residuals, residuals, atol=1e-14)
    assert np.allclose(study.panel.deviations(-2, 2), of_sums, rtol=1e-11)
    assert np.allclose(list(study.caar.values()), ars.mean(axis=0).cumsum(), atol=1e-14)  # type: ignore[arg-type]


def test_parametric_tests_are_their_textbook_formulas(study: EventStudy) -> None:
    from scipy import stats

    ars, deviations, residuals, of_sums = by_regression()
    day = ars[:, 2]
    t = stats.ttest_1samp(day, 0.0)
    assert study.tests["cross_t"][0].stat == pytest.approx(t.statistic, rel=1e-11)
    assert study.tests["cross_t"][0].p == pytest.approx(t.pvalue, rel=1e-11)
    crude = day.mean() / residuals.mean(axis=0).std(ddof=1)
    assert study.tests["brown_warner"][0].stat == pytest.approx(crude, rel=1e-11)
    assert study.car_tests["brown_warner"][2].stat == pytest.approx(
        ars.mean(axis=0).sum() / (residuals.mean(axis=0).std(ddof=1) * math.sqrt(5)), rel=1e-11
    )
    standard = ars / deviations
    patell = standard[:, 2].sum() / math.sqrt(6 * 118 / 116)
    assert study.tests["patell"][0].stat == pytest.approx(patell, rel=1e-11)
    assert study.tests["patell"][0].p == pytest.approx(2 * stats.norm.sf(abs(patell)), rel=1e-9)
    whole = standard.sum() / math.sqrt(6 * 5 * 118 / 116)
    assert study.car_tests["patell"][2].stat == pytest.approx(whole, rel=1e-11)
    bmp = stats.ttest_1samp(standard[:, 2], 0.0).statistic
    assert study.tests["bmp"][0].stat == pytest.approx(bmp, rel=1e-11)
    of_window = stats.ttest_1samp(ars.sum(axis=1) / of_sums, 0.0)
    assert study.car_tests["bmp"][2].stat == pytest.approx(of_window.statistic, rel=1e-11)
    r = (np.corrcoef(residuals).sum() - 6) / 30
    adjusted = bmp * math.sqrt((1 - r) / (1 + 5 * r))
    assert study.tests["kolari_pynnonen"][0].stat == pytest.approx(adjusted, rel=1e-11)


def test_rank_and_sign_tests_are_their_textbook_formulas(study: EventStudy) -> None:
    from scipy import stats

    ars, _, residuals, _ = by_regression()
    everything = np.concatenate([residuals, ars], axis=1)
    centred = stats.rankdata(everything, axis=1) - (125 + 1) / 2
    spread = math.sqrt(float((centred.mean(axis=0) ** 2).mean()))
    assert study.tests["corrado"][0].stat == pytest.approx(centred[:, 122].mean() / spread, rel=1e-11)
    whole = math.sqrt(5) * centred[:, 120:].mean() / spread
    assert study.car_tests["corrado"][2].stat == pytest.approx(whole, rel=1e-11)
    up = int((ars[:, 2] > 0).sum())
    assert study.tests["sign"][0].stat == pytest.approx((up / 6 - 0.5) * math.sqrt(6) / 0.5)
    usual = float((residuals > 0).mean())
    generalised = (up - 6 * usual) / math.sqrt(6 * usual * (1 - usual))
    assert study.tests["generalized_sign"][0].stat == pytest.approx(generalised)
    order = sorted(range(6), key=lambda n: abs(ars[n, 2]))
    assert study.tests["wilcoxon"][0].stat == sum(place + 1 for place, n in enumerate(order) if ars[n, 2] > 0)
    assert study.tests["wilcoxon"][0].p == pytest.approx(stats.wilcoxon(ars[:, 2]).pvalue)


def test_one_events_permutation_p_is_its_quantile_among_its_own_residuals() -> None:
    returns, market, events = made(1)
    returns.loc[events["date"][0], "F0"] += 0.20
    study = event_study(returns, market, events, Options(estimation=PAST, window=(0, 0)))
    assert study.tests["permutation"][0].p == pytest.approx(1 / 121)  # the largest of 121
    assert study.tests["cross_t"][0].stat is None
    assert study.tests["bmp"][0].p is None
    assert "One observation" in study.notes[0]


def test_a_planted_effect_shows_on_its_session_and_no_other() -> None:
    returns, market, events = made(10)
    for event in events.to_dict("records"):
        returns.loc[event["date"], event["symbol"]] += 0.10
    study = event_study(returns, market, events, Options(estimation=PAST, window=(-2, 2)))
    assert study.aar[0] == pytest.approx(0.10, abs=0.02)
    for name in TESTS:
        assert (study.tests[name][0].p or 0) < 0.01, name
        assert (study.tests[name][1].p or 0) > 0.01, name


@pytest.mark.parametrize("model", MODELS)
def test_every_model_finds_the_same_large_effect(model: str) -> None:
    returns, market, events = made(10)
    for event in events.to_dict("records"):
        returns.loc[event["date"], event["symbol"]] += 0.10
    study = event_study(returns, market, events, Options(model, window=(-1, 1)))
    assert study.aar[0] == pytest.approx(0.10, abs=0.03)
    betas = {row.fit.beta for row in study.rows}
    assert (betas == {0.0}) == (model == "constant-mean")
    assert (betas == {1.0}) == (model == "market-adjusted")


def test_lagged_models_catch_a_market_that_closes_before_the_index() -> None:
    rng = np.random.default_rng(3)
    index = pd.bdate_range("2020-01-01", periods=900, name="date")
    news = 0.01 * rng.standard_normal(901)
    late = pd.DataFrame({"A": news[:-1] + 0.001 * rng.standard_normal(900)}, index=index)  # hears it a session later
    market = pd.DataFrame({"M": news[1:]}, index=index)
    events = pd.DataFrame([{"name": "A", "symbol": "A", "date": index[850]}])
    beta = {
        model: event_study(late, market, events, Options(model, (-800, -31), (0, 0))).rows[0].fit.beta
        for model in ("market", "dimson", "scholes-williams")
    }
    assert abs(beta["market"]) < 0.1
    assert beta["dimson"] == pytest.approx(1.0, abs=0.05)
    assert beta["scholes-williams"] == pytest.approx(1.0, abs=0.1)


def test_log_returns_are_logs_of_the_returns_given() -> None:
    returns, market, events = made(2)
    logs = event_study(np.log1p(returns), np.log1p(market), events)
    asked = event_study(returns, market, events, Options(log=True))
    assert asked.caar == logs.caar


def test_names_of_one_date_count_as_one_portfolio() -> None:
    returns, market, events = made(6)
    events["date"] = [returns.index[200]] * 3 + [returns.index[300]] * 3
    together, apart = (event_study(returns, market, events, Options(cluster=cluster)) for cluster in (True, False))
    assert (len(together.units), together.independent) == (2, 2)
    assert (len(apart.units), apart.independent) == (6, 2)
    pair = pd.DataFrame({"P": returns[["F0", "F1", "F2"]].mean(axis=1), "Q": returns[["F3", "F4", "F5"]].mean(axis=1)})
    listed = [{"name": n, "symbol": n, "date": returns.index[at]} for n, at in (("P", 200), ("Q", 300))]
    own = event_study(pair, market, pd.DataFrame(listed))
    assert np.allclose(own.panel.standardised, together.panel.standardised, rtol=1e-10)  # as regressed themselves


def test_overlapping_events_of_a_firm_are_one_episode() -> None:
    returns, market, events = made(1)
    events = pd.DataFrame(
        [{"name": n, "symbol": "F0", "date": returns.index[at]} for n, at in (("a", 250), ("b", 255))]
    )
    study = event_study(returns, market, events, Options(estimation=PAST, window=(-3, 3)))
    assert [unit.names for unit in study.units] == [("a",)]
    assert "overlaps that of a" in study.excluded[0].why
    assert len(event_study(returns, market, events, Options(estimation=PAST, window=(-1, 1))).units) == 2
    assert len(event_study(returns, market, events, Options(estimation=PAST, window=(-3, 3), cluster=False)).units) == 2


def test_other_events_of_a_firm_are_left_out_of_its_estimation() -> None:
    returns, market, _ = made(1)
    events = pd.DataFrame(
        [{"name": n, "symbol": "F0", "date": returns.index[at]} for n, at in (("a", 200), ("b", 290))]
    )
    clean = event_study(returns, market, events, Options(estimation=PAST, window=(-5, 5)))
    assert [row.fit.observations for row in clean.rows] == [120, 109]
    plain = event_study(returns, market, events, Options(estimation=PAST, window=(-5, 5), cluster=False))
    assert [row.fit.observations for row in plain.rows] == [120, 120]


def test_an_event_on_a_sunday_counts_from_monday() -> None:
    returns, market, events = made(1)
    monday = next(day for day in returns.index[250:] if day.weekday() == 0)
    for day in (monday, monday - pd.Timedelta(days=1)):
        events["date"] = [day]
        assert event_study(returns, market, events).rows[0].session == monday.date().isoformat()


def test_each_market_counts_its_own_sessions() -> None:
    returns, market, events = made(2)
    market["N"] = market["M"]
    shut = returns.index[201]
    market.loc[shut, "N"] = np.nan
    returns.loc[shut, "F1"] = np.nan
    events["market"], events["date"] = ["M", "N"], returns.index[200]
    study = event_study(returns, market, events, Options(estimation=PAST, window=(0, 1), cluster=False))
    spans = {row.symbol: row.span[1] for row in study.rows}
    assert spans == {"F0": shut.date().isoformat(), "F1": returns.index[202].date().isoformat()}


def test_a_market_that_is_not_there_is_said_where_one_takes_its_place() -> None:
    returns, market, events = made(2)
    events["market"] = ["M", "N"]
    plain, other = event_study(returns, market, events).rows
    assert plain.note == ""
    assert "no market 'N', so it is measured against M" in other.note


def test_missing_returns_are_said_and_never_counted_as_zero() -> None:
    returns, market, events = made(2)
    at = returns.index.get_loc(events["date"][0])
    returns.iloc[at + 1, 0] = np.nan
    study = event_study(returns, market, events, Options(estimation=PAST, window=(0, 2)))
    row = study.rows[0]
    assert "no return at session 1" in row.note
    assert study.aar[1] == pytest.approx(study.panel.abnormal[1, 1])  # of the other firm alone
    returns.iloc[at, 0] = np.nan
    row = event_study(returns, market, events, Options(estimation=PAST, window=(0, 2))).rows[0]
    assert row.session == returns.index[at + 2].date().isoformat()
    assert "session 0 is" in row.note


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda r, m, e: e.loc.__setitem__((0, "date"), pd.Timestamp("1999-01-04")), "before the first return"),
        (lambda r, m, e: e.loc.__setitem__((0, "date"), pd.Timestamp("2030-01-04")), "after the last return"),
        (lambda r, m, e: e.loc.__setitem__((0, "date"), r.index[60]), "known sessions in the estimation window"),
        (lambda r, m, e: e.loc.__setitem__((0, "date"), r.index[-2]), "event window ends"),
        (lambda r, m, e: r.__setitem__("F0", 0.0), "does not vary"),
        (lambda r, m, e: m.__setitem__("M", 0.001), "market's return does not vary"),
        (lambda r, m, e: r.__setitem__("F0", 2 * m["M"]), "without remainder"),
    ],
)
def test_what_cannot_be_measured_is_left_out_with_its_reason(spoil, why: str) -> None:  # type: ignore[no-untyped-def]
    returns, market, events = made(1)
    spoil(returns, market, events)
    with pytest.raises(EvidenceError, match=why):
        event_study(returns, market, events)
    more = made(3)
    spoil(*more)
    if why != "market's return does not vary":
        study = event_study(*more)
        assert why in study.excluded[0].why
        assert len(study.rows) == 2


def test_a_row_given_twice_counts_once() -> None:
    returns, market, events = made(2)
    study = event_study(returns, market, pd.concat([events, events], ignore_index=True))
    assert len(study.rows) == 2
    assert all("counted once" in gone.why for gone in study.excluded)


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": "markt"},
        {"estimation": (-20, -30)},
        {"estimation": (-8, -7), "window": (0, 1)},
        {"estimation": (-100, 1)},
        {"window": (1, -1)},
    ],
)
def test_options_that_make_no_study_are_refused(wrong: dict) -> None:  # type: ignore[type-arg]
    with pytest.raises(EvidenceError):
        Options(**wrong)


def test_rounding_error_is_no_sign_and_no_rank() -> None:
    """Firms that did what the market did: 0.1 + 0.2 - 0.3 is 5.6e-17 to a machine, and nothing to an investor."""
    returns, market, events = made(8)
    for place, event in enumerate(events.to_dict("records")):
        at = returns.index.get_loc(event["date"])
        dust = 5e-19 if place % 4 else -5e-19
        moves = market["M"].iloc[at - 1 : at + 2].to_numpy() + (np.array([0.1, 0.2, -0.3]) if place > 3 else dust)
        returns.loc[returns.index[at - 1 : at + 2], event["symbol"]] = moves
    study = event_study(returns, market, events, Options("market-adjusted", PAST, (-1, 1)))
    assert (study.panel.sums(-1, 1) == 0.0).all()
    assert sign(study.panel, -1, 1).stat == pytest.approx(-math.sqrt(8))  # none of eight is above zero
    assert wilcoxon(study.panel, -1, 1) == Outcome(None, None)
    usual = float((study.panel.residuals > 0).mean())
    generalised = (0 - 8 * usual) / math.sqrt(8 * usual * (1 - usual))
    assert generalized_sign(study.panel, -1, 1).stat == pytest.approx(generalised)
    assert permutation(study.panel, -1, 1).p is None


def test_figures_equal_but_for_rounding_share_a_rank() -> None:
    returns, market, events = made(8)
    for place, event in enumerate(events.to_dict("records")):
        gain = 0.05 * (1 + 4e-16 * place) * (1 if place else -1)
        returns.loc[event["date"], event["symbol"]] = market.loc[event["date"], "M"] + gain
    study = event_study(returns, market, events, Options("market-adjusted", PAST, (0, 0)))
    found = wilcoxon(study.panel, 0, 0)
    assert (found.stat, found.reference) == (7 * 4.5, "normal")  # eight equal sizes share the rank 4.5


@pytest.mark.parametrize(("gone", "place"), [("the day itself", 0), ("the day after", 1)])
def test_a_day_that_the_market_file_lacks_shifts_no_window_unsaid(gone: str, place: int) -> None:
    returns, market, events = made(2)
    day = events["date"][0] + place * pd.offsets.BDay()
    study = event_study(returns, market.drop(day), events, Options(estimation=PAST, window=(-1, 1)))
    if place == 0:
        assert [row.name for row in study.rows] == ["F1"]
        assert f"a return on {day.date()} and its market has none" in study.excluded[0].why
    else:
        assert f"its market has no return on {day.date()}" in study.rows[0].note
        assert any(str(day.date()) in note for note in study.notes)
    assert study.rows[-1].note == ""


def test_events_of_days_without_a_session_are_named_in_one_note() -> None:
    returns, market, events = made(5)
    events["date"] = [day - pd.Timedelta(days=day.weekday() + 1) for day in events["date"]]  # the Sunday before
    study = event_study(returns, market, events)
    [note] = study.notes
    assert note.startswith("No session on the date given, so session 0 is the next: F0 (")
    assert note.endswith("and 2 more.")
    assert all(row.session in row.note for row in study.rows)
