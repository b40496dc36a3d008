"""Writes a table of keys for each file a user writes, from the pydantic model that checks it.

Type, range and default of a key are the model's; what it means is the line `key : meaning` of the model's docstring.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from datetime import date, datetime
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from eventfolio.engine.market.sources.folder import _Notes
from eventfolio.engine.study.study import _StudyFile
from eventfolio.events.calendar import _CalendarFile
from eventfolio.events.securities import _SecuritiesFile
from eventfolio.events.themes import _ThemesFile

FILES: dict[str, type[BaseModel]] = {
    "study": _StudyFile,
    "calendar": _CalendarFile,
    "themes": _ThemesFile,
    "securities": _SecuritiesFile,
    "prices": _Notes,
}
_KINDS = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    date: "date",
    datetime: "date-time",
    AwareDatetime: "date-time with offset",
}
_LINE = re.compile(r"^(?P<names>\w+(?:, \w+)*)\s*: (?P<words>.*)$")


class Undescribed(Exception):
    """A key whose model does not say what it means."""


def page(file: str) -> str:
    """The tables of one file: its own keys first, then those of each table in it.

    Raises: Undescribed naming the model and the key
    """
    return "\n".join(_table(path, model) for path, model in tables(FILES[file]))


def tables(root: type[BaseModel], path: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """The model and those of the tables inside it, each once, with the heading it has in the file."""
    seen: set[type[BaseModel]] = set()

    def below(model: type[BaseModel], path: str) -> Iterator[tuple[str, type[BaseModel]]]:
        if model in seen:
            return
        seen.add(model)
        yield path, model
        for name, field in model.model_fields.items():
            key = f"{path}.{field.alias or name}" if path else field.alias or name
            for inner, by_name in _models(field.annotation):
                yield from below(inner, f"{key}.NAME" if by_name else key)

    yield from below(root, path)


def meanings(model: type[BaseModel]) -> dict[str, str]:
    """What a model's docstring says of its keys, by key."""
    found: dict[str, str] = {}
    names: tuple[str, ...] = ()
    for line in textwrap.dedent("    " + (model.__doc__ or "")).splitlines():
        stated = _LINE.match(line.strip())
        if stated and all(name in _keys(model) for name in stated["names"].split(", ")):
            names = tuple(stated["names"].split(", "))
            found |= dict.fromkeys(names, stated["words"].strip())
        elif names and line.strip():
            found |= {name: f"{found[name]} {line.strip()}" for name in names}
        else:
            names = ()
    return found


def _keys(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _table(path: str, model: type[BaseModel]) -> str:
    said = meanings(model)
    lines = [f"**`{_heading(path)}`**\n" if path else "**At the top of the file**\n"]
    lines += ["| key | value | default | meaning |", "|---|---|---|---|"]
    for key, field in _keys(model).items():
        if key not in said:
            raise Undescribed(f"{model.__module__}.{model.__name__}: its docstring has no line '{key} : …'")
        cells = (f"`{key}`", _value(field), _default(field), said[key])
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _heading(path: str) -> str:
    return f"[[{path}]]" if path.split(".")[-1] in _LISTED else f"[{path}]"


_LISTED = ("strategy", "event", "revision", "theme", "member", "untradable", "security", "aliases")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None or isinstance(value, BaseModel) or value in ((), {}, ""):
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value:.15g}`" if isinstance(value, float) else f"`{value}`"


def _value(field: FieldInfo) -> str:
    """Type and range in words."""
    bounds = _bounds(field.metadata)
    return " ".join(part for part in (_words(field.annotation), bounds) if part)


def _words(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return " ".join(part for part in (_words(arguments[0]), _bounds(arguments[1:])) if part)
    if origin in (Union, UnionType):
        kinds = [kind for argument in arguments if argument is not type(None) for kind in [_words(argument)]]
        return " or ".join(dict.fromkeys(kinds))
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin in (tuple, list):
        inner = _words(arguments[0])
        return "tables" if inner == "table" else f"list of {inner}"
    if origin is dict or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return "table"
    return _KINDS.get(annotation, "text")


def _bounds(metadata: Any) -> str:
    """Limits of a number in words; of text and dates nothing."""
    found: dict[str, Any] = {}
    for item in metadata:
        for part in (item, *getattr(item, "metadata", ())):
            found |= {name: getattr(part, name) for name in ("ge", "gt", "le", "lt") if hasattr(part, name)}
    words = {"ge": "from", "gt": "above", "le": "to", "lt": "below"}
    return " ".join(f"{words[name]} {value:g}" for name, value in found.items() if value is not None)


def _models(annotation: Any, by_name: bool = False) -> Iterator[tuple[type[BaseModel], bool]]:
    """The models a key may hold, and whether as a table of tables by name."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, by_name
    for argument in get_args(annotation):
        yield from _models(argument, by_name or get_origin(annotation) is dict)
