"""Price files in the columns of Yahoo's downloads: what is adjusted in them, by their own columns.

Yahoo divides all prices by later splits. Beside `Adj Close`, its `Close` is divided by splits alone: with
`Stock Splits` it is made raw again; without, it stays as divided. A download without `Adj Close` may have been
adjusted for dividends too, which is what yfinance does unless told otherwise, and does not say so: where it lists
neither a split nor a dividend, as a currency's, there is nothing to adjust for.
"""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np
import pandas as pd

from eventfolio.engine.errors import PriceError
from eventfolio.engine.market.prices import Adjusted, as_table
from eventfolio.engine.market.yahoo.session import Refused
from eventfolio.engine.market.yahoo.unadjust import raw_bars

_WIRE = {"open": "Open", "high": "High", "low": "Low", "close": "Close", "volume": "Volume", "dividends": "Dividends"}


def as_yahoos(
    frame: pd.DataFrame, columns: Collection[str], symbol: str, where: str, ignored: Collection[str]
) -> tuple[Adjusted, pd.DataFrame]:
    """How a file's prices are adjusted, and its cells: made raw where its own splits allow it.

    columns : names of the frame's columns, in small letters
    Raises  : PriceError where that cannot be told
    """
    if "adj close" in columns and not columns_of_splits(columns):
        return "split", frame
    table = as_table(frame, where, (*ignored, "capital gains"))
    if "adj close" in columns:
        return "none", _undivided(table, frame, symbol, where)
    shown = _shows_splits(table)
    if shown is None and columns_of_splits(columns) and not (table["dividends"] > 0).any():
        return "none", frame
    if shown is None:
        raise PriceError(
            f"{where}: it has yfinance's columns without 'Adj Close', so its prices may be adjusted for splits "
            f"and dividends. Say in prices.toml what they are:\n{_example(symbol)}"
        )
    if shown:
        raise PriceError(
            f"{where}, {shown}, and the closes do not show it, so they may be divided by it already. Say in "
            f"prices.toml what they are:\n{_example(symbol)}"
        )
    return "none", frame


def columns_of_splits(columns: Collection[str]) -> bool:
    """Whether a column of splits is among the names."""
    return bool({"stock splits", "splits"} & set(columns))


def _undivided(table: pd.DataFrame, frame: pd.DataFrame, symbol: str, where: str) -> pd.DataFrame:
    """The table with prices, volume and dividends as they were on each day."""
    history = table.rename(columns=_WIRE).rename(columns={"splits": "Stock Splits"})
    gains = next((name for name in frame.columns if str(name).strip().lower() == "capital gains"), None)
    if gains is not None:
        history["Capital Gains"] = pd.to_numeric(frame[gains], errors="coerce").to_numpy(float)
    newest_first = len(history) > 1 and history.index.is_monotonic_decreasing
    history = history[::-1] if newest_first else history
    try:
        raw, _ = raw_bars(history, symbol)
    except Refused as refusal:
        words = refusal.words.replace("Yahoo lists", "it lists").replace("; try again in a day or two", "")
        raise PriceError(
            f"{where}: {words.replace('Yahoo', 'the file')}. If its closes are as traded, say so in prices.toml:\n"
            f"{_example(symbol)}"
        ) from None
    return raw.rename_axis("date").reset_index()


def _shows_splits(table: pd.DataFrame) -> str | None:
    """Whether prices are plainly those of the day, falling by the ratio on every split: "" where they are.

    Else the first split that they do not show, in words; None where no split is listed.
    """
    close, splits = table["close"].to_numpy(), table["splits"].to_numpy()
    listed = np.flatnonzero(splits > 0).tolist()
    for at in listed:
        ratio = math.log(splits[at])
        move = math.log(close[at] / close[at - 1]) if at and close[at - 1 : at + 1].min() > 0 else math.nan
        if not abs(move + ratio) < abs(ratio) / 3:
            return f"{str(table.index[at])[:10]}: 'Stock Splits' lists {splits[at]:g}"
    return "" if listed else None


def _example(symbol: str) -> str:
    return f'  [files]\n  "{symbol}" = {{ adjusted = "none" }}   # or "split", or "total" (dividends too)'
