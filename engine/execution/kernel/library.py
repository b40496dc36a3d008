"""Machine code: where it is kept, how it gets there once, and how it is called. numba is imported only to make it.

The code is kept in the user's cache under a hash of every source it is made of, of the versions that made it and of
the processor it was made for: a change in `rules.py` must never go unnoticed. It takes arrays by their addresses.
"""

from __future__ import annotations

import ctypes
import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

from eventfolio.engine import metrics
from eventfolio.engine.execution import rules
from eventfolio.engine.execution.kernel.abi import ENTRY, _processor, target_machine
from eventfolio.engine.files import cache_folder, write_cache
from eventfolio.engine.ledger import ledger

_HERE = Path(__file__).parent
_engines: list[Any] = []  # code is freed with its engine


def sources() -> list[Path]:
    """The files whose text decides the machine code."""
    return [*sorted(_HERE.glob("*.py")), *(Path(str(module.__file__)) for module in (rules, ledger, metrics))]


def code_path() -> Path:
    """Where this version's machine code for this processor is kept."""
    digest = hashlib.sha256()
    for path in sources():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for package in ("numba", "llvmlite", "numpy"):
        digest.update(f"{package} {version(package)}\0".encode())
    digest.update(f"{platform.python_version()} {llvm.get_process_triple()} {_processor()}".encode())
    return cache_folder() / "kernel" / f"{digest.hexdigest()[:16]}.o"


def is_ready() -> bool:
    """Whether the code is kept already, so that nobody waits for it to be made."""
    return _kept(code_path()) is not None


@cache
def player() -> Any:
    """The compiled `days.play_many`, made first where it is not kept. Its arrays come as `Handed.address`."""
    path = code_path()
    code = _kept(path)
    if code is None:
        from eventfolio.engine.execution.kernel.compiling import object_code
        from eventfolio.engine.execution.kernel.loop import play_many

        made = code = object_code(play_many, ENTRY)
        write_cache(path, lambda out: out.write(hashlib.sha256(made).digest() + made))
    return linked(code)


def linked(code: bytes) -> Any:
    """Object code as a function."""
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target_machine())
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    _engines.append(engine)
    whole, address = ctypes.c_int64, ctypes.c_void_p
    kind = ctypes.CFUNCTYPE(whole, address, address, address, address, whole, whole, whole)
    return kind(engine.get_function_address(ENTRY))


def _kept(path: Path) -> bytes | None:
    """The code of a file, unless it is not there or not whole."""
    try:
        text = path.read_bytes()
    except OSError:
        return None
    return text[32:] if hashlib.sha256(text[32:]).digest() == text[:32] else None
