"""Plays the dates of a run in order [dates-and-decisions]; under backtrader the broker steps through them."""

from __future__ import annotations

from eventfolio.engine.execution.semantics.books import corporate_actions, strike_books
from eventfolio.engine.execution.semantics.decide import decide, decide_for_close
from eventfolio.engine.execution.semantics.delisting import end_listings
from eventfolio.engine.execution.semantics.forms import NONE, Table
from eventfolio.engine.execution.semantics.inputs import Market, Plan, Revision, Step, Trigger
from eventfolio.engine.execution.semantics.positions import open_position
from eventfolio.engine.execution.semantics.records import Book, State
from eventfolio.engine.execution.semantics.trade import buy_at_close, trade_at


def play_dates(
    market: Market,
    state: State,
    plan: Plan,
    triggers: Table[Trigger],
    revisions: Table[Revision],
    steps: Table[Step],
    recording: int,
) -> None:
    """Play one plan on one calendar. `state.equity` and `.cash` hold its books."""
    book = state.book[0]
    begin(state, plan, recording)
    due = next_due(book, plan, triggers, revisions)
    column = plan.first
    while column <= plan.last:
        if book.active == 0 and book.awaiting == 0 and column < due:
            if plan.cash_rate == 0.0:  # nothing can happen until then
                rest(state, plan, column, due)
                column = due
                continue
        else:
            open_date(market, state, plan, column)
            decide(market, state, plan, triggers, revisions, column)
            trade(market, state, plan, triggers, revisions, column)
            due = next_due(book, plan, triggers, revisions)
        strike_books(market, state, plan, column, steps[column - plan.first].lapse)
        column += 1


def open_date(market: Market, state: State, plan: Plan, column: int) -> None:
    """Each active listing at the start of a date, and those that end on it."""
    for place in range(state.book[0].active):
        row = state.active[place]
        open_position(market, state.positions[row], row, column)
    end_listings(market, state, plan, column)


def trade(
    market: Market, state: State, plan: Plan, triggers: Table[Trigger], revisions: Table[Revision], column: int
) -> None:
    """A date from its first open on: corporate actions, then what trades at each instant, a close before an open."""
    if state.book[0].active > 0 or plan.at_close:
        corporate_actions(market, state, column)
        closed = 0
        for instant in range(market.instants[column]):
            if plan.at_close:
                closes = market.closed[instant, column]
                close_until(market, state, plan, triggers, revisions, column, closed, closes)
                closed = closes
            trade_at(market, state, plan, column, instant)
        if plan.at_close:
            close_until(market, state, plan, triggers, revisions, column, closed, market.closings[column])


def close_until(
    market: Market, state: State, plan: Plan, triggers: Table[Trigger], revisions: Table[Revision],
    column: int, first: int, stop: int,
) -> None:  # fmt: skip
    """The date's instants of close from one to another, of a plan that buys there [at-the-close]."""
    for instant in range(first, stop):
        decide_for_close(market, state, plan, triggers, revisions, column, instant)
        buy_at_close(market, state, plan, column, instant)


def rest(state: State, plan: Plan, column: int, until: int) -> None:
    """The books of dates on which nothing is held and nothing happens."""
    book = state.book[0]
    cash = book.cash
    book.equity_before, book.cash_before, book.spent_before = book.equity, book.struck, 0.0
    for place in range(column - plan.first, until - plan.first):
        state.equity[place] = cash
        state.cash[place] = cash


def next_due(book: Book, plan: Plan, triggers: Table[Trigger], revisions: Table[Revision]) -> int:
    """The column of the next trigger or revision; past the last where there is none."""
    due = plan.last + 1
    if book.next_trigger < len(triggers):
        due = triggers[book.next_trigger].column
    if book.next_revision < len(revisions):
        due = min(due, revisions[book.next_revision].column)
    return due


def begin(state: State, plan: Plan, recording: int) -> None:
    """The account as it starts, and nothing held, ordered or awaited."""
    book = state.book[0]
    book.recording = recording
    book.cash = book.spendable = book.struck = book.equity = book.equity_before = book.cash_before = plan.cash
    book.spent_before = 0.0
    book.bought = book.sold = book.costs = 0.0
    book.active = book.purchases = book.sales = book.awaiting = book.orders = book.lots = book.time_exits = 0
    book.extensions = book.confirmations = book.news = book.entitlements = book.fractions = 0
    book.payments = 0
    book.slots = 0
    book.fills = book.waits = book.holdings = book.notes = book.next_trigger = book.next_revision = 0
    book.first_confirmation = book.last_confirmation = NONE
    for row in range(len(state.positions)):
        position = state.positions[row]
        position.is_active = position.is_judged = position.has_left = position.awaiting = 0
        position.handed = NONE
        position.first_lot = position.last_lot = position.first_news = position.last_news = NONE
        position.taken = 0.0
        state.purchases[row].first = state.purchases[row].last = NONE
        state.sales[row].first = state.sales[row].last = NONE
