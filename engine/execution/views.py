"""What a strategy's hooks receive: a trigger, a holding; nothing in them was unknown before the open decided for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from eventfolio.engine.execution.semantics.records import Lot
from eventfolio.engine.execution.semantics.trading_conditions import close_before
from eventfolio.engine.execution.simulation import Simulation
from eventfolio.engine.schedule import Trigger
from eventfolio.events import Event


class ShownTrigger:
    """A trigger in `on_trigger`: event (as believed before `instant`, acted at), theme, listing, known_at (UTC)."""

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


def holding_of(simulation: Simulation, lot: Lot, instant: int) -> Holding:
    """A lot as the strategy may see it before an open (ns UTC) of the next date."""
    tape, row, column = simulation.tape, lot.row, simulation.next_column
    number = simulation.triggers[lot.trigger].number if lot.trigger >= 0 else -1
    trigger = simulation.schedule.triggers[number] if number >= 0 else None
    ratio = tape.split.item(row, column)  # of a split effective at that open, which the lot has not had yet
    return Holding(
        listing=tape.symbols[row],
        event=believed(trigger.event, instant) if trigger else None,
        theme=trigger.theme if trigger else "",
        gain=close_before(simulation.market, row, column) / (lot.basis_cost / lot.basis_shares / ratio) - 1.0,
        sessions=simulation.state.positions[row].session - lot.session,
        shares=lot.shares * ratio,
    )


def believed(event: Event | None, instant: int) -> Event | None:
    """The event as believed just before an instant (ns UTC)."""
    if event is None or not event.revisions:
        return event
    return event.as_of(datetime.fromtimestamp((instant - 1_000) / 1e9, UTC))
