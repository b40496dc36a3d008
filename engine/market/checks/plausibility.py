"""Finds what is implausible in one table of prices, whatever source it came from.

`plausibility` examines the figures, `coverage` says what is missing. Both look at a stretch of dates only and refuse
nothing: what no market could have printed is `check_table`'s to refuse.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from eventfolio.engine.market.checks.jumps import far_off, jumps, like_a_split
from eventfolio.engine.market.checks.price_steps import band_warnings
from eventfolio.engine.market.checks.rates import turned_over
from eventfolio.engine.market.checks.warnings import PriceWarning
from eventfolio.engine.market.limits import band
from eventfolio.engine.market.prices import OHLCV, PriceTable
from eventfolio.engine.market.rulebook import Bands, market_rules, quoted_bands
from eventfolio.engine.market.sessions import DAY, sessions_of
from eventfolio.events import Security

Floats = npt.NDArray[np.float64]
Dates = npt.NDArray[np.datetime64]
Bools = npt.NDArray[np.bool_]

BIG_DIVIDEND = 0.30  # of the price before it
_ALIKE, _RATES_ALIKE = 5, 10  # rows in a row that are the same in every cell
_FIRST_BARS, _OFF_STEPS = 5, 3  # so many bars, and of them between the price steps; of more bars, half of a tenth
_STEP, _DIGITS = 0.05, 1e-6  # of a step, and of the price where that is less: vendors keep seven digits
_FUNDS = {"KRW": 1.0, "JPY": 0.1, "HKD": 0.001, "CNY": 0.001}
_NEW = 5  # the first rows of a table may be those of a new listing, which has no limit
_CUT = 0.005  # limits are cut to steps


def plausibility(
    table: PriceTable, security: Security | None, first: date | None = None, last: date | None = None
) -> list[PriceWarning]:
    """Warnings about the figures of a table from `first` to `last`: moves, dividends, repeats, price steps.

    security : None for a currency, and for a symbol nobody knows, of which steps, limits and sessions are not judged
    """
    rows = _Rows(table, first, last)
    if not len(rows.days):
        return []
    found = [*_moves(rows, security), *_dividends(rows), *_one_date(rows, security), *_repeats(rows)]
    if rows.is_rate:
        found += turned_over(table)
    if security is not None and table.is_raw:
        found += [*_steps(rows, security), *band_warnings(table, security)]
    return found


def coverage(table: PriceTable, security: Security, first: date | None, last: date | None) -> list[PriceWarning]:
    """What is missing in a listing's bars from `first` to `last`, and what follows from it."""
    rows = _Rows(table, first, last)
    bars, volume = rows.cells[:, :4], rows.cells[:, 4]
    known, has_close = ~np.isnan(bars), ~np.isnan(rows.close)
    trades = (volume != 0) & _among(rows.days, sessions_of(security.exchange).dates)
    only = has_close & ~known[:, :3].any(axis=1) & trades
    bare = known[:, 0] & ~known[:, 1:3].all(axis=1) & trades
    blank = np.isnan(volume) & (known[:, 0] | only) & trades
    is_shut = ~_among(rows.days, sessions_of(security.exchange).dates) & known.any(axis=1)
    found = gaps(table, security, first, last)
    found += _told(rows, "bars on days its exchange was shut", _stretches(rows.days, is_shut), "They are left out.")
    found += _told(rows, "bars with a close only", _stretches(rows.days, only), "It trades at the close there.")
    found += _told(rows, "high or low unknown", _stretches(rows.days, bare), "Levels are judged on the close there.")
    found += _told(rows, "volume unknown", _stretches(rows.days, blank), "No volume cap there.")
    still = has_close & (volume == 0)
    if still.sum() > len(still) / 2:
        so = "Nothing trades there. Leave the cells empty where the volume is not known."
        found += _told(rows, "volume 0 on most days", _stretches(rows.days, still), so)
    return found


def gaps(table: PriceTable, security: Security, first: date | None, last: date | None) -> list[PriceWarning]:
    """Sessions of its exchange, between the first and the last close of the table, without one."""
    whole = _Rows(table, None, None)
    known = whole.days[~np.isnan(whole.close)]
    if not len(known):
        return []
    start = max(known[0], np.datetime64(first, "D")) if first else known[0]
    end = min(known[-1], np.datetime64(last, "D")) if last else known[-1]
    due = sessions_of(security.exchange).dates
    due = due[(due >= start) & (due <= end)]
    return _told(whole, "no bar on sessions of its exchange", _stretches(due, ~_among(due, known)))


class _Rows:
    """The rows of a table in a stretch of dates, as arrays."""

    def __init__(self, table: PriceTable, first: date | None, last: date | None) -> None:
        frame = table.frame
        days = frame.index.to_numpy().astype(DAY)
        inside = slice(
            np.searchsorted(days, np.datetime64(first, "D")) if first else 0,
            np.searchsorted(days, np.datetime64(last, "D"), side="right") if last else len(days),
        )
        self.table, self.symbol, self.days = table, table.symbol, days[inside]
        self.cells = np.column_stack([frame[name].to_numpy(float)[inside] for name in OHLCV])
        self.close: Floats = self.cells[:, 3]
        splits = frame["splits"].to_numpy(float)[inside]
        self.splits = np.where((splits > 0) & table.is_raw, splits, 1.0)
        self.paid = frame["dividends"].to_numpy(float)[inside] * (table.adjusted != "total")

    @property
    def is_rate(self) -> bool:
        return self.symbol.endswith("=X")


def _moves(rows: _Rows, security: Security | None) -> list[PriceWarning]:
    known = np.flatnonzero(~np.isnan(rows.close))
    days, prices = rows.days[known], rows.close[known]
    factor, cash = np.cumprod(rows.splits)[known], np.cumsum(rows.paid)[known]
    splits, paid = factor / np.concatenate([factor[:1], factor[:-1]]), np.diff(cash, prepend=cash[:1])
    widest = _widest(rows, security, known, splits)
    stays, slips, unseen = [], [], []
    off = np.zeros(len(known), bool)
    for jump in jumps(prices, splits, paid, widest, rows.is_rate):
        before, now = prices[jump.before], prices[jump.at]
        off[jump.at : (jump.back or jump.at) + 1] = True
        listed = [
            f"{_ratio(splits[row])} is listed on {days[row]}"
            for row in range(jump.at, (jump.back or jump.at) + 1)
            if splits[row] != 1.0
        ]
        if jump.back is not None:
            to = f" to {days[jump.back - 1]}" if jump.back - 1 > jump.at else ""
            told = f"{days[jump.at]}{to} {_figure(now)} between {_figure(before)} and {_figure(prices[jump.back])}"
            slips.append(told + (f" (a split of {listed[0]})" if listed else ""))
        elif listed:
            unseen.append(f"{days[jump.at]} {_ratio(splits[jump.at])}, from {_figure(before)} to {_figure(now)}")
        else:
            like = "" if rows.is_rate else like_a_split(before, now)
            first = f" ({days[0]})" if jump.before == 0 else ""  # the first row itself may be what is off
            told = f"{days[jump.at]} from {_figure(before)}{first} to {_figure(now)}"
            stays.append(told + (f", like a split of {like}" if like else ""))
    so = "" if rows.is_rate else "A split that is not listed counts as a gain or a loss."
    found = [
        *_told(rows, "a rate that jumps" if rows.is_rate else "a jump without a split", stays, so),
        *_told(rows, "off its level and back", slips),
        *_told(rows, "a split is listed that the prices do not show", unseen),
    ]
    if rows.is_rate:
        return found  # of a currency only the close is read
    opens, highs, lows = (rows.cells[known, column] for column in range(3))
    wild = [row for row in far_off(opens, highs, lows, prices, splits).tolist() if not off[row]]
    bars = [
        f"{days[row]} high {_figure(np.fmax(opens[row], highs[row]))}, low {_figure(np.fmin(opens[row], lows[row]))}, "
        f"close {_figure(prices[row])}"
        for row in wild
    ]
    return [*found, *_told(rows, "a bar twice as high or half as low as the closes around it", bars)]


def _widest(rows: _Rows, security: Security | None, known: npt.NDArray[np.int64], splits: Floats) -> Floats:
    """For each known close the move that the exchange's limit allows; NaN where no limit of a share is known to hold.

    None is known after a halt or a gap, for a listing's first sessions, and on adjusted prices.
    """
    nowhere = np.full(len(known), np.nan)
    if security is None or not security.is_share or not rows.table.is_raw:
        return nowhere
    limits, in_force = market_rules(security.exchange).limits_on(security.symbol, rows.days[known])
    base = np.concatenate([[np.nan], rows.close[known][:-1]]) / splits
    widest = nowhere.copy()
    for number, limit in enumerate(limits):
        at = in_force == number
        widest[at] = band(base[at], limit.widths) / base[at] if limit.kind == "yen" else limit.fraction
    session = np.searchsorted(sessions_of(security.exchange).dates, rows.days[known])
    traded = rows.cells[known, 4] != 0
    follows = np.concatenate([[False], (np.diff(session) == 1) & traded[:-1]])
    return np.where(follows & (np.arange(len(known)) >= _NEW), widest + _CUT, np.nan)


def _dividends(rows: _Rows) -> list[PriceWarning]:
    told = []
    for row in np.flatnonzero(rows.paid > 0).tolist():
        earlier = np.flatnonzero(~np.isnan(rows.close[:row]))
        at = int(earlier[-1]) if len(earlier) else row
        price = rows.close[at] / np.prod(rows.splits[at + 1 : row + 1])
        if rows.paid[row] > BIG_DIVIDEND * price:
            told.append(f"{rows.days[row]} {_figure(rows.paid[row])} on a price of {_figure(price)}")
    return _told(rows, f"a dividend above {BIG_DIVIDEND:.0%} of the price", told)


def _one_date(rows: _Rows, security: Security | None) -> list[PriceWarning]:
    """A split and a dividend that take effect on one session, be it that one was written on a day off before it."""
    acts = np.flatnonzero((rows.splits != 1.0) | (rows.paid > 0))
    on = rows.days[acts]
    if security is not None:
        sessions = sessions_of(security.exchange).dates
        on = sessions[np.minimum(np.searchsorted(sessions, on), len(sessions) - 1)]
    told = []
    for day in np.unique(on):
        ratio, cash = np.prod(rows.splits[acts[on == day]]), rows.paid[acts[on == day]].sum()
        if ratio != 1.0 and cash > 0:
            told.append(f"{day} {_ratio(ratio)} and {_figure(cash)}")
    so = "The dividend is paid on each new share; if it was meant for the old ones, divide it by the ratio."
    return _told(rows, "a split and a dividend on one date", told, so)


def _repeats(rows: _Rows) -> list[PriceWarning]:
    """Stretches of rows that are the same in every cell, halts (volume 0) and pegged currencies apart."""
    cells = rows.cells[:, 3:4] if rows.is_rate else rows.cells
    same = ((cells[1:] == cells[:-1]) | (np.isnan(cells[1:]) & np.isnan(cells[:-1]))).all(axis=1)
    same &= ~np.isnan(rows.close[1:]) & (rows.is_rate | (rows.cells[1:, 4] != 0))
    if rows.is_rate and same.mean() > 0.5:
        return []
    starts = np.flatnonzero(np.concatenate([[True], ~same]))
    lengths = np.diff(np.append(starts, len(cells)))
    long = lengths >= (_RATES_ALIKE if rows.is_rate else _ALIKE)
    told = [
        f"{length} alike to {rows.days[start + length - 1]}"
        for start, length in zip(starts[long], lengths[long], strict=True)
    ]
    return _told(rows, "rows that repeat the one before", told)


def raw_by(table: PriceTable, security: Security | None) -> str:
    """By what a table declared raw is known to be so, in words."""
    rows = _Rows(table, None, None)
    splits = np.flatnonzero(rows.splits != 1.0)
    if len(splits) and not any("do not show" in warning.kind for warning in _moves(rows, security)):
        return f"raw (its prices show the split of {rows.days[splits[0]]})"
    if security is None or not (steps := _steps_of(security)):
        return "raw (nothing says otherwise)"
    return "raw as declared" if _off_steps(rows, steps).any() else "raw (on the price steps)"


def _off_steps(rows: _Rows, steps: list[Bands]) -> Bools:
    """Cells of prices (row x open, high, low, close) that lie on a step of none of the tables."""
    prices = rows.cells[:, :4]
    on = np.isnan(prices)
    for bands in steps:
        step = band(prices, bands)
        places = prices / step
        on |= np.abs(places - np.round(places)) < np.minimum(_STEP, _DIGITS * prices / step)
    return ~on


def _steps(rows: _Rows, security: Security) -> list[PriceWarning]:
    """Prices between the market's steps, by the finest table it ever had, from the first bar on.

    What adjusts prices leaves the last of them alone and moves all before a dividend or a split.
    """
    steps = _steps_of(security)
    cells = _off_steps(rows, steps)
    off: Bools = np.asarray(cells.any(axis=1))
    first = off[: max(_FIRST_BARS, len(off) // 10)]
    if not steps or first.sum() < max(_OFF_STEPS, len(first) / 2):
        return []
    row = int(np.argmax(off))
    column = int(np.argmax(cells[row]))
    name = ("open", "high", "low", "close")[column]
    example = f"first {rows.days[row]} {name} {_figure(rows.cells[row, column])}"
    so = 'It is taken as raw; prices.toml says adjusted = "split" or "total" of a file that is not.'
    told = [f"({off.sum()} of {len(off)} bars lie between the exchange's price steps, {example})"]
    return _told(rows, "looks adjusted though declared raw", told, so)


def _steps_of(security: Security) -> list[Bands]:
    """Every table of price steps that a listing may have had; of funds outside New York the finest step of any."""
    market = market_rules(security.exchange)
    if security.kind == "index":
        return []
    if security.kind == "fund" and market.zone != "America/New_York":
        return [((np.inf, _FUNDS[security.currency]),)] if security.currency in _FUNDS else []
    others = (table for other in market.other_ticks.values() for table in other)
    tables = (*market.ticks, *others, *market.by_liquidity.values())
    return [quoted_bands(security.exchange, security.currency, table.bands) for table in tables]


def _told(rows: _Rows, kind: str, found: list[str], so: str = "") -> list[PriceWarning]:
    return [PriceWarning(kind, rows.symbol, tuple(found), so)] if found else []


def _among(days: Dates, known: Dates) -> Bools:
    """Which of the days are among the known ones. known : ascending"""
    place = np.minimum(np.searchsorted(known, days), len(known) - 1)
    found: Bools = known[place] == days
    return found


def _stretches(days: Dates, chosen: Bools) -> list[str]:
    """The chosen days; four or more in a row as their first and last, with how many."""
    starts = np.flatnonzero(chosen & ~np.concatenate([[False], chosen[:-1]]))
    ends = np.flatnonzero(chosen & ~np.concatenate([chosen[1:], [False]]))
    found: list[str] = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if end - start < 3:
            found += days[start : end + 1].astype(str).tolist()
        else:
            found.append(f"{days[start]} to {days[end]} ({end - start + 1})")
    return found


def _figure(value: float) -> str:
    return f"{value:,.8g}"


def _ratio(value: float) -> str:
    """New shares for old ones: 7 for 1, 1 for 10, 3 for 2."""
    whole = Fraction(float(value)).limit_denominator(1000)
    return f"{whole.numerator} for {whole.denominator}"
