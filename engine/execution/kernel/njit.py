"""Compiles the semantics by numba's public `njit` alone, for versions that `compiling.py` was not tested with.

The same numbers, but 20 s and more where that takes 6, and numba is imported by every process that plays. numba keeps
the code itself, in a folder of ours whose name is a hash of every source.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FunctionType
from typing import Any

import numba

from eventfolio.engine.execution.kernel import syntax_trees


def player(folder: Path) -> Any:
    """`batch.play_batch` of tuples of arrays, kept in `folder`. It raises MemoryError for a run that does not fit."""
    njit: Any = numba.njit
    with _kept_in(folder):
        return syntax_trees.compiled(lambda function: njit(**_options(function))(function))


def _options(function: FunctionType) -> dict[str, Any]:
    """What is called by Python is kept, with all that it calls, and leaves other threads running."""
    outer = function.__name__ == "play_batch"
    return {"error_model": "numpy"} | ({"cache": True, "nogil": True} if outer else {})


@contextmanager
def _kept_in(folder: Path) -> Iterator[None]:
    """numba's own cache in a folder."""
    config: Any = numba.config
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder)
    try:
        yield
    finally:
        config.CACHE_DIR = before
