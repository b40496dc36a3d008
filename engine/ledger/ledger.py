"""The ledger of a run: orders, fills, positions and books as arrays. Engines agree where ledgers are equal."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.void]
Floats = npt.NDArray[np.float64]
Row = np.void  # of a structured array


class Reason(IntEnum):
    """Why an order was sent."""

    NEWS = 0
    RUN_UP = 1
    BREAKOUT = 2
    INTENSITY = 3
    WINDOW = 4  # buy and hold
    USER = 5  # a strategy's own buy or sell
    TIME = 6
    STOP = 7
    TAKE = 8
    TRAIL = 9
    SIGNAL = 10
    DELISTED = 11  # its listing ended; no order
    VANISHED = 12  # its prices stopped, and the study says what that is worth; no order


class Status(IntEnum):
    """What became of an order."""

    OPEN = 0
    FILLED = 1
    PART = 2
    LAPSED = 3
    REJECTED = 4


class OrderOutcome(IntEnum):
    """What stopped, cut or delayed an order; from WITHIN_BAND on, what kept a trigger from one that was sent."""

    NONE = 0
    HALTED = 1  # no bar, no open, or no volume: the listing did not trade
    VOLUME = 2  # the share of the bar's volume was used up
    NO_CASH = 3  # its target would have bought a lot, had there been the cash
    BELOW_ONE_LOT = 4  # its target buys no lot, or a split left less than one
    CANCELLED = 5  # by the strategy
    STALE_FX = 6
    NO_CLOSE = 7  # nothing to size it with yet
    EXITED = 8  # an exit cancelled what was left of the entry
    REVISED = 9  # a revision of the event, or its reference, ended the wait
    T_PLUS_ONE = 10
    EXTENDED = 11  # a later trigger moved an unsold time exit
    WAITING = 13  # the run ended
    NOTHING_HELD = 14
    LOCKED = 15  # at its daily limit in our direction
    WITHIN_BAND = 16  # decaying shares: nearer to the target than the band
    UNCONFIRMED = 17  # no close above the high in time
    IGNORED = 18  # news on what was held or awaited, which the strategy ignores
    SPENT = 19  # news on a lot that was leaving
    DECLINED = 20  # by the strategy's own on_trigger
    NO_SLOT = 21  # as many lots as there are slots were held or awaited
    DELISTED = 22  # its listing ended

    @property
    def word(self) -> str:
        """As tables have it; empty for none."""
        return self.name.lower() if self else ""


ORDER = np.dtype(
    [
        ("order", "i8"),
        ("lot", "i8"),  # -1: first in, first out over the listing's lots
        ("row", "i8"),
        ("side", "i8"),  # +1 buy, -1 sell
        ("reason", "i8"),
        ("trigger", "i8"),  # number in the run's triggers, -1 without
        ("column", "i8"),  # date at whose open it was decided, or close
        ("closing", "i8"),  # 1: it trades at closes, 0: at opens
        ("wanted", "f8"),
        ("filled", "f8"),
        ("status", "i8"),
        ("outcome", "i8"),
        # the arithmetic of its size; NaN where it was sent with a number of shares
        ("equity", "f8"),
        ("share", "f8"),
        ("target", "f8"),
        ("factor", "f8"),
        ("last_close", "f8"),
        ("last_fx", "f8"),
    ]
)
FILL = np.dtype(
    [
        ("order", "i8"),
        ("lot", "i8"),
        ("row", "i8"),
        ("column", "i8"),
        ("side", "i8"),
        ("reason", "i8"),
        ("closing", "i8"),  # 1: at the session's close, 0: at its open or a level
        ("shares", "f8"),
        ("raw", "f8"),  # local price before slippage
        ("price", "f8"),  # local price after it
        ("fx", "f8"),
        ("commission", "f8"),  # account currency, as all that follow
        ("fees", "f8"),
        ("tax", "f8"),
        ("fx_cost", "f8"),
        ("slippage", "f8"),  # in the price, no part of the costs
        ("close_column", "i8"),  # the newest close used in deciding it, -1 for none
    ]
)
LOT = np.dtype(
    [
        ("lot", "i8"),
        ("row", "i8"),  # the listing it was bought in
        ("held_as", "i8"),  # the listing it was of last: the same, unless that ended into another
        ("trigger", "i8"),
        ("created", "i8"),  # column of the decision
        ("shares", "f8"),  # still held at the end
        ("dividends", "f8"),  # taken in cash, account currency
        ("ended", "i8"),  # column at which a consolidation left no whole share, -1
    ]
)
PAYMENT = np.dtype(
    [
        ("lot", "i8"),
        ("row", "i8"),  # the listing that ended
        ("column", "i8"),
        ("into", "i8"),  # the listing that its shares became, -1 for none
        ("reason", "i8"),
        ("shares", "f8"),  # that ended
        ("price", "f8"),  # local cash for each
        ("fx", "f8"),
        ("became", "f8"),  # whole shares of the other
        ("fraction", "f8"),  # of a share of it, paid in cash
        ("close", "f8"),  # at this local price
        ("into_fx", "f8"),
    ]
)
EXTENSION = np.dtype([("lot", "i8"), ("trigger", "i8")])
WAIT = np.dtype([("order", "i8"), ("column", "i8"), ("outcome", "i8"), ("left", "f8")])
HOLDING = np.dtype([("column", "i8"), ("row", "i8"), ("shares", "f8"), ("value", "f8")])


NOTE = np.dtype([("trigger", "i8"), ("column", "i8"), ("outcome", "i8")])


@dataclass(frozen=True)
class Ledger:
    """Orders, fills, lots, extensions, waits, holdings and payments as structured arrays; equity, cash a figure a date.

    equity, cash : account currency at the books of each date of the window (columns first … last of the tape)
    payments     : what lots came to whose listing ended
    notes        : why a trigger led to no order that was sent (column: the date, -1 where none matters)
    """

    orders: Table
    fills: Table
    lots: Table
    extensions: Table
    waits: Table
    holdings: Table
    equity: Floats
    cash: Floats
    notes: Table = field(default_factory=lambda: np.empty(0, NOTE))
    payments: Table = field(default_factory=lambda: np.empty(0, PAYMENT))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ledger) and all(
            np.array_equal(_bits(getattr(self, one.name)), _bits(getattr(other, one.name))) for one in fields(self)
        )


def costs_of(fills: Table) -> Floats:
    """Commission, fees, taxes and currency costs of each fill, account currency."""
    return fills["commission"] + fills["fees"] + fills["tax"] + fills["fx_cost"]


def paid(payments: Table) -> Floats:
    """What each payment brought in cash, account currency."""
    cash: Floats = payments["shares"] * payments["price"] * payments["fx"]
    return cash + payments["fraction"] * payments["close"] * payments["into_fx"]


def _bits(table: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    return np.frombuffer(np.ascontiguousarray(table).tobytes(), np.uint8)
