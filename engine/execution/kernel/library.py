"""Builds, caches, loads and calls the compiled kernel.

Machine code is kept in the user's cache under a hash of every source it is made of, of the versions that made it and of
the processor it was made for: a change in `rules.py` must never go unnoticed. With a numba of the versions in
`KNOWN_NUMBA`, it is ours (`compiling.py`) and loaded without numba; with any other, numba's own (`njit.py`).
"""

from __future__ import annotations

import ctypes
import hashlib
import platform
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eventfolio.engine.execution.kernel import syntax_trees
from eventfolio.engine.execution.kernel.c_arrays import CArrays
from eventfolio.engine.files import cache_folder, write_cache

ENTRY = "play_batch"
KNOWN_NUMBA = ("0.68",)  # whose insides `compiling.py` was tested with

Player = Callable[[CArrays, CArrays, CArrays, CArrays, int, int, int], int]

_HERE = Path(__file__).parent
_engines: list[Any] = []  # code is freed with its engine


def is_known() -> bool:
    """Whether this numba is one that the kernel's own way of compiling was tested with."""
    return ".".join(version("numba").split(".")[:2]) in KNOWN_NUMBA


def sources() -> list[Path]:
    """The files whose text decides the machine code."""
    return [*sorted(_HERE.glob("*.py")), *(path for path in syntax_trees.sources() if path.parent != _HERE)]


def code_path() -> Path:
    """Where this version's machine code for this processor is kept: a file, or a folder of numba's."""
    digest = hashlib.sha256()
    for path in sources():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for package in ("numba", "llvmlite", "numpy"):
        digest.update(f"{package} {version(package)}\0".encode())
    digest.update(f"{platform.python_version()} {_processor()}".encode())
    return cache_folder() / "kernel" / f"{digest.hexdigest()[:16]}{'.o' if is_known() else ''}"


def is_ready() -> bool:
    """Whether the code is kept already, so that nobody waits for it to be made."""
    if not (cache_folder() / "kernel").is_dir():
        return False  # without loading LLVM to ask it for the processor
    path = code_path()
    return _kept(path) is not None if is_known() else any(path.glob("**/*.nbi"))


@cache
def player() -> Player:
    """The compiled `batch.play_batch`, made first where it is not kept. It answers -1 for a run that does not fit."""
    path = code_path()
    if not is_known():
        from eventfolio.engine.execution.kernel.njit import player as made_by_numba

        return _numbas(made_by_numba(path))
    code = _kept(path)
    if code is None:
        from eventfolio.engine.execution.kernel.compiling import object_code

        made = code = object_code(ENTRY)
        write_cache(path, lambda out: out.write(hashlib.sha256(made).digest() + made))
    return linked(code)


def linked(code: bytes) -> Player:
    """Object code as a function."""
    import llvmlite.binding as llvm

    from eventfolio.engine.execution.kernel.processor import target_machine

    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target_machine())
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    _engines.append(engine)
    whole, address = ctypes.c_int64, ctypes.c_void_p
    kind = ctypes.CFUNCTYPE(whole, address, address, address, address, whole, whole, whole)
    function = kind(engine.get_function_address(ENTRY))

    def play(
        market: CArrays, state: CArrays, calendars: CArrays, runs: CArrays, recording: int, first: int, stop: int
    ) -> int:
        addresses = market.address, state.address, calendars.address, runs.address
        return int(function(*addresses, recording, first, stop))

    return play


def _numbas(function: Any) -> Player:
    """numba's own function, called as ours is."""

    def play(
        market: CArrays, state: CArrays, calendars: CArrays, runs: CArrays, recording: int, first: int, stop: int
    ) -> int:
        # numba compiles anew for arrays that may be written to: here no market's are
        read_only = type(market.arrays)(*(_sealed(array) for array in market.arrays))
        try:
            return int(function(read_only, state.arrays, calendars.arrays, runs.arrays, recording, first, stop))
        except MemoryError:
            return -1

    return play


def _sealed(array: Any) -> Any:
    """An array that cannot be written to through this view of it."""
    view = array.view()
    view.setflags(write=False)
    return view


def _processor() -> str:
    from eventfolio.engine.execution.kernel.processor import processor

    return " ".join((platform.machine(), platform.system(), *processor()))


def _kept(path: Path) -> bytes | None:
    """The code of a file, unless it is not there or not whole."""
    try:
        kept = path.read_bytes()
    except OSError:
        return None
    return kept[32:] if hashlib.sha256(kept[32:]).digest() == kept[:32] else None
