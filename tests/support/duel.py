"""Engine and reference on the same made-up market: build both sides, play both, list every difference.

Whoever draws the case (hypothesis, a seeded generator, a hand) hands over a `random.Random`.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from support import reference as ref
from support import reference_markets as markets

from eventfolio.engine.execution.simulate import Account, simulate
from eventfolio.engine.ledger import outcomes
from eventfolio.engine.ledger.audit import audit
from eventfolio.engine.ledger.equity import Path, path_of
from eventfolio.engine.ledger.ledger import Ledger, costs_of
from eventfolio.engine.ledger.tables import orders_table, trades_table
from eventfolio.engine.market.benchmarks import benchmark_levels
from eventfolio.engine.market.build_tape import build_tape
from eventfolio.engine.market.closing import deadlines
from eventfolio.engine.market.fx import rate_dates
from eventfolio.engine.market.listing_ends import ListingEnd, cut_at_ends, last_days, vanished_after, vanished_ends
from eventfolio.engine.market.prices import PriceTable, as_table
from eventfolio.engine.market.rulebook import MARKETS
from eventfolio.engine.market.sessions import Sessions
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.metrics import LotFigures, path_metrics
from eventfolio.engine.schedule import NO_THEME, Place, Schedule, make_schedule
from eventfolio.events import Article, Calendar, Event, Security
from eventfolio.strategies.loader import load_strategy
from eventfolio.strategies.parts import ALL, AtClose, Release, RunUp, Slots, Where
from eventfolio.strategies.plan import Plan

if TYPE_CHECKING:
    from eventfolio.engine.execution.kernel.player import Table

NAMES = {
    "drift": "announcement-drift",
    "run-up": "scheduled-run-up",
    "breakout": "confirmed-breakout",
    "intensity": "event-intensity",
    "hold": "buy-and-hold",
}
FIRST = date(2024, 1, 1)  # a Monday
DAYS = [FIRST + timedelta(days=i) for i in range(120) if (FIRST + timedelta(days=i)).weekday() < 5]
OPENS = {"XSHG": 1, "XTKS": 0, "XKRX": 0, "XNYS": 14}


@dataclass
class Case:
    """One study for both: a market, events, themes, a strategy and an account."""

    market: ref.Market
    events: list[ref.Ev]
    themes: dict[str, list[str]]
    spec: ref.Spec
    start: date
    end: date
    cash: float = 100_000.0
    cash_rate: float = 0.0
    dividends: str = "reinvest"
    published: datetime | None = None
    point_in_time: bool = False
    since: dict[tuple[str, str], date] = field(default_factory=dict)  # of a theme's member
    strategy: type | None = None  # a class of the test's own, for the engine alone; None: the spec's shipped one


@dataclass
class StrategySetup:
    """A case as the engine takes it: all that `simulate` and the kernel ask for.

    members : number of members with prices by theme; "*" for all of them
    """

    tape: Tape
    schedule: Schedule
    plan: Plan
    account: Account
    members: dict[str, int]
    strategy: type
    params: dict[str, Any]
    calendar: Calendar | None = None
    end: date | None = None
    named: dict[str, tuple[Place, ...]] = field(default_factory=dict)  # by any theme, traded or not

    def play(self, fast: bool = True) -> Ledger:
        return simulate(
            self.tape, self.schedule, self.plan, self.account, self.members, self.strategy, self.params, fast=fast
        )

    def table(self) -> Table:
        """The market laid out for the kernel."""
        from eventfolio.engine.execution.kernel.player import Table  # numba, for those who ask for it

        return Table(self.tape, self.account, self.end)

    def play_in_kernel(self) -> Ledger:
        table = self.table()
        return table.ledger(self.plan, table.calendars(self.schedule, self.plan, self.members))


@dataclass
class Played:
    """What the engine made of a case."""

    tape: Tape
    schedule: Schedule
    ledger: Ledger
    path: Path
    trades: pd.DataFrame
    orders: pd.DataFrame
    metrics: dict[str, float | None] = field(default_factory=dict)
    words: dict[tuple[str, str | None], str] = field(default_factory=dict)


def at_noon(day: date) -> datetime:
    """Noon UTC of a date."""
    return datetime.combine(day, time(12), UTC)


def play_reference(case: Case) -> ref.Result:
    return ref.run(
        _with_new_listings(case), case.events, case.themes, case.spec, case.start, case.end,
        cash=case.cash, cash_rate=case.cash_rate, dividends=case.dividends,
        published=case.published, point_in_time=case.point_in_time, since=case.since,
    )  # fmt: skip


def _with_new_listings(case: Case) -> ref.Market:
    """The case's market, its listings that begin after a session of their exchange in the run marked as new."""
    first = {symbol: min((*x.bars, *x.splits, *x.dividends)) for symbol, x in case.market.listings.items()}
    members = [case.market.listings[symbol] for symbol in _on_the_tape(case)]
    known = {x.symbol for x in members} | {x.home for x in members}  # others are of another study
    begin = min([case.start, *(first[x.symbol] for x in members)])
    begin = min(day for x in members for day in case.market.sessions[x.exchange] if day >= begin)
    listings = {
        symbol: replace(x, listed=first[symbol] if any(begin <= day < first[symbol] for day in sessions) else None)
        for symbol, x in case.market.listings.items()
        for sessions in [case.market.sessions[x.exchange]]
        if symbol in known
    }
    return replace(case.market, listings=listings)


def play_engine(case: Case, fast: bool = True, in_kernel: bool = False) -> Played:
    setup = setup_of(case)
    tape, schedule, ledger = setup.tape, setup.schedule, setup.play_in_kernel() if in_kernel else setup.play(fast)
    assert setup.calendar is not None
    audit(ledger, tape, setup.calendar, schedule.triggers, setup.account, setup.plan.cutoff)
    path = path_of(ledger, tape, case.start, case.end, case.cash)
    home_benchmarks = _home_benchmarks(case, list(tape.symbols), tape)
    trades = trades_table(ledger, tape, schedule.triggers, home_benchmarks, lambda *entry: _bought_early(case, *entry))
    fills = ledger.fills
    value = fills["shares"] * fills["price"] * fills["fx"]
    metrics = path_metrics(
        path.returns, path.exposure, path.equity, path.years,
        float(value[fills["side"] > 0].sum()), float(value[fills["side"] < 0].sum()),
        LotFigures(
            len(trades), trades["pnl"][trades["exit_reason"] != "open"].tolist(),
            trades["excess_return"].dropna().tolist(),
            float(costs_of(fills).sum()),
        ),
    )  # fmt: skip
    orders = orders_table(ledger, tape, schedule.triggers)
    return Played(tape, schedule, ledger, path, trades, orders, metrics, words_of(case, setup, ledger))


def words_of(case: Case, setup: StrategySetup, ledger: Ledger) -> dict[tuple[str, str | None], str]:
    """What became of each event on each listing, as the reference gives it."""
    assert setup.calendar is not None
    run = outcomes.Played(
        setup.calendar, setup.named, setup.plan, setup.schedule, setup.tape, ledger,
        case.start, case.end, case.point_in_time,
    )  # fmt: skip
    found = outcomes.outcomes(run) or []
    words = {(one.event_id, one.listing or None): one.word for one in found}
    assert len(words) == len(found)
    counted = outcomes.counts(found)
    assert counted is not None
    assert sum(counted.with_trigger.values()) + sum(counted.without_trigger.values()) == len(found)
    return words


def setup_of(case: Case) -> StrategySetup:
    """Tape, schedule, plan, account and members of a case."""
    sessions = {
        exchange: _sessions(exchange, days, case.market.deadlines) for exchange, days in case.market.sessions.items()
    }
    members = _on_the_tape(case)
    listings = [
        Security.model_construct(
            symbol=x.symbol,
            name=x.symbol,
            exchange=x.exchange,
            currency=x.currency,
            lot=x.lot,
            benchmark=None,
            kind="share" if x.stock else "fund",
            steps=x.steps,
        )
        for x in (case.market.listings[symbol] for symbol in members)
    ]
    tables = {symbol: _table(case.market.listings[symbol]) for symbol in members}
    tables, ends = _ended(case, listings, tables, sessions)
    tables |= _rates(case)
    # The reference's dated tables are the engine's own rulebook, typed a second time; else one row stands for all.
    costs = None if case.market.rules else _CostFigures(case.market)
    tape = build_tape(listings, tables, sessions, case.start, case.end, "USD", costs, ends)  # type: ignore[arg-type]
    calendar = _calendar(case)
    strategy = case.strategy or _strategy(case.spec)
    changes = {} if case.strategy else _params(case.spec, strategy.defaults())  # type: ignore[attr-defined]
    plan, params = strategy.resolve(**changes)  # type: ignore[attr-defined]
    named = {
        theme: tuple(
            Place(s, sessions[case.market.listings[s].exchange], case.since.get((theme, s))) for s in sorted(symbols)
        )
        for theme, symbols in case.themes.items()
    }
    if alone := _alone(case):
        named[NO_THEME] = tuple(Place(s, sessions[case.market.listings[s].exchange]) for s in alone)
    if case.spec.themes is not None:
        plan = replace(plan, themes=case.spec.themes)
    places = {theme: found for theme, found in named.items() if plan.themes == ALL or theme in plan.themes}
    counts = {theme: len(found) for theme, found in places.items()}
    counts["*"] = len({place.listing for found in places.values() for place in found})
    schedule = make_schedule(calendar, plan, places, case.start, case.end, case.point_in_time)
    account = Account(case.cash, case.cash_rate, case.dividends == "reinvest")
    return StrategySetup(tape, schedule, plan, account, counts, strategy, params, calendar, case.end, named)


def _members(case: Case) -> list[str]:
    return sorted({symbol for symbols in case.themes.values() for symbol in symbols}.union(_alone(case)))


def _on_the_tape(case: Case) -> list[str]:
    """Members, and the listings that they turn into by the end."""
    found = _members(case)
    for symbol in found:
        end = case.market.ends.get(symbol)
        if end and end.into and end.on <= case.end and end.into not in found:
            found.append(end.into)
    return sorted(found)


def _ended(
    case: Case, listings: list[Any], tables: dict[str, PriceTable], sessions: dict[str, Sessions]
) -> tuple[dict[str, PriceTable], dict[str, ListingEnd]]:
    """The tables up to the ends of their listings, and the ends, declared or of prices that stop for good."""
    ends = {
        symbol: ListingEnd(end.on, end.cash, end.into, end.ratio)
        for symbol, end in case.market.ends.items()
        if symbol in tables and end.on <= case.end
    }
    tables, _ = cut_at_ends(tables, ends)
    if case.market.vanished is not None:
        last = last_days(listings, tables, sessions)
        gone = vanished_after(listings, last, sessions, ends, case.end)
        found = vanished_ends(
            [one for one in listings if one.symbol in gone], last, tables, sessions, case.market.vanished
        )
        ends |= {symbol: end for symbol, end in found.items() if end.on <= case.end}
    return tables, ends


def _alone(case: Case) -> list[str]:
    """Listings with prices that events name by themselves."""
    return sorted({symbol for event in case.events for symbol in event.listings} & set(case.market.listings))


def _strategy(spec: ref.Spec) -> type:
    """The shipped class that a spec says, or one of parts like it that does what no shipped one does."""
    shipped = load_strategy(NAMES[spec.kind]).cls
    parts: dict[str, Any] = {}
    params: dict[str, Any] = {}
    if spec.release:
        parts["trigger"] = Release()
    if spec.through:
        parts["trigger"], params["through"] = RunUp("lead", "through"), spec.through
    if spec.kinds is not None:
        parts["kinds"] = spec.kinds
    if spec.at_close:
        parts["entry"], params["cutoff"] = AtClose("cutoff"), spec.cutoff
    if spec.slots is not None:
        parts["size"], params["slots"] = Slots("weight", "slots"), spec.slots
    if spec.only:
        parts["only"] = tuple(Where(fact, op, f"fact{number}") for number, (fact, op, _) in enumerate(spec.only))
        params |= {f"fact{number}": value for number, (_, _, value) in enumerate(spec.only)}
    if not parts:
        return shipped
    return type("Like", (shipped,), {**parts, "params": params})


def unequal(one: Ledger, other: Ledger) -> list[str]:
    """Each table in which two ledgers differ by a bit, with its first row that does."""
    found = []
    for name in (one.name for one in fields(Ledger) if one.compare):
        mine, yours = getattr(one, name), getattr(other, name)
        if mine.tobytes() != yours.tobytes():
            rows = zip(mine.tolist(), yours.tolist(), strict=False)
            place = next((n for n, (a, b) in enumerate(rows) if repr(a) != repr(b)), min(len(mine), len(yours)))
            found.append(f"{name}[{place}] {mine[place : place + 1]} against {yours[place : place + 1]}")
    return found


def run_engine(
    market: ref.Market,
    events: list[ref.Ev],
    themes: dict[str, list[str]],
    spec: ref.Spec,
    start: date,
    end: date,
    in_kernel: bool = False,
    **more: Any,
) -> ref.Result:
    """The engine behind the reference's own face, so that a case worked by hand can ask both."""
    named = _on_known_exchanges(market)
    case = Case(named, events, themes, spec, start, end, **{"cash": 1e6, **more})
    played = play_engine(case, in_kernel=in_kernel)
    trades = [
        ref.Trade(**{name: _plain(trade[_OURS.get(name, name)]) for name in ref.Trade.__dataclass_fields__})
        for trade in sorted(played.trades.to_dict("records"), key=lambda t: (t["entry_session"], t["symbol"], t["lot"]))
    ]
    orders = [
        ref.Order(
            o["symbol"], o["event_id"], o["side"], "entry" if o["side"] == "buy" else o["reason"],
            o["decision_session"].date(), 0.0 if math.isnan(o["wanted"]) else o["wanted"],
            o["filled"], o["status"], o["why"],
        )
        for o in played.orders.to_dict("records")
    ]  # fmt: skip
    first, dates = played.tape.first, played.tape.dates
    books = {
        dates[first + place].astype(object): (float(equity), float(cash), float(equity - cash))
        for place, (equity, cash) in enumerate(zip(played.ledger.equity, played.ledger.cash, strict=True))
    }
    returns = [
        (day.astype("datetime64[D]").astype(object), float(r))
        for day, r in zip(played.path.dates, played.path.returns, strict=True)
    ]
    return ref.Result(trades, orders, books, returns, played.metrics, played.words)


run_kernel = partial(run_engine, in_kernel=True)


def differences(case: Case, cent: float = 0.005) -> list[str]:
    """What engine and reference do not agree on, lot by lot, order by order, date by date; nothing when all is well."""
    want, got = play_reference(case), play_engine(case)
    found: list[str] = []
    ours = sorted(
        got.trades.to_dict("records"),
        key=lambda t: (t["entry_session"], t["symbol"], t["event_id"] or "", t["shares"]),
    )
    theirs = sorted(want.trades, key=lambda t: (t.entry_session, t.symbol, t.event_id or "", t.shares))
    if len(ours) != len(theirs):
        found.append(f"lots: engine {len(ours)}, reference {len(theirs)}")
    for mine, other in zip(ours, theirs, strict=False):
        found += [
            f"lot {other.symbol} {other.entry_session}: {text}" for text in _lot_differences(mine, asdict(other), cent)
        ]
    counted: dict[str, list[Any]] = {"engine": [], "reference": []}
    counted["engine"] = sorted(
        (o["symbol"], o["decision_session"].date(), o["side"], round(o["filled"], 6), o["status"])
        for o in got.orders.to_dict("records")
        if o["filled"] > 0
    )
    counted["reference"] = sorted(
        (o.symbol, o.decision_session, o.side, round(o.filled, 6), o.status) for o in want.orders if o.filled > 0
    )
    if [o[:4] for o in counted["engine"]] != [o[:4] for o in counted["reference"]]:
        found.append(f"orders: engine {counted['engine']}, reference {counted['reference']}")
    for column in range(got.tape.first, got.tape.last + 1):
        day = got.tape.dates[column].astype(object)
        equity, cash, _ = want.books[day]
        mine_equity = float(got.ledger.equity[column - got.tape.first])
        mine_cash = float(got.ledger.cash[column - got.tape.first])
        if abs(equity - mine_equity) > cent or abs(cash - mine_cash) > cent:
            found.append(f"books {day}: engine {mine_equity} (cash {mine_cash}), reference {equity} (cash {cash})")
            break
    for unit in sorted({*got.words, *want.words}, key=str):
        if got.words.get(unit) != want.words.get(unit):
            found.append(f"unit {unit}: engine {got.words.get(unit)}, reference {want.words.get(unit)}")
    for key, value in want.metrics.items():
        if key != "mean_excess" and not _same(got.metrics[key], value, 1e-7):
            found.append(f"metric {key}: engine {got.metrics[key]}, reference {value}")
    return found


def random_case(random: Random) -> Case:
    """A market full of what markets do, some events and a strategy."""
    listings = [
        _listing(random, "A", "XSHG", "USD"),
        _listing(random, "B", "XSHG", "EUR"),
        _listing(random, "C", random.choice(["XTKS", "XSHG"]), "JPY"),
        _listing(random, "D", "XNYS", "USD"),
    ]
    sessions = {}
    for exchange, hour in OPENS.items():
        days = [day for day in DAYS if random.random() > 0.06]
        sessions[exchange] = {
            d: (datetime.combine(d, time(hour), UTC), datetime.combine(d, time(hour + 6), UTC)) for d in days
        }
    cost = ref.Costs(
        commission_bps=random.choice([0, 10]),
        buy_tax_bps=random.choice([0, 10]),
        sell_tax_bps=random.choice([0, 20]),
        slippage_bps=random.choice([0, 5, 100]),
        volume_share=random.choice([1.0, 0.1]),
    )
    costs = {exchange: ref.Costs(**{**asdict(cost), "t_plus_1": exchange == "XSHG"}) for exchange in OPENS}
    fx = {
        "EUR": {day: random.uniform(0.8, 1.2) for day in DAYS if random.random() < 0.6},
        "JPY": {day: random.uniform(90, 150) for day in DAYS if random.random() < 0.25},
    }
    used = sorted({x.exchange for x in listings})  # a set would draw otherwise in every process
    market = ref.Market(
        {x.symbol: x for x in listings},
        {currency: rates or {DAYS[0]: 1.0} for currency, rates in fx.items()},
        {exchange: sessions[exchange] for exchange in used},
        {exchange: costs[exchange] for exchange in used},
    )
    kind = random.choice(list(NAMES))
    spec = ref.Spec(
        kind,
        themes=random.choice([None, None, ("u",)]),
        hold=random.randint(1, 15),
        stop=random.choice([None, 0.05]),
        take=random.choice([None, 0.08]),
        trail=random.choice([None, 0.05]),
        weight=random.choice([0.3, 0.95, 1.0]),
        patience=random.randint(0, 5),
        repeat=random.choice(["extend", "extend", "ignore", "add"]),
        lead=random.randint(1, 10),
        lookback=random.randint(1, 10),
        within=random.randint(1, 6),
        half_life=random.choice([1, 5, 20]),
        band=random.choice([0.0, 0.02]),
    )
    if kind in ("hold", "intensity"):
        spec.stop = spec.take = spec.trail = None
    return Case(
        market=market,
        events=[_event(random, i) for i in range(random.randint(1, 8))],
        themes={"t": ["A", "B"], "u": ["B", "C", "D"]},
        spec=spec,
        start=DAYS[5],
        end=DAYS[60],
        cash=random.choice([100_000.0, 5_000.0]),
        cash_rate=random.choice([0.0, 0.05]),
        dividends=random.choice(["reinvest", "cash"]),
        published=datetime.combine(DAYS[20], time(12), UTC),
        point_in_time=random.random() < 0.2,
    )


def random_company_case(random: Random) -> Case:
    """A random case whose events name listings and carry facts, for a strategy that looks at them."""
    case = random_case(random)
    events = []
    for event in case.events:
        kinds, words = ("news", "earnings"), ("8-K", "10-Q")
        facts: dict[str, Any] = {"surprise": random.choice([-0.1, 0.0, 0.1])} if random.random() < 0.8 else {}
        facts |= {"form": random.choice(words)} if random.random() < 0.5 else {}
        revisions = list(event.revisions)
        for late in sorted(random.sample(range(1, 12), random.randint(0, 2))):
            at = event.known + timedelta(days=late)
            if all(at != revision.known for revision in revisions):
                revisions.append(
                    ref.Rev(at, "minute", None, "", {"surprise": random.choice([-0.1, 0.1])}, belief=False)
                )
        events.append(
            replace(
                event,
                kind=random.choice(kinds),
                themes=random.choice([(), (), event.themes]),
                listings=tuple(random.sample("ABCD", random.randint(0, 3))),
                facts=facts,
                revisions=sorted(revisions, key=lambda revision: revision.known),
                status=random.choice(["scheduled", "scheduled", "occurred"]),
            )
        )
    kind = case.spec.kind
    only = [("surprise", random.choice(["<", "<=", "=", "!=", ">=", ">"]), random.choice([0.0, None]))]
    only += [("form", random.choice(["=", "!="]), "8-K")]
    spec = replace(
        case.spec,
        release=kind == "drift" and random.random() < 0.5,
        through=random.choice([0, 1, 4]) if kind == "run-up" else 0,
        kinds=random.choice([None, None, ("earnings",)]),
        only=tuple(random.sample(only, random.choice([0, 0, 1, 2]))) if kind != "hold" else (),
        slots=random.choice([None, 1, 2, 3]) if kind not in ("hold", "intensity") else None,
    )
    since = {("t", "B"): random.choice(DAYS[:40])} if random.random() < 0.3 else {}
    return replace(case, events=events, spec=spec, since=since)


def random_closing_case(random: Random) -> Case:
    """A case of companies that buys at closes, on exchanges whose opens and closes come between each other's.

    Some close as another opens, some early; the close of some bars stands at the upper limit, or is missing.
    """
    case = random_company_case(random)
    case.events += [
        replace(event, id=f"n{number}", direction=1, episode=None)
        for number, event in enumerate(random_company_case(random).events)
    ]
    if random.random() < 0.5:
        case = _under_own_rules(random, case, random.choice(STARTS))
    case.spec = replace(
        case.spec,
        kind=random.choice(["drift", "drift", "run-up", "hold"]) if case.spec.kind in CONFIRMED else case.spec.kind,
        at_close=True,
        cutoff=random.choice([0, 0, 5, 15, 120]),
    )
    if case.spec.kind == "hold":
        case.spec = replace(case.spec, stop=None, take=None, trail=None, release=False, through=0, slots=None, only=())
    if random.random() < 0.6:
        case.spec = replace(case.spec, themes=None, kinds=None, only=())
    case.spec.release &= case.spec.kind == "drift"
    case.spec.through *= case.spec.kind == "run-up"
    sessions = {}
    for number, (exchange, days) in enumerate(case.market.sessions.items()):
        opens = random.choice([0, 1, 6, 7, 13, 14]) if number else 0  # six hours: one's close may be another's open
        sessions[exchange] = {day: _hours_from(random, day, opens) for day in days}
    case.market = replace(case.market, sessions=sessions, deadlines=markets.deadlines)
    listings = {symbol: with_odd_closes(random, x, 0.04) for symbol, x in case.market.listings.items()}
    if case.market.limits:
        listings = {symbol: _with_closes_at_limits(random, x) for symbol, x in listings.items()}
    case.market.listings = listings
    if not case.market.rules:
        _add_exchanges(random, case)
    case.events = [_near_a_close(random, case, event) for event in case.events]
    return case


def _add_exchanges(random: Random, case: Case) -> None:
    """Two more exchanges with a listing each, which events of the theme u name."""
    market = case.market
    for symbol, exchange in (("E", "XKRX"), ("F", "XHKG")):
        market.listings[symbol] = _listing(random, symbol, exchange, random.choice(["USD", "JPY"]))
        days = next(iter(market.sessions.values()))
        opens = random.choice([3, 7, 9, 13])
        market.sessions[exchange] = {day: _hours_from(random, day, opens) for day in days if random.random() > 0.06}
        market.costs[exchange] = replace(next(iter(market.costs.values())), t_plus_1=False)
    case.themes = {**case.themes, "u": [*case.themes["u"], "E", "F"]}


def random_early_case(random: Random) -> Case:
    """A case with an exchange that opens on the evening before, ahead of the books and rates of that date.

    Its listings are held against an index of that exchange in another currency.
    """
    case = random.choice([random_company_case, random_closing_case])(random)
    exchange = random.choice(sorted(case.market.sessions))
    hours = {day: _hours_from(random, day, -3) for day in case.market.sessions[exchange]}
    there = [one for one in case.market.listings.values() if one.exchange == exchange]
    currency = random.choice(there).currency if there else "USD"
    index = replace(_listing(random, "HOME", exchange, currency), stock=False, dividends={})
    listings = {one.symbol: replace(one, home="HOME") for one in there} | {"HOME": index}
    sessions = {**case.market.sessions, exchange: hours}
    case.market = replace(case.market, sessions=sessions, listings={**case.market.listings, **listings})
    return case


CONFIRMED = ("breakout", "intensity")  # what no close buys


def _hours_from(random: Random, day: date, opens: int) -> tuple[datetime, datetime]:
    """A session's hours (UTC): six from its open, or three; an open before 0 is on the evening before."""
    opened = datetime.combine(day, time(), UTC) + timedelta(hours=opens)
    return opened, opened + timedelta(hours=3 if random.random() < 0.06 else 6)


def with_odd_closes(random: Random, listing: ref.Listing, share: float) -> ref.Listing:
    """A listing of which such a share of closes is missing."""
    bars = {}
    for day, bar in listing.bars.items():
        bars[day] = (*bar[:3], None, bar[4]) if bar[0] is not None and random.random() < share else bar
    return replace(listing, bars=bars)


def _with_closes_at_limits(random: Random, listing: ref.Listing) -> ref.Listing:
    """A listing that on some sessions rises to its upper limit, and closes there."""
    bars, last = {}, None
    for day, (o, h, low, c, volume) in listing.bars.items():
        bar = (o, h, low, c, volume)
        bounds = markets.limits(listing.exchange, day, last, listing.steps) if last is not None else None
        if bounds and random.random() < 0.15 and None not in (o, h, low, c) and bounds[0] < low and h < bounds[1]:
            bar = (o, bounds[1], low, bounds[1], volume)
        bars[day] = bar
        last = bar[3] if bar[3] is not None else last
    return replace(listing, bars=bars)


def _near_a_close(random: Random, case: Case, event: ref.Ev) -> ref.Ev:
    """The event known minutes around a close, as often as not."""
    exchange = random.choice(sorted(case.market.sessions))
    closes = [closed for _, (_, closed) in sorted(case.market.sessions[exchange].items()) if closed > event.known]
    later = min((revision.known for revision in event.revisions), default=datetime.max.replace(tzinfo=UTC))
    if not closes or event.precision != "minute" or random.random() < 0.5:
        return event
    known = closes[0] - timedelta(minutes=random.choice([0, 4, 5, 9, 10, 11, 15, 16, 121]))
    return replace(event, known=known) if known < later else event


STARTS = (
    date(2021, 7, 5),
    date(2022, 4, 11),
    date(2022, 12, 5),
    date(2023, 5, 1),
    date(2023, 7, 31),
    date(2023, 10, 16),
    date(2024, 4, 22),
    date(2024, 11, 18),
    date(2025, 6, 2),
)


def random_rules_case(random: Random) -> Case:
    """A random case under the markets' own rules, around one of the dates they changed, with bars locked at limits."""
    return _under_own_rules(random, random_case(random), random.choice(STARTS))


def _under_own_rules(random: Random, case: Case, start: date) -> Case:
    """A case around a date, under the rules that its markets had then."""
    case = _shifted(case, start - FIRST)
    listings = {}
    for symbol, listing in case.market.listings.items():
        exchange = random.choice(
            {"A": ["XSHG"], "B": ["XSHG", "XHKG"], "C": ["XTKS"], "D": ["XNYS", "XKRX", "XKOS"]}[symbol]
        )
        currency = {"XSHG": "USD", "XHKG": "EUR", "XTKS": "JPY", "XKRX": "USD", "XKOS": "USD", "XNYS": "USD"}[exchange]
        scale = {"XTKS": 3.0, "XKRX": 100.0, "XKOS": 100.0}.get(exchange) or random.choice([1.0, 1.0, 1.0, 1e-3])
        stock = exchange == "XNYS" or random.random() < 0.8
        steps = random.choice([None, "TOPIX Mid400", "TOPIX 100"]) if exchange == "XTKS" else None
        bars = {
            day: (*(None if p is None else p * scale for p in bar[:4]), bar[4]) for day, bar in listing.bars.items()
        }
        listings[symbol] = replace(
            listing,
            exchange=exchange,
            currency="EUR" if symbol == "B" else currency,
            bars=_with_locks(random, exchange, steps, bars) if not listing.splits else bars,
            dividends={day: cash * min(scale, 1.0) for day, cash in listing.dividends.items()},
            stock=stock,
            steps=steps,
            withholding=markets.withholding(exchange, stock) if random.random() < 0.5 else 0.0,
        )
    days = next(iter(case.market.sessions.values()))
    sessions = {}
    for exchange in sorted({x.exchange for x in listings.values()}):
        hour = {"XTKS": 0, "XKRX": 0, "XKOS": 0, "XSHG": 1, "XHKG": 1, "XNYS": 14}[exchange]
        sessions[exchange] = {
            day: (datetime.combine(day, time(hour), UTC), datetime.combine(day, time(hour + 6), UTC))
            for day in days
            if random.random() > 0.03
        }
    market = replace(
        case.market, listings=listings, sessions=sessions, costs={}, rules=markets.rules, ticks=markets.ticks,
        limits=markets.limits, tax_settles=markets.TAX_SETTLES,
    )  # fmt: skip
    return replace(case, market=market)


def _with_locks(random: Random, exchange: str, steps: str | None, bars: dict[date, Any]) -> dict[date, Any]:
    """Some sessions of one price, at the limit from the last close or past it, and leaps; all goes on from there."""
    found, last, scale = {}, None, 1.0
    for day, (o, h, low, c, volume) in bars.items():
        bar = (*(None if p is None else p * scale for p in (o, h, low, c)), volume)
        bounds = markets.limits(exchange, day, last, steps) if last is not None and last < 40_000 else None
        if bounds and c is not None and random.random() < 0.06:
            price = max(random.choice(bounds) * random.choice([1, 1, 1, 1.1, 0.9]), 1e-4)  # a cent's limit may be 0
            scale *= price / bar[3]
            bar = (price, price, price, price, volume)
        elif random.random() < 0.03:  # another limit was in force, or a split is not listed
            leap = random.choice([0.5, 1.5])
            scale *= leap
            bar = (*(None if p is None else p * leap for p in bar[:4]), volume)
        found[day] = bar
        last = bar[3] if bar[3] is not None else last
    return found


def _shifted(case: Case, by: timedelta) -> Case:
    """A case some whole weeks later."""
    market = case.market
    listings = {
        symbol: replace(
            x,
            bars={day + by: bar for day, bar in x.bars.items()},
            splits={day + by: ratio for day, ratio in x.splits.items()},
            dividends={day + by: cash for day, cash in x.dividends.items()},
        )
        for symbol, x in market.listings.items()
    }
    events = [
        replace(
            event,
            known=event.known + by,
            precision="minute",
            start=event.start and event.start + by,
            revisions=[
                replace(r, known=r.known + by, precision="minute", start=r.start and r.start + by)
                for r in event.revisions
            ],
        )
        for event in case.events
    ]
    moved = replace(
        market,
        listings=listings,
        fx={currency: {day + by: rate for day, rate in rates.items()} for currency, rates in market.fx.items()},
        sessions={
            exchange: {day + by: (o + by, c + by) for day, (o, c) in days.items()}
            for exchange, days in market.sessions.items()
        },
    )
    return replace(
        case, market=moved, events=events, start=case.start + by, end=case.end + by,
        published=case.published and case.published + by,
    )  # fmt: skip


def _listing(random: Random, symbol: str, exchange: str, currency: str) -> ref.Listing:
    price, bars = random.uniform(5, 200), {}
    late = random.choice([0, 0, 0, random.randint(1, 20)])
    for place, day in enumerate(DAYS[:66]):
        price *= 1 + random.gauss(0, 0.04)
        o = price * (1 + random.gauss(0, 0.02))
        h, low = max(o, price) * 1.01, min(o, price) * 0.99
        volume = random.choice([10**6, 3000, 500, None])
        x = random.random()
        bars[day] = (
            None if x < 0.06 or place < late
            else (o, h, low, price, 0) if x < 0.10
            else (None, h, low, price, volume) if x < 0.13
            else (None, None, None, price, volume) if x < 0.20
            else (o, h, None, price, volume) if x < 0.22
            else (o, h, low, None, volume) if x < 0.24
            else (o, h, low, price, volume)
        )  # fmt: skip
    return ref.Listing(
        symbol, exchange, currency, random.choice([1, 10, 100]),
        {day: bar for day, bar in bars.items() if bar is not None},
        splits={random.choice(DAYS[:66]): random.choice([7, 1.3, 0.1])} if random.random() < 0.5 else {},
        dividends={random.choice(DAYS[:66]): random.uniform(0.1, 3) for _ in range(random.randint(0, 2))},
    )  # fmt: skip


def _event(random: Random, number: int) -> ref.Ev:
    place = random.randint(0, 50)

    def moment(day: date) -> tuple[datetime, str]:
        precision = random.choice(["minute", "minute", "day", "month"])
        if precision == "day":
            return datetime.combine(day + timedelta(days=1), time(), UTC), precision
        if precision == "month":
            return datetime.combine((day.replace(day=28) + timedelta(days=4)).replace(day=1), time(), UTC), precision
        return datetime.combine(day, time(random.choice([0, 1, 12, 14])), UTC), precision

    known, precision = moment(DAYS[place])
    revisions = []
    for day in sorted(random.sample(DAYS[place + 1 : place + 25], random.randint(0, 2))):
        later, kind = moment(day)
        if later > max([known, *(revision.known for revision in revisions)]):
            start = random.choice([None, *random.sample(DAYS, 3)])
            revisions.append(ref.Rev(later, kind, start, random.choice(["scheduled"] * 3 + ["cancelled", "occurred"])))
    return ref.Ev(
        f"e{number}", known, tuple(random.sample(["t", "u"], random.choice([1, 2]))), precision,
        status=random.choice(["scheduled", "scheduled", "occurred", "cancelled"]),
        direction=random.choice([1, 1, 1, -1]),
        strength=random.random(),
        episode=random.choice([None, "x"]),
        start=random.choice([None, *random.sample(DAYS, 2)]),
        revisions=revisions,
    )  # fmt: skip


def _home_benchmarks(case: Case, members: list[str], tape: Tape) -> dict[str, Any]:
    """The home index of each member that has one, itself a listing of the market."""
    found = {}
    for symbol in members:
        home = case.market.listings[symbol].home
        if home is not None:
            index = case.market.listings[home]
            security = SimpleNamespace(symbol=home, currency=index.currency)
            tables = {home: _table(index)} | _rates(case)
            sessions = _sessions(index.exchange, case.market.sessions[index.exchange])
            known = rate_dates(tape.dates, sessions.opens_on(tape.dates))
            found[symbol] = benchmark_levels(security, tables, tape.dates, "USD", known)  # type: ignore[arg-type]
    return found


def _rates(case: Case) -> dict[str, PriceTable]:
    tables = {}
    for currency, rates in case.market.fx.items():
        frame = pd.DataFrame({"date": pd.to_datetime(list(rates)), "close": list(rates.values())}).sort_values("date")
        tables[f"{currency}=X"] = PriceTable(f"{currency}=X", as_table(frame, currency), "none", "end")
    return tables


_OURS = {"in_cash": "dividends"}  # the reference's names of columns where they differ from ours


class _CostFigures:
    """The reference's costs in the shape of a study's."""

    def __init__(self, market: ref.Market) -> None:
        self.costs = next(iter(market.costs.values()))
        self.withholding = max(listing.withholding for listing in market.listings.values())

    def model_dump(self, *, exclude_none: bool) -> dict[str, Any]:
        figures = {name: math.inf if value is None else value for name, value in asdict(self.costs).items()}
        return {name: value for name, value in figures.items() if name != "t_plus_1"} | {
            "withholding": self.withholding
        }


def _on_known_exchanges(market: ref.Market) -> ref.Market:
    """Made-up exchanges under names that have a rulebook (the costs replace all of its figures)."""
    if market.rules:
        return market
    made_up = [exchange for exchange in sorted(market.sessions) if exchange not in MARKETS]
    late = any(costs.t_plus_1 for costs in market.costs.values())
    names = {exchange: exchange for exchange in MARKETS} | dict(
        zip(made_up, ("XSHG", "XSHE") if late else ("XNYS", "XTKS", "XHKG", "XKRX"), strict=False)
    )
    listings = {symbol: replace(x, exchange=names[x.exchange]) for symbol, x in market.listings.items()}
    return replace(
        market,
        listings=listings,
        sessions={names[exchange]: days for exchange, days in market.sessions.items()},
        costs={names[exchange]: costs for exchange, costs in market.costs.items()},
    )


def _plain(value: Any) -> Any:
    if isinstance(value, list | str | bool):
        return value
    if value is None or pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) and value.tzinfo is None else value


def _sessions(exchange: str, days: dict[date, tuple[datetime, datetime]], before: Any = None) -> Sessions:
    """An exchange's sessions; before: the reference's own table of deadlines stands for the engine's, None for none."""
    ordered = sorted(days)
    opens, closes = (np.array([_ns(days[day][side]) for day in ordered], np.int64) for side in (0, 1))
    dates = np.array(ordered, "datetime64[D]")
    if before is None:
        return Sessions(dates, opens, closes)
    minutes = np.array([before(exchange, day) for day in ordered], float)
    if before is markets.deadlines:
        minutes = deadlines(exchange, dates)
    return Sessions(dates, opens, closes, closes - (minutes * 60e9).astype(np.int64))


def _ns(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000_000


def _table(listing: ref.Listing) -> PriceTable:
    rows = [
        {"date": day, **dict(zip(("open", "high", "low", "close", "volume"), bar, strict=True))}
        for day, bar in sorted(listing.bars.items())
    ]
    frame = as_table(pd.DataFrame(rows).astype({"volume": "float64"}), listing.symbol)
    for name, values in (("splits", listing.splits), ("dividends", listing.dividends)):
        for day, value in values.items():
            stamp = pd.Timestamp(day)
            if stamp not in frame.index:
                frame.loc[stamp] = dict.fromkeys(frame.columns, np.nan) | {"dividends": 0.0, "splits": 0.0}
            frame.loc[stamp, name] = value
    paid = "gross" if listing.withholding else "net"
    adjusted: Any = "none" if listing.raw else "split" if listing.split_adjusted else "total"
    return PriceTable(listing.symbol, frame.sort_index(), adjusted, dividends=paid)


def _calendar(case: Case) -> Calendar:
    events = []
    for event in case.events:
        fields = {
            "id": event.id, "title": event.id, "kind": event.kind or "news",
            "status": event.status, "occurs": _edtf(event.start),
            "known_at": _known(event, event.known, event.precision), "zone": str(event.zone),
            "themes": list(event.themes),
            "listings": list(event.listings), "facts": event.facts,
            "direction": event.direction, "strength": event.strength, "origin": "record", "source": "made up",
            "revision": [
                {"known_at": _known(event, r.known, r.precision), "facts": r.facts}
                | ({"occurs": _edtf(r.start), "status": r.status} if r.belief else {})
                for r in event.revisions
            ],
        }  # fmt: skip
        if event.episode:
            fields["episode"] = event.episode
        events.append(Event.model_validate(fields))
    article = None
    if case.published is not None:
        article = Article(title="a", author="a", publisher="a", published=case.published, sha256="0" * 64)
    ordered = tuple(sorted(events, key=lambda event: (event.known, event.id)))
    return Calendar(name="case", recorded=None, article=article, events=ordered, sha256="0" * 64)


def _edtf(start: date | None) -> str:
    return start.isoformat() if start else "../2030-01"


def _known(event: ref.Ev, known: datetime, precision: str) -> Any:
    """What a file would say of the instant that ends what is known of it: a minute, or a day or a month of its zone."""
    if precision == "minute":
        return known
    last = known.astimezone(event.zone) - timedelta(days=1)
    return last.strftime("%Y-%m" if precision == "month" else "%Y-%m-%d")


def _params(spec: ref.Spec, defaults: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asdict(spec).items() if name in defaults and name not in ("kind", "themes")}


def _bought_early(case: Case, symbol: str, day: date, at_close: bool) -> bool:
    exchange = case.market.listings[symbol].exchange
    if case.published is None:
        return False
    for d, (opened, closed) in sorted(case.market.sessions[exchange].items()):
        before = case.market.deadlines(exchange, d) if case.market.deadlines else 0
        last_call = closed - timedelta(minutes=max(before, case.spec.cutoff))
        if (last_call if at_close else opened) > case.published:
            return day < d
    return True


def _lot_differences(mine: dict[str, Any], other: dict[str, Any], cent: float) -> list[str]:
    found = []
    for name in ("symbol", "theme", "event_id", "extended_by", "hindsight", "exit_reason"):
        if mine[name] != other[name]:
            found.append(f"{name}: engine {mine[name]}, reference {other[name]}")
    for name in ("entry_session", "exit_session"):
        day = None if pd.isna(mine[name]) else mine[name].date()
        if day != other[name]:
            found.append(f"{name}: engine {day}, reference {other[name]}")
    known = None if pd.isna(mine["known_at"]) else mine["known_at"].to_pydatetime()
    if known != other["known_at"]:
        found.append(f"known_at: engine {known}, reference {other['known_at']}")
    for name in (
        "shares",
        "exit_shares",
        "entry_price",
        "entry_price_local",
        "exit_price",
        "exit_price_local",
    ):
        if not _same(mine[name], other[name], 1e-9):
            found.append(f"{name}: engine {mine[name]}, reference {other[name]}")
    for name in (
        "index_return",
        "excess_return",
    ):  # the reference has none where the index has no open, or a lot is open
        if other[name] is not None and not _same(mine[name], other[name], 1e-9):
            found.append(f"{name}: engine {mine[name]}, reference {other[name]}")
    charged = ("costs", "commission", "fees", "tax", "fx_cost", "slippage")
    for name in (*charged, "pnl", "pnl_local", "pnl_currency"):
        if abs(mine[name] - other[name]) > cent:
            found.append(f"{name}: engine {mine[name]}, reference {other[name]}")
    return found


def _same(mine: float | None, other: float | None, tolerance: float) -> bool:
    unknown = [value is None or math.isnan(value) for value in (mine, other)]
    if any(unknown):
        return all(unknown)
    return math.isclose(mine, other, rel_tol=tolerance, abs_tol=tolerance)  # type: ignore[arg-type]
