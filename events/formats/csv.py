"""Calendars as CSV (RFC 4180, UTF-8): a row an event, for spreadsheets.

The column `row` says what a row is: calendar (name, recorded), article (title, author, publisher, published, sha256),
event, or revision (of the event whose id it carries). A file without it holds events alone, and is named after itself.
Themes and listings are separated by blanks. A column `fact.NAME` holds the fact of that name: a JSON number, true or
false, else text; text that reads as one of these stands in double quotes. Empty cells are keys left out. Text that a
spreadsheet would run as a formula stands behind an apostrophe, which is taken off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from eventfolio.events.calendar import Article, Calendar
from eventfolio.events.errors import CalendarError, DateError, did_you_mean, shown
from eventfolio.events.facts import Fact, cell_of, fact_of
from eventfolio.events.formats.tables import EVENT_KEYS, REVISION_KEYS, article_of, event_of, head_of, revisions_of

FACT = "fact."  # how a fact's column begins
_EVENT = [key for key in EVENT_KEYS.values() if key != "facts"]
_REVISION = [key for key in REVISION_KEYS.values() if key != "facts"]
_ARTICLE = list(Article.model_fields)
COLUMNS = list(dict.fromkeys(["row", *_EVENT, "name", "recorded", *_ARTICLE]))
_KEYS = {"calendar": ["name", "recorded"], "article": _ARTICLE, "event": _EVENT, "revision": ["id", *_REVISION]}
_ALLOWED = {kind: frozenset(keys) for kind, keys in _KEYS.items()}
_NEEDED = ("listings", "known_precision")  # columns that are written only where some event needs them


def to_csv(calendar: Calendar) -> str:
    """The calendar as CSV."""
    out = io.StringIO(newline="")
    rows = list(_rows(calendar))
    used = dict.fromkeys(key for row in rows for key in row)
    columns = [name for name in COLUMNS if name not in _NEEDED or name in used]
    columns += sorted(key for key in used if key.startswith(FACT))
    writer = csv.DictWriter(out, columns, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def is_own_header(line: str) -> bool:
    """Whether the first line of a file names columns of a calendar, the needed ones among them."""
    try:
        columns = next(csv.reader([line]), [])
    except csv.Error:
        return False
    return {"id", "occurs", "known_at"} <= set(columns) or "row" in columns[:1]


def _rows(calendar: Calendar) -> Iterator[dict[str, str]]:
    yield _cells("calendar", head_of(calendar))
    if article := article_of(calendar):
        yield _cells("article", article)
    for event in calendar.events:
        yield _cells("event", event_of(event))
        for revision in revisions_of(event):
            yield _cells("revision", {"id": event.id, **revision})


def parse_csv(text: str, path: Path) -> dict[str, object]:
    """The tables of the text of a CSV file, laid out as in TOML.

    Raises: CalendarError naming the line and what to write instead
    """
    if not text.strip():
        raise CalendarError(f"{path.name} is empty. Its first line names the columns: {','.join(COLUMNS[:6])}…")
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="")
    events: list[dict[str, object]] = []
    tables: dict[str, object] = {"schema": 1, "name": path.stem, "event": events}
    try:
        _check_columns(reader.fieldnames or [], path.name)
        by_id: dict[str, dict[str, object]] = {}
        for row in reader:
            where = f"{path.name}, line {reader.line_num}"
            if "" in row:
                raise CalendarError(f"{where}: there are more cells than columns. Put text with commas in quotes.")
            _take(row, tables, events, by_id, where)
    except csv.Error as failure:
        raise CalendarError(f"{path.name} is not CSV: {failure}.") from None
    return tables


def _check_columns(columns: Sequence[str], where: str) -> None:
    unknown = next((name for name in columns if name not in COLUMNS and not name.startswith(FACT)), None)
    if unknown is not None:
        raise CalendarError(
            f"{where}: '{shown(unknown)}' is not a column of a calendar.{did_you_mean(unknown, COLUMNS)}"
        )
    twice = next((name for name, times in Counter(columns).items() if times > 1), None)
    if twice:
        raise CalendarError(f"{where}: the column '{shown(twice)}' is there twice. Keep one.")


def _take(
    row: dict[str, str],
    tables: dict[str, object],
    events: list[dict[str, object]],
    by_id: dict[str, dict[str, object]],
    where: str,
) -> None:
    """Put one row where it belongs."""
    kind = row.get("row", "event")
    if kind not in _KEYS:
        raise CalendarError(
            f"{where}: row '{shown(kind)}' should be one of {', '.join(_KEYS)}.{did_you_mean(kind, _KEYS)}"
        )
    allowed, has_facts = _ALLOWED[kind], kind in ("event", "revision")
    table: dict[str, object] = {}
    facts: dict[str, object] = {}
    for key, cell in row.items():
        if not cell or key == "row":
            continue
        if has_facts and key.startswith(FACT):
            facts[key.removeprefix(FACT)] = _fact(key, cell, where)
        elif key in allowed:
            table[key] = _value(key, cell, where)
        else:
            raise CalendarError(f"{where}: a row of kind {kind} has no '{shown(key)}'. Leave that cell empty.")
    if facts:
        table["facts"] = facts
    if kind == "event":
        event = {"themes": [], **table}
        events.append(event)
        by_id[str(table.get("id", ""))] = event
    elif kind == "revision":
        event_id = str(table.pop("id", ""))
        if event_id not in by_id:
            raise CalendarError(
                f"{where}: no event '{shown(event_id)}' stands above this revision.{did_you_mean(event_id, by_id)}"
            )
        revisions = by_id[event_id].setdefault("revision", [])
        assert isinstance(revisions, list)
        revisions.append(table)
    elif kind == "article":
        tables["article"] = table
    else:
        tables.update(table)


# What a spreadsheet may run: a formula's first character, also full-width or small, behind any blanks and letters of no
# width; a line break or tab in front, which some drop; and an apostrophe, so that ours can be told from the text's own.
_FORMULA = re.compile(r"[\t\r\n\v\f']|[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠﹦﹢﹣﹫]")
_PLAIN = {
    "row",
    "occurs",
    "known_at",
    "known_precision",
    "direction",
    "strength",
    "recorded",
    "published",
}  # nothing a formula hides in


def _cells(kind: str, table: dict[str, object]) -> dict[str, str]:
    cells = {key: _cell(key, value) for key, value in table.items() if key != "facts"}
    facts = table.get("facts")
    for name, fact in facts.items() if isinstance(facts, Mapping) else ():
        cells[f"{FACT}{name}"] = _guarded(cell_of(fact)) if isinstance(fact, str) else cell_of(fact)
    return {"row": kind} | cells


def _cell(key: str, value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = value if isinstance(value, str) else repr(value)
    return text if key in _PLAIN else _guarded(text)


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell[1:]) else cell


def _fact(key: str, cell: str, where: str) -> Fact:
    try:
        return _unguarded(cell) if cell[:1] == "'" else fact_of(cell)
    except DateError as failure:
        raise CalendarError(f"{where}: {key} {failure}") from None


def _value(key: str, cell: str, where: str) -> object:
    if key in ("themes", "listings"):
        return cell.split(" ")
    if key in ("direction", "strength"):
        try:
            return int(cell) if key == "direction" else float(cell)
        except ValueError:
            raise CalendarError(f"{where}: {key} '{shown(cell)}' is not a number.") from None
    if key in ("recorded", "published"):
        try:
            return date.fromisoformat(cell) if key == "recorded" else datetime.fromisoformat(cell)
        except ValueError:
            raise CalendarError(f"{where}: {key} '{shown(cell)}' is not a date. Write it as 2025-06-17.") from None
    return cell if key in _PLAIN else _unguarded(cell)
