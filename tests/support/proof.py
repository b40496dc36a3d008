"""How much is proven: a sample in `make test`, all of it in `make prove`. Both draw the same each time they are run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FEWER = 10
whole = False  # set by `pytest --prove` before any test is collected


def random_markets(count: int) -> Callable[[Callable[..., None]], Any]:
    """Call a test with `count` seeds, each the `seed` of one random market; with a tenth of them in `make test`."""

    def decorate(test: Callable[..., None]) -> Any:
        drawn = settings(
            max_examples=count if whole else -(-count // FEWER),
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        return pytest.mark.sampled(drawn(given(seed=st.integers(0, 2**32 - 1))(test)))

    return decorate
