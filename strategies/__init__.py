"""Strategies on events: declarative parts, a small base class, and ten that are shipped.

from strategies import Announcement, EventStrategy, Leave
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strategies.parts import (
    ALL,
    AfterHigh,
    Announcement,
    AtOpen,
    Decaying,
    Leave,
    Occurrence,
    Plan,
    RunUp,
    Share,
    ShareOfAll,
    StrategyError,
    WindowStart,
)

if TYPE_CHECKING:
    from strategies.base import EventStrategy

__all__ = [
    "ALL",
    "AfterHigh",
    "Announcement",
    "AtOpen",
    "Decaying",
    "EventStrategy",
    "Leave",
    "Occurrence",
    "Plan",
    "RunUp",
    "Share",
    "ShareOfAll",
    "StrategyError",
    "WindowStart",
]


def __getattr__(name: str) -> Any:
    if name == "EventStrategy":  # backtrader is imported only by those who run a strategy
        from strategies.base import EventStrategy

        return EventStrategy
    raise AttributeError(f"module 'strategies' has no attribute {name!r}")
