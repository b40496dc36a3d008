"""Moves ordered by a fact: against an enumeration, scipy, and a planted order."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import spearmanr

from eventfolio.results.event_study.by_fact import DRAWS, _judged, _terciles, by_fact, fact_verdict
from eventfolio.results.event_study.options import Options
from eventfolio.results.event_study.study import EventStudy, event_study


def test_of_few_events_every_order_is_tried() -> None:
    value, car = np.array([0.1, 0.2, 0.3, 0.4, 0.5]), np.array([0.01, 0.02, 0.04, 0.03, 0.05])
    correlation, p, reference = _judged(value, car)
    assert (correlation, reference) == (pytest.approx(0.9), "all orders")
    every = [abs(spearmanr(order, car).statistic) for order in permutations(value)]
    assert p == pytest.approx(np.mean(np.array(every) >= 0.9 - 1e-9))
    assert p == pytest.approx(10 / 120)  # by hand: 5 orders of 120 reach +0.9 or more, and 5 its opposite


def test_of_many_events_orders_are_drawn_and_agree_with_the_normal() -> None:
    rng = np.random.default_rng(3)
    value = rng.standard_normal(200)
    car = 0.2 * value + rng.standard_normal(200)
    correlation, p, reference = _judged(value, car)
    known = spearmanr(value, car)
    assert correlation == pytest.approx(known.statistic)
    assert p == pytest.approx(known.pvalue, abs=0.005)
    assert reference == f"{DRAWS} draws of orders"
    assert _judged(value, car) == (correlation, p, reference)


@pytest.mark.parametrize(
    ("value", "car"), [([1.0, 2.0], [0.1, 0.2]), ([1.0, 1.0, 1.0], [0.1, 0.2, 0.3]), ([1.0, 2.0, 3.0], [0.1] * 3)]
)
def test_where_nothing_can_be_ordered_nothing_is_said(value: list[float], car: list[float]) -> None:
    assert _judged(np.array(value), np.array(car)) == (None, None, "")


def test_terciles_are_thirds_and_equal_values_stay_together() -> None:
    value = np.array([-3.0, -2.0, -1.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0])
    low, middle, high = _terciles(value, value / 100)
    assert [(one.low, one.high, one.events) for one in (low, middle, high)] == [(-3, -1, 3), (0, 0, 3), (1, 3, 3)]
    assert (low.caar, middle.caar, high.caar) == pytest.approx((-0.02, 0.0, 0.02))
    alike = _terciles(np.zeros(9), value)
    assert [(one.low, one.events) for one in alike] == [(0.0, 9)]


def made(effect: float) -> tuple[EventStudy, dict[str, dict[str, float]]]:
    """Twelve events of twelve firms, whose day 0 holds `effect` times their surprise."""
    import pandas as pd

    rng = np.random.default_rng(5)
    index = pd.bdate_range("2020-01-01", periods=600)
    market = pd.DataFrame({"M": 0.01 * rng.standard_normal(600)}, index=index)
    firms = [f"F{n:02}" for n in range(12)]
    returns = pd.DataFrame({firm: market["M"] + 0.02 * rng.standard_normal(600) for firm in firms}, index=index)
    surprise = {firm: float(rng.standard_normal()) for firm in firms}
    rows = []
    for number, firm in enumerate(firms):
        day = index[320 + 20 * number]
        returns.loc[day, firm] += effect * surprise[firm]
        rows.append({"name": firm, "symbol": firm, "date": day, "market": "M", "group": firm})
    study = event_study(returns, market, pd.DataFrame(rows), Options(window=(0, 0)))
    return study, {firm: {"surprise": surprise[firm]} for firm in firms}


def test_a_planted_order_is_found_and_noise_is_none() -> None:
    study, facts = made(0.2)
    found = by_fact(study, "surprise", facts)
    assert (found.events, found.lacking, [one.events for one in found.terciles]) == (12, 0, [4, 4, 4])
    assert found.rank_correlation is not None
    assert found.rank_correlation > 0.9
    assert found.p is not None
    assert found.p <= 0.001
    assert fact_verdict(found).endswith("it orders the moves.")
    none = by_fact(*made(0.0)[:1], "surprise", facts)
    assert none.p is not None
    assert none.p > 0.05
    assert "no evidence that it orders the moves" in fact_verdict(none)


def test_text_and_truth_and_what_is_missing_are_lacking() -> None:
    study, facts = made(0.2)
    mixed: dict[str, dict[str, float | str | bool]] = {name: dict(one) for name, one in facts.items()}
    mixed["F00"]["surprise"] = "large"
    mixed["F01"]["surprise"] = True
    del mixed["F02"]
    found = by_fact(study, "surprise", mixed)
    assert (found.events, found.lacking) == (9, 3)
    assert "(3 lack it as a number)" in fact_verdict(found)
    assert by_fact(study, "revenue", facts).p is None
