"""Warns of listings whose prices stopped without an end, with what of the account is still in them."""

from __future__ import annotations

import numpy as np

from eventfolio.engine.ledger.ledger import Ledger
from eventfolio.engine.market.checks.warnings import PriceWarning, folded
from eventfolio.engine.market.sessions import sessions_of
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.study.study import Study
from eventfolio.events.exchanges import EXCHANGES

VANISHED_AFTER = 5  # sessions without a price, while others of its exchange have some


def vanished(ledger: Ledger, tape: Tape, study: Study) -> list[str]:
    """Listings whose last price is more than five sessions before the newest of their exchange, in words.

    A sole listing of its exchange is held against the window's end. What is held of them counts at its last close.
    """
    upto = slice(0, tape.last + 1)
    last = {
        row: int(np.flatnonzero(~np.isnan(tape.close[row, upto]))[-1])
        for row in range(len(tape.symbols))
        if not np.isnan(tape.close[row, upto]).all()
    }
    held = ledger.holdings[ledger.holdings["column"] == tape.last]
    found = []
    for row, column in last.items():
        exchange = tape.exchanges[row]
        others = [
            last[other]
            for other in last
            if other != row and EXCHANGES[tape.exchanges[other]].calendar == EXCHANGES[exchange].calendar
        ]
        until = max(others) if others else tape.last
        dates = sessions_of(exchange).dates
        missed = int(((dates > tape.dates[column]) & (dates <= tape.dates[until])).sum())
        if missed <= VANISHED_AFTER or study.securities[tape.symbols[row]].end is not None:
            continue
        share = float(held["value"][held["row"] == row].sum()) / float(ledger.equity[-1])
        so = "[security.end] says what became of it; what is held stays at its last close."
        place = f"after {tape.dates[column]}, with {share:.1%} of equity still in it"
        found.append(PriceWarning("a listing has vanished", tape.symbols[row], (place,), so))
    return folded(found)
