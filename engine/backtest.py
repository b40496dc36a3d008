"""The main path: a study in, one audited record a strategy out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from importlib.metadata import version
from typing import Any, Literal

import numpy as np
import pandas as pd

from engine.audit import audit
from engine.execution.play import Purse, play
from engine.index_holes import index_holes
from engine.ledger import Ledger, costs_of
from engine.lot_numbers import LotNumbers, lot_numbers
from engine.market.market import Market, read_market
from engine.market.sessions import instant_ns, sessions_of
from engine.market.sources.yahoo import pinned
from engine.market.tape import Tape
from engine.metrics import path_metrics, return_metrics
from engine.outcomes import Outcome, Played, counts, outcomes, outcomes_table
from engine.path import Path, benchmark_returns, home_returns, path_of
from engine.record import RunRecord, StudyRecord
from engine.schedule import Place, Schedule, make_schedule, themed_members
from engine.study import StrategyEntry, Study
from engine.study_record import setting_facts, study_record
from engine.trades import holdings_table, orders_table, trades_table
from events.errors import did_you_mean, shown
from strategies.find import Found, find_strategy
from strategies.parts import ALL, Plan, StrategyError

Proof = Literal["now", "later", "trust"]
_TRUSTED = "{} has code of its own and was trusted: that it does not look ahead is not proved."


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


def backtest(
    study: Study,
    point_in_time: bool = False,
    progress: Callable[[str], None] | None = None,
    leave_one_out: bool = False,
    proof: Proof = "now",
) -> tuple[StudyRecord, list[RunRecord]]:
    """Run every strategy of `study`; return what they share and a record each.

    point_in_time : records show only the run from the publication on, without hindsight
    progress      : called with each strategy's label before it runs
    proof         : whether each class with code of its own is proved not to look ahead now, or later by its record's
                    `prove`, or trusted; said in its record
    leave_one_out : also play each strategy without each of its events (facts["without_event"])
    Raises        : InputError (study, prices, strategies, one that looks ahead), AuditError
    """
    found = [(entry, find_strategy(entry.name, study.folder)) for entry in study.strategies]
    plans = [_resolve(study, entry, strategy) for entry, strategy in found]  # refuse all that is wrong before any work
    study = pinned(study)
    market = read_market(study, date.today())
    records = []
    for (entry, strategy), (plan, params) in zip(found, plans, strict=True):
        if progress is not None:
            progress(entry.label)
        record = _run(study, market, entry, strategy, plan, params, point_in_time, proof)
        if leave_one_out:
            from engine.leave_one_out import without_each_event

            record.facts["without_event"] = without_each_event(study, market, entry, record, point_in_time)
        records.append(record)
    return study_record(study, market), records


@dataclass(frozen=True)
class Setting:
    """What a plan is played on: the tape from `start` on, its schedule and the purse.

    places  : where the members with prices trade, by theme; members: how many, "*" for all listings, each once
    floor   : ns UTC, before which a strategy's own orders do not trade
    """

    tape: Tape
    schedule: Schedule
    purse: Purse
    places: dict[str, tuple[Place, ...]]
    members: dict[str, int]
    start: date
    floor: int


def setting_of(study: Study, market: Market, plan: Plan, point_in_time: bool = False) -> Setting | None:
    """The whole window, or point in time from the publication on; None where that lies after it."""
    start, article = study.start, study.calendar.article
    published = article.published if article is not None else None
    if point_in_time and published is not None:
        start = max(start, published.date())
    if start > study.end:
        return None
    tape = market.tape if start == study.start else market.tape.window(start)
    if tape.first > tape.last:
        return None
    members = themed_members(study.themes.themes, tape.symbols, market.sessions)
    traded = {theme: places for theme, places in members.items() if plan.themes == ALL or theme in plan.themes}
    counts = {theme: len(places) for theme, places in traded.items()}
    counts["*"] = len({place.listing for places in traded.values() for place in places})
    schedule = make_schedule(study.calendar, plan, traded, start, study.end, point_in_time)
    purse = Purse(study.account.cash, study.account.cash_rate, study.dividends == "reinvest")
    floor = instant_ns(published) if point_in_time and published is not None else 0
    return Setting(tape, schedule, purse, traded, counts, start, floor)


def play_strategy(
    study: Study,
    market: Market,
    strategy: type,
    plan: Plan,
    params: dict[str, Any],
    point_in_time: bool = False,
) -> Run | None:
    """One run through backtrader, audited; None where the setting is."""
    on = setting_of(study, market, plan, point_in_time)
    if on is None:
        return None
    ledger = play(on.tape, on.schedule, plan, on.purse, on.members, strategy, params, on.floor)
    audit(ledger, on.tape, study.calendar, on.schedule.triggers, on.purse)
    homes = homes_of(study, market)
    trades = trades_table(ledger, on.tape, on.schedule.triggers, homes, _hindsight_entry(study, market))
    path, metrics = measured(study, on, ledger, lot_numbers(ledger, on.tape, homes))
    return Run(on.tape, on.schedule, plan, ledger, path, metrics, trades)


def prove_strategy(
    study: Study,
    market: Market,
    strategy: type,
    plan: Plan,
    params: dict[str, Any],
    point_in_time: bool,
    ledger: Ledger | None = None,
) -> list[date]:
    """The dates at which a class was cut and did the same before them (engine.look_ahead).

    ledger : of the run; played where it is not given
    Raises : StrategyError where it looks ahead
    """
    from engine.look_ahead import prove_no_look_ahead

    on = setting_of(study, market, plan, point_in_time)
    if on is None:
        return []

    def played(tape: Tape, schedule: Schedule) -> Ledger:
        return play(tape, schedule, plan, on.purse, on.members, strategy, params, on.floor)

    return prove_no_look_ahead(played, ledger or played(on.tape, on.schedule), on.tape, on.schedule)


def measured(study: Study, on: Setting, ledger: Ledger, lots: LotNumbers) -> tuple[Path, dict[str, float | None]]:
    """The path and the metrics of a ledger; its orders, waits and holdings are not looked at."""
    path = path_of(ledger, on.tape, on.start, study.end, study.account.cash)
    fills = ledger.fills
    value = fills["shares"] * fills["price"] * fills["fx"]
    bought, sold = (float(value[side].sum()) for side in (fills["side"] > 0, fills["side"] < 0))
    figures = lots.figures(float(costs_of(fills).sum()))
    return path, path_metrics(path.returns, path.exposure, path.equity, path.years, bought, sold, figures)


def _run(
    study: Study,
    market: Market,
    entry: StrategyEntry,
    found: Found,
    plan: Plan,
    params: dict[str, Any],
    point_in_time: bool,
    proof: Proof,
) -> RunRecord:
    whole = None if point_in_time else play_strategy(study, market, found.cls, plan, params)
    honest = play_strategy(study, market, found.cls, plan, params, point_in_time=True)
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
    if found.cls.hooks():  # type: ignore[attr-defined]
        prove = partial(prove_strategy, study, market, found.cls, plan, params, whole is None, shown.ledger)
    cuts = [day.isoformat() for day in prove()] if prove and proof == "now" else []
    is_trusted = prove is not None and proof == "trust"
    benchmark = benchmark_returns(market.benchmark, path)
    home = home_returns(shown.ledger, tape, path, homes_of(study, market), study.account.cash)
    facts = {
        "schema": 1,
        "study": study.name,
        "strategy": {
            "name": entry.name,
            "class": found.cls.__name__,
            "label": entry.label,
            "params": params,
            "themes": list(plan.themes),
            "trigger": plan.trigger,
            "spread": plan.spread,
            "doc": (found.cls.__doc__ or "").strip(),
            "source_sha256": found.sha256,
        },
        "data": {
            "source": "sample" if market.simulated else study.source,
            "simulated": market.simulated,
            "fingerprint": market.tape.fingerprint,
            "symbols": list(tape.symbols),
            "dividends": study.dividends,
        },
        "calendar": {
            "name": study.calendar.name,
            "sha256": study.calendar.sha256,
            "events": len(study.calendar.events),
        },
        "versions": versions(),
        "window": {"start": path.start.isoformat(), "end": study.end.isoformat()},
        **setting_facts(study, plan, point_in_time),
        "metrics": shown.metrics,
        "metrics_point_in_time": honest.metrics if honest is not None else None,
        "benchmark_metrics": _series_metrics(benchmark, path),
        "home_metrics": _series_metrics(home, path),
        "significance": _significance(shown.trades),
        "triggers": None if plan.trigger == "start" else {part: counts(units) for part, units in became.items()},
        "look_ahead": {"has_code": prove is not None, "cut_at": cuts, "trusted": is_trusted},
        "warnings": [
            *market.warnings,
            *index_holes(shown.trades, study, market),
            *([_TRUSTED.format(found.cls.__name__)] if is_trusted else []),
        ],
    }
    return RunRecord(
        label=entry.label,
        facts=facts,
        returns=pd.DataFrame({"date": path.dates, "return": path.returns, "benchmark": benchmark, "home": home}),
        equity=pd.DataFrame({"date": path.dates, "equity": path.equity, "cash": path.cash, "exposure": path.exposure}),
        orders=orders_table(shown.ledger, tape, shown.schedule.triggers),
        trades=shown.trades,
        positions=holdings_table(shown.ledger, tape),
        triggers=outcomes_table(became),
        source=found.source,
        prove=prove,
    )


def _outcomes(study: Study, market: Market, run: Run, point_in_time: bool) -> list[Outcome] | None:
    """What became of each event on each listing; those of themes that an option left out count as having prices."""
    left_out = set(study.all_themes.symbols) - set(study.themes.symbols)
    sessions = market.sessions | {symbol: sessions_of(study.securities[symbol].exchange) for symbol in left_out}
    named = themed_members(study.all_themes.themes, sessions, sessions)
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
        chosen=study.themes.names,
    )
    return outcomes(played)


def _resolve(study: Study, entry: StrategyEntry, found: Found) -> tuple[Plan, dict[str, Any]]:
    plan, params = found.cls.resolve(**entry.params)  # type: ignore[attr-defined]
    if plan.themes == ALL:
        return plan, params
    known = study.all_themes.names
    for theme in plan.themes:
        if theme not in known:
            raise StrategyError(
                f"Strategy '{shown(entry.label)}' trades the theme '{shown(theme)}', which the study does not have."
                f"{did_you_mean(theme, known)}"
            )
    if not set(plan.themes) & set(study.themes.names):
        raise StrategyError(
            f"Strategy '{shown(entry.label)}' trades none of the chosen themes ({', '.join(study.themes.names)})."
        )
    return plan, params


def homes_of(study: Study, market: Market) -> dict[str, Any]:
    """The home index of each listing that has one with prices."""
    found = {symbol: market.yardsticks.get(study.securities[symbol].benchmark or "") for symbol in market.tape.symbols}
    return {symbol: index for symbol, index in found.items() if index is not None}


def _hindsight_entry(study: Study, market: Market) -> Callable[[str, date], bool]:
    """Whether a lot without an event was entered before the article's first session of its listing (DESIGN 5.14)."""
    published = study.calendar.published

    def is_hindsight(symbol: str, day: date) -> bool:
        if published is None:
            return False
        sessions = market.sessions[symbol]
        return bool(day < sessions.dates[sessions.first_open_after(instant_ns(published))].astype(object))

    return is_hindsight


def _series_metrics(returns: Any, path: Path) -> dict[str, float | None] | None:
    return None if np.isnan(returns).any() else return_metrics(returns, path.years)


def _significance(trades: pd.DataFrame) -> dict[str, Any]:
    """How much independent evidence there is: lots, and the distinct dates they were entered on."""
    return {"lots": len(trades), "independent_dates": int(trades["entry_session"].nunique())}


@cache
def versions() -> dict[str, str]:
    """Versions of everything that can change a figure."""
    names = ("eventfolio", "backtrader", "numba", "numpy", "pandas", "exchange_calendars", "quantstats", "pyarrow")
    return {"python": sys.version.split()[0]} | {name: version(name) for name in names}
