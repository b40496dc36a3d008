"""A sweep's trials by the kernel are those by backtrader, to the last digit of every figure and return."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eventfolio.engine.errors import StudyError
from eventfolio.engine.search.journal import pack
from eventfolio.engine.search.setup import engine_for
from eventfolio.engine.search.sweep import Sweep, make_sweep
from eventfolio.engine.search.trial import WHOLE, Block, Subset, Trial
from eventfolio.engine.search.trials import play_block, themes_of
from eventfolio.engine.study.study import load_study
from eventfolio.events.dprk_russia import STUDY
from eventfolio.strategies.errors import StrategyError
from eventfolio.strategies.loader import SHIPPED, load_strategy

GRIDS = {  # numbers that trade otherwise than the defaults
    "scheduled-run-up": ("lead=5,15",),
    "through-the-event": ("lead=5,15", "through=0,3"),
    "bridge-run-up": ("lead=5,15",),
    "confirmed-breakout": ("lookback=5,20", "trail=none,0.05"),
    "event-intensity": ("half_life=5,20", "band=0,0.02"),
    "buy-and-hold": ("weight=0.5,0.95",),
}


def played(sweep: Sweep, engine: str, where: Subset = WHOLE) -> list[Trial]:
    context = replace(sweep.context, engine=engine)
    return [
        trial
        for number, params in enumerate(sweep.grid.params)
        for trial in play_block(context, Block(where, themes_of(params), (number,), (params,)))
    ]


def assert_equal(sweep: Sweep, where: Subset = WHOLE) -> list[Trial]:
    ours, theirs = (played(sweep, engine, where) for engine in ("kernel", "backtrader"))
    for params, one, two in zip(sweep.grid.params, ours, theirs, strict=True):
        assert one.metrics == two.metrics, params
        assert one.returns.tobytes() == two.returns.tobytes(), params
        assert pack("", one) == pack("", two), params  # and mean trade, idle dates, gains by event
    return ours


@pytest.mark.parametrize("point_in_time", [False, True])
@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_strategy(name: str, point_in_time: bool) -> None:
    grid = GRIDS.get(name, ("hold=5,20", "stop=none,0.05"))
    trials = assert_equal(make_sweep(STUDY, name, grid, point_in_time=point_in_time))
    assert len({str(trial.metrics) for trial in trials}) > 1 or (name, point_in_time) == ("bridge-run-up", True)


CHOOSY = """
from eventfolio import EventStrategy, Leave, Slots, Where

class Choosy(EventStrategy):
    only = (Where("size", ">=", "least"),)
    size = Slots("weight", "slots")
    leave = Leave("hold")
    params = dict(hold=20, weight=0.8, slots=2, least=1.0)
"""


@pytest.mark.parametrize(
    ("name", "grid"),
    [
        ("scheduled-run-up", ("lead=5,15",)),
        ("through-the-event", ("through=0,3,8",)),
        ("choosy.py:Choosy", ("least=none,5,14",)),
        ("choosy.py:Choosy", ("slots=1,2,9", "least=none")),
    ],
)
def test_trials_of_one_block_are_those_of_each_by_itself(name: str, grid: tuple[str, ...], tmp_path: Path) -> None:
    """Trials share a schedule only where nothing that they differ in decides it."""
    (tmp_path / "choosy.py").write_text(CHOOSY)
    study = load_study(STUDY)
    sizes = iter(range(len(study.calendar.events)))
    events = tuple(event.model_copy(update={"facts": {"size": next(sizes)}}) for event in study.calendar.events)
    study = replace(study, calendar=replace(study.calendar, events=events), folder=tmp_path)
    sweep = make_sweep(study, name, grid)
    context, params = replace(sweep.context, engine="kernel"), sweep.grid.params
    block = Block(WHOLE, themes_of(params[0]), tuple(range(len(params))), tuple(params))
    together, alone = list(play_block(context, block)), played(sweep, "kernel")
    assert [pack("", one) for one in together] == [pack("", one) for one in alone]
    assert len({str(one.metrics) for one in alone}) == len(params)


ALIKE = """
from eventfolio import Announcement, EventStrategy, Leave, Where

class Alike(EventStrategy):
    trigger = Announcement()
    only = (Where("size", "=", "wanted"),)
    leave = Leave("hold")
    params = dict(hold=20, weight=0.5, wanted=1.0)
"""


def test_a_truth_and_the_number_it_equals_are_two_conditions(tmp_path: Path) -> None:
    """Some events have the number 1 for a fact and others true: each setting buys after its own alone."""
    (tmp_path / "alike.py").write_text(ALIKE)
    study = load_study(STUDY)
    sizes = iter([(1.0, True)[number % 3 == 0] for number in range(len(study.calendar.events))])
    events = tuple(event.model_copy(update={"facts": {"size": next(sizes)}}) for event in study.calendar.events)
    study = replace(study, calendar=replace(study.calendar, events=events), folder=tmp_path)
    sweep = make_sweep(study, "alike.py:Alike", ("hold=20",))
    params = tuple({**sweep.grid.params[0], "wanted": wanted} for wanted in (1.0, True))
    block = Block(WHOLE, themes_of(params[0]), (0, 1), params)
    together = list(play_block(replace(sweep.context, engine="kernel"), block))
    names = [set(one.by_event) for one in together]
    facts = {event.id: event.facts["size"] for event in events}
    assert all(names)
    assert [{type(facts[name]) for name in own} for own in names] == [{float}, {bool}]


def test_by_themes_of_the_sweep() -> None:
    trials = assert_equal(make_sweep(STUDY, "announcement-drift", ("themes=lng,coal,coal+lng", "repeat=extend,add")))
    assert len({str(trial.metrics) for trial in trials}) == 3  # coal has no news that repeats


def test_parameters_of_schedules_that_differ_in_one_block() -> None:
    """Trials that share a block share a schedule only where they have the same one."""
    sweep = make_sweep(STUDY, "scheduled-run-up", ("lead=3,8,15", "hold=4,none"))
    context = sweep.context
    params = tuple(sweep.grid.params)
    block = Block(WHOLE, themes_of(params[0]), tuple(range(len(params))), params)
    together = [pack("", one) for one in play_block(replace(context, engine="kernel"), block)]
    assert together == [pack("", one) for one in play_block(replace(context, engine="backtrader"), block)]
    assert len(set(together)) > 1


@pytest.mark.parametrize(
    "where",
    [Subset(start=date(2025, 9, 1)), Subset(date(2025, 1, 6), date(2025, 8, 29)), Subset(without=("no-such-event",))],
)
def test_on_a_part_of_the_study(where: Subset) -> None:
    assert_equal(make_sweep(STUDY, "announcement-drift", ("hold=5,20", "trail=none,0.05")), where)


def test_with_costs_of_ones_own_and_interest(tmp_path: Path) -> None:
    sweep = make_sweep(STUDY, "event-intensity", ("band=0,0.05",), cash=50_000.0)
    account = sweep.study.account.model_copy(update={"cash_rate": 0.03})
    setups = {
        word: replace(setup, study=replace(setup.study, account=account, dividends="cash"))
        for word, setup in sweep.context.setups.items()
    }
    assert_equal(replace(sweep, context=replace(sweep.context, setups=setups)))


def test_a_window_without_a_session_is_told_by_both() -> None:
    sweep = make_sweep(STUDY, "announcement-drift", ("hold=5",))
    for engine in ("kernel", "backtrader"):
        with pytest.raises(StudyError, match="no session"):
            played(sweep, engine, Subset(date(2025, 6, 7), date(2025, 6, 8)))  # a Saturday and a Sunday


def test_parts_go_to_the_kernel_and_hooks_do_not(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "from eventfolio import EventStrategy\n\nclass Mine(EventStrategy):\n    params = dict(hold=5)\n\n"
        "class Hooked(Mine):\n    def should_exit(self, holding):\n        return True\n"
    )
    mine, hooked = (load_strategy(f"{file}:{name}").cls for name in ("Mine", "Hooked"))
    assert engine_for(mine, "auto") == engine_for(mine, "kernel") == ("kernel", None)
    assert engine_for(hooked, "auto") == ("backtrader", "Hooked overrides should_exit: played by backtrader.")
    with pytest.raises(StrategyError, match="Hooked overrides should_exit, which the kernel cannot play"):
        engine_for(hooked, "kernel")
    sweep: Any = make_sweep(STUDY, f"{file}:Mine", ("hold=3,6",), themes=("lng",))
    assert sweep.context.engine == "kernel"
    assert_equal(sweep)
