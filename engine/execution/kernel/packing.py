"""From tape, schedule and plan to the kernel's arrays, and from what it kept to a ledger. No compiled code here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from eventfolio.engine.execution.kernel import records
from eventfolio.engine.execution.kernel.records import Calendars, Market, Records, State
from eventfolio.engine.ledger import ledger as ledger_records
from eventfolio.engine.ledger.ledger import Ledger, Reason, Status, Why
from eventfolio.engine.ledger.purse import Purse
from eventfolio.engine.market.rulebook import Bands
from eventfolio.engine.market.tape import RuleColumns, Tape
from eventfolio.engine.schedule import Schedule
from eventfolio.strategies.parts import Plan

_REPEATS = {"extend": records.EXTEND, "ignore": records.IGNORE, "add": records.ADD}
_ENTRIES = {"announcement": Reason.NEWS, "run_up": Reason.RUN_UP, "occurrence": Reason.NEWS, "start": Reason.WINDOW}


def pack_market(tape: Tape) -> Market:
    """The tape as the kernel reads it; kept with the tape, as it is used over and over."""
    if (kept := tape.__dict__.get("_packed")) is not None:
        return kept
    rows, width = tape.close.shape
    bars = np.empty((rows, width), records.BAR)
    for name in records.BAR.names or ():
        bars[name] = getattr(tape, name)
    currencies = sorted(set(tape.currencies))
    fx = np.empty((len(currencies), width), records.RATE)
    for place, currency in enumerate(currencies):
        row = tape.currencies.index(currency)
        fx["fill"][place], fx["book"][place] = tape.fx_fill[row], tape.fx_book[row]
        fx["stale"][place] = tape.fx_stale[row]
    exchanges = sorted(set(tape.exchanges))
    days, instants = _days(tape, [tape.exchanges.index(exchange) for exchange in exchanges])
    fees = np.empty((max(tape.market) + 1, width), records.FEES)
    for field in fields(RuleColumns):
        fees[field.name] = getattr(tape.rules, field.name)
    listings = np.zeros(rows, records.LISTING)
    for row, listing in enumerate(listings):
        if (tape.lot[row] != tape.lot[row, 0]).any():
            raise ValueError(f"{tape.symbols[row]}: the kernel takes one lot size for the whole tape.")
        listing["exchange"] = exchanges.index(tape.exchanges[row])
        listing["currency"] = currencies.index(tape.currencies[row])
        listing["market"], listing["lot"] = tape.market[row], tape.lot[row, 0]
        listing["foreign"], listing["t_plus_one"] = tape.foreign[row], tape.t_plus_one[row]
    ticks, tick_counts = _tables(tape.tick_bands)
    happenings = [tape.actions.get(column, []) for column in range(width)]
    packed = Market(
        bars=bars,
        flags=(
            tape.has_bar * records.HAS_BAR
            + tape.close_only * records.CLOSE_ONLY
            + tape.locked_up * records.LOCKED_UP
            + tape.locked_down * records.LOCKED_DOWN
        ).astype(np.uint8),
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
        fees=fees,
        listings=listings,
        tick_table=np.ascontiguousarray(tape.tick_table, np.int64),
        ticks=ticks,
        tick_counts=np.array(tick_counts, np.int64),
        actions=np.array([row for found in happenings for row in found], np.int64),
        actions_from=np.cumsum([0, *(len(found) for found in happenings)]),
    )
    tape.__dict__["_packed"] = packed
    return packed


def _days(tape: Tape, rows: list[int]) -> tuple[Records, npt.NDArray[np.int64]]:
    """Sessions of each exchange (by one of its listings), and the place of its open among the date's instants."""
    opens = tape.opens_at[rows]
    days = np.empty(opens.shape, records.DAY)
    days["session"], days["instant"] = tape.session[rows], -1
    instants = np.zeros(opens.shape[1], np.int64)
    order = np.sort(np.where(opens < 0, np.iinfo(np.int64).max, opens), axis=0)
    for place in range(len(rows)):
        at = order[place]
        fresh = (at < np.iinfo(np.int64).max) & ((at > order[place - 1]) if place else True)
        days["instant"] = np.where((opens == at) & fresh, instants, days["instant"])
        instants += fresh
    return days, instants


def _tables(tables: Sequence[Bands]) -> tuple[npt.NDArray[np.float64], list[int]]:
    """Rows of (below, this much) of different length in one array, and how many of each count."""
    found = np.zeros((max(len(tables), 1), max((len(bands) for bands in tables), default=1), 2))
    for place, bands in enumerate(tables):
        found[place, : len(bands)] = bands
    return found, [len(bands) for bands in tables] or [0]


def pack_plan(tape: Tape, plan: Plan, purse: Purse, end: date | None = None) -> Any:
    """A plan and a purse as a record; None is -1 in whole numbers and NaN in fractions. end: as in `pack_clock`."""
    packed = np.zeros(1, records.PLAN)
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
    packed["decays"] = plan.half_life is not None
    packed["has_levels"] = plan.has_levels
    packed["entry_reason"] = Reason.BREAKOUT if plan.lookback is not None else _ENTRIES[plan.trigger]
    packed["cash"], packed["cash_rate"], packed["reinvest"] = purse.cash, purse.cash_rate, purse.reinvest
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
    where = _Places(tape)
    triggers = np.zeros(len(schedule.triggers), records.TRIGGER)
    for number, trigger in enumerate(schedule.triggers):
        triggers[number] = (
            *where.of(trigger.listing, trigger.session),
            number,
            trigger.session,
            -1 if trigger.until is None else trigger.until,
            events[trigger.event_id],
            members["*" if plan.spread == "all" else trigger.theme],
            1.0 if trigger.event is None else trigger.event.strength,
        )
    revisions = np.zeros(len(schedule.revisions), records.REVISION)
    for number, revision in enumerate(schedule.revisions):
        until = -1 if revision.until is None else revision.until
        place = where.of(revision.listing, revision.session)
        revisions[number] = (*place, revision.session, until, events[revision.event.id])
    triggers, revisions = _ordered(triggers, tape), _ordered(revisions, tape)
    return Calendars(triggers, np.array([0, len(triggers)]), revisions, np.array([0, len(revisions)]))


def _event_ids(schedule: Schedule) -> set[str]:
    return {trigger.event_id for trigger in schedule.triggers} | {revision.event.id for revision in schedule.revisions}


def _ordered(rows: Records, tape: Tape) -> Records:
    """What falls into the window, by column, instant and row; ties stay in the schedule's order."""
    rows = rows[(rows["column"] >= tape.first) & (rows["column"] <= tape.last)]
    return rows[np.lexsort((rows["row"], rows["instant"], rows["column"]))]


class _Places:
    """Column, instant and row of a listing's session."""

    def __init__(self, tape: Tape) -> None:
        self.tape, self.market = tape, pack_market(tape)
        self.rows = {symbol: row for row, symbol in enumerate(tape.symbols)}

    def of(self, listing: str, session: int) -> tuple[int, int, int]:
        row = self.rows[listing]
        days = self.market.days[self.market.listings["exchange"][row]]
        found = np.flatnonzero(days["session"] == session)
        column = int(found[0]) if len(found) else -1
        return column, int(days["instant"][column]), row


def pack_clock(tape: Tape, end: date | None = None) -> Records:
    """The window's dates: years since the books before (for interest), and how many weekdays show each date's books.

    end : last date of the window; default: the tape's last
    """
    eve = np.datetime64(tape.start, "D") - np.timedelta64(1, "D")
    dates = tape.dates[tape.first : tape.last + 1]
    days = np.diff(np.concatenate([[eve], dates]).astype("datetime64[D]")).astype(np.int64)
    clock = np.zeros(len(dates), records.CLOCK)
    clock["lapse"] = days / 365.25
    weekdays = np.arange(dates[0], np.datetime64(end or dates[-1], "D") + 1)
    shown = np.searchsorted(dates, weekdays[np.is_busday(weekdays)], side="right") - 1
    clock["weekdays"] = np.bincount(shown, minlength=len(dates))
    return clock


def make_state(tape: Tape, triggers: int, size: int, told: int = records.TOLD) -> State:
    """Arrays for `size` lots, and what goes with them. told : what is to be recorded; the rest takes no room."""
    rows, width = len(tape.symbols), tape.last - tape.first + 1
    recorded = 4 * size if told >= records.BOOKED else 1
    waited = 8 * size if told >= records.TOLD else 1
    held = min(width * rows, 64 * size) if told >= records.TOLD else 1
    return State(
        book=np.zeros(1, records.BOOK),
        rows=np.zeros(rows, records.ROW),
        queues=np.zeros(2 * rows, records.QUEUE),
        active=np.zeros(rows, np.int64),
        lots=np.zeros(size, records.LOT),
        tickets=np.zeros(4 * size, records.TICKET),
        claims=np.zeros(4 * size, records.CLAIM),
        extensions=np.zeros(4 * size, records.EXTENSION),
        watches=np.zeros(size, records.WATCH),
        entitled=np.zeros(2 * size, records.ENTITLED),
        fractions=np.zeros(size, records.ENTITLED),
        seen=np.zeros(max(triggers, 1), np.int64),
        queue=np.zeros(4 * size, np.int64),
        fills=np.zeros(recorded, ledger_records.FILL),
        waits=np.zeros(waited, ledger_records.WAIT),
        holdings=np.zeros(held, ledger_records.HOLDING),
        equity=np.zeros(width),
        cash=np.zeros(width),
    )


def make_ledger(state: State, triggers: Records) -> Ledger:
    """What the kernel kept, in the ledger's own numbers: orders that were sent, lots that were bought."""
    book = state.book[0]
    tickets = state.tickets[: book["tickets"]]
    tickets = tickets.copy()
    ended = (tickets["status"] == Status.OPEN) & (tickets["why"] == Why.NONE)
    tickets["why"][ended] = Why.WAITING
    sent = tickets["is_sent"] == 1
    lots = state.lots[: book["lots"]]
    bought = lots["basis_shares"] > 0
    order_of, lot_of = (np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1) for kept in (sent, bought))
    number = np.append(triggers["number"], -1)
    tickets, owned = tickets[sent], lots[bought]
    orders = np.zeros(len(tickets), ledger_records.ORDER)
    for name in ledger_records.ORDER.names or ():
        if name not in ("order", "lot", "trigger"):
            orders[name] = tickets[name]
    orders["order"], orders["lot"] = np.arange(len(tickets)), lot_of[tickets["lot"]]
    orders["trigger"] = number[tickets["trigger"]]
    fills = state.fills[: book["fills"]].copy()
    fills["order"], fills["lot"] = order_of[fills["order"]], lot_of[fills["lot"]]
    waits = state.waits[: book["waits"]].copy()
    waits["order"] = order_of[waits["order"]]
    kept_lots = np.zeros(len(owned), ledger_records.LOT)
    for name in ("row", "created", "shares", "dividends", "ended"):
        kept_lots[name] = owned[name]
    kept_lots["lot"], kept_lots["trigger"] = np.arange(len(owned)), number[owned["trigger"]]
    extensions = [
        (lot, int(number[trigger]))
        for lot, first in enumerate(owned["extended"].tolist())
        for trigger in _listed(state.extensions, first)
    ]
    return Ledger(
        orders=orders,
        fills=fills,
        lots=kept_lots,
        extensions=np.array(extensions, ledger_records.EXTENSION),
        waits=waits[waits["order"] >= 0],
        holdings=state.holdings[: book["holdings"]].copy(),
        equity=state.equity.copy(),
        cash=state.cash.copy(),
    )


def _listed(extensions: Records, place: int) -> list[int]:
    found = []
    while place >= 0:
        found.append(int(extensions["trigger"][place]))
        place = int(extensions["after"][place])
    return found
