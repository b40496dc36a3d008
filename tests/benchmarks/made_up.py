"""Made-up prices and news, the same numbers each time, in plain NumPy: what every engine is given.

Each event is news on 2 to 4 listings. Whoever plays them buys a tenth of equity at the open after the news, sells
after `hold` sessions at the open or at a stop, and pays 15 bp of commission and 5 bp of slippage.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CASH, COMMISSION, SLIPPAGE, SHARE = 1_000_000.0, 0.0015, 0.0005, 0.10
HOLD, STOP = 20, 0.08
START = np.datetime64("2015-01-05", "D")
EARLIEST, LATEST = 5, 30  # news falls from this date on, and as many dates before the end
PRICES_SEED, NEWS_SEED = 7, 11

SIZES = {"W1": (10, 500, 8), "W2": (500, 2520, 2000), "W3": (10, 500, 8), "W4": (10, 500, 8)}  # listings, dates, events
DRAWS = {"W1": 1, "W2": 1, "W3": 1, "W4": 10_000}


@dataclass(frozen=True)
class Calendars:
    """The triggers of many calendars, one after the other: those of calendar k are offsets[k] : offsets[k + 1].

    column : date at whose open it acts (the news came after the closes of the date before); row: listing;
    event  : its number in its calendar. In the order of a Schedule: row, column, event
    """

    offsets: Ints
    column: Ints
    row: Ints
    event: Ints

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def of(self, number: int) -> tuple[Ints, Ints, Ints]:
        """Columns, rows and events of one calendar."""
        part = slice(self.offsets[number], self.offsets[number + 1])
        return self.column[part], self.row[part], self.event[part]


def parameter_sets(name: str) -> list[tuple[int, float]]:
    """Hold and stop of each run; of W3 50 x 20."""
    if name != "W3":
        return [(HOLD, STOP)]
    stops = np.round(np.linspace(0.01, 0.20, 20), 4).tolist()
    return [(hold, stop) for hold in range(1, 51) for stop in stops]


def random_calendars(count: int, events: int, listings: int, dates: int, seed: int) -> Calendars:
    """Calendars of `events` news on random dates, each on 2 to 4 different listings."""
    rng = np.random.default_rng(seed)
    column = 1 + np.sort(rng.integers(EARLIEST, dates - LATEST, (count, events)), axis=1)
    order = np.argsort(rng.random((count, events, listings)), axis=2)[:, :, :4]
    chosen = np.arange(4) < rng.integers(2, 5, (count, events))[:, :, None]
    calendar, event, place = np.nonzero(chosen)
    row, column = order[calendar, event, place], column[calendar, event]
    sort = np.lexsort((event, column, row, calendar))
    offsets = np.concatenate([[0], np.cumsum(chosen.sum(axis=(1, 2)))])
    return Calendars(offsets, column[sort], row[sort], event[sort])


def in_blocks(draws: int, events: int, listings: int, dates: int, size: int = 10_000) -> Iterator[Calendars]:
    """Any number of random calendars, a block at a time, so that memory does not grow with them."""
    for block, first in enumerate(range(0, draws, size)):
        yield random_calendars(min(size, draws - first), events, listings, dates, seed=1_000 + block)


def make_prices(listings: int, dates: int, seed: int) -> dict[str, Floats]:
    """Random walks, listing x date, to four decimals; the volume is too large to bind."""
    rng = np.random.default_rng(seed)
    start = rng.uniform(20, 200, (listings, 1))
    close = start * np.exp(np.cumsum(rng.normal(0.0003, 0.018, (listings, dates)), axis=1))
    before = np.concatenate([start, close[:, :-1]], axis=1)
    open_ = before * np.exp(rng.normal(0, 0.006, close.shape))
    high = np.maximum(open_, close) * np.exp(np.abs(rng.normal(0, 0.006, close.shape)))
    low = np.minimum(open_, close) * np.exp(-np.abs(rng.normal(0, 0.006, close.shape)))
    bars = {name: np.round(bar, 4) for name, bar in (("open", open_), ("high", high), ("low", low), ("close", close))}
    return bars | {"volume": rng.integers(1_000_000, 2_000_000, close.shape).astype(float)}


def make_dates(dates: int) -> npt.NDArray[np.datetime64]:
    """Weekdays."""
    days = START + np.arange(dates * 7 // 5 + 7)
    return days[np.is_busday(days)][:dates]


def prices_of(name: str) -> tuple[npt.NDArray[np.datetime64], dict[str, Floats]]:
    """Dates and bars of a workload."""
    listings, dates, _ = SIZES[name]
    return make_dates(dates), make_prices(listings, dates, PRICES_SEED)


def calendars_of(name: str) -> Calendars:
    """News of a workload."""
    listings, dates, events = SIZES[name]
    return random_calendars(DRAWS[name], events, listings, dates, NEWS_SEED)
