"""Frankfurt (Xetra), Paris, London, Milan, Madrid, Amsterdam, Stockholm and Zurich.

No daily limits: auctions halt a share that moves far. What the exchange and its clearing take is in the commission.
"""

from collections.abc import Mapping

from eventfolio.engine.market.rulebook.mifid import ASSUMED, EU_STEPS, SWISS_STEPS, UK_STEPS
from eventfolio.engine.market.rulebook.shape import FIRST, MarketRules, Since, Ticks
from eventfolio.engine.market.rulebook.taxes import TAXES

_COMMISSION = (Since(FIRST, 10.0, "assumed: online rates run from 3 to 25 bp", verified=False),)


def _market(
    zone: str, withheld: float, whose: str, steps: Mapping[str, Ticks] = EU_STEPS, country: str = "", note: str = ""
) -> MarketRules:
    """A market of these rules. withheld : of a gross dividend, by the law of `whose`, before any treaty"""
    tax = TAXES.get(country)
    return MarketRules(
        zone=zone,
        figures={
            "commission_bps": _COMMISSION,
            "withholding": (Since(FIRST, withheld, f"{whose}, before any treaty", verified=False),),
            **(tax.figures if tax else {}),
        },
        of_funds=dict(tax.of_funds) if tax else {},
        settles_tax_in=tax.settles_in if tax else 0,
        ticks=(steps[ASSUMED],),
        by_liquidity=steps,
        note=note or (tax.note if tax else ""),
    )


XETRA = _market("Europe/Berlin", 0.26375, "Germany, capital gains tax with its surcharge")
PARIS = _market("Europe/Paris", 0.25, "France", country="FR")
LONDON = _market("Europe/London", 0.0, "United Kingdom: nothing is withheld", UK_STEPS, "GB")
AIM = _market(
    "Europe/London",
    0.0,
    "United Kingdom: nothing is withheld",
    UK_STEPS,
    note="shares of AIM are free of stamp duty since 2014-04-28 (londonstockexchange.com)",
)
MILAN = _market("Europe/Rome", 0.26, "Italy", country="IT")
MADRID = _market("Europe/Madrid", 0.19, "Spain", country="ES")
AMSTERDAM = _market("Europe/Amsterdam", 0.15, "Netherlands")
STOCKHOLM = _market("Europe/Stockholm", 0.30, "Sweden")
ZURICH = _market(
    "Europe/Zurich",
    0.35,
    "Switzerland",
    SWISS_STEPS,
    note="the turnover tax of 7.5 bp that Swiss dealers collect is not charged: members abroad are exempt since "
    "2010-07-01 (six-group.com)",
)  # fmt: skip
