"""What a strategy's hooks are shown: a trigger, a holding; nothing in them was unknown before the open decided for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from eventfolio.engine.execution.lots import Lot
from eventfolio.engine.schedule import Trigger
from eventfolio.events import Event


class ShownTrigger:
    """A trigger in `on_trigger`: event (as believed before the open at `instant`), theme, listing, known_at (UTC)."""

    def __init__(self, trigger: Trigger, number: int, instant: int) -> None:
        self.trigger, self.number = trigger, number
        self.theme, self.listing, self.known_at = trigger.theme, trigger.listing, trigger.known_at
        self.event = believed(trigger.event, instant)


@dataclass(frozen=True)
class Holding:
    """A lot in `should_exit`, as of the closes before the coming open.

    gain     : last close over average entry fill, less 1, local currency
    sessions : sessions of its exchange since the entry session
    """

    listing: str
    event: Event | None
    theme: str
    gain: float
    sessions: int
    shares: float


def holding_of(desk: Any, lot: Lot, session: int) -> Holding:
    """A lot as the strategy may see it before the open of `session`."""
    tape, row, column = desk.tape, lot.row, desk.column
    trigger = desk.schedule.triggers[lot.trigger] if lot.trigger >= 0 else None
    ratio = tape.split.item(row, column)  # of a split effective at that open, which the lot has not had yet
    return Holding(
        listing=tape.symbols[row],
        event=believed(trigger.event, desk.instant) if trigger else None,
        theme=trigger.theme if trigger else "",
        gain=desk.broker.terms.close_before(row, column) / (lot.average_entry / ratio) - 1.0,
        sessions=session - lot.session,
        shares=lot.shares * ratio,
    )


def believed(event: Event | None, instant: int) -> Event | None:
    """The event as believed just before an instant (ns UTC)."""
    if event is None or not event.revisions:
        return event
    return event.as_of(datetime.fromtimestamp((instant - 1_000) / 1e9, UTC))
