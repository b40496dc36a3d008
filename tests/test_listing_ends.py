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


def test_the_only_listing_without_an_end_is_held_against_the_window_s_end():
    """The other's prices stop as well, on the date before it was paid for: no newer one tells that A's stopped."""
    short, paid = listing(flat(*[10] * 4), symbol="A"), listing(flat(*[10] * 4), symbol="B")
    m = replace(market(short, paid), ends={"B": End(DAYS[4], cash=10.0)}, vanished=-0.5)
    result = play(m, [company(0, "A")], Spec("drift", hold=20), 11, themes={})
    assert [(DAYS.index(t.exit_session), t.exit_reason, t.exit_price) for t in result.trades] == [(4, "vanished", 5)]


def test_an_end_takes_effect_on_a_shut_market_s_date_and_its_money_buys_the_next_date():
    paid, late = listing(flat(*[10] * 8), symbol="A"), listing(flat(*[10] * 8), symbol="B", exchange="XB")
    m = market(paid, late)
    del m.sessions["XA"][DAYS[3]]
    m = replace(m, ends={"A": End(DAYS[3], cash=10.0)})
    news = [company(0, "A"), company(0, "A", name="again"), company(2, "B", name="early"), company(3, "B", name="next")]
    result = play(m, news, Spec("drift", hold=9, weight=1.0, repeat="add"), 7, themes={})
    # Each is for 5,000 of 10,000, and two lots of A take all. They are paid on date 3, on which XA is shut: B's news
    # acted on that date finds no cash, that of date 4 finds it.
    assert [(t.symbol, DAYS.index(t.entry_session), t.shares) for t in result.trades] == [
        ("A", 1, 500), ("A", 1, 500), ("B", 4, 500)
    ]  # fmt: skip
    assert [DAYS.index(t.exit_session) for t in result.trades[:2]] == [3, 3]
    assert (result.words["early", "B"], result.words["next", "B"]) == ("no_cash", "bought")


def test_a_share_deal_across_exchanges_and_currencies_keeps_the_time_and_pays_at_the_rates_of_fills():
    old = listing(flat(*[10] * 14), symbol="A", currency="EUR")
    new = listing(flat(*[30] * 14), symbol="B", exchange="XB", currency="GBP")
    rates = {"EUR": dict.fromkeys(DAYS[:14], 0.8), "GBP": dict.fromkeys(DAYS[:14], 0.5)}
    m = market(old, new, fx=rates)
    for i in (1, 6):
        del m.sessions["XB"][DAYS[i]]
    m = replace(m, ends={"A": End(DAYS[5], cash=0.4, into="B", ratio=0.25)})
    result = play(m, [company(0, "A")], Spec("drift", hold=6, weight=0.5), 13, themes={})
    # 5,000 dollars buy 400 A at 12.5 on date 1. They become 100 B and 0.4 * 400 / 0.8 = 200 dollars. XB is shut on date
    # 1, so its sessions count from date 2; shut on date 6 too, the sixth after it is date 9.
    (trade,) = result.trades
    assert (trade.symbol, trade.shares, trade.exit_shares, DAYS.index(trade.exit_session)) == ("A", 400, 100, 9)
    assert (trade.in_cash, trade.exit_price, trade.exit_price_local) == (pytest.approx(200), 60, 30)
    assert trade.pnl == pytest.approx(100 * 60 + 200 - 5000)
    # In euros at 0.8 throughout: what was got for 4,000 euros was 4,800, and no currency moved.
    assert (trade.pnl_local, trade.pnl_currency) == (pytest.approx(1000), pytest.approx(0))
    assert equity(result) == pytest.approx(11_200)


def test_a_lot_goes_through_two_ends_and_is_split_and_paid_as_what_it_has_become():
    first, second, third = (listing(flat(*[10] * 12), symbol=s, **more) for s, more in (
        ("A", {}), ("B", {"splits": {DAYS[4]: 2.0}, "dividends": {DAYS[4]: 0.5}}), ("C", {})
    ))  # fmt: skip
    ends = {"A": End(DAYS[4], into="B", ratio=0.5), "B": End(DAYS[7], into="C", ratio=1.5)}
    m = replace(market(first, second, third), ends=ends)
    result = play(m, [company(0, "A")], Spec("drift", hold=9, weight=0.5), 11, themes={}, dividends="cash")
    # 500 A become 250 B before B's split of that date makes 500 of them and pays 0.5 on each; then 750 C, sold on date
    # 10.
    (trade,) = result.trades
    assert (trade.exit_shares, trade.in_cash, DAYS.index(trade.exit_session)) == (750, 250, 10)
    assert trade.pnl == pytest.approx(7500 + 250 - 5000)


def test_what_is_less_than_a_share_of_the_other_listing_is_paid_whole():
    other = listing(flat(*[400] * 10), symbol="B")
    result = ended(End(DAYS[3], into="B", ratio=0.001), company(0, "A"), extra=(other,))
    # 500 A are half a share of B, paid at 400.
    (trade,) = result.trades
    assert (trade.exit_reason, DAYS.index(trade.exit_session), trade.exit_shares) == ("delisted", 3, 0)
    assert (trade.exit_price, trade.in_cash, trade.pnl) == (None, 200, pytest.approx(200 - 5000))


def test_news_on_two_lots_of_one_listing_moves_the_exit_of_both():
    other = listing(flat(*[10] * 14), symbol="B")
    news = [company(0, "A"), company(0, "B", name="own"), company(5, "B", name="more")]
    result = ended(End(DAYS[4], into="B", ratio=1.0), *news, extra=(other,), last=13, hold=6, weight=0.8)
    # Both were bought on date 1 and would leave on date 7; the news acted on on date 6 moves both to date 12.
    assert [(t.symbol, t.extended_by, DAYS.index(t.exit_session)) for t in result.trades] == [
        ("A", ["more"], 12), ("B", ["more"], 12)
    ]  # fmt: skip


def test_decaying_shares_sell_what_a_listing_without_news_became():
    other = listing(flat(*[10] * 10), symbol="B")
    m = market(listing(flat(*[10] * 10), symbol="A"), other)
    m = replace(m, ends={"A": End(DAYS[4], into="B", ratio=1.0)})
    result = play(
        m, [company(0, "A"), company(4, "A", name="late")], Spec("intensity", weight=0.5, half_life=50), 9, themes={}
    )
    (trade,) = result.trades
    assert (DAYS.index(trade.exit_session), trade.exit_reason, trade.exit_shares) == (4, "signal", trade.shares)
    assert result.words["late", "A"] == "delisted"


@pytest.mark.parametrize(("currency", "local", "other"), [("EUR", None, "GBP"), ("USD", 14, "USD")])
def test_a_lot_sold_in_two_currencies_has_no_exit_price_in_either(currency, local, other):
    rows = flat(*[10] * 14)
    rows[4] = (10, 10, 10, 10, 2000)
    old = listing(rows, symbol="A", currency=currency)
    new = listing(flat(*[30] * 14), symbol="B", exchange="XB", currency=other)
    rates = {"EUR": dict.fromkeys(DAYS[:14], 0.8), "GBP": dict.fromkeys(DAYS[:14], 0.5)}
    m = market(old, new, fx=rates, costs=Costs(volume_share=0.1))
    m = replace(m, ends={"A": End(DAYS[5], into="B", ratio=0.25)})
    result = play(m, [company(0, "A")], Spec("drift", hold=3, weight=0.4 if currency == "USD" else 0.5), 13, themes={})
    # 400 A. A tenth of 2,000 goes on date 4, its time; the other 200 become 50 B on date 5 and are sold there at 30.
    (trade,) = result.trades
    assert (trade.shares, trade.exit_shares, DAYS.index(trade.exit_session)) == (400, 250, 5)
    # 2,000 and 1,500 of one money are 14 a share; of 0.8 and of 0.5 for a dollar they are 5,500 dollars, 22 a share.
    assert (trade.exit_price_local, trade.exit_price) == (local, pytest.approx(14 if local else 22))
