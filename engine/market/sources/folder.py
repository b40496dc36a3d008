"""Prices from a folder of SYMBOL.csv or SYMBOL.parquet; prices.toml may say how they are adjusted and dated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from eventfolio.engine.errors import PriceError
from eventfolio.engine.market.prices import Adjusted, PriceTable, Understood, as_table, check_table
from eventfolio.engine.market.sessions import sessions_of
from eventfolio.engine.market.sources.dialect import is_yahoos, read_cells
from eventfolio.engine.market.sources.figures import in_major, read_figures
from eventfolio.engine.market.sources.text_dates import plain_dates
from eventfolio.engine.market.sources.yahoo_columns import as_yahoos
from eventfolio.events import Securities, Security
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.events.exchanges import CURRENCIES, EXCHANGES, MINOR_UNITS
from eventfolio.events.files import TABLE, check_parquet, read_bytes
from eventfolio.events.toml_reader import read_toml, validate

_ENDINGS = (".parquet", ".csv")
Unit = Annotated[str, Field(pattern=r"^[A-Z]{2}[A-Za-z]$")]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _File(_Row):
    """How one price file is to be read.

    adjusted  : as traded (none, the default), divided by later splits, or by splits and dividends (total)
    unit      : in what prices and dividends are quoted: the currency, or a hundredth of it (GBp, GBX, ILA, ZAc, ZAC)
    volume    : unknown where the column's figures are not to be relied on: no volume cap then
    dividends : whether the column is what reached the holder, or what was paid before tax
    ignore    : columns that are not read
    """

    adjusted: Adjusted | None = None
    volume: Literal["known", "unknown"] = "known"
    unit: Unit | None = None
    dividends: Literal["net", "gross"] | None = None
    ignore: tuple[str, ...] = ()


class _Rate(_Row):
    """How one file of exchange rates is to be read.

    dated : whether a row is the price at the start of its day in London, as Yahoo's, or late on it (never looks ahead)
    """

    dated: Literal["start", "end"] = "end"


class _Notes(_Row):
    """What prices.toml says of a folder's files.

    simulated : the prices are made up, and every page says so
    unit      : in what files are quoted that do not say it themselves, of currencies with a unit of hundredths
    ignore    : columns that are not read in any file
    files     : by symbol, how its file is to be read
    fx        : by rate, such as `"KRW=X"`, how its file is to be read
    """

    simulated: bool = False
    unit: Unit | None = None
    ignore: tuple[str, ...] = ()
    files: dict[str, _File] = Field(default_factory=dict)
    fx: dict[str, _Rate] = Field(default_factory=dict)

    def ignored(self, symbol: str) -> set[str]:
        """The names of columns that a symbol's file may hold unread, in small letters."""
        names = (*self.ignore, *self.files.get(symbol, _File()).ignore)
        return {name.strip().lower() for name in names}


def read_folder(
    folder: Path,
    symbols: Iterable[str],
    optional: Iterable[str],
    today: date,
    securities: Securities | None = None,
) -> dict[str, PriceTable]:
    """The tables of `symbols` (each must be there) and of those `optional` ones that are.

    securities : what is known of the symbols: their sessions settle dates, their exchange the unit of prices

    Raises: PriceError, naming the file and what to do; all that are missing at once
    """
    notes, needed = read_notes(folder), list(symbols)
    paths = {symbol: find_file(folder, symbol) for symbol in (*needed, *optional)}
    missing = [symbol for symbol in needed if paths[symbol] is None]
    if missing:
        raise PriceError(_without_prices(missing, folder))
    return {
        symbol: read_file(path, symbol, notes, today, securities.get(symbol) if securities else None)
        for symbol, path in paths.items()
        if path is not None
    }


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


def read_file(path: Path, symbol: str, notes: _Notes, today: date, security: Security | None = None) -> PriceTable:
    """One file as a checked table, in the security's currency, its oldest row first.

    Raises: PriceError for what cannot be read, can be read in two ways, or no market could have printed
    """
    file, where = notes.files.get(symbol, _File()), path.name
    frame, understood = _read_cells(path, symbol, security)
    yahoo = understood.is_yahoo
    columns = {str(name).strip().lower() for name in frame.columns}
    adjusted = file.adjusted
    understood = replace(understood, is_told=adjusted is not None)
    if yahoo and adjusted is None:
        adjusted, frame = as_yahoos(frame, columns, symbol, where, notes.ignored(symbol))
    frame = as_table(frame, where, notes.ignored(symbol))
    if len(frame) > 1 and frame.index.is_monotonic_decreasing and not frame.index.has_duplicates:
        frame, understood = frame[::-1], replace(understood, is_newest_first=True)
    if file.volume == "unknown":
        frame["volume"] = float("nan")
    unit = _unit(security, file.unit, notes.unit, where)
    if unit in MINOR_UNITS:
        for name in ("open", "high", "low", "close", "dividends"):
            frame[name] = in_major(frame[name].to_numpy(float))
    table = PriceTable(
        symbol,
        frame,
        adjusted or "none",
        notes.fx.get(symbol, _Rate()).dated,
        where,
        file.dividends or ("gross" if yahoo or understood.is_gross else "net"),
        unit if unit in MINOR_UNITS else "",
        understood,
    )
    check_table(table, today)
    return table


def _read_cells(path: Path, symbol: str, security: Security | None) -> tuple[pd.DataFrame, Understood]:
    """A file's columns with dates as text, or stamps, and figures; whatever program wrote it."""
    if path.suffix == ".parquet":
        try:
            check_parquet(path, "price", PriceError, TABLE)
            frame = pd.read_parquet(path)
        except (ValueError, OSError) as error:
            first = next(iter(str(error).strip().splitlines()), type(error).__name__)
            raise PriceError(f"{path.name} cannot be read: {shown(first)}") from None
        return frame, Understood(is_yahoo=is_yahoos([str(frame.index.name), *map(str, frame.columns)]))
    data = read_bytes(path, "price", PriceError, TABLE)
    frame, understood = read_cells(data, path.name, symbol)
    if "date" not in frame.columns or frame.columns.duplicated().any():
        return frame, understood  # refused by `as_table`
    dates, written = plain_dates(frame["date"], path.name, lambda: _sessions(symbol, security))
    frame, marks = read_figures(frame.assign(date=dates), understood.delimiter, path.name)
    return frame, replace(understood, dates=written, decimal=marks.decimal, thousands=marks.thousands)


def _sessions(symbol: str, security: Security | None) -> npt.NDArray[np.datetime64] | None:
    """Dates on which a symbol can have a row: its exchange's sessions, a currency's weekdays; None where unknown."""
    if symbol.endswith("=X"):
        days = np.arange(np.datetime64("1970-01-01"), np.datetime64("2040-01-01"))
        return days[np.is_busday(days)]
    return None if security is None else sessions_of(security.exchange).dates


def _unit(security: Security | None, own: str | None, folders: str | None, where: str) -> str:
    """In what a file is quoted; its currency where that has no unit of hundredths, or the file is of an index.

    own     : what prices.toml says of the file
    folders : what it says of the whole folder: of files in that currency, and of no others
    Raises  : PriceError where it must say so and does not, or says what its currency has not
    """
    for said in (own, folders):
        if said is not None and said not in MINOR_UNITS and said not in CURRENCIES:
            raise PriceError(f"prices.toml: unit '{shown(said)}' is no currency, nor a hundredth of one.")
    if security is None or security.kind == "index":
        return ""
    symbol, currency = security.symbol, security.currency
    small = [unit for unit, major in MINOR_UNITS.items() if major == currency]
    if own is not None and own not in (currency, *small):
        raise PriceError(f"{where}: prices.toml says it is in {own}, and {symbol} is in {currency}.")
    if own is None and folders in (currency, *small):
        own = folders
    if own is None and small and EXCHANGES[security.exchange].quotes_hundredths:
        raise PriceError(
            f"{where}: {symbol} may be in {currency} or in its hundredths ({small[0]}). "
            f'Say it in prices.toml, of the whole folder or of the file:\n  unit = "{small[0]}"  # or "{currency}"\n'
            f'  [files]\n  "{symbol}" = {{ unit = "{small[0]}" }}'
        )
    return own or currency


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
