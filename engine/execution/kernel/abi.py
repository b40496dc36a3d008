"""The binary interface of the compiled kernel: its arguments in memory, and the processor it is compiled for."""

from __future__ import annotations

from functools import cache
from typing import Any, get_args, get_type_hints

import llvmlite.binding as llvm
import numpy as np

ENTRY = "play_many"


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
