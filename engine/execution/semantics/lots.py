"""Lots of a listing: made, held in order of age, extended, and left at their time exits."""

from __future__ import annotations

import math
from collections.abc import Iterator

from eventfolio.engine.execution.semantics.forms import NEVER, NONE
from eventfolio.engine.execution.semantics.places import next_place
from eventfolio.engine.execution.semantics.records import Confirmation, Lot, State, TimeExit


def lots_of(state: State, row: int) -> Iterator[Lot]:
    """Each lot held of a listing, the oldest first."""
    number = state.positions[row].first_lot
    while number >= 0:
        lot = state.lots[number]
        number = lot.next
        yield lot


def time_exits_of(state: State, lot: Lot) -> Iterator[TimeExit]:
    """A lot's own time exit, then those of each event that extended it."""
    number = lot.first_time_exit
    while number >= 0:
        time_exit = state.time_exits[number]
        number = time_exit.next
        yield time_exit


def held_shares(state: State, row: int) -> float:
    """Shares of a listing."""
    shares = 0.0
    for lot in lots_of(state, row):
        shares += lot.shares
    return shares


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
