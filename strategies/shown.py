"""What a strategy's hooks are given: a trigger, and a holding. The engine makes both."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from eventfolio.events import Event


class ShownTrigger(Protocol):
    """An event that became tradable on a listing.

    event    : as believed before the instant acted at; None of `WindowStart`
    known_at : when it could first be known, UTC; None of `WindowStart`
    """

    event: Event | None
    theme: str
    listing: str
    known_at: datetime | None


class ShownHolding(Protocol):
    """A lot held, as of the closes before the coming open.

    gain     : last close over average entry fill, less 1, local currency
    sessions : sessions of its exchange since the entry session
    """

    @property
    def listing(self) -> str: ...
    @property
    def event(self) -> Event | None: ...
    @property
    def theme(self) -> str: ...
    @property
    def gain(self) -> float: ...
    @property
    def sessions(self) -> int: ...
    @property
    def shares(self) -> float: ...
