"""eventfolio: backtests of event-driven strategies that keep apart when a thing happened and when it could be known.

    from eventfolio import EventStrategy, backtest

    done = backtest()                                  # the packaged study on the packaged sample
    done = backtest("my-study/study.toml", "my_idea.py:MyIdea", hold=30)

The names of `__all__` are what is promised; they load when they are used. The folders beside this file are links to
those of the repository, so that nothing but `eventfolio` is installed at the top level.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eventfolio.api.backtest import backtest as backtest
    from eventfolio.api.compare import compare as compare
    from eventfolio.api.compare import load_run as load_run
    from eventfolio.api.evidence import event_study as event_study
    from eventfolio.api.evidence import placebo as placebo
    from eventfolio.api.sweep import sweep as sweep
    from eventfolio.engine.study.study import load_study as load_study
    from eventfolio.events.formats.read import read_calendar as read_calendar
    from eventfolio.strategies import ALL as ALL
    from eventfolio.strategies import AfterHigh as AfterHigh
    from eventfolio.strategies import Announcement as Announcement
    from eventfolio.strategies import AtClose as AtClose
    from eventfolio.strategies import AtOpen as AtOpen
    from eventfolio.strategies import Decaying as Decaying
    from eventfolio.strategies import EventStrategy as EventStrategy
    from eventfolio.strategies import Leave as Leave
    from eventfolio.strategies import Occurrence as Occurrence
    from eventfolio.strategies import Release as Release
    from eventfolio.strategies import RunUp as RunUp
    from eventfolio.strategies import Share as Share
    from eventfolio.strategies import ShareOfAll as ShareOfAll
    from eventfolio.strategies import Slots as Slots
    from eventfolio.strategies import Where as Where
    from eventfolio.strategies import WindowStart as WindowStart

__all__ = [
    "ALL",
    "AfterHigh",
    "Announcement",
    "AtClose",
    "AtOpen",
    "Decaying",
    "EventStrategy",
    "Leave",
    "Occurrence",
    "Release",
    "RunUp",
    "Share",
    "ShareOfAll",
    "Slots",
    "Where",
    "WindowStart",
    "backtest",
    "compare",
    "event_study",
    "load_run",
    "load_study",
    "placebo",
    "read_calendar",
    "sweep",
]

_HOMES = {
    "backtest": "api.backtest",
    "compare": "api.compare",
    "event_study": "api.evidence",
    "load_run": "api.compare",
    "load_study": "engine.study.study",
    "placebo": "api.evidence",
    "read_calendar": "events.formats.read",
    "sweep": "api.sweep",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'eventfolio' has no attribute {name!r}")
    return getattr(import_module(f"eventfolio.{_HOMES.get(name, 'strategies')}"), name)


def __dir__() -> list[str]:
    return __all__
