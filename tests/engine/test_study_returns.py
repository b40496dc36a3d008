"""What an event study reads of a study's prices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from eventfolio.engine.market.market import read_market
from eventfolio.engine.study.study import load_study
from eventfolio.engine.study_record import study_record
from eventfolio.engine.study_returns import _changes, _trade_to_trade, study_returns
from eventfolio.events import Member, Theme, Themes
from eventfolio.events.dprk_russia import STUDY

NAN = np.nan


def test_a_return_after_a_halt_is_held_against_the_index_over_the_whole_halt() -> None:
    close = np.array([10.0, NAN, NAN, 11.0, 11.0])
    index = np.array([100.0, 110.0, 99.0, 108.9, 108.9])
    assert _changes(close)[3] == pytest.approx(0.10)
    home = _trade_to_trade(index, close)
    assert home[3] == pytest.approx(0.089)  # since the listing's last close, not 10 % since yesterday's index
    assert home[4] == pytest.approx(0.0)
    assert home[1] == pytest.approx(0.10)  # no return of the listing to hold it against


def test_an_unknown_index_stays_unknown_and_a_first_close_has_no_span() -> None:
    home = _trade_to_trade(np.array([100.0, NAN, 102.0, 103.0]), np.array([NAN, 10.0, 10.0, 10.0]))
    assert np.isnan(home[0])
    assert np.isnan(home[1])
    assert home[2] == pytest.approx(0.02)  # no earlier session knew both: the index's own last known level
    assert home[3] == pytest.approx(103 / 102 - 1)


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
    alone = replace(study, themes=Themes(themes[1:]))
    first = {event["id"]: event["first_sessions"] for event in study_record(alone, market).facts["events"]}
    assert all(bool(first[name]) == ("late" in named[name]) for name in listed.index)
