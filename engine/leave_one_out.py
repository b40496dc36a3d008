"""Backtests a strategy without each of its events in turn: does the result hang on one event?"""

from __future__ import annotations

from dataclasses import replace

from eventfolio.engine.market.market import Market
from eventfolio.engine.record import RunRecord
from eventfolio.engine.run import play_strategy, run_setup
from eventfolio.engine.study.strategy import StudyStrategy
from eventfolio.engine.study.study import Study
from eventfolio.strategies.plan import Plan


def without_each_event(
    study: Study, market: Market, strategy: StudyStrategy, record: RunRecord, point_in_time: bool = False
) -> dict[str, float | None]:
    """Total return of the strategy played again without each event that had a part in it.

    The run is played anew, so cash goes elsewhere and a later event of the same episode takes the place.

    Returns : event id -> total return (fraction), in order of id; nothing for a strategy that trades on no event
    """
    only_honest = point_in_time or bool(record.facts.point_in_time)
    found: dict[str, float | None] = {}
    for event_id in sorted(acting_events(study, market, strategy.plan, only_honest)):
        events = tuple(event for event in study.calendar.events if event.id != event_id)
        thinner = replace(study, calendar=replace(study.calendar, events=events))
        run = play_strategy(thinner, market, strategy.cls, strategy.plan, strategy.params, only_honest)
        found[event_id] = run.metrics["total_return"] if run is not None else None
    return found


def acting_events(study: Study, market: Market, plan: Plan, point_in_time: bool = False) -> set[str]:
    """Ids of the events that trigger in the run: all that can open, extend, wait, crowd out or take an episode.

    A run is its schedule on its tape. An event without a trigger leaves the schedule's triggers as they are when it
    goes: of an episode the first that triggers counts, so those behind it decide nothing, and a revision acts only on
    what its own event has bought or sent. So without it the run is the same, and need not be played.
    """
    on = run_setup(study, market, plan, point_in_time)
    return {trigger.event_id for trigger in on.schedule.triggers if trigger.event is not None} if on else set()
