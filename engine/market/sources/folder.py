"""Prices from a folder of SYMBOL.csv or SYMBOL.parquet; prices.toml may say how they are adjusted and dated."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from eventfolio.engine.errors import PriceError
from eventfolio.engine.market.prices import Adjusted, PriceTable, as_table, check_table
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.events.files import TABLE, check_file, check_parquet
from eventfolio.events.toml_reader import read_toml, validate

_ENDINGS = (".parquet", ".csv")


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _File(_Row):
    """How one price file is to be read.

    adjusted  : as traded (none, the default), divided by later splits, or by splits and dividends (total)
    volume    : unknown where the column's figures are not to be relied on: no volume cap then
    dividends : whether the column is what reached the holder, or what was paid before tax
    ignore    : columns that are not read
    """

    adjusted: Adjusted | None = None
    volume: Literal["known", "unknown"] = "known"
    dividends: Literal["net", "gross"] = "net"
    ignore: tuple[str, ...] = ()


class _Rate(_Row):
    """How one file of exchange rates is to be read.

    dated : whether a row is the price at the start of its day in London, as Yahoo's, or late on it (never looks ahead)
    """

    dated: Literal["start", "end"] = "end"


class _Notes(_Row):
    """What prices.toml says of a folder's files.

    simulated : the prices are made up, and every page says so
    ignore    : columns that are not read in any file
    files     : by symbol, how its file is to be read
    fx        : by rate, such as `"KRW=X"`, how its file is to be read
    """

    simulated: bool = False
    ignore: tuple[str, ...] = ()
    files: dict[str, _File] = Field(default_factory=dict)
    fx: dict[str, _Rate] = Field(default_factory=dict)

    def ignored(self, symbol: str) -> set[str]:
        """The names of columns that a symbol's file may hold unread, in small letters."""
        names = (*self.ignore, *self.files.get(symbol, _File()).ignore)
        return {name.strip().lower() for name in names}


def read_folder(folder: Path, symbols: Iterable[str], optional: Iterable[str], today: date) -> dict[str, PriceTable]:
    """The tables of `symbols` (each must be there) and of those `optional` ones that are.

    Raises: PriceError, naming the file and what to do; all that are missing at once
    """
    notes, needed = read_notes(folder), list(symbols)
    paths = {symbol: find_file(folder, symbol) for symbol in (*needed, *optional)}
    missing = [symbol for symbol in needed if paths[symbol] is None]
    if missing:
        raise PriceError(_without_prices(missing, folder))
    return {symbol: read_file(path, symbol, notes, today) for symbol, path in paths.items() if path is not None}


def read_notes(folder: Path) -> _Notes:
    """What prices.toml says of a folder; nothing where there is none.

    Raises: PriceError where there is no such folder, or the notes say what they cannot
    """
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise PriceError(f"Price folder {folder} {what}. Give a folder of SYMBOL.csv or SYMBOL.parquet files.")
    path = folder / "prices.toml"
    if not path.exists():
        return _Notes()
    return validate(_Notes, read_toml(path, "price notes", PriceError), path.name, PriceError)


def symbols_in(folder: Path) -> list[str]:
    """The symbols that have a file, or two, in a folder."""
    return sorted({path.stem for path in folder.iterdir() if path.suffix in _ENDINGS})


def read_file(path: Path, symbol: str, notes: _Notes, today: date) -> PriceTable:
    """One file as a checked table."""
    is_parquet = path.suffix == ".parquet"
    try:
        (check_parquet if is_parquet else check_file)(path, "price", PriceError, TABLE)
        frame = pd.read_parquet(path) if is_parquet else pd.read_csv(path)
    except pd.errors.EmptyDataError:
        raise PriceError(f"{path.name} is empty. A price file needs date,open,high,low,close,volume.") from None
    except UnicodeDecodeError:
        raise PriceError(f"{path.name} is not text in UTF-8. Save it as CSV.") from None
    except (pd.errors.ParserError, ValueError, OSError) as error:
        first = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise PriceError(f"{path.name} cannot be read: {shown(first)}") from None
    file = notes.files.get(symbol, _File())
    is_yahoo = any(str(name).strip().lower() == "stock splits" for name in frame.columns)
    frame = as_table(frame, path.name, notes.ignored(symbol))
    if is_yahoo and file.adjusted is None:
        _check_stock_splits(frame, symbol, path.name)
    if file.volume == "unknown":
        frame["volume"] = float("nan")
    dated = notes.fx.get(symbol, _Rate()).dated
    table = PriceTable(symbol, frame, file.adjusted or "none", dated, path.name, file.dividends)
    check_table(table, today)
    return table


def find_file(folder: Path, symbol: str) -> Path | None:
    """The file of a symbol, if there is one.

    Raises: PriceError where there are two, or for a symbol that would lead out of the folder
    """
    if "/" in symbol or "\\" in symbol or symbol.startswith("."):
        raise PriceError(f"'{shown(symbol)}' cannot name a price file.")
    found = [path for ending in _ENDINGS if (path := folder / f"{symbol}{ending}").exists()]
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise PriceError(f"{shown(symbol)} has two files in {folder}: {names}. Keep the one that is right.")
    return found[0] if found else None


def _without_prices(missing: list[str], folder: Path) -> str:
    there = symbols_in(folder)
    rates = " Rates are in units per US dollar." if any(symbol.endswith("=X") for symbol in missing) else ""
    leave = f"or leave what is missing out of the themes (--theme narrows a study).{rates}"
    if len(missing) == 1:
        hint = did_you_mean(missing[0], there)
        return f"{missing[0]} has no prices in {folder}.{hint} Add {missing[0]}.csv, {leave}"
    hint = next((hint for symbol in missing if "mean" in (hint := did_you_mean(symbol, there))), "")
    return f"{len(missing)} symbols have no prices in {folder}: {', '.join(missing)}.{hint} Add SYMBOL.csv, {leave}"


def _check_stock_splits(frame: pd.DataFrame, symbol: str, where: str) -> None:
    """Refuse yfinance's splits where its closes are not plainly those of the day.

    Its closes may be raw, divided by later splits, or adjusted for dividends too; the file does not say. Where the
    price falls by the ratio on each split it is raw; where it does not, or no close stands on both sides, nobody knows.
    """
    close, splits = frame["close"].to_numpy(), frame["splits"].to_numpy()
    for at in np.flatnonzero(splits > 0).tolist():
        ratio = math.log(splits[at])
        move = math.log(close[at] / close[at - 1]) if at and close[at - 1 : at + 1].min() > 0 else math.nan
        if not abs(move + ratio) < abs(ratio) / 3:
            raise PriceError(
                f"{where}, {str(frame.index[at])[:10]}: 'Stock Splits' lists {splits[at]:g}, and the closes do not "
                "show it, so they may be divided by it already. Say in prices.toml what they are:\n"
                f'  [files]\n  "{symbol}" = {{ adjusted = "none" }}   # or "split", or "total" (dividends too)'
            )
