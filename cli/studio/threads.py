"""Threads that work for the server one task after another, and are left behind when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from eventfolio.cli.studio.watchdog import Watchdog
from eventfolio.strategies.errors import StrategyError

Answer = TypeVar("Answer")


class Worker:
    """One thread. It does not keep the process from ending, whatever it is at.

    together : workers that wait for each other; where one of their threads is given up, all of them refuse
    """

    def __init__(self, name: str, watchdog: Watchdog, together: list[Worker] | None = None) -> None:
        self._watchdog = watchdog
        self._tasks: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._asked: set[asyncio.Future[Any]] = set()
        self._lost = ""
        self._together = [] if together is None else together
        self._together.append(self)
        Thread(target=self._work, name=name, daemon=True).start()

    async def run(self, task: Callable[[], Answer], is_over: Callable[[], bool] = lambda: False) -> Answer:
        """What the task answers, or raises. is_over : whether nobody waits for it any more

        Raises: StrategyError where the user's code was stopped, or a thread is given up; Superseded
        """
        if self._lost:
            raise StrategyError(self._lost)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()

        def settle(put: Callable[[Any], None], value: object) -> None:
            if not future.done():  # the one who asked may be gone
                put(value)

        def give_up(words: str) -> None:
            for worker in self._together:
                loop.call_soon_threadsafe(worker._give_up, words)

        def work() -> None:
            if future.done():
                return
            put: Callable[[Any], None]
            try:
                put, value = future.set_result, self._watchdog.run(task, is_over, give_up)
            except Exception as error:
                put, value = future.set_exception, error  # type: ignore[assignment]
            loop.call_soon_threadsafe(settle, put, value)
            if self._lost:  # it has come back after all
                for worker in self._together:
                    worker._lost = ""

        self._asked.add(future)
        self._tasks.put(work)
        try:
            return await future
        finally:
            self._asked.discard(future)

    def _give_up(self, words: str) -> None:
        self._lost = words
        for future in self._asked:
            if not future.done():
                future.set_exception(StrategyError(words))

    def _work(self) -> None:
        while True:
            try:
                self._tasks.get()()
            except RuntimeError:  # the server's loop is closed
                return
