"""Lots and orders of the kernel: making them, the lists they stand in, and ending them (`engine.execution.lots`)."""

from __future__ import annotations

import math

from eventfolio.engine.execution.kernel import enums as codes
from eventfolio.engine.execution.kernel.compiling import part
from eventfolio.engine.execution.kernel.records import NEVER


@part
def next_place(used, capacity):
    """The place of a new record. Where there is none left, the play ends at once: nothing is right from there on."""
    if used >= capacity:
        raise MemoryError("full")
    return used


@part
def activate(market, state, row, column):
    """Count a listing among those that need looking at, in order of row."""
    book, place = state.book[0], state.book[0].active
    if state.rows[row].active:
        return
    while place > 0 and state.active[place - 1] > row:
        state.active[place] = state.active[place - 1]
        place -= 1
    state.active[place] = row
    book.active += 1
    listing = state.rows[row]
    listing.active = 1
    listing.taken = 0.0
    listing.judged = 0
    day = market.days[market.listings[row].exchange, column]
    listing.session = day.session
    listing.instant = day.instant


@part
def new_lot(state, row, trigger, created, event, until):
    """A lot with its own event's claim on it; not held until its first fill."""
    book = state.book[0]
    number = next_place(book.lots, len(state.lots))
    book.lots = number + 1
    lot = state.lots[number]
    lot.row = row
    lot.trigger = trigger
    lot.created = created
    lot.session = lot.ended = lot.entry = lot.exit = lot.take = lot.extended = lot.claims = -1
    lot.leaves = NEVER
    lot.high = math.nan
    lot.shares = lot.fresh = lot.basis_shares = lot.basis_cost = lot.dividends = lot.paid = lot.got = lot.costs = 0.0
    add_claim(state, lot, event, codes.NONE, until)
    return number


@part
def add_claim(state, lot, event, hold, reference):
    """An event's claim on a lot: to hold it to session `hold`, or to its `reference` if that is first."""
    book = state.book[0]
    number = next_place(book.claims, len(state.claims))
    book.claims = number + 1
    claim = state.claims[number]
    claim.event = event
    claim.hold = hold
    claim.reference = reference
    claim.after = -1
    if lot.claims < 0:
        lot.claims = number
    else:
        state.claims[lot.claims_last].after = number
    lot.claims_last = number


@part
def settle_leave(state, lot):
    """The session of a lot's time exit: the latest of its claims' ends."""
    leaves = -1
    number = lot.claims
    while number >= 0:
        claim = state.claims[number]
        ends = claim.hold if claim.hold >= 0 else NEVER
        if 0 <= claim.reference < ends:
            ends = claim.reference
        leaves = max(leaves, ends)
        number = claim.after
    lot.leaves = leaves


@part
def note_extension(state, owner, trigger):
    """List a trigger among those that extended a lot or a watch."""
    book = state.book[0]
    number = next_place(book.extensions, len(state.extensions))
    book.extensions = number + 1
    state.extensions[number].trigger = trigger
    state.extensions[number].after = -1
    if owner.extended < 0:
        owner.extended = number
    else:
        state.extensions[owner.extended_last].after = number
    owner.extended_last = number


@part
def hold_lot(state, number):
    """Put a lot at the end of its listing's held ones."""
    lot = state.lots[number]
    listing = state.rows[lot.row]
    lot.after = lot.before = -1
    lot.before = listing.held_last
    if listing.held < 0:
        listing.held = number
    else:
        state.lots[listing.held_last].after = number
    listing.held_last = number


@part
def let_go(state, number):
    """Take a lot from its listing's held ones."""
    lot = state.lots[number]
    listing = state.rows[lot.row]
    if lot.before < 0:
        listing.held = lot.after
    else:
        state.lots[lot.before].after = lot.after
    if lot.after < 0:
        listing.held_last = lot.before
    else:
        state.lots[lot.after].before = lot.before


@part
def new_ticket(state, lot, row, side, reason, trigger, column, session, patience):
    """A new order, sent: at the end of its listing's and side's open ones."""
    book = state.book[0]
    number = next_place(book.tickets, len(state.tickets))
    book.tickets = number + 1
    ticket = state.tickets[number]
    ticket.lot = lot
    ticket.row = row
    ticket.side = side
    ticket.reason = reason
    ticket.trigger = trigger
    ticket.column = column
    ticket.session = session
    ticket.patience = patience
    ticket.status = codes.OPEN
    ticket.why = codes.FINE
    ticket.is_sent = 1
    ticket.rebalances = 0
    ticket.filled = 0.0
    ticket.share = ticket.band = ticket.left = ticket.wanted = math.nan
    ticket.equity = ticket.target = ticket.factor = ticket.last_close = ticket.last_fx = math.nan
    if side > 0:
        book.purchases += 1
    else:
        book.sales += 1
    queue = state.queues[2 * row + (0 if side > 0 else 1)]
    ticket.after = ticket.before = -1
    ticket.before = queue.tail
    if queue.head < 0:
        queue.head = number
    else:
        state.tickets[queue.tail].after = number
    queue.tail = number
    return number


@part
def drop(state, number):
    """Take an order from the open ones, and from the lot that waits for it."""
    ticket = state.tickets[number]
    if ticket.side > 0:
        state.book[0].purchases -= 1
    else:
        state.book[0].sales -= 1
    queue = state.queues[2 * ticket.row + (0 if ticket.side > 0 else 1)]
    if ticket.before < 0:
        queue.head = ticket.after
    else:
        state.tickets[ticket.before].after = ticket.after
    if ticket.after < 0:
        queue.tail = ticket.before
    else:
        state.tickets[ticket.after].before = ticket.before
    if ticket.lot >= 0:
        lot = state.lots[ticket.lot]
        if lot.exit == number:
            lot.exit = -1
        if lot.take == number:
            lot.take = -1


@part
def close(state, number, why, status):
    """End an order that is not wholly filled, and say why. status : -1 for what follows from its fills."""
    ticket = state.tickets[number]
    if status < 0:
        status = codes.PART if ticket.filled > 0 else codes.LAPSED
    ticket.status = status
    ticket.why = why
    drop(state, number)


@part
def sell_lot(state, number, reason, column, session):
    """Send the sale of a lot."""
    lot = state.lots[number]
    sale = new_ticket(state, number, lot.row, codes.SELL, reason, lot.trigger, column, session, codes.NONE)
    state.tickets[sale].left = state.tickets[sale].wanted = lot.shares
    lot.exit = sale
    return sale
