"""Draws what is derived from a stored run: its intervals and verdicts, event study, tearsheets and page.

Each is made by itself and written whole. One that fails takes nothing with it: it is told, and the rest is made.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from eventfolio.engine.processes import end
from eventfolio.engine.record import RunFacts, StudyReturns
from eventfolio.events.errors import InputError, Unavailable
from eventfolio.events.writing import PART
from eventfolio.results.store.layout import EVENT_STUDY_FILE, PAGE_FILE, RUN_FILE, SHEET_FILE
from eventfolio.results.store.read import StoredStudy, load_run
from eventfolio.results.store.writing import write_json

if TYPE_CHECKING:
    from eventfolio.results.significance.of_run import Deflated
    from eventfolio.results.store.evidence import EventStudyDocument

P = ParamSpec("P")
T = TypeVar("T")
Made = Mapping[str, float | None]
Measured = tuple[str, "EventStudyDocument | None"]  # what went wrong in words, or the event study


def draw_pages(
    folder: Path,
    workers: Executor,
    seen: Made | None = None,
    measured: Future[Measured] | None = None,
    tearsheets: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> list[str]:
    """Make all that belongs to the kept run `folder`, and return what could not be made and why, in words.

    seen     : Sharpe ratios of all trials the study has seen, these included; None leaves run.json as it is
    measured : of `begin_event_study`; None leaves the folder's event study as it is
    progress : called with (tearsheets done, tearsheets in all)
    On Ctrl-C what is at work is ended at once, and what is written stays.
    """
    try:
        return _draw(load_run(folder), workers, seen, measured, tearsheets, progress)
    except InputError as error:  # the run itself cannot be read
        return [str(error)]
    except BaseException:
        end(workers)
        for left in folder.rglob(f".*{PART}"):
            left.unlink(missing_ok=True)
        if tearsheets and (folder / PAGE_FILE).is_file():
            attempt(PAGE_FILE, _write_page, folder)  # without links to tearsheets that were not drawn
        raise


def begin_event_study(returns: Callable[[], StudyReturns], workers: Executor) -> Future[Measured]:
    """Measure a study's events in a worker. returns : lays out what it is measured on"""
    laid: list[StudyReturns] = []
    failed = attempt(EVENT_STUDY_FILE, lambda: laid.append(returns()))
    if not failed:
        return _submit(workers, _measure, laid[0])
    future: Future[Measured] = Future()
    future.set_result((failed, None))
    return future


def attempt(what: str, work: Callable[P, object], *given: P.args, **named: P.kwargs) -> str:
    """Do `work`; "" if that went well, else in words what went wrong and where."""
    try:
        work(*given, **named)
    except Exception as error:
        if os.environ.get("EVENTFOLIO_DEBUG") == "1":
            raise
        return f"{what}: {_words(error)}"
    return ""


def _draw(
    study: StoredStudy,
    workers: Executor,
    seen: Made | None,
    measured: Future[Measured] | None,
    tearsheets: bool,
    progress: Callable[[int, int], None] | None,
) -> list[str]:
    from eventfolio.results.tearsheet import tearsheet

    folder = study.folder
    failed = [] if seen is None else _judge(study, workers, seen)
    sheets = [
        _begin(workers, f"{run.label}/{SHEET_FILE}", tearsheet.write_sheet, run.folder, study.facts)
        for run in (study.runs if tearsheets else ())
    ]
    if measured is not None:
        failed += _keep_event_study(measured, folder)
    failed.append(attempt(PAGE_FILE, _write_page, folder, frozenset({SHEET_FILE} if sheets else ())))
    undrawn: list[str] = []
    for done, sheet in enumerate(as_completed(sheets), start=1):
        undrawn += [line for line in _outcome("tearsheets", sheet) if line]
        if progress:
            progress(done, len(sheets))
    if undrawn:  # the page leads to them
        failed += [*undrawn, attempt(PAGE_FILE, _write_page, folder)]
    return list(dict.fromkeys(line for line in failed if line))


def _write_page(folder: Path, expected: frozenset[str] = frozenset()) -> None:
    """expected : names of files that are being written for every strategy"""
    from eventfolio.results.page import page

    study = load_run(folder)
    runs = tuple(replace(run, expected=expected) for run in study.runs)
    page.write_index(replace(study, runs=runs), folder / PAGE_FILE)


def _judge(study: StoredStudy, workers: Executor, seen: Made) -> list[str]:
    """Put into each run.json how sure one can be of it: intervals, a verdict, and its luck after trying them all."""
    from eventfolio.results.significance.of_run import deflated_beside

    deflated: dict[str, Deflated] = {}

    def deflate() -> None:  # by a worker, which has loaded what that takes
        returns = {run.label: run.returns["return"].to_numpy(float) for run in study.runs}
        deflated.update(_submit(workers, deflated_beside, returns, seen).result())

    failed = [attempt("deflated Sharpe ratios", deflate)]
    for future in [
        _begin(
            workers,
            f"{run.label}, intervals and verdict",
            _evidence,
            run.folder,
            run.facts,
            deflated.get(run.label),
        )
        for run in study.runs
    ]:
        failed += _outcome("intervals and verdicts", future)
    return failed


def _evidence(folder: Path, facts: RunFacts, deflated: Deflated | None) -> None:
    from eventfolio.results.significance.of_run import evidence_of

    significance = evidence_of(folder)
    if deflated is not None:
        significance = replace(significance, **vars(deflated))
    write_json(folder / RUN_FILE, replace(facts, significance=significance).to_json())


def _measure(returns: StudyReturns) -> Measured:
    from eventfolio.results.event_study.of_run import event_study_of

    found: list[EventStudyDocument] = []
    failed = attempt(EVENT_STUDY_FILE, lambda: found.append(event_study_of(returns)))
    return failed, found[0] if found else None


def _keep_event_study(measured: Future[Measured], folder: Path) -> list[str]:
    """Write it into the run's folder. Returns what went wrong there and then, in words."""
    told: list[str] = []

    def keep() -> None:
        failed, document = measured.result()
        told.append(failed)
        if document is not None:
            write_json(folder / EVENT_STUDY_FILE, document.to_json())

    return [attempt(EVENT_STUDY_FILE, keep), *told]


def _begin(workers: Executor, what: str, work: Callable[P, object], *given: P.args, **named: P.kwargs) -> Future[str]:
    """An attempt in a worker."""
    return _submit(workers, partial(attempt, what, work, *given, **named))


def _submit(workers: Executor, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> Future[T]:
    """Work begun in a worker; a future that fails where the workers have."""
    try:
        return workers.submit(work, *given, **named)
    except BrokenProcessPool as error:
        failed: Future[T] = Future()
        failed.set_exception(error)
        return failed


def _outcome(what: str, future: Future[str]) -> list[str]:
    """What an attempt in a worker told, or what became of the worker."""
    told: list[str] = []
    return [attempt(what, lambda: told.append(future.result())), *told]


def _words(error: Exception) -> str:
    if isinstance(error, (InputError, Unavailable)):
        return str(error)
    if isinstance(error, BrokenProcessPool):
        return "a process at work on it was ended from outside (out of memory?)."
    if isinstance(error, OSError):
        return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"
