"""Writes a study drafted from an article: calendar, themes, securities, the study file and the review sheet.

What is drafted runs: themes hold listings that have prices and a rate of their currency, and the window lies within
these prices.
"""

from __future__ import annotations

import dataclasses
import re
from datetime import date, timedelta
from pathlib import Path

from eventfolio.cli.scaffold.event_strategy import strategy_text
from eventfolio.cli.scaffold.priced import Priced, folder_prices, packaged_prices
from eventfolio.cli.scaffold.study_text import NewStudy, study_text
from eventfolio.engine.errors import StudyError
from eventfolio.events import Securities
from eventfolio.events.article.draft import Draft
from eventfolio.events.article.review import review_html
from eventfolio.events.article.write import calendar_text, securities_text, themes_text
from eventfolio.events.calendar import Calendar

_BEFORE, _AFTER = timedelta(days=365), timedelta(days=365)  # of the window, around the publication


def article_study(
    folder: Path, draft: Draft, securities: Securities, prices: Path | None, own_securities: str | None, today: date
) -> NewStudy:
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
    texts["my_strategy.py"] = strategy_text(draft.calendar)
    texts["review.html"] = review_html(draft, unpriced)
    return NewStudy({folder / name: text for name, text in texts.items()}, tuple(notes))


def _without_schema(text: str) -> str:
    return re.sub(r"(?m)^schema = 1\n", "", text)


def _prices_of(folder: Path, draft: Draft, securities: Securities, prices: Path | None, today: date) -> Priced:
    symbols = list(dict.fromkeys(one.security.symbol for t in draft.themes for one in t.members if one.security))
    if prices is not None:
        return folder_prices(folder, prices, symbols, securities, today)
    return packaged_prices(symbols, draft.article.on, draft.article.on, today)


def _with_prices(draft: Draft, prices: Priced) -> tuple[Draft, tuple[str, ...]]:
    """The draft whose themes hold only what has prices, its events of themes that are left; and what was left out."""
    if prices.symbols is None:
        return draft, ()
    themes = []
    gone: dict[str, None] = {}
    for theme in draft.themes:
        lacks = {one: prices.lacks(one.security) for one in theme.members if one.security}
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


def _study_text(folder: Path, draft: Draft, prices: Priced, has_securities: bool, today: date) -> str:
    members = [one.security for theme in draft.themes for one in theme.members if one.security]
    on = draft.article.on
    end = max(min(on + _AFTER, prices.last, today if prices.source == "yahoo" else date.max), on)
    weight = round(0.9 / max(sum(bool(theme.members) for theme in draft.themes), 1), 2)
    strategies: list[tuple[str, dict[str, object]]] = [("announcement-drift", {"hold": 20, "weight": weight})]
    if any(event.status == "scheduled" and event.window.start for event in draft.calendar.events):
        strategies.append(("scheduled-run-up", {"weight": weight}))
    return study_text(
        folder,
        ["Drafted from an article. Review calendar.toml with review.html, and themes.toml by hand; then run it."],
        files=("calendar", "themes", *(("securities",) if has_securities else ())),
        window=(max(on - _BEFORE, prices.first), end),
        benchmark=next((one.benchmark for one in members if one.benchmark and prices.has(one.benchmark)), None),
        source=prices.source,
        strategies=[*strategies, ("my_strategy.py:MyStrategy", {"weight": weight}), ("buy-and-hold", {})],
    )
