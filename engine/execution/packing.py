"""Packs tape, schedule, plan and account into the arrays of the semantics' records."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from eventfolio.engine.execution.semantics import inputs, records
from eventfolio.engine.execution.semantics.forms import dtype_of, layout
from eventfolio.engine.execution.semantics.inputs import Calendars, Market
from eventfolio.engine.execution.semantics.records import State
from eventfolio.engine.ledger.account import Account
from eventfolio.engine.ledger.ledger import Reason
from eventfolio.engine.market.rulebook import Bands
from eventfolio.engine.market.sessions import instant_ns
from eventfolio.engine.market.tape import RuleColumns, Tape
from eventfolio.engine.schedule import Schedule, Trigger
from eventfolio.strategies.plan import Plan

Records = npt.NDArray[np.void]
Ints = npt.NDArray[np.int64]

_NEVER = np.iinfo(np.int64).max

BAR, RATE, DAY, FEES, LISTING, END, PLAN, TRIGGER, REVISION, STEP = (
    dtype_of(kind)
    for kind in (
        inputs.Bar,
        inputs.Rate,
        inputs.Day,
        inputs.Fees,
        inputs.Listing,
        inputs.End,
        inputs.Plan,
        inputs.Trigger,
        inputs.Revision,
        inputs.Step,
    )
)
_REPEATS = {"extend": inputs.EXTEND, "ignore": inputs.IGNORE, "add": inputs.ADD}
_ENTRIES = {
    "announcement": Reason.NEWS,
    "release": Reason.NEWS,
    "run_up": Reason.RUN_UP,
    "occurrence": Reason.NEWS,
    "start": Reason.WINDOW,
}


def pack_market(tape: Tape) -> Market:
    """The tape as arrays of records; kept with the tape, as it is used over and over."""
    if (kept := tape.__dict__.get("_packed")) is None:
        bars = np.empty(tape.close.shape, BAR)
        for name in BAR.names or ():
            bars[name] = getattr(tape, name)
        kept = tape.__dict__["_packed"] = Market(bars=bars, **market_arrays(tape))
    return kept


def market_arrays(tape: Tape) -> dict[str, Any]:
    """All of a market but its bars, by name; the tape's own arrays where they serve. Kept with the tape."""
    if (kept := tape.__dict__.get("_arrays")) is not None:
        return kept
    rows, width = tape.close.shape
    rated = [(tape.currencies[row], tape.fx_fill[row].tobytes()) for row in range(rows)]  # early opens have older ones
    currencies = sorted(set(rated))
    fx = np.empty((len(currencies), width), RATE)
    for place, currency in enumerate(currencies):
        row = rated.index(currency)
        fx["fill"][place], fx["book"][place] = tape.fx_fill[row], tape.fx_book[row]
        fx["stale"][place] = tape.fx_stale[row]
    exchanges = sorted(set(tape.exchanges))
    days, instants, closings, closed = _days(tape, [tape.exchanges.index(exchange) for exchange in exchanges])
    fees = np.empty((max(tape.market, default=0) + 1, width), FEES)
    for field in fields(RuleColumns):
        fees[field.name] = getattr(tape.rules, field.name)
    listings = np.zeros(rows, LISTING)
    for row, listing in enumerate(listings):
        if (tape.lot[row] != tape.lot[row, 0]).any():
            raise ValueError(f"{tape.symbols[row]}: its lot size changes on the tape, which no rule here provides for.")
        listing["exchange"] = exchanges.index(tape.exchanges[row])
        listing["currency"] = currencies.index(rated[row])
        listing["market"], listing["lot"] = tape.market[row], tape.lot[row, 0]
        listing["foreign"], listing["t_plus_one"] = tape.foreign[row], tape.t_plus_one[row]
    listings["ends"] = width
    for ending in tape.ends:
        listings[ending.row]["ends"] = ending.column
    ends = np.array([(one.row, one.into, Reason[one.reason.upper()], one.cash, one.ratio) for one in tape.ends], END)
    happenings = [tape.actions.get(column, []) for column in range(width)]
    tape.__dict__["_arrays"] = kept = dict(
        flags=(
            tape.has_bar * np.uint8(inputs.HAS_BAR)
            + tape.close_only * np.uint8(inputs.CLOSE_ONLY)
            + tape.locked_up * np.uint8(inputs.LOCKED_UP)
            + tape.locked_down * np.uint8(inputs.LOCKED_DOWN)
            + tape.closed_up * np.uint8(inputs.CLOSED_UP)
        ),
        **{
            name: np.ascontiguousarray(getattr(tape, source), np.float64)
            for name, source in (
                ("volume", "volume"),
                ("last_close", "last_close"),
                ("split", "split"),
                ("factor", "split_factor"),
                ("dividend", "dividend"),
            )
        },
        fx=fx,
        days=days,
        instants=instants,
        closings=closings,
        closed=closed,
        fees=fees,
        listings=listings,
        step_table=tape.tick_table.astype(np.uint8) + np.uint8(1),
        steps=_step_tables(tape.tick_bands),
        actions=np.array([row for found in happenings for row in found], np.int64),
        actions_from=np.cumsum([0, *(len(found) for found in happenings)]),
        ends=ends,
        ends_from=np.searchsorted([one.column for one in tape.ends], np.arange(width + 1)),
    )
    return kept


def _days(tape: Tape, rows: list[int]) -> tuple[Records, Ints, Ints, Ints]:
    """Sessions of each exchange (by one of its listings), and the places of its open and close among the date's.

    Beside them, by date: how many instants of open and of close there are; by instant of open and date: how many of
    close come before it, or with it.
    """
    opens, closes = tape.opens_at[rows], tape.closes_at[rows]
    days = np.empty(opens.shape, DAY)
    days["session"] = tape.session[rows]
    days["instant"], instants = _places_of(opens)
    days["closing"], closings = _places_of(closes)
    days["early"] = tape.is_early[rows]
    closed = np.zeros((int(instants.max(initial=1)), opens.shape[1]), np.int64)
    for mine, place in zip(opens, days["instant"], strict=True):
        open_then = np.flatnonzero(place >= 0)
        earlier = np.where((closes >= 0) & (closes <= mine), days["closing"] + 1, 0).max(axis=0)
        closed[place[open_then], open_then] = earlier[open_then]
    return days, instants, closings, closed


def _places_of(moments: Ints) -> tuple[Ints, Ints]:
    """The place of each exchange's instant among the date's different ones, -1 for none, and how many there are."""
    places, count = np.full(moments.shape, -1), np.zeros(moments.shape[1], np.int64)
    order = np.sort(np.where(moments < 0, _NEVER, moments), axis=0)
    for number in range(len(moments)):
        at = order[number]
        fresh = (at < _NEVER) & ((at > order[number - 1]) if number else True)
        places = np.where((moments == at) & fresh, count, places)
        count += fresh
    return places, count


def _step_tables(tables: Sequence[Bands]) -> npt.NDArray[np.float64]:
    """Rows of (below, step) of tables of different length in one array; the first table has no steps.

    Rows that a table does not have are for any price above its others, and have its last step.
    """
    if len(tables) > 254:
        raise ValueError(f"{len(tables)} tables of price steps, where there is room for 254.")
    found = np.zeros((len(tables) + 1, max((len(bands) for bands in tables), default=1), 2))
    found[:, :, 0] = math.inf
    for number, bands in enumerate(tables, 1):
        found[number, : len(bands)] = bands
        found[number, len(bands) :, 1] = bands[-1][1]
    return found


def pack_plan(tape: Tape, plan: Plan, account: Account, end: date | None = None) -> Any:
    """A plan and an account as a record; None is -1 in whole numbers and NaN in fractions. end: as in `pack_steps`."""
    packed: Any = np.zeros(1, PLAN)
    for name in ("hold", "lookback", "patience"):
        value = getattr(plan, name)
        packed[name] = -1 if value is None else value
    for name in ("stop", "take", "trail", "half_life"):
        value = getattr(plan, name)
        packed[name] = math.nan if value is None else value
    first, last = np.datetime64(tape.start, "D"), np.datetime64(end or tape.dates[tape.last], "D") + 1
    packed["first"], packed["last"] = tape.first, tape.last
    packed["weekdays"] = np.busday_count(first, last)
    packed["years"] = (last - first) / np.timedelta64(1, "D") / 365.25
    packed["within"], packed["weight"], packed["band"] = plan.within, plan.weight, plan.band
    packed["repeat"] = _REPEATS[plan.repeat]
    packed["slots"] = -1 if plan.slots is None else plan.slots
    packed["decays"] = plan.half_life is not None
    packed["has_levels"], packed["at_close"] = plan.has_levels, plan.cutoff is not None
    packed["entry_reason"] = Reason.BREAKOUT if plan.lookback is not None else _ENTRIES[plan.trigger]
    packed["cash"], packed["cash_rate"], packed["reinvest"] = account.cash, account.cash_rate, account.reinvest
    return packed


def pack_schedule(
    tape: Tape,
    schedule: Schedule,
    plan: Plan,
    members: dict[str, int],
    numbers: dict[str, int] | None = None,
) -> Calendars:
    """A schedule's triggers and revisions in the tape's window. numbers : of the events, by id"""
    events = numbers or {name: number for number, name in enumerate(sorted(_event_ids(schedule)))}
    where, at_close = _Places(tape), plan.cutoff is not None
    order = sorted(range(len(schedule.triggers)), key=lambda number: _queue(schedule.triggers[number]))
    ranks = {number: rank for rank, number in enumerate(order)}
    themes = {name: number for number, name in enumerate(sorted({trigger.theme for trigger in schedule.triggers}))}
    triggers = np.zeros(len(schedule.triggers), TRIGGER)
    for number, trigger in enumerate(schedule.triggers):
        triggers[number] = (
            *where.of(trigger.listing, trigger.session, at_close),
            number,
            trigger.session,
            -1 if trigger.until is None else trigger.until,
            -1 if trigger.leaves is None else trigger.leaves,
            events[trigger.event_id],
            themes[trigger.theme],
            ranks[number],
            parts_of(plan, members, trigger.theme),
            1.0 if trigger.event is None else trigger.event.strength,
        )
    revised = []
    for revision in schedule.revisions:
        said = -1 if revision.leaves is None else revision.leaves, revision.ends, events[revision.event.id]
        acted = [] if revision.session is None else [(revision.session, inputs.OPEN)]
        if revision.recalled is not None:
            acted.append((revision.recalled, inputs.CLOSE))
        for session, closing in acted:
            revised.append((*where.of(revision.listing, session, closing), session, *said, closing))
    revisions = np.array(revised, REVISION)
    first = "row" if plan.slots is None else "rank"
    triggers = _ordered(triggers, tape, first, "instant", "column")
    revisions = _ordered(revisions, tape, "event", "row", "instant", "closing", "column")  # opens, then closes
    arrays: Any = triggers, np.array([0, len(triggers)]), revisions, np.array([0, len(revisions)])
    return Calendars(*arrays)


def parts_of(plan: Plan, members: Mapping[str, int], theme: str) -> int:
    """What a plan's weight is divided by: its slots, all listings, or a theme's members."""
    return plan.slots or members["*" if plan.spread == "all" else theme]


def _queue(trigger: Trigger) -> tuple[int, str, str, str]:
    """In which order triggers of one instant take slots."""
    known = 0 if trigger.known_at is None else instant_ns(trigger.known_at)
    return known, trigger.event_id, trigger.listing, trigger.theme


def _event_ids(schedule: Schedule) -> set[str]:
    return {trigger.event_id for trigger in schedule.triggers} | {revision.event.id for revision in schedule.revisions}


def _ordered(rows: Records, tape: Tape, *keys: str) -> Records:
    """What falls into the window, by these fields, the last one first; ties stay in the schedule's order."""
    rows = rows[(rows["column"] >= tape.first) & (rows["column"] <= tape.last)]
    return rows[np.lexsort([rows[key] for key in keys])]


class _Places:
    """Column, instant (of open, or close) and row of a listing's session."""

    def __init__(self, tape: Tape) -> None:
        arrays = market_arrays(tape)
        self.days, self.listings = arrays["days"], arrays["listings"]
        self.rows = {symbol: row for row, symbol in enumerate(tape.symbols)}

    def of(self, listing: str, session: int, closing: int) -> tuple[int, int, int]:
        row = self.rows[listing]
        days = self.days[self.listings["exchange"][row]]
        found = np.flatnonzero(days["session"] == session)
        column = int(found[0]) if len(found) else -1
        return column, int(days["closing" if closing else "instant"][column]), row


def pack_steps(tape: Tape, end: date | None = None) -> Records:
    """The window's dates: years since the books before (for interest), and how many weekdays show each date's books.

    end : last date of the window; default: the tape's last
    """
    eve = np.datetime64(tape.start, "D") - np.timedelta64(1, "D")
    dates = tape.dates[tape.first : tape.last + 1]
    days = np.diff(np.concatenate([[eve], dates]).astype("datetime64[D]")).astype(np.int64)
    steps = np.zeros(len(dates), STEP)
    steps["lapse"] = days / 365.25
    weekdays = np.arange(dates[0], np.datetime64(end or dates[-1], "D") + 1)
    shown = np.searchsorted(dates, weekdays[np.is_busday(weekdays)], side="right") - 1
    steps["weekdays"] = np.bincount(shown, minlength=len(dates))
    return steps


def make_state(tape: Tape, triggers: int, size: int, recording: int = records.EVERYTHING) -> State:
    """Arrays for `size` lots, and what goes with them. What is not to be recorded takes no room."""
    rows, width = len(tape.symbols), tape.last - tape.first + 1
    many, every = 4 * size, recording >= records.EVERYTHING
    places = dict(
        book=1, positions=rows, purchases=rows, sales=rows, active=rows, lots=size, orders=many, time_exits=many,
        extensions=many, confirmations=size, news=max(triggers, 1), entitlements=2 * size, fractions=size, queue=many,
        payments=many if recording >= records.FILLS else 1,
        fills=many if recording >= records.FILLS else 1, waits=2 * many if every else 1,
        holdings=min(width * rows, 64 * size) if every else 1, notes=many if every else 1, equity=width, cash=width,
    )  # fmt: skip
    arrays: Any = {name: np.zeros(places[name], element) for name, (_, element, _) in layout(State).items()}
    return State(**arrays)
