"""A tuple of arrays as a C structure, to be passed to compiled code."""

from __future__ import annotations

from typing import Any

import numpy as np

from eventfolio.engine.execution.semantics.forms import layout


class CArrays:
    """A tuple of arrays as machine code takes it: for each (owner, owner, size, item size, address, shape, strides).

    It keeps the arrays alive. Raises: TypeError for an array that is not what its annotation says
    """

    def __init__(self, arrays: Any) -> None:
        kind: Any = type(arrays)
        words: list[int] = []
        for array, (name, (_, record, dimensions)) in zip(arrays, layout(kind).items(), strict=True):
            if array.dtype != record or array.ndim != dimensions or not array.flags.c_contiguous:
                raise TypeError(f"{kind.__name__}.{name}: {array.dtype}, {array.ndim} dimensions, or not in one piece")
            words += (0, 0, array.size, array.itemsize, array.ctypes.data, *array.shape, *array.strides)
        self.arrays, self._words = arrays, np.array(words, np.int64)
        self.address: int = self._words.ctypes.data
