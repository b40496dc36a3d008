"""Deflated Sharpe ratios, PBO and reality checks: published cases, and the same counted the slow way."""

from __future__ import annotations

import json
import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from results.cscv import overfitting
from results.errors import EvidenceError
from results.multiplicity import benjamini_hochberg, holm
from results.overfit import (
    Moments,
    deflated_sharpe,
    effective_trials,
    expected_max,
    minimum_backtest_length,
    minimum_track_record,
    moments,
    probabilistic_sharpe,
)
from results.search_honesty import reality_check, search_honesty
from results.verdict import search_verdict

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "truth" / "overfitting" / "cases.json"


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


def table(trials: int = 8, rows: int = 300) -> pd.DataFrame:
    index = pd.bdate_range("2022-01-03", periods=rows)
    values = np.random.default_rng(6).normal(0.0003, 0.01, (rows, trials))
    return pd.DataFrame(values, index=index, columns=[f"t{n}" for n in range(trials)])


def test_the_document_puts_its_parts_together() -> None:
    returns = table()
    found = search_honesty(returns, 10)
    sharpes = returns.mean() / returns.std()
    assert found["best"]["trial"] == sharpes.idxmax()
    assert found["pbo"] == overfitting(returns.to_numpy(), 10).pbo
    top = moments(returns[sharpes.idxmax()].to_numpy())
    assert top is not None
    assert found["deflated_sharpe"] == deflated_sharpe(top, 8, float(sharpes.var()))
    assert found["deflated_sharpe"] < found["probabilistic_sharpe"]
    assert 0 < found["spa"] <= 1
    assert json.dumps(found, allow_nan=False)


def test_trials_made_and_not_shown_deflate_too() -> None:
    few, many = search_honesty(table(), 10), search_honesty(table(), 10, made=500)
    assert many["deflated_sharpe"] < few["deflated_sharpe"]
    assert many["trials"] == 500


def test_the_best_is_deflated_by_all_that_was_tried_whatever_is_shown() -> None:
    """A second look at the winner alone does not make it any surer."""
    every = table()
    sharpes = {name: float(column.mean() / column.std()) for name, column in every.items()}
    whole = search_honesty(every, 10)
    alone = search_honesty(every[[max(sharpes, key=lambda name: sharpes[name])]], 10, seen=sharpes)
    assert alone["trials"] == 8
    assert alone["trials_shown"] == 1
    assert alone["deflated_sharpe"] == pytest.approx(whole["deflated_sharpe"], rel=1e-12)
    assert "(8 tried in all)" in search_verdict(alone)


def test_a_lone_trial_has_no_pbo() -> None:
    found = search_honesty(table(1), 10)
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
        search_honesty(returns, blocks)


def test_adjusted_p_values_are_those_of_statsmodels() -> None:
    from statsmodels.stats.multitest import multipletests

    p = [0.01, 0.04, 0.03, 0.005, 0.6, 0.04]
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1].tolist())
    assert benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1].tolist())
    assert holm([None, 0.02, None]) == [None, 0.02, None]
