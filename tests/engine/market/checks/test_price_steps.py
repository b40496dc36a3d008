"""Prices held against the steps of a share's liquidity band: the band they fit, and a declared one that they do not."""

from __future__ import annotations

import pandas as pd
import pytest

from eventfolio.engine.market.checks.plausibility import plausibility
from eventfolio.engine.market.checks.price_steps import band_assumed, band_warnings, fitting_band
from eventfolio.engine.market.prices import PriceTable
from eventfolio.events import Security


def share(symbol: str = "XYZ.DE", **more) -> Security:
    return Security.model_validate({"symbol": symbol, "name": "A", "lot": 1, **more})


def table(
    step: float, rows: int = 80, level: float = 30.0, adjusted: str = "none", first: str = "2024-06-03"
) -> PriceTable:
    """Bars around a level on multiples of a step: by turns 1, 2, 3, 5 and 7 steps above it."""
    days = pd.bdate_range(first, periods=rows, name="date")
    closes = [round(level + step * (1, 2, 3, 5, 7)[row % 5], 6) for row in range(rows)]
    columns = dict.fromkeys(("open", "high", "low", "close"), closes)
    frame = pd.DataFrame({**columns, "volume": 1e6, "splits": 0.0, "dividends": 0.0}, index=days)
    return PriceTable("XYZ.DE", frame, adjusted, "start", "made up")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("step", "band"),
    # from 20 to 50: LB6 0.005, LB5 0.01, LB4 0.02, LB3 0.05, LB2 0.1, LB1 0.2
    [(0.005, "LB6"), (0.01, "LB5"), (0.02, "LB4"), (0.05, "LB3"), (0.1, "LB2"), (0.2, "LB1"), (0.001, None)],
)
def test_the_band_that_prices_fit_is_the_coarsest_that_holds_them(step, band) -> None:
    assert fitting_band(table(step), share()) == band


def test_prices_in_pounds_of_pence_are_held_against_steps_of_pence() -> None:
    # 30 pounds are 3,000 p, in LB4 in steps of 2 p: 0.02 pounds; in LB5 of 1 p
    assert fitting_band(table(0.02), share("XYZ.L")) == "LB4"
    assert fitting_band(table(0.01), share("XYZ.L")) == "LB5"


def test_few_bars_fit_nothing() -> None:
    assert fitting_band(table(0.05, rows=19), share()) is None
    assert fitting_band(table(0.05, rows=20), share()) == "LB3"


def test_an_assumed_band_is_told_with_the_one_that_the_prices_fit() -> None:
    (told,) = band_assumed(table(0.05), share())
    assert (told.kind, told.found) == (
        "the price steps of the most liquid band (LB6) are assumed",
        ('its newest prices fit liquidity = "LB3"',),
    )
    assert band_assumed(table(0.05), share(liquidity="LB3")) == []
    assert band_assumed(table(0.05, adjusted="split"), share()) == []
    assert band_assumed(table(0.05), share(kind="fund")) == []
    assert band_assumed(table(0.05), share("XYZ", exchange="XNYS")) == []


def test_a_declared_band_between_whose_steps_the_prices_lie_is_doubted() -> None:
    (told,) = band_warnings(table(0.01), share(liquidity="LB3"))
    assert told.found == ("64 of 80 bars, while the newest fit LB5",)  # the fifth of 5 steps of 0.01 is one of 0.05
    assert band_warnings(table(0.05), share(liquidity="LB3")) == []
    assert band_warnings(table(0.05), share(liquidity="LB6")) == []  # finer steps hold them too
    assert told in plausibility(table(0.01), share(liquidity="LB3"))


def test_each_bar_is_held_against_the_band_of_its_date() -> None:
    fine, coarse = table(0.01), table(0.05)
    changed = pd.concat([coarse.frame.iloc[:40], fine.frame.iloc[40:]])
    later = PriceTable("XYZ.DE", changed, "none", "start", "made up")
    day = str(changed.index[40].date())
    assert band_warnings(later, share(liquidity={"2024-01-02": "LB3", day: "LB5"})) == []
    assert len(band_warnings(later, share(liquidity={"2024-01-02": "LB5", day: "LB3"}))) == 1


def test_prices_on_the_steps_of_a_less_liquid_band_are_not_taken_for_adjusted() -> None:
    # 15 euros in steps of 0.005 (LB5) lie between those of 0.002 (LB6)
    kinds = [warning.kind for warning in plausibility(table(0.005, level=15.0), share())]
    assert not any("adjusted" in kind for kind in kinds)
