"""The plan of a strategy: its parts with their numbers, which is all the engine needs to play one without hooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

from eventfolio.events.errors import shown
from eventfolio.strategies.errors import StrategyError
from eventfolio.strategies.parameters import Params, Repeat, Value, checked
from eventfolio.strategies.parts import (
    ALL,
    AfterHigh,
    Announcement,
    AtClose,
    Decaying,
    Occurrence,
    Parts,
    Release,
    RunUp,
    ShareOfAll,
    Slots,
    Where,
    WindowStart,
)

Operator = Literal["<", "<=", "=", "!=", ">=", ">"]
_OPERATORS = "an operator is one of < <= = != >= >."


@dataclass(frozen=True)
class Condition:
    """A condition on a fact with its number, text or truth: `Where` with its parameter's value.

    kind : of its value, so that a truth is another condition than the number 1, which it equals
    """

    fact: str
    operator: Operator
    value: float | str | bool
    kind: type = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", kind_of(self.value))

    def is_met(self, facts: Mapping[str, float | str | bool]) -> bool:
        """Whether the facts meet it; a missing fact, or one of another type, does not."""
        fact = facts.get(self.fact)
        if fact is None or kind_of(fact) is not self.kind:
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


def make_plan(parts: Parts, params: Params, where: str) -> Plan:
    """The plan of a class's parts (`themes`, `kinds`, `only`, `trigger`, …) with its parameters' numbers.

    Raises: StrategyError for a part or number that makes no sense
    """
    number = {name: checked(name, value, where) for name, value in params.items()}
    trigger, entry, size = parts.trigger, parts.entry, parts.size
    if isinstance(size, Decaying) and isinstance(entry, AtClose):
        raise StrategyError(
            f"{where}: Decaying trades towards its share at opens, so entry = AtClose(…) cannot go with it. Use "
            "AtOpen(), or size = Share(…), ShareOfAll(…) or Slots(…)."
        )

    def value_of(name: str) -> Value:
        if not isinstance(name, str):
            raise StrategyError(
                f'{where}: a part holds {shown(repr(name))} where it names a parameter. Write a name, such as "limit", '
                f"and params = dict(limit={shown(repr(name))})."
            )
        if name not in number:
            raise StrategyError(
                f"{where}: a part names the parameter '{shown(name)}', which params does not have. Add it: "
                f"params = dict({shown(name)}=…)."
            )
        return number[name]

    def whole(name: str) -> int:
        return cast(int, value_of(name))

    def fraction(name: str) -> float:
        return cast(float, value_of(name))

    leave = parts.leave.names
    return Plan(
        themes=tuple(parts.themes),
        trigger=TRIGGERS[type(trigger)],
        weight=fraction(size.weight),
        spread="all" if isinstance(size, ShareOfAll) else "theme",
        lead=whole(trigger.lead) if isinstance(trigger, RunUp) else 0,
        through=whole(trigger.through) if isinstance(trigger, RunUp) and trigger.through else 0,
        kinds=tuple(parts.kinds),
        only=tuple(
            _condition(one, value_of(one.param), where) for one in parts.only if value_of(one.param) is not None
        ),
        cutoff=cast(int, checked("cutoff", value_of(entry.cutoff), where)) if isinstance(entry, AtClose) else None,
        lookback=whole(entry.lookback) if isinstance(entry, AfterHigh) else None,
        within=whole(entry.within) if isinstance(entry, AfterHigh) else 0,
        slots=whole(size.slots) if isinstance(size, Slots) else None,
        half_life=fraction(size.half_life) if isinstance(size, Decaying) else None,
        band=fraction(size.band) if isinstance(size, Decaying) else 0.0,
        hold=whole("hold") if "hold" in leave else None,
        stop=fraction("stop") if "stop" in leave else None,
        take=fraction("take") if "take" in leave else None,
        trail=fraction("trail") if "trail" in leave else None,
        patience=None if isinstance(trigger, WindowStart) else cast("int | None", number.get("patience", 5)),
        repeat=cast(Repeat, number.get("repeat", "extend")),
    )


def _condition(one: Where, value: Value, where: str) -> Condition:
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
