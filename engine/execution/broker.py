"""Backtrader's broker on the tape: orders fill only where the market traded, at its prices, for what they cost.

A date goes (DESIGN 5.2): corporate actions; then, for each instant of regular open in order, new orders are sized
together, exits fill, entries fill, levels are judged; then the books close. Sale proceeds and dividends are spendable
from the next date on.
"""

from __future__ import annotations

import math
from typing import Any

import backtrader as bt

from engine.execution import rules
from engine.execution.lots import Lot, Ticket
from engine.ledger import Reason, Status, Why
from engine.market.tape import Tape
from strategies.parts import StrategyError

_SHARE_DUST = 1e-9  # a rest of shares this small is the rounding error of a sum
_CENT_DUST = 1e-6  # a cash balance this far below zero is the rounding error of a purchase that took it all


class TapeBroker(bt.brokers.BackBroker):
    """Every order of a strategy goes through here; `take_up` gives it a tape, an account and a desk before the run."""

    def take_up(self, tape: Tape, purse: Any, desk: Any, begin: int) -> None:
        """Start the account at the tape's column `begin`; orders count from its window on."""
        self.tape, self.desk, self.purse = tape, desk, purse
        self.cash: float = purse.cash
        desk.broker = self
        self.column = begin - 2  # the clock begins a date ahead
        self.begun = -1
        self.equity = self.spendable = purse.cash
        self.plan = desk.plan
        self.tickets: list[Ticket] = []
        self.lots: list[Lot] = []
        self.live: dict[int, list[Lot]] = {}  # lots held, by row
        self.entries: dict[int, list[Ticket]] = {}  # purchases under way, by row
        self.sales: dict[int, list[Ticket]] = {}
        self.entitled: list[tuple[Lot, float, float]] = []  # lot, shares before the ex-date's open, cash a share
        self.taken: dict[int, float] = {}  # shares of the date's bars already used, by row
        self.fills: list[tuple[Any, ...]] = []
        self.waits: list[tuple[int, int, int, float]] = []
        self.holdings: list[tuple[int, int, float, float]] = []
        self.equities: list[float] = []
        self.cashes: list[float] = []

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
        """Cancel an order that is still open."""
        found = next((ticket for ticket in self.tickets if ticket.order is order and ticket.is_open), None)
        if found is not None:
            self.close(found, Why.REVISED)
        return found is not None

    def close(self, ticket: Ticket, why: Why, status: Status | None = None) -> None:
        """End an order that is not wholly filled, and say why."""
        ticket.status = status or (Status.PART if ticket.filled > 0 else Status.LAPSED)
        ticket.why = why
        self._drop(ticket)
        (ticket.order.reject if status is Status.REJECTED else ticket.order.cancel)()
        self.notify(ticket.order)

    # --- a date ------------------------------------------------------------------------------------------------------

    def begin(self, column: int) -> None:
        """Corporate actions effective at a date's opens; once a date."""
        if column <= self.begun:
            return
        self.begun = column
        for row in self.tape.actions.get(column, ()):
            ratio, cash = self.tape.split.item(row, column), self.tape.dividend.item(row, column)
            if ratio != 1.0:
                self._split(row, column, ratio)
            if cash:
                self.entitled += [(lot, lot.shares, cash) for lot in self.live.get(row, ())]

    def next(self) -> None:
        self.column += 1
        column = self.column
        if column < self.tape.first:
            return
        self.begin(column)
        self.spendable = self.cash
        if self.entries or self.sales or self.live:
            self.taken.clear()
            for instant in self.tape.openings[column]:
                self._instant(column, instant)
        self._books(column)

    def end(self) -> None:
        """After the last date: what is still open stays so, and says so."""
        for ticket in self.tickets:
            if ticket.is_open:
                ticket.why = Why.END

    def _instant(self, column: int, rows: list[int]) -> None:
        """One instant of regular open: size, exits, entries, levels."""
        new = [t for row in rows for t in self.entries.get(row, ()) if not t.is_sized]
        if new:
            self._size(column, new)
        for ticket in sorted(self._exits(column, rows), key=self._exit_rank):
            self._sell(ticket, column)
        for ticket in sorted((t for row in rows for t in self.entries.get(row, ())), key=_entry_rank):
            self._buy(ticket, column)
        if self._has_levels:
            for row in rows:
                if row in self.live and self.tape.has_bar[row, column] and not self.tape.close_only[row, column]:
                    self._levels(row, column)

    # --- sizes -------------------------------------------------------------------------------------------------------

    def _size(self, column: int, tickets: list[Ticket]) -> None:
        """Size an instant's new purchases together: shares of equity, shrunk to the cash left, in whole lots (5.4)."""
        tape, sized = self.tape, []
        for ticket in tickets:
            row = ticket.row
            close = tape.last_close.item(row, column - 1) / tape.split.item(row, column) if column > 0 else math.nan
            is_new = not math.isnan(close) or tape.session.item(row, column) == ticket.session
            if is_new and tape.fx_stale[row, column]:
                self.close(ticket, Why.STALE_FX, Status.REJECTED)
            elif math.isnan(close):
                self._wait(ticket, column, Why.NO_CLOSE)
            else:
                ticket.column = column  # an order that had no close to be sized with is new today
                ticket.equity, ticket.target = self.equity, ticket.share * self.equity
                ticket.last_close, ticket.last_fx = close, tape.fx_fill.item(row, column)
                sized.append(ticket)
        worth = {t: t.last_close * t.last_fx for t in sized}
        held = {t: self._held(t.row) if t.rebalances else 0.0 for t in sized}
        missing = {t: t.target - held[t] * worth[t] for t in sized}
        cost = sum(missing[t] * (1.0 + tape.slippage.item(t.row, column) + self._fees(t, column)) for t in sized)
        factor = rules.shrink(cost, self.spendable)
        for t in sized:
            lot = tape.lot.item(t.row, column)
            aim = rules.whole_lots((held[t] * worth[t] + factor * missing[t]) / worth[t], lot)
            t.factor, t.wanted = factor, rules.whole_lots(aim - held[t], lot)
            t.left = t.wanted
            if t.rebalances and (t.left == 0 or t.left * worth[t] < t.band * self.equity):
                t.is_sent = False
                self.close(t, Why.BELOW_ONE_LOT)
            elif t.left == 0:
                self.close(t, Why.BELOW_ONE_LOT, Status.REJECTED)

    def _fees(self, ticket: Ticket, column: int) -> float:
        return self.tape.commission.item(ticket.row, column) + self.tape.buy_tax.item(ticket.row, column)

    def _held(self, row: int) -> float:
        return sum(lot.shares for lot in self.live.get(row, ()))

    # --- fills -------------------------------------------------------------------------------------------------------

    def _buy(self, ticket: Ticket, column: int) -> None:
        """Buy at the open what the bar's volume and then the cash allow; a rest the volume left waits (5.3, 5.4)."""
        tape, row = self.tape, ticket.row
        if not ticket.is_sized:  # no close to size it with yet
            self._lapse(ticket, column)
            return
        if not tape.has_bar[row, column]:
            self._wait(ticket, column, Why.NO_BAR)
            self._lapse(ticket, column)
            return
        lot = tape.lot.item(row, column)
        size = rules.purchase_size(ticket.left, self._cap(row, column), lot)
        raw = self._open_price(row, column)
        price = rules.buy_price(raw, tape.slippage.item(row, column), tape.high.item(row, column))
        unit = price * tape.fx_fill.item(row, column) * (1.0 + self._fees(ticket, column))
        bought = rules.affordable(size, unit, self.spendable, lot)
        if bought > 0 and ticket.lot is not None:
            self._fill(ticket, ticket.lot, column, bought, raw, price)
        if bought < size:
            self.close(ticket, *((Why.CASH,) if ticket.filled > 0 else (Why.BELOW_ONE_LOT, Status.REJECTED)))
        elif ticket.is_open:
            self._wait(ticket, column, Why.VOLUME)
            self._lapse(ticket, column)

    def _sell(self, ticket: Ticket, column: int, level: float | None = None) -> None:
        """Sell a lot (or first in, first out) at the open, or at a `level` the bar reached; what stays waits."""
        tape, row = self.tape, ticket.row
        lots = [ticket.lot] if ticket.lot is not None else list(self.live.get(row, ()))
        sellable = {lot: self._sellable(lot, column) for lot in lots}
        if ticket.lot is not None:
            ticket.left = ticket.lot.shares
            ticket.wanted = ticket.filled + ticket.left
        if not tape.has_bar[row, column]:
            self._wait(ticket, column, Why.NO_BAR)
        else:
            able = min(ticket.left, sum(sellable.values()))
            size = rules.sale_size(able, self._cap(row, column), tape.lot.item(row, column))
            raw = self._open_price(row, column) if level is None else level
            slips = ticket.reason is not Reason.TAKE  # a take is a limit order
            at = rules.sell_price(raw, tape.slippage.item(row, column), tape.low.item(row, column)) if slips else raw
            for lot in lots:
                part = sellable[lot] if size > sellable[lot] - _SHARE_DUST else size
                if part > _SHARE_DUST:
                    size -= part
                    self._fill(ticket, lot, column, part, raw, at)
                    if ticket.lot is not None and lot.entry is not None and lot.entry.is_open:
                        self.close(lot.entry, Why.EXITED)
            if ticket.is_open:
                self._wait(ticket, column, Why.VOLUME if able > 0 else Why.T_PLUS_ONE)
        self._lapse(ticket, column)

    def _fill(self, ticket: Ticket, lot: Lot, column: int, shares: float, raw: float, price: float) -> None:
        """Book a fill: cash, lot, backtrader's position and order, and the ledger's line."""
        tape, row, side = self.tape, ticket.row, ticket.side
        fx = tape.fx_fill.item(row, column)
        value = shares * price * fx
        commission = value * tape.commission.item(row, column)
        tax = value * (tape.buy_tax if side > 0 else tape.sell_tax).item(row, column)
        self.cash -= side * value + commission + tax
        if side > 0:
            self.spendable -= value + commission + tax
            if -_CENT_DUST < self.cash < 0.0:
                self.cash = 0.0
            self._bought(lot, column, shares, price)
        else:
            lot.shares -= shares
            if not lot.is_held:
                self._gone(lot, ticket)
        self.taken[row] = self.taken.get(row, 0.0) + shares
        ticket.filled += shares
        ticket.left = ticket.left - shares if ticket.left - shares > _SHARE_DUST else 0.0
        self.fills.append(
            (
                ticket.number,
                lot.number,
                row,
                column,
                side,
                ticket.reason,
                shares,
                raw,
                price,
                fx,
                commission,
                tax,
                ticket.column - 1,
            )
        )
        self._tell_backtrader(ticket, side * shares, price, value, commission + tax)
        if ticket.left == 0:
            ticket.status, ticket.why = Status.FILLED, Why.NONE
            self._drop(ticket)

    def _gone(self, lot: Lot, ticket: Ticket) -> None:
        """A lot is sold out: a limit left from a part-filled take goes with it."""
        self.live[lot.row].remove(lot)
        if not self.live[lot.row]:
            del self.live[lot.row]
        if lot.take is not None and lot.take is not ticket:
            self.close(lot.take, Why.EXITED)

    def _bought(self, lot: Lot, column: int, shares: float, price: float) -> None:
        if lot.session < 0:
            lot.session = self.tape.session.item(lot.row, column)
            if self.plan.hold is not None:
                lot.claims[0].hold = lot.session + self.plan.hold
            self.live.setdefault(lot.row, []).append(lot)
        lot.shares += shares
        lot.fresh += shares
        lot.basis_shares += shares
        lot.basis_cost += shares * price

    def _tell_backtrader(self, ticket: Ticket, size: float, price: float, value: float, fees: float) -> None:
        """Backtrader's own view of the fill, for notify_order, positions and trades."""
        order, feed = ticket.order, ticket.order.data
        position = self.positions[feed]
        before = position.price
        position_size, position_price, opened, closed = position.update(size, price)
        part = abs(opened) / abs(size)
        fx = value / (abs(size) * price)
        order.executed.remsize = size + math.copysign(ticket.left, size)
        order.execute(
            feed.datetime[0], size, price,
            closed, abs(closed) * before * fx, fees * (1 - part), opened, abs(opened) * price * fx, fees * part,
            None, -closed * (price - before) * fx, position_size, position_price,
        )  # fmt: skip
        order.addcomminfo(self.getcommissioninfo(feed))
        self.notify(order)

    # --- levels ------------------------------------------------------------------------------------------------------

    @property
    def _has_levels(self) -> bool:
        return not (self.plan.stop is None and self.plan.take is None and self.plan.trail is None)

    def _exits(self, column: int, rows: list[int]) -> list[Ticket]:
        """Sales on their way, and lots whose open has passed a level."""
        under_way = [ticket for row in rows for ticket in self.sales.get(row, ())]
        for ticket in under_way:
            if ticket.lot is None and ticket.row not in self.live:
                self.close(ticket, Why.NOTHING_HELD, Status.REJECTED)
        found = [t for t in under_way if (t.lot.take is not t if t.lot is not None else t.row in self.live)]
        if not self._has_levels:
            return found
        for row in rows:
            if row in self.live and self.tape.has_bar[row, column]:
                price = self._open_price(row, column)
                for lot in self.live[row]:
                    if lot.exit is None and lot.session < self.tape.session.item(row, column):
                        stop, take, reason = self._levels_of(lot)
                        hit = rules.level_at_open(price, stop, take)
                        if hit and self._sellable(lot, column) > 0:
                            found.append(self._triggered(lot, reason if hit == rules.STOP else Reason.TAKE, column))
        return found

    def _levels(self, row: int, column: int) -> None:
        """Judge a bar after its open; a triggered stop's rest waits for the next open, a take's stays a limit."""
        tape = self.tape
        bar = (tape.high.item(row, column), tape.low.item(row, column), tape.close.item(row, column))
        for lot in list(self.live[row]):
            if lot.exit is not None or self._sellable(lot, column) <= 0:
                continue
            stop, take, reason = self._levels_of(lot)
            hit, price = rules.level_within(*bar, stop, take)
            if hit == rules.STOP:
                self._sell(self._triggered(lot, reason, column), column, price)
            elif hit == rules.TAKE:
                self._sell(self._triggered(lot, Reason.TAKE, column), column, price)

    def _levels_of(self, lot: Lot) -> tuple[float, float, Reason]:
        plan, entry = self.plan, lot.average_entry
        stop = math.nan if plan.stop is None else plan.stop
        trail = math.nan if plan.trail is None else plan.trail
        level = rules.stop_level(entry, stop, trail, lot.high)
        reason = Reason.STOP if level == entry * (1.0 - stop) else Reason.TRAIL
        return level, math.nan if plan.take is None else entry * (1.0 + plan.take), reason

    def _triggered(self, lot: Lot, reason: Reason, column: int) -> Ticket:
        """The sale a level sends; a take's stays with its lot as a limit."""
        if reason is Reason.TAKE and lot.take is not None:
            return lot.take
        ticket = self.desk.sale(lot, reason, column)
        if reason is Reason.TAKE:
            lot.take, lot.exit = ticket, None
        return ticket

    def _sellable(self, lot: Lot, column: int) -> float:
        return lot.shares - (lot.fresh if self.tape.t_plus_one[lot.row, column] else 0.0)

    # --- corporate actions and books ---------------------------------------------------------------------------------

    def _split(self, row: int, column: int, ratio: float) -> None:
        for lot in self.live.get(row, ()):
            lot.split(ratio)
        for ticket in self.entries.get(row, ()):
            if ticket.is_sized:
                ticket.left = rules.whole_lots(ticket.left * ratio, self.tape.lot.item(row, column))
                if ticket.left == 0:
                    self.close(ticket, Why.BELOW_ONE_LOT)
        position = self.positions[self.desk.feed(row)]
        position.size *= ratio
        position.price /= ratio

    def _books(self, column: int) -> None:
        """Close a date: interest on idle cash, dividends, closes, equity."""
        tape = self.tape
        if self.purse.cash_rate:
            before = tape.dates[column - 1] if column > tape.first else self.desk.eve
            days = int((tape.dates[column] - before).astype(int))
            self.cash *= (1.0 + self.purse.cash_rate) ** (days / 365.25)
        for lot, shares, cash in self.entitled:
            if lot.is_held and self.purse.reinvest:
                more = shares * cash / tape.last_close.item(lot.row, column)
                lot.shares += more
                self.positions[self.desk.feed(lot.row)].size += more
            else:
                paid = shares * cash * tape.fx_book.item(lot.row, column)
                self.cash += paid
                lot.dividends += paid
        self.entitled.clear()
        total = 0.0
        for row in sorted(self.live):
            close = tape.close.item(row, column)
            for lot in self.live[row]:
                lot.fresh = 0.0
                if close == close and not lot.high >= close:
                    lot.high = close
            shares = self._held(row)
            value = shares * tape.last_close.item(row, column) * tape.fx_book.item(row, column)
            self.holdings.append((column, row, shares, value))
            total += value
        self.equity = self.cash + total
        self.equities.append(self.equity)
        self.cashes.append(self.cash)

    def _get_value(self, datas: Any = None, lever: bool = False) -> float:
        """Value in the account currency at the last books: of all, or of some feeds' positions."""
        column = max(self.column, 0)
        rows = range(len(self.tape.symbols)) if not datas else [self.tape.row(data._name) for data in datas]
        value = sum(
            self._held(row) * self.tape.last_close.item(row, column) * self.tape.fx_book.item(row, column)
            for row in rows
            if row in self.live
        )
        return value if datas else self.cash + value

    # --- small things ------------------------------------------------------------------------------------------------

    def _open_price(self, row: int, column: int) -> float:
        return (self.tape.close if self.tape.close_only[row, column] else self.tape.open).item(row, column)

    def _cap(self, row: int, column: int) -> float:
        whole = rules.volume_cap(self.tape.volume.item(row, column), self.tape.volume_share.item(row, column))
        return whole - self.taken.get(row, 0.0)

    def _wait(self, ticket: Ticket, column: int, why: Why) -> None:
        ticket.why = why
        self.waits.append((ticket.number, column, why, ticket.left))

    def _lapse(self, ticket: Ticket, column: int) -> None:
        """An order that has waited its patience out ends; any other waits on."""
        waited = self.tape.session.item(ticket.row, column) - ticket.session
        if ticket.is_open and ticket.patience is not None and waited >= ticket.patience:
            self.close(ticket, ticket.why)

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
        lots = [ticket.lot] if ticket.lot is not None else self.live[ticket.row]
        return lots[0].created, ticket.row, ticket.number

    def _users_ticket(self, order: Any) -> Ticket:
        """An order that a strategy sent by itself: so many shares, at the listing's next open that trades."""
        if order.exectype != bt.Order.Market:
            raise StrategyError(
                f"{type(order.owner).__name__}: only market orders are played; use the parameters stop, take and trail "
                "for levels, which are judged on the market's own bars."
            )
        row = self.tape.row(order.data._name)
        column = min(self.column + 1, self.tape.last)
        return self.desk.users_ticket(row, 1 if order.isbuy() else -1, abs(order.size), column)


def _entry_rank(ticket: Ticket) -> tuple[int, int, int]:
    return ticket.column, ticket.row, ticket.number  # rows are in order of symbol
