"""Play a schedule through backtrader: one strategy, one account, one ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine import ledger as book
from engine.execution.broker import TapeBroker
from engine.execution.desk import Desk
from engine.execution.feed import TapeCerebro, TapeFeed
from engine.ledger import Ledger
from engine.market.tape import Tape
from engine.schedule import Schedule
from strategies.parts import Plan


@dataclass(frozen=True)
class Purse:
    """The account a run starts with: cash, what idle cash earns a year, whether dividends are reinvested."""

    cash: float
    cash_rate: float = 0.0
    reinvest: bool = True


def play(
    tape: Tape,
    schedule: Schedule,
    plan: Plan,
    purse: Purse,
    members: dict[str, int],
    strategy: type,
    params: dict[str, Any],
) -> Ledger:
    """Run `strategy` over the tape's window.

    members : number of members with prices by theme; the key "*" counts all listings once
    Returns : the ledger; the same inputs give the same bytes
    """
    begin = max(tape.first - strategy.warmup, 0)  # type: ignore[attr-defined]
    broker = TapeBroker(cash=purse.cash)
    desk = Desk(tape, schedule, plan, members)
    broker.take_up(tape, purse, desk, begin)
    cerebro = TapeCerebro(stdstats=False, broker_coo=False)
    cerebro.setbroker(broker)
    for row, symbol in enumerate(tape.symbols):
        cerebro.adddata(TapeFeed(tape=tape, row=row, begin=begin), name=symbol)
    cerebro.addstrategy(strategy, **params)
    cerebro.run()
    return _ledger(broker, desk)


def _ledger(broker: TapeBroker, desk: Desk) -> Ledger:
    broker.end()
    tickets = [ticket for ticket in broker.tickets if ticket.is_sent]
    number = {ticket.number: place for place, ticket in enumerate(tickets)}
    lots = [lot for lot in broker.lots if lot.basis_shares > 0]
    lot_number = {lot.number: place for place, lot in enumerate(lots)}
    orders = [
        (
            number[t.number], -1 if t.lot is None else lot_number.get(t.lot.number, -1), t.row, t.side, t.reason,
            t.trigger, t.column, t.wanted, t.filled, t.status, t.why,
            t.equity, t.share, t.target, t.factor, t.last_close, t.last_fx,
        )
        for t in tickets
    ]  # fmt: skip
    fills = [(number[fill[0]], lot_number[fill[1]], *fill[2:]) for fill in broker.fills]
    return Ledger(
        orders=np.array(orders, book.ORDER),
        fills=np.array(fills, book.FILL),
        lots=np.array(
            [(lot_number[x.number], x.row, x.trigger, x.created, x.shares, x.dividends) for x in lots],
            book.LOT,
        ),
        extensions=np.array(
            [(lot_number[lot.number], trigger) for lot in lots for trigger in lot.extended_by], book.EXTENSION
        ),
        waits=np.array([(number[w[0]], *w[1:]) for w in broker.waits if w[0] in number], book.WAIT),
        holdings=np.array(broker.holdings, book.HOLDING),
        equity=np.array(broker.equities),
        cash=np.array(broker.cashes),
    )
