"""The ledger's codes as machine integers: numba compiles a function anew for each plain number in a call of it."""

from __future__ import annotations

import numpy as np

from eventfolio.engine.ledger.ledger import Reason, Status, Why

NONE = np.int64(-1)
BUY, SELL = np.int64(1), np.int64(-1)
AT_ONCE = np.int64(0)  # sessions of patience

INTENSITY, TIME, STOP, TAKE, TRAIL, SIGNAL = (
    np.int64(Reason[name]) for name in ("INTENSITY", "TIME", "STOP", "TAKE", "TRAIL", "SIGNAL")
)
OPEN, FILLED, PART, LAPSED, REJECTED = (
    np.int64(Status[name]) for name in ("OPEN", "FILLED", "PART", "LAPSED", "REJECTED")
)
AS_FILLED = np.int64(-1)  # for the status of an order that ends: part or lapsed, by what it filled
FINE, HALTED, VOLUME, NO_CASH, BELOW_ONE_LOT, STALE_FX, NO_CLOSE, EXITED, REVISED, T_PLUS_ONE, EXTENDED = (
    np.int64(Why[name])
    for name in (
        "NONE",
        "HALTED",
        "VOLUME",
        "NO_CASH",
        "BELOW_ONE_LOT",
        "STALE_FX",
        "NO_CLOSE",
        "EXITED",
        "REVISED",
        "T_PLUS_ONE",
        "EXTENDED",
    )
)
NOTHING_HELD, LOCKED, WITHIN_BAND = (np.int64(Why[name]) for name in ("NOTHING_HELD", "LOCKED", "WITHIN_BAND"))
