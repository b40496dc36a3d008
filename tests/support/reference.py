"""The slow second opinion: the semantics of a backtest once more, as plainly as can be.

Written from docs/semantics.md alone, apart from the engine, on the standard library only. A word in
brackets, as [size], is the anchor of its heading there.
Loops rescan the whole history wherever that is the shortest way to say the rule. What a fill is charged,
ticks, limits and the dated tables of the markets stand in reference_markets.py.

Money is in the account's currency unless a name says local. `k` is always the index of a session in
the calendar of the listing's own exchange; shares are in the units of the date at hand.
"""

from __future__ import annotations

import math
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from zoneinfo import ZoneInfo

from support import reference_words
from support.reference_markets import (
    AT_THE_LIMIT,
    EVEN,
    Charges,
    Costs,
    charges,
    is_locked,
    round_down,
    round_up,
    settlement,
    sizing_bps,
)

NEVER = 10**9  # a session index that no calendar reaches
DUST = 1e-9  # shares below this are the rounding of fractions, not a holding


# ---------------------------------------------------------------------------------------- what goes in


@dataclass
class Listing:
    """One line of securities; `bars`: date -> raw local (open, high, low, close, volume), None = unknown.

    splits: new shares for one old; dividends: local cash per share (after a split of the same date), of
    which `withholding` is kept back; raw=False: prices are adjusted, so the lot counts as 1, splits are
    ignored, dividends too unless the prices are split_adjusted only, and ticks and limits do not apply, as
    they do not where stock is False; home: symbol of its home index, itself a listing of the market; steps:
    the ticks it has where not the usual; listed: its first date, where the run begins before it and so knows it
    to be new.
    """

    symbol: str
    exchange: str
    currency: str
    lot: int
    bars: dict[date, tuple[float | None, float | None, float | None, float | None, float | None]]
    splits: dict[date, float] = field(default_factory=dict)
    dividends: dict[date, float] = field(default_factory=dict)
    raw: bool = True
    home: str | None = None
    stock: bool = True
    withholding: float = 0.0
    steps: str | None = None
    split_adjusted: bool = False
    listed: date | None = None


@dataclass
class End:
    """What becomes of a listing on a date: cash a share (0: worthless), or ratio shares of `into`, or both."""

    on: date
    cash: float = 0.0
    into: str | None = None
    ratio: float = 0.0
    reason: str = "delisted"


@dataclass
class Market:
    """The prices, currencies, hours and costs a run may look at.

    fx: currency -> {date: units per unit of account, late on that date}, the account's own currency absent;
    sessions: exchange -> {date: (regular open, close)}, UTC, from before the window to after it;
    rules: (exchange, date, is a stock) -> the costs of that date, instead of `costs`; tax_settles: exchange ->
    sessions after the trade whose date decides the tax rates; ticks: (exchange, date, price, steps) -> tick, 0 =
    none; limits: (exchange, date, base price, steps, symbol, (listed, sessions since) or None where it is not
    new) -> (lower, upper), None = none; ends: listing -> its end; vanished: what a price that stops for good gains
    at its next session, None = the lot stays; deadlines: (exchange, date) -> minutes before the close.
    """

    listings: dict[str, Listing]
    fx: dict[str, dict[date, float]]
    sessions: dict[str, dict[date, tuple[datetime, datetime]]]
    costs: dict[str, Costs]
    rules: Callable[[str, date, bool], Costs] | None = None
    tax_settles: dict[str, int] = field(default_factory=dict)
    ticks: Callable[[str, date, float, str | None], float] | None = None
    limits: Callable[..., tuple[float, float] | None] | None = None
    ends: dict[str, End] = field(default_factory=dict)
    vanished: float | None = None
    deadlines: Callable[[str, date], int] | None = None


@dataclass
class Rev:
    """What is believed of an event from `known` on; start None: open or unknown.

    belief False: it gives facts alone, and says nothing new of window or status.
    """

    known: datetime
    precision: str
    start: date | None
    status: str
    facts: dict[str, float | str | bool] = field(default_factory=dict)
    belief: bool = True


@dataclass
class Ev:
    """An event; `known`: aware, for day precision the end of the day; precision minute | day | month."""

    id: str
    known: datetime
    themes: tuple[str, ...]
    precision: str = "minute"
    status: str = "occurred"
    direction: int = 1
    strength: float = 1.0
    episode: str | None = None
    start: date | None = None
    revisions: list[Rev] = field(default_factory=list)
    kind: str = ""
    listings: tuple[str, ...] = ()
    facts: dict[str, float | str | bool] = field(default_factory=dict)
    zone: tzinfo = UTC

    def local_date(self, known: datetime, precision: str) -> date:
        """The date of an instant in the event's zone; of a date, which counts at its end, that date."""
        return (known - timedelta(seconds=precision != "minute")).astimezone(self.zone).date()

    def beliefs(self) -> list[Rev]:
        """What was believed of window and status, by the time it was known."""
        first = Rev(self.known, self.precision, self.start, self.status)
        return sorted([first, *(rev for rev in self.revisions if rev.belief)], key=lambda one: one.known)

    def facts_before(self, instant: datetime) -> dict[str, float | str | bool]:
        """Facts as believed just before an instant: each revision replaces those of the same name."""
        found = dict(self.facts) if self.known < instant else {}
        for rev in sorted(self.revisions, key=lambda one: one.known):
            if rev.known < instant:
                found |= rev.facts
        return found


@dataclass
class Spec:
    """kind: drift | run-up | breakout | intensity | hold; the rest are the strategy's parameters.

    release: the trigger of a drift is that it has happened, not that it is announced; at_close: bought at the same
    session's close, `cutoff` minutes before which the news must be known; slots: of lots at once, None = a share of
    the theme; kinds: of events, None = all; only: conditions (fact, one of < <= = != >= >, number, text or None)
    """

    kind: str
    themes: tuple[str, ...] | None = None
    hold: int = 20
    stop: float | None = None
    take: float | None = None
    trail: float | None = None
    weight: float = 0.5
    patience: int = 5
    repeat: str = "extend"
    lead: int = 15
    lookback: int = 20
    within: int = 10
    half_life: float = 20
    band: float = 0.02
    release: bool = False
    through: int = 0
    at_close: bool = False
    cutoff: int = 0
    slots: int | None = None
    kinds: tuple[str, ...] | None = None
    only: tuple[tuple[str, str, float | str | bool | None], ...] = ()


# --------------------------------------------------------------------------------------- what comes out


@dataclass
class Trade:
    """A lot, as the trades table lists it.

    costs = commission + fees + tax + fx_cost; slippage: the money between raw and fill prices, no part of
    costs; pnl = pnl_local + pnl_currency - costs + in_cash (net dividends and fractions paid in cash).
    """

    symbol: str
    theme: str
    event_id: str | None
    extended_by: list[str]
    known_at: datetime | None
    hindsight: bool
    entry_session: date
    entry_price_local: float
    entry_price: float
    shares: float
    exit_session: date | None
    exit_shares: float | None
    exit_price_local: float | None
    exit_price: float | None
    exit_reason: str
    costs: float
    pnl: float
    index_return: float | None = None
    excess_return: float | None = None
    commission: float = 0.0
    fees: float = 0.0
    tax: float = 0.0
    fx_cost: float = 0.0
    slippage: float = 0.0
    pnl_local: float = 0.0
    pnl_currency: float = 0.0
    in_cash: float = 0.0


@dataclass
class Order:
    """An order sent; status filled | part | lapsed | rejected | open; wanted: shares as decided."""

    symbol: str
    event_id: str | None
    side: str
    reason: str
    decision_session: date
    wanted: float
    filled: float = 0.0
    status: str = "open"
    why: str = ""

    def end(self, why: str, nothing: str = "lapsed") -> None:
        if self.status == "open":
            self.status, self.why = ("part" if self.filled else nothing), why


@dataclass
class Result:
    """books: step date -> (equity, cash, value of positions); returns: (weekday, simple return).

    words: (event, listing or None) -> what became of that unit; empty for buy and hold.
    """

    trades: list[Trade]
    orders: list[Order]
    books: dict[date, tuple[float, float, float]]
    returns: list[tuple[date, float]]
    metrics: dict[str, float | int | None]
    words: dict[tuple[str, str | None], str] = field(default_factory=dict)


def run(
    market: Market,
    events: list[Ev],
    themes: dict[str, list[str]],
    strategy: Spec,
    start: date,
    end: date,
    cash: float = 1e6,
    cash_rate: float = 0.0,
    dividends: str = "reinvest",
    published: datetime | None = None,
    point_in_time: bool = False,
    since: dict[tuple[str, str], date] | None = None,
) -> Result:
    """Play one strategy over the dates start to end, both included; since: of a member of a theme."""
    market = cut_at_ends(market, start, end)
    paths = _Run(market, themes, strategy, start, end, cash, cash_rate, dividends, published, point_in_time)
    paths.since = since or {}
    paths.schedule(events)
    for day in paths.steps:
        paths.step(day)
    result = paths.result()
    if strategy.kind != "hold":
        result.words = reference_words.words(paths, events)
    return result


def weekday_before(day: date) -> date:
    """The last Monday-to-Friday date before `day`."""
    day -= timedelta(days=1)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day


def day_ends(day: date) -> datetime:
    """When the rate late on a date is struck: 17:00 in New York."""
    return datetime.combine(day, time(17), ZoneInfo("America/New_York"))


def cut_at_ends(market: Market, start: date, end: date) -> Market:
    """Prices end with their listing; where it has no end, and they stop for good, `vanished` makes one."""
    ends = dict(market.ends)
    newest: dict[str, date] = {}
    last = {
        symbol: max(
            (d for d, bar in x.bars.items() if bar[3] is not None and d in market.sessions[x.exchange]), default=None
        )
        for symbol, x in market.listings.items()
    }
    homes = {x.home for x in market.listings.values()}
    declared = set(ends)
    for symbol, x in market.listings.items():
        if symbol in homes:
            continue
        priced = [
            d
            for d, bar in x.bars.items()
            if bar[3] is not None and d in market.sessions[x.exchange] and (symbol not in ends or d < ends[symbol].on)
        ]
        if priced:
            newest[x.exchange] = max(max(priced), newest.get(x.exchange, date.min))
    for symbol, x in market.listings.items():
        if market.vanished is None or symbol in {*ends, *homes} or last[symbol] is None:
            continue
        days = sorted(market.sessions[x.exchange])
        of_exchange = [
            s
            for s, other in market.listings.items()
            if other.exchange == x.exchange and s not in {*homes, *declared} and last[s] is not None
        ]
        alone = len(of_exchange) == 1
        until = max(d for d in days if d <= end) if alone else newest[x.exchange]
        if days.index(until) - days.index(last[symbol]) > 5:
            on = days[days.index(last[symbol]) + 1]
            ends[symbol] = End(on, x.bars[last[symbol]][3] * (1 + market.vanished), reason="vanished")
    listings = {
        symbol: replace(
            x,
            bars={d: bar for d, bar in x.bars.items() if d < ends[symbol].on},
            splits=_before(ends[symbol].on, x.splits, market.sessions[x.exchange]),
            dividends=_before(ends[symbol].on, x.dividends, market.sessions[x.exchange]),
        )
        if symbol in ends
        else x
        for symbol, x in market.listings.items()
    }
    return replace(market, listings=listings, ends=ends)


def _before(on: date, actions: dict[date, float], sessions: Iterable[date]) -> dict[date, float]:
    """Those that take effect before a date: at the first session on or after their own."""
    return {day: by for day, by in actions.items() if any(day <= session < on for session in sessions)}


# ------------------------------------------------------------------------------------------ one listing


class _Paper:
    """A listing on the session calendar of its exchange, with the lots the run has in it."""

    def __init__(self, listing: Listing, market: Market) -> None:
        self.listing, self.symbol, self.market = listing, listing.symbol, market
        sessions = market.sessions[listing.exchange]
        self.days = sorted(sessions)
        self.opens = [sessions[day][0] for day in self.days]
        self.closes = [sessions[day][1] for day in self.days]
        self.index = {day: k for k, day in enumerate(self.days)}
        self.bars = [listing.bars.get(day, (None,) * 5) for day in self.days]
        self.lot = listing.lot if listing.raw else 1
        self.ratio = [1.0] * len(self.days)
        self.dividend = [0.0] * len(self.days)
        if listing.raw:  # an ex-date on which the exchange is shut takes effect on its next session
            for day, ratio in listing.splits.items():
                if (k := self.on_or_after(day)) < len(self.days):
                    self.ratio[k] *= ratio
        if listing.raw or listing.split_adjusted:
            for day, amount in listing.dividends.items():
                if (k := self.on_or_after(day)) < len(self.days):
                    self.dividend[k] += amount
        self.lots: list[_Lot] = []
        self.triggers: dict[int, list[_Trigger]] = {}
        self.replans: dict[int, list[_Replan]] = {}  # at opens
        self.recalls: dict[int, list[_Replan]] = {}  # of orders that wait for a close, at its deadline
        self.room: float | None = None  # shares the run may still trade in today's bar; None = any

    def on_or_after(self, day: date) -> int:
        return bisect_left(self.days, day)

    def after(self, instant: datetime) -> int:
        """[first-session] the first session whose regular open is strictly later."""
        return bisect_right(self.opens, instant)

    def deadline(self, k: int, cutoff: int) -> datetime:
        """What is known strictly before it may be bought at the close of session k."""
        market = 0 if self.market.deadlines is None else self.market.deadlines(self.listing.exchange, self.days[k])
        return self.closes[k] - timedelta(minutes=max(cutoff, market))

    def close_after(self, instant: datetime, cutoff: int) -> int:
        """The first session whose close, less the deadline, is strictly later."""
        return next((k for k in range(len(self.days)) if self.deadline(k, cutoff) > instant), len(self.days))

    def close(self, at: int, k: int) -> float | None:
        """The close of session `at` in the shares of session k: divided by every split since [money]."""
        close = self.bars[at][3]
        if close is not None:
            for ratio in self.ratio[at + 1 : k + 1]:
                close /= ratio
        return close

    def last_close(self, last: int, k: int) -> float | None:
        """The newest close of the sessions up to `last`, in the shares of session k."""
        for at in range(last, -1, -1):
            if self.bars[at][3] is not None:
                return self.close(at, k)
        return None

    def price(self, k: int) -> float | None:
        """What a market order of session k trades at before slippage; None: does not trade [entry]."""
        opening, high, low, close, volume = self.bars[k]
        if volume == 0:
            return None
        if opening is None and high is None and low is None:
            return close  # close-only
        return opening

    def close_only(self, k: int) -> bool:
        return self.bars[k][0] is None and self.price(k) is not None

    def costs(self, k: int) -> Costs:
        """What a fill of session k is charged; the tax rates may be those of the date it settles."""
        exchange, rules = self.listing.exchange, self.market.rules
        if rules is None:
            return self.market.costs[exchange]
        costs = rules(exchange, self.days[k], self.listing.stock)
        later = self.market.tax_settles.get(exchange, 0)
        if later:
            settled = rules(exchange, settlement(self.days, k, later), self.listing.stock)
            costs = replace(costs, buy_tax_bps=settled.buy_tax_bps, sell_tax_bps=settled.sell_tax_bps)
        return costs

    def is_foreign(self) -> bool:
        return self.listing.currency in self.market.fx

    def has_market_rules(self) -> bool:
        return self.listing.raw and self.listing.stock

    def tick(self, k: int, price: float) -> float:
        """The tick of `price` at session k; 0: none."""
        if self.market.ticks is None or not self.has_market_rules():
            return 0.0
        return self.market.ticks(self.listing.exchange, self.days[k], price, self.listing.steps)

    def limits(self, k: int) -> tuple[float, float] | None:
        """(lower, upper) of session k: off the last close before it, in the shares of k."""
        base = self.last_close(k - 1, k)
        if self.market.limits is None or not self.has_market_rules() or base is None:
            return None
        if self.listing.exchange in ("XSHG", "XSHE"):
            base -= self.dividend[k]
        listed = self.listing.listed
        age = None if listed is None else (listed, k - self.on_or_after(listed))
        return self.market.limits(self.listing.exchange, self.days[k], base, self.listing.steps, self.symbol, age)

    def is_locked(self, k: int, side: str) -> bool:
        """Nobody sells at or above the upper limit, nobody buys at or below the lower, in a bar of one price.

        A bar that does not trade is not locked. Limits decide nothing else: they move no fill.
        """
        limits = self.limits(k)
        return (
            limits is not None
            and self.price(k) is not None
            and is_locked(self.bars[k], limits[1] if side == "buy" else limits[0], side)
        )

    def stands_at_upper_limit(self, k: int) -> bool:
        """Nobody sells at the close of session k, whatever the bar's range; unless another limit was in force."""
        limits, (opening, high, low, close, _) = self.limits(k), self.bars[k]
        if limits is None or close is None:
            return False
        prices = [x for x in (opening, high, low, close) if x is not None]
        another = max(prices) > min(prices) and not all(
            limits[0] * (1 - AT_THE_LIMIT) <= x <= limits[1] * (1 + AT_THE_LIMIT) for x in prices
        )
        return not another and close >= limits[1] * (1 - AT_THE_LIMIT)

    def buy_fill(self, k: int, raw: float) -> float:
        """What a purchase at `raw` pays: slippage, then up to a tick, then into the bar."""
        fill = raw * (1 + self.costs(k).slippage_bps / 1e4)
        tick = self.tick(k, fill)
        return self.in_bar(k, round_up(fill, tick) if tick else fill)

    def sell_fill(self, k: int, raw: float, slips: bool = True) -> float:
        """What a sale at `raw` gets: slippage, then down to a tick unless that is 0, then into the bar."""
        fill = raw * (1 - self.costs(k).slippage_bps / 1e4) if slips else raw
        tick = self.tick(k, fill)
        return self.in_bar(k, (round_down(fill, tick) if tick else fill) or fill)

    def in_bar(self, k: int, fill: float) -> float:
        """No fill lies outside its bar; an unknown side, or a close alone, holds nothing in."""
        _, high, low, _, _ = self.bars[k]
        fill = fill if low is None else max(fill, low)
        return fill if high is None else min(fill, high)

    def whole(self, shares: float) -> float:
        return math.floor(shares / self.lot * EVEN) * self.lot

    def held(self) -> float:
        return sum(lot.held for lot in self.lots)


@dataclass(eq=False)
class _Trigger:
    """An event made tradable on one listing at session `at`; reference: session a run-up must leave by."""

    paper: _Paper
    at: int
    theme: str
    event: Ev | None = None
    known: datetime | None = None
    reference: int = NEVER
    lot: _Lot | None = None  # that it opened, or (then `extends`) was listed on
    extends: bool = False
    word: str = ""  # what became of it, where no lot says

    @property
    def event_id(self) -> str | None:
        return self.event.id if self.event else None

    @property
    def rank(self) -> tuple:  # [repeats] by known_at, then id; then theme name
        return (self.known, self.event_id, self.theme) if self.event else (self.theme,)

    @property
    def queue(self) -> tuple:
        return (*self.rank[:-1], self.paper.symbol, self.theme)


@dataclass
class _Replan:
    """[run-up] from some session on `event` is believed to start at `reference`; None: no run-up now."""

    event: Ev
    reference: int | None
    before: int | None
    status: str = ""


@dataclass(eq=False)
class _Lot:
    """A lot from its decision on: not yet confirmed, not yet sized, waiting, held, sold."""

    paper: _Paper
    trigger: _Trigger
    hindsight: bool
    created: date  # of its newest order, for the order of fills
    number: int
    decided: int  # session that patience counts from
    confirming: bool = False
    unsized: bool = False
    waiting: float = 0.0
    order: Order | None = None
    extended_by: list[str] = field(default_factory=list)
    ends: list[tuple[str | None, int, int]] = field(default_factory=list)  # (event, hold end, reference)
    entry: int = NEVER  # session of the first fill
    entry_day: date = date.max
    held: float = 0.0
    bought: float = 0.0  # in the shares of today, for the entry average
    bought_local: float = 0.0  # what that cost, slippage included
    bought_today: float = 0.0
    entitled: float = 0.0  # local cash of a dividend that goes ex today, net
    fraction: float = 0.0  # of a share, left over by today's split, to be paid in cash
    leaving: str = ""  # a signal, or a stop or trail that was triggered: cannot be taken back
    exit_order: Order | None = None
    in_shares: float = 0.0
    in_value: float = 0.0
    in_raw_local: float = 0.0
    out_shares: float = 0.0
    out_value: float = 0.0
    out_raw_local: float = 0.0
    out_in: set[str] = field(default_factory=set)  # currencies
    out_local: float = 0.0  # slippage included
    last_exit: tuple[date, str] | None = None
    charged: list[Charges] = field(default_factory=list)  # of each fill, in the account's currency
    slippage: float = 0.0
    in_cash: float = 0.0  # net dividends and fractions
    dropped: str = ""  # why the last of the entry was given up
    slot: bool = False
    has_levels: bool = True  # until its listing turns into another
    left_in: int = NEVER  # session in which a level, touched after the open, sold the last of it

    @property
    def is_live(self) -> bool:
        return self.confirming or self.unsized or self.waiting > 0 or self.held > 0

    @property
    def symbol(self) -> str:
        """The listing it was bought in."""
        return self.trigger.paper.symbol

    @property
    def rank(self) -> tuple:
        return self.created, self.paper.symbol, self.number

    def time_exit(self) -> int:
        return max((min(hold_end, reference) for _, hold_end, reference in self.ends), default=NEVER)

    def drop(self, why: str, nothing: str = "lapsed") -> None:
        """What is left of the entry is bought no more."""
        if self.confirming or self.unsized or self.waiting:
            self.dropped = why
        if self.order and self.waiting:
            self.order.end(why, nothing)
        self.waiting, self.unsized, self.confirming = 0.0, False, False


# ---------------------------------------------------------------------------------------------- the run


class _Run:
    """One account playing one strategy; the methods stand in the order of a date."""

    def __init__(self, market, themes, spec, start, end, cash, cash_rate, dividends, published, point_in_time) -> None:
        self.market, self.spec, self.start, self.end = market, spec, start, end
        self.cash = self.first_cash = self.equity = cash
        self.cash_rate, self.dividends = cash_rate, dividends
        self.published, self.point_in_time = published, point_in_time
        self.since: dict[tuple[str, str], date] = {}
        # [size] members that have prices count, held or not.
        known = {theme: [s for s in names if s in market.listings] for theme, names in themes.items()}
        self.members = {t: names for t, names in known.items() if spec.themes is None or t in spec.themes}
        self.named: list[str] = []  # listings that events name, with prices
        self.fx_days = {currency: sorted(rows) for currency, rows in market.fx.items()}
        self.last_books = start - timedelta(days=1)
        self.free = cash  # cash of the last books not yet spent today
        self.struck_cash = cash  # at the last books
        self.older = (cash, cash, 0.0)  # the books before them: equity, cash, and what the next date spent
        self.early = False  # whether the instant at hand lies before the last books were struck
        self.struck = datetime.min.replace(tzinfo=UTC)  # when they were
        self.books: dict[date, tuple[float, float, float]] = {}
        self.lots: list[_Lot] = []
        self.orders: list[Order] = []
        self.triggers: list[_Trigger] = []
        self.asked: list[_Trigger] = []  # today, of decaying shares
        self.known = known
        self.ended: set[str] = set()
        self.handed: dict[tuple[str, str], list[_Lot]] = {}  # today: (event, symbol) -> recalled entries that had slots
        self.bought_value = self.sold_value = 0.0

    # ------------------------------------------------------------------------------------- money

    def units(self, paper: _Paper, day: date) -> float:
        """Units of local currency per unit of account late on `day`, nan where none was ever known."""
        row = self.fx_row(paper, day)
        return 1.0 if row is None else self.market.fx[paper.listing.currency].get(row, math.nan)

    def rate_day(self, paper: _Paper, day: date) -> date:
        """The weekday before, unless its rate is struck after the session's open: then the one before that [money]."""
        before = weekday_before(day)
        k = paper.index.get(day)
        return weekday_before(before) if k is not None and day_ends(before) > paper.opens[k] else before

    def known_equity(self) -> float:
        """At the last books that were struck before the instant at hand."""
        return self.older[0] if self.early else self.equity

    def known_free(self) -> float:
        """Cash of these books less what was spent since, never more than there is."""
        _, cash, spent = self.older
        return min(self.free, cash - spent - (self.struck_cash - self.free)) if self.early else self.free

    def fx_row(self, paper: _Paper, day: date) -> date | None:
        """The row used for `day`: a gap carries the older one [money]. None: the account's own currency."""
        rows = self.fx_days.get(paper.listing.currency)
        if rows is None:
            return None
        i = bisect_right(rows, day)
        return rows[i - 1] if i else date.min

    def is_stale(self, paper: _Paper, day: date) -> bool:
        """More than 5 weekdays between the row and the weekday before `day` [money]."""
        row, until = self.fx_row(paper, self.rate_day(paper, day)), weekday_before(day)
        if row is None:
            return False
        age = 0
        while until > row and age <= 5:
            age += 1
            until = weekday_before(until)
        return age > 5

    # ---------------------------------------------------------------------------------- schedule

    def schedule(self, events: list[Ev]) -> None:
        """Every trigger of the run, by listing and session; no prices are looked at."""
        self.named = sorted({s for event in events for s in event.listings if s in self.market.listings})
        traded = {s for names in self.members.values() for s in names}
        traded |= set(self.named) if self.spec.themes is None else set()
        self.universe = sorted(traded)
        of_study = {s for names in self.known.values() for s in names}.union(self.named)
        grown: list[str] = []
        for symbol in (reach := sorted(of_study)):  # what they turn into by the end, and what that turns into
            ending = self.market.ends.get(symbol)
            if ending and ending.into and ending.on <= self.end and ending.into not in reach:
                reach.append(ending.into)
                grown.append(ending.into)
        self.symbols = sorted(
            traded.union(grown, *({end.into} for end in self.market.ends.values() if end.into in reach))
        )
        self.papers = {s: _Paper(self.market.listings[s], self.market) for s in self.symbols}
        # [dates-and-decisions] a step is a date on which any market of the study has a session.
        exchanges = {self.market.listings[s].exchange for s in of_study.union(grown)}
        self.exchanges = sorted(exchanges)
        self.is_mixed = any(self.market.listings[s].currency in self.market.fx for s in of_study)
        open_days = {day for exchange in exchanges for day in self.market.sessions[exchange]}
        self.steps = sorted(day for day in open_days if self.start <= day <= self.end)
        found: list[_Trigger] = []
        if self.spec.kind == "hold":
            found = self.holdings()
        for event in events:
            if self.spec.kind == "hold" or event.direction < 0:  # [repeats] -1 neither opens nor closes
                continue
            if self.spec.kinds is not None and event.kind not in self.spec.kinds:
                continue
            for theme, symbol in self.names(event):
                if symbol not in self.members.get(theme, self.universe if theme == "" else ()):
                    continue
                if theme == "" and self.spec.themes is not None:
                    continue
                if self.spec.kind == "run-up":
                    found += self.run_ups(event, theme, self.papers[symbol])
                elif self.spec.release:
                    found += self.release(event, theme, self.papers[symbol])
                else:
                    found += self.announcement(event, theme, self.papers[symbol])
        found = [trigger for trigger in found if self.meets(trigger)]
        for trigger in sorted(first_of_episodes(found), key=lambda trigger: trigger.rank):
            trigger.paper.triggers.setdefault(trigger.at, []).append(trigger)
            self.triggers.append(trigger)

    def names(self, event: Ev) -> list[tuple[str, str]]:
        """(theme, listing with prices) that an event names [events-listings-and-facts].

        A listing that a theme of it names already counts once.

        A member who stands for its theme only since a later date is not named through it.
        """
        on = event.local_date(event.known, event.precision)
        found = [
            (theme, symbol)
            for theme in event.themes
            for symbol in self.known.get(theme, ())
            if self.since.get((theme, symbol), date.min) <= on
        ]
        members = {symbol for _, symbol in found}
        return found + [("", s) for s in event.listings if s in self.market.listings and s not in members]

    def first_session(self, paper: _Paper, known: datetime) -> int:
        """The first session one can act in: by its open, or by the deadline of its close."""
        return paper.close_after(known, self.spec.cutoff) if self.spec.at_close else paper.after(known)

    def meets(self, trigger: _Trigger) -> bool:
        """The conditions on facts, as they were known before the instant acted at."""
        if trigger.event is None or not self.spec.only:
            return True
        paper, at = trigger.paper, trigger.at
        instant = paper.deadline(at, self.spec.cutoff) if self.spec.at_close else paper.opens[at]
        facts = trigger.event.facts_before(instant)
        return all(reference_words.holds(facts.get(name), op, wanted) for name, op, wanted in self.spec.only)

    def release(self, event: Ev, theme: str, paper: _Paper) -> list[_Trigger]:
        """The first belief that it has happened, unless its window starts after its own date [release]."""
        for belief in event.beliefs():
            on = event.local_date(belief.known, belief.precision)
            if belief.status != "occurred" or belief.precision == "month":
                continue
            if belief.known != event.known and belief.start is not None and belief.start > on:
                continue  # unless the event is recorded so
            trigger = _Trigger(paper, self.first_session(paper, belief.known), theme, event, belief.known)
            if not self.allows(trigger):
                return []
            at = trigger.at
            instant = paper.deadline(at, self.spec.cutoff) if self.spec.at_close else paper.opens[at]
            newest = [one for one in event.beliefs() if one.known < instant and one.precision != "month"][-1]
            return [trigger] if newest.status == "occurred" else []
        return []

    def announcement(self, event: Ev, theme: str, paper: _Paper) -> list[_Trigger]:
        """Points 1 and 3; a cancelled event does not announce, nor one known to the month only."""
        if event.status == "cancelled" or event.precision == "month":
            return []
        trigger = _Trigger(paper, self.first_session(paper, event.known), theme, event, event.known)
        return [trigger] if self.allows(trigger) else []

    def run_ups(self, event: Ev, theme: str, paper: _Paper) -> list[_Trigger]:
        """[run-up] one trigger at most for each belief, while it is the newest; and the re-plans between."""
        beliefs = [belief for belief in event.beliefs() if belief.precision != "month"]
        found: list[_Trigger] = []
        before: int | None = None
        for i, belief in enumerate(beliefs):
            known, acted = paper.after(belief.known), self.first_session(paper, belief.known)
            reference = None
            if belief.status == "scheduled" and belief.start is not None:
                reference = paper.on_or_after(belief.start)
                if reference == len(paper.days):
                    reference = NEVER
            if belief.status == "occurred" and before is not None and known >= before:
                if acted < before:  # [at-the-close] known before the last call of a close that something may wait for
                    paper.recalls.setdefault(acted, []).append(_Replan(event, None, before, belief.status))
                continue  # it happens as planned
            replan = _Replan(event, reference, before, belief.status)
            if i and replan not in paper.replans.get(known, ()):  # once, though two themes name the listing
                paper.replans.setdefault(known, []).append(replan)
                paper.recalls.setdefault(acted, []).append(replan)
            before = reference
            if reference is None:
                continue
            entry = max(reference - self.spec.lead, acted)
            superseded = i + 1 < len(beliefs) and entry >= self.first_session(paper, beliefs[i + 1].known)
            trigger = _Trigger(paper, entry, theme, event, belief.known, reference)
            if entry < reference and not superseded and self.allows(trigger):
                found.append(trigger)
        return found

    def holdings(self) -> list[_Trigger]:
        """Buy and hold: each listing once, at its first session of the window, or of the article.

        It is named after the first of its themes, in their order.
        """
        found = []
        for symbol in self.universe:
            paper = self.papers[symbol]
            standing = [self.since.get((t, symbol), self.start) for t, names in self.members.items() if symbol in names]
            standing += [self.start] if symbol in self.named else []
            at = paper.on_or_after(max(self.start, min(standing)))
            if self.point_in_time and self.published:
                at = max(at, self.first_session(paper, self.published))
            theme = next((theme for theme, names in self.members.items() if symbol in names), "")
            trigger = _Trigger(paper, at, theme)
            found += [trigger] if self.allows(trigger) else []
        return found

    def allows(self, trigger: _Trigger) -> bool:
        """Points 3 and 12: inside the window, and no hindsight where that is asked for."""
        days = trigger.paper.days
        if trigger.at >= len(days) or not self.start <= days[trigger.at] <= self.end:
            return False
        return not (self.point_in_time and trigger.event and self.is_hindsight(trigger))

    def is_hindsight(self, trigger: _Trigger) -> bool:
        """[hindsight] known before the article; a lot without an event, before its first session."""
        if self.published is None:
            return False
        if trigger.known is None:
            return trigger.at < self.first_session(trigger.paper, self.published)
        return trigger.known < self.published

    # -------------------------------------------------------------------------------- one date

    def step(self, day: date) -> None:
        """[dates-and-decisions] ends, splits and dividends; each instant, a close before an open; books."""
        here = [paper for paper in self.papers.values() if day in paper.index]
        for end, symbol in sorted(((end, s) for s, end in self.market.ends.items()), key=lambda x: (x[0].on, x[1])):
            if end.on <= day and symbol in self.papers and symbol not in self.ended:
                self.ended.add(symbol)
                self.end_listing(day, self.papers[symbol], end)
        for paper in here:
            self.corporate_actions(paper, paper.index[day])
        self.handed = {}
        instants = {(paper.opens[paper.index[day]], "open") for paper in here}
        if self.spec.at_close:
            instants |= {(paper.closes[paper.index[day]], "close") for paper in here}
        for at, what in sorted(instants):
            self.early = what == "open" and at < self.struck
            if what == "open":
                self.instant(day, [paper for paper in here if paper.opens[paper.index[day]] == at])
            else:
                self.close_instant(day, [paper for paper in here if paper.closes[paper.index[day]] == at])
        self.close_books(day)

    def end_listing(self, day: date, paper: _Paper, end: End) -> None:
        """Before the decisions of a date: paid off, or turned into another listing; what waits is bought no more."""
        for lot in list(paper.lots):
            lot.drop("delisted")
            if not lot.held:
                continue
            if lot.exit_order:
                lot.exit_order.end(end.reason)
            units = self.units(paper, self.rate_day(paper, day))
            if end.into is None:
                self.cash += lot.held * end.cash / units  # spendable from the next date
                lot.out_shares += lot.held
                lot.out_value += lot.held * end.cash / units
                lot.out_raw_local += lot.held * end.cash
                lot.out_in.add(paper.listing.currency)
                own = self.units(lot.trigger.paper, self.rate_day(lot.trigger.paper, day))
                lot.out_local += (
                    lot.held * end.cash if paper is lot.trigger.paper else lot.held * end.cash / units * own
                )
                lot.held, lot.last_exit = 0.0, (day, end.reason)
            else:
                self.turn(day, lot, end, units)

    def turn(self, day: date, lot: _Lot, end: End, units: float) -> None:
        """A lot becomes one of the other listing: no levels any more, its time exit by the other's sessions."""
        old, new = lot.paper, self.papers[str(end.into)]
        became = lot.held * end.ratio
        whole = float(math.floor(became * EVEN))
        k = bisect_right(new.days, weekday_before(day)) - 1
        while new.days[k + 1] < day:
            k += 1
        fraction = max(became - whole, 0.0)
        close = new.last_close(k, k)
        new_units = self.units(new, self.rate_day(new, day))
        for amount in (lot.held * end.cash / units, fraction * close / new_units):
            self.cash += amount
            lot.in_cash += amount
        lot.held, lot.has_levels = whole, False
        if whole == 0:
            lot.last_exit = (day, end.reason)

        def there(session: int) -> int:
            return NEVER if session >= len(old.days) else new.on_or_after(old.days[session])

        lot.ends = [
            (event, NEVER if start >= NEVER else there(start) + self.hold(), there(leave))
            for event, hold_end, leave in lot.ends
            for start in [hold_end - self.hold()]
        ]
        lot.paper = new
        lot.entry = new.on_or_after(lot.entry_day)
        old.lots.remove(lot)
        new.lots = sorted([*new.lots, lot], key=lambda one: one.number)

    def corporate_actions(self, paper: _Paper, k: int) -> None:
        """[money] shares times the ratio, levels divided; who holds before the open gets the dividend."""
        costs, volume = paper.costs(k), paper.bars[k][4]
        share = costs.volume_share
        paper.room = None if volume is None or share is None else math.floor(share * volume * EVEN)
        for lot in paper.lots:
            lot.bought_today = 0.0
            if paper.ratio[k] != 1:
                self.split(lot, k, costs.fractions_in_cash)
                lot.bought *= paper.ratio[k]
                if lot.waiting:
                    left = paper.whole(lot.waiting * paper.ratio[k])
                    if not left:
                        lot.drop("below_one_lot")
                    lot.waiting = left
            lot.entitled = lot.held * paper.dividend[k] * (1 - paper.listing.withholding)

    def split(self, lot: _Lot, k: int, fractions_in_cash: bool) -> None:
        """Shares times the ratio; of what whole shares became the fraction may be paid in cash at the books."""
        ratio = lot.paper.ratio[k]
        whole = math.floor(lot.held * EVEN)
        became = whole * ratio
        if not lot.held or not fractions_in_cash or became == math.floor(became):
            lot.held *= ratio
            return
        left = math.floor(became * EVEN)
        lot.fraction = max(became - left, 0.0)
        lot.held = left + max(lot.held - whole, 0.0) * ratio  # a reinvested fraction stays one
        if lot.held < DUST:
            lot.held, lot.last_exit = 0.0, (lot.paper.days[k], "split")
            if lot.exit_order:
                lot.exit_order.end("split")

    def instant(self, day: date, papers: list[_Paper]) -> None:
        """One instant of regular open: decide, size together, exits, entries, then the session's levels."""
        sales: list[tuple[_Paper, float]] = []
        if self.spec.kind == "intensity":
            _, sales = self.rebalance(day, papers)
        elif self.spec.at_close:
            for paper in papers:
                for replan in paper.replans.get(paper.index[day], ()):
                    self.replan(paper, paper.index[day], replan)
        else:
            self.size(day, self.decide(day, papers))
        exits = [(lot, *way) for p in papers for lot in p.lots if (way := self.way_out(lot, p.index[day]))]
        for lot, reason, raw, fill in sorted(exits, key=lambda row: row[0].rank):
            self.sell(day, lot, reason, raw, fill)
        for paper, shares in sales:
            self.sell_first_in_first_out(day, paper, shares)
        if not self.spec.at_close:
            self.buy_all(day, papers)
        due = {id(row[0]) for row in exits if row[1] == "time"}
        held = [lot for paper in papers for lot in paper.lots if lot.held and id(lot) not in due]
        for lot in sorted(held, key=lambda lot: lot.rank):
            self.judge_session(day, lot)
        if not self.spec.at_close:
            self.lapse_all(day, papers)

    def close_instant(self, day: date, papers: list[_Paper]) -> None:
        """One instant of regular close: decide, size together, buy."""
        self.size(day, self.decide(day, papers))
        self.buy_all(day, papers)
        self.lapse_all(day, papers)

    def buy_all(self, day: date, papers: list[_Paper]) -> None:
        waiting = [lot for paper in papers for lot in paper.lots if lot.waiting]
        for lot in sorted(waiting, key=lambda lot: lot.rank):
            self.buy(day, lot)

    def lapse_all(self, day: date, papers: list[_Paper]) -> None:
        for lot in [lot for paper in papers for lot in paper.lots if lot.waiting or lot.unsized]:
            self.run_out_of_patience(lot, lot.paper.index[day])

    def run_out_of_patience(self, lot: _Lot, k: int) -> None:
        """[entry] sessions 1 to `patience` after the decision, then it lapses; buy and hold has no limit."""
        if self.spec.kind == "intensity":
            lot.drop(lot.order.why)
        elif self.spec.kind != "hold" and k - lot.decided >= self.spec.patience:
            lot.drop("no_close" if lot.unsized else lot.order.why)

    # ------------------------------------------------------------------------------- decisions

    def decide(self, day: date, papers: list[_Paper]) -> list[_Lot]:
        """What one instant changes for its listings; returns the entries to be sized now.

        Confirmations, then triggers, each by known_at, id, symbol and theme: in that order slots are taken.
        """
        confirmed = [lot for paper in papers for lot in self.confirm(paper, paper.index[day])]
        for lot in sorted(confirmed, key=lambda lot: lot.trigger.queue):
            lot.confirming, lot.unsized, lot.decided, lot.created = False, True, lot.paper.index[day], day
            if not self.take_slot(lot):
                self.reject(lot, day, "no_slot")
        for paper in papers:
            k = paper.index[day]
            if self.spec.at_close:
                for replan in paper.recalls.get(k, ()):
                    self.recall(paper, replan)
            else:
                for replan in paper.replans.get(k, ()):
                    self.recall(paper, replan)
                    self.replan(paper, k, replan)
            for lot in paper.lots:
                if (lot.waiting or lot.unsized) and lot.trigger.reference <= k:
                    lot.drop("revised")  # [run-up] a waiting entry
        triggers = [t for paper in papers for t in paper.triggers.get(paper.index[day], ())]
        for trigger in sorted(triggers, key=lambda trigger: trigger.queue):
            self.take_trigger(day, trigger.paper.index[day], trigger)
        new = []
        for paper in papers:
            k = paper.index[day]
            for lot in paper.lots:
                has_close = paper.last_close(k - 1, k) is not None
                if lot.unsized and (has_close or lot.decided == k):
                    if self.is_stale(paper, day):  # at the sizing: this open's triggers still found it waiting
                        self.reject(lot, day, "stale_fx")
                    elif has_close:  # [entry] sized at its first session with one, as a new order
                        lot.created = day
                        new.append(lot)
        return new

    def take_slot(self, lot: _Lot) -> bool:
        """Of lots held or awaited, those that ended today included; a recalled entry hands its slot on [size]."""
        if self.spec.slots is None:
            return True
        recalled = self.handed.get((str(lot.trigger.event_id), lot.paper.symbol))
        if recalled:
            recalled.pop().slot = False
        lot.slot = sum(one.slot for one in self.lots) < self.spec.slots
        return lot.slot

    def take_trigger(self, day: date, k: int, trigger: _Trigger) -> None:
        """[repeats] a repeat on a listing held or waiting, or a lot of its own."""
        if trigger.paper.symbol in self.ended:
            trigger.word = "delisted"
            return
        live = [lot for lot in trigger.paper.lots if lot.is_live or lot.left_in == k]
        if live and self.spec.repeat == "ignore":
            trigger.word = "ignored"
            return
        if live and self.spec.repeat == "extend":
            trigger.word = "spent"
            for lot in [lot for lot in live if not lot.leaving]:  # [repeats] a triggered stop cannot be extended
                trigger.lot, trigger.extends = lot, True
                if trigger.event is not lot.trigger.event:
                    lot.extended_by.append(str(trigger.event_id))
                lot.ends.append((trigger.event_id, k + self.hold(), self.leaves_at(trigger.reference)))
            return
        lot = trigger.lot = self.open_lot(day, k, trigger)
        if self.spec.kind == "breakout":
            lot.confirming = True
            return
        lot.unsized = True
        if not self.take_slot(lot):
            self.reject(lot, day, "no_slot")

    def hold(self) -> int:
        return self.spec.hold

    def leaves_at(self, reference: int) -> int:
        """The session that a run-up leaves in."""
        return reference if reference == NEVER else reference + self.spec.through

    def open_lot(self, day: date, k: int, trigger: _Trigger) -> _Lot:
        lot = _Lot(trigger.paper, trigger, self.is_hindsight(trigger), day, len(self.lots), k)
        self.lots.append(lot)
        trigger.paper.lots.append(lot)
        return lot

    def confirm(self, paper: _Paper, k: int) -> list[_Lot]:
        """The first close above the highest of the lookback; bought at the next open [confirmation]."""
        found = []
        for lot in [lot for lot in paper.lots if lot.confirming and k > lot.trigger.at]:
            at, close = lot.trigger.at, paper.close(k - 1, k)
            known = (c for i in range(at - 1, -1, -1) if (c := paper.close(i, k)) is not None)
            highs = list(islice(known, self.spec.lookback))  # sessions without a close are skipped
            if close is not None and highs and close > max(highs):
                found.append(lot)
            elif k >= at + self.spec.within:
                lot.drop("unconfirmed")
        return found

    def recall(self, paper: _Paper, replan: _Replan) -> None:
        """[run-up] a revision cancels waiting entries; the event's new entry may have their slot."""
        for lot in [lot for lot in paper.lots if lot.trigger.event is replan.event]:
            if lot.is_live and lot.slot and not lot.held:
                self.handed.setdefault((replan.event.id, paper.symbol), []).append(lot)
            lot.drop("revised")

    def replan(self, paper: _Paper, k: int, replan: _Replan) -> None:
        """[run-up] a revision moves the exit, or ends the idea."""
        for lot in paper.lots:
            if replan.reference is not None:
                lot.ends = [
                    (event, hold_end, self.leaves_at(replan.reference) if event == replan.event.id else leave)
                    for event, hold_end, leave in lot.ends
                ]
            elif lot.trigger.event is replan.event and lot.held and replan.before is not None:
                # had the believed end been reached, nothing would change; nor where it is leaving already
                until = replan.before if replan.status == "occurred" else self.leaves_at(replan.before)
                is_leaving = lot.leaving or lot.time_exit() < k
                if until > k and not is_leaving:
                    lot.leaving = "signal"

    def reject(self, lot: _Lot, day: date, why: str, wanted: float = 0.0) -> None:
        lot.drop(why)
        order = Order(lot.paper.symbol, lot.trigger.event_id, "buy", "entry", day, wanted)
        order.end(why, "rejected")
        self.orders.append(order)

    # ------------------------------------------------------------------------------------ size

    def size(self, day: date, new: list[_Lot]) -> None:
        """[size] the new orders of one instant together, shrunk in proportion to the cash left."""
        targets = [self.spec.weight * self.known_equity() / self.parts(lot.trigger.theme) for lot in new]
        factor = self.shrink(day, [lot.paper for lot in new], targets)
        for lot, target in zip(new, targets, strict=True):
            paper, k = lot.paper, lot.paper.index[day]
            price = paper.last_close(k - 1, k) / self.units(paper, self.rate_day(paper, day))
            shares = paper.whole(target * factor / price)
            if shares > 0:
                self.send(lot, day, shares)
            else:  # all of the cash would have bought a lot, or not even that
                self.reject(lot, day, "no_cash" if paper.whole(target / price) > 0 else "below_one_lot")

    def parts(self, theme: str) -> int:
        """What the weight is divided by: slots, all listings, the theme's members, or the listings named."""
        if self.spec.slots is not None:
            return self.spec.slots
        if self.spec.kind == "hold":
            return len(self.universe)
        return len(self.members[theme]) if theme else len(self.named)

    def shrink(self, day: date, papers: list[_Paper], targets: list[float]) -> float:
        need = 0.0
        for paper, target in zip(papers, targets, strict=True):
            k = paper.index[day]
            need += target * (1 + sizing_bps(paper.costs(k), paper.is_foreign()) / 1e4)
        free = self.known_free()
        return 1.0 if need <= free else max(free, 0.0) / need

    def send(self, lot: _Lot, day: date, shares: float) -> None:
        lot.unsized, lot.waiting = False, shares
        lot.order = Order(lot.paper.symbol, lot.trigger.event_id, "buy", "entry", day, shares)
        self.orders.append(lot.order)

    def rebalance(self, day: date, papers: list[_Paper]) -> tuple[list[_Lot], list[tuple[_Paper, float]]]:
        """[decaying-shares] towards the target share, where it is off by more than the band."""
        wishes: list[tuple[_Paper, _Trigger, float, float, float]] = []
        sales: list[tuple[_Paper, float]] = []
        for paper in papers:
            k = paper.index[day]
            so_far = [trigger for at in sorted(paper.triggers) if at <= k for trigger in paper.triggers[at]]
            close = paper.last_close(k - 1, k)
            today = paper.triggers.get(k, [])
            if paper.symbol in self.ended:
                for trigger in today:
                    trigger.word = "delisted"
                continue
            self.asked += today
            for trigger in today:
                trigger.word = "no_close" if close is None else "within_band"
            held = paper.held()
            if not (so_far or held) or close is None:
                continue
            share = 0.0
            for theme in dict.fromkeys(t.theme for t in so_far):
                of_theme = [t for t in so_far if t.theme == theme]
                heat = sum(t.event.strength * 0.5 ** ((k - t.at) / self.spec.half_life) for t in of_theme)
                share += self.spec.weight / self.parts(theme) * min(1.0, heat)
            price = close / self.units(paper, self.rate_day(paper, day))
            if math.isnan(price):
                for trigger in today:
                    trigger.word = "stale_fx"
            target, present = share * self.known_equity(), held * price
            if share < self.spec.band / 10:
                sales += [(paper, held)] if held else []
            elif abs(target - present) > self.spec.band * self.known_equity():
                if target < present:
                    sales.append((paper, held - paper.whole(target / price)))
                elif not self.is_stale(paper, day):
                    wishes.append((paper, so_far[-1], target, present, price))
                else:
                    for trigger in today:
                        trigger.word = "stale_fx"
        new = []
        factor = self.shrink(day, [wish[0] for wish in wishes], [wish[2] - wish[3] for wish in wishes])
        for paper, trigger, target, present, price in wishes:
            goal = target if factor == 1 else present + factor * (target - present)
            today = paper.triggers.get(paper.index[day], [])
            shares = paper.whole(paper.whole(goal / price) - paper.held())
            if self.is_beyond_band(shares, price):  # after rounding [decaying-shares]
                lot = self.open_lot(day, paper.index[day], trigger)
                self.send(lot, day, shares)
                new.append(lot)
                for one in today:
                    one.lot = lot
            elif self.is_beyond_band(paper.whole(paper.whole(target / price) - paper.held()), price):
                for one in today:
                    one.word = "no_cash"
        return new, sales

    def is_beyond_band(self, shares: float, price: float) -> bool:
        return shares > 0 and shares * price >= self.spec.band * self.known_equity()

    # ----------------------------------------------------------------------------------- fills

    def buy(self, day: date, lot: _Lot) -> None:
        """[entry] at the open of a bar that trades; first the cap, then the cash [the-price-of-a-fill]."""
        paper, k = lot.paper, lot.paper.index[day]
        raw = paper.price(k)
        if raw is not None and self.spec.at_close:
            raw = paper.bars[k][3]
        if raw is None:
            lot.order.why = "halted"  # so far; stays where nothing more is bought
            return
        if paper.is_locked(k, "buy") or (self.spec.at_close and paper.stands_at_upper_limit(k)):
            lot.order.why = "locked"
            return
        fill = paper.buy_fill(k, raw)
        units = self.units(paper, self.rate_day(paper, day))  # [money] fills use the weekday before

        def bill(shares: float) -> float:
            """What so many shares take out of the account."""
            value = shares * fill
            return (value + sum(charges(paper.costs(k), value, "buy", paper.is_foreign()))) / units if shares else 0.0

        shares = lot.waiting if paper.room is None else min(lot.waiting, paper.whole(paper.room))
        cut = bill(shares) > self.known_free() * EVEN
        if cut:  # to the largest number of whole lots that the cash pays
            lots = range(round(shares / paper.lot) + 1)
            paid = bisect_right(lots, self.known_free() * EVEN, key=lambda n: bill(n * paper.lot))
            shares = max(paid - 1, 0) * paper.lot
        if shares > 0:
            self.book_purchase(day, lot, shares, raw, fill)
        if cut:
            lot.drop("no_cash", "rejected")  # it was sized to a lot at least
        elif lot.waiting == 0:
            lot.order.status = "filled"
        else:
            lot.order.why = "volume"

    def book_purchase(self, day: date, lot: _Lot, shares: float, raw: float, fill: float) -> None:
        paper, k = lot.paper, lot.paper.index[day]
        if lot.entry == NEVER:
            lot.entry, lot.entry_day = k, day
            if self.spec.kind not in ("hold", "intensity"):  # [exit-by-time] session 0 is the first fill's
                end = lot.entry + self.spec.hold
                lot.ends.insert(0, (lot.trigger.event_id, end, self.leaves_at(lot.trigger.reference)))
        units = self.units(paper, self.rate_day(paper, day))
        value = shares * fill / units
        spent = value + self.charge(lot, k, shares * fill, "buy", units)
        self.cash = max(self.cash - spent, 0.0)
        self.free = max(self.free - spent, 0.0)
        self.bought_value += value
        lot.waiting -= shares
        lot.order.filled += shares
        lot.order.why = ""
        lot.held += shares
        lot.bought += shares
        lot.bought_today += shares
        lot.bought_local += shares * fill
        lot.in_shares += shares
        lot.in_value += value
        lot.in_raw_local += shares * raw
        lot.slippage += shares * (fill - raw) / units
        if paper.room is not None:
            paper.room -= shares

    def charge(self, lot: _Lot, k: int, value: float, side: str, units: float, part: float = 1.0) -> float:
        """Note the lot's part of what a fill of `value` local is charged; returns the sum in the account's currency.

        An order is charged once a fill, however many lots it goes through: they share it by value.
        """
        paper = lot.paper
        local = charges(paper.costs(k), value, side, paper.is_foreign())
        lot.charged.append(Charges(*(amount * part / units for amount in local)))
        return sum(lot.charged[-1])

    def sell(
        self,
        day: date,
        lot: _Lot,
        reason: str,
        raw: float | None,
        fill: float | None,
        most: float | None = None,
        together: float | None = None,
    ) -> float:
        """Sell what the cap and T+1 allow, at `fill` local; raw None: no trade today. Returns the shares.

        most, together: of one order that sells `together` shares from several lots, those from this one.
        """
        paper, k = lot.paper, lot.paper.index[day]
        order = self.exit_order(lot, reason, day) if most is None else None
        if raw is None:
            if order and paper.is_locked(k, "sell"):
                order.why = "locked"
            return 0.0
        shares = self.sellable(lot, k)
        shares = shares if most is None else min(shares, most)
        if together is None and paper.room is not None and shares > paper.room:
            shares = paper.whole(paper.room)  # the odd rest goes only with the whole
        if shares <= 0:
            return 0.0
        units = self.units(paper, self.rate_day(paper, day))
        value = shares * fill / units
        # Not to self.free: spendable from the next date [size].
        traded = shares if together is None else together
        self.cash += value - self.charge(lot, k, traded * fill, "sell", units, shares / traded)
        self.sold_value += value
        lot.held = 0.0 if lot.held - shares < DUST else lot.held - shares
        lot.out_shares += shares
        lot.out_value += value
        lot.out_raw_local += shares * raw
        lot.out_in.add(paper.listing.currency)
        bought_as = lot.trigger.paper
        lot.out_local += (
            shares * fill if paper is bought_as else value * self.units(bought_as, self.rate_day(bought_as, day))
        )
        lot.slippage += shares * (raw - fill) / units
        lot.last_exit = (day, reason)
        if paper.room is not None:
            paper.room -= shares
        lot.drop("exited")  # [exit-by-time] any exit cancels what is left of the entry
        if order:
            order.filled += shares
            order.status = "open" if lot.held else "filled"
            order.why = ""
        return shares

    def sellable(self, lot: _Lot, k: int) -> float:
        """[levels] T+1: what was bought today is not sold today."""
        return lot.held - (lot.bought_today if lot.paper.costs(k).t_plus_1 else 0.0)

    def exit_order(self, lot: _Lot, reason: str, day: date) -> Order:
        """The running exit order of this reason, or a new one."""
        if lot.exit_order and lot.exit_order.reason == reason and lot.exit_order.status == "open":
            return lot.exit_order
        if lot.exit_order:
            lot.exit_order.end("replaced")
        lot.exit_order = Order(lot.paper.symbol, lot.trigger.event_id, "sell", reason, day, lot.held)
        self.orders.append(lot.exit_order)
        return lot.exit_order

    def sell_first_in_first_out(self, day: date, paper: _Paper, shares: float) -> None:
        """[decaying-shares] sales go through the lots in the order they were bought."""
        k = paper.index[day]
        lots = [lot for lot in paper.lots if lot.held]
        order = Order(paper.symbol, lots[0].trigger.event_id, "sell", "signal", day, shares)
        self.orders.append(order)
        locked = paper.is_locked(k, "sell")
        raw = None if locked else paper.price(k)
        left = shares
        if paper.room is not None and left > paper.room:
            left = paper.whole(paper.room)
        parts: list[tuple[_Lot, float]] = []
        for lot in lots:
            if raw is not None and left > DUST and self.sellable(lot, k) > 0:
                parts.append((lot, min(left, self.sellable(lot, k))))
                left -= parts[-1][1]
        sold = sum(part for _, part in parts)
        for lot, part in parts:
            order.filled += self.sell(day, lot, "signal", raw, paper.sell_fill(k, raw), part, sold)
        order.status = "filled" if order.filled > shares - DUST else "open"
        order.end("locked" if locked else "decided anew")

    # ----------------------------------------------------------------------------------- exits

    def way_out(self, lot: _Lot, k: int) -> tuple[str, float | None, float | None] | None:
        """The exit of this open: (reason, raw price, fill); prices None where nothing can be sold."""
        if not lot.held:
            return None
        paper, opening = lot.paper, lot.paper.price(k)
        raw = None if paper.is_locked(k, "sell") else opening
        fill = None if raw is None else paper.sell_fill(k, raw)
        if lot.leaving:
            return lot.leaving, raw, fill
        if lot.time_exit() <= k:  # points 5 and 7: after the triggers, so that an extension wins
            return "time", raw, fill
        if lot.exit_order and lot.exit_order.reason == "time":
            lot.exit_order.end("extended")
        if opening is None or k <= lot.entry or not lot.has_levels:
            return None
        floor, reason = self.floor(lot, k)
        if opening <= floor * EVEN:
            lot.leaving = reason
            return reason, raw, fill
        if opening * EVEN >= self.ceiling(lot, k):  # touched and sent, though nobody may buy it in a locked bar
            return "take", raw, None if raw is None else paper.sell_fill(k, raw, slips=False)
        return None

    def judge_session(self, day: date, lot: _Lot) -> None:
        """[levels] low against stop, then high against take; where one is missing the close, filled at it."""
        paper, k = lot.paper, lot.paper.index[day]
        if (
            lot.leaving
            or not lot.has_levels
            or self.sellable(lot, k) <= 0
            or paper.price(k) is None
            or paper.close_only(k)
        ):
            return
        _, high, low, close, _ = paper.bars[k]
        floor, reason = self.floor(lot, k)
        lowest = close if low is None else low
        highest = close if high is None else high
        if lowest is not None and lowest <= floor * EVEN:
            lot.leaving = reason
            raw = close if low is None else floor
        elif highest is not None and highest * EVEN >= self.ceiling(lot, k):
            reason = "take"
            raw = close if high is None else self.ceiling(lot, k)
        else:
            return
        if paper.is_locked(k, "sell"):
            self.sell(day, lot, reason, None, None)
        else:
            self.sell(day, lot, reason, raw, paper.sell_fill(k, raw, slips=reason != "take"))
            if not lot.held:
                lot.left_in, lot.leaving = k, lot.leaving or reason

    def floor(self, lot: _Lot, k: int) -> tuple[float, str]:
        """The higher of stop and trail, local, and its name; a tie is a stop. -inf: neither is set."""
        base, levels = lot.bought_local / lot.bought, [(-math.inf, "stop")]
        if self.spec.stop is not None:
            levels.append((base * (1 - self.spec.stop), "stop"))
        if self.spec.trail is not None:
            closes = [c for at in range(lot.entry, k) if (c := lot.paper.close(at, k)) is not None]
            levels.append((max([base, *closes]) * (1 - self.spec.trail), "trail"))
        highest = max(level for level, _ in levels)
        return next(level for level in levels if level[0] * EVEN >= highest)  # of equals the stop

    def ceiling(self, lot: _Lot, k: int) -> float:
        """Where a take is judged and filled: the first tick at or above its level."""
        if self.spec.take is None:
            return math.inf
        level = lot.bought_local / lot.bought * (1 + self.spec.take)
        tick = lot.paper.tick(k, level)
        return round_up(level, tick) if tick else level

    # ----------------------------------------------------------------------------------- books

    def close_books(self, day: date) -> None:
        """Points 2 and 9: interest, dividends, then everything at the last known close and fx of the date."""
        self.cash *= (1 + self.cash_rate) ** ((day - self.last_books).days / 365.25)
        self.last_books = day
        for lot in self.lots:
            if lot.entitled:
                self.pay_dividend(day, lot)
            if lot.fraction:
                k = lot.paper.index[day]
                self.pay(day, lot, lot.fraction * lot.paper.last_close(k, k))
                lot.fraction = 0.0
        positions = 0.0
        for symbol in self.symbols:
            paper = self.papers[symbol]
            if paper.held():
                positions += self.mark(paper, day) * paper.held()
        for trigger in self.asked:
            if trigger.paper.held():
                trigger.lot, trigger.word = None, "bought"
        self.asked = []
        for lot in self.lots:
            if not (lot.unsized or lot.waiting or lot.held):
                lot.slot = False
        self.older = (self.equity, self.struck_cash, self.struck_cash - self.free)
        self.equity = self.cash + positions
        self.free = self.struck_cash = self.cash
        open_then = [self.market.sessions[exchange].get(day) for exchange in self.exchanges]
        closes = [hours[1] for hours in open_then if hours]
        self.struck = max([*closes, *([day_ends(day)] if self.is_mixed and day.weekday() < 5 else [])])
        self.books[day] = (self.equity, self.cash, positions)

    def mark(self, paper: _Paper, day: date) -> float:
        """Value of one share at the books of `day`."""
        k = bisect_right(paper.days, day) - 1
        close = paper.last_close(k, k) if k >= 0 else None
        return 0.0 if close is None else close / self.units(paper, day)

    def pay_dividend(self, day: date, lot: _Lot) -> None:
        """[money] put back at the close, lot by lot; in cash if asked for, or if the lot is gone."""
        if self.dividends == "reinvest" and lot.held:
            k = lot.paper.index[day]
            lot.held += lot.entitled / lot.paper.last_close(k, k)
        else:
            self.pay(day, lot, lot.entitled)
        lot.entitled = 0.0

    def pay(self, day: date, lot: _Lot, local: float) -> None:
        amount = local / self.units(lot.paper, day)
        self.cash += amount
        lot.in_cash += amount

    # ---------------------------------------------------------------------------------- result

    def result(self) -> Result:
        bought = [lot for lot in self.lots if lot.in_shares]
        trades = [self.trade(lot) for lot in sorted(bought, key=lambda lot: (lot.entry_day, lot.symbol, lot.number))]
        rows = weekday_rows(self.books, self.start, self.end, self.first_cash)
        returns, last = [], self.first_cash
        for day, equity, _ in rows:
            returns.append((day, equity / last - 1))
            last = equity
        figures = metrics(rows, returns, trades, self.first_cash, self.start, self.end)
        mean_equity = statistics.fmean(row[1] for row in rows) if rows else 0.0
        years = ((self.end - self.start).days + 1) / 365.25
        traded = min(self.bought_value, self.sold_value)
        figures["turnover"] = traded / mean_equity / years if mean_equity else None
        return Result(trades, self.orders, self.books, returns, figures)

    def entered_early(self, lot: _Lot) -> bool:
        """[at-the-end] a lot without an event, entered before the article's first session."""
        paper = lot.trigger.paper
        first = 0 if self.published is None else self.first_session(paper, self.published)
        return paper.on_or_after(lot.entry_day) < first

    def trade(self, lot: _Lot) -> Trade:
        """[at-the-end] the row of a lot."""
        row = Trade(
            symbol=lot.symbol,
            theme=lot.trigger.theme,
            event_id=lot.trigger.event_id,
            extended_by=lot.extended_by,
            known_at=lot.trigger.known,
            hindsight=self.entered_early(lot) if lot.trigger.known is None else lot.hindsight,
            entry_session=lot.entry_day,
            entry_price_local=lot.in_raw_local / lot.in_shares,
            entry_price=lot.in_value / lot.in_shares,
            shares=lot.in_shares,
            exit_session=None,
            exit_shares=None,
            exit_price_local=None,
            exit_price=None,
            exit_reason="open",
            costs=sum(sum(fill) for fill in lot.charged),
            pnl=0.0,
            commission=sum(fill.commission for fill in lot.charged),
            fees=sum(fill.fees for fill in lot.charged),
            tax=sum(fill.tax for fill in lot.charged),
            fx_cost=sum(fill.fx_cost for fill in lot.charged),
            slippage=lot.slippage,
            in_cash=lot.in_cash,
        )
        self.account_for(lot, row)
        if lot.held:
            return row
        row.exit_session, row.exit_reason = lot.last_exit
        row.exit_shares = lot.out_shares
        if lot.out_shares:  # else a split left less than a share, paid in cash
            row.exit_price = lot.out_value / lot.out_shares
            row.exit_price_local = lot.out_raw_local / lot.out_shares if len(lot.out_in) == 1 else None
        first = self.index_price(lot, row.entry_session, at_close=self.spec.at_close)
        last = self.index_price(lot, row.exit_session)
        if first is not None and last is not None:
            row.index_return = last / first - 1
            row.excess_return = row.pnl / (row.shares * row.entry_price) - row.index_return
        return row

    def account_for(self, lot: _Lot, row: Trade) -> None:
        """pnl and its split; what is still held counts as sold at the last close and rate of the books."""
        held_value = lot.held * self.mark(lot.paper, self.steps[-1]) if lot.held else 0.0
        held_local = held_value * self.units(lot.trigger.paper, self.steps[-1]) if lot.held else 0.0
        out_value, out_local = lot.out_value + held_value, lot.out_local + held_local
        at_entry = lot.in_value / lot.bought_local  # units of account per local unit, weighted by what was paid
        row.pnl = out_value - lot.in_value - row.costs + lot.in_cash
        row.pnl_local = out_local * at_entry - lot.in_value
        row.pnl_currency = out_value - out_local * at_entry

    def index_price(self, lot: _Lot, day: date, at_close: bool = False) -> float | None:
        """The home index at that open, or close, in the account's currency; None where there is none [benchmarks]."""
        home = self.market.listings.get(lot.trigger.paper.listing.home or "")
        if home is None:
            return None
        paper = _Paper(home, self.market)
        k = paper.index.get(day)
        price = None if k is None else paper.bars[k][3 if at_close else 0]
        if price is None:
            return None
        return math.prod(paper.ratio[: k + 1]) * price / self.units(paper, self.rate_day(paper, day))


def first_of_episodes(triggers: list[_Trigger]) -> list[_Trigger]:
    """[repeats] of an episode each theme keeps the first event that the run allows, by known_at and id.

    Of listings that are named by events alone each keeps its own first.
    """

    def key(trigger: _Trigger) -> tuple[str, str, str]:
        return trigger.theme, "" if trigger.theme else trigger.paper.symbol, trigger.event.episode

    of_episodes = [trigger for trigger in triggers if trigger.event and trigger.event.episode]
    first: dict[tuple[str, str, str], tuple] = {}
    for trigger in of_episodes:
        mine = (trigger.known, trigger.event_id)
        first[key(trigger)] = min(first.get(key(trigger), mine), mine)
    return [
        trigger
        for trigger in triggers
        if not (trigger.event and trigger.event.episode) or first[key(trigger)][1] == trigger.event_id
    ]


# --------------------------------------------------------------------------------------------- metrics


def weekday_rows(books: dict, start: date, end: date, cash: float) -> list[tuple[date, float, float]]:
    """(date, equity, positions / equity) of each Monday to Friday, the books carried where nothing traded."""
    rows, equity, exposure, day = [], cash, 0.0, start
    while day <= end:
        if day in books:
            equity = books[day][0]
            exposure = books[day][2] / equity
        if day.weekday() < 5:
            rows.append((day, equity, exposure))
        day += timedelta(days=1)
    return rows


def metrics(rows, returns, trades: list[Trade], cash: float, start: date, end: date) -> dict:
    """The figures but turnover; undefined is None."""
    r = [value for _, value in returns]
    years = ((end - start).days + 1) / 365.25
    scale = math.sqrt(365.25 * 5 / 7)
    total = rows[-1][1] / cash - 1 if rows else None
    cagr = None if total is None or total <= -1 else (1 + total) ** (1 / years) - 1
    spread = statistics.stdev(r) if len(r) > 1 else None
    mean = statistics.fmean(r) if r else None
    downside = math.sqrt(statistics.fmean(min(x, 0) ** 2 for x in r)) if r else 0.0
    peak, deepest = cash, 0.0
    for _, equity, _ in rows:
        peak = max(peak, equity)
        deepest = min(deepest, equity / peak - 1)
    closed = [trade for trade in trades if trade.exit_session is not None]
    excess = [trade.excess_return for trade in trades if trade.excess_return is not None]
    return {
        "total_return": total,
        "cagr": cagr,
        "volatility": None if spread is None else spread * scale,
        "sharpe": mean / spread * scale if spread else None,
        "sortino": mean / downside * scale if downside else None,
        "max_drawdown": deepest if rows else None,
        "calmar": cagr / -deepest if deepest and cagr is not None else None,
        "exposure": statistics.fmean(row[2] for row in rows) if rows else None,
        "trades": len(trades),
        "win_rate": sum(trade.pnl > 0 for trade in closed) / len(closed) if closed else None,
        "mean_excess": statistics.fmean(excess) if excess else None,
        "costs": math.fsum(trade.costs for trade in trades),
        "skew": skew(r),
        "var_95": quantile(r, 0.05),
    }


def skew(values: list[float]) -> float | None:
    """The adjusted Fisher-Pearson coefficient."""
    n = len(values)
    if n < 3:
        return None
    mean = statistics.fmean(values)
    second = math.fsum((x - mean) ** 2 for x in values) / n
    third = math.fsum((x - mean) ** 3 for x in values) / n
    return math.sqrt(n * (n - 1)) / (n - 2) * third / second**1.5 if second else None


def quantile(values: list[float], q: float) -> float | None:
    """Linear between the order statistics."""
    if not values:
        return None
    ordered = sorted(values)
    place = q * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
