"""The engine: studies in, audited records out.

    from engine import backtest

    done = backtest()                                  # the packaged study on the packaged sample
    done = backtest("my-study/study.toml", "my_idea.py:MyIdea", hold=30)

Nothing is imported before it is used.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.notebook import Backtest as Backtest
    from engine.notebook import backtest as backtest
    from engine.study import Study as Study
    from engine.study import load_study as load_study

__all__ = ["Backtest", "Study", "backtest", "load_study"]

_HOMES = {"Backtest": "engine.notebook", "Study": "engine.study", "load_study": "engine.study"}


class _Engine(ModuleType):
    """`engine.backtest` is a module too, and Python would put it in the function's place once it is imported."""

    @property
    def backtest(self) -> Any:
        from engine.notebook import backtest

        return backtest

    @backtest.setter
    def backtest(self, module: ModuleType) -> None:
        """`from engine.backtest import …` finds the module by its full name; here the function stays."""


sys.modules[__name__].__class__ = _Engine


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'engine' has no attribute {name!r}")
