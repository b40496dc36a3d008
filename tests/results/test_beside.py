"""What workers do while strategies are still played."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from eventfolio.engine.record import RunRecord, StudyRecord
from eventfolio.results import beside, write_run
from eventfolio.results.beside import WorkBeside
from eventfolio.results.tearsheet.tearsheet import write_sheet
from eventfolio.results.tearsheet.workers import Here
from tests.results.page.test_evidence_svg import frames


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many workers were asked to load quantstats, each time."""
    asked: list[int] = []

    def note(_: Executor, count: int) -> None:
        asked.append(count)

    monkeypatch.setattr(beside, "load_sheets", note)
    return asked


def test_the_event_study_begun_before_the_strategies_is_the_one_made_after_them(
    study: StudyRecord, runs: list[RunRecord], folder: Path
) -> None:
    priced = replace(study, returns=lambda: frames(effect=0.05))
    after = write_run.write_run(priced, runs[:1], folder / "after", pool=Here())
    work = WorkBeside(Here(), 1, tearsheets=False)
    work.begun(priced)
    kept = write_run.keep_run(priced, runs[:1], folder / "beside")
    assert write_run.finish_run(kept, priced, runs[:1], Here(), tearsheets=False, measured=work.measured) == []
    assert (kept / "event_study.json").read_bytes() == (after / "event_study.json").read_bytes()


def test_what_an_event_study_begun_early_failed_of_is_told_with_the_run(
    study: StudyRecord, runs: list[RunRecord], folder: Path
) -> None:
    def crash() -> None:
        raise ValueError("no returns")

    priced = replace(study, returns=crash)  # type: ignore[arg-type]
    work = WorkBeside(Here(), 1, tearsheets=False)
    work.begun(priced)
    kept = write_run.keep_run(priced, runs[:1], folder)
    (told,) = write_run.finish_run(kept, priced, runs[:1], Here(), tearsheets=False, measured=work.measured)
    assert told.startswith("event_study.json: ValueError: no returns")


def test_quantstats_is_loaded_once_and_only_for_a_path_that_was_not_drawn(
    study: StudyRecord, make_run: Callable[..., RunRecord], folder: Path, loads: list[int]
) -> None:
    drawn, new, other = make_run("kogas-lng", seed=71), make_run("all-themes", seed=72), make_run("ihi", seed=73)
    kept = write_run.write_run(study, [drawn], folder, tearsheets=False)
    write_sheet(kept / drawn.label, study.facts)
    work = WorkBeside(Here(), 2, tearsheets=True)
    work.begun(study)
    work.played(drawn)
    assert loads == []
    work.played(new)
    work.played(other)
    assert loads == [2]


def test_without_tearsheets_quantstats_is_not_loaded(
    study: StudyRecord, runs: list[RunRecord], loads: list[int]
) -> None:
    work = WorkBeside(Here(), 2, tearsheets=False)
    work.begun(study)
    work.played(runs[0])
    assert loads == []


def test_a_worker_that_died_is_left_to_be_told_when_the_sheets_are_drawn(
    study: StudyRecord, runs: list[RunRecord], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTFOLIO_CACHE", str(tmp_path))  # nothing is drawn there
    with ProcessPoolExecutor(1, get_context("spawn")) as workers:
        with pytest.raises(BrokenProcessPool):
            workers.submit(os._exit, 1).result()
        beside = WorkBeside(workers, 1, tearsheets=True)
        beside.begun(replace(study, returns=None))
        beside.played(runs[0])
        with pytest.raises(BrokenProcessPool):
            workers.submit(int).result()
