"""Reads and validates an event study's input from CSV files: returns, market returns and events."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from eventfolio.events.errors import did_you_mean, shown
from eventfolio.events.files import MB, TABLE, check_parquet, read_text
from eventfolio.results.errors import EvidenceError
from eventfolio.results.event_study.return_warnings import refuse_levels

_SWEEP = 2_000 * MB  # of a sweep's returns: a float64 a date and trial
_NAME = ("name", "symbol", "company", "firm", "security")
_DATE = ("date", "event", "when", "event_date")


def read_returns(path: Path, what: str) -> pd.DataFrame:
    """A table of returns: a date column first, then a column a series; decimal fractions, empty or NA where unknown.

    path    : CSV, or the .parquet of a sweep
    Returns : frame, index date ascending
    Raises  : EvidenceError
    """
    frame = (_of_parquet if path.suffix.lower() == ".parquet" else _of_csv)(path, what)
    if frame.index.has_duplicates:
        day = frame.index[frame.index.duplicated()][0]
        raise EvidenceError(f"{path.name}: {day.date()} stands twice. Keep one row a date.")
    frame = frame.sort_index()
    refuse_levels(frame, path.name)
    return frame


def _of_csv(path: Path, what: str) -> pd.DataFrame:
    header, rows = _read(path, what)
    names = header[1:]
    if not names:
        raise EvidenceError(f"{path.name}: one column only. The first is the date, each further one a series.")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise EvidenceError(
            f"{path.name}: the column '{shown(twice)}' stands twice. Give each series a name of its own."
        )
    if "" in names:
        raise EvidenceError(f"{path.name}: column {names.index('') + 2} has no name. Name each series in line 1.")
    dates = [_date(row[0], path, line) for line, row in rows]
    values = np.array([[_number(cell, path, line) for cell in row[1:]] for line, row in rows], float)
    return pd.DataFrame(
        values.reshape(len(rows), len(names)), index=pd.DatetimeIndex(dates, name="date"), columns=names
    )


def _of_parquet(path: Path, what: str) -> pd.DataFrame:
    """The returns a sweep has written, or a table of that form."""
    try:
        check_parquet(path, what, EvidenceError, _SWEEP)
        frame = pd.read_parquet(path)
    except (OSError, ValueError):
        raise EvidenceError(f"{path.name}: not a Parquet file. Give the returns.parquet of a sweep, or CSV.") from None
    numbers = all(frame[name].dtype == np.float64 for name in frame.columns[1:])
    dated = len(frame.columns) > 1 and frame.columns[0] == "date" and isinstance(frame["date"].dtype, np.dtype)
    if not dated or frame["date"].dtype.kind != "M" or not numbers or np.isinf(frame.iloc[:, 1:]).any(axis=None):
        raise EvidenceError(f"{path.name}: no table of returns. Give the returns.parquet of a sweep, or CSV.")
    if not len(frame) or frame["date"].isna().any():
        raise EvidenceError(f"{path.name}: {'a row has no date' if len(frame) else 'no rows'}. Give each row a date.")
    return frame.set_index(pd.DatetimeIndex(frame["date"].astype("datetime64[ns]"), name="date")).drop(columns="date")


def read_events(path: Path) -> pd.DataFrame:
    """A table of events: name, date and, where there are several markets, market; optionally symbol.

    Returns : frame with name, symbol (a column of the returns), date, market (None where not given)
    Raises  : EvidenceError
    """
    header, rows = _read(path, "events")
    lower = [name.lower() for name in header]
    when = next((name for name in _DATE if name in lower), None)
    name = next((word for word in _NAME if word in lower), None)
    if name is None or when is None:
        wanted = "name" if name is None else "date"
        near = did_you_mean(wanted, header)
        raise EvidenceError(f"{path.name}: no column '{shown(wanted)}'. The header should read name,date,market.{near}")
    at = {word: lower.index(word) for word in {name, when, "symbol", "market"} if word in lower}
    listed = []
    for line, row in rows:
        who = row[at[name]]
        if not who:
            raise EvidenceError(f"{path.name}, line {line}: no name. Name a column of the returns.")
        symbol = row[at["symbol"]] if "symbol" in at else who
        market = row[at["market"]] or None if "market" in at else None
        listed.append({"name": who, "symbol": symbol, "date": _date(row[at[when]], path, line), "market": market})
    return pd.DataFrame(listed)


def _read(path: Path, what: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header and rows with their line numbers, every cell stripped; empty lines left out."""
    text = read_text(path, what, EvidenceError, TABLE, pipe=True)
    if "\0" in text:
        raise EvidenceError(f"{path.name}: not text. Save it as CSV.")
    reader = csv.reader(text.splitlines())
    try:
        lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise EvidenceError(f"{path.name}, line {reader.line_num}: not CSV ({error}).") from None
    lines = [(number, row) for number, row in lines if any(row)]
    if len(lines) < 2:
        raise EvidenceError(f"{path.name}: no rows. Line 1 names the columns, each further one is a row.")
    header = lines[0][1]
    for number, row in lines[1:]:
        if len(row) != len(header):
            raise EvidenceError(f"{path.name}, line {number}: {len(row)} cells, and the header has {len(header)}.")
    return header, lines[1:]


def _date(text: str, path: Path, line: int) -> pd.Timestamp:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        day = None
    if day is None or not 1700 <= day.year <= 2200:
        raise EvidenceError(f"{path.name}, line {line}: '{shown(text)}' is not a date. Write it as 2025-06-17.")
    return pd.Timestamp(day)


def _number(text: str, path: Path, line: int) -> float:
    if text.lower() in ("", "na", "nan", "n/a", "null", "none"):
        return np.nan
    try:
        value = float(text)
    except ValueError:
        value = np.inf
    if not np.isfinite(value):
        raise EvidenceError(
            f"{path.name}, line {line}: '{shown(text)}' is not a number. Write a return as 0.0123; leave an unknown "
            "one empty."
        )
    return value
