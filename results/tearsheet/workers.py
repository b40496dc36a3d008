"""Starts the processes that judge runs and draw tearsheets, early, so that they load while the backtests run."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from eventfolio.engine.processes import processes

P = ParamSpec("P")
T = TypeVar("T")


class Here(Executor):
    """Does what it is given at once, in this process."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """A future that is done; interrupts are let through."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def warm_pool(workers: int = 2, evidence: bool = True) -> Iterator[Executor]:
    """Processes for `write_run.finish_run`. Left by an exception, Ctrl-C included, they are ended at once.

    workers  : how many; of 0 the work is done in this process
    evidence : have loaded at once what evidence and event studies are made with
    """
    if not workers:
        yield Here()
        return
    with processes(workers, gc.freeze) as pool:
        for _ in range(workers if evidence else 0):
            pool.submit(_load_evidence)
        yield pool


def load_sheets(pool: Executor, workers: int = 2) -> None:
    """Have the workers of a pool load what tearsheets are drawn with, which takes them some two seconds each."""
    for _ in range(workers):
        pool.submit(_load_sheets)


def _load_evidence() -> None:
    """Imports that the first evidence and the first event study would pay for."""
    import scipy.special  # noqa: F401

    from eventfolio.results.event_study import of_run  # noqa: F401
    from eventfolio.results.significance import of_run as judged  # noqa: F401

    gc.freeze()


def _load_sheets() -> None:
    """Everything that only the first sheet would pay for: imports, fonts, the first figure."""
    import matplotlib
    import pandas as pd

    matplotlib.use("svg")  # otherwise pyplot draws each picture once more, for nobody

    from eventfolio.results.tearsheet import tearsheet  # noqa: F401
    from eventfolio.results.tearsheet.quantstats_plots import Marks, pictures

    days = pd.bdate_range("2024-01-01", periods=3)
    pictures(pd.Series([0.0, 0.01, -0.01], index=days, name="warm"), None, Marks((), None))
    gc.freeze()  # what is loaded now stays: no use in looking through it again and again
