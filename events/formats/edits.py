"""Finds what a calendar program has changed in an iCalendar file that was exported here.

Changed is what differs from what `calendar export` would write for the event as its X- properties have it. Programs
write a great deal anew that says nothing (DTSTAMP, SEQUENCE, the end of a day, a day as a stretch of hours, line ends
in a text), so meanings are compared and not letters. A date, title, status, theme or note that differs corrects what
was first believed; nothing else of the file can.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from eventfolio.events.dates.edtf import Window
from eventfolio.events.errors import CalendarError, shown
from eventfolio.events.event import Event

Component: TypeAlias = Any  # of icalendar, whose properties are of some thirty types
STATUS = {"occurred": "CONFIRMED", "scheduled": "TENTATIVE", "cancelled": "CANCELLED"}
_DAY = timedelta(days=1)
_CLOCKS_MOVE = (timedelta(minutes=30), timedelta(hours=1))
_FURTHEST_EAST = timedelta(hours=13, minutes=45)  # the clocks of New Zealand in summer, the Chatham Islands' included


def with_edits(table: dict[str, object], part: Component, where: str) -> dict[str, object]:
    """An event's table with what its VEVENT says otherwise in the properties that a calendar program shows.

    table  : as the X- properties have it; where that is no event, it is given back for the reader to refuse
    Raises : CalendarError for what the calendar cannot hold: a rule of repetition, a date that is none
    """
    for name in ("RRULE", "RDATE", "RECURRENCE-ID"):
        if name in part:
            raise CalendarError(f"{where}: {name} repeats it, and an event happens once. Take it out.")
    try:
        event = Event.model_validate(table)
    except ValidationError:
        return table
    changed: dict[str, object] = {}
    if "DTSTART" in part and (dates := _dates(part, event.zone, where)) != span_of(event.window):
        changed["occurs"] = _occurs(event, *dates)
    if "SUMMARY" in part and _words(part["SUMMARY"]) != _words(written(event.title)):
        changed["title"] = str(part["SUMMARY"])
    if (status := _status(part, where)) not in (None, event.status):
        changed["status"] = status
    if set(themes := themes_of(part)) != set(event.themes):
        kept = [theme for theme in event.themes if theme in themes]
        changed["themes"] = [*kept, *(theme for theme in themes if theme not in event.themes)]
    if _words(note := str(part.get("DESCRIPTION", ""))) != _words(written(event.note or "")):
        changed["note"] = note if note.strip() else None
    return {key: value for key, value in (table | changed).items() if value is not None}


def span_of(window: Window) -> tuple[date, date]:
    """First and last date on which a calendar program shows an event: a window open on one side stands on its other."""
    first = window.start or window.end
    last = window.end or window.start
    if first is None or last is None:
        raise ValueError("EDTF names a date on one side at least")
    return first, last if last < date.max else first  # whose end, the day after, cannot be written


def themes_of(part: Component) -> list[str]:
    """The categories, of however many lines, each once."""
    found = part.get("CATEGORIES", [])
    lists = found if isinstance(found, list) else [found]
    return list(dict.fromkeys(str(theme) for one in lists for theme in one.cats if str(theme)))


def written(text: str) -> str:
    """What iCalendar can hold of a text: without controls and line separators but line feeds and tabs; \\N is one."""
    if text.isascii() and text.isprintable() and "\\N" not in text:
        return text
    kept = (
        letter if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Zl", "Zp") else " " for letter in text
    )
    return "".join(kept).replace("\\N", "\n")


def _words(text: object) -> list[str]:
    return str(text).split()


def _status(part: Component, where: str) -> str | None:
    if "STATUS" not in part:
        return None
    said = str(part["STATUS"])
    found = next((ours for ours, theirs in STATUS.items() if theirs == said.strip().upper()), None)
    if found is None:
        raise CalendarError(f"{where}: STATUS '{shown(said)}' should be one of {', '.join(STATUS.values())}.")
    return found


def _occurs(event: Event, first: date, last: date) -> str:
    """The new dates as EDTF; what was open on one side stays so."""
    if first == last and event.window.start is None:
        return f"../{first}"
    if first == last and event.window.end is None:
        return f"{first}/.."
    return f"{first}" if first == last else f"{first}/{last}"


def _dates(part: Component, zone: str, where: str) -> tuple[date, date]:
    """First and last date of a VEVENT, in the zone of its event where it gives instants."""
    try:
        start = part["DTSTART"].dt
        end = part["DTEND"].dt if "DTEND" in part else start + part["DURATION"].dt if "DURATION" in part else None
        ends = [start] if end is None else [start, end]
        is_whole = _are_whole_days(ends)
        first, *after = (_local(value, zone, is_whole) for value in ends)
        return first.date(), max((first, *(value - timedelta.resolution for value in after))).date()
    except (AttributeError, TypeError, ValueError, OverflowError):
        said = ", ".join(f"{name} {_as_it_stands(part[name])}" for name in ("DTSTART", "DTEND") if name in part)
        raise CalendarError(f"{where}: {shown(said)} cannot be read as dates.") from None


def _as_it_stands(value: Any) -> str:
    """A property's value as the file has it; icalendar gives one that it could not read as text, others as bytes."""
    text = value.to_ical()
    return text.decode() if isinstance(text, bytes) else str(text)


def _are_whole_days(ends: Iterable[date]) -> bool:
    """Whether instants lie whole days apart, an hour more or less where clocks are put forward or back between them.

    A program has made a day of its own zone into hours.
    """
    start, *after = ends
    return any(
        (end - start) > _DAY / 2 and abs((end - start + _DAY / 2) % _DAY - _DAY / 2) in (timedelta(0), *_CLOCKS_MOVE)
        for end in after
    )


def _local(value: date, zone: str, is_whole_day: bool) -> datetime:
    """A date, a local time, or an instant as a local time without its zone.

    A time with a place has its own date, wherever that is. Instants in UTC whole days apart are midnights somewhere,
    of a zone from New Zealand's to Hawaii's, which says the date; others are the event's own time.
    """
    if not isinstance(value, datetime):
        return datetime.combine(value, time())
    if value.tzinfo is None or value.tzname() != "UTC":
        return value.replace(tzinfo=None)
    if is_whole_day:
        return datetime.combine((value + _FURTHEST_EAST).date(), time())
    return value.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
