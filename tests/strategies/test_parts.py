"""The plan that a class's parts and numbers make, and the numbers and parts that make none."""

from __future__ import annotations

import math
from typing import Any

import pytest

from eventfolio.events.errors import InputError
from eventfolio.strategies import (
    ALL,
    AfterHigh,
    Decaying,
    EventStrategy,
    Leave,
    Occurrence,
    Plan,
    RunUp,
    ShareOfAll,
    StrategyError,
    WindowStart,
)
from eventfolio.strategies.loader import SHIPPED, load_strategy


def plan(cls: Any, **changes: Any) -> Plan:
    return cls.resolve(**changes)[0]


def shipped(name: str) -> Any:
    return load_strategy(name).cls


# Every number a shipped strategy plays with, typed in from its description.
DRIFT = {"trigger": "announcement", "weight": 0.5, "spread": "theme", "patience": 5, "repeat": "extend"}
SHIPPED_PLANS: dict[str, dict[str, Any]] = {
    "announcement-drift": {**DRIFT, "themes": ALL, "hold": 20},
    "scheduled-run-up": {**DRIFT, "themes": ALL, "trigger": "run_up", "lead": 15, "hold": 20},
    "confirmed-breakout": {**DRIFT, "themes": ALL, "lookback": 20, "within": 10, "hold": 60, "trail": 0.08},
    "event-intensity": {**DRIFT, "themes": ALL, "half_life": 20.0, "band": 0.02},
    "buy-and-hold": {**DRIFT, "themes": ALL, "trigger": "start", "weight": 0.95, "spread": "all", "patience": None},
    "release-drift": {**DRIFT, "themes": ALL, "trigger": "release", "hold": 20},
    "release-day-close": {**DRIFT, "themes": ALL, "trigger": "release", "cutoff": 15, "hold": 20},
    "through-the-event": {**DRIFT, "themes": ALL, "trigger": "run_up", "lead": 5, "through": 2, "hold": 40},
    "kogas-lng": {**DRIFT, "themes": ("lng",), "hold": 20, "stop": 0.08},
    "ihi-infrastructure": {**DRIFT, "themes": ("infrastructure",)},
    "rare-earths": {**DRIFT, "themes": ("rare-earths",)},
    "all-themes": {**DRIFT, "themes": ALL, "weight": 0.2, "hold": 20, "stop": 0.10},
    "bridge-run-up": {**DRIFT, "themes": ("infrastructure",), "trigger": "run_up"},
}
OWN_NUMBERS = {"ihi-infrastructure", "rare-earths", "bridge-run-up"}  # hold, stop and lead are their own affair


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_strategy_plays_what_its_description_says(name: str) -> None:
    found = plan(shipped(name))
    for field, value in SHIPPED_PLANS[name].items():
        assert getattr(found, field) == value, field
    if name not in OWN_NUMBERS:
        neutral = {"hold": None, "stop": None, "take": None, "trail": None, "lead": 0, "lookback": None, "within": 0}
        neutral |= {"half_life": None, "band": 0.0, "through": 0, "cutoff": None, "kinds": ALL, "only": ()}
        for field in neutral.keys() - SHIPPED_PLANS[name].keys():
            assert getattr(found, field) == neutral[field], field


def test_the_themed_strategies_have_a_hold_and_a_stop_of_their_own() -> None:
    for name in OWN_NUMBERS:
        found = plan(shipped(name))
        assert found.hold is not None
        assert found.stop is not None


def test_a_part_reads_the_parameter_it_names_and_no_other() -> None:
    class Named(EventStrategy):
        trigger = RunUp("ahead")
        leave = Leave("stop")
        params = dict(ahead=4, lead=9, stop=0.2)

    found = plan(Named)
    assert (found.lead, found.stop) == (4, 0.2)
    assert (found.hold, found.take, found.trail) == (None, None, None)  # inherited numbers that no part names
    assert plan(Named, ahead=7).lead == 7


def test_an_inherited_number_is_used_where_the_inherited_part_names_it() -> None:
    class Child(EventStrategy):
        params = dict(stop=0.1)

    assert (plan(Child).hold, plan(Child).stop, plan(Child).weight) == (20, 0.1, 0.5)


def test_the_parts_of_a_class_choose_the_shape_of_the_plan() -> None:
    class Shape(EventStrategy):
        trigger = Occurrence()
        entry = AfterHigh("n", "k")
        size = Decaying("w", "h", "b")
        params = dict(n=3, k=2, w=0.25, h=5.0, b=0.1)

    found = plan(Shape)
    assert (found.trigger, found.lookback, found.within) == ("occurrence", 3, 2)
    assert (found.weight, found.half_life, found.band, found.spread) == (0.25, 5.0, 0.1, "theme")


def test_a_strategy_of_the_window_waits_without_limit_and_spends_over_all() -> None:
    class Start(EventStrategy):
        trigger = WindowStart()
        size = ShareOfAll("weight")
        params = dict(patience=3)

    assert (plan(Start).trigger, plan(Start).spread, plan(Start).patience) == ("start", "all", None)


def test_whole_numbers_may_be_written_with_a_point_and_stay_whole() -> None:
    found = plan(EventStrategy, hold=5.0, patience=0, weight=1)
    assert (found.hold, type(found.hold), found.patience, found.weight, type(found.weight)) == (5, int, 0, 1.0, float)


def test_a_level_or_a_hold_may_be_none() -> None:
    found = plan(EventStrategy, hold=None, stop=None, take=None, trail=None)
    assert (found.hold, found.stop, found.take, found.trail) == (None, None, None, None)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("hold", [0, -1, 2.5, "20", True, math.nan, math.inf, 10_001]),
        ("stop", [0, 1, -0.1, 1.5, "8%", False, math.nan]),
        ("take", [0, -0.1, math.inf, "much"]),
        ("trail", [0, 1, -0.5, math.nan]),
        ("weight", [0, -0.5, 1.01, None, math.nan, "half"]),
        ("patience", [-1, 1.5, None, math.inf]),
        ("repeat", ["", "Extend", None, 1]),
    ],
)
def test_a_number_that_makes_no_sense_is_refused_by_name(name: str, values: list[Any]) -> None:
    for value in values:
        with pytest.raises(StrategyError, match=rf"^EventStrategy: {name} = "):
            plan(EventStrategy, **{name: value})


@pytest.mark.parametrize(
    ("strategy", "name", "value"),
    [
        ("scheduled-run-up", "lead", 0),
        ("scheduled-run-up", "lead", 1.5),
        ("scheduled-run-up", "lead", None),
        ("confirmed-breakout", "lookback", 0),
        ("confirmed-breakout", "within", None),
        ("event-intensity", "half_life", 0),
        ("event-intensity", "half_life", math.inf),
        ("event-intensity", "band", -0.01),
        ("event-intensity", "band", 1.01),
    ],
)
def test_a_number_of_one_strategy_that_makes_no_sense_is_refused(strategy: str, name: str, value: Any) -> None:
    with pytest.raises(StrategyError, match=f": {name} = .* cannot be; give "):
        plan(shipped(strategy), **{name: value})


@pytest.mark.parametrize(
    ("values", "allowed"),
    [(dict(stop=0.999999, trail=1e-6, weight=1, take=5, hold=10_000), True), (dict(stop=1.0), False)],
)
def test_the_bounds_themselves_are_as_said(values: dict[str, Any], allowed: bool) -> None:
    if allowed:
        assert plan(EventStrategy, **values).take == 5.0
    else:
        with pytest.raises(StrategyError):
            plan(EventStrategy, **values)


def test_a_parameter_of_one_s_own_passes_as_it_is() -> None:
    class Own(EventStrategy):
        params = dict(colour="red", depth=-3)

    assert Own.resolve(depth=-4)[1]["depth"] == -4
    assert Own.resolve()[1]["colour"] == "red"


def test_an_unknown_parameter_is_refused_with_the_nearest() -> None:
    with pytest.raises(StrategyError, match=r"EventStrategy has no parameter 'patiense'\. Did you mean 'patience'"):
        EventStrategy.resolve(patiense=3)


def test_a_part_that_names_a_parameter_there_is_not_is_refused() -> None:
    class Missing(EventStrategy):
        trigger = RunUp("lead")

    with pytest.raises(StrategyError, match="a part names the parameter 'lead', which params does not have"):
        Missing.resolve()


def test_leave_knows_four_ways() -> None:
    assert Leave("hold", "trail").names == ("hold", "trail")
    assert Leave().names == ()
    with pytest.raises(StrategyError, match="'stopp' is not hold, stop, take or trail"):
        Leave("hold", "stopp")


@pytest.mark.parametrize("trigger", [None, "Announcement", RunUp, AfterHigh()])
def test_what_is_no_trigger_is_refused(trigger: Any) -> None:
    cls = type("Odd", (EventStrategy,), {"trigger": trigger, "__module__": __name__})
    with pytest.raises(StrategyError, match="Odd: trigger must be Announcement"):
        cls.resolve()


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("entry", AfterHigh),
        ("entry", Decaying()),
        ("size", ShareOfAll),
        ("size", None),
        ("leave", Leave),
        ("leave", 20),
    ],
)
def test_a_part_without_its_brackets_or_in_the_wrong_place_is_refused(part: str, value: Any) -> None:
    cls = type("Odd", (EventStrategy,), {part: value, "__module__": __name__})
    with pytest.raises(StrategyError, match=f"^Odd: {part} must be "):
        cls.resolve()


def test_themes_as_a_bare_word_are_refused_with_the_tuple_meant() -> None:
    class Word(EventStrategy):
        themes = "lng"  # type: ignore[assignment]

    with pytest.raises(StrategyError, match=r'write themes = \("lng",\)'):
        Word.resolve()


def test_hooks_are_named_only_where_a_class_overrides_them() -> None:
    class Hooked(EventStrategy):
        def should_exit(self, holding):
            return True

        def next(self):
            super().next()

    assert EventStrategy.hooks() == ()
    assert Hooked.hooks() == ("next", "should_exit")
    assert [name for name in SHIPPED if shipped(name).hooks()] == []


def test_every_refusal_is_the_user_s_to_mend() -> None:
    assert issubclass(StrategyError, InputError)
