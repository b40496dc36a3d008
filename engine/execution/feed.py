"""Backtrader's side of the tape: feeds on one date line, filled in bulk, and a Cerebro that knows they share it."""

from __future__ import annotations

import array
from typing import Any

import backtrader as bt
import numpy as np

from engine.market.tape import Tape

ORDINAL_1970 = 719163  # backtrader counts days from 0001-01-01


class TapeFeed(bt.feed.DataBase):
    """One listing's bars on the run's clock: carried closes where it does not trade, NaN before its first close."""

    params = (("tape", None), ("row", 0), ("begin", 0))

    def preload(self) -> None:
        for name, values in clock_bars(self.p.tape, self.p.row, self.p.begin).items():
            line = getattr(self.lines, name)
            line.array = array.array("d", values.tobytes())
            line.idx = len(values) - 1
            line.lencount = len(values)
        self.home()

    def _load(self) -> bool:
        return False


class TapeCerebro(bt.Cerebro):
    """Cerebro for feeds that share one date line: every line moves one step, no peeking for the next date.

    warm : bars until a strategy's own `next` is called, so that it decides for no open before the window
    """

    warm = 0

    def _runonce(self, runstrats: list[Any]) -> None:
        for strategy in runstrats:
            strategy._once()
            strategy.reset()
            strategy._minperiods = [max(period, self.warm) for period in strategy._minperiods]
        lines = [line for feed in self.datas for line in feed.lines]
        for moment in self.datas[0].lines.datetime.array:
            for line in lines:
                line._idx += 1
                line.lencount += 1
            self._brokernotify()
            for strategy in runstrats:
                strategy._oncepost(moment)


def clock_bars(tape: Tape, row: int, begin: int) -> dict[str, np.ndarray[Any, Any]]:
    """The lines of one feed: one date before column `begin`, then the tape's dates to the window's end."""
    columns = slice(begin, tape.last + 1)
    last = tape.last_close[row, columns]
    days = tape.dates[columns].astype(np.int64)
    first = tape.last_close[row, begin - 1] if begin > 0 else np.nan

    def line(values: np.ndarray[Any, Any], before: float) -> np.ndarray[Any, Any]:
        return np.concatenate([[before], values])

    def bar(name: str) -> np.ndarray[Any, Any]:
        values = getattr(tape, name)[row, columns]
        return line(np.where(np.isnan(values), last, values), first)

    return {
        "datetime": line(days, days[0] - 1) + float(ORDINAL_1970),
        "open": bar("open"),
        "high": bar("high"),
        "low": bar("low"),
        "close": line(last, first),
        "volume": line(np.nan_to_num(tape.volume[row, columns]), 0.0),
        "openinterest": np.zeros(len(days) + 1),
    }
