"""Finds exchange rates that are written the other way round: dollars for a unit, where units for a dollar are read.

EUR=X is 0.92 where a euro costs 1.09 dollars. A file that holds the 1.09 is believed, and every euro counts for 0.92 of
a dollar. What gives it away is where a currency has stood: the file lies outside of that, and turned over inside.
"""

from __future__ import annotations

import numpy as np

from eventfolio.engine.market.checks.warnings import PriceWarning
from eventfolio.engine.market.prices import PriceTable

# Units for a dollar at their lowest and highest from 2003 to 2026, rounded outward; general knowledge, unverified.
_STOOD: dict[str, tuple[float, float]] = {
    "EUR": (0.62, 1.06), "GBP": (0.47, 0.98), "CHF": (0.70, 1.45), "AUD": (0.90, 1.85), "NZD": (1.12, 2.10),
    "CAD": (0.90, 1.65), "JPY": (75, 170), "KRW": (880, 1650), "CNY": (6.0, 8.4), "HKD": (7.7, 7.9), "TWD": (27, 36),
    "INR": (39, 105), "SGD": (1.18, 1.80), "SEK": (5.8, 11.8), "NOK": (4.8, 12.5), "DKK": (4.6, 7.9), "PLN": (2.0, 5.2),
    "CZK": (14, 32), "HUF": (140, 460), "ILS": (2.8, 5.0), "ZAR": (5.5, 20.5), "BRL": (1.5, 6.6), "MXN": (9.5, 26),
    "THB": (28, 46), "IDR": (8000, 18000), "MYR": (2.9, 4.9), "PHP": (40, 62), "SAR": (3.7, 3.8),
}  # fmt: skip


def turned_over(table: PriceTable) -> list[PriceWarning]:
    """A warning where a currency's rates lie where only dollars for a unit have stood."""
    bounds = _STOOD.get(table.symbol.removesuffix("=X"))
    known = table.frame["close"].dropna().to_numpy(float)
    if bounds is None or not len(known) or not (known > 0).all():
        return []
    low, high = bounds
    middle = float(np.median(known))
    if low <= middle <= high or not low <= 1 / middle <= high:
        return []
    told = f"around {middle:,.6g}, where {low:g} to {high:g} have been units for a dollar"
    return [PriceWarning("rates that look turned over", table.symbol, (told,), "Units for one US dollar are read.")]
