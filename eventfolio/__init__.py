"""eventfolio: backtests of event-driven strategies that keep apart when a thing happened and when it could be known.

    from eventfolio import EventStrategy, backtest

    done = backtest()                                  # the packaged study on the packaged sample
    done = backtest("my-study/study.toml", "my_idea.py:MyIdea", hold=30)

The names of `__all__` are what is promised; they load when they are used. The folders beside this file are links to
those of the repository, so that nothing but `eventfolio` is installed at the top level.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eventfolio.engine.notebook import Backtest as Backtest
    from eventfolio.engine.notebook import backtest as backtest
    from eventfolio.engine.study.study import Study as Study
    from eventfolio.engine.study.study import load_study as load_study
    from eventfolio.events.formats.read import read_calendar as read_calendar
    from eventfolio.results.store.read import load_run as load_run
    from eventfolio.strategies import ALL as ALL
    from eventfolio.strategies import AfterHigh as AfterHigh
    from eventfolio.strategies import Announcement as Announcement
    from eventfolio.strategies import AtOpen as AtOpen
    from eventfolio.strategies import Decaying as Decaying
    from eventfolio.strategies import EventStrategy as EventStrategy
    from eventfolio.strategies import Leave as Leave
    from eventfolio.strategies import Occurrence as Occurrence
    from eventfolio.strategies import RunUp as RunUp
    from eventfolio.strategies import Share as Share
    from eventfolio.strategies import ShareOfAll as ShareOfAll
    from eventfolio.strategies import WindowStart as WindowStart

__all__ = [
    "ALL",
    "AfterHigh",
    "Announcement",
    "AtOpen",
    "Backtest",
    "Decaying",
    "EventStrategy",
    "Leave",
    "Occurrence",
    "RunUp",
    "Share",
    "ShareOfAll",
    "Study",
    "WindowStart",
    "backtest",
    "load_run",
    "load_study",
    "read_calendar",
]

_HOMES = {
    "Backtest": "engine.notebook",
    "Study": "engine.study.study",
    "backtest": "engine.notebook",
    "load_run": "results.store.read",
    "load_study": "engine.study.study",
    "read_calendar": "events.formats.read",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'eventfolio' has no attribute {name!r}")
    return getattr(import_module(f"eventfolio.{_HOMES.get(name, 'strategies')}"), name)


def __dir__() -> list[str]:
    return __all__
