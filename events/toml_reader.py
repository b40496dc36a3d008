"""Reads TOML files into validated models, with errors in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from eventfolio.events.errors import InputError, did_you_mean, shown
from eventfolio.events.files import read_text
from eventfolio.events.plain_toml import loads

Model = TypeVar("Model", bound=BaseModel)

MOST_LINES = 5  # of complaints about one file
_LABELS = ("id", "symbol", "name")  # the keys by which a table is called


def read_toml(path: Path, kind: str, error: type[InputError]) -> dict[str, object]:
    """The tables of a TOML file.

    kind   : what the file should be ("themes"), for the messages
    Raises : `error` where `eventfolio.events.files` refuses it, or it is empty or not TOML (with line and column)
    """
    return parse_toml(read_text(path, kind, error), path, kind, error)


def parse_toml(text: str, path: Path, kind: str, error: type[InputError]) -> dict[str, object]:
    """The tables of the text of a TOML file; arguments and errors as in `read_toml`."""
    if not text.strip():
        raise error(f"{shown(path.name)} is empty. A {kind} file starts with: schema = 1")
    try:
        return loads(text)
    except RecursionError:
        raise error(f"{shown(path.name)} is not TOML: its brackets are nested too deep.") from None
    except ValueError as failure:
        raise error(f"{shown(path.name)} is not TOML: {shown(failure)}.") from None


def validate(model: type[Model], data: object, where: str, error: type[InputError]) -> Model:
    """`data` as an instance of `model`.

    where  : the file or option it came from, with which each complaint begins
    Raises : `error` with one line a complaint: the table by number and name, the key, what to write instead
    """
    try:
        return model.model_validate(data)
    except ValidationError as failure:
        lines = list(dict.fromkeys(_complaints(failure, model, data, where)))
    raise error("\n".join(at_most(lines, where)))


def at_most(lines: list[str], where: str) -> list[str]:
    """The first complaints about a file, and how many more there are."""
    more = len(lines) - MOST_LINES
    return [*lines[:MOST_LINES], f"{where}: and {more} more."] if more > 0 else lines


def _complaints(failure: ValidationError, model: type[BaseModel], data: object, where: str) -> Iterator[str]:
    problems = failure.errors(include_url=False)
    for problem in problems:
        if problem["type"] == "too_short" and any(_is_inside(other["loc"], problem["loc"]) for other in problems):
            continue  # a list is short of the tables that are complained about
        place, key, models = _place(model, data, problem["loc"])
        cause = problem.get("ctx", {}).get("error")
        at = f"{where}, {place}" if place else where
        if isinstance(cause, ValidationError):  # raised by a validator that checks a table of its own
            inner = next((found for found in models if found.__name__ == cause.title), model)
            yield from _complaints(cause, inner, problem["input"], f"{at}, {key}" if key else at)
        elif isinstance(cause, Exception):
            yield f"{at}: {cause}"
        else:
            yield f"{at}: {_words(problem, key, models)}"


def _is_inside(loc: tuple[object, ...], outer: tuple[object, ...]) -> bool:
    return len(loc) > len(outer) and loc[: len(outer)] == outer


def _place(model: type[BaseModel], data: object, loc: tuple[object, ...]) -> tuple[str, str, list[type[BaseModel]]]:
    """The table a complaint is about in words, the key in it, and the models that table may have."""
    tables: list[str] = []
    key, models = "", [model]
    for step, part in enumerate(loc):
        last = step == len(loc) - 1
        if isinstance(data, dict) and part in data:
            data = data[part]
        elif isinstance(data, list | tuple) and isinstance(part, int) and part < len(data):
            data = data[part]
            if isinstance(data, dict):
                tables.append(f"{key} {part + 1}{_label(data)}")
                key = ""
            continue
        elif not last:
            continue  # a branch of a union, not a key of the file
        if key:
            tables.append(shown(key))
        key = str(part)
        if not last:
            models = [inner for outer in models for inner in _inner_models(outer, key)] or models
    return ", ".join(tables), key, models


def _label(table: dict[str, object]) -> str:
    name = next((value for key in _LABELS if isinstance(value := table.get(key), str)), None)
    return f" ({name[:40]})" if name else ""


def _inner_models(model: type[BaseModel], key: str) -> Iterator[type[BaseModel]]:
    for name, field in model.model_fields.items():
        if key in (name, field.alias):
            yield from _models_in(field.annotation)


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _words(problem: ErrorDetails, key: str, models: list[type[BaseModel]]) -> str:
    kind, value = problem["type"], problem["input"]
    said = _shown(value)
    if kind == "missing":
        return f"{key} is missing."
    if kind == "extra_forbidden":
        keys = [field.alias or name for model in models for name, field in model.model_fields.items()]
        return f"'{shown(key)}' is not a key of this table.{did_you_mean(key, keys)}"
    if kind == "literal_error":
        expected = problem["ctx"]["expected"].replace("'", "")
        hint = did_you_mean(value, expected.replace(" or ", ", ").split(", ")) if isinstance(value, str) else ""
        return f"{key} {said} should be {expected}.{hint if 'mean' in hint else ''}"
    if kind == "string_type":
        return f'{key} {said} is not text. Write it in quotes: {key} = "…"'
    if kind.startswith("date"):
        return f"{key} {said} is not a date. Write it without quotes: {key} = 2025-06-17"
    if kind == "timezone_aware":
        return f"{key} {said} has no UTC offset. Write it as {value:%Y-%m-%dT%H:%M:%S}+09:00 (its own offset)."
    if kind in ("tuple_type", "list_type"):
        if isinstance(value, str):
            return f'{key} {said} is not a list. Write {key} = ["{shown(value)}"], names with commas between.'
        return f"{key} {said} is not a list. Write {key} = [ … ], or [[{key}]] for tables."
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"{key} {said} is not a table.".lstrip()
    if kind == "too_short":
        return f"{key} is empty. Give at least one: [[{key}]]"
    if kind == "string_too_short":
        return f"{key} {said} is too short: {problem['ctx']['min_length']} characters at least."
    if kind == "string_pattern_mismatch":
        return f"{key} {said} may hold letters, digits and . _ - only, and starts with a letter or digit."
    message = problem["msg"].removeprefix("Input ").removeprefix("Value ")
    return f"{key} {said} {message[0].lower()}{message[1:]}."


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
