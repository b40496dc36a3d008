"""Judges stop, take and trail at a date's open and after it [levels]."""

from __future__ import annotations

import math

from eventfolio.engine.execution import rules
from eventfolio.engine.execution.semantics.forms import NONE
from eventfolio.engine.execution.semantics.inputs import Market, Plan
from eventfolio.engine.execution.semantics.orders import sell_lot
from eventfolio.engine.execution.semantics.records import Lot, Order, State
from eventfolio.engine.execution.semantics.trading_conditions import open_price, take_price
from eventfolio.engine.ledger.ledger import Reason


def levels_of(market: Market, plan: Plan, lot: Lot, column: int) -> tuple[float, float, int]:
    """Stop (or trail) and take of a lot, and which of the two the first is. NaN where there is none."""
    entry = lot.basis_cost / lot.basis_shares
    level = rules.stop_level(entry, plan.stop, plan.trail, lot.high)
    reason = Reason.STOP if level == entry * (1.0 - plan.stop) else Reason.TRAIL
    take = math.nan
    if not math.isnan(plan.take):
        take = take_price(market, lot.row, column, entry * (1.0 + plan.take))
    return level, take, reason


def sellable(market: Market, lot: Lot) -> float:
    """Shares that may be sold today: not those bought today where resale waits a day."""
    return lot.shares - (lot.fresh if market.listings[lot.row].t_plus_one else 0.0)


def has_levels(lot: Lot) -> bool:
    """Whether levels are judged of a lot: they end where its listing turns into another [ends-of-listings]."""
    return lot.row == lot.bought_as


def sale_at_open(market: Market, state: State, plan: Plan, lot: Lot, column: int) -> int:
    """The sale of a lot whose open has passed a level; -1 where none has, or it is leaving anyway."""
    if lot.exit >= 0 or not has_levels(lot):
        return NONE
    stop, take, reason = levels_of(market, plan, lot, column)
    bar = market.bars[lot.row, column]
    if rules.level_within(bar.high, bar.low, bar.close, stop, take)[0] != rules.NOTHING:
        state.positions[lot.row].is_judged = 1  # after the open, unless it leaves now
    touched = rules.level_at_open(open_price(market, lot.row, column), stop, take)
    if touched == rules.NOTHING or not sellable(market, lot) > 0.0:
        return NONE
    return triggered(state, lot, reason if touched == rules.STOP else Reason.TAKE, column).number


def triggered(state: State, lot: Lot, reason: int, column: int) -> Order:
    """The sale that a level sends. A take's stays with its lot as a limit, with stop and trail live beside it."""
    if reason == Reason.TAKE and lot.take >= 0:
        return state.orders[lot.take]
    sale = sell_lot(state, lot, reason, column, state.positions[lot.row].session)
    if reason == Reason.TAKE:
        lot.take = sale.number
        lot.exit = NONE
    return sale
