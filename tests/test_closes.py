"""The same session's close, worked by hand; asked of the reference, of both loops under backtrader and of the kernel.

Sessions of exchange XA run from 09:00 to 17:00 UTC; `at(i)` is noon of date i.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import test_reference as by_hand
from support import duel, reference, reference_markets
from support.reference import Costs, Ev, Market, Rev, Spec
from test_company_events import company, entries
from test_reference import DAYS, MANY, equity, event, exits, flat, listing, market, play


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


def known(i: int, clock: str) -> datetime:
    """A moment of date i, UTC."""
    return datetime.combine(DAYS[i], time.fromisoformat(clock), UTC)


def test_a_half_day_has_its_last_call_as_much_earlier():
    m = market(listing(flat(*[10] * 5)))
    opened, _ = m.sessions["XA"][DAYS[1]]
    m.sessions["XA"][DAYS[1]] = opened, known(1, "13:00")
    m = replace(m, deadlines=lambda exchange, day: 15)
    for clock, session in (("12:44:59", 1), ("12:45", 2)):
        result = play(m, [replace(company(1, "AAA"), known=known(1, clock))], CLOSE, 4)
        assert entries(result) == [("AAA", session)]


def test_the_sessions_open_uses_the_volume_before_its_close():
    volumes = (MANY, 2000, 1000, 3000)
    m = market(listing([(10, 10, 10, 10, volume) for volume in volumes]), costs=Costs(volume_share=0.1))
    news = [company(1, "AAA"), company(2, "AAA", name="next")]
    result = play(m, news, replace(CLOSE, hold=1, repeat="add"), 3)
    # 500 are wanted: 200 on date 1. Date 2 trades 100, all of them sold at its open; date 3 sells 100 and has 200 left.
    first, second = result.trades
    assert (DAYS.index(first.entry_session), first.shares, DAYS.index(first.exit_session)) == (1, 200, 3)
    assert (DAYS.index(second.entry_session), second.shares, second.exit_session) == (3, 200, None)


def in_seoul(*rows: tuple) -> Market:
    """One listing in Seoul, whose limits are 30 % from the close before."""
    m = market(listing(bars((10_000, 10_000, 10_000, 10_000), *rows), exchange="XKRX"))
    return replace(
        m, costs={}, rules=reference_markets.rules, ticks=reference_markets.ticks, limits=reference_markets.limits
    )


def test_nobody_sells_at_a_close_that_stands_at_the_upper_limit():
    at_limit, after = (11_000, 13_000, 10_500, 13_000), (14_000, 15_000, 13_500, 14_500)
    news = [company(1, "AAA")]
    waited = play(in_seoul(at_limit, after), news, CLOSE, 2, cash=1e8)
    assert [(DAYS.index(t.entry_session), t.entry_price_local) for t in waited.trades] == [(2, 14_500)]
    below = (11_000, 13_000, 10_500, 12_990)  # it was at the limit, and came back
    assert entries(play(in_seoul(below, after), news, CLOSE, 2, cash=1e8)) == [("AAA", 1)]
    wider = (11_000, 13_500, 10_500, 13_500)  # beyond it: another limit was in force
    assert entries(play(in_seoul(wider, after), news, CLOSE, 2, cash=1e8)) == [("AAA", 1)]
    lone = (None, None, None, 13_000)
    assert entries(play(in_seoul(lone, after), news, CLOSE, 2, cash=1e8)) == [("AAA", 2)]
    never = play(in_seoul(at_limit), news, replace(CLOSE, patience=0), 2, cash=1e8)
    assert never.words == {("news", "AAA"): "locked"}


def scheduled(*revisions: Rev, start: int = 6) -> Ev:
    return event(0, start=DAYS[start], status="scheduled", revisions=list(revisions))


AHEAD = Spec("run-up", at_close=True, hold=30, lead=3, cutoff=15)


def test_a_run_up_enters_at_a_close_and_leaves_at_an_open():
    prices = bars(*((10 + i, 11 + i, 9 + i, 10.5 + i) for i in range(10)))
    m = market(listing(prices))
    # The reference is session 6, three before it session 3; through 1 it leaves at the open of session 7.
    result = play(m, [scheduled()], replace(AHEAD, through=1), 9)
    assert [(DAYS.index(t.entry_session), t.entry_price_local) for t in result.trades] == [(3, 13.5)]
    assert exits(result) == [(7, "time", 17)]
    late = replace(scheduled(), known=known(5, "16:44:59"))
    assert entries(play(m, [late], AHEAD, 9)) == [("AAA", 5)]
    # Known after the last call of session 5, the next is the reference's own: too late.
    assert play(m, [replace(late, known=known(5, "16:45"))], AHEAD, 9).words == {("news", "AAA"): "too_late"}


def test_a_revision_before_the_last_call_cancels_what_waits_and_one_after_it_sells_at_the_next_open():
    rows = bars(*[(10, 10, 10, 10)] * 3, (10, 10, 10, None), *[(10, 10, 10, 10)] * 4)
    m = market(listing(rows))
    # Session 3 has no close, so the entry waits for that of session 4.
    for clock, lots, word in (("16:44:59", [], "revised"), ("16:45", [("AAA", 4)], "bought")):
        off = Rev(known(4, clock), "minute", DAYS[6], "cancelled")
        result = play(m, [scheduled(off)], AHEAD, 7)
        assert entries(result) == lots
        assert result.words == {("news", "AAA"): word}
    assert exits(result) == [(5, "signal", 10)]


def test_an_event_that_has_occurred_before_the_last_call_is_not_bought_at_that_close():
    rows = bars(*[(10, 10, 10, 10)] * 3, *[(10, 10, 10, None)] * 2, *[(10, 10, 10, 10)] * 4)
    m = market(listing(rows))
    # Sessions 3 and 4 have no close, so the entry waits for that of session 5, the last before the reference, 6. That
    # it has occurred is known in session 5: no open before the reference comes after it, but a close does.
    for clock, lots, word in (("16:44:59", [], "revised"), ("16:45", [("AAA", 5)], "bought")):
        result = play(m, [scheduled(Rev(known(5, clock), "minute", DAYS[5], "occurred"))], replace(AHEAD, through=2), 8)
        assert entries(result) == lots
        assert result.words == {("news", "AAA"): word}
    # What is held then began as planned, and leaves two sessions after the reference.
    assert exits(result) == [(8, "time", 10)]


def test_what_is_held_goes_on_as_planned_where_an_event_occurs_before_the_last_call():
    m = market(listing(flat(*[10] * 9)))
    happened = Rev(known(5, "12:00"), "minute", DAYS[5], "occurred")
    result = play(m, [scheduled(happened)], replace(AHEAD, through=2), 8)
    assert (entries(result), exits(result)) == ([("AAA", 3)], [(8, "time", 10)])


def test_what_waits_for_a_close_of_its_reference_is_let_go_there():
    rows = bars(*[(10, 10, 10, 10)] * 3, *[(10, 10, 10, None)] * 3, (10, 10, 10, 10), (10, 10, 10, 10))
    result = play(market(listing(rows)), [scheduled()], AHEAD, 7)
    assert result.trades == []
    assert result.words == {("news", "AAA"): "revised"}


def test_a_release_must_still_be_believed_at_the_last_call():
    m = market(listing(flat(*[10] * 5)))
    happened = Rev(known(1, "10:00"), "minute", DAYS[1], "occurred")
    taken_back = Rev(known(1, "16:50"), "minute", DAYS[3], "scheduled")
    report = event(0, start=DAYS[1], status="scheduled", revisions=[happened, taken_back])
    spec = replace(CLOSE, release=True)
    assert play(m, [report], spec, 4).trades == []
    assert entries(play(m, [report], replace(spec, cutoff=15), 4)) == [("AAA", 1)]


def test_facts_are_those_known_before_the_last_call():
    m = market(listing(flat(*[10] * 5)))
    good = Rev(known(1, "16:30"), "minute", None, "", {"surprise": 0.1}, belief=False)
    report = event(1, facts={"surprise": -0.1}, revisions=[good])
    spec = replace(CLOSE, only=(("surprise", ">", 0.0),))
    assert entries(play(m, [report], replace(spec, cutoff=29), 4)) == [("AAA", 1)]
    assert play(m, [report], replace(spec, cutoff=30), 4).words == {("news", "AAA"): "filtered"}


def test_a_lot_is_compared_with_its_home_index_from_close_to_open():
    index = bars((50, 50, 50, 50), (51, 51, 51, 52), (53, 53, 53, 53), (57.2, 57.2, 57.2, 57))
    spec = replace(CLOSE, hold=2)
    m = market(listing(flat(10, 10, 10, 10), home="IDX"), listing(index, "IDX"))
    (trade,) = play(m, [event(1)], spec, 3, themes={"t": ["AAA"]}).trades
    assert trade.index_return == pytest.approx(57.2 / 52 - 1)
    unknown = listing(bars(index[0][:4], (51, 51, 51, None), *(row[:4] for row in index[2:])), "IDX")
    m = market(listing(flat(10, 10, 10, 10), home="IDX"), unknown)
    (trade,) = play(m, [event(1)], spec, 3, themes={"t": ["AAA"]}).trades
    assert (trade.index_return, trade.excess_return) == (None, None)


def test_slots_are_taken_at_closes_and_free_from_the_next_date():
    m = market(*(listing(flat(*[10] * 6), symbol=s) for s in ("AAA", "BBB", "CCC")))
    told = ((1, "BBB", "b"), (1, "AAA", "c"), (3, "CCC", "d"), (4, "AAA", "e"))
    news = [company(i, symbol, name=name) for i, symbol, name in told]
    result = play(m, news, replace(CLOSE, hold=2, slots=1, weight=1.0), 5)
    # b is the first by its id. Sold at the open of date 3, its slot is free from date 4 on.
    assert entries(result) == [("BBB", 1), ("AAA", 4)]
    assert [result.words[name, symbol] for name, symbol in (("c", "AAA"), ("d", "CCC"))] == ["no_slot", "no_slot"]


def test_buy_and_hold_begins_at_its_first_close_and_point_in_time_at_the_articles():
    m = market(listing(bars((10, 11, 9, 10.5), (12, 13, 11, 12.5), (14, 15, 13, 14.5))))
    hold = Spec("hold", at_close=True, weight=0.5, cutoff=15)
    # With no close before the window it is sized on date 1, with that of date 0.
    (trade,) = play(m, [], hold, 2).trades
    assert (DAYS.index(trade.entry_session), trade.entry_price_local) == (1, 12.5)
    for clock, session, early in (("16:44:59", 1, False), ("16:45", 2, True)):
        article = known(1, clock)
        (trade,) = play(m, [], hold, 2, published=article, point_in_time=True).trades
        assert (DAYS.index(trade.entry_session), trade.hindsight) == (session, False)
        (trade,) = play(m, [], hold, 2, published=article).trades
        assert (DAYS.index(trade.entry_session), trade.hindsight) == (1, early)


def test_the_cash_cuts_an_order_at_the_close_that_rose():
    m = market(listing(bars((10, 10, 10, 10), (10, 12.5, 10, 12.5), (10, 10, 10, 10))))
    (trade,) = play(m, [company(1, "AAA")], replace(CLOSE, weight=1.0), 2).trades
    # 1,000 at the close before; at 12.5 the cash pays 800.
    assert (trade.shares, trade.entry_price_local) == (800, 12.5)


# --- an open before the books and rates of the date before ------------------------------------------------------------


def auckland_and_new_york() -> Market:
    """In January: Auckland's session of a date opens at 21:00 UTC of the date before, New York's ends then."""
    kiwi = listing(bars(*[(20, 20, 20, 20)] * 6), "KIW", "XA", "NZD")
    yank = listing(bars((10, 10, 10, 10), (10, 10, 10, 10), (20, 20, 20, 20), *[(20, 20, 20, 20)] * 3), "YAN", "XB")
    rates = {day: 1.0 + 0.25 * i for i, day in enumerate(DAYS[:6])}
    m = market(kiwi, yank, fx={"NZD": {DAYS[0] - timedelta(days=3): 1.0} | rates})
    for day in m.sessions["XA"]:
        opened = datetime.combine(day - timedelta(days=1), time(21), UTC)
        m.sessions["XA"][day] = opened, opened + timedelta(hours=7)
        m.sessions["XB"][day] = datetime.combine(day, time(14), UTC), datetime.combine(day, time(21), UTC)
    return m


OPENING = Spec("drift", hold=9, weight=0.5)


def test_an_open_before_the_rate_of_the_date_before_takes_the_one_before_that():
    news = replace(event(1, themes=("k",)), known=known(2, "12:00"))
    result = play(auckland_and_new_york(), [news], OPENING, 5, themes={"k": ["KIW"], "y": ["YAN"]})
    # Session 3 opens at 21:00 of date 2, before that date's rate, struck at 22:00: date 1's 1.25 is the last known.
    # 5,000 * 1.25 / 20 buys 312.
    (trade,) = result.trades
    assert (DAYS.index(trade.entry_session), trade.shares, trade.entry_price) == (3, 312, 16)


def test_it_is_sized_with_the_books_struck_before_it():
    first = replace(event(0, name="y", themes=("y",)), known=known(0, "12:00"))
    then = replace(event(1, name="k", themes=("k",)), known=known(2, "12:00"))
    result = play(auckland_and_new_york(), [first, then], OPENING, 5, themes={"k": ["KIW"], "y": ["YAN"]})
    # New York's 500 double on date 2: equity is 15,000 at its books, struck at 22:00, and 10,000 at those of date 1.
    kiwi = result.trades[1]
    assert (kiwi.symbol, kiwi.shares) == ("KIW", 312)
    assert equity(result) == pytest.approx(500 * 20 + 5000 - 312 * 16 + 312 * 20 / 2.25, abs=0.01)


def test_it_spends_no_more_than_these_books_and_what_came_since_leave():
    spec = replace(OPENING, weight=0.9, hold=1)
    first = replace(event(1, name="y", themes=("y",)), known=known(1, "12:00"))
    then = replace(event(1, name="k", themes=("k",)), known=known(2, "12:00"))
    m, themes = auckland_and_new_york(), {"k": ["KIW"], "y": ["YAN"], "z": ["ZED"]}
    m.listings["ZED"] = replace(m.listings["YAN"], symbol="ZED")
    result = play(m, [first, then], spec, 5, themes=themes)
    # Date 1 spends 9,000; date 2 sells at its open for 18,000. Auckland's session 3 opens before the books of date 2
    # are struck, and those of date 1 have 1,000 in cash: 9,000 shrinks to 1,000 * 1.25 / 20.
    assert [(t.symbol, t.shares) for t in result.trades] == [("YAN", 900), ("KIW", 62)]
    other = replace(event(1, name="z", themes=("z",)), known=known(2, "09:00"))
    result = play(m, [first, other, then], spec, 5, themes=themes)
    # On date 2 the 1,000 buy 50 of another at 20: nothing is left of these books, whatever that date's sales brought.
    assert [(t.symbol, t.shares) for t in result.trades] == [("YAN", 900), ("ZED", 50)]
    assert result.words["k", "KIW"] == "no_cash"
