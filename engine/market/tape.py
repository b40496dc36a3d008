"""The tape: one frozen rectangle of arrays, listing x date, on the union of all sessions of a study's markets.

Nobody below it looks up a date, an exchange or a currency again. A row is a listing (sorted by symbol), a column a
date on which any market of the study has a session. Prices are raw and local; NaN means unknown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from eventfolio.engine.market.fx import struck_at
from eventfolio.engine.market.rulebook import Bands

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class _Sealed:
    """A frozen record whose arrays nobody can write to either, out of a pickle too."""

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self.__post_init__()


@dataclass(frozen=True)
class RuleColumns(_Sealed):
    """The fields of `Rules` as columns, row x date; basis points as fractions of value.

    A row is a market's rules for shares, or for its funds and indices.
    """

    commission: Floats
    commission_min: Floats
    buy_fee: Floats
    sell_fee: Floats
    clearing: Floats
    clearing_min: Floats
    clearing_max: Floats
    buy_tax: Floats
    sell_tax: Floats
    tax_rounds_up_to: Floats
    fx: Floats
    slippage: Floats
    volume_share: Floats
    withholding: Floats
    fractions_in_cash: Floats


@dataclass(frozen=True)
class TapeEnd:
    """The end of a listing: from a column on a share is local `cash` and `ratio` shares of row `into` (-1: none)."""

    column: int
    row: int
    into: int
    cash: float
    ratio: float
    reason: str  # delisted or vanished


@dataclass(frozen=True)
class Tape(_Sealed):
    """Everything the market said, listing x date. Instants are ns UTC; `-1` marks no session.

    session     : number of the exchange's session on that date, counted from its first known one; -1 where it is shut
    open … volume : the bar, raw local prices; NaN unknown
    has_bar     : the listing can trade: a known open (or a close-only bar), and volume not zero
    close_only  : the bar has a close and nothing else; it trades at that close
    last_close  : the last known close up to and including the date, divided by later splits; NaN before the first
    split       : new shares per old, effective at that open (1 = none); dividend: net local cash a share, ex that date
    fx_fill, fx_book : account currency per local unit for fills and for the books; fx_stale: no new orders
    lot       : shares to a lot; tick_table: number in `tick_bands` of the price steps in force, -1 for none
    locked_up : at its daily limit all day: no purchase; locked_down: no sale; closed_up: no purchase at the close
    beyond_limit : the bar left the limit on file, so another was in force
    market    : the row of `rules` a listing trades by; t_plus_one: no resale on the day of purchase, by listing
    ends      : of listings, in the order in which they take effect
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
    tick_table: Ints
    tick_bands: tuple[Bands, ...]
    locked_up: Bools
    locked_down: Bools
    beyond_limit: Bools
    closed_up: Bools  # no part of the fingerprint: it follows from the rest
    t_plus_one: tuple[bool, ...]
    market: tuple[int, ...]
    foreign: tuple[bool, ...]  # its currency is not the account's
    rules: RuleColumns
    ends: tuple[TapeEnd, ...] = ()

    @cached_property
    def openings(self) -> list[list[list[int]]]:
        """For each date the instants of regular open in order, each the listings (row numbers) that open then."""
        return [self.instants(column, range(len(self.symbols))) for column in range(len(self.dates))]

    def instants(self, column: int, rows: Iterable[int]) -> list[list[int]]:
        """Those of `rows` that are in session on a date, by instant of regular open, in order."""
        found: dict[int, list[int]] = {}
        for row in sorted(rows):
            if self.session.item(row, column) >= 0:
                found.setdefault(self.opens_at.item(row, column), []).append(row)
        return [found[at] for at in sorted(found)]

    @cached_property
    def books_at(self) -> Ints:
        """For each date the instant its books close: the last close of any market in session (ns UTC)."""
        latest: Ints = self.closes_at.max(axis=0)
        latest.setflags(write=False)
        return latest

    @cached_property
    def struck_at(self) -> Ints:
        """For each date the instant its books are struck (ns UTC): with the last close, and a weekday's late rate."""
        if not any(self.foreign):
            return self.books_at
        on_weekday = np.is_busday(self.dates)
        rates = np.full(len(self.dates), -1)
        rates[on_weekday] = struck_at(self.dates[on_weekday])
        latest: Ints = np.maximum(self.books_at, rates)
        latest.setflags(write=False)
        return latest

    @cached_property
    def is_early(self) -> Bools:
        """By listing and date, whether its open lies before the books of the date before were struck."""
        before = np.concatenate([[-1], self.struck_at[:-1]])
        found: Bools = (self.opens_at >= 0) & (self.opens_at < before)
        found.setflags(write=False)
        return found

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
        for part in (self, self.rules):
            for field in fields(part):
                value = getattr(part, field.name)
                if field.name == "closed_up":
                    continue
                if isinstance(value, np.ndarray):
                    digest.update(np.ascontiguousarray(value).tobytes())
                elif not isinstance(value, RuleColumns) and not (field.name == "ends" and not value):
                    digest.update(repr(value).encode())
        return digest.hexdigest()

    def window(self, start: date, end: date | None = None) -> Tape:
        """The same tape with a window that starts later, or ends earlier too."""
        last = self.last
        if end is not None:
            last = int(np.searchsorted(self.dates, np.datetime64(end, "D"), side="right")) - 1
        first = int(np.searchsorted(self.dates, np.datetime64(start, "D")))
        later = replace(self, start=start, first=first, last=last)
        for name in ("openings", "books_at", "struck_at", "is_early", "actions"):
            later.__dict__[name] = getattr(self, name)
        return later

    def row(self, symbol: str) -> int:
        """The row of a listing."""
        return self._rows[symbol]

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {symbol: row for row, symbol in enumerate(self.symbols)}

    def known_closes(self, row: int, before: int, count: int) -> Floats:
        """The last `count` (from 1) closes a listing had before a column, oldest first, on that column's share."""
        columns = np.flatnonzero(~np.isnan(self.close[row, :before]))[-count:]
        then = self.split_factor[row, min(before, len(self.dates) - 1)]
        return self.close[row, columns] * (self.split_factor[row, columns] / then)
