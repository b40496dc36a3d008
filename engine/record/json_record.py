"""Converts typed records to JSON objects and back: the one `to_json` and `from_json` of every record.

A record is a frozen dataclass whose fields are the keys of a JSON object, in their order. A key that records of an
older version lack is declared `X | Absent = ABSENT` and is written only where it is known; a key that a later version
added is kept in `more`. So what is read is written again as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NamedTuple,
    Self,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)
from zoneinfo import ZoneInfo

from eventfolio.events.errors import shown
from eventfolio.events.json_types import Json, JsonObject
from eventfolio.strategies.parameters import Value as Value


class Absent(Enum):
    """The value of a key that a record does not hold; it counts as false."""

    ABSENT = "absent"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT


class RecordError(ValueError):
    """A document that is no such record: which key, and what is wrong with it."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """A JSON object as a frozen dataclass. `more` : keys that this version does not know."""

    more: Mapping[str, object] = field(default_factory=dict, repr=False)

    def to_json(self) -> JsonObject:
        """The record as a JSON object, keys in the order of the fields."""
        own = {one.key: getattr(self, one.name) for one in _keys(type(self))}
        return {key: _plain(value) for key, value in [*own.items(), *self.more.items()] if value is not ABSENT}

    @classmethod
    def from_json(cls, document: object, where: str = "") -> Self:
        """The record that a JSON object holds. `where` : what it is part of, for the message

        Raises: RecordError naming the key that is missing or of another type
        """
        if not isinstance(document, dict):
            raise RecordError(f"{where or 'the document'} {shown(document)} is not a table.")
        values, keys = {}, _keys(cls)
        for one in keys:
            there = f"{where}.{one.key}" if where else one.key
            if one.key in document:
                values[one.name] = _read(one.hint, document[one.key], there)
            elif one.is_needed:
                raise RecordError(f"{there} is missing.")
        named = {one.key for one in keys}
        return cls(**values, more={key: value for key, value in document.items() if key not in named})


T = TypeVar("T")


def known(value: T | Absent) -> T | None:
    """The value of a key, None where the record does not hold it."""
    return None if isinstance(value, Absent) else value


def _day(text: str) -> None:
    date.fromisoformat(text)


def _instant(text: str) -> None:
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError(f"{text} has no UTC offset")


def _zone(text: str) -> None:
    try:
        ZoneInfo(text)
    except Exception:  # the library raises many kinds
        raise ValueError(f"{text!r} is not a time zone") from None


Day = Annotated[str, _day]
Instant = Annotated[str, _instant]
Zone = Annotated[str, _zone]
Metrics = dict[str, float | None]


class _Key(NamedTuple):
    """A key of a record's JSON object: the field that holds it, the field's type, whether it must be there."""

    key: str
    name: str
    hint: object
    is_needed: bool


_KEYS: dict[type, list[_Key]] = {}  # by record, worked out once


def _keys(cls: type[Record]) -> list[_Key]:
    if cls not in _KEYS:
        hints = get_type_hints(cls, include_extras=True)
        _KEYS[cls] = [
            _Key(one.metadata.get("key", one.name), one.name, hints[one.name], one.default is not ABSENT)
            for one in fields(cls)
            if one.name != "more"
        ]
    return _KEYS[cls]


def _plain(value: object) -> Json:
    if isinstance(value, Record):
        return value.to_json()
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"{value!r} has no JSON")


_KINDS: dict[object, tuple[tuple[type, ...], str]] = {
    str: ((str,), "text"),
    bool: ((bool,), "true or false"),
    int: ((int,), "a whole number"),
    float: ((float, int), "a number"),
    NoneType: ((NoneType,), "null"),
}


@cache
def _parts_of(hint: object) -> tuple[object, tuple[Any, ...]]:
    return get_origin(hint), get_args(hint)


def _read(hint: object, value: object, where: str) -> object:
    """`value` as the type `hint` has it."""
    origin, inner = _parts_of(hint)
    if origin is Annotated:
        found = _read(inner[0], value, where)
        for check in inner[1:]:
            try:
                check(found)
            except ValueError as error:
                raise RecordError(f"{where}: {error}.") from None
        return found
    if origin in (Union, UnionType):
        return _one_of([one for one in inner if one is not Absent], value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise RecordError(f"{where} {shown(value)} is not a list.")
        return tuple(_read(inner[0], one, f"{where} {number}") for number, one in enumerate(value, start=1))
    if origin is dict:
        if not isinstance(value, dict):
            raise RecordError(f"{where} {shown(value)} is not a table.")
        return {key: _read(inner[1], one, f"{where}.{key}") for key, one in value.items()}
    if isinstance(hint, type) and issubclass(hint, Record):
        return hint.from_json(value, where)
    kinds, words = _KINDS.get(hint, ((object,), ""))
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds and object not in kinds):
        raise RecordError(f"{where} {shown(value)} is not {words}.")
    return value


def _one_of(options: list[object], value: object, where: str) -> object:
    """`value` as the first of some types that it is; else what is wrong with it as the first."""
    failure: RecordError | None = None
    for option in sorted(options, key=lambda one: one is NoneType):
        try:
            return _read(option, value, where)
        except RecordError as error:
            failure = failure or error
    raise failure or RecordError(f"{where} {shown(value)} is of no type.")
