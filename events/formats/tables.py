"""Turns a calendar into plain tables, which every format writes key by key, in the order of the models."""

from __future__ import annotations

from eventfolio.events.calendar import Calendar
from eventfolio.events.event import Event, Revision

# A model's names and the keys of the file.
EVENT_KEYS = {name: field.alias or name for name, field in Event.model_fields.items() if name != "revisions"}
REVISION_KEYS = {name: field.alias or name for name, field in Revision.model_fields.items()}

_LEFT_OUT = ("listings", "facts")  # where they are empty; themes = [] is written


def head_of(calendar: Calendar) -> dict[str, object]:
    """Name and date of compilation; what is not there is left out."""
    return _given({"name": calendar.name, "recorded": calendar.recorded})


def article_of(calendar: Calendar) -> dict[str, object]:
    """The article's keys; empty where there is none."""
    return _given(dict(calendar.article)) if calendar.article else {}


def event_of(event: Event) -> dict[str, object]:
    """An event's keys but its revisions."""
    return _given({key: getattr(event, name) for name, key in EVENT_KEYS.items()})


def revisions_of(event: Event) -> list[dict[str, object]]:
    """The keys of each revision, in the order of the file."""
    return [_revision(revision) for revision in event.revisions]


def _revision(revision: Revision) -> dict[str, object]:
    return _given({key: getattr(revision, name) for name, key in REVISION_KEYS.items()})


def _given(table: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in table.items() if value is not None and (value or key not in _LEFT_OUT)}
