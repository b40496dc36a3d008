"""Play a schedule through backtrader: one strategy, one account, one ledger."""

from __future__ import annotations

from typing import Any

import numpy as np

from eventfolio.engine.execution.broker import TapeBroker
from eventfolio.engine.execution.commission import TapeCommission
from eventfolio.engine.execution.feed import Clock
from eventfolio.engine.execution.lean import set_up
from eventfolio.engine.execution.order_manager import Desk
from eventfolio.engine.ledger import ledger as book
from eventfolio.engine.ledger.ledger import Ledger, Why
from eventfolio.engine.ledger.purse import Purse
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.schedule import Schedule
from eventfolio.strategies import EventStrategy
from eventfolio.strategies.parts import Plan, StrategyError


def simulate(
    tape: Tape,
    schedule: Schedule,
    plan: Plan,
    purse: Purse,
    members: dict[str, int],
    strategy: type[EventStrategy],
    params: dict[str, Any],
    floor: int = 0,
    lean: bool = True,
) -> Ledger:
    """Run `strategy` over the tape's window.

    floor   : ns UTC, see Desk
    members : number of members with prices by theme; the key "*" counts all listings once
    lean    : whether to leave idle work out; else backtrader's own loop does all of it, to the same ledger
    Returns : the ledger; the same inputs give the same bytes
    """
    hooks = strategy.hooks()
    # Indicators want history, so that they are ready when the window begins; parts alone need none.
    begin = 0 if {"next", "__init__"} & set(hooks) else tape.first
    cerebro, broker, feed = set_up(strategy, lean)
    clock = Clock(tape, begin)
    desk = Desk(tape, schedule, plan, members, floor)
    broker.take_up(tape, purse, desk, clock)
    cerebro.setbroker(broker)
    cerebro.warm = tape.first - begin + 1 if "next" in hooks else 0
    for row, symbol in enumerate(tape.symbols):
        broker.addcommissioninfo(TapeCommission(broker=broker, row=row), name=symbol)
        cerebro.adddata(feed(clock=clock, row=row), name=symbol)
    cerebro.addstrategy(strategy, **params)
    try:
        cerebro.run()
    except IndexError as error:
        if str(error) != "array index out of range":  # what a line of prices answers that ends at today's date
            raise
        raise StrategyError(
            f"{strategy.__name__}{_line(error, strategy)}: a feed has no bar there. Those after the current date are "
            "not known when orders are decided; before the first there are none."
        ) from error
    return _ledger(broker, desk)


def _line(error: BaseException, strategy: type[EventStrategy]) -> str:
    """ ", line N" of the innermost frame in the strategy's own module."""
    line, trace = "", error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__") == strategy.__module__:
            line = f", line {trace.tb_lineno}"
        trace = trace.tb_next
    return line


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
    for trigger in range(len(desk.schedule.triggers)):
        if trigger not in desk.entered:
            desk.note([trigger], Why.DECLINED)
    for watch in desk.watches:
        desk.note(watch.triggers, Why.WAITING)
    for ticket in broker.tickets:
        if not ticket.is_sent:
            desk.note([ticket.trigger], ticket.why, ticket.column)
        elif ticket.side > 0 and ticket.lot is not None and not ticket.filled > 0:
            desk.note(ticket.lot.extended_by, Why.WAITING if ticket.is_open else ticket.why)
    fills = [(number[fill[0]], lot_number[fill[1]], *fill[2:]) for fill in broker.fills]
    return Ledger(
        orders=np.array(orders, book.ORDER),
        fills=np.array(fills, book.FILL),
        lots=np.array(
            [(lot_number[x.number], x.row, x.trigger, x.created, x.shares, x.dividends, x.ended) for x in lots],
            book.LOT,
        ),
        extensions=np.array(
            [(lot_number[lot.number], trigger) for lot in lots for trigger in lot.extended_by], book.EXTENSION
        ),
        waits=np.array([(number[w[0]], *w[1:]) for w in broker.waits if w[0] in number], book.WAIT),
        holdings=np.array(broker.account.holdings, book.HOLDING),
        equity=np.array(broker.account.equities),
        cash=np.array(broker.account.cashes),
        notes=np.array(desk.notes, book.NOTE),
    )
