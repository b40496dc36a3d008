"""Plays a sweep: every combination of parameters, each once, kept as it is finished.

A trial's result is decided by the strategy's text, its parameters, the study, its market, the engine's code and the
versions of the libraries. The hash of all these is its key: what is kept under it needs no second playing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Unpack

import numpy as np

from eventfolio.engine.backtest import prove_strategy, versions
from eventfolio.engine.errors import StudyError
from eventfolio.engine.market.market import Market, read_market
from eventfolio.engine.record.identity import TrialIdentity
from eventfolio.engine.record.search import SweepFacts
from eventfolio.engine.search.grid import Grid, Params, make_grid, split_themes
from eventfolio.engine.search.journal import Journal
from eventfolio.engine.search.process_pool import Work
from eventfolio.engine.search.setup import StrategySetup, defaults_words, engine_for
from eventfolio.engine.search.trial import WHOLE, Block, Subset, SweepContext, Trial
from eventfolio.engine.search.trials import BLOCKS, own_params, play_block, themes_of
from eventfolio.engine.study.overrides import override
from eventfolio.engine.study.study import Study, StudyOptions, load_study
from eventfolio.engine.study_record import trial_identity
from eventfolio.events.errors import Unavailable
from eventfolio.strategies.errors import StrategyError
from eventfolio.strategies.loader import LoadedStrategy
from eventfolio.strategies.parts import ALL

if TYPE_CHECKING:
    from eventfolio.strategies import EventStrategy

Progress = Callable[[int, int], None]
_PARTS_A_HAND = 4  # blocks each process gets at least, so that none waits long for the last


class TrialExecutor(Protocol):
    """What plays blocks: `count` processes here (`process_pool.WorkerPool`), or of a cluster."""

    count: int

    def each(self, work: Work[Block, list[Trial]], tasks: Sequence[Block]) -> Iterator[tuple[int, list[Trial]]]:
        """(number of the task, its answer), as they are finished."""


@dataclass(frozen=True)
class Sweep:
    """What is to be played, and its name.

    strategy : its class; label: its name, for folders
    why      : why this engine plays it, where that is not plain
    identity : what decides the result of a trial but its parameters; key: hash of it and of the grid
    defaults : that the study itself gives the strategy other numbers, in words; empty where it does not
    """

    study: Study
    market: Market
    strategy: type[EventStrategy]
    label: str
    context: SweepContext
    grid: Grid
    why: str | None
    fixed: Params
    identity: dict[str, object]
    key: str
    defaults: str = ""

    @property
    def folder(self) -> str:
        """The name of its folder."""
        return f"{self.study.name}-{self.label}-{self.key[:12]}"

    @property
    def description(self) -> dict[str, object]:
        """What sweep.json says of it."""
        return {"study": self.study.name, "trials": len(self.grid.params), **self.identity, "grid": self.grid.params}

    @property
    def dates(self) -> np.ndarray:
        """The dates of a trial's returns: Monday to Friday of the window (datetime64[D])."""
        return weekdays_of(*self.window)

    @property
    def window(self) -> tuple[date, date]:
        """First and last date that trials are played on."""
        start, published = self.study.start, self.study.calendar.published
        if self.context.point_in_time and published is not None:
            start = max(start, published.date())
        return start, self.study.end

    @property
    def notes(self) -> tuple[str, ...]:
        """What every reader of its figures must know."""
        notes = []
        published = self.study.calendar.published
        if not self.context.point_in_time and published is not None and published.date() > self.study.start:
            notes.append(
                f"Trials also trade news from before the article ({published.date()}), which is hindsight. "
                "--point-in-time leaves it out."
            )
        if self.defaults:
            notes.append(f"{self.defaults} Use -p.")
        if self.study.account.cash_rate:
            notes.append("Idle cash earns interest, which every Sharpe ratio here counts as gain.")
        return tuple(notes)

    @cached_property
    def facts(self) -> SweepFacts:
        """What `results/` is told of it."""
        params = self.grid.params
        return SweepFacts(
            engine=self.context.engine,
            engine_why=self.why,
            strategy=self.label,
            study=self.study.name,
            simulated=self.market.simulated,
            point_in_time=self.context.point_in_time,
            varied=tuple(self.grid.varied),
            fixed=dict(self.fixed),
            params=params,
            labels=tuple(self.grid.label(one) for one in params),
            ids=tuple(self.identity_of(number).id for number in range(len(params))),
            dates=self.dates,
            notes=self.notes,
            warnings=tuple(self.market.warnings),
        )

    def identity_of(self, number: int) -> TrialIdentity:
        """What makes a trial another one to the study: code, class, all parameters, calendar, prices, window, setting.

        The setting is a run's: what it is played with and, of the themes it trades, whom.
        """
        params = self.grid.params[number]
        setup, context = self.context.setups[themes_of(params)], self.context
        plan, resolved = self.strategy.resolve(**own_params(params))
        fingerprint = setup.market.tape.fingerprint
        return trial_identity(setup.study, fingerprint, context.strategy, resolved, plan, context.point_in_time)

    def key_of(self, where: Subset, number: int) -> str:
        """What a trial is kept under."""
        days = [day.isoformat() if day else None for day in (where.start, where.end)]
        return _sha([self.identity, self.grid.params[number], days, sorted(where.without)])


def make_sweep(
    study: Path | Study,
    strategy: str | type | LoadedStrategy,
    params: Sequence[str],
    engine: str = "auto",
    draws: int | None = None,
    seed: int = 1,
    point_in_time: bool = False,
    prepare: Callable[[Study], Study] = lambda study: study,
    themes: Sequence[str] = (),
    **options: Unpack[StudyOptions],
) -> Sweep:
    """Read all that a sweep needs, and refuse what cannot be played before anything is.

    params  : texts of `eventfolio.engine.search.grid`
    prepare : done to the study before its market is read (fetching prices)
    themes, options : as `eventfolio.engine.study.overrides.override` takes them
    Raises  : InputError
    """
    read = study if isinstance(study, Study) else load_study(study)
    loaded, _ = override(read, strategies=(strategy,), themes=themes, **options)
    chosen = loaded.strategies[0]
    cls, defaults = chosen.cls, chosen.params
    player, why = engine_for(cls, engine)
    grid = make_grid(params, defaults, cls.__name__, draws, seed)
    for one in grid.params:
        cls.resolve(**own_params(one))
    _check_window(loaded, point_in_time)
    narrowed = {word: _narrowed(loaded, word, cls.themes) for word in map(themes_of, grid.params)}
    prepared = prepare(loaded)
    market = read_market(prepared, date.today())
    setups = {}
    for word, only in narrowed.items():
        own = prepared if only is loaded else prepared.with_options(themes=only.themes.names)
        setups[word] = StrategySetup(own, market if own is prepared else read_market(own, date.today()), chosen)
    context = SweepContext(setups, chosen.loaded, player, point_in_time)
    identity = _identity(context)
    return Sweep(
        study=prepared,
        market=market,
        strategy=cls,
        label=chosen.label,
        context=context,
        grid=grid,
        why=why,
        fixed={name: value for name, value in defaults.items() if name not in grid.params[0]},
        identity=identity,
        key=_sha([identity, grid.params]),
        defaults=defaults_words(read, chosen, grid.params[0]),
    )


def play_sweep(
    sweep: Sweep,
    kept: Journal,
    executor: TrialExecutor,
    places: Sequence[Subset] = (WHOLE,),
    progress: Progress | None = None,
) -> dict[Subset, list[Trial]]:
    """Every trial of the grid on every one of `places`, in the grid's order; what is kept is not played again.

    Raises: Unavailable where a process was ended from outside; what was finished is kept
    """
    wanted = [(where, number) for where in places for number in range(len(sweep.grid.params))]
    keys = {one: sweep.key_of(*one) for one in wanted}
    missing = [one for one in wanted if keys[one] not in kept.trials]
    blocks = _blocks(sweep, missing, executor.count)
    done = len(wanted) - len(missing)
    if progress:
        progress(done, len(wanted))
    try:
        for place, trials in executor.each(play_block, blocks):
            block = blocks[place]
            kept.add([(keys[block.where, n], trial) for n, trial in zip(block.numbers, trials, strict=True)])
            done += len(trials)
            if progress:
                progress(done, len(wanted))
    except BrokenProcessPool as error:
        raise Unavailable(
            f"A process playing trials was ended from outside (out of memory?). {done} of {len(wanted)} are kept: the "
            "same command with --resume goes on, with --jobs 1 in one process."
        ) from error
    return {where: [kept.trials[keys[where, n]] for n in range(len(sweep.grid.params))] for where in places}


def prove_trial(sweep: Sweep, number: int) -> list[date]:
    """The dates at which a trial of a class with code of its own was cut and did the same before them.

    Raises: StrategyError where it looks ahead
    """
    params = sweep.grid.params[number]
    setup = sweep.context.setups[themes_of(params)]
    plan, resolved = sweep.strategy.resolve(**own_params(params))
    return prove_strategy(setup.study, setup.market, sweep.strategy, plan, resolved, sweep.context.point_in_time)


def weekdays_of(start: date, end: date) -> np.ndarray:
    """Monday to Friday from `start` to `end`."""
    days = np.arange(np.datetime64(start, "D"), np.datetime64(end, "D") + 1)
    return days[np.is_busday(days)]


def _blocks(sweep: Sweep, missing: list[tuple[Subset, int]], jobs: int) -> list[Block]:
    """Trials of the same place and themes together, none larger than the engine likes."""
    groups: dict[tuple[Subset, str], list[int]] = {}
    for where, number in missing:
        groups.setdefault((where, themes_of(sweep.grid.params[number])), []).append(number)
    size = max(1, min(BLOCKS[sweep.context.engine], -(-len(missing) // (_PARTS_A_HAND * jobs))))
    return [
        Block(where, themes, tuple(part), tuple(sweep.grid.params[number] for number in part))
        for (where, themes), numbers in groups.items()
        for part in (numbers[start : start + size] for start in range(0, len(numbers), size))
    ]


def _narrowed(study: Study, word: str, traded: tuple[str, ...]) -> Study:
    """The study with the themes that a value of the dimension names."""
    chosen = split_themes(word, study.themes.names)
    own = study.with_options(themes=chosen) if chosen else study
    if traded != ALL and not set(traded) & set(own.themes.names):
        raise StrategyError(
            f"The strategy trades {', '.join(traded)}, none of the themes chosen ({', '.join(own.themes.names)})."
        )
    return own


def _check_window(study: Study, point_in_time: bool) -> None:
    published = study.calendar.published
    if point_in_time and published is not None and published.date() > study.end:
        raise StudyError("The article was published after the window ends, so nothing is point in time in it.")


def _identity(context: SweepContext) -> dict[str, object]:
    """What decides a trial's result but its parameters, in words and hashes."""
    return {
        "strategy": context.strategy.name.rpartition(":")[2],
        "source_sha256": context.strategy.sha256,
        "engine": context.engine,
        "point_in_time": context.point_in_time,
        "setups": {word: _setup_identity(setup) for word, setup in sorted(context.setups.items())},
        "code_sha256": code_sha256(),
        "versions": versions(),
    }


def _setup_identity(setup: StrategySetup) -> dict[str, object]:
    study, market = setup.study, setup.market
    indices = hashlib.sha256()
    for symbol, index in sorted(market.benchmarks.items()):
        levels = (index.opens, index.closes, index.at_close, index.has_open)
        indices.update(symbol.encode() + b"".join(level.tobytes() for level in levels))
    return {
        "study": study.name,
        "calendar_sha256": _sha([event.model_dump(mode="json") for event in study.calendar.events]),
        "published": str(study.calendar.published),
        "themes_sha256": _sha([theme.model_dump(mode="json") for theme in study.themes.themes]),
        "named": list(study.named),
        "home_benchmarks": {symbol: study.securities[symbol].benchmark for symbol in market.tape.symbols},
        "start": study.start.isoformat(),
        "end": study.end.isoformat(),
        "account": study.account.model_dump(mode="json"),
        "dividends": study.dividends,
        "tape": market.tape.fingerprint,
        "indices": indices.hexdigest(),
    }


@cache
def code_sha256() -> str:
    """Of the text of everything that turns a study into numbers: the same code, the same trials."""
    root = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for package in ("events", "strategies", "engine"):
        for path in sorted((root / package).rglob("*.py")):
            digest.update(str(path.relative_to(root).as_posix()).encode() + path.read_bytes())
    return digest.hexdigest()


def _sha(document: object) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True, allow_nan=False).encode()).hexdigest()
