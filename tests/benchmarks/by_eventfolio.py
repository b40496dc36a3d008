"""Ours through backtrader: the fast loop, or with `plain` in backtrader's own loop.

python tests/benchmarks/by_eventfolio.py W1 [repeats] [plain]
"""

from __future__ import annotations

import sys

from timing import Part, arguments, report
from workloads import STRATEGY, workload

from eventfolio.engine.execution.simulate import simulate


def main(name: str, repeats: int, fast: bool) -> None:
    work = workload(name)

    def one(run: tuple[int, float], number: int) -> float:
        plan, params = plans[run]
        schedule = work.schedule(number)
        ledger = simulate(work.tape, schedule, plan, work.account, work.members, STRATEGY, params, fast=fast)
        return float(ledger.equity[-1])

    plans = {
        (int(plan.hold or 0), float(plan.stop or 0)): (plan, params)
        for plan, params in zip(work.plans, work.params, strict=True)
    }
    part = Part(list(plans), len(work.calendars), 100)
    report(lambda: part.play(one), repeats, part.times)


if __name__ == "__main__":
    main(*arguments(5), "plain" not in sys.argv)
