"""Processes that draw tearsheets, started early so that they load quantstats while the backtests run."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait


@contextmanager
def warm_pool(workers: int = 2) -> Iterator[Executor]:
    """Processes with quantstats loaded, for `store.write_run`. Unfinished work is dropped on leaving."""
    # fork is quick, and safe while the parent has no threads of its own: start the pool before progress bars
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_prepare)
    try:
        for _ in range(workers):
            pool.submit(_load)
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _prepare() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_leave_with_parent, daemon=True).start()
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

    from results import tearsheet  # noqa: F401
    from results.plots import Marks, pictures

    days = pd.bdate_range("2024-01-01", periods=3)
    pictures(pd.Series([0.0, 0.01, -0.01], index=days, name="warm"), None, Marks((), None))
    gc.freeze()  # what is loaded now stays: no use in looking through it again and again
