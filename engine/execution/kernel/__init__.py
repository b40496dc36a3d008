"""The compiled kernel: plays strategies made of parts alone, fill for fill as backtrader does, thousands a second.

`engine.execution.rules` is compiled as it stands; what the broker, the desk and the account do with it is written
here once more, on arrays. Tests hold the two ledgers against each other bit by bit.
"""

from __future__ import annotations

from engine.execution.account import Purse
from engine.ledger import Ledger
from engine.market.tape import Tape
from engine.schedule import Schedule
from strategies.parts import Plan


def play_kernel(tape: Tape, schedule: Schedule, plan: Plan, purse: Purse, members: dict[str, int]) -> Ledger:
    """The ledger of `engine.execution.play.play` for a strategy without hooks. Arguments as there."""
    from engine.execution.kernel import packing
    from engine.execution.kernel.days import play_days
    from engine.execution.kernel.records import TOLD

    market = packing.pack_market(tape)
    triggers, revisions = packing.pack_schedule(tape, schedule, plan, members)
    packed, lapses = packing.pack_plan(tape, plan, purse), packing.cash_lapses(tape)
    size = len(triggers) + 16
    while True:
        state = packing.make_state(tape, len(triggers), size)
        if play_days(market, state, packed, triggers, revisions, lapses, TOLD):
            return packing.make_ledger(state, triggers)
        size *= 2
