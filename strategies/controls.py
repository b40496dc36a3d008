"""The controls of a strategy's parameters: what each may be, over what range one moves it, and whether it has an off
switch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from eventfolio.strategies.parameters import RANGES, Repeat, Value

if TYPE_CHECKING:
    from eventfolio.strategies.base import EventStrategy

Kind = Literal["whole", "number", "truth", "choice", "text"]

# Where one moves a parameter of ours: least, most, step, and where it starts when it is switched on. What it may be at
# all is RANGES.
_USUAL: dict[str, tuple[float, float, float, float]] = {
    "hold": (1, 120, 1, 20),
    "stop": (0.01, 0.5, 0.01, 0.08),
    "take": (0.01, 1, 0.01, 0.25),
    "trail": (0.01, 0.5, 0.01, 0.1),
    "weight": (0.05, 1, 0.05, 0.5),
    "patience": (0, 20, 1, 5),
    "lead": (1, 60, 1, 15),
    "through": (0, 20, 1, 3),
    "lookback": (1, 120, 1, 20),
    "within": (1, 60, 1, 10),
    "slots": (1, 20, 1, 4),
    "half_life": (1, 120, 1, 20),
    "band": (0, 0.2, 0.005, 0.02),
    "cutoff": (0, 120, 5, 15),
}
_STEPS = 100  # about so many positions of a control whose range a class declares


@dataclass(frozen=True)
class Control:
    """One parameter as a reader moves it.

    low, high   : what a number may be at all; None without limit
    least, most : the range over which it is moved, in steps of `step`; None for what has none
    choices     : of a word
    optional    : whether it may be None, which is its off switch; starts: its value when it is switched on again
    """

    name: str
    kind: Kind
    low: float | None = None
    high: float | None = None
    least: float | None = None
    most: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()
    optional: bool = False
    starts: float | str | bool | None = None


def controls_of(cls: type[EventStrategy], params: Mapping[str, Value]) -> tuple[Control, ...]:
    """A control for each parameter of a class, in the order the class has them. params : the values it starts from"""
    switched_off = {one.param for one in cls.only}
    return tuple(
        _control(name, value, cls.bounds.get(name), value is None or name in switched_off)
        for name, value in params.items()
    )


def _control(name: str, value: Value, bounds: tuple[float, float] | None, may_be_none: bool) -> Control:
    if name == "repeat":
        return Control(name, "choice", choices=get_args(Repeat))
    if name in RANGES:
        kind, low, high, optional, _ = RANGES[name]
        least, most, step, starts = _USUAL[name]
        if bounds:
            low, high, least, most = *bounds, *bounds
            step = step if kind is int else _nice((most - least) / _STEPS)
            starts = min(max(starts, least), most)
        elif isinstance(value, (int, float)):
            least, most = min(least, value), max(most, value)
        return Control(name, "whole" if kind is int else "number", low, high, least, most, step, (), optional, starts)
    if isinstance(value, bool):
        return Control(name, "truth", optional=may_be_none, starts=value)
    if isinstance(value, str):
        return Control(name, "text", optional=may_be_none, starts=value)
    return _own_number(name, value, bounds, may_be_none)


def _own_number(name: str, value: float | None, bounds: tuple[float, float] | None, optional: bool) -> Control:
    """A number that only the class knows the meaning of: moved over its bounds, else from nothing to twice itself."""
    given = (*(bounds or ()), *(() if value is None else (value,)))
    whole = bool(given) and all(isinstance(one, int) for one in given)
    whole = whole and (not bounds or bounds[1] - bounds[0] > 2)  # (0, 1) is a fraction's range
    if bounds:
        low, high = bounds
        starts = (low + high) / 2 if value is None else value
        step = max(1, round((high - low) / _STEPS)) if whole else _nice((high - low) / _STEPS)
        starts = round(starts) if whole else starts
        return Control(name, "whole" if whole else "number", low, high, low, high, step, (), optional, starts)
    if not value:
        return Control(name, "whole" if whole else "number", optional=optional, starts=value or 0)
    least, most = sorted((0.0, 2.0 * value))
    step = max(1, round(abs(value) / 50)) if whole else _nice(abs(value) / 50)
    return Control(name, "whole" if whole else "number", None, None, least, most, step, (), optional, value)


def _nice(step: float) -> float:
    """The next lower of 1, 2 and 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return float(f"{max(one for one in (1, 2, 5) if one * power <= step * (1 + 1e-9)) * power:.6g}")
