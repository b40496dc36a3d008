"""Writes and reads the tables of a run folder: columns, types, and the same bytes for the same rows.

No pandas metadata, no time of writing, one fixed compression: what differs between two files is what differs
between two runs. Dates are microsecond timestamps without a zone, instants the same in UTC.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from eventfolio.events.files import MB, TABLE, table_size

_DATE, _INSTANT = pa.timestamp("us"), pa.timestamp("us", tz="UTC")
_NUMBER, _WHOLE, _TEXT, _FLAG, _LIST = (
    pa.float64(),
    pa.int64(),
    pa.string(),
    pa.bool_(),
    pa.list_(pa.string()),
)

TABLES: dict[str, dict[str, pa.DataType]] = {
    "returns": {"date": _DATE, "return": _NUMBER, "benchmark": _NUMBER, "home": _NUMBER},
    "equity": {"date": _DATE, "equity": _NUMBER, "cash": _NUMBER, "exposure": _NUMBER},
    "orders": {
        "order": _WHOLE,
        "symbol": _TEXT,
        "theme": _TEXT,
        "event_id": _TEXT,
        "side": _TEXT,
        "reason": _TEXT,
        "known_at": _INSTANT,
        "decided_at": _INSTANT,
        "decision_session": _DATE,
        "lot": _WHOLE,
        "wanted": _NUMBER,
        "filled": _NUMBER,
        "status": _TEXT,
        "why": _TEXT,
        "story": _LIST,
    },
    "trades": {
        "lot": _WHOLE,
        "symbol": _TEXT,
        "theme": _TEXT,
        "event_id": _TEXT,
        "extended_by": _LIST,
        "known_at": _INSTANT,
        "decided_at": _INSTANT,
        "hindsight": _FLAG,
        "entry_session": _DATE,
        "entry_price_local": _NUMBER,
        "entry_price": _NUMBER,
        "shares": _NUMBER,
        "exit_session": _DATE,
        "exit_shares": _NUMBER,
        "exit_price_local": _NUMBER,
        "exit_price": _NUMBER,
        "exit_reason": _TEXT,
        "costs": _NUMBER,
        "pnl": _NUMBER,
        "index_return": _NUMBER,
        "excess_return": _NUMBER,
        "commission": _NUMBER,
        "fees": _NUMBER,
        "tax": _NUMBER,
        "fx_cost": _NUMBER,
        "slippage": _NUMBER,
        "dividends": _NUMBER,
        "pnl_local": _NUMBER,
        "pnl_currency": _NUMBER,
    },
    "positions": {"date": _DATE, "symbol": _TEXT, "shares": _NUMBER, "value": _NUMBER},
    "triggers": {"part": _TEXT, "event_id": _TEXT, "symbol": _TEXT, "triggered": _FLAG, "word": _TEXT},
    "fills": {
        "order": _WHOLE,
        "lot": _WHOLE,
        "symbol": _TEXT,
        "session": _DATE,
        "side": _TEXT,
        "reason": _TEXT,
        "at_close": _FLAG,
        "shares": _NUMBER,
        "price_local": _NUMBER,
        "fx": _NUMBER,
        "commission": _NUMBER,
        "fees": _NUMBER,
        "tax": _NUMBER,
        "fx_cost": _NUMBER,
        "slippage": _NUMBER,
        "volume_cap": _NUMBER,
        "later_session": _DATE,
        "later_price_local": _NUMBER,
        "later_fx": _NUMBER,
        "later_split": _NUMBER,
    },
    "cash_flows": {"date": _DATE, "trades": _NUMBER, "interest": _NUMBER, "other": _NUMBER},
    "capacity": {"date": _DATE, "equity_10": _NUMBER, "equity_100": _NUMBER},
}
ADDED = {  # tables that runs stored before they were thought of lack: with which key of run.json each came
    "triggers": "triggers",
    "fills": "capacity",
    "cash_flows": "capacity",
    "capacity": "capacity",
}
OF_CLOSES = {"orders": {"at": _TEXT}, "trades": {"entry_at": _TEXT}}  # columns, at the end, of runs that buy at closes


_LATER = {  # columns that tables of the first versions lack
    ("trades", column)
    for column in ("commission", "fees", "tax", "fx_cost", "slippage", "dividends", "pnl_local", "pnl_currency")
}
_NEEDED = {  # columns without which a row means nothing
    "returns": ("date", "return"),
    "equity": ("date", "equity"),
    "orders": ("order", "symbol", "side", "reason", "decision_session", "status"),
    "trades": ("lot", "symbol", "hindsight", "entry_session", "shares", "entry_price", "costs"),
    "positions": ("date", "symbol"),
    "triggers": ("part", "word"),
    "fills": ("lot", "symbol", "session", "side", "shares", "price_local", "fx"),
    "cash_flows": ("date", "trades", "interest", "other"),
    "capacity": ("date",),
}


def write_table(name: str, frame: pd.DataFrame, path: Path) -> None:
    """Write `frame` as the table `name` (a key of TABLES), its columns in the order TABLES gives."""
    columns = TABLES[name]
    if (more := OF_CLOSES.get(name, {})).keys() <= set(frame.columns):
        columns = columns | more
    if list(frame.columns) != list(columns):
        raise ValueError(f"table {name} has columns {list(frame.columns)}, not {list(columns)}")
    arrays = [_array(frame[column], kind) for column, kind in columns.items()]
    table = pa.Table.from_arrays(arrays, schema=pa.schema(list(columns.items())))
    pq.write_table(table, path, compression="zstd", version="2.6", data_page_version="1.0", store_schema=True)


def read_table(path: Path) -> pd.DataFrame:
    """A table of a run folder as written; which one, its name says.

    Raises: ValueError, OSError or pyarrow's own where it is damaged, endless or not such a table
    """
    wanted = TABLES[path.stem]
    with pq.ParquetFile(path) as file:
        if (size := table_size(file.metadata)) > TABLE:
            raise ValueError(f"a table of {size / MB:,.0f} MB is none of a run")
        there, rows = file.schema_arrow, file.read(use_threads=False)  # small files: threads cost more than they bring
    more = OF_CLOSES.get(path.stem, {})
    for column, kind in (wanted | more).items():
        if column not in there.names:
            if (path.stem, column) not in _LATER and column not in more:
                raise ValueError(f"it has no column {column}")
        elif not _alike(there.field(column).type, kind):
            raise ValueError(f"column {column} holds {there.field(column).type}, not {kind}")
    frame = rows.to_pandas()
    for column in _NEEDED[path.stem]:
        if rows[column].null_count or (pa.types.is_floating(rows[column].type) and np.isnan(frame[column]).any()):
            raise ValueError(f"a row has no {column}")
    for number in rows.column_names:
        if pa.types.is_floating(rows[number].type) and np.isinf(rows[number].to_numpy()).any():
            raise ValueError(f"{number} is beyond all numbers in a row")
    if path.stem in ("returns", "equity") and not (len(frame) and frame["date"].is_monotonic_increasing):
        raise ValueError("its rows are none, or not in order of their dates")
    return frame


def _alike(found: pa.DataType, kind: pa.DataType) -> bool:
    """Whether a column holds what it should, however another program that wrote the table calls it."""
    is_, numbers = pa.types, (_NUMBER, _WHOLE)
    if is_.is_null(found) or found == kind:
        return True
    if kind == _LIST:
        return is_.is_list(found) and _alike(found.value_type, _TEXT)
    if kind in (_DATE, _INSTANT):
        return is_.is_timestamp(found) and (found.tz is None) == (kind == _DATE)
    if kind in numbers:
        return is_.is_integer(found) or is_.is_floating(found)
    return kind == _TEXT and is_.is_large_string(found)


def _array(column: pd.Series, kind: pa.DataType) -> pa.Array:
    if kind == _DATE:
        dates = pd.to_datetime(column)
        # a zone is dropped, not converted: midnight in Seoul is that date, not the day before
        column = dates.dt.tz_localize(None) if dates.dt.tz is not None else dates
    elif kind == _INSTANT:
        column = pd.to_datetime(column, utc=True)
    elif kind == _LIST:
        return pa.array([None if _is_missing(item) else list(item) for item in column], type=kind)
    return pa.array(column, type=kind, from_pandas=True)


def _is_missing(item: object) -> bool:
    return item is None or (isinstance(item, float) and item != item)
