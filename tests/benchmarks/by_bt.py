"""bt: weights on dates, filled at the prices it is given (the opens); it has no stop.

python tests/benchmarks/by_bt.py W1 [repeats]
"""

from __future__ import annotations

import warnings

import bt
import numpy as np
import pandas as pd
from made_up import CASH, COMMISSION, SHARE, SLIPPAGE, calendars_of, parameter_sets, prices_of
from timing import Part, arguments, report


def main(name: str, repeats: int) -> None:
    warnings.filterwarnings("ignore")  # its own use of pandas
    dates, bars = prices_of(name)
    calendars = calendars_of(name)
    opens = pd.DataFrame(
        bars["open"].T,
        pd.DatetimeIndex(dates.astype("datetime64[ns]")),
        [f"S{row:04d}" for row in range(len(bars["open"]))],
    )
    part = Part(parameter_sets(name), len(calendars), 10)

    def one(plan: tuple[int, float], number: int) -> float:
        columns, rows, _ = calendars.of(number)
        weights = np.zeros(opens.shape)
        for column, row in zip(columns.tolist(), rows.tolist(), strict=True):
            weights[column : column + plan[0], row] = SHARE
        weights /= np.maximum(1.0, weights.sum(axis=1, keepdims=True))
        table = pd.DataFrame(weights, opens.index, opens.columns)
        changes = table.index[table.diff().abs().sum(axis=1) > 0]
        rule = bt.Strategy("rule", [bt.algos.RunOnDate(*changes), bt.algos.WeighTarget(table), bt.algos.Rebalance()])
        test = bt.Backtest(
            rule,
            opens,
            initial_capital=CASH,
            commissions=lambda shares, price: abs(shares) * price * (COMMISSION + SLIPPAGE),
            integer_positions=True,
            progress_bar=False,
        )
        return float(bt.run(test).prices.iloc[-1, 0]) * CASH / 100

    report(lambda: part.play(one), repeats, part.times)


if __name__ == "__main__":
    main(*arguments(3))
