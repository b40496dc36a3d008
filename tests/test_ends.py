"""Listings that end, worked by hand; asked of the reference, of backtrader and of the compiled kernel.

Sessions of exchange XA run from 09:00 to 17:00 UTC; `at(i)` is noon of date i.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
import test_reference as by_hand
from support import duel, reference
from support.reference import Costs, End, Ev, Spec
from test_company_events import company
from test_reference import DAYS, equity, flat, listing, market, play

VOICES = {"reference": reference.run, "engine": duel.run_engine, "kernel": duel.run_kernel}


@pytest.fixture(autouse=True, params=VOICES)
def voice(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Who answers."""
    monkeypatch.setattr(by_hand, "run", VOICES[request.param])
    return str(request.param)


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
