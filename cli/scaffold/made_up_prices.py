"""Makes daily prices for a study to start from: a listing and the index it follows, the same bytes each time."""

from __future__ import annotations

import random

import numpy as np

from eventfolio.engine.market.sessions import sessions_of

FIRST, LAST = "2024-01-02", "2025-06-30"


def made_up_prices(exchange: str) -> dict[str, str]:
    """CSV files of an index `EXIDX` and a share `EXMPL` that moves with it, on the sessions of an exchange.

    Returns : text by symbol; columns date, open, high, low, close (two decimals) and volume (shares)
    """
    dates = sessions_of(exchange).dates
    dates = dates[(dates >= np.datetime64(FIRST)) & (dates <= np.datetime64(LAST))]
    draw = random.Random(20250310)
    market = [0.0003 + 0.009 * _normal(draw) for _ in dates]
    share = [1.1 * gain + 0.014 * _normal(draw) for gain in market]
    return {"EXIDX": _table(dates, market, 4000.0, draw), "EXMPL": _table(dates, share, 40.0, draw)}


def _table(dates: np.ndarray, gains: list[float], level: float, draw: random.Random) -> str:
    lines = ["date,open,high,low,close,volume"]
    close = level
    for day, gain in zip(dates, gains, strict=True):
        opened, close = close * (1 + gain * draw.random()), close * (1 + gain)
        high = max(opened, close) * (1 + 0.006 * draw.random())
        low = min(opened, close) * (1 - 0.006 * draw.random())
        volume = 100 * draw.randrange(5_000, 30_000)
        lines.append(f"{day},{opened:.2f},{high:.2f},{low:.2f},{close:.2f},{volume}")
    return "\n".join(lines) + "\n"


def _normal(draw: random.Random) -> float:
    """Nearly a standard normal number, by sums alone, so that every machine draws the same."""
    return sum(draw.random() for _ in range(12)) - 6.0
