"""Warns of listings whose prices stopped without an end, with what of the account was still in them."""

from __future__ import annotations

from eventfolio.engine.ledger.ledger import Ledger
from eventfolio.engine.market.checks.warnings import PriceWarning, folded
from eventfolio.engine.market.market import Market
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.study.study import Study


def vanished(ledger: Ledger, tape: Tape, market: Market, study: Study) -> list[str]:
    """Listings that vanished, in words (docs/semantics.md#ends-of-listings).

    What is held of them counts at its last close, or is paid at the next session as the study says.
    """
    paid_at = {end.row: end.column for end in tape.ends if end.reason == "vanished"}
    found = []
    for symbol, day in sorted(market.vanished.items()):
        row = tape.row(symbol)
        column = paid_at[row] - 1 if row in paid_at else tape.last
        held = ledger.holdings[(ledger.holdings["column"] == column) & (ledger.holdings["row"] == row)]
        begun = tape.first <= column <= tape.last
        share = float(held["value"].sum()) / float(ledger.equity[column - tape.first]) if begun else 0.0
        so = "[security.end] says what became of it; what is held stays at its last close."
        if row in paid_at:
            so = (
                "[security.end] says what became of it; what is held is paid at the next session's open, at its last "
                f"close and {study.vanished:+.0%} (vanished = {study.vanished:g})."
            )
        place = f"after {day}, with {share:.1%} of equity still in it"
        found.append(PriceWarning("a listing has vanished", symbol, (place,), so))
    return folded(found)
