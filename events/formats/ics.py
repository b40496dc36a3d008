"""Calendars as iCalendar (RFC 5545): what a desktop calendar shows, and with X- properties all of ours.

A VEVENT an event, all-day, from the first to the last date of its window as first believed; a window open on one side
stands on its other. DTSTAMP and CREATED are the instant it was known. Text holding characters that the format cannot
(control characters, line separators) stands a second time, as JSON, in X-EVENTFOLIO-EXACT.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from events.calendar import Calendar
from events.errors import CalendarError, shown
from events.event import Event
from events.files import decoded
from events.formats.facts import article_of, event_of, head_of, revisions_of

if TYPE_CHECKING:
    from icalendar import Component

_FOLD = re.compile(rb"\r?\n[ \t]")  # taken out of the bytes: some programs fold within a letter, as RFC 5545 3.1 allows
_X = "X-EVENTFOLIO-"
_STANDARD = {"id": "UID", "title": "SUMMARY", "themes": "CATEGORIES"}  # keys that a standard property carries whole
_STATUS = {"occurred": "CONFIRMED", "scheduled": "TENTATIVE", "cancelled": "CANCELLED"}


def to_ics(calendar: Calendar) -> str:
    """The calendar as iCalendar."""
    from icalendar import Calendar as Component

    out = Component()
    out.add("PRODID", "-//eventfolio//calendar//EN")
    out.add("VERSION", "2.0")
    out.add("CALSCALE", "GREGORIAN")
    _add(out, "X-WR-CALNAME", _clean(calendar.name))
    _add(out, "CALENDAR", _json(head_of(calendar)))
    if article := article_of(calendar):
        _add(out, "ARTICLE", _json(article))
    for event in calendar.events:
        out.add_component(_component(event))
    return out.to_ical().decode("utf-8")


def parse_ics(data: bytes, path: Path) -> dict[str, Any]:
    """The tables of an iCalendar file that `to_ics` or a program that keeps X- properties wrote.

    Raises: CalendarError where it is not iCalendar, or lacks what a backtest must know, such as known_at
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
    name = read.get("X-WR-CALNAME")
    tables: dict[str, Any] = {"schema": 1, "name": _string(name) if name else path.stem}
    if f"{_X}CALENDAR" in read:
        tables |= _loaded(read[f"{_X}CALENDAR"], f"{path.name}, {_X}CALENDAR")
    if f"{_X}ARTICLE" in read:
        tables["article"] = _loaded(read[f"{_X}ARTICLE"], f"{path.name}, {_X}ARTICLE")
    events = [part for part in read.subcomponents if part.name == "VEVENT"]
    tables["event"] = [_event(part, f"{path.name}, event {number}") for number, part in enumerate(events, start=1)]
    return tables


def _component(event: Event) -> Component:
    from icalendar import Event as Component

    facts = event_of(event)
    part = Component()
    part.add("UID", event.id)
    part.add("DTSTAMP", event.known)
    part.add("CREATED", event.known)
    first = event.window.start or event.window.end
    last = event.window.end or event.window.start
    if first is None or last is None:
        raise ValueError("EDTF names a date on one side at least")
    part.add("DTSTART", first)
    if first < last < date.max:
        part.add("DTEND", last + timedelta(days=1))
    part.add("SUMMARY", _clean(event.title))
    part.add("STATUS", _STATUS[event.status])
    part.add("TRANSP", "TRANSPARENT")
    if event.themes:
        part.add("CATEGORIES", list(event.themes))
    if event.note:
        part.add("DESCRIPTION", _clean(event.note))
    for key, value in facts.items():
        if key not in _STANDARD:
            _add(part, key.upper().replace("_", "-"), _clean(_text(value)))
    exact = {key: value for key, value in facts.items() if isinstance(value, str) and _clean(value) != value}
    if exact:
        _add(part, "EXACT", _json(exact))
    for revision in revisions_of(event):
        _add(part, "REVISION", _json(revision))
    return part


def _add(part: Component, name: str, text: str) -> None:
    """Add a property not of the standard, escaped as text: that is what RFC 5545 takes it for."""
    from icalendar import vText

    part.add(name if name.startswith("X-") else f"{_X}{name}", vText(text), encode=False)


def _string(value: Any) -> str:
    """The text of a property: icalendar leaves the escapes of X- properties in, and takes out all others."""
    from icalendar.prop import vUnknown

    if not isinstance(value, vUnknown):
        return str(value)
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def _event(part: Component, where: str) -> dict[str, Any]:
    where = f"{where} ({part.get('UID', 'without UID')})"
    if f"{_X}KNOWN-AT" not in part:
        raise CalendarError(
            f"{where}: no {_X}KNOWN-AT. A calendar from elsewhere does not say when its events were first known: "
            "export one with calendar export to see the properties to add."
        )
    table: dict[str, Any] = {"themes": _themes(part)}
    for key in Event.model_fields:
        name = _STANDARD.get(key, f"{_X}{key.upper().replace('_', '-')}")
        if key != "themes" and name in part:
            value = part[name]
            if isinstance(value, list):
                raise CalendarError(f"{where}: {name} stands there {len(value)} times. Keep one.")
            table[key] = _number(key, _string(value), where)
    if f"{_X}EXACT" in part:
        table |= _loaded(part[f"{_X}EXACT"], f"{where}, {_X}EXACT")
    revisions = part.get(f"{_X}REVISION", [])
    revisions = revisions if isinstance(revisions, list) else [revisions]
    if revisions:
        table["revision"] = [_loaded(revision, f"{where}, {_X}REVISION") for revision in revisions]
    return table


def _themes(part: Component) -> list[str]:
    categories = part.get("CATEGORIES", [])
    lists = categories if isinstance(categories, list) else [categories]
    return [str(theme) for found in lists for theme in found.cats]


def _number(key: str, text: str, where: str) -> Any:
    if key not in ("direction", "strength"):
        return text
    try:
        return int(text) if key == "direction" else float(text)
    except ValueError:
        raise CalendarError(f"{where}: {key} '{text}' is not a number.") from None


def _json(table: dict[str, Any]) -> str:
    return json.dumps({key: value if isinstance(value, str) else _text(value) for key, value in table.items()})


def _loaded(text: Any, where: str) -> dict[str, Any]:
    """A table written by `_json`, its dates turned back."""
    try:
        table = json.loads(_string(text))
        if not isinstance(table, dict):
            raise ValueError("it is not a table")
        for key, read in (("recorded", date.fromisoformat), ("published", datetime.fromisoformat)):
            if key in table:
                table[key] = read(table[key])
    except (ValueError, TypeError, RecursionError) as failure:
        raise CalendarError(f"{where} is not what calendar export writes: {failure}.") from None
    return table


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _clean(text: str) -> str:
    """Without what RFC 5545 does not let a text hold; line feeds and tabs stay."""
    return "".join(
        letter if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Zl", "Zp") else " " for letter in text
    )
