"""What a run says of the events that it did not trade."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.records import changed, without

from eventfolio.engine.ledger.ledger import OrderOutcome
from eventfolio.engine.ledger.outcomes import TRADED, UNTRIGGERED
from eventfolio.engine.record import RunFacts, RunRecord
from eventfolio.results.store.read import StoredRun
from eventfolio.results.untraded import WITH_TRIGGER, WITHOUT_TRIGGER, untraded_line, untraded_table


def run_of(
    facts: RunFacts, with_trigger: dict[str, int], others: dict[str, int] | None = None, **more: Any
) -> StoredRun:
    counts = {"with_trigger": with_trigger, "without_trigger": others or {}}
    strategy = facts.strategy.to_json() | {"params": {"weight": 0.5}, "spread": "theme"} | more.pop("strategy", {})
    triggers = {"whole": counts, "point_in_time": None}
    return StoredRun("drift", changed(facts, **{"triggers": triggers, "strategy": strategy} | more), Path("drift"))


@pytest.fixture
def run(make_run: Callable[..., RunRecord]) -> Callable[..., StoredRun]:
    """A stored run with these counts of what became of its triggers."""
    return partial(run_of, make_run("drift").facts)


def test_a_strategy_that_had_no_cash_for_most_of_its_triggers_says_so_and_what_to_change(run):
    assert untraded_line(run({"bought": 69, "no_cash": 251})) == (
        "drift bought on 69 of 320 triggers: 251 had no cash left (weight 0.5 a theme; give -p weight=…)."
    )


def test_nine_of_ten_acted_on_need_no_word(run):
    assert untraded_line(run({"bought": 50, "extended": 40, "no_cash": 10})) == ""
    assert untraded_line(run({"bought": 50, "extended": 39, "no_cash": 11})) == (
        "drift bought on 50 of 100 triggers and moved the exit of a lot on 39: "
        "11 had no cash left (weight 0.5 a theme; give -p weight=…)."
    )


def test_the_commonest_reasons_come_first_and_the_rest_are_counted(run):
    found = {"bought": 1, "halted": 2, "locked": 3, "no_cash": 9, "volume": 1, "stale_fx": 1}
    assert untraded_line(run(found, strategy={"params": {}})) == (
        "drift bought on 1 of 17 triggers: 9 had no cash left, 3 stood at the daily limit, 2 did not trade in time, "
        "2 for other reasons."
    )


def test_a_weight_over_all_listings_is_not_called_one_a_theme(run):
    line = untraded_line(run({"below_one_lot": 4}, strategy={"params": {"weight": 0.1}, "spread": "all"}))
    assert line == (
        "drift bought on 0 of 4 triggers: 4 asked for less than one lot "
        "(weight 0.1 over all listings; give -p weight=…)."
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"no_listing": 12}, "no event triggers it: 12 without a listing that has prices."),
        ({"direction": 3}, "no event triggers it: 3 bad for the theme"),
        ({"before_the_window": 5, "filtered": 40}, "no event triggers it: 5 first tradable before the window."),
        ({"filtered": 40}, "no event triggers it: 40 of themes, kinds or facts that the strategy does not trade."),
        ({}, "its calendar has no event."),
    ],
)  # fmt: skip
def test_a_strategy_without_a_trigger_says_why_it_traded_nothing(run, words, said):
    line = untraded_line(run({}, words))
    assert line.startswith("drift traded nothing")
    assert said in line


def test_a_run_of_one_part_speaks_of_that_part(run):
    counts = {"with_trigger": {"no_cash": 2}, "without_trigger": {}}
    assert untraded_line(run({}, triggers={"whole": None, "point_in_time": counts})).startswith(
        "drift bought on 0 of 2"
    )


@pytest.mark.parametrize("triggers", [None, "older"])
def test_strategies_without_events_and_older_runs_say_nothing(run, triggers):
    one = run({}, triggers=None)
    if triggers == "older":
        one = replace(one, facts=without(one.facts, "triggers"))
    assert (untraded_line(one), untraded_table(one)) == ("", [])


def test_the_table_has_a_row_a_word_and_adds_up(run):
    groups = untraded_table(run({"bought": 3, "no_cash": 1}, {"cancelled": 2, "filtered": 7}))
    assert [(group["title"], group["counts"]) for group in groups] == [
        ("with a trigger", [4, None]), ("without one", [9, None]),
    ]  # fmt: skip
    assert [(row["word"], row["counts"]) for group in groups for row in group["rows"]] == [
        ("bought", [3, None]), ("no cash", [1, None]), ("cancelled", [2, None]), ("filtered", [7, None]),
    ]  # fmt: skip


def test_every_word_that_the_engine_can_say_has_a_meaning():
    never = {"", "exited", "t_plus_one", "nothing_held"}  # of sales, and of what was bought
    assert set(WITH_TRIGGER) == {*TRADED, *(outcome.word for outcome in OrderOutcome)} - never
    assert set(WITHOUT_TRIGGER) == set(UNTRIGGERED)
