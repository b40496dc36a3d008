"""Makes a run's ledger from the orders and lots that the semantics kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from eventfolio.engine.execution.semantics.forms import NONE
from eventfolio.engine.execution.semantics.records import EVERYTHING, State
from eventfolio.engine.ledger import ledger
from eventfolio.engine.ledger.ledger import Ledger, OrderOutcome, Status

Records = npt.NDArray[np.void]  # a structured array


def make_ledger(state: State, triggers: Any, declined: Iterable[int] = ()) -> Ledger:
    """The ledger of the run that `state` (arrays) holds; it takes the arrays over.

    triggers : of the run; declined: those that a strategy did not act on, in the schedule's numbers
    """
    arrays: Any = state
    book = arrays.book[0]
    orders = _used(arrays.orders, book["orders"])
    ended = (orders["status"] == Status.OPEN) & (orders["outcome"] == OrderOutcome.NONE)
    orders["outcome"][ended] = OrderOutcome.WAITING
    lots = arrays.lots[: book["lots"]]
    sent, bought = orders["is_sent"] == 1, lots["basis_shares"] > 0
    order_of, lot_of = (np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1) for kept in (sent, bought))
    number = np.append(triggers["number"], -1)
    kept_orders, kept_lots = orders[sent], lots[bought]
    found_orders = _lines(kept_orders, ledger.ORDER)
    found_orders["order"], found_orders["lot"] = np.arange(len(kept_orders)), lot_of[kept_orders["lot"]]
    found_orders["trigger"] = number[kept_orders["trigger"]]
    fills = _used(arrays.fills, book["fills"])
    fills["order"], fills["lot"] = order_of[fills["order"]], lot_of[fills["lot"]]
    waits = _used(arrays.waits, book["waits"])
    waits["order"] = order_of[waits["order"]]
    found_lots = _lines(kept_lots, ledger.LOT)
    found_lots["lot"], found_lots["trigger"] = np.arange(len(kept_lots)), number[kept_lots["trigger"]]
    found_lots["row"], found_lots["held_as"] = kept_lots["bought_as"], kept_lots["row"]
    payments = arrays.payments[: book["payments"]].copy()
    payments["lot"] = lot_of[payments["lot"]]
    extensions = [
        (lot, int(number[trigger]))
        for lot, first in enumerate(kept_lots["first_extension"].tolist())
        for trigger in _listed(arrays, first)
    ]
    notes: list[tuple[int, int, int]] = []
    if book["recording"] >= EVERYTHING:
        notes = _notes(arrays, orders, lots, number, declined)
    return Ledger(
        orders=found_orders,
        fills=fills,
        lots=found_lots,
        extensions=np.array(extensions, ledger.EXTENSION),
        waits=waits[waits["order"] >= 0],
        holdings=_used(arrays.holdings, book["holdings"]),
        equity=arrays.equity,
        cash=arrays.cash,
        notes=np.array(notes, ledger.NOTE),
        payments=payments,
    )


def _notes(
    state: Any, orders: Records, lots: Records, number: npt.NDArray[np.int64], declined: Iterable[int]
) -> list[tuple[int, int, int]]:
    """Why triggers sent no order: as noted while playing, declined, not confirmed yet, of orders not sent."""
    book = state.book[0]
    notes = [
        (int(number[one["trigger"]]), int(one["column"]), int(one["outcome"])) for one in state.notes[: book["notes"]]
    ]
    notes += [(trigger, NONE, OrderOutcome.DECLINED) for trigger in declined]
    place = book["first_confirmation"]
    while place >= 0:
        one = state.confirmations[place]
        for trigger in (one["trigger"], *_listed(state, one["first_extension"])):
            notes.append((int(number[trigger]), NONE, OrderOutcome.WAITING))
        place = one["next"]
    for order in orders[(orders["is_sent"] == 0) | ((orders["side"] > 0) & ~(orders["filled"] > 0))]:
        if not order["is_sent"]:
            notes.append((int(number[order["trigger"]]), int(order["column"]), int(order["outcome"])))
        elif order["lot"] >= 0:
            outcome = OrderOutcome.WAITING if order["status"] == Status.OPEN else order["outcome"]
            for trigger in _listed(state, lots[order["lot"]]["first_extension"]):
                notes.append((int(number[trigger]), NONE, int(outcome)))
    return notes


def _used(table: Records, count: int) -> Records:
    """The lines of a table that are in use, without the room for more."""
    return table if len(table) == count else table[:count].copy()


def _lines(kept: Records, kind: np.dtype[np.void]) -> Records:
    """Records as lines of a table of the ledger that has some of their fields."""
    found = np.zeros(len(kept), kind)
    for name in set(kind.names or ()) & set(kept.dtype.names or ()):
        found[name] = kept[name]
    return found


def _listed(state: Any, place: int) -> Iterator[int]:
    """The triggers of a list of extensions."""
    while place >= 0:
        yield int(state.extensions["trigger"][place])
        place = int(state.extensions["next"][place])
