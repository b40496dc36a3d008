"""Playing a strategy without each of its events."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support import proof

from eventfolio.engine.backtest import backtest
from eventfolio.engine.study.strategy import StrategyEntry
from eventfolio.engine.study.study import load_study
from eventfolio.events.dprk_russia import STUDY


@pytest.mark.sampled
def test_every_event_that_had_a_part_is_left_out_and_the_others_change_nothing() -> None:
    """On two themes with a long hold: some events only extend what others opened, one is a second of its episode.

    `make test` leaves out all that had a part and every fifth of the others.
    """
    entry = StrategyEntry(name="announcement-drift", label="d", params={"hold": 90})
    study = load_study(STUDY).with_options(strategies=(entry,), themes=("infrastructure", "lng"))
    _, (record,) = backtest(study, leave_one_out=True)
    found = record.facts.without_event
    opened = set(record.trades["event_id"])
    extended = {event for events in record.trades["extended_by"] for event in events}
    assert extended - opened
    assert set(found) >= opened | extended
    others = {event.id for event in study.calendar.events} - set(found)
    assert others
    whole = record.facts.metrics["total_return"]
    changed = set()
    for event_id in (*found, *sorted(others)[:: 1 if proof.whole else 5]):
        events = tuple(event for event in study.calendar.events if event.id != event_id)
        _, (thinner,) = backtest(replace(study, calendar=replace(study.calendar, events=events)))
        total_return = thinner.facts.metrics["total_return"]
        if event_id in found:
            assert found[event_id] == total_return
            assert event_id not in set(thinner.trades["event_id"])
        else:
            assert thinner.trades.equals(record.trades)
        if total_return != whole:
            changed.add(event_id)
    assert changed & (extended - opened)


def test_what_was_made_point_in_time_is_left_out_point_in_time() -> None:
    study = load_study(STUDY).with_options(strategies=(StrategyEntry(name="kogas-lng", label="k"),))
    _, (record,) = backtest(study, point_in_time=True, leave_one_out=True)
    assert set(record.facts.without_event) == set(record.trades["event_id"])
    assert not record.trades["hindsight"].any()


def test_a_strategy_without_events_has_none_to_leave_out() -> None:
    study = load_study(STUDY).with_options(strategies=(StrategyEntry(name="buy-and-hold", label="b"),))
    assert backtest(study, leave_one_out=True)[1][0].facts.without_event == {}
