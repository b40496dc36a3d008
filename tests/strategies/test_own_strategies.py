"""Strategies as a user writes them: a part changed, a hook overridden, backtrader's own `next`."""

from __future__ import annotations

from datetime import date, datetime, time

import backtrader as bt
import pytest
from support import duel
from support import reference as ref

from eventfolio.strategies import Announcement, AtOpen, EventStrategy, Leave, Occurrence, StrategyError
from eventfolio.strategies.announcement_drift import AnnouncementDrift

D = duel.DAYS


def case(
    strategy: type, prices: list[float], known: int = 1, themes: tuple[str, ...] = ("t",), **more: object
) -> duel.Case:
    """One listing at one price a date, one event known at noon of date `known`; trading starts on date 0."""
    bars = {day: (p, p, p, p, 10**9) for day, p in zip(D, prices, strict=False)}
    sessions = {
        "XNYS": {
            day: (datetime.combine(day, time(9), duel.UTC), datetime.combine(day, time(16), duel.UTC)) for day in D
        }
    }
    listing = ref.Listing("AAA", "XNYS", "USD", 1, bars)
    market = ref.Market({"AAA": listing}, {}, sessions, {"XNYS": ref.Costs(volume_share=1.0)})
    events = [ref.Ev("news", duel.at_noon(D[known]), themes, **more)]  # type: ignore[arg-type]
    return duel.Case(
        market, events, {"t": ["AAA"]}, ref.Spec("drift"), D[0], D[len(prices) - 1], 1_000.0, strategy=strategy
    )


def lots(played: duel.Played) -> list[tuple[date, date | None, str, float]]:
    table = played.trades
    out = [None if stamp is None or stamp != stamp else stamp.date() for stamp in table["exit_session"]]
    return list(
        zip([s.date() for s in table["entry_session"]], out, table["exit_reason"], table["shares"], strict=True)
    )


def test_a_class_with_other_numbers_needs_nothing_else() -> None:
    class Short(EventStrategy):
        params = dict(hold=2, weight=1.0)

    assert lots(duel.play_engine(case(Short, [10] * 8))) == [(D[2], D[4], "time", 100.0)]


def test_on_trigger_may_let_an_event_pass() -> None:
    class Strong(EventStrategy):
        def on_trigger(self, trigger):
            if trigger.event.strength > 0.5:
                self.go_long(trigger)

    assert lots(duel.play_engine(case(Strong, [10] * 8, strength=0.5))) == []
    assert len(lots(duel.play_engine(case(Strong, [10] * 8, strength=0.6)))) == 1


def test_on_trigger_is_shown_event_theme_listing_and_when_it_was_known() -> None:
    seen = []

    class Looks(EventStrategy):
        def on_trigger(self, trigger):
            seen.append((trigger.event.id, trigger.theme, trigger.listing, trigger.known_at))

    duel.play_engine(case(Looks, [10] * 8))
    assert seen == [("news", "t", "AAA", duel.at_noon(D[1]))]


def test_go_long_takes_another_weight() -> None:
    class Quarter(EventStrategy):
        def on_trigger(self, trigger):
            self.go_long(trigger, weight=0.25)

    (lot,) = lots(duel.play_engine(case(Quarter, [10] * 8)))
    assert lot[3] == 25.0


def test_should_exit_sells_at_the_next_open_on_closes_before_it() -> None:
    asked = []

    class TakesTen(EventStrategy):
        def should_exit(self, holding):
            asked.append((holding.listing, holding.sessions, round(holding.gain, 6)))
            return holding.gain >= 0.10

    # bought at 10 on date 2; closes 10, 10.5, 11: the gain of 10 % is seen after date 4, sold at the open of date 5
    played = duel.play_engine(case(TakesTen, [10, 10, 10, 10.5, 11, 12, 13]))
    assert lots(played) == [(D[2], D[5], "signal", 50.0)]
    assert asked == [("AAA", 1, 0.0), ("AAA", 2, 0.05), ("AAA", 3, 0.1)]


def test_closes_end_with_the_session_before_the_open_traded_on() -> None:
    seen = []

    class Looks(EventStrategy):
        def on_trigger(self, trigger):
            seen.extend(self.closes(trigger.listing, 3))

    duel.play_engine(case(Looks, [1, 2, 3, 4, 5, 6], known=3))  # tradable at the open of date 4
    assert seen == [2.0, 3.0, 4.0]


def test_no_hook_sees_a_bar_from_the_date_it_trades_on_even_through_the_feed() -> None:
    seen = []

    class Peeks(EventStrategy):
        def on_trigger(self, trigger):
            seen.append((self.data.close[0], self.data.open[0], len(self.data)))
            self.go_long(trigger)

    duel.play_engine(case(Peeks, [1, 2, 3, 4, 5, 6], known=3))
    assert seen[0][:2] == (4.0, 4.0)  # date 3's bar: the trade is at the open of date 4


def test_plain_next_decides_after_the_close_and_fills_at_the_next_open() -> None:
    class Crosses(EventStrategy):
        def __init__(self):
            self.average = bt.indicators.SMA(self.data.close, period=3)

        def next(self):
            if not self.position and self.data.close[0] > self.average[0]:
                self.buy(size=10)
            elif self.position and self.data.close[0] < self.average[0]:
                self.close()

    # means of three: date 3 (1, 1, 4) closes 4 above 2, bought at date 4's 4; date 5 (4, 4, 1) closes 1 below 3,
    # sold at date 6's 1
    played = duel.play_engine(case(Crosses, [1, 1, 1, 4, 4, 1, 1, 1]))
    assert lots(played) == [(D[4], D[6], "signal", 10.0)]
    assert played.trades["pnl"].tolist() == [10 * 1 - 10 * 4]
    assert played.trades["event_id"].tolist() == [None]


def test_next_may_be_widened_without_losing_the_events() -> None:
    class Both(EventStrategy):
        params = dict(hold=2, weight=0.5)
        count = 0

        def next(self):
            Both.count += 1
            super().next()

    played = duel.play_engine(case(Both, [10] * 8))
    assert lots(played) == [(D[2], D[4], "time", 50.0)]
    assert Both.count == 9  # one date ahead of the window, then each date of it


def test_target_orders_of_backtrader_see_the_account_currency() -> None:
    class Half(EventStrategy):
        def next(self):
            if len(self) == 2:
                self.order_target_percent(target=0.5)

    (lot,) = lots(duel.play_engine(case(Half, [10] * 8)))
    assert lot[3] == 50.0


def test_target_orders_are_sized_in_the_account_currency_and_at_its_value_of_the_day() -> None:
    class Half(EventStrategy):
        def next(self):
            if len(self) == 5:
                self.order_target_percent(target=0.5)

    half = case(Half, [10, 10, 10, 20, 20, 20, 20, 20])
    half.market.fx["KRW"] = dict.fromkeys(D[:20], 1000.0)
    half.market.listings["AAA"].currency = "KRW"
    # half of 1,000 dollars at 20 won, a thousand to the dollar
    (lot,) = lots(duel.play_engine(half))
    assert lot[3] == 25_000.0


def test_the_brokers_value_is_that_of_the_last_books() -> None:
    seen = []

    class Watches(EventStrategy):
        params = dict(hold=None, weight=1.0)

        def next(self):
            seen.append(self.broker.getvalue())
            super().next()

    duel.play_engine(case(Watches, [10, 10, 10, 12, 15]))  # 100 shares from date 2 on
    assert seen == [1000, 1000, 1000, 1000, 1200, 1500]


def test_a_sale_of_ones_own_ends_what_is_left_of_a_purchase() -> None:
    class Sells(EventStrategy):
        params = dict(hold=None, weight=1.0)

        def next(self):
            super().next()
            if self.position and len(self) == 5:
                self.close()

    thin = case(Sells, [10] * 9)
    bars = thin.market.listings["AAA"].bars
    thin.market.listings["AAA"].bars = {day: (*bar[:4], 30) for day, bar in bars.items()}  # thirty shares a date
    played = duel.play_engine(thin)
    assert played.ledger.equity.tolist() == pytest.approx([1000] * 9)
    held = played.ledger.holdings[played.ledger.holdings["column"] == played.tape.last]["shares"].sum()
    assert held == played.ledger.lots["shares"].sum()


def two_markets(strategy: type, known: datetime) -> duel.Case:
    """KOR opens at 00:00 UTC, USA at 14:00; one event on both."""
    bars = dict.fromkeys(D[:12], (10.0, 10.0, 10.0, 10.0, 10**9))
    hours = {"XKRX": 0, "XNYS": 14}
    sessions = {
        mic: {
            day: (datetime.combine(day, time(h), duel.UTC), datetime.combine(day, time(h + 6), duel.UTC)) for day in D
        }
        for mic, h in hours.items()
    }
    listings = {
        "KOR": ref.Listing("KOR", "XKRX", "USD", 1, bars),
        "USA": ref.Listing("USA", "XNYS", "USD", 1, bars),
    }
    costs = dict.fromkeys(sessions, ref.Costs(volume_share=1.0))
    market = ref.Market(listings, {}, sessions, costs)
    themes = {"t": ["USA"], "u": ["KOR"]}
    return duel.Case(
        market, [ref.Ev("news", known, ("t",))], themes, ref.Spec("drift"), D[0], D[11], 1_000.0, strategy=strategy
    )


def test_what_new_york_may_know_buys_nothing_at_seouls_earlier_open() -> None:
    class BuysSeoul(EventStrategy):
        def on_trigger(self, trigger):
            self.buy(data=self.getdatabyname("KOR"), size=10)

    # known at noon of date 3: New York acts at 14:00 that day, so Seoul can be traded on date 4 at the earliest
    ((entry, *_),) = lots(duel.play_engine(two_markets(BuysSeoul, duel.at_noon(D[3]))))
    assert entry == D[4]


def test_should_exit_cannot_use_a_trigger_that_a_later_market_acts_on() -> None:
    class LeavesOnNews(EventStrategy):
        params = dict(hold=None)
        heard = False

        def on_trigger(self, trigger):
            self.heard = True

        def should_exit(self, holding):
            return self.heard

        def next(self):
            if len(self) == 2:
                self.buy(data=self.getdatabyname("KOR"), size=10)
            super().next()

    ((_, leaves, *_),) = lots(duel.play_engine(two_markets(LeavesOnNews, duel.at_noon(D[5]))))
    assert leaves == D[6]  # not at 00:00 of date 5, twelve hours before the news


def test_hooks_see_an_event_as_it_was_believed_then() -> None:
    seen = []

    class Reads(EventStrategy):
        def on_trigger(self, trigger):
            seen.append((trigger.event.status, len(trigger.event.revisions)))

    later = ref.Rev(duel.at_noon(D[8]), "minute", None, "cancelled")
    duel.play_engine(case(Reads, [10] * 12, status="scheduled", start=D[20], revisions=[later]))
    assert seen == [("scheduled", 0)]


def test_closes_are_current_in_a_strategys_own_next() -> None:
    seen = []

    class Looks(EventStrategy):
        def next(self):
            seen.append(self.closes("AAA", 2))

    duel.play_engine(case(Looks, [1, 2, 3, 4]))
    assert seen == [[], [1.0], [1.0, 2.0], [2.0, 3.0], [3.0, 4.0]]


def test_a_misspelt_attribute_is_refused_before_it_silently_does_nothing() -> None:
    class Slip(EventStrategy):
        theme = ("lng",)

    class Hook(EventStrategy):
        def on_triger(self, trigger): ...

    for wrong, right in ((Slip, "themes"), (Hook, "on_trigger")):
        with pytest.raises(StrategyError, match=f"Did you mean '{right}'"):
            wrong.resolve()


def test_a_parameter_that_no_part_reads_is_not_one() -> None:
    from eventfolio.strategies.buy_and_hold import BuyAndHold

    with pytest.raises(StrategyError, match="no parameter 'hold'"):
        BuyAndHold.resolve(hold=5)


def test_a_weight_out_of_range_is_refused_and_a_breakout_keeps_its_own() -> None:
    class Whole(EventStrategy):
        def on_trigger(self, trigger):
            self.go_long(trigger, weight=5.0)

    with pytest.raises(StrategyError, match=r"weight = 5\.0 cannot be"):
        duel.play_engine(case(Whole, [10] * 8))


def test_orders_other_than_market_orders_are_refused_in_words() -> None:
    class Limits(EventStrategy):
        def next(self):
            self.buy(size=1, price=5, exectype=bt.Order.Limit)

    with pytest.raises(StrategyError, match="only market orders"):
        duel.play_engine(case(Limits, [10] * 8))


def test_a_strategy_cannot_sell_what_it_does_not_hold() -> None:
    class Shorts(EventStrategy):
        def next(self):
            self.sell(size=10)

    played = duel.play_engine(case(Shorts, [10] * 5))
    assert lots(played) == []
    assert (played.ledger.cash == 1_000.0).all()


def test_notify_order_hears_of_every_fill() -> None:
    heard = []

    class Listens(EventStrategy):
        params = dict(hold=2, weight=1.0)

        def notify_order(self, order):
            if order.status == order.Completed:
                heard.append((order.isbuy(), order.executed.size, order.executed.price, self.position.size))

    duel.play_engine(case(Listens, [10, 10, 10, 11, 12, 12]))
    assert heard == [(True, 100.0, 10.0, 100.0), (False, -100.0, 12.0, 0.0)]


def test_an_occurrence_is_traded_when_it_is_believed_to_begin() -> None:
    class WhenItHappens(EventStrategy):
        trigger = Occurrence()
        params = dict(hold=2, weight=1.0)

    planned = case(WhenItHappens, [10] * 12, known=1, status="scheduled", start=D[6])
    assert lots(duel.play_engine(planned)) == [(D[6], D[8], "time", 100.0)]


def test_an_unknown_parameter_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(StrategyError, match="Did you mean 'hold'"):
        AnnouncementDrift.resolve(holdd=3)


def test_parts_reach_every_number_by_name() -> None:
    class Renamed(EventStrategy):
        trigger = Announcement()
        entry = AtOpen()
        leave = Leave("hold", "stop")
        params = dict(hold=7, stop=0.2)

    plan, params = Renamed.resolve(stop=0.1)
    assert (plan.hold, plan.stop, plan.take, params["weight"]) == (7, 0.1, None, 0.5)
