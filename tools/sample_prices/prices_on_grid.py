"""Prices a market can print: its steps by price and date, and how far a session may carry it, by the rulebook."""

from __future__ import annotations

import math
from datetime import date
from functools import lru_cache

import numpy as np

from eventfolio.engine.execution.rules import tick_at
from eventfolio.engine.market.limits import limit_prices
from eventfolio.engine.market.rulebook import MARKETS, Bands


def tick_of(exchange: str, price: float, day: date, steps: str | None = None) -> float:
    """The smallest step of a stock's price on an exchange (MIC), local currency; `steps` as a security has them."""
    return tick_at(price, _bands(exchange, day, steps))


def snap(price: float, tick: float) -> float:
    """The nearest multiple of a tick, clean of binary dust, and never zero."""
    return round(max(round(price / tick), 1) * tick, 4)


def limits(exchange: str, base: float, day: date, steps: str | None = None) -> tuple[float, float]:
    """Lowest and highest price of a session (0 and infinity: no limit).

    base : the last close, on the share of `day`; in Shanghai and Shenzhen less the dividend that goes ex
    """
    limit = MARKETS[exchange].limit
    if limit is None:
        return 0.0, math.inf
    low, high = limit_prices(limit, np.array([base]), _bands(exchange, day, steps))
    return float(low[0]), float(high[0])


@lru_cache(maxsize=65536)
def _bands(exchange: str, day: date, steps: str | None) -> Bands:
    market = MARKETS[exchange]
    (number,) = market.ticks_on(np.array([day], "datetime64[D]"), steps)
    return market.ticks_of(steps)[number].bands
