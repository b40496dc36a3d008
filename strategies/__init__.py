"""Strategies on events: declarative parts, a small base class, and thirteen that are shipped.

from eventfolio import Announcement, EventStrategy, Leave
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventfolio.strategies.errors import StrategyError
from eventfolio.strategies.parts import (
    ALL,
    AfterHigh,
    Announcement,
    AtClose,
    AtOpen,
    Decaying,
    Leave,
    Occurrence,
    Release,
    RunUp,
    Share,
    ShareOfAll,
    Slots,
    Where,
    WindowStart,
)
from eventfolio.strategies.plan import Plan

if TYPE_CHECKING:
    from eventfolio.strategies.base import EventStrategy

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
    "Plan",
    "Release",
    "RunUp",
    "Share",
    "ShareOfAll",
    "Slots",
    "StrategyError",
    "Where",
    "WindowStart",
]


def __getattr__(name: str) -> object:
    if name == "EventStrategy":  # backtrader is imported only by those who run a strategy
        from eventfolio.strategies.base import EventStrategy

        return EventStrategy
    raise AttributeError(f"module 'strategies' has no attribute {name!r}")
