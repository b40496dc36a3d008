"""Deflated Sharpe ratios, PBO and reality checks: published cases, and the same counted the slow way."""

from __future__ import annotations

import json
import math
from itertools import chain, combinations

import numpy as np
import pandas as pd
import pytest
from support.places import SHARED

from eventfolio.results.errors import EvidenceError
from eventfolio.results.event_study.multiple_testing import benjamini_hochberg, holm
from eventfolio.results.search.verdict import placebo_verdict, search_verdict
from eventfolio.results.significance.deflated_sharpe import (
    Moments,
    deflated_sharpe,
    effective_trials,
    expected_max,
    minimum_backtest_length,
    minimum_track_record,
    moments,
    probabilistic_sharpe,
    sharpe_variance,
)
from eventfolio.results.significance.overfitting import overfitting_figures
from eventfolio.results.significance.pbo import overfitting
from eventfolio.results.significance.superior_ability import long_run_deviation, reality_check
from eventfolio.results.words import deflated_verdict

CASES = SHARED / "truth" / "overfitting" / "cases.json"


@pytest.mark.skipif(not CASES.exists(), reason="the published cases are not beside the project")
def test_published_cases_come_out_to_nine_digits() -> None:
    expected = {case["id"]: case["expected"] for case in json.loads(CASES.read_text())["cases"]}
    found = {
        "expected_max_N100": expected_max(100),
        "minBTL_N45_SR1": minimum_backtest_length(45, 1.0),
        "psr_efficient_frontier": probabilistic_sharpe(Moments(1.585 / math.sqrt(12), 24, -2.448, 10.164)),
        "dsr_2014": deflated_sharpe(Moments(2.5 / math.sqrt(250), 1250, -3, 10), 100, 0.5 / 250),
    }
    for name, year in (("mintrl_daily", 250), ("mintrl_weekly", 52)):
        periods = minimum_track_record(Moments(2 / math.sqrt(year), 0, 0, 3), 1 / math.sqrt(year))
        found[name] = periods / year if periods else None
    assert found == pytest.approx(expected, rel=1e-9)


def test_moments_are_those_of_scipy() -> None:
    from scipy import stats

    r = np.random.default_rng(0).standard_t(5, 300) * 0.01
    found = moments(r)
    assert found is not None
    assert (found.skew, found.kurtosis) == pytest.approx((stats.skew(r), stats.kurtosis(r, fisher=False)))
    assert found.sharpe == pytest.approx(r.mean() / r.std(ddof=1))
    assert moments(np.full(300, 0.001)) is None


def test_expected_maximum_is_near_the_simulated_one() -> None:
    drawn = np.random.default_rng(1).standard_normal((20_000, 50)).max(axis=1).mean()
    assert expected_max(50) == pytest.approx(drawn, abs=0.05)
    assert expected_max(1) == 0.0


def test_identical_trials_count_as_one_and_independent_ones_as_all() -> None:
    rng = np.random.default_rng(2)
    one = rng.standard_normal((500, 1))
    assert effective_trials(np.repeat(one, 8, axis=1)) == pytest.approx(1.0)
    assert effective_trials(rng.standard_normal((5000, 8))) == pytest.approx(8.0, abs=0.2)


def slow_logits(returns: np.ndarray, blocks: int) -> list[float]:
    """Every split, cut and ranked by itself."""
    from scipy.stats import rankdata

    length = len(returns) // blocks
    parts = returns[len(returns) - blocks * length :].reshape(blocks, length, -1)

    def score(rows: np.ndarray) -> np.ndarray:
        flat = np.ptp(rows, axis=0) == 0
        found = rows.mean(axis=0) if flat.any() else rows.mean(axis=0) / rows.std(axis=0, ddof=1)
        return np.round(found, 12)  # two trials with one winning day each are equal

    logits = []
    for half in combinations(range(blocks), blocks // 2):
        inside = np.concatenate([parts[block] for block in half])
        outside = np.concatenate([parts[block] for block in range(blocks) if block not in half])
        w = rankdata(score(outside))[score(inside).argmax()] / (returns.shape[1] + 1)
        logits.append(math.log(w / (1 - w)))
    return logits


@pytest.mark.parametrize("kind", ["moving", "a flat trial", "flat blocks", "rarely invested"])
def test_pbo_is_the_share_of_splits_counted_one_by_one(kind: str) -> None:
    rng = np.random.default_rng(3)
    returns = rng.normal(0.0002, 0.01, (203, 6))
    if kind == "a flat trial":
        returns[:, 2] = 0.0
    elif kind == "flat blocks":
        returns[:150, 4] = 0.0
    elif kind == "rarely invested":
        returns *= rng.random(returns.shape) < 0.02
    found = overfitting(returns, 8)
    slow = slow_logits(returns, 8)
    assert np.allclose(found.logits, slow, atol=1e-12)
    assert found.pbo == sum(logit <= 0 for logit in slow) / 70
    assert found.dropped == 3


def test_pbo_is_low_where_one_trial_is_truly_better_and_high_where_past_bests_turn() -> None:
    rng = np.random.default_rng(4)
    returns = rng.normal(0.0, 0.01, (800, 10))
    returns[:, 3] += 0.004
    assert overfitting(returns, 10).pbo < 0.01
    turning = rng.normal(0.0, 0.001, (800, 2))
    turning[:400, 0] += 0.01
    turning[400:, 1] += 0.01
    assert overfitting(turning, 2).pbo == 1.0


def test_reality_checks_see_skill_and_only_skill() -> None:
    rng = np.random.default_rng(5)
    luck = rng.normal(0.0, 0.01, (500, 12)) * np.linspace(0.5, 3.0, 12)
    skill = luck.copy()
    skill[:, 0] += 0.003
    none, some = reality_check(luck), reality_check(skill)
    assert none is not None
    assert some is not None
    assert none.consistent > 0.05 > some.consistent
    assert none.lower <= none.consistent <= none.upper
    assert reality_check(np.zeros((50, 3))) is None


def test_the_noisiest_trial_does_not_rule_hansens_test_as_it_does_whites() -> None:
    rng = np.random.default_rng(11)
    returns = 0.01 * rng.standard_normal((500, 5)) * [1.0, 8.0, 8.0, 8.0, 8.0]
    returns[:, 0] += 0.002  # a Sharpe ratio of 3 a year, beside four that swing eight times as far
    found = reality_check(returns)
    assert found is not None
    assert found.consistent < 0.02
    assert found.white > 0.1
    assert found.upper != found.white
    scaled = reality_check(returns * [1.0, 0.01, 3.0, 7.0, 0.5])
    assert scaled is not None
    assert (scaled.lower, scaled.consistent, scaled.upper) == (found.lower, found.consistent, found.upper)
    assert scaled.white != found.white


def test_hansens_three_differ_by_what_they_think_of_trials_that_lost() -> None:
    rng = np.random.default_rng(12)
    returns = 0.01 * rng.standard_normal((400, 10))
    returns[:, :8] -= 0.006  # clearly lost: twelve standard errors
    returns[:, 8] += 0.0006
    found = reality_check(returns)
    assert found is not None
    assert found.lower <= found.consistent < found.upper
    alone = reality_check(returns[:, 8:])  # what the consistent one leaves out is as if it had not been there
    assert alone is not None
    assert found.consistent == pytest.approx(alone.consistent, abs=0.02)


def test_without_any_gain_nothing_is_superior() -> None:
    returns = 0.01 * np.random.default_rng(13).standard_normal((300, 3))
    returns -= returns.mean(axis=0) + 0.0005
    found = reality_check(returns)
    assert found is not None
    assert (found.lower, found.consistent, found.upper) == (1.0, 1.0, 1.0)


def test_reality_checks_draw_for_draw_are_those_counted_one_by_one() -> None:
    """Every resample laid out and averaged by itself, the deviation summed lag by lag."""
    from eventfolio.results.significance import block_length
    from eventfolio.results.significance.bootstrap import drawn_rows

    returns = 0.01 * np.random.default_rng(14).standard_normal((120, 4)) + np.array([0.0015, 0.0, -0.001, -0.005])
    n, block = len(returns), max(1.0, float(np.median([block_length.automatic(one) for one in returns.T])))
    deviation = []
    for one in returns.T:
        apart, variance = one - one.mean(), float(one.var())
        for lag in range(1, n):
            stays = 1 - 1 / block
            weight = (n - lag) / n * stays**lag + lag / n * stays ** (n - lag)
            variance += 2 * weight * float(apart[lag:] @ apart[:-lag]) / n
        deviation.append(math.sqrt(variance))
    assert np.allclose(long_run_deviation(returns, block), deviation, rtol=1e-10)
    mean, bar = returns.mean(axis=0), -np.array(deviation) * math.sqrt(2 * math.log(math.log(n)) / n)
    centres = [np.maximum(mean, 0), np.where(mean < bar, 0.0, mean), mean]
    real = max(0.0, float((mean / deviation).max()))
    exceeded = np.zeros(4)
    for rows in chain.from_iterable(drawn_rows(n, 11, 200, 20_140_701)):
        drawn = returns[rows].mean(axis=0)
        exceeded[:3] += [max(0.0, ((drawn - centre) / deviation).max()) >= real for centre in centres]
        exceeded[3] += (drawn - mean).max() >= mean.max()
    found = reality_check(returns, draws=200)
    assert found is not None
    assert [found.lower, found.consistent, found.upper, found.white] == (exceeded / 200).tolist()


@pytest.mark.prove
def test_of_many_trials_without_skill_one_is_called_able_in_about_five_tables_of_a_hundred() -> None:
    found = []
    for seed in range(60):
        returns = 0.01 * np.random.default_rng(seed).standard_normal((250, 200))
        checked = reality_check(returns, draws=200)
        assert checked is not None
        found.append(checked.upper <= 0.05)
    assert sum(found) <= 8  # of 60 at 5 %: 9 and more come once in 500 times


def table(trials: int = 8, rows: int = 300) -> pd.DataFrame:
    index = pd.bdate_range("2022-01-03", periods=rows)
    values = np.random.default_rng(6).normal(0.0003, 0.01, (rows, trials))
    return pd.DataFrame(values, index=index, columns=[f"t{n}" for n in range(trials)])


def test_the_document_puts_its_parts_together() -> None:
    returns = table()
    found = overfitting_figures(returns, 10)
    sharpes = returns.mean() / returns.std()
    assert found["best"]["trial"] == sharpes.idxmax()
    assert found["pbo"] == overfitting(returns.to_numpy(), 10).pbo
    top = moments(returns[sharpes.idxmax()].to_numpy())
    assert top is not None
    assert found["deflated_sharpe"] == deflated_sharpe(top, 8, max(float(sharpes.var()), 1 / 300))
    assert found["deflated_sharpe"] < found["probabilistic_sharpe"]
    assert 0 < found["spa"] <= 1
    assert json.dumps(found, allow_nan=False)


def test_trials_made_and_not_shown_deflate_too() -> None:
    few, many = overfitting_figures(table(), 10), overfitting_figures(table(), 10, made=500)
    assert many["deflated_sharpe"] < few["deflated_sharpe"]
    assert many["trials"] == 500


def test_the_best_is_deflated_by_all_that_was_tried_whatever_is_shown() -> None:
    """A second look at the winner alone does not make it any surer."""
    every = table()
    sharpes = {name: float(column.mean() / column.std()) for name, column in every.items()}
    whole = overfitting_figures(every, 10)
    alone = overfitting_figures(every[[max(sharpes, key=lambda name: sharpes[name])]], 10, seen=sharpes)
    assert alone["trials"] == 8
    assert alone["trials_shown"] == 1
    assert alone["deflated_sharpe"] == pytest.approx(whole["deflated_sharpe"], rel=1e-12)
    assert "(8 tried in all)" in search_verdict(alone)


def test_near_copies_of_one_trial_do_not_lower_the_bar() -> None:
    """Ten copies have no spread of Sharpe ratios; the bar is that of chance all the same, 1 / T for each."""
    one = table(1)
    copies = pd.concat([one + 1e-9 * n for n in range(10)], axis=1)
    copies.columns = list("abcdefghij")
    found = overfitting_figures(copies, 10)
    assert found["sharpe_variance"] == 1 / 300
    assert found["expected_best_sharpe"] == pytest.approx(math.sqrt(found["periods_a_year"] / 300) * expected_max(10))
    assert sharpe_variance([0.3], 100) == 0.01
    assert sharpe_variance([0.1, 0.5], 100) == pytest.approx(0.08)


def test_a_deflated_sharpe_ratio_is_told_as_what_it_is() -> None:
    assert deflated_verdict(0.40, 12) == "not beyond the best of 12 without skill (DSR 0.40)"
    assert deflated_verdict(0.9496, 12) == "not beyond the best of 12 without skill (DSR below 0.95)"
    assert deflated_verdict(0.95, 1_200) == "beyond what the best of 1,200 without skill would show"
    assert "odds" not in search_verdict(overfitting_figures(table(), 10))


def test_a_placebo_of_too_few_calendars_claims_nothing_that_it_could_not_have_shown() -> None:
    """Of 18 others and the real one the smallest p is 1 in 19; of 19 it is 5 %."""
    few = placebo_verdict(2, 2, 0.2, 1 / 19, 18, "shift")
    assert few.endswith("a shifted calendar does as well 5 % of the time (18 tried): too few to show anything.")
    assert placebo_verdict(2, 2, 0.2, 1 / 20, 19, "shift").endswith("(19 tried): unlikely to be luck alone.")
    assert placebo_verdict(2, 2, 0.2, 2 / 20, 19, "random").endswith("(19 tried): no evidence.")


def test_a_lone_trial_has_no_pbo() -> None:
    found = overfitting_figures(table(1), 10)
    assert found["pbo"] is None
    assert found["deflated_sharpe"] == found["probabilistic_sharpe"]


@pytest.mark.parametrize(
    ("returns", "blocks", "words"),
    [
        (table(rows=30), 16, "cannot be cut"),
        (table(), 7, "even number"),
        (table(rows=5), 2, "too few"),
        (table() * 0, 16, "ever varies"),
        (table().mask(table() > 0.02), 16, "has no return on"),
    ],
)
def test_tables_that_allow_no_answer_are_refused_in_words(returns: pd.DataFrame, blocks: int, words: str) -> None:
    with pytest.raises(EvidenceError, match=words):
        overfitting_figures(returns, blocks)


def test_adjusted_p_values_are_those_of_statsmodels() -> None:
    from statsmodels.stats.multitest import multipletests

    p = [0.01, 0.04, 0.03, 0.005, 0.6, 0.04]
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1].tolist())
    assert benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1].tolist())
    assert holm([None, 0.02, None]) == [None, 0.02, None]
