"""Ends a strategy's own code that does not return, so that one endless loop does not end the studio's work.

Each call of the user's code by the engine is timed by looking at the thread's stack now and then. One that takes too
long, or that nobody waits for any more, has an exception raised in it. That reaches Python's own instructions, and so
every loop; a call that waits outside Python (a sleep, a download) is not reached: then whoever asked is told so.
"""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event, Lock, Thread, get_ident
from types import FrameType
from typing import TypeVar, cast

from eventfolio.cli.errors import USER_MODULE, answer
from eventfolio.strategies.errors import StrategyError

Answer = TypeVar("Answer")
_EVERY = 0.1  # seconds from one look at the stacks to the next


class Superseded(Exception):
    """Something newer was asked meanwhile."""


class _Stopped(BaseException):
    """Raised in the user's code; no `except Exception` there holds it."""


@dataclass(frozen=True)
class Patience:
    """Seconds that one call of the user's code is given.

    told    : after which the page says what is at work
    longest : after which it is stopped
    grace   : after which it is stopped where nobody waits for it any more
    gone    : how long it may take to end once it is stopped, before it is given up
    """

    told: float = 3.0
    longest: float = 20.0
    grace: float = 1.0
    gone: float = 3.0


@dataclass(eq=False)
class _Task:
    """What a thread is at. call, since : the user's code it is in, and since when; stopped : when it was, and why"""

    thread: int
    is_over: Callable[[], bool]
    give_up: Callable[[str], None]
    call: FrameType | None = None
    since: float = 0.0
    stopped: float = 0.0
    words: str = ""
    given_up: bool = field(default=False)


class Watchdog:
    """Looks after the threads on which the user's code is called.

    tell : told, while a call takes long, what is at work and what will become of it; "" once it is over
    """

    def __init__(self, tell: Callable[[str], None], patience: Patience | None = None) -> None:
        self._tell, self._patience = tell, patience or Patience()
        self._tasks: list[_Task] = []
        self._lock, self._some = Lock(), Event()
        self._said = ""
        Thread(target=self._look, name="studio watches strategies", daemon=True).start()

    def run(
        self,
        task: Callable[[], Answer],
        is_over: Callable[[], bool] = lambda: False,
        give_up: Callable[[str], None] = lambda words: None,
    ) -> Answer:
        """What the task answers, on this thread.

        is_over : whether nobody waits for it any more
        give_up : called from another thread with what to say where it cannot be stopped
        Raises  : whatever the task raises; StrategyError for what was stopped, and for what is no error of a program
                  (SystemExit, StopIteration); Superseded for what was stopped because it is over
        """
        own = _Task(get_ident(), is_over, give_up)
        found: list[Answer] = []
        error: BaseException | None = None
        try:
            with self._lock:
                self._tasks.append(own)
                self._some.set()
            found.append(task())
        except BaseException as raised:
            error = raised
        while True:
            try:
                self._let_go(own)
                break
            except _Stopped:  # it came late
                continue
        if own.stopped:  # whatever the user's code made of that
            if is_over():
                raise Superseded
            raise StrategyError(own.words) from None
        if isinstance(error, StopIteration) or not isinstance(error, Exception | None):
            raise StrategyError(answer(cast(Exception, error))[1]) from error
        if error is not None:
            raise error
        return found[0]

    def _let_go(self, own: _Task) -> None:
        with self._lock:
            if own in self._tasks:
                self._tasks.remove(own)
            if not self._tasks:
                self._some.clear()
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(own.thread), None)  # what has not arrived is dropped

    def _look(self) -> None:
        while True:
            self._some.wait()
            time.sleep(_EVERY)
            with self._lock:
                words = [said for task in self._tasks if (said := self._judged(task, time.monotonic()))]
            self._say(" ".join(words))

    def _say(self, words: str) -> None:
        if words != self._said:
            self._said = words
            self._tell(words)

    def _judged(self, task: _Task, now: float) -> str:
        """What is to be said of a task; one that has had its time is stopped."""
        frames = [one for one in _frames(sys._current_frames().get(task.thread)) if _is_users(one)]
        call = frames[-1] if frames else None
        if call is not task.call:
            task.call, task.since = call, now
        if task.given_up:
            return task.words
        if task.stopped:
            return self._ending(task, now)
        spent = now - task.since
        if call is None or spent < min(self._patience.told, self._patience.grace):
            return ""
        place = f"{frames[0].f_code.co_filename}, line {frames[0].f_lineno}"
        if spent >= self._patience.longest or (spent >= self._patience.grace and task.is_over()):
            task.words = (
                f"{place}: stopped after {spent:.0f} s, because it did not return. Mend that and save the file."
            )
            task.stopped = now
            _raise_in(task.thread)
            return ""
        if spent < self._patience.told:
            return ""
        most = f"{self._patience.longest:.0f} s at the latest"
        return f"{place} has been at work for {spent:.0f} s. It is stopped after {most}."

    def _ending(self, task: _Task, now: float) -> str:
        if task.call is not None and now - task.stopped < self._patience.gone:
            _raise_in(task.thread)  # where it was caught
            return ""
        if task.call is None:
            return ""
        place = task.words.partition(": ")[0]
        task.given_up = True
        task.words = (
            f"{place} does not return and cannot be stopped: it waits for something outside Python, or catches what "
            "would stop it. End the studio with Ctrl-C in its terminal, mend that, and start it again."
        )
        task.give_up(task.words)
        return task.words


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    """A stack's frames, the innermost first."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def _is_users(frame: FrameType) -> bool:
    """Whether it runs code of a user's file."""
    return str(frame.f_globals.get("__name__", "")).startswith(USER_MODULE)


def _raise_in(thread: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(_Stopped))
