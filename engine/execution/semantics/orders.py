"""Orders: made, listed by listing and side, kept waiting, ended; and triggers that led to none."""

from __future__ import annotations

import math
from collections.abc import Iterator

from eventfolio.engine.execution.semantics import calls
from eventfolio.engine.execution.semantics.forms import NONE
from eventfolio.engine.execution.semantics.inputs import OPEN
from eventfolio.engine.execution.semantics.places import next_place
from eventfolio.engine.execution.semantics.records import EVERYTHING, Confirmation, Lot, Order, State
from eventfolio.engine.ledger.ledger import OrderOutcome, Reason, Status

BUY, SELL = 1, -1
AT_ONCE = 0  # sessions of patience
AS_FILLED = -1  # for the status of an order that ends: part or lapsed, by what it filled


def purchases_of(state: State, row: int) -> Iterator[Order]:
    """Each open purchase of a listing, in the order decided."""
    number = state.purchases[row].first
    while number >= 0:
        order = state.orders[number]
        number = order.next
        yield order


def sales_of(state: State, row: int) -> Iterator[Order]:
    """Each open sale of a listing, in the order decided."""
    number = state.sales[row].first
    while number >= 0:
        order = state.orders[number]
        number = order.next
        yield order


def new_order(
    state: State, lot: int, row: int, side: int, reason: int, trigger: int, event: int,
    column: int, session: int, patience: int,
) -> Order:  # fmt: skip
    """A new order, at the end of its listing's and side's open ones. Whoever makes it tells of it (`tell_sent`)."""
    book = state.book[0]
    number = next_place(book.orders, len(state.orders))
    book.orders = number + 1
    order = state.orders[number]
    order.number = number
    order.lot = lot
    order.row = row
    order.side = side
    order.reason = reason
    order.trigger = trigger
    order.event = event
    order.column = column
    order.session = session
    order.patience = patience
    order.status = Status.OPEN
    order.outcome = OrderOutcome.NONE
    order.closing = OPEN
    order.is_sent = 1
    order.rebalances = 0
    order.filled = 0.0
    order.share = order.asked = order.band = order.left = order.wanted = math.nan
    order.equity = order.target = order.factor = order.last_close = order.last_fx = math.nan
    if side > 0:
        book.purchases += 1
    else:
        book.sales += 1
    queue = state.purchases[row] if side > 0 else state.sales[row]
    order.next = NONE
    order.previous = queue.last
    if queue.first < 0:
        queue.first = number
    else:
        state.orders[queue.last].next = number
    queue.last = number
    return order


def sell_lot(state: State, lot: Lot, reason: int, column: int, session: int) -> Order:
    """Send the sale of a lot."""
    sale = new_order(state, lot.number, lot.row, SELL, reason, lot.trigger, NONE, column, session, NONE)
    sale.left = sale.wanted = lot.shares
    lot.exit = sale.number
    calls.tell_sent(state, sale)
    return sale


def drop(state: State, order: Order) -> None:
    """Take an order from the open ones, and from the lot that waits for it."""
    book = state.book[0]
    if order.side > 0:
        book.purchases -= 1
    else:
        book.sales -= 1
    queue = state.purchases[order.row] if order.side > 0 else state.sales[order.row]
    if order.previous < 0:
        queue.first = order.next
    else:
        state.orders[order.previous].next = order.next
    if order.next < 0:
        queue.last = order.previous
    else:
        state.orders[order.next].previous = order.previous
    if order.lot >= 0:
        lot = state.lots[order.lot]
        if lot.exit == order.number:
            lot.exit = NONE
        if lot.take == order.number:
            lot.take = NONE


def end(state: State, order: Order, outcome: int, status: int) -> None:
    """End an order that is not wholly filled, and say why. status : or AS_FILLED, what follows from its fills"""
    if status < 0:
        status = Status.PART if order.filled > 0 else Status.LAPSED
    order.status = status
    order.outcome = outcome
    drop(state, order)
    calls.tell_ended(state, order)


def wait(state: State, order: Order, column: int, outcome: int) -> None:
    """Note that an order waits, and why."""
    order.outcome = outcome
    book = state.book[0]
    if book.recording >= EVERYTHING:
        place = next_place(book.waits, len(state.waits))
        book.waits = place + 1
        line = state.waits[place]
        line.order = order.number
        line.column = column
        line.outcome = outcome
        line.left = order.left


def lapse(state: State, order: Order) -> None:
    """An order that has waited its patience out ends; any other waits on [entry]."""
    waited = state.positions[order.row].session - order.session
    if order.status == Status.OPEN and 0 <= order.patience <= waited:
        end(state, order, order.outcome, AS_FILLED)


def is_time_exit(state: State, lot: Lot) -> bool:
    """Whether the sale of a lot on its way is its time exit, which can still be extended."""
    return state.orders[lot.exit].reason == Reason.TIME


# --- what was not traded ---------------------------------------------------------------------------------------------


def note(state: State, trigger: int, outcome: int, column: int) -> None:
    """Note why a trigger led to no order that was sent [what-was-not-traded]."""
    book = state.book[0]
    if book.recording >= EVERYTHING:
        place = next_place(book.notes, len(state.notes))
        book.notes = place + 1
        line = state.notes[place]
        line.trigger = trigger
        line.column = column
        line.outcome = outcome


def note_unconfirmed(state: State, confirmation: Confirmation, outcome: int) -> None:
    """Note why a confirmation never came: of its trigger, and of those that were news on it."""
    note(state, confirmation.trigger, outcome, NONE)
    number = confirmation.first_extension
    while number >= 0:
        note(state, state.extensions[number].trigger, outcome, NONE)
        number = state.extensions[number].next
