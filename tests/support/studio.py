"""A studio that answers on this machine while a test runs, and questions to it."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from support.processes import wait_until

from eventfolio.cli.studio.app import make_app
from eventfolio.cli.studio.guard import Keys
from eventfolio.cli.studio.serve import HOST, address, listening, make_server, serve
from eventfolio.cli.studio.stage import Stage
from eventfolio.cli.studio.stream import Stream
from eventfolio.cli.studio.tasks import Tasks
from eventfolio.cli.studio.watchdog import Patience, Watchdog
from eventfolio.engine.study.study import Study


@dataclass
class Running:
    """A studio at its port. cookie : as a browser sends it once it has opened the address"""

    port: int
    keys: Keys
    tasks: Tasks
    cookie: str = ""
    told: list[str] = field(default_factory=list)
    _pages: Iterator[int] = field(default_factory=count)  # each question a page's of its own

    @property
    def address(self) -> str:
        return address(self.port, self.keys)

    @property
    def origin(self) -> str:
        return f"http://{HOST}:{self.port}"

    def ask(
        self, method: str, path: str, body: object = None, headers: dict[str, str | None] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body. What a browser sends is sent, but for what `headers` changes or takes away."""
        sent: dict[str, str | None] = {"Host": f"{HOST}:{self.port}", "Cookie": self.cookie}
        if method == "POST":
            sent |= {"Origin": self.origin, "Content-Type": "application/json"}
        sent |= headers or {}
        given = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in sent.items():
            if value is not None:
                connection.putheader(name, value)
        if given is not None:
            connection.putheader("Content-Length", str(len(given)))
        connection.endheaders(given)
        answer = connection.getresponse()
        found = answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read()
        connection.close()
        return found

    def get(self, path: str) -> Any:
        status, _, body = self.ask("GET", path)
        assert status == 200, body
        return json.loads(body)

    def post(self, path: str, body: object, status: int = 200) -> Any:
        got, _, answer = self.ask("POST", path, body)
        assert got == status, answer
        return json.loads(answer)

    @property
    def version(self) -> int:
        return self.tasks.stage.scene.version

    def play(self, label: str, without: tuple[str, ...] = (), **params: object) -> Any:
        setting = {"strategy": label, "params": params, "without": list(without)}
        return self.post("/play", {"client": f"test {next(self._pages)}", "seq": 1, "setting": setting})


@contextmanager
def studio(
    load: Callable[[bool], Study], study_file: Path, out: Path, patience: Patience | None = None
) -> Iterator[Running]:
    """A studio in threads of this process, opened as the browser does."""
    stream = Stream()
    dog = Watchdog(lambda words: stream.tell("progress", task="hook", words=words), patience)
    stage = Stage(load, study_file, out, dog)
    tasks, own, keys = Tasks(stage, stream), listening(0), Keys()
    port = own.getsockname()[1]
    server = make_server(make_app(tasks, port, keys))
    running = Running(port, keys, tasks)

    def tell() -> None:
        running.told.append(stage.trouble)
        stream.tell("study", version=stage.scene.version, trouble=stage.trouble)

    thread = threading.Thread(target=serve, args=(own, server, lambda stop: stage.watch(stop, tell)), daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    status, headers, _ = running.ask("GET", f"/?token={keys.token}")
    assert status == 303
    running.cookie = headers["set-cookie"].partition(";")[0]
    try:
        yield running
    finally:
        server.should_exit = server.force_exit = True
        thread.join(20)
