"""What each market charges and allows: rows of effective dates, one shape for all markets.

A market is a table of `Rules` in force from a date on. Users override any figure in the study (`[costs.XKRX]`), replace
all of them by one row (`costs = { … }`), or set `costs = "none"`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from engine.errors import StudyError


@dataclass(frozen=True)
class Rules:
    """One market from a date on: costs in basis points of the traded value, and what may be traded.

    volume_share : part of a bar's volume that a run may take, or None for all of it
    t_plus_one   : what was bought in a session cannot be sold in it
    """

    commission_bps: float = 0.0
    buy_tax_bps: float = 0.0
    sell_tax_bps: float = 0.0
    slippage_bps: float = 5.0
    volume_share: float | None = 0.10
    t_plus_one: bool = False


_EVER = date(1900, 1, 1)
_KOREA = {_EVER: Rules(commission_bps=5.0, sell_tax_bps=15.0)}
_CHINA = {_EVER: Rules(commission_bps=3.0, buy_tax_bps=0.841, sell_tax_bps=5.841, t_plus_one=True)}
_NEW_YORK = {_EVER: Rules()}

# One constant row a market: today's rates (FACTS of each market stand in its source column).
MARKETS: dict[str, dict[date, Rules]] = {
    "XKRX": _KOREA,  # transaction tax 0.15 % of sales
    "XKOS": _KOREA,
    "XTKS": {_EVER: Rules(commission_bps=5.0)},  # no tax on trades
    "XHKG": {_EVER: Rules(commission_bps=5.0, buy_tax_bps=11.27, sell_tax_bps=11.27)},  # stamp 0.10 %, levies, clearing
    "XSHG": _CHINA,  # stamp 0.05 % of sales; handling, levy, transfer both sides
    "XSHE": _CHINA,
    "XNYS": _NEW_YORK,
    "XNAS": _NEW_YORK,
    "ARCX": _NEW_YORK,
}


class CostFigures(Protocol):
    """A row of cost figures of the user's; None keeps the market's own."""

    def model_dump(self, *, exclude_none: bool) -> dict[str, Any]: ...


def rules_on(market: str, day: date, costs: Any) -> Rules:
    """The rules of `market` in force on `day`, with what the study's `costs` change of them."""
    table = MARKETS[market]
    starts = [start for start in table if start <= day]
    if not starts:
        raise StudyError(f"No rules of {market} are known before {min(table)}; start the study later.")
    rules = table[max(starts)]
    if costs is None:
        return rules
    if costs == "none":
        return Rules(slippage_bps=0.0, volume_share=None, t_plus_one=rules.t_plus_one)
    if isinstance(costs, dict):
        row = costs.get(market)
        return replace(rules, **row.model_dump(exclude_none=True)) if row else rules
    # One row for every market replaces every fee and tax; the T+1 rule of resale stays.
    return replace(Rules(t_plus_one=rules.t_plus_one), **costs.model_dump(exclude_none=True))
