"""Backtests every strategy of a study: one audited record each."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache, partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from eventfolio.engine.capacity import capacity
from eventfolio.engine.chosen_events import choice_warnings
from eventfolio.engine.execution.simulate import simulate
from eventfolio.engine.ledger.equity import Path, benchmark_returns, home_returns
from eventfolio.engine.ledger.fills_table import cash_flows_table, fills_table
from eventfolio.engine.ledger.index_holes import index_holes
from eventfolio.engine.ledger.ledger import Ledger
from eventfolio.engine.ledger.outcomes import Outcome, Played, counts, outcomes, outcomes_table
from eventfolio.engine.ledger.tables import holdings_table, orders_table
from eventfolio.engine.ledger.vanished import vanished
from eventfolio.engine.market.market import Market, read_market
from eventfolio.engine.market.sessions import sessions_of
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.market.yahoo.source import pinned
from eventfolio.engine.metrics import return_metrics
from eventfolio.engine.record import RunFacts, RunRecord, StudyRecord
from eventfolio.engine.record.json_record import ABSENT
from eventfolio.engine.record.run_facts import (
    DataFacts,
    LookAheadFacts,
    PlayedCalendar,
    Significance,
    StrategyFacts,
    WindowFacts,
)
from eventfolio.engine.run import Run, account_of, home_benchmarks_of, play_strategy, run_setup
from eventfolio.engine.schedule import Schedule, themed_members
from eventfolio.engine.study.strategy import StudyStrategy
from eventfolio.engine.study.study import Study
from eventfolio.engine.study_record import setting_facts, study_record
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.strategies.errors import StrategyError
from eventfolio.strategies.parameters import Params
from eventfolio.strategies.parts import ALL
from eventfolio.strategies.plan import Plan

if TYPE_CHECKING:
    from eventfolio.strategies import EventStrategy

Proof = Literal["now", "later", "trust"]
_TRUSTED = "{} has code of its own and was trusted: that it does not look ahead is not proved."


def backtest(
    study: Study,
    point_in_time: bool = False,
    progress: Callable[[str], None] | None = None,
    leave_one_out: bool = False,
    proof: Proof = "now",
    begun: Callable[[StudyRecord], None] | None = None,
    played: Callable[[RunRecord], None] | None = None,
) -> tuple[StudyRecord, list[RunRecord]]:
    """Run every strategy of `study`; return what they share and a record each.

    point_in_time : records show only the run from the publication on, without hindsight
    progress      : called with each strategy's label before it runs
    proof         : whether each class with code of its own is proved not to look ahead now, or later by its record's
                    `prove`, or trusted; said in its record
    leave_one_out : also play each strategy without each of its events (facts.without_event)
    begun         : called with the study's record before any strategy runs, so that others may work on it beside
    played        : called with each strategy's record
    Raises        : InputError (study, prices, strategies, one that looks ahead), AuditError
    """
    for strategy in study.strategies:
        _check_themes(study, strategy)  # refuse all that is wrong before any work
    study = pinned(study)
    market = read_market(study, date.today())
    shared = study_record(study, market)
    if begun is not None:
        begun(shared)
    records = []
    for strategy in study.strategies:
        if progress is not None:
            progress(strategy.label)
        record = _run(study, market, strategy, point_in_time, proof)
        if leave_one_out:
            from eventfolio.engine.leave_one_out import without_each_event

            returns = without_each_event(study, market, strategy, record, point_in_time)
            record = replace(record, facts=replace(record.facts, without_event=returns))
        records.append(record)
        if played is not None:
            played(record)
    return shared, records


def prove_strategy(
    study: Study,
    market: Market,
    strategy: type[EventStrategy],
    plan: Plan,
    params: Params,
    point_in_time: bool,
    ledger: Ledger | None = None,
) -> list[date]:
    """The dates at which a class was cut and did the same before them (eventfolio.engine.ledger.look_ahead).

    ledger : of the run; played where it is not given
    Raises : StrategyError where it looks ahead
    """
    from eventfolio.engine.ledger.look_ahead import prove_no_look_ahead

    on = run_setup(study, market, plan, point_in_time)
    if on is None:
        return []

    def played(tape: Tape, schedule: Schedule) -> Ledger:
        return simulate(tape, schedule, plan, on.account, on.members, strategy, params, on.floor)

    return prove_no_look_ahead(played, ledger or played(on.tape, on.schedule), on.tape, on.schedule)


def _run(
    study: Study,
    market: Market,
    strategy: StudyStrategy,
    point_in_time: bool,
    proof: Proof,
) -> RunRecord:
    cls, plan, params, loaded = strategy.cls, strategy.plan, strategy.params, strategy.loaded
    whole = None if point_in_time else play_strategy(study, market, cls, plan, params)
    honest = play_strategy(study, market, cls, plan, params, point_in_time=True)
    shown = whole or honest
    if shown is None:
        raise StrategyError(
            "The article was published after the window ends, so there is nothing point in time to show."
        )
    tape, path = shown.tape, shown.path
    became = {
        part: None if run is None else _outcomes(study, market, run, part == "point_in_time")
        for part, run in (("whole", whole), ("point_in_time", honest))
    }
    prove = None
    if cls.hooks():
        prove = partial(prove_strategy, study, market, cls, plan, params, whole is None, shown.ledger)
    cuts = [day.isoformat() for day in prove()] if prove and proof == "now" else []
    is_trusted = prove is not None and proof == "trust"
    benchmark = benchmark_returns(market.benchmark, path.dates)
    home = home_returns(shown.ledger, tape, path, home_benchmarks_of(study, market), study.account.cash)
    setting = setting_facts(study, plan, point_in_time)
    richer, paths = capacity(study, market, strategy, shown, point_in_time)
    facts = RunFacts(
        schema=1,
        study=study.name,
        strategy=StrategyFacts(
            name=loaded.name,
            class_name=cls.__name__,
            label=strategy.label,
            params=params,
            themes=tuple(plan.themes),
            trigger=plan.trigger,
            spread=plan.spread,
            doc=(cls.__doc__ or "").strip(),
            source_sha256=loaded.sha256,
        ),
        data=DataFacts(
            source=study.source,
            simulated=market.simulated,
            fingerprint=market.tape.fingerprint,
            symbols=tuple(tape.symbols),
            dividends=study.dividends,
        ),
        calendar=PlayedCalendar(
            name=study.calendar.name,
            sha256=study.calendar.sha256,
            events=len(study.calendar.events),
            without=study.without or ABSENT,
        ),
        versions=versions(),
        window=WindowFacts(start=path.start.isoformat(), end=study.end.isoformat()),
        account=setting.account,
        costs=setting.costs,
        members=setting.members,
        point_in_time=setting.point_in_time,
        metrics=shown.metrics,
        metrics_point_in_time=honest.metrics if honest is not None else None,
        benchmark_metrics=_series_metrics(benchmark, path),
        home_metrics=_series_metrics(home, path),
        significance=_significance(shown.trades),
        triggers=None if plan.trigger == "start" else {part: counts(units) for part, units in became.items()},
        look_ahead=LookAheadFacts(has_code=prove is not None, cut_at=tuple(cuts), trusted=is_trusted),
        capacity=richer,
        warnings=(
            *market.warnings,
            *index_holes(shown.trades, study, market),
            *vanished(shown.ledger, tape, market, study),
            *choice_warnings(study, plan, strategy.label),
            *([_TRUSTED.format(cls.__name__)] if is_trusted else []),
        ),
    )
    return RunRecord(
        label=strategy.label,
        facts=facts,
        returns=pd.DataFrame({"date": path.dates, "return": path.returns, "benchmark": benchmark, "home": home}),
        equity=pd.DataFrame({"date": path.dates, "equity": path.equity, "cash": path.cash, "exposure": path.exposure}),
        orders=orders_table(shown.ledger, tape, shown.schedule.triggers),
        trades=shown.trades,
        positions=holdings_table(shown.ledger, tape),
        triggers=outcomes_table(became),
        fills=fills_table(shown.ledger, tape),
        cash_flows=cash_flows_table(shown.ledger, tape, account_of(study)),
        capacity=paths,
        source=loaded.source,
        neighbours=dict(loaded.neighbours),
        prove=prove,
    )


def _outcomes(study: Study, market: Market, run: Run, point_in_time: bool) -> list[Outcome] | None:
    """What became of each event on each listing; those that an option left out count as having prices."""
    alone = (study.all_events or study.calendar).listings
    left_out = set(study.all_themes.symbols) - set(study.themes.symbols)
    left_out |= set(alone) - set(study.symbols)
    sessions = market.sessions | {symbol: sessions_of(study.securities[symbol].exchange) for symbol in left_out}
    named = themed_members(study.all_themes.themes, sessions, sessions, alone)
    played = Played(
        calendar=study.calendar,
        named=named,
        plan=run.plan,
        schedule=run.schedule,
        tape=run.tape,
        ledger=run.ledger,
        start=run.path.start,
        end=study.end,
        point_in_time=point_in_time,
        chosen=ALL if study.themes is study.all_themes else study.themes.names,
    )
    return outcomes(played)


def _check_themes(study: Study, strategy: StudyStrategy) -> None:
    """Refuse a strategy that cannot trade in the study."""
    plan = strategy.plan
    if plan.themes == ALL:
        return
    known = study.all_themes.names
    for theme in plan.themes:
        if theme not in known:
            raise StrategyError(
                f"Strategy '{shown(strategy.label)}' trades the theme '{shown(theme)}', which the study does not have."
                f"{did_you_mean(theme, known) if known else ' It has none: leave themes out of the class.'}"
            )
    if not set(plan.themes) & set(study.themes.names):
        raise StrategyError(
            f"Strategy '{shown(strategy.label)}' trades none of the chosen themes ({', '.join(study.themes.names)})."
        )


def _series_metrics(returns: np.ndarray, path: Path) -> dict[str, float | None] | None:
    return None if np.isnan(returns).any() else return_metrics(returns, path.years)


def _significance(trades: pd.DataFrame) -> Significance:
    """How much independent evidence there is: lots, and the distinct dates they were entered on."""
    return Significance(lots=len(trades), independent_dates=int(trades["entry_session"].nunique()))


@cache
def versions() -> dict[str, str]:
    """Versions of everything that can change a figure."""
    names = ("eventfolio", "backtrader", "numba", "numpy", "pandas", "exchange_calendars", "quantstats", "pyarrow")
    return {"python": sys.version.split()[0]} | {name: version(name) for name in names}
