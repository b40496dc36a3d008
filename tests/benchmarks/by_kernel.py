"""Ours through the compiled kernel.

python tests/benchmarks/by_kernel.py W1 [repeats]

Timed is what the kernel does with a market and calendars that lie ready as its arrays: every figure of every run, on
two threads where there are several. Laying them out is not (a market is laid out once, whatever is played on it).
"""

from __future__ import annotations

import sys
import time

import numpy as np
from timing import print_row
from workloads import Calendars, Workload, workload

from eventfolio.engine.execution.kernel.player import Batch, Table
from eventfolio.engine.execution.packing import REVISION, TRIGGER
from eventfolio.engine.execution.semantics.inputs import Calendars as Packed

THREADS = 2


def kernel_seconds(work: Workload, threads: int = THREADS) -> tuple[float, float]:
    """Seconds that all runs of a workload take in the kernel, and the final equity of the first."""
    batch = _batch(work, threads if work.runs > 1 else 1)
    began = time.perf_counter()
    found = batch.play()
    return time.perf_counter() - began, float(found["equity"][0])


_laid: list[tuple[Workload, int, Batch]] = []  # the last one


def _batch(work: Workload, threads: int) -> Batch:
    if not _laid or _laid[0][0] is not work or _laid[0][1] != threads:
        table = Table(work.tape, work.account)
        _laid[:] = [(work, threads, Batch(table, work.plans, _packed(work), threads))]
    return _laid[0][2]


def _packed(work: Workload) -> Packed:
    """The calendars as the kernel takes them."""
    news: Calendars = work.calendars
    triggers = np.zeros(len(news.column), TRIGGER)
    triggers["column"], triggers["session"], triggers["row"] = news.column, news.column, news.row
    triggers["event"], triggers["strength"] = news.event, 1.0
    triggers["until"] = triggers["leaves"] = -1  # no run-up
    triggers["members"] = [work.members[f"theme-{row // 10:03d}"] for row in news.row]
    owner = np.repeat(np.arange(len(news)), np.diff(news.offsets))
    order = np.lexsort((news.event, news.row, news.column, owner))
    ends = np.zeros(len(news) + 1, np.int64)
    return Packed(triggers[order], np.asarray(news.offsets, np.int64), np.zeros(0, REVISION), ends)


def main(name: str, repeats: int) -> None:
    work = workload(name)
    first, _ = kernel_seconds(work)
    taken = [kernel_seconds(work) for _ in range(repeats)]
    print_row([seconds for seconds, _ in taken], taken[-1][1], first=first)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 15)
