"""Writes the tables of a sweep's folder: trials and their returns. The same trials give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from eventfolio.engine.record.json_record import Value
from eventfolio.engine.record.search import SweepFacts, Trial
from eventfolio.events.writing import write_whole
from eventfolio.results.search.document_types import SweepDocument
from eventfolio.results.search.sweep import ranking
from eventfolio.results.store.writing import write_json

TRIALS_FILE, RETURNS_FILE, RESULT_FILE = "trials.parquet", "returns.parquet", "result.json"
_WHOLE = ("trades",)  # metrics that count
_RUNS_ALONE = ("assumed",)  # metrics of run.json that no table has


def write_sweep(
    folder: Path, sweep: SweepFacts, trials: Sequence[Trial], returns: pd.DataFrame, document: SweepDocument
) -> None:
    """Write trials.parquet, returns.parquet (date x trial, for `overfit`) and result.json; each whole or not at all."""
    _write(trials_table(sweep, trials), folder / TRIALS_FILE)
    dates = pa.array(returns.index.to_numpy().astype("datetime64[us]"), pa.timestamp("us"))
    columns = [pa.array(returns[name].to_numpy(), pa.float64()) for name in returns.columns]
    _write(pa.Table.from_arrays([dates, *columns], names=["date", *returns.columns]), folder / RETURNS_FILE)
    write_json(folder / RESULT_FILE, document)


def trials_table(sweep: SweepFacts, trials: Sequence[Trial]) -> pa.Table:
    """A row a trial, best first: rank, every parameter, the metrics of run.json but `assumed`, mean_trade.

    A parameter that is called like a metric stands under param.NAME.
    """
    order = ranking([trial.metrics for trial in trials])
    rows = [{**sweep.fixed, **sweep.params[number]} for number in order]
    metrics = [key for key in trials[0].metrics if key not in _RUNS_ALONE]
    taken = {"rank", "mean_trade", *metrics}
    columns: dict[str, pa.Array] = {"rank": pa.array(range(1, len(order) + 1), pa.int64())}
    for name in rows[0]:
        columns[f"param.{name}" if name in taken else name] = _params([row[name] for row in rows])
    for key in metrics:
        kind = pa.int64() if key in _WHOLE else pa.float64()
        columns[key] = pa.array([trials[number].metrics[key] for number in order], kind)
    columns["mean_trade"] = pa.array([trials[number].mean_trade for number in order], pa.float64())
    return pa.table(columns)


def _params(values: Sequence[Value]) -> pa.Array:
    """Whole numbers, numbers, truths or words; a mixture as JSON text. None is null."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int}:
        return pa.array(values, pa.int64())
    if kinds <= {int, float}:
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    if kinds in ({bool}, {str}):
        return pa.array(values, pa.bool_() if kinds == {bool} else pa.string())
    return pa.array([None if value is None else json.dumps(value) for value in values], pa.string())


def _write(table: pa.Table, path: Path) -> None:
    write_whole(
        path, lambda out: pq.write_table(table, out, compression="zstd", version="2.6", data_page_version="1.0")
    )
