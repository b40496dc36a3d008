"""The intervals of a path are resampled once a process: many tests run the same small study.

They are a function of the path and a fixed seed, and are themselves tested without this
(tests/results/significance/test_intervals.py). They take half the time of a small run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest


@pytest.fixture(autouse=True, scope="session")
def resampled_once() -> Iterator[None]:
    from eventfolio.results.significance import of_run

    resample, kept = of_run.path_intervals, {}

    def once(returns: Any, years: float, **more: Any) -> Any:
        key = np.asarray(returns, float).tobytes(), years, *sorted(more.items())
        if key not in kept:
            kept[key] = resample(returns, years, **more)
        return dict(kept[key])

    of_run.path_intervals = once  # type: ignore[assignment]
    yield
    of_run.path_intervals = resample  # type: ignore[assignment]
