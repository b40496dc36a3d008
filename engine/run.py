"""Plays one strategy on one study and audits it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from eventfolio.engine.execution.simulate import Account, simulate
from eventfolio.engine.ledger.audit import audit
from eventfolio.engine.ledger.equity import Path, path_of
from eventfolio.engine.ledger.ledger import Ledger, costs_of
from eventfolio.engine.ledger.lots import LotNumbers, lot_numbers
from eventfolio.engine.ledger.tables import trades_table
from eventfolio.engine.market.benchmarks import BenchmarkLevels
from eventfolio.engine.market.market import Market
from eventfolio.engine.market.sessions import instant_ns
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.metrics import path_metrics
from eventfolio.engine.schedule import Judge, Place, Schedule, make_schedule, themed_members
from eventfolio.engine.study.study import Study
from eventfolio.strategies.parameters import Params
from eventfolio.strategies.parts import ALL
from eventfolio.strategies.plan import Plan

if TYPE_CHECKING:
    from eventfolio.strategies import EventStrategy


@dataclass(frozen=True)
class Run:
    """One playing of a strategy: what it was to do, on which tape, and what came of it."""

    tape: Tape
    schedule: Schedule
    plan: Plan
    ledger: Ledger
    path: Path
    metrics: dict[str, float | None]
    trades: pd.DataFrame


@dataclass(frozen=True)
class RunSetup:
    """What a plan is played on: the tape from `start` on, its schedule and the account.

    places  : where the members with prices trade, by theme; members: how many, "*" for all listings, each once
    floor   : ns UTC, before which a strategy's own orders do not trade
    """

    tape: Tape
    schedule: Schedule
    account: Account
    places: dict[str, tuple[Place, ...]]
    members: dict[str, int]
    start: date
    floor: int


def run_setup(
    study: Study, market: Market, plan: Plan, point_in_time: bool = False, judge: Judge | None = None
) -> RunSetup | None:
    """The whole window, or point in time from the publication on; None where that lies after it.

    judge : as `make_schedule` takes it
    """
    start, article = study.start, study.calendar.article
    published = article.published if article is not None else None
    if point_in_time and published is not None:
        start = max(start, published.date())
    if start > study.end:
        return None
    tape = market.tape if start == study.start else market.tape.window(start)
    if tape.first > tape.last:
        return None
    members = themed_members(study.themes.themes, tape.symbols, market.sessions, study.named)
    traded = {theme: places for theme, places in members.items() if plan.themes == ALL or theme in plan.themes}
    counts = {theme: len(places) for theme, places in traded.items()}
    counts["*"] = len({place.listing for places in traded.values() for place in places})
    schedule = make_schedule(study.calendar, plan, traded, start, study.end, point_in_time, judge)
    account = account_of(study)
    floor = instant_ns(published) if point_in_time and published is not None else 0
    return RunSetup(tape, schedule, account, traded, counts, start, floor)


def account_of(study: Study) -> Account:
    """What a study's runs start with."""
    return Account(study.account.cash, study.account.cash_rate, study.dividends == "reinvest")


def play_strategy(
    study: Study,
    market: Market,
    strategy: type[EventStrategy],
    plan: Plan,
    params: Params,
    point_in_time: bool = False,
    judge: Judge | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Run | None:
    """One run through backtrader, audited; None where the setting is.

    judge : as `make_schedule` takes it; progress : as `simulate` does
    """
    on = run_setup(study, market, plan, point_in_time, judge)
    if on is None:
        return None
    ledger = simulate(on.tape, on.schedule, plan, on.account, on.members, strategy, params, on.floor, progress=progress)
    audit(ledger, on.tape, study.calendar, on.schedule.triggers, on.account, plan.cutoff)
    home_benchmarks = home_benchmarks_of(study, market)
    trades = trades_table(ledger, on.tape, on.schedule.triggers, home_benchmarks, hindsight_entry(study, market, plan))
    path, metrics = measured(study, on, ledger, lot_numbers(ledger, on.tape, home_benchmarks))
    return Run(on.tape, on.schedule, plan, ledger, path, metrics, trades)


def measured(study: Study, on: RunSetup, ledger: Ledger, lots: LotNumbers) -> tuple[Path, dict[str, float | None]]:
    """The path and the metrics of a ledger; its orders, waits and holdings are not looked at."""
    path = path_of(ledger, on.tape, on.start, study.end, study.account.cash)
    fills = ledger.fills
    value = fills["shares"] * fills["price"] * fills["fx"]
    bought, sold = (float(value[side].sum()) for side in (fills["side"] > 0, fills["side"] < 0))
    assumed = sum(on.schedule.triggers[number].is_assumed for number in ledger.lots["trigger"].tolist() if number >= 0)
    figures = lots.figures(float(costs_of(fills).sum()), assumed)
    return path, path_metrics(path.returns, path.exposure, path.equity, path.years, bought, sold, figures)


def home_benchmarks_of(study: Study, market: Market) -> dict[str, BenchmarkLevels]:
    """The home index of each listing that has one with prices."""
    found = {symbol: market.benchmarks.get(study.securities[symbol].benchmark or "") for symbol in market.tape.symbols}
    return {symbol: index for symbol, index in found.items() if index is not None}


def hindsight_entry(study: Study, market: Market, plan: Plan) -> Callable[[str, date, bool], bool]:
    """Whether a lot without an event was entered before the article's first session (docs/semantics.md#hindsight)."""
    published = study.calendar.published

    def is_hindsight(symbol: str, day: date, at_close: bool) -> bool:
        if published is None:
            return False
        place = Place(symbol, market.sessions[symbol])
        first = place.first_session(published, plan if at_close else replace(plan, cutoff=None))
        return bool(day < place.sessions.dates[first].astype(object))

    return is_hindsight
