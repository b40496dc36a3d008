"""Which companies France, Spain and Italy tax in which year: they tax the larger ones alone, by lists of their own.

Each draws up a list before a year begins. What of them was seen stands in large_companies.toml. Who is missing in a
whole list is free, if its symbol or name is known at all: an unknown one may be a listed company under another symbol.
Where the lists settle nothing, a security's `large_cap` does; where that is silent too, the company is taken for large
and taxed, and told.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from eventfolio.events import Security
from eventfolio.events.catalogue import listing, name_key
from eventfolio.events.securities import TAXES_BY_SIZE

Span = tuple[date, date]  # both dates included


@dataclass(frozen=True)
class ListedCompany:
    """A company in the lists of a country, from a first year to a last. symbols : of its listings, as Yahoo has them"""

    name: str
    first: int
    last: int
    symbols: tuple[str, ...]


@dataclass(frozen=True)
class PublishedList:
    """A country's list for a year. companies : how many it has, where all of them are known here; else None"""

    companies: int | None
    source: str


@dataclass(frozen=True)
class SizeLists:
    """What is known of a country's lists.

    home       : the exchange whose listings go free that are missing in a list known whole
    threshold  : of market value, in words
    years      : by year, the lists
    taxed, free : companies that the lists tax, and those they are known to leave out
    moved      : companies that left the country, and the date
    """

    name: str
    home: str
    threshold: str
    years: Mapping[int, PublishedList]
    taxed: tuple[ListedCompany, ...]
    free: tuple[ListedCompany, ...]
    moved: tuple[tuple[date, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Standing:
    """Whether a share is taxed in a year, and by what that is known."""

    is_taxed: bool
    by: Literal["list", "declared", "assumed"]


@cache
def size_lists() -> Mapping[str, SizeLists]:
    """The lists by country, for the countries that tax by size."""
    file = tomllib.loads(Path(__file__).with_name("large_companies.toml").read_text(encoding="utf-8"))
    return {
        tax["country"]: SizeLists(
            tax["name"],
            tax["home"],
            tax["threshold"],
            {row["year"]: PublishedList(row.get("companies"), row["source"]) for row in tax["year"]},
            _companies(tax.get("taxed", ())),
            _companies(tax.get("free", ())),
            tuple((on, tuple(symbols)) for _, on, *symbols in tax.get("moved", ())),
        )
        for tax in file["tax"]
    }


def _companies(rows: Sequence[Sequence[str | int]]) -> tuple[ListedCompany, ...]:
    return tuple(
        ListedCompany(str(name), int(first), int(last), tuple(map(str, symbols)))
        for name, first, last, *symbols in rows
    )


def standing(security: Security, year: int) -> Standing | None:
    """Whether a share is taxed in a year by its size; None where its size does not matter."""
    if security.taxed_by not in TAXES_BY_SIZE or not security.is_share:
        return None
    lists = size_lists()[security.taxed_by]
    left = _left_on(security, lists)
    if left is not None and left.year < year:
        return Standing(False, "list")
    taxed, free = _rows_of(security, lists.taxed), _rows_of(security, lists.free)
    if any(row.first <= year <= row.last for row in taxed):
        return Standing(True, "list")
    published = lists.years.get(year)
    is_whole = published is not None and published.companies is not None and security.exchange == lists.home
    known = listing(security.symbol)
    is_known = bool(taxed or free) or (known is not None and known.exchange == lists.home)
    if (is_whole and is_known) or any(row.first <= year <= row.last for row in free):
        return Standing(False, "list")
    declared = security.declared_large(year)
    return Standing(True, "assumed") if declared is None else Standing(declared, "declared")


def untaxed_spans(security: Security, first: int, last: int) -> tuple[Span, ...]:
    """The stretches in which a share of a country that taxes by size goes free, for trades from year `first` to `last`.

    They hold dates of settlement, which decide (taxes.py), and so reach into the year after.
    """
    spans: list[Span] = []
    for year in range(first, last + 2):
        found = standing(security, year)
        if found is None:
            return ()
        left = _left_on(security, size_lists()[security.taxed_by])
        if not found.is_taxed:
            spans.append((date(year, 1, 1), date(year, 12, 31)))
        elif left is not None and left.year == year:
            spans.append((left, date(year, 12, 31)))
    return tuple(spans)


def sizes_assumed(securities: Iterable[Security], first: int, last: int) -> list[str]:
    """In words, a line a country: the shares taken for large for want of a list or a declaration, and the years."""
    found: dict[str, list[str]] = {}
    for security in sorted(securities, key=lambda security: security.symbol):
        known = {year: standing(security, year) for year in range(first, last + 1)}
        if years := [year for year, one in known.items() if one is not None and one.by == "assumed"]:
            found.setdefault(security.taxed_by, []).append(f"{security.symbol} ({stretches(years)})")
    return [
        f"{size_lists()[country].name}: the lists at hand do not settle whether these were worth "
        f"{size_lists()[country].threshold}; they are taken for it, and taxed: {', '.join(told)}. large_cap in the "
        "securities file says otherwise."
        for country, told in sorted(found.items())
    ]


def told_by_year(security: Security, first: int, last: int) -> str:
    """In words, in which years a share is taxed by its size, and by what that is known; "" where it does not count."""
    kinds: dict[str, list[int]] = {}
    for year in range(first, last + 1):
        if (known := standing(security, year)) is None:
            return ""
        kinds.setdefault(_SAID[known.is_taxed, known.by], []).append(year)
    told = "; ".join(f"{said} in {stretches(years)}" for said, years in kinds.items())
    return f"{size_lists()[security.taxed_by].name}'s tax on large companies: {told}"


def contradicted(security: Security, first: int, last: int) -> list[int]:
    """The years in which the lists say other of a share's size than its file, and count."""
    return [
        year
        for year in range(first, last + 1)
        if (known := standing(security, year)) is not None
        and known.by == "list"
        and security.declared_large(year) not in (None, known.is_taxed)
    ]


_SAID = {
    (True, "list"): "due by the lists",
    (False, "list"): "not due by the lists",
    (True, "declared"): "due as declared",
    (False, "declared"): "not due as declared",
    (True, "assumed"): "assumed",
}


def _left_on(security: Security, lists: SizeLists) -> date | None:
    """The date on which the company of a listing left the country."""
    return next((on for on, symbols in lists.moved if security.symbol in symbols), None)


def _rows_of(security: Security, companies: tuple[ListedCompany, ...]) -> list[ListedCompany]:
    """Those that are its company: by symbol; else, as for a listing on another exchange, by the company's name."""
    own = [company for company in companies if security.symbol in company.symbols]
    if own:
        return own
    names = {name_key(name) for name in (security.name, *(alias.name for alias in security.aliases))}
    return [company for company in companies if name_key(company.name) in names]


def stretches(years: list[int]) -> str:
    """Years in words: 2021 to 2024, 2026."""
    ends = [year for year in years if year + 1 not in years]
    starts = [year for year in years if year - 1 not in years]
    return ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in zip(starts, ends, strict=True))
