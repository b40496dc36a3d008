"""Reads earnings calendars as Nasdaq, Financial Modeling Prep, EODHD and yfinance lay them out, JSON or CSV.

None of them says when a date was announced; stamps of their own work (lastUpdated, updatedFromDate) never count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from eventfolio.events.elsewhere.columns import Layout, normal
from eventfolio.events.elsewhere.exchanges import from_eodhd
from eventfolio.events.elsewhere.happenings import Happening, ImportRefused, listed
from eventfolio.events.elsewhere.options import Reader
from eventfolio.events.elsewhere.spreadsheet import happenings_of
from eventfolio.events.elsewhere.table_file import Table, json_table
from eventfolio.events.elsewhere.written_dates import read_written
from eventfolio.events.errors import shown

# Vendor: columns that tell it, and where its fields and facts stand (names by `normal`).
_VENDORS: dict[str, tuple[set[str], dict[str, tuple[str, ...]]]] = {
    "EODHD": ({"report_date", "before_after_market"}, {
        "listings": ("code",), "date": ("report_date",), "time": ("before_after_market",), "fact.period": ("date",),
        "fact.eps": ("actual",), "fact.eps_estimate": ("estimate",),
    }),
    "Nasdaq": ({"fiscalquarterending"}, {
        "listings": ("symbol",), "date": ("date", "report_date", "reportdate", "earnings_date"), "time": ("time",),
        "title": ("name",), "fact.period": ("fiscalquarterending",), "fact.eps": ("eps",),
        "fact.eps_estimate": ("epsforecast",),
    }),
    "FMP": ({"epsestimated"}, {
        "listings": ("symbol",), "date": ("date",), "time": ("time",), "fact.period": ("fiscaldateending",),
        "fact.eps": ("epsactual", "eps"), "fact.eps_estimate": ("epsestimated",),
        "fact.revenue": ("revenueactual", "revenue"), "fact.revenue_estimate": ("revenueestimated",),
    }),
    "yfinance": ({"eps_estimate", "reported_eps"}, {
        "listings": ("symbol", "ticker"), "date": ("earnings_date", "event_start_date"), "time": ("timing",),
        "title": ("company",), "fact.eps": ("reported_eps",), "fact.eps_estimate": ("eps_estimate",),
    }),
}  # fmt: skip


def vendor_of(columns: tuple[str, ...]) -> str | None:
    """Whose columns these are; None for others."""
    names = {normal(column) for column in columns}
    return next((vendor for vendor, (telling, _) in _VENDORS.items() if telling <= names), None)


def table_of(document: object, name: str) -> tuple[Table, str | None] | None:
    """The rows of a vendor's JSON, and the date that stands for all of them, if any; None for another document."""
    day = None
    if (
        isinstance(document, dict)
        and isinstance(data := document.get("data"), dict)
        and isinstance(data.get("rows"), list)
    ):
        rows, day = data["rows"], str(data.get("asOf") or "") or None
    elif isinstance(document, dict) and isinstance(document.get("earnings"), list):
        rows = document["earnings"]
    elif isinstance(document, list):
        rows = document
    else:
        return None
    if not rows or not isinstance(rows[0], dict):
        return None
    return json_table(rows, name), day


def reports(table: Table, day: str | None, read: Reader) -> Iterator[Happening]:
    """A happening a report.

    day    : of all rows, where a day's page was saved
    Raises : ImportRefused for columns of none of these vendors, and where rows have no date
    """
    vendor = vendor_of(table.columns)
    if vendor is None:
        raise ImportRefused(
            f"{table.name}: its columns ({listed(list(table.columns), 8)}) are not those of Nasdaq, FMP, EODHD or "
            "yfinance. Import it with --from csv, and --map its columns."
        )
    read.account.notes.append(f"The columns are those of {vendor}.")
    layout = _layout(table, vendor, day, read)
    if vendor == "EODHD":
        column = layout.fields["listings"]
        rows = [(line, [*row[:column], from_eodhd(row[column]), *row[column + 1 :]]) for line, row in table.rows]
        table = replace(table, rows=rows)
    for found in happenings_of(table, layout, read):
        if not found.listings:
            read.account.left_out["no symbol"] += 1
            continue
        company, symbol = found.title, found.listings[0]
        found.title = f"{symbol if company == f'{symbol} earnings' else company} reports"
        found.id = f"{symbol}-{found.first}"
        yield found


def _layout(table: Table, vendor: str, day: str | None, read: Reader) -> Layout:
    by_name = {normal(column): number for number, column in reversed(list(enumerate(table.columns)))}
    fields: dict[str, int] = {}
    facts: dict[str, int] = {}
    for name, names in _VENDORS[vendor][1].items():
        number = next((by_name[one] for one in names if one in by_name), None)
        if number is not None and name.startswith("fact."):
            facts[name.removeprefix("fact.")] = number
        elif number is not None:
            fields[name] = number
    for column, name in read.options.columns.items():
        if column not in table.columns or not (
            name in ("date", "time", "listings", "title") or name.startswith("fact.")
        ):
            raise ImportRefused(
                f"--map '{shown(column)}={shown(name)}': of {vendor}'s columns date, time, listings, title and "
                f"fact.NAME may be mapped, from {listed(list(table.columns), 12)}."
            )
        target = facts if name.startswith("fact.") else fields
        target[name.removeprefix("fact.")] = table.columns.index(column)
    written = read_written(day, False) if day and "date" not in fields else None
    if "date" not in fields and written is None:
        raise ImportRefused(
            f"{table.name}: {vendor}'s rows carry no date of the report (the page was of one day). Add a column date."
        )
    symbol = None
    if "listings" not in fields:
        symbol = re.split(r"[^A-Za-z0-9.=^-]", table.name.rsplit(".", 1)[0])[0].upper()
        read.account.notes.append(f"No column holds the symbol, so it is taken from the file's name: {symbol}.")
    if written:
        read.account.notes.append(f"Every row is of {written.day}, which the page stands for.")
    taken = {*fields.values(), *facts.values()}
    left = [name for number, name in enumerate(table.columns) if number not in taken and name]
    if left:
        read.account.notes.append(f"Columns left out: {listed(left, 12)}.")
    day_of_all = written.day if written else None
    return Layout(fields, facts, "earnings", vendor == "yfinance", symbol, day_of_all)
