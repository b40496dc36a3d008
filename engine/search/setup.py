"""The setup of one strategy of a study: what a process needs to play it on any calendar."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from eventfolio.engine.errors import StudyError
from eventfolio.engine.execution.kernel import plays
from eventfolio.engine.market.market import Market, read_market
from eventfolio.engine.run import Run, play_strategy
from eventfolio.engine.schedule import Judge
from eventfolio.engine.search.grid import words
from eventfolio.engine.study.overrides import override, parse_params
from eventfolio.engine.study.strategy import StudyStrategy
from eventfolio.engine.study.study import Study, StudyOptions, load_study
from eventfolio.events import Calendar
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.strategies.errors import StrategyError
from eventfolio.strategies.loader import LoadedStrategy
from eventfolio.strategies.parameters import Value
from eventfolio.strategies.plan import Plan

if TYPE_CHECKING:
    from eventfolio.strategies import EventStrategy

ENGINES = ("auto", "kernel", "backtrader")


@dataclass(frozen=True)
class StrategySetup:
    """What every process needs: the study, its market, and the strategy, which is sent as its code.

    engine : "kernel" or "backtrader"
    """

    study: Study
    market: Market
    strategy: StudyStrategy
    engine: str = "backtrader"

    @property
    def name(self) -> str:
        """The strategy's, as it was asked for."""
        return self.strategy.entry.name

    @property
    def plan(self) -> Plan:
        """The strategy's."""
        return self.strategy.plan

    def play(self, calendar: Calendar, judge: Judge | None = None) -> Run:
        """The strategy over the whole window, as if this were the calendar. judge: as `make_schedule` takes it"""
        played, one = replace(self.study, calendar=calendar), self.strategy
        run = play_strategy(played, self.market, one.cls, one.plan, one.params, judge=judge)
        if run is None:
            raise StudyError("The window holds no session.")
        return run


def make_setup(
    study: Path | Study,
    strategy: str | type | LoadedStrategy,
    params: Sequence[str] | Mapping[str, Value] = (),
    engine: str = "auto",
    prepare: Callable[[Study], Study] = lambda study: study,
    themes: Sequence[str] = (),
    **options: Unpack[StudyOptions],
) -> StrategySetup:
    """Read a study and its market for one strategy.

    params  : "key=value" texts, or values by name
    prepare : done to the study before its market is read (fetching prices)
    themes, options : as `eventfolio.engine.study.overrides.override` takes them
    Raises  : InputError
    """
    values = params if isinstance(params, Mapping) else parse_params(params)
    read = study if isinstance(study, Study) else load_study(study)
    loaded, _ = override(read, strategies=(strategy,), params=values, themes=themes, **options)
    return setup_of(prepare(loaded), loaded.strategies[0], engine)


def setup_of(loaded: Study, strategy: StudyStrategy, engine: str = "auto") -> StrategySetup:
    """One strategy of a study that is already loaded, with the study's own parameters for it."""
    player, _ = engine_for(strategy.cls, engine)
    strategy.plan  # noqa: B018 (numbers that make no sense are refused before prices are read)
    return StrategySetup(loaded, read_market(loaded, date.today()), strategy, player)


def defaults_words(study: Study, played: StudyStrategy, given: Collection[str]) -> str:
    """That a study gives a strategy other numbers than its defaults, which are played; empty where it does not.

    study : as its file has it; given : parameters that were asked for by name
    """
    found = []
    for own in study.strategies:
        if not _is_same(own, played, study.folder):
            continue
        other = {name: value for name, value in own.entry.params.items() if name in played.params and name not in given}
        other = {name: value for name, value in other.items() if value != played.params[name]}
        if not other:
            return ""
        found.append(other)
    if not found:
        return ""
    named = {name: played.params[name] for other in found for name in other}
    said = ", or ".join(map(_written, found))
    return f"{study.name} gives {played.label} {said}; its defaults are played ({_written(named)})."


def defaults_notes(study: Study, chosen: Study, given: Collection[str]) -> list[str]:
    """`defaults_words` of each strategy chosen by name in place of the study's own.

    study : as its file has it; chosen : as it is played; given : parameters that were asked for by name
    """
    return [said for one in chosen.strategies if (said := defaults_words(study, one, given))]


def _written(params: Mapping[str, Value]) -> str:
    return " ".join(f"{name}={words(value)}" for name, value in params.items())


def _is_same(own: StudyStrategy, played: StudyStrategy, folder: Path) -> bool:
    """Whether a study's strategy is the one that is played: by its shipped name, or by its file and class."""
    if own.entry.name == played.entry.name:
        return True
    file, _, cls = own.entry.name.rpartition(":")
    if not file:
        file, cls = cls, ""
    paths = {(place / file).resolve() for place in (folder, Path())}
    return played.loaded.path.resolve() in paths and cls in ("", played.cls.__name__)


def engine_for(cls: type[EventStrategy], wanted: str) -> tuple[str, str | None]:
    """The engine that plays a class, and why it is not the one that one would expect.

    Raises: StudyError for an engine that is not there, StrategyError for hooks in the kernel
    """
    if wanted not in ENGINES:
        raise StudyError(f"--engine '{shown(wanted)}' is not one.{did_you_mean(wanted, ENGINES)}")
    if plays(cls) or wanted == "backtrader":
        return ("kernel" if wanted == "auto" else wanted), None
    hooks = f"{cls.__name__} overrides {', '.join(cls.hooks())}"
    if wanted == "kernel":
        raise StrategyError(f"{hooks}, which the kernel cannot play. Use --engine backtrader.")
    return "backtrader", f"{hooks}: played by backtrader."
