"""What is suspicious in a calendar without being wrong, in words: for its author to look at again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from events.calendar import Calendar
from events.event import Event
from events.themes import Themes


def check(calendar: Calendar, themes: Themes | None = None) -> list[str]:
    """One line a doubt, events in the calendar's order.

    themes : where given, themes that no event can trade are doubted too
    """
    doubts = [] if calendar.events else ["The calendar holds no event."]
    if calendar.article and calendar.published is None:
        doubts.append("The article has no time of publication: nothing can be told apart as hindsight.")
    for event in calendar.events:
        doubts += [f"{event.id}: {doubt}" for doubt in _about(event, calendar.recorded)]
    doubts += _twins(calendar.events)
    idle = [event.id for event in calendar.events if not event.themes]
    if idle:
        doubts.append(f"Events of no theme, shown and never traded: {len(idle)} ({', '.join(idle)}).")
    for theme in themes.themes if themes else ():
        if not any(event.announces and theme.name in event.themes for event in calendar.events):
            doubts.append(f"Theme {theme.name}: no event announces anything good for it.")
    return doubts


def _about(event: Event, recorded: date | None) -> Iterator[str]:
    public, window = _public_date(event), event.window
    if event.known_precision == "month":
        yield "known to the month only: it never triggers a trade."
    elif public.weekday() >= 5:
        yield f"known on a {public:%A} ({public}): it trades at the next open."
    if event.status == "occurred" and window.start and window.start > public:
        yield f"said to have occurred ({window}) after it was known ({public})."
    if event.status == "scheduled" and window.start is None:
        yield f"scheduled for {window}, which has no start: it gives no run-up."
    if event.origin == "article" and event.confidence == "low":
        yield f"read with low confidence: look at {event.source or 'its sentence'} again."
    last = event.beliefs[-1]
    if recorded and last.status == "scheduled" and last.occurs.end and last.occurs.end < recorded:
        yield f"still scheduled for {last.occurs}, past when the calendar was recorded ({recorded})."
    if recorded and public > recorded:
        yield f"known ({public}) after the calendar was recorded ({recorded})."
    for revision in event.revisions:
        if isinstance(revision.known_at, str):
            yield f"the revision of {revision.known_at} is known to the month only: it changes no plan."


def _twins(events: tuple[Event, ...]) -> Iterator[str]:
    """Pairs that may be one happening told twice: same date, kind and theme, and no episode in common."""
    dated = sorted(
        (event for event in events if event.known_precision != "month"),
        key=lambda event: (_public_date(event), event.kind, event.id),
    )
    for one, other in pairwise(dated):
        same_day = (_public_date(one), one.kind) == (_public_date(other), other.kind)
        shares_episode = one.episode is not None and one.episode == other.episode
        if same_day and set(one.themes) & set(other.themes) and not shares_episode:
            yield f"{one.id} and {other.id}: same date, kind and theme. One happening? Give both an episode."


def _public_date(event: Event) -> date:
    """The local date on which it was first public; of a month, its first day."""
    known_at = event.known_at
    if isinstance(known_at, str):
        return date.fromisoformat(f"{known_at}-01")
    return event.known.astimezone(ZoneInfo(event.zone)).date() if event.known_precision == "minute" else known_at
