"""Walk-forward and leave one event out, worked out by hand on paths of a few days."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pytest
from support.records import sweep_facts

from eventfolio.engine.metrics import PERIODS, return_metrics
from eventfolio.engine.record.search import Stretch, SweepFacts
from eventfolio.results.search.validation import leave_one_event_out, walk_forward

DAYS = np.arange(np.datetime64("2025-03-03"), np.datetime64("2025-03-13"))
DAYS = DAYS[np.is_busday(DAYS)]  # eight weekdays


@dataclass
class Played:
    """A trial as eventfolio.engine.search.trials has it."""

    returns: np.ndarray
    idle: int = 0
    by_event: dict[str, tuple[float, float]] = field(default_factory=dict)
    trades: int = 1

    @property
    def metrics(self) -> dict[str, Any]:
        return return_metrics(self.returns, len(self.returns) / PERIODS) | {"trades": self.trades}


def trial(*returns: float, **facts: Any) -> Played:
    return Played(np.array(returns), **facts)


def sweep_of(*params: dict[str, Any]) -> SweepFacts:
    return sweep_facts(params, DAYS)


def stretch(before: int, start: int, end: int) -> Stretch:
    return Stretch(before, DAYS[start].astype(object), DAYS[end].astype(object))


A = (0.01, 0.02, -0.05, -0.05, 0.01, 0.02, 0.01, 0.02)
B = (-0.01, 0.01, 0.03, 0.02, -0.02, -0.03, 0.02, 0.03)
SWEEP = sweep_of({"hold": 5}, {"hold": 10})
FOLDS = [
    (stretch(2, 2, 4), [trial(-0.05, -0.05, 0.0), trial(0.03, 0.02, 0.0)]),
    (stretch(5, 5, 7), [trial(0.01, 0.0, 0.02), trial(-0.03, 0.02, 0.01)]),
]


def test_each_stretch_is_judged_by_the_choice_made_before_it() -> None:
    found = walk_forward(SWEEP, [trial(*A), trial(*B)], FOLDS)
    first, second = found["folds"]
    # before the first border A has 0.01 and 0.02, B -0.01 and 0.01: A; before the second A is down 6 %, B up 3 %: B
    assert [first["params"], second["params"]] == [{"hold": 5}, {"hold": 10}]
    assert (first["start"], first["end"]) == ("2025-03-05", "2025-03-07")
    assert first["in_sample"]["sharpe"] == pytest.approx(0.015 / (0.01 / math.sqrt(2)) * math.sqrt(PERIODS))
    assert first["out_of_sample"]["total_return"] == pytest.approx(0.95 * 0.95 - 1)
    assert second["in_sample"]["total_return"] == pytest.approx(0.99 * 1.01 * 1.03 * 1.02 * 0.98 - 1)
    assert second["out_of_sample"]["total_return"] == pytest.approx(0.97 * 1.02 * 1.01 - 1)
    assert [first["rank"], second["rank"]] == [2.0, 2.0]
    assert first["median_return"] == pytest.approx((0.95 * 0.95 - 1 + 1.03 * 1.02 - 1) / 2)
    assert found["path"]["returns"] == [-0.05, -0.05, 0.0, -0.03, 0.02, 0.01]
    assert found["path"]["dates"][0] == "2025-03-05"
    assert len(found["path"]["dates"]) == 6
    assert found["joined"]["total_return"] == pytest.approx(0.95 * 0.95 * 0.97 * 1.02 * 1.01 - 1)
    assert found["winner"]["total_return"] == pytest.approx(1.03 * 1.02 * 0.97 * 1.02 * 1.01 - 1)  # B, over all
    assert (found["beat_the_median"], found["judged"]) == (0, 2)
    assert "in 0 of 2 in which anything was bought" in found["verdict"]


def test_what_comes_after_a_border_changes_no_choice() -> None:
    rng = np.random.default_rng(1)
    chosen = [row["params"] for row in walk_forward(SWEEP, [trial(*A), trial(*B)], FOLDS)["folds"]]
    for _ in range(20):
        a, b = (np.array(path) for path in (A, B))
        a[5:], b[5:] = rng.normal(0, 0.05, (2, 3))
        folds = [(one, [trial(*rng.normal(0, 0.05, 3)) for _ in range(2)]) for one, _ in FOLDS]
        assert [row["params"] for row in walk_forward(SWEEP, [trial(*a), trial(*b)], folds)["folds"]] == chosen


def test_before_anything_is_bought_nothing_is_chosen() -> None:
    late = [trial(0, 0, 0, 0, 0, 0.02, 0.01, 0.02, idle=5), trial(0, 0, 0, 0.01, -0.02, 0.01, 0.0, 0.0, idle=3)]
    found = walk_forward(SWEEP, late, FOLDS)
    first, second = found["folds"]
    assert first["params"] is first["in_sample"] is first["rank"] is None
    assert first["out_of_sample"]["total_return"] == 0.0
    # at the second border the first trial is idle, at 0, the second has lost 1 %: idle money ranks first
    assert second["params"] == {"hold": 5}
    assert found["judged"] == 1
    never = walk_forward(SWEEP, [trial(*[0.0] * 8, idle=8, trades=0)] * 2, FOLDS)
    assert "in none was anything bought" in never["verdict"]


def test_interest_on_idle_cash_wins_no_ranking() -> None:
    """Its Sharpe ratio on paper is huge, since it hardly moves."""
    rate = np.array([1e-4, 1e-4, 3e-4, 1e-4, 1e-4, 1e-4, 1e-4, 3e-4])
    trials = [
        trial(*rate, idle=8, trades=0),
        trial(*(rate + np.array([0, 0.01, -0.002, 0.003, 0, 0.01, 0, 0])), idle=1),
    ]
    assert trials[0].metrics["sharpe"] > trials[1].metrics["sharpe"] * 0.1
    assert walk_forward(SWEEP, trials, FOLDS)["folds"][1]["params"] == {"hold": 10}


def test_a_happening_is_judged_by_the_choice_made_without_it() -> None:
    whole = [
        trial(*A, by_event={"bridge": (-50.0, 1_000.0), "cargo": (10.0, 500.0)}),
        trial(*B, by_event={"bridge": (80.0, 1_000.0), "talks": (5.0, 200.0), "cargo": (15.0, 500.0)}),
    ]
    folds = [
        (("bridge", "talks"), [trial(*A), trial(*(-x for x in B))]),  # without them B is the worse one
        (("cargo",), [trial(*A), trial(*B)]),
    ]
    found = leave_one_event_out(SWEEP, whole, folds)
    first, second = found["folds"]
    assert first["params"] == {"hold": 5}
    assert first["judged"] == {"pnl": -50.0, "paid": 1_000.0, "return": -0.05}
    assert first["winner"] == {"pnl": 85.0, "paid": 1_200.0, "return": pytest.approx(85 / 1_200)}
    assert second["params"] == {"hold": 10}
    assert second["judged"]["return"] == 0.03
    assert found["judged"] == {"pnl": -35.0, "paid": 1_500.0, "return": pytest.approx(-35 / 1_500)}
    assert found["winner"]["return"] == pytest.approx(100 / 1_700)
    assert found["changed"] == 1
    assert found["hangs_on"]["events"] == ["bridge", "talks"]
    assert found["hangs_on"]["total_return"] == pytest.approx(float(np.prod(1 - np.array(B))) - 1)
    assert "Without bridge and 1 more the winner makes" in found["verdict"]


def test_a_choice_that_did_not_trade_the_happening_has_no_return_on_it() -> None:
    whole = [trial(*B, by_event={"cargo": (1.0, 10.0)}), trial(*A, by_event={"talks": (1.0, 10.0)})]
    found = leave_one_event_out(SWEEP, whole, [(("talks",), [trial(*B), trial(*A)])])
    assert found["folds"][0]["judged"] == {"pnl": 0, "paid": 0, "return": None}
    assert "nothing on the money put in" in found["verdict"]
    assert date.fromisoformat("2025-03-05") == FOLDS[0][0].start
