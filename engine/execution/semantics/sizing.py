"""Sizes new purchases: those of one open, or close, share the cash that is left [size]."""

from __future__ import annotations

import math

from eventfolio.engine.execution import rules
from eventfolio.engine.execution.semantics.inputs import OPEN, Market
from eventfolio.engine.execution.semantics.lots import held_shares
from eventfolio.engine.execution.semantics.orders import AS_FILLED, end, purchases_of, wait
from eventfolio.engine.execution.semantics.positions import rows_at
from eventfolio.engine.execution.semantics.records import Order, State
from eventfolio.engine.execution.semantics.trading_conditions import close_before, day_of, purchase_rate, rate_of
from eventfolio.engine.ledger.ledger import OrderOutcome, Status


def size_together(market: Market, state: State, column: int, instant: int, closing: int) -> None:
    """Size an instant's new purchases: shares of equity, all shrunk alike to the cash left, in whole lots.

    closing : the instant is one of close, and they buy there
    """
    wanted, found, cash = 0.0, False, state.book[0].spendable
    for row in rows_at(state, instant, closing):
        for order in purchases_of(state, row):
            is_new = math.isnan(order.left) and order.column <= column and order.closing == closing
            if is_new and has_target(market, state, order, row, column):
                wanted += missing_value(state, order) * purchase_rate(market, row, column)
                found, cash = True, cash_left(market, state, row, column, closing)
    if not found:
        return
    factor = rules.shrink(wanted, cash)
    for row in rows_at(state, instant, closing):
        for order in purchases_of(state, row):
            if math.isnan(order.left) and not math.isnan(order.target):
                size(state, order, factor, market.listings[row].lot)


def equity_known(market: Market, state: State, row: int, column: int, closing: int) -> float:
    """Equity at the last books that were struck before an instant of a listing's session [dates-and-decisions]."""
    if closing == OPEN and day_of(market, row, column).early:
        return state.book[0].equity_before
    return state.book[0].equity


def cash_left(market: Market, state: State, row: int, column: int, closing: int) -> float:
    """Cash at these books, less what has been spent since; never more than there is [size]."""
    book = state.book[0]
    if closing == OPEN and day_of(market, row, column).early:
        return min(book.spendable, book.cash_before - book.spent_before - (book.struck - book.spendable))
    return book.spendable


def has_target(market: Market, state: State, order: Order, row: int, column: int) -> bool:
    """Give a new purchase what it is to be worth; False where it waits, ends, or asked for a number of shares itself.

    One without a close to be sized with waits; one whose exchange rate is too old ends [entry, money].
    """
    last, rate = close_before(market, row, column), rate_of(market, row, column)
    is_asked = not math.isnan(order.asked)
    is_new = not math.isnan(last) or state.positions[row].session == order.session
    if rate.stale and (is_new or is_asked):
        order.is_sent = 1 - order.rebalances
        end(state, order, OrderOutcome.STALE_FX, Status.REJECTED)
        return False
    if is_asked:
        order.left = order.wanted = rules.whole_lots(order.asked, market.listings[row].lot)
        if order.left == 0:
            end(state, order, OrderOutcome.BELOW_ONE_LOT, Status.REJECTED)
        return False
    if math.isnan(last):
        wait(state, order, column, OrderOutcome.NO_CLOSE)
        return False
    order.column = column  # an order that had no close to be sized with is new today
    order.equity = equity_known(market, state, row, column, order.closing)
    order.target = order.share * order.equity
    order.last_close = last
    order.last_fx = rate.fill
    return True


def missing_value(state: State, order: Order) -> float:
    """What an order's target is above what is held, where it brings a holding up to its share; else its target."""
    held = held_shares(state, order.row) if order.rebalances else 0.0
    return order.target - held * (order.last_close * order.last_fx)


def size(state: State, order: Order, factor: float, lot: float) -> None:
    """Whole lots for the shrunk target; an order that comes to nothing ends, one inside its band is not sent."""
    worth = order.last_close * order.last_fx
    held = held_shares(state, order.row) if order.rebalances else 0.0
    missing = order.target - held * worth
    least = order.band * order.equity if order.rebalances else 0.0
    order.factor = factor
    order.left = order.wanted = rules.lots_missing(held, worth, factor * missing, lot)
    if order.left == 0 or order.left * worth < least:
        unshrunk = rules.lots_missing(held, worth, missing, lot)
        outcome = OrderOutcome.WITHIN_BAND if order.rebalances else OrderOutcome.BELOW_ONE_LOT
        if unshrunk > 0 and unshrunk * worth >= least:
            outcome = OrderOutcome.NO_CASH
        order.is_sent = 1 - order.rebalances
        end(state, order, outcome, AS_FILLED if order.rebalances else Status.REJECTED)
