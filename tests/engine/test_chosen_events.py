"""What a strategy asks of events that none of them can give is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from eventfolio.engine.chosen_events import choice_warnings
from eventfolio.engine.study.study import Study, load_study
from eventfolio.events import Event
from eventfolio.events.dprk_russia import STUDY
from eventfolio.strategies import EventStrategy, Release, Where


def event(name: str, **more: Any) -> Event:
    fields = dict(
        id=name, title=name, kind="earnings", status="occurred", occurs="2025-06-10", zone="UTC", themes=["lng"]
    )
    return Event.model_validate({**fields, "known_at": "2025-06-10T12:00:00+00:00", **more})


def study_of(*events: Event) -> Study:
    study = load_study(STUDY)
    return replace(study, calendar=replace(study.calendar, events=events))


class Asking(EventStrategy):
    trigger = Release()
    kinds = ("earnings", "earning")
    only = (Where("surprise", ">", "least"),)
    params = dict(least=0.0)


def test_what_no_event_can_meet_is_said_and_nothing_else() -> None:
    early = event("early", status="scheduled", occurs="2025-06-20", revision=[
        {"known_at": "2025-06-12T12:00:00+00:00", "status": "occurred"},
    ])  # fmt: skip
    study = study_of(event("good", facts={"surprise": 0.1}), event("odd", facts={"surprise": "0.1"}), early)
    plan, _ = Asking.resolve()
    assert choice_warnings(study, plan, "mine") == [
        "mine: no event of the calendar is of kind 'earning'. Did you mean 'earnings'?",
        "mine: the fact 'surprise' is held against a number, and is none in odd; such an event is not acted on.",
        "mine: early is said to have occurred before the start of its own window, or to the month only; such a belief "
        "is passed over.",
    ]
    plain, _ = EventStrategy.resolve()
    assert choice_warnings(study, plain, "mine") == []


def test_an_event_recorded_as_occurred_is_released_when_it_is_known_whatever_its_window_says() -> None:
    ahead = event("ahead", occurs="2025-06-20")
    plan, _ = type("Plain", (EventStrategy,), {"trigger": Release()}).resolve()  # type: ignore[attr-defined]
    assert choice_warnings(study_of(ahead), plan, "mine") == []
