"""Run folders: written whole or not at all.

A run folder holds `index.html`, `study.json`, `inputs/` (what it takes to run it again) and a folder per strategy. It
is built under a hidden name beside its place and renamed at the end. The hidden folder also reserves the name, so that
two writers never meet.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.record import RunRecord, StudyRecord
from events.errors import Unavailable
from results import page, tearsheet
from results.errors import StoreError
from results.layout import INPUTS, LISTED, PLACEBO_FILE, RUN_FILE, SOURCE_FILE, STUDY_FILE
from results.parquet import TABLES, write_table
from results.stored import StoredRun, load_run
from results.trials_seen import adopt_runs, note_trials, read_trials, study_key, trial_of

__all__ = ["attach_placebo", "load_run", "write_run"]

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def write_run(
    study: StudyRecord,
    runs: Sequence[RunRecord],
    out: Path,
    tearsheets: bool = True,
    progress: Callable[[int, int], None] | None = None,
    pool: Executor | None = None,
) -> Path:
    """Write `<out>/<study>-<UTC time>/` and return it. Tables come first, then tearsheets, then the index.

    progress : called with (tearsheets done, tearsheets in all)
    pool     : workers that draw the tearsheets (`tearsheet.warm_pool`); without one, two are started here
    Raises   : Unavailable if the folder cannot be written; nothing is left behind then
    """
    _check_names(study, runs)
    key = study_key(study.facts["study"], study.facts["simulated"])
    made = {trial_of(run.facts): _sharpe(run) for run in runs}
    try:
        with _appearing(out, _folder_name(study.facts)) as (part, name):
            adopt_runs(out)
            _write_json(
                part / STUDY_FILE, study.facts | {"runs": [run.label for run in runs], "figures": _figures(runs)}
            )
            _write_inputs(study, part / INPUTS)
            for run in runs:
                _write_tables(run, part / run.label, f"{name}/{run.label}")
            if tearsheets:
                own = tearsheet.warm_pool(min(2, len(runs))) if pool is None else nullcontext(pool)
                with own as workers:
                    _judge(workers, [part / run.label for run in runs], runs, read_trials(out, key) | made)
                    beside = _measure(workers, study, part)
                    _draw(workers, [part / run.label for run in runs], study.facts, beside, progress)
            page.write_index(load_run(part), part / "index.html")
            page.copy_script(out)
        note_trials(out, key, made, name)
        return out / name
    except OSError as error:
        where = error.filename or out
        raise Unavailable(
            f"{out}: the run could not be written ({error.strerror or error}: {where}). Nothing was "
            "left there. Free some space, or give another folder with --out."
        ) from error
    except BrokenProcessPool as error:
        raise Unavailable(
            f"{out}: a process drawing tearsheets was ended from outside (out of memory?). Nothing was "
            "written. Try again, or with --no-tearsheet."
        ) from error


def _judge(workers: Executor, folders: list[Path], runs: Sequence[RunRecord], seen: Mapping[str, float | None]) -> None:
    """Put into each run.json how sure one can be of it: intervals, a verdict, and the odds after trying them all.

    seen : Sharpe ratios of all trials the study has seen, these included
    """
    from results.run_evidence import deflated_beside, evidence_of

    deflated = deflated_beside({run.label: run.returns["return"].to_numpy(float) for run in runs}, seen)
    for run, folder, found in zip(runs, folders, workers.map(evidence_of, folders), strict=True):
        facts = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
        _write_json(folder / RUN_FILE, facts | {"significance": found | deflated[run.label]})


def _measure(workers: Executor, study: StudyRecord, folder: Path) -> list[Future[None]]:
    """The run's own event study, drawn up beside the tearsheets."""
    if study.returns is None:
        return []
    from results.run_event_study import write_event_study

    return [workers.submit(write_event_study, study.returns(), folder)]


def attach_placebo(run: StoredRun, document: dict[str, Any]) -> Path:
    """Keep a placebo of a stored run as its `placebo.json`, and write the run's page anew with it. Returns the page.

    document : of `placebo_document`
    Raises   : Unavailable where it cannot be written
    """
    folder = run.folder.parent
    try:
        text = json.dumps({"schema": 1} | document, indent=1, ensure_ascii=False, allow_nan=False)
        page.replace(run.folder / PLACEBO_FILE, f"{text}\n".encode())
        page.write_index(load_run(folder), folder / "index.html")
    except OSError as error:
        raise Unavailable(f"{run.folder}: the placebo could not be kept ({error.strerror or error}).") from error
    return folder / "index.html"


def _sharpe(run: RunRecord) -> float | None:
    """A period; None where the path never moved."""
    from results.overfit import moments

    found = moments(run.returns["return"].to_numpy(float))
    return found.sharpe if found else None


def _check_names(study: StudyRecord, runs: Sequence[RunRecord]) -> None:
    labels = [run.label for run in runs]
    for name in [study.facts["study"], *labels]:
        if not _SAFE.fullmatch(name):
            raise StoreError(f"'{name}' cannot name a folder. Use letters, digits, '.', '_' and '-'.")
    doubles = sorted({label for label in labels if labels.count(label) > 1})
    if doubles:
        raise StoreError(f"two strategies are labelled '{doubles[0]}'. Give each [[strategy]] a label of its own.")


def _folder_name(facts: dict[str, Any]) -> str:
    created = datetime.fromisoformat(facts["created"])
    return f"{facts['study']}-{created:%Y%m%dT%H%M%SZ}"


@contextmanager
def _appearing(out: Path, wanted: str) -> Iterator[tuple[Path, str]]:
    """A hidden folder that takes the name `wanted` (or wanted-2, …) in `out` at the end, or vanishes."""
    out.mkdir(parents=True, exist_ok=True)
    part, name = _reserve(out, wanted)
    try:
        yield part, name
        part.rename(out / name)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _reserve(out: Path, wanted: str) -> tuple[Path, str]:
    number, name = 1, wanted
    while True:
        part = out / f".{name}.part"
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


def _figures(runs: Sequence[RunRecord]) -> dict[str, dict[str, Any]]:
    """What `runs list` shows of each strategy, so that it need open one file a run."""
    found = {}
    for run in runs:
        whole, honest = run.facts["metrics"], run.facts["metrics_point_in_time"] or {}
        figures = {key: whole.get(key) for key in LISTED}
        found[run.label] = figures | {"point_in_time": honest.get("total_return")}
    return found


def _write_inputs(study: StudyRecord, folder: Path) -> None:
    folder.mkdir()
    for name, text in study.inputs.items():
        if not _SAFE.fullmatch(name):
            raise StoreError(f"'{name}' cannot name a file of a run's inputs.")
        (folder / name).write_text(text, encoding="utf-8")


def _write_tables(run: RunRecord, folder: Path, run_id: str) -> None:
    folder.mkdir()
    _write_json(folder / RUN_FILE, {"run_id": run_id} | run.facts)
    for name in TABLES:
        write_table(name, getattr(run, name), folder / f"{name}.parquet")
    (folder / SOURCE_FILE).write_text(run.source, encoding="utf-8")


def _draw(
    pool: Executor,
    folders: list[Path],
    study_facts: dict[str, Any],
    beside: list[Future[None]],
    progress: Callable[[int, int], None] | None,
) -> None:
    """Draw the tearsheets, and see what was begun beside them through."""
    drawn = [pool.submit(tearsheet.write_sheet, folder, study_facts) for folder in folders]
    try:
        for done, sheet in enumerate(as_completed(drawn), start=1):
            sheet.result()
            if progress:
                progress(done, len(drawn))
        for one in beside:
            one.result()
    except BaseException:
        for one in (*drawn, *beside):
            one.cancel()
        wait([*drawn, *beside])  # nothing may still be writing into a folder that is about to be removed
        raise


def _write_json(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
