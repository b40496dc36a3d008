"""Makes, lists and ends lots and orders."""

from __future__ import annotations

import math
from collections.abc import Iterator

from eventfolio.engine.execution.semantics import calls
from eventfolio.engine.execution.semantics.forms import NEVER, NONE
from eventfolio.engine.execution.semantics.inputs import OPEN, Market, Trigger
from eventfolio.engine.execution.semantics.records import (
    EVERYTHING,
    Confirmation,
    Lot,
    Order,
    Position,
    State,
    TimeExit,
)
from eventfolio.engine.execution.semantics.trading_conditions import day_of
from eventfolio.engine.ledger.ledger import OrderOutcome, Reason, Status

BUY, SELL = 1, -1
AT_ONCE = 0  # sessions of patience
AS_FILLED = -1  # for the status of an order that ends: part or lapsed, by what it filled


# --- each of them ----------------------------------------------------------------------------------------------------


def rows_opening(state: State, instant: int) -> Iterator[int]:
    """Each active listing that opens at an instant, in order of symbol."""
    place = 0
    while place < state.book[0].active:
        row = state.active[place]
        place += 1
        if state.positions[row].instant == instant:
            yield row


def rows_at(state: State, instant: int, closing: int) -> Iterator[int]:
    """Each active listing that opens, or closes, at an instant, in order of symbol."""
    place = 0
    while place < state.book[0].active:
        row = state.active[place]
        place += 1
        if (state.positions[row].closing if closing else state.positions[row].instant) == instant:
            yield row


def lots_of(state: State, row: int) -> Iterator[Lot]:
    """Each lot held of a listing, the oldest first."""
    number = state.positions[row].first_lot
    while number >= 0:
        lot = state.lots[number]
        number = lot.next
        yield lot


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


def time_exits_of(state: State, lot: Lot) -> Iterator[TimeExit]:
    """A lot's own time exit, then those of each event that extended it."""
    number = lot.first_time_exit
    while number >= 0:
        time_exit = state.time_exits[number]
        number = time_exit.next
        yield time_exit


def confirmations_awaited(state: State) -> Iterator[Confirmation]:
    """Each trigger that awaits confirmation, in the order taken."""
    number = state.book[0].first_confirmation
    while number >= 0:
        confirmation = state.confirmations[number]
        number = confirmation.next
        yield confirmation


def next_place(used: int, capacity: int) -> int:
    """The place of a new record. Where there is none left the play ends at once: nothing is right from there on."""
    if used >= capacity:
        raise MemoryError("full")
    return used


# --- listings --------------------------------------------------------------------------------------------------------


def activate(market: Market, state: State, row: int, column: int) -> None:
    """Count a listing among those that need looking at, in order of symbol."""
    book, position = state.book[0], state.positions[row]
    if position.is_active:
        return
    place = book.active
    while place > 0 and state.active[place - 1] > row:
        state.active[place] = state.active[place - 1]
        place -= 1
    state.active[place] = row
    book.active += 1
    position.is_active = 1
    open_position(market, position, row, column)


def open_position(market: Market, position: Position, row: int, column: int) -> None:
    """A listing at the start of a date: its session and instants; nothing of its bar is used up yet."""
    day = day_of(market, row, column)
    position.session = day.session
    position.instant = day.instant
    position.closing = day.closing
    position.taken = 0.0
    position.is_judged = position.has_left = 0


def held_shares(state: State, row: int) -> float:
    """Shares of a listing."""
    shares = 0.0
    for lot in lots_of(state, row):
        shares += lot.shares
    return shares


# --- lots ------------------------------------------------------------------------------------------------------------


def new_lot(state: State, row: int, trigger: int, created: int, event: int, until: int) -> Lot:
    """A lot with its own event's time exit; not held until its first fill."""
    book = state.book[0]
    number = next_place(book.lots, len(state.lots))
    book.lots = number + 1
    lot = state.lots[number]
    lot.number = number
    lot.row = lot.bought_as = row
    lot.trigger = trigger
    lot.created = created
    lot.session = lot.ended = lot.entry = lot.exit = lot.take = NONE
    lot.first_extension = lot.last_extension = lot.first_time_exit = lot.last_time_exit = NONE
    lot.leaves = NEVER
    lot.high = math.nan
    lot.shares = lot.fresh = lot.basis_shares = lot.basis_cost = lot.dividends = lot.paid = lot.got = lot.costs = 0.0
    add_time_exit(state, lot, event, NONE, until)
    return lot


def add_time_exit(state: State, lot: Lot, event: int, hold: int, reference: int) -> None:
    """An event's time exit of a lot: at session `hold`, or at its `reference` if that is first."""
    book = state.book[0]
    number = next_place(book.time_exits, len(state.time_exits))
    book.time_exits = number + 1
    time_exit = state.time_exits[number]
    time_exit.event = event
    time_exit.hold = hold
    time_exit.reference = reference
    time_exit.next = NONE
    if lot.first_time_exit < 0:
        lot.first_time_exit = number
    else:
        state.time_exits[lot.last_time_exit].next = number
    lot.last_time_exit = number


def settle_time_exit(state: State, lot: Lot) -> None:
    """The session at which a lot leaves: the latest of its time exits [exit-by-time, repeats]."""
    leaves = NONE
    for time_exit in time_exits_of(state, lot):
        ends = time_exit.hold if time_exit.hold >= 0 else NEVER
        if 0 <= time_exit.reference < ends:
            ends = time_exit.reference
        leaves = max(leaves, ends)
    lot.leaves = leaves


def hold_lot(state: State, lot: Lot) -> None:
    """Put a lot at the end of its listing's held ones."""
    position = state.positions[lot.row]
    lot.next = NONE
    lot.previous = position.last_lot
    if position.first_lot < 0:
        position.first_lot = lot.number
    else:
        state.lots[position.last_lot].next = lot.number
    position.last_lot = lot.number


def insert_lot(state: State, lot: Lot) -> None:
    """Put a lot among its listing's held ones by its age: from the end, before all that were decided after it."""
    position = state.positions[lot.row]
    before = position.last_lot
    while before > lot.number:
        before = state.lots[before].previous
    lot.previous = before
    lot.next = position.first_lot if before < 0 else state.lots[before].next
    if before < 0:
        position.first_lot = lot.number
    else:
        state.lots[before].next = lot.number
    if lot.next < 0:
        position.last_lot = lot.number
    else:
        state.lots[lot.next].previous = lot.number


def let_go(state: State, lot: Lot) -> None:
    """Take a lot from its listing's held ones."""
    position = state.positions[lot.row]
    if lot.previous < 0:
        position.first_lot = lot.next
    else:
        state.lots[lot.previous].next = lot.next
    if lot.next < 0:
        position.last_lot = lot.previous
    else:
        state.lots[lot.next].previous = lot.previous


# --- extensions ------------------------------------------------------------------------------------------------------


def new_extension(state: State, trigger: int) -> int:
    """One more trigger in a list of those that extended something."""
    book = state.book[0]
    number = next_place(book.extensions, len(state.extensions))
    book.extensions = number + 1
    state.extensions[number].trigger = trigger
    state.extensions[number].next = NONE
    return number


def list_extension(state: State, owner: Lot | Confirmation, trigger: int) -> None:
    """List a trigger among those that extended a lot, or were news on what awaits confirmation."""
    number = new_extension(state, trigger)
    if owner.first_extension < 0:
        owner.first_extension = number
    else:
        state.extensions[owner.last_extension].next = number
    owner.last_extension = number


# --- confirmations ---------------------------------------------------------------------------------------------------


def await_confirmation(state: State, trigger: Trigger, trigger_number: int, column: int) -> Confirmation:
    """A trigger that waits, at the end of those that do."""
    book = state.book[0]
    number = next_place(book.confirmations, len(state.confirmations))
    book.confirmations = number + 1
    book.awaiting += 1
    state.positions[trigger.row].awaiting += 1
    confirmation = state.confirmations[number]
    confirmation.number = number
    confirmation.row = trigger.row
    confirmation.trigger = trigger_number
    confirmation.event = trigger.event
    confirmation.session = trigger.session
    confirmation.column = column
    confirmation.is_confirmed = 0
    confirmation.first_extension = confirmation.last_extension = NONE
    confirmation.next = NONE
    confirmation.previous = book.last_confirmation
    if book.first_confirmation < 0:
        book.first_confirmation = number
    else:
        state.confirmations[book.last_confirmation].next = number
    book.last_confirmation = number
    return confirmation


def end_confirmation(state: State, confirmation: Confirmation) -> None:
    """Take a trigger from those that wait."""
    book = state.book[0]
    book.awaiting -= 1
    state.positions[confirmation.row].awaiting -= 1
    if confirmation.previous < 0:
        book.first_confirmation = confirmation.next
    else:
        state.confirmations[confirmation.previous].next = confirmation.next
    if confirmation.next < 0:
        book.last_confirmation = confirmation.previous
    else:
        state.confirmations[confirmation.next].previous = confirmation.previous


# --- orders ----------------------------------------------------------------------------------------------------------


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
