"""Metrics by hand, against empyrical's published cases, quantstats and pandas; differences of definition are stated."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from support.places import SHARED

from eventfolio.engine.metrics import PERIODS, LotFigures, path_metrics, return_metrics

TRUTH = SHARED / "truth" / "performance"
A_YEAR = {"daily": 252, "weekly": 52, "monthly": 12}
MIXED = np.random.default_rng(3).normal(0.0004, 0.01, 780)
KEYS = [
    "total_return", "cagr", "volatility", "sharpe", "sortino", "max_drawdown", "calmar", "exposure", "turnover",
    "trades", "assumed", "win_rate", "mean_excess", "costs", "skew", "var_95",
]  # fmt: skip


def metrics(returns: list[float] | np.ndarray, years: float = 1.0) -> dict[str, float | None]:
    return return_metrics(np.array(returns, float), years)


def test_a_year_has_the_weekdays_of_365_and_a_quarter_days() -> None:
    assert pytest.approx(260.892857142857) == PERIODS


def test_a_series_worked_by_hand() -> None:
    # growth 1.10, 0.88, 1.056; total 5.6 %; mean 0.1/3; squares about it 0.0044444, 0.0544444, 0.0277778
    found = metrics([0.10, -0.20, 0.20], years=2.0)
    deviation = math.sqrt((0.0044444444 + 0.0544444444 + 0.0277777778) / 2)
    assert found["total_return"] == pytest.approx(0.056)
    assert found["cagr"] == pytest.approx(math.sqrt(1.056) - 1)
    assert found["volatility"] == pytest.approx(deviation * math.sqrt(PERIODS))
    assert found["sharpe"] == pytest.approx((0.1 / 3) / deviation * math.sqrt(PERIODS))
    assert found["sortino"] == pytest.approx((0.1 / 3) / math.sqrt(0.04 / 3) * math.sqrt(PERIODS))
    assert found["max_drawdown"] == pytest.approx(0.88 / 1.10 - 1)
    assert found["calmar"] == pytest.approx((math.sqrt(1.056) - 1) / 0.2)
    assert found["var_95"] == pytest.approx(-0.20 + 0.1 * 0.30)  # a tenth of the way from the lowest to the next
    cubes = (0.0666666667**3 - 0.2333333333**3 + 0.1666666667**3) / deviation**3
    assert found["skew"] == pytest.approx(cubes * 3 / (2 * 1))


def test_a_fall_from_the_start_is_a_drawdown_from_the_starting_cash() -> None:
    assert metrics([-0.10, 0.05])["max_drawdown"] == pytest.approx(-0.10)
    assert metrics([0.10, 0.05])["max_drawdown"] == 0.0


def test_undefined_is_none() -> None:
    def undefined(returns: list[float]) -> set[str]:
        return {key for key, value in metrics(returns).items() if value is None}

    every = {"total_return", "cagr", "volatility", "sharpe", "sortino", "max_drawdown", "calmar", "skew", "var_95"}
    assert undefined([]) == every
    assert undefined([0.0] * 20) == {"sharpe", "sortino", "calmar", "skew"}  # flat
    assert undefined([0.001] * 20) == {"sharpe", "sortino", "calmar", "skew"}  # equal, but for the last bit
    assert undefined([0.02]) == {"volatility", "sharpe", "sortino", "calmar", "skew"}  # one row
    assert undefined([-0.02]) == {"volatility", "sharpe", "skew"}
    assert undefined([0.01, 0.03]) == {"sortino", "calmar", "skew"}  # never a loss
    assert undefined([-0.01, -0.03, -0.02]) == set()


def test_losing_all_is_a_loss_of_one_hundred_percent_a_year() -> None:
    found = metrics([-0.5, -1.0, 0.0], years=3.0)
    assert (found["total_return"], found["cagr"], found["max_drawdown"], found["calmar"]) == (-1, -1, -1, -1)


def test_what_a_run_did_is_worked_by_hand() -> None:
    lots = LotFigures(opened=5, closed_pnl=[10.0, -4.0, 0.0, 1.0], excess=[0.02, -0.01, 0.05], costs=7.5, assumed=2)
    found = path_metrics(
        np.array([0.0, 0.1]), np.array([0.0, 0.5]), np.array([100.0, 110.0]), 0.5, bought=60.0, sold=42.0, lots=lots
    )
    assert list(found) == KEYS
    assert found["exposure"] == 0.25
    assert found["turnover"] == pytest.approx(42 / 105 / 0.5)  # the lesser side, over mean equity, a year
    assert (found["trades"], found["assumed"], found["costs"]) == (5, 2, 7.5)
    assert found["win_rate"] == 0.5  # a lot that comes out even did not win
    assert found["mean_excess"] == pytest.approx(0.02)


def test_a_run_without_lots_has_no_win_rate_and_no_excess() -> None:
    found = path_metrics(np.zeros(3), np.zeros(3), np.full(3, 100.0), 1.0, 0.0, 0.0, LotFigures(0, [], [], 0.0))
    assert (found["win_rate"], found["mean_excess"]) == (None, None)
    assert (found["trades"], found["turnover"], found["exposure"], found["costs"]) == (0, 0, 0, 0)


@pytest.mark.parametrize("returns", [[], [0.0], [-1.0], [-1.0, 0.0], [1e-18] * 5, [0.5, -1.0, 0.0], MIXED])
def test_no_metric_is_ever_nan_or_infinite(returns: list[float]) -> None:
    json.dumps(metrics(returns), allow_nan=False)


def test_quantstats_agrees_on_a_series() -> None:
    """Its annual figures take the periods as an argument. It counts years as rows / periods and we in calendar days,
    so its years are given to ours; its value at risk is that of a normal distribution, ours the sample's quantile.
    """
    import quantstats.stats as qs

    series = pd.Series(MIXED, index=pd.bdate_range("2022-01-03", periods=len(MIXED)))
    ours = metrics(MIXED, years=len(MIXED) / PERIODS)
    theirs = {
        "total_return": qs.comp(series),
        "cagr": qs.cagr(series, periods=PERIODS),
        "volatility": qs.volatility(series, periods=PERIODS),
        "sharpe": qs.sharpe(series, periods=PERIODS),
        "sortino": qs.sortino(series, periods=PERIODS),
        "max_drawdown": qs.max_drawdown(series),
        "calmar": qs.calmar(series, periods=PERIODS),
        "skew": qs.skew(series),
        "var_95": series.quantile(0.05),
    }
    assert ours == {key: pytest.approx(float(value), rel=1e-9) for key, value in theirs.items()}


# --- published cases ----------------------------------------------------------------------------------------------


def empyrical(*tests: str) -> list[tuple[dict, dict]]:
    """Cases of the named tests, and the series."""
    if not TRUTH.exists():
        pytest.skip("../shared/truth/performance is not here")
    document = json.loads((TRUTH / "empyrical_tests.json").read_text())
    series = document["series"]
    series["flat_line_1_tz"] = series["flat_line_1"]
    cases = [
        case
        for case in document["cases"]
        if case["test"] in tests
        and case["args"]["returns"] in series
        and case["args"].get("risk_free", "0.0") == "0.0"
        and case["args"].get("required_return", "0.0") == "0.0"
    ]
    return [(case, series[case["args"]["returns"]]) for case in cases]


def known(values: list[float | None]) -> np.ndarray:
    """Without the missing rows, which empyrical leaves out of means and deviations."""
    return np.array([value for value in values if value is not None], float)


def agree(ours: float | None, theirs: float | str, factor: float = 1.0, exact: float = 1e-8) -> bool:
    """Where empyrical says nan or inf the figure is undefined, and ours is None."""
    if theirs in ("nan", "inf"):
        return ours is None
    return ours is not None and math.isclose(ours * factor, float(theirs), rel_tol=exact, abs_tol=exact)


@pytest.mark.parametrize(
    ("test", "key", "count"),
    [("test_annual_volatility", "volatility", 4), ("test_sharpe_ratio", "sharpe", 6), ("test_sortino", "sortino", 8)],
)
def test_empyrical_agrees_on_ratios_but_for_the_periods_a_year(test: str, key: str, count: int) -> None:
    """It takes 252 days, 52 weeks or 12 months a year, we 365.25 x 5/7 rows: the root of their ratio between them."""
    cases = empyrical(test)
    assert len(cases) >= count
    wrong = []
    for case, series in cases:
        scale = math.sqrt(A_YEAR[case["args"].get("period", "daily")] / PERIODS)
        if not agree(metrics(known(series["values"]))[key], case["expected"], scale):
            wrong.append(case)
    assert wrong == []


def test_empyrical_agrees_on_annual_growth_but_for_the_years() -> None:
    """It counts years as rows / periods, missing rows included, and we in calendar days: its years are given to ours.
    Its calmar is nan without a drawdown, ours None.
    """
    cases = empyrical("test_cagr", "test_annual_ret", "test_calmar")
    assert len(cases) >= 12
    for case, series in cases:
        periods = {**A_YEAR, "yearly": 1}[case["args"]["period"]]
        found = metrics(known(series["values"]), years=len(series["values"]) / periods)
        assert agree(found["calmar" if case["test"] == "test_calmar" else "cagr"], case["expected"]), case


def test_empyrical_agrees_on_drawdown_and_total_return() -> None:
    """Its totals are printed to four decimals; from a start of 100 they are 100 x (1 + total)."""
    cases = empyrical("test_max_drawdown", "test_cum_returns_final")
    assert len(cases) >= 13
    for case, series in cases:
        found, start = metrics(known(series["values"])), case["args"].get("starting_value", 0)
        if case["test"] == "test_max_drawdown":
            assert agree(found["max_drawdown"], case["expected"]), case
        elif start == 0:
            assert agree(found["total_return"], case["expected"], exact=5e-5), case
        else:
            assert start * (1 + found["total_return"]) == pytest.approx(case["expected"], abs=5e-5)


def test_empyrical_agrees_on_rolling_windows() -> None:
    """The same figures on every six rows of a series."""
    cases = [pair for pair in empyrical("test_roll_max_drawdown", "test_roll_sharpe_ratio") if pair[1]["values"]]
    assert len(cases) == 3
    for case, series in cases:
        width = case["args"]["window"]
        windows = [metrics(known(series["values"][i : i + width])) for i in range(len(series["values"]) - width + 1)]
        if case["test"] == "test_roll_max_drawdown":
            assert [w["max_drawdown"] for w in windows] == pytest.approx(case["expected"], abs=5e-5)
        else:
            scaled = [w["sharpe"] * math.sqrt(252 / PERIODS) for w in windows]  # type: ignore[operator]
            assert scaled == pytest.approx(case["expected"], rel=1e-8)


@pytest.mark.parametrize("file", ["edhec.csv", "managers.csv"])
def test_monthly_returns_of_real_funds_agree_with_pandas_and_scipy(file: str) -> None:
    """Computed anew from wealth and drawdown series; annual figures of months are ours x root(12 / our periods)."""
    if not TRUTH.exists():
        pytest.skip("../shared/truth/performance is not here")
    table = pd.read_csv(TRUTH / file, index_col="date", parse_dates=True)
    assert table.shape[1] >= 10
    for name, column in table.items():
        r = column.dropna()
        ours, years = metrics(r.to_numpy(), years=len(r) / 12), len(r) / 12
        wealth = pd.concat([pd.Series([1.0]), (1 + r).cumprod()])
        drawdown = (wealth / wealth.cummax() - 1).min()
        below = r.where(r < 0, 0.0)
        yearly = math.sqrt(PERIODS)
        expected = {
            "total_return": wealth.iloc[-1] - 1,
            "cagr": math.exp(np.log1p(r).sum() / years) - 1,
            "volatility": r.std() * yearly,
            "sharpe": r.mean() / r.std() * yearly,
            "sortino": r.mean() / below.pow(2).mean() ** 0.5 * yearly if below.any() else None,
            "max_drawdown": drawdown,
            "calmar": (math.exp(np.log1p(r).sum() / years) - 1) / -drawdown if drawdown < 0 else None,
            "skew": stats.skew(r, bias=False),
            "var_95": r.quantile(0.05),
        }
        assert ours == {key: None if x is None else pytest.approx(x, rel=1e-8) for key, x in expected.items()}, name
