"""Backtrader without its idle work: what nobody looks at is not moved, told or noted; orders, fills and books are the
same to the last bit as in backtrader's own loop (`simulate(…, lean=False)`), which the tests hold against this one.

How much is idle depends on the methods of its own that a strategy has:

- none: its parts decide on dates with something due; no line moves, no order is told of, as nobody looks
- only such as are called when something happens (`ON_OCCASION`): every line stands at its date whenever one is called
- any other, its own `next` or indicators among them: every line moves on every date
"""

from __future__ import annotations

from typing import Any, Literal

import backtrader as bt

from eventfolio.engine.execution.broker import TapeBroker
from eventfolio.engine.execution.feed import TapeFeed
from eventfolio.strategies import EventStrategy

ON_OCCASION = frozenset({"on_trigger", "should_exit", "notify_order", "notify_trade"})
_OF_THE_METACLASS = frozenset({"params", "lines", "linealias", "plotinfo", "plotlines"})

_OPTIONS = {"stdstats": False, "broker_coo": False}

Attention = Literal["never", "on occasion", "always"]


def attention(strategy: type[EventStrategy]) -> Attention:
    """When a strategy's own code looks at anything."""
    own = strategy.__mro__[: strategy.__mro__.index(EventStrategy)]
    replaced = {
        name
        for base in own
        for name, value in vars(base).items()
        if (callable(value) or isinstance(value, property)) and hasattr(EventStrategy, name)
    } - _OF_THE_METACLASS
    if not replaced:
        return "never"
    return "on occasion" if replaced <= ON_OCCASION else "always"


def set_up(strategy: type[EventStrategy], lean: bool) -> tuple[TapeCerebro, TapeBroker, type[TapeFeed]]:
    """Cerebro, broker and kind of feed for a run."""
    if not lean:
        return TapeCerebro(**_OPTIONS), TapeBroker(), TapeFeed
    cerebro, broker = LeanCerebro(**_OPTIONS), LeanBroker()
    cerebro.attention = attention(strategy)
    broker.is_watched = cerebro.attention != "never"
    return cerebro, broker, TapeFeed if broker.is_watched else UnwatchedFeed


class TapeCerebro(bt.Cerebro):
    """Backtrader's own loop.

    warm : bars until a strategy's own `next` is called, so that it decides for no open before the window
    """

    warm = 0

    def _runonce(self, runstrats: list[Any]) -> None:
        self._warm_up(runstrats)
        super()._runonce(runstrats)

    def _warm_up(self, runstrats: list[Any]) -> None:
        for strategy in runstrats:
            strategy._minperiods = [max(period, self.warm) for period in strategy._minperiods]


class LeanCerebro(TapeCerebro):
    """The same dates in the same order, for feeds on one date line and a strategy whose `attention` is given."""

    attention: Attention = "always"

    def _runonce(self, runstrats: list[Any]) -> None:
        broker, desk = self._broker, self._broker.desk
        if self._timers or self._timerscheat:  # a strategy set an alarm clock of backtrader's
            super()._runonce(runstrats)
        elif self.attention == "never":
            for _ in broker.clock.moments:
                broker.next()
                desk.decide()
        else:
            self._step(runstrats[0], broker, desk)

    def _step(self, strategy: Any, broker: Any, desk: Any) -> None:
        strategy._once()
        strategy.reset()
        for feed in self.datas:
            feed.hide_the_future()
        self._warm_up([strategy])
        if self.attention == "always":
            for place, moment in enumerate(broker.clock.moments):
                self._show_all(place)
                self._brokernotify()
                strategy._oncepost(moment)
            return
        for place, moment in enumerate(broker.clock.moments):
            self._brokernotify()
            strategy.forward()
            strategy.lines.datetime[0] = moment
            if strategy._orderspending or desk.is_due():
                self._show_all(place)
                strategy._notify()
                strategy.next()
                strategy.clear()

    def _show_all(self, place: int) -> None:
        for feed in self.datas:
            feed.show(place)


class LeanBroker(TapeBroker):
    """Orders for a strategy that may not look: then nothing is noted on them that only it could read."""

    is_watched = True

    def show(self, feed: Any) -> None:
        """Have a feed stand at today's bar before an order reads it."""
        if self.is_watched:
            feed.show(self.place)

    def transmit(self, order: Any, check: bool = True) -> Any:
        super().transmit(order, check)
        if not self.is_watched:
            self.orders.clear()
        return order

    def notify(self, order: Any) -> None:
        if self.is_watched:
            super().notify(order)
        elif not order.alive():
            order.info["ticket"].order = None  # nobody asks for it again, and thousands weigh

    def buy(self, owner: Any, data: Any, size: float, **more: Any) -> Any:
        if self.is_watched:
            return super().buy(owner, data, size, **more)
        return self._unwatched(bt.order.BuyOrder(owner=owner, data=data, size=size, simulated=True), more["ticket"])

    def sell(self, owner: Any, data: Any, size: float, **more: Any) -> Any:
        if self.is_watched:
            return super().sell(owner, data, size, **more)
        return self._unwatched(bt.order.SellOrder(owner=owner, data=data, size=size, simulated=True), more["ticket"])

    def _unwatched(self, order: Any, ticket: Any) -> Any:
        order.addinfo(ticket=ticket)
        return self.transmit(order)


class UnwatchedFeed(TapeFeed):
    """A listing whose bars nobody looks at: none are laid out."""

    def preload(self) -> None:
        self.home()
