"""Daily limits worked by hand, as each market rounds them, and listings that have one on some dates only."""

from __future__ import annotations

import math

import numpy as np
import pytest

from eventfolio.engine.market.limits import daily_limits, limit_prices
from eventfolio.engine.market.rulebook import MARKETS, Bands, DailyLimit
from eventfolio.engine.market.rulebook.shape import CENT

SEOUL = MARKETS["XKRX"].ticks[-1].bands
TOKYO = MARKETS["XTKS"].other_ticks["TOPIX Mid400"][-1].bands
NONE = np.zeros(4)


def prices(limit: DailyLimit, base: float, bands: Bands) -> tuple[float, float]:
    low, high = limit_prices(limit, np.array([base]), bands)
    return float(low[0]), float(high[0])


@pytest.mark.parametrize(
    ("base", "low", "high"),
    [
        (10_000, 7_000, 13_000),
        (29_800, 20_900, 38_700),  # 8,940 is cut to 8,900, the step of 29,800 being 50
        (9_990, 7_000, 12_980),  # 2,997 is cut to 2,990
        (1_995, 1_397, 2_590),  # 598.5 to 598; 2,593 is no price in steps of 5
        (2_005, 1_405, 2_605),  # 601.5 to 600, in the steps of the base
    ],
)
def test_seoul_cuts_width_and_price_to_the_step(base, low, high) -> None:
    assert prices(DailyLimit("truncated", 0.30), base, SEOUL) == (low, high)


@pytest.mark.parametrize(
    ("base", "low", "high"),
    [(20.0, 18.0, 22.0), (10.05, 9.05, 11.06), (3.35, 3.02, 3.69), (12.34, 11.11, 13.57), (1.15, 1.04, 1.27)],
)
def test_shanghai_and_shenzhen_round_a_tenth_half_up_to_the_cent(base, low, high) -> None:
    # 10.05: 9.045 and 11.055; 3.35: 3.015 and 3.685; 12.34: 11.106 and 13.574; 1.15: 1.035 and 1.265
    assert prices(DailyLimit("rounded", 0.10), base, CENT) == (low, high)


@pytest.mark.parametrize(
    ("base", "low", "high"),
    [
        (2_500, 2_000, 3_000),
        (2_999.5, 2_499.5, 3_499),
        (3_000, 2_300, 3_700),
        (999, 849, 1_149),
        (1_000, 700, 1_300),
        (23_456 / 7, 2_651, 4_050),
    ],
)
def test_tokyo_takes_a_width_by_base_price(base, low, high) -> None:
    # below 3,000 it is 500, from 3,000 on 700; below 1,000 it is 150, from 1,000 on 300. A base that is no
    # price, after a split: 3,350.857 - 700 = 2,650.857 is raised to a step of 0.5, 4,050.857 cut to one of 1
    limit = MARKETS["XTKS"].limit
    assert limit is not None
    assert prices(limit, base, TOKYO) == (low, high)


def test_a_limit_wider_than_the_price_stops_at_one_tick() -> None:
    # a base of 20 yen with a width of 30: 20 + 30 = 50 above, and nothing below one tick
    bands = ((3e3, 1.0), (math.inf, 5.0))
    assert prices(DailyLimit("yen", widths=((100.0, 30.0), (math.inf, 50.0))), 20.0, bands) == (1.0, 50.0)


def test_each_date_has_the_limit_and_the_steps_in_force_on_it() -> None:
    tenth, fifth = DailyLimit("rounded", 0.1), DailyLimit("rounded", 0.2)
    base = np.array([10.0, 10.0, 10.0, math.nan])
    lower, upper = daily_limits([tenth, fifth], np.array([0, 1, -1, 0]), base, NONE, np.zeros(4, int), [CENT])
    assert (lower.tolist(), upper.tolist()) == ([9, 8, 0, 0], [11, 12, math.inf, math.inf])
    seoul, steps = DailyLimit("truncated", 0.3), [((math.inf, 1.0),), ((math.inf, 5.0),)]
    found = daily_limits([seoul], np.zeros(4, int), np.array([999.0] * 4), NONE, np.array([0, 1, -1, 1]), steps)
    # 299.7: 299 in steps of 1; 295 in steps of 5, 704 up to 705 and 1,294 down to 1,290; without steps as it is
    assert found[0].tolist() == pytest.approx([700, 705, 699.3, 705])
    assert found[1].tolist() == pytest.approx([1_298, 1_290, 1_298.7, 1_290])


def test_only_a_limit_rounded_to_the_cent_starts_from_the_base_less_what_goes_ex() -> None:
    for limit, high in ((DailyLimit("rounded", 0.1), 11.0), (DailyLimit("yen", widths=((math.inf, 1.0),)), 11.5)):
        _, upper = daily_limits([limit], np.zeros(4, int), np.full(4, 10.5), np.full(4, 0.5), np.zeros(4, int), [CENT])
        assert upper.tolist() == pytest.approx([high] * 4)
