"""Sums worked by hand, asked of the reference and of the engine; every figure is derived in its test."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from support import duel, reference
from support.places import SHARED
from support.reference import Costs, Ev, Listing, Market, Result, Rev, Spec, run
from support.reference_read import read_contract

MANY = 10**9
SHORT = Spec("drift", patience=1)


@pytest.fixture(autouse=True, params=["reference", "engine"])
def voice(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Who answers: `run` is the reference's or the engine's."""
    monkeypatch.setitem(globals(), "run", {"reference": reference.run, "engine": duel.run_engine}[request.param])
    return request.param


FREE = Costs()


def weekdays(n: int, first: date = date(2024, 1, 1)) -> list[date]:
    """n dates, Monday to Friday, from Monday 2024-01-01 on."""
    every = [first + timedelta(days=i) for i in range(2 * n + 7)]
    return [day for day in every if day.weekday() < 5][:n]


DAYS = weekdays(60)


def flat(*prices: float | None) -> list:
    """Bars of one price each; None is a date without a bar."""
    return [None if p is None else (p, p, p, p, MANY) for p in prices]


def listing(rows: list, symbol: str = "AAA", exchange: str = "XA", currency: str = "USD", lot: int = 1, **more):
    bars = {day: row for day, row in zip(DAYS, rows, strict=False) if row is not None}
    return Listing(symbol, exchange, currency, lot, bars, **more)


def at(i: int, hour: int = 12) -> datetime:
    """Noon UTC of date i: after the open (09:00 UTC) and before the close of exchange XA."""
    return datetime.combine(DAYS[i], time(hour), UTC)


def market(*listings: Listing, costs: Costs = FREE, fx: dict | None = None, opens: dict | None = None) -> Market:
    """Exchanges open on every weekday at 09:00 UTC, or at the hour `opens` gives."""
    exchanges = {x.exchange for x in listings}
    hours = {exchange: (opens or {}).get(exchange, 9) for exchange in exchanges}
    sessions = {
        exchange: {
            day: (
                datetime.combine(day, time(hours[exchange]), UTC),
                datetime.combine(day, time(17), UTC),
            )
            for day in DAYS
        }
        for exchange in exchanges
    }
    return Market({x.symbol: x for x in listings}, fx or {}, sessions, dict.fromkeys(exchanges, costs))


def event(i: int, name: str = "news", themes: tuple[str, ...] = ("t",), **more) -> Ev:
    return Ev(name, at(i), themes, **more)


def play(m: Market, events: list[Ev], spec: Spec, last: int, cash: float = 10_000, **more) -> Result:
    """One theme of all listings, from the first date to date `last`."""
    themes = more.pop("themes", {"t": list(m.listings)})
    return run(m, events, themes, spec, DAYS[0], DAYS[last], cash=cash, **more)


def exits(result: Result) -> list[tuple]:
    return [(DAYS.index(t.exit_session), t.exit_reason, t.exit_price_local) for t in result.trades]


def equity(result: Result) -> float:
    return list(result.books.values())[-1][0]


# ----------------------------------------------------------------------------- entry, hold, costs


def test_a_drift_lot_pays_slippage_clipped_to_the_bar_and_fees_on_both_fills():
    rows = [(100, 100, 100, 100, MANY), (102, 103, 101, 103, MANY), *flat(105), (110, 111, 109, 110, MANY)]
    m = market(listing(rows), costs=Costs(commission_bps=10, slippage_bps=100))
    result = play(m, [event(0)], Spec("drift", hold=2), 3, cash=1e6)
    # 500000 / 100 = 5000 shares. In: 102 * 1.01 = 103.02, the high is 103. Out: 108.9, the low is 109.
    (trade,) = result.trades
    assert (trade.shares, trade.entry_price_local, trade.entry_price) == (5000, 102, 103)
    assert (trade.exit_price_local, trade.exit_price, trade.exit_reason) == (110, 109, "time")
    assert trade.costs == pytest.approx(515 + 545)
    assert trade.pnl == pytest.approx(30_000 - 1060)
    assert equity(result) == pytest.approx(1_028_940)
    assert result.metrics["total_return"] == pytest.approx(0.02894)
    assert result.metrics["turnover"] > 0
    assert [round(r, 6) for _, r in result.returns][:2] == [0, round((5000 * 103 - 515_515) / 1e6, 6)]


def test_taxes_are_those_of_the_side():
    m = market(listing(flat(100, 100, 100)), costs=Costs(buy_tax_bps=10, sell_tax_bps=30))
    (trade,) = play(m, [event(0)], Spec("drift", hold=1), 2).trades
    assert trade.costs == pytest.approx(5000 * 0.0040)


def test_news_known_exactly_at_an_open_waits_for_the_next():
    m = market(listing(flat(*[10] * 5)))
    on_time = play(m, [Ev("a", at(1, 9), ("t",))], Spec("drift"), 4)
    before = play(m, [Ev("a", at(1, 8), ("t",))], Spec("drift"), 4)
    assert on_time.trades[0].entry_session == DAYS[2]
    assert before.trades[0].entry_session == DAYS[1]


def test_shares_are_floored_to_the_lot_and_the_weight_is_shared_by_the_theme():
    m = market(listing(flat(*[30] * 3), lot=100), listing(flat(*[7] * 3), "BBB"))
    result = play(m, [event(0)], Spec("drift", weight=0.8), 2)
    # 0.8 * 10000 / 2 = 4000 each: 133 -> 100 of AAA, 571 of BBB.
    assert [(t.symbol, t.shares) for t in result.trades] == [("AAA", 100), ("BBB", 571)]


def test_what_does_not_announce_opens_nothing():
    m = market(listing(flat(*[10] * 5)))
    silent = [
        event(0, "bad", direction=-1),
        event(0, "off", status="cancelled"),
        event(0, "vague", precision="month"),
        Ev("early", at(0, 8) - timedelta(days=3), ("other",)),
    ]
    assert play(m, silent, Spec("drift"), 4).trades == []


def test_an_event_whose_first_session_lies_before_the_window_does_not_trigger():
    m = market(listing(flat(*[10] * 6)))
    result = run(m, [event(0)], {"t": ["AAA"]}, Spec("drift"), DAYS[2], DAYS[5])
    assert result.trades == []


def test_an_episode_triggers_once_a_theme_on_its_first_allowed_event():
    m = market(listing(flat(*[10] * 12)))
    story = [
        event(0, "a", episode="e", direction=-1),
        event(1, "b", episode="e"),
        event(4, "c", episode="e"),
    ]
    result = play(m, story, Spec("drift", hold=2), 11)
    assert [(t.event_id, t.entry_session) for t in result.trades] == [("b", DAYS[2])]


def test_hindsight_is_what_was_known_before_the_article_and_point_in_time_drops_it():
    m = market(listing(flat(*[10] * 12)))
    story = [event(0, "old"), event(5, "article")]
    whole = play(m, story, Spec("drift", hold=2), 11, published=at(5))
    kept = play(m, story, Spec("drift", hold=2), 11, published=at(5), point_in_time=True)
    assert [(t.event_id, t.hindsight) for t in whole.trades] == [("old", True), ("article", False)]
    assert [t.event_id for t in kept.trades] == ["article"]


# ------------------------------------------------------------------------------ waiting and cash


def test_an_order_waits_through_a_halt_and_its_hold_counts_from_the_fill():
    halt = (10, 10, 10, 10, 0)
    rows = [*flat(10), halt, (None, 11, 9, 10, MANY), None, *flat(12, 12, 15)]
    result = play(market(listing(rows)), [event(0)], Spec("drift", hold=2), 6)
    (trade,) = result.trades
    assert (trade.entry_session, trade.entry_price_local) == (DAYS[4], 12)
    assert exits(result) == [(6, "time", 15)]


def test_an_order_lapses_after_its_patience():
    rows = [*flat(10), None, None, None, *flat(10, 10)]
    late = play(market(listing(rows)), [event(0)], Spec("drift", patience=2), 5)
    just = play(market(listing(rows)), [event(0)], Spec("drift", patience=3), 5)
    assert late.trades == []
    assert (late.orders[0].status, late.orders[0].filled) == ("lapsed", 0)
    assert just.trades[0].entry_session == DAYS[4]


def test_a_listing_without_a_close_is_sized_at_its_first_session_with_one():
    m = market(listing([None, None, *flat(10, 20, 20)]))
    (trade,) = play(m, [event(0)], Spec("drift"), 4).trades
    # Known on date 0, first bar on date 2: sized on date 3 from the close of 10, filled at 20.
    assert (trade.entry_session, trade.shares, trade.entry_price) == (DAYS[3], 500, 20)


def test_a_gap_up_cuts_the_order_to_the_cash():
    result = play(market(listing(flat(100, 125, 125))), [event(0)], Spec("drift", weight=1), 2)
    # 10000 / 100 = 100 shares wanted, 10000 / 125 = 80 afforded.
    assert (result.orders[0].wanted, result.orders[0].filled) == (100, 80)
    assert (result.orders[0].status, result.orders[0].why) == ("part", "no_cash")
    assert result.books[DAYS[1]] == (10_000, 0, 10_000)


def why(result: Result) -> list[tuple[str, str, str]]:
    return [(order.symbol, order.status, order.why) for order in result.orders if order.side == "buy"]


def test_an_order_that_the_cash_shrinks_to_nothing_had_no_cash():
    m = market(listing(flat(*[10] * 4)), listing(flat(*[10] * 4), "BBB"))
    themes = {"a": ["AAA"], "b": ["BBB"]}
    news = [event(0, "one", ("a",)), event(1, "two", ("b",))]
    result = play(m, news, Spec("drift", weight=1), 3, themes=themes)
    # 10000 / 10 = 1000 shares take all the cash; 1000 more would have been bought a date later.
    assert why(result) == [("AAA", "filled", ""), ("BBB", "rejected", "no_cash")]


def test_a_target_that_buys_no_lot_with_all_the_cash_there_is_is_below_one_lot():
    m = market(listing(flat(*[10] * 3), lot=100))
    result = play(m, [event(0)], Spec("drift", weight=0.09), 2)
    assert why(result) == [("AAA", "rejected", "below_one_lot")]  # 900 / 10 = 90 shares, in lots of 100


def test_shrunk_below_a_lot_or_not_the_target_decides_the_word():
    m = market(listing(flat(*[10] * 3), lot=100), listing(flat(*[10] * 3), "BBB", lot=600))
    themes = {"a": ["AAA"], "b": ["BBB"]}
    result = play(m, [event(0, themes=("a", "b"))], Spec("drift", weight=0.59), 2, themes=themes)
    # 5900 each wanted, 10000 there: 500 shares of AAA, and 590 of BBB would not have made 600 with any cash.
    assert why(result) == [("AAA", "filled", ""), ("BBB", "rejected", "below_one_lot")]
    result = play(m, [event(0, themes=("a", "b"))], Spec("drift", weight=0.61), 2, themes=themes)
    assert why(result) == [("AAA", "filled", ""), ("BBB", "rejected", "no_cash")]  # 610 made 600, 500 do not


def test_a_halt_and_a_used_up_volume_end_an_order_by_their_names():
    m = market(listing([*flat(10), None, None]), listing([*flat(10), *[(10, 10, 10, 10, 5)] * 2], "BBB"))
    result = play(replace(m, costs=dict.fromkeys(m.costs, Costs(volume_share=0.1))), [event(0)], SHORT, 2)
    assert why(result) == [("AAA", "lapsed", "halted"), ("BBB", "lapsed", "volume")]  # floor(0.1 * 5) = 0 shares


def test_new_orders_of_one_instant_shrink_in_proportion():
    m = market(listing(flat(*[10] * 3)), listing(flat(*[10] * 3), "BBB"))
    themes = {"a": ["AAA"], "b": ["BBB"]}
    result = play(m, [event(0, themes=("a", "b"))], Spec("drift", weight=0.8), 2, themes=themes)
    # 8000 each wanted, 10000 there: 5000 each.
    assert [t.shares for t in result.trades] == [500, 500]


def test_a_later_instant_of_the_date_gets_what_the_earlier_left():
    m = market(listing(flat(*[10] * 3)), listing(flat(*[10] * 3), "BBB", "XB"), opens={"XB": 7})
    themes = {"a": ["AAA"], "b": ["BBB"]}
    result = play(m, [event(0, themes=("a", "b"))], Spec("drift", weight=0.8), 2, themes=themes)
    assert {t.symbol: t.shares for t in result.trades} == {"BBB": 800, "AAA": 200}


def test_sale_proceeds_are_spendable_from_the_next_date():
    m = market(listing(flat(*[10] * 6)), listing(flat(*[10] * 6), "BBB"))
    themes = {"a": ["AAA"], "b": ["BBB"]}
    news = [event(0, "one", ("a",)), event(1, "two", ("b",))]
    result = play(m, news, Spec("drift", weight=0.9, hold=1), 5, themes=themes)
    # AAA is sold on the date BBB is bought: only the 1000 left over can be spent.
    assert {t.symbol: t.shares for t in result.trades} == {"AAA": 900, "BBB": 100}


def test_a_part_fill_is_the_cap_in_whole_lots_and_the_rest_waits():
    rows = [(10, 10, 10, 10, 2500), (10, 10, 10, 10, 2500), (11, 11, 11, 11, 2500), (12, 12, 12, 12, None)]
    m = market(listing(rows, lot=100), costs=Costs(volume_share=0.1))
    (trade,) = play(m, [event(0)], Spec("drift"), 3).trades
    # Wanted 500: 200 of the 250 allowed on each of two dates, the last 100 on the bar of unknown volume.
    assert trade.shares == 500
    assert trade.entry_price == pytest.approx((200 * 10 + 200 * 11 + 100 * 12) / 500)
    assert trade.entry_session == DAYS[1]


def test_idle_cash_earns_its_rate_by_calendar_days():
    m = market(listing(flat(*[10] * 6)))
    result = play(m, [], Spec("drift"), 5, cash_rate=0.10)
    # From the day before Monday 2024-01-01 to Monday 01-08: eight days.
    assert equity(result) == pytest.approx(10_000 * 1.1 ** (8 / 365.25))


# -------------------------------------------------------------------------------------- levels

BOUGHT = [(100, 100, 100, 100, MANY), (100, 101, 99, 100, MANY)]  # known on date 0, bought at 100 on date 1


def levels(*rows: tuple, costs: Costs = FREE, **params) -> Result:
    m = market(listing([*BOUGHT, *rows, *flat(*[100] * 5)]), costs=costs)
    return play(m, [event(0)], Spec("drift", hold=30, **params), len(rows) + 4, cash=20_000)


def test_a_touched_stop_sells_at_the_stop():
    assert exits(levels((99, 99, 95, 96, MANY), stop=0.05)) == [(2, "stop", 95)]


def test_a_stop_sale_slips_but_not_below_the_low():
    result = levels((99, 99, 94.5, 96, MANY), stop=0.0595, costs=Costs(slippage_bps=100))
    # Bought at 101 -> 101 clipped to the high of 101; stop 101 * 0.9405 = 94.9905, slipped 94.04, low 94.5.
    assert exits(result) == [(2, "stop", pytest.approx(94.9905))]
    assert result.trades[0].exit_price == 94.5


def test_a_level_touched_on_paper_is_touched():
    # In binary 100 * 1.1 is above 110, and 100 * (1 - 0.1) may be off either way.
    assert exits(levels((101, 110, 101, 105, MANY), take=0.10)) == [(2, "take", pytest.approx(110))]
    assert exits(levels((99, 99, 90, 95, MANY), stop=0.1)) == [(2, "stop", pytest.approx(90))]


def test_an_open_through_the_stop_sells_at_the_open():
    assert exits(levels((90, 99, 90, 96, MANY), stop=0.05)) == [(2, "stop", 90)]


def test_a_take_sells_at_its_limit_without_slippage():
    result = levels((101, 112, 101, 105, MANY), take=0.10, costs=Costs(slippage_bps=50))
    # Bought at 100.5 with slippage: the limit is 110.55, on both sides of slippage.
    assert exits(result) == [(2, "take", pytest.approx(110.55))]
    assert result.trades[0].exit_price == pytest.approx(110.55)


def test_an_open_through_the_take_sells_at_the_open():
    assert exits(levels((115, 116, 114, 115, MANY), take=0.10)) == [(2, "take", 115)]


def test_where_one_bar_touches_both_the_stop_comes_first():
    assert exits(levels((100, 120, 90, 100, MANY), stop=0.05, take=0.10)) == [(2, "stop", 95)]


def test_the_entry_session_judges_low_and_high_only():
    m = market(listing([*flat(100), (100, 112, 99, 100, MANY), *flat(100)]))
    assert exits(play(m, [event(0)], Spec("drift", take=0.10, stop=0.05), 2)) == [(1, "take", pytest.approx(110))]


def test_a_trail_hangs_from_the_highest_close_before_the_session():
    result = levels((100, 130, 100, 120, MANY), (120, 121, 107, 110, MANY), trail=0.10)
    # The high of 130 does not count; from the close of 120 the level is 108.
    assert exits(result) == [(3, "trail", 108)]


def test_stop_and_trail_at_one_level_count_as_a_stop():
    assert exits(levels((99, 99, 90, 95, MANY), stop=0.05, trail=0.05)) == [(2, "stop", 95)]


def test_a_bar_that_does_not_trade_judges_no_level():
    result = levels((90, 90, 90, 90, 0), (None, 95, 80, 90, MANY), (94, 94, 94, 94, MANY), stop=0.05)
    assert exits(result) == [(4, "stop", 94)]


def test_what_a_triggered_stop_leaves_goes_at_the_next_opens():
    rows = [(99, 99, 90, 96, 600), (105, 105, 105, 105, 1000)]
    result = levels(*rows, stop=0.05, costs=Costs(volume_share=0.1))
    # 100 shares: 60 at 95, then 40 at 105 though that is above the stop; one row, the last fill's session.
    (trade,) = result.trades
    assert trade.exit_price == pytest.approx((60 * 95 + 40 * 105) / 100)
    assert (trade.exit_session, trade.exit_reason) == (DAYS[3], "stop")


def test_what_a_take_leaves_stays_a_limit_beside_the_stop():
    rows = [(101, 111, 101, 105, 600), (105, 105, 105, 105, MANY), (96, 96, 90, 94, MANY)]
    result = levels(*rows, stop=0.05, take=0.10, costs=Costs(volume_share=0.1))
    (trade,) = result.trades
    assert trade.exit_price == pytest.approx((60 * 110 + 40 * 95) / 100)
    assert (trade.exit_session, trade.exit_reason) == (DAYS[4], "stop")


def test_a_missing_low_judges_the_stop_on_the_close_and_fills_at_it():
    assert exits(levels((99, 99, None, 93, MANY), stop=0.05)) == [(2, "stop", 93)]


def test_a_close_only_bar_trades_at_its_close_and_is_judged_from_the_session_after():
    rows = [*flat(100), (None, None, None, 80, None), (None, None, None, 75, None), *flat(75)]
    m = market(listing(rows), costs=Costs(slippage_bps=100))
    result = play(m, [event(0)], Spec("drift", stop=0.05), 3)
    # Bought at 80.8 unclipped; stop 76.76; the close of 75 is through it and fills at 75 * 0.99.
    (trade,) = result.trades
    assert (trade.entry_price_local, trade.entry_price) == (80, pytest.approx(80.8))
    assert (trade.exit_price_local, trade.exit_price) == (75, pytest.approx(74.25))


def test_shares_bought_today_under_t_plus_one_are_sold_tomorrow():
    rows = [*flat(100), (100, 100, 90, 92, MANY), (93, 94, 91, 92, MANY), *flat(92)]
    ordinary = play(market(listing(rows)), [event(0)], Spec("drift", stop=0.05), 3)
    a_share = play(market(listing(rows), costs=Costs(t_plus_1=True)), [event(0)], Spec("drift", stop=0.05), 3)
    assert exits(ordinary) == [(1, "stop", 95)]
    assert exits(a_share) == [(2, "stop", 93)]


def test_what_cannot_be_sold_at_its_time_goes_at_the_next_tradable_open():
    rows = [*flat(10, 10, 10), (10, 10, 10, 10, 0), None, *flat(13)]
    result = play(market(listing(rows)), [event(0)], Spec("drift", hold=2), 5)
    assert exits(result) == [(5, "time", 13)]


# ------------------------------------------------------------------------------------- repeats


def repeats(repeat: str, *known: int) -> Result:
    news = [event(0, "first"), *(event(i, f"again-{i}") for i in known)]
    m = market(listing(flat(*[10] * 15)))
    return play(m, news, Spec("drift", hold=4, weight=0.2, repeat=repeat), 14)


def test_extend_moves_the_time_exit_to_the_trigger_session_plus_hold():
    result = repeats("extend", 2)
    assert exits(result) == [(7, "time", 10)]  # entered on 1, triggered again on 3
    assert result.trades[0].extended_by == ["again-2"]


def test_extend_wins_at_the_open_of_the_time_exit():
    assert exits(repeats("extend", 4)) == [(9, "time", 10)]


def test_ignore_changes_nothing_not_even_at_the_open_of_the_time_exit():
    result = repeats("ignore", 2, 4)
    assert exits(result) == [(5, "time", 10)]
    assert result.trades[0].extended_by == []


def test_add_opens_a_lot_of_its_own():
    assert exits(repeats("add", 2)) == [(5, "time", 10), (7, "time", 10)]


def test_triggers_at_one_open_are_taken_by_time_then_name():
    m = market(listing(flat(*[10] * 4)))
    news = [event(0, "b"), event(0, "a"), Ev("z", at(0, 10), ("t",))]
    (trade,) = play(m, news, Spec("drift"), 3).trades
    assert (trade.event_id, trade.extended_by) == ("z", ["a", "b"])


def test_an_overdue_time_exit_can_be_extended_in_a_halt_but_a_triggered_stop_cannot():
    rows = [*flat(100, 100, 100), None, None, *flat(*[90] * 8)]
    news = [event(0, "first"), event(3, "again")]
    late = play(market(listing(rows)), news, Spec("drift", hold=2), 12)
    assert exits(late) == [(6, "time", 90)]  # due on 3, triggered again on 4, so 4 + 2
    stuck = [*flat(100, 100), (96, 96, 90, 92, 100), None, *flat(92, 92)]
    m = market(listing(stuck), costs=Costs(volume_share=0.1))
    stopped = play(m, [event(0, "first"), event(2, "again")], Spec("drift", stop=0.05), 5)
    assert exits(stopped)[0][:2] == (4, "stop")
    assert stopped.trades[0].extended_by == []


# --------------------------------------------------------------------- splits, dividends, money


def test_a_split_multiplies_shares_divides_levels_and_leaves_equity_alone():
    rows = flat(70, 70, 70, 10, 9)
    m = market(listing(rows, splits={DAYS[3]: 7}))
    result = play(m, [event(0)], Spec("drift", hold=9, stop=0.1, weight=1), 4, cash=7000)
    # 100 shares at 70 become 700 at 10; the stop at 63 becomes 9, touched on date 4.
    assert result.books[DAYS[3]] == (7000, 0, 7000)
    (trade,) = result.trades
    assert (trade.shares, trade.exit_shares, trade.exit_price) == (100, 700, 9)
    assert trade.pnl == pytest.approx(-700)


def test_a_bonus_leaves_fractions_in_the_lot_and_floors_a_waiting_order():
    held = market(listing(flat(13, 13, 10, 10), splits={DAYS[2]: 1.3}))
    (trade,) = play(held, [event(0)], Spec("drift", hold=2, weight=1), 3, cash=195).trades
    assert (trade.shares, trade.exit_shares) == (15, pytest.approx(19.5))
    waiting = market(listing([*flat(13), None, *flat(10, 10)], splits={DAYS[2]: 1.3}))
    (trade,) = play(waiting, [event(0)], Spec("drift", weight=0.5), 3, cash=390).trades
    assert trade.shares == 19  # 15 wanted become 19.5


def test_a_close_before_a_split_is_divided_wherever_it_is_used_after():
    m = market(listing(flat(70, 10, 10), splits={DAYS[1]: 7}))
    (trade,) = play(m, [event(0)], Spec("drift"), 2).trades
    assert trade.shares == 500


def test_a_dividend_is_put_back_at_the_close_of_its_ex_date():
    rows = [*flat(10, 10), (9, 9, 8, 8, MANY), *flat(8)]
    m = market(listing(rows, dividends={DAYS[2]: 1.6}))
    result = play(m, [event(0)], Spec("drift", hold=2, weight=1), 3, cash=1000)
    # 100 shares get 160: 20 shares at 8, sold with the lot.
    assert result.books[DAYS[2]] == (960, 0, 960)
    (trade,) = result.trades
    assert (trade.exit_shares, trade.pnl) == (120, pytest.approx(120 * 8 - 1000))


def test_a_dividend_in_cash_is_in_the_pnl_of_its_lot():
    m = market(listing(flat(10, 10, 9, 9), dividends={DAYS[2]: 1.0}))
    result = play(m, [event(0)], Spec("drift", hold=2, weight=1), 3, cash=1000, dividends="cash")
    (trade,) = result.trades
    assert (trade.exit_shares, trade.pnl) == (100, pytest.approx(100 - 100))
    assert result.books[DAYS[2]] == (1000, 100, 900)


def test_a_lot_sold_on_its_ex_date_gets_cash_and_the_buyer_of_that_date_nothing():
    m = market(listing(flat(10, 10, 9, 9), dividends={DAYS[2]: 1.0}))
    sold = play(m, [event(0)], Spec("drift", hold=1, weight=1), 3, cash=1000)
    bought = play(m, [event(1)], Spec("drift", hold=1, weight=1), 3, cash=1000)
    assert sold.trades[0].pnl == pytest.approx(0)
    assert bought.trades[0].exit_shares == bought.trades[0].shares


def test_an_adjusted_file_has_lot_one_and_no_corporate_actions():
    m = market(listing(flat(*[30] * 4), lot=100, splits={DAYS[2]: 7}, raw=False))
    (trade,) = play(m, [event(0)], Spec("drift", hold=2), 3).trades
    assert (trade.shares, trade.exit_shares) == (166, 166)


def test_a_file_adjusted_for_splits_alone_still_pays_its_dividends():
    paper = listing(flat(10, 10, 9, 9), lot=100, splits={DAYS[2]: 2}, dividends={DAYS[2]: 1.0}, raw=False)
    paper.split_adjusted = True
    m = market(paper)
    (trade,) = play(m, [event(0)], Spec("drift", hold=2, weight=1), 3, cash=1005, dividends="cash").trades
    # 100 shares of 10 fall by 1 and are paid 1 each; lots are of one share, and no split is applied
    assert (trade.shares, trade.exit_shares, trade.pnl) == (100, 100, pytest.approx(0))


def test_fills_use_the_rate_of_the_weekday_before_and_books_that_of_the_date():
    rates = {DAYS[0]: 100.0, DAYS[1]: 125.0}
    m = market(listing(flat(*[1000] * 4), currency="JPY"), fx={"JPY": rates})
    result = play(m, [event(0)], Spec("drift", hold=2, weight=1), 3)
    # 10000 / (1000 / 100) = 1000 shares cost 10 each; marked at 8; sold on date 3 at the carried 125.
    assert (result.trades[0].shares, result.trades[0].entry_price) == (1000, 10)
    assert result.books[DAYS[1]] == (8000, 0, 8000)
    assert result.trades[0].exit_price == 8


def test_a_rate_older_than_five_weekdays_takes_no_new_orders_but_lets_lots_out():
    m = market(listing(flat(*[1000] * 12), currency="JPY"), fx={"JPY": {DAYS[0]: 100.0}})
    fresh = play(m, [event(5)], Spec("drift", hold=3), 11)
    stale = play(m, [event(6)], Spec("drift", hold=3), 11)
    # For date 6 the weekday before is date 5, five weekdays after the row; for date 7 it is six.
    assert exits(fresh) == [(9, "time", 1000)]
    assert (stale.trades, stale.orders[0].status) == ([], "rejected")


# -------------------------------------------------------------------------------- other forms


def plan(day: int, status: str = "scheduled", **more) -> Ev:
    return event(0, "plan", start=DAYS[day], status=status, **more)


def run_up(ev: Ev, *others: Ev, last: int = 29, **params) -> Result:
    m = market(listing(flat(*range(100, 130))))
    return play(m, [ev, *others], Spec("run-up", **{"lead": 5, "hold": 60, "weight": 0.2, **params}), last)


def test_a_run_up_enters_lead_sessions_before_and_leaves_at_the_reference():
    result = run_up(plan(20))
    assert result.trades[0].entry_session == DAYS[15]
    assert exits(result) == [(20, "time", 120)]


def test_a_run_up_that_is_late_enters_at_once_and_one_too_late_not_at_all():
    assert run_up(plan(3)).trades[0].entry_session == DAYS[1]
    assert run_up(plan(1)).trades == []


def test_a_run_up_leaves_by_hold_where_that_is_first():
    assert exits(run_up(plan(20), hold=2)) == [(17, "time", 117)]


def test_a_revision_moves_the_exit_and_one_of_month_precision_is_ignored():
    sooner = plan(20, revisions=[Rev(at(15), "minute", DAYS[18], "scheduled")])
    assert exits(run_up(sooner)) == [(18, "time", 118)]
    past = plan(20, revisions=[Rev(at(16), "minute", DAYS[2], "scheduled")])
    assert exits(run_up(past)) == [(17, "time", 117)]
    vague = plan(20, revisions=[Rev(at(16), "month", DAYS[2], "scheduled")])
    assert exits(run_up(vague)) == [(20, "time", 120)]


def test_a_later_revision_enters_anew_or_extends_the_lot_still_held():
    later = plan(20, revisions=[Rev(at(16), "minute", DAYS[26], "scheduled")])
    held = run_up(later)
    # Entered on 15; the new reference 26 would enter on 21, when the lot is held: a repeat.
    assert exits(held) == [(26, "time", 126)]
    assert held.trades[0].extended_by == []  # by its own event it is not listed
    anew = run_up(later, hold=2)
    assert exits(anew) == [(17, "time", 117), (23, "time", 123)]


def test_a_cancellation_leaves_at_the_first_session_after_it_is_known():
    for status, start in (("cancelled", DAYS[20]), ("occurred", DAYS[20]), ("scheduled", None)):
        off = plan(20, revisions=[Rev(at(16), "minute", start, status)])
        assert exits(run_up(off)) == [(17, "signal", 117)]
    before = plan(20, revisions=[Rev(at(10), "minute", DAYS[20], "cancelled")])
    assert run_up(before).trades == []
    after = plan(20, revisions=[Rev(at(19), "minute", DAYS[20], "occurred")])
    assert exits(run_up(after)) == [(20, "time", 120)]


def test_an_open_start_or_a_past_event_gives_no_run_up():
    assert run_up(event(0, start=None, status="scheduled")).trades == []
    assert run_up(plan(20, status="occurred")).trades == []


BREAKOUT = Spec("breakout", lookback=3, within=3, hold=4)


def test_a_breakout_buys_the_open_after_the_first_close_above_the_lookback():
    m = market(listing(flat(9, 12, 11, 10, 12, 13, 14, 14, 14, 14, 15)))
    result = play(m, [event(3)], BREAKOUT, 10)
    # The trigger session is 4; the highest close of 1-3 is 12; the close of 5 is the first above it.
    assert result.trades[0].entry_session == DAYS[6]
    assert exits(result) == [(10, "time", 15)]


def test_a_breakout_not_confirmed_within_its_sessions_is_forgotten():
    m = market(listing(flat(9, 12, 11, 10, 12, 12, 12, 13, 14, 14, 14)))
    assert play(m, [event(3)], BREAKOUT, 10).trades == []
    # A trigger at the open at which it expires starts a new one.
    fresh = play(m, [event(3), event(6, "next")], BREAKOUT, 10)
    assert [(t.event_id, t.entry_session) for t in fresh.trades] == [("next", DAYS[8])]


def test_a_trigger_while_awaiting_confirmation_is_listed_and_restarts_nothing():
    m = market(listing(flat(9, 12, 11, 10, 12, 13, 14, 14, 14, 14, 15)))
    (trade,) = play(m, [event(3), event(4, "next")], BREAKOUT, 10).trades
    assert (trade.event_id, trade.extended_by, trade.entry_session) == ("news", ["next"], DAYS[6])


@pytest.mark.parametrize(
    ("repeat", "word", "bought"), [("extend", "stale_fx", []), ("ignore", "ignored", []), ("add", "bought", [8])]
)
def test_news_at_the_open_at_which_a_confirmed_purchase_is_dropped_still_found_it_waiting(repeat, word, bought):
    """Orders of an open are sized, and dropped, once all of its news is taken."""
    rates = {DAYS[0]: 100.0, DAYS[7]: 100.0}  # for date 7 the row is six weekdays old; for date 8 it is fresh
    m = market(listing(flat(*[900] * 6, *range(1200, 2000, 100)), currency="JPY"), fx={"JPY": rates})
    spec = Spec("breakout", lookback=3, within=3, hold=4, repeat=repeat)
    result = play(m, [event(4), event(6, "next")], spec, 11)
    # Session 6 closes above the 900 of 2-4, so date 7 is to buy, and drops it; "next" triggers at that same open. By
    # itself it is confirmed at once, by the close of 7, above the 1,200 of 6.
    assert [DAYS.index(trade.entry_session) for trade in result.trades] == bought
    assert result.words == {("news", "AAA"): "stale_fx", ("next", "AAA"): word}


def test_intensity_follows_its_decaying_target_and_sells_first_in_first_out():
    m = market(listing(flat(*[10] * 9)))
    spec = Spec("intensity", half_life=1, weight=0.8, band=0.1)
    result = play(m, [event(0, strength=0.5), event(2, "more", strength=1.0)], spec, 8, cash=1000)
    # Targets: date 1 0.8*0.5 = 0.4 -> 40 shares; 2: 0.2 -> 20; 3: 0.8*min(1, 0.125 + 1) -> 80; 4: 0.45 -> 45;
    # 5: 0.225 -> 22 (22.5 floored); 6: 0.1125 -> 11; 7: 0.05625, off by 0.05 < band: kept at 11.
    bought = [(t.event_id, t.entry_session, t.shares) for t in result.trades]
    assert bought == [("news", DAYS[1], 40), ("more", DAYS[3], 60)]
    sold = [(o.decision_session, o.wanted) for o in result.orders if o.side == "sell"]
    assert sold == [(DAYS[2], 20), (DAYS[4], 35), (DAYS[5], 23), (DAYS[6], 11)]
    assert [t.exit_session for t in result.trades] == [DAYS[4], None]


def test_a_sale_over_several_lots_is_charged_once_and_shared_by_value():
    costs = Costs(commission_min=6, sell_tax_bps=1, tax_rounds_up_to=1)
    m = market(listing(flat(*[10] * 5)), costs=costs)
    spec = Spec("intensity", half_life=1, weight=0.8, band=0.1)
    result = play(m, [event(0, strength=0.25), event(1, "more")], spec, 3, cash=100_000)
    # Date 1: 0.2 of 100,000: 2,000 shares. Date 2: 0.8 of 99,994: 7,999. Date 3: 0.45 of 99,988: 4,499, so 3,500 are
    # sold, 2,000 of the one lot and 1,500 of the other, for one commission of 6 and a tax of 3.50 rounded up to 4.
    one, other = result.trades
    assert [(t.shares, t.exit_shares) for t in result.trades] == [(2_000, 2_000), (5_999, None)]
    assert result.orders[-1].filled == 3_500
    assert (one.commission, one.tax) == (pytest.approx(6 + 6 * 4 / 7), pytest.approx(4 * 4 / 7))
    assert (other.commission, other.tax) == (pytest.approx(6 + 6 * 3 / 7), pytest.approx(4 * 3 / 7))
    assert equity(result) == pytest.approx(100_000 - 3 * 6 - 4, abs=1e-9)


def test_intensity_sells_all_below_a_tenth_of_the_band():
    m = market(listing(flat(*[10] * 9)))
    spec = Spec("intensity", half_life=0.5, weight=1, band=0.5)
    result = play(m, [event(0)], spec, 8, cash=1000)
    # Targets 1, 1/4, 1/16, 1/64 of equity: 100 shares, then 25, then kept, and below 0.05 all sold on date 4.
    assert [(o.decision_session, o.wanted) for o in result.orders] == [
        (DAYS[1], 100),
        (DAYS[2], 75),
        (DAYS[4], 25),
    ]


def test_a_purchase_of_intensity_below_the_band_is_not_sent():
    m = market(listing(flat(*[10] * 4), lot=60))
    spec = Spec("intensity", half_life=99, weight=1, band=0.7)
    # 100 shares wanted, 60 are a lot: 600 is below the band of 700.
    assert play(m, [event(0)], spec, 3, cash=1000).orders == []


def test_buy_and_hold_enters_each_listing_once_and_never_leaves():
    late = listing([None, None, *flat(5, 5, 5)], "BBB")
    result = play(market(listing([*flat(10, 10, 10, 11, 12)]), late), [], Spec("hold", weight=1), 4)
    # AAA has no close before date 0 either: sized on date 1; BBB listed on date 2, bought on date 3.
    assert [(t.symbol, t.entry_session, t.shares) for t in result.trades] == [
        ("AAA", DAYS[1], 500),
        ("BBB", DAYS[3], 1000),
    ]
    assert {t.exit_reason for t in result.trades} == {"open"}
    assert equity(result) == pytest.approx(500 * 12 + 1000 * 5)


def test_buy_and_hold_point_in_time_starts_at_the_first_session_of_the_article():
    m = market(listing(flat(*[10] * 8)))
    result = play(m, [], Spec("hold"), 7, published=at(4), point_in_time=True)
    assert [(t.entry_session, t.hindsight) for t in result.trades] == [(DAYS[5], False)]
    assert play(m, [], Spec("hold"), 7, published=at(4)).trades[0].hindsight


# ------------------------------------------------------------------------------------- metrics


def test_the_metrics_of_three_dates_come_out_as_on_paper():
    m = market(listing(flat(100, 100, 110, 99)))
    figures = play(m, [event(0)], Spec("drift", weight=1), 3).metrics
    # Equity 10000, 10000, 11000, 9900: returns 0, 0, 0.1, -0.1 over four calendar days.
    k = (365.25 * 5 / 7) ** 0.5
    assert figures["total_return"] == pytest.approx(-0.01)
    assert figures["cagr"] == pytest.approx(0.99 ** (365.25 / 4) - 1)
    assert figures["volatility"] == pytest.approx((0.02 / 3) ** 0.5 * k)
    assert figures["sharpe"] == pytest.approx(0, abs=1e-12)
    assert figures["max_drawdown"] == pytest.approx(-0.1)
    assert figures["exposure"] == pytest.approx(0.75)
    assert figures["var_95"] == pytest.approx(-0.1 + 0.15 * 0.1)
    assert (figures["turnover"], figures["trades"], figures["win_rate"]) == (0, 1, None)


def test_a_run_that_never_trades_has_no_ratios():
    figures = play(market(listing(flat(*[10] * 5))), [], Spec("drift"), 4).metrics
    undefined = {"sharpe", "sortino", "calmar", "win_rate", "mean_excess", "skew"}
    assert {name for name, value in figures.items() if value is None} == undefined
    assert figures["total_return"] == figures["volatility"] == figures["costs"] == 0


def test_a_lot_is_compared_with_its_home_index_from_open_to_open():
    index = listing(flat(50, 50, 50, 55), "IDX")
    m = market(listing(flat(10, 10, 11, 12), home="IDX"), index)
    result = play(m, [event(0)], Spec("drift", hold=2), 3, themes={"t": ["AAA"]})
    assert result.trades[0].index_return == pytest.approx(0.10)
    assert result.metrics["mean_excess"] == pytest.approx(0.10)


# ---------------------------------------------------------------------------- the fixed studies


@pytest.mark.parametrize("folder", [pytest.param("contract", marks=pytest.mark.prove), "contract/hard"])
def test_the_fixed_studies_run_without_debt_and_balance(folder):
    if not (SHARED / folder / "study.toml").exists():
        pytest.skip("the fixed studies stand in ../shared, which is not here")
    m, events, themes, strategies, settings = read_contract(SHARED / folder)
    assert len(strategies) == 9
    for label, spec in strategies:
        result = run(m, events, themes, spec, **settings)
        assert result.trades, label
        for day, (total, cash, positions) in result.books.items():
            assert cash >= 0, (label, day)
            assert total == pytest.approx(cash + positions, abs=1e-6), (label, day)
        # Every cent of the end is in a lot's pnl: no interest is paid in these studies.
        last = list(result.books.values())[-1][0]
        assert last - settings["cash"] == pytest.approx(sum(t.pnl for t in result.trades), abs=0.005), label
