"""The workloads every engine is timed on: made-up markets and calendars, the same numbers each time.

W1 : 10 listings x 500 dates, 8 events                    W2 : 500 x 2,520, 2,000 events
W3 : W1 with 1,000 parameter sets (hold 1 to 50 x 20 stops)   W4 : W1 with 10,000 random calendars of 8 events

Each event is news on 2 to 4 listings. The rule: at the open after the news buy a tenth of equity (a theme of ten
members shares all of it), sell after `hold` sessions at the open, or at a stop; 15 bp commission, 5 bp slippage.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.execution.account import Purse
from engine.market.rulebook import Rules
from engine.market.tape import RuleColumns, Tape
from engine.schedule import Schedule, Trigger
from events import Event
from strategies.announcement_drift import AnnouncementDrift
from strategies.parts import Plan

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CASH, COMMISSION, SLIPPAGE, SHARE = 1_000_000.0, 0.0015, 0.0005, 0.10
HOLD, STOP = 20, 0.08
MEMBERS = 10  # of a theme
STRATEGY = AnnouncementDrift
START = np.datetime64("2015-01-05", "D")
HOUR = 3_600_000_000_000
EARLIEST, LATEST = 5, 30  # news falls from this date on, and as many dates before the end

SIZES = {"W1": (10, 500, 8), "W2": (500, 2520, 2000), "W3": (10, 500, 8), "W4": (10, 500, 8)}


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


@dataclass(frozen=True)
class Workload:
    """A market, calendars and plans; every calendar is played with every plan (one of the two is single).

    params : the parameters of each plan, for the strategy class
    """

    name: str
    tape: Tape
    calendars: Calendars
    plans: tuple[Plan, ...]
    params: tuple[dict[str, Any], ...]
    purse: Purse
    members: dict[str, int]

    @property
    def runs(self) -> int:
        return len(self.calendars) * len(self.plans)

    @cached_property
    def schedules(self) -> tuple[Schedule, ...]:
        """The schedule of every calendar (of W4 it takes seconds: ten thousand calendars of objects)."""
        return tuple(self.schedule(number) for number in range(len(self.calendars)))

    def schedule(self, number: int = 0) -> Schedule:
        """One calendar as a schedule."""
        columns, rows, events = self.calendars.of(number)
        listings: dict[int, list[int]] = {}
        for row, event in zip(rows.tolist(), events.tolist(), strict=True):
            listings.setdefault(event, []).append(row)
        known = {event: _evening(self.tape, column - 1) for column, event in zip(columns, events.tolist(), strict=True)}
        news = {event: _event(event, known[event], on) for event, on in listings.items()}
        return Schedule(
            tuple(
                Trigger(self.tape.symbols[row], _theme(row), news[event], column, known[event], hindsight=False)
                for column, row, event in zip(columns.tolist(), rows.tolist(), events.tolist(), strict=True)
            )
        )


def workload(name: str) -> Workload:
    """One of W1 to W4."""
    listings, dates, events = SIZES[name]
    count = 10_000 if name == "W4" else 1
    holds_and_stops = parameter_sets() if name == "W3" else [(HOLD, STOP)]
    return make(name, listings, dates, random_calendars(count, events, listings, dates, seed=11), holds_and_stops)


def make(
    name: str, listings: int, dates: int, calendars: Calendars, sets: list[tuple[int, float]] | None = None
) -> Workload:
    """A workload of any size; `sets`: hold and stop of each plan."""
    resolved = [
        STRATEGY.resolve(hold=hold, stop=stop, weight=SHARE * MEMBERS, repeat="ignore")
        for hold, stop in sets or [(HOLD, STOP)]
    ]
    themes = {_theme(row): MEMBERS for row in range(listings)}
    return Workload(
        name=name,
        tape=make_tape(listings, dates, seed=7),
        calendars=calendars,
        plans=tuple(plan for plan, _ in resolved),
        params=tuple(params for _, params in resolved),
        purse=Purse(CASH),
        members=themes | {"*": listings},
    )


def parameter_sets() -> list[tuple[int, float]]:
    """Hold and stop of W3: 50 x 20."""
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


def make_tape(listings: int, dates: int, seed: int) -> Tape:
    """A tape as `build_tape` lays it out: one exchange in session every weekday, one currency, no corporate actions."""
    shape = (listings, dates)
    days = START + np.arange(dates * 7 // 5 + 7)
    days = days[np.is_busday(days)][:dates]
    midnight = days.astype("datetime64[ns]").astype(np.int64)
    bars = make_prices(listings, dates, seed)
    costs = Rules(commission_bps=COMMISSION * 1e4, slippage_bps=SLIPPAGE * 1e4, volume_share=np.inf)
    rules = {
        name.removesuffix("_bps"): np.full((1, dates), value * 1e-4 if name.endswith("_bps") else float(value))
        for name, value in vars(costs).items()
    }
    return Tape(
        symbols=tuple(f"S{row:04d}" for row in range(listings)),
        exchanges=("XNYS",) * listings,
        currencies=("USD",) * listings,
        dates=days,
        start=days[0].astype(object),
        first=0,
        last=dates - 1,
        session=np.tile(np.arange(dates), (listings, 1)),
        opens_at=np.tile(midnight + 14 * HOUR, (listings, 1)),
        closes_at=np.tile(midnight + 21 * HOUR, (listings, 1)),
        **bars,
        has_bar=np.ones(shape, bool),
        close_only=np.zeros(shape, bool),
        last_close=bars["close"].copy(),
        split=np.ones(shape),
        split_factor=np.ones(shape),
        dividend=np.zeros(shape),
        ex_cash=np.zeros(shape),
        fx_fill=np.ones(shape),
        fx_book=np.ones(shape),
        fx_stale=np.zeros(shape, bool),
        fx_row=np.tile(days - 1, (listings, 1)),
        lot=np.ones(shape, np.int64),
        tick_table=np.full(shape, -1),
        tick_bands=(),
        limits=(None,) * listings,
        t_plus_one=(False,) * listings,
        market=(0,) * listings,
        foreign=(False,) * listings,
        rules=RuleColumns(**rules),
    )


def _theme(row: int) -> str:
    return f"theme-{row // MEMBERS:03d}"


def _evening(tape: Tape, column: int) -> datetime:
    """An hour after the close of a date."""
    midnight = datetime.combine(tape.dates[column].astype(object), datetime.min.time(), UTC)
    return midnight + timedelta(hours=22)


def _event(number: int, known: datetime, rows: list[int]) -> Event:
    return Event(
        id=f"news-{number:04d}",
        title=f"News {number}",
        kind="news",
        status="occurred",
        occurs=known.date().isoformat(),
        zone="UTC",
        known_at=known,
        themes=tuple(sorted({_theme(row) for row in rows})),
    )
