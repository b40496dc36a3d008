"""Numba, kept where it belongs: how functions of this package are compiled, and where the machine code is kept.

Compiled code is stored in the user's cache, in a folder named after a hash of every source it is made of and of the
versions that made it. numba itself looks only at the file of the function asked for, so that a change in `rules.py`
would go unnoticed.
"""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numba
from numba.core import config

from engine import ledger
from engine.execution import rules as plain_rules
from engine.market.cache import cache_folder

_HERE = Path(__file__).parent
_OPTIONS: dict[str, Any] = {"error_model": "numpy", "nogil": True}


def sources() -> list[Path]:
    """The files whose text decides the machine code."""
    return [*sorted(_HERE.glob("*.py")), Path(str(plain_rules.__file__)), Path(str(ledger.__file__))]


def code_folder() -> Path:
    """Where this version's machine code is kept."""
    digest = hashlib.sha256()
    for path in sources():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for package in ("numba", "llvmlite", "numpy"):
        digest.update(f"{package} {version(package)}\0".encode())
    digest.update(platform.python_version().encode())
    return cache_folder() / "kernel" / digest.hexdigest()[:16]


def part(function: Callable[..., Any]) -> Any:
    """A compiled function that only compiled functions call."""
    return numba.njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **_OPTIONS)(function)


def whole(function: Callable[..., Any]) -> Any:
    """A compiled function that Python calls; its machine code is kept, where the cache can be written."""
    folder = code_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        can_keep = os.access(folder, os.W_OK)
    except OSError:
        can_keep = False
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder)
    try:
        return numba.njit(cache=can_keep, no_cfunc_wrapper=True, **_OPTIONS)(function)
    finally:
        config.CACHE_DIR = before


def _compiled(module: ModuleType) -> ModuleType:
    """The functions of a module compiled, each calling the others' compiled form; its constants as they are."""
    copy = ModuleType(f"{module.__name__}_compiled")
    space = copy.__dict__
    for name, value in vars(module).items():
        if isinstance(value, FunctionType) and value.__module__ == module.__name__:
            value = part(FunctionType(value.__code__, space, name, value.__defaults__))
        if not name.startswith("__"):
            space[name] = value
    return copy


rules: Any = _compiled(plain_rules)
