"""Judges a plan's conditions on facts at the instants at which its events really act, before they are moved."""

from __future__ import annotations

from datetime import datetime

from eventfolio.engine.schedule import Place, Trigger, meets, release_of, steps_of
from eventfolio.events import Calendar, Event
from eventfolio.strategies.plan import Plan


class RealFacts:
    """Whether an event meets a plan's conditions on facts, listing by listing and belief by belief.

    A belief that really triggers nothing on a listing, and so acts at no instant, is judged as the first of the event
    that does, or at the session after the event became known.
    """

    def __init__(self, calendar: Calendar, plan: Plan) -> None:
        self._plan = plan
        self._events = {event.id: event for event in calendar.events}
        self._found: dict[tuple[str, str], tuple[bool, ...]] = {}

    def of(self, event_id: str, place: Place) -> tuple[bool, ...]:
        """One verdict for each belief known to the day at least."""
        key = event_id, place.listing
        if key not in self._found:
            self._found[key] = self._judged(self._events[event_id], place)
        return self._found[key]

    def judge(self, trigger: Trigger, place: Place) -> bool:
        """Whether a trigger of an event that was moved is really one; of one that was not, as ever."""
        if not self._plan.only:
            return True
        assert trigger.event is not None
        known = [belief.known for belief in trigger.event.beliefs if belief.known_precision != "month"]
        assert trigger.known_at is not None
        return self.of(trigger.event_id, place)[known.index(trigger.known_at)]

    def _judged(self, event: Event, place: Place) -> tuple[bool, ...]:
        beliefs = [belief.known for belief in event.beliefs if belief.known_precision != "month"]
        if not self._plan.only:
            return (True,) * len(beliefs)
        if self._plan.trigger in ("run_up", "occurrence"):
            sessions = [step.entry for step in steps_of(event, place, self._plan)]
            first = next((one for one in sessions if one is not None), self._session(event.known, place))
            sessions = [first if one is None else one for one in sessions]
        else:
            released = release_of(event) if self._plan.trigger == "release" else None
            session = self._session(event.known if released is None else released.known, place)
            sessions = [session] * len(beliefs)
        last = len(place.sessions.dates)
        return tuple(
            one is None or one >= last or meets(event, place.acted_at(one, self._plan), self._plan) for one in sessions
        )

    def _session(self, known: datetime, place: Place) -> int:
        return place.first_session(known, self._plan)
