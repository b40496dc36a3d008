"""Checks a price folder file by file: errors, and warnings in full."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path

from eventfolio.engine.errors import PriceError
from eventfolio.engine.market.checks.plausibility import coverage, gaps, plausibility
from eventfolio.engine.market.checks.warnings import in_full
from eventfolio.engine.market.sources.folder import find_file, read_file, read_notes
from eventfolio.events import Securities


def check_folder(
    folder: Path, symbols: Iterable[str], securities: Securities, today: date, optional: Collection[str] = ()
) -> dict[str, tuple[str, list[str]]]:
    """By symbol its state (read, missing, left out, refused) and every doubt about its file, in words.

    optional : symbols that may lack a file, and are left out then

    Raises: PriceError for a folder or its prices.toml that cannot be read
    """
    notes = read_notes(folder)
    found = {}
    for symbol in dict.fromkeys(symbols):
        try:
            path = find_file(folder, symbol)
            table = read_file(path, symbol, notes, today) if path is not None else None
        except PriceError as refusal:
            found[symbol] = ("refused", str(refusal).splitlines())
            continue
        if table is None:
            state = "left out" if symbol in optional else "missing"
            found[symbol] = (state, [f"no {symbol}.csv or {symbol}.parquet in {folder}"])
            continue
        security = securities.get(symbol)
        doubts = plausibility(table, security)
        words = []
        if security is not None:
            look = gaps if security.kind == "index" else coverage
            doubts = [*look(table, security, None, None), *doubts]
        elif not symbol.endswith("=X"):
            words = [
                "not a known security: sessions, limits and price steps are not judged (check a study that knows it)"
            ]
        found[symbol] = ("read", [*words, *in_full(doubts)])
    return found
