"""Chooses day 0 of an event on a listing: the session whose return holds what the event did.

Four choices: the first session that closes after the event was known to have occurred (`reaction`), the first that
opens after it (`release`), the session of the date on which it happens (`occurs`), and the first that opens after the
event was announced (`tradable`), which a strategy could have bought in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import numpy as np

from eventfolio.engine.errors import StudyError
from eventfolio.engine.market.sessions import instant_ns
from eventfolio.engine.schedule import Place, local_date, release_of
from eventfolio.events import Event
from eventfolio.events.dates.known_at import KnownPrecision
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.events.event import Belief

DayZero = Literal["reaction", "release", "occurs", "tradable"]
DAYS: tuple[DayZero, ...] = get_args(DayZero)
_MORNING = time(10)  # at which news of a date counts as known for its reaction, and at which a date begins to count


@dataclass(frozen=True)
class News:
    """What day 0 of an event goes by.

    at         : aware instant that a session must follow
    by_close   : whether that session's close, else its open, must lie after it
    is_release : known to have occurred, not announced alone
    known      : when the news was known (UTC): the facts that came with it are known then
    """

    at: datetime
    by_close: bool
    is_release: bool
    known: datetime


def read_day(text: str) -> DayZero:
    """A choice of day 0 by its name.

    Raises: StudyError with the nearest
    """
    found = next((day for day in DAYS if day == text), None)
    if found is None:
        raise StudyError(f"--day '{shown(text)}' is none of {', '.join(DAYS)}.{did_you_mean(text, DAYS)}")
    return found


def news_of(event: Event, day: DayZero) -> News | str:
    """What day 0 goes by, or in words why the event has none."""
    if event.direction != 1:
        return "it is bad news (direction -1)"
    if day == "tradable":
        if event.status == "cancelled":
            return "it is recorded as cancelled"
        if event.known_precision == "month":
            return "it is known to the month only"
        return News(event.known, False, event.status == "occurred", event.known)
    if day == "occurs":
        return _on_its_date(event)
    found = _known_to_have_occurred(event)
    if isinstance(found, str):
        return found
    known, precision, public, is_release = found
    if day == "reaction" and precision == "day":
        return News(datetime.combine(public, _MORNING, ZoneInfo(event.zone)), True, is_release, known)
    return News(known, day == "reaction", is_release, known)


def session_of(news: News, event: Event, place: Place) -> date | None:
    """Day 0 on a listing; None where no session known follows, or it does not stand for its theme yet."""
    if not place.is_named(event):
        return None
    sessions = place.sessions
    instant = instant_ns(news.at)
    instants = sessions.closes if news.by_close else sessions.opens
    number = int(np.searchsorted(instants, instant, side="right"))
    return sessions.dates[number].astype(object) if number < len(sessions.dates) else None


def _known_to_have_occurred(event: Event) -> tuple[datetime, KnownPrecision, date, bool] | str:
    """Instant, precision and local date of the news that the event occurred, else of its announcement."""
    release = release_of(event)
    if release is not None:
        public = local_date(event, release.known, release.known_precision)
        return release.known, release.known_precision, public, True
    last = event.beliefs[-1]
    if event.status == "occurred":
        return "it is known to the month only"
    if last.status == "occurred":
        return "it is said to have occurred before its own date, or to the month only"
    if last.occurs.start is not None and last.occurs.start == last.occurs.end:
        return "it is not known to have occurred, and its window is one day"
    if event.status == "cancelled":
        return "it is recorded as cancelled"
    if event.known_precision == "month":
        return "it is known to the month only"
    return event.known, event.known_precision, local_date(event, event.known, event.known_precision), False


def _on_its_date(event: Event) -> News | str:
    last: Belief = event.beliefs[-1]
    start = last.occurs.start
    if last.status == "cancelled":
        return "it was cancelled"
    if start is None or start != last.occurs.end:
        return "its window is longer than a day"
    return News(datetime.combine(start, _MORNING, ZoneInfo(event.zone)), True, last.status == "occurred", last.known)
