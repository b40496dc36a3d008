"""The rules of a fill as tables of cases worked by hand: lots, slippage, caps, charges, ticks, levels."""

from __future__ import annotations

import math

import pytest

from eventfolio.engine.execution import rules
from eventfolio.engine.market.rulebook import MARKETS

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
    ("price", "slippage", "bands", "high", "expected"),
    [
        (100, 0.01, (), 105, 101),
        (100, 0.01, (), 100.5, 100.5),  # never beyond the bar
        (100, 0.01, (), 100, 100),  # an open at the high
        (100, 0.01, (), NAN, 101),  # high unknown: unclipped
        (100, 0.0, (), 105, 100),
        (100.003, 0.0005, CENTS, 100.5, 100.06),  # 100.053 goes up a step
        (100.003, 0.0005, CENTS, 100.055, 100.055),  # and back into the bar, which is asked last
        (20_750, 0.0005, SEOUL, NAN, 20_800),
        (0.0044, 0.0005, CENTS, 0.0045, 0.0045),
    ],
)
def test_a_purchase_slips_then_goes_up_a_step_and_never_above_the_high(price, slippage, bands, high, expected) -> None:
    assert rules.purchase_price(price, slippage, bands, 0.001, high) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("price", "slippage", "bands", "low", "expected"),
    [
        (100, 0.01, (), 95, 99),
        (100, 0.01, (), 99.5, 99.5),
        (100, 0.01, (), 100, 100),
        (100, 0.01, (), NAN, 99),
        (100, 0.0, (), 95, 100),
        (99.997, 0.0005, CENTS, 99.9, 99.94),  # 99.947 goes down a step
        (99.997, 0.0005, CENTS, 99.945, 99.945),
        (0.0044, 0.0, CENTS, 0.001, 0.0044),  # the step would take it to 0: it keeps its price
        (0.0044, 0.05, CENTS, NAN, 0.00418),
        (0.0044, 0.05, CENTS, 0.0043, 0.0043),
        (0.0144, 0.0, CENTS, 0.001, 0.01),
    ],
)
def test_a_sale_slips_then_goes_down_a_step_and_never_below_the_low(price, slippage, bands, low, expected) -> None:
    assert rules.sale_price(price, slippage, bands, low, 200.0) == pytest.approx(expected, rel=1e-15)


def test_a_price_outside_its_bar_is_drawn_in_from_either_side() -> None:
    assert rules.purchase_price(99.0, 0.0, (), 100.0, 101.0) == 100
    assert rules.sale_price(102.0, 0.0, (), 100.0, 101.0) == 101
    assert rules.clipped(5.0, NAN, NAN) == 5


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


FREE = dict(
    commission=0.0, least=0.0, fee=0.0, clearing=0.0, clearing_min=0.0, clearing_max=INF, tax=0.0, tax_step=0.0,
    currency=0.0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("shares", "price", "cash", "lot", "figures", "expected"),
    [
        (100, 10, 1_000, 1, FREE, 100),
        (101, 10, 1_000, 1, FREE, 100),
        (1_000, 10, 1_000, 30, FREE, 90),
        (100, 10, 1_000, 1, FREE | {"least": 50.0}, 95),
        (100, 10, 9, 1, FREE, 0),
        (100, 10, -5, 1, FREE, 0),
        (101.5, 10, 1_015, 1, FREE, 101.5),  # all that is asked for, odd as it is
        # more lots than a float counts one by one: one part in a thousand goes in commission
        (1e17, 0.01, 1e15, 1, FREE | {"commission": 1e-3}, 1e17 / 1.001),
        (1e22, 0.0001, 1e15, 100, FREE | {"commission": 1e-3}, 1e19 / 1.001),
        (1e300, 1e-9, 1e15, 1, FREE | {"commission": 1e-3}, 1e24 / 1.001),
        (2.0**53 + 2, 1.0, 2.0**53, 1, FREE | {"least": 1e6}, 2.0**53 - 1e6),
    ],
)
def test_cash_affords_the_most_whole_lots_with_their_charges(shares, price, cash, lot, figures, expected) -> None:
    found = rules.affordable(shares, price, 1.0, cash, lot, **figures)
    assert found == pytest.approx(expected, rel=1.1e-12)  # the account's last cent may be missing: 1e-12 of its cash


@pytest.mark.parametrize(("shares", "lot"), [(1e17, 1.0), (1.5e19, 100.0), (1e30, 1.0), (2.0**53, 1.0)])
def test_a_number_too_large_for_a_fraction_is_whole_already(shares: float, lot: float) -> None:
    assert rules.whole_lots(shares, lot) == pytest.approx(shares, rel=1e-15)
    assert rules.volume_cap(shares, 1.0) == shares


# --- price steps ---------------------------------------------------------------------------------------


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
