"""Playing a strategy without each of its events."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.backtest import backtest
from engine.study import StrategyEntry, load_study
from events.dprk_russia import STUDY


def test_each_event_left_out_is_the_run_of_a_calendar_without_it() -> None:
    study = load_study(STUDY).with_options(strategies=(StrategyEntry(name="kogas-lng", label="kogas-lng"),))
    _, (record,) = backtest(study, leave_one_out=True)
    found = record.facts["without_event"]
    assert set(found) == set(record.trades["event_id"])
    for event_id, total_return in found.items():
        events = tuple(event for event in study.calendar.events if event.id != event_id)
        _, (thinner,) = backtest(replace(study, calendar=replace(study.calendar, events=events)))
        assert total_return == pytest.approx(thinner.facts["metrics"]["total_return"], rel=1e-12)
        assert event_id not in set(thinner.trades["event_id"])
