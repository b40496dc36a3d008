"""The declarative parts of a strategy, and the plan they make with their numbers.

A part names parameters rather than holding numbers, so `-p hold=30` and a sweep reach every one of them:
`leave = Leave("hold", "stop")` reads `params["hold"]` and `params["stop"]`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from eventfolio.events.errors import InputError, shown

ALL = ("*",)  # every theme of the study


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
class RunUp:
    """Act before a scheduled event: `lead` sessions ahead of the start of the window believed at the time.

    Parameters
    ----------
    lead : str
        Name of the parameter that holds the sessions.

    Examples
    --------
    >>> from eventfolio import EventStrategy, RunUp
    >>> class Ahead(EventStrategy):
    ...     trigger = RunUp("lead")
    ...     params = dict(lead=15)
    """

    lead: str = "lead"


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


Repeat = Literal["extend", "ignore", "add"]


@dataclass(frozen=True)
class Plan:
    """A strategy's parts with their numbers: all that the engine needs to play one without hooks.

    trigger : "announcement", "run_up" (`lead` sessions), "occurrence" or "start"
    entry   : confirmed by a high of `lookback` sessions within `within`, or at once where None
    size    : `weight` of equity over a theme's members, or all members; decaying where `half_life` is given
    leave   : hold (sessions), stop, take, trail (fractions), None = never
    patience: sessions an order waits for a session that trades, None = without limit
    """

    themes: tuple[str, ...]
    trigger: Literal["announcement", "run_up", "occurrence", "start"]
    weight: float
    spread: Literal["theme", "all"] = "theme"
    lead: int = 0
    lookback: int | None = None
    within: int = 0
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


TRIGGERS: dict[type, Literal["announcement", "run_up", "occurrence", "start"]] = {
    Announcement: "announcement",
    RunUp: "run_up",
    Occurrence: "occurrence",
    WindowStart: "start",
}


def make_plan(parts: dict[str, Any], params: dict[str, Any], where: str) -> Plan:
    """The plan of a class's parts (`themes`, `trigger`, `entry`, `size`, `leave`) with its parameters' numbers.

    Raises: StrategyError for a part or number that makes no sense
    """
    number = {name: _checked(name, value, where) for name, value in params.items()}

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
        lookback=value_of(entry.lookback) if confirmed else None,
        within=value_of(entry.within) if confirmed else 0,
        half_life=value_of(size.half_life) if decaying else None,
        band=value_of(size.band) if decaying else 0.0,
        patience=None if isinstance(trigger, WindowStart) else number.get("patience", 5),
        repeat=number.get("repeat", "extend"),
        **named,
    )


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
    "lookback": (int, 1, 10_000, False, "sessions, a whole number from 1"),
    "within": (int, 1, 10_000, False, "sessions, a whole number from 1"),
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
