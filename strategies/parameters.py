"""The parameters of a strategy: their values, and the ranges of those that parts give a meaning."""

from __future__ import annotations

import math
from typing import Literal, cast

from eventfolio.events.errors import shown
from eventfolio.strategies.errors import StrategyError

Value = float | int | str | bool | None
Params = dict[str, Value]
Repeat = Literal["extend", "ignore", "add"]

# Parameter: (kind, lowest, highest, whether None is allowed, in words)
RANGES: dict[str, tuple[type, float, float, bool, str]] = {
    "hold": (int, 1, 10_000, True, "sessions, a whole number from 1, or none"),
    "stop": (float, 1e-9, 1 - 1e-9, True, "a fraction between 0 and 1 such as 0.08, or none"),
    "take": (float, 1e-9, 1e6, True, "a fraction above 0 such as 0.15, or none"),
    "trail": (float, 1e-9, 1 - 1e-9, True, "a fraction between 0 and 1 such as 0.08, or none"),
    "weight": (float, 1e-9, 1, False, "a fraction of equity above 0, at most 1"),
    "patience": (int, 0, 10_000, False, "sessions, a whole number from 0"),
    "lead": (int, 1, 10_000, False, "sessions, a whole number from 1"),
    "through": (int, 0, 10_000, False, "sessions, a whole number from 0"),
    "cutoff": (int, 0, 1_440, False, "minutes before the close, a whole number from 0 to 1440"),
    "lookback": (int, 1, 10_000, False, "sessions, a whole number from 1"),
    "within": (int, 1, 10_000, False, "sessions, a whole number from 1"),
    "slots": (int, 1, 10_000, False, "lots, a whole number from 1"),
    "half_life": (float, 1e-9, 1e6, False, "sessions, above 0"),
    "band": (float, 0, 1, False, "a fraction of equity from 0 to 1"),
}


_EXACT = 2**53  # to here every whole number is one as a float too


def typed(name: str, value: Value, default: Value) -> Value:
    """A number in its parameter's type, so that one setting is written one way: hold=20.0 is 20, weight=1 is 1.0.

    The type is that of the default; of a standard parameter that is None, its own; else a whole number is whole. A
    fraction where whole numbers are meant stays as it is, and so does what is no number.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= _EXACT:
        return value
    kind = type(default) if type(default) in (int, float) else RANGES[name][0] if name in RANGES else int
    if kind is float:
        return float(value) + 0.0  # of -0.0 too
    return int(value) if value == int(value) else value


def checked(name: str, value: Value, where: str) -> Value:
    """A standard parameter in its range and type; one of the user's own passes as it is."""
    if name == "repeat":
        if value not in ("extend", "ignore", "add"):
            raise StrategyError(f"{where}: repeat = {shown(repr(value))} is not extend, ignore or add.")
        return value
    if name not in RANGES:
        return value
    kind, low, high, optional, words = RANGES[name]
    if value is None and optional:
        return None
    number = math.nan
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= _EXACT:
        number = float(value)
    if not low <= number <= high or (kind is int and number != int(number)):
        raise StrategyError(f"{where}: {name} = {shown(repr(value))} cannot be; give {words}.")
    return kind(number)


def check_weight(weight: Value, where: str) -> float:
    """A weight in its range.

    Raises: StrategyError
    """
    return float(cast(float, checked("weight", weight, where)))
