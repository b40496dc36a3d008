"""Ends listings: what waits there ends, what is held is paid for or becomes another listing [ends-of-listings].

A corporate action that takes effect before anything of its date is decided: before the splits and dividends of the date
too, so that a lot which became another listing's is treated by them as what it now is.
"""

from __future__ import annotations

import math

from eventfolio.engine.execution import rules
from eventfolio.engine.execution.semantics import calls
from eventfolio.engine.execution.semantics.confirmations import confirmations_awaited, end_confirmation
from eventfolio.engine.execution.semantics.forms import NEVER, NONE
from eventfolio.engine.execution.semantics.inputs import End, Market, Plan
from eventfolio.engine.execution.semantics.lots import insert_lot, let_go, lots_of, settle_time_exit, time_exits_of
from eventfolio.engine.execution.semantics.orders import (
    AS_FILLED,
    end,
    note_unconfirmed,
    purchases_of,
    sales_of,
    sell_lot,
)
from eventfolio.engine.execution.semantics.places import next_place
from eventfolio.engine.execution.semantics.positions import activate
from eventfolio.engine.execution.semantics.records import FILLS, Lot, Payment, State
from eventfolio.engine.execution.semantics.trading_conditions import day_of, rate_of
from eventfolio.engine.ledger.ledger import OrderOutcome, Reason


def end_listings(market: Market, state: State, plan: Plan, column: int) -> None:
    """The listings that end on a date, in the order of their own dates."""
    for place in range(market.ends_from[column], market.ends_from[column + 1]):
        ending = market.ends[place]
        row = ending.row
        give_up_entries(state, row)
        for lot in lots_of(state, row):
            if ending.into < 0:
                pay_off(market, state, lot, ending, column)
            else:
                turn(market, state, plan, lot, ending, column)
        for order in sales_of(state, row):
            end(state, order, OrderOutcome.DELISTED, AS_FILLED)
        state.positions[row].first_news = state.positions[row].last_news = NONE
        calls.tell_turned(state, row)
        if ending.into >= 0:
            calls.tell_turned(state, ending.into)


def give_up_entries(state: State, row: int) -> None:
    """What waits to be bought, or to be confirmed, is bought no more."""
    for confirmation in confirmations_awaited(state):
        if confirmation.row == row:
            end_confirmation(state, confirmation)
            note_unconfirmed(state, confirmation, OrderOutcome.DELISTED)
    for order in purchases_of(state, row):
        end(state, order, OrderOutcome.DELISTED, AS_FILLED)


def pay_off(market: Market, state: State, lot: Lot, ending: End, column: int) -> None:
    """Cash for every share, without slippage or costs, spendable from the next date on."""
    fx = rate_of(market, lot.row, column).fill
    payment = new_payment(state, lot, ending, column, fx)
    payment.became = payment.fraction = payment.close = payment.into_fx = 0.0
    money = lot.shares * ending.cash * fx
    state.book[0].cash += money
    lot.got += money
    lot.shares = 0.0
    let_go(state, lot)


def turn(market: Market, state: State, plan: Plan, lot: Lot, ending: End, column: int) -> None:
    """A lot becomes one of the other listing, in whole shares; the fraction of a share and any cash are paid.

    It keeps its age and its time exit. Its levels end; a level that was passed, or a signal, still sells it.
    """
    old, new = lot.row, ending.into
    fx, new_fx = rate_of(market, old, column).fill, rate_of(market, new, column).fill
    close = market.last_close[new, column - 1]
    became = lot.shares * ending.ratio
    whole = rules.whole_lots(became, 1.0)
    fraction = max(became - whole, 0.0)
    payment = new_payment(state, lot, ending, column, fx)
    payment.became = whole
    payment.fraction = fraction
    payment.close = close
    payment.into_fx = new_fx
    money = lot.shares * ending.cash * fx + fraction * close * new_fx
    state.book[0].cash += money
    lot.dividends += money
    leaving = state.orders[lot.exit].reason if lot.exit >= 0 else NONE
    let_go(state, lot)
    lot.row = new
    lot.shares = whole
    keep_basis(lot, ending, close * new_fx, fx, new_fx)
    keep_time(market, state, plan, lot, old, column)
    if whole > 0.0:
        activate(market, state, new, column)
        insert_lot(state, lot)
        lot.exit = lot.take = NONE
        if leaving >= 0 and leaving != Reason.TIME:
            sell_lot(state, lot, leaving, column, state.positions[new].session)


def new_payment(state: State, lot: Lot, ending: End, column: int, fx: float) -> Payment:
    """The ledger's line of what a lot's shares came to; the last one made is used anew where none are recorded."""
    book = state.book[0]
    place = next_place(book.payments, len(state.payments))
    if book.recording >= FILLS:
        book.payments = place + 1
    line = state.payments[place]
    line.lot = lot.number
    line.row = lot.row
    line.column = column
    line.into = ending.into
    line.reason = ending.reason
    line.shares = lot.shares
    line.price = ending.cash
    line.fx = fx
    return line


def keep_basis(lot: Lot, ending: End, worth: float, fx: float, new_fx: float) -> None:
    """What the shares cost goes over to the new ones, but for the part of their worth that is paid in cash.

    worth : of a new share at its last close, account money; costs are local money, before and after
    """
    part = ending.ratio * worth / (ending.ratio * worth + ending.cash * fx)
    lot.basis_shares *= ending.ratio
    lot.basis_cost *= part * fx / new_fx
    lot.high = math.nan


def keep_time(market: Market, state: State, plan: Plan, lot: Lot, old: int, column: int) -> None:
    """Count a lot's sessions, and those of its time exits, on the exchange of its new listing."""
    if market.listings[old].exchange == market.listings[lot.row].exchange:
        return
    lot.session = session_there(market, old, lot.row, lot.session)
    for time_exit in time_exits_of(state, lot):
        if time_exit.hold >= 0:
            time_exit.hold = session_there(market, old, lot.row, time_exit.hold - plan.hold) + plan.hold
        if time_exit.reference >= 0:
            time_exit.reference = session_there(market, old, lot.row, time_exit.reference)
    settle_time_exit(state, lot)


def session_there(market: Market, old: int, new: int, session: int) -> int:
    """The first session of one listing's exchange on or after the date of another's; NEVER past the last date."""
    last, column = len(market.instants) - 1, 0
    while column <= last and day_of(market, old, column).session < session:
        column += 1
    while column <= last and day_of(market, new, column).session < 0:
        column += 1
    return day_of(market, new, column).session if column <= last else NEVER
