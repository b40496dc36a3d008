"""The same session's close, worked by hand; asked of the reference, of both loops under backtrader and of the kernel.

Sessions of exchange XA run from 09:00 to 17:00 UTC; `at(i)` is noon of date i.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import test_reference as by_hand
from support import duel, reference
from support.reference import Spec
from test_company_events import company, entries
from test_reference import DAYS, MANY, event, exits, flat, listing, market, play


@pytest.fixture(autouse=True, params=["reference", "engine", "backtrader", "kernel"])
def voice(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Who answers."""
    asked, play_fast = str(request.param), duel.StrategySetup.play
    played: dict[str, Any] = {
        "engine": play_fast,
        "backtrader": lambda setup, fast=True: play_fast(setup, fast=False),
        "kernel": lambda setup, fast=True: setup.play_in_kernel(),
    }
    monkeypatch.setattr(by_hand, "run", reference.run if asked == "reference" else duel.run_engine)
    monkeypatch.setattr(duel.StrategySetup, "play", played.get(asked, play_fast))
    return asked


def bars(*rows: tuple) -> list:
    return [(*row, MANY) for row in rows]


CLOSE = Spec("drift", at_close=True, hold=2)


def test_news_before_the_deadline_buys_the_same_close_and_later_news_the_next():
    m = market(listing(bars((10, 11, 9, 10), (12, 14, 11, 13), (15, 17, 15, 16), (16, 18, 15, 17), (18, 19, 17, 18))))
    (trade,) = play(m, [company(1, "AAA")], CLOSE, 4).trades
    # Of 5,000 the last close before the date, 10, buys 500 at the close of 13; sold at the open of the second session.
    assert (DAYS.index(trade.entry_session), trade.shares, trade.entry_price_local) == (1, 500, 13)
    assert (DAYS.index(trade.exit_session), trade.exit_price_local) == (3, 16)
    for minutes, session in ((16, 1), (15, 2)):
        known = datetime.combine(DAYS[1], time(17), UTC) - timedelta(minutes=minutes)
        late = replace(company(1, "AAA"), known=known)
        assert entries(play(m, [late], replace(CLOSE, cutoff=15), 4)) == [("AAA", session)]
        market_s = replace(m, deadlines=lambda exchange, day: 15)
        assert entries(play(market_s, [late], replace(CLOSE, cutoff=5), 4)) == [("AAA", session)]


def test_an_order_for_the_close_waits_where_none_is_known():
    rows = bars((10, 11, 9, 10), (10, 11, 9, None), (None, 11, 9, 10), (None, None, None, 12), (12, 13, 11, 12))
    result = play(market(listing(rows)), [company(1, "AAA")], replace(CLOSE, hold=1), 4)
    # Date 1 has no close, date 2 no open; date 3 is a close alone.
    assert entries(result) == [("AAA", 3)]
    assert exits(result) == [(4, "time", 12)]


def test_levels_of_what_a_close_bought_are_judged_from_the_next_session_on():
    rows = bars((10, 10, 10, 10), (10, 12, 5, 10), (10, 10, 8, 9), (9, 9, 9, 9))
    result = play(market(listing(rows)), [company(1, "AAA")], replace(CLOSE, hold=9, stop=0.1), 3)
    assert exits(result) == [(2, "stop", 9)]


def test_news_before_a_close_finds_a_lot_that_a_level_sold_in_that_session_spent_and_one_sold_at_its_open_gone():
    rows = bars((10, 10, 10, 10), (10, 10, 10, 10), (10, 10, 8, 10), (10, 10, 10, 10), (10, 10, 10, 10))
    news = [company(1, "AAA"), company(2, "AAA", name="next")]
    result = play(market(listing(rows)), news, replace(CLOSE, hold=9, stop=0.1), 4)
    assert entries(result) == [("AAA", 1)]
    assert result.words == {("news", "AAA"): "bought", ("next", "AAA"): "spent"}
    result = play(market(listing(flat(*[10] * 5))), news, replace(CLOSE, hold=1), 4)
    assert entries(result) == [("AAA", 1), ("AAA", 2)]


def test_opens_and_closes_of_exchanges_spend_the_cash_in_the_order_of_their_instants():
    early = listing(flat(10, 10, 10, 10), symbol="AAA", exchange="XA")
    late = listing(flat(10, 10, 10, 10), symbol="BBB", exchange="XB")
    m = market(early, late, opens={"XA": 9, "XB": 14})
    m.sessions["XB"] = {day: (opened, opened + timedelta(hours=7)) for day, (opened, _) in m.sessions["XB"].items()}
    news = [event(1, themes=("b",)), event(1, "other", themes=("a",))]
    result = play(m, news, replace(CLOSE, hold=9, weight=0.8), 3, themes={"a": ["AAA"], "b": ["BBB"]})
    # Each wants 8,000; XA closes at 17:00 and takes it, XB at 21:00 has 2,000 left.
    assert [(t.symbol, t.shares) for t in result.trades] == [("AAA", 800), ("BBB", 200)]
