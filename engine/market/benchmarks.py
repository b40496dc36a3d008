"""Benchmarks and home indices as total-return levels in the account's currency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eventfolio.engine.market.fx import fx_series
from eventfolio.engine.market.prices import PriceTable
from eventfolio.engine.market.sessions import DAY
from eventfolio.events import Security

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Dates = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class BenchmarkLevels:
    """Levels on given dates in the account currency, with splits and dividends put back (forward from the first bar).

    opens     : at the date's open (the last close before where there is none), at the rate for fills
    closes    : the last close up to the date, at the books' rate; NaN before the first
    at_close  : the date's own close, at the rate for fills; NaN where it has none
    has_open  : whether the date has an open of its own
    has_close : whether the date has a close of its own
    """

    opens: Floats
    closes: Floats
    at_close: Floats
    has_open: Bools
    has_close: Bools


def benchmark_levels(
    security: Security, tables: dict[str, PriceTable], dates: Dates, account: str, known: Dates | None = None
) -> BenchmarkLevels:
    """Lay an index or fund on `dates`.

    known  : the date whose rate fills on each date use, as of a listing of its exchange; default: the weekday before
    Raises : PriceError where its currency has no rates
    """
    table = tables[security.symbol]
    rate = fx_series(security.currency, account, tables, dates, known)
    frame = table.frame
    days = frame.index.to_numpy().astype(DAY)
    factor = _forward_factor(table)
    level = frame["close"].to_numpy() * factor
    known = ~np.isnan(level)
    at = np.searchsorted(days[known], dates, side="right") - 1
    before = np.searchsorted(days[known], dates, side="left") - 1
    closes, last = (np.where(place < 0, np.nan, level[known][place]) for place in (at, before))
    opens = last.copy()
    there = np.searchsorted(days, dates)
    there[there == len(days)] = 0
    today = (days[there] == dates) & ~np.isnan(frame["open"].to_numpy()[there])
    opens[today] = (frame["open"].to_numpy() * factor)[there[today]]
    has_close = np.isin(dates, days[known])
    at_close = np.where(has_close, closes, np.nan)
    return BenchmarkLevels(opens * rate.fill, closes * rate.book, at_close * rate.fill, today, has_close)


def _forward_factor(table: PriceTable) -> Floats:
    """What one share of the first bar has become, its dividends put back at the ex-date's close."""
    if not table.pays:
        return np.ones(len(table.frame))
    splits, dividends = table.frame["splits"].to_numpy() * table.is_raw, table.frame["dividends"].to_numpy()
    close = table.frame["close"].ffill().to_numpy()
    put_back = (dividends > 0) & ~np.isnan(close)  # nobody has a share before the first close
    growth = np.where(splits > 0, splits, 1.0) * (1.0 + np.where(put_back, dividends / close, 0.0))
    return np.cumprod(growth).astype(float)
