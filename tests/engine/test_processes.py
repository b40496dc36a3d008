"""Worker processes: started at once, ended with the work that fails."""

from __future__ import annotations

import time
from multiprocessing.process import BaseProcess

import pytest

from eventfolio.engine.processes import processes


def test_each_process_is_made_ready() -> None:
    with processes(2, _note, "ready") as pool:
        assert pool.submit(_noted).result() == "ready"


def test_work_that_fails_ends_the_processes_at_once() -> None:
    workers: list[BaseProcess] = []
    with pytest.raises(ValueError, match="no use"):
        _fail(workers)
    assert len(workers) == 2
    assert not any(worker.is_alive() for worker in workers)


def _fail(workers: list[BaseProcess]) -> None:
    with processes(2, int) as pool:
        workers += pool._processes.values()
        pool.submit(time.sleep, 3600)
        raise ValueError("no use")


_word = ""


def _note(word: str) -> None:
    global _word
    _word = word


def _noted() -> str:
    return _word
