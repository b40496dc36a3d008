"""The compiled kernel: plays strategies made of parts alone, fill for fill as backtrader does, thousands a second.

`engine.execution.rules` is compiled as it stands; what the broker, the desk and the account do with it is written
here once more, on arrays. Tests hold the two ledgers against each other bit by bit. It is compiled once and kept
(`machine.py`); numba is imported only to compile it.
"""

from __future__ import annotations

from typing import Any


def plays(strategy: Any) -> bool:
    """Whether the kernel can play a class: one of parts alone. A hook is Python, which is backtrader's to call."""
    return not strategy.hooks()
