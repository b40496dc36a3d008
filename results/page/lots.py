"""Sums the lots of all runs: P&L by event and strategy (the heat table), costs and P&L by strategy and currency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.engine.record.study_facts import EventFacts
from eventfolio.results.store.read import StoredRun, StoredStudy

Named = Sequence[tuple[str, StoredRun]]
Floats = npt.NDArray[np.float64]

_KINDS = (  # how a record splits a lot's money (engine.ledger.tables defines them); older ones have fewer columns
    ("pnl_local", "From local prices"),
    ("pnl_currency", "From currencies"),
    ("dividends", "Dividends"),
    ("commission", "Commission"),
    ("fees", "Fees"),
    ("tax", "Tax"),
    ("fx_cost", "Exchange"),
    ("costs", "Costs in all"),
    ("slippage", "Slippage, in the prices"),
    ("pnl", "P&L after costs"),
)


Cell = tuple[float, int] | None  # P&L to a hundredth, number of lots; None without a lot


class Heat(TypedDict):
    """P&L by event and strategy: a row an event (its id, a cell a strategy), each strategy in its account's currency.

    most : by strategy, the largest size of a cell among those in its currency
    """

    names: list[str]
    rows: list[tuple[str, list[Cell]]]
    totals: list[float]
    most: list[float]


def heat(named: Named, events: Sequence[EventFacts]) -> Heat:
    """P&L by event and strategy, account currency, after costs; `most` is for the colours.

    A lot counts for the event that opened it; those without an event (buy and hold) stand in a row of their own.
    """
    sums: dict[tuple[str, str], tuple[float, int]] = {}
    for name, run in named:
        events_of = run.trades["event_id"].fillna("").to_numpy(object)
        pnl = _filled(run.trades["pnl"])
        for event_id in dict.fromkeys(events_of):
            own = events_of == event_id
            sums[str(event_id), name] = (round(float(pnl[own].sum()), 2), int(own.sum()))
    order = [*(event.id for event in sorted(events, key=lambda one: one.known_at)), ""]
    rows: list[tuple[str, list[Cell]]] = [
        (event_id, [sums.get((event_id, name)) for name, _ in named])
        for event_id in dict.fromkeys(order)
        if any((event_id, name) in sums for name, _ in named)
    ]
    totals = [sum(sums.get((event_id, name), (0.0, 0))[0] for event_id, _ in rows) for name, _ in named]
    currency = {name: run.facts.account.currency for name, run in named}
    most: dict[str, float] = {}
    for (_, name), (value, _) in sums.items():
        if value == value:
            most[currency[name]] = max(most.get(currency[name], 0.0), abs(value))
    return {
        "names": [name for name, _ in named],
        "rows": rows,
        "totals": totals,
        "most": [most.get(currency[name]) or 1.0 for name, _ in named],
    }


def breakdown(studies: Sequence[StoredStudy], named: Named) -> dict[str, Any]:
    """Costs and P&L by strategy, and by currency of the listing, in the columns that the records have.

    Returns : heads (title a column), strategies (name, lots, a sum a column or None), and by account currency the same
              by currency of the listing: sums in different account currencies are never added
    """
    currency = {
        symbol: f"{listing.currency} ({listing.exchange})"
        for study in studies
        for symbol, listing in study.facts.traded.items()
    }
    frames = [run.trades.assign(strategy=name, account=run.facts.account.currency) for name, run in named]
    columns = [(key, title) for key, title in _KINDS if any(key in frame for frame in frames)]
    lots = pd.concat(frames, ignore_index=True)
    lots["currency"] = lots["symbol"].map(currency).fillna("unknown")
    keys = [key for key, _ in columns]
    return {
        "heads": [title for _, title in columns],
        "strategies": _sums(lots, "strategy", keys, [name for name, _ in named]),
        "currencies": {
            account: _sums(own, "currency", keys, sorted(own["currency"].unique()))
            for account in dict.fromkeys(run.facts.account.currency for _, run in named)
            for own in [lots[lots["account"] == account]]
        },
    }


def _sums(lots: pd.DataFrame, by: str, keys: list[str], names: Sequence[str]) -> list[dict[str, Any]]:
    of, figures = lots[by].to_numpy(object), [_filled(lots[key]) for key in keys]
    chosen = [(name, of == name) for name in names]
    return [
        {"name": name, "lots": int(own.sum()), "sums": [float(column[own].sum()) for column in figures]}
        for name, own in chosen
    ]


def _filled(column: pd.Series) -> Floats:
    """Figures to be summed: what is not known adds nothing."""
    return column.fillna(0.0).to_numpy(float)
