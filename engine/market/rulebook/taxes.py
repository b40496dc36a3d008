"""Taxes on the trading of shares, by the country whose tax it is, as they changed.

Taxes mostly follow the issuer and not the exchange: a security's `tax` says where the exchange's country is not its.
France, Spain and Italy tax the shares of larger companies alone, by lists of each year (large_companies.py). Reliefs of
single listings are taken as not given (London frees new listings for three years since 2025-11-27); `tax = "none"` says
other.
Countries without a row levy nothing that a foreign account would pay on the exchange, or nothing that is known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from eventfolio.engine.market.rulebook.china import SHANGHAI
from eventfolio.engine.market.rulebook.hkex import HKEX
from eventfolio.engine.market.rulebook.krx import KOSPI
from eventfolio.engine.market.rulebook.shape import FIRST, Figures, MarketRules, Since

_NO_FUNDS = (Since(FIRST, 0.0, "levied on shares, not on units of exchange-traded funds"),)


@dataclass(frozen=True)
class Tax:
    """A country's tax on trades.

    figures, of_funds : buy_tax_bps, sell_tax_bps and tax_rounds_up_to as in `MarketRules`
    settles_in        : sessions after the trade whose date decides the rate
    note              : what is taken for granted, in a sentence
    """

    figures: Figures
    of_funds: Figures = field(default_factory=dict)
    settles_in: int = 0
    note: str = ""


def _of(market: MarketRules) -> Tax:
    """The taxes that stand in a market's own file."""
    names = ("buy_tax_bps", "sell_tax_bps", "tax_rounds_up_to")
    figures, of_funds = (
        {name: rows[name] for name in names if name in rows} for rows in (market.figures, market.of_funds)
    )
    return Tax(figures, of_funds, market.settles_tax_in)


def _shares(side: str, *rows: Since, settles_in: int = 0, note: str = "") -> Tax:
    """A tax on one side of trades in shares; funds go free."""
    return Tax({f"{side}_tax_bps": rows}, {f"{side}_tax_bps": _NO_FUNDS}, settles_in, note)


_MALAYSIA = (
    Since(FIRST, 10.0, "stamp on contract notes, before the rise of 2022; EY Malaysia, P.U.(A) 208"),
    Since(date(2022, 1, 1), 15.0, "stamp on contract notes; EY Malaysia, P.U.(A) 208"),
    Since(date(2023, 7, 13), 10.0, "stamp on contract notes; EY Malaysia, P.U.(A) 208"),
)
_INDIA = "STT 10 bp on both sides of deliveries (lakshitfinancial.com, revised 2016-06-01)"
_INDIA_STAMP = "stamp duty 1.5 bp on purchases; basantsecurities.com"

TAXES: Mapping[str, Tax] = {
    "KR": _of(KOSPI),
    "HK": _of(HKEX),
    "CN": _of(SHANGHAI),
    "GB": _shares(
        "buy",
        Since(FIRST, 50.0, "stamp duty reserve tax; transactions.freshfields.com 2025-11, londonstockexchange.com"),
        note="listings that are younger than three years, free of stamp duty since 2025-11-27, are taxed like others",
    ),
    "IE": _shares("buy", Since(FIRST, 100.0, "stamp duty on electronic transfers; bmac.ie, rates of tax")),
    "FR": _shares(
        "buy",
        Since(FIRST, 30.0, "financial transaction tax; blog.lawyers.deloitte.fr 2024-12"),
        Since(date(2025, 4, 1), 40.0, "by date of settlement, law 2025-127; clearstream.com c25007, keytradebank.be"),
        settles_in=2,
    ),
    "IT": _shares(
        "buy",
        Since(FIRST, 10.0, "financial transaction tax on regulated markets; secoloditalia.it 2025-12-24"),
        Since(date(2026, 1, 1), 20.0, "doubled by law 199 of 2025-12-30; milanonotai.it, mysolution.it"),
        settles_in=2,  # shares pass on the date of settlement: decree of 2013-02-21, article 3; e-glossa.it
    ),
    "ES": _shares(
        "buy",
        Since(FIRST, 0.0, "not levied before 2021-01-16; thecorner.eu"),
        Since(date(2021, 1, 16), 20.0, "financial transaction tax, law 5/2020; regfollower.com, thecorner.eu"),
        settles_in=2,  # due when a purchase is settled, whenever it was made; sede.agenciatributaria.gob.es, devengo
    ),
    "GR": _shares(
        "sell",
        Since(FIRST, 20.0, "sales tax; clearstream.com a23112"),
        Since(date(2024, 1, 2), 10.0, "sales tax by date of settlement, law 5073/2023; clearstream.com a23112"),
        settles_in=2,
    ),
    "TW": Tax(
        {"sell_tax_bps": (Since(FIRST, 30.0, "securities transaction tax on sales; twse.com.tw, costs and taxes"),)},
        {"sell_tax_bps": (Since(FIRST, 10.0, "securities transaction tax on ETFs; tpex.org.tw"),)},
    ),
    "IN": Tax(
        {
            "buy_tax_bps": (Since(FIRST, 11.5, f"{_INDIA}, {_INDIA_STAMP}"),),
            "sell_tax_bps": (Since(FIRST, 10.0, _INDIA),),
        },
        {
            "buy_tax_bps": (Since(FIRST, 1.5, _INDIA_STAMP),),
            "sell_tax_bps": (Since(FIRST, 0.1, "STT on units of equity funds sold; lakshitfinancial.com"),),
        },
    ),
    "ZA": _shares("buy", Since(FIRST, 25.0, "securities transfer tax, act 25 of 2007; sars.gov.za, acts.co.za")),
    "PH": _shares(
        "sell",
        Since(FIRST, 60.0, "stock transaction tax; business.inquirer.net 243374"),
        Since(date(2025, 7, 1), 10.0, "Republic Act 12214; philstar.com 2025-06-13, context.ph"),
    ),
    "ID": _shares("sell", Since(FIRST, 10.0, "final tax on sales; Bursa Malaysia in StarBiz, 2021")),
    "MY": Tax(
        {"buy_tax_bps": _MALAYSIA, "sell_tax_bps": _MALAYSIA},
        {"buy_tax_bps": _NO_FUNDS, "sell_tax_bps": _NO_FUNDS},
        note="the cap of MYR 1,000 a contract is not applied",
    ),
}  # fmt: skip
