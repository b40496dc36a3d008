"""Declared ends of listings held against the last close: pence for pounds, a ratio turned over, another currency."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from eventfolio.engine.market.listing_ends import declared_ends, ends_far_off
from eventfolio.engine.market.prices import PriceTable
from eventfolio.engine.market.sources.checked_folder import check_folder
from eventfolio.events import Securities, Security, packaged_securities


def share(symbol: str, **end: object) -> Security:
    return Security.model_validate(
        {"symbol": symbol, "name": "A", "lot": 1, **({"end": {"on": date(2025, 3, 14), **end}} if end else {})}
    )


def table(symbol: str, **closes: float) -> PriceTable:
    """Closes by day of March 2025."""
    days = pd.DatetimeIndex([f"2025-03-{day[1:]}" for day in closes], name="date")
    return PriceTable(symbol, pd.DataFrame({"close": list(closes.values())}, index=days))


def told(*shares: Security, **tables: PriceTable) -> list[str]:
    by_symbol = {one.symbol: one for one in tables.values()}
    warnings = ends_far_off(declared_ends(shares, date(2025, 12, 31)), shares, by_symbol)
    return [f"{warning.symbol} {warning.found[0]}" for warning in warnings]


@pytest.mark.parametrize(
    ("cash", "is_far"), [(8.5, False), (6.0, False), (5.9, True), (11.0, False), (11.1, True), (850, True)]
)
def test_cash_far_from_the_last_close_is_doubted(cash: float, is_far: bool) -> None:
    # the last close before the 14th is 8.5: 5.95 to 11.05 are within 30 % of it
    found = told(share("XYZ.L", cash=cash), one=table("XYZ.L", d12=8.0, d13=8.5, d14=99.0))
    assert found == ([f"XYZ.L 2025-03-14 {cash:g} for a last close of 8.5"] if is_far else [])


def test_a_worthless_end_and_one_that_vanished_say_so_themselves() -> None:
    assert told(share("XYZ.L", worth=0), one=table("XYZ.L", d13=8.5)) == []


@pytest.mark.parametrize(("ratio", "cash", "is_far"), [(0.62, None, False), (1.61, None, True), (0.31, 6.2, False)])
def test_new_shares_count_at_their_last_close(ratio: float, cash: float | None, is_far: bool) -> None:
    # 20 × 0.62 = 12.4 for a close of 12; 20 × 1.61 = 32.2; 20 × 0.31 + 6.2 = 12.4
    given = {"into": "NEW.L", "ratio": ratio} | ({"cash": cash} if cash else {})
    found = told(share("XYZ.L", **given), share("NEW.L"), one=table("XYZ.L", d13=12.0), new=table("NEW.L", d12=20.0))
    assert bool(found) == is_far


def test_new_shares_in_other_money_count_at_the_last_rates() -> None:
    # 0.5 of 30 euros at 0.9 euros and 0.75 pounds a dollar: 15 / 0.9 × 0.75 = 12.5 pounds
    deal, new = share("XYZ.L", into="NEW.DE", ratio=0.5), share("NEW.DE")
    tables = {"new": table("NEW.DE", d13=30.0), "eur": table("EUR=X", d13=0.9), "gbp": table("GBP=X", d13=0.75)}
    assert told(deal, new, one=table("XYZ.L", d13=12.0), **tables) == []
    assert told(deal, new, one=table("XYZ.L", d13=5.0), **tables) == ["XYZ.L 2025-03-14 12.5 for a last close of 5"]
    del tables["gbp"]
    assert told(deal, new, one=table("XYZ.L", d13=5.0), **tables) == []  # nothing known, nothing said


def test_data_check_tells_of_it(tmp_path: Path) -> None:
    (tmp_path / "XYZ.DE.csv").write_text("date,close\n2025-03-12,8\n2025-03-13,8.5\n")
    known = packaged_securities().with_more(Securities([share("XYZ.DE", cash=850)]))
    found = check_folder(tmp_path, ["XYZ.DE"], known, date(2026, 6, 30))["XYZ.DE"].warnings
    assert any("pays far more or less than the last close: 2025-03-14 850 for a last close of 8.5" in s for s in found)
