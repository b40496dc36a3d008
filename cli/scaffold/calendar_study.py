"""Writes a study made from a calendar: themes, securities, strategy, study file, and what was assumed.

What is made runs: the window lies within the prices, and what is traded has prices and a rate of its currency.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from eventfolio.cli.scaffold.event_strategy import acts_on_releases, numeric_fact, strategy_text
from eventfolio.cli.scaffold.priced import Priced, folder_prices, yahoos_prices
from eventfolio.cli.scaffold.study_draft import (
    StudyDraft,
    account_currency,
    declare_unknown,
    leave_out_unpriced,
    make_themes,
)
from eventfolio.cli.scaffold.study_text import NewStudy, study_text
from eventfolio.engine.errors import StudyError
from eventfolio.engine.market.sources.folder import read_notes
from eventfolio.events import Calendar, Event, Securities, Security, Themes, check_themes
from eventfolio.events.elsewhere.happenings import listed, number_of
from eventfolio.events.formats.toml import comments, value_of

_BEFORE, _AFTER = timedelta(days=30), timedelta(days=90)  # of the window, around the first and the last event
_NO_THEMES = Themes(())
# How many millions buy about what a million dollars do, to a power of ten; of other currencies one.
_MILLIONS = {"JPY": 100, "KRW": 1_000, "INR": 100, "TWD": 10, "IDR": 10_000, "CLP": 1_000, "COP": 1_000, "HUF": 100,
             "RUB": 100, "PHP": 10, "THB": 10, "CZK": 10, "SEK": 10, "NOK": 10, "DKK": 10, "HKD": 10, "CNY": 10,
             "MXN": 10, "ZAR": 10, "TRY": 10, "ISK": 100, "ARS": 1_000, "KZT": 100, "PKR": 100, "RSD": 100}  # fmt: skip


def calendar_study(
    folder: Path,
    calendar: Calendar,
    text: str,
    themes: Themes | None,
    known: Securities,
    own_securities: str | None,
    prices: Path | None,
    today: date,
    aside: Path,
) -> NewStudy:
    """The study that a calendar and prices give.

    text           : of the calendar as TOML
    themes         : the user's own, which hold the events' themes; None where they gave none
    known          : securities, the user's own among them; own_securities: the text of their file
    prices         : a folder; without one they are Yahoo's
    aside          : the calendar's file, which is no price file where it lies among them
    Raises         : StudyError where nothing can be traded, or no event falls into the prices; CalendarError,
                     PriceError, SecurityError
    """
    if not calendar.events:
        raise StudyError(f"{aside.name} holds no event: there is nothing to study.")
    if prices is not None:
        read_notes(prices)  # refuses what is no folder of prices
    draft = StudyDraft(calendar, themes or _NO_THEMES, known)
    check_themes(calendar, themes) if themes else make_themes(draft, prices, aside)
    declare_unknown(draft, draft.traded)
    found = _prices_of(folder, draft, prices, today)
    account = account_currency(draft, found)
    leave_out_unpriced(draft, found, account, prices, aside)
    window = _window(draft, found, today)
    benchmark = _benchmark(draft, found, account)
    strategies = _strategies(draft)
    if draft.calendar is not calendar:
        from eventfolio.events import text_of

        text = text_of(draft.calendar, "toml")
    texts = {
        "study.toml": study_text(
            folder,
            [
                "Made from a calendar. What was assumed stands here: look at each line, and mend what is not so.",
                *(f"- {line}" for line in draft.assumed),
            ],
            files=(
                "calendar",
                *(("themes",) if draft.themes.themes else ()),
                *(("securities",) if draft.declared or own_securities else ()),
            ),
            window=window,
            benchmark=benchmark,
            source=found.source,
            strategies=strategies,
            cash=_MILLIONS.get(account, 1) * 1_000_000,
            currency=account,
        ),
        "calendar.toml": text,
        "my_strategy.py": strategy_text(draft.calendar),
    }
    if draft.themes.themes:
        texts["themes.toml"] = _themes_text(draft.themes)
    if draft.declared or own_securities:
        texts["securities.toml"] = _securities_text(draft.declared, own_securities)
    return NewStudy({folder / name: text for name, text in texts.items()}, tuple(draft.assumed))


# --- prices -------------------------------------------------------------------------------------------------------


def _prices_of(folder: Path, draft: StudyDraft, prices: Path | None, today: date) -> Priced:
    if prices is not None:
        return folder_prices(folder, prices, draft.traded, draft.known, today)
    draft.assumed.append(
        f"Prices are Yahoo's, by the symbols {listed(draft.traded)}: the first run fetches them. With --prices FOLDER "
        "the study takes yours."
    )
    return yahoos_prices(max(today, _span(draft.calendar.events)[1]))


# --- window, benchmark, strategies --------------------------------------------------------------------------------


def _window(draft: StudyDraft, found: Priced, today: date) -> tuple[date, date]:
    """From a month before the first event to three months after the last, within the prices.

    Raises: StudyError where no event lies within them
    """
    first, last = _span(draft.calendar.events)
    end_of_prices = min(found.last, today) if found.symbols is None else found.last
    spans = [_span([event]) for event in draft.calendar.events]
    early, late = sum(end < found.first for _, end in spans), sum(begin > end_of_prices for begin, _ in spans)
    if early + late == len(spans):
        raise StudyError(
            f"The events run from {first} to {last}, and the prices from {found.first} to {end_of_prices}: none can "
            "be traded. Give prices of those days."
        )
    start, end = max(first - _BEFORE, found.first), min(last + _AFTER, end_of_prices)
    draft.assumed.append(
        f"The window is {start} to {end}: a month before the first event to three months after the last, as far as "
        "prices go."
    )
    if early or late:
        draft.assumed.append(
            f"{number_of(early + late, 'event')} of {len(spans):,} lie outside the prices ({found.first} to "
            f"{end_of_prices}): {early:,} before, {late:,} after."
        )
    return start, end


def _span(events: Iterable[Event]) -> tuple[date, date]:
    """The first and the last date of anything that is known of events."""
    beliefs = [belief for event in events for belief in event.beliefs]
    days = [belief.known.date() for belief in beliefs]
    return min(days), max([*days, *(belief.occurs.end for belief in beliefs if belief.occurs.end is not None)])


def _benchmark(draft: StudyDraft, found: Priced, account: str) -> str | None:
    """The home index of the most listings that can be traded, of those that have prices.

    Raises: StudyError for one that has prices and no rate, with which no study of its listings runs
    """
    traded = [one for symbol in draft.traded if found.lacks(one := draft.known[symbol], account) is None]
    counts = Counter(one.benchmark for one in traded if one.benchmark is not None)
    ranked = [symbol for symbol, _ in counts.most_common()]

    def whose(symbol: str) -> str:
        count = counts[symbol]
        return f"the home index of {'most' if 2 * count > len(traded) else f'{count} of {len(traded)}'} listings"

    priced = [symbol for symbol in ranked if found.has(symbol)]
    for symbol in priced:
        if lack := found.lacks(draft.known[symbol], account):
            raise StudyError(
                f"{lack}, {whose(symbol)}: add that rate to the prices (units per US dollar), or take {symbol} out."
            )
    if priced:
        chosen = priced[0]
        draft.assumed.append(f"The benchmark is {chosen} ({draft.known[chosen].name}), {whose(chosen)}.")
        return chosen
    why = (
        f"{ranked[0]}, {whose(ranked[0])}, has no prices there" if ranked else "no home index is known of the listings"
    )
    draft.assumed.append(f"No benchmark, and no excess returns: {why}.")
    return None


def _strategies(draft: StudyDraft) -> list[tuple[str, dict[str, object]]]:
    """The shipped ones that fit the calendar, the one to edit, and buy and hold."""
    groups = len(draft.themes.themes) + bool(draft.calendar.listings)
    weight: dict[str, object] = {"weight": round(0.9 / groups, 2)}
    is_of_releases = acts_on_releases(draft.calendar)
    after = "release-drift" if is_of_releases else "announcement-drift"
    found: list[tuple[str, dict[str, object]]] = [(after, {"hold": 20, **weight})]
    ahead = [event for event in draft.calendar.events if event.status == "scheduled" and event.window.start]
    if ahead:
        found.append(("through-the-event" if is_of_releases else "scheduled-run-up", dict(weight)))
    fact = numeric_fact(draft.calendar)
    asks = f", where {fact} is 0 or more" if fact == "surprise" else ""
    draft.assumed.append(f"my_strategy.py holds a strategy to edit: it buys as {after} does{asks}, and stops at -8 %.")
    return [*found, ("my_strategy.py:MyStrategy", dict(weight)), ("buy-and-hold", {})]


# --- texts --------------------------------------------------------------------------------------------------------


def _themes_text(themes: Themes) -> str:
    lines = [*comments(["Which listings an event of each theme is news for."]), "schema = 1"]
    for theme in themes.themes:
        lines += ["", "[[theme]]", *(f"{key} = {value_of(getattr(theme, key))}" for key in ("name", "title", "why"))]
        for table, rows in (("member", theme.members), ("untradable", theme.untradable)):
            for row in rows:
                given = row.model_dump(exclude_none=True)
                lines += ["", f"[[theme.{table}]]", *(f"{key} = {value_of(value)}" for key, value in given.items())]
    return "\n".join(lines) + "\n"


def _securities_text(declared: list[Security], own: str | None) -> str:
    """The user's own file, and behind it what was declared."""
    blocks = [own.rstrip()] if own else ["schema = 1"]
    if declared:
        blocks += ["\n".join(comments(["Declared from the names of the prices alone: look each of them up."]))]
    for one in declared:
        keys = ("symbol", "name", "exchange", "currency", "lot", "benchmark")
        given = [(key, getattr(one, key)) for key in keys if getattr(one, key) is not None]
        blocks.append("\n".join(["[[security]]", *(f"{key} = {value_of(value)}" for key, value in given)]))
    return "\n\n".join(blocks) + "\n"
