"""Reads the prices of a study from their source and lays them out as one tape, with its benchmarks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

from eventfolio.engine.errors import PriceError, StudyError
from eventfolio.engine.market.benchmarks import BenchmarkLevels, benchmark_levels
from eventfolio.engine.market.build_tape import build_tape
from eventfolio.engine.market.checks.plausibility import coverage, gaps, plausibility
from eventfolio.engine.market.checks.warnings import PriceWarning, folded
from eventfolio.engine.market.fx import fx_symbol, rate_dates
from eventfolio.engine.market.listing_ends import ListingEnd, end_listings
from eventfolio.engine.market.prices import PriceTable, check_table
from eventfolio.engine.market.rulebook import outrun, steps_assumed, told_of
from eventfolio.engine.market.sessions import DAY, Sessions, sessions_of
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.market.yahoo.checks import halts
from eventfolio.engine.market.yahoo.source import is_yahoo, pinned, read_snapshot
from eventfolio.engine.study.study import Study
from eventfolio.events import Security
from eventfolio.events.errors import shown

LOOKED_BACK = timedelta(days=400)  # before the window: what breakouts and market models look back on


@dataclass(frozen=True)
class Market:
    """What a study's listings, rates and indices did.

    sessions   : by listing
    benchmarks : by symbol, the home indices that have prices, on the tape's dates
    benchmark  : weekdays from the one before the window on, and its level at each close; None without prices
    simulated  : the packaged sample, or a folder that says so, not a real market
    warnings   : what is suspicious, in words; price_warnings: of them what is of the prices and rates
    vanished   : listings whose prices stop for good without an end, and the last date of each
    """

    tape: Tape
    sessions: dict[str, Sessions]
    benchmarks: dict[str, BenchmarkLevels]
    benchmark: tuple[npt.NDArray[np.datetime64], npt.NDArray[np.float64]] | None
    simulated: bool
    warnings: tuple[str, ...]
    price_warnings: tuple[str, ...] = ()
    vanished: dict[str, date] = field(default_factory=dict)


def read_market(study: Study, today: date) -> Market:
    """Tables of every theme member, its home index, the benchmark and the currencies; checked, and laid out.

    A listing that events name by themselves, and that has no prices or no exchange rate, is left out and told of.

    Raises: PriceError for missing or impossible prices, StudyError for a window without sessions, Unavailable
    """
    study = pinned(study)
    listings = [study.securities[symbol] for symbol in (*study.symbols, *study.successors)]
    members = [study.securities[symbol] for symbol in study.themes.symbols]
    benchmarks = _measuring(study, listings)
    others = sorted(benchmarks - {listing.symbol for listing in listings})
    rates = _rates_between(study.account.currency, listings)
    asked = _rates_between(study.account.currency, members)
    measured = _rates_between(study.account.currency, [study.securities[symbol] for symbol in others]) - rates
    needed = [*study.themes.symbols, *sorted(rates & asked)]
    beside = [listing for listing in listings if listing.symbol not in study.themes.symbols]
    alone = [listing for listing in beside if listing.symbol in study.named]
    optional = [*(one.symbol for one in beside), *sorted(rates - asked), *others, *sorted(measured)]
    tables, left_out = _tables(study, needed, optional, today)
    listings = [
        one
        for one in listings
        if one.symbol in tables and all(rate in tables for rate in _rates_between(study.account.currency, [one]))
    ]
    if not listings:
        raise StudyError("No listing of the study has prices. Add the files of those that it trades.")
    sessions: dict[str, Sessions] = {listing.exchange: sessions_of(listing.exchange) for listing in listings}
    _check_span(study, sessions)
    ended = end_listings(study, listings, tables, sessions)
    tables = ended.tables
    tape = build_tape(
        listings, tables, sessions, study.start, study.end, study.account.currency, study.costs, ended.ends
    )
    if tape.first > tape.last:
        raise StudyError(f"No exchange of the study has a session from {study.start} to {study.end}. Widen the window.")
    window = slice(tape.first, tape.last + 1)
    if np.isnan(tape.close[:, window]).all() and np.isnan(tape.open[:, window]).all():
        raise StudyError(
            f"No listing of the study has a price from {study.start} to {study.end}. Choose another window."
        )
    found = {
        symbol: _levels(study.securities[symbol], tables, tape.dates, study.account.currency)
        for symbol in sorted(_measuring(study, listings) & set(tables))
    }
    warnings = [*left_out, *_unpriced(alone, listings), *folded(ended.warnings)]
    price_warnings = _price_warnings(study, listings, tables, tape, ended.ends)
    warnings += price_warnings
    warnings += told_of(listings, study.costs, study.start, study.end)
    raw = (listing for listing in listings if tables[listing.symbol].is_raw)
    warnings += steps_assumed(raw, study.costs, study.start)
    warnings += outrun((listing.exchange for listing in listings), study.end, study.costs)
    so = "What is measured against it stays empty."
    warnings += folded(PriceWarning("no prices", symbol, (), so) for symbol in others if symbol not in tables)
    return Market(
        tape=tape,
        sessions={listing.symbol: sessions[listing.exchange] for listing in listings},
        benchmarks=found,
        benchmark=_benchmark(study, tables),
        simulated=_is_simulated(study),
        warnings=tuple(warnings),
        price_warnings=tuple(price_warnings),
        vanished=ended.vanished,
    )


def _measuring(study: Study, listings: list[Security]) -> set[str]:
    """The study's benchmark, and those of the listings that can be traded."""
    return {symbol for symbol in (study.benchmark, *(listing.benchmark for listing in listings)) if symbol}


def _levels(
    security: Security, tables: dict[str, PriceTable], dates: npt.NDArray[np.datetime64], account: str
) -> BenchmarkLevels:
    """A benchmark at the rates that a listing of its exchange trades at."""
    opens = sessions_of(security.exchange).opens_on(dates)
    return benchmark_levels(security, tables, dates, account, rate_dates(dates, opens))


def _rates_between(account: str, listings: list[Security]) -> set[str]:
    """The symbols of the rates that turn the listings' money into the account's, through the dollar."""
    foreign = {listing.currency for listing in listings} - {account}
    return {fx_symbol(currency) for currency in foreign | ({account} if foreign else set())} - {fx_symbol("USD")}


def _tables(
    study: Study, symbols: list[str], optional: list[str], today: date
) -> tuple[dict[str, PriceTable], list[str]]:
    """Tables by symbol, and what is not among them though asked for, in words."""
    source = study.source
    if is_yahoo(source):
        return read_snapshot(study, symbols, optional, today)
    if source != "sample":
        from eventfolio.engine.market.sources.folder import read_folder

        return read_folder(Path(source), symbols, optional, today, study.securities), []
    from eventfolio.engine.market.sources.sample import read_sample

    frames = read_sample()
    missing = [symbol for symbol in symbols if symbol not in frames]
    if missing:
        raise PriceError(
            f"The packaged sample has no {shown(', '.join(missing))}. Use --data FOLDER, or leave it out of the themes."
        )
    tables = {s: PriceTable(s, frames[s], "none", "end", f"sample {s}") for s in (*symbols, *optional) if s in frames}
    for table in tables.values():
        check_table(table, today)
    return tables, []


def _is_simulated(study: Study) -> bool:
    """Whether the prices are made up: the packaged sample's, and those of a folder whose prices.toml says so."""
    if study.source == "sample" or is_yahoo(study.source):
        return study.source == "sample"
    from eventfolio.engine.market.sources.folder import read_notes

    return read_notes(Path(study.source)).simulated


def _benchmark(
    study: Study, tables: dict[str, PriceTable]
) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.float64]] | None:
    """The study's benchmark on its own weekdays, so that no listing's sessions decide what it earned."""
    if study.benchmark is None or study.benchmark not in tables:
        return None
    days = np.arange(np.datetime64(study.start, "D") - 4, np.datetime64(study.end, "D") + 1)
    weekdays = days[np.is_busday(days)]
    level = benchmark_levels(study.securities[study.benchmark], tables, weekdays, study.account.currency)
    return weekdays, level.closes


def _check_span(study: Study, sessions: dict[str, Sessions]) -> None:
    for exchange, known in sessions.items():
        first, last = known.dates[0].astype(object), known.dates[-1].astype(object)
        if study.start < first or study.end > last:
            raise StudyError(
                f"Sessions of {exchange} are known from {first} to {last}; "
                f"the window {study.start} to {study.end} leaves them."
            )


def _price_warnings(
    study: Study,
    listings: list[Security],
    tables: dict[str, PriceTable],
    tape: Tape,
    ends: dict[str, ListingEnd],
) -> list[str]:
    """What a careful reader of the prices would ask about, a line a kind."""
    traded = {listing.symbol for listing in listings}
    known = {symbol: study.securities[symbol] for symbol in tables if symbol in study.securities}
    warnings: list[PriceWarning] = []
    earlier = study.start - LOOKED_BACK
    for symbol, table in tables.items():
        warnings += plausibility(table, known.get(symbol), earlier, study.end)
    for symbol, security in known.items():
        if is_yahoo(study.source):
            warnings += halts(tables[symbol], security, study.start, study.end)
        look = coverage if symbol in traded else gaps
        end = min(study.end, ends[symbol].on - timedelta(days=1)) if symbol in ends else study.end
        warnings += look(tables[symbol], security, study.start, end)
        warnings += _begins_or_stops(tables[symbol], security, study.start, end, symbol in traded)
    warnings += [
        PriceWarning("adjusted prices, so lots count as 1 and rules of ticks and limits are off", listing.symbol)
        for listing in listings
        if not tables[listing.symbol].is_raw
    ]
    warnings += _beyond_limits(tape)
    return [*folded(warnings), *_stale_rates(tape)]


def _unpriced(alone: list[Security], listings: list[Security]) -> list[str]:
    """Listings that events name by themselves and that cannot be traded here."""
    there = {listing.symbol for listing in listings}
    so = "Their events do not trade there: no_listing."
    return folded(
        PriceWarning("named by events, without prices or their exchange rate", one.symbol, (), so)
        for one in alone
        if one.symbol not in there
    )


def _beyond_limits(tape: Tape) -> list[PriceWarning]:
    so = "Another limit was in force there, or a split is not listed; fills keep to the bar."
    window = slice(tape.first, tape.last + 1)
    found = []
    for row, symbol in enumerate(tape.symbols):
        days = tape.dates[window][tape.beyond_limit[row, window]]
        if len(days):
            found.append(
                PriceWarning("prices beyond the daily limit on file", symbol, tuple(days.astype(str).tolist()), so)
            )
    return found


def _begins_or_stops(
    table: PriceTable, security: Security, start: date, end: date, is_traded: bool
) -> list[PriceWarning]:
    """Whether a table begins after the window's first session of its exchange, or ends before the last."""
    days = table.frame.index[table.frame["close"].notna()].to_numpy().astype(DAY)
    sessions = sessions_of(security.exchange).dates
    inside = sessions[(sessions >= np.datetime64(start)) & (sessions <= np.datetime64(end))]
    if not len(days) or not len(inside):
        return []
    found = []
    if days[0] > inside[0]:
        found.append(PriceWarning("prices begin after the window does", security.symbol, (f"on {days[0]}",)))
    if days[-1] < inside[-1]:
        stays = "What is held then stays" if is_traded else "What is measured against them stays"
        found.append(
            PriceWarning(
                "prices end before the window does", security.symbol, (f"on {days[-1]}",), f"{stays} at the last close."
            )
        )
    return found


def _stale_rates(tape: Tape) -> list[str]:
    found = []
    for currency in sorted(set(tape.currencies)):
        row = tape.currencies.index(currency)
        stale = tape.fx_stale[row, tape.first : tape.last + 1]
        if stale.any():
            day = tape.dates[tape.first + int(np.argmax(stale))]
            found.append(
                f"{currency}: no rate for over five weekdays on {stale.sum()} dates, first {day}; no new orders then."
            )
    return found
