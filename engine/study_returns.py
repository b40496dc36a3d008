"""Makes an event study's input from a study's prices: local total returns, and session 0 of each event by listing.

Returns are in local currency: what a currency did is no part of what the news did.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from eventfolio.engine.market.benchmarks import Yardstick
from eventfolio.engine.market.market import Market
from eventfolio.engine.market.sessions import sessions_of
from eventfolio.engine.record import StudyReturns
from eventfolio.engine.schedule import first_sessions, themed_members
from eventfolio.engine.study.study import Study


def study_returns(study: Study, market: Market) -> StudyReturns:
    """Lay out a study's listings; events are those that bear on one of its themes and were not called off."""
    tape = market.tape
    dates = pd.DatetimeIndex(tape.dates, name="date")
    returns, home, homeless = {}, {}, []
    for row, symbol in enumerate(tape.symbols):
        own = tape.session[row] >= 0
        close, split, dividend = (values[row, own] for values in (tape.close, tape.split, tape.dividend))
        returns[symbol] = _laid(dates, own, _changes(_total_return(close, split, dividend)))
        index = study.securities[symbol].benchmark
        if index is None or index not in market.yardsticks:
            homeless.append(symbol)
            continue
        level = _known_levels(market.yardsticks[index], sessions_of(study.securities[index].exchange).dates, tape.dates)
        with np.errstate(invalid="ignore"):
            level = level[own] / tape.fx_book[row, own]
        home[symbol] = _laid(dates, own, _trade_to_trade(level, close))
    listed, untimed = _events(study, market, set(home))
    return StudyReturns(
        pd.DataFrame(returns, index=dates), pd.DataFrame(home, index=dates), listed, untimed, tuple(homeless)
    )


def _events(study: Study, market: Market, measurable: set[str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    rows, untimed = [], []
    members = themed_members(study.themes.themes, measurable, market.sessions)
    for event in study.calendar.events:
        themes = [theme for theme in members if theme in event.themes]
        if not themes or not event.announces:
            if themes and event.known_precision == "month":
                untimed.append(event.id)
            continue
        first = {theme: first_sessions(event, members[theme]) for theme in themes}
        for symbol, day in sorted({pair for days in first.values() for pair in days.items()}):
            if study.start <= day <= study.end:
                rows.append(
                    {
                        "name": event.id,
                        "symbol": symbol,
                        "date": pd.Timestamp(day),
                        "market": symbol,
                        "group": event.id,
                        "themes": tuple(theme for theme in themes if symbol in first[theme]),
                    }
                )
    columns = ["name", "symbol", "date", "market", "group", "themes"]
    return pd.DataFrame(rows, columns=columns), tuple(untimed)


def _total_return(close: np.ndarray, split: np.ndarray, dividend: np.ndarray) -> np.ndarray:
    """What one share of the first session has become, dividends put back at the last known close."""
    known = pd.Series(close).ffill().to_numpy()
    put_back = (dividend > 0) & ~np.isnan(known)  # nobody has a share before the first close
    growth = split * (1.0 + np.where(put_back, dividend / known, 0.0))
    return close * np.cumprod(growth)


def _changes(level: np.ndarray) -> np.ndarray:
    """Return of each session since the last known level; NaN where this session's is not known."""
    before = pd.Series(level).ffill().shift(1).to_numpy()
    return level / before - 1.0


def _known_levels(index: Yardstick, sessions: np.ndarray, dates: np.ndarray) -> np.ndarray:
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
