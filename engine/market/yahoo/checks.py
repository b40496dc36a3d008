"""Finds what is implausible in a symbol's bars from Yahoo, with missing sessions and halts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from eventfolio.engine.market.checks.plausibility import coverage, gaps, plausibility
from eventfolio.engine.market.checks.warnings import PriceWarning
from eventfolio.engine.market.prices import PriceTable
from eventfolio.engine.market.yahoo.unadjust import UNLISTED
from eventfolio.events import Security


def price_warnings(table: PriceTable, security: Security | None, notes: Iterable[str] = ()) -> list[PriceWarning]:
    """Warnings about a whole table.

    security : None for a currency
    notes    : what was found when it was fetched, as `eventfolio.engine.market.yahoo.price_store.Facts` keeps it
    """
    found = as_warnings(table.symbol, notes)
    if security is not None:
        look = gaps if security.kind == "index" else coverage
        found += look(table, security, None, None)
        found += halts(table, security)
    return [*found, *plausibility(table, security)]


def as_warnings(symbol: str, notes: Iterable[str]) -> list[PriceWarning]:
    """Notes of a fetch ("kind: places") as warnings, so that those of many symbols fold."""
    found = []
    for line in notes:
        kind, _, places = line.partition(": ")
        if line.startswith(UNLISTED):
            kind, places = UNLISTED, line[len(UNLISTED) + 1 :]
        found.append(PriceWarning(kind, symbol, (places,) if places else ()))
    return found


def halts(
    table: PriceTable, security: Security, first: date | None = None, last: date | None = None
) -> list[PriceWarning]:
    """Days with a price and no volume, of a share or fund: nobody traded, or Yahoo does not know the volume."""
    if security.kind == "index":
        return []
    rows = table.frame.loc[str(first) if first else None : str(last) if last else None]
    still = rows.index[((rows["volume"] == 0) & rows["close"].notna()).to_numpy()]
    days = tuple(f"{day:%Y-%m-%d}" for day in still)
    return [PriceWarning("no volume", table.symbol, days, "Nothing trades there.")] if days else []
