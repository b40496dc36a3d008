"""Prices from a folder of SYMBOL.csv or SYMBOL.parquet; prices.toml may say how they are adjusted and dated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from engine.errors import PriceError
from engine.market.prices import Adjusted, PriceTable, as_table, check_table
from events.errors import did_you_mean
from events.files import TABLE, check_file
from events.reading import read_toml, validate


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _File(_Row):
    adjusted: Adjusted = "none"
    volume: Literal["known", "unknown"] = "known"
    dividends: Literal["net", "gross"] = "net"


class _Rate(_Row):
    dated: Literal["start", "end"] = "end"  # where nothing is said: the reading that never looks ahead


class _Notes(_Row):
    files: dict[str, _File] = Field(default_factory=dict)
    fx: dict[str, _Rate] = Field(default_factory=dict)


def read_folder(folder: Path, symbols: Iterable[str], optional: Iterable[str], today: date) -> dict[str, PriceTable]:
    """The tables of `symbols` (each must be there) and of those `optional` ones that are.

    Raises: PriceError, naming the file and what to do
    """
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise PriceError(f"Price folder {folder} {what}. Give a folder of SYMBOL.csv or SYMBOL.parquet files.")
    notes = _Notes()
    if (folder / "prices.toml").exists():
        notes = validate(
            _Notes, read_toml(folder / "prices.toml", "price notes", PriceError), "prices.toml", PriceError
        )
    tables = {}
    for symbol in (*symbols, *optional):
        path = _find(folder, symbol)
        if path is None:
            if symbol in optional:
                continue
            there = sorted(entry.stem for entry in folder.iterdir() if entry.suffix in (".csv", ".parquet"))
            raise PriceError(
                f"{symbol} has no prices in {folder}.{did_you_mean(symbol, there)} Add {symbol}.csv, or leave it out "
                "of the themes (--theme narrows a study)."
            )
        tables[symbol] = read_file(path, symbol, notes, today)
    return tables


def read_file(path: Path, symbol: str, notes: _Notes, today: date) -> PriceTable:
    """One file as a checked table."""
    check_file(path, "price", PriceError, TABLE)
    try:
        frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    except pd.errors.EmptyDataError:
        raise PriceError(f"{path.name} is empty. A price file needs date,open,high,low,close,volume.") from None
    except UnicodeDecodeError:
        raise PriceError(f"{path.name} is not text in UTF-8. Save it as CSV.") from None
    except (pd.errors.ParserError, ValueError, OSError) as error:
        raise PriceError(f"{path.name} cannot be read: {str(error).strip().splitlines()[0]}") from None
    file = notes.files.get(symbol, _File())
    frame = as_table(frame, path.name)
    if file.volume == "unknown":
        frame["volume"] = float("nan")
    table = PriceTable(symbol, frame, file.adjusted, notes.fx.get(symbol, _Rate()).dated, path.name, file.dividends)
    check_table(table, today)
    return table


def _find(folder: Path, symbol: str) -> Path | None:
    if "/" in symbol or "\\" in symbol or symbol.startswith("."):
        raise PriceError(f"'{symbol}' cannot name a price file.")
    for suffix in (".parquet", ".csv"):
        if (path := folder / f"{symbol}{suffix}").exists():
            return path
    return None
