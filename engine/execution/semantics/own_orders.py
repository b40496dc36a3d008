"""Orders that a strategy sends itself, filled at the listing's next open that trades. Never compiled."""

from __future__ import annotations

from eventfolio.engine.execution.semantics.decide import session_from
from eventfolio.engine.execution.semantics.forms import NONE
from eventfolio.engine.execution.semantics.inputs import Market, Plan
from eventfolio.engine.execution.semantics.lots import new_lot
from eventfolio.engine.execution.semantics.orders import BUY, SELL, new_order
from eventfolio.engine.execution.semantics.records import Order, State
from eventfolio.engine.ledger.ledger import Reason


def own_purchase(market: Market, state: State, plan: Plan, row: int, shares: float, column: int) -> Order:
    """A purchase for the open of `column`: a lot without an event, which the strategy sells itself."""
    lot = new_lot(state, row, NONE, column, NONE, NONE)
    session = session_from(market, row, column)
    order = new_order(state, lot.number, row, BUY, Reason.USER, NONE, NONE, column, session, plan.patience)
    order.asked = shares
    lot.entry = order.number
    return order


def own_sale(market: Market, state: State, plan: Plan, row: int, shares: float, column: int) -> Order:
    """A sale for the open of `column`: first in, first out over the listing's lots."""
    session = session_from(market, row, column)
    order = new_order(state, NONE, row, SELL, Reason.SIGNAL, NONE, NONE, column, session, plan.patience)
    order.left = order.wanted = shares
    return order
