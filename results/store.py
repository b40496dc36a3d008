"""Run folders: the record is written whole or not at all, and kept before anything is drawn of it.

A run folder holds `study.json`, `inputs/` (what it takes to run it again) and a folder per strategy with its tables and
its `run.json`. It is built under a hidden name beside its place and renamed; the hidden folder also reserves the name,
so that two writers never meet. Then `results.drawing` makes what belongs to it: evidence, tearsheets, `index.html`.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.record import RunRecord, StudyRecord
from events.errors import Unavailable, shown
from results import page
from results.drawing import attempt, draw_pages
from results.errors import StoreError, Undrawn
from results.layout import INPUTS, PAGE_FILE, PLACEBO_FILE, RUN_FILE, SOURCE_FILE, STUDY_FILE
from results.parquet import TABLES, write_table
from results.runs import figures_of
from results.stored import StoredRun, StoredStudy, load_run
from results.tidy import at_work, tidy
from results.trials_seen import adopt_runs, note_trials, read_trials, study_key, trial_of
from results.workers import warm_pool
from results.writing import PART, write_json

__all__ = ["attach_placebo", "finish_run", "keep_run", "load_run", "redraw", "write_run"]

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def write_run(
    study: StudyRecord,
    runs: Sequence[RunRecord],
    out: Path,
    tearsheets: bool = True,
    progress: Callable[[int, int], None] | None = None,
    pool: Executor | None = None,
) -> Path:
    """`keep_run`, then `finish_run`; without tearsheets no evidence and no event study either. Returns the folder.

    pool   : `workers.warm_pool`; without one, two processes are started here
    Raises : Unavailable if the record cannot be written; Undrawn if it is kept and something could not be drawn
    """
    folder = keep_run(study, runs, out)
    own = warm_pool(min(2, len(runs)), tearsheets) if pool is None else nullcontext(pool)
    with own as workers:
        failed = finish_run(folder, study, runs, workers, tearsheets, evidence=tearsheets, progress=progress)
    if failed:
        raise Undrawn(folder, failed)
    return folder


def keep_run(study: StudyRecord, runs: Sequence[RunRecord], out: Path) -> Path:
    """Write the record to `<out>/<study>-<UTC time>/` and return that: every table and figure, no page yet.

    Raises : Unavailable if the folder cannot be written; nothing is left behind then
    """
    _check_names(study, runs)
    tidy(out)
    attempt("trials.csv", adopt_runs, out)  # before this run is there; `finish_run` says what is wrong with the list
    try:
        with _appearing(out, _folder_name(study.facts)) as (part, name):
            facts = {
                "runs": [run.label for run in runs],
                "figures": {run.label: figures_of(run.facts) for run in runs},
                "inputs": _hashes(study.inputs),
            }
            note = read_trials(out, study_key(study.facts["study"], study.facts["simulated"])).note
            write_json(part / STUDY_FILE, study.facts | facts | ({"store_notes": [note]} if note else {}))
            _write_inputs(study, part / INPUTS)
            for run in runs:
                _write_tables(run, part / run.label, f"{name}/{run.label}")
        return out / name
    except OSError as error:
        where = error.filename or out
        raise Unavailable(
            f"{out}: the run could not be written ({error.strerror or error}: {where}). Nothing was "
            "left there. Free some space, or give another folder with --out."
        ) from error


def finish_run(
    folder: Path,
    study: StudyRecord,
    runs: Sequence[RunRecord],
    workers: Executor,
    tearsheets: bool = True,
    evidence: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> list[str]:
    """Count a kept run among the trials of its study and draw it. Returns what could not be done, in words.

    evidence : also make intervals, verdicts and the event study
    progress : called with (tearsheets done, tearsheets in all)
    """
    out, key = folder.parent, study_key(study.facts["study"], study.facts["simulated"])
    seen: dict[str, float | None] = {}

    def note() -> None:
        made = {trial_of(run.facts): _sharpe(run) for run in runs}
        seen.update(made)
        note_trials(out, key, made, folder.name)
        seen.update(read_trials(out, key).sharpes | made)

    failed = [attempt("trials.csv", note)]
    returns = study.returns if evidence else None
    failed += draw_pages(folder, workers, seen if evidence else None, returns, tearsheets, progress)
    return [line for line in failed if line]


def redraw(
    stored: StoredStudy,
    workers: Executor,
    tearsheets: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> list[str]:
    """Draw a kept run anew; evidence is made where it is missing. Returns what could not be made, in words."""
    judged = all("intervals" in (run.facts.get("significance") or {}) for run in stored.runs)
    seen: dict[str, float | None] = {}

    def read() -> None:
        seen.update({trial_of(run.facts): _sharpe(run) for run in stored.runs})
        key = study_key(stored.facts["study"], stored.facts["simulated"])
        seen.update(read_trials(stored.folder.parent, key).sharpes)

    failed = [] if judged else [attempt("trials.csv", read)]
    failed += draw_pages(stored.folder, workers, None if judged else seen, None, tearsheets, progress)
    return [line for line in failed if line]


def attach_placebo(run: StoredRun, document: dict[str, Any]) -> Path:
    """Keep a placebo of a stored run as its `placebo.json`, and write the run's page anew with it. Returns the page.

    document : of `placebo_document`
    Raises   : Unavailable where it cannot be written
    """
    folder = run.folder.parent
    try:
        write_json(run.folder / PLACEBO_FILE, {"schema": 1} | document)
        page.write_index(load_run(folder), folder / PAGE_FILE)
    except OSError as error:
        raise Unavailable(f"{run.folder}: the placebo could not be kept ({error.strerror or error}).") from error
    return folder / PAGE_FILE


def _sharpe(run: RunRecord | StoredRun) -> float | None:
    """A period; None where the path never moved."""
    from results.overfit import moments

    found = moments(run.returns["return"].to_numpy(float))
    return found.sharpe if found else None


def _check_names(study: StudyRecord, runs: Sequence[RunRecord]) -> None:
    labels = [run.label for run in runs]
    for name in [study.facts["study"], *labels]:
        if not _SAFE.fullmatch(name):
            raise StoreError(f"'{shown(name)}' cannot name a folder. Use letters, digits, '.', '_' and '-'.")
    doubles = sorted({label for label in labels if labels.count(label) > 1})
    if doubles:
        raise StoreError(
            f"two strategies are labelled '{shown(doubles[0])}'. Give each [[strategy]] a label of its own."
        )


def _folder_name(facts: dict[str, Any]) -> str:
    created = datetime.fromisoformat(facts["created"])
    return f"{facts['study']}-{created:%Y%m%dT%H%M%SZ}"


@contextmanager
def _appearing(out: Path, wanted: str) -> Iterator[tuple[Path, str]]:
    """A hidden folder that takes the name `wanted` (or wanted-2, …) in `out` at the end, or vanishes."""
    out.mkdir(parents=True, exist_ok=True)
    part, name = _reserve(out, wanted)
    try:
        with at_work(part):
            yield part, name
            part.rename(out / name)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _reserve(out: Path, wanted: str) -> tuple[Path, str]:
    number, name = 1, wanted
    while True:
        part = out / f".{name}{PART}"
        try:
            part.mkdir()
        except FileExistsError:
            pass
        else:
            if not (out / name).exists():
                return part, name
            part.rmdir()
        number += 1
        name = f"{wanted}-{number}"


def _hashes(inputs: Mapping[str, str]) -> dict[str, str]:
    """SHA-256 of each file's bytes, by name."""
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in inputs.items()}


def _write_inputs(study: StudyRecord, folder: Path) -> None:
    folder.mkdir()
    for name, text in study.inputs.items():
        if not _SAFE.fullmatch(name):
            raise StoreError(f"'{name}' cannot name a file of a run's inputs.")
        (folder / name).write_text(text, encoding="utf-8", newline="")


def _write_tables(run: RunRecord, folder: Path, run_id: str) -> None:
    folder.mkdir()
    write_json(folder / RUN_FILE, {"run_id": run_id} | run.facts)
    for name in TABLES:
        write_table(name, getattr(run, name), folder / f"{name}.parquet")
    (folder / SOURCE_FILE).write_text(run.source, encoding="utf-8", newline="")
