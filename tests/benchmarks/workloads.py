"""The workloads every engine is timed on: made-up markets and calendars, the same numbers each time.

W1 : 10 listings x 500 dates, 8 events                    W2 : 500 x 2,520, 2,000 events
W3 : W1 with 1,000 parameter sets (hold 1 to 50 x 20 stops)   W4 : W1 with 10,000 random calendars of 8 events

The same numbers as the peers get (`made_up`), as our own Tape, Schedules and Plans: a theme of ten members shares all
of equity, so that each purchase is a tenth.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from made_up import (
    CASH,
    COMMISSION,
    HOLD,
    PRICES_SEED,
    SHARE,
    SIZES,
    SLIPPAGE,
    STOP,
    Calendars,
    calendars_of,
    in_blocks,
    make_dates,
    make_prices,
    parameter_sets,
    random_calendars,
)

from eventfolio.engine.ledger.account import Account
from eventfolio.engine.market.rulebook import Rules
from eventfolio.engine.market.tape import RuleColumns, Tape
from eventfolio.engine.schedule import Schedule, Trigger
from eventfolio.events import Event
from eventfolio.strategies.announcement_drift import AnnouncementDrift
from eventfolio.strategies.plan import Plan

__all__ = ["STRATEGY", "Calendars", "Workload", "in_blocks", "make", "random_calendars", "workload"]

MEMBERS = 10  # of a theme
STRATEGY = AnnouncementDrift
HOUR = 3_600_000_000_000


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
    account: Account
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
    listings, dates, _ = SIZES[name]
    return make(name, listings, dates, calendars_of(name), parameter_sets(name))


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
        tape=make_tape(listings, dates, seed=PRICES_SEED),
        calendars=calendars,
        plans=tuple(plan for plan, _ in resolved),
        params=tuple(params for _, params in resolved),
        account=Account(CASH),
        members=themes | {"*": listings},
    )


def make_tape(listings: int, dates: int, seed: int) -> Tape:
    """A tape as `build_tape` lays it out: one exchange in session every weekday, one currency, no corporate actions."""
    shape = (listings, dates)
    days = make_dates(dates)
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
        fx_fill=np.ones(shape),
        fx_book=np.ones(shape),
        fx_stale=np.zeros(shape, bool),
        fx_row=np.full(shape, np.datetime64("NaT", "D")),
        lot=np.ones(shape, np.int64),
        tick_table=np.full(shape, -1),
        tick_bands=(),
        locked_up=np.zeros(shape, bool),
        locked_down=np.zeros(shape, bool),
        beyond_limit=np.zeros(shape, bool),
        closed_up=np.zeros(shape, bool),
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
