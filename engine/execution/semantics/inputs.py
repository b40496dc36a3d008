"""What a run reads, as records: the market, the plan, the calendar. Money is local where it is so named."""

from __future__ import annotations

from typing import NamedTuple

from eventfolio.engine.execution.semantics.forms import Grid, Small, Steps, Table, record

EXTEND, IGNORE, ADD = 0, 1, 2  # what a repeat does
OPEN, CLOSE = 0, 1  # the two instants of a session at which an order can trade


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
    early: int  # it opens before the books of the date before are struck


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
