"""Makes the tables of orders, lots and holdings from a ledger (docs/run-folder.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.engine.ledger.ledger import Ledger, OrderOutcome, Reason, Row, Status, costs_of
from eventfolio.engine.ledger.lots import LotNumbers, lot_numbers
from eventfolio.engine.market.benchmarks import BenchmarkLevels
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.schedule import Trigger

REASONS = {
    Reason.NEWS: "news",
    Reason.RUN_UP: "run-up",
    Reason.BREAKOUT: "breakout",
    Reason.INTENSITY: "intensity",
    Reason.WINDOW: "window",
    Reason.USER: "own",
    Reason.TIME: "time",
    Reason.STOP: "stop",
    Reason.TAKE: "take",
    Reason.TRAIL: "trail",
    Reason.SIGNAL: "signal",
    Reason.DELISTED: "delisted",
    Reason.VANISHED: "vanished",
}


def trades_table(
    ledger: Ledger,
    tape: Tape,
    triggers: Sequence[Trigger],
    home_benchmarks: dict[str, BenchmarkLevels],
    is_hindsight_entry: Callable[[str, date, bool], bool],
) -> pd.DataFrame:
    """A row a lot, in order of entry decision; money in the account currency unless named local.

    home_benchmarks              : home index by listing
    is_hindsight_entry : (symbol, session date, bought at its close) -> bool, for lots without an event
    """
    found = lot_numbers(ledger, tape, home_benchmarks)
    rows = [_trade(lot, found, ledger, tape, triggers, is_hindsight_entry) for lot in ledger.lots]
    table = pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)
    if ledger.orders["closing"].any():
        table["entry_at"] = _instants(found.at_close)
    return table


_COLUMNS: dict[str, str] = {
    "lot": "int64",
    "symbol": "str",
    "theme": "str",
    "event_id": "object",
    "extended_by": "object",
    "known_at": "datetime64[ns, UTC]",
    "decided_at": "datetime64[ns, UTC]",
    "hindsight": "bool",
    "entry_session": "datetime64[ns]",
    "entry_price_local": "float64",
    "entry_price": "float64",
    "shares": "float64",
    "exit_session": "datetime64[ns]",
    "exit_shares": "float64",
    "exit_price_local": "float64",
    "exit_price": "float64",
    "exit_reason": "str",
    "costs": "float64",
    "pnl": "float64",
    "index_return": "float64",
    "excess_return": "float64",
    **dict.fromkeys(
        ("commission", "fees", "tax", "fx_cost", "slippage", "dividends", "pnl_local", "pnl_currency"), "float64"
    ),
}


def _trade(
    lot: Row,
    found: LotNumbers,
    ledger: Ledger,
    tape: Tape,
    triggers: Sequence[Trigger],
    is_hindsight_entry: Callable[[str, date, bool], bool],
) -> dict[str, object]:
    place, row = int(lot["lot"]), int(lot["row"])
    symbol, last = tape.symbols[row], tape.last
    trigger = triggers[int(lot["trigger"])] if lot["trigger"] >= 0 else None
    own = trigger.event_id if trigger else ""
    fills = ledger.fills[ledger.fills["lot"] == place]
    shares, sold, paid, got = (float(x[place]) for x in (found.shares, found.sold, found.paid, found.got))
    marked, is_open = float(found.marked[place]), bool(found.is_open[place])
    entry_fx = paid / float(found.paid_local[place])
    split_up = int(lot["ended"]) >= 0
    is_sold = not is_open and sold > 0
    gained_local = float(found.got_local[place]) + (marked / tape.fx_book[row, last] if is_open else 0.0)
    first = ledger.fills[found.first_buy[place]]
    extensions = ledger.extensions["trigger"][ledger.extensions["lot"] == place]
    day, at_close = tape.dates[found.entry[place]].astype(object), bool(found.at_close[place])
    return {
        "lot": place,
        "symbol": symbol,
        "theme": trigger.theme if trigger else "",
        "event_id": (trigger.event_id or None) if trigger else None,
        "extended_by": [name for number in extensions if (name := triggers[number].event_id) != own],
        "known_at": trigger.known_at if trigger else None,
        "decided_at": _decided_at(row, int(first["close_column"]), at_close, trigger, tape),
        "hindsight": trigger.hindsight if trigger and trigger.event else is_hindsight_entry(symbol, day, at_close),
        "entry_session": day,
        "entry_price_local": float(found.paid_raw[place]) / shares,
        "entry_price": paid / shares,
        "shares": shares,
        "exit_session": None if is_open else tape.dates[found.leave[place]].astype(object),
        "exit_shares": np.nan if is_open else sold,
        "exit_price_local": float(found.got_raw[place]) / sold if is_sold else np.nan,
        "exit_price": got / sold if is_sold else np.nan,
        "exit_reason": "open" if is_open else "split" if split_up else REASONS[Reason(int(found.reason[place]))],
        "costs": float(found.costs[place]),
        "pnl": float(found.pnl[place]),
        "index_return": float(found.index_return[place]),
        "excess_return": float(found.excess_return[place]),
        **{kind: float(fills[kind].sum()) for kind in ("commission", "fees", "tax", "fx_cost", "slippage")},
        "dividends": float(lot["dividends"]),
        "pnl_local": gained_local * entry_fx - paid,
        "pnl_currency": got + marked - gained_local * entry_fx,
    }


def orders_table(ledger: Ledger, tape: Tape, triggers: Sequence[Trigger]) -> pd.DataFrame:
    """A row an order sent: its reason, what became of it and why, and the story of its size, waits and fills."""
    rows = []
    for order in ledger.orders:
        row, column = int(order["row"]), int(order["column"])
        trigger = triggers[int(order["trigger"])] if order["trigger"] >= 0 else None
        rows.append(
            {
                "order": int(order["order"]),
                "symbol": tape.symbols[row],
                "theme": trigger.theme if trigger else "",
                "event_id": (trigger.event_id or None) if trigger else None,
                "side": "buy" if order["side"] > 0 else "sell",
                "reason": REASONS[Reason(int(order["reason"]))],
                "known_at": trigger.known_at if trigger else None,
                "decided_at": _decided_at(row, column - 1, bool(order["closing"]), trigger, tape),
                "decision_session": tape.dates[column].astype(object),
                "lot": int(order["lot"]) if order["lot"] >= 0 else None,
                "wanted": float(order["wanted"]),
                "filled": float(order["filled"]),
                "status": Status(int(order["status"])).name.lower(),
                "why": OrderOutcome(int(order["outcome"])).word,
                "story": _story(order, ledger, tape),
            }
        )
    kinds = {
        "order": "int64",
        "symbol": "str",
        "theme": "str",
        "event_id": "object",
        "side": "str",
        "reason": "str",
        "known_at": "datetime64[ns, UTC]",
        "decided_at": "datetime64[ns, UTC]",
        "decision_session": "datetime64[ns]",
        "lot": "Int64",
        "wanted": "float64",
        "filled": "float64",
        "status": "str",
        "why": "str",
        "story": "object",
    }
    table = pd.DataFrame(rows, columns=list(kinds)).astype(kinds)
    if ledger.orders["closing"].any():
        table["at"] = _instants(ledger.orders["closing"] > 0)
    return table


def _instants(at_close: npt.NDArray[np.bool_]) -> pd.Series[str]:
    """A column of runs that buy at closes alone: at which instant of their sessions orders trade."""
    return pd.Series(np.where(at_close, "close", "open"), dtype="str")


def holdings_table(ledger: Ledger, tape: Tape) -> pd.DataFrame:
    """date, symbol, shares, value (account currency): a row a listing held at the books of a date."""
    held = ledger.holdings
    return pd.DataFrame(
        {
            "date": tape.dates[held["column"]].astype("datetime64[ns]"),
            "symbol": pd.Series([tape.symbols[row] for row in held["row"]], dtype="str"),
            "shares": held["shares"],
            "value": held["value"],
        }
    )


def _decided_at(
    row: int, close_column: int, at_close: bool, trigger: Trigger | None, tape: Tape
) -> pd.Timestamp | None:
    """The later of known_at and the newest close used (docs/semantics.md#dates-and-decisions).

    at_close : for a close, which is sized with the newest books even where its session opens before they are struck
    """
    stamps = []
    if trigger is not None and trigger.known_at is not None:
        stamps.append(pd.Timestamp(trigger.known_at).tz_convert("UTC"))
    if close_column >= 0:
        is_early = not at_close and close_column < tape.last and tape.is_early[row, close_column + 1]
        closes = tape.closes_at[row] if is_early else tape.books_at  # of an early open only its own is as new
        stamps.append(pd.Timestamp(int(closes[close_column]), tz="UTC"))
    return max(stamps) if stamps else None


def _story(order: Row, ledger: Ledger, tape: Tape) -> list[str]:
    """The size arithmetic, then each wait and fill in order of date."""
    row = int(order["row"])
    symbol, currency = tape.symbols[row], tape.currencies[row]
    lines = []
    if not np.isnan(order["target"]):
        shrunk = (
            f" x {order['factor']:.6f} (all that {'closes' if order['closing'] else 'opens'} then, brought down to the "
            "cash left)"
            if order["factor"] < 1
            else ""
        )
        lines.append(
            f"{tape.dates[int(order['column'])]} size: {order['share']:.6f} of equity {order['equity']:,.2f} = "
            f"{order['target']:,.2f}{shrunk}; "
            f"/ (last close {order['last_close']:,.6g} {currency} x {order['last_fx']:.8g}) "
            f"-> {order['wanted']:,.0f} shares in lots of {tape.lot[row, int(order['column'])]:,}"
        )
    at = "at the close, at" if order["closing"] else "at"
    told = [
        (int(wait["column"]), f"{tape.dates[wait['column']]} waits: {_in_words(wait['outcome'])}")
        for wait in ledger.waits[ledger.waits["order"] == order["order"]]
    ]
    told += [
        (
            int(fill["column"]),
            f"{tape.dates[fill['column']]} {'buys' if fill['side'] > 0 else 'sells'} {fill['shares']:,.6g} {symbol} "
            f"{at} {fill['price']:,.6g} {currency} (bar {fill['raw']:,.6g}), rate {fill['fx']:.8g}, "
            f"costs {costs_of(fill):,.2f}",
        )
        for fill in ledger.fills[ledger.fills["order"] == order["order"]]
    ]
    if order["side"] > 0 and order["lot"] >= 0:
        payments = ledger.payments[ledger.payments["lot"] == order["lot"]]
        told += [(int(payment["column"]), _ended(payment, tape)) for payment in payments]
    lines += [line for _, line in sorted(told, key=lambda entry: entry[0])]
    if order["outcome"]:
        lines.append(f"{Status(int(order['status'])).name.lower()}: {_in_words(order['outcome'])}")
    return lines


def _ended(payment: Row, tape: Tape) -> str:
    """What a lot's shares came to when their listing ended."""
    row, into = int(payment["row"]), int(payment["into"])
    said = (
        f"{tape.dates[payment['column']]} {tape.symbols[row]} {REASONS[Reason(int(payment['reason']))]}: "
        f"{payment['shares']:,.6g} shares"
    )
    parts = []
    if into >= 0:
        parts.append(f"{payment['became']:,.6g} {tape.symbols[into]}")
        if payment["fraction"] > 0:
            parts.append(
                f"{payment['fraction']:.6g} of a share in cash at {payment['close']:,.6g} {tape.currencies[into]}, "
                f"rate {payment['into_fx']:.8g}"
            )
    if payment["price"] > 0:
        parts.append(f"{payment['price']:,.6g} {tape.currencies[row]} each, rate {payment['fx']:.8g}")
    return f"{said} for {' and '.join(parts)}" if parts else f"{said} for nothing"


def _in_words(outcome: int) -> str:
    return OrderOutcome(int(outcome)).word.replace("_", " ")
