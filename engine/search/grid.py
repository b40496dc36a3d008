"""Parses `-p hold=5:60:5 -p stop=none,0.05,0.1` into a sweep's grid: every combination once, each validated.

    none,0.05,0.1        a list
    0.02:0.10:0.02       a range, its end included: counted in decimals, so that no 0.06000000000000001 is tried
    0.02..0.15           drawn, uniform (--random N)
    0.02..0.15:log       drawn, uniform in the logarithm
    themes=all,lng+coal  themes are a dimension like any other; + joins

Values of a list may be ranges. A parameter that counts something is drawn in whole numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import product

import numpy as np

from eventfolio.engine.errors import StudyError
from eventfolio.engine.study.overrides import parse_value
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.strategies.parameters import RANGES, Params, Value, typed
from eventfolio.strategies.validation import merge_params

THEMES, ALL_THEMES, JOIN = "themes", "all", "+"
MOST = 10_000  # combinations; the honesty figures compare all with all
_HUGE = 10**15  # no parameter is larger, and a count of steps stays a number one can hold
_TRIES = 50  # draws a combination wanted, before a small space counts as exhausted


@dataclass(frozen=True)
class Draw:
    """Random values from `low` to `high`, both included; `log`: uniform in the logarithm; `whole`: whole numbers."""

    low: float
    high: float
    log: bool
    whole: bool

    def one(self, rng: np.random.Generator) -> float | int:
        """A value; fractions are drawn to four digits, so that what is printed is what was played."""
        half = 0.5 if self.whole else 0.0  # half a unit on each side, so that the ends are as likely as the rest
        low, high = self.low - half, self.high + half
        value = math.exp(rng.uniform(math.log(low), math.log(high))) if self.log else rng.uniform(low, high)
        value = round(value) if self.whole else float(f"{value:.4g}")
        return type(value)(min(max(value, self.low), self.high))


@dataclass(frozen=True)
class Dimension:
    """A parameter and what is tried of it: values as given, each once, or a draw."""

    name: str
    values: tuple[Value, ...] = ()
    draw: Draw | None = None

    def one(self, rng: np.random.Generator) -> Value:
        """One of the values at random."""
        return self.draw.one(rng) if self.draw else self.values[int(rng.integers(len(self.values)))]


@dataclass(frozen=True)
class Grid:
    """params : of every trial, what -p names; varied: the names of which more than one value is tried."""

    params: tuple[Params, ...]
    varied: tuple[str, ...]

    def label(self, params: Params) -> str:
        """A trial in words, such as hold=20 stop=none."""
        return " ".join(f"{name}={words(params[name])}" for name in self.varied) or "as it is"


def make_grid(texts: Sequence[str], defaults: Params, where: str, draws: int | None = None, seed: int = 1) -> Grid:
    """Every combination of `name=values` texts, or `draws` random ones.

    defaults : the strategy's parameters with their default values
    where    : the strategy, for messages
    Raises   : StrategyError for an unknown name, StudyError for values that cannot be read or are too many
    """
    dimensions = _dimensions(texts, defaults, where)
    drawn = next((dimension for dimension in dimensions if dimension.draw), None)
    if draws is None:
        if drawn is not None:
            raise StudyError(f"-p {drawn.name}: a value from a to b is drawn; say how many with --random N.")
        found = _every(dimensions)
    else:
        found = _random(dimensions, draws, seed)
    varied = tuple(
        dimension.name for dimension in dimensions if len({_identity(params[dimension.name]) for params in found}) > 1
    )
    return Grid(tuple(found), varied)


def words(value: Value) -> str:
    """A value as one types it."""
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _dimensions(texts: Sequence[str], defaults: Params, where: str) -> list[Dimension]:
    if THEMES in defaults:
        raise StudyError(
            f"{where} has a parameter '{THEMES}' of its own; in a sweep that word is the study's. Rename it."
        )
    known = {**defaults, THEMES: None}
    found: dict[str, Dimension] = {}
    for text in texts:
        name, equals, rest = (part.strip() for part in text.partition("="))
        if not (name and equals and rest):
            raise StudyError(f"-p '{shown(text)}': write it as name=values, such as hold=5:60:5 or stop=none,0.05,0.1.")
        merge_params(known, {name: None}, where)  # refuses an unknown name with the nearest
        if name in found:
            raise StudyError(f"-p {name} is given twice. Put all its values into one, such as {name}=a,b,c.")
        default = defaults.get(name)
        whole = RANGES[name][0] is int if name in RANGES else type(default) is int
        if ".." in rest and not isinstance(default, str):
            found[name] = Dimension(name, draw=_draw(name, rest, whole))
            continue
        once: dict[tuple[bool, Value], Value] = {}
        for item in rest.split(","):
            for value in (typed(name, one, default) for one in _values(name, item.strip(), text)):
                if name == THEMES:
                    value = JOIN.join(sorted({part.strip() for part in words(value).split(JOIN)}))
                once.setdefault(_identity(value), value)
        found[name] = Dimension(name, tuple(once.values()))
    return list(found.values())


def _values(name: str, item: str, text: str) -> list[Value]:
    """One value, or those of a range."""
    if not item:
        raise StudyError(f"-p '{shown(text)}': a value is missing between two commas.")
    ends = item.split(":")
    numbers = [number for part in ends if (number := _decimal(part)) is not None]
    if len(ends) == 1 or not numbers:
        return [parse_value(name, item)]
    if len(ends) != 3 or len(numbers) != 3:
        raise StudyError(f"-p {name}={item}: a range is first:last:step, such as 5:60:5.")
    first, last, step = numbers
    if step <= 0 or last < first:
        raise StudyError(f"-p {name}={item}: a range goes up, from first to last by a step above 0.")
    if last - first >= MOST * step:
        raise StudyError(f"-p {name}={item} makes more than {MOST:,} values, which is as many as are played.")
    count = int((last - first) / step) + 1
    whole = all("." not in part and "e" not in part.lower() for part in ends)
    steps = (first + step * number for number in range(count))
    return [int(value) if whole else float(value) for value in steps]


def _draw(name: str, text: str, whole: bool) -> Draw:
    span, _, form = text.partition(":")
    low, high = (_decimal(part) for part in span.split("..", 1))
    if low is None or high is None or form not in ("", "log"):
        raise StudyError(
            f"-p {shown(name)}={shown(text)}: what is drawn is written a..b or a..b:log, such as 0.02..0.15:log."
        )
    if not low < high or not math.isfinite(float(high) - float(low)):
        raise StudyError(f"-p {shown(name)}={shown(text)}: the first end must be below the second.")
    if form and low <= 0:
        raise StudyError(f"-p {shown(name)}={shown(text)}: only numbers above 0 have a logarithm.")
    if whole and (low % 1 or high % 1):
        raise StudyError(f"-p {shown(name)}={shown(text)}: {name} counts something, so its ends are whole numbers.")
    return Draw(float(low), float(high), bool(form), whole)


def _every(dimensions: list[Dimension]) -> list[Params]:
    count = math.prod(len(dimension.values) for dimension in dimensions)
    if count > MOST:
        sizes = " x ".join(f"{dimension.name} {len(dimension.values):,}" for dimension in dimensions)
        raise StudyError(
            f"{count:,} combinations ({sizes}) are more than the {MOST:,} that are played. Take wider steps, or a "
            "sample of them with --random N."
        )
    names = [dimension.name for dimension in dimensions]
    return [dict(zip(names, one, strict=True)) for one in product(*(dimension.values for dimension in dimensions))]


def _random(dimensions: list[Dimension], draws: int, seed: int) -> list[Params]:
    """Distinct combinations in the order drawn: of a larger number the first are the same."""
    if not 1 <= draws <= MOST:
        raise StudyError(f"--random {draws}: give a number from 1 to {MOST:,}.")
    rng = np.random.default_rng(seed)
    found: dict[tuple[tuple[bool, Value], ...], Params] = {}
    for _ in range(_TRIES * draws):
        params = {dimension.name: dimension.one(rng) for dimension in dimensions}
        found.setdefault(tuple(_identity(value) for value in params.values()), params)
        if len(found) == draws:
            break
    return list(found.values())


def split_themes(value: Value, known: Sequence[str]) -> tuple[str, ...]:
    """The themes a value of the dimension `themes` names; none for all.

    Raises: StudyError with the nearest name
    """
    if value == ALL_THEMES:
        return ()
    names = tuple(dict.fromkeys(name.strip() for name in words(value).split(JOIN)))
    for name in names:
        if name not in known:
            raise StudyError(f"-p themes: '{shown(name)}' is no theme of the study.{did_you_mean(name, known)}")
    return names


def _identity(value: Value) -> tuple[bool, Value]:
    """Equal for values that are one and the same: 5 and 5.0, but not 1 and true."""
    return (type(value) is bool, value)


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < _HUGE else None
