"""Processes that judge runs and draw tearsheets, started early so that they load while the backtests run."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any


class Here(Executor):
    """Does what it is given at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """A future that is done; interrupts are let through."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def warm_pool(workers: int = 2, sheets: bool = True) -> Iterator[Executor]:
    """Processes for `store.write_run`. Left by an exception, Ctrl-C included, they are ended at once.

    workers : none is started for a single one without sheets
    sheets  : have quantstats loaded, for tearsheets
    """
    if workers <= 1 and not sheets:
        yield Here()
        return
    # fork is quick, and safe while the parent has no threads of its own: start the pool before progress bars
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_prepare, initargs=(sheets,))
    try:
        with _no_interrupt():
            for _ in range(workers):
                pool.submit(_load if sheets else int)
        yield pool
    except BaseException:
        end(pool)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def end(pool: Executor) -> None:
    """End the processes of a pool whatever they are at: what they write appears whole or not at all."""
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        process.kill()


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Ctrl-C waits until the processes are started, or it would reach them before they know that it is not for them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prepare(sheets: bool) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    if sheets:
        import matplotlib

        matplotlib.use("svg")  # otherwise pyplot draws each picture once more, for nobody


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _load() -> None:
    """Everything that only the first sheet would pay for: imports, fonts, the first figure."""
    import pandas as pd

    from eventfolio.results.tearsheet import tearsheet  # noqa: F401
    from eventfolio.results.tearsheet.quantstats_plots import Marks, pictures

    days = pd.bdate_range("2024-01-01", periods=3)
    pictures(pd.Series([0.0, 0.01, -0.01], index=days, name="warm"), None, Marks((), None))
    gc.freeze()  # what is loaded now stays: no use in looking through it again and again
