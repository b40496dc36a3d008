"""Reads foreign tables, CSV of any usual delimiter or JSON lists of objects, as rows by column."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from eventfolio.events.elsewhere.happenings import ImportRefused
from eventfolio.events.errors import shown

MOST_ROWS = 1_000_000


@dataclass(frozen=True)
class Table:
    """Column names, and rows of text with the line (or the number in a JSON list) of each.

    name : of the file; delimiter : between its cells, a comma in JSON
    """

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[int, list[str]]]
    delimiter: str = ","


def csv_table(text: str, name: str) -> Table:
    """The table of a CSV file: commas, semicolons, tabs or bars, whichever its first line is cut by most.

    Raises: ImportRefused
    """
    first = text.lstrip("\r\n").partition("\n")[0]
    mark = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as failure:
        why = "a quote is opened and never closed" if "unexpected end" in str(failure) else str(failure)
        raise ImportRefused(f"{name}, line {reader.line_num}: not CSV ({why}).") from None
    if not lines:
        raise ImportRefused(f"{name} is empty. Its first line names the columns.")
    columns = tuple(cell.strip().strip("\ufeff") for cell in lines[0][1])
    _check(columns, name)
    rows = []
    for line, row in lines[1:]:
        if len(row) > len(columns) and any(cell.strip() for cell in row[len(columns) :]):
            raise ImportRefused(f"{name}, line {line}: {len(row)} cells, and the header has {len(columns)}.")
        cells = [cell.strip() for cell in row[: len(columns)]]
        rows.append((line, cells + [""] * (len(columns) - len(cells))))
    return Table(name, columns, rows, mark)


def json_table(records: list[object], name: str) -> Table:
    """The table of a JSON list of flat objects.

    Raises: ImportRefused
    """
    columns: dict[str, None] = {}
    given: list[dict[str, object]] = []
    for number, record in enumerate(records, start=1):
        if not isinstance(record, dict):
            raise ImportRefused(f"{name}, record {number}: {shown(record)} is not an object.")
        columns |= dict.fromkeys(str(key) for key in record)
        given.append(record)
    names = tuple(columns)
    rows = [(number, [_cell(record.get(column)) for column in names]) for number, record in enumerate(given, start=1)]
    return Table(name, names, rows)


def read_json(text: str, name: str) -> object:
    """A JSON document.

    Raises: ImportRefused
    """
    try:
        return json.loads(text, parse_constant=lambda word: None)
    except (ValueError, RecursionError) as failure:
        raise ImportRefused(f"{name} is not JSON: {shown(failure)}.") from None


def objects(document: object, key: str, name: str) -> Iterator[tuple[int, dict[str, object]]]:
    """The numbered objects of a list in a JSON document.

    Raises: ImportRefused where the list is not there, or holds something else
    """
    found = document.get(key) if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise ImportRefused(f"{name}: no list '{key}' in it.")
    for number, record in enumerate(found, start=1):
        if not isinstance(record, dict):
            raise ImportRefused(f"{name}, {key} {number}: {shown(record)} is not an object.")
        yield number, record


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | dict | list):
        return json.dumps(value)
    return str(value).strip()


def _check(columns: tuple[str, ...], name: str) -> None:
    twice = next((column for column, times in Counter(columns).items() if times > 1 and column), None)
    if twice is not None:
        raise ImportRefused(f"{name}: the column '{shown(twice)}' is there twice. Give each a name of its own.")
