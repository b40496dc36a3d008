"""The market rules of the slow reference: what a fill is charged, ticks, limits, locks, and their dated tables.

Plain functions of floats, called by reference.py, and the rules of Korea, Tokyo, Hong Kong, Shanghai,
Shenzhen and New York typed a second time, apart from the engine. A table is {first date: what changes
then}. Rates are basis points of a fill's value; money is local.

Sources are the exchanges' and authorities' own pages and the press of the day, as the engine's rulebook names
them row by row. Unverified: every commission, the withholding rates but Tokyo's and Hong Kong's for funds, New
York's fee of 22.90 (its first day) and that of 20.60 dollars.
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
    """The charges on a fill of an order of `value` local; side buy | sell. Each fill stands alone."""
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


def is_locked(bar: tuple, limit: float, side: str) -> bool:
    """One price, at or beyond `limit` in the direction of a `side` order (buy: above, sell: below).

    A bar whose open, high or low is unknown (a close-only one too) is not judged.
    """
    if any(price is None for price in bar[:3]):
        return False
    prices = [price for price in bar[:4] if price is not None]
    if max(prices) - min(prices) > AT_THE_LIMIT * max(prices):
        return False
    slack = AT_THE_LIMIT * limit
    return min(prices) >= limit - slack if side == "buy" else max(prices) <= limit + slack


# ---------------------------------------------------------------------------------------- dated tables

BEGIN = date(2021, 1, 1)  # the first date whose rules are known
EVERYWHERE = {"slippage_bps": 5, "volume_share": 0.10, "fractions_in_cash": True}


def both_sides(*parts: float) -> dict[str, float]:
    """A fee in basis points, the sum of its parts, on purchases and on sales."""
    return {"buy_fee_bps": sum(parts), "sell_fee_bps": sum(parts)}


KOREA = {
    BEGIN: {"commission_bps": 5, "sell_tax_bps": 8 + 15},  # transaction tax and rural levy, by the date of settlement
    date(2023, 1, 1): {"sell_tax_bps": 5 + 15},
    date(2024, 1, 1): {"sell_tax_bps": 3 + 15},
    date(2025, 1, 1): {"sell_tax_bps": 0 + 15},
    date(2026, 1, 1): {"sell_tax_bps": 5 + 15},
}
TOKYO = {BEGIN: {"commission_bps": 5}}
HONG_KONG = {
    BEGIN: {
        "commission_bps": 8,
        **both_sides(0.27, 0.50),  # levy of the Commission, trading fee; not the 50 cents a trade of those years
        "clearing_bps": 0.2,
        "clearing_min": 2,
        "clearing_max": 100,
        "buy_tax_bps": 10,
        "sell_tax_bps": 10,
        "tax_rounds_up_to": 1,
    },
    date(2021, 8, 1): {"buy_tax_bps": 13, "sell_tax_bps": 13},
    date(2022, 1, 1): both_sides(0.27, 0.015, 0.50),  # and a levy for the Financial Reporting Council
    date(2023, 1, 1): both_sides(0.27, 0.015, 0.565),
    date(2023, 11, 17): {"buy_tax_bps": 10, "sell_tax_bps": 10},
    date(2025, 6, 30): {"clearing_bps": 0.42, "clearing_min": 0, "clearing_max": None},
}
CHINA = {
    BEGIN: {
        "commission_bps": 5,
        "commission_min": 5,
        **both_sides(0.487, 0.2, 0.2, 0.2),  # handling, regulator, transfer in China and in Hong Kong
        "sell_tax_bps": 10,
        "t_plus_1": True,
    },
    date(2022, 4, 29): both_sides(0.487, 0.2, 0.1, 0.2),
    date(2023, 8, 28): {**both_sides(0.341, 0.2, 0.1, 0.2), "sell_tax_bps": 5},
}
NEW_YORK = {  # Section 31: USD per million sold / 100
    BEGIN: {"sell_fee_bps": 22.10 / 100},
    date(2021, 2, 25): {"sell_fee_bps": 5.10 / 100},
    date(2022, 5, 14): {"sell_fee_bps": 22.90 / 100},
    date(2023, 2, 27): {"sell_fee_bps": 8.00 / 100},
    date(2024, 5, 22): {"sell_fee_bps": 27.80 / 100},
    date(2025, 5, 14): {"sell_fee_bps": 0.0},
    date(2026, 4, 4): {"sell_fee_bps": 20.60 / 100},
}
UNTAXED = ("XKRX", "XKOS", "XHKG", "XSHG", "XSHE")  # there a fund's sale (in Hong Kong its purchase too) is not taxed
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
CENT_FROM_A_DOLLAR = {BEGIN: [(1, 0.0001), (ANY, 0.01)]}
# exchange, or a name within it -> {first date: [(prices below, tick), ...]}
KOREA_2023 = [(2_000, 1), (5_000, 5), (20_000, 10), (50_000, 50), (200_000, 100), (500_000, 500), (ANY, 1_000)]
KOREA_BELOW_50_000 = [(1_000, 1), (5_000, 5), (10_000, 10), (50_000, 50)]
HONG_KONG_CENTS, HONG_KONG_DOLLARS = (
    [(0.25, 0.001), (0.50, 0.005)],
    [(100, 0.05), (200, 0.10), (500, 0.20), (1_000, 0.50), (2_000, 1), (5_000, 2), (ANY, 5)],
)
TOKYO_COARSE = [
    (3_000, 1),
    (5_000, 5),
    (30_000, 10),
    (50_000, 50),
    (300_000, 100),
    (500_000, 500),
    (3_000_000, 1_000),
    (5_000_000, 5_000),
    (30_000_000, 10_000),
    (50_000_000, 50_000),
    (ANY, 100_000),
]
TOKYO_FINE = [
    (1_000, 0.1),
    (3_000, 0.5),
    (10_000, 1),
    (30_000, 5),
    (100_000, 10),
    (300_000, 50),
    (1_000_000, 100),
    (3_000_000, 500),
    (10_000_000, 1_000),
    (30_000_000, 5_000),
    (ANY, 10_000),
]
TICKS = {
    "XKRX": {BEGIN: [*KOREA_BELOW_50_000, (100_000, 100), (500_000, 500), (ANY, 1_000)], date(2023, 1, 25): KOREA_2023},
    "XKOS": {BEGIN: [*KOREA_BELOW_50_000, (ANY, 100)], date(2023, 1, 25): KOREA_2023},
    "XTKS": {BEGIN: TOKYO_COARSE},
    "TOPIX Mid400": {BEGIN: TOKYO_COARSE, date(2023, 6, 5): TOKYO_FINE},
    "TOPIX 100": {BEGIN: TOKYO_FINE},
    "XHKG": {
        BEGIN: [*HONG_KONG_CENTS, (10, 0.01), (20, 0.02), *HONG_KONG_DOLLARS],
        date(2025, 8, 4): [*HONG_KONG_CENTS, (20, 0.01), (50, 0.02), *HONG_KONG_DOLLARS],
    },
    "XSHG": CENT,
    "XSHE": CENT,
    "XNYS": CENT_FROM_A_DOLLAR,
    "XNAS": CENT_FROM_A_DOLLAR,
    "ARCX": CENT_FROM_A_DOLLAR,
}
# China: (exchange, first digits) -> board; since when it moves by 20 %, and a listing's first sessions are free.
BOARDS = [
    *((("XSHG", digits), "STAR") for digits in ("688", "689")),
    *((("XSHE", digits), "ChiNext") for digits in ("300", "301", "302")),
]
SHARE_20_SINCE = {"STAR": date(2019, 7, 22), "ChiNext": date(2020, 8, 24)}
FREE_SINCE = {**SHARE_20_SINCE, "main": date(2023, 4, 10)}
FREE_SESSIONS = 5
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
    (70_000, 10_000),
    (100_000, 15_000),
    (150_000, 30_000),
    (200_000, 40_000),
    (300_000, 50_000),
    (500_000, 70_000),
    (700_000, 100_000),
    (1_000_000, 150_000),
]


def rules(exchange: str, day: date, stock: bool = True) -> Costs:
    """What `exchange` charges on `day` on shares (or funds). LookupError: no such exchange, or before 2021-01-01."""
    row: dict[str, Any] = dict(EVERYWHERE)
    for changes in rows_until(CHARGED[exchange], day):
        row |= changes
    if not stock and exchange in UNTAXED:
        row |= {"buy_tax_bps": 0, "sell_tax_bps": 0}
    return Costs(**row)


def withholding(exchange: str, stock: bool = True) -> float:
    """What is kept of a gross dividend; Hong Kong itself keeps nothing, only the home of a Chinese company does."""
    return 0.0 if exchange == "XHKG" and not stock else WITHHOLDING[exchange]


CLOSING_ORDERS = {  # exchange: (from, minutes before the close until which orders for its auction are taken)
    "XNYS": ((date(1, 1, 1), 15), (date(2019, 2, 1), 10)),
    "XNAS": ((date(1, 1, 1), 10), (date(2018, 11, 1), 5)),
    "ARCX": ((date(1, 1, 1), 1),),
    "XTSE": ((date(1, 1, 1), 10),),
}


def deadlines(exchange: str, day: date) -> int:
    """Minutes before the regular close by which an order for it must be sent; 0 where the auction comes later."""
    return max((row for row in CLOSING_ORDERS.get(exchange, ()) if row[0] <= day), default=(day, 0))[1]


def ticks(exchange: str, day: date, price: float, steps: str | None = None) -> float:
    """The tick of `price` on `day`; `steps` names a table other than the exchange's usual one."""
    return band(rows_until(TICKS[steps or exchange], day)[-1], price)


def limits(
    exchange: str,
    day: date,
    base: float,
    steps: str | None = None,
    symbol: str = "",
    age: tuple[date, int] | None = None,
) -> tuple[float, float] | None:
    """(lower, upper) limit of a session whose base price is `base`; None where there is no daily limit.

    age: of a listing known to be new, the first date and the sessions since then
    """
    if exchange in ("XSHG", "XSHE"):
        name = next((board for start, board in BOARDS if (exchange, symbol[:3]) == start), "main")
        if age is not None and age[1] < FREE_SESSIONS and age[0] >= FREE_SINCE[name]:
            return None
        share = 0.1 if name == "main" or day < SHARE_20_SINCE[name] else 0.2
        return half_up(base * (1 - share)), half_up(base * (1 + share))
    if exchange in ("XKRX", "XKOS"):
        width = round_down(base * 0.3, ticks(exchange, day, base, steps))
    elif exchange == "XTKS":
        width = band(TOKYO_WIDTHS, base)
    else:
        return None
    lower, upper = base - width, base + width
    least = ticks(exchange, day, 0.0, steps)  # a price is at least one tick
    lowest = round_up(lower, ticks(exchange, day, lower, steps))
    return max(lowest, least), round_down(upper, ticks(exchange, day, upper, steps))


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
