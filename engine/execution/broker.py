"""Backtrader's broker on the tape: orders fill only where the market traded, at its prices, for what they cost.

A date goes (DESIGN 5.2): corporate actions; then, for each instant of regular open in order, new orders are sized
together, exits fill, entries fill, levels are judged; then the books close. Sale proceeds and dividends are spendable
from the next date on.
"""

from __future__ import annotations

import math
from typing import Any

import backtrader as bt

from eventfolio.engine.execution import rules
from eventfolio.engine.execution.account import Account
from eventfolio.engine.execution.feed import Clock
from eventfolio.engine.execution.lots import Lot, Ticket
from eventfolio.engine.execution.market_terms import Terms
from eventfolio.engine.execution.rules import SHARE_DUST, added
from eventfolio.engine.execution.sizing import size_together
from eventfolio.engine.ledger.ledger import Reason, Status, Why
from eventfolio.engine.ledger.purse import Purse
from eventfolio.engine.market.tape import Tape
from eventfolio.strategies.parts import StrategyError


class TapeBroker(bt.brokers.BackBroker):
    """Every order of a strategy goes through here; `take_up` gives it a tape, an account and a desk before the run."""

    def take_up(self, tape: Tape, purse: Purse, desk: Any, clock: Clock) -> None:
        """Start the account at the clock's first date; orders count from the tape's window on."""
        self.setcash(purse.cash)
        self.tape, self.desk, self.plan = tape, desk, desk.plan
        self.terms = Terms(tape)
        self.account = Account(tape, purse, self.terms)
        desk.broker, desk.account = self, self.account
        self.clock, self.place = clock, -1
        self.column = clock.begin - 2  # the clock begins a date ahead
        self.tickets: list[Ticket] = []
        self.lots: list[Lot] = []
        self.entries: dict[int, list[Ticket]] = {}  # purchases under way, by row
        self.sales: dict[int, list[Ticket]] = {}
        self.taken: dict[int, float] = {}  # shares of the date's bars already used, by row
        self.fills: list[tuple[Any, ...]] = []
        self.waits: list[tuple[int, int, int, float]] = []

    # --- orders in ---------------------------------------------------------------------------------------------------

    def transmit(self, order: Any, check: bool = True) -> Any:
        """Accept an order as it comes; what it may buy is settled at its open, not guessed before."""
        ticket = order.info.get("ticket") or self._users_ticket(order)
        ticket.order = order
        self.tickets.append(ticket)
        self.orders.append(order)
        (self.entries if ticket.side > 0 else self.sales).setdefault(ticket.row, []).append(ticket)
        order.submit(self)
        order.accept(self)
        self.notify(order)
        return order

    def cancel(self, order: Any, bracket: bool = False) -> bool:
        """Cancel an order that is still open; a strategy may hold the copy that `notify_order` gave it."""
        found = next((ticket for ticket in self.tickets if ticket.is_open and ticket.order.ref == order.ref), None)
        if found is not None:
            self.close(found, Why.CANCELLED)
        return found is not None

    def close(self, ticket: Ticket, why: Why, status: Status | None = None) -> None:
        """End an order that is not wholly filled, and say why."""
        ticket.status = status or (Status.PART if ticket.filled > 0 else Status.LAPSED)
        ticket.why = why
        self._drop(ticket)
        self.show(ticket.order.data)
        (ticket.order.reject if status is Status.REJECTED else ticket.order.cancel)()
        self.notify(ticket.order)

    def show(self, feed: Any) -> None:
        """Called before an order reads a feed, which backtrader's own loop has standing at today's bar."""

    def wait(self, ticket: Ticket, column: int, why: Why) -> None:
        """Note that an order waits, and why; a purchase that has waited its patience out ends."""
        ticket.why = why
        self.waits.append((ticket.number, column, why, ticket.left))

    def get_cash(self) -> float:
        """Cash in the account currency."""
        return self.account.cash

    def get_value(self, datas: Any = None, mkt: bool = False, lever: bool = False) -> float:
        """Value in the account currency at the last books: of everything, or of some feeds' positions."""
        if datas is None:
            return self.account.equity
        return added(self.account.value_of(self.tape.row(data._name), max(self.column, 0)) for data in datas)

    getcash, getvalue = get_cash, get_value

    # --- a date ------------------------------------------------------------------------------------------------------

    def _corporate_actions(self, column: int) -> None:
        """What is effective at a date's opens: splits, and who is entitled to a dividend."""
        for row in self.tape.actions.get(column, ()):
            ratio, cash = self.tape.split.item(row, column), self.tape.dividend.item(row, column)
            if ratio != 1.0:
                self.account.split(row, column, ratio)
                self._split_orders(row, column, ratio)
            if cash:
                self.account.entitle(row, cash)

    def next(self) -> None:
        self.place += 1
        self.column += 1
        column = self.column
        if column < self.tape.first:
            return
        self._corporate_actions(column)
        if self.entries or self.sales or self.account.held_lots:
            self.taken.clear()
            concerned = {*self.entries, *self.sales, *self.account.held_lots}
            for instant in self.tape.instants(column, concerned):
                self._instant(column, instant)
        self.account.close_books(column)
        for row in self.tape.actions.get(column, ()):  # splits and dividends changed what backtrader holds
            self.positions[self.desk.feed(row)].size = self.account.held(row)

    def end(self) -> None:
        """After the last date: what is still open stays so, and says why."""
        for ticket in self.tickets:
            if ticket.is_open and ticket.why is Why.NONE:
                ticket.why = Why.WAITING

    def _instant(self, column: int, rows: list[int]) -> None:
        """One instant of regular open: size, exits, entries, levels."""
        entries = [t for row in rows for t in self.entries.get(row, ()) if t.column <= column]
        new = [ticket for ticket in entries if not ticket.is_sized]
        if new:
            size_together(self, new, column)
        for ticket in sorted(self._exits(column, rows), key=self._exit_rank):
            if ticket.is_open:  # else its lot was just sold by another
                self._sell(ticket, column)
        for ticket in sorted(entries, key=_entry_rank):
            if ticket.is_open:
                self._buy(ticket, column)
        if self.plan.has_levels:
            for row in rows:
                is_judged = self.tape.has_bar[row, column] and not self.tape.close_only[row, column]
                if is_judged and row in self.account.held_lots:
                    self._levels(row, column)

    # --- fills -------------------------------------------------------------------------------------------------------

    def _buy(self, ticket: Ticket, column: int) -> None:
        """Buy at the open what the bar's volume and then the cash allow; a rest the volume left waits (5.3, 5.4)."""
        row, terms = ticket.row, self.terms
        if ticket.is_sized:  # else there is no close to size it with yet
            if not self.tape.has_bar[row, column]:
                self.wait(ticket, column, Why.HALTED)
            elif terms.is_locked(row, column, 1):
                self.wait(ticket, column, Why.LOCKED)
            else:
                size = rules.purchase_size(ticket.left, self._cap(row, column), self.tape.lot.item(row, column))
                price = terms.purchase_price(row, column)
                bought = terms.affordable(row, column, size, price, self.account.spendable)
                if bought > 0 and ticket.lot is not None:
                    self._fill(ticket, ticket.lot, column, bought, terms.open_price(row, column), price, bought)
                if bought < size:
                    self.close(ticket, Why.NO_CASH, None if ticket.filled > 0 else Status.REJECTED)
                elif ticket.is_open:
                    self.wait(ticket, column, Why.VOLUME)
        self._lapse(ticket, column)

    def _sell(self, ticket: Ticket, column: int, level: float | None = None) -> None:
        """Sell a lot (or first in, first out) at the open, or at a `level` the bar reached; what stays waits."""
        row, terms = ticket.row, self.terms
        lots = [ticket.lot] if ticket.lot is not None else list(self.account.held_lots.get(row, ()))
        sellable = {lot: self._sellable(lot) for lot in lots}
        if ticket.lot is not None:
            ticket.left = ticket.lot.shares
            ticket.wanted = ticket.filled + ticket.left
        if not self.tape.has_bar[row, column]:
            self.wait(ticket, column, Why.HALTED)
        elif terms.is_locked(row, column, -1):
            self.wait(ticket, column, Why.LOCKED)
        else:
            able = min(ticket.left, added(sellable.values()))
            size = rules.sale_size(able, self._cap(row, column), self.tape.lot.item(row, column))
            raw = terms.open_price(row, column) if level is None else level
            price = terms.sale_price(row, column, raw, slips=ticket.reason is not Reason.TAKE)
            parts: dict[Lot, float] = {}
            for lot in lots:
                part = sellable[lot] if size > sellable[lot] - SHARE_DUST else size
                if part > SHARE_DUST:
                    size -= part
                    parts[lot] = part
            sold = added(parts.values())
            for lot, part in parts.items():
                self._fill(ticket, lot, column, part, raw, price, sold)
                if lot.entry is not None and lot.entry.is_open:
                    self.close(lot.entry, Why.EXITED)
            if ticket.is_open:
                self.wait(ticket, column, Why.VOLUME if able > 0 else Why.T_PLUS_ONE)
        self._lapse(ticket, column)

    def _fill(
        self, ticket: Ticket, lot: Lot, column: int, shares: float, raw: float, price: float, traded: float
    ) -> None:
        """Book a lot's part of a fill of `traded` shares: account, backtrader's side, the ledger's line.

        Charges are taken once a fill, minima and rounding with them, and shared by the lots.
        """
        row, side = ticket.row, ticket.side
        fx = self.tape.fx_fill.item(row, column)
        value, part = shares * price * fx, shares / traded
        charges = [charge * fx * part for charge in self.terms.charges(row, column, side, traded * price)]
        costs = added(charges)
        if side > 0:
            if lot.session < 0:
                self._open_lot(lot, column)
            self.account.buy(lot, shares, price, value + costs)
        else:
            self.account.sell(lot, shares, value - costs)
            if not lot.is_held:
                for other in (lot.exit, lot.take):  # another sale, or a limit left from a part-filled take
                    if other is not None and other is not ticket:
                        self.close(other, Why.EXITED)
        self.taken[row] = self.taken.get(row, 0.0) + shares
        ticket.filled += shares
        ticket.left = ticket.left - shares if ticket.left - shares > SHARE_DUST else 0.0
        slipped = side * (price - raw) * shares * fx
        booked = (ticket.number, lot.number, row, column, side, ticket.reason, shares, raw, price, fx)
        self.fills.append((*booked, *charges, slipped, ticket.column - 1))
        self._tell_backtrader(ticket, side * shares, price, fx, costs)
        if ticket.left == 0:
            ticket.status, ticket.why = Status.FILLED, Why.NONE
            self._drop(ticket)

    def _open_lot(self, lot: Lot, column: int) -> None:
        """The first fill: its session is session 0 of the time exit (5.5)."""
        lot.session = self.tape.session.item(lot.row, column)
        if self.plan.hold is not None and lot.trigger >= 0:  # a strategy's own purchase it sells itself
            lot.claims[0].hold = lot.session + self.plan.hold

    def _tell_backtrader(self, ticket: Ticket, size: float, price: float, fx: float, costs: float) -> None:
        """Backtrader's own view of the fill, for notify_order, positions and trades."""
        order, feed = ticket.order, ticket.order.data
        self.show(feed)
        position = self.positions[feed]
        before = position.price
        position_size, position_price, opened, closed = position.update(size, price)
        part = abs(opened) / abs(size)
        order.executed.remsize = size + math.copysign(ticket.left, size)
        order.execute(
            self.clock.moments[self.place], size, price,
            closed, abs(closed) * before * fx, costs * (1 - part), opened, abs(opened) * price * fx, costs * part,
            None, -closed * (price - before) * fx, position_size, position_price,
        )  # fmt: skip
        order.addcomminfo(self.getcommissioninfo(feed))
        self.notify(order)

    # --- levels ------------------------------------------------------------------------------------------------------

    def _exits(self, column: int, rows: list[int]) -> list[Ticket]:
        """Sales on their way, and lots whose open has passed a level."""
        held = self.account.held_lots
        under_way = [t for row in rows for t in self.sales.get(row, ()) if t.column <= column]
        for ticket in under_way:
            if ticket.lot is None and ticket.row not in held:
                self.close(ticket, Why.NOTHING_HELD, None if ticket.filled > 0 else Status.REJECTED)
        found = [t for t in under_way if t.is_open and (t.lot is None or t.lot.take is not t)]
        if not self.plan.has_levels:
            return found
        for row in rows:
            if row in held and self.tape.has_bar[row, column]:
                price = self.terms.open_price(row, column)
                for lot in held[row]:
                    if lot.exit is None and lot.session < self.tape.session.item(row, column):
                        stop, take, reason = self._levels_of(lot, column)
                        hit = rules.level_at_open(price, stop, take)
                        if hit and self._sellable(lot) > 0:
                            found.append(self._triggered(lot, reason if hit == rules.STOP else Reason.TAKE, column))
        return found

    def _levels(self, row: int, column: int) -> None:
        """Judge a bar after its open; a triggered stop's rest waits for the next open, a take's stays a limit."""
        tape = self.tape
        bar = (tape.high.item(row, column), tape.low.item(row, column), tape.close.item(row, column))
        for lot in list(self.account.held_lots[row]):
            if lot.exit is not None or self._sellable(lot) <= 0:
                continue
            stop, take, reason = self._levels_of(lot, column)
            hit, price = rules.level_within(*bar, stop, take)
            if hit == rules.STOP:
                self._sell(self._triggered(lot, reason, column), column, price)
            elif hit == rules.TAKE:
                self._sell(self._triggered(lot, Reason.TAKE, column), column, price)

    def _levels_of(self, lot: Lot, column: int) -> tuple[float, float, Reason]:
        """Stop (or trail) and take of a lot, and which of the two the first is."""
        plan, entry = self.plan, lot.average_entry
        stop = math.nan if plan.stop is None else plan.stop
        trail = math.nan if plan.trail is None else plan.trail
        level = rules.stop_level(entry, stop, trail, lot.high)
        reason = Reason.STOP if level == entry * (1.0 - stop) else Reason.TRAIL
        if plan.take is None:
            return level, math.nan, reason
        return level, rules.tick_up(entry * (1.0 + plan.take), self.terms.bands(lot.row, column)), reason

    def _triggered(self, lot: Lot, reason: Reason, column: int) -> Ticket:
        """The sale a level sends; a take's stays with its lot as a limit."""
        if reason is Reason.TAKE and lot.take is not None:
            return lot.take
        ticket = self.desk.sale(lot, reason, column)
        if reason is Reason.TAKE:
            lot.take, lot.exit = ticket, None
        return ticket

    # --- small things ------------------------------------------------------------------------------------------------

    def _sellable(self, lot: Lot) -> float:
        return lot.shares - (lot.fresh if self.tape.t_plus_one[lot.row] else 0.0)

    def _cap(self, row: int, column: int) -> float:
        return self.terms.cap(row, column) - self.taken.get(row, 0.0)

    def _lapse(self, ticket: Ticket, column: int) -> None:
        """An order that has waited its patience out ends; any other waits on."""
        waited = self.tape.session.item(ticket.row, column) - ticket.session
        if ticket.is_open and ticket.patience is not None and waited >= ticket.patience:
            self.close(ticket, ticket.why)

    def _split_orders(self, row: int, column: int, ratio: float) -> None:
        """A waiting purchase is multiplied and floored to a lot, a sale multiplied, or ended with its lot."""
        for ticket in list(self.sales.get(row, ())):
            ticket.left *= ratio
            if ticket.lot is not None and not ticket.lot.is_held:
                self.close(ticket, Why.EXITED)
        for ticket in list(self.entries.get(row, ())):
            if ticket.is_sized:
                ticket.left = rules.whole_lots(ticket.left * ratio, self.tape.lot.item(row, column))
                if ticket.left == 0:
                    self.close(ticket, Why.BELOW_ONE_LOT)
        position = self.positions[self.desk.feed(row)]
        position.size, position.price = self.account.held(row), position.price / ratio

    def _drop(self, ticket: Ticket) -> None:
        side = self.entries if ticket.side > 0 else self.sales
        side[ticket.row].remove(ticket)
        if not side[ticket.row]:
            del side[ticket.row]
        if ticket.lot is not None and ticket.lot.exit is ticket:
            ticket.lot.exit = None
        if ticket.lot is not None and ticket.lot.take is ticket:
            ticket.lot.take = None

    def _exit_rank(self, ticket: Ticket) -> tuple[int, int, int]:
        lots = [ticket.lot] if ticket.lot is not None else self.account.held_lots[ticket.row]
        return lots[0].created, ticket.row, ticket.number

    def _users_ticket(self, order: Any) -> Ticket:
        """An order that a strategy sent by itself: so many shares, at the listing's next open that trades."""
        if order.exectype != bt.Order.Market:
            raise StrategyError(
                f"{type(order.owner).__name__}: only market orders are played; use the parameters stop, take and trail "
                "for levels, which are judged on the market's own bars."
            )
        row = self.tape.row(order.data._name)
        return self.desk.users_ticket(row, 1 if order.isbuy() else -1, abs(order.size))


def _entry_rank(ticket: Ticket) -> tuple[int, int, int]:
    return ticket.column, ticket.row, ticket.number  # rows are in order of symbol
