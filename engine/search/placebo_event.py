"""Moves one event of a placebo: what its strategy acts on, and what becomes of it so many days later.

A move is rigid: news, revisions and windows go by the same days. What lands at the drawn place is the instant that the
strategy acts on: of an announcement or a release that news; of a run-up the start of the window last believed; of an
occurrence that start too, or the news of it where that came later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from eventfolio.engine.market.sessions import instant_ns
from eventfolio.engine.schedule import release_of
from eventfolio.events import Calendar, Event
from eventfolio.events.dates.edtf import Window
from eventfolio.events.dates.known_at import KnownAt, instant_of
from eventfolio.events.event import Belief
from eventfolio.strategies.plan import Plan

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NS_A_DAY = 86_400_000_000_000
NO_START = np.iinfo(np.int32).min  # of a window that is open, or not known
_NIGHT = 3  # hours after midnight in which another offset of the zone makes it the day before


@dataclass(frozen=True)
class MovingEvent:
    """An event in numbers. Beliefs are those known to the day at least, oldest first.

    known    : ns UTC, of each belief
    start    : of the window believed, days since 1970 or NO_START
    anchor   : ns UTC; what lands at a place is the first session after it
    by_date  : the anchor is the end of the day before a date, which a session's date must follow
    release  : number of the belief that is its release; -1 where there is none
    """

    event: Event
    known: tuple[int, ...]
    start: tuple[int, ...]
    occurred: tuple[bool, ...]
    cancelled: tuple[bool, ...]
    anchor: int
    by_date: bool
    release: int

    def named(self, since: date | None, later: Ints) -> Bools:
        """Whether news so much later (ns) names a listing that stands for its theme since then."""
        if since is None:
            return np.ones(len(later), bool)
        eve = instant_ns(instant_of(since - timedelta(days=1), self.event.zone))
        return self.known[0] + later > eve if self._is_dated else self.known[0] + later >= eve

    def days(self, later: Ints) -> Ints:
        """By how many days windows move: as many as the date (UTC) of the news."""
        found: Ints = (self.known[0] + later) // NS_A_DAY - self.known[0] // NS_A_DAY
        return found

    def is_still_release(self, later: Ints) -> Bools:
        """Whether the release is none too early still: where clocks change, its date may be the day before."""
        kept = np.ones(len(later), bool)
        if self.release <= 0:  # recorded as occurred: taken at its word
            return kept
        belief = _to_the_day(self.event)[self.release]
        local = belief.known.astimezone(ZoneInfo(self.event.zone))
        start = belief.occurs.start
        if belief.known_precision == "day" or start is None or local.date() > start or local.hour >= _NIGHT:
            return kept
        return np.array([release_of(moved_event(self.event, shift)) is not None for shift in later.tolist()])

    @property
    def _is_dated(self) -> bool:
        return self.event.known_precision == "day"


def moving_event(event: Event, plan: Plan, acts_on_start: bool) -> MovingEvent | None:
    """The event in numbers; None where a plan has nothing in it to act on.

    acts_on_start : of an occurrence, whether the start believed decided the session, and not the news
    """
    beliefs = _to_the_day(event)
    known = tuple(instant_ns(belief.known) for belief in beliefs)
    start = tuple(NO_START if (first := belief.occurs.start) is None else _day(first) for belief in beliefs)
    released = release_of(event)
    release = next((number for number, one in enumerate(beliefs) if one == released), -1)
    by_date = plan.trigger == "run_up" or (plan.trigger == "occurrence" and acts_on_start)
    if by_date:
        starts = [at for at, one in zip(start, beliefs, strict=True) if at != NO_START and one.status != "cancelled"]
        if not starts:
            return None
        anchor = starts[-1] * NS_A_DAY - 1
    elif plan.trigger == "release":
        if release < 0:
            return None
        anchor = known[release]
    else:
        anchor = instant_ns(event.known)
    return MovingEvent(
        event=event,
        known=known,
        start=start,
        occurred=tuple(belief.status == "occurred" for belief in beliefs),
        cancelled=tuple(belief.status == "cancelled" for belief in beliefs),
        anchor=anchor,
        by_date=by_date,
        release=release,
    )


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


def _to_the_day(event: Event) -> list[Belief]:
    return [belief for belief in event.beliefs if belief.known_precision != "month"]


def _day(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()


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
