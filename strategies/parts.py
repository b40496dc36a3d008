"""The declarative parts of a strategy, and the plan they make with their numbers.

A part names parameters rather than holding numbers, so `-p hold=30` and a sweep reach every one of them:
`leave = Leave("hold", "stop")` reads `params["hold"]` and `params["stop"]`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from eventfolio.events.errors import InputError, shown

ALL = ("*",)  # every theme of the study and every listing that events name; every kind of event


class StrategyError(InputError):
    """A strategy that cannot be found, loaded or set up as asked."""


@dataclass(frozen=True)
class Announcement:
    """Act on the news: the first session that opens after the event is known.

    Examples
    --------
    >>> from eventfolio import Announcement, EventStrategy
    >>> class Drift(EventStrategy):
    ...     trigger = Announcement()
    ...     params = dict(hold=10)
    """


@dataclass(frozen=True)
class Release:
    """Act on the happening itself: the first session that opens after the event is first known to have occurred.

    So an earnings report with a known date is one event, first scheduled and then, by a revision with its minute and
    its facts, occurred.

    Examples
    --------
    >>> from eventfolio import EventStrategy, Release
    >>> class OnTheReport(EventStrategy):
    ...     trigger = Release()
    ...     params = dict(hold=10)
    """


@dataclass(frozen=True)
class RunUp:
    """Act before a scheduled event: `lead` sessions ahead of the start of the window believed at the time.

    Parameters
    ----------
    lead : str
        Name of the parameter that holds the sessions.
    through : str, optional
        Name of the parameter that holds how many sessions after that start it is held; without it, it is sold there.

    Examples
    --------
    >>> from eventfolio import EventStrategy, RunUp
    >>> class Ahead(EventStrategy):
    ...     trigger = RunUp("lead")
    ...     params = dict(lead=15)
    """

    lead: str = "lead"
    through: str | None = None


@dataclass(frozen=True)
class Occurrence:
    """Act when the event is believed to begin: the first session on or after its window's start, once known.

    Examples
    --------
    >>> from eventfolio import EventStrategy, Occurrence
    >>> class OnTheDay(EventStrategy):
    ...     trigger = Occurrence()
    """


@dataclass(frozen=True)
class WindowStart:
    """Act without any event: each listing's first session of the window.

    Examples
    --------
    >>> from eventfolio import EventStrategy, Leave, ShareOfAll, WindowStart
    >>> class Hold(EventStrategy):
    ...     trigger = WindowStart()
    ...     size = ShareOfAll("weight")
    ...     leave = Leave()
    ...     params = dict(weight=1.0)
    """


@dataclass(frozen=True)
class AtOpen:
    """Enter at the open of the trigger's session.

    Examples
    --------
    >>> from eventfolio import AtOpen, EventStrategy
    >>> class AtOnce(EventStrategy):
    ...     entry = AtOpen()
    """


@dataclass(frozen=True)
class AtClose:
    """Enter at the close of the first session whose close can still be traded on the news.

    That is the first whose regular close, less the longer of `cutoff` and the exchange's own deadline for such orders,
    is strictly after the news. Exits stay at opens.

    Parameters
    ----------
    cutoff : str
        Name of the parameter that holds the minutes before the close; a class without one of the name ``"cutoff"`` has
        0, which leaves the exchange's deadline.

    Examples
    --------
    >>> from eventfolio import AtClose, EventStrategy, Release
    >>> class SameDay(EventStrategy):
    ...     trigger = Release()
    ...     entry = AtClose("cutoff")
    ...     params = dict(hold=5, cutoff=15)
    """

    cutoff: str = "cutoff"


@dataclass(frozen=True)
class AfterHigh:
    """Enter at the open after the first close above the highest of `lookback` sessions, within `within` sessions.

    Parameters
    ----------
    lookback : str
        Name of the parameter that holds how many sessions before the trigger the high is of.
    within : str
        Name of the parameter that holds how many sessions from the trigger on are waited for it.

    Examples
    --------
    >>> from eventfolio import AfterHigh, EventStrategy
    >>> class Confirmed(EventStrategy):
    ...     entry = AfterHigh("lookback", "within")
    ...     params = dict(lookback=20, within=10)
    """

    lookback: str = "lookback"
    within: str = "within"


@dataclass(frozen=True)
class Share:
    """Spend `weight` of equity on a theme, in equal parts on its members.

    Parameters
    ----------
    weight : str
        Name of the parameter that holds the fraction of equity.

    Examples
    --------
    >>> from eventfolio import EventStrategy, Share
    >>> class Tenth(EventStrategy):
    ...     size = Share("weight")
    ...     params = dict(weight=0.1)
    """

    weight: str = "weight"


@dataclass(frozen=True)
class ShareOfAll:
    """Spend `weight` of equity in equal parts on every member of every theme.

    Parameters
    ----------
    weight : str
        Name of the parameter that holds the fraction of equity.

    Examples
    --------
    >>> from eventfolio import EventStrategy, ShareOfAll
    >>> class Everything(EventStrategy):
    ...     size = ShareOfAll("weight")
    ...     params = dict(weight=1.0)
    """

    weight: str = "weight"


@dataclass(frozen=True)
class Decaying:
    """Hold `weight` of equity x min(1, sum of strengths halving every `half_life` sessions); trade beyond `band`.

    Parameters
    ----------
    weight : str
        Name of the parameter that holds the fraction of equity of a theme at full strength.
    half_life : str
        Name of the parameter that holds the sessions after which an event counts half.
    band : str
        Name of the parameter that holds the fraction of equity by which a holding may be off before it is traded.

    Examples
    --------
    >>> from eventfolio import Decaying, EventStrategy, Leave
    >>> class Fading(EventStrategy):
    ...     size = Decaying("weight", "half_life", "band")
    ...     leave = Leave()
    ...     params = dict(weight=0.5, half_life=20, band=0.02)
    """

    weight: str = "weight"
    half_life: str = "half_life"
    band: str = "band"


@dataclass(frozen=True)
class Slots:
    """Spend `weight` of equity in equal parts on at most so many lots held or awaited at once, first come first served.

    Parameters
    ----------
    weight : str
        Name of the parameter that holds the fraction of equity.
    slots : str
        Name of the parameter that holds the number of lots.

    Examples
    --------
    >>> from eventfolio import EventStrategy, Slots
    >>> class FourAtOnce(EventStrategy):
    ...     size = Slots("weight", "slots")
    ...     params = dict(weight=0.9, slots=4)
    """

    weight: str = "weight"
    slots: str = "slots"


class Leave:
    """When to sell: any of the parameters hold (sessions), stop, take, trail (fractions of the entry fill).

    Parameters
    ----------
    *names : str
        Of these four, those that apply; a parameter that is None ends nothing.

    Raises
    ------
    StrategyError
        For any other name.

    Examples
    --------
    >>> from eventfolio import EventStrategy, Leave
    >>> class Stopped(EventStrategy):
    ...     leave = Leave("hold", "stop")
    ...     params = dict(hold=20, stop=0.08)
    >>> Stopped.leave
    Leave('hold', 'stop')
    """

    def __init__(self, *names: str) -> None:
        unknown = set(names) - {"hold", "stop", "take", "trail"}
        if unknown:
            raise StrategyError(
                f"Leave({shown(', '.join(map(repr, names)))}): {shown(repr(sorted(unknown)[0]))} is not hold, stop, "
                "take or trail."
            )
        self.names = names

    def __repr__(self) -> str:
        return f"Leave({', '.join(map(repr, self.names))})"


Operator = Literal["<", "<=", "=", "!=", ">=", ">"]


@dataclass(frozen=True)
class Where:
    """Act only on events of which a fact meets a condition, as it was known before the session acted in.

    A parameter that is None switches the condition off. A fact that is missing, or of another type than the parameter,
    does not meet it.

    Parameters
    ----------
    fact : str
        Name of the fact.
    operator : str
        One of ``<``, ``<=``, ``=``, ``!=``, ``>=`` and ``>``; text and truths know only ``=`` and ``!=``.
    param : str
        Name of the parameter that the fact is held against.

    Examples
    --------
    >>> from eventfolio import EventStrategy, Release, Where
    >>> class GoodSurprise(EventStrategy):
    ...     trigger = Release()
    ...     only = (Where("surprise", ">=", "least"),)
    ...     params = dict(hold=10, least=0.02)
    """

    fact: str
    operator: str
    param: str


@dataclass(frozen=True)
class Condition:
    """A condition on a fact with its number, text or truth: `Where` with its parameter's value."""

    fact: str
    operator: Operator
    value: float | str | bool

    def is_met(self, facts: Mapping[str, float | str | bool]) -> bool:
        """Whether the facts meet it; a missing fact, or one of another type, does not."""
        fact = facts.get(self.fact)
        if fact is None or kind_of(fact) is not kind_of(self.value):
            return False
        if self.operator in ("=", "!="):
            return (fact == self.value) is (self.operator == "=")
        if isinstance(fact, str) or isinstance(self.value, str):
            return False
        return {"<": fact < self.value, "<=": fact <= self.value, ">=": fact >= self.value, ">": fact > self.value}[
            self.operator
        ]


def kind_of(value: float | str | bool) -> type:
    """What type of fact a value is: a truth, text or a number."""
    return bool if isinstance(value, bool) else str if isinstance(value, str) else float


Repeat = Literal["extend", "ignore", "add"]
TriggerKind = Literal["announcement", "release", "run_up", "occurrence", "start"]


@dataclass(frozen=True)
class Plan:
    """A strategy's parts with their numbers: all that the engine needs to play one without hooks.

    trigger : "announcement", "release", "run_up" (`lead` sessions ahead, left `through` after), "occurrence" or "start"
    kinds, only : of the events acted on; ALL and () for every one
    entry   : confirmed by a high of `lookback` sessions within `within`, or at once where None; at the close of which
              news is known `cutoff` minutes before, or at the open where None
    size    : `weight` of equity over a theme's members, all members, or `slots` lots at once; decaying where
              `half_life` is given
    leave   : hold (sessions), stop, take, trail (fractions), None = never
    patience: sessions an order waits for a session that trades, None = without limit
    """

    themes: tuple[str, ...]
    trigger: TriggerKind
    weight: float
    spread: Literal["theme", "all"] = "theme"
    lead: int = 0
    through: int = 0
    kinds: tuple[str, ...] = ALL
    only: tuple[Condition, ...] = ()
    cutoff: int | None = None
    lookback: int | None = None
    within: int = 0
    slots: int | None = None
    half_life: float | None = None
    band: float = 0.0
    hold: int | None = None
    stop: float | None = None
    take: float | None = None
    trail: float | None = None
    patience: int | None = 5
    repeat: Repeat = "extend"

    @property
    def has_levels(self) -> bool:
        """Whether any price level ends a lot."""
        return not (self.stop is None and self.take is None and self.trail is None)


TRIGGERS: dict[type, TriggerKind] = {
    Announcement: "announcement",
    Release: "release",
    RunUp: "run_up",
    Occurrence: "occurrence",
    WindowStart: "start",
}


def make_plan(parts: dict[str, Any], params: dict[str, Any], where: str) -> Plan:
    """The plan of a class's parts (`themes`, `kinds`, `only`, `trigger`, …) with its parameters' numbers.

    Raises: StrategyError for a part or number that makes no sense
    """
    number = {name: _checked(name, value, where) for name, value in params.items()}
    if isinstance(parts["size"], Decaying) and isinstance(parts["entry"], AtClose):
        raise StrategyError(
            f"{where}: Decaying trades towards its share at opens, so entry = AtClose(…) cannot go with it. Use "
            "AtOpen(), or size = Share(…), ShareOfAll(…) or Slots(…)."
        )

    def value_of(name: str) -> Any:
        if name not in number:
            raise StrategyError(f"{where}: a part names the parameter '{shown(name)}', which params does not have.")
        return number[name]

    trigger, entry, size, leave = (parts[name] for name in ("trigger", "entry", "size", "leave"))
    named = {name: value_of(name) for name in leave.names}
    confirmed = isinstance(entry, AfterHigh)
    decaying = isinstance(size, Decaying)
    return Plan(
        themes=tuple(parts["themes"]),
        trigger=TRIGGERS[type(trigger)],
        weight=value_of(size.weight),
        spread="all" if isinstance(size, ShareOfAll) else "theme",
        lead=value_of(trigger.lead) if isinstance(trigger, RunUp) else 0,
        through=value_of(trigger.through) if isinstance(trigger, RunUp) and trigger.through else 0,
        kinds=tuple(parts["kinds"]),
        only=tuple(
            _condition(one, value_of(one.param), where) for one in parts["only"] if value_of(one.param) is not None
        ),
        cutoff=_checked("cutoff", value_of(entry.cutoff), where) if isinstance(entry, AtClose) else None,
        lookback=value_of(entry.lookback) if confirmed else None,
        within=value_of(entry.within) if confirmed else 0,
        slots=value_of(size.slots) if isinstance(size, Slots) else None,
        half_life=value_of(size.half_life) if decaying else None,
        band=value_of(size.band) if decaying else 0.0,
        patience=None if isinstance(trigger, WindowStart) else number.get("patience", 5),
        repeat=number.get("repeat", "extend"),
        **named,
    )


def _condition(one: Where, value: Any, where: str) -> Condition:
    """Raises: StrategyError for a value that no fact can be, or an order of what has none"""
    operator = next((known for known in get_args(Operator) if known == one.operator), None)
    if operator is None:
        raise StrategyError(f"{where}: Where({shown(repr(one.fact))}, {shown(repr(one.operator))}, …): {_OPERATORS}")
    if not isinstance(value, (int, float, str, bool)) or value != value:
        raise StrategyError(
            f"{where}: {shown(one.param)} = {shown(repr(value))} cannot be a fact; give a number, text, true or false."
        )
    if operator not in ("=", "!=") and kind_of(value) is not float:
        raise StrategyError(
            f"{where}: {shown(one.param)} = {shown(repr(value))} is no number, and {operator} needs one. Use = or !=."
        )
    return Condition(one.fact, operator, value if isinstance(value, (str, bool)) else float(value))


_OPERATORS = "an operator is one of < <= = != >= >."


def check_weight(weight: Any, where: str) -> float:
    """A weight in its range.

    Raises: StrategyError
    """
    return float(_checked("weight", weight, where))


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


def _checked(name: str, value: Any, where: str) -> Any:
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
    number = float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else math.nan
    if not low <= number <= high or (kind is int and number != int(number)):
        raise StrategyError(f"{where}: {name} = {shown(repr(value))} cannot be; give {words}.")
    return kind(number)
