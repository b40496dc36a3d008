"""Plays trials of a sweep through the compiled kernel: the same figures as a run's, from its fills and books."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eventfolio.engine.errors import StudyError
from eventfolio.engine.execution.kernel.player import Table
from eventfolio.engine.execution.semantics.inputs import Calendars
from eventfolio.engine.execution.semantics.records import FILLS
from eventfolio.engine.ledger.equity import Path
from eventfolio.engine.ledger.ledger import Ledger
from eventfolio.engine.ledger.lots import LotNumbers, lot_numbers
from eventfolio.engine.run import RunSetup, home_benchmarks_of, measured, run_setup
from eventfolio.engine.schedule import schedule_plan
from eventfolio.engine.search.grid import Params
from eventfolio.engine.search.setup import StrategySetup
from eventfolio.engine.search.trial import SweepContext, Trial
from eventfolio.strategies.plan import Plan


def by_kernel(context: SweepContext, setup: StrategySetup, params: Sequence[Params]) -> list[Trial]:
    """The trials in their order. Those whose parameters lead to the same schedule share it.

    Raises: StudyError for a window without a session
    """
    cls = context.strategy.cls
    home_benchmarks = home_benchmarks_of(setup.study, setup.market)
    setups: dict[Plan, tuple[RunSetup, Calendars]] = {}
    table: Table | None = None
    trials = []
    for one in params:
        plan, _ = cls.resolve(**one)
        key = schedule_plan(plan)
        if key not in setups:
            on = run_setup(setup.study, setup.market, plan, context.point_in_time)
            if on is None:
                raise StudyError("The window holds no session to play.")
            table = table or Table(on.tape, on.account, setup.study.end)
            setups[key] = on, table.calendars(on.schedule, plan, on.members)
        on, calendars = setups[key]
        assert table is not None
        ledger = table.ledger(plan, calendars, FILLS)
        lots = lot_numbers(ledger, on.tape, home_benchmarks)
        path, metrics = measured(setup.study, on, ledger, lots)
        trials.append(_trial(on, ledger, lots, path, metrics))
    return trials


def _trial(on: RunSetup, ledger: Ledger, lots: LotNumbers, path: Path, metrics: dict[str, float | None]) -> Trial:
    paid = lots.shares * (lots.paid / lots.shares)  # as the table of trades has it
    by_event: dict[str, tuple[float, float]] = {}
    for trigger, pnl, cost in zip(ledger.lots["trigger"], lots.pnl.tolist(), paid.tolist(), strict=True):
        if event := on.schedule.triggers[trigger].event_id:
            before = by_event.get(event, (0.0, 0.0))
            by_event[event] = (before[0] + pnl, before[1] + cost)
    filled = ledger.fills["column"]
    return Trial(
        metrics=metrics,
        mean_trade=float(np.mean(lots.pnl / paid)) if len(paid) else None,
        returns=path.returns,
        idle=int((path.columns < filled.min()).sum()) if len(filled) else len(path.returns),
        by_event=dict(sorted(by_event.items())),
    )
