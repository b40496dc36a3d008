"""Reads long, plainly written TOML calendars line by line, in a third of the time of tomllib.

Read here are tables in brackets and keys whose value ends on their own line; each value that is more than a plain
string or a date-time is read by tomllib. Whatever else a file holds makes all of it tomllib's, which also words what is
wrong.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache

_KEY = re.compile(
    r"[ \t]*([A-Za-z0-9_-]+)[ \t]*=[ \t]*(?:"
    r'"([^"\\\x00-\x08\x0a-\x1f\x7f]*)"'
    r"|(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{3}(?:\d{3})?)?)(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)"
    r"|([^\x00-\x08\x0a-\x1f\x7f]*))[ \t]*",
    re.ASCII,
)
_NOTHING = re.compile(r"[ \t]*(#[^\x00-\x08\x0a-\x1f\x7f]*)?")
_HEADER = re.compile(r"(\[\[?)([A-Za-z0-9_-]+)(?:\.([A-Za-z0-9_-]+))?(\]\]?)")


class _NotPlain(Exception):
    """More than plain lines, or no TOML at all."""


def loads(text: str) -> dict[str, object]:
    """What `tomllib.loads` gives for the text.

    Raises: ValueError (tomllib.TOMLDecodeError), RecursionError, as it does
    """
    with without_collection():
        try:
            return _plain(text)
        except _NotPlain:
            return tomllib.loads(text)


@contextmanager
def without_collection() -> Iterator[None]:
    """No search for circles of garbage while many small objects are made that all stay: it halves the time."""
    import gc

    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _plain(text: str) -> dict[str, object]:
    root: dict[str, object] = {}
    table = root
    arrays: set[int] = set()  # lists made by [[…]], by identity: a list of a key may not be added to
    for line in text.split("\n"):
        line = line.removesuffix("\r")
        if found := _KEY.fullmatch(line):
            key, plain, day, clock, offset, other = found.groups()
            if key in table:
                raise _NotPlain
            if plain is not None:
                table[key] = plain
            else:
                table[key] = _instant(day, clock, offset) if day else _value(other)
        elif not _NOTHING.fullmatch(line):
            table = _opened(root, line.strip(" \t"), arrays)
    return root


def _opened(root: dict[str, object], line: str, arrays: set[int]) -> dict[str, object]:
    """The table that a header begins."""
    found = _HEADER.fullmatch(line)
    if found is None or len(found[1]) != len(found[4]):
        raise _NotPlain
    _, outer, inner, _ = found.groups()
    parent = root
    if inner:
        above = root.get(outer)
        if id(above) not in arrays or not isinstance(above, list):
            raise _NotPlain
        parent = above[-1]
    name = inner or outer
    made: dict[str, object] = {}
    if len(found[1]) == 1:
        if name in parent:
            raise _NotPlain
        parent[name] = made
        return made
    array = parent.get(name)
    if array is None:
        parent[name] = array = []
        arrays.add(id(array))
    if id(array) not in arrays or not isinstance(array, list):
        raise _NotPlain
    array.append(made)
    return made


def _instant(day: str, clock: str, offset: str) -> datetime:
    try:
        return datetime.fromisoformat(f"{day}T{clock}{offset}")
    except ValueError:
        raise _NotPlain from None


def _value(text: str) -> object:
    """A value that ends on its line. Lists and tables are made anew each time: they may be changed."""
    if text[:1] in "[{":
        return _one(text)
    return _repeated(text)


@lru_cache(maxsize=4096)
def _repeated(text: str) -> object:
    return _one(text)


def _one(text: str) -> object:
    if text == "[]":
        return []
    try:
        return tomllib.loads(f"v = {text}")["v"]
    except (ValueError, RecursionError):
        raise _NotPlain from None
