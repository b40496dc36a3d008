"""Checks a price folder file by file: how each was understood, errors, and warnings in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from eventfolio.engine.errors import PriceError
from eventfolio.engine.market.checks.plausibility import coverage, gaps, plausibility, raw_by
from eventfolio.engine.market.checks.price_steps import band_assumed
from eventfolio.engine.market.checks.warnings import PriceWarning, in_full
from eventfolio.engine.market.listing_ends import cut_at_ends, declared_ends, ends_far_off, last_days, vanished_after
from eventfolio.engine.market.prices import PriceTable
from eventfolio.engine.market.sessions import sessions_of
from eventfolio.engine.market.sources.folder import find_file, read_file, read_notes
from eventfolio.events import Securities, Security
from eventfolio.events.exchanges import exchange_of_symbol

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
    folder: Path,
    symbols: Iterable[str],
    securities: Securities,
    today: date,
    optional: Collection[str] = (),
    until: date | None = None,
) -> dict[str, CheckedFile]:
    """By symbol how its file was read and every warning about it, in words.

    optional : symbols that may lack a file, and are left out then
    until    : the date to which prices are wanted, a study's end; without one, that of the newest file

    Raises: PriceError for a folder or its prices.toml that cannot be read
    """
    notes = read_notes(folder)
    found: dict[str, CheckedFile] = {}
    tables: dict[str, tuple[PriceTable, Security | None]] = {}
    beyond: dict[str, list[PriceWarning]] = {}  # the end of their listing
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
        try:
            cut, after = cut_at_ends({symbol: table}, declared_ends([security] if security else [], date.max))
        except PriceError as refusal:
            found[symbol] = CheckedFile("refused", tuple(str(refusal).splitlines()))
            continue
        tables[symbol], beyond[symbol] = (cut[symbol], security), after
        found[symbol] = CheckedFile("read")  # keeps its place
    known = [security for _, security in tables.values() if security is not None]
    for warning in ends_far_off(declared_ends(known, date.max), known, {s: table for s, (table, _) in tables.items()}):
        beyond[warning.symbol].append(warning)
    candidates = _candidates(tables, until)
    for symbol, (table, security) in tables.items():
        ends = [*candidates.get(symbol, ()), *beyond[symbol]]
        found[symbol] = _checked(table, security, ends, is_known=symbol in securities)
    return found


def by_suffix(symbol: str) -> Security | None:
    """A listing that nobody declared, as far as its suffix tells: its exchange and that one's usual currency."""
    exchange = exchange_of_symbol(symbol)
    if exchange is None:
        return None
    return Security(symbol=symbol, name=symbol, exchange=exchange.mic, currency=exchange.currency, lot=1)


def _checked(table: PriceTable, security: Security | None, ends: Iterable[PriceWarning], is_known: bool) -> CheckedFile:
    warnings, words = [*ends, *plausibility(table, security)], []
    if security is not None:
        look = gaps if security.kind == "index" else coverage
        warnings = [*look(table, security, None, None), *warnings, *band_assumed(table, security)]
    if not is_known and not table.symbol.endswith("=X"):
        words = [
            f"not a known security: taken for a share on {security.exchange} in {security.currency} by its suffix"
            if security
            else "not a known security: sessions, limits and price steps are not judged (check a study that knows it)"
        ]
    said, days = table.understood, table.frame.index
    if said.header.endswith("'s names") and table.is_raw and not said.is_told:
        vendor = said.header.removesuffix("'s names")
        words.append(f"{vendor} adjusts its prices unless told otherwise; say in prices.toml what they are")
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


def _candidates(
    tables: dict[str, tuple[PriceTable, Security | None]], until: date | None
) -> dict[str, list[PriceWarning]]:
    """Listings whose prices stop for good before the newest of their exchange, and that have no end.

    until : what the sole listing of an exchange is held against; None: the newest price of all
    """
    listings = [security for _, security in tables.values() if security is not None and security.kind != "index"]
    sessions = {one.exchange: sessions_of(one.exchange) for one in listings}
    last = last_days(listings, {symbol: table for symbol, (table, _) in tables.items()}, sessions)
    ended = [one.symbol for one in listings if one.end is not None]
    if until is None and last:
        until = max(last.values()).astype(object)
    traded = Counter(one.exchange for one in listings if one.end is None)
    alone = {one.symbol for one in listings if traded[one.exchange] == 1}
    return {
        symbol: [
            PriceWarning(
                "perhaps the end of the listing; [security.end] says what became of it",
                symbol,
                (
                    f"its last price is of {last[symbol]}, {missed} sessions before "
                    f"{until if symbol in alone else 'the newest of its exchange'}",
                ),
            )
        ]
        for symbol, missed in vanished_after(listings, last, sessions, ended, until).items()
    }
