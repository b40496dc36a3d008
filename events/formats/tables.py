"""A calendar as plain tables: what every format writes, key by key, in the order of the models."""

from __future__ import annotations

from typing import Any

from eventfolio.events.calendar import Calendar
from eventfolio.events.event import Event, Revision


def head_of(calendar: Calendar) -> dict[str, Any]:
    """Name and date of compilation; what is not there is left out."""
    return _given({"name": calendar.name, "recorded": calendar.recorded})


def article_of(calendar: Calendar) -> dict[str, Any]:
    """The article's keys; empty where there is none."""
    return _given(dict(calendar.article)) if calendar.article else {}


def event_of(event: Event) -> dict[str, Any]:
    """An event's keys but its revisions."""
    return _given({key: value for key, value in event if key != "revisions"})


def revisions_of(event: Event) -> list[dict[str, Any]]:
    """The keys of each revision, in the order of the file."""
    return [_revision(revision) for revision in event.revisions]


def _revision(revision: Revision) -> dict[str, Any]:
    return _given(dict(revision))


def _given(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if value is not None}
