"""What the kernel reads and keeps, as records: arrays of them go into compiled code, names and all.

An array's annotation gives the kind of its elements and its dimensions, which machine code takes at their word.
Money is the account's unless named local. `-1` stands for none in every reference; NaN for unknown or not given.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
import numpy.typing as npt

from eventfolio.engine.ledger.ledger import FILL, HOLDING, WAIT

Records = npt.NDArray[np.void]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

NEVER = 2**62  # a session that never comes


def _record(**kinds: str) -> np.dtype[np.void]:
    """A record of fields by kind: `kind="name name"`, i8 whole numbers, f8 floats."""
    return np.dtype([(name, kind) for kind, names in kinds.items() for name in names.split()])


# --- the market, from the tape -----------------------------------------------------------------------------------

BAR = _record(f8="open high low close")
RATE = _record(f8="fill book", i8="stale")  # exchange rate of a currency on a date
DAY = _record(i8="session instant")  # of an exchange: its session; the open's place among the date's instants, -1 shut
FEES = _record(
    f8="commission commission_min buy_fee sell_fee clearing clearing_min clearing_max buy_tax sell_tax "
    "tax_rounds_up_to fx slippage volume_share withholding fractions_in_cash"
)
LISTING = _record(i8="exchange currency market lot foreign t_plus_one")
HAS_BAR, CLOSE_ONLY, LOCKED_UP, LOCKED_DOWN = 1, 2, 4, 8  # bits of `Market.flags`
CLOCK = _record(f8="lapse", i8="weekdays")  # years since the books before; weekdays that show these books


class Market(NamedTuple):
    """The tape as the kernel reads it. Shapes: r listings, c dates, e exchanges, m markets, q currencies."""

    bars: Annotated[Records, BAR, 2]  # (r, c)
    flags: Annotated[Bytes, "u1", 2]  # (r, c)
    volume: Annotated[Floats, "f8", 2]  # (r, c)
    last_close: Annotated[Floats, "f8", 2]  # (r, c)
    split: Annotated[Floats, "f8", 2]  # (r, c)
    factor: Annotated[Floats, "f8", 2]  # (r, c)
    dividend: Annotated[Floats, "f8", 2]  # (r, c)
    fx: Annotated[Records, RATE, 2]  # (q, c)
    days: Annotated[Records, DAY, 2]  # (e, c)
    instants: Annotated[Ints, "i8", 1]  # (c,) different instants of open
    fees: Annotated[Records, FEES, 2]  # (m, c)
    listings: Annotated[Records, LISTING, 1]  # (r,)
    tick_table: Annotated[Ints, "i8", 2]  # (r, c)
    ticks: Annotated[Floats, "f8", 3]  # (tables, bands, 2)
    tick_counts: Annotated[Ints, "i8", 1]  # (tables,): how many rows of each count
    actions: Annotated[Ints, "i8", 1]  # rows with a split or dividend, date by date
    actions_from: Annotated[Ints, "i8", 1]  # (c + 1,) where each date's begin


# --- what comes out ----------------------------------------------------------------------------------------------

BOOKED, TOLD = 1, 2  # what is recorded: fills; also waits and holdings
FIGURES = _record(
    f8="equity total_return sharpe max_drawdown exposure turnover mean_trade costs",
    i8="lots closed wins",
)

# --- what is to be played ----------------------------------------------------------------------------------------

EXTEND, IGNORE, ADD = 0, 1, 2
PLAN = _record(
    i8="first last weekdays hold lookback within patience repeat decays has_levels entry_reason reinvest",
    f8="years weight half_life band stop take trail cash cash_rate",
)
TRIGGER = _record(i8="column instant row number session until event", f8="members strength")
REVISION = _record(i8="column instant row session until event")


class Calendars(NamedTuple):
    """Triggers and revisions of one calendar or many, each calendar's in order of column, instant and row."""

    triggers: Annotated[Records, TRIGGER, 1]
    triggers_from: Annotated[Ints, "i8", 1]  # where each calendar's begin, and where the last one's end
    revisions: Annotated[Records, REVISION, 1]
    revisions_from: Annotated[Ints, "i8", 1]


class Runs(NamedTuple):
    """What is played over what dates, and where its figures go."""

    plans: Annotated[Records, PLAN, 1]  # one, or one a run
    clock: Annotated[Records, CLOCK, 1]  # of the window's dates
    figures: Annotated[Records, FIGURES, 1]  # one a run, or none


# --- what is kept while playing ----------------------------------------------------------------------------------

BOOK = _record(
    f8="cash spendable equity bought sold costs",
    i8="active purchases sales tickets lots claims extensions watches entitled fractions fills waits holdings "
    "next_trigger next_revision run",
)
ROW = _record(i8="session instant held judged seen active watches held_last seen_last", f8="taken")
QUEUE = _record(i8="head tail")  # open tickets of a row's side: 2 x row purchases, 2 x row + 1 sales
# What is read on every date stands first: it is 64 bytes, one line of a processor's cache.
LOT = np.dtype(
    [
        *_record(f8="shares basis_shares basis_cost high fresh", i8="leaves exit after").descr,
        *_record(i8="row session trigger created ended entry take before claims claims_last extended").descr,
        *_record(i8="extended_last", f8="dividends paid got costs").descr,
    ]
)
TICKET = _record(
    i8="lot row side reason trigger column session patience status why is_sent rebalances after before",
    f8="share band left wanted filled equity target factor last_close last_fx",
)
CLAIM = _record(i8="event hold reference after")
EXTENSION = _record(i8="trigger after")  # of a lot or a watch, in order
WATCH = _record(i8="row trigger session column extended extended_last", f8="high")
ENTITLED = _record(i8="lot", f8="shares cash")


class State(NamedTuple):
    """Everything that changes. Lists run through `after` (and `before`); what an array cannot hold ends the play."""

    book: Annotated[Records, BOOK, 1]  # (1,)
    rows: Annotated[Records, ROW, 1]  # (r,)
    queues: Annotated[Records, QUEUE, 1]  # (2r,)
    active: Annotated[Ints, "i8", 1]  # rows with lots, orders or decaying news, in order
    lots: Annotated[Records, LOT, 1]
    tickets: Annotated[Records, TICKET, 1]
    claims: Annotated[Records, CLAIM, 1]
    extensions: Annotated[Records, EXTENSION, 1]  # as many as claims
    watches: Annotated[Records, WATCH, 1]
    entitled: Annotated[Records, ENTITLED, 1]  # by dividends, one a lot
    fractions: Annotated[Records, ENTITLED, 1]  # of splits
    seen: Annotated[Ints, "i8", 1]  # next trigger of the same row, by trigger (decaying shares)
    queue: Annotated[Ints, "i8", 1]  # tickets about to trade
    fills: Annotated[Records, FILL, 1]
    waits: Annotated[Records, WAIT, 1]
    holdings: Annotated[Records, HOLDING, 1]
    equity: Annotated[Floats, "f8", 1]  # at the books of each date
    cash: Annotated[Floats, "f8", 1]
