"""Lots of all runs for the page: rows with their why, P&L by event and strategy, costs and currencies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

import pandas as pd

from eventfolio.engine.record.study_facts import EventFacts
from eventfolio.results.explain import order_line
from eventfolio.results.store.read import StoredRun, StoredStudy

Named = Sequence[tuple[str, StoredRun]]
MOST_LOTS = 800  # on one page; the largest gains and losses are kept

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


def lot_rows(named: Named) -> tuple[list[dict[str, Any]], int]:
    """A row a lot with the lines that tell why, and how many lots were left out for size."""
    frames = [run.trades.assign(strategy=name, number=number) for number, (name, run) in enumerate(named)]
    lots = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    left_out = max(0, len(lots) - MOST_LOTS)
    if left_out:
        kept = lots["pnl"].abs().sort_values(ascending=False).index[:MOST_LOTS]
        lots = lots.loc[sorted(kept)]
    stories = [_stories(run) for _, run in named]
    rows: list[dict[str, Any]] = lots.to_dict("records")  # type: ignore[assignment]
    return [_row(lot, stories[lot["number"]]) for lot in rows], left_out


def _row(lot: dict[str, Any], stories: dict[int, list[str]]) -> dict[str, Any]:
    return {
        "strategy": lot["strategy"],
        "event": lot["event_id"] or "",
        "theme": lot["theme"] or "–",
        "symbol": lot["symbol"],
        "hindsight": bool(lot["hindsight"]),
        "entry": f"{lot['entry_session']:%Y-%m-%d}",
        "exit": "" if pd.isna(lot["exit_session"]) else f"{lot['exit_session']:%Y-%m-%d}",
        "reason": lot["exit_reason"],
        "shares": lot["shares"],
        "price": lot["entry_price_local"],
        "costs": lot["costs"],
        "pnl": _known(lot["pnl"]),
        "excess": _known(lot["excess_return"]),
        "why": stories.get(int(lot["lot"]), []),
        "extended": ", ".join(lot["extended_by"]) if lot["extended_by"] is not None else "",
    }


def _stories(run: StoredRun) -> dict[int, list[str]]:
    """By lot: each of its orders in a line, its own story under it."""
    told: dict[int, list[str]] = {}
    for order in run.order_rows:
        if order["lot"] is not None:
            told.setdefault(order["lot"], []).extend([order_line(order), *(order["story"] or ())])
    return told


class HeatRow(TypedDict):
    """An event's cells, a strategy each: P&L and number of lots, None without a lot."""

    id: str
    title: str
    cells: list[tuple[float, int] | None]


class Heat(TypedDict):
    """P&L by event and strategy; `most` is the largest size of a cell."""

    names: list[str]
    rows: list[HeatRow]
    totals: list[float]
    most: float


def heat(named: Named, events: Sequence[EventFacts]) -> Heat:
    """P&L by event and strategy, account currency, after costs; `most` is the largest size, for the colours.

    A lot counts for the event that opened it; those without an event (buy and hold) stand in a row of their own.
    """
    sums: dict[tuple[str, str], tuple[float, int]] = {}
    for name, run in named:
        lots = run.trades.assign(event_id=run.trades["event_id"].fillna(""))
        for event_id, own in lots.groupby("event_id"):
            sums[str(event_id), name] = (float(own["pnl"].sum()), len(own))
    titles = {event.id: event.title for event in events} | {"": "no event"}
    order = [*(event.id for event in sorted(events, key=lambda one: one.known_at)), ""]
    rows: list[HeatRow] = [
        {"id": event_id, "title": titles[event_id], "cells": [sums.get((event_id, name)) for name, _ in named]}
        for event_id in dict.fromkeys(order)
        if any((event_id, name) in sums for name, _ in named)
    ]
    totals = [sum(sums.get((row["id"], name), (0.0, 0))[0] for row in rows) for name, _ in named]
    most = max((abs(value) for value, _ in sums.values() if value == value), default=0.0)
    return {"names": [name for name, _ in named], "rows": rows, "totals": totals, "most": most or 1.0}


def breakdown(studies: Sequence[StoredStudy], named: Named) -> dict[str, Any]:
    """Costs and P&L by strategy, and by currency of the listing, in the columns that the records have.

    Returns : heads (title a column), strategies and currencies (name, lots, a sum a column or None)
    """
    currency = {
        symbol: f"{listing.currency} ({listing.exchange})"
        for study in studies
        for symbol, listing in study.facts.traded.items()
    }
    frames = [run.trades.assign(strategy=name) for name, run in named]
    columns = [(key, title) for key, title in _KINDS if any(key in frame for frame in frames)]
    lots = pd.concat(frames, ignore_index=True)
    lots["currency"] = lots["symbol"].map(currency).fillna("unknown")
    keys = [key for key, _ in columns]
    return {
        "heads": [title for _, title in columns],
        "strategies": _sums(lots, "strategy", keys, [name for name, _ in named]),
        "currencies": _sums(lots, "currency", keys, sorted(lots["currency"].unique())),
    }


def _sums(lots: pd.DataFrame, by: str, keys: list[str], names: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    for name in names:
        own = lots[lots[by] == name]
        rows.append({"name": name, "lots": len(own), "sums": [_known(own[key].sum()) for key in keys]})
    return rows


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
