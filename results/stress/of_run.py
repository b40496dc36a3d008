"""What the page shows of how much a strategy bears, who made its drawdowns, and whether its accounts replay."""

from __future__ import annotations

from dataclasses import dataclass

from eventfolio.engine.record.json_record import known
from eventfolio.engine.record.run_facts import CapacityFacts
from eventfolio.results.store.read import StoredRun
from eventfolio.results.stress.costs import BreakEven, OneSessionLater, break_even, one_session_later
from eventfolio.results.stress.drawdowns import Drawdown, drawdowns
from eventfolio.results.stress.replay import Tick, replay


@dataclass(frozen=True)
class Stress:
    """Everything worked out from the tables of one run. later, costs : None where nothing was bought"""

    later: OneSessionLater | None
    costs: BreakEven | None
    capacity: tuple[CapacityFacts, ...]
    drawdowns: tuple[Drawdown, ...]
    ticks: tuple[Tick, ...]


def stress(run: StoredRun, alone: bool = True) -> Stress | None:
    """Of a stored run; None for one stored before its fills were kept.

    alone : also its drawdowns and its accounts, which a page of one run shows and a comparison does not
    """
    if run.fills is None:
        return None
    return Stress(
        later=one_session_later(run.fills, run.trades),
        costs=break_even(run.fills, run.trades),
        capacity=known(run.facts.capacity) or (),
        drawdowns=tuple(drawdowns(run)) if alone else (),
        ticks=tuple(replay(run)) if alone else (),
    )
