"""Which exchange rate a date uses: never one from after it, and none that is too old."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from eventfolio.engine.errors import PriceError
from eventfolio.engine.market import fx
from eventfolio.engine.market.fx import FxSeries, fx_series, weekday_before
from eventfolio.engine.market.prices import PriceTable, as_table

# June 2025: the 2nd and the 9th are Mondays.
MON, TUE, WED, THU, FRI = (f"2025-06-0{day}" for day in range(2, 7))


def table(currency: str, rates: dict[str, float | None], dated: str = "end") -> dict[str, PriceTable]:
    frame = pd.DataFrame({"date": list(rates), "close": pd.Series(list(rates.values()), dtype=float)})
    symbol = f"{currency}=X"
    return {symbol: PriceTable(symbol, as_table(frame, symbol), "none", dated)}  # type: ignore[arg-type]


def days(*texts: str) -> np.ndarray:
    return np.array(texts, "datetime64[D]")


def won(rates: dict[str, float | None], dates: tuple[str, ...], dated: str = "end") -> FxSeries:
    """Dollars a won."""
    return fx_series("KRW", "USD", table("KRW", rates, dated), days(*dates))


def per_dollar(series: np.ndarray) -> list[float | None]:
    return [None if np.isnan(rate) else round(1 / float(rate), 9) for rate in series]


def rows(series: FxSeries) -> list[str | None]:
    return [None if np.isnat(row) else str(row) for row in series.row]


def test_books_use_the_rate_late_on_the_date_and_fills_that_of_the_weekday_before() -> None:
    found = won({MON: 1000, TUE: 1100, WED: 1250, THU: 1300}, (TUE, WED, THU))
    assert per_dollar(found.book) == [1100, 1250, 1300]
    assert per_dollar(found.fill) == [1000, 1100, 1250]
    assert rows(found) == [MON, TUE, WED]


def test_a_row_that_starts_its_day_is_the_rate_late_on_the_weekday_before() -> None:
    found = won({TUE: 1100, WED: 1250, "2025-06-09": 1300}, (MON, TUE, WED, FRI, "2025-06-09"), "start")
    # late on Monday 1100, on Tuesday 1250 until Friday, when Monday the 9th's row is the rate
    assert per_dollar(found.book) == [1100, 1250, 1250, 1300, 1300]
    assert per_dollar(found.fill) == [None, 1100, 1250, 1250, 1300]
    assert rows(found) == [None, MON, TUE, TUE, FRI]


def test_the_same_rows_read_as_late_never_show_a_rate_a_day_early() -> None:
    rates: dict[str, float | None] = {MON: 1000, TUE: 1100, WED: 1250, THU: 1300, FRI: 1400}
    start, end = (won(rates, (TUE, WED, THU), dated) for dated in ("start", "end"))
    assert per_dollar(start.fill) == per_dollar(end.book)


def test_over_a_weekend_fills_use_friday() -> None:
    found = won({THU: 1300, FRI: 1400}, ("2025-06-07", "2025-06-08", "2025-06-09"))
    assert per_dollar(found.fill) == [1400, 1400, 1400]
    assert [str(day) for day in weekday_before(days("2025-06-07", "2025-06-08", "2025-06-09"))] == [FRI, FRI, FRI]


@pytest.mark.parametrize("gap", [{}, {TUE: None, WED: None}], ids=["no row", "an empty cell"])
def test_a_gap_carries_the_older_rate_never_the_later_one(gap: dict) -> None:
    found = won({MON: 1000, **gap, THU: 1300}, (TUE, WED, THU, FRI))
    assert per_dollar(found.book) == [1000, 1000, 1300, 1300]
    assert per_dollar(found.fill) == [1000, 1000, 1000, 1300]
    assert rows(found) == [MON, MON, MON, THU]


def test_before_the_first_row_there_is_no_rate_and_no_new_order() -> None:
    found = won({WED: 1250}, (TUE, WED, THU))
    assert per_dollar(found.book) == [None, 1250, 1250]
    assert per_dollar(found.fill) == [None, None, 1250]
    assert found.stale.tolist() == [True, True, False]


def test_a_rate_is_too_old_after_five_weekdays_and_weekends_do_not_age_it() -> None:
    # the row of Monday the 2nd; the weekday before the 10th is the 9th, five weekdays on
    dates = (TUE, "2025-06-09", "2025-06-10", "2025-06-11", "2025-06-12")
    found = won({MON: 1000}, dates)
    assert found.stale.tolist() == [False, False, False, True, True]
    assert per_dollar(found.fill) == [1000] * 5  # exits go on at the carried rate


def test_the_rate_of_a_start_dated_row_ages_from_the_day_it_is_late_on() -> None:
    # Tuesday's row is Monday's rate, so it lasts as long as Monday's own
    found = won({TUE: 1000}, ("2025-06-10", "2025-06-11"), "start")
    assert found.stale.tolist() == [False, True]


def test_an_account_in_the_listing_s_currency_needs_no_rates() -> None:
    found = fx_series("KRW", "KRW", {}, days(TUE, WED))
    assert (found.fill.tolist(), found.book.tolist(), found.stale.tolist()) == ([1, 1], [1, 1], [False, False])
    assert rows(found) == [None, None]


def test_two_foreign_currencies_are_crossed_over_the_dollar() -> None:
    rates = table("KRW", {MON: 1350, TUE: 1400}) | table("JPY", {MON: 150, TUE: 140})
    found = fx_series("JPY", "KRW", rates, days(TUE))
    assert found.fill.tolist() == pytest.approx([9.0])  # 1350 won / 150 yen, of Monday
    assert found.book.tolist() == pytest.approx([10.0])  # 1400 / 140, of Tuesday
    dollars = fx_series("USD", "KRW", rates, days(TUE))
    assert (dollars.fill.tolist(), dollars.book.tolist()) == ([1350.0], [1400.0])


def test_a_cross_rate_is_as_old_as_the_older_of_its_two_and_known_when_the_newer_is() -> None:
    later = {f"2025-06-{day:02}": 150.0 for day in range(2, 13)}
    dates = days("2025-06-10", "2025-06-11")
    for old, fresh in (("KRW", "JPY"), ("JPY", "KRW")):
        rates = table(old, {MON: 1350}) | table(fresh, later)
        found = fx_series("JPY", "KRW", rates, dates)
        assert found.stale.tolist() == [False, True]
        assert rows(found) == ["2025-06-09", "2025-06-10"]


def test_a_currency_without_a_table_is_refused_with_the_file_to_add() -> None:
    with pytest.raises(PriceError, match=r"No rates for HKD: add HKD=X\.csv"):
        fx_series("HKD", "USD", table("KRW", {MON: 1}), days(TUE))


def test_a_row_used_too_early_shows_where_the_account_s_own_currency_needs_none(monkeypatch: Any) -> None:
    """The dollar has no rows; whatever the won's are, they are the newest used."""
    real = fx._per_dollar

    def ahead(currency: str, tables: Any, dates: Any, known: Any) -> FxSeries:
        found = real(currency, tables, dates, known)
        return replace(found, row=dates) if currency == "KRW" else found

    monkeypatch.setattr(fx, "_per_dollar", ahead)
    assert rows(won({MON: 1000}, (TUE, WED))) == [TUE, WED]


def test_a_rate_is_struck_at_five_in_new_york_and_an_earlier_open_takes_the_one_before() -> None:
    # 17:00 in New York is 22:00 UTC in January, 21:00 in July. Auckland opens at 10:00: 21:00 UTC, then 22:00.
    days_ = np.array(["2025-01-15", "2025-07-16", "2025-07-14", "2025-01-13"], "datetime64[D]")
    struck = [datetime.fromtimestamp(at / 1e9, UTC).hour for at in fx.struck_at(days_).tolist()]
    assert struck == [22, 21, 21, 22]
    opens = np.array([_ns("2025-01-14T21:00"), _ns("2025-07-15T22:00"), -1, _ns("2025-01-12T21:00")])
    found = fx.rate_dates(days_, opens)
    # Of a Monday: Friday's late rate, long struck.
    assert found.astype(str).tolist() == ["2025-01-13", "2025-07-15", "2025-07-11", "2025-01-10"]
    at_the_instant = fx.rate_dates(days_[:1], np.array([_ns("2025-01-14T22:00")]))
    assert at_the_instant.astype(str).tolist() == ["2025-01-14"]


def _ns(clock: str) -> int:
    return int(datetime.fromisoformat(f"{clock}:00+00:00").timestamp()) * 10**9
