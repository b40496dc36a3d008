"""Verifies a stored run by playing it again: tables byte for byte, recorded facts, and the cause of a difference.

What a record says is held against a new run, against what its own tables give, and against itself. Not held, and said,
are versions and what hangs on other runs: deflated Sharpe ratios, a placebo. Of when it was made only that all agree.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from eventfolio.engine.record import RunRecord, StudyRecord
from eventfolio.engine.record.json_record import ABSENT, known
from eventfolio.events.errors import shown
from eventfolio.events.files import read_bytes
from eventfolio.events.json_types import JsonObject
from eventfolio.results.errors import StoreError
from eventfolio.results.store.index import figures_of
from eventfolio.results.store.layout import (
    EVENT_STUDY_FILE,
    INPUTS,
    PAGE_FILE,
    RUN_FILE,
    SHEET_FILE,
    SOURCE_FILE,
    STUDY_FILE,
)
from eventfolio.results.store.read import StoredRun, StoredStudy
from eventfolio.results.store.tables import ADDED, TABLES, read_table, write_table
from eventfolio.results.store.trust import sha256_of

_OF_THE_FOLDER = {
    "created",
    "runs",
    "figures",
    "inputs",
    "store_notes",
}  # of study.json: written with the folder, held by themselves
_OF_ITSELF = ("run_id", "versions")  # of run.json
_LATER = (
    "costs",
    "members",
    "point_in_time",
    "triggers",
    "look_ahead",
    "capacity",
)  # of run.json: older ones lack them, as is said, likewise


@dataclass(frozen=True)
class Verification:
    """same : every byte of every table, every fact; differs : what is not; causes : why; notes : what is not held."""

    same: bool
    tables: int
    facts: int
    differs: tuple[str, ...]
    causes: tuple[str, ...]
    notes: tuple[str, ...]

    def to_json(self) -> JsonObject:
        """JSON-ready."""
        return asdict(self)


def verify(stored: StoredStudy, study: StudyRecord, runs: Sequence[RunRecord]) -> Verification:
    """Hold a new run, made from the inputs that `stored` kept, against what `stored` holds."""
    again = {run.label: run for run in runs}
    new = _plain({key: value for key, value in study.facts.to_json().items() if key not in _OF_THE_FOLDER})
    old = {key: value for key, value in stored.facts.to_json().items() if key not in _OF_THE_FOLDER}
    differs = [*_itself(stored), *_unlike(STUDY_FILE, old, new)]
    tables, facts = 0, _count(new)
    with tempfile.TemporaryDirectory() as place:
        for run in stored.runs:
            if run.label not in again:
                differs.append(f"{run.label}: was not run again.")
                continue
            tables += len(TABLES)
            lines, held = _run(run, again[run.label])
            facts += held
            differs += [*_tables(run, again[run.label], Path(place)), *lines]
    drawn, notes = _drawn(stored, study)
    causes = _causes(stored, study, again)
    if differs and not causes:
        causes = ["inputs and versions are the same, so the record was changed, or the engine's own code has changed."]
    differs += drawn
    notes += [f"{run.label} does not record its {', '.join(_lacking(run))}." for run in stored.runs if _lacking(run)]
    notes += [
        f"{run.label} does not record which listings it traded as events name them."
        for run in stored.runs
        if run.label in again and _lacks_named(run, again[run.label])
    ]
    notes += _versions(stored, again)
    return Verification(not differs, tables, facts, tuple(differs), tuple(causes), tuple(notes))


def _itself(stored: StoredStudy) -> Iterator[str]:
    """Where the parts of the folder contradict each other."""
    facts, inputs = stored.facts, stored.folder / INPUTS
    texts = {path.name: read_bytes(path, "input", StoreError) for path in sorted(inputs.iterdir())}
    hashes = {name: hashlib.sha256(text).hexdigest() for name, text in texts.items()}
    yield from _unlike(f"{INPUTS}, SHA-256 of", facts.inputs or hashes, hashes)
    listed = [entry["label"] for entry in tomllib.loads(texts["study.toml"].decode())["strategy"]]
    yield from _unlike(STUDY_FILE, {"runs": list(facts.labels)}, {"runs": listed})
    there = sorted(path.parent.name for path in stored.folder.glob(f"*/{RUN_FILE}"))
    yield from _unlike("folders of strategies", {"are": sorted(facts.labels)}, {"are": there})
    for run in stored.runs:
        figures = (facts.figures or {}).get(run.label)
        if figures is not None:
            listing = figures_of(run.facts.metrics, run.facts.metrics_point_in_time)
            yield from _unlike(f"{STUDY_FILE}, figures of {run.label}", figures, listing)
        name, _, label = str(run.facts.run_id).rpartition("/")
        made = facts.folder_name
        if label != run.label or (name != made and not name.startswith(f"{made}-")):
            yield f"{run.label}, run_id: {shown(run.facts.run_id)} is not of {made}, as the study was made."
        if sha256_of(run) != run.facts.strategy.source_sha256:
            yield f"{run.label}, {SOURCE_FILE}: not the file whose hash is recorded."


def _run(run: StoredRun, new: RunRecord) -> tuple[list[str], int]:
    """What of a run.json does not come out again, and how many facts were held."""
    old, now = _plain(run.facts.to_json()), _plain(new.facts.to_json())
    strategy, judged = _table(now, "strategy"), _table(old, "significance")
    if ":" in str(strategy["name"]):  # a file of the user's has another place in the run folder
        strategy["name"] = _table(old, "strategy")["name"]
    now["significance"] = _judged(run) if "intervals" in judged else now["significance"]
    old["significance"] = {key: one for key, one in judged.items() if key not in _of_others(run)}
    for key in (*_OF_ITSELF, *_lacking(run)):
        old.pop(key, None)
        now.pop(key, None)
    if _lacks_named(run, new):
        _table(now, "members").pop("")
    if "triggers" in _lacking(run) and "spread" not in _table(old, "strategy"):  # noted since the words of triggers are
        strategy.pop("spread", None)
    return list(_unlike(run.label, old, now)), _count(now)


def _lacking(run: StoredRun) -> list[str]:
    return [key for key in _LATER if getattr(run.facts, key) is ABSENT]


def _lacks_named(run: StoredRun, new: RunRecord) -> bool:
    """Whether its members are without the listings that events name by themselves, as older records have them."""
    before, after = known(run.facts.members), known(new.facts.members)
    return before is not None and after is not None and "" in after and "" not in before


def _judged(run: StoredRun) -> dict[str, object]:
    from eventfolio.results.significance.of_run import evidence_of

    return _plain(evidence_of(run.folder).to_json())


def _of_others(run: StoredRun) -> set[str]:
    """The keys of `significance` that hang on what else the store has seen."""
    from eventfolio.results.significance.of_run import deflated_beside

    return set(vars(deflated_beside({run.label: run.returns["return"].to_numpy(float)})[run.label]))


def _drawn(stored: StoredStudy, study: StudyRecord) -> tuple[list[str], list[str]]:
    """What is drawn and measured beside the record and is not what that gives; and what was not looked at."""
    from eventfolio.results.event_study.of_run import event_study_of
    from eventfolio.results.page import page
    from eventfolio.results.tearsheet import tearsheet

    lines: list[str] = []
    notes: list[str] = []
    if stored.event_study is not None and study.returns is not None:
        lines += _unlike(
            EVENT_STUDY_FILE, _plain(stored.event_study.to_json()), _plain(event_study_of(study.returns()).to_json())
        )
    if any(run.placebo is not None for run in stored.runs):
        notes.append("the placebo that it keeps was not played again.")
    if any(run.facts.significance and run.facts.significance.deflated_sharpe is not ABSENT for run in stored.runs):
        notes.append("deflated Sharpe ratios hang on all that the store had seen, and were not held.")
    if stored.folder.name != str(stored.runs[0].facts.run_id).partition("/")[0]:
        return lines, [*notes, "the folder has another name than when it was made; its pages were not held."]
    whole = len(stored.runs) == len(stored.facts.labels)
    pages: list[tuple[Path, Callable[[], str]]] = []
    if whole:
        pages.append((stored.folder / PAGE_FILE, partial(page.render_index, stored)))
    pages += [(run.folder / SHEET_FILE, partial(tearsheet.render, run, stored.facts)) for run in stored.runs]
    for path, render in pages:
        if path.is_file() and path.read_bytes() != render().encode("utf-8", "replace"):
            lines.append(
                f"{path.relative_to(stored.folder)}: not what the record draws (changed, or of another version); "
                "`eventfolio runs draw` draws it anew."
            )
    return lines, notes


def _unlike(where: str, old: object, new: object, between: str = ", ") -> Iterator[str]:
    """Each fact that is not the same in two JSON documents, by its place."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*new, *old]):
            there = f"{where}{between}{key}"
            if key not in new:
                yield f"{there}: is in the record only ({shown(old[key])})."
            elif key not in old:
                yield f"{there}: is not in the record ({shown(new[key])})."
            else:
                yield from _unlike(there, old[key], new[key], ".")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True), start=1):
            yield from _unlike(f"{where} {number}", one, other, ", ")
    elif old != new or isinstance(old, bool) != isinstance(new, bool):
        yield f"{where}: was {shown(old)}, now {shown(new)}."


def _plain(document: object) -> dict[str, object]:
    """As JSON gives it back."""
    found: dict[str, object] = json.loads(json.dumps(document))
    return found


def _table(document: dict[str, object], key: str) -> dict[str, object]:
    """A table in a document, to be changed in place; an empty one where there is none."""
    found = document[key]
    return found if isinstance(found, dict) else {}


def _count(document: object) -> int:
    """How many single facts a document holds."""
    if isinstance(document, (dict, list)):
        return sum(map(_count, document.values() if isinstance(document, dict) else document))
    return 1


def _tables(run: StoredRun, new: RunRecord, place: Path) -> list[str]:
    lines = []
    (place / run.label).mkdir()
    for name in TABLES:
        before, after = run.folder / f"{name}.parquet", place / run.label / f"{name}.parquet"
        if name in ADDED and not before.is_file():
            if ADDED[name] not in _lacking(run):
                lines.append(f"{run.label}, {name}.parquet: missing.")
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


Cell = np.ndarray | list[object] | str | float | None


def _equal(before: Cell, after: Cell) -> bool:
    lists = [one for one in (before, after) if isinstance(one, (np.ndarray, list))]
    if lists:  # against None or another list
        first, *second = map(list, lists)
        return first == (second[0] if second else [])
    return bool((pd.isna(before) and pd.isna(after)) or before == after)


def _versions(stored: StoredStudy, again: dict[str, RunRecord]) -> list[str]:
    """Versions that are others now, whether or not that changed anything."""
    lines = []
    for run in stored.runs:
        now = again[run.label].facts.versions if run.label in again else {}
        lines += [
            f"versions: {name} was {version}, now {now[name]}."
            for name, version in run.facts.versions.items()
            if name in now and now[name] != version
        ]
    return list(dict.fromkeys(lines))


def _causes(stored: StoredStudy, study: StudyRecord, again: dict[str, RunRecord]) -> list[str]:
    """What of the inputs is not as it was: prices, the packaged strategies' code, versions, the calendar."""
    lines = []
    for run in stored.runs:
        new = again.get(run.label)
        if new is None:
            continue
        old, now = run.facts, new.facts
        if old.data.fingerprint != now.data.fingerprint:
            prints = [facts.data.fingerprint[:16] for facts in (old, now)]
            lines.append(f"data restated: the prices' fingerprint was {prints[0]}, now {prints[1]}.")
        if old.strategy.source_sha256 != now.strategy.source_sha256:
            lines.append(f"code changed: {run.label}, class {now.strategy.class_name}, is not the file that was run.")
        if old.strategy.params != now.strategy.params:
            lines.append(f"parameters changed: {run.label}; the class has other defaults or names now.")
    if stored.facts.calendar.sha256 != study.facts.calendar.sha256:
        lines.append("calendar changed: the copy in the run folder is not the one that was run.")
    return list(dict.fromkeys([*lines, *_versions(stored, again)]))
