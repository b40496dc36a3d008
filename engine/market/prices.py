"""A table of prices as read from its source, and the checks that refuse an impossible one."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.engine.errors import PriceError
from eventfolio.engine.market.price_dates import read_dates
from eventfolio.events.errors import did_you_mean, shown

OHLCV = ("open", "high", "low", "close", "volume")
_ACTIONS = ("dividends", "splits")
_ALSO_CALLED = {"stock splits": "splits"}  # yfinance
_NOT_READ = ("adj close", "adj_close", "adjclose", "adjusted close", "adjusted_close")  # beside the close that is
_NOTHING_IF_ZERO = ("capital gains",)  # yfinance, of funds
Adjusted = Literal["none", "split", "total"]


@dataclass(frozen=True)
class Understood:
    """How a file was read, in words for `data check`.

    delimiter : between cells; "" of a Parquet file
    header    : what kind of header it has, where not one line of names
    decimal   : the mark before decimals, where a figure shows one; thousands: between groups of three
    dates     : how they are written, where not as 2025-06-17
    is_newest_first : the rows were turned
    is_yahoo  : its columns are those of Yahoo's downloads, which may be adjusted
    is_gross  : its dividends are a vendor's, as paid before tax
    is_told   : prices.toml says how its prices are adjusted
    """

    delimiter: str = ""
    header: str = ""
    decimal: str = ""
    thousands: str = ""
    dates: str = ""
    is_newest_first: bool = False
    is_yahoo: bool = False
    is_gross: bool = False
    is_told: bool = False


@dataclass(frozen=True)
class PriceTable:
    """Daily bars of one listing, index or currency.

    frame    : index date (ascending, unique), float columns open, high, low, close, volume (NaN = unknown),
               dividends (local cash on the ex-date, a share as the prices count them: of the day where they are raw,
               of today where they are divided by splits) and splits (new shares per old); 0 = none
    adjusted : whether the file's prices are raw ("none"), or divided by later splits ("split") and dividends ("total")
    dividends: whether the column is what reached the holder ("net") or what was paid ("gross")
    dated    : for a currency: row D is the rate at the "start" of D in London (Yahoo's habit) or late ("end") on D
    where    : the file, for messages
    unit     : how a file's prices were quoted, where in hundredths of the currency (GBp); they are in the currency here
    understood : how a file was read
    """

    symbol: str
    frame: pd.DataFrame
    adjusted: Adjusted = "none"
    dated: Literal["start", "end"] = "end"
    where: str = ""
    dividends: Literal["net", "gross"] = "net"
    unit: str = ""
    understood: Understood = field(default_factory=Understood)

    @property
    def is_raw(self) -> bool:
        """Whether splits are still to be applied, and lots, price steps and limits can be judged."""
        return self.adjusted == "none"

    @property
    def pays(self) -> bool:
        """Whether dividends are still to be paid: they are in the prices only where these are adjusted for them."""
        return self.adjusted != "total"


def check_table(table: PriceTable, last_allowed: date) -> None:
    """Refuse a table that no market could have printed; name the first offending row.

    Raises: PriceError
    """
    frame, where = table.frame, table.where or table.symbol
    dates = frame.index
    if len(frame) == 0:
        raise PriceError(f"{where}: no rows. A price file needs date,open,high,low,close,volume and at least one row.")
    if dates.has_duplicates:
        raise PriceError(f"{where}: {_day(dates[dates.duplicated()][0])} stands twice. Keep one row a date.")
    if not dates.is_monotonic_increasing:
        later = int(np.argmax(np.diff(dates.to_numpy()) < np.timedelta64(0))) + 1
        raise PriceError(f"{where}: {_day(dates[later])} stands after {_day(dates[later - 1])}. Sort the rows by date.")
    if dates[-1].date() > last_allowed:
        raise PriceError(f"{where}: {_day(dates[-1])} lies in the future. Prices of days to come cannot be known.")
    bars = {name: frame[name].to_numpy() for name in frame.columns}  # plain arrays: many short tables are checked
    for name in ("open", "high", "low", "close"):
        values = bars[name]
        _refuse(
            frame,
            np.isinf(values) | (values <= 0),
            where,
            f"{name} is not above zero; leave an unknown cell empty",
        )
    _refuse(
        frame,
        (bars["volume"] < 0) | np.isinf(bars["volume"]),
        where,
        "volume is negative or infinite; leave an unknown cell empty",
    )
    if "splits" in bars:
        _refuse(frame, (bars["splits"] < 0) | np.isinf(bars["splits"]), where, "splits is not a ratio such as 7")
    if "dividends" in bars:
        _refuse(frame, (bars["dividends"] < 0) | np.isinf(bars["dividends"]), where, "dividends is negative")
    if table.symbol.endswith("=X"):
        return  # of a currency only the close is read
    slack = 1e-6  # adjusted prices are products, rounded
    high, low = bars["high"], bars["low"]
    _refuse(frame, high < low * (1 - slack), where, "high is below low")
    for name in ("open", "close"):
        outside = (bars[name] > high * (1 + slack)) | (bars[name] < low * (1 - slack))
        _refuse(frame, outside, where, f"{name} lies outside low … high")


def as_table(frame: pd.DataFrame, where: str, ignored: Collection[str] = ()) -> pd.DataFrame:
    """A frame with a date column or index in the shape of PriceTable.frame; anything else is refused in words.

    ignored : names of columns, in small letters, that may be there and are not read
    """
    frame = frame.rename(columns=lambda name: str(name).strip().lower())
    frame = frame.drop(columns=[name for name in frame.columns if name in ignored])
    frame = frame.rename(columns=_ALSO_CALLED)
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise PriceError(f"{where}: the column '{shown(twice[0])}' stands twice. Keep one.")
    if "date" in frame.columns:
        frame = frame.set_index("date")
    elif frame.index.name is None or str(frame.index.name).lower() != "date":
        raise PriceError(f"{where}: no column 'date'. The header should read date,open,high,low,close,volume.")
    if "close" not in frame.columns:
        raise PriceError(f"{where}: no column 'close'. The header should read date,open,high,low,close,volume.")
    _check_columns(frame, where)
    dates = read_dates(frame.index, where)
    columns = {}
    for name in (*OHLCV, *_ACTIONS):
        if name not in frame.columns:
            columns[name] = np.full(len(frame), 0.0 if name in _ACTIONS else np.nan)
            continue
        cells = frame[name]
        if isinstance(cells.dtype, np.dtype) and cells.dtype.kind in "iuf":
            values = cells.to_numpy(float)
        else:
            values = pd.to_numeric(cells, errors="coerce").to_numpy(float)
            _refuse_words(cells, values, dates, where)
        columns[name] = np.nan_to_num(values, posinf=np.inf) if name in _ACTIONS else values
    return pd.DataFrame(columns, index=dates.rename("date"))


def _check_columns(frame: pd.DataFrame, where: str) -> None:
    """Refuse, by name, columns that nobody reads: a dividend or a split may be among them.

    Passed over: nameless ones that are empty or count the rows, and those that say nothing where they are all 0.
    """
    unknown = [
        name
        for name in frame.columns
        if name not in (*OHLCV, *_ACTIONS, *_NOT_READ)
        and not (name.startswith("unnamed: ") and _says_nothing(frame[name]))
        and not (name in _NOTHING_IF_ZERO and not pd.to_numeric(frame[name], errors="coerce").fillna(0).any())
    ]
    if unknown:
        names = ", ".join(f"'{name}'" for name in unknown)
        example = json.dumps(unknown[0], ensure_ascii=False)
        hint = did_you_mean(unknown[0], (*OHLCV, *_ACTIONS))
        raise PriceError(
            f"{where}: nobody reads the column{'s' * (len(unknown) > 1)} {shown(names)}."
            f"{hint if 'mean' in hint else ''} Known: date, {', '.join((*OHLCV, *_ACTIONS))}. "
            f"To leave one unread, say at the top of prices.toml: ignore = [{shown(example)}]"
        )


def _refuse_words(cells: pd.Series, values: npt.NDArray[np.float64], dates: pd.DatetimeIndex, where: str) -> None:
    """values : of the cells; NaN where they are empty, or no number"""
    written = cells.notna().to_numpy() & np.isnan(values)
    if written.any():
        at = int(np.argmax(written))
        raise PriceError(
            f"{where}, {_day(dates[at])}: {cells.name} '{shown(cells.iloc[at])}' is not a number. "
            "Leave an unknown cell empty."
        )


def _says_nothing(cells: pd.Series) -> bool:
    counted = np.arange(len(cells))
    figures = pd.to_numeric(cells, errors="coerce").to_numpy(float)
    return bool(cells.isna().all() or (figures == counted).all() or (figures == counted + 1).all())


def _refuse(frame: pd.DataFrame, wrong: npt.NDArray[np.bool_], where: str, what: str) -> None:
    if wrong.any():
        at = frame.index[int(np.argmax(wrong))]
        raise PriceError(f"{where}, {_day(at)}: {what}.")


def _day(stamp: pd.Timestamp) -> str:
    return stamp.date().isoformat()
