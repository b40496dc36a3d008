"""Prices a market can print: its tick by price and date, and how far a session may carry it.

Sources: KRX, JPX and HKEX rule pages; Seoul's present table holds from 2023-01-25, Tokyo's finer ticks for
mid-sized names from 2023-06-05, Hong Kong's narrower ones from 2025-08-04.
"""

from __future__ import annotations

import math
from datetime import date

Bands = tuple[tuple[float, float], ...]  # (below this price, this tick)
EVER = date(1900, 1, 1)

KOREA: dict[date, Bands] = {
    EVER: ((1e3, 1), (5e3, 5), (1e4, 10), (5e4, 50), (1e5, 100), (5e5, 500), (math.inf, 1000)),
    date(2023, 1, 25): ((2e3, 1), (5e3, 5), (2e4, 10), (5e4, 50), (2e5, 100), (5e5, 500), (math.inf, 1000)),
}
TOKYO: dict[date, Bands] = {
    EVER: ((3e3, 1), (5e3, 5), (3e4, 10), (math.inf, 50)),
    date(2023, 6, 5): ((1e3, 0.1), (3e3, 0.5), (1e4, 1), (3e4, 5), (math.inf, 10)),
}
HONG_KONG: dict[date, Bands] = {
    EVER: ((10, 0.01), (20, 0.02), (100, 0.05), (math.inf, 0.1)),
    date(2025, 8, 4): ((20, 0.01), (50, 0.02), (100, 0.05), (math.inf, 0.1)),
}
CENT: dict[date, Bands] = {EVER: ((math.inf, 0.01),)}
TICKS = {
    "XKRX": KOREA,
    "XKOS": KOREA,
    "XTKS": TOKYO,
    "XHKG": HONG_KONG,
    "XSHG": CENT,
    "XSHE": CENT,
    "XNYS": CENT,
    "XNAS": CENT,
    "ARCX": CENT,
}

# Tokyo's daily limit in yen by base price (below this price, this many yen).
TOKYO_LIMITS: Bands = (
    (100, 30),
    (200, 50),
    (500, 80),
    (700, 100),
    (1000, 150),
    (1500, 300),
    (2000, 400),
    (3000, 500),
    (5000, 700),
    (7000, 1000),
    (10000, 1500),
    (15000, 3000),
    (20000, 4000),
    (30000, 5000),
    (50000, 7000),
)


def tick_of(exchange: str, price: float, day: date) -> float:
    """The smallest step of a stock's price on an exchange (MIC), local currency."""
    table = TICKS[exchange]
    return _band(table[max(start for start in table if start <= day)], price)


def snap(price: float, tick: float) -> float:
    """The nearest multiple of a tick, clean of binary dust, and never zero."""
    return round(max(round(price / tick), 1) * tick, 4)


def limits(exchange: str, base: float, day: date) -> tuple[float, float]:
    """Lowest and highest price of a session (0 and infinity: no limit).

    base : the last close, on the share of `day`; in Shanghai and Shenzhen less the dividend that goes ex
    """
    if exchange in ("XKRX", "XKOS"):
        return _around(exchange, base, _down(0.3 * base, tick_of(exchange, base, day)), day)
    if exchange in ("XSHG", "XSHE"):
        return _half_up(0.9 * base), _half_up(1.1 * base)
    if exchange == "XTKS":
        return _around(exchange, base, _band(TOKYO_LIMITS, base), day)
    return 0.0, math.inf


def _around(exchange: str, base: float, width: float, day: date) -> tuple[float, float]:
    """Base less and plus a width, each drawn in to a tick of its own."""
    bottom, top = max(base - width, 1.0), base + width
    return -_down(-bottom, tick_of(exchange, bottom, day)), _down(top, tick_of(exchange, top, day))


def _band(bands: Bands, price: float) -> float:
    return next(size for below, size in bands if price < below)


def _down(price: float, tick: float) -> float:
    return round(math.floor(price / tick + 1e-9) * tick, 4)


def _half_up(price: float) -> float:
    return math.floor(price * 100 + 0.5 + 1e-9) / 100
