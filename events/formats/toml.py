"""Writes calendars as TOML. Values are written by tomlkit; tomllib reads them (eventfolio.events.toml_reader)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from eventfolio.events.calendar import Calendar
from eventfolio.events.event import Event
from eventfolio.events.formats.tables import article_of, event_of, head_of, revisions_of


def to_toml(calendar: Calendar, comment_lines: Callable[[Event], list[str]] = lambda event: []) -> str:
    """The calendar as a TOML file.

    comment_lines : lines of comment to stand above an event
    """
    lines = ["schema = 1", *_table(head_of(calendar))]
    if article := article_of(calendar):
        lines += ["", "[article]", *_table(article)]
    for event in calendar.events:
        lines += ["", *comments(comment_lines(event)), "[[event]]", *_table(event_of(event))]
        for revision in revisions_of(event):
            lines += ["", "[[event.revision]]", *_table(revision)]
    return "\n".join(lines) + "\n"


def comments(lines: list[str]) -> list[str]:
    """Lines as TOML comments: no character in them ends the comment or is forbidden in one."""
    return [f"# {''.join(_shown(letter) for letter in line)}".rstrip() for line in lines]


def value_of(value: object) -> str:
    """A value as TOML."""
    if (plain := _plain(value)) is not None:
        return plain
    import tomlkit  # only where a file is written

    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {value_of(one)}" for name, one in value.items()) + " }"
    return tomlkit.item(list(value) if isinstance(value, tuple) else value).as_string()


def _plain(value: object) -> str | None:
    """What tomlkit writes for a value without anything to escape, in a tenth of its time; None for others."""
    if isinstance(value, str):
        return f'"{value}"' if value.isprintable() and '"' not in value and "\\" not in value else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, int | float | date):
        return str(value)
    if isinstance(value, list | tuple):
        parts = [_plain(one) for one in value]
        return None if None in parts else f"[{', '.join(part for part in parts if part is not None)}]"
    return None


def _table(table: dict[str, object]) -> Iterator[str]:
    return (f"{key} = {value_of(value)}" for key, value in table.items())


def _shown(letter: str) -> str:
    return letter if letter.isprintable() else " "
