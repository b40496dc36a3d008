"""What a run keeps, as records: account, positions, lots, orders, fills. Money is the account's unless named local."""

from __future__ import annotations

import math
from typing import NamedTuple, Protocol

from eventfolio.engine.execution.semantics.forms import NEVER, NONE, Amounts, Numbers, Table, record
from eventfolio.engine.execution.semantics.inputs import OPEN

NOTHING, FILLS, EVERYTHING = 0, 1, 2  # recording levels; everything: fills, waits, holdings and notes


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
    struck: float = 0.0  # the cash at the last books
    equity_before: float = 0.0  # at the books before the last, for opens that come before these
    cash_before: float = 0.0
    spent_before: float = 0.0  # on the date of the last books
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
    handed: int = (
        NONE  # the last entry that a revision cancelled today; by `next` the others, whose slots are handed on
    )
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


class Face(Protocol):
    """A strategy's own Python, and backtrader: what they are asked and told; each answers whether that was done."""

    def on_trigger(self, number: int) -> bool: ...
    def should_exit(self, lot: Lot) -> bool: ...
    def sent(self, order: Order) -> bool: ...
    def ended(self, order: Order) -> bool: ...
    def filled(self, order: Order, shares: float, price: float, fx: float, costs: float) -> bool: ...
    def split(self, row: int, ratio: float) -> bool: ...
    def turned(self, row: int) -> bool: ...


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

    @property
    def face(self) -> Face | None:
        """Who is asked and told; nobody but where Python runs the rules (`python_form.LiveState`)."""
        return None
