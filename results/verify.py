"""Whether a run comes out the same again: every table byte for byte, every figure, and if not, what differs and why."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.record import RunRecord, StudyRecord
from results.parquet import ADDED, TABLES, read_table, write_table
from results.stored import StoredRun, StoredStudy

_PARTS = ("metrics", "metrics_point_in_time", "benchmark_metrics", "home_metrics")


@dataclass(frozen=True)
class Verification:
    """same : every byte of every table and every figure; differs : what is not, by strategy; causes : in words."""

    same: bool
    tables: int
    figures: int
    differs: tuple[str, ...]
    causes: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


def verify(stored: StoredStudy, study: StudyRecord, runs: Sequence[RunRecord]) -> Verification:
    """Hold a new run, made from the inputs that `stored` kept, against what `stored` holds."""
    again = {run.label: run for run in runs}
    differs: list[str] = []
    tables = figures = 0
    with tempfile.TemporaryDirectory() as place:
        for run in stored.runs:
            new = again.get(run.label)
            if new is None:
                differs.append(f"{run.label}: was not run again.")
                continue
            tables += len(TABLES)
            figures += sum(len(run.facts[part] or ()) for part in _PARTS)
            differs += _tables(run, new, Path(place)) + _figures(run, new)
    causes = _causes(stored, study, again)
    if differs and not causes:
        causes = ["inputs and versions are the same, so the engine's own code has changed."]
    return Verification(not differs, tables, figures, tuple(differs), tuple(causes))


def _tables(run: StoredRun, new: RunRecord, place: Path) -> list[str]:
    lines = []
    for name in TABLES:
        before, after = run.folder / f"{name}.parquet", place / f"{run.label}-{name}.parquet"
        if name in ADDED and not before.is_file():
            continue
        write_table(name, getattr(new, name), after)
        if before.read_bytes() != after.read_bytes():
            lines.append(f"{run.label}, {name}.parquet: {_where(getattr(run, name), read_table(after))}")
    return lines


def _where(old: pd.DataFrame, new: pd.DataFrame) -> str:
    """The first cell in which two tables differ, in words."""
    if list(old.columns) != list(new.columns):
        added, gone = ([str(key) for key in a if key not in b] for a, b in ((new, old), (old, new)))
        return f"other columns (new: {', '.join(added) or 'none'}; gone: {', '.join(gone) or 'none'})."
    for row in range(min(len(old), len(new))):
        for column in old.columns:
            before, after = old[column].iloc[row], new[column].iloc[row]
            if not _equal(before, after):
                return f"row {row + 1}, {column}: was {before}, now {after} ({len(old)} rows, now {len(new)})."
    if len(old) != len(new):
        return f"{len(old)} rows, now {len(new)}."
    return "the same rows in other bytes."


def _equal(before: Any, after: Any) -> bool:
    if isinstance(before, (np.ndarray, list)) or isinstance(after, (np.ndarray, list)):
        return list(before if before is not None else ()) == list(after if after is not None else ())
    return bool((pd.isna(before) and pd.isna(after)) or before == after)


def _figures(run: StoredRun, new: RunRecord) -> list[str]:
    lines = []
    for part in _PARTS:
        old, now = run.facts[part] or {}, new.facts[part] or {}
        for key in dict.fromkeys([*old, *now]):
            if old.get(key) != now.get(key):
                lines.append(f"{run.label}, {part}.{key}: was {old.get(key)}, now {now.get(key)}.")
    return lines


def _causes(stored: StoredStudy, study: StudyRecord, again: dict[str, RunRecord]) -> list[str]:
    """What of the inputs is not as it was: prices, the packaged strategies' code, versions, the calendar."""
    lines = []
    for run in stored.runs:
        new = again.get(run.label)
        if new is None:
            continue
        old, now = run.facts, new.facts
        if old["data"]["fingerprint"] != now["data"]["fingerprint"]:
            prints = [facts["data"]["fingerprint"][:16] for facts in (old, now)]
            lines.append(f"data restated: the prices' fingerprint was {prints[0]}, now {prints[1]}.")
        if old["strategy"]["source_sha256"] != now["strategy"]["source_sha256"]:
            lines.append(f"code changed: {run.label}, class {now['strategy']['class']}, is not the file that was run.")
        if old["strategy"]["params"] != now["strategy"]["params"]:
            lines.append(f"parameters changed: {run.label}; the class has other defaults or names now.")
        for name, version in old["versions"].items():
            if now["versions"].get(name) != version:
                lines.append(f"versions: {name} was {version}, now {now['versions'].get(name, 'gone')}.")
    if stored.facts["calendar"]["sha256"] != study.facts["calendar"]["sha256"]:
        lines.append("calendar changed: the copy in the run folder is not the one that was run.")
    return list(dict.fromkeys(lines))
