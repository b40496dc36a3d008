"""vectorbt: Portfolio.from_signals, the listings of a run as one group that shares its cash.

python tests/benchmarks/by_vectorbt.py W1 [repeats]
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import vectorbt as vbt
from made_up import CASH, COMMISSION, SHARE, SLIPPAGE, Calendars, calendars_of, parameter_sets, prices_of
from timing import arguments, report

MOST = 1_000  # runs at once; more would not fit in memory


def signals(calendars: Calendars, number: int, hold: int, dates: int, listings: int) -> tuple[Any, Any]:
    """Entries and exits, date x listing."""
    columns, rows, _ = calendars.of(number)
    entries, exits = np.zeros((dates, listings), bool), np.zeros((dates, listings), bool)
    entries[columns, rows] = True
    leaves = columns + hold < dates
    exits[columns[leaves] + hold, rows[leaves]] = True
    return entries, exits


def main(name: str, repeats: int) -> None:
    _, bars = prices_of(name)
    calendars, sets = calendars_of(name), parameter_sets(name)
    listings, dates = bars["close"].shape
    runs = [(plan, number) for plan in sets for number in range(len(calendars))]
    played = runs[:MOST]

    def run() -> float:
        both = [signals(calendars, number, hold, dates, listings) for (hold, _), number in played]
        wide = {name: np.tile(bar.T, (1, len(played))) for name, bar in bars.items()}
        portfolio = vbt.Portfolio.from_signals(
            pd.DataFrame(wide["close"]),
            pd.DataFrame(np.concatenate([entries for entries, _ in both], axis=1)),
            pd.DataFrame(np.concatenate([exits for _, exits in both], axis=1)),
            open=wide["open"],
            high=wide["high"],
            low=wide["low"],
            price=wide["open"],
            size=SHARE,
            size_type="percent",
            group_by=np.repeat(np.arange(len(played)), listings),
            cash_sharing=True,
            init_cash=CASH,
            fees=COMMISSION,
            slippage=SLIPPAGE,
            sl_stop=np.repeat([stop for (_, stop), _ in played], listings)[None, :],
            stop_entry_price="fillprice",
            upon_opposite_entry="ignore",
            freq="1D",
        )
        return float(np.asarray(portfolio.value())[-1, 0] if len(played) > 1 else np.asarray(portfolio.value())[-1])

    report(run, repeats, len(runs) / len(played))


if __name__ == "__main__":
    main(*arguments(3))
