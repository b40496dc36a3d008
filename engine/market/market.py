"""The market of a study: its tables, read from the source it names, laid out as tape and yardsticks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import PriceError, StudyError
from engine.market.fx import fx_symbol
from engine.market.prices import PriceTable, check_table
from engine.market.rulebook import outrun
from engine.market.sessions import DAY, Sessions, sessions_of
from engine.market.sources.yahoo import is_yahoo, pinned, price_doubts, read_snapshot
from engine.market.tape import Tape, build_tape
from engine.market.yardsticks import Yardstick, make_yardstick
from engine.study import Study
from events import Security


@dataclass(frozen=True)
class Market:
    """What a study's listings, rates and indices did.

    sessions   : by listing
    yardsticks : by symbol, the home indices that have prices, on the tape's dates
    benchmark  : weekdays from the one before the window on, and its level at each close; None without prices
    simulated  : the packaged sample, not a real market
    warnings   : what is suspicious, in words
    """

    tape: Tape
    sessions: dict[str, Sessions]
    yardsticks: dict[str, Yardstick]
    benchmark: tuple[npt.NDArray[np.datetime64], npt.NDArray[np.float64]] | None
    simulated: bool
    warnings: tuple[str, ...]


def read_market(study: Study, today: date) -> Market:
    """Tables of every theme member, its home index, the benchmark and the currencies; checked, and laid out.

    Raises: PriceError for missing or impossible prices, StudyError for a window without sessions, Unavailable
    """
    study = pinned(study)
    listings = [study.securities[symbol] for symbol in study.themes.symbols]
    yardsticks = {symbol for symbol in (study.benchmark, *(listing.benchmark for listing in listings)) if symbol}
    others = sorted(yardsticks - {listing.symbol for listing in listings})
    currencies = {study.account.currency} | {listing.currency for listing in listings}
    rates = sorted(fx_symbol(currency) for currency in currencies if currency != "USD")
    tables, left_out = _tables(study.source, [*study.themes.symbols, *rates], others, today)
    listings = [listing for listing in listings if listing.symbol in tables]
    sessions: dict[str, Sessions] = {listing.exchange: sessions_of(listing.exchange) for listing in listings}
    _check_span(study, sessions)
    tape = build_tape(listings, tables, sessions, study.start, study.end, study.account.currency, study.costs)
    if tape.first > tape.last:
        raise StudyError(f"No exchange of the study has a session from {study.start} to {study.end}. Widen the window.")
    window = slice(tape.first, tape.last + 1)
    if np.isnan(tape.close[:, window]).all() and np.isnan(tape.open[:, window]).all():
        raise StudyError(
            f"No listing of the study has a price from {study.start} to {study.end}. Choose another window."
        )
    found = {
        symbol: make_yardstick(study.securities[symbol], tables, tape.dates, study.account.currency)
        for symbol in sorted(yardsticks & set(tables))
    }
    warnings = [*left_out, *_doubts(study, listings, tables, tape)]
    warnings += outrun((listing.exchange for listing in listings), study.end, study.costs)
    if is_yahoo(study.source):
        warnings += price_doubts(study, tables)
    warnings += [
        f"{symbol}: no prices; what is measured against it stays empty." for symbol in others if symbol not in tables
    ]
    return Market(
        tape=tape,
        sessions={listing.symbol: sessions[listing.exchange] for listing in listings},
        yardsticks=found,
        benchmark=_benchmark(study, tables),
        simulated=study.source == "sample",
        warnings=tuple(warnings),
    )


def _tables(
    source: str, symbols: list[str], optional: list[str], today: date
) -> tuple[dict[str, PriceTable], list[str]]:
    """Tables by symbol, and what is not among them though asked for, in words."""
    if is_yahoo(source):
        return read_snapshot(source, symbols, optional, today)
    if source != "sample":
        from engine.market.sources.folder import read_folder

        return read_folder(Path(source), symbols, optional, today), []
    from engine.market.sources.sample import read_sample

    frames = read_sample()
    missing = [symbol for symbol in symbols if symbol not in frames]
    if missing:
        raise PriceError(f"The packaged sample has no {missing[0]}. Use --data FOLDER, or leave it out of the themes.")
    tables = {s: PriceTable(s, frames[s], "none", "end", f"sample {s}") for s in (*symbols, *optional) if s in frames}
    for table in tables.values():
        check_table(table, today)
    return tables, []


def _benchmark(
    study: Study, tables: dict[str, PriceTable]
) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.float64]] | None:
    """The study's benchmark on its own weekdays, so that no listing's sessions decide what it earned."""
    if study.benchmark is None or study.benchmark not in tables:
        return None
    days = np.arange(np.datetime64(study.start, "D") - 4, np.datetime64(study.end, "D") + 1)
    weekdays = days[np.is_busday(days)]
    level = make_yardstick(study.securities[study.benchmark], tables, weekdays, study.account.currency)
    return weekdays, level.closes


def _check_span(study: Study, sessions: dict[str, Sessions]) -> None:
    for exchange, known in sessions.items():
        first, last = known.dates[0].astype(object), known.dates[-1].astype(object)
        if study.start < first or study.end > last:
            raise StudyError(
                f"Sessions of {exchange} are known from {first} to {last}; "
                f"the window {study.start} to {study.end} leaves them."
            )


def _doubts(study: Study, listings: list[Security], tables: dict[str, PriceTable], tape: Tape) -> list[str]:
    """What a careful reader of the prices would ask about, one line each."""
    doubts = []
    for listing in listings:
        table, row = tables[listing.symbol], tape.row(listing.symbol)
        days = table.frame.index.to_numpy().astype(DAY)
        window = slice(tape.first, tape.last + 1)
        in_session = tape.session[row, window] >= 0
        unknown = np.isnan(tape.close[row, window]) & in_session
        span = (tape.dates[window] >= days[0]) & (tape.dates[window] <= days[-1])
        gaps = tape.dates[window][unknown & span]
        if len(gaps):
            doubts.append(f"{listing.symbol}: no bar on {len(gaps)} of its exchange's sessions, first {gaps[0]}.")
        if days[0] > tape.dates[tape.first] and (in_session & (tape.dates[window] < days[0])).any():
            doubts.append(f"{listing.symbol}: prices begin on {days[0]}, after the window does.")
        if days[-1] < tape.dates[tape.last] and (in_session & (tape.dates[window] > days[-1])).any():
            doubts.append(f"{listing.symbol}: prices end on {days[-1]}; what is held then stays at its last close.")
        off = np.setdiff1d(days, tape.dates[tape.session[row] >= 0])
        off = off[(off >= tape.dates[0]) & (off <= tape.dates[-1])]
        if len(off):
            doubts.append(
                f"{listing.symbol}: {len(off)} bars on days {listing.exchange} was shut are left out, first {off[0]}."
            )
        only = tape.close_only[row, window].sum()
        if only:
            doubts.append(f"{listing.symbol}: {only} bars have a close only; it trades at the close there.")
        bare = np.isnan(tape.high[row, window]) | np.isnan(tape.low[row, window])
        bare &= tape.has_bar[row, window] & ~tape.close_only[row, window]
        if bare.any():
            doubts.append(
                f"{listing.symbol}: high or low unknown on {bare.sum()} bars; levels are judged on the close there."
            )
        beyond = tape.dates[window][tape.beyond_limit[row, window]]
        if len(beyond):
            doubts.append(
                f"{listing.symbol}: prices beyond the daily limit on file on {_named(beyond)}. "
                "Another limit was in force there, or a split is not listed; fills keep to the bar."
            )
        blank = np.isnan(tape.volume[row, window]) & tape.has_bar[row, window]
        if blank.any():
            doubts.append(f"{listing.symbol}: volume unknown on {blank.sum()} sessions; no volume cap there.")
    adjusted = [listing.symbol for listing in listings if not tables[listing.symbol].is_raw]
    if adjusted:
        doubts.append(
            f"Adjusted prices, so lots count as 1 and rules of ticks and limits are off: {', '.join(adjusted)}."
        )
    for currency in sorted(set(tape.currencies)):
        row = tape.currencies.index(currency)
        stale = tape.fx_stale[row, tape.first : tape.last + 1]
        if stale.any():
            day = tape.dates[tape.first + int(np.argmax(stale))]
            doubts.append(
                f"{currency}: no rate for over five weekdays on {stale.sum()} dates, first {day}; no new orders then."
            )
    return doubts


def _named(dates: npt.NDArray[np.datetime64], most: int = 3) -> str:
    """The first of some dates by name, the rest by count."""
    names = ", ".join(str(day) for day in dates[:most])
    return names if len(dates) <= most else f"{names} and {len(dates) - most} more"
