"""Corporate actions at a date's opens, and the books at its end [money]."""

from __future__ import annotations

import math

from eventfolio.engine.execution import rules
from eventfolio.engine.execution.semantics import calls
from eventfolio.engine.execution.semantics.decaying import fraction_of
from eventfolio.engine.execution.semantics.forms import NONE
from eventfolio.engine.execution.semantics.inputs import Market, Plan
from eventfolio.engine.execution.semantics.lots import let_go, lots_of
from eventfolio.engine.execution.semantics.orders import AS_FILLED, end, purchases_of, sales_of
from eventfolio.engine.execution.semantics.places import next_place
from eventfolio.engine.execution.semantics.records import EVERYTHING, Book, Lot, State
from eventfolio.engine.execution.semantics.trading_conditions import rate_of
from eventfolio.engine.ledger.ledger import OrderOutcome

# --- corporate actions -----------------------------------------------------------------------------------------------


def corporate_actions(market: Market, state: State, column: int) -> None:
    """What is effective at a date's opens: splits, and who is entitled to a dividend."""
    for place in range(market.actions_from[column], market.actions_from[column + 1]):
        row = market.actions[place]
        if state.positions[row].is_active:
            ratio, cash = market.split[row, column], market.dividend[row, column]
            if ratio != 1.0:
                split_lots(market, state, row, column, ratio)
                split_orders(state, row, ratio, market.listings[row].lot)
                calls.tell_split(state, row, ratio)
            if cash != 0.0:
                for lot in lots_of(state, row):
                    entitle(state, lot, cash)


def split_lots(market: Market, state: State, row: int, column: int, ratio: float) -> None:
    """Multiply the shares held; where the market pays fractions out, what is no whole share goes in cash."""
    book = state.book[0]
    for lot in lots_of(state, row):
        fraction = fraction_of(market, lot, column, ratio)
        lot.shares *= ratio
        lot.basis_shares *= ratio
        lot.high /= ratio
        if fraction > 0:
            lot.shares -= fraction
            place = next_place(book.fractions, len(state.fractions))
            book.fractions = place + 1
            state.fractions[place].lot = lot.number
            state.fractions[place].shares = fraction
            if lot.shares <= rules.SHARE_DUST:  # a consolidation left no whole share
                lot.shares = 0.0
                lot.ended = column
                let_go(state, lot)


def split_orders(state: State, row: int, ratio: float, lot_size: float) -> None:
    """A waiting purchase is multiplied and floored to a lot, a sale multiplied, or ended with its lot."""
    for order in sales_of(state, row):
        order.left *= ratio
        if order.lot >= 0 and not state.lots[order.lot].shares > 0.0:
            end(state, order, OrderOutcome.EXITED, AS_FILLED)
    for order in purchases_of(state, row):
        if not math.isnan(order.left):
            order.left = rules.whole_lots(order.left * ratio, lot_size)
            if order.left == 0:
                end(state, order, OrderOutcome.BELOW_ONE_LOT, AS_FILLED)


def entitle(state: State, lot: Lot, cash: float) -> None:
    """Note what a lot holds before its ex-date's open, and the local cash a share."""
    book = state.book[0]
    place = next_place(book.entitlements, len(state.entitlements))
    book.entitlements = place + 1
    state.entitlements[place].lot = lot.number
    state.entitlements[place].shares = lot.shares
    state.entitlements[place].cash = cash


# --- the end of a date -----------------------------------------------------------------------------------------------


def strike_books(market: Market, state: State, plan: Plan, column: int, lapse: float) -> None:
    """Interest on idle cash, dividends, marks: the books of a date. What needs no more looking at is let go.

    lapse : years since the books before
    """
    book = state.book[0]
    if plan.cash_rate != 0.0:
        book.cash *= (1.0 + plan.cash_rate) ** lapse
    pay_out(market, state, plan, column)
    total, kept, book.slots = 0.0, 0, 0
    for place in range(book.active):
        row = state.active[place]
        position = state.positions[row]
        if plan.slots >= 0:
            position.handed = NONE
            book.slots += slots_taken(state, row)
        if position.first_lot >= 0:
            total += mark(market, state, row, column)
        if position.first_lot >= 0 or position.first_news >= 0 or has_orders(state, row):
            state.active[kept] = row
            kept += 1
        else:
            position.is_active = position.has_left = 0
    book.active = kept
    book.equity_before, book.cash_before, book.spent_before = book.equity, book.struck, book.struck - book.spendable
    book.equity = book.cash + total
    book.struck = book.spendable = book.cash
    state.equity[column - plan.first] = book.equity
    state.cash[column - plan.first] = book.cash


def pay_out(market: Market, state: State, plan: Plan, column: int) -> None:
    """Dividends, put back into what is held or paid in cash, and fractions of a share, paid in cash."""
    book = state.book[0]
    for place in range(book.entitlements):
        entitlement = state.entitlements[place]
        lot = state.lots[entitlement.lot]
        if lot.shares > 0.0 and plan.reinvest:
            lot.shares += entitlement.shares * entitlement.cash / market.last_close[lot.row, column]
        else:
            pay(book, lot, entitlement.shares * entitlement.cash * rate_of(market, lot.row, column).book)
    for place in range(book.fractions):
        fraction = state.fractions[place]
        lot = state.lots[fraction.lot]
        worth = fraction.shares * market.last_close[lot.row, column]
        pay(book, lot, worth * rate_of(market, lot.row, column).book)
    book.entitlements = book.fractions = 0


def pay(book: Book, lot: Lot, money: float) -> None:
    """Cash that a lot brings without a sale, spendable from the next date on."""
    book.cash += money
    lot.dividends += money


def mark(market: Market, state: State, row: int, column: int) -> float:
    """What a listing is worth at the last known close; its lots' highest closes follow."""
    close, shares = market.bars[row, column].close, 0.0
    for lot in lots_of(state, row):
        lot.fresh = 0.0
        if not math.isnan(close) and not lot.high >= close:
            lot.high = close
        shares += lot.shares
    last = market.last_close[row, column] if math.isnan(close) else close
    value = shares * last * rate_of(market, row, column).book
    book = state.book[0]
    if book.recording >= EVERYTHING:
        place = next_place(book.holdings, len(state.holdings))
        book.holdings = place + 1
        line = state.holdings[place]
        line.column = column
        line.row = row
        line.shares = shares
        line.value = value
    return value


def slots_taken(state: State, row: int) -> int:
    """Slots that a listing's lots hold, and those its open purchases are awaited in [size]."""
    taken = 0
    for lot in lots_of(state, row):
        if lot.trigger >= 0:  # a strategy's own orders take none
            taken += 1
    for order in purchases_of(state, row):
        if order.trigger >= 0 and not state.lots[order.lot].shares > 0.0:
            taken += 1
    return taken


def has_orders(state: State, row: int) -> bool:
    """Whether any order on a listing is open."""
    return state.purchases[row].first >= 0 or state.sales[row].first >= 0
