"""Threads that work for the server one task after another, and are left behind when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

Answer = TypeVar("Answer")


class Worker:
    """One thread. It does not keep the process from ending, whatever it is at."""

    def __init__(self, name: str) -> None:
        self._tasks: SimpleQueue[Callable[[], None]] = SimpleQueue()
        Thread(target=self._work, name=name, daemon=True).start()

    async def run(self, task: Callable[[], Answer]) -> Answer:
        """What the task answers, or raises."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()

        def settle(put: Callable[[Any], None], value: object) -> None:
            if not future.done():  # the one who asked may be gone
                put(value)

        def work() -> None:
            put: Callable[[Any], None]
            try:
                put, value = future.set_result, task()
            except BaseException as error:
                put, value = future.set_exception, error  # type: ignore[assignment]
            loop.call_soon_threadsafe(settle, put, value)

        self._tasks.put(work)
        return await future

    def _work(self) -> None:
        while True:
            try:
                self._tasks.get()()
            except RuntimeError:  # the server's loop is closed
                return
