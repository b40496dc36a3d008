"""Warns of what a strategy's choice among events leaves out by a slip: kinds, facts of another type, odd releases."""

from __future__ import annotations

from collections.abc import Iterator

from eventfolio.engine.schedule import NO_THEME, is_of_kind, passed_over
from eventfolio.engine.study.study import Study
from eventfolio.events import Event
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.strategies.parts import ALL
from eventfolio.strategies.plan import Plan, kind_of

_NAMED = 3
_WORDS = {bool: "true or false", str: "text", float: "a number"}


def choice_warnings(study: Study, plan: Plan, label: str) -> list[str]:
    """What a plan asks of events that none of them can give (docs/semantics.md#events-listings-and-facts).

    kinds that the calendar does not have; facts of another type than the parameter they are held against; beliefs that
    something has occurred before its own date, which a release passes over
    """
    events = [event for event in study.calendar.events if is_of_kind(event, plan) and _is_traded(event, plan)]
    return [
        *_unknown_kinds(study, plan, label),
        *_other_types(events, plan, label),
        *_odd_releases(events, plan, label),
    ]


def _is_traded(event: Event, plan: Plan) -> bool:
    return plan.themes == ALL or bool(set(event.themes or (NO_THEME,)) & set(plan.themes))


def _unknown_kinds(study: Study, plan: Plan, label: str) -> Iterator[str]:
    known = sorted({event.kind for event in (study.all_events or study.calendar).events})
    for kind in plan.kinds:
        if plan.kinds != ALL and kind not in known:
            yield f"{shown(label)}: no event of the calendar is of kind '{shown(kind)}'.{did_you_mean(kind, known)}"


def _other_types(events: list[Event], plan: Plan, label: str) -> Iterator[str]:
    for condition in plan.only:
        wanted = kind_of(condition.value)
        odd = [
            event.id
            for event in events
            if any(
                condition.fact in facts and kind_of(facts[condition.fact]) is not wanted
                for facts in (event.facts, *(revision.facts for revision in event.revisions))
            )
        ]
        if odd:
            yield (
                f"{shown(label)}: the fact '{shown(condition.fact)}' is held against {_WORDS[wanted]}, and is none in "
                f"{_listed(odd)}; such an event is not acted on."
            )


def _odd_releases(events: list[Event], plan: Plan, label: str) -> Iterator[str]:
    odd = [event.id for event in events if plan.trigger == "release" and passed_over(event)]
    if odd:
        yield (
            f"{shown(label)}: {_listed(odd)} is said to have occurred before the start of its own window, or to the "
            "month only; such a belief is passed over."
        )


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(shown(name) for name in names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
