"""Finds which column of a foreign table holds which field: by the columns' names, or as --map says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from eventfolio.events.elsewhere.clocks import session_word
from eventfolio.events.elsewhere.happenings import ImportRefused, listed
from eventfolio.events.elsewhere.options import Reader
from eventfolio.events.elsewhere.table_file import Table
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.events.facts import check_facts

FACT = "fact."
# Field, and the names of columns that are taken for it, the likeliest first.
GUESSED: dict[str, tuple[str, ...]] = {
    "date": ("date", "event_date", "datetime", "date_time", "timestamp", "start_date", "start", "release_date",
             "report_date", "reporting_date", "meeting_date", "published_at", "published", "day", "when", "occurs"),
    "time": ("time", "start_time", "release_time", "time_of_day", "timing", "session", "hour"),
    "last": ("end_date", "end", "last_date", "last"),
    "effective": ("effective_date", "effective", "ex_date", "exdate", "deadline", "expiration_date", "expiration",
                  "expiry", "expires", "payable_date", "payment_date", "record_date", "settlement_date"),
    "announced": ("announced", "announced_at", "announcement", "announcement_date", "date_announced", "declared",
                  "declaration_date", "known_at"),
    "zone": ("zone", "timezone", "time_zone", "tz"),
    "listings": ("listings", "listing", "symbol", "symbols", "ticker", "tickers"),
    "themes": ("themes", "theme"),
    "title": ("title", "event", "headline", "name", "subject", "summary", "event_name", "release"),
    "kind": ("kind", "type", "event_type", "category"),
    "status": ("status",),
    "id": ("id", "event_id", "uid"),
    "episode": ("episode",),
    "direction": ("direction",),
    "strength": ("strength",),
    "source": ("source", "url", "link"),
    "note": ("note", "notes", "comment", "comments", "description"),
}  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """Which column holds which field; facts by name, in the order of the columns."""

    fields: Mapping[str, int]
    facts: Mapping[str, int] = field(default_factory=dict)
    kind: str = "event"
    midnight_is_no_time: bool = False
    symbol: str | None = None  # of all rows, where no column holds it
    day: date | None = None  # of all rows, where no column holds it

    def cell(self, row: list[str], name: str) -> str:
        """The text of a field; empty where no column holds it."""
        column = self.fields.get(name)
        return row[column] if column is not None else ""


def layout_of(table: Table, read: Reader) -> Layout:
    """The columns of a table by their names and --map.

    Raises: ImportRefused for a map to nothing, and where no column is a date
    """
    fields, facts = _mapped(table, read.options.columns)
    by_name: dict[str, int] = {}
    for number, name in enumerate(table.columns):
        by_name.setdefault(normal(name), number)
        if name.startswith(FACT):
            facts.setdefault(name.removeprefix(FACT), number)
    taken = {*fields.values(), *facts.values()}
    guessed = []
    for name, names in GUESSED.items():
        found = next((by_name[one] for one in names if one in by_name and by_name[one] not in taken), None)
        if name not in fields and found is not None and not (name == "effective" and "date" in fields):
            fields[name] = found
            taken.add(found)
            guessed.append(f"{name} from '{shown(table.columns[found])}'")
    if "date" not in fields and "effective" not in fields:
        raise ImportRefused(
            f"{table.name}: no column is a date ({listed(list(table.columns), 8)}). Name it: --map 'COLUMN=date'."
        )
    if guessed:
        read.account.notes.append(f"Guessed by the columns' names: {', '.join(guessed)}.")
    left = [name for number, name in enumerate(table.columns) if number not in taken and name]
    if left:
        read.account.notes.append(
            f"Columns left out: {listed(left, 12)}. --map 'COLUMN=fact.NAME' keeps one as a fact."
        )
    for number, name in enumerate(table.columns):
        if number not in taken and (meant := _meant(name, [row[number] for _, row in table.rows], fields)):
            read.account.notes.append(f"'{shown(name)}' looks like {meant}: --map '{shown(name)}={meant}' takes it so.")
    return Layout(fields, facts)


def _meant(name: str, cells: list[str], fields: Mapping[str, int]) -> str | None:
    """The field that a column left out may be meant for, by its name or as it holds AMC and BMO; None if none."""
    if "time" not in fields and any(session_word(cell) in ("AMC", "BMO") for cell in cells):
        return "time"
    known = {one: field for field, names in GUESSED.items() if field not in fields for one in names}
    from difflib import get_close_matches  # rarely needed

    close = get_close_matches(normal(name), known, 1, 0.74)
    return known[close[0]] if close else None


def normal(name: str) -> str:
    """A column's name in small letters with _ between its words."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")


def _mapped(table: Table, columns: Mapping[str, str]) -> tuple[dict[str, int], dict[str, int]]:
    fields: dict[str, int] = {}
    facts: dict[str, int] = {}
    for column, name in columns.items():
        if column not in table.columns:
            raise ImportRefused(
                f"--map: {table.name} has no column '{shown(column)}'.{did_you_mean(column, table.columns)}"
            )
        number = table.columns.index(column)
        if name.startswith(FACT) and len(name) > len(FACT):
            facts[name.removeprefix(FACT)] = number
        elif name in GUESSED:
            if name in fields:
                raise ImportRefused(f"--map gives the field '{name}' twice.")
            fields[name] = number
        else:
            raise ImportRefused(
                f"--map: '{shown(name)}' is not a field.{did_you_mean(name, GUESSED)} Fields: {', '.join(GUESSED)}, "
                "fact.NAME."
            )
    check_facts(dict.fromkeys(facts, 0))
    return fields, facts
