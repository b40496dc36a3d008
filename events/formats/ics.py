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
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from eventfolio.events.calendar import Calendar
from eventfolio.events.dates.edtf import parse_edtf
from eventfolio.events.errors import CalendarError, shown
from eventfolio.events.event import Event
from eventfolio.events.files import decoded
from eventfolio.events.formats.edits import STATUS, span_of, themes_of, with_edits, written
from eventfolio.events.formats.ics_lines import (
    PlainComponent,
    content_line,
    folded,
    plain_components,
    unescaped,
)
from eventfolio.events.formats.tables import EVENT_KEYS, article_of, event_of, head_of, revisions_of

if TYPE_CHECKING:
    from icalendar import Component

_FOLD = re.compile(rb"\r?\n[ \t]")  # taken out of the bytes: some programs fold within a letter, as RFC 5545 3.1 allows
_X = "X-EVENTFOLIO-"
_NAMES = {key: f"{_X}{key.upper().replace('_', '-')}" for key in EVENT_KEYS.values()}
_HEAD = ("X-WR-CALNAME", f"{_X}CALENDAR", f"{_X}ARTICLE")
# What a VEVENT of ours may hold, and what programs add to it that says nothing.
_KNOWN = {"UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE", "SUMMARY",
          "STATUS", "TRANSP", "CATEGORIES", "DESCRIPTION", f"{_X}EXACT", f"{_X}REVISION", *_NAMES.values()}  # fmt: skip
_PLAIN_NAME = re.compile(r"[A-Z0-9-]+")  # without parameters and in capitals; others are icalendar's to tell apart
_ALONE = ("BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR")
_STANDARD = {"id": "UID", "title": "SUMMARY"}  # where older files have these alone; so CATEGORIES for the themes
_LISTS = ("themes", "listings")
_ONCE = ("UID", "DTSTART", "DTEND", "DURATION", "SUMMARY", "STATUS", "DESCRIPTION")


def to_ics(calendar: Calendar) -> str:
    """The calendar as iCalendar."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//eventfolio//calendar//EN", "CALSCALE:GREGORIAN"]
    lines.append(content_line("X-WR-CALNAME", written(calendar.name)))
    if article := article_of(calendar):
        lines.append(content_line(f"{_X}ARTICLE", _json(article)))
    lines.append(content_line(f"{_X}CALENDAR", _json(head_of(calendar))))
    for event in calendar.events:
        lines += _lines(event)
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def parse_ics(data: bytes, path: Path, as_exported: bool = False) -> tuple[dict[str, object], bool]:
    """The tables of an iCalendar file that `to_ics` or a program that keeps X- properties wrote.

    And whether the program has changed an event since.

    as_exported : as we wrote them, whatever a program has changed since
    Raises      : CalendarError where it is not iCalendar, or lacks what a backtest must know, such as known_at
    """
    text = _unfolded(data, path)
    plain = plain_components(text)
    if plain is None:
        return _by_icalendar(_component(text, path), path, as_exported)
    head, components = plain
    if any(len(values) > 1 or not _PLAIN_NAME.fullmatch(name) for name, values in head.items()):
        return _by_icalendar(_component(text, path), path, as_exported)
    events, is_edited = [], False
    for number, component in enumerate(components, start=1):
        where = f"{path.name}, event {number}"
        table = _plain_event(component, where, as_exported)
        if table is None:  # changed, or not plain
            one = "\n".join([*_ALONE[:2], *component.lines, *_ALONE[2:]])
            table, was = _event(_component(one, path).subcomponents[0], where, as_exported)
            is_edited |= table != was
        events.append(table)
    return _head({name: unescaped(values[0]) for name, values in head.items()}, path) | {"event": events}, is_edited


def _by_icalendar(read: Component, path: Path, as_exported: bool) -> tuple[dict[str, object], bool]:
    """As `parse_ics`, of a file that holds more than plain events."""
    events = [part for part in read.subcomponents if part.name == "VEVENT"]
    pairs = [_event(part, f"{path.name}, event {number}", as_exported) for number, part in enumerate(events, start=1)]
    twice = next((name for name in _HEAD if isinstance(read.get(name), list)), None)
    if twice:
        raise CalendarError(f"{path.name}: {twice} stands there more than once. Keep one.")
    own = {name: string_of(read[name]) for name in _HEAD if name in read}
    return _head(own, path) | {"event": [table for table, _ in pairs]}, any(table != was for table, was in pairs)


def _head(given: Mapping[str, str], path: Path) -> dict[str, object]:
    """Name, date of compilation and article, of the calendar's own properties."""
    tables: dict[str, object] = {"schema": 1, "name": given.get("X-WR-CALNAME") or path.stem}
    if f"{_X}CALENDAR" in given:
        tables |= _loaded(given[f"{_X}CALENDAR"], f"{path.name}, {_X}CALENDAR")
    if f"{_X}ARTICLE" in given:
        tables["article"] = _loaded(given[f"{_X}ARTICLE"], f"{path.name}, {_X}ARTICLE")
    return tables


def component_of(data: bytes, path: Path) -> Component:
    """The one VCALENDAR of a file, as icalendar reads it.

    Raises: CalendarError where it is not iCalendar
    """
    return _component(_unfolded(data, path), path)


def _unfolded(data: bytes, path: Path) -> str:
    return decoded(_FOLD.sub(b"", data), path, "calendar", CalendarError)


def _component(text: str, path: Path) -> Component:
    from icalendar import Calendar as Component

    try:
        read = Component.from_ical(text)
    except (
        ValueError,
        LookupError,
        AttributeError,
        TypeError,
        RecursionError,
    ) as failure:  # icalendar raises any of these
        why = str(failure).partition("\n")[0]  # the whole file may follow
        raise CalendarError(f"{path.name} is not iCalendar: {shown(why)}.") from None
    if not isinstance(read, Component):
        raise CalendarError(f"{path.name} is not one iCalendar object: it starts with BEGIN:VCALENDAR.")
    return read


def _lines(event: Event) -> Iterator[str]:
    """A VEVENT: what calendar programs show, then every key of ours."""
    first, last = span_of(event.window)
    yield "BEGIN:VEVENT"
    yield content_line("SUMMARY", written(event.title))
    yield f"DTSTART;VALUE=DATE:{_date(first)}"
    if first < last:
        yield f"DTEND;VALUE=DATE:{_date(last + timedelta(days=1))}"
    yield f"DTSTAMP:{_instant(event.known)}"
    yield f"UID:{event.id}"
    if event.themes:
        yield folded(f"CATEGORIES:{','.join(event.themes)}")  # names that need no escape
    yield f"CREATED:{_instant(event.known)}"
    if event.note:
        yield content_line("DESCRIPTION", written(event.note))
    yield f"STATUS:{STATUS[event.status]}"
    yield "TRANSP:TRANSPARENT"
    facts = event_of(event)
    properties = [(_NAMES[key], _property(value)) for key, value in facts.items()]
    exact = {key: value for key, value in facts.items() if isinstance(value, str) and written(value) != value}
    properties += [(f"{_X}EXACT", _json(exact))] if exact else []
    properties += [(f"{_X}REVISION", _json(revision)) for revision in revisions_of(event)]
    for name, text in sorted(properties, key=lambda pair: pair[0]):
        yield content_line(name, text)
    yield "END:VEVENT"


def _property(value: object) -> str:
    if isinstance(value, Mapping):
        return _plain_json(dict(value))
    return written(" ".join(value) if isinstance(value, tuple) else _text(value))


def _date(day: date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


def _instant(at: datetime) -> str:
    return f"{_date(at)}T{at:%H%M%S}Z"


def _plain_event(component: PlainComponent, where: str, as_exported: bool) -> dict[str, object] | None:
    """The table of a VEVENT that stands as `calendar export` writes it; None where icalendar is to read it."""
    values = component.values
    if values is None or not values.keys() <= _KNOWN or f"{_X}KNOWN-AT" not in values or f"{_X}ID" not in values:
        return None
    if any(len(found) > 1 and name != f"{_X}REVISION" for name, found in values.items()):
        return None
    texts = {name: unescaped(found[0]) for name, found in values.items() if name != "CATEGORIES"}
    table: dict[str, object] = {key: _value(key, texts[name], where) for key, name in _NAMES.items() if name in texts}
    table.setdefault("themes", [])
    if f"{_X}EXACT" in texts:
        table |= _loaded(texts[f"{_X}EXACT"], f"{where}, {_X}EXACT")
    if revisions := values.get(f"{_X}REVISION"):
        table["revision"] = [_loaded(unescaped(one), f"{where}, {_X}REVISION") for one in revisions]
    themes = values.get("CATEGORIES", [""])[0]
    return table if as_exported or _is_as_exported(table, texts, themes) else None


def _is_as_exported(table: Mapping[str, object], texts: Mapping[str, str], themes: str) -> bool:
    """Whether what calendar programs show of an event is what `calendar export` writes for its table."""
    occurs, title, themes_of_table = table.get("occurs"), table.get("title"), table.get("themes")
    if not isinstance(occurs, str) or not isinstance(title, str) or not isinstance(themes_of_table, list):
        return False
    try:
        first, last = span_of(parse_edtf(occurs))
    except ValueError:
        return False
    note = table.get("note")
    end = _date(last + timedelta(days=1)) if first < last else None
    return (
        (texts.get("DTSTART;VALUE=DATE"), texts.get("DTEND;VALUE=DATE")) == (_date(first), end)
        and texts.get("SUMMARY") == written(title)
        and texts.get("STATUS") == STATUS.get(str(table.get("status")))
        and themes == ",".join(themes_of_table)
        and texts.get("DESCRIPTION", "") == written(note if isinstance(note, str) else "")
    )


def string_of(value: object) -> str:
    """The text of a property: icalendar leaves the escapes of X- properties in, and takes out all others."""
    from icalendar.prop import vUnknown

    if not isinstance(value, vUnknown):
        return str(value)
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def _event(part: Component, where: str, as_exported: bool) -> tuple[dict[str, object], dict[str, object]]:
    """The table of a VEVENT with what a program has changed, and as the X- properties have it."""
    where = f"{where} ({shown(part.get('UID', 'without UID'))})"
    if f"{_X}KNOWN-AT" not in part:
        raise CalendarError(
            f"{where}: no {_X}KNOWN-AT. A calendar from elsewhere does not say when its events were first known, and "
            "some programs drop what is not theirs: export one with calendar export to see the properties to add."
        )
    table: dict[str, object] = {}
    twice = next((name for name in (*_ONCE, *_NAMES.values()) if isinstance(part.get(name), list)), None)
    if twice:
        raise CalendarError(f"{where}: {twice} stands there more than once. Keep one.")
    for key, name in _NAMES.items():
        name = name if name in part else _STANDARD.get(key, name)
        if name in part:
            table[key] = _value(key, string_of(part[name]), where)
    table.setdefault("themes", themes_of(part) if f"{_X}ID" not in part else [])
    if f"{_X}EXACT" in part:
        table |= _loaded(string_of(part[f"{_X}EXACT"]), f"{where}, {_X}EXACT")
    revisions = part.get(f"{_X}REVISION", [])
    revisions = revisions if isinstance(revisions, list) else [revisions]
    if revisions:
        table["revision"] = [_loaded(string_of(revision), f"{where}, {_X}REVISION") for revision in revisions]
    return (table if as_exported else with_edits(table, part, where)), table


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


def _loaded(text: str, where: str) -> dict[str, object]:
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


def _object(text: str, where: str) -> dict[str, object]:
    """A JSON object."""
    try:
        found = json.loads(text)
        if not isinstance(found, dict):
            raise ValueError("it is not a table")
    except (ValueError, TypeError, RecursionError) as failure:
        raise CalendarError(f"{where} is not what calendar export writes: {failure}.") from None
    return found


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
