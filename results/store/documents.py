"""Reads a JSON document of a run folder: finite numbers, and the keys and types of its record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeVar

from eventfolio.engine.record.json_record import Record, RecordError
from eventfolio.events.files import RECORD, read_text
from eventfolio.events.json_types import JsonObject
from eventfolio.results.errors import StoreError

R = TypeVar("R", bound=Record)


def read_record(path: Path, kind: type[R]) -> R:
    """A record of a run folder: `StudyFacts` or `RunFacts`.

    Raises : StoreError, in words, where it is missing, damaged or not what it should be
    """
    try:
        return kind.from_json(read_document(path))
    except RecordError as error:
        raise StoreError(f"{path}: {error} Run the study again.") from None


def read_document(path: Path) -> JsonObject:
    """A JSON document of a run folder, as it is.

    Raises : StoreError, in words, where it is missing, damaged or not what it should be
    """
    try:
        text = read_text(path, "record", StoreError, RECORD)
        document = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except StoreError as error:
        raise StoreError(f"{path}: missing or damaged ({error}). Run the study again.") from error
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{path}: missing or damaged ({error}). Run the study again.") from error
    if not isinstance(document, dict) or document.get("schema") != 1:
        raise StoreError(f"{path}: not a record of a run. Run the study again.")
    return document


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")


def _finite(text: str) -> float:
    value = float(text)
    if value - value != 0:
        raise ValueError(f"{text} is too large a number")
    return value
