"""What is doubted about prices, and what a real market does that must not be: by hand, on New York's and Seoul's dates.

Prices move a little from day to day so that no row repeats another unless a test says so.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from eventfolio.engine.market.checks.plausibility import coverage, gaps, plausibility
from eventfolio.engine.market.checks.warnings import PriceWarning
from eventfolio.engine.market.prices import PriceTable, as_table
from eventfolio.engine.market.sessions import sessions_of
from eventfolio.engine.market.sources.sample import read_sample
from eventfolio.events import Security, packaged_securities

CURRENCIES = {"XNYS": "USD", "XKRX": "KRW", "XTKS": "JPY", "XSHE": "CNY", "XSHG": "CNY", "XHKG": "HKD"}


def security(exchange: str = "XNYS", kind: Any = "share", symbol: str = "AAA") -> Security:
    currency: Any = CURRENCIES[exchange]
    return Security(symbol=symbol, name=symbol, exchange=exchange, currency=currency, lot=1, kind=kind)  # type: ignore[arg-type]


def days_of(exchange: str, count: int) -> list[str]:
    """The first sessions from 2024-03-04 (Monday) on; number 3 is Thursday 2024-03-07 in New York and Seoul."""
    dates = sessions_of(exchange).dates
    return [str(day) for day in dates[dates >= np.datetime64("2024-03-04")][:count]]


def table(closes: list[float], exchange: str = "XNYS", adjusted: Any = "none", symbol: str = "AAA", **more: Any):
    """Bars about the closes, a step or two wide; `more`: {row: value} of splits, dividends, or a column's cells."""
    close = np.array(closes, float)
    width = {"KRW": 1000.0, "JPY": 10.0}.get(CURRENCIES[exchange], 0.05)
    frame = pd.DataFrame(
        {"date": days_of(exchange, len(closes)), "open": close, "high": close + width, "low": close - width}
    ).assign(close=close, volume=1000.0 + np.arange(len(close)), dividends=0.0, splits=0.0)
    for name, cells in more.items():
        for row, value in cells.items():
            frame.loc[row, name] = value
    return PriceTable(symbol, as_table(frame, symbol), adjusted)


def doubted(table: PriceTable, of: Security | None = None) -> dict[str, list[str]]:
    return {warning.kind: list(warning.found) for warning in plausibility(table, of or security())}


JUMP, SLIP = "a jump without a split", "off its level and back"


def test_calm_prices_are_not_doubted() -> None:
    assert doubted(table([97, 97.5, 96, 95.8, 96.2])) == {}


# --- splits -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "like"),
    [
        (97, 13.86, "7 for 1"),
        (97, 49.1, "2 for 1"),
        (60, 40.4, "3 for 2"),
        (5, 51, "1 for 10"),
        (30, 58, "1 for 2"),
    ],
)
def test_an_unlisted_split_is_named_with_date_both_prices_and_what_it_looks_like(
    before: float, now: float, like: str
) -> None:
    found = doubted(table([before, before + 0.1, before - 0.1, now, now + 0.05, now - 0.05]))
    assert found == {JUMP: [f"2024-03-07 from {before - 0.1:g} to {now:g}, like a split of {like}"]}


def test_a_jump_like_no_split_is_told_without_one() -> None:
    assert doubted(table([10, 10.1, 10.2, 17.5, 17.4])) == {JUMP: ["2024-03-07 from 10.2 to 17.5"]}


@pytest.mark.parametrize("now", [71, 72.7, 80, 109, 130, 140])
def test_falls_and_rises_of_thirty_per_cent_happen(now: float) -> None:
    assert doubted(table([100, 101, 100, now, now * 1.01, now])) == {}


@pytest.mark.parametrize(("ratio", "now"), [(7, 13.86), (1.5, 64.7), (0.1, 985), (1.5, 60)])
def test_a_listed_split_explains_its_jump(ratio: float, now: float) -> None:
    assert doubted(table([97, 96, 97, now, now * 1.01], splits={3: ratio})) == {}


def test_a_split_listed_on_a_row_without_a_close_explains_the_next_one() -> None:
    assert doubted(table([97, 96, 97, 97, 13.9, 14], splits={3: 7}, close={3: np.nan})) == {}


def test_a_listed_split_that_the_prices_do_not_show_is_doubted() -> None:
    found = doubted(table([97, 96, 97, 98, 97.5], splits={3: 7}))
    assert found == {"a split is listed that the prices do not show": ["2024-03-07 7 for 1, from 97 to 98"]}


def test_a_split_listed_a_day_early_is_a_slip_that_says_so() -> None:
    found = doubted(table([97, 96, 97, 98, 13.9, 14], splits={3: 7}))
    assert found == {SLIP: ["2024-03-07 98 between 97 and 13.9 (a split of 7 for 1 is listed on 2024-03-07)"]}


def test_adjusted_prices_are_held_to_the_same_but_not_to_their_own_splits() -> None:
    assert doubted(table([97, 96, 97, 96, 97], adjusted="split", splits={3: 7})) == {}
    assert JUMP in doubted(table([97, 96, 97, 13.9, 14], adjusted="total"))


# --- limits -------------------------------------------------------------------------------------------------------

SEOUL = [100_000, 101_000, 100_000, 99_000, 100_000, 101_000, 100_000]


@pytest.mark.parametrize(("now", "is_doubted"), [(129_900, False), (70_100, False), (131_000, True), (69_000, True)])
def test_in_seoul_a_close_beyond_the_limit_is_doubted(now: float, is_doubted: bool) -> None:
    found = doubted(table([*SEOUL, now, now], "XKRX"), security("XKRX"))
    assert (JUMP in found) == is_doubted


def test_after_a_halt_or_a_gap_and_for_funds_no_limit_is_known() -> None:
    halted = table([*SEOUL, 100_000, 145_000, 145_000], "XKRX", volume={7: 0.0})
    assert doubted(halted, security("XKRX")) == {}
    missing = table([*SEOUL, 100_000, 145_000, 145_000], "XKRX", close={7: np.nan})
    assert doubted(missing, security("XKRX")) == {}
    assert doubted(table([*SEOUL, 145_000, 145_500], "XKRX"), security("XKRX", "fund")) == {}


def test_the_first_sessions_of_a_listing_have_no_limit() -> None:
    assert doubted(table([100_000, 150_000, 155_000], "XKRX"), security("XKRX")) == {}


def test_boards_of_shenzhen_have_limits_of_their_own() -> None:
    closes = [10, 10.1, 10.2, 10.1, 10, 10.1, 10.2, 12.1, 12]
    assert JUMP in doubted(table(closes, "XSHE"), security("XSHE", symbol="002738.SZ"))
    assert JUMP not in doubted(table(closes, "XSHE"), security("XSHE", symbol="300750.SZ"))


def test_tokyo_s_limit_is_a_width_in_yen() -> None:
    closes = [1000, 1010, 1005, 1000, 1010, 1000, 990]  # from 700 to 1,000 yen: 150; below 1,500: 300
    assert JUMP not in doubted(table([*closes, 1140, 1150], "XTKS"), security("XTKS"))
    assert JUMP in doubted(table([*closes, 1160, 1150], "XTKS"), security("XTKS"))


# --- slips --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [9700, 0.97, 970, 48])
def test_a_day_off_and_back_is_one_doubt_with_all_three_prices(wrong: float) -> None:
    found = doubted(table([97, 97.5, 98, wrong, 97, 97.5]))
    assert found[SLIP] == [f"2024-03-07 {wrong:,g} between 98 and 97"]
    assert JUMP not in found


def test_three_days_off_are_told_from_first_to_last() -> None:
    found = doubted(table([97, 97.5, 9800, 9700, 9600, 97.5, 97]))
    assert found == {SLIP: ["2024-03-06 to 2024-03-08 9,800 between 97.5 and 97.5"]}


def test_a_last_row_that_is_off_is_a_jump() -> None:
    assert doubted(table([97, 97.5, 98, 9700]))[JUMP] == ["2024-03-07 from 98 to 9,700, like a split of 1 for 100"]


def test_a_first_row_that_is_off_is_named_too() -> None:
    assert doubted(table([9700, 97, 97.5, 98]))[JUMP] == [
        "2024-03-05 from 9,700 (2024-03-04) to 97, like a split of 100 for 1"
    ]


def test_two_limits_up_and_down_in_seoul_are_no_slip() -> None:
    assert SLIP not in doubted(table([*SEOUL, 129_900, 100_000], "XKRX"), security("XKRX"))


def test_a_high_or_low_far_from_every_close_is_doubted() -> None:
    found = doubted(table([97, 97.5, 98, 97, 97.5], high={2: 9800.0}, low={3: 0.97}))
    kind = "a bar twice as high or half as low as the closes around it"
    assert found == {kind: ["2024-03-06 high 9,800, low 97.95, close 98", "2024-03-07 high 97.05, low 0.97, close 97"]}


# --- dividends ----------------------------------------------------------------------------------------------------


def test_a_dividend_above_thirty_per_cent_of_the_price_is_doubted() -> None:
    kind = "a dividend above 30% of the price"
    assert doubted(table([97, 97.5, 97, 96, 97], dividends={3: 6500.0})) == {
        kind: ["2024-03-07 6,500 on a price of 97"]
    }
    assert doubted(table([97, 97.5, 97, 68.9, 69], dividends={3: 28.0})) == {}
    assert kind in doubted(table([97, 97.5, 97, 67, 69], dividends={3: 30.0}))


def test_the_price_before_a_split_is_divided_for_its_dividend() -> None:
    found = doubted(table([70, 70.5, 70, 10, 10.1], splits={3: 7}, dividends={3: 3.5}))
    assert found["a dividend above 30% of the price"] == ["2024-03-07 3.5 on a price of 10"]


def test_going_ex_a_large_dividend_is_no_jump() -> None:
    assert doubted(table([100, 101, 100, 60, 61], dividends={3: 40.0})) == {
        "a dividend above 30% of the price": ["2024-03-07 40 on a price of 100"]
    }


def test_of_totally_adjusted_prices_no_dividend_is_looked_at() -> None:
    assert doubted(table([97, 97.5, 97, 96, 97], adjusted="total", dividends={3: 6500.0})) == {}


def test_a_split_and_a_dividend_on_one_date_say_on_which_share_it_is_paid() -> None:
    (warning,) = plausibility(table([70, 70.5, 70, 10, 10.1], splits={3: 7}, dividends={3: 0.5}), security())
    assert warning == PriceWarning(
        "a split and a dividend on one date",
        "AAA",
        ("2024-03-07 7 for 1 and 0.5",),
        "The dividend is paid on each new share; if it was meant for the old ones, divide it by the ratio.",
    )


def test_a_split_of_a_saturday_and_a_dividend_of_monday_take_effect_together() -> None:
    prices = table([70, 70.5, 70, 71, 70, 10, 10.1], dividends={5: 0.5})
    extra = pd.DataFrame({"splits": [7.0], "dividends": [0.0]}, index=pd.DatetimeIndex(["2024-03-09"], name="date"))
    frame = pd.concat([prices.frame, extra]).sort_index()
    found = doubted(PriceTable("AAA", frame))
    assert found["a split and a dividend on one date"] == ["2024-03-11 7 for 1 and 0.5"]


# --- currencies ---------------------------------------------------------------------------------------------------


def rate(*closes: float) -> dict[str, list[str]]:
    frame = pd.DataFrame({"date": pd.bdate_range("2024-03-04", periods=len(closes)), "close": closes})
    return {
        warning.kind: list(warning.found) for warning in plausibility(PriceTable("KRW=X", as_table(frame, "x")), None)
    }


@pytest.mark.parametrize("wrong", [13, 13_000, 1500, 1125])
def test_a_rate_that_is_off_for_a_day_is_doubted(wrong: float) -> None:
    assert rate(1300, 1301, 1302, wrong, 1300) == {SLIP: [f"2024-03-07 {wrong:,g} between 1,302 and 1,300"]}


def test_a_currency_may_move_by_a_seventh_and_stay_there() -> None:
    assert rate(1300, 1301, 1302, 1480, 1500, 1490, 1510) == {}
    assert rate(1300, 1301, 1302, 1400, 1300) == {}


def test_a_rate_ten_times_off_for_good_jumps() -> None:
    assert rate(1300, 1301, 1302, 13_020, 13_000) == {"a rate that jumps": ["2024-03-07 from 1,302 to 13,020"]}


def test_a_rate_that_stands_still_for_two_weeks_is_doubted_and_a_peg_is_not() -> None:
    moving = [1300.0 + n for n in range(20)]
    assert rate(*moving, *[1320.0] * 10) == {"rows that repeat the one before": ["10 alike to 2024-04-12"]}
    assert rate(*moving, *[1320.0] * 9) == {}
    assert rate(*[3.6725] * 30) == {}


# --- repeats ------------------------------------------------------------------------------------------------------


def test_bars_that_repeat_in_every_cell_are_doubted_and_halts_are_not() -> None:
    closes = [97, 97.5, 98, 98, 98, 98, 98, 97]
    assert doubted(table(closes)) == {}  # another volume each day
    same = table(closes, volume=dict.fromkeys(range(2, 7), 500.0))
    assert doubted(same) == {"rows that repeat the one before": ["5 alike to 2024-03-12"]}
    assert doubted(table(closes, volume=dict.fromkeys(range(2, 7), 0.0))) == {}
    assert doubted(table(closes, volume=dict.fromkeys(range(2, 6), 500.0))) == {}  # four


# --- price steps --------------------------------------------------------------------------------------------------

STEPS = "looks adjusted though declared raw"


def test_prices_between_the_steps_from_the_first_bar_on_look_adjusted() -> None:
    closes = [91.173456, 91.288738, 91.29803, 91.0, 91.135176, 91.263463]
    (warning,) = plausibility(table(closes), security())
    assert (warning.kind, warning.found) == (
        STEPS,
        ("(5 of 6 bars lie between the exchange's price steps, first 2024-03-04 open 91.173456)",),
    )
    assert doubted(table(closes, adjusted="total")) == {}


def test_in_seoul_won_between_the_steps_look_adjusted() -> None:
    assert STEPS in doubted(table([99_437, 99_219, 98_877, 99_050], "XKRX"), security("XKRX"))
    assert doubted(table([99_400, 99_200, 98_800, 99_000], "XKRX"), security("XKRX")) == {}


def test_funds_have_finer_steps_but_none_of_part_of_a_won() -> None:
    fund = security("XKRX", "fund")
    assert doubted(table([34_567.0, 34_581.0, 34_422.0, 34_400.0], "XKRX"), fund) == {}
    assert STEPS in doubted(table([34_567.23, 34_581.77, 34_422.31, 34_400.0], "XKRX"), fund)
    assert doubted(table([34_567.23, 34_581.77, 34_422.31, 34_400.0], "XKRX"), security("XKRX", "index")) == {}


def test_a_stray_price_between_the_steps_is_not_an_adjustment() -> None:
    closes = [20 + n / 100 for n in range(40)]
    assert doubted(table([*closes[:20], 20.2345, 20.2555, *closes[20:]])) == {}


def test_what_was_adjusted_is_adjusted_from_its_first_bar_on() -> None:
    # raw prices that a vendor gives with four decimals after a split are on the steps before it
    assert doubted(table([97, 97.5, 98, 97, 13.8571, 13.9286, 13.8742], splits={4: 7})) == {}


def test_prices_as_vendors_round_them_are_on_the_steps() -> None:
    assert doubted(table([float(np.float32(price)) for price in (40.02, 41.13, 39.98, 40.47)])) == {}


def test_wide_steps_do_not_hide_what_was_adjusted() -> None:
    # raw half dollars of Taipei times 0.98765, to three decimals: some lie within a fortieth of one again
    closes = [116.543, 119.999, 120.493, 118.518, 117.037, 117.037]
    taipei = Security(symbol="AAA", name="AAA", exchange="XTAI", currency="TWD", lot=1000, kind="share")
    frame = table(closes).frame.assign(high=np.nan, low=np.nan)
    assert STEPS in doubted(PriceTable("AAA", frame), taipei)
    assert STEPS not in doubted(PriceTable("AAA", frame.round(0)), taipei)


# --- coverage -----------------------------------------------------------------------------------------------------


def said(prices: PriceTable) -> dict[str, list[str]]:
    return {warning.kind: list(warning.found) for warning in coverage(prices, security(), None, None)}


def without(prices: PriceTable, *rows: int) -> PriceTable:
    return PriceTable(prices.symbol, prices.frame.drop(prices.frame.index[list(rows)]))


def test_sessions_without_a_bar_are_named_and_long_stretches_shortened() -> None:
    prices = table([97 + n / 10 for n in range(15)])
    assert said(without(prices, 2, 3)) == {"no bar on sessions of its exchange": ["2024-03-06", "2024-03-07"]}
    found = said(without(prices, 1, 4, 5, 6, 7))
    assert found == {"no bar on sessions of its exchange": ["2024-03-05", "2024-03-08 to 2024-03-13 (4)"]}


def test_gaps_are_looked_for_within_the_dates_asked_for() -> None:
    prices = without(table([97 + n / 10 for n in range(10)]), 2, 7)
    (warning,) = gaps(prices, security(), date(2024, 3, 8), date(2024, 3, 20))
    assert warning.found == ("2024-03-13",)


def test_cells_that_are_unknown_are_told_with_what_follows() -> None:
    nothing = dict.fromkeys([1], np.nan)
    assert said(table([97, 98, 97, 98], open=nothing, high=nothing, low=nothing)) == {
        "bars with a close only": ["2024-03-05"]
    }
    assert said(table([97, 98, 97, 98], low=nothing)) == {"high or low unknown": ["2024-03-05"]}
    assert said(table([97, 98, 97, 98], volume=nothing)) == {"volume unknown": ["2024-03-05"]}


def test_volumes_that_are_mostly_zero_are_said_to_trade_nothing() -> None:
    assert said(table([97, 98, 97, 98], volume=dict.fromkeys(range(3), 0.0))) == {
        "volume 0 on most days": ["2024-03-04", "2024-03-05", "2024-03-06"]
    }
    assert said(table([97, 98, 97, 98], volume={1: 0.0})) == {}


def test_a_bar_on_a_holiday_is_left_out_in_words() -> None:
    prices = table([97 + n / 10 for n in range(20)])
    extra = prices.frame.iloc[:1].set_axis(pd.DatetimeIndex(["2024-03-29"], name="date"))  # Good Friday
    frame = pd.concat([prices.frame, extra]).sort_index()
    assert said(PriceTable("AAA", frame)) == {"bars on days its exchange was shut": ["2024-03-29"]}


# --- the sample ---------------------------------------------------------------------------------------------------


def test_nothing_in_the_packaged_sample_is_doubted() -> None:
    known = packaged_securities()
    warnings = [
        warning
        for symbol, frame in read_sample().items()
        for warning in plausibility(PriceTable(symbol, frame), known[symbol] if symbol in known else None)  # noqa: SIM401
    ]
    assert warnings == []
