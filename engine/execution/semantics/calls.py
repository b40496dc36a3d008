"""The points at which a strategy's own Python and backtrader take part in a run; compiled, all answer no.

`state.face` is set where a strategy is looked at or asked (`eventfolio.engine.execution.broker`), else None.
"""

from __future__ import annotations

from eventfolio.engine.execution.semantics.records import Lot, Order, State


def strategy_takes(state: State, number: int) -> bool:
    """Show a trigger to a strategy that decides by itself; False where its parts alone decide."""
    return state.face is not None and state.face.on_trigger(number)


def strategy_leaves(state: State, lot: Lot) -> bool:
    """Whether a strategy's own rule sells a lot at the coming open."""
    return state.face is not None and state.face.should_exit(lot)


def tell_sent(state: State, order: Order) -> bool:
    """Have backtrader know of a new order."""
    return state.face is not None and state.face.sent(order)


def tell_ended(state: State, order: Order) -> bool:
    """Have backtrader know that an order ended without being wholly filled."""
    return state.face is not None and state.face.ended(order)


def tell_filled(state: State, order: Order, shares: float, price: float, fx: float, costs: float) -> bool:
    """Have backtrader know of a fill: local price, costs in account money."""
    return state.face is not None and state.face.filled(order, shares, price, fx, costs)


def tell_split(state: State, row: int, ratio: float) -> bool:
    """Have backtrader know of a split."""
    return state.face is not None and state.face.split(row, ratio)


def tell_turned(state: State, row: int) -> bool:
    """Have backtrader know that what is held of a listing changed without an order or a split."""
    return state.face is not None and state.face.turned(row)
