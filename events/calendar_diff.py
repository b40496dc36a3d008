"""Compares two calendars, and merges two, reporting what may be one event told twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from eventfolio.events.calendar import Calendar
from eventfolio.events.errors import CalendarError, shown
from eventfolio.events.event import Event
from eventfolio.events.formats.read import read_calendar
from eventfolio.events.formats.tables import article_of, event_of, head_of, revisions_of


@dataclass(frozen=True)
class Change:
    """One key of an event, or of head or article (`id` empty), in one calendar and in the other; None: not there."""

    id: str
    key: str
    before: object
    after: object


@dataclass(frozen=True)
class Difference:
    """What turns one calendar into another; events in its own order."""

    added: tuple[Event, ...]
    removed: tuple[Event, ...]
    changed: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True)
class Merged:
    """Calendars joined. alike: pairs of ids that may be one happening, for a person to decide; warnings: in words."""

    calendar: Calendar
    alike: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def diff(before: Calendar, after: Calendar) -> Difference:
    """What changed, event by event (by id) and key by key."""
    one, other = ({event.id: event for event in calendar.events} for calendar in (before, after))
    changed = list(_changes("", head_of(before), head_of(after)))
    changed += _changes("", _under_article(before), _under_article(after))
    for event in after.events:
        if event.id in one:
            changed += _changes(event.id, _facts(one[event.id]), _facts(event))
    return Difference(
        tuple(event for event in after.events if event.id not in one),
        tuple(event for event in before.events if event.id not in other),
        tuple(changed),
    )


def changed_elsewhere(calendar: Calendar) -> Difference:
    """What a calendar program has changed in an iCalendar file since it was exported; nothing in another file."""
    if calendar.path is None or not calendar.is_edited:
        return Difference((), (), ())
    return diff(read_calendar(calendar.path, as_exported=True), calendar)


def join(first: Calendar, second: Calendar) -> Merged:
    """All events of both; the same event in both counts once. Name and article are the first's, where it has one.

    Raises: CalendarError where one id means two different events
    """
    one = {event.id: event for event in first.events}
    clashing = [event.id for event in second.events if event.id in one and _facts(event) != _facts(one[event.id])]
    if clashing:
        listed = ", ".join(clashing[:10]) + (f" and {len(clashing) - 10} more" if len(clashing) > 10 else "")
        raise CalendarError(
            f"Both calendars have an event of this id, and not the same: {shown(listed)}. Look at calendar diff, and "
            "rename or remove one of each."
        )
    more = tuple(event for event in second.events if event.id not in one)
    warnings = []
    if first.article and second.article and first.article != second.article:
        warnings.append(f"They are built from two articles: that of {first.name} stands ({first.article.title}).")
    recorded = max((day for day in (first.recorded, second.recorded) if day), default=None)
    calendar = Calendar(first.name, recorded, first.article or second.article, (*first.events, *more), "")
    return Merged(calendar, tuple(_alike(first.events, more)), tuple(warnings))


def _under_article(calendar: Calendar) -> dict[str, object]:
    return {f"article.{key}": value for key, value in article_of(calendar).items()}


def _facts(event: Event) -> dict[str, object]:
    return event_of(event) | {f"revision {n}": facts for n, facts in enumerate(revisions_of(event), start=1)}


def _changes(id: str, before: dict[str, object], after: dict[str, object]) -> Iterator[Change]:
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) != after.get(key):
            yield Change(id, key, before.get(key), after.get(key))


def _alike(events: tuple[Event, ...], others: tuple[Event, ...]) -> Iterator[tuple[str, str]]:
    """Pairs across the calendars of the same kind, sharing a theme or a listing, whose windows overlap."""
    by_place: dict[tuple[str, tuple[str, str]], list[tuple[date, date, str]]] = {}
    for event in events:
        for subject in event.subjects:
            by_place.setdefault((event.kind, subject), []).append((*_ends(event), event.id))
    seen: set[tuple[str, str]] = set()
    for other in others:
        start, end = _ends(other)
        for subject in other.subjects:
            for first, last, id in by_place.get((other.kind, subject), ()):
                if first <= end and start <= last and (id, other.id) not in seen:
                    seen.add((id, other.id))
                    yield id, other.id


def _ends(event: Event) -> tuple[date, date]:
    return event.window.start or date.min, event.window.end or date.max
