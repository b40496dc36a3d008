"""Positions: which listings need looking at on a date, and where each stands in it."""

from __future__ import annotations

from collections.abc import Iterator

from eventfolio.engine.execution.semantics.inputs import Market
from eventfolio.engine.execution.semantics.records import Position, State
from eventfolio.engine.execution.semantics.trading_conditions import day_of


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
