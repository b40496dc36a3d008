"""The days of a run, compiled: decisions, corporate actions, trades and books of each date, in one loop."""

from __future__ import annotations

import math

from eventfolio.engine.execution.kernel import enums as codes
from eventfolio.engine.execution.kernel.compiling import hot, part, rules
from eventfolio.engine.execution.kernel.decisions import decide, fraction_of
from eventfolio.engine.execution.kernel.figures import note_figures, note_lots
from eventfolio.engine.execution.kernel.fills import trade_at
from eventfolio.engine.execution.kernel.lists import close, let_go, next_place
from eventfolio.engine.execution.kernel.records import TOLD


@part
def play_many(market, state, calendars, runs, told, first, stop):
    """Play the runs `first` to `stop`, each a plan on a calendar, and write the figures of each. `state` is used anew.

    calendars : one, or one a run (records.Calendars)
    told      : 0 nothing, BOOKED fills, TOLD also waits and holdings; of the last run played
    Returns   : `stop`
    Raises    : MemoryError for a run that does not fit into `state`; book.run is its number
    """
    clock = runs.clock
    for run in range(first, stop):
        plan = runs.plans[run if len(runs.plans) > 1 else 0]
        at = run if len(calendars.triggers_from) > 2 else 0
        triggers = calendars.triggers[calendars.triggers_from[at] : calendars.triggers_from[at + 1]]
        revisions = calendars.revisions[calendars.revisions_from[at] : calendars.revisions_from[at + 1]]
        state.book[0].run = run
        play_days(market, state, plan, triggers, revisions, clock, told)
        if len(runs.figures) > 0:
            note_figures(state, plan, clock, runs.figures[run])
            note_lots(market, state, plan, runs.figures[run])
    return stop


@hot
def play_days(market, state, plan, triggers, revisions, clock, told):
    """Play one plan on one calendar. `state.equity` and `.cash` hold its books.

    Source : DESIGN section 5
    """
    book = state.book[0]
    begin(state, plan)
    due = next_due(book, plan, triggers, revisions)
    column = plan.first
    while column <= plan.last:
        if book.active == 0 and book.watches == 0 and column < due:
            if plan.cash_rate == 0.0:  # nothing can happen until then
                rest(state, plan, column, due)
                column = due
                continue
        else:
            look_up_days(market, state, column)
            decide(market, state, plan, triggers, revisions, column)
            due = next_due(book, plan, triggers, revisions)
            if book.active > 0:
                if market.actions_from[column] < market.actions_from[column + 1]:
                    corporate_actions(market, state, column)
                for instant in range(market.instants[column]):
                    trade_at(market, state, plan, told, column, instant)
        close_books(market, state, plan, told, column, clock[column - plan.first].lapse)
        column += 1


@hot
def rest(state, plan, column, until):
    """The books of dates on which nothing is held and nothing happens."""
    cash = state.book[0].cash
    for place in range(column - plan.first, until - plan.first):
        state.equity[place] = cash
        state.cash[place] = cash


@hot
def next_due(book, plan, triggers, revisions):
    """The column of the next trigger or revision; past the last where there is none."""
    due = plan.last + 1
    if book.next_trigger < len(triggers):
        due = triggers[book.next_trigger].column
    if book.next_revision < len(revisions):
        due = min(due, revisions[book.next_revision].column)
    return due


@part
def begin(state, plan):
    book = state.book[0]
    book.cash = book.spendable = book.equity = plan.cash
    book.bought = book.sold = book.costs = 0.0
    book.active = book.purchases = book.sales = book.tickets = book.lots = book.claims = book.extensions = (
        book.watches
    ) = 0
    book.entitled = book.fractions = book.fills = book.waits = book.holdings = 0
    book.next_trigger = book.next_revision = 0
    for row in range(len(state.rows)):
        listing = state.rows[row]
        listing.active = listing.watches = 0
        listing.held = listing.held_last = listing.seen = listing.seen_last = -1
        listing.taken = 0.0
        listing.judged = 0
    for place in range(len(state.queues)):
        state.queues[place].head = state.queues[place].tail = -1


@hot
def look_up_days(market, state, column):
    """Each active listing's session and instant of open; nothing of its bar is used up yet."""
    for place in range(state.book[0].active):
        row = state.active[place]
        listing = state.rows[row]
        day = market.days[market.listings[row].exchange, column]
        listing.session = day.session
        listing.instant = day.instant
        listing.taken = 0.0
        listing.judged = 0


@part
def corporate_actions(market, state, column):
    """What is effective at a date's opens: splits, and who is entitled to a dividend."""
    book = state.book[0]
    for place in range(market.actions_from[column], market.actions_from[column + 1]):
        row = market.actions[place]
        if not state.rows[row].active:
            continue
        ratio, cash = market.split[row, column], market.dividend[row, column]
        if ratio != 1.0:
            split_lots(market, state, row, column, ratio)
            split_tickets(market, state, row, ratio)
        if cash != 0.0:
            number = state.rows[row].held
            while number >= 0:
                at = next_place(book.entitled, len(state.entitled))
                book.entitled = at + 1
                state.entitled[at].lot = number
                state.entitled[at].shares = state.lots[number].shares
                state.entitled[at].cash = cash
                number = state.lots[number].after


@part
def split_lots(market, state, row, column, ratio):
    """Multiply the shares held; where the market pays fractions out, what is no whole share goes in cash."""
    book, number = state.book[0], state.rows[row].held
    while number >= 0:
        lot = state.lots[number]
        after = lot.after
        fraction = fraction_of(market, lot, column, ratio)
        lot.shares *= ratio
        lot.basis_shares *= ratio
        lot.high /= ratio
        if fraction > 0:
            lot.shares -= fraction
            at = next_place(book.fractions, len(state.fractions))
            book.fractions = at + 1
            state.fractions[at].lot = number
            state.fractions[at].shares = fraction
            if lot.shares <= rules.SHARE_DUST:  # a consolidation left no whole share
                lot.shares = 0.0
                lot.ended = column
                let_go(state, number)
        number = after


@part
def split_tickets(market, state, row, ratio):
    """A waiting purchase is multiplied and floored to a lot, a sale multiplied, or ended with its lot."""
    number = state.queues[2 * row + 1].head
    while number >= 0:
        ticket = state.tickets[number]
        after = ticket.after
        ticket.left *= ratio
        if ticket.lot >= 0 and not state.lots[ticket.lot].shares > 0.0:
            close(state, number, codes.EXITED, codes.AS_FILLED)
        number = after
    number = state.queues[2 * row].head
    while number >= 0:
        ticket = state.tickets[number]
        after = ticket.after
        if not math.isnan(ticket.left):
            ticket.left = rules.whole_lots(ticket.left * ratio, float(market.listings[row].lot))
            if ticket.left == 0:
                close(state, number, codes.BELOW_ONE_LOT, codes.AS_FILLED)
        number = after


@hot
def close_books(market, state, plan, told, column, lapse):
    """Interest on idle cash, dividends, marks: the books of a date. Who needs no more looking at is let go."""
    book = state.book[0]
    if plan.cash_rate != 0.0:
        book.cash *= (1.0 + plan.cash_rate) ** lapse
    for place in range(book.entitled):
        entitled = state.entitled[place]
        lot = state.lots[entitled.lot]
        if lot.shares > 0.0 and plan.reinvest:
            lot.shares += entitled.shares * entitled.cash / market.last_close[lot.row, column]
        else:
            pay(book, lot, entitled.shares * entitled.cash * rate_of(market, lot.row, column))
    for place in range(book.fractions):
        fraction = state.fractions[place]
        lot = state.lots[fraction.lot]
        worth = fraction.shares * market.last_close[lot.row, column]
        pay(book, lot, worth * rate_of(market, lot.row, column))
    book.entitled = book.fractions = 0
    total, kept, count = 0.0, 0, book.active
    open_orders = book.purchases + book.sales > 0
    for place in range(count):
        row = state.active[place]
        listing = state.rows[row]
        if listing.held >= 0:
            close_now = market.bars[row, column].close
            shares, number = 0.0, listing.held
            while number >= 0:
                lot = state.lots[number]
                lot.fresh = 0.0
                if not math.isnan(close_now) and not lot.high >= close_now:
                    lot.high = close_now
                shares += lot.shares
                number = lot.after
            last = market.last_close[row, column] if math.isnan(close_now) else close_now
            value = shares * last * rate_of(market, row, column)
            if told >= TOLD:
                at = next_place(book.holdings, len(state.holdings))
                book.holdings = at + 1
                line = state.holdings[at]
                line.column = column
                line.row = row
                line.shares = shares
                line.value = value
            total += value
        if listing.held >= 0 or listing.seen >= 0 or (open_orders and has_orders(state, row)):
            state.active[kept] = row
            kept += 1
        else:
            listing.active = 0
    book.active = kept
    book.equity = book.cash + total
    book.spendable = book.cash
    state.equity[column - plan.first] = book.equity
    state.cash[column - plan.first] = book.cash


@hot
def has_orders(state, row):
    return state.queues[2 * row].head >= 0 or state.queues[2 * row + 1].head >= 0


@hot
def rate_of(market, row, column):
    return market.fx[market.listings[row].currency, column].book


@part
def pay(book, lot, money):
    book.cash += money
    lot.dividends += money
