"""A faster Cerebro loop: feeds advance and orders notify only where the strategy could observe it.

Orders, fills and books are the same to the last bit as in backtrader's own loop (`simulate(…, fast=False)`), which the
tests hold against this one. How much is left out depends on the methods of its own that a strategy has:

- none: its parts are played by the semantics alone, date by date; no line moves, no order is told of, as nobody looks
- only such as are called when something happens (`ON_OCCASION`): every line stands at its date whenever one is called
- any other, its own `next` or indicators among them: every line moves on every date
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import backtrader as bt

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


def set_up(strategy: type[EventStrategy], fast: bool) -> tuple[TapeCerebro, type[TapeFeed]]:
    """Cerebro and kind of feed for a run."""
    if not fast:
        return TapeCerebro(**_OPTIONS), TapeFeed
    cerebro = FastCerebro(**_OPTIONS)
    cerebro.attention = attention(strategy)
    return cerebro, TapeFeed if cerebro.attention != "never" else UnwatchedFeed


class TapeCerebro(bt.Cerebro):
    """Backtrader's own loop.

    warm        : bars until a strategy's own `next` is called, so that it decides for no open before the window
    moves_feeds : whether feeds stand at a date only once they are asked to
    progress    : told (dates played, dates in all) by the faster loop, date by date
    """

    warm = 0
    moves_feeds = False
    progress: Callable[[int, int], None] | None = None

    def _runonce(self, runstrats: list[Any]) -> None:
        self._warm_up(runstrats)
        super()._runonce(runstrats)

    def _warm_up(self, runstrats: list[Any]) -> None:
        for strategy in runstrats:
            strategy._minperiods = [max(period, self.warm) for period in strategy._minperiods]


class FastCerebro(TapeCerebro):
    """The same dates in the same order, for feeds on one date line and a strategy whose `attention` is given."""

    attention: Attention = "always"
    moves_feeds = True

    def _runonce(self, runstrats: list[Any]) -> None:
        broker: Any = self._broker
        if self.attention == "never":
            broker.simulation.state.face = None
            broker.simulation.play()
        elif self._timers or self._timerscheat:  # a strategy set an alarm clock of backtrader's
            super()._runonce(runstrats)
        else:
            self._step(runstrats[0], broker)

    def _step(self, strategy: Any, broker: Any) -> None:
        strategy._once()
        strategy.reset()
        for feed in self.datas:
            feed.hide_the_future()
        self._warm_up([strategy])
        tell, moments = self.progress, broker.clock.moments
        if self.attention == "always":
            for place, moment in enumerate(moments):
                if tell:
                    tell(place, len(moments))
                self._show_all(place)
                self._brokernotify()
                strategy._oncepost(moment)
            return
        for place, moment in enumerate(moments):
            if tell:
                tell(place, len(moments))
            self._brokernotify()
            strategy.forward()
            strategy.lines.datetime[0] = moment
            if strategy._orderspending or broker.is_due():
                self._show_all(place)
                strategy._notify()
                strategy.next()
                strategy.clear()

    def _show_all(self, place: int) -> None:
        for feed in self.datas:
            feed.show(place)


class UnwatchedFeed(TapeFeed):
    """A listing whose bars nobody looks at: none are laid out."""

    def preload(self) -> None:
        self.home()
