"""What a run reads and keeps, as typed records.

Python runs the rules on slotted objects (`eventfolio.engine.execution.python_form`); compiled they run on arrays of the
same fields (`layout`). Money is the account's unless named local. A reference is a number, -1 for none; a float that is
unknown or not given is NaN; a truth is 1 or 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import cache
from typing import (
    Any,
    NamedTuple,
    Protocol,
    TypeVar,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)

import numpy as np

NONE = -1  # no such record, no such session, no such limit
NEVER = 2**62  # a session that never comes

NOTHING, FILLS, EVERYTHING = 0, 1, 2  # recording levels; everything: fills, waits, holdings and notes

EXTEND, IGNORE, ADD = 0, 1, 2  # what a repeat does

OPEN, CLOSE = 0, 1  # the two instants of a session at which an order can trade

_R = TypeVar("_R", covariant=True)
_K = TypeVar("_K")


class Table(Protocol[_R]):
    """Records, or numbers, by number."""

    @overload
    def __getitem__(self, place: int) -> _R: ...
    @overload
    def __getitem__(self, place: slice) -> Table[_R]: ...
    def __len__(self) -> int: ...


class Numbers(Protocol):
    """Whole numbers by place, which may be written."""

    def __getitem__(self, place: int) -> int: ...
    def __setitem__(self, place: int, number: int) -> None: ...
    def __len__(self) -> int: ...


class Amounts(Protocol):
    """Floats by place, which may be written."""

    def __getitem__(self, place: int) -> float: ...
    def __setitem__(self, place: int, amount: float) -> None: ...


class Grid(Protocol[_R]):
    """Records, or numbers, by row and column."""

    def __getitem__(self, place: tuple[int, int]) -> _R: ...


class Steps(Protocol):
    """Tables of price steps by number: each rows of (below this price, this step)."""

    def __getitem__(self, table: int) -> Any: ...


class Small(int):
    """A whole number of a byte: a table's number, or a few truths."""


@dataclass_transform(eq_default=False)
def record(kind: type[_K]) -> type[_K]:
    """A record: fields of whole numbers and floats alone, none that is not declared."""
    return dataclass(slots=True, eq=False)(kind)


# --- the market, from the tape ---------------------------------------------------------------------------------------


@record
class Bar:
    """Raw local prices of a listing's session."""

    open: float
    high: float
    low: float
    close: float


@record
class Rate:
    """A currency on a date: account money per local unit, for fills and for the books; too old for new orders?"""

    fill: float
    book: float
    stale: int


@record
class Day:
    """An exchange on a date: its session; the place of its open among the date's opens, of its close among the closes.

    All are -1 where it is shut.
    """

    session: int
    instant: int
    closing: int


@record
class Fees:
    """What a market asks on a date: rates as fractions of value, minima and steps in local money."""

    commission: float
    commission_min: float
    buy_fee: float
    sell_fee: float
    clearing: float
    clearing_min: float
    clearing_max: float
    buy_tax: float
    sell_tax: float
    tax_rounds_up_to: float
    fx: float
    slippage: float
    volume_share: float
    withholding: float
    fractions_in_cash: float


@record
class Listing:
    """What does not change: its exchange, currency and market by number, two truths, its end, shares to a lot."""

    exchange: int
    currency: int
    market: int
    foreign: int  # its currency is not the account's
    t_plus_one: int  # no resale on the day of purchase
    ends: int  # column from which it is listed no more, past the tape's last where it goes on
    lot: float


@record
class End:
    """What becomes of a listing: local cash a share, and shares of the listing `into`, -1 for none."""

    row: int
    into: int
    reason: int
    cash: float
    ratio: float


HAS_BAR, CLOSE_ONLY, LOCKED_UP, LOCKED_DOWN, CLOSED_UP = 1, 2, 4, 8, 16  # bits of `Market.flags`


class Market(NamedTuple):
    """The tape. Shapes: r listings, c dates, e exchanges, m markets, q currencies, t tables of price steps."""

    bars: Grid[Bar]  # (r, c)
    flags: Grid[Small]  # (r, c)
    volume: Grid[float]  # (r, c)
    last_close: Grid[float]  # (r, c) the last known one, on the date's share
    split: Grid[float]  # (r, c) new shares for old, at that open
    factor: Grid[float]  # (r, c) the product of all splits so far
    dividend: Grid[float]  # (r, c) net local money a share
    fx: Grid[Rate]  # (q, c)
    days: Grid[Day]  # (e, c)
    instants: Table[int]  # (c,) different instants of open
    closings: Table[int]  # (c,) different instants of close
    closed: Grid[int]  # (most instants of open, c) how many closes of the date come before an open, or at its instant
    fees: Grid[Fees]  # (m, c)
    listings: Table[Listing]  # (r,)
    step_table: Grid[Small]  # (r, c) the number of the table in force
    steps: Steps  # (t, rows, 2)
    actions: Table[int]  # rows with a split or dividend, date by date
    actions_from: Table[int]  # (c + 1,) where each date's begin
    ends: Table[End]  # in the order in which they take effect
    ends_from: Table[int]  # (c + 1,) where each date's begin


# --- what is to be played --------------------------------------------------------------------------------------------


@record
class Plan:
    """A strategy's parts with their numbers, and the account it starts with."""

    first: int  # columns of the window
    last: int
    weekdays: int  # of the window
    hold: int  # sessions, -1 without end
    lookback: int  # sessions whose highest close confirms an entry, -1 for an entry at once
    within: int
    patience: int  # sessions, -1 without limit
    repeat: int
    slots: int  # lots held or awaited at once, -1 without limit
    decays: int
    has_levels: int
    entry_reason: int
    at_close: int  # it buys at closes
    reinvest: int
    years: float
    weight: float
    half_life: float
    band: float
    stop: float
    take: float
    trail: float
    cash: float
    cash_rate: float


@record
class Trigger:
    """An event made tradable: where and when, of which event, for how many members it spends the weight.

    instant : place of its open among the date's opens; of its close among the closes where the plan buys at closes
    number : in the schedule; theme: a number for what of the listing's weight it speaks for
    rank   : in order of known_at, event, symbol and theme, in which slots are taken
    until  : the session that a run-up waits for, and by which it may no longer be entered, else -1
    leaves : the session at whose open a run-up is over, else -1
    """

    column: int
    instant: int
    row: int
    number: int
    session: int
    until: int
    leaves: int
    event: int
    theme: int
    rank: int
    members: float
    strength: float


@record
class Revision:
    """News of an event in a run-up: `leaves` is the session at whose open it is over now, -1 where it is off.

    ends    : the session before which it must be acted on to sell what is held
    closing : it is the last call for a close, where waiting entries go; else an open, where what is held follows (and
              waiting entries go, unless the plan buys at closes)
    """

    column: int
    instant: int
    row: int
    session: int
    leaves: int
    ends: int
    event: int
    closing: int


@record
class Step:
    """A date of the window: years since the books before; weekdays that show its books."""

    lapse: float
    weekdays: int


class Calendars(NamedTuple):
    """Triggers and revisions of one calendar or many, each calendar's in order of column, instant and row.

    Of a date's revisions those at its opens come first: all of these are decided for before anything trades.
    """

    triggers: Table[Trigger]
    triggers_from: Table[int]  # where each calendar's begin, and where the last one's end
    revisions: Table[Revision]
    revisions_from: Table[int]


@record
class Figures:
    """The figures of one run that are kept where nothing else is (`eventfolio.engine.metrics`)."""

    equity: float
    total_return: float
    sharpe: float
    max_drawdown: float
    exposure: float
    turnover: float
    mean_trade: float
    costs: float
    lots: int
    closed: int
    wins: int


class Runs(NamedTuple):
    """What is played over what dates, and where its figures go."""

    plans: Table[Plan]  # one, or one a run
    steps: Table[Step]  # of the window's dates
    figures: Table[Figures]  # one a run, or none


# --- what is kept while playing --------------------------------------------------------------------------------------


@record
class Book:
    """The account at work, and how many there are of everything. One a run.

    spendable : the cash at the last books less what the date has spent
    active    : rows that need looking at; purchases, sales: open orders
    """

    cash: float = 0.0
    spendable: float = 0.0
    equity: float = 0.0
    bought: float = 0.0
    sold: float = 0.0
    costs: float = 0.0
    recording: int = NOTHING
    active: int = 0
    purchases: int = 0
    sales: int = 0
    awaiting: int = 0
    slots: int = 0  # taken at the last books, or since
    first_confirmation: int = NONE
    last_confirmation: int = NONE
    orders: int = 0
    lots: int = 0
    time_exits: int = 0
    extensions: int = 0
    confirmations: int = 0
    news: int = 0
    entitlements: int = 0
    fractions: int = 0
    payments: int = 0
    fills: int = 0
    waits: int = 0
    holdings: int = 0
    notes: int = 0
    next_trigger: int = 0
    next_revision: int = 0
    run: int = 0


@record
class Position:
    """A listing in the run: its session and instants on the date, its lots and news, what it used of the bar."""

    session: int = NONE
    instant: int = NONE  # of its open
    closing: int = NONE  # of its close
    first_lot: int = NONE
    is_judged: int = 0  # a level may be touched after the open
    has_left: int = 0  # a level touched after the open sold a lot whole today
    first_news: int = NONE
    is_active: int = 0
    awaiting: int = 0  # confirmations
    handed: int = NONE  # the event whose entry was cancelled today by a revision, and whose slot its new entry may have
    last_lot: int = NONE
    last_news: int = NONE
    taken: float = 0.0  # shares of the date's bar that are used up


@record
class Queue:
    """The open orders of one side of a listing."""

    first: int = NONE
    last: int = NONE


@record
class Lot:
    """One entry and what is left of it. Sessions are numbers in the count of the listing's exchange.

    What is read on every date stands first: 64 bytes, one line of a processor's cache.
    """

    shares: float = 0.0
    basis_shares: float = 0.0  # bought, on today's share, and their local cost: the average entry fill
    basis_cost: float = 0.0
    high: float = math.nan  # the highest close since the entry session
    fresh: float = 0.0  # bought on the date at hand
    leaves: int = NEVER  # the session of its time exit
    exit: int = NONE  # the sale on its way: time, signal, or a triggered stop or trail
    next: int = NONE
    number: int = NONE
    row: int = NONE  # the listing it is of
    bought_as: int = NONE  # the listing it was bought in, which may have ended into another
    session: int = NONE  # of the first fill
    trigger: int = NONE
    created: int = NONE  # column of the decision
    ended: int = NONE  # column of a consolidation that left no whole share
    entry: int = NONE
    take: int = NONE  # a limit partly filled
    previous: int = NONE
    first_time_exit: int = NONE
    last_time_exit: int = NONE
    first_extension: int = NONE
    last_extension: int = NONE
    dividends: float = 0.0  # taken in cash
    paid: float = 0.0
    got: float = 0.0
    costs: float = 0.0


@record
class Order:
    """An order. `left` is NaN until it is sized; `share` is the fraction of equity it is to be.

    lot        : -1 for a sale first in, first out over the listing's lots
    session    : of the listing, at whose open it was decided; patience runs from it
    asked      : shares that a strategy asked for by itself, in place of a share of equity
    rebalances : it brings what is held up to `share`, and is not sent below `band` (fraction of equity)
    """

    number: int = NONE
    lot: int = NONE
    row: int = NONE
    side: int = 0
    reason: int = 0
    trigger: int = NONE
    event: int = NONE
    column: int = NONE
    session: int = NONE
    patience: int = NONE
    status: int = 0
    outcome: int = 0
    closing: int = OPEN  # at which instant of a session it trades
    is_sent: int = 1
    rebalances: int = 0
    next: int = NONE
    previous: int = NONE
    share: float = math.nan
    asked: float = math.nan
    band: float = math.nan
    left: float = math.nan
    wanted: float = math.nan
    filled: float = 0.0
    equity: float = math.nan
    target: float = math.nan
    factor: float = math.nan
    last_close: float = math.nan
    last_fx: float = math.nan


@record
class TimeExit:
    """How long one event would hold a lot: to the session `hold`, or a run-up's `reference` if that is first."""

    event: int = NONE
    hold: int = NONE
    reference: int = NONE
    next: int = NONE


@record
class Extension:
    """A trigger that extended a lot, or was news on what awaited confirmation."""

    trigger: int = NONE
    next: int = NONE


@record
class Confirmation:
    """A trigger that awaits a close above `high` (local, on the share of `column`; infinite where it never can)."""

    number: int = NONE
    row: int = NONE
    trigger: int = NONE
    event: int = NONE
    session: int = NONE
    column: int = NONE
    first_extension: int = NONE
    last_extension: int = NONE
    next: int = NONE
    previous: int = NONE
    is_confirmed: int = 0
    high: float = math.inf
    weight: float = math.nan


@record
class News:
    """A trigger of a listing whose share decays; is it the listing's first of its theme?"""

    trigger: int = NONE
    opens_theme: int = 0
    next: int = NONE


@record
class Entitlement:
    """What a lot is owed: a dividend on so many shares, or the price of a fraction of a share."""

    lot: int = NONE
    shares: float = 0.0
    cash: float = 0.0


# --- what is recorded: the ledger's lines (`eventfolio.engine.ledger.ledger`) ----------------------------------------


@record
class Fill:
    """A line of the ledger."""

    order: int = NONE
    lot: int = NONE
    row: int = NONE
    column: int = NONE
    side: int = 0
    reason: int = 0
    closing: int = OPEN
    shares: float = 0.0
    raw: float = 0.0
    price: float = 0.0
    fx: float = 0.0
    commission: float = 0.0
    fees: float = 0.0
    tax: float = 0.0
    fx_cost: float = 0.0
    slippage: float = 0.0
    close_column: int = NONE


@record
class Wait:
    """A line of the ledger."""

    order: int = NONE
    column: int = NONE
    outcome: int = 0
    left: float = 0.0


@record
class Holding:
    """A line of the ledger."""

    column: int = NONE
    row: int = NONE
    shares: float = 0.0
    value: float = 0.0


@record
class Payment:
    """A line of the ledger."""

    lot: int = NONE
    row: int = NONE
    column: int = NONE
    into: int = NONE
    reason: int = 0
    shares: float = 0.0
    price: float = 0.0
    fx: float = 0.0
    became: float = 0.0
    fraction: float = 0.0
    close: float = 0.0
    into_fx: float = 0.0


@record
class Note:
    """Why a trigger led to no order that was sent; a line of the ledger."""

    trigger: int = NONE
    column: int = NONE
    outcome: int = 0


class State(NamedTuple):
    """Everything that changes."""

    book: Table[Book]  # one
    positions: Table[Position]  # by row
    purchases: Table[Queue]  # by row
    sales: Table[Queue]  # by row
    active: Numbers  # rows with lots, orders or decaying news, in order
    lots: Table[Lot]
    orders: Table[Order]
    time_exits: Table[TimeExit]
    extensions: Table[Extension]
    confirmations: Table[Confirmation]
    news: Table[News]
    entitlements: Table[Entitlement]  # to dividends
    fractions: Table[Entitlement]  # of shares, after a split
    payments: Table[Payment]  # of listings that ended
    queue: Numbers  # orders about to trade
    fills: Table[Fill]
    waits: Table[Wait]
    holdings: Table[Holding]
    notes: Table[Note]
    equity: Amounts  # at the books of each date of the window
    cash: Amounts


# --- the same as arrays ----------------------------------------------------------------------------------------------

_NUMBERS: dict[Any, Any] = {float: np.dtype("f8"), int: np.dtype("i8"), Small: np.dtype("u1")}
_PLAIN: dict[Any, tuple[Any, int]] = {
    Numbers: (np.dtype("i8"), 1),
    Amounts: (np.dtype("f8"), 1),
    Steps: (np.dtype("f8"), 3),
}


@cache
def dtype_of(kind: type) -> np.dtype[Any]:
    """A record class, or a kind of number, as the element of an array."""
    if kind in _NUMBERS:
        return _NUMBERS[kind]
    hints = get_type_hints(kind)
    return np.dtype([(one.name, _NUMBERS[hints[one.name]]) for one in fields(kind)])


@cache
def layout(kind: Any) -> dict[str, tuple[Any, np.dtype[Any], int]]:
    """Of each field of Market, State, Calendars or Runs: what its elements are, their dtype, how many dimensions."""
    found = {}
    for name, hint in get_type_hints(kind).items():
        if hint in _PLAIN:
            found[name] = (None, *_PLAIN[hint])
        else:
            (element,) = get_args(hint)
            found[name] = element, dtype_of(element), 2 if get_origin(hint) is Grid else 1
    return found
