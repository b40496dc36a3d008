"""Backtrader's commission scheme for feeds in local money and an account of another currency.

The broker charges the market's own costs; this is what backtrader asks when it sizes an `order_target_…` or values a
trade.
"""

from __future__ import annotations

from typing import Any

import backtrader as bt

from eventfolio.engine.execution.rules import whole_lots


class TapeCommission(bt.CommInfoBase):
    """One listing's: `broker` and `row` say at which exchange rate."""

    params = (("broker", None), ("row", 0), ("stocklike", True))

    def _rate(self) -> float:
        """The rate for fills at the next open, known by the close before it; zero buys where there is none yet."""
        return float(self.p.broker.tape.fx_fill.item(self.p.row, self.p.broker.simulation.next_column))

    def getsize(self, price: float, cash: float) -> float:
        """Shares that `cash` of the account's buys at a local price; none while the rate is unknown."""
        unit = price * self._rate()
        return whole_lots(cash / unit, 1) if unit > 0 else 0

    def getvaluesize(self, size: float, price: float) -> float:
        return abs(size) * price * self._rate()

    def getvalue(self, position: Any, price: float) -> float:
        return position.size * price * self._rate()

    def getoperationcost(self, size: float, price: float) -> float:
        return abs(size) * price * self._rate()

    def profitandloss(self, size: float, price: float, newprice: float) -> float:
        return size * (newprice - price) * self._rate()

    def _getcommission(self, size: float, price: float, pseudoexec: bool) -> float:
        return 0.0  # the broker's own costs are in its fills
