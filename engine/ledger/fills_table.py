"""Makes the tables of fills and of cash flows from a ledger (docs/run-folder.md): what a run's accounts rest on.

Beside each fill stands what the same trade would have found one session later, and what the volume cap let through on
its own session, so that what a strategy bears can be worked out from its tables alone.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from eventfolio.engine.ledger.account import Account
from eventfolio.engine.ledger.ledger import Ledger, Reason, Table
from eventfolio.engine.ledger.rebuilt_books import rebuilt
from eventfolio.engine.ledger.tables import REASONS
from eventfolio.engine.market.tape import Tape

_COLUMNS: dict[str, str] = {
    "order": "int64",
    "lot": "int64",
    "symbol": "str",
    "session": "datetime64[ns]",
    "side": "str",
    "reason": "str",
    "at_close": "bool",
    "shares": "float64",
    "price_local": "float64",
    "fx": "float64",
    **dict.fromkeys(("commission", "fees", "tax", "fx_cost", "slippage"), "float64"),
    "volume_cap": "float64",
    "later_session": "datetime64[ns]",
    "later_price_local": "float64",
    "later_fx": "float64",
    "later_split": "float64",
}


def fills_table(ledger: Ledger, tape: Tape) -> pd.DataFrame:
    """A row a fill, in the ledger's order; money in the account currency unless named local.

    volume_cap : shares that all orders together could take on its session; null where the volume is unknown or uncapped
    later_…    : the listing's next session of the window in which the same order trades, at the same instant of it (a
                 close-only bar's close): its price moved by the same part as slippage moved this one, the rate of its
                 fills, and shares for one of this session by splits; null where the window holds none
    """
    table = pd.DataFrame([_fill(fill, ledger, tape) for fill in ledger.fills], columns=list(_COLUMNS))
    return table.astype(_COLUMNS)


def _fill(fill: Table, ledger: Ledger, tape: Tape) -> dict[str, object]:
    row, column = int(fill["row"]), int(fill["column"])
    share = tape.rules.volume_share.item(tape.market[row], column)
    cap = share * tape.volume.item(row, column)
    later = _later(row, column, int(fill["side"]), bool(fill["closing"]), tape)
    found: dict[str, object] = {
        "order": int(fill["order"]),
        "lot": int(fill["lot"]),
        "symbol": tape.symbols[row],
        "session": tape.dates[column].astype(object),
        "side": "buy" if fill["side"] > 0 else "sell",
        "reason": REASONS[Reason(int(fill["reason"]))],
        "at_close": bool(fill["closing"]),
        "shares": float(fill["shares"]),
        "price_local": float(fill["price"]),
        "fx": float(fill["fx"]),
        **{kind: float(fill[kind]) for kind in ("commission", "fees", "tax", "fx_cost", "slippage")},
        "volume_cap": cap if np.isfinite(cap) else np.nan,
    }
    if later is None:
        return found
    at, raw = later
    return found | {
        "later_session": tape.dates[at].astype(object),
        "later_price_local": raw * float(fill["price"] / fill["raw"]),
        "later_fx": tape.fx_fill.item(row, at),
        "later_split": tape.split_factor.item(row, at) / tape.split_factor.item(row, column),
    }


def _later(row: int, column: int, side: int, at_close: bool, tape: Tape) -> tuple[int, float] | None:
    """The next column of the window in which an order of `side` trades at its instant, and the raw price then.

    A bar locked at its limit is none for the orders that nobody trades against (docs/semantics.md#limits-and-locks).
    """
    after = slice(column + 1, tape.last + 1)
    prices = np.where(tape.close_only[row, after] | at_close, tape.close[row, after], tape.open[row, after])
    locked = (tape.locked_up if side > 0 else tape.locked_down)[row, after]
    if at_close and side > 0:
        locked = locked | tape.closed_up[row, after]
    places = np.flatnonzero(tape.has_bar[row, after] & (prices > 0) & ~locked)
    return None if not len(places) else (column + 1 + int(places[0]), float(prices[places[0]]))


def cash_flows_table(ledger: Ledger, tape: Tape, account: Account) -> pd.DataFrame:
    """date, trades, interest, other, a row each date of the books: what changed the cash, account currency.

    trades : sales less purchases and all costs; other: dividends taken in cash, split fractions, listings that ended
    """
    books = rebuilt(ledger, tape, account)
    dates = tape.dates[tape.first : tape.last + 1].astype("datetime64[ns]")
    return pd.DataFrame({"date": dates, "trades": books.trades, "interest": books.interest, "other": books.other})
