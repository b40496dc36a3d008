"""What is begun beside a backtest never costs a run."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from eventfolio.engine.record import RunRecord, StudyRecord
from eventfolio.results.beside import WorkBeside


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
