"""The kernel's interface for Python: a market laid out once, on which plans are played by the thousand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import date
from queue import SimpleQueue
from typing import Any

import numpy as np

from eventfolio.engine.execution import packing
from eventfolio.engine.execution.kernel.c_arrays import CArrays
from eventfolio.engine.execution.kernel.library import player
from eventfolio.engine.execution.ledger_of import make_ledger
from eventfolio.engine.execution.packing import Records
from eventfolio.engine.execution.semantics import inputs, records
from eventfolio.engine.execution.semantics.forms import dtype_of
from eventfolio.engine.execution.semantics.inputs import Calendars, Runs
from eventfolio.engine.ledger.account import Account
from eventfolio.engine.ledger.ledger import Ledger
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.schedule import Schedule
from eventfolio.strategies.plan import Plan

FIGURES = dtype_of(inputs.Figures)

_BLOCK = 500  # runs between two words to `progress`, and what one thread plays at a time


class Table:
    """One tape and one account.

    end : last date of the window, where it is past the tape's last
    """

    def __init__(self, tape: Tape, account: Account, end: date | None = None) -> None:
        self.tape, self.account, self.end = tape, account, end
        self._market, self.steps = CArrays(packing.pack_market(tape)), packing.pack_steps(tape, end)
        self._player = player()

    def calendars(
        self, schedule: Schedule, plan: Plan, members: dict[str, int], numbers: dict[str, int] | None = None
    ) -> Calendars:
        """A schedule as the kernel takes it. Of the plan only what the schedule came from matters, and its spread.

        numbers : of the events by id, for those who put calendars together
        """
        return packing.pack_schedule(self.tape, schedule, plan, members, numbers)

    def play(self, state: CArrays, calendars: CArrays, runs: CArrays, recording: int, first: int, stop: int) -> int:
        """`batch.play_batch` on the table's market: the first run not played, `stop` or one that did not fit."""
        reached = self._player(self._market, state, calendars, runs, recording, first, stop)
        return reached if reached >= 0 else int(state.arrays.book["run"][0])

    def ledger(self, plan: Plan, calendars: Calendars, recording: int = records.EVERYTHING) -> Ledger:
        """The ledger of one plan on one calendar; below EVERYTHING without waits and holdings."""
        size = len(calendars.triggers) + 16
        packed: Any = packing.pack_plan(self.tape, plan, self.account, self.end)
        runs, on = CArrays(Runs(packed, self.steps, np.zeros(0, FIGURES))), CArrays(calendars)
        while True:
            state = packing.make_state(self.tape, len(calendars.triggers), size, recording)
            if self.play(CArrays(state), on, runs, recording, 0, 1) == 1:
                return make_ledger(state, calendars.triggers)
            size *= 2

    def figures(
        self,
        plans: Sequence[Plan],
        calendars: Calendars,
        threads: int = 1,
        progress: Callable[[int, int], None] | None = None,
    ) -> Records:
        """Figures (FIGURES) of each plan on one calendar, or of one plan on each calendar; no more is kept.

        Order and numbers do not depend on `threads`.
        Raises: ValueError for several plans on several calendars
        """
        return Batch(self, plans, calendars, threads).play(progress)


class Batch:
    """Runs on a table, laid out and ready to be played. Arguments as for `Table.figures`."""

    def __init__(self, table: Table, plans: Sequence[Plan], calendars: Calendars, threads: int = 1) -> None:
        sets = len(calendars.triggers_from) - 1
        if 1 not in (len(plans), sets):
            raise ValueError(f"{len(plans)} plans on {sets} calendars: one of the two must be single.")
        self._table, self._calendars, self._threads = table, CArrays(calendars), threads
        packed: Any = np.concatenate([packing.pack_plan(table.tape, plan, table.account, table.end) for plan in plans])
        self.found = np.zeros(len(plans) * sets, FIGURES)
        self._runs = CArrays(Runs(packed, table.steps, self.found))
        ends: Any = calendars.triggers_from
        self._most = int(np.diff(ends).max(initial=0))
        self._sizes = [self._most + 16] * threads  # lots that fit into each thread's state
        self._states = [self._state(size) for size in self._sizes]
        self._free: SimpleQueue[int] = SimpleQueue()  # states that no thread plays with
        for hand in range(threads):
            self._free.put(hand)

    def play(self, progress: Callable[[int, int], None] | None = None) -> Records:
        """The figures of every run."""
        count = len(self.found)
        bounds = [*range(0, count, _BLOCK), count]
        with ThreadPoolExecutor(self._threads) if self._threads > 1 else nullcontext() as pool:
            each = map if pool is None else pool.map
            for done in each(self._play_block, bounds[:-1], bounds[1:]):
                if progress is not None:
                    progress(done, count)
        return self.found

    def _play_block(self, first: int, stop: int) -> int:
        hand = self._free.get()
        while (first := self._table.play(self._states[hand], self._calendars, self._runs, 0, first, stop)) < stop:
            self._sizes[hand] *= 2
            self._states[hand] = self._state(self._sizes[hand])
        self._free.put(hand)
        return stop

    def _state(self, size: int) -> CArrays:
        return CArrays(packing.make_state(self._table.tape, self._most, size, recording=0))
