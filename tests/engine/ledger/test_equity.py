"""The path of a run: weekdays that carry the books, the benchmark beside it, and the same money in home indices."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from eventfolio.engine.ledger import ledger as book
from eventfolio.engine.ledger.equity import Path, benchmark_returns, home_returns, path_of
from eventfolio.engine.market.benchmarks import BenchmarkLevels

# 2025-06-02 is a Monday. The tape: one date before the window, then Tue, Wed, Fri, Mon (Thursday every market is shut).
DATES = np.array(["2025-06-02", "2025-06-03", "2025-06-04", "2025-06-06", "2025-06-09"], "datetime64[D]")
START, END = date(2025, 6, 3), date(2025, 6, 10)


def tape(first: int = 1, factor: list[float] | None = None, symbols: tuple[str, ...] = ("AAA",)) -> Any:
    factors = np.array([factor or [1.0] * 5] * len(symbols))
    return SimpleNamespace(dates=DATES, first=first, last=4, symbols=symbols, split_factor=factors)


def laid(equity: list[float], cash: list[float], start: date = START, end: date = END, first: int = 1) -> Path:
    ledger: Any = SimpleNamespace(equity=np.array(equity), cash=np.array(cash))
    return path_of(ledger, tape(first), start, end, 1000.0)


def days(path: Path) -> list[str]:
    return [str(day)[5:10] for day in path.dates]


# --- weekdays -----------------------------------------------------------------------------------------------------


def test_every_weekday_of_the_window_has_a_row_and_one_without_a_session_carries_the_books() -> None:
    path = laid([1000, 1100, 990, 1089], [1000, 550, 495, 1089])
    assert days(path) == ["06-03", "06-04", "06-05", "06-06", "06-09", "06-10"]
    assert path.equity.tolist() == [1000, 1100, 1100, 990, 1089, 1089]
    assert path.cash.tolist() == [1000, 550, 550, 495, 1089, 1089]
    assert path.exposure.tolist() == pytest.approx([0, 0.5, 0.5, 0.5, 0, 0])
    assert path.returns.tolist() == pytest.approx([0, 0.1, 0, -0.1, 0.1, 0])
    assert path.columns.tolist() == [1, 2, 2, 3, 4, 4]


def test_before_the_first_books_stands_the_starting_cash() -> None:
    path = laid([1200, 1200, 1200, 1200], [0, 0, 0, 0], start=date(2025, 5, 30))
    assert days(path)[:3] == ["05-30", "06-02", "06-03"]
    assert path.equity.tolist()[:3] == [1000, 1000, 1200]
    assert path.exposure.tolist()[:3] == [0, 0, 1]
    assert path.returns.tolist()[:3] == pytest.approx([0, 0, 0.2])
    assert path.columns.tolist()[:3] == [-1, -1, 1]


def test_the_first_return_is_measured_from_the_starting_cash() -> None:
    assert laid([900, 900, 900, 900], [0, 0, 0, 0]).returns[0] == pytest.approx(-0.1)


def test_the_returns_chain_to_the_last_equity() -> None:
    path = laid([1010, 980, 1500, 1234], [0, 0, 0, 0])
    assert 1000 * np.prod(1 + path.returns) == pytest.approx(1234)


def test_a_weekend_has_no_row_and_the_years_count_every_calendar_day() -> None:
    path = laid([1, 1, 1, 1], [0, 0, 0, 0], start=date(2025, 6, 7), end=date(2025, 6, 15))
    assert days(path) == ["06-09", "06-10", "06-11", "06-12", "06-13"]
    assert path.years == pytest.approx(9 / 365.25)


# --- the benchmark beside it --------------------------------------------------------------------------------------

WEEKDAYS = np.array(
    ["2025-06-02", *DATES[1:3], "2025-06-05", "2025-06-06", "2025-06-09", "2025-06-10"], "datetime64[D]"
)


def benchmark(levels: list[float], path: Path) -> list[float]:
    """Returns of a benchmark with these levels on the weekdays from Monday the 2nd on."""
    return benchmark_returns((WEEKDAYS, np.array(levels)), path.dates).tolist()


def test_the_benchmark_is_held_from_its_last_close_before_the_window() -> None:
    path = laid([1000] * 4, [1000] * 4)
    assert benchmark([100, 110, 99, 99, 99, 198, 99], path) == pytest.approx([0.1, -0.1, 0, 0, 1.0, -0.5])


def test_the_benchmark_earns_on_a_weekday_on_which_no_market_of_the_study_had_a_session() -> None:
    path = laid([1000] * 4, [1000] * 4)
    returns = dict(zip(days(path), benchmark([100, 100, 100, 120, 120, 120, 120], path), strict=True))
    assert returns["06-05"] == pytest.approx(0.2)


def test_without_a_close_before_the_window_its_first_day_counts_nothing() -> None:
    path = laid([1000] * 4, [1000] * 4)
    assert benchmark([math.nan, 110, 99, 99, 99, 198, 99], path) == pytest.approx([0, -0.1, 0, 0, 1.0, -0.5])


def test_a_benchmark_that_is_missing_or_begins_later_gives_nothing_at_all() -> None:
    path = laid([1000] * 4, [1000] * 4)
    assert np.isnan(benchmark_returns(None, path.dates)).all()
    assert np.isnan(benchmark([math.nan, math.nan, 99, 99, 99, 198, 99], path)).all()


# --- the same money in home indices -------------------------------------------------------------------------------


def ledger(fills: list[dict[str, float]], held: float = 0.0, rows: tuple[int, ...] = (0,)) -> Any:
    """Fills of lots, one lot a row; `held` shares of the first are left at the end."""
    table = np.zeros(len(fills), book.FILL)
    for place, fill in enumerate(fills):
        for name, value in {"fx": 1.0, **fill}.items():
            table[name][place] = value
    lots = np.zeros(len(rows), book.LOT)
    lots["lot"], lots["row"], lots["held_as"], lots["shares"][0] = range(len(rows)), rows, rows, held
    return SimpleNamespace(fills=table, lots=lots, payments=np.zeros(0, book.PAYMENT))


def index_levels(closes: list[float], opens: list[float]) -> BenchmarkLevels:
    known = np.ones(len(opens), bool)
    return BenchmarkLevels(np.array(opens, float), np.array(closes, float), np.array(closes, float), known, known)


def levels(made: Any, home_benchmarks: dict[str, BenchmarkLevels], on: Any = None) -> list[float]:
    """What 1,000 in the home portfolio come to at the books of Tue, Wed, Fri and Mon."""
    path = laid([1000] * 4, [1000] * 4, end=date(2025, 6, 9))
    returns = home_returns(made, on or tape(), path, home_benchmarks, 1000.0)
    worth = 1000 * np.cumprod(1 + returns)
    return [float(worth[i]) for i in (0, 1, 3, 4)]


#                             Mon  Tue  Wed  Fri  Mon
INDEX = index_levels(closes=[100, 110, 120, 115, 130], opens=[100, 100, 112, 118, 125])
BUY, SELL = {"side": 1}, {"side": -1}


def test_a_purchase_buys_its_index_for_the_same_money_and_a_sale_sells_it_at_the_index_s_open() -> None:
    bought = {**BUY, "column": 1, "shares": 50, "price": 10}  # 500 in 5 units at 100
    sold = {**SELL, "column": 3, "shares": 50, "price": 77}  # at 118, whatever the listing brought
    assert levels(ledger([bought, sold]), {"AAA": INDEX}) == pytest.approx([1050, 1100, 1090, 1090])


def test_a_purchase_at_a_close_buys_its_index_at_that_close() -> None:
    fill = {**BUY, "column": 1, "shares": 10, "price": 10, "closing": 1}  # 100 at Tuesday's close, index 110
    made = ledger([fill], held=10)
    index = index_levels(closes=[100, 110, 120, 125, 130], opens=[100, 100, 112, 118, 125])
    assert levels(made, {"AAA": index}) == pytest.approx([1000, 1009.0909, 1013.6364, 1018.1818], abs=1e-4)
    # Sold at Wednesday's open of 112: 10 / 11 units bring 101.82, and no part of Tuesday's move is in them.
    sold = ledger([fill, {**SELL, "column": 2, "shares": 10, "price": 9}])
    assert levels(sold, {"AAA": index}) == pytest.approx([1000, *[900 + 100 / 110 * 112] * 3])


def test_a_purchase_at_a_close_that_its_index_does_not_have_leaves_nothing_to_show() -> None:
    made = ledger([{**BUY, "column": 1, "shares": 10, "price": 10, "closing": 1}], held=10)
    unknown = replace(INDEX, at_close=np.array([100, math.nan, 120, 115, 130]))
    path = laid([1000] * 4, [1000] * 4)
    assert np.isnan(home_returns(made, tape(), path, {"AAA": unknown}, 1000.0)).all()


def test_a_part_sold_sells_the_same_part_of_the_index() -> None:
    fills = [
        {**BUY, "column": 1, "shares": 50, "price": 10},  # 5 units
        {**SELL, "column": 2, "shares": 20, "price": 9},  # 40 %: 2 units at 112
        {**SELL, "column": 4, "shares": 30, "price": 9},  # the rest: 3 units at 125
    ]
    # 500 + 5 x 110; 500 + 224 + 3 x 120; 724 + 3 x 115; 724 + 375
    assert levels(ledger(fills), {"AAA": INDEX}) == pytest.approx([1050, 1084, 1069, 1099])


def test_what_is_held_at_the_end_stays_in_the_index() -> None:
    fills = [{**BUY, "column": 1, "shares": 50, "price": 10}, {**SELL, "column": 2, "shares": 25, "price": 9}]
    # half of 5 units goes at 112: 500 + 280 + 2.5 units
    assert levels(ledger(fills, held=25), {"AAA": INDEX}) == pytest.approx([1050, 1080, 780 + 287.5, 780 + 325])


def test_a_split_of_the_listing_does_not_change_the_part_sold() -> None:
    # bought 50; two for one on Wednesday makes 100; 50 of them, half, are sold on Friday at 118
    fills = [{**BUY, "column": 1, "shares": 50, "price": 10}, {**SELL, "column": 3, "shares": 50, "price": 5}]
    found = levels(ledger(fills, held=50), {"AAA": INDEX}, tape(factor=[1, 1, 2, 2, 2]))
    assert found == pytest.approx([1050, 1100, 500 + 2.5 * 118 + 2.5 * 115, 500 + 2.5 * 118 + 2.5 * 130])


def test_money_is_counted_in_the_account_s_currency_without_costs() -> None:
    fill = {**BUY, "column": 1, "shares": 50, "price": 10_000, "fx": 0.001, "commission": 99, "tax": 99}
    assert levels(ledger([fill], held=50), {"AAA": INDEX}) == pytest.approx([1050, 1100, 1075, 1150])


def test_each_listing_is_measured_by_its_own_index() -> None:
    fills = [
        {**BUY, "column": 1, "shares": 50, "price": 10, "lot": 0, "row": 0},
        {**BUY, "column": 2, "shares": 10, "price": 20, "lot": 1, "row": 1},  # 200 in 4 units at 50
    ]
    other = index_levels(closes=[50, 50, 60, 40, 40], opens=[50, 50, 50, 50, 50])
    found = levels(ledger(fills, held=50, rows=(0, 1)), {"AAA": INDEX, "BBB": other}, tape(symbols=("AAA", "BBB")))
    assert found == pytest.approx([1050, 1100 + 40, 1075 - 40, 1150 - 40])


def test_a_run_that_never_traded_keeps_its_cash() -> None:
    assert levels(ledger([], rows=(0,)), {}) == [1000] * 4


def test_a_listing_traded_without_an_index_leaves_nothing_to_show() -> None:
    made = ledger([{**BUY, "column": 1, "shares": 50, "price": 10}], held=50)
    path = laid([1000] * 4, [1000] * 4)
    assert np.isnan(home_returns(made, tape(), path, {}, 1000.0)).all()
    late = index_levels([math.nan, math.nan, 120, 115, 130], [math.nan, math.nan, 112, 118, 125])
    assert np.isnan(home_returns(made, tape(), path, {"AAA": late}, 1000.0)).all()
