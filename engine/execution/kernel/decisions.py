"""What is decided at a date's opens, compiled (`engine.execution.order_manager`)."""

from __future__ import annotations

import math

from eventfolio.engine.execution.kernel import enums as codes
from eventfolio.engine.execution.kernel.compiling import hot, part, rules
from eventfolio.engine.execution.kernel.fills import held_shares
from eventfolio.engine.execution.kernel.lists import (
    activate,
    add_claim,
    close,
    new_lot,
    new_ticket,
    next_place,
    note_extension,
    sell_lot,
    settle_leave,
)
from eventfolio.engine.execution.kernel.records import ADD, EXTEND
from eventfolio.engine.execution.kernel.terms import close_before


@hot
def decide(market, state, plan, triggers, revisions, column):
    """One date, instant of open by instant: revisions, confirmations, triggers, exits, decaying shares."""
    book = state.book[0]
    for instant in range(market.instants[column]):
        while book.next_revision < len(revisions):
            revision = revisions[book.next_revision]
            if revision.column != column or revision.instant != instant:
                break
            revise(state, triggers, revision, column)
            book.next_revision += 1
        if book.purchases > 0:
            for place in range(book.active):
                row = state.active[place]
                if state.rows[row].instant == instant:
                    let_waits_go(state, row)
        if book.watches > 0:
            confirm(market, state, plan, triggers, column, instant)
        while book.next_trigger < len(triggers):
            trigger = triggers[book.next_trigger]
            if trigger.column != column or trigger.instant != instant:
                break
            enter(market, state, plan, triggers, book.next_trigger, column)
            book.next_trigger += 1
        for place in range(book.active):
            row = state.active[place]
            if state.rows[row].instant == instant:
                leave(state, row, column)
        if plan.decays:
            for place in range(book.active):
                row = state.active[place]
                if state.rows[row].instant == instant and state.rows[row].seen >= 0:
                    rebalance(market, state, plan, triggers, row, column)


@part
def enter(market, state, plan, triggers, number, column):
    """Act on a trigger: buy, wait for confirmation, or treat it as a repeat (5.7)."""
    row = triggers[number].row
    listing = state.rows[row]
    if plan.decays:
        activate(market, state, row, column)
        if listing.seen < 0:
            listing.seen = number
        else:
            state.seen[listing.seen_last] = number
        state.seen[number] = -1
        listing.seen_last = number
    elif plan.repeat != ADD and (listing.held >= 0 or state.queues[2 * row].head >= 0 or listing.watches > 0):
        if plan.repeat == EXTEND:
            extend(state, plan, triggers, number)
    elif plan.lookback >= 0:
        watch(market, state, plan, triggers, number, column)
    else:
        send_entry(market, state, plan, triggers, number, codes.NONE, column)


@part
def extend(state, plan, triggers, number):
    """A repeat moves the time exit to the later of its own and the trigger session + hold (5.7)."""
    row = triggers[number].row
    for place in range(state.book[0].watches):
        if state.watches[place].row == row:
            note_extension(state, state.watches[place], number)
    lot = state.rows[row].held
    while lot >= 0:
        extend_lot(state, plan, triggers[number], number, lot)
        lot = state.lots[lot].after
    ticket = state.queues[2 * row].head
    while ticket >= 0:
        lot = state.tickets[ticket].lot
        if not state.lots[lot].shares > 0.0:  # else it stood among the held ones
            extend_lot(state, plan, triggers[number], number, lot)
        ticket = state.tickets[ticket].after


@part
def extend_lot(state, plan, trigger, number, lot_number):
    lot = state.lots[lot_number]
    if lot.exit >= 0 and state.tickets[lot.exit].reason != codes.TIME:
        return  # it is leaving: the trigger is spent
    note_extension(state, lot, number)
    add_claim(state, lot, trigger.event, trigger.session + plan.hold if plan.hold >= 0 else -1, trigger.until)
    settle_leave(state, lot)


@part
def send_entry(market, state, plan, triggers, number, extended, column):
    """Send an entry; its size is settled at its open. extended : first of the extensions its watch collected."""
    trigger = triggers[number]
    row = trigger.row
    activate(market, state, row, column)
    lot = new_lot(state, row, number, column, trigger.event, trigger.until)
    ticket = new_ticket(
        state, lot, row, codes.BUY, plan.entry_reason, number, column, state.rows[row].session, plan.patience
    )
    state.tickets[ticket].share = plan.weight / trigger.members
    state.lots[lot].entry = ticket
    if extended >= 0:
        state.lots[lot].extended = extended
        while state.extensions[extended].after >= 0:
            extended = state.extensions[extended].after
        state.lots[lot].extended_last = extended


# --- confirmation ----------------------------------------------------------------------------------------------------


@part
def watch(market, state, plan, triggers, number, column):
    """Wait for a close above the highest of the `lookback` before (infinite where there is none: it never can)."""
    trigger, book = triggers[number], state.book[0]
    row = trigger.row
    then = market.factor[row, column]
    high, found, at = -math.inf, 0, column - 1
    while at >= 0 and found < plan.lookback:
        close_then = market.bars[row, at].close
        if not math.isnan(close_then):
            high = max(high, close_then * (market.factor[row, at] / then))
            found += 1
        at -= 1
    place = next_place(book.watches, len(state.watches))
    book.watches = place + 1
    state.rows[row].watches += 1
    waiting = state.watches[place]
    waiting.row = row
    waiting.trigger = number
    waiting.session = trigger.session
    waiting.column = column
    waiting.high = high if found > 0 else math.inf
    waiting.extended = waiting.extended_last = -1


@part
def confirm(market, state, plan, triggers, column, instant):
    """Buy what closed above its high; let go what did not in time."""
    kept, count = 0, state.book[0].watches
    for place in range(count):
        waiting = state.watches[place]
        exchange = market.listings[waiting.row].exchange
        day = market.days[exchange, column]
        stays = day.instant != instant or day.session <= waiting.session
        if not stays:
            before = column - 1
            while market.days[exchange, before].session < 0:
                before -= 1
            factor = market.factor[waiting.row, before] / market.factor[waiting.row, waiting.column]
            if market.bars[waiting.row, before].close * factor > waiting.high:
                send_entry(market, state, plan, triggers, waiting.trigger, waiting.extended, column)
            else:
                stays = day.session - waiting.session < plan.within
        if stays:
            state.watches[kept] = waiting
            kept += 1
        else:
            state.rows[waiting.row].watches -= 1
    state.book[0].watches = kept


# --- leaving ---------------------------------------------------------------------------------------------------------


@part
def let_waits_go(state, row):
    """End purchases of a run-up that waited past its reference."""
    session = state.rows[row].session
    number = state.queues[2 * row].head
    while number >= 0:
        after = state.tickets[number].after
        lot = state.lots[state.tickets[number].lot]
        reference = state.claims[lot.claims].reference
        if 0 <= reference <= session and not lot.shares > 0.0:
            close(state, number, codes.REVISED, codes.AS_FILLED)
        number = after


@hot
def leave(state, row, column):
    """Send time exits that are due."""
    session = state.rows[row].session
    number = state.rows[row].held
    while number >= 0:
        lot = state.lots[number]
        if lot.exit >= 0:
            if session < lot.leaves and state.tickets[lot.exit].reason == codes.TIME:
                close(state, lot.exit, codes.EXTENDED, codes.AS_FILLED)
        elif session >= lot.leaves:
            sell_lot(state, number, codes.TIME, column, session)
        number = lot.after


@part
def revise(state, triggers, revision, column):
    """A run-up is planned anew: waiting entries go, the exit follows the reference, or comes at once (5.8)."""
    row, book = revision.row, state.book[0]
    number = state.queues[2 * row].head
    while number >= 0:
        after = state.tickets[number].after
        if triggers[state.tickets[number].trigger].event == revision.event:
            close(state, number, codes.REVISED, codes.AS_FILLED)
        number = after
    kept, count = 0, book.watches
    for place in range(count):
        waiting = state.watches[place]
        if waiting.row != row or triggers[waiting.trigger].event != revision.event:
            state.watches[kept] = waiting
            kept += 1
        else:
            state.rows[row].watches -= 1
    book.watches = kept
    number = state.rows[row].held
    while number >= 0:
        lot = state.lots[number]
        own = state.claims[lot.claims]
        if revision.until >= 0:
            claim = lot.claims
            while claim >= 0:
                if state.claims[claim].event == revision.event:
                    state.claims[claim].reference = revision.until
                claim = state.claims[claim].after
            settle_leave(state, lot)
        elif own.event == revision.event and lot.exit < 0 and max(own.reference, 0) > revision.session:
            sell_lot(state, number, codes.SIGNAL, column, state.rows[row].session)
        number = lot.after


# --- decaying shares -------------------------------------------------------------------------------------------------


@part
def rebalance(market, state, plan, triggers, row, column):
    """Trade a listing all the way to the share its news still deserves (`eventfolio.engine.execution.intensity`)."""
    fx = market.fx[market.listings[row].currency, column].fill
    worth = close_before(market, row, column) * fx
    if not worth > 0:
        return
    book, session, ratio = state.book[0], state.rows[row].session, market.split[row, column]
    intensity, number = 0.0, state.rows[row].seen
    while number >= 0:
        age = session - triggers[number].session
        intensity += triggers[number].strength * rules.decayed(age, plan.half_life)
        number = state.seen[number]
    latest = state.rows[row].seen_last
    share = plan.weight / triggers[latest].members * min(1.0, intensity)
    held = held_after_split(market, state, row, column)
    target, band = share * book.equity, plan.band * book.equity
    if share < plan.band / 10:
        if held > 0:
            reduce(state, row, held / ratio, latest, column)
    elif target - held * worth > band:
        trigger = triggers[latest]
        lot = new_lot(state, row, latest, column, trigger.event, trigger.until)
        ticket = new_ticket(state, lot, row, codes.BUY, codes.INTENSITY, latest, column, session, codes.AT_ONCE)
        state.lots[lot].entry = ticket
        state.tickets[ticket].share = share
        state.tickets[ticket].band = plan.band
        state.tickets[ticket].rebalances = 1
    elif held * worth - target > band:
        kept = rules.whole_lots(target / worth, float(market.listings[row].lot))
        reduce(state, row, (held - kept) / ratio, latest, column)


@part
def reduce(state, row, shares, trigger, column):
    """Sell shares, counted before any split of the coming open, first in, first out."""
    ticket = new_ticket(
        state, codes.NONE, row, codes.SELL, codes.SIGNAL, trigger, column, state.rows[row].session, codes.AT_ONCE
    )
    state.tickets[ticket].left = state.tickets[ticket].wanted = shares


@part
def held_after_split(market, state, row, column):
    """Shares of a listing once a split effective at a date's open is done."""
    ratio = market.split[row, column]
    if ratio == 1.0:
        return held_shares(state, row)
    shares, number = 0.0, state.rows[row].held
    while number >= 0:
        shares += state.lots[number].shares * ratio - fraction_of(market, state.lots[number], column, ratio)
        number = state.lots[number].after
    return shares


@part
def fraction_of(market, lot, column, ratio):
    """The part of a share that a split leaves of a lot's whole shares and the market pays out in cash."""
    paid_out = market.fees[market.listings[lot.row].market, column].fractions_in_cash > 0
    if ratio == math.floor(ratio) or not paid_out:
        return 0.0
    after = math.floor(lot.shares + rules.SHARE_DUST) * ratio
    fraction = after - math.floor(after + rules.SHARE_DUST)
    return fraction if fraction > rules.SHARE_DUST else 0.0
