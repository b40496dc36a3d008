"""The rules of a market that has no file of its own: one row of costs for all, and its country's taxes.

No price steps, no limits, no fees beside the commission, and nothing is withheld from dividends.
"""

from __future__ import annotations

from datetime import date

from eventfolio.engine.market.rulebook.shape import MarketRules, Since
from eventfolio.engine.market.rulebook.taxes import TAXES
from eventfolio.events.exchanges import Exchange

COMMISSION_BPS = 10.0
_COMMISSION = (Since(date(2000, 1, 1), COMMISSION_BPS, "generic: assumed for every market", verified=False),)


def generic_rules(exchange: Exchange) -> MarketRules:
    """The generic row of an exchange."""
    tax = TAXES.get(exchange.country)
    return MarketRules(
        zone=exchange.zone,
        figures={"commission_bps": _COMMISSION, **(tax.figures if tax else {})},
        of_funds=dict(tax.of_funds) if tax else {},
        settles_tax_in=tax.settles_in if tax else 0,
        note=tax.note if tax else "",
        is_generic=True,
    )
