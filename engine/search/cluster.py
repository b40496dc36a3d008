"""Plays a sweep's blocks of trials on the workers of a Dask cluster.

The study and its market are handed to each worker once; blocks carry parameters only. A worker that dies loses nothing:
Dask gives its blocks to others, and hands the study to whoever takes its place.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from queue import Empty, Queue
from typing import Any, TypeAlias

from eventfolio.engine.errors import StudyError
from eventfolio.engine.search.process_pool import Answer, Task, Work
from eventfolio.events.errors import Unavailable, shown

DaskClient: TypeAlias = Any  # of distributed, which has no types
DaskFuture: TypeAlias = Any  # likewise, and what it holds

_ANSWER = 5.0  # seconds a scheduler may take to answer
_WORKERLESS = 30.0  # seconds a cluster may be without any worker: one that is started anew needs some
_LOOK = 0.5  # seconds between looks at whether the cluster is still there


class ClusterPool:
    """Plays tasks on a cluster, as `process_pool.WorkerPool` does here. `count` : its worker processes."""

    def __init__(self, client: DaskClient, address: str, name: str, count: int) -> None:
        self._client, self._address, self._name, self.count = client, address, name, count

    def each(self, work: Work[Task, Answer], tasks: Sequence[Task]) -> Iterator[tuple[int, Answer]]:
        """(number of the task, work(shared, task)), as they are finished.

        Raises: Unavailable where the scheduler or all workers are gone, or a block ends every worker that tries it
        """
        from distributed.comm.core import CommClosedError

        from eventfolio.engine.search.cluster_worker import play_there

        done: Queue[DaskFuture] = Queue()
        waiting: dict[DaskFuture, int] = {}
        monitor = _ClusterMonitor(self._client, self._address)
        try:
            for number, task in enumerate(tasks):
                future = self._client.submit(play_there, self._name, work, task, pure=False)
                waiting[future] = number
                future.add_done_callback(done.put)
            while waiting:
                try:
                    future = done.get(timeout=_LOOK)
                except Empty:
                    monitor.check()
                    continue
                yield waiting.pop(future), self._answer(future, monitor)
                future.release()
        except CommClosedError as error:
            raise _gone(self._address) from error
        finally:
            if waiting:
                with suppress(Exception):
                    self._client.cancel(list(waiting))

    def _answer(self, future: DaskFuture, monitor: _ClusterMonitor) -> DaskFuture:
        """What a future holds. Where its worker died after finishing, Dask has it played again.

        Raises: also what the task raised
        """
        from asyncio import CancelledError
        from concurrent.futures import CancelledError as Cancelled

        from distributed import KilledWorker

        while True:
            if future.status == "error":
                error = future.exception(timeout=_ANSWER)
                if not isinstance(error, KilledWorker):
                    raise error
                raise Unavailable(
                    f"{self._address}: several workers ended while playing the same trials (out of memory?). What was "
                    "finished is kept: the same command with --resume goes on."
                ) from error
            try:
                return future.result(timeout=_ANSWER)
            except TimeoutError:
                monitor.check()
            except (CancelledError, Cancelled) as error:
                raise _gone(self._address) from error


class _ClusterMonitor:
    """Notices a cluster that is no longer there."""

    def __init__(self, client: DaskClient, address: str) -> None:
        self._client, self._address = client, address
        self._well = time.monotonic()

    def check(self) -> None:
        """Raises: Unavailable where there has been no scheduler, or no worker, for too long."""
        now, connected = time.monotonic(), self._client.status == "running"
        if connected and _workers(self._client):
            self._well = now
        elif not connected and now - self._well > _ANSWER:
            raise _gone(self._address)
        elif now - self._well > _WORKERLESS:
            raise Unavailable(
                f"{self._address}: the cluster has no worker left. Start some; what was finished is kept, and the same "
                "command with --resume goes on."
            )


@contextmanager
def cluster_pool(shared: object, address: str) -> Iterator[ClusterPool]:
    """The workers of the cluster at `address` (its scheduler), each holding `shared`.

    Raises: StudyError for what is no address; Unavailable without Dask, scheduler or workers, or where versions differ
    """
    if not re.fullmatch(r"((tcp|tls)://)?([\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}", address):
        raise StudyError(f"--cluster '{shown(address)}' is no address of a scheduler. Write it as tcp://host:8786.")
    try:
        from eventfolio.engine.search.cluster_worker import Handout
    except ModuleNotFoundError as error:
        raise Unavailable(
            f"--cluster needs Dask's distributed, which is not installed ({error.name}). Install it with: "
            "pip install 'eventfolio[cluster]'"
        ) from None
    name = f"eventfolio-{uuid.uuid4().hex}"
    client = _connected(address)
    try:
        count = _checked(client, address)
        client.register_plugin(Handout(name, shared))
        yield ClusterPool(client, address, name, count)
    finally:
        with suppress(Exception):
            if client.status == "running":
                client.unregister_worker_plugin(name)
        with suppress(Exception):
            client.close(timeout=2)


def _connected(address: str) -> DaskClient:
    from distributed import Client

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what went wrong is said once, in our words
    try:
        # Client itself waits for ever where nobody speaks. In a thread: a notebook has a loop of its own in this one.
        with ThreadPoolExecutor(1) as aside:
            aside.submit(lambda: asyncio.run(asyncio.wait_for(_greeted(address), _ANSWER))).result()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # versions are compared below
            return Client(address, timeout=_ANSWER, set_as_default=False)
    except (OSError, ValueError, RuntimeError, TypeError) as error:
        raise Unavailable(
            f"{address}: no Dask scheduler answers there. Is it running (dask scheduler), and is the port right?"
        ) from error


async def _greeted(address: str) -> None:
    """Raises: OSError or ValueError where what answers is no scheduler."""
    from distributed.core import rpc

    async with rpc(address) as there:
        if (await there.identity()).get("type") != "Scheduler":
            raise ValueError("no scheduler")


def _checked(client: DaskClient, address: str) -> int:
    """How many workers there are, once all of them are known to play as this process would."""
    from eventfolio.engine.search.cluster_worker import facts_there

    try:
        client.wait_for_workers(1, timeout=_ANSWER)
    except TimeoutError:
        raise Unavailable(f"{address}: the cluster has no worker. Start some: dask worker {address}") from None
    ours = facts_here()
    for worker, theirs in client.run(facts_there, on_error="return").items():
        if not isinstance(theirs, dict):
            raise Unavailable(
                f"The worker {worker} cannot load eventfolio ({theirs}). Install the same version where it runs."
            )
        for name, version in ours.items():
            if theirs.get(name) != version:
                raise Unavailable(
                    f"The worker {worker} has {name} {theirs.get(name)}, this process {version}: its figures could "
                    "differ. Install the same versions on both sides."
                )
    return len(_workers(client))


def facts_here() -> dict[str, str]:
    """What a worker has to have too."""
    from eventfolio.engine.search.cluster_worker import facts_there

    return facts_there()


def _workers(client: DaskClient) -> dict[str, object]:
    return dict(client.scheduler_info(n_workers=-1)["workers"])


def _gone(address: str) -> Unavailable:
    return Unavailable(
        f"{address}: the scheduler is gone. What was finished is kept: the same command with --resume goes on."
    )
