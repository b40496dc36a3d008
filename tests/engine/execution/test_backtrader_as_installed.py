"""backtrader as installed gives the orders and values its own tests print, and the engine built on it the same fills.

Its broker, order and indicator code is relied on and never edited: a release that behaves otherwise fails here.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from typing import Any

import backtrader as bt
import pandas as pd
import pytest
from support import duel
from support import reference as ref
from support.places import SHARED

from eventfolio import EventStrategy

TRUTH = SHARED / "truth" / "engine"


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    if not TRUTH.exists():
        pytest.skip("../shared/truth/engine is not here")
    return json.loads((TRUTH / "expected.json").read_text())


@pytest.fixture(scope="module")
def bars(expected: dict[str, Any]) -> pd.DataFrame:
    return pd.read_csv(TRUTH / "2006-day-001.txt", index_col="Date", parse_dates=True)


class Crossover(bt.Strategy):
    """Buys one unit when the close crosses above its mean of 15, sells it when it crosses below."""

    params = dict(period=15)

    def __init__(self) -> None:
        self.pending: Any = None
        mean = bt.indicators.SMA(self.data, period=self.p.period)
        self.cross = bt.indicators.CrossOver(self.data.close, mean)
        self.told: dict[str, list[str]] = {"buy_create": [], "sell_create": [], "buy_exec": [], "sell_exec": []}

    def next(self) -> None:
        if self.pending:
            return
        if not self.position and self.cross > 0:
            self.told["buy_create"].append(f"{self.data.close[0]:.2f}")
            self.pending = self.buy(size=1)
        elif self.position and self.cross < 0:
            self.told["sell_create"].append(f"{self.data.close[0]:.2f}")
            self.pending = self.close()

    def notify_order(self, order: bt.Order) -> None:
        if order.status == bt.Order.Completed:
            self.told["buy_exec" if order.isbuy() else "sell_exec"].append(f"{order.executed.price:.2f}")
        if not order.alive():
            self.pending = None


def run(bars: pd.DataFrame, **commission: float) -> tuple[bt.Cerebro, Crossover]:
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.PandasData(dataname=bars))
    cerebro.addstrategy(Crossover)
    cerebro.addanalyzer(bt.analyzers.SQN, _name="sqn")
    cerebro.addanalyzer(bt.analyzers.TimeReturn, _name="years", timeframe=bt.TimeFrame.Years)
    cerebro.broker.setcash(10_000)
    if commission:
        cerebro.broker.setcommission(**commission)
    (strategy,) = cerebro.run()
    return cerebro, strategy


FUTURES = dict(commission=2.0, mult=10.0, margin=1000.0)


@pytest.mark.parametrize("mode", ["stocklike", "futures_like"])
def test_the_orders_and_values_of_its_own_tests_come_out(expected, bars, mode: str) -> None:
    case = expected["unoptimized"]
    cerebro, strategy = run(bars, **(FUTURES if mode == "futures_like" else {}))
    assert strategy.told == {kind: case[kind] for kind in strategy.told}
    assert f"{cerebro.broker.getvalue():.2f}" == case[mode]["final_value"]
    assert f"{cerebro.broker.getcash():.2f}" == case[mode]["final_cash"]


def test_its_analyzers_come_out(expected, bars) -> None:
    _, strategy = run(bars, **FUTURES)
    quality = strategy.analyzers.sqn.get_analysis()
    assert str(quality["sqn"]).startswith(expected["sqn"]["sqn_prefix"])
    assert quality["trades"] == expected["sqn"]["trades"]
    (year,) = strategy.analyzers.years.get_analysis().values()
    assert year == pytest.approx(float(expected["yearly_time_return"]["value"]), rel=1e-12)


def test_the_same_strategy_on_our_broker_fills_at_the_same_opens_to_the_same_value(expected, bars) -> None:
    """Without costs, volume unknown (the file's zeros would trade nothing). Cash and equity end as backtrader's do."""

    class Ours(EventStrategy):
        __init__ = Crossover.__init__
        next = Crossover.next
        notify_order = Crossover.notify_order
        params = dict(period=15)

    days = [stamp.date() for stamp in bars.index]
    rows = dict(zip(days, ((*row, None) for row in bars[["Open", "High", "Low", "Close"]].to_numpy()), strict=True))
    hours = {day: (datetime.combine(day, time(9), UTC), datetime.combine(day, time(17), UTC)) for day in days}
    market = ref.Market({"A": ref.Listing("A", "XNYS", "USD", 1, rows)}, {}, {"XNYS": hours}, {"XNYS": ref.Costs()})
    case = duel.Case(market, [], {"t": ["A"]}, ref.Spec("drift"), days[0], days[-1], 10_000.0, strategy=Ours)
    played = duel.play_engine(case)
    fills = played.ledger.fills
    for side, kind in ((1, "buy_exec"), (-1, "sell_exec")):
        assert [f"{price:.2f}" for price in fills["raw"][fills["side"] == side]] == expected["unoptimized"][kind]
    assert f"{played.ledger.equity[-1]:.2f}" == expected["unoptimized"]["stocklike"]["final_value"]
    assert f"{played.ledger.cash[-1]:.2f}" == expected["unoptimized"]["stocklike"]["final_cash"]
