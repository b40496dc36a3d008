"""A study drafted from an article: its calendar, themes, securities, the study file and the review sheet.

What is drafted runs: themes hold listings that have prices and a rate of their currency, and the window lies within
these prices.
"""

from __future__ import annotations

import dataclasses
import os
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from eventfolio.engine.errors import StudyError
from eventfolio.engine.market.sources.folder import find_file, read_file, read_notes, symbols_in
from eventfolio.engine.market.sources.sample import read_sample
from eventfolio.events import Securities, Security
from eventfolio.events.article.draft import Draft
from eventfolio.events.article.review import review_html
from eventfolio.events.article.write import calendar_text, securities_text, themes_text
from eventfolio.events.calendar import Calendar

_BEFORE, _AFTER = timedelta(days=365), timedelta(days=365)  # of the window, around the publication


@dataclass(frozen=True)
class DraftedStudy:
    """The files of a study by path, the study first, and what a user is to know of them."""

    files: dict[Path, str]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Prices:
    """Where prices come from: the source as the study writes it, the symbols it has, and their first and last date."""

    source: str
    symbols: frozenset[str] | None  # None: whatever is asked for
    first: date
    last: date


def drafted_study(
    folder: Path, draft: Draft, securities: Securities, prices: Path | None, own_securities: str | None, today: date
) -> DraftedStudy:
    """The study that a draft gives.

    securities     : all that are known to the draft, its own among them
    prices         : a folder of prices; without one the packaged sample where it has all listings, else Yahoo's
    own_securities : the text of the user's securities file, which the study's own begins with
    Raises         : StudyError where nothing the article names has prices, or they end before it
    """
    found = _prices_of(folder, draft, securities, prices, today)
    draft, unpriced = _with_prices(draft, found)
    members = [one.security for theme in draft.themes for one in theme.members if one.security]
    if not members:
        raise StudyError(
            f"None of the listings that were read ({', '.join(unpriced) or 'none'}) has prices in {found.source}. Add "
            "SYMBOL.csv of one of them, and the rate of its currency as EUR=X.csv, or leave --prices out: Yahoo's."
        )
    published = draft.article.on
    if not found.first <= published <= found.last:
        raise StudyError(
            f"The article is of {published}; the prices run from {found.first} to {found.last}. "
            "Give prices that hold the days after it."
        )
    notes = [f"Left out of the themes for want of prices: {', '.join(unpriced)}."] if unpriced else []
    if found.source == "yahoo":
        notes.append("Prices are Yahoo's: the first run fetches them. With --prices FOLDER the study takes yours.")
    if draft.article.zone_assumed:
        notes.append(f"The article writes no zone: {draft.article.zone} is taken, as of its language.")
    if any(one.is_proxy for theme in draft.themes for one in theme.members):
        notes.append(
            "No listing was read in the article: the market's fund SPY stands in for it. Name your own in themes.toml."
        )
    texts = {
        "study.toml": _study_text(folder, draft, found, bool(draft.listed or own_securities), today),
        "calendar.toml": calendar_text(draft),
        "themes.toml": themes_text(draft),
    }
    if draft.listed or own_securities:
        drafted = securities_text(draft)
        texts["securities.toml"] = (
            f"{own_securities.rstrip()}\n\n{_without_schema(drafted)}" if own_securities else drafted
        )
    texts["review.html"] = review_html(draft, unpriced)
    return DraftedStudy({folder / name: text for name, text in texts.items()}, tuple(notes))


def _without_schema(text: str) -> str:
    return re.sub(r"(?m)^schema = 1\n", "", text)


def _prices_of(folder: Path, draft: Draft, securities: Securities, prices: Path | None, today: date) -> _Prices:
    symbols = list(dict.fromkeys(one.security.symbol for t in draft.themes for one in t.members if one.security))
    if prices is None:
        sample = read_sample()
        dates = [frame.index for symbol, frame in sample.items() if symbol in symbols]
        if len(dates) == len(symbols):
            first, last = max(index[0] for index in dates).date(), min(index[-1] for index in dates).date()
            if first <= draft.article.on <= last:
                return _Prices("sample", frozenset(sample), first, last)
        return _Prices("yahoo", None, date(1990, 1, 1), max(today, draft.article.on))
    notes = read_notes(prices)
    tables = [
        read_file(path, symbol, notes, today, securities[symbol]).frame
        for symbol in symbols
        if (path := find_file(prices, symbol)) is not None
    ]
    if not tables:
        return _Prices(str(prices), frozenset(symbols_in(prices)), date.min, date.max)
    first = min(table.index[0] for table in tables).date()
    last = max(table.index[-1] for table in tables).date()
    try:
        source = Path(os.path.relpath(prices.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        source = prices.resolve().as_posix()
    return _Prices(source, frozenset(symbols_in(prices)), first, last)


def _with_prices(draft: Draft, prices: _Prices) -> tuple[Draft, tuple[str, ...]]:
    """The draft whose themes hold only what has prices, its events of themes that are left; and what was left out."""
    if prices.symbols is None:
        return draft, ()
    themes = []
    gone: dict[str, None] = {}
    for theme in draft.themes:
        lacks = {one: _lacking(one.security, prices.symbols) for one in theme.members if one.security}
        gone |= {lack: None for lack in lacks.values() if lack}
        themes.append(dataclasses.replace(theme, members=tuple(one for one, lack in lacks.items() if not lack)))
    tradable = {theme.name for theme in themes if theme.members}
    events = tuple(
        event.model_copy(update={"themes": tuple(theme for theme in event.themes if theme in tradable)})
        for event in draft.calendar.events
    )
    calendar = Calendar(draft.calendar.name, draft.calendar.recorded, draft.calendar.article, events, "")
    left = tuple(theme for theme in themes if theme.members or theme.unknown)
    return dataclasses.replace(draft, calendar=calendar, themes=left), tuple(gone)


def _lacking(security: Security, symbols: frozenset[str]) -> str | None:
    """What a listing wants to be traded: its prices, or the rate of its currency; None where both are there."""
    if security.symbol not in symbols:
        return security.symbol
    rate = f"{security.currency}=X"
    return f"{security.symbol} (no rate {rate})" if security.currency != "USD" and rate not in symbols else None


def _study_text(folder: Path, draft: Draft, prices: _Prices, has_securities: bool, today: date) -> str:
    members = [one.security for theme in draft.themes for one in theme.members if one.security]
    on = draft.article.on
    start, end = (
        max(on - _BEFORE, prices.first),
        min(on + _AFTER, prices.last, today if prices.source == "yahoo" else date.max),
    )
    end = max(end, on)
    home = next((one.benchmark for one in members if one.benchmark and _has(prices, one.benchmark)), None)
    weight = round(0.9 / max(sum(bool(theme.members) for theme in draft.themes), 1), 2)
    lines = [
        "# Drafted from an article. Review calendar.toml with review.html, and themes.toml by hand; then run it.",
        "schema = 1",
        f'name = "{_name_of(folder)}"',
        'calendar = "calendar.toml"',
        'themes = "themes.toml"',
    ]
    lines += ['securities = "securities.toml"'] if has_securities else []
    lines += [f"start = {start}", f"end = {end}"]
    lines += [f'benchmark = "{home}"'] if home else []
    lines += [
        'account = { cash = 1_000_000, currency = "USD", cash_rate = 0.0 }',
        f'data = {{ source = "{prices.source}", dividends = "reinvest" }}',
        "",
        "[[strategy]]",
        'name = "announcement-drift"',
        f"params = {{ hold = 20, weight = {weight} }}",
    ]
    if any(event.status == "scheduled" and event.window.start for event in draft.calendar.events):
        lines += ["", "[[strategy]]", 'name = "scheduled-run-up"', f"params = {{ weight = {weight} }}"]
    lines += ["", "[[strategy]]", 'name = "buy-and-hold"']
    return "\n".join(lines) + "\n"


def _has(prices: _Prices, symbol: str) -> bool:
    return prices.symbols is None or symbol in prices.symbols


def _name_of(folder: Path) -> str:
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", folder.resolve().name).strip("-._")
    return name[:60] or "study"
