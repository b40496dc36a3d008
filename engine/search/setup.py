"""One strategy of a study, ready to be played on any calendar in any process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from eventfolio.engine.errors import StudyError
from eventfolio.engine.execution.kernel import plays
from eventfolio.engine.market.market import Market, read_market
from eventfolio.engine.run import Run, play_strategy
from eventfolio.engine.study.overrides import override
from eventfolio.engine.study.study import StrategyEntry, Study, load_study
from eventfolio.events import Calendar
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.strategies.loader import load_strategy
from eventfolio.strategies.parts import Plan, StrategyError

ENGINES = ("auto", "kernel", "backtrader")


@dataclass(frozen=True)
class Game:
    """What every process needs: the study, its market, and the strategy by its name, so that it can be sent.

    engine : "kernel" or "backtrader"
    """

    study: Study
    market: Market
    strategy: str
    plan: Plan
    params: dict[str, Any]
    engine: str = "backtrader"

    def play(self, calendar: Calendar) -> Run:
        """The strategy over the whole window, as if this were the calendar."""
        found = load_strategy(self.strategy, self.study.folder)
        run = play_strategy(replace(self.study, calendar=calendar), self.market, found.cls, self.plan, self.params)
        if run is None:
            raise StudyError("The window holds no session.")
        return run


def make_game(study: Path, strategy: str, params: Sequence[str] = (), engine: str = "auto", **options: Any) -> Game:
    """Read a study and its market for one strategy.

    params  : "key=value"
    options : as `eventfolio.engine.study.overrides.override` takes them
    Raises  : InputError
    """
    loaded, _ = override(load_study(study), strategies=(strategy,), params=params, **options)
    return game_of(loaded, loaded.strategies[0], engine)


def game_of(loaded: Study, entry: StrategyEntry, engine: str = "auto") -> Game:
    """One strategy of a study that is already loaded, with the study's own parameters for it."""
    cls: Any = load_strategy(entry.name, loaded.folder).cls
    player, _ = engine_for(cls, engine)
    plan, resolved = cls.resolve(**entry.params)
    return Game(loaded, read_market(loaded, date.today()), entry.name, plan, resolved, player)


def engine_for(cls: Any, wanted: str) -> tuple[str, str | None]:
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
