"""Simulates a schedule through backtrader: one strategy, one account, one ledger."""

from __future__ import annotations

from collections.abc import Callable

from eventfolio.engine.execution.broker import TapeBroker
from eventfolio.engine.execution.commission import TapeCommission
from eventfolio.engine.execution.fast_loop import set_up
from eventfolio.engine.execution.feed import Clock
from eventfolio.engine.execution.simulation import Simulation
from eventfolio.engine.ledger.account import Account
from eventfolio.engine.ledger.ledger import Ledger
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.schedule import Schedule
from eventfolio.strategies import EventStrategy
from eventfolio.strategies.errors import StrategyError
from eventfolio.strategies.parameters import Params
from eventfolio.strategies.plan import Plan


def simulate(
    tape: Tape,
    schedule: Schedule,
    plan: Plan,
    account: Account,
    members: dict[str, int],
    strategy: type[EventStrategy],
    params: Params,
    floor: int = 0,
    fast: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Ledger:
    """Run `strategy` over the tape's window.

    floor   : ns UTC; a strategy's own orders trade only at opens after it (the publication, point in time)
    members : number of members with prices by theme; the key "*" counts all listings once
    fast    : whether to leave idle work out; else backtrader's own loop does all of it, to the same ledger
    progress: told (dates played, dates in all) as a class with code of its own is played; what it raises ends the run
    Returns : the ledger; the same inputs give the same bytes
    """
    hooks = strategy.hooks()
    # Indicators want history, so that they are ready when the window begins; parts alone need none.
    begin = 0 if {"next", "__init__"} & set(hooks) else tape.first
    cerebro, feed = set_up(strategy, fast)
    cerebro.progress = progress
    clock, broker = Clock(tape, begin), TapeBroker()
    simulation = Simulation(tape, schedule, plan, account, members)
    if hooks:
        simulation.taken = set()
    broker.take_up(simulation, clock, floor, cerebro.moves_feeds)
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
    return simulation.ledger()


def _line(error: BaseException, strategy: type[EventStrategy]) -> str:
    """ ", line N" of the innermost frame in the strategy's own module."""
    line, trace = "", error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__") == strategy.__module__:
            line = f", line {trace.tb_lineno}"
        trace = trace.tb_next
    return line
