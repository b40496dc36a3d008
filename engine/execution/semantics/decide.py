"""Decides for a date's opens and closes, instant by instant, from closes before it and news before each.

Under backtrader it is decided for opens right after the books of the date before, so a split of the coming open is
still ahead; for a close when it comes.
"""

from __future__ import annotations

import math

from eventfolio.engine.execution.semantics import calls
from eventfolio.engine.execution.semantics.confirmations import (
    await_confirmation,
    confirmations_awaited,
    end_confirmation,
)
from eventfolio.engine.execution.semantics.decaying import add_news, is_rebalanced, rebalance
from eventfolio.engine.execution.semantics.forms import NONE, Table
from eventfolio.engine.execution.semantics.inputs import ADD, CLOSE, EXTEND, OPEN, Market, Plan, Revision, Trigger
from eventfolio.engine.execution.semantics.lots import (
    add_time_exit,
    list_extension,
    lots_of,
    new_lot,
    settle_time_exit,
    time_exits_of,
)
from eventfolio.engine.execution.semantics.orders import (
    AS_FILLED,
    BUY,
    end,
    is_time_exit,
    new_order,
    note,
    note_unconfirmed,
    purchases_of,
    sell_lot,
)
from eventfolio.engine.execution.semantics.positions import activate, rows_at, rows_opening
from eventfolio.engine.execution.semantics.records import Confirmation, Lot, State
from eventfolio.engine.execution.semantics.trading_conditions import day_of, is_listed
from eventfolio.engine.ledger.ledger import OrderOutcome, Reason


def decide(
    market: Market, state: State, plan: Plan, triggers: Table[Trigger], revisions: Table[Revision], column: int
) -> None:
    """One date: revisions, waits that end, confirmations, triggers, exits, decaying shares of each instant."""
    book = state.book[0]
    for instant in range(market.instants[column]):
        while is_next_revision(book.next_revision, revisions, column, instant, OPEN):
            revision = revisions[book.next_revision]
            book.next_revision += 1
            if not plan.at_close:
                recall(state, revision)
            replan(state, revision, column)
        if book.purchases > 0 and not plan.at_close:
            for row in rows_opening(state, instant):
                let_waits_go(state, triggers, row)
        if book.awaiting > 0:
            confirm(market, state, plan, triggers, column, instant)
        if not plan.at_close:
            take_triggers(market, state, plan, triggers, column, instant)
        for row in rows_opening(state, instant):
            leave(state, row, column)
        if book.purchases > 0 and not plan.at_close:
            for row in rows_opening(state, instant):
                let_remainders_go(state, triggers, row)
        if plan.decays:
            for row in rows_opening(state, instant):
                if is_rebalanced(state, row):
                    rebalance(market, state, plan, triggers, row, column)


def decide_for_close(
    market: Market,
    state: State,
    plan: Plan,
    triggers: Table[Trigger],
    revisions: Table[Revision],
    column: int,
    instant: int,
) -> None:
    """One instant of close, of a plan that buys there: revisions, waits that end, triggers [at-the-close]."""
    book = state.book[0]
    while is_next_revision(book.next_revision, revisions, column, instant, CLOSE):
        recall(state, revisions[book.next_revision])
        book.next_revision += 1
    if book.purchases > 0:
        for row in rows_at(state, instant, CLOSE):
            let_go_at_reference(state, triggers, row)
    take_triggers(market, state, plan, triggers, column, instant)


def take_triggers(
    market: Market, state: State, plan: Plan, triggers: Table[Trigger], column: int, instant: int
) -> None:
    """The triggers of an instant, in order; a strategy that decides by itself is shown each."""
    book = state.book[0]
    while is_next_trigger(book.next_trigger, triggers, column, instant):
        number = book.next_trigger
        book.next_trigger += 1
        listed = is_listed(market, triggers[number].row, column)
        if not (listed and calls.strategy_takes(state, number)):
            enter(market, state, plan, triggers, number, column, plan.weight)


def is_next_trigger(number: int, triggers: Table[Trigger], column: int, instant: int) -> bool:
    """Whether a trigger is of this instant; they are in order."""
    return number < len(triggers) and triggers[number].column == column and triggers[number].instant == instant


def is_next_revision(number: int, revisions: Table[Revision], column: int, instant: int, closing: int) -> bool:
    """Whether a revision is of this instant of open, or close; they are in order."""
    if number >= len(revisions) or revisions[number].column != column:
        return False
    return revisions[number].instant == instant and revisions[number].closing == closing


# --- triggers [entry, repeats] ---------------------------------------------------------------------------------------


def enter(
    market: Market, state: State, plan: Plan, triggers: Table[Trigger], number: int, column: int, weight: float
) -> None:
    """Act on a trigger: buy, await confirmation, or treat it as a repeat."""
    row = triggers[number].row
    if not is_listed(market, row, column):
        note(state, number, OrderOutcome.DELISTED, column)
    elif plan.decays:
        activate(market, state, row, column)
        add_news(state, triggers, row, number)
    elif plan.repeat != ADD and is_held_or_awaited(state, row):
        if plan.repeat == EXTEND:
            extend(state, plan, triggers[number], number)
        else:
            note(state, number, OrderOutcome.IGNORED, NONE)
    elif plan.lookback >= 0:
        confirmation = await_confirmation(state, triggers[number], number, column)
        confirmation.high = highest_close(market, row, column, plan.lookback)
        confirmation.weight = weight
    elif not takes_slot(state, plan, triggers[number]):
        note(state, number, OrderOutcome.NO_SLOT, NONE)
    else:
        send_entry(market, state, plan, triggers, number, column, weight, NONE, NONE)


def takes_slot(state: State, plan: Plan, trigger: Trigger) -> bool:
    """Take one of the strategy's slots, if one is free [size]; what ended today frees its own from the next date."""
    if plan.slots < 0:
        return True
    book = state.book[0]
    if takes_handed(state, trigger):
        return True
    if book.slots >= plan.slots:
        return False
    book.slots += 1
    return True


def takes_handed(state: State, trigger: Trigger) -> bool:
    """Take the slot of an entry of the same event that a revision cancelled today, if one is left."""
    position = state.positions[trigger.row]
    before, number = NONE, position.handed
    while number >= 0:
        order = state.orders[number]
        if order.event == trigger.event:
            if before < 0:
                position.handed = order.next
            else:
                state.orders[before].next = order.next
            return True
        before, number = number, order.next
    return False


def is_held_or_awaited(state: State, row: int) -> bool:
    """Whether a trigger on the listing is a repeat; a lot that a level sold in this session counts."""
    position = state.positions[row]
    is_held = position.first_lot >= 0 or position.has_left > 0
    return is_held or state.purchases[row].first >= 0 or position.awaiting > 0


def extend(state: State, plan: Plan, trigger: Trigger, number: int) -> None:
    """A repeat moves the time exit to the later of its own and the trigger's session + hold [repeats]."""
    row, found = trigger.row, False
    for confirmation in confirmations_awaited(state):
        if confirmation.row == row:
            list_extension(state, confirmation, number)
            found = True
    for lot in lots_of(state, row):
        found = extend_lot(state, plan, trigger, number, lot) or found
    for order in purchases_of(state, row):
        lot = state.lots[order.lot]
        if not lot.shares > 0.0:  # else it stood among the held ones
            found = extend_lot(state, plan, trigger, number, lot) or found
    if not found:
        note(state, number, OrderOutcome.SPENT, NONE)


def extend_lot(state: State, plan: Plan, trigger: Trigger, number: int, lot: Lot) -> bool:
    """Extend a lot, unless it is leaving by a level or a signal: then the trigger is spent on it."""
    if lot.exit >= 0 and not is_time_exit(state, lot):
        return False
    list_extension(state, lot, number)
    hold = trigger.session + plan.hold if plan.hold >= 0 else NONE
    add_time_exit(state, lot, trigger.event, hold, trigger.leaves)
    settle_time_exit(state, lot)
    return True


def send_entry(
    market: Market, state: State, plan: Plan, triggers: Table[Trigger], number: int, column: int,
    weight: float, first_extension: int, last_extension: int,
) -> None:  # fmt: skip
    """Send an entry; its size is settled at its open. The extensions are those its confirmation collected."""
    trigger = triggers[number]
    row = trigger.row
    activate(market, state, row, column)
    lot = new_lot(state, row, number, column, trigger.event, trigger.leaves)
    lot.first_extension, lot.last_extension = first_extension, last_extension
    session = session_from(market, row, column)
    order = new_order(
        state, lot.number, row, BUY, plan.entry_reason, number, trigger.event, column, session, plan.patience
    )
    order.share = weight / trigger.members
    order.closing = plan.at_close
    lot.entry = order.number
    calls.tell_sent(state, order)


def session_from(market: Market, row: int, column: int) -> int:
    """The listing's session on a date, or its next one: a strategy may act on a date on which the exchange is shut."""
    at = column
    while at <= last_column(market) and day_of(market, row, at).session < 0:
        at += 1
    return day_of(market, row, at).session if at <= last_column(market) else 0


def last_column(market: Market) -> int:
    """The last date of the tape."""
    return len(market.instants) - 1


# --- confirmation [confirmation] -------------------------------------------------------------------------------------


def highest_close(market: Market, row: int, column: int, lookback: int) -> float:
    """The highest of the listing's last closes before a date, on the date's share; infinite where there is none."""
    high, found, at = -math.inf, 0, column - 1
    while at >= 0 and found < lookback:
        close = market.bars[row, at].close
        if not math.isnan(close):
            high = max(high, close * (market.factor[row, at] / market.factor[row, column]))
            found += 1
        at -= 1
    return high if found > 0 else math.inf


def confirm(market: Market, state: State, plan: Plan, triggers: Table[Trigger], column: int, instant: int) -> None:
    """Buy what closed above its high; let go what did not in time."""
    for confirmation in confirmations_awaited(state):
        day = day_of(market, confirmation.row, column)
        if day.instant == instant and day.session > confirmation.session:
            if last_session_close(market, confirmation, column) > confirmation.high:
                confirmation.is_confirmed = 1
            elif day.session - confirmation.session >= plan.within:
                end_confirmation(state, confirmation)
                note_unconfirmed(state, confirmation, OrderOutcome.UNCONFIRMED)

    number = next_confirmed(state, triggers)
    while number >= 0:
        confirmation = state.confirmations[number]
        end_confirmation(state, confirmation)
        if takes_slot(state, plan, triggers[confirmation.trigger]):
            send_entry(
                market, state, plan, triggers, confirmation.trigger, column, confirmation.weight,
                confirmation.first_extension, confirmation.last_extension,
            )  # fmt: skip
        else:
            note_unconfirmed(state, confirmation, OrderOutcome.NO_SLOT)
        number = next_confirmed(state, triggers)


def next_confirmed(state: State, triggers: Table[Trigger]) -> int:
    """Of what was just confirmed the first by rank of its trigger; -1 where there is none."""
    found, least = NONE, 0
    for confirmation in confirmations_awaited(state):
        rank = triggers[confirmation.trigger].rank
        if confirmation.is_confirmed and (found < 0 or rank < least):
            found, least = confirmation.number, rank
    return found


def last_session_close(market: Market, confirmation: Confirmation, column: int) -> float:
    """The close of the listing's session before, on the share of the trigger's date; NaN if it had none."""
    row, before = confirmation.row, column - 1
    while day_of(market, row, before).session < 0:
        before -= 1
    return market.bars[row, before].close * (market.factor[row, before] / market.factor[row, confirmation.column])


# --- leaving [exit-by-time] ------------------------------------------------------------------------------------------


def leave(state: State, row: int, column: int) -> None:
    """Send time exits that are due, take back what was extended, ask the strategy's own rule."""
    session = state.positions[row].session
    for lot in lots_of(state, row):
        if lot.exit >= 0:
            if session < lot.leaves and is_time_exit(state, lot):
                end(state, state.orders[lot.exit], OrderOutcome.EXTENDED, AS_FILLED)
        elif session >= lot.leaves:
            sell_lot(state, lot, Reason.TIME, column, session)
        elif calls.strategy_leaves(state, lot):
            sell_lot(state, lot, Reason.SIGNAL, column, session)


# --- run-ups [run-up] ------------------------------------------------------------------------------------------------


def let_waits_go(state: State, triggers: Table[Trigger], row: int) -> None:
    """End purchases of a run-up that waited to its reference: before the open's triggers, as a confirmation ends."""
    session = state.positions[row].session
    for order in purchases_of(state, row):
        until = triggers[order.trigger].until if order.trigger >= 0 else NONE
        if 0 <= until <= session and not state.lots[order.lot].shares > 0.0:
            end(state, order, OrderOutcome.REVISED, AS_FILLED)


def let_remainders_go(state: State, triggers: Table[Trigger], row: int) -> None:
    """End what is left of a run-up's entry at its reference, where the lot stays on; else its exit ends that."""
    session = state.positions[row].session
    for order in purchases_of(state, row):
        lot = state.lots[order.lot]
        until = triggers[order.trigger].until if order.trigger >= 0 else NONE
        if 0 <= until <= session < lot.leaves and lot.shares > 0.0 and lot.exit < 0:
            end(state, order, OrderOutcome.REVISED, AS_FILLED)


def let_go_at_reference(state: State, triggers: Table[Trigger], row: int) -> None:
    """End purchases of a run-up at the close of its reference: whether its lot leaves was settled at the open."""
    session = state.positions[row].session
    for order in purchases_of(state, row):
        until = triggers[order.trigger].until if order.trigger >= 0 else NONE
        if 0 <= until <= session:
            end(state, order, OrderOutcome.REVISED, AS_FILLED)


def recall(state: State, revision: Revision) -> None:
    """A run-up is planned anew: waiting entries go."""
    row, event = revision.row, revision.event
    for order in purchases_of(state, row):
        if order.event == event:
            end(state, order, OrderOutcome.REVISED, AS_FILLED)
            if not state.lots[order.lot].shares > 0.0:
                order.next = state.positions[row].handed
                state.positions[row].handed = order.number
    for confirmation in confirmations_awaited(state):
        if confirmation.row == row and confirmation.event == event:
            end_confirmation(state, confirmation)
            note_unconfirmed(state, confirmation, OrderOutcome.REVISED)


def replan(state: State, revision: Revision, column: int) -> None:
    """A run-up is planned anew: the exit follows the reference, or comes at once."""
    row, event = revision.row, revision.event
    for lot in lots_of(state, row):
        own = state.time_exits[lot.first_time_exit]
        if revision.leaves >= 0:
            for time_exit in time_exits_of(state, lot):
                if time_exit.event == event:
                    time_exit.reference = revision.leaves
            settle_time_exit(state, lot)
        elif own.event == event and lot.exit < 0 and revision.ends > revision.session:
            # at or after its end it leaves by time anyway
            sell_lot(state, lot, Reason.SIGNAL, column, state.positions[row].session)
