"""When does a cluster pay? A scheduler and two workers on loopback against two processes of this machine.

    python tests/benchmarks/cluster.py [TRIALS]

Measured: what joining the cluster costs once, what a block costs beyond its trials, and what a trial costs. From these:
the number of trials from which so many workers elsewhere are quicker than the processes here.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import history

from eventfolio.engine.processes import usual_jobs
from eventfolio.engine.search.cluster import cluster_pool
from eventfolio.engine.search.journal import journal
from eventfolio.engine.search.process_pool import worker_pool
from eventfolio.engine.search.sweep import Sweep, _blocks, make_sweep, play_sweep
from eventfolio.engine.search.trial import WHOLE
from eventfolio.engine.search.trials import BLOCKS
from eventfolio.events.dprk_russia import STUDY


@contextlib.contextmanager
def cluster(workers: int) -> Iterator[str]:
    """The address of a cluster on loopback that ends with this."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address, quiet = f"tcp://127.0.0.1:{port}", {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    python = [sys.executable, "-m"]
    head = [*python, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"]
    worker = [*python, "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    processes = [subprocess.Popen(command, **quiet) for command in (head, *[worker] * workers)]  # type: ignore[call-overload]
    try:
        from distributed import Client

        with Client(address, timeout=30, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=30)
        yield address
    finally:
        for process in processes:
            process.kill()
            process.wait()


def seconds(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def nothing(shared: Any, block: Any) -> list[bytes]:
    """What comes back from a block of trials, without playing any."""
    return [bytes(5_000)] * len(block.numbers)


def play(sweep: Sweep, executor: Any) -> None:
    with tempfile.TemporaryDirectory() as folder, journal(Path(folder) / "s", sweep.key, {}, False) as kept:
        play_sweep(sweep, kept, executor)


def main() -> None:
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 240
    cores = usual_jobs()
    sweep = make_sweep(STUDY, "announcement-drift", (f"hold=1:{trials}:1",))
    blocks = _blocks(sweep, [(WHOLE, number) for number in range(trials)], 2)
    print(f"{trials} trials of announcement-drift on the packaged study, {cores} cores, load {os.getloadavg()[0]:.1f}")
    print(f"study and market handed to each worker once: {len(pickle.dumps(sweep.context)) / 1e6:.1f} MB")
    print(f"a block of {BLOCKS[sweep.context.engine]} trials: {len(pickle.dumps(blocks[0])) / 1e3:.1f} kB")
    with worker_pool(sweep.context, cores) as executor:
        here = seconds(lambda: play(sweep, executor))
    with worker_pool(sweep.context, 1) as executor:
        few = make_sweep(STUDY, "announcement-drift", ("hold=1:240:8",))
        trial = seconds(lambda: play(few, executor)) / len(few.grid.params)
    with cluster(2) as address:
        joins, rounds = [], []
        for _ in range(3):
            begun = time.perf_counter()
            with cluster_pool(sweep.context, address) as executor:
                joins.append(time.perf_counter() - begun)
                list(executor.each(nothing, blocks[:2]))  # connections made
                rounds.append(seconds(lambda: list(executor.each(nothing, blocks * 4))) / (4 * len(blocks)))
        with cluster_pool(sweep.context, address) as executor:
            there = seconds(lambda: play(sweep, executor))
    join, block = median(joins), median(rounds)
    extra = block / BLOCKS[sweep.context.engine]
    history.record("cluster", {"loopback": {"a trial, here": trial, "a block, there and back": block, "joining": join}})
    print(f"a trial in one process: {1e3 * trial:.1f} ms; a block there and back: {1e3 * block:.1f} ms")
    print(f"joining the cluster: {join:.2f} s, once")
    print(f"all trials: {here:.1f} s on {cores} processes here, {there:.1f} s on 2 workers on loopback")
    print(
        f"the scheduler passes {1 / extra:,.0f} trials a second: more than {trial / extra:,.0f} workers gain nothing,"
    )
    print(
        f"and trials of less than {1e3 * extra * cores:.1f} ms are quicker on the {cores} processes here, however many"
    )
    print(
        f"\n| workers elsewhere | trials from which they beat {cores} processes here | times faster in the long run |"
    )
    print("|---|---|---|")
    for workers in (2, 4, 8, 16, 64):
        far, near = max(trial / workers, extra), trial / cores
        first = f"{join / (near - far):,.0f}" if far < near else "never"
        print(f"| {workers} | {first} | {near / far:.1f} |")


if __name__ == "__main__":
    main()
