"""A strategy without each of its events in turn: is the result one event's?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.backtest import play_strategy
from engine.market.market import Market
from engine.record import RunRecord
from engine.study import StrategyEntry, Study
from strategies.find import find_strategy


def without_each_event(
    study: Study, market: Market, entry: StrategyEntry, record: RunRecord, point_in_time: bool = False
) -> dict[str, float | None]:
    """Total return of the strategy played again without each event that opened one of its lots.

    The run is played anew, so cash goes elsewhere and a later event of the same episode takes the place.

    Returns : event id -> total return (fraction), in order of id; nothing for a strategy that trades on no event
    """
    cls: Any = find_strategy(entry.name, study.folder).cls
    plan, params = cls.resolve(**entry.params)
    found: dict[str, float | None] = {}
    for event_id in sorted({event for event in record.trades["event_id"] if event}):
        events = tuple(event for event in study.calendar.events if event.id != event_id)
        thinner = replace(study, calendar=replace(study.calendar, events=events))
        run = play_strategy(thinner, market, cls, plan, params, point_in_time)
        found[event_id] = run.metrics["total_return"] if run is not None else None
    return found
