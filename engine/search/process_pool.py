"""Plays many tasks on one study in several processes; answers and order do not depend on their number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

from eventfolio.engine.processes import processes

Task = TypeVar("Task")
Answer = TypeVar("Answer")
Progress = Callable[[int, int], None]
Work: TypeAlias = Callable[[Any, Task], Answer]  # given what its pool shares, which pickle brings untyped, and a task

_CHUNKS = 50  # so many parts the work is cut into: enough to show progress, few enough to cost nothing
_given: object = None  # what this process was handed at its start


class WorkerPool:
    """Processes that share one thing (a study and its market), and play tasks on it."""

    def __init__(self, pool: ProcessPoolExecutor | None, shared: object, count: int = 1) -> None:
        self._pool, self._shared, self.count = pool, shared, count

    def map(self, work: Work[Task, Answer], tasks: Sequence[Task], progress: Progress | None = None) -> list[Answer]:
        """work(shared, task) of every task, in their order. `work` is a module's function."""
        answers: list[Answer] = []
        size = max(1, -(-len(tasks) // _CHUNKS))
        parts = [tasks[start : start + size] for start in range(0, len(tasks), size)]
        if self._pool is None:
            for part in parts:
                answers += [work(self._shared, task) for task in part]
                _tell(progress, len(answers), len(tasks))
            return answers
        for future in [self._pool.submit(_play_part, work, part) for part in parts]:
            answers += future.result()
            _tell(progress, len(answers), len(tasks))
        return answers

    def each(self, work: Work[Task, Answer], tasks: Sequence[Task]) -> Iterator[tuple[int, Answer]]:
        """(number of the task, work(shared, task)), as they are finished."""
        if self._pool is None:
            yield from ((number, work(self._shared, task)) for number, task in enumerate(tasks))
            return
        waiting = {self._pool.submit(_play_part, work, [task]): number for number, task in enumerate(tasks)}
        for future in as_completed(list(waiting)):
            yield waiting.pop(future), future.result()[0]


@contextmanager
def worker_pool(shared: object, jobs: int) -> Iterator[WorkerPool]:
    """`jobs` processes holding `shared`; with one job no process is started. Unfinished work is dropped on leaving."""
    if jobs <= 1:
        yield WorkerPool(None, shared)
        return
    with processes(jobs, _share, shared) as pool:
        yield WorkerPool(pool, shared, jobs)


def _share(shared: object) -> None:
    global _given
    _given = shared


def _play_part(work: Work[Task, Answer], part: Sequence[Task]) -> list[Answer]:
    return [work(_given, task) for task in part]


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress is not None:
        progress(done, total)
