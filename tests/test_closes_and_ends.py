"""The same day's close and listings that end, worked by hand; asked of the reference, which knows them first.

Sessions of exchange XA run from 09:00 to 17:00 UTC; `at(i)` is noon of date i.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
import test_reference as by_hand
from support import reference
from support.reference import Costs, End, Ev, Spec
from test_company_events import company, entries
from test_reference import DAYS, MANY, equity, exits, flat, listing, market, play


@pytest.fixture(autouse=True)
def voice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_hand, "run", reference.run)


# ---------------------------------------------------------------------------------------------- the same day's close


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
    spec = replace(CLOSE, hold=9, weight=1.0)
    result = play(m, [company(1, "BBB"), company(1, "AAA", name="other")], replace(spec, weight=1.6), 3)
    # Each wants 8,000; XA closes at 17:00 and takes it, XB at 21:00 has 2,000 left.
    assert [(t.symbol, t.shares) for t in result.trades] == [("AAA", 800), ("BBB", 200)]


# ------------------------------------------------------------------------------------------------- listings that end


def ended(end: End, *events: Ev, extra: tuple = (), last: int = 9, costs: Costs | None = None, **params):
    m = market(listing(flat(*[10] * 10), symbol="A"), *extra, costs=costs or Costs())
    m = replace(m, ends={"A": end})
    return play(m, list(events), Spec("drift", **{"hold": 6, "weight": 0.5, **params}), last, themes={})


def test_a_cash_deal_pays_a_share_without_costs_and_drops_what_comes_after():
    costs = Costs(commission_bps=100, slippage_bps=50)
    result = ended(End(DAYS[3], cash=12.5), company(0, "A"), company(3, "A", name="late"), costs=costs)
    (trade,) = result.trades
    assert (DAYS.index(trade.exit_session), trade.exit_reason, trade.exit_price) == (3, "delisted", 12.5)
    assert trade.shares == trade.exit_shares == 500
    # In at 10 with slippage clipped to the bar; 1 % commission once: 500 * 2.5 - 50.
    assert trade.pnl == pytest.approx(1200)
    assert equity(result) == pytest.approx(11_200)
    assert result.words["late", "A"] == "delisted"


def test_a_worthless_listing_loses_all_that_was_in_it():
    result = ended(End(DAYS[3]), company(0, "A"))
    assert [(t.exit_reason, t.exit_price, t.pnl) for t in result.trades] == [("delisted", 0, -5000)]


def test_a_share_deal_turns_the_lot_into_the_other_listing_until_its_time():
    other = listing(flat(20, 20, 21, 22, 23, 24, 25, 26, 27, 28), symbol="B")
    end = End(DAYS[3], cash=0.5, into="B", ratio=0.301)
    result = ended(end, company(0, "A"), company(4, "B", name="own"), extra=(other,), stop=0.01)
    # 0.5 * 10,000 / 2 listings named buy 250 A. They become 75.25 B: 75, a quarter at 21, the last close before, and
    # 125 in cash. B's news extends the lot: its time exit moves from 7 to 5 + 6, beyond the window; the stop ended.
    (trade,) = result.trades
    assert (trade.symbol, trade.extended_by, trade.exit_session, trade.in_cash) == ("A", ["own"], None, 130.25)
    assert equity(result) == pytest.approx(10_000 - 2500 + 130.25 + 75 * 28)
    # By itself it is of 500 A: 150 B, half a share and 250 in cash, sold at the open of session 7.
    (trade,) = ended(end, company(0, "A"), extra=(other,), stop=0.01).trades
    assert (DAYS.index(trade.exit_session), trade.exit_shares, trade.exit_price) == (7, 150, 26)
    assert trade.pnl == pytest.approx(150 * 26 + 260.5 - 5000)


def test_a_waiting_order_ends_with_its_listing():
    m = market(listing([*flat(10), *[None] * 5], symbol="A"), listing(flat(*[10] * 8), symbol="B"))
    m = replace(m, ends={"A": End(DAYS[2], cash=9.0)})
    result = play(m, [company(0, "A")], Spec("drift"), 7, themes={"t": ["B"]})
    assert result.trades == []
    assert result.words == {("news", "A"): "delisted"}


def test_a_price_that_stops_for_good_acts_as_an_end_where_the_study_says_so():
    short, long = listing(flat(*[10] * 4), symbol="A"), listing(flat(*[10] * 12), symbol="B")
    spec = Spec("drift", hold=20)
    m = market(short, long)
    kept = play(m, [company(0, "A")], spec, 11, themes={})
    assert [t.exit_reason for t in kept.trades] == ["open"]
    gone = play(replace(m, vanished=-0.5), [company(0, "A")], spec, 11, themes={})
    # The last price is of date 3; the newest of the exchange, date 11, is eight sessions later: half is lost on date 4.
    assert [(DAYS.index(t.exit_session), t.exit_reason, t.exit_price) for t in gone.trades] == [(4, "vanished", 5)]
    five = market(listing(flat(*[10] * 7), symbol="A"), long)
    kept = play(replace(five, vanished=-0.5), [company(0, "A")], spec, 11, themes={})
    assert [t.exit_reason for t in kept.trades] == ["open"]
