"""Calendars as iCalendar (RFC 5545): what a desktop calendar shows, and with X- properties all of ours.

A VEVENT an event, all-day, from the first to the last date of its window as first believed; a window open on one side
stands on its other. DTSTAMP and CREATED are the instant it was known. Every key stands in an X- property too, facts as
one JSON object; that is what counts, but for what a calendar program has changed since (`events.formats.edits`). Text
holding characters that the format cannot (control characters, line separators) stands once more, as JSON, in
X-EVENTFOLIO-EXACT.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from eventfolio.events.calendar import Calendar
from eventfolio.events.errors import CalendarError, shown
from eventfolio.events.event import Event
from eventfolio.events.files import decoded
from eventfolio.events.formats.edits import STATUS, span_of, themes_of, with_edits, written
from eventfolio.events.formats.tables import EVENT_KEYS, article_of, event_of, head_of, revisions_of

if TYPE_CHECKING:
    from icalendar import Component

_FOLD = re.compile(rb"\r?\n[ \t]")  # taken out of the bytes: some programs fold within a letter, as RFC 5545 3.1 allows
_X = "X-EVENTFOLIO-"
_STANDARD = {"id": "UID", "title": "SUMMARY"}  # where older files have these alone; so CATEGORIES for the themes
_LISTS = ("themes", "listings")
_ONCE = ("UID", "DTSTART", "DTEND", "DURATION", "SUMMARY", "STATUS", "DESCRIPTION")


def to_ics(calendar: Calendar) -> str:
    """The calendar as iCalendar."""
    from icalendar import Calendar as Component

    out = Component()
    out.add("PRODID", "-//eventfolio//calendar//EN")
    out.add("VERSION", "2.0")
    out.add("CALSCALE", "GREGORIAN")
    _add(out, "X-WR-CALNAME", written(calendar.name))
    _add(out, "CALENDAR", _json(head_of(calendar)))
    if article := article_of(calendar):
        _add(out, "ARTICLE", _json(article))
    for event in calendar.events:
        out.add_component(_component(event))
    return out.to_ical().decode("utf-8")


def parse_ics(data: bytes, path: Path, as_exported: bool = False) -> dict[str, object]:
    """The tables of an iCalendar file that `to_ics` or a program that keeps X- properties wrote.

    as_exported : as we wrote them, whatever a program has changed since
    Raises      : CalendarError where it is not iCalendar, or lacks what a backtest must know, such as known_at
    """
    read = component_of(data, path)
    name = read.get("X-WR-CALNAME")
    tables: dict[str, object] = {"schema": 1, "name": string_of(name) if name else path.stem}
    if f"{_X}CALENDAR" in read:
        tables |= _loaded(read[f"{_X}CALENDAR"], f"{path.name}, {_X}CALENDAR")
    if f"{_X}ARTICLE" in read:
        tables["article"] = _loaded(read[f"{_X}ARTICLE"], f"{path.name}, {_X}ARTICLE")
    events = [part for part in read.subcomponents if part.name == "VEVENT"]
    tables["event"] = [
        _event(part, f"{path.name}, event {number}", as_exported) for number, part in enumerate(events, start=1)
    ]
    return tables


def component_of(data: bytes, path: Path) -> Component:
    """The one VCALENDAR of a file, as icalendar reads it.

    Raises: CalendarError where it is not iCalendar
    """
    from icalendar import Calendar as Component

    text = decoded(_FOLD.sub(b"", data), path, "calendar", CalendarError)
    try:
        read = Component.from_ical(text)
    except (
        ValueError,
        LookupError,
        AttributeError,
        TypeError,
        RecursionError,
    ) as failure:  # icalendar raises any of these
        raise CalendarError(f"{path.name} is not iCalendar: {shown(failure)}.") from None
    if not isinstance(read, Component):
        raise CalendarError(f"{path.name} is not one iCalendar object: it starts with BEGIN:VCALENDAR.")
    return read


def _component(event: Event) -> Component:
    from icalendar import Event as Component

    facts = event_of(event)
    part = Component()
    part.add("UID", event.id)
    part.add("DTSTAMP", event.known)
    part.add("CREATED", event.known)
    first, last = span_of(event)
    part.add("DTSTART", first)
    if first < last:
        part.add("DTEND", last + timedelta(days=1))
    part.add("SUMMARY", written(event.title))
    part.add("STATUS", STATUS[event.status])
    part.add("TRANSP", "TRANSPARENT")
    if event.themes:
        part.add("CATEGORIES", list(event.themes))
    if event.note:
        part.add("DESCRIPTION", written(event.note))
    for key, value in facts.items():
        if isinstance(value, Mapping):
            text = _plain_json(dict(value))
        else:
            text = written(" ".join(value) if isinstance(value, tuple) else _text(value))
        _add(part, key.upper().replace("_", "-"), text)
    exact = {key: value for key, value in facts.items() if isinstance(value, str) and written(value) != value}
    if exact:
        _add(part, "EXACT", _json(exact))
    for revision in revisions_of(event):
        _add(part, "REVISION", _json(revision))
    return part


def _add(part: Component, name: str, text: str) -> None:
    """Add a property not of the standard, escaped as text: that is what RFC 5545 takes it for."""
    from icalendar import vText

    part.add(name if name.startswith("X-") else f"{_X}{name}", vText(text), encode=False)


def string_of(value: object) -> str:
    """The text of a property: icalendar leaves the escapes of X- properties in, and takes out all others."""
    from icalendar.prop import vUnknown

    if not isinstance(value, vUnknown):
        return str(value)
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def _event(part: Component, where: str, as_exported: bool) -> dict[str, object]:
    where = f"{where} ({shown(part.get('UID', 'without UID'))})"
    if f"{_X}KNOWN-AT" not in part:
        raise CalendarError(
            f"{where}: no {_X}KNOWN-AT. A calendar from elsewhere does not say when its events were first known, and "
            "some programs drop what is not theirs: export one with calendar export to see the properties to add."
        )
    table: dict[str, object] = {}
    ours = [f"{_X}{key.upper().replace('_', '-')}" for key in EVENT_KEYS.values()]
    twice = next((name for name in (*_ONCE, *ours) if isinstance(part.get(name), list)), None)
    if twice:
        raise CalendarError(f"{where}: {twice} stands there more than once. Keep one.")
    for key, name in zip(EVENT_KEYS.values(), ours, strict=True):
        name = name if name in part else _STANDARD.get(key, name)
        if name in part:
            table[key] = _value(key, string_of(part[name]), where)
    table.setdefault("themes", themes_of(part) if f"{_X}ID" not in part else [])
    if f"{_X}EXACT" in part:
        table |= _loaded(part[f"{_X}EXACT"], f"{where}, {_X}EXACT")
    revisions = part.get(f"{_X}REVISION", [])
    revisions = revisions if isinstance(revisions, list) else [revisions]
    if revisions:
        table["revision"] = [_loaded(revision, f"{where}, {_X}REVISION") for revision in revisions]
    return table if as_exported else with_edits(table, part, where)


def _value(key: str, text: str, where: str) -> object:
    if key in _LISTS:
        return text.split()
    if key == "facts":
        return _object(text, f"{where}, {_X}FACTS")
    if key not in ("direction", "strength"):
        return text
    try:
        return int(text) if key == "direction" else float(text)
    except ValueError:
        raise CalendarError(f"{where}: {key} '{shown(text)}' is not a number.") from None


def _json(table: Mapping[str, object]) -> str:
    kept = {
        key: dict(value) if isinstance(value, Mapping) else value if isinstance(value, str) else _text(value)
        for key, value in table.items()
    }
    return _plain_json(kept)


def _plain_json(table: Mapping[str, object]) -> str:
    text = json.dumps(table)
    return text.replace("\\N", "\\\\u004e")  # iCalendar takes a backslash and an N for a line feed


def _loaded(text: object, where: str) -> dict[str, object]:
    """A table written by `_json`, its dates turned back."""
    table = _object(text, where)
    try:
        for key, read in (("recorded", date.fromisoformat), ("published", datetime.fromisoformat)):
            if key in table:
                value = table[key]
                if not isinstance(value, str):
                    raise TypeError(f"{key} {shown(value)} is not text")
                table[key] = read(value)
    except (ValueError, TypeError) as failure:
        raise CalendarError(f"{where} is not what calendar export writes: {failure}.") from None
    return table


def _object(text: object, where: str) -> dict[str, object]:
    """A JSON object."""
    try:
        found = json.loads(string_of(text))
        if not isinstance(found, dict):
            raise ValueError("it is not a table")
    except (ValueError, TypeError, RecursionError) as failure:
        raise CalendarError(f"{where} is not what calendar export writes: {failure}.") from None
    return found


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
