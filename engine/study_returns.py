"""Makes an event study's input from a study's prices: local total returns, and session 0 of each event by listing.

Returns are in local currency: what a currency did is no part of what the news did.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from eventfolio.engine.day_zero import DayZero, News, news_of, session_of
from eventfolio.engine.market.benchmarks import BenchmarkLevels
from eventfolio.engine.market.market import Market
from eventfolio.engine.market.sessions import sessions_of
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.record import StudyReturns
from eventfolio.engine.schedule import Place, themed_members
from eventfolio.engine.study.study import Study
from eventfolio.events import Event


def study_returns(study: Study, market: Market, day: DayZero = "reaction") -> StudyReturns:
    """Lay out a study's listings, and the day 0 of its events on those that their themes or `listings` name.

    day : how day 0 is chosen, see `engine.day_zero`
    """
    tape = market.tape
    dates = pd.DatetimeIndex(tape.dates, name="date")
    returns, home, homeless = {}, {}, []
    for row, symbol in enumerate(tape.symbols):
        own = tape.session[row] >= 0
        close, split, dividend = (values[own] for values in (_closes(tape, row), tape.split[row], tape.dividend[row]))
        returns[symbol] = _laid(dates, own, _changes(_total_return(close, split, dividend)))
        index = study.securities[symbol].benchmark
        if index is None or index not in market.benchmarks:
            homeless += [symbol] if symbol in study.symbols else []  # not those that a listing turns into
            continue
        level = _known_levels(market.benchmarks[index], sessions_of(study.securities[index].exchange).dates, tape.dates)
        with np.errstate(invalid="ignore"):
            level = level[own] / tape.fx_book[row, own]
        home[symbol] = _laid(dates, own, _trade_to_trade(level, close))
    laid = StudyReturns(
        pd.DataFrame(returns, index=dates), pd.DataFrame(home, index=dates), pd.DataFrame(), (), tuple(homeless), day
    )
    return _with_events(laid, study, market, set(home), day)


def _closes(tape: Tape, row: int) -> np.ndarray:
    """A listing's closes; where it ends, what holders of a share have at the books of its next session."""
    closes = tape.close[row]
    for end in tape.ends:
        later = np.flatnonzero(tape.session[row, end.column :] >= 0)
        if end.row == row and len(later):
            at = end.column + int(later[0])
            closes = closes.copy()
            closes[at] = end.cash
            if end.into >= 0:
                rate = tape.fx_book[end.into, at] / tape.fx_book[row, at]
                closes[at] += end.ratio * tape.last_close[end.into, at] * rate
    return closes


def _with_events(laid: StudyReturns, study: Study, market: Market, measurable: set[str], day: DayZero) -> StudyReturns:
    """The returns with the table of events, their day 0 by listing, and what the choice came to."""
    members = themed_members(study.themes.themes, measurable, market.sessions)
    lost = set(laid.homeless)
    lost_members = themed_members(study.themes.themes, lost, market.sessions)
    rows: list[dict[str, object]] = []
    left_out: list[tuple[str, str]] = []
    counts = {True: 0, False: 0}
    elsewhere, unmeasured, facts = 0, 0, {}
    for event in study.calendar.events:
        places = _places(event, members, measurable, market)
        if not places:
            unmeasured += bool(_places(event, lost_members, lost, market))
            continue
        news, traded = news_of(event, day), news_of(event, "tradable")
        if isinstance(news, str):
            left_out.append((event.id, news))
            continue
        found = {}
        for symbol, by_theme in places.items():
            days = {
                theme: at for theme, place in by_theme.items() if (at := session_of(news, event, place)) is not None
            }
            if days:
                found[symbol] = (next(iter(days.values())), tuple(theme for theme in days if theme))
        inside = {symbol for symbol, (at, _) in found.items() if study.start <= at <= study.end}
        for symbol, (at, themes) in sorted(found.items()):
            rows.append(
                {
                    "name": event.id,
                    "symbol": symbol,
                    "date": pd.Timestamp(at),
                    "market": symbol,
                    "group": event.episode or event.id,
                    "themes": themes,
                    "inside": symbol in inside,
                }
            )
        if inside:
            counts[news.is_release] += 1
            facts[event.id] = dict(event.facts_by(news.known))
            elsewhere += any(found[symbol][0] != _first(traded, event, places[symbol]) for symbol in inside)
    columns = ["name", "symbol", "date", "market", "group", "themes", "inside"]
    return replace(
        laid,
        events=pd.DataFrame(rows, columns=columns).astype({"inside": bool}),
        untimed=tuple(id for id, why in left_out if "to the month only" in why),
        releases=counts[True],
        announcements=counts[False],
        elsewhere=elsewhere,
        left_out=tuple(left_out),
        facts=facts,
        unmeasured=unmeasured,
    )


def _first(news: News | str, event: Event, places: dict[str, Place]) -> date | None:
    """Day 0 of a listing: by the first of its places where it has one."""
    if isinstance(news, str):
        return None
    return next((at for place in places.values() if (at := session_of(news, event, place)) is not None), None)


def _places(
    event: Event, members: dict[str, tuple[Place, ...]], measurable: set[str], market: Market
) -> dict[str, dict[str, Place]]:
    """By listing that the event names and that has prices: its places by theme, '' where the event names it itself."""
    found: dict[str, dict[str, Place]] = {}
    for theme, places in members.items():
        if theme in event.themes:
            for place in places:
                found.setdefault(place.listing, {})[theme] = place
    for symbol in event.listings:
        if symbol in measurable and symbol not in found:
            found[symbol] = {"": Place(symbol, market.sessions[symbol])}
    return found


def _total_return(close: np.ndarray, split: np.ndarray, dividend: np.ndarray) -> np.ndarray:
    """What one share of the first session has become, dividends put back at the last known close."""
    known = pd.Series(close).ffill().to_numpy()
    put_back = (dividend > 0) & ~np.isnan(known)  # nobody has a share before the first close
    paid = np.divide(dividend, known, out=np.zeros(len(close)), where=put_back)
    growth = split * (1.0 + paid)
    return close * np.cumprod(growth)


def _changes(level: np.ndarray) -> np.ndarray:
    """Return of each session since the last known level; NaN where this session's is not known."""
    before = pd.Series(level).ffill().shift(1).to_numpy()
    return level / before - 1.0


def _known_levels(index: BenchmarkLevels, sessions: np.ndarray, dates: np.ndarray) -> np.ndarray:
    """The index's closes on `dates`, the last one where its exchange is shut; NaN from a session without one on.

    A level carried over a session that the prices lack would be a return of nothing there, and one of two sessions
    after it.
    """
    place = np.arange(len(dates))
    last_close, last_session = (
        np.maximum.accumulate(np.where(there, place, -1)) for there in (index.has_close, np.isin(dates, sessions))
    )
    return np.where(last_close >= last_session, index.closes, np.nan)


def _trade_to_trade(level: np.ndarray, close: np.ndarray) -> np.ndarray:
    """The index's return of each session; of one after sessions without a close, since the listing's last close.

    So both sides of a thinly traded listing's return span the same time; NaN where the index is unknown at either end.
    Source: Maynes and Rumsey (1993), J. Banking and Finance 17(1), 145-157
    """
    place, known = np.arange(len(close)), ~np.isnan(close)
    last_known = np.maximum.accumulate(np.where(known, place, -1))
    before = np.concatenate([[0], np.where(known[1:] & (last_known[:-1] >= 0), last_known[:-1], place[:-1])])
    found = level / level[before] - 1.0
    found[:1] = np.nan
    return found


def _laid(dates: pd.DatetimeIndex, own: np.ndarray, values: np.ndarray) -> pd.Series:
    series = pd.Series(np.nan, index=dates)
    series[own] = values
    return series
