"""The tape: one frozen rectangle of arrays, listing x date, on the union of all sessions of a study's markets.

Nobody below it looks up a date, an exchange or a currency again. A row is a listing (sorted by symbol), a column a
date on which any market of the study has a session. Prices are raw and local; NaN means unknown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.market.fx import FxSeries, fx_series
from engine.market.prices import PriceTable
from engine.market.rulebook import rules_on
from engine.market.sessions import DAY, Sessions
from events import Security

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Tape:
    """Everything the market said, listing x date. Instants are ns UTC; `-1` marks no session.

    session     : number of the exchange's session on that date, counted from its first known one; -1 where it is shut
    open … volume : the bar, raw local prices; NaN unknown
    has_bar     : the listing can trade: a known open (or a close-only bar), and volume not zero
    close_only  : the bar has a close and nothing else; it trades at that close
    last_close  : the last known close up to and including the date, divided by later splits; NaN before the first
    split       : new shares per old, effective at that open (1 = none); dividend: net local cash a share, ex that date
    fx_fill, fx_book : account currency per local unit for fills and for the books; fx_stale: no new orders
    lot … t_plus_one : the market's rules on that date (costs as fractions of value, volume_share NaN = no cap)
    """

    symbols: tuple[str, ...]
    exchanges: tuple[str, ...]
    currencies: tuple[str, ...]
    dates: npt.NDArray[np.datetime64]
    start: date  # of the window
    first: int  # column of the window's first date
    last: int  # column of its last
    session: Ints
    opens_at: Ints
    closes_at: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    has_bar: Bools
    close_only: Bools
    last_close: Floats
    split: Floats
    split_factor: Floats  # product of all splits up to the date, from the first bar on
    dividend: Floats
    fx_fill: Floats
    fx_book: Floats
    fx_stale: Bools
    fx_row: npt.NDArray[np.datetime64]
    lot: Ints
    commission: Floats
    buy_tax: Floats
    sell_tax: Floats
    slippage: Floats
    volume_share: Floats
    t_plus_one: Bools

    @cached_property
    def openings(self) -> list[list[list[int]]]:
        """For each date the instants of regular open in order, each the listings (row numbers) that open then."""
        plan: list[list[list[int]]] = []
        for column in range(len(self.dates)):
            instants: dict[int, list[int]] = {}
            for row in np.flatnonzero(self.session[:, column] >= 0):
                instants.setdefault(int(self.opens_at[row, column]), []).append(int(row))
            plan.append([instants[at] for at in sorted(instants)])
        return plan

    @cached_property
    def books_at(self) -> Ints:
        """For each date the instant its books close: the last close of any market in session (ns UTC)."""
        return self.closes_at.max(axis=0)

    @cached_property
    def actions(self) -> dict[int, list[int]]:
        """Columns with a split or dividend of some listing, and the rows concerned."""
        rows, columns = np.nonzero((self.split != 1.0) | (self.dividend != 0.0))
        found: dict[int, list[int]] = {}
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            found.setdefault(column, []).append(row)
        return found

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of everything on the tape: the same market in, the same figure out."""
        digest = hashlib.sha256()
        for field in fields(self):
            value = getattr(self, field.name)
            digest.update(
                np.ascontiguousarray(value).tobytes() if isinstance(value, np.ndarray) else repr(value).encode()
            )
        return digest.hexdigest()

    def window(self, start: date) -> Tape:
        """The same tape with a window that starts later."""
        later = replace(self, start=start, first=int(np.searchsorted(self.dates, np.datetime64(start, "D"))))
        for name in ("openings", "books_at", "actions"):
            later.__dict__[name] = getattr(self, name)
        return later

    def row(self, symbol: str) -> int:
        """The row of a listing."""
        return self.symbols.index(symbol)

    def known_closes(self, row: int, before: int, count: int) -> Floats:
        """The last `count` (from 1) closes a listing had before a column, oldest first, on that column's share."""
        columns = np.flatnonzero(~np.isnan(self.close[row, :before]))[-count:]
        return self.close[row, columns] * (self.split_factor[row, columns] / self.split_factor[row, before])


def build_tape(
    listings: Sequence[Security],
    tables: dict[str, PriceTable],
    sessions: dict[str, Sessions],
    start: date,
    end: date,
    account: str,
    costs: Any,
) -> Tape:
    """Lay prices, rates, sessions and rules of `listings` side by side.

    listings : the study's tradable members, any order
    tables   : by symbol, with the currencies (KRW=X) they need
    sessions : by exchange
    Raises   : PriceError for a currency without rates, StudyError for a date before a market's rules
    """
    listings = sorted(listings, key=lambda listing: listing.symbol)
    dates = _union(listings, tables, sessions, start, end)
    columns: dict[str, list[Any]] = {}
    rates: dict[str, FxSeries] = {}
    for listing in listings:
        table = tables[listing.symbol]
        if listing.currency not in rates:
            rates[listing.currency] = fx_series(listing.currency, account, tables, dates)
        rate = rates[listing.currency]
        row = _bars(table, sessions[listing.exchange], dates)
        row |= {"fx_fill": rate.fill, "fx_book": rate.book, "fx_stale": rate.stale, "fx_row": rate.row}
        row |= _rules(listing, table, dates, costs)
        for name, values in row.items():
            columns.setdefault(name, []).append(values)
    return Tape(
        symbols=tuple(listing.symbol for listing in listings),
        exchanges=tuple(listing.exchange for listing in listings),
        currencies=tuple(listing.currency for listing in listings),
        dates=dates,
        start=start,
        first=int(np.searchsorted(dates, np.datetime64(start, "D"))),
        last=int(np.searchsorted(dates, np.datetime64(end, "D"), side="right")) - 1,
        **{name: np.stack(rows) for name, rows in columns.items()},
    )


def _union(
    listings: Sequence[Security],
    tables: dict[str, PriceTable],
    sessions: dict[str, Sessions],
    start: date,
    end: date,
) -> npt.NDArray[np.datetime64]:
    """All session dates from the first bar (or the window's start, if earlier) to the window's end."""
    bars = [tables[listing.symbol].frame.index[0] for listing in listings]
    first = min([np.datetime64(start, "D"), *(bar.to_datetime64().astype(DAY) for bar in bars)])
    found = [sessions[exchange].dates for exchange in sorted({listing.exchange for listing in listings})]
    union = np.unique(np.concatenate(found))
    return union[(union >= first) & (union <= np.datetime64(end, "D"))]


def _bars(table: PriceTable, sessions: Sessions, dates: npt.NDArray[np.datetime64]) -> dict[str, Any]:
    """One listing's bars, sessions and corporate actions on the tape's dates."""
    width = len(dates)
    number = np.searchsorted(sessions.dates, dates)
    number[number == len(sessions.dates)] = 0
    in_session = sessions.dates[number] == dates
    frame = table.frame
    days = frame.index.to_numpy().astype(DAY)
    at = np.searchsorted(dates, days)
    inside = (at < width) & (dates[np.minimum(at, width - 1)] == days)
    inside[inside] = in_session[at[inside]]  # a bar on a day the exchange was shut is not the market's
    bar = {name: np.full(width, np.nan) for name in ("open", "high", "low", "close", "volume")}
    for name, values in bar.items():
        values[at[inside]] = frame[name].to_numpy()[inside]
    split, dividend = np.ones(width), np.zeros(width)
    if table.is_raw:  # adjusted prices hold their splits and dividends already
        session_columns = np.flatnonzero(in_session)
        for day, ratio, cash in zip(days, frame["splits"].to_numpy(), frame["dividends"].to_numpy(), strict=True):
            if (ratio > 0 or cash > 0) and day >= dates[0]:
                place = np.searchsorted(dates[session_columns], day)  # effective at the session on or after the ex-date
                if place < len(session_columns):
                    split[session_columns[place]] *= ratio if ratio > 0 else 1.0
                    dividend[session_columns[place]] += cash
    open_, close = bar["open"], bar["close"]
    close_only = np.isnan(open_) & np.isnan(bar["high"]) & np.isnan(bar["low"]) & ~np.isnan(close)
    has_bar = (~np.isnan(open_) | close_only) & (bar["volume"] != 0)
    factor: Floats = np.cumprod(split).astype(float)
    return {
        "session": np.where(in_session, number, -1),
        "opens_at": np.where(in_session, sessions.opens[number], -1),
        "closes_at": np.where(in_session, sessions.closes[number], -1),
        **bar,
        "has_bar": has_bar,
        "close_only": close_only & has_bar,
        "last_close": _carried(close, factor),
        "split": split,
        "split_factor": factor,
        "dividend": dividend,
    }


def _carried(close: Floats, factor: Floats) -> Floats:
    """Each date's last known close, on that date's share."""
    known = ~np.isnan(close)
    source = np.maximum.accumulate(np.where(known, np.arange(len(close)), -1))
    carried = close[source] * (factor[source] / factor)
    carried[source < 0] = np.nan
    return carried


def _rules(listing: Security, table: PriceTable, dates: npt.NDArray[np.datetime64], costs: Any) -> dict[str, Any]:
    """The market's rules as columns: one lookup a row of its table, not one a date."""
    rules = [rules_on(listing.exchange, day, costs) for day in dates.astype(object)]

    def column(name: str, scale: float = 1.0) -> Floats:
        return np.array([getattr(rule, name) for rule in rules], float) * scale

    return {
        "lot": np.full(len(dates), listing.lot if table.is_raw else 1, np.int64),
        "commission": column("commission_bps", 1e-4),
        "buy_tax": column("buy_tax_bps", 1e-4),
        "sell_tax": column("sell_tax_bps", 1e-4),
        "slippage": column("slippage_bps", 1e-4),
        "volume_share": column("volume_share"),
        "t_plus_one": np.array([rule.t_plus_one for rule in rules]),
    }
