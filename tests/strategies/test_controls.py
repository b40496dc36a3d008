"""What a reader may move a parameter over, and what a class may declare of it."""

from __future__ import annotations

from typing import Any

import pytest

from eventfolio.strategies import EventStrategy, Leave, Release, Where
from eventfolio.strategies.controls import Control, controls_of
from eventfolio.strategies.errors import StrategyError
from eventfolio.strategies.loader import SHIPPED, load_strategy
from eventfolio.strategies.parameters import RANGES
from eventfolio.strategies.validation import STANDARD


class Own(EventStrategy):
    trigger = Release()
    only = (Where("surprise", ">=", "least"),)
    leave = Leave("hold", "stop")
    params = dict(hold=20, stop=None, weight=0.5, least=0.02, count=4, loud=True, word="up", gap=None, scale=0.5)
    bounds = dict(least=(0, 1), hold=(5, 60), gap=(0, 10))


def of(cls: Any, **changes: object) -> dict[str, Control]:
    _, params = cls.resolve(**changes)
    return {control.name: control for control in controls_of(cls, params)}


def test_bounds_are_what_a_control_is_moved_over() -> None:
    found = of(Own)
    assert (found["least"].least, found["least"].most, found["least"].step) == (0, 1, 0.01)
    assert (found["hold"].kind, found["hold"].least, found["hold"].most, found["hold"].step) == ("whole", 5, 60, 1)
    assert (found["least"].kind, found["gap"].kind, found["gap"].starts) == ("number", "whole", 5)


def test_what_may_be_none_has_an_off_switch() -> None:
    assert {name for name, control in of(Own).items() if control.optional} == {"hold", "stop", "least", "gap"}


def test_words_and_truths_are_no_sliders() -> None:
    found = of(Own)
    assert (found["loud"].kind, found["word"].kind) == ("truth", "text")
    assert found["repeat"].choices == ("extend", "ignore", "add")
    assert found["repeat"].least is None


def test_a_number_of_the_class_s_own_is_moved_from_nothing_to_twice_itself() -> None:
    found = of(Own)
    assert (found["scale"].least, found["scale"].most, found["scale"].low) == (0, 1, None)
    assert (found["count"].kind, found["count"].least, found["count"].most) == ("whole", 0, 8)
    assert (of(Own, scale=0)["scale"].least, of(Own, scale=-2)["scale"].least) == (None, -4)


def test_a_value_beyond_the_usual_range_widens_it() -> None:
    assert of(Own, stop=0.9)["stop"].most == 0.9
    assert of(Own, stop=0.001)["stop"].least == 0.001


def test_every_parameter_of_ours_has_a_range_to_move_it_over() -> None:
    every = {name: (low, high) for name, (_, low, high, _, _) in RANGES.items()}
    cls = type("Every", (EventStrategy,), {"on_trigger": lambda self, trigger: None, "params": dict.fromkeys(every, 1)})
    for control in controls_of(cls, dict.fromkeys(every, None)):
        low, high = every[control.name]
        assert low <= control.least <= control.starts <= control.most <= high


@pytest.mark.parametrize("name", SHIPPED)
def test_every_parameter_of_a_shipped_strategy_has_a_control_that_holds_its_value(name: str) -> None:
    cls = load_strategy(name).cls
    _, params = cls.resolve()
    controls = controls_of(cls, params)
    assert [control.name for control in controls] == list(params)
    for control in controls:
        value = params[control.name]
        if control.name in STANDARD and control.least is not None and value is not None:
            assert control.low <= control.least <= value <= control.most <= control.high


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({"lest": (0, 1)}, "'lest', which is no parameter. Did you mean 'least'"),
        ({"least": (1, 0)}, "give the least and the greatest"),
        ({"least": (0, float("nan"))}, "give the least and the greatest"),
        ({"least": 1}, "give the least and the greatest"),
        ({"least": (0.5, 1)}, "least = 0.02 is beyond its bounds"),
        ({"loud": (0, 1)}, "no number, and has no bounds"),
        ({"hold": (0, 60)}, "bounds of hold.*whole number from 1"),
        ({"hold": (1.5, 60)}, "bounds of hold.*whole number from 1"),
        ([("least", 0, 1)], "bounds is a table"),
    ],
)
def test_bounds_that_are_none_are_refused(bounds: object, words: str) -> None:
    with pytest.raises(StrategyError, match=words):
        type("Wrong", (Own,), {"bounds": bounds}).resolve()


def test_a_number_beyond_its_bounds_is_refused_wherever_it_comes_from() -> None:
    with pytest.raises(StrategyError, match="least = 2 is beyond its bounds; give a number from 0 to 1"):
        Own.resolve(least=2)
    with pytest.raises(StrategyError, match="least = 'x' is beyond its bounds"):
        Own.resolve(least="x")
    assert Own.resolve(least=None)[1]["least"] is None
    assert Own.resolve(least=1)[1]["least"] == 1
