"""Backtrader without its idle work against backtrader's own loop: the same ledger to the bit, and nothing that a
strategy looks at or is told of differs."""

from __future__ import annotations

from random import Random
from typing import Any

import backtrader as bt
import pytest
from support import duel, ending
from support.proof import random_markets

from eventfolio import EventStrategy
from eventfolio.engine.execution.fast_loop import attention
from eventfolio.engine.ledger.ledger import Ledger
from eventfolio.strategies.announcement_drift import AnnouncementDrift


def both(case: duel.Case) -> tuple[Ledger, Ledger]:
    """The ledger of the fast run, and of backtrader's own loop."""
    return duel.play_engine(case).ledger, duel.play_engine(case, fast=False).ledger


def both_told(case: duel.Case, make: Any) -> None:
    """Play a class of the test's own, made anew for each run to write down what it sees: ledgers and notes agree."""
    notes: list[list[Any]] = []

    def told_class() -> type:
        notes.append([])
        return make(notes[-1])

    ledgers = []
    for fast in (True, False):
        case.strategy = told_class()
        ledgers.append(duel.play_engine(case, fast).ledger)
    assert ledgers[0] == ledgers[1]
    assert repr(notes[0]) == repr(notes[1])  # NaN is no reason to differ


@random_markets(60)
def test_parts_alone_give_the_same_ledger(seed: int) -> None:
    fast, plain = both(duel.random_case(Random(seed)))
    assert fast == plain


@random_markets(60)
def test_parts_alone_give_the_same_ledger_under_the_markets_own_rules(seed: int) -> None:
    fast, plain = both(duel.random_rules_case(Random(seed)))
    assert fast == plain


class Seen(EventStrategy):
    """Writes down whatever a strategy can look at."""

    def look(self) -> list[Any]:
        now = [len(self), self.datetime.datetime(0), self.broker.getcash(), self.broker.getvalue()]
        for feed in self.datas:
            position = self.getposition(feed)
            now += [len(feed), feed.datetime.date(0), feed.close[0], feed.open[0], feed.volume[0], feed.buflen()]
            now += [position.size, position.price, feed.high.get(size=3).tolist() if len(feed) >= 3 else None]
        return [*now, self.datetime[-1] if len(self) > 1 else None]


def _order(order: Any) -> list[Any]:
    made, done = order.created, order.executed
    return [
        order.getstatusname(), order.isbuy(), order.size, order.plen, order.dteos,
        made.dt, made.price, made.pclose, made.size,
        done.dt, done.price, done.size, done.value, done.comm, done.pnl, done.remsize, done.psize, done.pprice,
    ]  # fmt: skip


def on_occasion(told: list[Any]) -> type:
    class OnOccasion(Seen):
        params = dict(hold=6, stop=0.04, take=0.07, trail=0.05, weight=0.9, patience=2)

        def on_trigger(self, trigger: Any) -> None:
            told.append(("trigger", trigger.event.id, self.look()))
            self.go_long(trigger, weight=0.2 + len(self) % 4 / 5)
            if len(self) % 3 == 0:
                self.buy(data=self.datas[len(self) % len(self.datas)], size=9)

        def should_exit(self, holding: Any) -> bool:
            told.append(("exit", holding, self.look()))
            return holding.gain > 0.03

        def notify_order(self, order: Any) -> None:
            told.append(("order", _order(order), self.look()))
            if order.status == order.Completed and order.isbuy() and len(self) % 2:
                self.sell(data=order.data, size=order.executed.size / 2)

        def notify_trade(self, trade: Any) -> None:
            told.append(("trade", {k: v for k, v in vars(trade).items() if k not in ("ref", "data")}, self.look()))

    return OnOccasion


def on_orders(told: list[Any]) -> type:
    class OnOrders(Seen):
        params = dict(hold=6, take=0.05, trail=0.05, weight=0.9, patience=1)

        def notify_order(self, order: Any) -> None:
            told.append((_order(order), self.look()))

    return OnOrders


def always(told: list[Any]) -> type:
    class Always(Seen):
        params = dict(hold=5, weight=0.5, repeat="add")

        def __init__(self) -> None:
            self.means = [bt.indicators.SMA(feed.close, period=4) for feed in self.datas]

        def notify_cashvalue(self, cash: float, value: float) -> None:
            told.append(("cash", cash, value))

        def next(self) -> None:
            told.append((self.look(), [mean[0] for mean in self.means]))
            super().next()
            for feed, mean in zip(self.datas, self.means, strict=True):
                if not self.getposition(feed).size and feed.close[0] > mean[0]:
                    self.buy(data=feed, size=20)
                elif len(self) % 7 == 0:
                    self.close(data=feed)

    return Always


def indicators_without_next(told: list[Any]) -> type:
    class Indicators(Seen):
        params = dict(hold=5, weight=0.5)

        def __init__(self) -> None:
            self.mean = bt.indicators.SMA(self.data.close, period=4)

        def on_trigger(self, trigger: Any) -> None:
            told.append((self.look(), self.mean[0], len(self.mean)))
            self.go_long(trigger)

    return Indicators


def an_alarm_clock(told: list[Any]) -> type:
    class Alarm(Seen):
        params = dict(hold=5, weight=0.5)

        def __init__(self) -> None:
            self.add_timer(when=bt.Timer.SESSION_START, weekdays=[2])

        def notify_timer(self, timer: Any, when: Any, *more: Any, **named: Any) -> None:
            told.append((when, self.look()))

    return Alarm


@pytest.mark.parametrize("make", [on_occasion, on_orders, always, indicators_without_next, an_alarm_clock])
@random_markets(25)
def test_a_strategy_of_ones_own_sees_and_does_the_same(make: Any, seed: int) -> None:
    draw = (duel.random_case, duel.random_rules_case, ending.ending_case)[seed % 3]
    both_told(draw(Random(seed)), make)


def test_there_is_something_to_see() -> None:
    """The cases above would agree on nothing at all."""
    for make in (on_occasion, on_orders, always, indicators_without_next, an_alarm_clock):
        told: list[Any] = []
        for seed in range(4):
            if len(told) >= 10:
                break
            case = duel.random_case(Random(seed))
            case.strategy = make(told)
            duel.play_engine(case)
        assert len(told) >= 10, make.__name__


def test_only_a_class_without_methods_of_its_own_is_never_looked_through() -> None:
    class Renamed(AnnouncementDrift):
        params = dict(hold=3)

    class Helped(AnnouncementDrift):
        def strong(self) -> bool:
            return True

    class Decides(Helped):
        def on_trigger(self, trigger: Any) -> None: ...

    class Hears(Decides):
        def notify_trade(self, trade: Any) -> None: ...

    class Counts(Hears):
        def notify_cashvalue(self, cash: float, value: float) -> None: ...

    class Deep(AnnouncementDrift):
        def _notify(self, *orders: Any, **trades: Any) -> None: ...

    class Sly(AnnouncementDrift):
        position = property(lambda self: None)

    for strategy, when in (
        (AnnouncementDrift, "never"), (Renamed, "never"), (Helped, "never"), (Decides, "on occasion"),
        (Hears, "on occasion"), (Counts, "always"), (Deep, "always"), (Sly, "always"),
    ):  # fmt: skip
        assert attention(strategy) == when, strategy.__name__
