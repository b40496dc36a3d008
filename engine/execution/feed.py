"""Backtrader's data feeds of the tape: all on one line of dates, filled in bulk."""

from __future__ import annotations

import array
from functools import cached_property
from typing import Any

import backtrader as bt
import numpy as np

from eventfolio.engine.market.tape import Floats, Tape

PRICES = ("close", "low", "high", "open", "volume")  # backtrader's order of a feed's lines
ORDINAL_1970 = 719163  # backtrader counts days from 0001-01-01


class Clock:
    """The dates a run goes through, in backtrader's days: one before the tape's column `begin`, then the tape's."""

    def __init__(self, tape: Tape, begin: int) -> None:
        self.tape, self.begin = tape, begin
        days = tape.dates[begin : tape.last + 1].astype(np.int64)
        self.moments: list[float] = (np.concatenate([[days[0] - 1], days]) + float(ORDINAL_1970)).tolist()

    @cached_property
    def line(self) -> array.array[float]:
        """The dates as every feed's line of them."""
        return array.array("d", self.moments)

    @cached_property
    def zeros(self) -> array.array[float]:
        """The line of a field that nobody has."""
        return array.array("d", bytes(8 * len(self.moments)))


class TapeFeed(bt.feed.DataBase):
    """One listing's bars on the run's clock: carried closes where it does not trade, NaN before its first close."""

    params = (("clock", None), ("row", 0))

    def preload(self) -> None:
        clock = self.p.clock
        for name, values in clock_bars(clock.tape, self.p.row, clock.begin).items():
            getattr(self.lines, name).array = array.array("d", values.tobytes())
        self.lines.datetime.array, self.lines.openinterest.array = clock.line, clock.zeros
        self.every_line = list(self.lines)
        self.later: list[tuple[Any, array.array[float]]] = []  # lines that end at today's date, and all of each
        for line in self.every_line:
            line.idx = len(clock.moments) - 1
            line.lencount = len(clock.moments)
        self.home()

    def show(self, place: int) -> None:
        """Stand at one date of the clock, as a feed does that was advanced to it step by step."""
        length = place + 1
        for line, values in self.later:
            line.array.extend(values[len(line.array) : length])
            del line.array[length:]  # a feed that was a date further
        for line in self.every_line:
            line._idx, line.lencount = place, length

    def hide_the_future(self) -> None:
        """From here on the lines of prices and volume end at the date shown: what lies ahead cannot be read."""
        self.later = [(line, line.array) for line in self.every_line[: len(PRICES)]]
        for line, _ in self.later:
            line.array = array.array("d")

    def buflen(self) -> int:
        """How many dates there are in all; of them strategies tell the last one."""
        return len(self.p.clock.moments)

    def _load(self) -> bool:
        return False


def clock_bars(tape: Tape, row: int, begin: int) -> dict[str, Floats]:
    """The lines of one feed: one date before column `begin`, then the tape's dates to the window's end."""
    columns = slice(begin, tape.last + 1)
    last = tape.last_close[row, columns]
    first = tape.last_close[row, begin - 1] if begin > 0 else np.nan

    def line(values: Floats, before: float) -> Floats:
        return np.concatenate([[before], values])

    def bar(name: str) -> Floats:
        values = getattr(tape, name)[row, columns]
        return line(np.where(np.isnan(values), last, values), first)

    return {
        "open": bar("open"),
        "high": bar("high"),
        "low": bar("low"),
        "close": line(last, first),
        "volume": line(np.nan_to_num(tape.volume[row, columns]), 0.0),
    }
