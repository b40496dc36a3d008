"""What a strategy's own code is shown, and what becomes of its own orders, where listings end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support import duel
from support import reference as ref

from eventfolio import Decaying, EventStrategy, Leave

D = duel.DAYS
HOURS = {day: (duel.at_noon(day).replace(hour=14), duel.at_noon(day).replace(hour=21)) for day in D[:20]}


def case_of(end: ref.End, strategy: type, *news: int) -> duel.Case:
    """A at 10 ends on date 6; B at 20 goes on. News of A at noon of the given dates, acted on in their sessions."""
    bars: dict[str, Any] = {s: dict.fromkeys(D[:20], (p, p, p, p, 10**9)) for s, p in (("A", 10.0), ("B", 20.0))}
    market = ref.Market(
        {s: ref.Listing(s, "XNYS", "USD", 1, rows) for s, rows in bars.items()},
        {},
        {"XNYS": HOURS},
        {"XNYS": ref.Costs()},
        ends={"A": end},
    )
    events = [ref.Ev(f"news{i}", duel.at_noon(D[i]), ("t",)) for i in news]
    case = duel.Case(market, events, {"t": ["A"], "u": ["B"]}, ref.Spec("drift"), D[0], D[15])
    return replace(case, strategy=strategy, cash=10_000.0)


def test_a_strategy_is_not_shown_news_of_a_listing_that_has_ended() -> None:
    shown: list[str] = []

    class Told(EventStrategy):
        params = dict(hold=3, weight=0.5)

        def on_trigger(self, trigger: Any) -> None:
            shown.append(trigger.event.id)
            self.go_long(trigger)

    played = duel.play_engine(case_of(ref.End(D[6], cash=9.0), Told, 1, 5, 6, 7))
    assert shown == ["news1", "news5"]
    assert [played.words[f"news{i}", "A"] for i in (1, 5, 6, 7)] == ["bought", "bought", "delisted", "delisted"]


def test_a_strategy_may_still_ask_for_a_lot_by_its_gain_on_what_its_shares_became() -> None:
    gains: list[tuple[int, float]] = []

    class Asked(EventStrategy):
        params = dict(hold=9, weight=0.5)

        def should_exit(self, holding: Any) -> bool:
            gains.append((holding.sessions, round(holding.gain, 9)))
            return holding.sessions == 7

    played = duel.play_engine(case_of(ref.End(D[6], cash=2.5, into="B", ratio=0.5), Asked, 1))
    # 500 A at 10 become 250 B at 20, and 2.5 for each: of the 12.5 that one came to, four fifths are shares, so that
    # two shares of A, one of B, stand for 16 of cost.
    assert gains == [*((n, 0.0) for n in range(1, 5)), *((n, 0.25) for n in range(5, 8))]
    (trade,) = played.trades.to_dict("records")
    assert (trade["symbol"], trade["exit_reason"], trade["exit_shares"]) == ("A", "signal", 250)


@pytest.mark.parametrize("fast", [True, False])
def test_a_strategy_that_is_told_of_orders_sells_what_a_decaying_share_became_without_news_of_it(fast: bool) -> None:
    told: list[str] = []

    class Told(EventStrategy):
        size, leave = Decaying("weight", "half_life", "band"), Leave()
        params = dict(weight=0.5, half_life=500, band=0.02)

        def notify_order(self, order: Any) -> None:
            told.append(order.getstatusname())

    played = duel.play_engine(case_of(ref.End(D[6], into="B", ratio=0.5), Told, 1), fast=fast)
    # 500 A at 10 become 250 B on date 6; B has had no news, so its share is none, and all of it is sold at that open.
    (trade,) = played.trades.to_dict("records")
    assert (trade["symbol"], trade["shares"], trade["exit_shares"], trade["exit_price"]) == ("A", 500, 250, 20)
    assert trade["exit_session"].date() == D[6]
    assert told.count("Completed") == 2


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_an_order_of_a_strategy_s_own_for_a_listing_that_has_ended_is_rejected(side: str) -> None:
    told: list[str] = []

    class Own(EventStrategy):
        params = dict(hold=None)

        def next(self) -> None:
            if self.datetime.date(0) == D[7]:
                getattr(self, side)(data=self.getdatabyname("A"), size=10)

        def notify_order(self, order: Any) -> None:
            told.append(order.getstatusname())

    played = duel.play_engine(case_of(ref.End(D[6], cash=9.0), Own))
    (order,) = played.orders.to_dict("records")
    assert (order["status"], order["why"], order["filled"]) == ("rejected", "delisted", 0)
    assert told[-1] == "Rejected"


def test_an_order_of_a_strategy_s_own_that_waits_ends_with_its_listing() -> None:
    class Own(EventStrategy):
        params = dict(hold=None)

        def next(self) -> None:
            if self.datetime.date(0) == D[3]:
                self.buy(data=self.getdatabyname("A"), size=10)

    case = case_of(ref.End(D[6], cash=9.0), Own)
    case.market.listings["A"].bars.update(dict.fromkeys(D[4:6], (10.0, 10.0, 10.0, 10.0, 0)))  # a halt
    (order,) = duel.play_engine(case).orders.to_dict("records")
    assert (order["status"], order["why"]) == ("lapsed", "delisted")
