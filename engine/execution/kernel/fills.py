"""A date's trades, compiled: sizes, exits, entries and levels of one instant of open (`engine.execution.broker`)."""

from __future__ import annotations

import math

from eventfolio.engine.execution.kernel import enums as codes
from eventfolio.engine.execution.kernel.compiling import hot, part, rules
from eventfolio.engine.execution.kernel.lists import (
    close,
    drop,
    hold_lot,
    let_go,
    next_place,
    sell_lot,
    settle_leave,
)
from eventfolio.engine.execution.kernel.records import BOOKED, CLOSE_ONLY, HAS_BAR, TOLD
from eventfolio.engine.execution.kernel.terms import (
    affordable,
    cap_left,
    charges,
    close_before,
    fill_price,
    has_bar,
    is_locked,
    open_price,
    purchase_rate,
    steps_of,
)


@hot
def trade_at(market, state, plan, told, column, instant):
    """One instant of regular open: size, exits, entries, levels."""
    book = state.book[0]
    if book.purchases > 0:
        size_together(market, state, told, column, instant)
    if plan.has_levels or book.sales > 0:
        count = gather_exits(market, state, plan, column, instant)
        for place in range(count):
            if state.tickets[state.queue[place]].status == codes.OPEN:  # else its lot was just sold by another
                sell(market, state, plan, told, state.queue[place], column, math.nan)
    if book.purchases > 0:
        count = gather_entries(state, instant)
        for place in range(count):
            buy(market, state, plan, told, state.queue[place], column)
    if plan.has_levels:
        for place in range(book.active):
            row = state.active[place]
            is_bar = market.flags[row, column] & (HAS_BAR | CLOSE_ONLY) == HAS_BAR
            if is_bar and state.rows[row].judged and state.rows[row].instant == instant:
                judge_levels(market, state, plan, told, row, column)


# --- size ------------------------------------------------------------------------------------------------------------


@hot
def held_shares(state, row):
    """Shares of a listing."""
    shares = 0.0
    number = state.rows[row].held
    while number >= 0:
        shares += state.lots[number].shares
        number = state.lots[number].after
    return shares


@hot
def size_together(market, state, told, column, instant):
    """Size an instant's new purchases: shares of equity, all shrunk alike to the cash left, in whole lots (5.4)."""
    book = state.book[0]
    wanted = 0.0
    found = False
    for place in range(book.active):
        row = state.active[place]
        if state.rows[row].instant != instant:
            continue
        number = state.queues[2 * row].head
        while number >= 0:
            ticket = state.tickets[number]
            after = ticket.after
            if math.isnan(ticket.left):
                last = close_before(market, row, column)
                rate = market.fx[market.listings[row].currency, column]
                if rate.stale and (not math.isnan(last) or state.rows[row].session == ticket.session):
                    ticket.is_sent = 1 - ticket.rebalances
                    close(state, number, codes.STALE_FX, codes.REJECTED)
                elif math.isnan(last):
                    wait(state, told, number, column, codes.NO_CLOSE)
                else:
                    ticket.column = column
                    ticket.equity = book.equity
                    ticket.target = ticket.share * book.equity
                    ticket.last_close = last
                    ticket.last_fx = rate.fill
                    held = held_shares(state, row) if ticket.rebalances else 0.0
                    missing = ticket.target - held * (last * rate.fill)
                    wanted += missing * purchase_rate(market, row, column)
                    found = True
            number = after
    if not found:
        return
    factor = rules.shrink(wanted, book.spendable)
    for place in range(book.active):
        row = state.active[place]
        if state.rows[row].instant != instant:
            continue
        number = state.queues[2 * row].head
        while number >= 0:
            ticket = state.tickets[number]
            after = ticket.after
            if math.isnan(ticket.left) and not math.isnan(ticket.target):
                lot = float(market.listings[row].lot)
                worth = ticket.last_close * ticket.last_fx
                held = held_shares(state, row) if ticket.rebalances else 0.0
                missing = ticket.target - held * worth
                least = ticket.band * book.equity if ticket.rebalances else 0.0
                ticket.factor = factor
                ticket.left = ticket.wanted = rules.lots_missing(held, worth, factor * missing, lot)
                if ticket.left == 0 or ticket.left * worth < least:
                    unshrunk = rules.lots_missing(held, worth, missing, lot)
                    why = codes.WITHIN_BAND if ticket.rebalances else codes.BELOW_ONE_LOT
                    if unshrunk > 0 and unshrunk * worth >= least:
                        why = codes.NO_CASH
                    ticket.is_sent = 1 - ticket.rebalances
                    close(state, number, why, codes.AS_FILLED if ticket.rebalances else codes.REJECTED)
            number = after


# --- who trades ------------------------------------------------------------------------------------------------------


@hot
def gather_entries(state, instant):
    """Open purchases of the instant into `queue`, by date created, then row, then number; how many."""
    count = 0
    for place in range(state.book[0].active):
        row = state.active[place]
        if state.rows[row].instant == instant:
            number = state.queues[2 * row].head
            while number >= 0:
                created = state.tickets[number].column
                at = count
                while at > 0 and state.tickets[state.queue[at - 1]].column > created:
                    state.queue[at] = state.queue[at - 1]
                    at -= 1
                state.queue[at] = number
                count += 1
                number = state.tickets[number].after
    return count


@hot
def gather_exits(market, state, plan, column, instant):
    """Sales under way and lots whose open has passed a level into `queue`, by their lot's creation; how many."""
    count = 0
    for place in range(state.book[0].active):
        row = state.active[place]
        listing = state.rows[row]
        if listing.instant != instant:
            continue
        number = state.queues[2 * row + 1].head
        while number >= 0:
            ticket = state.tickets[number]
            after = ticket.after
            if ticket.lot < 0 and listing.held < 0:
                close(state, number, codes.NOTHING_HELD, -1 if ticket.filled > 0 else codes.REJECTED)
            elif ticket.lot < 0 or state.lots[ticket.lot].take != number:
                count = queue_exit(state, number, count)
            number = after
        if not plan.has_levels or listing.held < 0 or not has_bar(market, row, column):
            continue
        price, bar = open_price(market, row, column), market.bars[row, column]
        number = listing.held
        while number >= 0:
            lot = state.lots[number]
            if lot.exit < 0:
                stop, take, reason = levels_of(market, plan, lot, column)
                if rules.level_within(bar.high, bar.low, bar.close, stop, take)[0] != 0:
                    listing.judged = 1  # after the open, unless it leaves now
                hit = rules.level_at_open(price, stop, take)
                if hit != 0 and sellable(market, lot) > 0:
                    sale = triggered(state, number, reason if hit == rules.STOP else codes.TAKE, column)
                    count = queue_exit(state, sale, count)
            number = lot.after
    return count


@part
def exit_rank(state, number):
    """The creation of what a sale sells; of a first-in-first-out sale, of the oldest lot."""
    ticket = state.tickets[number]
    return state.lots[ticket.lot if ticket.lot >= 0 else state.rows[ticket.row].held].created


@part
def queue_exit(state, number, count):
    """Put a sale into its place in `queue`: by creation, row, number; the new count."""
    created, row = exit_rank(state, number), state.tickets[number].row
    at = count
    while at > 0:
        other = state.queue[at - 1]
        rank = exit_rank(state, other)
        if rank < created or (rank == created and (state.tickets[other].row, other) < (row, number)):
            break
        state.queue[at] = other
        at -= 1
    state.queue[at] = number
    return count + 1


# --- fills -----------------------------------------------------------------------------------------------------------


@part
def wait(state, told, number, column, why):
    """Note that an order waits, and why."""
    ticket = state.tickets[number]
    ticket.why = why
    if told >= TOLD:
        book = state.book[0]
        place = next_place(book.waits, len(state.waits))
        book.waits = place + 1
        waited = state.waits[place]
        waited.order = number
        waited.column = column
        waited.why = why
        waited.left = ticket.left


@part
def lapse(state, number):
    """An order that has waited its patience out ends; any other waits on."""
    ticket = state.tickets[number]
    waited = state.rows[ticket.row].session - ticket.session
    if ticket.status == codes.OPEN and 0 <= ticket.patience <= waited:
        close(state, number, ticket.why, codes.AS_FILLED)


@part
def buy(market, state, plan, told, number, column):
    """Buy at the open what the bar's volume and then the cash allow; a rest the volume left waits (5.3, 5.4)."""
    ticket = state.tickets[number]
    row = ticket.row
    if not math.isnan(ticket.left):
        if not has_bar(market, row, column):
            wait(state, told, number, column, codes.HALTED)
        elif is_locked(market, row, column, codes.BUY):
            wait(state, told, number, column, codes.LOCKED)
        else:
            cap = cap_left(market, row, column, state.rows[row].taken)
            size = rules.purchase_size(ticket.left, cap, float(market.listings[row].lot))
            raw = open_price(market, row, column)
            price = fill_price(market, row, column, codes.BUY, raw, codes.STOP)
            bought = affordable(market, row, column, size, price, state.book[0].spendable)
            if bought > 0:
                fill(market, state, plan, told, number, ticket.lot, column, bought, raw, price, bought)
            if bought < size:
                close(state, number, codes.NO_CASH, codes.AS_FILLED if ticket.filled > 0 else codes.REJECTED)
            elif ticket.status == codes.OPEN:
                wait(state, told, number, column, codes.VOLUME)
    lapse(state, number)


@hot
def sellable(market, lot):
    """Shares that may be sold today: not those bought today where resale waits a day."""
    return lot.shares - (lot.fresh if market.listings[lot.row].t_plus_one else 0.0)


@hot
def part_of(market, lot, shares):
    """What of a sale of `shares` comes from a lot: no more than may be sold, and no dust."""
    has = sellable(market, lot)
    own = has if shares > has - rules.SHARE_DUST else shares
    return own if own > rules.SHARE_DUST else 0.0


@part
def sell(market, state, plan, told, number, column, level):
    """Sell a lot (or first in, first out) at the open, or at a `level` the bar reached (else NaN); what stays waits."""
    ticket = state.tickets[number]
    row = ticket.row
    one = ticket.lot >= 0
    first = ticket.lot if one else state.rows[row].held
    if one:
        ticket.left = state.lots[first].shares
        ticket.wanted = ticket.filled + ticket.left
    if not has_bar(market, row, column):
        wait(state, told, number, column, codes.HALTED)
    elif is_locked(market, row, column, codes.SELL):
        wait(state, told, number, column, codes.LOCKED)
    else:
        free, at = 0.0, first
        while at >= 0:
            free += sellable(market, state.lots[at])
            at = -1 if one else state.lots[at].after
        able = min(ticket.left, free)
        cap = cap_left(market, row, column, state.rows[row].taken)
        size = rules.sale_size(able, cap, float(market.listings[row].lot))
        raw = open_price(market, row, column) if math.isnan(level) else level
        price = fill_price(market, row, column, codes.SELL, raw, ticket.reason)
        traded, left, at = 0.0, size, first
        while at >= 0:
            shares = part_of(market, state.lots[at], left)
            left -= shares
            traded += shares
            at = -1 if one else state.lots[at].after
        at = first
        while at >= 0:
            lot = state.lots[at]
            after = -1 if one else lot.after
            shares = part_of(market, lot, size)
            if shares > 0.0:
                size -= shares
                fill(market, state, plan, told, number, at, column, shares, raw, price, traded)
                if lot.entry >= 0 and state.tickets[lot.entry].status == codes.OPEN:
                    close(state, lot.entry, codes.EXITED, codes.AS_FILLED)
            at = after
        if ticket.status == codes.OPEN:
            wait(state, told, number, column, codes.VOLUME if able > 0 else codes.T_PLUS_ONE)
    lapse(state, number)


@part
def fill(market, state, plan, told, number, lot_number, column, shares, raw, price, traded):
    """Book a lot's part of a fill of `traded` shares, which is charged once: cash, lot, order, the ledger's line."""
    book, ticket, lot = state.book[0], state.tickets[number], state.lots[lot_number]
    row, side = ticket.row, ticket.side
    fx = market.fx[market.listings[row].currency, column].fill
    value, own = shares * price * fx, shares / traded
    commission, fees, tax, currency = charges(market, row, column, side, traded * price)
    commission, fees, tax, currency = commission * fx * own, fees * fx * own, tax * fx * own, currency * fx * own
    costs = commission + fees + tax + currency
    lot.costs += costs
    book.costs += costs
    if side > 0:
        if lot.session < 0:
            lot.session = state.rows[row].session
            if plan.hold >= 0:
                state.claims[lot.claims].hold = lot.session + plan.hold
            settle_leave(state, lot)
        book.cash -= value + costs
        book.spendable -= value + costs
        if -rules.CENT_DUST * max(1.0, plan.cash / 1e6) < book.cash < 0.0:
            book.cash = 0.0
        if lot.shares == 0.0:
            hold_lot(state, lot_number)
        lot.shares += shares
        lot.fresh += shares
        lot.basis_shares += shares
        lot.basis_cost += shares * price
        lot.paid += value
        state.rows[row].judged = 1
        book.bought += value
    else:
        book.cash += value - costs
        lot.shares -= shares
        lot.got += value
        book.sold += value
        if not lot.shares > 0.0:
            let_go(state, lot_number)
            if lot.exit >= 0 and lot.exit != number:
                close(state, lot.exit, codes.EXITED, codes.AS_FILLED)
            if lot.take >= 0 and lot.take != number:  # a limit left from a part-filled take
                close(state, lot.take, codes.EXITED, codes.AS_FILLED)
    state.rows[row].taken += shares
    ticket.filled += shares
    ticket.left = ticket.left - shares if ticket.left - shares > rules.SHARE_DUST else 0.0
    if told >= BOOKED:
        place = next_place(book.fills, len(state.fills))
        book.fills = place + 1
        line = state.fills[place]
        line.order = number
        line.lot = lot_number
        line.row = row
        line.column = column
        line.side = side
        line.reason = ticket.reason
        line.shares = shares
        line.raw = raw
        line.price = price
        line.fx = fx
        line.commission = commission
        line.fees = fees
        line.tax = tax
        line.fx_cost = currency
        line.slippage = side * (price - raw) * shares * fx
        line.close_column = ticket.column - 1
    if ticket.left == 0:
        ticket.status = codes.FILLED
        ticket.why = codes.FINE
        drop(state, number)


# --- levels ----------------------------------------------------------------------------------------------------------


@hot
def levels_of(market, plan, lot, column):
    """Stop (or trail) and take of a lot, and which of the two the first is."""
    entry = lot.basis_cost / lot.basis_shares
    level = rules.stop_level(entry, plan.stop, plan.trail, lot.high)
    reason = codes.STOP if level == entry * (1.0 - plan.stop) else codes.TRAIL
    take = math.nan
    if not math.isnan(plan.take):
        table, count = steps_of(market, lot.row, column)
        take = rules.tick_up(entry * (1.0 + plan.take), market.ticks[table, :count])
    return level, take, reason


@hot
def judge_levels(market, state, plan, told, row, column):
    """Judge a bar after its open; a triggered stop's rest waits for the next open, a take's stays a limit."""
    bar = market.bars[row, column]
    number = state.rows[row].held
    while number >= 0:
        lot = state.lots[number]
        after = lot.after
        if lot.exit < 0 and sellable(market, lot) > 0:
            stop, take, reason = levels_of(market, plan, lot, column)
            hit, price = rules.level_within(bar.high, bar.low, bar.close, stop, take)
            if hit != 0:
                sale = triggered(state, number, reason if hit == rules.STOP else codes.TAKE, column)
                sell(market, state, plan, told, sale, column, price)
        number = after


@part
def triggered(state, number, reason, column):
    """The sale a level sends; a take's stays with its lot as a limit."""
    lot = state.lots[number]
    if reason == codes.TAKE and lot.take >= 0:
        return lot.take
    sale = sell_lot(state, number, reason, column, state.rows[lot.row].session)
    if reason == codes.TAKE:
        lot.take = sale
        lot.exit = -1
    return sale
