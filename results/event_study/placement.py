"""Places events in their markets' sessions and fits their models; what cannot be measured is listed with why."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventfolio.events.errors import did_you_mean, shown
from eventfolio.results.errors import EvidenceError
from eventfolio.results.event_study.models import Fit, NoFit, fit_model
from eventfolio.results.event_study.panel import Floats

if TYPE_CHECKING:
    from eventfolio.results.event_study.options import Options

NO_SESSION = "there was no session"  # how a note on an event of a Sunday or holiday begins
_WAIT = 5  # sessions an event may wait for a halted firm's next return


@dataclass(frozen=True)
class Row:
    """One event of one firm.

    date    : as given, ISO; session: the date of session 0
    span    : first and last date of the event window, ISO
    group   : rows of one happening share it
    note    : what is unusual about it, in words
    """

    name: str
    symbol: str
    date: str
    session: str
    span: tuple[str, str]
    group: str
    fit: Fit
    note: str = ""


@dataclass(frozen=True)
class Excluded:
    """An event that is not measured, and why."""

    name: str
    symbol: str
    date: str
    why: str


@dataclass(frozen=True)
class Placed:
    """Events on the sessions of their firms' markets, whatever window they are looked at in.

    listed : the events' rows; at : number of each one's session 0, or why there is none; by_firm : sessions 0 by firm
    """

    series: _Series
    listed: list[dict[Any, Any]]
    at: list[int | str]
    by_firm: Mapping[str, list[int]]


def place(returns: pd.DataFrame, market: pd.DataFrame, events: pd.DataFrame, log: bool) -> Placed:
    """Find session 0 of each event.

    Raises: EvidenceError for a firm or market that is not there
    """
    series = _Series(returns, market, log)
    listed = events.to_dict("records")
    placed = [_session_0(series, event) for event in listed]
    by_firm: dict[str, list[int]] = {}
    for event, at in zip(listed, placed, strict=True):
        if not isinstance(at, str):
            by_firm.setdefault(str(event["symbol"]), []).append(at)
    return Placed(series, listed, placed, by_firm)


def fit_rows(placed: Placed, options: Options) -> tuple[list[Row], list[Excluded]]:
    """Fit the model of each event, and say what cannot be measured."""
    rows: list[Row] = []
    excluded: list[Excluded] = []
    series = placed.series
    seen: dict[tuple[str, str], str] = {}
    for event, at in zip(placed.listed, placed.at, strict=True):
        if not event.get("inside", True):
            continue
        name, symbol, day = str(event["name"]), str(event["symbol"]), _day(event["date"])
        try:
            if isinstance(at, str):
                raise NoFit(at)
            dates, firm, index = series.of(symbol, event.get("market"))
            days = series.days(symbol, event.get("market"))
            key = (symbol, days[at])
            if key in seen:
                raise NoFit(f"the same firm and session as {seen[key]}, counted once")
            seen[key] = name
            others = [other for other in placed.by_firm[symbol] if other != at] if options.cluster else []
            fit, note = _fit(firm, index, at, others, options)
        except NoFit as reason:
            excluded.append(Excluded(name, symbol, day, str(reason)))
            continue
        span = (days[at + options.window[0]], days[at + options.window[1]])
        group = str(event["group"]) if "group" in event else day
        market_of = event.get("market")
        holes = _holes(series.missed(symbol, market_of), *span)
        said = (series.instead(market_of), _waited(dates, days, at, event["date"], day), holes, note)
        rows.append(Row(name, symbol, day, days[at], span, group, fit, "; ".join(filter(None, said))))
    return rows, excluded


class _Series:
    """Each firm's returns beside its market's, on the market's sessions."""

    def __init__(self, returns: pd.DataFrame, market: pd.DataFrame, log: bool) -> None:
        self._returns, self._market, self._log = returns, market, log
        self._made: dict[tuple[str, str], tuple[pd.DatetimeIndex, Floats, Floats]] = {}
        self._missed: dict[tuple[str, str], pd.DatetimeIndex] = {}
        self._days: dict[tuple[str, str], list[str]] = {}
        self._columns = [str(name) for name in market.columns]
        self._known_columns = set(self._columns)

    def of(self, symbol: str, market: object) -> tuple[pd.DatetimeIndex, Floats, Floats]:
        """Dates, the firm's returns (NaN missing) and the market's (all known)."""
        column = self._column(market)
        if (symbol, column) not in self._made:
            if symbol not in self._returns.columns:
                raise EvidenceError(f"'{shown(symbol)}' has no returns.{did_you_mean(symbol, self._returns.columns)}")
            index = self._market[column].dropna()
            both = self._returns.index.intersection(index.index)
            firm = self._returns[symbol].reindex(both).to_numpy(float)
            level = index.reindex(both).to_numpy(float)
            if self._log:
                if -1.0 in firm or -1.0 in level:
                    raise EvidenceError(
                        f"'{shown(symbol if -1.0 in firm else column)}' loses all it is worth (a return of -1), which "
                        "has no logarithm. Leave --log out."
                    )
                firm, level = np.log1p(firm), np.log1p(level)
            self._made[symbol, column] = (pd.DatetimeIndex(both), firm, level)
        return self._made[symbol, column]

    def days(self, symbol: str, market: object) -> list[str]:
        """The dates of `of`, ISO."""
        key = symbol, self._column(market)
        if key not in self._days:
            self._days[key] = self.of(symbol, market)[0].strftime("%Y-%m-%d").tolist()
        return self._days[key]

    def missed(self, symbol: str, market: object) -> pd.DatetimeIndex:
        """Dates on which the firm has a return and its market none, inside the market's first and last: no sessions."""
        column = self._column(market)
        if (symbol, column) not in self._missed:
            firm, index = self._returns[symbol].dropna().index, self._market[column].dropna().index
            only = firm.difference(index)
            inside = only[(only > index.min()) & (only < index.max())] if len(index) else only[:0]
            self._missed[symbol, column] = pd.DatetimeIndex(inside)
        return self._missed[symbol, column]

    def instead(self, market: object) -> str:
        """That another market was taken than the one named, where the file holds but one; else nothing."""
        column = self._column(market)
        named = market is not None and not (isinstance(market, float) and np.isnan(market))
        return (
            f"there is no market '{market}', so it is measured against {column}" if named and market != column else ""
        )

    def _column(self, market: object) -> str:
        columns = self._columns
        if market is None or (isinstance(market, float) and np.isnan(market)):
            if len(columns) == 1:
                return columns[0]
            raise EvidenceError(
                f"There are {len(columns)} markets ({', '.join(columns[:6])}); give each event the one it is measured "
                "against, in a column 'market'."
            )
        if str(market) in self._known_columns:
            return str(market)
        if len(columns) == 1:
            return columns[0]
        raise EvidenceError(
            f"'{shown(market)}' is not a market of the market file.{did_you_mean(str(market), columns)}"
        )


def _session_0(series: _Series, event: Mapping[Hashable, Any]) -> int | str:
    """Number of the event's session: its date's, or the next with a return of the firm; or why there is none."""
    dates, firm, _ = series.of(str(event["symbol"]), event.get("market"))
    if not len(dates):
        return "its returns and its market's have no date in common"
    day = pd.Timestamp(event["date"])
    if day in series.missed(str(event["symbol"]), event.get("market")):
        return (
            f"the firm has a return on {_day(day)} and its market has none, so what it did that day cannot be measured"
        )
    first = int(dates.searchsorted(day))
    if first == len(dates):
        return f"it lies after the last return ({_day(dates[-1])})"
    if first == 0 and day < dates[0]:
        return f"it lies before the first return ({_day(dates[0])})"
    if dates[first] - day > pd.Timedelta(days=31):
        return f"the next session is {_day(dates[first])}, more than a month later"
    known = np.flatnonzero(~np.isnan(firm[first : first + _WAIT + 1]))
    if not len(known):
        return f"no return of the firm from {_day(dates[first])} on, for {_WAIT} sessions"
    return first + int(known[0])


def _fit(firm: Floats, index: Floats, at: int, others: list[int], options: Options) -> tuple[Fit, str]:
    """The model of one event, and what is unusual about its data."""
    (e_first, e_last), (w_first, w_last) = options.estimation, options.window
    if at + w_first < 0:
        raise NoFit(f"its event window begins {-w_first} sessions before, and there are only {at}")
    if at + w_last >= len(firm):
        raise NoFit(f"its event window ends {w_last} sessions later, and there are only {len(firm) - 1 - at}")
    low = min(e_first, w_first) - options.reads_ahead
    high = max(e_last, w_last) + options.reads_ahead
    own, its_market = (_cut(values, at + low, at + high) for values in (firm, index))
    estimation, window = slice(e_first - low, e_last - low + 1), slice(w_first - low, w_last - low + 1)
    keep = np.ones(options.sessions_asked, bool)
    for other in others:  # sessions that another event of the firm has touched
        keep[max(other - at + w_first - e_first, 0) : max(other - at + w_last - e_first + 1, 0)] = False
    known = int((keep & ~np.isnan(own[estimation] + its_market[estimation])).sum())
    if known < options.sessions_needed:
        left = f", {int((~keep).sum())} left out for other events" if not keep.all() else ""
        raise NoFit(
            f"{known} known sessions in the estimation window {e_first}:{e_last}{left}; at least "
            f"{options.sessions_needed} are needed"
        )
    fit = fit_model(options.model, own, its_market, estimation, window, keep)
    missing = np.flatnonzero(np.isnan(fit.abnormal)) + w_first
    note = f"no return at session {', '.join(map(str, missing))}, left out of its sums" if len(missing) else ""
    return fit, note


def _cut(values: Floats, first: int, last: int) -> Floats:
    """values[first … last], NaN where that leaves the data."""
    cut = np.full(last - first + 1, np.nan)
    begin, end = max(first, 0), min(last + 1, len(values))
    if end > begin:
        cut[begin - first : end - first] = values[begin:end]
    return cut


def _waited(dates: pd.DatetimeIndex, days: list[str], at: int, stamp: object, day: str) -> str:
    if days[at] == day:
        return ""
    first = int(dates.searchsorted(pd.Timestamp(stamp)))  # type: ignore[arg-type]
    if first != at:
        return f"no return from {days[first]} on; session 0 is {days[at]}"
    return f"{NO_SESSION} then, session 0 is {days[at]}"


def _holes(missed: pd.DatetimeIndex, first: str, last: str) -> str:
    """Dates of its event window on which the firm has a return and its market none."""
    inside = [_day(day) for day in missed if first <= _day(day) <= last]
    return (
        f"its market has no return on {', '.join(inside)}, on which the firm has: no session of its window"
        if inside
        else ""
    )


def _day(stamp: object) -> str:
    return pd.Timestamp(stamp).date().isoformat()  # type: ignore[arg-type]
