"""Backtrader's broker on the tape: hands each date to the semantics, and tells backtrader what became of each order.

It decides and fills nothing itself (`eventfolio.engine.execution.semantics` does). Backtrader's strategy sends its
orders here, is told of them, and asks here for cash, value and positions.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import backtrader as bt

from eventfolio.engine.execution.feed import Clock
from eventfolio.engine.execution.semantics.decide import enter
from eventfolio.engine.execution.semantics.lots import lots_of
from eventfolio.engine.execution.semantics.orders import AS_FILLED, end
from eventfolio.engine.execution.semantics.own_orders import own_purchase, own_sale
from eventfolio.engine.execution.semantics.records import Lot, Order
from eventfolio.engine.execution.semantics.trading_conditions import is_listed
from eventfolio.engine.execution.simulation import Simulation
from eventfolio.engine.execution.views import ShownTrigger, holding_of
from eventfolio.engine.ledger.ledger import OrderOutcome, Status
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.strategies.errors import StrategyError
from eventfolio.strategies.parameters import check_weight


class TapeBroker(bt.brokers.BackBroker):
    """Every order of a strategy goes through here; `take_up` gives it a simulation before the run."""

    def take_up(self, simulation: Simulation, clock: Clock, floor: int, moves_feeds: bool) -> None:
        """Start at the clock's first date; orders count from the tape's window on.

        floor       : ns UTC; a strategy's own orders trade only at opens after it (the publication, point in time)
        moves_feeds : feeds stand at a date only once they are asked to (else backtrader's own loop moves them)
        """
        self.setcash(simulation.book.cash)
        self.simulation, self.tape, self.clock, self.floor = simulation, simulation.tape, clock, floor
        self.moves_feeds = moves_feeds
        self.place = -1
        simulation.column = clock.begin - 2  # the clock begins a date ahead
        simulation.state.face = self
        self.instant = 0  # the open, or close, whose news a strategy is being shown, ns UTC; else 0
        self.sending: Order | None = None
        self.bt_orders: dict[int, Any] = {}  # those open, by the number of ours

    @property
    def column(self) -> int:
        """The date of the last books."""
        return self.simulation.column

    @cached_property
    def strategy(self) -> Any:
        """The strategy that is played."""
        return self.cerebro.runningstrats[0]

    @cached_property
    def hooks(self) -> tuple[str, ...]:
        """What it decides or looks at by itself."""
        return self.strategy.hooks()

    # --- a date -------------------------------------------------------------------------------------------------------

    def next(self) -> None:
        """The next date's trades and books."""
        self.place += 1
        self.simulation.trade()
        if self.column >= self.tape.first:
            for row in self.tape.actions.get(self.column, ()):  # splits and dividends changed what is held
                self.positions[self.strategy.datas[row]].size = self.simulation.held(row)

    def decide(self) -> None:
        """Everything decided for the opens of the next date, from the closes of this one and before."""
        self.simulation.decide(any_row=bool(self.hooks))

    def is_due(self) -> bool:
        """Whether anything is to be decided for the opens of the next date."""
        return self.simulation.is_due("should_exit" in self.hooks)

    def _stand_at(self, place: int) -> None:
        """Have every feed stand at a date."""
        for feed in self.strategy.datas:
            feed.show(place)

    def show(self, feed: Any) -> None:
        """Have a feed stand at today's bar before an order reads it."""
        if self.moves_feeds:
            feed.show(self.place)

    # --- what a strategy calls ----------------------------------------------------------------------------------------

    def enter(self, shown: ShownTrigger, weight: float | None = None) -> None:
        """Act on a trigger: buy, wait for confirmation, or treat it as a repeat."""
        on = self.simulation
        if weight is not None:
            weight = check_weight(weight, "go_long")
            if on.parts.half_life is not None:
                raise StrategyError(
                    "go_long(trigger, weight) has no meaning with Decaying(…): the share follows the events."
                )
        if on.taken is not None:
            on.taken.add(shown.number)
        share = on.plan.weight if weight is None else weight
        enter(on.market, on.state, on.plan, on.triggers, shown.number, on.next_column, share)

    def closes(self, listing: str, n: int) -> list[float]:
        """The listing's last `n` closes before the coming date, oldest first."""
        if listing not in self.tape.symbols:
            raise StrategyError(
                f"closes('{shown(listing)}', …): no such listing.{did_you_mean(listing, self.tape.symbols)}"
            )
        if n < 1:
            return []
        row = self.tape.row(listing)
        return [float(close) for close in self.tape.known_closes(row, self.column + 1, n)]

    def transmit(self, order: Any, check: bool = True) -> Any:
        """Accept an order as it comes; what it may buy is settled at its open, not guessed before."""
        ours, self.sending = self.sending or self._own(order), None
        self.bt_orders[ours.number] = order
        self.orders.append(order)
        order.submit(self)
        order.accept(self)
        self.notify(order)
        on = self.simulation
        if not is_listed(on.market, ours.row, ours.column):  # a strategy's own order
            end(on.state, ours, OrderOutcome.DELISTED, Status.REJECTED)
        return order

    def cancel(self, order: Any, bracket: bool = False) -> bool:
        """Cancel an order that is still open; a strategy may hold the copy that `notify_order` gave it."""
        for number, one in self.bt_orders.items():
            if one.ref == order.ref:
                end(self.simulation.state, self.simulation.state.orders[number], OrderOutcome.CANCELLED, AS_FILLED)
                return True
        return False

    def get_cash(self) -> float:
        """Cash in the account currency."""
        return self.simulation.book.cash

    def get_value(self, datas: Any = None, mkt: bool = False, lever: bool = False) -> float:
        """Value in the account currency at the last books: of everything, or of some feeds' positions."""
        if datas is None:
            return self.simulation.book.equity
        total = 0.0
        for data in datas:
            total += self.simulation.value_of(self.tape.row(data._name))
        return total

    getcash, getvalue = get_cash, get_value

    def _own(self, order: Any) -> Order:
        """An order that a strategy sent by itself; not before the instant whose news it was just shown."""
        if order.exectype != bt.Order.Market:
            raise StrategyError(
                f"{type(order.owner).__name__}: only market orders are played; use the parameters stop, take and trail "
                "for levels, which are judged on the market's own bars."
            )
        on, row = self.simulation, self.tape.row(order.data._name)
        column, earliest = on.next_column, max(self.instant, self.floor + 1)
        while column < self.tape.last and 0 <= self.tape.opens_at.item(row, column) < earliest:
            column += 1
        on.wake(row)
        make = own_purchase if order.isbuy() else own_sale
        return make(on.market, on.state, on.plan, row, abs(order.size), column)

    # --- what the semantics ask and tell (`semantics.calls`) ----------------------------------------------------------

    def on_trigger(self, number: int) -> bool:
        """Show a trigger to a strategy that decides by itself."""
        if not self.hooks:
            return False
        on = self.simulation
        ours = on.triggers[number]
        trigger = on.schedule.triggers[ours.number]
        if trigger.last_call is None:
            self.instant = known_by = self.tape.opens_at.item(ours.row, ours.column)
        else:  # today's bars have begun, but a hook sees those of dates before alone
            self.instant, known_by = self.tape.closes_at.item(ours.row, ours.column), trigger.last_call
            self._stand_at(self.place - 1)
        self.strategy.on_trigger(ShownTrigger(trigger, number, known_by))
        if trigger.last_call is not None:
            self._stand_at(self.place)
        self.instant = 0
        return True

    def should_exit(self, lot: Lot) -> bool:
        """Ask a strategy's own rule about a lot."""
        if "should_exit" not in self.hooks:
            return False
        self.instant = self.tape.opens_at.item(lot.row, self.simulation.next_column)
        leaves = bool(self.strategy.should_exit(holding_of(self.simulation, lot, self.instant)))
        self.instant = 0
        return leaves

    def sent(self, order: Order) -> bool:
        """Send an order of ours through backtrader."""
        feed = self.strategy.datas[order.row]
        self.show(feed)
        self.sending = order
        send = self.strategy.buy if order.side > 0 else self.strategy.sell
        send(data=feed, size=1 if math.isnan(order.left) else order.left)
        return True

    def ended(self, order: Order) -> bool:
        """An order ended that was not wholly filled."""
        bt_order = self.bt_orders.pop(order.number)
        self.show(bt_order.data)
        (bt_order.reject if order.status == Status.REJECTED else bt_order.cancel)()
        self.notify(bt_order)
        return True

    def filled(self, order: Order, shares: float, price: float, fx: float, costs: float) -> bool:
        """Backtrader's own view of a fill, for notify_order, positions and trades."""
        bt_order = self.bt_orders[order.number]
        feed, size = bt_order.data, order.side * shares
        self.show(feed)
        position = self.positions[feed]
        before = position.price
        position_size, position_price, opened, closed = position.update(size, price)
        part = abs(opened) / abs(size)
        bt_order.executed.remsize = size + math.copysign(order.left, size)
        bt_order.execute(
            self.clock.moments[self.place], size, price,
            closed, abs(closed) * before * fx, costs * (1 - part), opened, abs(opened) * price * fx, costs * part,
            None, -closed * (price - before) * fx, position_size, position_price,
        )  # fmt: skip
        bt_order.addcomminfo(self.getcommissioninfo(feed))
        self.notify(bt_order)
        if order.left == 0:
            del self.bt_orders[order.number]
        return True

    def split(self, row: int, ratio: float) -> bool:
        """A split multiplied what is held."""
        position = self.positions[self.strategy.datas[row]]
        position.size, position.price = self.simulation.held(row), position.price / ratio
        return True

    def turned(self, row: int) -> bool:
        """A listing ended: it is held no more, or holds what another was."""
        position, lots = self.positions[self.strategy.datas[row]], list(lots_of(self.simulation.state, row))
        position.size = self.simulation.held(row)
        cost, shares = sum(lot.basis_cost for lot in lots), sum(lot.basis_shares for lot in lots)
        position.price = cost / shares if shares else 0.0
        return True
