"""backtrader as its tutorials use it: pandas feeds, observers, an analyzer, and a `next` that walks over every feed.

python tests/benchmarks/by_naive_backtrader.py W1 [repeats]
"""

from __future__ import annotations

from typing import Any

import backtrader as bt
import pandas as pd
from made_up import CASH, COMMISSION, SHARE, SLIPPAGE, Calendars, calendars_of, parameter_sets, prices_of
from timing import Part, arguments, frames, report


class Naive(bt.Strategy):
    """Buys a tenth of equity at the open after news, sells after `hold` sessions at the open, or at the stop."""

    params = dict(news=None, hold=20, stop=0.08)

    def __init__(self) -> None:
        self.entered: dict[Any, int] = {}
        self.waiting: dict[Any, Any] = {}
        self.stops: dict[Any, Any] = {}

    def notify_order(self, order: Any) -> None:
        if order.status in (order.Submitted, order.Accepted):
            return
        feed = order.data
        if order.status == order.Completed and order.isbuy():
            self.entered[feed] = len(self)
            if self.p.hold > 1:
                price = order.executed.price * (1 - self.p.stop)
                self.stops[feed] = self.sell(feed, size=order.executed.size, exectype=bt.Order.Stop, price=price)
        elif order.status == order.Completed:
            self.stops.pop(feed, None)
        if feed in self.waiting and self.waiting[feed].ref == order.ref:  # what is told is a copy
            del self.waiting[feed]

    def next(self) -> None:
        today = self.p.news.get(len(self), ())
        for number, feed in enumerate(self.datas):
            if feed in self.waiting:
                continue
            held = self.getposition(feed).size
            if held and len(self) - self.entered[feed] >= self.p.hold - 1:
                if feed in self.stops:
                    self.cancel(self.stops.pop(feed))
                self.waiting[feed] = self.sell(feed, size=held)
            elif number in today and not held:
                size = int(SHARE * self.broker.getvalue() // feed.close[0])
                if size:
                    self.waiting[feed] = self.buy(feed, size=size)


def news(calendars: Calendars, number: int) -> dict[int, set[int]]:
    """Feeds to buy, by the number of bars seen when deciding: at the close of the bar before the news is traded."""
    columns, rows, _ = calendars.of(number)
    found: dict[int, set[int]] = {}
    for column, row in zip(columns.tolist(), rows.tolist(), strict=True):
        found.setdefault(column, set()).add(row)
    return found


def play(bars: list[pd.DataFrame], events: dict[int, set[int]], hold: int, stop: float) -> float:
    cerebro = bt.Cerebro()
    for number, frame in enumerate(bars):
        cerebro.adddata(bt.feeds.PandasData(dataname=frame), name=str(number))
    cerebro.broker.setcash(CASH)
    cerebro.broker.setcommission(commission=COMMISSION)
    cerebro.broker.set_slippage_perc(SLIPPAGE)
    cerebro.addanalyzer(bt.analyzers.TimeReturn)
    cerebro.addstrategy(Naive, news=events, hold=hold, stop=stop)
    cerebro.run()
    return float(cerebro.broker.getvalue())


def main(name: str, repeats: int) -> None:
    bars, calendars = frames(*prices_of(name)), calendars_of(name)
    part = Part(parameter_sets(name), len(calendars), 10)
    report(lambda: part.play(lambda plan, number: play(bars, news(calendars, number), *plan)), repeats, part.times)


if __name__ == "__main__":
    main(*arguments(3))
