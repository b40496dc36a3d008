"""What the kernel reads and keeps, as records: arrays of them go into compiled code, names and all.

Money is the account's unless named local. `-1` stands for none in every reference; NaN for unknown or not given.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Records = npt.NDArray[np.void]

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
LISTING = _record(
    i8="exchange currency market lot foreign t_plus_one limit_kind widths",
    f8="limit_fraction",
)
HAS_BAR, CLOSE_ONLY = 1, 2  # bits of `Market.flags`
CLOCK = _record(f8="lapse", i8="weekdays")  # years since the books before; weekdays that show these books
NO_LIMIT, TRUNCATED, YEN, ROUNDED = 0, 1, 2, 3


class Market(NamedTuple):
    """The tape as the kernel reads it. Shapes: r listings, c dates, e exchanges, m markets, q currencies."""

    bars: Records  # (r, c) BAR
    flags: npt.NDArray[np.uint8]  # (r, c)
    volume: npt.NDArray[np.float64]  # (r, c)
    last_close: npt.NDArray[np.float64]  # (r, c)
    split: npt.NDArray[np.float64]  # (r, c)
    factor: npt.NDArray[np.float64]  # (r, c)
    dividend: npt.NDArray[np.float64]  # (r, c)
    ex_cash: npt.NDArray[np.float64]  # (r, c)
    fx: Records  # (q, c) RATE
    days: Records  # (e, c) DAY
    instants: npt.NDArray[np.int64]  # (c,) different instants of open
    fees: Records  # (m, c) FEES
    listings: Records  # (r,) LISTING
    tick_table: npt.NDArray[np.int64]  # (r, c)
    ticks: npt.NDArray[np.float64]  # (tables, bands, 2)
    widths: npt.NDArray[np.float64]  # (tables, bands, 2), of limits in yen
    bands: npt.NDArray[np.int64]  # (2, tables): how many rows of `ticks` and of `widths` count
    actions: npt.NDArray[np.int64]  # rows with a split or dividend, date by date
    actions_from: npt.NDArray[np.int64]  # (c + 1,) where each date's begin


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

    triggers: Records
    triggers_from: npt.NDArray[np.int64]  # where each calendar's begin, and where the last one's end
    revisions: Records
    revisions_from: npt.NDArray[np.int64]


# --- what is kept while playing ----------------------------------------------------------------------------------

BOOK = _record(
    f8="cash spendable equity bought sold costs",
    i8="active purchases sales tickets lots claims extensions watches entitled fractions fills waits holdings "
    "next_trigger next_revision full",
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
    """Everything that changes. Lists run through `after` (and `before`); what an array cannot hold sets book.full."""

    book: Records  # (1,)
    rows: Records  # (r,)
    queues: Records  # (2r,)
    active: npt.NDArray[np.int64]  # rows with lots, orders or decaying news, in order
    lots: Records
    tickets: Records
    claims: Records
    extensions: Records  # as many as claims
    watches: Records
    entitled: Records  # by dividends, one a lot
    fractions: Records  # of splits
    seen: npt.NDArray[np.int64]  # next trigger of the same row, by trigger (decaying shares)
    queue: npt.NDArray[np.int64]  # tickets about to trade
    fills: Records
    waits: Records
    holdings: Records
    equity: npt.NDArray[np.float64]  # at the books of each date
    cash: npt.NDArray[np.float64]


# --- what comes out ----------------------------------------------------------------------------------------------

BOOKED, TOLD = 1, 2  # what is recorded: fills; also waits and holdings
FIGURES = _record(
    f8="equity total_return sharpe max_drawdown exposure turnover mean_trade costs",
    i8="lots closed wins",
)
