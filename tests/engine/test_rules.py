"""The rules of a fill as tables of cases worked by hand: lots, slippage, caps, charges, ticks, limits, levels."""

from __future__ import annotations

import math

import pytest

from engine.execution import rules
from engine.market.rulebook import MARKETS

NAN, INF = math.nan, math.inf
SEOUL = MARKETS["XKRX"].ticks[-1].bands
TOKYO = MARKETS["XTKS"].other_ticks["TOPIX Mid400"][-1].bands
CENTS = ((INF, 0.01),)


@pytest.mark.parametrize(
    ("shares", "lot", "expected"),
    [
        (0.0, 100, 0), (99.999, 100, 0), (100, 100, 100), (199, 100, 100), (5, 1, 5), (5.7, 1, 5),
        (-3, 1, 0), (-250, 100, 0),
        (4.35 * 100, 1, 435),  # 434.99999999999994 in binary, whole on paper
        (99.99, 100, 0),
    ],
)  # fmt: skip
def test_shares_are_floored_to_whole_lots(shares: float, lot: float, expected: float) -> None:
    assert rules.whole_lots(shares, lot) == expected


@pytest.mark.parametrize(
    ("price", "slippage", "high", "expected"),
    [
        (100, 0.01, 105, 101),
        (100, 0.01, 100.5, 100.5),  # never beyond the bar
        (100, 0.01, 100, 100),  # an open at the high
        (100, 0.01, NAN, 101),  # high unknown: unclipped
        (100, 0.0, 105, 100),
    ],
)
def test_a_purchase_slips_upwards_and_never_above_the_high(price, slippage, high, expected) -> None:
    assert rules.buy_price(price, slippage, high) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("price", "slippage", "low", "expected"),
    [(100, 0.01, 95, 99), (100, 0.01, 99.5, 99.5), (100, 0.01, 100, 100), (100, 0.01, NAN, 99), (100, 0.0, 95, 100)],
)
def test_a_sale_slips_downwards_and_never_below_the_low(price, slippage, low, expected) -> None:
    assert rules.sell_price(price, slippage, low) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("volume", "share", "expected"),
    [
        (1000, 0.1, 100), (1009, 0.1, 100), (9, 0.1, 0), (0, 0.1, 0),
        (100, 0.29, 29),  # 28.999999999999996 in binary
        (NAN, 0.1, INF),  # unknown is not zero
        (1000, INF, INF),  # no cap
        (1000, 1.0, 1000),
    ],
)  # fmt: skip
def test_a_run_takes_a_share_of_the_volume_in_whole_shares(volume, share, expected) -> None:
    assert rules.volume_cap(volume, share) == expected


@pytest.mark.parametrize(
    ("wanted", "cap", "lot", "expected"),
    [(500, 1000, 100, 500), (500, 250, 100, 200), (500, 99, 100, 0), (550, INF, 100, 500), (7, 7, 1, 7)],
)
def test_a_purchase_takes_whole_lots_within_the_cap(wanted, cap, lot, expected) -> None:
    assert rules.purchase_size(wanted, cap, lot) == expected


@pytest.mark.parametrize(
    ("wanted", "cap", "lot", "expected"),
    [
        (557, 1000, 100, 557),  # the odd rest goes where the cap allows all
        (557, 557, 100, 557),
        (557, 556, 100, 500),  # else whole lots
        (557, 99, 100, 0),
        (130.5, INF, 100, 130.5),  # a fraction from reinvested dividends goes with its lot
        (130.5, 130, 1, 130),
    ],
)
def test_a_sale_takes_all_it_holds_or_whole_lots(wanted, cap, lot, expected) -> None:
    assert rules.sale_size(wanted, cap, lot) == expected


@pytest.mark.parametrize(
    ("wanted", "cash", "expected"),
    [(1000, 1500, 1), (1000, 1000, 1), (1000, 250, 0.25), (1000, 0, 0), (1000, -5, 0), (0, 0, 1)],
)
def test_purchases_shrink_in_proportion_to_the_cash(wanted, cash, expected) -> None:
    assert rules.shrink(wanted, cash) == expected


# --- charges ------------------------------------------------------------------------------------------------------

HONG_KONG = dict(
    commission=8e-4, least=0.0, fee=0.85e-4, clearing=0.2e-4, clearing_min=2.0, clearing_max=100.0, tax=13 * 1e-4,
    tax_step=1.0,
)  # fmt: skip
SHANGHAI = dict(
    commission=5e-4, least=5.0, fee=0.841e-4, clearing=0.0, clearing_min=0.0, clearing_max=INF, tax=5e-4, tax_step=0.0
)


@pytest.mark.parametrize(
    ("value", "figures", "expected"),
    [
        # 80; 8.5 + 2; 130 exactly
        (100_000, HONG_KONG, (80, 10.5, 130)),
        # 80.40; 8.5425 + 2.01; 130.65 rounded up to the dollar
        (100_500, HONG_KONG, (80.4, 10.5525, 131)),
        # 13.000000000000002 in binary is 13 dollars and not 14
        (10_000, HONG_KONG, (8, 2.85, 13)),
        # clearing at least 2: 0.8; 0.085 + 2; 1.30 up to 2
        (1_000, HONG_KONG, (0.8, 2.085, 2)),
        # clearing at most 100: 200 would be due
        (10_000_000, HONG_KONG, (8_000, 950, 13_000)),
        # the least commission, 5, is passed at 10,000
        (4_000, SHANGHAI, (5, 0.3364, 2)),
        (10_000, SHANGHAI, (5, 0.841, 5)),
        (40_000, SHANGHAI, (20, 3.364, 20)),
    ],
)
def test_a_fill_is_charged_commission_fees_and_tax(value, figures, expected) -> None:
    assert rules.charges(value, **figures) == pytest.approx(expected, rel=1e-12)


# --- price steps and limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price", "bands", "down", "up"),
    [
        (1_999, SEOUL, 1_999, 1_999),
        (1_999.4, SEOUL, 1_999, 2_000),
        (2_003, SEOUL, 2_000, 2_005),  # from 2,000 on in steps of 5
        (2_005, SEOUL, 2_005, 2_005),
        (19_999, SEOUL, 19_990, 20_000),
        (20_020, SEOUL, 20_000, 20_050),
        (199_999, SEOUL, 199_900, 200_000),
        (650_700, SEOUL, 650_000, 651_000),
        (999.94, TOKYO, 999.9, 1_000),
        (2_999.7, TOKYO, 2_999.5, 3_000),
        (17.136, CENTS, 17.13, 17.14),
        (0.29, CENTS, 0.29, 0.29),  # 0.29 / 0.01 is a little below 29 in binary
        (0.14, CENTS, 0.14, 0.14),  # and 0.14 / 0.01 a little above 14
        (17.136, (), 17.136, 17.136),
    ],
)
def test_a_price_is_drawn_to_the_step_of_its_band(price, bands, down, up) -> None:
    assert (rules.tick_down(price, bands), rules.tick_up(price, bands)) == (down, up)


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
    assert rules.limit_truncated(base, 0.30, SEOUL) == (low, high)


@pytest.mark.parametrize(
    ("base", "low", "high"),
    [(20.0, 18.0, 22.0), (10.05, 9.05, 11.06), (3.35, 3.02, 3.69), (12.34, 11.11, 13.57), (1.15, 1.04, 1.27)],
)
def test_shanghai_and_shenzhen_round_a_tenth_half_up_to_the_cent(base, low, high) -> None:
    # 10.05: 9.045 and 11.055; 3.35: 3.015 and 3.685; 12.34: 11.106 and 13.574; 1.15: 1.035 and 1.265
    assert rules.limit_rounded(base, 0.10) == (low, high)


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
    assert rules.limit_by_width(base, limit.widths, TOKYO) == (low, high)


# --- levels -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "stop", "trail", "high", "expected"),
    [
        (100, 0.08, NAN, 130, 92),  # a stop does not follow
        (100, NAN, 0.10, 130, 117),  # a trail hangs from the highest close
        (100, NAN, 0.10, 95, 90),  # or from the fill where that is higher
        (100, NAN, 0.10, NAN, 90),  # no close yet
        (100, 0.08, 0.10, 100, 92),  # the higher of the two
        (100, 0.08, 0.10, 105, 94.5),
        (100, 0.08, 0.08, 100, 92),
    ],
)
def test_the_level_below_is_the_higher_of_stop_and_trail(entry, stop, trail, high, expected) -> None:
    assert rules.stop_level(entry, stop, trail, high) == pytest.approx(expected, rel=1e-14)


def test_without_stop_and_trail_there_is_no_level() -> None:
    assert math.isnan(rules.stop_level(100, NAN, NAN, 120))
    assert not rules.falls_to(0.01, NAN)
    assert not rules.rises_to(1e9, NAN)


@pytest.mark.parametrize(
    ("price", "level", "falls", "rises"),
    [
        (92, 92, True, True),  # touched exactly is touched
        (91.99, 92, True, False),
        (92.01, 92, False, True),
        (110, 100 * 1.1, True, True),  # 110.00000000000001 in binary
        (100 * 1.1, 110, True, True),
        (NAN, 92, False, False),
    ],
)
def test_a_level_touched_exactly_counts_as_touched(price, level, falls, rises) -> None:
    assert (rules.falls_to(price, level), rules.rises_to(price, level)) == (falls, rises)


@pytest.mark.parametrize(
    ("price", "stop", "take", "expected"),
    [
        (100, 92, 115, rules.NOTHING),
        (92, 92, 115, rules.STOP),
        (80, 92, 115, rules.STOP),
        (115, 92, 115, rules.TAKE),
        (130, 92, 115, rules.TAKE),
        (80, NAN, 115, rules.NOTHING),
        (130, 92, NAN, rules.NOTHING),
        (100, 105, 95, rules.STOP),  # both passed: the stop goes first
    ],
)
def test_at_the_open_the_stop_is_asked_before_the_take(price, stop, take, expected) -> None:
    assert rules.level_at_open(price, stop, take) == expected


@pytest.mark.parametrize(
    ("bar", "expected"),
    [
        ((105, 95, 100), (rules.NOTHING, None)),
        ((105, 92, 100), (rules.STOP, 92)),
        ((105, 80, 100), (rules.STOP, 92)),  # at the stop, not at the low
        ((115, 95, 100), (rules.TAKE, 115)),
        ((140, 95, 100), (rules.TAKE, 115)),
        ((140, 80, 100), (rules.STOP, 92)),  # a bar that touches both is taken for the worse
        ((105, NAN, 91), (rules.STOP, 91)),  # low unknown: the close is judged, and is the price
        ((105, NAN, 93), (rules.NOTHING, None)),
        ((NAN, 95, 116), (rules.TAKE, 116)),
        ((NAN, 95, 114), (rules.NOTHING, None)),
        ((NAN, NAN, NAN), (rules.NOTHING, None)),
    ],
)
def test_within_the_bar_the_low_is_judged_first_then_the_high(bar, expected) -> None:
    high, low, close = bar
    which, price = rules.level_within(high, low, close, stop=92.0, take=115.0)
    assert (which, None if math.isnan(price) else price) == expected


def test_a_limit_wider_than_the_price_stops_at_one_tick() -> None:
    # a base of 20 yen with a width of 30: 20 + 30 = 50 above, and nothing below one tick
    bands = ((3e3, 1.0), (math.inf, 5.0))
    assert rules.limit_by_width(20.0, ((100.0, 30.0), (math.inf, 50.0)), bands) == (1.0, 50.0)
