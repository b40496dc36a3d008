"""Plays tasks inside a worker of a Dask cluster; only those who have Dask's distributed import it."""

from __future__ import annotations

import pickle
import threading

from distributed import WorkerPlugin

from eventfolio.engine.backtest import versions
from eventfolio.engine.search.process_pool import Answer, Task, Work
from eventfolio.engine.search.sweep import code_sha256

_given: dict[str, object] = {}  # what this process was handed, by name
_playing = threading.Lock()  # backtrader keeps things in its classes: one play at a time in a process


class Handout(WorkerPlugin):
    """Gives every worker one thing, once: those there now, and those that join or are started anew later."""

    def __init__(self, name: str, shared: object) -> None:
        self.name, self._packed = name, pickle.dumps(shared)

    def setup(self, worker: object) -> None:
        """On the worker, before it is given any task."""
        _given[self.name] = pickle.loads(self._packed)

    def teardown(self, worker: object) -> None:
        """On the worker, when the sweep is over."""
        _given.pop(self.name, None)


def play_there(name: str, work: Work[Task, Answer], task: Task) -> Answer:
    """work(shared, task) in a worker."""
    with _playing:
        return work(_given[name], task)


def facts_there() -> dict[str, str]:
    """Versions of everything that can change a figure, and of our own code."""
    return versions() | {"eventfolio's code": code_sha256()[:12]}
