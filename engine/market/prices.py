"""A price table as it came in, and the checks every table passes at the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from engine.errors import PriceError

OHLCV = ("open", "high", "low", "close", "volume")
Adjusted = Literal["none", "split", "total"]


@dataclass(frozen=True)
class PriceTable:
    """Daily bars of one listing, index or currency.

    frame    : index date (ascending, unique), float columns open, high, low, close, volume (NaN = unknown),
               dividends (net local cash a share on the ex-date) and splits (new shares per old; 0 = none)
    adjusted : whether the file's prices are raw ("none"), or divided by later splits ("split") and dividends ("total")
    dividends: whether the column is what reached the holder ("net") or what was paid ("gross")
    dated    : for a currency: row D is the rate at the "start" of D in London (Yahoo's habit) or late ("end") on D
    where    : the file, for messages
    """

    symbol: str
    frame: pd.DataFrame
    adjusted: Adjusted = "none"
    dated: Literal["start", "end"] = "end"
    where: str = ""
    dividends: Literal["net", "gross"] = "net"

    @property
    def is_raw(self) -> bool:
        return self.adjusted == "none"


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
    for name in ("open", "high", "low", "close"):
        values = frame[name]
        _refuse(
            frame,
            np.isinf(values) | (values <= 0),
            where,
            f"{name} is not above zero; leave an unknown cell empty",
        )
    _refuse(
        frame,
        (frame["volume"] < 0) | np.isinf(frame["volume"]),
        where,
        "volume is negative or infinite; leave an unknown cell empty",
    )
    if "splits" in frame:
        _refuse(frame, (frame["splits"] < 0) | np.isinf(frame["splits"]), where, "splits is not a ratio such as 7")
    if "dividends" in frame:
        _refuse(frame, (frame["dividends"] < 0) | np.isinf(frame["dividends"]), where, "dividends is negative")
    if table.symbol.endswith("=X"):
        return  # of a currency only the close is read
    slack = 1e-6  # adjusted prices are products, rounded
    high, low = frame["high"], frame["low"]
    _refuse(frame, high < low * (1 - slack), where, "high is below low")
    for name in ("open", "close"):
        outside = (frame[name] > high * (1 + slack)) | (frame[name] < low * (1 - slack))
        _refuse(frame, outside, where, f"{name} lies outside low … high")


def as_table(frame: pd.DataFrame, where: str) -> pd.DataFrame:
    """A frame with a date column or index in the shape of PriceTable.frame; anything else is refused in words."""
    frame = frame.rename(columns=lambda name: str(name).strip().lower())
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise PriceError(f"{where}: the column '{twice[0]}' stands twice. Keep one.")
    if "date" in frame.columns:
        frame = frame.set_index("date")
    elif frame.index.name is None or str(frame.index.name).lower() != "date":
        raise PriceError(f"{where}: no column 'date'. The header should read date,open,high,low,close,volume.")
    if "close" not in frame.columns:
        raise PriceError(f"{where}: no column 'close'. The header should read date,open,high,low,close,volume.")
    dates = _dates(frame.index, where)
    if dates.hasnans:
        line = int(np.argmax(dates.isna())) + 2
        raise PriceError(f"{where}, line {line}: the date is missing. Write dates as 2025-06-17.")
    if dates.min().year < 1700 or dates.max().year > 2200:
        raise PriceError(f"{where}: {_day(dates.min())} to {_day(dates.max())} leaves the years 1700 to 2200.")
    local = dates.tz_localize(None)
    if (local != local.normalize()).any():
        stamp = local[int(np.argmax(local != local.normalize()))]
        raise PriceError(
            f"{where}: {stamp} has a time of day. Daily bars carry their session's date alone, as 2025-06-17."
        )
    dates = pd.DatetimeIndex(local.normalize().astype("datetime64[ns]"))
    columns = {}
    for name in (*OHLCV, "dividends", "splits"):
        if name not in frame.columns:
            columns[name] = np.full(len(frame), 0.0 if name in ("dividends", "splits") else np.nan)
            continue
        values = pd.to_numeric(frame[name], errors="coerce").to_numpy(float)
        written = frame[name].notna().to_numpy() & np.isnan(values)
        if written.any():
            at = int(np.argmax(written))
            raise PriceError(
                f"{where}, {_day(dates[at])}: {name} '{frame[name].iloc[at]}' is not a number. "
                "Leave an unknown cell empty."
            )
        columns[name] = np.nan_to_num(values, posinf=np.inf) if name in ("dividends", "splits") else values
    return pd.DataFrame(columns, index=dates.rename("date"))


def _dates(written: pd.Index, where: str) -> pd.DatetimeIndex:
    """Dates as they are written, whole ones only; the first that cannot be read is named."""
    if isinstance(written, pd.DatetimeIndex):
        return written
    texts = pd.Series(written, dtype="object").map(lambda value: value if pd.isna(value) else str(value).strip())
    short = texts.notna() & (texts.str.len() < len("2025-06-17"))
    dates = pd.to_datetime(texts, format="ISO8601", errors="coerce")
    wrong = (dates.isna() & texts.notna()) | short.fillna(False).astype(bool)
    if wrong.any():
        at = int(np.argmax(wrong.to_numpy()))
        raise PriceError(
            f"{where}: a date cannot be read, '{texts.iloc[at]}' in row {at + 1}. Write dates as 2025-06-17."
        )
    return pd.DatetimeIndex(dates)


def _refuse(frame: pd.DataFrame, wrong: pd.Series, where: str, what: str) -> None:
    if wrong.any():
        at = frame.index[int(np.argmax(wrong.to_numpy()))]
        raise PriceError(f"{where}, {_day(at)}: {what}.")


def _day(stamp: pd.Timestamp) -> str:
    return stamp.date().isoformat()
