"""Triggers that await confirmation: a list of those that wait, in the order taken."""

from __future__ import annotations

from collections.abc import Iterator

from eventfolio.engine.execution.semantics.forms import NONE
from eventfolio.engine.execution.semantics.inputs import Trigger
from eventfolio.engine.execution.semantics.places import next_place
from eventfolio.engine.execution.semantics.records import Confirmation, State


def confirmations_awaited(state: State) -> Iterator[Confirmation]:
    """Each trigger that awaits confirmation, in the order taken."""
    number = state.book[0].first_confirmation
    while number >= 0:
        confirmation = state.confirmations[number]
        number = confirmation.next
        yield confirmation


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
