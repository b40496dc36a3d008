"""An event moved: what becomes of it at each place where a placebo may put it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from eventfolio.engine.schedule import Place, Schedule
from eventfolio.engine.search.placebo_dates import Bools, Ints
from eventfolio.events import Calendar, Event
from eventfolio.events.dates.edtf import Window
from eventfolio.events.dates.known_at import KnownAt, instant_of


@dataclass(frozen=True)
class Landing:
    """What becomes of one event at each place.

    later     : (places,) ns by which it is moved; 0 at its own place
    lands     : (places,) whether it is first traded there
    sessions  : (places, exchanges) in which each exchange of its listings first trades it; -1 for none
    looks     : (places,) the same number where it triggers alike, listing by listing
    schedules : (places,) of the event by itself; nothing for news, which triggers in `sessions`
    """

    event: Event
    later: Ints
    lands: Bools
    sessions: Ints
    looks: Ints
    schedules: tuple[Schedule, ...] = ()

    def at(self, place: int) -> Event:
        """The event moved there."""
        return moved_event(self.event, int(self.later[place]))


def moved(calendar: Calendar, shifts: Mapping[str, int]) -> Calendar:
    """The calendar with these events so much later (ns); the others, and the article, stay."""
    events = tuple(moved_event(event, shifts.get(event.id, 0)) for event in calendar.events)
    return replace(calendar, events=events)


def moved_event(event: Event, later: int) -> Event:
    """The event so much later (ns): its news and revisions, and its window by as many days as the news' date moves."""
    if not later:
        return event
    by = timedelta(microseconds=later // 1_000)
    days = (event.known + by).date() - event.known.date()
    beliefs = iter(event.beliefs[1:])
    revisions = []
    for revision in sorted(event.revisions, key=lambda one: instant_of(one.known_at, event.zone)):
        changed: dict[str, Any] = {"known_at": _known_later(revision.known_at, event.zone, by)}
        if revision.is_belief:
            belief = next(beliefs)
            changed |= {"occurs": _later(belief.occurs, days), "status": belief.status}
        if revision.known_precision != "month":  # that is never acted on
            revisions.append(revision.model_copy(update=changed))
    known = _known_later(event.known_at, event.zone, by)
    return event.model_copy(
        update={"known_at": known, "occurs": _later(event.window, days), "revisions": tuple(revisions)}
    )


def _known_later(known_at: KnownAt, zone: str, by: timedelta) -> KnownAt:
    """The instant so much later: a date where it is one's end again, whose listings are those of that date."""
    moment = instant_of(known_at, zone) + by
    if isinstance(known_at, date) and not isinstance(known_at, datetime):
        day = known_at + timedelta(days=by.days)
        return day if instant_of(day, zone) == moment else moment
    return moment


def _later(window: Window, later: timedelta) -> str:
    """The same window so much later, to the day."""
    first, last = (".." if side is None else (side + later).isoformat() for side in (window.start, window.end))
    return f"{first}/{last}"


def named_after(event: Event, place: Place, later: int) -> bool:
    """Whether news of the event, so much later (ns), names the listing."""
    return place.is_named(moved_event(event, later))
