"""The days of a run, compiled: decisions, corporate actions, trades and books of each date, in one loop."""

from __future__ import annotations

import math

from engine.execution.kernel import codes
from engine.execution.kernel.compiling import part, rules, whole
from engine.execution.kernel.decisions import decide, fraction_of
from engine.execution.kernel.fills import held_shares, trade_at
from engine.execution.kernel.lists import close, let_go, next_place
from engine.execution.kernel.records import TOLD


@whole
def play_days(market, state, plans, triggers, revisions, lapses, told):
    """Play one plan on one calendar. `state.equity` and `.cash` hold its books, `state.book` what it used.

    triggers, revisions : in order of column, instant and row
    lapses              : years from the books before to each date's, from the window's first on
    told                : 0 nothing, BOOKED fills, TOLD also waits and holdings
    Returns             : whether it all fitted into the arrays
    """
    book, plan = state.book[0], plans[0]
    begin(state, plan)
    for column in range(plan.first, plan.last + 1):
        due = book.next_trigger < len(triggers) and triggers[book.next_trigger].column == column
        due |= book.next_revision < len(revisions) and revisions[book.next_revision].column == column
        if due or book.active > 0 or book.watches > 0:
            look_up_days(market, state, column)
            decide(market, state, plan, triggers, revisions, column)
            if book.active > 0:
                corporate_actions(market, state, column)
                for instant in range(market.instants[column]):
                    trade_at(market, state, plan, told, column, instant)
        close_books(market, state, plan, told, column, lapses[column - plan.first])
        if book.full:
            return False
    return True


@part
def begin(state, plan):
    book = state.book[0]
    book.cash = book.spendable = book.equity = plan.cash
    book.bought = book.sold = book.costs = 0.0
    book.active = book.tickets = book.lots = book.claims = book.extensions = book.watches = 0
    book.entitled = book.fractions = book.fills = book.waits = book.holdings = 0
    book.next_trigger = book.next_revision = book.full = 0
    for row in range(len(state.rows)):
        listing = state.rows[row]
        listing.active = listing.watches = 0
        listing.held = listing.held_last = listing.seen = listing.seen_last = -1
        listing.taken = 0.0
    for place in range(len(state.queues)):
        state.queues[place].head = state.queues[place].tail = -1


@part
def look_up_days(market, state, column):
    """Each active listing's session and instant of open; nothing of its bar is used up yet."""
    for place in range(state.book[0].active):
        row = state.active[place]
        listing = state.rows[row]
        day = market.days[market.listings[row].exchange, column]
        listing.session = day.session
        listing.instant = day.instant
        listing.taken = 0.0


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
                at = next_place(book, book.entitled, len(state.entitled))
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
            at = next_place(book, book.fractions, len(state.fractions))
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
    """A waiting purchase is multiplied and floored to a lot, a sale multiplied."""
    number = state.queues[2 * row + 1].head
    while number >= 0:
        state.tickets[number].left *= ratio
        number = state.tickets[number].after
    number = state.queues[2 * row].head
    while number >= 0:
        ticket = state.tickets[number]
        after = ticket.after
        if not math.isnan(ticket.left):
            ticket.left = rules.whole_lots(ticket.left * ratio, float(market.listings[row].lot))
            if ticket.left == 0:
                close(state, number, codes.BELOW_ONE_LOT, codes.AS_FILLED)
        number = after


@part
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
    for place in range(count):
        row = state.active[place]
        listing = state.rows[row]
        if listing.held >= 0:
            close_now = market.bars[row, column].close
            number = listing.held
            while number >= 0:
                lot = state.lots[number]
                lot.fresh = 0.0
                if not math.isnan(close_now) and not lot.high >= close_now:
                    lot.high = close_now
                number = lot.after
            shares = held_shares(state, row)
            value = shares * market.last_close[row, column] * rate_of(market, row, column)
            if told >= TOLD:
                at = next_place(book, book.holdings, len(state.holdings))
                book.holdings = at + 1
                line = state.holdings[at]
                line.column = column
                line.row = row
                line.shares = shares
                line.value = value
            total += value
        if listing.held >= 0 or listing.seen >= 0 or has_orders(state, row):
            state.active[kept] = row
            kept += 1
        else:
            listing.active = 0
    book.active = kept
    book.equity = book.cash + total
    book.spendable = book.cash
    state.equity[column - plan.first] = book.equity
    state.cash[column - plan.first] = book.cash


@part
def has_orders(state, row):
    return state.queues[2 * row].head >= 0 or state.queues[2 * row + 1].head >= 0


@part
def rate_of(market, row, column):
    return market.fx[market.listings[row].currency, column].book


@part
def pay(book, lot, money):
    book.cash += money
    lot.dividends += money
