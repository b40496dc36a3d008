"""The command in a process of its own: started, stopped, killed, started twice, asked for nonsense."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.processes import HANG, start


class Started:
    """A studio's process and the address it printed."""

    def __init__(self, folder: Path, *args: object) -> None:
        self.process = start("studio", *args, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.printed, self.address = "", ""
        while not self.address:
            line = self.process.stdout.readline()  # type: ignore[union-attr]
            assert line, self.printed
            self.printed += line
            found = re.search(r"http://127\.0\.0\.1:(\d+)/\?token=\S+", line)
            if found:
                self.address, self.port = found[0], int(found[1])


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[..., Started]]:
    begun: list[Started] = []

    def one(*args: object) -> Started:
        begun.append(Started(tmp_path, *args))
        return begun[-1]

    yield one
    for studio in begun:
        studio.process.kill()
        studio.process.wait()


def free_port() -> int:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


def opens(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with opener.open(address, timeout=30) as answer:
        return answer.status == 200 and b"eventfolio" in answer.read()


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def children(pid: int) -> list[str]:
    found: list[str] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += task.read_text().split()
    return found


def test_ctrl_c_ends_it_at_once_and_the_address_is_free_again(
    begin: Callable[..., Started], study: Path, tmp_path: Path
):
    before = files(tmp_path)
    port = free_port()
    one = begin(study, "--port", port)
    assert one.port == port
    assert opens(one.address)
    one.process.send_signal(signal.SIGINT)
    assert one.process.wait(timeout=HANG) == 0
    assert "Stopped." in one.process.stdout.read()  # type: ignore[union-attr]
    again = begin(study, "--port", port)
    assert again.port == port
    assert again.address != one.address  # the old address is worth nothing
    assert files(tmp_path) == before


def test_ctrl_c_ends_it_as_well_the_moment_its_address_stands_there(begin: Callable[..., Started], study: Path):
    one = begin(study, "--port", 0)
    one.process.send_signal(signal.SIGINT)
    assert one.process.wait(timeout=HANG) == 0
    assert "Stopped." in one.process.stdout.read()  # type: ignore[union-attr]


def test_a_second_studio_takes_another_port_and_its_own_cookie(begin: Callable[..., Started], study: Path) -> None:
    port = free_port()
    one, two = begin(study, "--port", port), begin(study, "--port", port)
    assert two.port > one.port == port
    assert f"Port {port} is taken, so this studio is at {two.port}." in two.printed
    both = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    for studio in (one, two):
        both.open(studio.address, timeout=30).read()
    for studio in (one, two):
        assert both.open(f"http://127.0.0.1:{studio.port}/state", timeout=30).status == 200


def test_port_0_is_any_free_port(begin: Callable[..., Started], study: Path) -> None:
    one = begin(study, "--port", 0)
    assert one.port > 0
    assert "taken" not in one.printed
    assert opens(one.address)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see processes")
def test_a_killed_studio_leaves_nothing(begin: Callable[..., Started], study: Path, tmp_path: Path) -> None:
    before = files(tmp_path)
    one = begin(study, "--port", free_port())
    assert opens(one.address)
    assert children(one.process.pid) == []
    one.process.kill()
    assert one.process.wait(timeout=HANG) == -signal.SIGKILL
    assert files(tmp_path) == before
    with socket.socket() as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        own.bind(("127.0.0.1", one.port))


SLEEPER = """
import time
from eventfolio import EventStrategy


class Sleeper(EventStrategy):
    params = dict(hold=10)

    def should_exit(self, holding):
        time.sleep(3600)
"""


def test_ctrl_c_ends_it_while_a_strategy_s_own_code_never_returns(
    begin: Callable[..., Started], study: Path, tmp_path: Path
):
    import http.client
    import json
    import threading

    (tmp_path / "sleeper.py").write_text(SLEEPER)
    one = begin(study, "--port", free_port(), "--strategy", "sleeper.py:Sleeper")
    keys: Any = http.client.HTTPConnection("127.0.0.1", one.port, timeout=60)
    keys.request("GET", one.address.partition(str(one.port))[2])
    cookie = keys.getresponse().getheader("set-cookie").partition(";")[0]
    asked = http.client.HTTPConnection("127.0.0.1", one.port, timeout=60)
    body = json.dumps({"client": "c", "seq": 1, "setting": {"strategy": "Sleeper"}})
    head = {"Cookie": cookie, "Origin": f"http://127.0.0.1:{one.port}", "Content-Type": "application/json"}
    asked.request("POST", "/play", body, head)
    threading.Event().wait(1.0)
    one.process.send_signal(signal.SIGINT)
    assert one.process.wait(timeout=HANG) == 0


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["nothing.toml"], "nothing.toml"),
        (["--strategy", "nothing.py:Mine"], "There is no file nothing.py"),
        (["--strategy", "anouncement-drift"], "Did you mean 'announcement-drift'"),
        (["--port", "-1"], "port"),
        (["--port", "99999"], "port"),
        (["--theme", "nothing"], "not a theme"),
        (["--start", "2026-01-01", "--end", "2025-01-01"], "before it starts"),
        (["--data", "nowhere"], "nowhere"),
        (["--cash", "-1"], "cash"),
    ],
)
def test_nonsense_is_refused_before_anything_is_served(cli, args: list[str], words: str) -> None:
    result = cli("studio", *args)
    assert result.exit_code == 2, result.output
    assert words in result.output
    assert "Traceback" not in result.output


def test_a_strategy_file_that_fails_at_the_start_is_named_with_its_line(cli, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("from eventfolio import EventStrategy\nx = 1 / 0\n")
    result = cli("studio", "--strategy", "mine.py:Mine")
    assert result.exit_code == 2
    assert "mine.py, line 2: ZeroDivisionError" in result.output


def test_help_does_not_load_the_server(cli) -> None:
    result = cli("studio", "--help")
    assert result.exit_code == 0
    assert "--port" in result.stdout
    code = "import sys; import eventfolio.cli; print([one for one in ('uvicorn', 'starlette') if one in sys.modules])"
    import sys

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=True)
    assert done.stdout.strip() == "[]"
