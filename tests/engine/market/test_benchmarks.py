"""Indices as total-return levels in the account currency: splits, dividends and rates put in by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from eventfolio.engine.errors import PriceError
from eventfolio.engine.market.benchmarks import BenchmarkLevels, benchmark_levels
from eventfolio.engine.market.fx import rate_dates
from eventfolio.engine.market.prices import PriceTable, as_table
from eventfolio.engine.market.sessions import sessions_of
from eventfolio.events import Security

MON, TUE, WED, THU, FRI = (f"2025-06-0{day}" for day in range(2, 7))
NAN = float("nan")


def table(rows: dict[str, tuple], symbol: str = "IDX", adjusted: Any = "none") -> PriceTable:
    """Rows of (open, close) or (open, close, dividend, split); high and low are not read."""
    full = [(*row, 0.0, 0.0)[:4] for row in rows.values()]
    frame = pd.DataFrame(full, columns=["open", "close", "dividends", "splits"]).assign(date=list(rows))
    return PriceTable(symbol, as_table(frame, symbol), adjusted)


def lay(
    index: PriceTable, *dates: str, currency: str = "USD", rates: dict[str, float] | None = None
) -> BenchmarkLevels:
    security = Security(symbol="IDX", name="Index", exchange="XKRX", currency=currency, lot=1, kind="index")  # type: ignore[arg-type]
    tables = {"IDX": index}
    if rates:
        tables["KRW=X"] = table({day: (NAN, rate) for day, rate in rates.items()}, "KRW=X")
    return benchmark_levels(security, tables, np.array(dates, "datetime64[D]"), "USD")


def test_an_index_without_actions_is_its_own_opens_and_closes() -> None:
    found = lay(table({MON: (100, 102), TUE: (103, 101)}), MON, TUE)
    assert (found.opens.tolist(), found.closes.tolist()) == ([100, 103], [102, 101])


def test_a_split_leaves_no_step_in_the_levels() -> None:
    # two for one on Tuesday: a share of Monday's is two, worth 2 x 51 at the open and 2 x 50 at the close
    found = lay(table({MON: (100, 100), TUE: (51, 50, 0.0, 2.0), WED: (50, 55)}), MON, TUE, WED)
    assert found.opens.tolist() == [100, 102, 100]
    assert found.closes.tolist() == [100, 100, 110]


def test_a_dividend_is_put_back_at_the_ex_date_s_close() -> None:
    # 2 on a close of 48 makes 1 share 1 + 2/48 shares from then on: the close is worth 50 again, 60 later is 62.50
    found = lay(table({MON: (50, 50), TUE: (48, 48, 2.0, 0.0), WED: (60, 60)}), MON, TUE, WED)
    assert found.closes.tolist() == pytest.approx([50, 50, 62.5])
    assert found.opens[2] == pytest.approx(62.5)


def test_a_dividend_before_the_first_close_leaves_the_levels_known() -> None:
    found = lay(table({MON: (NAN, NAN, 2.0, 0.0), TUE: (48, 48), WED: (60, 60)}), MON, TUE, WED)
    assert found.closes[1:].tolist() == [48, 60]
    assert found.has_close.tolist() == [False, True, True]


def test_a_dividend_after_a_split_counts_for_every_new_share() -> None:
    rows = {MON: (100, 100), TUE: (50, 50, 0.0, 2.0), WED: (40, 40, 10.0, 0.0)}
    assert lay(table(rows), MON, TUE, WED).closes.tolist() == pytest.approx([100, 100, 2 * 40 * 1.25])


def test_prices_adjusted_already_are_left_as_they_are() -> None:
    rows = {MON: (100, 100), TUE: (51, 50, 1.0, 2.0)}
    assert lay(table(rows, adjusted="total"), MON, TUE).closes.tolist() == [100, 50]
    # divided by splits only: the split is in the prices, the dividend is not, and 1 on a close of 50 is 2 %
    assert lay(table(rows, adjusted="split"), MON, TUE).closes.tolist() == pytest.approx([100, 51])


def test_actions_on_days_between_the_dates_asked_for_count() -> None:
    rows = {MON: (100, 100), TUE: (50, 50, 0.0, 2.0), WED: (60, 60)}
    assert lay(table(rows), MON, WED).closes.tolist() == [100, 120]


def test_a_day_without_a_bar_carries_the_last_close_for_open_and_close() -> None:
    found = lay(table({MON: (100, 102), WED: (90, 91)}), MON, TUE, WED, THU)
    assert found.opens.tolist() == [100, 102, 90, 91]
    assert found.closes.tolist() == [102, 102, 91, 91]


def test_a_bar_without_an_open_opens_at_the_close_before_it_and_not_at_its_own() -> None:
    found = lay(table({MON: (100, 102), TUE: (NAN, 150), WED: (NAN, NAN)}), MON, TUE, WED)
    assert found.opens.tolist() == [100, 102, 150]
    assert found.closes.tolist() == [102, 150, 150]


def test_before_the_first_bar_there_is_no_level() -> None:
    found = lay(table({TUE: (NAN, 100)}), MON, TUE, WED)
    assert np.isnan(found.opens).tolist() == [True, True, False]
    assert np.isnan(found.closes).tolist() == [True, False, False]


def test_opens_are_converted_at_the_rate_for_fills_and_closes_at_the_books() -> None:
    index = table({MON: (1000, 2000), TUE: (3000, 4000)})
    found = lay(index, MON, TUE, currency="KRW", rates={"2025-05-30": 1000, MON: 2000, TUE: 4000})
    assert found.opens.tolist() == [1.0, 1.5]  # 1000 at Friday's 1000, 3000 at Monday's 2000
    assert found.closes.tolist() == [1.0, 1.0]  # 2000 at Monday's 2000, 4000 at Tuesday's 4000


def test_a_currency_without_rates_is_refused() -> None:
    with pytest.raises(PriceError, match="No rates for KRW"):
        lay(table({MON: (1, 1)}), MON, currency="KRW")


def test_later_bars_change_no_earlier_level() -> None:
    rows: dict[str, tuple] = {MON: (100, 100), TUE: (99, 98, 1.0, 0.0), WED: (50, 50, 0.0, 2.0)}
    early = lay(table({day: rows[day] for day in (MON, TUE)}), MON, TUE)
    late = lay(table(rows), MON, TUE)
    assert early.closes.tolist() == late.closes.tolist()
    assert early.opens.tolist() == late.opens.tolist()


def test_an_index_that_opens_before_the_rate_is_struck_is_laid_at_the_rate_its_listings_trade_at() -> None:
    """Auckland on Tuesday opens before Monday's rate is struck, 1.8 a dollar: Friday's, 2.0, is the last one known."""
    fri, mon, tue = "2025-02-07", "2025-02-10", "2025-02-11"
    security = Security(symbol="IDX", name="Index", exchange="XNZE", currency="NZD", lot=1, kind="index")  # type: ignore[arg-type]
    tables = {
        "IDX": table({fri: (100, 100), mon: (100, 100), tue: (100, 100)}),
        "NZD=X": table({fri: (NAN, 2.0), mon: (NAN, 1.8), tue: (NAN, 1.8)}, "NZD=X"),
    }
    dates = np.array([mon, tue], "datetime64[D]")
    opens = sessions_of("XNZE").opens_on(dates)
    found = benchmark_levels(security, tables, dates, "USD", rate_dates(dates, opens))
    assert (opens > 0).all()
    assert found.opens.tolist() == [50.0, 50.0]
