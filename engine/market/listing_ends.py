"""Ends of listings, as securities declare them or as prices stop for good (docs/semantics.md#ends-of-listings)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from eventfolio.engine.errors import PriceError
from eventfolio.engine.market.checks.warnings import PriceWarning
from eventfolio.engine.market.fx import fx_symbol
from eventfolio.engine.market.sessions import DAY, Sessions

if TYPE_CHECKING:
    from eventfolio.engine.market.prices import PriceTable
    from eventfolio.engine.study.study import Study
    from eventfolio.events import Security

_FAR = 0.30  # of the last close: deals close near what they pay
VANISHED_AFTER = 5  # sessions without a price, while others of its exchange have some

Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class ListingEnd:
    """What a share becomes on a date, before its open: local cash, shares of another listing, both, or nothing."""

    on: date
    cash: float = 0.0
    into: str | None = None
    ratio: float = 0.0
    reason: Literal["delisted", "vanished"] = "delisted"


@dataclass(frozen=True)
class EndedTables:
    """Tables that stop at each listing's end, the ends, the last dates of listings that vanished, what to warn of."""

    tables: dict[str, PriceTable]
    ends: dict[str, ListingEnd]
    vanished: dict[str, date]
    warnings: list[PriceWarning]


def end_listings(
    study: Study, listings: Sequence[Security], tables: Mapping[str, PriceTable], sessions: Mapping[str, Sessions]
) -> EndedTables:
    """End the listings of a study, as their securities declare or as its `vanished` says.

    sessions : by exchange
    Raises   : PriceError for an end whose listing, or the one that it turns into, has no price before it
    """
    ends = declared_ends(listings, study.end)
    cut, warnings = cut_at_ends(tables, ends)
    last = last_days(listings, cut, sessions)
    gone = vanished_after(listings, last, sessions, ends, study.end)
    if study.vanished is not None:
        found = vanished_ends([one for one in listings if one.symbol in gone], last, cut, sessions, study.vanished)
        ends |= {symbol: end for symbol, end in found.items() if end.on <= study.end}
    known = {listing.symbol for listing in listings}
    for symbol, end in ends.items():
        if end.into is not None:
            _check_successor(symbol, end, study, cut if end.into in known else {}, ends)
        so = "The cash and ratio of [security.end] are taken to count shares as these prices do."
        for name in (symbol, end.into):
            if end.reason == "delisted" and name and not cut[name].is_raw:
                warnings.append(PriceWarning("adjusted prices at the end of a listing", name, (f"on {end.on}",), so))
    warnings += ends_far_off(ends, listings, cut)
    return EndedTables(cut, ends, {symbol: last[symbol].astype(object) for symbol in gone}, warnings)


def _check_successor(
    symbol: str, end: ListingEnd, study: Study, tables: Mapping[str, PriceTable], ends: Mapping[str, ListingEnd]
) -> None:
    """Refuse a listing that turns into one that cannot be held from then on."""
    into = str(end.into)
    what = f"{symbol} ends into {into} on {end.on}"
    if into not in tables:
        raise PriceError(f"{what}, and {into} has no prices or no exchange rate. Add its file.")
    if study.securities[into].kind == "index":
        raise PriceError(f"{what}, which is an index and cannot be held. Give the listing that holders got.")
    frame = tables[into].frame
    first = frame.index[frame["close"].notna()].min()
    if not first.date() < end.on:
        raise PriceError(
            f"{what}, and {into} has no price before that date (its first is of {first.date()}), so that a fraction of "
            "a share is worth nothing known. Add a row of an earlier date, with its close alone."
        )
    if into in ends and ends[into].on <= end.on:
        raise PriceError(f"{what}, and the prices of {into} stop before {ends[into].on}. Correct one of the two.")


def ends_far_off(
    ends: Mapping[str, ListingEnd], listings: Iterable[Security], tables: Mapping[str, PriceTable]
) -> list[PriceWarning]:
    """Declared ends whose cash and new shares are worth far more or less than the last close; one of worth 0 is not.

    tables : by symbol, of listings and of currencies, cut at the ends
    """
    currencies = {one.symbol: one.currency for one in listings}
    found = []
    for symbol, end in ends.items():
        into = (
            None if end.into is None else _close_in(str(end.into), currencies, currencies.get(symbol), tables, end.on)
        )
        last = _close_in(symbol, currencies, currencies.get(symbol), tables, end.on)
        worth = end.cash + (end.ratio * into if into is not None else 0.0)
        unknown = last is None or (end.into is not None and into is None)
        if end.reason != "delisted" or unknown or not worth or not last:
            continue
        if not last * (1 - _FAR) <= worth <= last * (1 + _FAR):
            told = f"{end.on} {worth:,.6g} for a last close of {last:,.6g}"
            so = "Cash is in the listing's major unit (pounds, not pence), ratio in new shares for an old one."
            found.append(PriceWarning("an end that pays far more or less than the last close", symbol, (told,), so))
    return found


def _close_in(
    symbol: str, currencies: Mapping[str, str], wanted: str | None, tables: Mapping[str, PriceTable], before: date
) -> float | None:
    """The last close of a listing before a date, in a currency, by the last rates before it; None where unknown."""
    own = currencies.get(symbol)
    price = _last_close(tables.get(symbol), before)
    if own is None or wanted is None or price is None or own == wanted:
        return price if own is not None else None
    one, other = (
        1.0 if money == "USD" else _last_close(tables.get(fx_symbol(money)), before) for money in (own, wanted)
    )
    return None if not one or not other else price / one * other


def _last_close(table: PriceTable | None, before: date) -> float | None:
    if table is None:
        return None
    close = table.frame["close"]
    known = close[close.notna() & (close.index < np.datetime64(before))]
    return float(known.iloc[-1]) if len(known) else None


def declared_ends(listings: Iterable[Security], until: date) -> dict[str, ListingEnd]:
    """The ends that securities declare up to a date, by symbol."""
    return {
        one.symbol: ListingEnd(one.end.on, one.end.cash or 0.0, one.end.into, one.end.ratio or 0.0)
        for one in listings
        if one.end is not None and one.end.on <= until
    }


def price_days(table: PriceTable, sessions: Sessions) -> Days:
    """The sessions on which a table has a close."""
    days = table.frame.index[table.frame["close"].notna()].to_numpy().astype(DAY)
    return days[sessions.opens_on(days) >= 0]


def last_days(
    listings: Sequence[Security], tables: Mapping[str, PriceTable], sessions: Mapping[str, Sessions]
) -> dict[str, np.datetime64]:
    """The last date on which each listing has a price; none of those without any."""
    found = {one.symbol: price_days(tables[one.symbol], sessions[one.exchange]) for one in listings}
    return {symbol: days[-1] for symbol, days in found.items() if len(days)}


def vanished_after(
    listings: Sequence[Security],
    last: Mapping[str, np.datetime64],
    sessions: Mapping[str, Sessions],
    ended: Iterable[str],
    until: date | None,
) -> dict[str, int]:
    """Listings whose prices stop for good, and how many sessions later the newest price of their exchange is.

    last  : the last date with a price, by symbol; of an ended one before its end
    ended : symbols whose end is declared, which do not vanish
    until : what the sole listing of an exchange that has not ended is held against, the window's end; None: nothing
    """
    ended = set(ended)
    newest: dict[str, np.datetime64] = {}
    count: dict[str, int] = {}
    for one in listings:
        if one.symbol in last:
            count[one.exchange] = count.get(one.exchange, 0) + (one.symbol not in ended)
            newest[one.exchange] = max(newest.get(one.exchange, last[one.symbol]), last[one.symbol])
    found = {}
    for one in listings:
        if one.symbol not in last or one.symbol in ended:
            continue
        alone = count[one.exchange] == 1 and until is not None
        end = np.datetime64(until, "D") if alone else newest[one.exchange]
        dates = sessions[one.exchange].dates
        missed = int(((dates > last[one.symbol]) & (dates <= end)).sum())
        if missed > VANISHED_AFTER:
            found[one.symbol] = missed
    return found


def vanished_ends(
    symbols: Iterable[Security],
    last: Mapping[str, np.datetime64],
    tables: Mapping[str, PriceTable],
    sessions: Mapping[str, Sessions],
    fraction: float,
) -> dict[str, ListingEnd]:
    """An end at the next session's open for each listing that vanished, at its last close times (1 + fraction)."""
    found = {}
    for one in symbols:
        day = last[one.symbol]
        dates = sessions[one.exchange].dates
        close = float(tables[one.symbol].frame["close"].loc[day])
        on = dates[np.searchsorted(dates, day, side="right")].astype(object)
        found[one.symbol] = ListingEnd(on, close * (1.0 + fraction), reason="vanished")
    return found


def cut_at_ends(
    tables: Mapping[str, PriceTable], ends: Mapping[str, ListingEnd]
) -> tuple[dict[str, PriceTable], list[PriceWarning]]:
    """The tables without the rows of listings that had ended by then, which are told of.

    Raises: PriceError for a listing that has no price before its end
    """
    cut, warnings = dict(tables), []
    for symbol, end in ends.items():
        if symbol not in tables:
            continue
        frame = tables[symbol].frame
        later = frame.index.to_numpy().astype(DAY) >= np.datetime64(end.on)
        known = frame["close"].notna().to_numpy()
        if not (known & ~later).any():
            first = f"its first is of {frame.index[known][0].date()}" if known.any() else "it has none"
            raise PriceError(
                f"{symbol}: its listing ends on {end.on}, before which it has no price; {first}. Check on = {end.on} "
                "in its [security.end], or give the prices before it."
            )
        if later.any():
            days = frame.index[later]
            rows = f"{len(days)} row{'s' * (len(days) != 1)} from {days[0].date()}"
            so = "Nothing trades after [security.end]; the rows are left out."
            warnings.append(PriceWarning("prices after the end of the listing", symbol, (rows,), so))
            cut[symbol] = replace(tables[symbol], frame=frame[~later])
    return cut, warnings
