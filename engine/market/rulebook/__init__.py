"""What each market charges and allows, as it changed: one small file a market, one shape for all.

Users override any figure in the study (`[costs.XKRX]`), replace all of them by one row (`costs = { … }`: fees and taxes
of every market are gone, and with them its price steps and limits), or set `costs = "none"`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from eventfolio.engine.market.rulebook.china import SHANGHAI, SHENZHEN
from eventfolio.engine.market.rulebook.hkex import HKEX
from eventfolio.engine.market.rulebook.krx import KOSDAQ, KOSPI
from eventfolio.engine.market.rulebook.shape import Bands, DailyLimit, End, MarketRules
from eventfolio.engine.market.rulebook.tse import TSE
from eventfolio.engine.market.rulebook.us import NEW_YORK

Dates = npt.NDArray[np.datetime64]
MARKETS: dict[str, MarketRules] = {
    "XKRX": KOSPI,
    "XKOS": KOSDAQ,
    "XTKS": TSE,
    "XHKG": HKEX,
    "XSHG": SHANGHAI,
    "XSHE": SHENZHEN,
    "XNYS": NEW_YORK,
    "XNAS": NEW_YORK,
    "ARCX": NEW_YORK,
}
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


def rules_of(
    market: str, days: Dates, settles: Dates, costs: Any, is_fund: bool = False
) -> dict[str, npt.NDArray[np.float64]]:
    """The rules of `market` for trades of `days`: a column for each field of `Rules`, with the study's `costs` applied.

    settles : for each day the date that decides its tax rates
    is_fund : whether a fund (or an index) is traded; what the study sets itself holds for funds too
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
        else:
            at = settles if field.name in _TAXES else days
            columns[field.name] = MARKETS[market].figure(field.name, at, float(field.default), is_fund)  # type: ignore[arg-type]
    return columns


def _one_row(costs: Any) -> Rules | None:
    """The row that stands for every market, where the study has one."""
    if costs is None or isinstance(costs, dict):
        return None
    if costs == "none":
        return Rules(slippage_bps=0.0, volume_share=math.inf)
    return replace(Rules(), **costs.model_dump(exclude_none=True))


def has_price_rules(costs: Any) -> bool:
    """Whether price steps and limits hold: they do unless one row, or "none", stands for every market."""
    return costs is None or isinstance(costs, dict)


def outrun(markets: Iterable[str], last: date, costs: Any) -> list[str]:
    """In words, which tables of `markets` a study until `last` reaches beyond; their last rows go on."""
    if _one_row(costs) is not None:
        return []
    exchanges: dict[End, list[str]] = {}
    for market in sorted(set(markets)):
        own = costs.get(market) if isinstance(costs, dict) else None
        for end in MARKETS[market].ends:
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


__all__ = ["MARKETS", "Bands", "DailyLimit", "MarketRules", "Rules", "has_price_rules", "outrun", "rules_of"]
