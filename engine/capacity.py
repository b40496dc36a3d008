"""Plays a strategy with ten and a hundred times the cash: what is left of its gain under the volume cap?"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from eventfolio.engine.execution.kernel import plays
from eventfolio.engine.execution.simulate import simulate
from eventfolio.engine.ledger.ledger import Ledger
from eventfolio.engine.ledger.lots import lot_numbers
from eventfolio.engine.market.market import Market
from eventfolio.engine.record.run_facts import CapacityFacts
from eventfolio.engine.run import Run, RunSetup, home_benchmarks_of, measured, run_setup
from eventfolio.engine.study.strategy import StudyStrategy
from eventfolio.engine.study.study import Study

MULTIPLES = (10, 100)  # of the study's cash
_SMALL = 100_000  # listings x dates; beyond it making the kernel first takes less time than playing without it


def capacity(
    study: Study, market: Market, strategy: StudyStrategy, shown: Run, point_in_time: bool = False
) -> tuple[tuple[CapacityFacts, ...], pd.DataFrame]:
    """Gain and purchases at each multiple of the cash, 1 included, and the paths of equity.

    shown   : the run as it was played
    Returns : facts, and a table of date and equity_10, equity_100 (rows of equity.parquet, account currency)
    """
    facts = [_facts(1, study.account.cash, shown.ledger, shown.path.equity[-1], shown.metrics["total_return"])]
    paths = pd.DataFrame({"date": shown.path.dates})
    for multiple in MULTIPLES:
        account = study.account.model_copy(update={"cash": study.account.cash * multiple})
        richer = replace(study, account=account)
        on = run_setup(richer, market, strategy.plan, point_in_time)
        assert on is not None  # `shown` was played in it
        ledger = _play(richer, on, strategy)
        lots = lot_numbers(ledger, on.tape, home_benchmarks_of(richer, market))
        path, metrics = measured(richer, on, ledger, lots)
        facts.append(_facts(multiple, richer.account.cash, ledger, path.equity[-1], metrics["total_return"]))
        paths[f"equity_{multiple}"] = path.equity
    return tuple(facts), paths


def _play(study: Study, on: RunSetup, strategy: StudyStrategy) -> Ledger:
    """By the kernel where it can and is at hand, or is worth making; else through backtrader, to the same fills."""
    from eventfolio.engine.execution.kernel.library import is_ready

    if plays(strategy.cls) and (on.tape.close.size > _SMALL or is_ready()):
        from eventfolio.engine.execution.kernel.player import Table
        from eventfolio.engine.execution.semantics.records import FILLS

        table = Table(on.tape, on.account, study.end)
        return table.ledger(strategy.plan, table.calendars(on.schedule, strategy.plan, on.members), FILLS)
    cls, plan, params = strategy.cls, strategy.plan, strategy.params
    return simulate(on.tape, on.schedule, plan, on.account, on.members, cls, params, on.floor)


def _facts(multiple: int, cash: float, ledger: Ledger, equity: float, total_return: float | None) -> CapacityFacts:
    buys = ledger.fills[ledger.fills["side"] > 0]
    bought = float((buys["shares"] * buys["price"] * buys["fx"]).sum())
    return CapacityFacts(multiple=multiple, gain=float(equity) - cash, total_return=total_return, bought=bought)
