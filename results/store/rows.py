"""Converts rows of a run's tables to JSON."""

from __future__ import annotations

from typing import NotRequired, TypedDict

import numpy as np
import pandas as pd
from pandas.api.types import is_datetime64_dtype

from eventfolio.events.json_types import JsonObject

Cell = str | int | float | bool | list[str] | None


class OrderRow(TypedDict):
    """A row of orders.parquet: dates and instants as ISO text, what is not known as null."""

    order: int
    symbol: str
    theme: str
    event_id: str | None
    side: str
    reason: str
    known_at: str | None
    decided_at: str | None
    decision_session: str
    lot: int | None
    wanted: float | None
    filled: float | None
    status: str
    why: str
    story: list[str] | None
    at: NotRequired[str]  # open or close; only of runs that buy at closes


class LotRow(TypedDict):
    """What is read of a row of trades.parquet; the row holds every column of the table."""

    lot: int
    symbol: str
    theme: str
    event_id: str | None
    extended_by: list[str] | None
    hindsight: bool
    entry_session: str
    entry_at: NotRequired[str]  # open or close; only of runs that buy at closes
    entry_price_local: float | None
    shares: float
    exit_session: str | None
    exit_reason: str
    costs: float
    pnl: float | None
    index_return: float | None
    excess_return: float | None


class TriggerRow(TypedDict):
    """A row of triggers.parquet: what became of an event on a listing."""

    part: str
    event_id: str
    symbol: str
    triggered: bool
    word: str


def json_rows(frame: pd.DataFrame) -> list[JsonObject]:
    """Rows as JSON has them: lists as lists, unknown as null, dates and instants as ISO text."""
    columns = {str(name): _cells(str(name), column) for name, column in frame.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _cells(name: str, column: pd.Series) -> list[Cell]:
    if is_datetime64_dtype(column.dtype):  # without a zone: dates
        days = column.to_numpy().astype("datetime64[D]")
        return [None if day == "NaT" else day for day in days.astype(str).tolist()]
    return [_cell(name, value) for value in column.tolist()]


def _cell(name: str, value: Cell | pd.Timestamp | np.ndarray) -> Cell:
    if isinstance(value, (np.ndarray, list)):
        return [str(item) for item in value]
    if value is None or value is pd.NaT or value != value:
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat() if value.tz else f"{value:%Y-%m-%d}"
    return int(value) if name in ("lot", "order") else value
