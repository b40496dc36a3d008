"""Rebuilds cash and holdings from the fills and prices alone, for the audit; the account that kept them is not asked.

Starting cash, fills at the tape's rates, their costs, splits and what they leave over, dividends (taken in cash, or put
back at the close of their ex-date while the lot is held), what listings that end pay or become, and interest on idle
cash, date by date (docs/semantics.md#money). A strategy's code has the account in its hands; what it changes there does
not follow from its fills.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eventfolio.engine.ledger.account import Account
from eventfolio.engine.ledger.ledger import Ledger, Table, costs_of
from eventfolio.engine.market.tape import Tape, TapeEnd

Floats = npt.NDArray[np.float64]

DUST = 1e-9  # a rest of shares this small is the rounding error of a sum


@dataclass(frozen=True)
class Books:
    """Account currency at the books of each date of the window.

    bought : what the date's purchases took, costs included
    trades, interest, other : what changed the cash: sales less purchases and costs; interest; dividends, split
             fractions and what listings that ended paid
    shares : listing x date (all columns of the tape)
    lots   : shares that each lot still holds after the last date
    ended  : what listings that ended paid to each lot
    """

    cash: Floats
    equity: Floats
    bought: Floats
    trades: Floats
    interest: Floats
    other: Floats
    shares: Floats
    lots: Floats
    ended: Floats


def rebuilt(ledger: Ledger, tape: Tape, account: Account) -> Books:
    """The books that follow from a ledger's fills."""
    shares, lots = np.zeros(tape.close.shape), np.zeros(len(ledger.lots))
    paid, ends = np.zeros(len(tape.dates)), _Ends(tape, len(lots))
    rows = set(ledger.fills["row"].tolist())
    rows |= {end.into for end in tape.ends if end.into >= 0}
    for row in _in_turn(rows, tape):
        _Listing(ledger, tape, account, row, ends).play(shares[row], lots, paid)
    fills, window = ledger.fills, slice(tape.first, tape.last + 1)
    moved, bought, buys = np.zeros(len(tape.dates)), np.zeros(len(tape.dates)), fills["side"] > 0
    value = fills["shares"] * fills["price"] * tape.fx_fill[fills["row"], fills["column"]]
    took = fills["side"] * value + costs_of(fills)
    np.add.at(moved, fills["column"], -took)
    np.add.at(bought, fills["column"][buys], took[buys])
    eve = np.datetime64(tape.start, "D") - np.timedelta64(1, "D")
    days = np.diff(np.concatenate([[eve], tape.dates[window]]).astype("datetime64[D]")).astype(np.int64)
    growth = (1.0 + account.cash_rate) ** (days / 365.25)
    cash, interest, held = [], [], account.cash
    for trades, times, dividends in zip((moved + ends.paid)[window], growth, paid[window], strict=True):
        interest.append((held + trades) * (times - 1.0))
        held = (held + trades) * times + dividends
        cash.append(held)
    worth = np.where(shares > 0, shares * tape.last_close * tape.fx_book, 0.0).sum(axis=0)
    return Books(
        cash=np.array(cash),
        equity=np.array(cash) + worth[window],
        bought=bought[window],
        trades=moved[window],
        interest=np.array(interest),
        other=(ends.paid + paid)[window],
        shares=shares,
        lots=lots,
        ended=ends.by_lot,
    )


def _in_turn(rows: set[int], tape: Tape) -> list[int]:
    """Listings, each after those that turn into it."""
    before = {row: [end.row for end in tape.ends if end.into == row] for row in rows}
    found: list[int] = []
    while len(found) < len(before):
        found += sorted(row for row in before if row not in found and not (set(before[row]) & rows) - set(found))
    return found


class _Ends:
    """What the ends of listings paid, by date and by lot, and which lots arrive in which other listing."""

    def __init__(self, tape: Tape, lots: int) -> None:
        self.tape, self.paid, self.by_lot = tape, np.zeros(len(tape.dates)), np.zeros(lots)
        self.arrivals: dict[int, dict[int, dict[int, float]]] = {}  # by row, column and lot

    def end(self, end: TapeEnd, held: dict[int, float]) -> None:
        """Pay the holders of a listing, or hand them shares of the other, at the rates of the date."""
        tape, column = self.tape, end.column
        for lot, count in held.items():
            cash = count * end.cash * tape.fx_fill.item(end.row, column)
            if end.into >= 0:
                whole = math.floor(count * end.ratio + DUST)
                rest = max(count * end.ratio - whole, 0.0)
                close = tape.last_close.item(end.into, column - 1)
                cash += rest * close * tape.fx_fill.item(end.into, column)
                self.arrivals.setdefault(end.into, {}).setdefault(column, {})[lot] = float(whole)
            self.paid[column] += cash
            self.by_lot[lot] += cash


class _Listing:
    """One listing's lots through the dates on which any of them changes."""

    def __init__(self, ledger: Ledger, tape: Tape, account: Account, row: int, ends: _Ends) -> None:
        self.tape, self.account, self.row, self.ends = tape, account, row, ends
        self.arrivals = ends.arrivals.get(row, {})
        self.ending = next((end for end in tape.ends if end.row == row), None)
        self.held: dict[int, float] = {}  # shares by lot
        self.fills: dict[int, list[Table]] = {}
        for fill in ledger.fills[ledger.fills["row"] == row]:
            self.fills.setdefault(int(fill["column"]), []).append(fill)
        acted = np.flatnonzero((tape.split[row] != 1.0) | (tape.dividend[row] != 0.0))
        self.actions = set(acted[(acted >= tape.first) & (acted <= tape.last)].tolist())

    def play(self, shares: Floats, lots: Floats, paid: Floats) -> None:
        """Write what is held from each date on into `shares`, at the end into `lots`, and what was paid into `paid`."""
        columns = {*self.fills, *self.actions, *self.arrivals}
        if self.ending is not None and self.tape.first <= self.ending.column <= self.tape.last:
            columns.add(self.ending.column)
        for column in sorted(columns):
            for lot, count in self.arrivals.get(column, {}).items():  # of an end before its own
                self._set(lot, count)
            if self.ending is not None and column == self.ending.column:
                self.ends.end(self.ending, self.held)
                self.held = {}
            left_over = self._split(column) if column in self.actions else 0.0
            entitled = dict(self.held) if self.tape.dividend[self.row, column] else {}
            self._trade(self.fills.get(column, ()))
            out = self._dividend(column, entitled)
            if left_over:
                out += left_over * self.tape.last_close.item(self.row, column)
            if out:
                paid[column] += out * self.tape.fx_book.item(self.row, column)
            shares[column:] = sum(self.held.values())
        for lot, count in self.held.items():
            lots[lot] = count

    def _split(self, column: int) -> float:
        """Multiply what is held before the open; the shares left over, where the market pays fractions in cash."""
        tape, ratio, left_over = self.tape, self.tape.split.item(self.row, column), 0.0
        in_cash = ratio % 1.0 != 0.0 and tape.rules.fractions_in_cash[tape.market[self.row], column] > 0
        for lot, count in list(self.held.items()):
            became = math.floor(count + DUST) * ratio
            fraction = became - math.floor(became + DUST) if in_cash else 0.0
            fraction = fraction if fraction > DUST else 0.0
            self._set(lot, count * ratio - fraction)
            left_over += fraction
        return left_over

    def _trade(self, fills: Sequence[Table]) -> None:
        for fill in fills:
            lot = int(fill["lot"])
            self._set(lot, self.held.get(lot, 0.0) + float(fill["side"] * fill["shares"]))

    def _dividend(self, column: int, entitled: dict[int, float]) -> float:
        """What is paid out, local: all of it, or that of the lots that left on their ex-date."""
        out, cash = 0.0, self.tape.dividend.item(self.row, column)
        for lot, count in entitled.items():
            if self.account.reinvest and lot in self.held:
                self.held[lot] += count * cash / self.tape.last_close.item(self.row, column)
            else:
                out += count * cash
        return out

    def _set(self, lot: int, count: float) -> None:
        self.held[lot] = count
        if -DUST <= count <= DUST:
            del self.held[lot]
