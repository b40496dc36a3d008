"""The account: cash, the lots held, what corporate actions do to them, and the books at the end of each date."""

from __future__ import annotations

import math

import numpy as np

from eventfolio.engine.execution.lots import Lot
from eventfolio.engine.execution.market_terms import Terms
from eventfolio.engine.execution.rules import CENT_DUST, SHARE_DUST, added
from eventfolio.engine.ledger.purse import Purse
from eventfolio.engine.market.tape import Tape


class Account:
    """Money in the account currency. `spendable` is the cash at the last books less what the date has spent."""

    def __init__(self, tape: Tape, purse: Purse, terms: Terms) -> None:
        self.tape, self.purse, self.terms = tape, purse, terms
        self.cash = self.spendable = self.equity = purse.cash
        self.held_lots: dict[int, list[Lot]] = {}  # by row
        self.entitled: list[tuple[Lot, float, float]] = []  # lot, shares before the ex-date's open, local cash a share
        self.fractions: list[tuple[Lot, float]] = []  # of a split, to be paid in cash
        self.holdings: list[tuple[int, int, float, float]] = []
        self.equities: list[float] = []
        self.cashes: list[float] = []

    def held(self, row: int) -> float:
        """Shares of a listing."""
        return added(lot.shares for lot in self.held_lots.get(row, ()))

    def value_of(self, row: int, column: int) -> float:
        """What a listing's shares are worth at the books of a date."""
        if row not in self.held_lots:
            return 0.0
        return self.held(row) * self.tape.last_close.item(row, column) * self.tape.fx_book.item(row, column)

    def buy(self, lot: Lot, shares: float, price: float, cost: float) -> None:
        """Add bought shares (local `price`) to a lot and pay `cost`, value and charges."""
        self.cash -= cost
        self.spendable -= cost
        if -CENT_DUST * max(1.0, self.purse.cash / 1e6) < self.cash < 0.0:
            self.cash = 0.0
        if lot not in self.held_lots.get(lot.row, ()):
            self.held_lots.setdefault(lot.row, []).append(lot)
        lot.shares += shares
        lot.fresh += shares
        lot.basis_shares += shares
        lot.basis_cost += shares * price

    def sell(self, lot: Lot, shares: float, proceeds: float) -> None:
        """Take sold shares from a lot; the proceeds are spendable from the next date on."""
        self.cash += proceeds
        lot.shares -= shares
        if not lot.is_held:
            self._gone(lot)

    def split(self, row: int, column: int, ratio: float) -> None:
        """Multiply the shares held; where the market pays fractions out, what is no whole share goes in cash."""
        for lot in list(self.held_lots.get(row, ())):
            fraction = self._fraction(lot, column, ratio)
            lot.split(ratio)
            if fraction > 0:
                lot.shares -= fraction
                self.fractions.append((lot, fraction))
                if lot.shares <= SHARE_DUST:  # a consolidation left no whole share
                    lot.shares, lot.ended = 0.0, column
                    self._gone(lot)

    def held_after_split(self, row: int, column: int) -> float:
        """Shares of a listing once a split effective at a date's open is done."""
        ratio = self.tape.split.item(row, column)
        return added(lot.shares * ratio - self._fraction(lot, column, ratio) for lot in self.held_lots.get(row, ()))

    def _fraction(self, lot: Lot, column: int, ratio: float) -> float:
        """The part of a share that a split leaves of a lot's whole shares and the market pays out in cash."""
        if ratio == int(ratio) or not self.terms.rate("fractions_in_cash", lot.row, column) > 0:
            return 0.0
        after = math.floor(lot.shares + SHARE_DUST) * ratio
        fraction = after - math.floor(after + SHARE_DUST)
        return fraction if fraction > SHARE_DUST else 0.0

    def entitle(self, row: int, cash: float) -> None:
        """Note who holds a listing before its ex-date's open."""
        self.entitled += [(lot, lot.shares, cash) for lot in self.held_lots.get(row, ())]

    def close_books(self, column: int) -> None:
        """Interest on idle cash, dividends, marks: the books of a date."""
        tape = self.tape
        if self.purse.cash_rate:
            eve = np.datetime64(tape.start, "D") - np.timedelta64(1, "D")
            before = tape.dates[column - 1] if column > tape.first else eve
            days = int((tape.dates[column] - before).astype(int))
            self.cash *= (1.0 + self.purse.cash_rate) ** (days / 365.25)
        for lot, shares, cash in self.entitled:
            if lot.is_held and self.purse.reinvest:
                lot.shares += shares * cash / tape.last_close.item(lot.row, column)
            else:
                self._pay(lot, shares * cash * tape.fx_book.item(lot.row, column))
        for lot, fraction in self.fractions:
            self._pay(lot, fraction * tape.last_close.item(lot.row, column) * tape.fx_book.item(lot.row, column))
        self.entitled.clear()
        self.fractions.clear()
        total = 0.0
        for row in sorted(self.held_lots):
            close = tape.close.item(row, column)
            for lot in self.held_lots[row]:
                lot.fresh = 0.0
                if not math.isnan(close) and not lot.high >= close:
                    lot.high = close
            value = self.value_of(row, column)
            self.holdings.append((column, row, self.held(row), value))
            total += value
        self.equity = self.cash + total
        self.spendable = self.cash
        self.equities.append(self.equity)
        self.cashes.append(self.cash)

    def _gone(self, lot: Lot) -> None:
        self.held_lots[lot.row].remove(lot)
        if not self.held_lots[lot.row]:
            del self.held_lots[lot.row]

    def _pay(self, lot: Lot, money: float) -> None:
        self.cash += money
        lot.dividends += money
