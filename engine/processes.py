"""Starts worker processes that leave Ctrl-C to their parent, end with it, and are ended at once when its work fails."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import TypeVarTuple

Given = TypeVarTuple("Given")


@contextmanager
def processes(count: int, prepare: Callable[[*Given], None], *given: *Given) -> Iterator[ProcessPoolExecutor]:
    """`count` processes, each started now and made ready by prepare(*given).

    Left by an exception, Ctrl-C included, they are killed: what they write must appear whole or not at all. Left
    otherwise, what is at work is waited for and the rest dropped.
    """
    # fork is quick, and safe while the parent has no threads of its own: enter before progress bars
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_prepare, initargs=(prepare, given))
    try:
        with _no_interrupt():
            for _ in range(count):
                pool.submit(int)
        yield pool
    except BaseException:
        end(pool)
        raise
    finally:
        with _no_interrupt():  # a second Ctrl-C must not stop the cleaning up
            pool.shutdown(wait=True, cancel_futures=True)


def end(pool: Executor) -> None:
    """Kill the processes of a pool whatever they are at."""
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        process.kill()


def usual_jobs() -> int:
    """As many processes as this one may use processors."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Hold Ctrl-C back: while processes start, it would reach them before they know that it is not for them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prepare(prepare: Callable[[*Given], None], given: tuple[*Given]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    prepare(*given)


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
