"""Compiles the semantics, and plays classes of parts alone fill for fill as backtrader does, thousands a second.

No rule stands here: `engine.execution.semantics` and `engine.execution.rules` are compiled as they are
(`syntax_trees.py`), once, and kept (`library.py`); numba is imported only to compile them. Tests hold the ledger
against backtrader's bit by bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eventfolio.strategies import EventStrategy


def plays(strategy: type[EventStrategy]) -> bool:
    """Whether the kernel can play a class: one of parts alone. A hook is Python, which is backtrader's to call."""
    return not strategy.hooks()
