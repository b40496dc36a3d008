"""Runs the studio's server on this machine alone, until Ctrl-C."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import uvicorn
from starlette.types import ASGIApp

from eventfolio.cli.studio.guard import Keys
from eventfolio.events.errors import Unavailable

HOST = "127.0.0.1"
PORT = 8421  # the first one tried
_TRIED = 100  # ports after it


class _Server(uvicorn.Server):
    """Leaves Ctrl-C to the command, which ends at once."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None of them."""
        yield


def listening(port: int) -> socket.socket:
    """A socket at the port, or at the next one that is free. Raises: Unavailable"""
    last = min(port + _TRIED, 65_535) if port else 0  # of 0 the system chooses one
    for number in range(port, last + 1):
        own = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            own.bind((HOST, number))
            own.listen(100)
        except OSError as error:
            own.close()
            if number == last:
                raise Unavailable(
                    f"No port from {port} to {last} is free ({error.strerror}). Give another one with --port."
                ) from error
        else:
            return own
    raise AssertionError("unreachable")


def address(port: int, keys: Keys) -> str:
    """What the user opens: the only address that carries the token."""
    return f"http://{HOST}:{port}/?token={keys.token}"


def make_server(app: ASGIApp) -> uvicorn.Server:
    """A server that says nothing but what it answers."""
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="none",
        http="h11",
        server_header=False,
        proxy_headers=False,
        limit_concurrency=200,
        timeout_graceful_shutdown=1,
    )
    return _Server(config)


def serve(own: socket.socket, server: uvicorn.Server, watch: Callable[[Event], None]) -> None:
    """Answer at a socket until Ctrl-C, or until the server should exit.

    watch : runs beside it in a thread, until its event is set
    """
    stop = Event()
    Thread(target=watch, args=(stop,), name="studio watches", daemon=True).start()
    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(server.serve(sockets=[own]))
    finally:
        stop.set()
        own.close()
