"""Checks a price folder file by file: how each was understood, errors, and warnings in full."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from eventfolio.engine.errors import PriceError
from eventfolio.engine.market.checks.plausibility import coverage, gaps, plausibility, raw_by
from eventfolio.engine.market.checks.warnings import PriceWarning, in_full
from eventfolio.engine.market.prices import PriceTable
from eventfolio.engine.market.sessions import DAY, sessions_of
from eventfolio.engine.market.sources.folder import find_file, read_file, read_notes
from eventfolio.events import Securities, Security
from eventfolio.events.exchanges import EXCHANGES, exchange_of_symbol

VANISHED_AFTER = 5  # sessions without a price, while others of its exchange have some

_ADJUSTED = {"split": "divided by later splits", "total": "adjusted for splits and dividends"}


@dataclass(frozen=True)
class CheckedFile:
    """A price file, or the lack of one.

    state    : read, missing, left out or refused
    warnings : every one, in words
    rows, first, last : of what was read
    delimiter, header, decimal, dates : how a CSV file was written, where that is worth telling
    adjusted : raw, divided or adjusted, and by what that is known
    currency : of the prices as read, and the unit they were turned from
    """

    state: str
    warnings: tuple[str, ...] = ()
    rows: int = 0
    first: str = ""
    last: str = ""
    delimiter: str = ""
    header: str = ""
    decimal: str = ""
    dates: str = ""
    adjusted: str = ""
    currency: str = ""

    @property
    def understood(self) -> str:
        """How the file was read, in a line."""
        if not self.rows:
            return ""
        written = (self.header, self.delimiter and f"{self.delimiter} between cells", self.decimal, self.dates)
        parts = (f"{self.rows} rows, {self.first} to {self.last}", *written, self.adjusted, self.currency)
        return "; ".join(part for part in parts if part)


def check_folder(
    folder: Path, symbols: Iterable[str], securities: Securities, today: date, optional: Collection[str] = ()
) -> dict[str, CheckedFile]:
    """By symbol how its file was read and every warning about it, in words.

    optional : symbols that may lack a file, and are left out then

    Raises: PriceError for a folder or its prices.toml that cannot be read
    """
    notes = read_notes(folder)
    found: dict[str, CheckedFile] = {}
    tables: dict[str, tuple[PriceTable, Security | None]] = {}
    for symbol in dict.fromkeys(symbols):
        security = securities.get(symbol) or by_suffix(symbol)
        try:
            path = find_file(folder, symbol)
            table = read_file(path, symbol, notes, today, security) if path is not None else None
        except PriceError as refusal:
            found[symbol] = CheckedFile("refused", tuple(str(refusal).splitlines()))
            continue
        if table is None:
            state = "left out" if symbol in optional else "missing"
            found[symbol] = CheckedFile(state, (f"no {symbol}.csv or {symbol}.parquet in {folder}",))
            continue
        tables[symbol] = table, security
        found[symbol] = CheckedFile("read")  # keeps its place
    vanished = _vanished(tables)
    for symbol, (table, security) in tables.items():
        found[symbol] = _checked(table, security, vanished.get(symbol, ()), is_known=symbol in securities)
    return found


def by_suffix(symbol: str) -> Security | None:
    """A listing that nobody declared, as far as its suffix tells: its exchange and that one's usual currency."""
    exchange = exchange_of_symbol(symbol)
    if exchange is None:
        return None
    return Security(symbol=symbol, name=symbol, exchange=exchange.mic, currency=exchange.currency, lot=1)


def _checked(
    table: PriceTable, security: Security | None, vanished: Iterable[PriceWarning], is_known: bool
) -> CheckedFile:
    warnings, words = [*vanished, *plausibility(table, security)], []
    if security is not None:
        look = gaps if security.kind == "index" else coverage
        warnings = [*look(table, security, None, None), *warnings]
    if not is_known and not table.symbol.endswith("=X"):
        words = [
            f"not a known security: taken for a share on {security.exchange} in {security.currency} by its suffix"
            if security
            else "not a known security: sessions, limits and price steps are not judged (check a study that knows it)"
        ]
    said, days = table.understood, table.frame.index
    if said.header == "Stooq's names" and table.is_raw:
        words.append("Stooq adjusts its prices unless told otherwise; say in prices.toml what they are")
    mark = f"decimal {'comma' if said.decimal == ',' else 'point'}" if said.decimal == "," or said.thousands else ""
    turned = f"{table.unit} divided by 100 into " if table.unit else ""
    return CheckedFile(
        state="read",
        warnings=(*words, *in_full(warnings)),
        rows=len(days),
        first=str(days[0].date()),
        last=str(days[-1].date()),
        delimiter=said.delimiter,
        header=said.header or ("Yahoo's columns" if said.is_yahoo else ""),
        decimal=mark + (f", '{said.thousands}' between thousands" if said.thousands else ""),
        dates="; ".join(
            filter(None, (f"dates {said.dates}" * bool(said.dates), "newest first" * said.is_newest_first))
        ),
        adjusted="" if table.symbol.endswith("=X") else _ADJUSTED.get(table.adjusted) or raw_by(table, security),
        currency=turned + (security.currency if security else ""),
    )


def _vanished(tables: dict[str, tuple[PriceTable, Security | None]]) -> dict[str, list[PriceWarning]]:
    """Listings whose prices stop more than five sessions before the newest of their exchange, and that have no end."""
    last: dict[str, np.datetime64] = {}
    newest: dict[str, np.datetime64] = {}
    for symbol, (table, security) in tables.items():
        days = table.frame.index[table.frame["close"].notna()].to_numpy().astype(DAY)
        if security is not None and len(days):
            last[symbol] = days[-1]
            calendar = EXCHANGES[security.exchange].calendar
            newest[calendar] = max(newest.get(calendar, days[-1]), days[-1])
    found = {}
    for symbol, day in last.items():
        security = tables[symbol][1]
        assert security is not None
        dates = sessions_of(security.exchange).dates
        until = newest[EXCHANGES[security.exchange].calendar]
        since = int(((dates > day) & (dates <= until)).sum())
        if since > VANISHED_AFTER and security.end is None and security.kind != "index":
            so = f"its last price is of {day}, {since} sessions before the newest of its exchange"
            found[symbol] = [
                PriceWarning("perhaps the end of the listing; [security.end] says what became of it", symbol, (so,))
            ]
    return found
