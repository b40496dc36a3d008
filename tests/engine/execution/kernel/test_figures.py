"""The figures that the kernel keeps of thousands of plays, against the metrics of each run played by itself."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from support import duel, wild
from support.places import TESTS
from support.proof import random_markets

from eventfolio.engine.execution import packing
from eventfolio.engine.execution.kernel.player import FIGURES
from eventfolio.engine.execution.packing import Records
from eventfolio.engine.execution.semantics import records
from eventfolio.engine.execution.semantics.inputs import Calendars
from eventfolio.engine.ledger.equity import path_of
from eventfolio.engine.ledger.ledger import Ledger, costs_of
from eventfolio.engine.ledger.lots import lot_numbers
from eventfolio.engine.metrics import path_metrics
from eventfolio.engine.schedule import Schedule
from eventfolio.strategies.plan import Plan

sys.path.append(str(TESTS / "benchmarks"))

from workloads import workload


def figures_of(setup: duel.StrategySetup, ledger: Ledger) -> dict[str, float]:
    """The same figures from the run's path and lots, as metrics and trials have them; NaN where they are undefined."""
    path = path_of(ledger, setup.tape, setup.tape.start, setup.end, setup.account.cash)
    lots, fills = lot_numbers(ledger, setup.tape, {}), ledger.fills
    value = fills["shares"] * fills["price"] * fills["fx"]
    bought, sold = (float(value[side].sum()) for side in (fills["side"] > 0, fills["side"] < 0))
    costs = float(costs_of(fills).sum())
    metrics = path_metrics(
        path.returns, path.exposure, path.equity, path.years, bought, sold, lots.figures(costs)
    )  # fmt: skip
    closed = lots.pnl[~lots.is_open]
    found = {
        name: metrics[name] for name in ("total_return", "sharpe", "max_drawdown", "exposure", "turnover", "costs")
    }
    found |= {
        "equity": float(ledger.equity[-1]),
        "lots": len(lots.pnl),
        "closed": len(closed),
        "wins": int((closed > 0).sum()),
        "mean_trade": float((lots.pnl / lots.paid).mean()) if len(lots.pnl) else None,
    }
    return {name: math.nan if value is None else value for name, value in found.items()}


def assert_same(found: Any, wanted: dict[str, float]) -> None:
    for name, value in wanted.items():
        # sums of returns cancel: what is left of them is as exact as they are, not as itself
        assert found[name] == pytest.approx(value, rel=1e-12, abs=1e-13, nan_ok=True), name


def figures(setup: duel.StrategySetup) -> Any:
    table = setup.table()
    return table.figures([setup.plan], table.calendars(setup.schedule, setup.plan, setup.members))[0]


@random_markets(60)
def test_figures_are_the_metrics_of_the_run(seed: int) -> None:
    setup = duel.setup_of(wild.wild_case(Random(seed)))
    assert_same(figures(setup), figures_of(setup, setup.play()))


@pytest.mark.parametrize("cash_rate", [0.0, 0.05, -0.02])
@pytest.mark.parametrize("days", [0, 1, 2, 3, 10, 40])
def test_a_window_that_ends_after_the_last_session_carries_the_books(cash_rate: float, days: int) -> None:
    """Weekdays after the last date of the tape, and a window that begins before its first one, are weekdays too."""
    case = replace(duel.random_case(Random(9)), cash_rate=cash_rate)
    setup = duel.setup_of(case)
    setup = replace(setup, end=setup.end + timedelta(days=days), tape=replace(setup.tape, start=date(2023, 12, 29)))
    assert_same(figures(setup), figures_of(setup, setup.play()))


def test_a_path_that_never_moves_has_no_sharpe_ratio() -> None:
    setup = duel.setup_of(duel.random_case(Random(1)))
    flat = figures(replace(setup, schedule=Schedule(())))
    assert flat["total_return"] == flat["max_drawdown"] == flat["exposure"] == flat["turnover"] == flat["costs"] == 0
    assert flat["lots"] == flat["closed"] == flat["wins"] == 0
    assert math.isnan(flat["sharpe"])
    assert math.isnan(flat["mean_trade"])
    assert flat["equity"] == setup.account.cash


def test_interest_alone_is_a_return() -> None:
    """A year at 5 % on idle cash: (1.05)^(days / 365.25) - 1 from the eve of the window to the last books."""
    setup = duel.setup_of(replace(duel.random_case(Random(1)), cash_rate=0.05))
    found = figures(replace(setup, schedule=Schedule(())))
    days = (setup.tape.dates[setup.tape.last].astype(object) - setup.tape.start).days + 1
    assert found["total_return"] == pytest.approx(1.05 ** (days / 365.25) - 1, rel=1e-12)
    assert found["sharpe"] > 10


# --- many at once ----------------------------------------------------------------------------------------------------


def joined(parts: list[Calendars]) -> Calendars:
    """Many calendars as one set."""
    ends = [np.cumsum([0, *(len(getattr(part, name)) for part in parts)]) for name in ("triggers", "revisions")]
    triggers, revisions = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("triggers", "revisions")
    )
    return Calendars(triggers, ends[0], revisions, ends[1])


def bits(found: Records) -> bytes:
    return found.tobytes()


def some_setup(seed: int) -> duel.StrategySetup:
    """A setup with some triggers and revisions."""
    while True:
        case = wild.wild_case(Random(seed))
        setup = duel.setup_of(case)
        if len(setup.schedule.triggers) > 6:
            return setup
        seed += 1


def parts_of(setup: duel.StrategySetup, random: Random, count: int) -> list[Schedule]:
    """Schedules of some of a setup's triggers each, the first and last without any."""
    every = setup.schedule
    drawn = [[t for t in every.triggers if random.random() < 0.5] for _ in range(count - 2)]
    return [Schedule(tuple(some), every.revisions) for some in ([], *drawn, [])]


@pytest.mark.parametrize("seed", [3, 40, 77])
def test_many_calendars_are_each_calendar_by_itself(seed: int) -> None:
    setup = some_setup(seed)
    table = setup.table()
    alone = [table.calendars(part, setup.plan, setup.members) for part in parts_of(setup, Random(seed), 9)]
    together = table.figures([setup.plan], joined(alone))
    assert len(together) == 9
    assert bits(together) == b"".join(bits(table.figures([setup.plan], one)) for one in alone)
    assert len(np.unique(together["equity"])) > 2


@pytest.mark.parametrize("seed", [5, 21])
def test_many_plans_are_each_plan_by_itself(seed: int) -> None:
    setup = some_setup(seed)
    table = setup.table()
    calendars = table.calendars(setup.schedule, setup.plan, setup.members)
    plans = [replace(setup.plan, hold=hold, stop=stop) for hold in (None, 1, 2, 5, 9) for stop in (None, 0.01, 0.1)]
    together = table.figures(plans, calendars)
    assert bits(together) == b"".join(bits(table.figures([plan], calendars)) for plan in plans)
    assert len(np.unique(together["equity"])) > 2
    for plan, found in zip(plans, together, strict=True):
        assert_same(found, figures_of(setup, table.ledger(plan, calendars)))


def test_no_number_depends_on_the_threads() -> None:
    """W3's thousand plans and W4's calendars, more than one block for each thread."""
    plans, calendars = workload("W3"), workload("W4")
    table = duel_table(plans)
    one_calendar = table.calendars(plans.schedule(), plans.plans[0], plans.members)
    packed = joined([table.calendars(calendars.schedule(n), calendars.plans[0], plans.members) for n in range(1_203)])
    for args in ((plans.plans, one_calendar), (calendars.plans, packed)):
        found = [bits(table.figures(*args, threads=threads)) for threads in (1, 2, 3)]
        assert found[0] == found[1] == found[2]
        runs = np.frombuffer(found[0], FIGURES)
        assert len(runs) in (1_000, 1_203)
        assert len(np.unique(runs["equity"])) > len(runs) / 2


def duel_table(work: Any) -> Any:
    from eventfolio.engine.execution.kernel.player import Table

    return Table(work.tape, work.account)


def test_progress_tells_of_every_block_and_then_of_the_end() -> None:
    work = workload("W3")
    table = duel_table(work)
    calendars = table.calendars(work.schedule(), work.plans[0], work.members)
    told: list[tuple[int, int]] = []
    table.figures(work.plans, calendars, threads=1, progress=lambda done, of: told.append((done, of)))
    assert told == [(500, 1_000), (1_000, 1_000)]


def test_a_state_too_small_is_played_again_from_the_run_that_did_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Daily trading of decaying shares makes more lots than triggers; so does every third plan here."""
    setup = duel.setup_of(wild.wild_case(Random(281)))
    table = setup.table()
    calendars = table.calendars(setup.schedule, setup.plan, setup.members)
    plans: list[Plan] = [
        replace(setup.plan, band=0.0 if n % 3 == 0 else 0.5, half_life=1.0 + n) for n in range(9)
    ]  # fmt: skip
    make, sizes = packing.make_state, []

    def counted(tape: Any, triggers: int, size: int, recording: int) -> records.State:
        sizes.append(size)
        return make(tape, triggers, size, recording)

    monkeypatch.setattr(packing, "make_state", counted)
    together = table.figures(plans, calendars)
    assert len(sizes) > 1
    for plan, found in zip(plans, together, strict=True):
        assert_same(found, figures_of(setup, table.ledger(plan, calendars)))


def test_no_calendar_gives_no_figures_and_many_of_both_are_refused() -> None:
    setup = some_setup(3)
    table = setup.table()
    one = table.calendars(setup.schedule, setup.plan, setup.members)
    none = Calendars(one.triggers[:0], np.zeros(1, np.int64), one.revisions[:0], np.zeros(1, np.int64))
    assert len(table.figures([setup.plan], none)) == 0
    for plans, sets in (([setup.plan] * 3, joined([one] * 2)), ([setup.plan] * 3, none), ([], joined([one] * 2))):
        with pytest.raises(ValueError, match="one of the two must be single"):
            table.figures(plans, sets)
