"""Runs of a small study at half the cost, for tests that look at what is written and not at how it is computed.

- The intervals of a path are resampled once a process, however many tests run the same study: they are a function of
  the path and a fixed seed, and tests/results/significance/test_intervals.py asks them themselves.
- Evidence and tearsheets are made in the test's own process, not in two that load everything anew. Pools are tested by
  tests/results/store/test_write_run.py, by tests/cli/test_forged_runs.py, which holds what a pool drew against what it
  draws itself, and by every test that starts `eventfolio` as a process.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from eventfolio.results import write_run
from eventfolio.results.significance import of_run
from eventfolio.results.significance.intervals import Interval, path_intervals
from eventfolio.results.tearsheet import workers

_kept: dict[tuple[Any, ...], dict[str, Interval]] = {}


@pytest.fixture(autouse=True)
def cheap_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_run, "path_intervals", _resampled_once)
    for module in (write_run, workers):
        monkeypatch.setattr(module, "warm_pool", _no_pool)


def _resampled_once(returns: Any, years: float, **more: Any) -> dict[str, Interval]:
    key = np.asarray(returns, float).tobytes(), years, *sorted(more.items())
    if key not in _kept:
        _kept[key] = path_intervals(returns, years, **more)
    return dict(_kept[key])


@contextmanager
def _no_pool(*_: object, **__: object) -> Iterator[Executor]:
    yield workers.Here()
