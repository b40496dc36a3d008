"""What market rules are worth: the default study with every market's own rules, and as if trading were free.

python tests/benchmarks/market_rules.py [FOLDER OF PRICES]
"""

from __future__ import annotations

import dataclasses
import sys

from eventfolio.engine.backtest import backtest
from eventfolio.engine.study.study import load_study
from eventfolio.events.dprk_russia import STUDY


def main(sources: list[str]) -> None:
    columns = {}
    for source in sources:
        study = load_study(STUDY).with_options(source=source)
        for name, costs in (("rules", None), ("free", "none")):
            records = backtest(dataclasses.replace(study, costs=costs))[1]
            columns[source, name] = {record.label: record.facts.metrics for record in records}
    head = " | ".join(f"{source}: rules | free | costs" for source in sources)
    print(f"| strategy | {head} |\n|---|{'---|' * 3 * len(sources)}")
    for label in columns[sources[0], "rules"]:
        cells = []
        for source in sources:
            ruled, free = columns[source, "rules"][label], columns[source, "free"][label]
            cells.append(f"{ruled['total_return']:.2%} | {free['total_return']:.2%} | {ruled['costs']:,.0f}")
        print(f"| {label} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main(["sample", *sys.argv[1:]])
