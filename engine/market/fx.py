"""Exchange rates by date: fx[d] is the rate late on date d, never one from after it (docs/semantics.md#money)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from eventfolio.engine.errors import PriceError

if TYPE_CHECKING:
    from eventfolio.engine.market.prices import PriceTable

STALE_WEEKDAYS = 5
Floats = npt.NDArray[np.float64]
Dates = npt.NDArray[np.datetime64]
_NONE = np.datetime64("NaT", "D")
_NEW_YORK = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class FxSeries:
    """Account currency per unit of one local currency, on given dates.

    fill  : rate for fills on d, the last one known at the open; NaN before the first row
    book  : rate for the books of d; NaN before the first row
    stale : whether `fill`'s row is older than five weekdays (or there is none): no new orders
    row   : date of the newest row behind `fill`, as fx date (NaT before the first, and where none is needed)
    """

    fill: Floats
    book: Floats
    stale: npt.NDArray[np.bool_]
    row: Dates


def fx_symbol(currency: str) -> str:
    """The symbol of a currency's table of units per US dollar: KRW=X."""
    return f"{currency}=X"


def weekday_before(dates: Dates) -> Dates:
    """The last Monday-to-Friday date before each date."""
    return np.busday_offset(dates, -1, roll="forward")


def fx_dates(table: PriceTable) -> Dates:
    """The date `d` whose late rate each row is: the row's own, or the weekday before it where rows start the day."""
    dates = table.frame.index.to_numpy().astype("datetime64[D]")
    return weekday_before(dates) if table.dated == "start" else dates


def struck_at(dates: Dates) -> npt.NDArray[np.int64]:
    """When the rate late on each date is struck (ns UTC): 17:00 in New York, where the day of currencies ends."""
    ends = (datetime.combine(day, time(17), _NEW_YORK) for day in dates.astype(object).tolist())
    return np.array([int(end.timestamp()) for end in ends], np.int64) * 1_000_000_000


def rate_dates(dates: Dates, opens: npt.NDArray[np.int64]) -> Dates:
    """The date whose late rate is the last one known at each session's open: the weekday before, or one earlier.

    Auckland opens before New York's day ends in its summer. opens : ns UTC; -1 where the exchange is shut
    """
    before = weekday_before(dates)
    is_early = (opens >= 0) & (struck_at(before) > opens)
    return np.where(is_early, weekday_before(before), before)


def fx_series(
    currency: str, account: str, tables: dict[str, PriceTable], dates: Dates, known: Dates | None = None
) -> FxSeries:
    """Rates from `currency` to the account's on `dates`, from tables of units per US dollar.

    known  : the date whose late rate fills on each date use; default: the weekday before it
    Raises: PriceError where a currency has no table
    """
    one = np.ones(len(dates))
    if currency == account:
        return FxSeries(one, one, np.zeros(len(dates), bool), np.full(len(dates), _NONE))
    known = weekday_before(dates) if known is None else known
    local = _per_dollar(currency, tables, dates, known)
    home = _per_dollar(account, tables, dates, known)
    return FxSeries(
        fill=home.fill / local.fill,
        book=home.book / local.book,
        stale=local.stale | home.stale,
        row=np.fmax(home.row, local.row),  # the one that is known, where the other is not needed
    )


def _per_dollar(currency: str, tables: dict[str, PriceTable], dates: Dates, known_by: Dates) -> FxSeries:
    if currency == "USD":
        one = np.ones(len(dates))
        return FxSeries(one, one, np.zeros(len(dates), bool), np.full(len(dates), _NONE))
    table = tables.get(fx_symbol(currency))
    if table is None:
        raise PriceError(f"No rates for {currency}: add {fx_symbol(currency)}.csv (units per US dollar) to the prices.")
    known = table.frame["close"].notna().to_numpy()
    rates, rows = table.frame["close"].to_numpy()[known], fx_dates(table)[known]
    before = weekday_before(dates)
    at_fill, at_book = (np.searchsorted(rows, days, side="right") - 1 for days in (known_by, dates))
    fill = np.where(at_fill < 0, np.nan, rates[at_fill])
    row = np.where(at_fill < 0, _NONE, rows[at_fill])
    age = np.full(len(dates), STALE_WEEKDAYS + 1)
    age[at_fill >= 0] = np.busday_count(rows[at_fill[at_fill >= 0]], before[at_fill >= 0])
    return FxSeries(fill, np.where(at_book < 0, np.nan, rates[at_book]), age > STALE_WEEKDAYS, row)
