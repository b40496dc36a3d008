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
from typing import Any, get_args, get_type_hints

import llvmlite.binding as llvm
import numpy as np

from engine import ledger, metrics
from engine.execution import rules
from engine.market.cache import cache_folder, replace_file

ENTRY = "play_many"
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
        from engine.execution.kernel.compiling import object_code
        from engine.execution.kernel.days import play_many

        made = code = object_code(play_many, ENTRY)
        replace_file(path, lambda out: out.write(hashlib.sha256(made).digest() + made))
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


def target_machine() -> Any:
    """This processor, for whom code is made and linked."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    name, features = _processor()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    return target.create_target_machine(cpu=name, features=features, opt=3, jit=True)


class Handed:
    """A tuple of arrays as machine code takes it: for each (owner, owner, size, item size, address, shape, strides).

    It keeps the arrays alive. Raises: TypeError for an array that is not what its annotation says
    """

    def __init__(self, arrays: Any) -> None:
        kind: Any = type(arrays)
        words: list[int] = []
        for array, (name, record, dimensions) in zip(arrays, layout(kind), strict=True):
            if array.dtype != record or array.ndim != dimensions or not array.flags.c_contiguous:
                raise TypeError(f"{kind.__name__}.{name}: {array.dtype}, {array.ndim} dimensions, or not in one piece")
            words += (0, 0, array.size, array.itemsize, array.ctypes.data, *array.shape, *array.strides)
        self.arrays, self._words = arrays, np.array(words, np.int64)
        self.address: int = self._words.ctypes.data


@cache
def layout(kind: Any) -> list[tuple[str, np.dtype[Any], int]]:
    """Name, kind of element and dimensions of each array of a tuple of `records`."""
    hints = get_type_hints(kind, include_extras=True)
    return [(name, np.dtype(get_args(hint)[1]), get_args(hint)[2]) for name, hint in hints.items()]


def _processor() -> tuple[str, str]:
    return llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


def _kept(path: Path) -> bytes | None:
    """The code of a file, unless it is not there or not whole."""
    try:
        text = path.read_bytes()
    except OSError:
        return None
    return text[32:] if hashlib.sha256(text[32:]).digest() == text[:32] else None
