"""Cost, proceeds and P&L of each lot of a ledger, as arrays: the numbers behind trades, metrics and trials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eventfolio.engine.ledger.ledger import Ledger, costs_of, paid
from eventfolio.engine.market.benchmarks import BenchmarkLevels
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.metrics import LotFigures

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LotNumbers:
    """One figure a lot, in the ledger's order; money in the account currency unless it says local.

    shares, sold            : bought, and sold or paid for, each on the share of its day
    paid, got               : value of the purchases and of the sales, without costs; also local (money of the listing
                              bought, whatever it turned into), and at raw prices: got_raw is NaN for a lot sold in
                              two currencies, as parts of two listings
    marked                  : what is still held is worth at the last books; 0 where nothing is
    first_buy, last_sale    : places among the fills; last_sale is -1 while nothing was sold
    entry, leave            : columns of the first purchase and of the last sale (or of the consolidation that left no
                              whole share, or of its listing's end); the tape's last while it is open
    reason                  : of the last sale, or of the end; -1 while nothing was sold
    pnl                     : got + marked - paid - costs + dividends
    at_close                : whether the first purchase was at a close
    index_return            : of its home index from open to open (from close, bought at one; to the last close while
                              open); NaN without one
    """

    shares: Floats
    sold: Floats
    paid: Floats
    got: Floats
    paid_local: Floats
    got_local: Floats
    paid_raw: Floats
    got_raw: Floats
    marked: Floats
    costs: Floats
    first_buy: Ints
    last_sale: Ints
    entry: Ints
    leave: Ints
    reason: Ints
    is_open: npt.NDArray[np.bool_]
    at_close: npt.NDArray[np.bool_]
    pnl: Floats
    index_return: Floats

    @property
    def excess_return(self) -> Floats:
        """Gain after costs on what was paid, less the home index; NaN without one."""
        return self.pnl / self.paid - self.index_return

    def figures(self, costs: float, assumed: int = 0) -> LotFigures:
        """What metrics need. costs : of all fills; assumed : lots on news whose time is assumed"""
        excess = self.excess_return
        return LotFigures(
            opened=len(self.pnl),
            closed_pnl=self.pnl[~self.is_open].tolist(),
            excess=excess[~np.isnan(excess)].tolist(),
            costs=costs,
            assumed=assumed,
        )


def lot_numbers(ledger: Ledger, tape: Tape, home_benchmarks: Mapping[str, BenchmarkLevels]) -> LotNumbers:
    """The numbers of a ledger's lots. home_benchmarks : home index by listing"""
    fills, lots = ledger.fills, ledger.lots
    order = np.argsort(fills["lot"], kind="stable")
    starts = np.searchsorted(fills["lot"][order], np.arange(len(lots)))
    buys = fills["side"] > 0
    value, local = fills["shares"] * fills["price"] * fills["fx"], fills["shares"] * fills["price"]
    raw = fills["shares"] * fills["raw"]

    def added(figure: Floats, part: npt.NDArray[np.bool_] | None = None) -> Floats:
        if not len(lots):
            return np.zeros(0)
        chosen = figure if part is None else np.where(part, figure, 0.0)
        total: Floats = np.add.reduceat(chosen[order], starts)
        return total

    first, last = np.full(len(lots), -1), np.full(len(lots), -1)
    places = np.arange(len(fills))
    first[fills["lot"][buys][::-1]] = places[buys][::-1]
    last[fills["lot"][~buys]] = places[~buys]
    is_open = lots["shares"] > 0
    row, now, at = lots["row"], lots["held_as"], tape.last
    marked = np.where(is_open, lots["shares"] * tape.last_close[now, at] * tape.fx_book[now, at], 0.0)
    entry = fills["column"][first]
    sold_at = np.where(last >= 0, fills["column"][last], at) if len(fills) else np.zeros(0, np.int64)
    leave = np.where(lots["ended"] >= 0, lots["ended"], sold_at)
    reason = np.where(last >= 0, fills["reason"][last], -1) if len(fills) else np.zeros(0, np.int64)
    elsewhere = fills["row"] != row[fills["lot"]]  # sold as the listing that it turned into
    local = np.where(elsewhere, value / tape.fx_fill[row[fills["lot"]], fills["column"]], local)
    spent, got, costs = added(value, buys), added(value, ~buys), added(costs_of(fills))
    sold, got_local, got_raw = added(fills["shares"], ~buys), added(local, ~buys), added(raw, ~buys)
    for payment in ledger.payments:
        lot = payment["lot"]
        if payment["into"] < 0:
            cash = payment["shares"] * payment["price"]
            sold[lot] += payment["shares"]
            got[lot] += paid(payment)
            got_local[lot] += (
                cash if payment["row"] == row[lot] else paid(payment) / tape.fx_fill[row[lot], payment["column"]]
            )
            got_raw[lot] += cash
        if payment["into"] < 0 or payment["became"] == 0:
            leave[lot], reason[lot] = payment["column"], payment["reason"]
    for lot in np.unique(ledger.payments["lot"]):  # of a listing that ended: parts may have been sold in two currencies
        paid_off = (ledger.payments["lot"] == lot) & (ledger.payments["into"] < 0)
        left_as = {*fills["row"][~buys & (fills["lot"] == lot)].tolist(), *ledger.payments["row"][paid_off].tolist()}
        if len({tape.currencies[one] for one in left_as}) > 1:
            got_raw[lot] = np.nan
    at_close = fills["closing"][first] > 0
    return LotNumbers(
        shares=added(fills["shares"], buys),
        sold=sold,
        paid=spent,
        got=got,
        paid_local=added(local, buys),
        got_local=got_local,
        paid_raw=added(raw, buys),
        got_raw=got_raw,
        marked=marked,
        costs=costs,
        first_buy=first,
        last_sale=last,
        entry=entry,
        leave=leave,
        reason=reason,
        is_open=is_open,
        at_close=at_close,
        pnl=got + marked - spent - costs + lots["dividends"],
        index_return=_index_returns(row, entry, leave, is_open, at_close, tape, home_benchmarks),
    )


def _index_returns(
    rows: Ints,
    entry: Ints,
    leave: Ints,
    is_open: npt.NDArray[np.bool_],
    at_close: npt.NDArray[np.bool_],
    tape: Tape,
    home_benchmarks: Mapping[str, BenchmarkLevels],
) -> Floats:
    found = np.full(len(rows), np.nan)
    for row in np.unique(rows):
        home = home_benchmarks.get(tape.symbols[row])
        if home is not None:
            own = rows == row
            ends = np.where(is_open[own], home.closes[tape.last], home.opens[leave[own]])
            starts = np.where(at_close[own], home.at_close[entry[own]], home.opens[entry[own]])
            found[own] = ends / starts - 1.0
    return found
