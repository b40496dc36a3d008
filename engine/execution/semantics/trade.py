"""Fills the orders of one instant [dates-and-decisions].

At an open new orders are sized, exits and then entries fill, then stops and takes are judged; at a close entries fill.
"""

from __future__ import annotations

import math

from eventfolio.engine.execution import rules
from eventfolio.engine.execution.semantics import calls
from eventfolio.engine.execution.semantics.inputs import CLOSE, OPEN, Market, Plan
from eventfolio.engine.execution.semantics.levels import has_levels, levels_of, sale_at_open, sellable, triggered
from eventfolio.engine.execution.semantics.lots import hold_lot, let_go, lots_of, settle_time_exit
from eventfolio.engine.execution.semantics.orders import (
    AS_FILLED,
    BUY,
    SELL,
    drop,
    end,
    lapse,
    purchases_of,
    sales_of,
    wait,
)
from eventfolio.engine.execution.semantics.places import next_place
from eventfolio.engine.execution.semantics.positions import rows_at, rows_opening
from eventfolio.engine.execution.semantics.records import FILLS, Lot, Order, State
from eventfolio.engine.execution.semantics.sizing import cash_left, size_together
from eventfolio.engine.execution.semantics.trading_conditions import (
    affordable,
    cap_left,
    charges,
    fill_price,
    has_bar,
    is_locked,
    judges_levels,
    open_price,
    purchase_price,
    rate_of,
)
from eventfolio.engine.ledger.ledger import OrderOutcome, Reason, Status


def trade_at(market: Market, state: State, plan: Plan, column: int, instant: int) -> None:
    """One instant of regular open: new orders are sized together, exits fill, entries fill, levels are judged."""
    book = state.book[0]
    if book.purchases > 0:
        size_together(market, state, column, instant, OPEN)
    if plan.has_levels or book.sales > 0:
        count = line_up_exits(market, state, plan, column, instant)
        for place in range(count):
            order = state.orders[state.queue[place]]
            if order.status == Status.OPEN:  # else its lot was just sold by another
                sell(market, state, plan, order, column, math.nan)
    if book.purchases > 0:
        enter_at(market, state, plan, column, instant, OPEN)
    if plan.has_levels:
        for row in rows_opening(state, instant):
            if state.positions[row].is_judged and judges_levels(market, row, column):
                judge_levels(market, state, plan, row, column)


def buy_at_close(market: Market, state: State, plan: Plan, column: int, instant: int) -> None:
    """One instant of regular close: new orders are sized together, entries fill [at-the-close]."""
    if state.book[0].purchases > 0:
        size_together(market, state, column, instant, CLOSE)
        enter_at(market, state, plan, column, instant, CLOSE)


def enter_at(market: Market, state: State, plan: Plan, column: int, instant: int, closing: int) -> None:
    """Fill an instant's entries, each as far as it goes."""
    count = line_up_entries(state, column, instant, closing)
    for place in range(count):
        buy(market, state, plan, state.orders[state.queue[place]], column)


# --- whose turn it is [dates-and-decisions] --------------------------------------------------------------------------


def line_up_entries(state: State, column: int, instant: int, closing: int) -> int:
    """Open purchases of the instant into the queue, by date created, then symbol, then order decided; how many."""
    count = 0
    for row in rows_at(state, instant, closing):
        for order in purchases_of(state, row):
            if order.column <= column and order.closing == closing:
                place = next_place(count, len(state.queue))
                while place > 0 and state.orders[state.queue[place - 1]].column > order.column:
                    state.queue[place] = state.queue[place - 1]
                    place -= 1
                state.queue[place] = order.number
                count += 1
    return count


def line_up_exits(market: Market, state: State, plan: Plan, column: int, instant: int) -> int:
    """Sales under way, and of lots whose open has passed a level, into the queue by creation of the lot; how many."""
    count = 0
    for row in rows_opening(state, instant):
        for order in sales_of(state, row):
            if order.column <= column:
                if order.lot < 0 and state.positions[row].first_lot < 0:
                    end(state, order, OrderOutcome.NOTHING_HELD, AS_FILLED if order.filled > 0 else Status.REJECTED)
                elif order.lot < 0 or state.lots[order.lot].take != order.number:
                    count = line_up_exit(state, order, count)
        if plan.has_levels and state.positions[row].first_lot >= 0 and has_bar(market, row, column):
            for lot in lots_of(state, row):
                number = sale_at_open(market, state, plan, lot, column)
                if number >= 0:
                    count = line_up_exit(state, state.orders[number], count)
    return count


def line_up_exit(state: State, order: Order, count: int) -> int:
    """Put a sale into its place in the queue: by creation of its lot, symbol, order decided; the new count."""
    created = exit_rank(state, order)
    place = next_place(count, len(state.queue))
    while place > 0:
        other = state.orders[state.queue[place - 1]]
        rank = exit_rank(state, other)
        if rank < created or (rank == created and (other.row, other.number) < (order.row, order.number)):
            break
        state.queue[place] = other.number
        place -= 1
    state.queue[place] = order.number
    return count + 1


def exit_rank(state: State, order: Order) -> int:
    """The creation of the lot that a sale sells; of a sale first in, first out, of the oldest."""
    return state.lots[order.lot if order.lot >= 0 else state.positions[order.row].first_lot].created


# --- purchases -------------------------------------------------------------------------------------------------------


def buy(market: Market, state: State, plan: Plan, order: Order, column: int) -> None:
    """Buy what the bar's volume and then the cash allow; a rest that the volume left waits [entry, size].

    Where the market trades without a known close, an order for the close waits [at-the-close].
    """
    if order.status != Status.OPEN:
        return
    row = order.row
    if not math.isnan(order.left):  # else there is no close to size it with yet
        raw = purchase_price(market, row, column, order.closing)
        if not has_bar(market, row, column) or math.isnan(raw):
            wait(state, order, column, OrderOutcome.HALTED)
        elif is_locked(market, row, column, BUY, order.closing):
            wait(state, order, column, OrderOutcome.LOCKED)
        else:
            cap = cap_left(market, row, column, state.positions[row].taken)
            size = rules.purchase_size(order.left, cap, market.listings[row].lot)
            price = fill_price(market, row, column, BUY, raw, order.reason)
            cash = cash_left(market, state, row, column, order.closing)
            bought = affordable(market, row, column, size, price, cash)
            if bought > 0:
                fill(market, state, plan, order, state.lots[order.lot], column, bought, raw, price, bought)
            if bought < size:
                end(state, order, OrderOutcome.NO_CASH, AS_FILLED if order.filled > 0 else Status.REJECTED)
            elif order.status == Status.OPEN:
                wait(state, order, column, OrderOutcome.VOLUME)
    lapse(state, order)


# --- sales -----------------------------------------------------------------------------------------------------------


def sell(market: Market, state: State, plan: Plan, order: Order, column: int, level: float) -> None:
    """Sell a lot, or first in, first out, at the open or at a `level` the bar reached (else NaN); what stays waits."""
    row = order.row
    if order.lot >= 0:
        order.left = state.lots[order.lot].shares
        order.wanted = order.filled + order.left
    if not has_bar(market, row, column):
        wait(state, order, column, OrderOutcome.HALTED)
    elif is_locked(market, row, column, SELL, OPEN):
        wait(state, order, column, OrderOutcome.LOCKED)
    else:
        able = min(order.left, sellable_of(market, state, order))
        cap = cap_left(market, row, column, state.positions[row].taken)
        size = rules.sale_size(able, cap, market.listings[row].lot)
        raw = open_price(market, row, column) if math.isnan(level) else level
        price = fill_price(market, row, column, SELL, raw, order.reason)
        if order.lot >= 0:
            lot = state.lots[order.lot]
            shares = part_of(market, lot, size)
            sell_part(market, state, plan, order, lot, column, shares, raw, price, shares)
        else:
            traded, left = 0.0, size
            for lot in lots_of(state, row):
                shares = part_of(market, lot, left)
                left -= shares
                traded += shares
            for lot in lots_of(state, row):
                shares = part_of(market, lot, size)
                size -= shares
                sell_part(market, state, plan, order, lot, column, shares, raw, price, traded)
        if order.status == Status.OPEN:
            wait(state, order, column, OrderOutcome.VOLUME if able > 0 else OrderOutcome.T_PLUS_ONE)
    lapse(state, order)


def sellable_of(market: Market, state: State, order: Order) -> float:
    """Shares that may be sold today, of a sale's lot or of all of its listing's."""
    if order.lot >= 0:
        return sellable(market, state.lots[order.lot])
    free = 0.0
    for lot in lots_of(state, order.row):
        free += sellable(market, lot)
    return free


def part_of(market: Market, lot: Lot, shares: float) -> float:
    """What of a sale of `shares` comes from a lot: no more than may be sold, and no dust."""
    has = sellable(market, lot)
    own = has if shares > has - rules.SHARE_DUST else shares
    return own if own > rules.SHARE_DUST else 0.0


def sell_part(
    market: Market, state: State, plan: Plan, order: Order, lot: Lot, column: int,
    shares: float, raw: float, price: float, traded: float,
) -> None:  # fmt: skip
    """Sell a lot's part; any exit cancels what is left of the entry [exit-by-time]."""
    if shares > 0.0:
        fill(market, state, plan, order, lot, column, shares, raw, price, traded)
        if lot.entry >= 0 and state.orders[lot.entry].status == Status.OPEN:
            end(state, state.orders[lot.entry], OrderOutcome.EXITED, AS_FILLED)


def judge_levels(market: Market, state: State, plan: Plan, row: int, column: int) -> None:
    """Judge a bar after its open; a triggered stop's rest waits for the next open, a take's stays a limit [levels]."""
    bar = market.bars[row, column]
    for lot in lots_of(state, row):
        if lot.exit < 0 and has_levels(lot) and sellable(market, lot) > 0:
            stop, take, reason = levels_of(market, plan, lot, column)
            touched, price = rules.level_within(bar.high, bar.low, bar.close, stop, take)
            if touched != rules.NOTHING:
                sale = triggered(state, lot, reason if touched == rules.STOP else Reason.TAKE, column)
                sell(market, state, plan, sale, column, price)
                if not lot.shares > 0.0:
                    state.positions[row].has_left = 1


# --- fills -----------------------------------------------------------------------------------------------------------


def fill(
    market: Market, state: State, plan: Plan, order: Order, lot: Lot, column: int,
    shares: float, raw: float, price: float, traded: float,
) -> None:  # fmt: skip
    """Book a lot's part of a fill of `traded` shares: cash, lot, order, the ledger's line [costs].

    Charges are taken once a fill, minima and rounding with them, and shared by the lots.
    """
    book, row, side = state.book[0], order.row, order.side
    fx = rate_of(market, row, column).fill
    value, own = shares * price * fx, shares / traded
    commission, fees, tax, currency = charges(market, row, column, side, traded * price)
    commission, fees, tax, currency = commission * fx * own, fees * fx * own, tax * fx * own, currency * fx * own
    costs = commission + fees + tax + currency
    lot.costs += costs
    book.costs += costs
    if side > 0:
        if lot.session < 0:
            open_lot(state, plan, lot)
        book.cash -= value + costs
        book.spendable -= value + costs
        if -rules.CENT_DUST * max(1.0, plan.cash / 1e6) < book.cash < 0.0:
            book.cash = 0.0
        if lot.shares == 0.0:
            hold_lot(state, lot)
        lot.shares += shares
        lot.fresh += shares
        lot.basis_shares += shares
        lot.basis_cost += shares * price
        lot.paid += value
        state.positions[row].is_judged = 1
        book.bought += value
    else:
        book.cash += value - costs
        lot.shares -= shares
        lot.got += value
        book.sold += value
        if not lot.shares > 0.0:
            close_lot(state, lot, order)
    state.positions[row].taken += shares
    order.filled += shares
    order.left = order.left - shares if order.left - shares > rules.SHARE_DUST else 0.0
    if book.recording >= FILLS:
        place = next_place(book.fills, len(state.fills))
        book.fills = place + 1
        line = state.fills[place]
        line.order = order.number
        line.lot = lot.number
        line.row = row
        line.column = column
        line.side = side
        line.reason = order.reason
        line.closing = order.closing
        line.shares = shares
        line.raw = raw
        line.price = price
        line.fx = fx
        line.commission = commission
        line.fees = fees
        line.tax = tax
        line.fx_cost = currency
        line.slippage = side * (price - raw) * shares * fx
        line.close_column = order.column - 1
    calls.tell_filled(state, order, shares, price, fx, costs)
    if order.left == 0:
        order.status = Status.FILLED
        order.outcome = OrderOutcome.NONE
        drop(state, order)


def open_lot(state: State, plan: Plan, lot: Lot) -> None:
    """The first fill: its session is session 0 of the time exit; what a strategy bought by itself it sells itself."""
    lot.session = state.positions[lot.row].session
    if plan.hold >= 0 and lot.trigger >= 0:
        state.time_exits[lot.first_time_exit].hold = lot.session + plan.hold
    settle_time_exit(state, lot)


def close_lot(state: State, lot: Lot, sale: Order) -> None:
    """Nothing is left of a lot: another sale of it ends, or a limit left from a part-filled take."""
    let_go(state, lot)
    if lot.exit >= 0 and lot.exit != sale.number:
        end(state, state.orders[lot.exit], OrderOutcome.EXITED, AS_FILLED)
    if lot.take >= 0 and lot.take != sale.number:
        end(state, state.orders[lot.take], OrderOutcome.EXITED, AS_FILLED)
