"""Chooses where a drafted study takes its prices from, and finds what has prices there, and for which dates."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from eventfolio.engine.market.fx import fx_symbol
from eventfolio.engine.market.sources.folder import find_file, read_file, read_notes, symbols_in
from eventfolio.engine.market.sources.sample import read_sample
from eventfolio.events import Securities, Security

_EARLIEST = date(1990, 1, 1)  # of what Yahoo may have


@dataclass(frozen=True)
class Priced:
    """Prices of a study.

    source      : as the study file writes it
    symbols     : that have prices; None: whatever Yahoo is asked for
    first, last : dates of the first and the last price of the listings it was made for
    """

    source: str
    symbols: frozenset[str] | None
    first: date
    last: date

    def has(self, symbol: str) -> bool:
        """Whether a symbol has prices, as far as is known."""
        return self.symbols is None or symbol in self.symbols

    def lacks(self, security: Security, account: str = "USD") -> str | None:
        """What a listing wants to be traded: its prices, or the rate of its currency; None where both are there."""
        if not self.has(security.symbol):
            return security.symbol
        rates = [] if security.currency == account else [fx_symbol(security.currency), fx_symbol(account)]
        missing = [rate for rate in rates if rate != fx_symbol("USD") and not self.has(rate)]
        return f"{security.symbol} (no rate {missing[0]})" if missing else None


def folder_prices(study: Path, prices: Path, symbols: Iterable[str], known: Securities, today: date) -> Priced:
    """Those of a folder.

    study   : the folder that the study goes to, which its source is relative to
    symbols : of the listings it is made for; each that has a file is read
    Raises  : PriceError for a folder or a file of theirs that cannot be used
    """
    notes = read_notes(prices)
    tables = [
        read_file(path, symbol, notes, today, known[symbol]).frame
        for symbol in symbols
        if (path := find_file(prices, symbol)) is not None
    ]
    there = frozenset(symbols_in(prices))
    if not tables:
        return Priced(str(prices), there, date.min, date.max)
    first = min(table.index[0] for table in tables).date()
    last = max(table.index[-1] for table in tables).date()
    try:
        source = Path(os.path.relpath(prices.resolve(), study.resolve())).as_posix()
    except ValueError:  # another drive
        source = prices.resolve().as_posix()
    return Priced(source, there, first, last)


def packaged_prices(symbols: Iterable[str], first: date, last: date, today: date) -> Priced:
    """The packaged sample's where it has all of these listings on the days from `first` to `last`, else Yahoo's."""
    wanted, sample = list(symbols), read_sample()
    spans = [sample[symbol].index for symbol in wanted if symbol in sample]
    if wanted and len(spans) == len(wanted):
        begin, end = max(span[0] for span in spans).date(), min(span[-1] for span in spans).date()
        if begin <= first and last <= end:
            return Priced("sample", frozenset(sample), begin, end)
    return yahoos_prices(max(today, last))


def yahoos_prices(last: date) -> Priced:
    """Yahoo's, which may have whatever is asked for, up to `last`."""
    return Priced("yahoo", None, _EARLIEST, last)
