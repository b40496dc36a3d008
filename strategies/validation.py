"""Validates a strategy class and its parameters before it runs, which backtrader does not."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from difflib import get_close_matches
from typing import TypeGuard
from weakref import WeakSet

from eventfolio.events.errors import did_you_mean, shown
from eventfolio.strategies.errors import StrategyError
from eventfolio.strategies.parameters import RANGES, Params, Value
from eventfolio.strategies.parts import (
    AfterHigh,
    AtClose,
    AtOpen,
    Decaying,
    Leave,
    Parts,
    RunUp,
    Share,
    ShareOfAll,
    Slots,
    Where,
    WindowStart,
)
from eventfolio.strategies.plan import TRIGGERS

STANDARD = frozenset({*RANGES, "repeat"})  # parameters with a meaning of ours
PARTS = tuple(field.name for field in fields(Parts))
_SPELT: WeakSet[type] = WeakSet()  # classes whose names are right
_HOOKS_AND_PARTS = (*PARTS, "params", "bounds", "on_trigger", "should_exit", "next")


def merge_params(defaults: Params, changes: Params, where: str) -> Params:
    """A class's parameters with the user's changes; an unknown name is refused (backtrader would ignore it)."""
    for name in changes:
        if name not in defaults:
            raise StrategyError(f"{where} has no parameter '{shown(name)}'.{did_you_mean(name, defaults)}")
    return {**defaults, **changes}


def check_bounds(bounds: object, defaults: Mapping[str, Value], where: str) -> None:
    """Refuse bounds that are none: of a parameter that is not there or no number, upside down, beyond a part's range.

    Raises: StrategyError
    """
    if not isinstance(bounds, Mapping):
        raise StrategyError(f"{where}: bounds is a table; write bounds = dict(least=(0, 1)).")
    for name, pair in bounds.items():
        if name not in defaults:
            raise StrategyError(
                f"{where}: bounds name '{shown(str(name))}', which is no parameter.{did_you_mean(str(name), defaults)}"
            )
        if (
            not isinstance(pair, (tuple, list))
            or len(pair) != 2
            or not all(map(_is_number, pair))
            or pair[0] >= pair[1]
        ):
            raise StrategyError(
                f"{where}: the bounds of {name} are {shown(repr(pair))}; give the least and the greatest number, such "
                "as (0, 1)."
            )
        if defaults[name] is not None and not _is_number(defaults[name]):
            raise StrategyError(f"{where}: {name} = {shown(repr(defaults[name]))} is no number, and has no bounds.")
        if name in RANGES:
            kind, low, high, _, words = RANGES[name]
            if pair[0] < low or pair[1] > high or (kind is int and any(one != int(one) for one in pair)):
                raise StrategyError(
                    f"{where}: the bounds of {name}, {shown(repr(pair))}, leave what it may be: {words}."
                )
    check_within(defaults, bounds, where)


def check_within(params: Mapping[str, Value], bounds: Mapping[str, Sequence[float]], where: str) -> None:
    """Refuse a number beyond the bounds that its class declares. Raises: StrategyError"""
    for name, (low, high) in bounds.items():
        value = params[name]
        if value is not None and not (_is_number(value) and low <= value <= high):
            raise StrategyError(
                f"{where}: {name} = {shown(repr(value))} is beyond its bounds; give a number from {low:g} to {high:g}."
            )


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -math.inf < value < math.inf


def check_parts(parts: Parts, where: str) -> None:
    """Refuse parts that are not what they stand for.

    Raises: StrategyError
    """
    kinds: dict[str, tuple[type, ...]] = {
        "trigger": tuple(TRIGGERS),
        "entry": (AtOpen, AtClose, AfterHigh),
        "size": (Share, ShareOfAll, Slots, Decaying),
        "leave": (Leave,),
    }
    for name in ("themes", "kinds"):
        if isinstance(word := getattr(parts, name), str):
            raise StrategyError(f'{where}: {name} = "{word}" is a word; write {name} = ("{word}",).')
        if not word:
            raise StrategyError(f"{where}: {name} = () leaves nothing to trade; leave it out for all of them.")
    only: object = parts.only
    if not isinstance(only, (tuple, list)) or not all(isinstance(one, Where) for one in only):
        raise StrategyError(f'{where}: only is a tuple of conditions; write only = (Where("fact", ">=", "least"),).')
    for name, allowed in kinds.items():
        if not isinstance(part := getattr(parts, name), allowed):
            known = ", ".join(f"{kind.__name__}(…)" for kind in allowed)
            given = f"{part.__name__} without brackets" if isinstance(part, type) else repr(part)
            raise StrategyError(f"{where}: {name} must be {known}, not {shown(given)}.")


def params_of(cls: type) -> Params:
    """A class's parameters and its bases', which backtrader's metaclass has put together."""
    return dict(cls.params._getitems())  # type: ignore[attr-defined]


def check_spelling(cls: type, base: type) -> None:
    """Refuse attributes and parameters that are one slip away from a name of ours: they would do nothing.

    Raises: StrategyError with the nearest name
    """
    if cls in _SPELT:  # a sweep resolves a class a thousand times
        return
    for owner in cls.__mro__[: cls.__mro__.index(base)]:
        for name in vars(owner):
            near = get_close_matches(name, _HOOKS_AND_PARTS, 1, 0.8)
            if not name.startswith("_") and name not in _HOOKS_AND_PARTS and not hasattr(base, name) and near:
                raise StrategyError(f"{cls.__name__}: '{shown(name)}' means nothing here. Did you mean '{near[0]}'?")
    ours = params_of(base)
    for name in params_of(cls):
        near = get_close_matches(name, STANDARD, 1, 0.8)
        if name not in STANDARD and name not in ours and near:
            raise StrategyError(
                f"{cls.__name__}: the parameter '{shown(name)}' means nothing here. Did you mean '{near[0]}'?"
            )
    _SPELT.add(cls)


def names_read(parts: Parts) -> set[str]:
    """The parameters that the parts read."""
    trigger, entry, size = parts.trigger, parts.entry, parts.size
    read = {size.weight, *parts.leave.names}
    read |= {one.param for one in parts.only}
    if isinstance(trigger, RunUp):
        read |= {trigger.lead, trigger.through or trigger.lead}
    if isinstance(entry, AfterHigh):
        read |= {entry.lookback, entry.within}
    if isinstance(entry, AtClose):
        read.add(entry.cutoff)
    if isinstance(size, Slots):
        read.add(size.slots)
    if isinstance(size, Decaying):
        read |= {size.half_life, size.band}
    elif not isinstance(trigger, WindowStart):
        read |= {"patience", "repeat"}
    return read
