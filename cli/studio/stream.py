"""Server-sent events: what the open pages are told without asking (a file was saved, how far a task is)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

_BEAT = 15.0  # seconds after which a silent line is given a sign of life
_WAITING = 100  # messages a page may be behind


class Stream:
    """Messages for every open page. To be told from any thread, once a loop is there."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pages: set[asyncio.Queue[str]] = set()

    def tell(self, kind: str, **what: object) -> None:
        """Send `what` to all pages as an event of this kind."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._put, f"event: {kind}\ndata: {json.dumps(what)}\n\n")

    async def events(self) -> AsyncIterator[str]:
        """The events of one page, as text/event-stream has them, until it is closed."""
        self._loop = asyncio.get_running_loop()
        own: asyncio.Queue[str] = asyncio.Queue(_WAITING)
        self._pages.add(own)
        try:
            yield "retry: 1000\n\n"
            while True:
                try:
                    yield await asyncio.wait_for(own.get(), _BEAT)
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            self._pages.discard(own)

    def _put(self, message: str) -> None:
        for page in self._pages:
            if not page.full():
                page.put_nowait(message)
