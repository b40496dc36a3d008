"""What an event study reads of a study's prices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from eventfolio.engine.market.benchmarks import BenchmarkLevels
from eventfolio.engine.market.market import read_market
from eventfolio.engine.market.sources import sample
from eventfolio.engine.market.sources.sample import read_sample
from eventfolio.engine.market.tape import TapeEnd
from eventfolio.engine.study.study import load_study
from eventfolio.engine.study_record import study_record
from eventfolio.engine.study_returns import (
    _changes,
    _closes,
    _known_levels,
    _total_return,
    _trade_to_trade,
    study_returns,
)
from eventfolio.events import Member, Theme, Themes
from eventfolio.events.dprk_russia import STUDY
from eventfolio.results.event_study.of_run import event_study_of

NAN = np.nan


def test_a_return_after_a_halt_is_held_against_the_index_over_the_whole_halt() -> None:
    close = np.array([10.0, NAN, NAN, 11.0, 11.0])
    index = np.array([100.0, 110.0, 99.0, 108.9, 108.9])
    assert _changes(close)[3] == pytest.approx(0.10)
    home = _trade_to_trade(index, close)
    assert home[3] == pytest.approx(0.089)  # since the listing's last close, not 10 % since yesterday's index
    assert home[4] == pytest.approx(0.0)
    assert home[1] == pytest.approx(0.10)  # no return of the listing to hold it against


def test_an_index_that_is_unknown_at_either_end_of_a_return_leaves_it_unknown() -> None:
    home = _trade_to_trade(np.array([100.0, NAN, 102.0, 103.0]), np.array([NAN, 10.0, 10.0, 10.0]))
    assert np.isnan(home[:3]).all()  # session 2 too: the listing's return there is of one session, not of two
    assert home[3] == pytest.approx(103 / 102 - 1)


def test_an_index_is_known_where_its_exchange_is_shut_and_not_where_its_prices_have_a_hole() -> None:
    days = np.arange("2025-06-02", "2025-06-09", dtype="datetime64[D]")
    there = np.array([1, 1, 0, 0, 1, 0, 0], bool)  # a hole on 2025-06-04, shut on 2025-06-05; ends on 2025-06-06
    closes = np.array([100.0, 110.0, 110.0, 110.0, 121.0, 121.0, 121.0])
    sessions = days[[0, 1, 2, 4, 6]]
    level = _known_levels(BenchmarkLevels(closes, closes, closes, there, there), sessions, days)
    assert np.isnan(level).tolist() == [False, False, True, True, False, False, True]
    home = _trade_to_trade(level, np.full(7, 10.0))
    assert home[[1, 5]].tolist() == pytest.approx([0.10, 0.0])
    assert np.isnan(home[[0, 2, 3, 4, 6]]).all()  # 2025-06-06 would span the hole: +10 % of two sessions


def test_what_the_end_of_a_listing_pays_is_the_return_of_its_next_session() -> None:
    # A (euros) ends on column 2, a date on which its exchange is shut, for 1 and half a share of B (dollars).
    tape: Any = SimpleNamespace(
        session=np.array([[0, 1, -1, 2, 3], [0, 1, 2, 3, 4]]),
        close=np.array([[10.0, 8.0, NAN, NAN, NAN], [20.0, 20.0, 21.0, 24.0, 25.0]]),
        last_close=np.array([[10.0, 8.0, 8.0, 8.0, 8.0], [20.0, 20.0, 21.0, 24.0, 25.0]]),
        fx_book=np.array([[1.5] * 5, [1.0] * 5]),
        ends=(TapeEnd(2, 0, 1, 1.0, 0.5, "delisted"),),
    )
    assert _changes(_closes(tape, 0))[3] == pytest.approx((1 + 0.5 * 24 / 1.5) / 8 - 1)
    assert np.isnan(_closes(tape, 0)[[2, 4]]).all()
    assert _closes(tape, 1).tolist() == tape.close[1].tolist()
    tape.ends = (TapeEnd(2, 0, -1, 0.0, 0.0, "delisted"),)
    assert _changes(_closes(tape, 0))[3] == -1


def test_a_dividend_before_the_first_close_is_nobody_s() -> None:
    total = _total_return(np.array([NAN, 10.0, 9.0]), np.ones(3), np.array([0.5, 0.0, 1.0]))
    assert total[1:].tolist() == pytest.approx([10.0, 10.0])  # 9 and the 1 put back at it


def test_an_event_on_a_hole_of_its_home_index_is_left_out_and_not_measured_against_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = load_study(STUDY)
    before = study_returns(study, read_market(study, date(2026, 7, 1)))
    event = before.events[before.events["symbol"] == "036460.KS"].iloc[-1]
    after = before.home.index[before.home.index > event["date"]][0]
    frames = read_sample()
    frames["069500.KS"].loc[event["date"], ["open", "high", "low", "close"]] = NAN
    monkeypatch.setattr(sample, "read_sample", lambda: frames)
    holed = study_returns(study, read_market(study, date(2026, 7, 1)))
    was, now = before.home["036460.KS"], holed.home["036460.KS"]
    assert np.isnan(now[[event["date"], after]]).all()  # neither 0 there nor both sessions' return after it
    pd.testing.assert_series_equal(now.drop([event["date"], after]), was.drop([event["date"], after]))
    found = event_study_of(holed)
    gone = {(one.name, one.symbol): one.why for one in found.left_out}
    assert "its market has none" in gone[event["name"], "036460.KS"]


def test_a_listing_is_measured_for_the_themes_it_stood_for_when_the_news_came() -> None:
    """KOGAS is of "gas" always and of "late" from the publication's date on; "late" stands last in the file."""
    always = Member(symbol="036460.KS", role="named")
    since = always.model_copy(update={"since": date(2025, 6, 17)})
    study = load_study(STUDY)
    events = tuple(one.model_copy(update={"themes": ("gas", "late")}) for one in study.calendar.events)
    themes = tuple(
        Theme(name=name, title=name, why="made up", member=(member,))
        for name, member in (("gas", always), ("late", since))
    )
    study = replace(study, themes=Themes(themes), calendar=replace(study.calendar, events=events))
    market = read_market(study, date(2026, 7, 1))
    listed = study_returns(study, market).events.set_index("name")["themes"]
    named = {event.id: ("gas", "late") if event.known.date() > date(2025, 6, 16) else ("gas",) for event in events}
    assert set(listed) == {("gas",), ("gas", "late")}
    assert all(listed[name] == named[name] for name in listed.index)
    late_first = replace(study, themes=Themes(themes[::-1]))  # has no day 0 for most; "gas" has, and the same one
    assert study_returns(late_first, market, "tradable").elsewhere == 0
    alone = replace(study, themes=Themes(themes[1:]))
    first = {event.id: event.first_sessions for event in study_record(alone, market).facts.events}
    assert all(bool(first[name]) == ("late" in named[name]) for name in listed.index)
