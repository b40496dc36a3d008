"""Exchange rates written the other way round are told from rates that are only unusual."""

from __future__ import annotations

import pandas as pd
import pytest

from eventfolio.engine.market.checks.plausibility import plausibility
from eventfolio.engine.market.checks.rates import _STOOD, turned_over
from eventfolio.engine.market.prices import PriceTable, as_table
from eventfolio.events.exchanges import CURRENCIES


def rates(currency: str, *closes: float) -> PriceTable:
    days = pd.bdate_range("2024-03-04", periods=len(closes)).strftime("%Y-%m-%d")
    return PriceTable(f"{currency}=X", as_table(pd.DataFrame({"date": days, "close": closes}), "made up"))


@pytest.mark.parametrize(
    ("currency", "close", "doubted"),
    [
        ("EUR", 0.92, False),
        ("EUR", 1.09, True),  # 0.917 turned over
        ("GBP", 0.79, False),
        ("GBP", 1.27, True),
        ("KRW", 1350.0, False),
        ("KRW", 0.00074, True),
        ("JPY", 0.0067, True),
        ("AUD", 0.65, True),  # 1.54 turned over
        ("AUD", 1.54, False),
        ("CAD", 1.36, False),
        ("GBP", 1.0, False),  # made up, and turned over as odd as before
        ("GBP", 5.0, False),
        ("XAF", 0.0016, False),  # a currency of which nothing is known here
    ],
)
def test_a_rate_is_doubted_where_it_fits_only_turned_over(currency: str, close: float, doubted: bool) -> None:
    found = turned_over(rates(currency, close, close * 1.001, close * 0.999))
    assert [warning.symbol for warning in found] == [f"{currency}=X"] * doubted


def test_it_is_told_among_what_is_implausible() -> None:
    kinds = [warning.kind for warning in plausibility(rates("EUR", 1.09, 1.08, 1.1), None)]
    assert "rates that look turned over" in kinds
    assert "rates that look turned over" not in [w.kind for w in plausibility(rates("EUR", 0.92, 0.93), None)]


def test_every_row_is_of_a_currency_and_no_rate_fits_both_ways_but_near_one() -> None:
    for currency, (low, high) in _STOOD.items():
        assert currency in CURRENCIES
        assert 0 < low < high
        assert currency in ("EUR", "GBP", "CHF", "AUD", "CAD") or low > 1
