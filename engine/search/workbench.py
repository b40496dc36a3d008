"""Keeps a study's prices laid out, so that one setting of one strategy is played in milliseconds."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from eventfolio.engine.execution.kernel import plays
from eventfolio.engine.execution.semantics.inputs import Calendars
from eventfolio.engine.execution.semantics.records import FILLS
from eventfolio.engine.ledger.equity import Path, benchmark_returns
from eventfolio.engine.ledger.ledger import Ledger
from eventfolio.engine.ledger.lots import lot_numbers
from eventfolio.engine.ledger.tables import trades_table
from eventfolio.engine.market.benchmarks import BenchmarkLevels
from eventfolio.engine.market.market import Market
from eventfolio.engine.record.identity import TrialIdentity
from eventfolio.engine.run import (
    Run,
    RunSetup,
    hindsight_entry,
    home_benchmarks_of,
    measured,
    play_strategy,
    run_setup,
)
from eventfolio.engine.schedule import schedule_plan
from eventfolio.engine.search.sweep import weekdays_of
from eventfolio.engine.study.strategy import StudyStrategy, Value
from eventfolio.engine.study.study import Study
from eventfolio.engine.study_record import trial_identity
from eventfolio.strategies.errors import StrategyError
from eventfolio.strategies.plan import Plan

if TYPE_CHECKING:
    from eventfolio.engine.execution.kernel.player import Table

Progress = Callable[[int, int], None]
Measured = tuple[Path, dict[str, float | None]]  # the path and the metrics of a run
BACKTRADER = (
    Lock()
)  # held while it plays: it finds its objects' owners by the call stack, and keeps some in its classes
_SCHEDULES = 200  # kept at once: those of one parameter moved from end to end


@dataclass(frozen=True)
class Setting:
    """One strategy of a study with other numbers, and without some events.

    label  : the strategy's
    params : values by name, in place of the study's own
    without: ids of events taken out by hand
    """

    label: str
    params: Mapping[str, Value] = field(default_factory=dict)
    without: tuple[str, ...] = ()


class Workbench:
    """A study and its market, on which settings are played one after another. Several threads may play on it.

    Raises: InputError for a setting that makes no sense
    """

    def __init__(self, study: Study, market: Market) -> None:
        self.study, self.market = study, market
        self._strategies = {one.label: one for one in study.strategies}
        self._thinner: tuple[tuple[str, ...], Study] | None = None
        self._tables: dict[bool, Table] = {}
        self._setups: dict[tuple[Plan, tuple[str, ...], bool], tuple[RunSetup, Calendars]] = {}

    @cached_property
    def home_benchmarks(self) -> dict[str, BenchmarkLevels]:
        """The home index of each listing that has one with prices."""
        return home_benchmarks_of(self.study, self.market)

    @cached_property
    def dates(self) -> npt.NDArray[np.datetime64]:
        """The rows of a run over the whole window: its weekdays (datetime64[D])."""
        return weekdays_of(self.study.start, self.study.end)

    @cached_property
    def benchmark(self) -> npt.NDArray[np.float64]:
        """Daily returns of the study's benchmark over `dates`; NaN throughout without one."""
        return benchmark_returns(self.market.benchmark, self.dates)

    def strategy(self, setting: Setting) -> StudyStrategy:
        """The strategy of a setting, its numbers checked; a value that is the study's own is left to the study."""
        known = self._strategies.get(setting.label)
        if known is None:
            raise StrategyError(f"The study has no strategy '{setting.label}'.")
        own = known.params
        changes = {
            name: value
            for name, value in setting.params.items()
            if name not in own or own[name] != value or isinstance(own[name], bool) is not isinstance(value, bool)
        }
        changed = known.with_params(changes) if changes else known
        changed.plan  # noqa: B018 (refused here)
        return changed

    def study_of(self, setting: Setting) -> Study:
        """The study as a run of the setting alone has it: its one strategy, its events. It is what is played."""
        strategies = (self.strategy(setting),)
        return dataclasses.replace(self._thinned(tuple(sorted(set(setting.without)))), strategies=strategies)

    def is_quick(self, label: str) -> bool:
        """Whether the kernel plays the strategy: one of parts alone."""
        return plays(self._strategies[label].cls)

    def identity(self, study: Study) -> TrialIdentity:
        """Of the trial that a run of the setting is."""
        (one,) = study.strategies
        return trial_identity(study, self.market.tape.fingerprint, one.loaded, one.params, one.plan, False)

    def play(self, study: Study, progress: Progress | None = None, recording: int = FILLS) -> Run | None:
        """A run over the whole window, as `engine.run.play_strategy` makes it; None where it holds no session.

        By the kernel where it can: then its ledger holds no waits and no holdings unless `recording` says so, and it is
        not audited.
        progress : told (dates played, dates in all) where it is played by backtrader
        """
        (one,) = study.strategies
        if not plays(one.cls):
            with BACKTRADER:
                return play_strategy(study, self.market, one.cls, one.plan, one.params, progress=progress)
        found = self._by_kernel(study, one.plan, False, recording)
        if found is None:
            return None
        on, ledger, (path, metrics) = found
        hindsight = hindsight_entry(study, self.market, one.plan)
        trades = trades_table(ledger, on.tape, on.schedule.triggers, self.home_benchmarks, hindsight)
        return Run(on.tape, on.schedule, one.plan, ledger, path, metrics, trades)

    def play_point_in_time(self, study: Study, progress: Progress | None = None) -> Measured | None:
        """Path and metrics of the run from the publication on, without hindsight; None where its window is empty."""
        (one,) = study.strategies
        if plays(one.cls):
            found = self._by_kernel(study, one.plan, True, FILLS)
            return found[2] if found else None
        with BACKTRADER:
            run = play_strategy(study, self.market, one.cls, one.plan, one.params, True, progress=progress)
        return (run.path, run.metrics) if run is not None else None

    def _thinned(self, without: tuple[str, ...]) -> Study:
        """The study without some events; the last one is kept at hand."""
        last = self._thinner
        if last is None or last[0] != without:
            out = tuple(dict.fromkeys((*self.study.without, *without)))
            self._thinner = last = without, self.study.with_options(without=out)
        return last[1]

    def _by_kernel(
        self, study: Study, plan: Plan, point_in_time: bool, recording: int
    ) -> tuple[RunSetup, Ledger, Measured] | None:
        found = self._setup(study, plan, point_in_time)
        if found is None:
            return None
        on, calendars = found
        ledger = self._tables[point_in_time].ledger(plan, calendars, recording)
        return on, ledger, measured(study, on, ledger, lot_numbers(ledger, on.tape, self.home_benchmarks))

    def _setup(self, study: Study, plan: Plan, point_in_time: bool) -> tuple[RunSetup, Calendars] | None:
        """The plan's schedule on the tape; plans that differ in nothing that decides it share it."""
        from eventfolio.engine.execution.kernel.player import Table

        key = (schedule_plan(plan), study.without, point_in_time)
        if key not in self._setups:
            on = run_setup(study, self.market, plan, point_in_time)
            if on is None:
                return None
            table = self._tables.get(point_in_time) or Table(on.tape, on.account, study.end)
            self._tables[point_in_time] = table
            while len(self._setups) >= _SCHEDULES:
                self._setups.pop(next(iter(self._setups)), None)
            self._setups[key] = on, table.calendars(on.schedule, plan, on.members)
        return self._setups[key]
