"""A sweep on a real Dask cluster: a scheduler and two worker processes on loopback, ended with the test."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eventfolio.cli import app
from eventfolio.engine.errors import StudyError
from eventfolio.engine.search import cluster as cluster_module
from eventfolio.engine.search.cluster import _workers, cluster_pool
from eventfolio.engine.search.journal import Journal, journal, pack
from eventfolio.engine.search.process_pool import worker_pool
from eventfolio.engine.search.sweep import Sweep, make_sweep, play_sweep
from eventfolio.engine.search.trial import WHOLE
from eventfolio.engine.search.trials import BLOCKS
from eventfolio.events.dprk_russia import STUDY
from eventfolio.events.errors import Unavailable
from eventfolio.strategies.errors import StrategyError

pytest.importorskip("distributed", reason="Dask's distributed is not installed")

HANG = 120  # seconds, longer than any machine takes; workers import this file, and know no other of the tests

OWN = """
from eventfolio import EventStrategy
from gains import exceeds

class Mine(EventStrategy):
    params = dict(hold=20, stop=None, gain=0.1)

    def should_exit(self, holding):
        return exceeds(holding.gain, self.p.gain)
"""
BESIDE = "def exceeds(gain, least):\n    return gain > least\n"


def started(*args: str, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *args],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | environment,
    )


def scheduler() -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return (
        started("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"),
        f"tcp://127.0.0.1:{port}",
    )


def worker(address: str, **environment: str) -> subprocess.Popen[bytes]:
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
    return started("distributed.cli.dask_worker", address, *options, **environment)


@contextmanager
def cluster(workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Address, and the processes: the scheduler first."""
    head, address = scheduler()
    processes = [head, *(worker(address) for _ in range(workers))]
    try:
        from distributed import Client

        with Client(address, timeout=HANG, set_as_default=False) as client:
            if workers:
                client.wait_for_workers(workers, timeout=HANG)
        yield address, processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with cluster(2) as (found, _):
        yield found


def own(folder: Path, text: str = OWN) -> str:
    """A strategy of one's own, with a module beside it that no worker could find."""
    (folder / "mine.py").write_text(text)
    (folder / "gains.py").write_text(BESIDE)
    return f"{folder / 'mine.py'}:Mine"


def sweep_of(folder: Path, *params: str) -> Sweep:
    return make_sweep(STUDY, own(folder), params, themes=("lng", "coal"))


@contextmanager
def kept_in(sweep: Sweep, folder: Path, resume: bool = False) -> Iterator[Journal]:
    with journal(folder, sweep.key, sweep.description, resume) as kept:
        yield kept


def test_the_cluster_gives_what_this_machine_gives(address: str, tmp_path: Path) -> None:
    sweep = sweep_of(tmp_path, "hold=5:20:5", "gain=0.05,0.2", "themes=lng,coal+lng")
    (tmp_path / "mine.py").unlink()  # workers get the text, not the path
    with kept_in(sweep, tmp_path / "far") as kept, cluster_pool(sweep.context, address) as executor:
        assert executor.count == 2
        far = play_sweep(sweep, kept, executor)[WHOLE]
    with kept_in(sweep, tmp_path / "near") as kept, worker_pool(sweep.context, 1) as executor:
        near = play_sweep(sweep, kept, executor)[WHOLE]
    assert [pack("", one) for one in far] == [pack("", one) for one in near]


def test_the_command_writes_the_same_bytes_from_a_cluster(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tables = []
    for place, where in enumerate((("--cluster", address), ("--jobs", "1"), ("--jobs", "2"))):
        args = ["sweep", "kogas-lng", "-p", "hold=5:20:5", "--validate", "walk-forward", "--folds", "2", *where]
        result = CliRunner().invoke(app, [*args, "--out", f"out{place}"])
        assert result.exit_code == 0, result.output
        (folder,) = (tmp_path / f"out{place}").iterdir()
        names = ("trials.parquet", "returns.parquet", "result.json")
        tables.append([(folder / name).read_bytes() for name in names])
    assert tables[0] == tables[1] == tables[2]


def test_the_study_is_sent_to_each_worker_once_and_taken_back(address: str, tmp_path: Path) -> None:
    from distributed import Client

    sweep = sweep_of(tmp_path, "hold=5:40:5")
    with cluster_pool(sweep.context, address) as executor, Client(address, set_as_default=False) as look:
        list(executor.each(name_of, list(range(6))))
        assert [len(names) for names in look.run(names_given).values()] == [1, 1]
        size = max(look.run_on_scheduler(largest_task).values(), default=0)
        assert size < 10_000  # a block holds parameters, no prices
    with Client(address, set_as_default=False) as look:
        assert [len(names) for names in look.run(names_given).values()] == [0, 0]


def test_a_notebook_with_a_loop_of_its_own_can_use_a_cluster(address: str, tmp_path: Path) -> None:
    sweep = sweep_of(tmp_path, "hold=5:20:5")

    async def cell() -> list[int]:
        with cluster_pool(sweep.context, address) as executor:
            return sorted(number for number, _ in executor.each(name_of, [0, 1]))

    with ThreadPoolExecutor(1) as notebook:  # this thread may have a loop already, of the browser's tests
        assert notebook.submit(lambda: asyncio.run(cell())).result() == [0, 1]


def name_of(shared: Any, task: Any) -> Any:
    return shared.strategy.name, task


def names_given() -> list[str]:
    from eventfolio.engine.search import cluster_worker

    return list(cluster_worker._given)


def largest_task(dask_scheduler: Any) -> dict[str, int]:
    import pickle

    return {str(key): len(pickle.dumps(task.run_spec)) for key, task in dask_scheduler.tasks.items()}


def slow(shared: Any, task: int) -> tuple[str, int]:
    time.sleep(0.05)
    return shared.strategy.name, os.getpid()


@pytest.mark.prove
def test_workers_killed_in_mid_sweep_lose_nothing_and_one_that_joins_takes_over(tmp_path: Path) -> None:
    with cluster(2) as (address, processes):
        sweep = sweep_of(tmp_path, "hold=5:30:5", "gain=0.05,0.2")
        with kept_in(sweep, tmp_path / "far") as kept, cluster_pool(sweep.context, address) as executor:

            def tell(done: int, total: int) -> None:
                if 0 < done < total and processes[1].poll() is None:
                    os.kill(processes[1].pid, signal.SIGKILL)

            far = play_sweep(sweep, kept, executor, progress=tell)[WHOLE]
            assert processes[1].poll() is not None
            processes.append(worker(address))
            while len(_workers(executor._client)) < 2:
                time.sleep(0.05)
            os.kill(processes[2].pid, signal.SIGKILL)  # now none is left of those that were there at the start
            answers = dict(executor.each(slow, list(range(6))))
        assert sorted(answers) == list(range(6))
        assert {(name, pid) for name, pid in answers.values()} == {(sweep.context.strategy.name, processes[3].pid)}
    with kept_in(sweep, tmp_path / "near") as kept, worker_pool(sweep.context, 2) as executor:
        near = play_sweep(sweep, kept, executor)[WHOLE]
    assert [pack("", one) for one in far] == [pack("", one) for one in near]


@pytest.mark.prove
def test_a_scheduler_that_dies_is_told_and_what_was_finished_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BLOCKS, "backtrader", 1)
    sweep = sweep_of(tmp_path, "hold=5:60:1")
    with cluster(1) as (address, processes), kept_in(sweep, tmp_path / "far") as kept:

        def tell(done: int, total: int) -> None:
            if done == 3:
                os.kill(processes[0].pid, signal.SIGKILL)

        with (
            pytest.raises(Unavailable, match=r"scheduler is gone.*--resume"),
            cluster_pool(sweep.context, address) as executor,
        ):
            play_sweep(sweep, kept, executor, progress=tell)
        assert 3 <= len(kept.trials) < 56


@contextmanager
def deaf() -> Iterator[str]:
    """Something that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def nobody() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        yield f"tcp://127.0.0.1:{free.getsockname()[1]}"


@contextmanager
def chatty() -> Iterator[str]:
    """A web server."""
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"tcp://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("place", [deaf, nobody, chatty])
def test_where_no_scheduler_answers_it_says_so_and_waits_no_longer_than_it_may(
    place: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cluster_module._ANSWER == 5
    monkeypatch.setattr(cluster_module, "_ANSWER", 1.0)
    with place() as address, pytest.raises(Unavailable, match="no Dask scheduler answers"), cluster_pool(None, address):
        pass


@pytest.mark.parametrize("address", ["", "nonsense", "tcp://host", "http://127.0.0.1:8786", "tcp://a b:1", "host:port"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(StudyError, match="no address of a scheduler"), cluster_pool(None, address):
        pass


def test_a_cluster_without_workers_says_so() -> None:
    with (
        cluster(0) as (address, _),
        pytest.raises(Unavailable, match="has no worker"),
        cluster_pool(None, address),
    ):
        pass


def test_workers_that_would_play_otherwise_are_refused(address: str, tmp_path: Path, monkeypatch: Any) -> None:
    from eventfolio.engine.search import cluster_worker

    ours = cluster_worker.facts_there() | {"numpy": "1.0"}
    monkeypatch.setattr("eventfolio.engine.search.cluster.facts_here", lambda: ours)
    with pytest.raises(Unavailable, match=r"has numpy .*this process 1\.0"), cluster_pool(None, address):
        pass


def test_a_worker_without_eventfolio_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['eventfolio'] = None\n")
    from distributed import Client

    with cluster(0) as (address, processes):
        processes.append(worker(address, PYTHONPATH=str(tmp_path)))
        with Client(address, timeout=HANG, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=HANG)  # however slowly it starts
        with pytest.raises(Unavailable, match="cannot load eventfolio"), cluster_pool(None, address):
            pass


@pytest.mark.parametrize(("fault", "error"), [("1 / 0", "ZeroDivisionError"), ("open('/none')", "FileNotFoundError")])
def test_an_error_in_ones_own_strategy_comes_back_as_it_is(
    address: str, tmp_path: Path, fault: str, error: str
) -> None:
    faulty = OWN.replace("return exceeds", f"return {fault} or exceeds")
    sweep = make_sweep(STUDY, own(tmp_path, faulty), ("hold=5,10",))
    with (
        kept_in(sweep, tmp_path / "far") as kept,
        cluster_pool(sweep.context, address) as executor,
        pytest.raises(StrategyError, match=rf"mine\.py, line 9: {error}: .*played with hold="),
    ):
        play_sweep(sweep, kept, executor)


def raises(shared: Any, task: int) -> None:
    raise (TimeoutError, OSError)[task]("mine")


@pytest.mark.parametrize(("task", "error"), [(0, TimeoutError), (1, OSError)])
def test_an_error_that_looks_like_the_networks_is_not_taken_for_it(
    address: str, task: int, error: type[Exception]
) -> None:
    with cluster_pool(None, address) as executor, pytest.raises(error, match="mine"):
        list(executor.each(raises, [task]))


def test_without_distributed_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "eventfolio.engine.search.cluster_worker", raising=False)
    with pytest.raises(Unavailable, match="not installed"), cluster_pool(None, "tcp://127.0.0.1:1"):
        pass


def test_no_thread_of_a_cluster_outlives_it(address: str, tmp_path: Path) -> None:
    before = threading.active_count()
    with cluster_pool(sweep_of(tmp_path, "hold=5").context, address):
        pass
    assert threading.active_count() <= before + 5  # Dask keeps a few of its own for the process
