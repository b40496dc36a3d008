"""The rulebook: what each market charges and allows, as it changed; one file a country or region.

Users override any figure in the study (`[costs.XKRX]`), replace all of them by one row (`costs = { … }`: fees and taxes
of every market are gone, and with them its price steps and limits), or set `costs = "none"`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from eventfolio.engine.errors import StudyError
from eventfolio.engine.market.rulebook.australia import ASX
from eventfolio.engine.market.rulebook.canada import TORONTO
from eventfolio.engine.market.rulebook.china import BEIJING, SHANGHAI, SHENZHEN
from eventfolio.engine.market.rulebook.costs import Costs
from eventfolio.engine.market.rulebook.europe import (
    AIM,
    AMSTERDAM,
    LONDON,
    MADRID,
    MILAN,
    PARIS,
    STOCKHOLM,
    XETRA,
    ZURICH,
)
from eventfolio.engine.market.rulebook.generic import COMMISSION_BPS, generic_rules
from eventfolio.engine.market.rulebook.hkex import HKEX, REITS_UNTAXED_SINCE
from eventfolio.engine.market.rulebook.india import BSE, NSE
from eventfolio.engine.market.rulebook.krx import KOSDAQ, KOSPI
from eventfolio.engine.market.rulebook.large_companies import Span, sizes_assumed, untaxed_spans
from eventfolio.engine.market.rulebook.mifid import ASSUMED
from eventfolio.engine.market.rulebook.shape import FIRST, Bands, DailyLimit, End, MarketRules, in_hundredths
from eventfolio.engine.market.rulebook.taiwan import TAIWAN
from eventfolio.engine.market.rulebook.taxes import TAXES
from eventfolio.engine.market.rulebook.tse import TSE
from eventfolio.engine.market.rulebook.us import NEW_YORK
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.events.exchanges import EXCHANGES
from eventfolio.events.liquidity import bands

if TYPE_CHECKING:
    from eventfolio.events import Security

Dates = npt.NDArray[np.datetime64]
_SETTLED = 5  # calendar days after a trade, over the holidays of a new year
MARKETS: dict[str, MarketRules] = {
    "XKRX": KOSPI,
    "XKOS": KOSDAQ,
    "XTKS": TSE,
    "XHKG": HKEX,
    "XGEM": HKEX,
    "XSHG": SHANGHAI,
    "XSHE": SHENZHEN,
    "BJSE": BEIJING,
    "XNYS": NEW_YORK,
    "XNAS": NEW_YORK,
    "ARCX": NEW_YORK,
    "BATS": NEW_YORK,
    "XASE": NEW_YORK,
    "XETR": XETRA,
    "XPAR": PARIS,
    "XLON": LONDON,
    "AIMX": AIM,
    "XMIL": MILAN,
    "XMAD": MADRID,
    "XAMS": AMSTERDAM,
    "XSTO": STOCKHOLM,
    "XSWX": ZURICH,
    "XTAI": TAIWAN,
    "ROCO": TAIWAN,
    "XNSE": NSE,
    "XBOM": BSE,
    "XASX": ASX,
    "XTSE": TORONTO,
    "XTSX": TORONTO,
}
REITS_UNTAXED = {"HK": REITS_UNTAXED_SINCE}  # by country, the date from which units of trusts go free
LOOKED_UP = date(2026, 11, 28)  # when every table was last held against its sources


@dataclass(frozen=True)
class Rules:
    """One market on one date.

    …_bps            : basis points of a fill's value; …_min, …_max, tax_rounds_up_to: local money a fill
    buy_fee, sell_fee: exchange fees and levies; clearing: both sides; buy_tax, sell_tax: stamp and transaction taxes
    fx_bps           : of the value, where the listing's currency is not the account's
    volume_share     : part of a bar's volume that a run may take; infinite for no cap
    withholding      : part of a gross dividend that is kept back
    """

    commission_bps: float = 0.0
    commission_min: float = 0.0
    buy_fee_bps: float = 0.0
    sell_fee_bps: float = 0.0
    clearing_bps: float = 0.0
    clearing_min: float = 0.0
    clearing_max: float = math.inf
    buy_tax_bps: float = 0.0
    sell_tax_bps: float = 0.0
    tax_rounds_up_to: float = 0.0
    fx_bps: float = 0.0
    slippage_bps: float = 5.0
    volume_share: float = 0.10
    withholding: float = 0.0
    fractions_in_cash: bool = False


_TABLE = {"sell_fee_bps": "fees on sales"}  # in words, by the field of an End
_TAXES = ("buy_tax_bps", "sell_tax_bps", "tax_rounds_up_to")


@cache
def market_rules(exchange: str) -> MarketRules:
    """The rules of an exchange: its own, or the generic row with its country's taxes.

    Raises: StudyError for an exchange that is not known
    """
    if exchange not in EXCHANGES:
        raise StudyError(f"'{shown(exchange)}' is not a market.{did_you_mean(exchange, EXCHANGES)}")
    return MARKETS.get(exchange) or generic_rules(EXCHANGES[exchange])


def rules_of(
    market: str,
    days: Dates,
    settles: Dates,
    costs: Costs,
    is_fund: bool = False,
    tax: str | None = None,
    untaxed: tuple[Span, ...] = (),
) -> dict[str, npt.NDArray[np.float64]]:
    """The rules of `market` for trades of `days`: a column for each field of `Rules`, with the study's `costs` applied.

    settles : for each day the date that decides its tax rates
    is_fund : whether a fund (or an index) is traded; what the study sets itself holds for funds too
    tax     : whose taxes instead of the market's own: a country's, or "none"
    untaxed : stretches of `settles` in which no tax is due; what the study sets itself is due all the same
    Raises  : StudyError for a day before a table's first row
    """
    row = _one_row(costs)
    own = costs.get(market) if isinstance(costs, dict) else None
    changes = own.model_dump(exclude_none=True) if own else {}
    columns = {}
    for field in fields(Rules):
        if row is not None or field.name == "fractions_in_cash":
            columns[field.name] = np.full(len(days), float(getattr(row or Rules(fractions_in_cash=True), field.name)))
        elif field.name in changes:
            columns[field.name] = np.full(len(days), float(changes[field.name]))
        elif field.name in _TAXES and tax is not None:
            columns[field.name] = _freed(_tax(tax, field.name, market, settles, is_fund), settles, untaxed)
        elif field.name in _TAXES:
            figures = market_rules(market).figure(field.name, settles, float(field.default), is_fund)  # type: ignore[arg-type]
            columns[field.name] = _freed(figures, settles, untaxed)
        else:
            columns[field.name] = market_rules(market).figure(field.name, days, float(field.default), is_fund)  # type: ignore[arg-type]
    return columns


def untaxed(security: Security, first: int, last: int) -> tuple[Span, ...]:
    """The stretches, from a year to another, in which a share's country does not tax it though it taxes others."""
    since = REITS_UNTAXED.get(security.taxed_by) if security.kind == "reit" else None
    return untaxed_spans(security, first, last) if since is None else ((since, date.max),)


def _freed(figures: npt.NDArray[np.float64], settles: Dates, untaxed: tuple[Span, ...]) -> npt.NDArray[np.float64]:
    """Figures of a tax that is not due where trades settle in some stretches."""
    for first, last in untaxed:
        figures = np.where((settles >= np.datetime64(first, "D")) & (settles <= np.datetime64(last, "D")), 0.0, figures)
    return figures


def _tax(country: str, name: str, market: str, settles: Dates, is_fund: bool) -> npt.NDArray[np.float64]:
    """A figure of a country's tax on each date of settlement; 0 where it levies none."""
    tax = TAXES.get(country)
    if tax is None:
        return np.zeros(len(settles))
    table = (tax.of_funds.get(name) if is_fund else None) or tax.figures.get(name)
    return market_rules(market).dated(table, name, settles, 0.0)


def tax_settles_in(market: str, tax: str | None) -> int:
    """Sessions after a trade whose date decides its tax rates."""
    if tax is None:
        return market_rules(market).settles_tax_in
    return TAXES[tax].settles_in if tax in TAXES else 0


def quoted_bands(exchange: str, currency: str, bands: Bands) -> Bands:
    """Price steps for prices in a currency: a hundredth where the exchange quotes it in pence, agorot or cents."""
    known = EXCHANGES[exchange]
    return in_hundredths(bands) if known.quotes_hundredths and currency == known.currency else bands


def told_of(listings: Iterable[Security], costs: Costs, first: date, last: date) -> list[str]:
    """In words, which markets of `listings` have the generic row, and what is assumed of the taxes of those dates."""
    if _one_row(costs) is not None:
        return []
    traded = list(listings)
    found, markets = [], sorted({listing.exchange for listing in traded})
    generic = [market for market in markets if market_rules(market).is_generic]
    if generic:
        found.append(
            f"{', '.join(generic)}: generic costs ({COMMISSION_BPS:g} bp commission, 5 bp slippage, the country's "
            "taxes, no price steps, no limits), for want of a rule file. [costs.MIC] in the study sets what you pay."
        )
    found += [f"{market}: {note}." for market in markets if (note := market_rules(market).note)]
    own = {market for market, row in costs.items() if row.buy_tax_bps is not None} if isinstance(costs, dict) else ()
    settled = last + timedelta(days=_SETTLED)
    return found + sizes_assumed((one for one in traded if one.exchange not in own), first.year, settled.year)


def steps_assumed(listings: Iterable[Security], costs: Costs, first: date = date.max) -> list[str]:
    """In words, of which `listings` the liquidity band is assumed that decides their price steps.

    first : of the dates traded on; before a band of a later date it is assumed too
    """
    if not has_price_rules(costs):
        return []
    shares = sorted(
        (one.symbol, bands(one.liquidity))
        for one in listings
        if one.is_share and market_rules(one.exchange).by_liquidity
    )
    unknown = [symbol for symbol, known in shares if not known]
    later = [f"{symbol} ({row[0][1]} from {row[0][0]})" for symbol, row in shares if row and row[0][0] > first]
    other = (
        "liquidity in the securities file, a band or the average daily number of transactions, by date where it "
        "changed, says otherwise."
    )
    told = [f"{', '.join(unknown)}: the price steps of the most liquid band ({ASSUMED}, MiFID II) are assumed. {other}"]
    dated = [f"{', '.join(later)}: the first liquidity band known is taken for the dates before it too. {other}"]
    return told * bool(unknown) + dated * bool(later)


def _one_row(costs: Costs) -> Rules | None:
    """The row that stands for every market, where the study has one."""
    if costs is None or isinstance(costs, dict):
        return None
    if costs == "none":
        return Rules(slippage_bps=0.0, volume_share=math.inf)
    return replace(Rules(), **costs.model_dump(exclude_none=True))


def has_price_rules(costs: Costs) -> bool:
    """Whether price steps and limits hold: they do unless one row, or "none", stands for every market."""
    return costs is None or isinstance(costs, dict)


def outrun(markets: Iterable[str], last: date, costs: Costs) -> list[str]:
    """In words, which tables of `markets` a study until `last` reaches beyond; their last rows go on."""
    if _one_row(costs) is not None:
        return []
    exchanges: dict[End, list[str]] = {}
    for market in sorted(set(markets)):
        own = costs.get(market) if isinstance(costs, dict) else None
        for end in market_rules(market).ends:
            if last > end.on and (own is None or getattr(own, end.of, None) is None):
                exchanges.setdefault(end, []).append(market)
    found = [
        f"{', '.join(names)}: {_TABLE.get(end.of, 'price steps')} are sure to {end.on} only: {end.why}."
        for end, names in exchanges.items()
    ]
    if last > LOOKED_UP:
        found.append(
            f"Fees, taxes, price steps and limits were last looked up on {LOOKED_UP}; later changes are not known here."
        )
    return found


__all__ = [
    "FIRST",
    "LOOKED_UP",
    "MARKETS",
    "TAXES",
    "Bands",
    "DailyLimit",
    "MarketRules",
    "Rules",
    "has_price_rules",
    "market_rules",
    "outrun",
    "quoted_bands",
    "rules_of",
    "steps_assumed",
    "tax_settles_in",
    "told_of",
    "untaxed",
]
