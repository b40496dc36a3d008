"""Builds the tape of a study: lays prices, rates, sessions and market rules of its listings side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from eventfolio.engine.errors import PriceError
from eventfolio.engine.market.fx import FxSeries, fx_series, fx_symbol, rate_dates
from eventfolio.engine.market.limits import daily_limits, locks
from eventfolio.engine.market.rulebook import (
    Bands,
    has_price_rules,
    market_rules,
    quoted_bands,
    rules_of,
    tax_settles_in,
    untaxed,
)
from eventfolio.engine.market.rulebook.costs import Costs
from eventfolio.engine.market.rulebook.large_companies import Span
from eventfolio.engine.market.sessions import DAY, Sessions
from eventfolio.engine.market.tape import Bools, Floats, Ints, RuleColumns, Tape, TapeEnd
from eventfolio.events.liquidity import bands as bands_of

if TYPE_CHECKING:  # a worker that only plays needs no pandas
    from eventfolio.engine.market.listing_ends import ListingEnd
    from eventfolio.engine.market.prices import PriceTable
    from eventfolio.events import Security

Row = dict[str, np.ndarray]  # arrays on the dates of the tape, by name


def build_tape(
    listings: Sequence[Security],
    tables: dict[str, PriceTable],
    sessions: dict[str, Sessions],
    start: date,
    end: date,
    account: str,
    costs: Costs,
    ends: Mapping[str, ListingEnd] | None = None,
) -> Tape:
    """Lay prices, rates, sessions and rules of `listings` side by side.

    listings : the study's tradable members, any order
    tables   : by symbol, with the currencies (KRW=X) they need
    sessions : by exchange
    ends     : by symbol, of those that end; their tables hold nothing from then on (listing_ends.cut_at_ends)
    Raises   : PriceError for a currency without rates, StudyError for a date before a market's rules
    """
    listings = sorted(listings, key=lambda listing: listing.symbol)
    dates = _union(listings, tables, sessions, start, end)
    ruled = {listing.symbol: _market_of(listing, start.year, end.year) for listing in listings}
    markets = sorted(set(ruled.values()))
    in_window = np.maximum(dates, np.datetime64(start, "D"))  # nothing trades before it, so its rules are not asked for
    rules = _rules(markets, in_window, sessions, costs)
    bands: list[Bands] = []
    columns: dict[str, list[np.ndarray]] = {}
    rates: dict[tuple[str, bytes], FxSeries] = {}
    known: dict[str, npt.NDArray[np.datetime64]] = {}
    for listing in listings:
        table = tables[listing.symbol]
        ending = (ends or {}).get(listing.symbol)
        row = _bars(table, sessions[listing.exchange], dates, None if ending is None else ending.on)
        if listing.exchange not in known:
            known[listing.exchange] = rate_dates(dates, row["opens_at"])
        key = listing.currency, known[listing.exchange].tobytes()
        if key not in rates:
            rates[key] = fx_series(listing.currency, account, tables, dates, known[listing.exchange])
        rate = rates[key]
        paid = row["dividend"]
        if table.dividends == "gross":
            row["dividend"] = row["dividend"] * (1.0 - rules.withholding[markets.index(ruled[listing.symbol])])
        row |= {"fx_fill": rate.fill, "fx_book": rate.book, "fx_stale": rate.stale, "fx_row": rate.row}
        row["lot"] = np.full(len(dates), listing.lot if table.is_raw else 1, np.int64)
        row["tick_table"] = _tick_tables(listing, table, in_window, costs, bands)
        limited = ~_is_new(listing, table, row, dates) & _has_price_rules(listing, table, costs)
        row |= _locks(listing, row, dates, paid, bands, limited)
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
        tick_bands=tuple(bands),
        t_plus_one=tuple(market_rules(listing.exchange).t_plus_one for listing in listings),
        foreign=tuple(listing.currency != account for listing in listings),
        market=tuple(markets.index(ruled[listing.symbol]) for listing in listings),
        rules=rules,
        ends=_ends(listings, dates, ends or {}, columns["fx_fill"]),
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


def _ends(
    listings: Sequence[Security],
    dates: npt.NDArray[np.datetime64],
    ends: Mapping[str, ListingEnd],
    rates: Sequence[Floats],
) -> tuple[TapeEnd, ...]:
    """Ends on the tape's dates, each on the first on or after its own, by their own dates and symbols.

    rates : for fills, by listing
    Raises: PriceError for a listing that turns into one whose currency has no rate by then
    """
    rows = {listing.symbol: row for row, listing in enumerate(listings)}
    found = []
    for symbol, end in sorted(ends.items(), key=lambda item: (item[1].on, item[0])):
        column = int(np.searchsorted(dates, np.datetime64(end.on, "D")))
        if symbol in rows and column < len(dates):
            into = -1 if end.into is None else rows[end.into]
            currency = listings[into].currency
            if into >= 0 and np.isnan(rates[into][column]):
                raise PriceError(
                    f"{symbol} ends into {end.into} on {end.on}, before the first rate of {currency}. Add earlier rows "
                    f"to {fx_symbol(currency)}."
                )
            found.append(TapeEnd(column, rows[symbol], into, end.cash, end.ratio, end.reason))
    return tuple(found)


def _bars(table: PriceTable, sessions: Sessions, dates: npt.NDArray[np.datetime64], ends: date | None = None) -> Row:
    """One listing's bars, sessions and corporate actions on the tape's dates, until it ends."""
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
    if table.pays:
        is_listed = True if ends is None else dates < np.datetime64(ends, "D")
        session_columns = np.flatnonzero(in_session & is_listed)
        splits = frame["splits"].to_numpy() * table.is_raw  # other prices are divided by them already
        for day, ratio, cash in zip(days, splits, frame["dividends"].to_numpy(), strict=True):
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


_Market = tuple[str, bool, str, tuple[Span, ...]]


def _market_of(listing: Security, first: int, last: int) -> _Market:
    """Which rules a listing trades by in the years from `first` to `last`.

    Its exchange's, whether those of funds and indices, whose taxes ("" its own), and when it is too small to be taxed.
    """
    return listing.exchange, not listing.is_share, listing.tax or "", untaxed(listing, first, last)


def _rules(
    markets: list[_Market], dates: npt.NDArray[np.datetime64], sessions: dict[str, Sessions], costs: Costs
) -> RuleColumns:
    """The rules of each market on each date; tax rates by the date of settlement where the law says so."""
    columns: dict[str, list[Floats]] = {}
    for market, is_fund, tax, free in markets:
        days, ahead = sessions[market].dates, tax_settles_in(market, tax or None)
        place = np.minimum(np.searchsorted(days, dates) + ahead, len(days) - 1)
        settles = np.maximum(days[place], dates) if ahead else dates
        for name, values in rules_of(market, dates, settles, costs, is_fund, tax or None, free).items():
            columns.setdefault(name.removesuffix("_bps"), []).append(values * 1e-4 if name.endswith("_bps") else values)
    return RuleColumns(**{name: np.stack(rows) for name, rows in columns.items()})


def _locks(
    listing: Security,
    row: Row,
    dates: npt.NDArray[np.datetime64],
    ex_cash: Floats,
    bands: Sequence[Bands],
    limited: Bools,
) -> dict[str, Bools]:
    """On which dates a listing was locked at its daily limit, or left it; `limited`: the dates that have one."""
    limits, in_force = market_rules(listing.exchange).limits_on(listing.symbol, dates)
    in_force = np.where(limited, in_force, -1)
    base = np.concatenate([[np.nan], row["last_close"][:-1]]) / row["split"]
    lower, upper = daily_limits(limits, in_force, base, ex_cash, row["tick_table"], bands)
    prices = [row[name] for name in ("open", "high", "low", "close")]
    found = locks(prices, row["has_bar"] & ~row["close_only"], lower, upper)
    return {
        "locked_up": found.up,
        "locked_down": found.down,
        "beyond_limit": found.beyond,
        "closed_up": found.closed_up,
    }


def _is_new(listing: Security, table: PriceTable, row: Row, dates: npt.NDArray[np.datetime64]) -> Bools:
    """Its first sessions that have no limit, where a session of its exchange before the listing shows it to be new."""
    listed = table.frame.index[0].to_datetime64().astype(DAY)
    is_session = row["session"] >= 0
    if not (is_session & (dates < listed)).any():
        return np.zeros(len(dates), bool)
    session = np.cumsum(is_session & (dates >= listed))
    new: Bools = (session > 0) & (
        session <= market_rules(listing.exchange).free_sessions(listing.symbol, listed.item())
    )
    return new


def _has_price_rules(listing: Security, table: PriceTable, costs: Costs) -> bool:
    """Price steps and limits are judged on raw prices of shares; funds have steps of their own but in New York."""
    is_plain = listing.is_share or listing.exchange in ("XNYS", "XNAS", "ARCX")
    return has_price_rules(costs) and table.is_raw and is_plain


def _tick_tables(
    listing: Security, table: PriceTable, dates: npt.NDArray[np.datetime64], costs: Costs, bands: list[Bands]
) -> Ints:
    """For each date the number in `bands` of the listing's price steps; new ones are added to it."""
    market = market_rules(listing.exchange)
    if not _has_price_rules(listing, table, costs) or not market.ticks:
        return np.full(len(dates), -1)
    liquidity = bands_of(listing.liquidity)
    steps = market.ticks_of(listing.steps, liquidity)
    quoted = [quoted_bands(listing.exchange, listing.currency, row.bands) for row in steps]
    for row in quoted:
        if row not in bands:
            bands.append(row)
    return np.array([bands.index(row) for row in quoted])[market.ticks_on(dates, listing.steps, liquidity)]
