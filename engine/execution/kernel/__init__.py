"""The compiled kernel: plays strategies made of parts alone, fill for fill as backtrader does, thousands a second.

`engine.execution.rules` is compiled as it stands; what the broker, the desk and the account do with it is written
here once more, on arrays. Tests hold the two ledgers against each other bit by bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.execution.account import Purse
    from engine.ledger import Ledger
    from engine.market.tape import Tape
    from engine.schedule import Schedule
    from strategies.parts import Plan


def play_kernel(tape: Tape, schedule: Schedule, plan: Plan, purse: Purse, members: dict[str, int]) -> Ledger:
    """The ledger of `engine.execution.play.play` for a strategy without hooks. Arguments as there."""
    import numpy as np

    from engine.execution.kernel import packing, records
    from engine.execution.kernel.days import play_many

    market = packing.pack_market(tape)
    calendars = packing.pack_schedule(tape, schedule, plan, members)
    packed, clock = packing.pack_plan(tape, plan, purse), packing.pack_clock(tape)
    figures = np.zeros(0, records.FIGURES)
    size = len(calendars.triggers) + 16
    while True:
        state = packing.make_state(tape, len(calendars.triggers), size)
        if play_many(market, state, packed, calendars, clock, records.TOLD, figures, 0, 1):
            return packing.make_ledger(state, calendars.triggers)
        size *= 2
