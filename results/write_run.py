"""Writes run folders: the record whole or not at all, and before any page is drawn of it.

A run folder holds `study.json`, `inputs/` (what it takes to run it again) and a folder per strategy with its tables and
its `run.json`. It is built under a hidden name beside its place and renamed; the hidden folder also reserves the name,
so that two writers never meet. Then `results.drawing` makes what belongs to it: evidence, tearsheets, `index.html`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from eventfolio.engine.record import RunRecord, StudyRecord
from eventfolio.engine.record.identity import identity_of
from eventfolio.engine.record.json_record import ABSENT
from eventfolio.events.errors import Unavailable
from eventfolio.results.drawing import Measured, attempt, begin_event_study, draw_pages
from eventfolio.results.errors import Undrawn
from eventfolio.results.page import page
from eventfolio.results.store.evidence import PlaceboDocument
from eventfolio.results.store.folder import appearing, check_names, write_inputs, write_tables
from eventfolio.results.store.index import figures_of
from eventfolio.results.store.layout import INPUTS, PAGE_FILE, PLACEBO_FILE, STUDY_FILE
from eventfolio.results.store.read import StoredRun, StoredStudy, load_run
from eventfolio.results.store.tidy import tidy
from eventfolio.results.store.trials import adopt_runs, note_trials, read_trials, study_key
from eventfolio.results.store.writing import write_json
from eventfolio.results.tearsheet.workers import warm_pool

__all__ = ["attach_placebo", "finish_run", "keep_run", "load_run", "redraw", "write_run"]


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
    own = warm_pool(min(2, len(runs)) if tearsheets or len(runs) > 1 else 0) if pool is None else nullcontext(pool)
    with own as workers:
        failed = finish_run(folder, study, runs, workers, tearsheets, evidence=tearsheets, progress=progress)
    if failed:
        raise Undrawn(folder, failed)
    return folder


def keep_run(study: StudyRecord, runs: Sequence[RunRecord], out: Path) -> Path:
    """Write the record to `<out>/<study>-<UTC time>/` and return that: every table and figure, no page yet.

    Raises : Unavailable if the folder cannot be written; nothing is left behind then
    """
    check_names(study, runs)
    tidy(out)
    attempt("trials.csv", adopt_runs, out)  # before this run is there; `finish_run` says what is wrong with the list
    try:
        with appearing(out, study.facts.folder_name) as (part, name):
            note = read_trials(out, study_key(study.facts.study, study.facts.simulated)).note
            facts = replace(
                study.facts,
                runs=tuple(run.label for run in runs),
                figures={run.label: figures_of(run.facts.metrics, run.facts.metrics_point_in_time) for run in runs},
                inputs=_hashes(study.inputs),
                store_notes=(note,) if note else ABSENT,
            )
            write_json(part / STUDY_FILE, facts.to_json())
            write_inputs(study, part / INPUTS)
            for run in runs:
                write_tables(run, part / run.label, f"{name}/{run.label}")
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
    measured: Future[Measured] | None = None,
) -> list[str]:
    """Count a kept run among the trials of its study and draw it. Returns what could not be done, in words.

    evidence : also make intervals, verdicts and the event study
    progress : called with (tearsheets done, tearsheets in all)
    measured : the event study where it is already begun, of `begin_event_study`
    """
    out, key = folder.parent, study_key(study.facts.study, study.facts.simulated)
    seen: dict[str, float | None] = {}

    def note() -> None:
        made = {identity_of(run.facts).id: _sharpe(run) for run in runs}
        seen.update(made)
        note_trials(out, key, made, folder.name)
        seen.update(read_trials(out, key).sharpes | made)

    failed = [attempt("trials.csv", note)]
    if evidence and measured is None and study.returns is not None:
        measured = begin_event_study(study.returns, workers)
    failed += draw_pages(folder, workers, seen if evidence else None, measured, tearsheets, progress)
    return [line for line in failed if line]


def redraw(
    stored: StoredStudy,
    workers: Executor,
    tearsheets: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> list[str]:
    """Draw a kept run anew; evidence is made where it is missing. Returns what could not be made, in words."""
    judged = all(run.facts.is_judged for run in stored.runs)
    seen: dict[str, float | None] = {}

    def read() -> None:
        seen.update({identity_of(run.facts).id: _sharpe(run) for run in stored.runs})
        key = study_key(stored.facts.study, stored.facts.simulated)
        seen.update(read_trials(stored.folder.parent, key).sharpes)

    failed = [] if judged else [attempt("trials.csv", read)]
    failed += draw_pages(stored.folder, workers, None if judged else seen, None, tearsheets, progress)
    return [line for line in failed if line]


def attach_placebo(run: StoredRun, document: PlaceboDocument) -> Path:
    """Keep a placebo of a stored run as its `placebo.json`, and write the run's page anew with it. Returns the page.

    document : of `placebo_document`
    Raises   : Unavailable where it cannot be written
    """
    folder = run.folder.parent
    try:
        write_json(run.folder / PLACEBO_FILE, replace(document, schema=1).to_json())
        page.write_index(load_run(folder), folder / PAGE_FILE)
    except OSError as error:
        raise Unavailable(f"{run.folder}: the placebo could not be kept ({error.strerror or error}).") from error
    return folder / PAGE_FILE


def _sharpe(run: RunRecord | StoredRun) -> float | None:
    """A period; None where the path never moved."""
    from eventfolio.results.significance.deflated_sharpe import moments

    found = moments(run.returns["return"].to_numpy(float))
    return found.sharpe if found else None


def _hashes(inputs: Mapping[str, str]) -> dict[str, str]:
    """SHA-256 of each file's bytes, by name."""
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in inputs.items()}
