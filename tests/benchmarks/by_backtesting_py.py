"""backtesting.py: one listing a run, so each has all the cash to itself and buys for a tenth of it.

python tests/benchmarks/by_backtesting_py.py W1 [repeats]
"""

from __future__ import annotations

import warnings

from backtesting import Backtest, Strategy
from made_up import CASH, COMMISSION, SHARE, SLIPPAGE, calendars_of, parameter_sets, prices_of
from timing import Part, arguments, frames, report

MOST_LISTINGS = 50


class Rule(Strategy):  # type: ignore[misc]
    news: frozenset[int] = frozenset()
    hold, loss = 20, 0.08

    def init(self) -> None:
        pass

    def next(self) -> None:
        seen = len(self.data)
        for trade in self.trades:
            if seen - trade.entry_bar >= self.hold:
                trade.close()
        if seen in self.news and not self.position:
            self.buy(size=SHARE, sl=self.data.Close[-1] * (1 - self.loss))


def main(name: str, repeats: int) -> None:
    warnings.filterwarnings("ignore")  # its own, of a position that is open at the end
    calendars = calendars_of(name)
    every = [frame.rename(columns=str.title) for frame in frames(*prices_of(name))]
    bars = every[:MOST_LISTINGS]
    part = Part(parameter_sets(name), len(calendars), 10)

    def one(plan: tuple[int, float], number: int) -> float:
        columns, rows, _ = calendars.of(number)
        gained = 0.0
        for row, frame in enumerate(bars):
            test = Backtest(frame, Rule, cash=CASH, commission=COMMISSION, spread=SLIPPAGE)
            played = test.run(news=frozenset(columns[rows == row].tolist()), hold=plan[0], loss=plan[1])
            gained += played["Equity Final [$]"] - CASH
        return CASH + gained

    report(lambda: part.play(one), repeats, part.times * len(every) / len(bars))


if __name__ == "__main__":
    main(*arguments(3))
