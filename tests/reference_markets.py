"""The market rules of the slow reference: what a fill is charged, ticks, limits, locks, and their dated tables.

Plain functions of floats, called by reference.py, and the rules of Korea, Tokyo, Hong Kong, Shanghai,
Shenzhen and New York typed a second time, apart from the engine. A table is {first date: what changes
then}. Rates are basis points of a fill's value; money is local.

Sources: Korea's tax [55][56] and ticks (general knowledge), limits [54]; Tokyo's ticks [61] and limits
[62]; Hong Kong's stamp [65], levies [66] and ticks [67]; China's stamp [69], fees [70], limit and tick
[68]; New York's Section 31 fee [74][75], as numbered in the project's collection of market facts.
Unverified: every commission, Hong Kong's clearing fee, Korea's ticks, New York's fee before 2024 and
after 2025, the withholding rates.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

EVEN = 1 + 1e-12  # what comes out even on paper shall in binary
AT_THE_LIMIT = 1e-6  # how far from its limit, as a fraction, a locked bar may be


# ------------------------------------------------------------------------------------------ the charges


@dataclass
class Costs:
    """What one exchange charges; volume_share: most of a bar's volume a run may take, None = no cap.

    fees: exchange, clearing and levies, of which the clearing fee alone has bounds (clearing_max None: no
    upper one); tax_rounds_up_to 0: no rounding; fx_bps: only where the currency is not the account's.
    """

    commission_bps: float = 0.0
    buy_tax_bps: float = 0.0
    sell_tax_bps: float = 0.0
    slippage_bps: float = 0.0
    volume_share: float | None = None
    t_plus_1: bool = False
    commission_min: float = 0.0
    buy_fee_bps: float = 0.0
    sell_fee_bps: float = 0.0
    clearing_bps: float = 0.0
    clearing_min: float = 0.0
    clearing_max: float | None = None
    tax_rounds_up_to: float = 0.0
    fx_bps: float = 0.0
    fractions_in_cash: bool = False


class Charges(NamedTuple):
    """What one fill is charged, by kind, in the money of its value."""

    commission: float
    fees: float
    tax: float
    fx_cost: float


def charges(costs: Costs, value: float, side: str, foreign: bool) -> Charges:
    """The charges on a fill of `value` local; side buy | sell. Each fill stands alone."""
    fee_bps, tax_bps = (
        (costs.buy_fee_bps, costs.buy_tax_bps) if side == "buy" else (costs.sell_fee_bps, costs.sell_tax_bps)
    )
    clearing = max(value * costs.clearing_bps / 1e4, costs.clearing_min)
    if costs.clearing_max is not None:
        clearing = min(clearing, costs.clearing_max)
    tax = value * tax_bps / 1e4
    if costs.tax_rounds_up_to:
        tax = round_up(tax, costs.tax_rounds_up_to)
    commission, fees = max(value * costs.commission_bps / 1e4, costs.commission_min), value * fee_bps / 1e4 + clearing
    if side == "sell":  # minima take no more than a sale brings: first the tax, then fees, then commission
        tax = min(tax, value)
        fees = min(fees, value - tax)
        commission = min(commission, value - tax - fees)
    return Charges(
        commission=commission,
        fees=fees,
        tax=tax,
        fx_cost=value * costs.fx_bps / 1e4 if foreign else 0.0,
    )


def sizing_bps(costs: Costs, foreign: bool) -> float:
    """What sizing adds to a purchase: the rates alone, no minimum and no rounding."""
    fees = costs.commission_bps + costs.buy_fee_bps + costs.clearing_bps + costs.buy_tax_bps
    return costs.slippage_bps + fees + (costs.fx_bps if foreign else 0.0)


def settlement(days: Sequence[date], k: int, sessions: int) -> date:
    """The date `sessions` sessions after session k; beyond the known calendar weekdays count."""
    if k + sessions < len(days):
        return days[k + sessions]
    day = days[-1]
    for _ in range(k + sessions - len(days) + 1):
        day += timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
    return day


# --------------------------------------------------------------------------------------- ticks and locks


def round_up(price: float, tick: float) -> float:
    return math.ceil(price / tick / EVEN) * tick


def round_down(price: float, tick: float) -> float:
    return math.floor(price / tick * EVEN) * tick


def is_locked(bar: tuple, limit: float) -> bool:
    """Open, high and low all at `limit`: nobody takes the other side. A close-only bar is not judged."""
    return all(price is not None and abs(price - limit) <= AT_THE_LIMIT * limit for price in bar[:3])


# ---------------------------------------------------------------------------------------- dated tables

BEGIN = date(2021, 1, 1)  # the first date whose rules are known
EVERYWHERE = {"slippage_bps": 5, "volume_share": 0.10, "fractions_in_cash": True}
CHINA_FEES = 0.341 + 0.2 + 0.1 + 0.2  # handling, levy, transfer, transfer by way of Hong Kong
HONG_KONG_LEVIES = 0.27 + 0.015 + 0.565  # transaction levy, accounting levy, trading fee

KOREA = {
    BEGIN: {"commission_bps": 5, "sell_tax_bps": 23},  # tax by the date of settlement
    date(2023, 1, 1): {"sell_tax_bps": 20},
    date(2024, 1, 1): {"sell_tax_bps": 18},
    date(2025, 1, 1): {"sell_tax_bps": 15},
    date(2026, 1, 1): {"sell_tax_bps": 20},
}
TOKYO = {BEGIN: {"commission_bps": 5}}
HONG_KONG = {
    BEGIN: {
        "commission_bps": 8,
        "buy_fee_bps": HONG_KONG_LEVIES,
        "sell_fee_bps": HONG_KONG_LEVIES,
        "clearing_bps": 0.2,
        "clearing_min": 2,
        "clearing_max": 100,
        "buy_tax_bps": 13,
        "sell_tax_bps": 13,
        "tax_rounds_up_to": 1,
    },
    date(2023, 11, 17): {"buy_tax_bps": 10, "sell_tax_bps": 10},
    date(2025, 6, 30): {"clearing_bps": 0.42, "clearing_min": 0, "clearing_max": None},
}
CHINA = {
    BEGIN: {
        "commission_bps": 5,
        "commission_min": 5,
        "buy_fee_bps": CHINA_FEES,
        "sell_fee_bps": CHINA_FEES,
        "sell_tax_bps": 10,
        "t_plus_1": True,
    },
    date(2023, 8, 28): {"sell_tax_bps": 5},
}
NEW_YORK = {  # Section 31: USD per million sold / 100
    BEGIN: {"sell_fee_bps": 0.229},
    date(2023, 2, 27): {"sell_fee_bps": 0.08},
    date(2024, 5, 22): {"sell_fee_bps": 0.278},
    date(2025, 5, 14): {"sell_fee_bps": 0.0},
}
CHARGED = {
    "XKRX": KOREA,
    "XKOS": KOREA,
    "XTKS": TOKYO,
    "XHKG": HONG_KONG,
    "XSHG": CHINA,
    "XSHE": CHINA,
    "XNYS": NEW_YORK,
    "XNAS": NEW_YORK,
    "ARCX": NEW_YORK,
}
TAX_SETTLES = {"XKRX": 2, "XKOS": 2}
WITHHOLDING = {
    "XKRX": 0.15,
    "XKOS": 0.15,
    "XTKS": 0.15315,
    "XHKG": 0.10,
    "XSHG": 0.10,
    "XSHE": 0.10,
    "XNYS": 0.0,
    "XNAS": 0.0,
    "ARCX": 0.0,
}

ANY = math.inf
CENT = {BEGIN: [(ANY, 0.01)]}
# exchange -> {first date: [(prices below, tick), ...]}
KOREA_TICKS = {
    BEGIN: [(1_000, 1), (5_000, 5), (10_000, 10), (50_000, 50), (100_000, 100), (500_000, 500), (ANY, 1_000)],
    date(2023, 1, 25): [
        (2_000, 1),
        (5_000, 5),
        (20_000, 10),
        (50_000, 50),
        (200_000, 100),
        (500_000, 500),
        (ANY, 1_000),
    ],
}
TICKS = {
    "XKRX": KOREA_TICKS,
    "XKOS": KOREA_TICKS,
    "XTKS": {
        BEGIN: [(3_000, 1), (5_000, 5), (30_000, 10), (ANY, 50)],
        date(2023, 6, 5): [(1_000, 0.1), (3_000, 0.5), (10_000, 1), (30_000, 5), (ANY, 10)],
    },
    "XHKG": {
        BEGIN: [(10, 0.01), (20, 0.02), (100, 0.05), (ANY, 0.1)],
        date(2025, 8, 4): [(20, 0.01), (50, 0.02), (100, 0.05), (ANY, 0.1)],
    },
    "XSHG": CENT,
    "XSHE": CENT,
    "XNYS": CENT,
    "XNAS": CENT,
    "ARCX": CENT,
}
TOKYO_WIDTHS = [  # (bases below, yen either side)
    (100, 30),
    (200, 50),
    (500, 80),
    (700, 100),
    (1_000, 150),
    (1_500, 300),
    (2_000, 400),
    (3_000, 500),
    (5_000, 700),
    (7_000, 1_000),
    (10_000, 1_500),
    (15_000, 3_000),
    (20_000, 4_000),
    (30_000, 5_000),
    (50_000, 7_000),
]


def rules(exchange: str, day: date) -> Costs:
    """What `exchange` charges on `day`. LookupError: no such exchange, or before 2021-01-01."""
    row: dict[str, Any] = dict(EVERYWHERE)
    for changes in rows_until(CHARGED[exchange], day):
        row |= changes
    return Costs(**row)


def ticks(exchange: str, day: date, price: float) -> float:
    """The tick of `price` on `day`."""
    return band(rows_until(TICKS[exchange], day)[-1], price)


def limits(exchange: str, day: date, base: float) -> tuple[float, float] | None:
    """(lower, upper) limit of a session whose base price is `base`; None where there is no daily limit."""
    if exchange in ("XSHG", "XSHE"):
        return half_up(base * 0.9), half_up(base * 1.1)
    if exchange in ("XKRX", "XKOS"):
        width = round_down(base * 0.3, ticks(exchange, day, base))
    elif exchange == "XTKS":
        width = band(TOKYO_WIDTHS, base)
    else:
        return None
    lower, upper = base - width, base + width
    least = ticks(exchange, day, 0.0)  # a price is at least one tick
    return max(round_up(lower, ticks(exchange, day, lower)), least), round_down(upper, ticks(exchange, day, upper))


def rows_until(table: Mapping[date, Any], day: date) -> list:
    """The rows in force by `day`, oldest first."""
    if day < BEGIN:
        raise LookupError(f"market rules are known from {BEGIN} on, not on {day}")
    return [row for first, row in table.items() if first <= day]


def band(bands: Sequence[tuple[float, float]], price: float) -> float:
    """The figure of the first band whose upper edge is above `price`."""
    for edge, figure in bands:
        if price < edge:
            return figure
    raise LookupError(f"no band for a price of {price}")


def half_up(price: float) -> float:
    """To the nearest 0.01, a half up."""
    return math.floor(price * 100 * EVEN + 0.5) / 100
