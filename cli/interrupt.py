"""Handles Ctrl-C: the first ends the command, within a moment; further ones change nothing."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

INTERRUPTED = 130  # the exit status of what Ctrl-C ended: 128 and the number of the signal
PATIENCE = 2.0  # seconds in which a command may put in order what it was at


@contextmanager
def one_interrupt() -> Iterator[None]:
    """While this lasts, Ctrl-C raises KeyboardInterrupt once; the process is ended if that was not the end of it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background, where Ctrl-C is for others
        yield
        return
    signal.signal(signal.SIGINT, _first)
    try:
        yield
    except (SystemExit, KeyboardInterrupt) as leaving:  # the latter where typer, which answers for it, is not yet there
        if isinstance(leaving, KeyboardInterrupt) or leaving.code == INTERRUPTED:
            # not by raising: `python -m` ends by the signal, if that hit code run from a string
            for stream in (sys.stdout, sys.stderr):
                with suppress(OSError, ValueError):
                    stream.flush()
            os._exit(INTERRUPTED)
        raise
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is left is Python's own leaving


def _first(*_: object) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second press must not stop the cleaning up
    _thread.start_new_thread(_end, ())  # not threading.Thread, whose locks the main thread may hold at this moment
    raise KeyboardInterrupt


def _end() -> None:
    """End the process and those it started, where an interrupt was swallowed or something waits for ever."""
    time.sleep(PATIENCE)
    if "multiprocessing" in sys.modules:
        import multiprocessing

        for child in multiprocessing.active_children():
            child.kill()
    os._exit(INTERRUPTED)
