"""The kernel's face for Python: a market laid out once, on which plans are played by the thousand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np

from engine.execution.account import Purse
from engine.execution.kernel import packing, records
from engine.execution.kernel.machine import Handed, player
from engine.execution.kernel.records import Calendars, Records, Runs
from engine.ledger import Ledger
from engine.market.tape import Tape
from engine.schedule import Schedule
from strategies.parts import Plan

_BLOCK = 500  # runs between two words to `progress`, and what one thread plays at a time


class Table:
    """One tape and one purse.

    end : last date of the window, where it is past the tape's last
    """

    def __init__(self, tape: Tape, purse: Purse, end: date | None = None) -> None:
        self.tape, self.purse, self.end = tape, purse, end
        self._market, self._clock = Handed(packing.pack_market(tape)), packing.pack_clock(tape, end)
        self._player = player()

    def calendars(
        self, schedule: Schedule, plan: Plan, members: dict[str, int], numbers: dict[str, int] | None = None
    ) -> Calendars:
        """A schedule as the kernel takes it. Of the plan only what the schedule came from matters, and its spread.

        numbers : of the events by id, for those who put calendars together
        """
        return packing.pack_schedule(self.tape, schedule, plan, members, numbers)

    def play(self, state: Handed, calendars: Handed, runs: Handed, told: int, first: int, stop: int) -> int:
        """`days.play_many` on the table's market. No Python runs meanwhile that this thread would hold up."""
        at = self._market.address, state.address, calendars.address, runs.address
        return int(self._player(*at, told, first, stop))

    def ledger(self, plan: Plan, calendars: Calendars, told: int = records.TOLD) -> Ledger:
        """The ledger of one plan on one calendar; below TOLD without waits and holdings."""
        size = len(calendars.triggers) + 16
        packed = packing.pack_plan(self.tape, plan, self.purse, self.end)
        runs, on = Handed(Runs(packed, self._clock, np.zeros(0, records.FIGURES))), Handed(calendars)
        while True:
            state = packing.make_state(self.tape, len(calendars.triggers), size, told)
            if self.play(Handed(state), on, runs, told, 0, 1) == 1:
                return packing.make_ledger(state, calendars.triggers)
            size *= 2

    def figures(
        self,
        plans: Sequence[Plan],
        calendars: Calendars,
        threads: int = 1,
        progress: Callable[[int, int], None] | None = None,
    ) -> Records:
        """Figures (records.FIGURES) of each plan on one calendar, or of one plan on each calendar; no more is kept.

        Order and numbers do not depend on `threads`.
        Raises: ValueError for several plans on several calendars
        """
        sets = len(calendars.triggers_from) - 1
        if 1 not in (len(plans), sets):
            raise ValueError(f"{len(plans)} plans on {sets} calendars: one of the two must be single.")
        packed = np.concatenate([packing.pack_plan(self.tape, plan, self.purse, self.end) for plan in plans])
        count = len(plans) * sets
        found = np.zeros(count, records.FIGURES)
        on, runs = Handed(calendars), Handed(Runs(packed, self._clock, found))
        most = int(np.diff(calendars.triggers_from).max(initial=0))
        sizes = [most + 16] * threads  # lots that fit into each thread's state
        states = [Handed(packing.make_state(self.tape, most, size, told=0)) for size in sizes]

        def play_block(hand: int, first: int, stop: int) -> None:
            while True:
                first = self.play(states[hand], on, runs, 0, first, stop)
                if first == stop:
                    return
                sizes[hand] *= 2
                states[hand] = Handed(packing.make_state(self.tape, most, sizes[hand], told=0))

        bounds = np.array([*range(0, count, _BLOCK), count])
        with ThreadPoolExecutor(threads) as pool:
            for start in range(0, len(bounds) - 1, threads):  # as many blocks at once as there are threads
                ends = bounds[start : start + threads + 1].tolist()
                list(pool.map(play_block, range(threads), ends[:-1], ends[1:]))
                if progress is not None:
                    progress(ends[-1], count)
        return found
