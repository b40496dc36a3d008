"""Brings a listing to the share of equity that its decaying news still deserves [decaying-shares]."""

from __future__ import annotations

import math

from eventfolio.engine.execution import rules
from eventfolio.engine.execution.semantics import calls
from eventfolio.engine.execution.semantics.forms import NONE, Table
from eventfolio.engine.execution.semantics.inputs import OPEN, Market, Plan, Trigger
from eventfolio.engine.execution.semantics.lots import held_shares, lots_of, new_lot
from eventfolio.engine.execution.semantics.orders import AT_ONCE, BUY, SELL, new_order, note
from eventfolio.engine.execution.semantics.places import next_place
from eventfolio.engine.execution.semantics.records import Lot, State
from eventfolio.engine.execution.semantics.sizing import equity_known
from eventfolio.engine.execution.semantics.trading_conditions import close_before, fees_of, rate_of
from eventfolio.engine.ledger.ledger import OrderOutcome, Reason


def add_news(state: State, triggers: Table[Trigger], row: int, trigger: int) -> None:
    """A trigger that counts for a listing's share from now on."""
    book, position = state.book[0], state.positions[row]
    number = next_place(book.news, len(state.news))
    book.news = number + 1
    state.news[number].trigger = trigger
    state.news[number].opens_theme = is_first_of_theme(state, triggers, position.first_news, triggers[trigger].theme)
    state.news[number].next = NONE
    if position.first_news < 0:
        position.first_news = number
    else:
        state.news[position.last_news].next = number
    position.last_news = number


def is_first_of_theme(state: State, triggers: Table[Trigger], first: int, theme: int) -> bool:
    """Whether none of a listing's news so far, from its `first` on, is of a theme."""
    number = first
    while number >= 0:
        if triggers[state.news[number].trigger].theme == theme:
            return False
        number = state.news[number].next
    return True


def target_share(state: State, plan: Plan, triggers: Table[Trigger], row: int) -> float:
    """The fraction of equity that a listing's news deserves: weight / members x min(1, intensity), over its themes."""
    share, number = 0.0, state.positions[row].first_news
    while number >= 0:
        if state.news[number].opens_theme:
            trigger = triggers[state.news[number].trigger]
            share += plan.weight / trigger.members * min(1.0, intensity_of(state, plan, triggers, row, trigger.theme))
        number = state.news[number].next
    return share


def intensity_of(state: State, plan: Plan, triggers: Table[Trigger], row: int, theme: int) -> float:
    """The sum of strengths of a theme's news, halved every half-life; age in the listing's own sessions."""
    session, total = state.positions[row].session, 0.0
    number = state.positions[row].first_news
    while number >= 0:
        trigger = triggers[state.news[number].trigger]
        if trigger.theme == theme:
            total += trigger.strength * rules.decayed(session - trigger.session, plan.half_life)
        number = state.news[number].next
    return total


def is_rebalanced(state: State, row: int) -> bool:
    """Whether a listing has a target share: it has had news, or lots of one that ended became its own."""
    found = state.positions[row].first_news >= 0
    for lot in lots_of(state, row):
        found = found or lot.row != lot.bought_as
    return found


def rebalance(market: Market, state: State, plan: Plan, triggers: Table[Trigger], row: int, column: int) -> None:
    """Trade a listing all the way to its target share, if it differs by more than the band.

    The target is `target_share`; below a tenth of the band all is sold. A purchase is a lot named
    after the latest trigger and lasts one session; a sale goes through the oldest lots first.
    """
    last, session = state.positions[row].last_news, state.positions[row].session
    latest = state.news[last].trigger if last >= 0 else NONE
    close, ratio = close_before(market, row, column), market.split[row, column]
    worth = close * rate_of(market, row, column).fill
    if not worth > 0:
        if latest >= 0 and session == triggers[latest].session:
            note(state, latest, OrderOutcome.NO_CLOSE if math.isnan(close) else OrderOutcome.STALE_FX, column)
        return
    share = target_share(state, plan, triggers, row)
    held, equity = shares_after_split(market, state, row, column), equity_known(market, state, row, column, OPEN)
    target, band = share * equity, plan.band * equity
    if share < plan.band / 10:
        if held > 0:
            reduce(state, row, held / ratio, latest, column)
    elif target - held * worth > band:
        trigger = triggers[latest]
        lot = new_lot(state, row, latest, column, trigger.event, trigger.leaves)
        order = new_order(
            state, lot.number, row, BUY, Reason.INTENSITY, latest, trigger.event, column, session, AT_ONCE
        )
        lot.entry = order.number
        order.share = share
        order.band = plan.band
        order.rebalances = 1
        calls.tell_sent(state, order)
    elif held * worth - target > band:
        kept = rules.whole_lots(target / worth, market.listings[row].lot)
        reduce(state, row, (held - kept) / ratio, latest, column)


def reduce(state: State, row: int, shares: float, trigger: int, column: int) -> None:
    """Sell shares, counted before any split of the coming open, first in, first out."""
    session = state.positions[row].session
    order = new_order(state, NONE, row, SELL, Reason.SIGNAL, trigger, NONE, column, session, AT_ONCE)
    order.left = order.wanted = shares
    calls.tell_sent(state, order)


def shares_after_split(market: Market, state: State, row: int, column: int) -> float:
    """Shares of a listing once a split effective at a date's open is done."""
    ratio = market.split[row, column]
    if ratio == 1.0:
        return held_shares(state, row)
    shares = 0.0
    for lot in lots_of(state, row):
        shares += lot.shares * ratio - fraction_of(market, lot, column, ratio)
    return shares


def fraction_of(market: Market, lot: Lot, column: int, ratio: float) -> float:
    """The part of a share that a split leaves of a lot's whole shares and the market pays out in cash [money]."""
    if ratio == math.floor(ratio) or not fees_of(market, lot.row, column).fractions_in_cash > 0:
        return 0.0
    after = math.floor(lot.shares + rules.SHARE_DUST) * ratio
    fraction = after - math.floor(after + rules.SHARE_DUST)
    return fraction if fraction > rules.SHARE_DUST else 0.0
