"""Mutates the text of the semantics, one rule at a time: the duel with the slow reference notices each change.

Each row is a function, some of its text, what stands there instead, and a kind of random case and its seed on which the
engine then differs from the reference. Where the draws of the duel have changed since, other seeds are tried.
"""

from __future__ import annotations
import __future__

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from types import FunctionType
from typing import Any

import pytest
from support import duel, ending, proof
from support import reference as ref

from eventfolio.engine.execution import rules
from eventfolio.engine.execution.semantics import (
    books,
    dates,
    decaying,
    decide,
    delisting,
    levels,
    lots,
    orders,
    sizing,
    trade,
    trading_conditions,
)

ENTRIES = """    if book.purchases > 0:
        enter_at(market, state, plan, column, instant, OPEN)
"""
EXITS = """    if plan.has_levels or book.sales > 0:
        count = line_up_exits(market, state, plan, column, instant)
        for place in range(count):
            order = state.orders[state.queue[place]]
            if order.status == Status.OPEN:  # else its lot was just sold by another
                sell(market, state, plan, order, column, math.nan)
"""
STALE = "    if rate.stale and (is_new or is_asked):"
ACTIONS = """        corporate_actions(market, state, column)
        closed = 0
"""
LAST_CLOSES = """        if plan.at_close:
            close_until(market, state, plan, triggers, revisions, column, closed, market.closings[column])
"""
LATE_ACTIONS = """        closed = 0
        for instant in range(market.instants[column]):
            trade_at(market, state, plan, column, instant)
        corporate_actions(market, state, column)
        return
"""
PAID_AT_ONCE = "state.book[0].cash += money; state.book[0].spendable += money"
STOP_FIRST = """    if falls_to(low, stop):
        return STOP, stop
    if math.isnan(low) and falls_to(close, stop):
        return STOP, close
    if rises_to(high, take):
        return TAKE, take
"""
TAKE_FIRST = """    if rises_to(high, take):
        return TAKE, take
    if falls_to(low, stop):
        return STOP, stop
    if math.isnan(low) and falls_to(close, stop):
        return STOP, close
"""

MUTATIONS: list[tuple[Callable[..., Any], str, str, str, int]] = [
    # prices and sizes
    (rules.whole_lots, "shares / lot + WHOLE", "shares / lot + 1.0", "any", 0),
    (rules.volume_cap, "share * volume", "2.0 * share * volume", "any", 0),
    (rules.sale_size, "min(whole_lots(cap, lot), wanted)", "min(cap, wanted)", "any", 12),
    (rules.charges, "max(value * commission, least)", "value * commission", "any", 3),
    (rules.charges, "value * fee + cleared", "value * fee", "any", 9),
    (rules.charges, "math.ceil(taxed / tax_step - WHOLE)", "math.floor(taxed / tax_step + WHOLE)", "any", 9),
    (rules.purchase_price, "1.0 + slippage", "1.0 - slippage", "any", 0),
    (rules.purchase_price, "tick_up", "tick_down", "any", 3),
    (rules.sale_price, "clipped(stepped if stepped > 0.0 else slipped, low, high)", "stepped", "any", 13),
    (rules.shrink, "max(cash, 0.0) / wanted if wanted > cash else 1.0", "1.0", "any", 2),
    (rules.decayed, "-age / half_life", "-(age + 1) / half_life", "any", 0),
    (rules.stop_level, "top = high if high > entry else entry", "top = entry", "any", 3),
    (rules.level_within, STOP_FIRST, TAKE_FIRST, "levels", 2),
    (trading_conditions.close_before, "column - 1]", "column]", "any", 0),
    (trading_conditions.close_before, " / market.split[row, column]", "", "any", 15),
    (trading_conditions.cap_left, " - taken", "", "any", 27),
    (trading_conditions.purchase_rate, "1.0 + fees.slippage + rate", "1.0 + rate", "any", 71),
    (trading_conditions.fill_price, "0.0 if reason == Reason.TAKE else slippage", "slippage", "any", 2),
    (
        trading_conditions.is_locked,
        "LOCKED_UP if side > 0 else LOCKED_DOWN",
        "LOCKED_DOWN if side > 0 else LOCKED_UP",
        "any",
        7,
    ),
    (trading_conditions.is_locked, "if closing:", "if False:", "closes", 4),
    (trading_conditions.purchase_price, "if closing", "if False", "closes", 0),
    # decisions
    (decide.leave, "session >= lot.leaves", "session > lot.leaves", "any", 2),
    (decide.enter, "plan.repeat != ADD and is_held_or_awaited(state, row)", "False", "any", 2),
    (decide.extend, "if not lot.shares > 0.0:", "if True:", "repeats", 2),
    (decide.extend_lot, "lot.exit >= 0 and not is_time_exit(state, lot)", "False", "repeats", 2),
    (decide.extend_lot, "trigger.session + plan.hold", "lot.session + plan.hold", "repeats", 8),
    (decide.highest_close, "column - 1\n", "column\n", "any", 2),
    (decide.confirm, ">= plan.within", "> plan.within", "any", 6),
    (decide.recall, "if order.event == event:", "if False:", "any", 29),
    (decide.decide, "if book.awaiting > 0:", "if False:", "any", 2),
    (decide.replan, "time_exit.reference = revision.leaves", "pass", "run-ups", 4),
    (decide.replan, "revision.ends > revision.session", "False", "called-off", 1),
    (decide.let_waits_go, "0 <= until <= session", "False", "short-run-ups", 2),
    (decide.takes_slot, "book.slots >= plan.slots", "book.slots > plan.slots", "companies", 2),
    (decide.recall, "order.next = state.positions[row].handed", "order.next = NONE", "slotted-run-ups", 0),
    (decide.takes_handed, "order.event == trigger.event", "True", "slotted-run-ups", 0),
    (decide.takes_handed, "position.handed = order.next", "pass", "slotted-run-ups", 0),
    (decide.takes_handed, "state.orders[before].next = order.next", "pass", "slotted-run-ups", 0),
    (decaying.intensity_of, "trigger.theme == theme", "True", "companies", 35),
    (
        decide.decide,
        "if not plan.at_close:\n                recall",
        "if True:\n                recall",
        "closing-run-ups",
        55,
    ),
    (decide.decide_for_close, "recall(state, revisions[book.next_revision])", "pass", "closing-run-ups", 6),
    (decide.let_go_at_reference, "0 <= until <= session", "False", "closing-short-run-ups", 1),
    (decide.is_held_or_awaited, " or position.has_left > 0", "", "closing-levels", 2),
    (decide.send_entry, "order.closing = plan.at_close", "pass", "closes", 0),
    (books.slots_taken, "lot.trigger >= 0", "False", "companies", 20),
    (decaying.rebalance, "target - held * worth > band", "target - held * worth > 0.0", "shares", 19),
    (decaying.rebalance, "share < plan.band / 10", "share < plan.band", "any", 0),
    (decaying.rebalance, "shares_after_split(market, state, row, column)", "held_shares(state, row)", "any", 28),
    (decaying.fraction_of, "fraction > rules.SHARE_DUST", "False", "any", 39),
    # orders
    (lots.settle_time_exit, "max(leaves, ends)", "ends", "any", 18),
    (orders.lapse, "<= waited", "< waited", "any", 0),
    (sizing.has_target, STALE, "    if False:", "any", 0),
    (sizing.has_target, "order.share * order.equity", "order.share * state.book[0].cash", "any", 0),
    (sizing.equity_known, "day_of(market, row, column).early", "False", "early", 2),
    (sizing.cash_left, "day_of(market, row, column).early", "False", "early", 190),
    (sizing.missing_value, "held * (", "0.0 * (", "any", 85),
    (sizing.size, "factor * missing", "missing", "any", 2),
    (sizing.size_together, "cash_left(market, state, row, column, closing)", "state.book[0].cash", "any", 85),
    # trades
    (trade.trade_at, EXITS + ENTRIES, ENTRIES + EXITS, "any", 27),
    (trade.line_up_entries, "> order.column", "< order.column", "repeats", 53),
    (trade.buy, "not has_bar(market, row, column)", "False", "any", 3),
    (trade.buy, "cash_left(market, state, row, column, order.closing)", "math.inf", "any", 18),
    (trade.sell_part, "state.orders[lot.entry].status == Status.OPEN", "False", "any", 27),
    (trade.sell, "market.listings[row].lot", "1.0", "any", 12),
    (trade.fill, "book.spendable -= value + costs", "book.spendable -= value", "any", 71),
    (trade.fill, "book.cash += value - costs", "book.cash += value", "any", 2),
    (trade.fill, "tax * fx * own, currency", "tax * own, currency", "any", 0),
    (trade.open_lot, "lot.session + plan.hold", "lot.session + plan.hold + 1", "any", 2),
    (levels.sale_at_open, "touched == rules.NOTHING", "True", "any", 2),
    (levels.sellable, "lot.fresh if", "0.0 if", "any", 71),
    (levels.levels_of, "entry * (1.0 + plan.take)", "entry * (1.0 + 2.0 * plan.take)", "any", 2),
    (levels.triggered, "lot.take = sale.number", "pass", "any", 20),
    (trade.buy, " or math.isnan(raw)", "", "closes", 2),
    (trade.judge_levels, "state.positions[row].has_left = 1", "pass", "closing-levels", 2),
    (trade.buy_at_close, "size_together(market, state, column, instant, CLOSE)", "pass", "closes", 0),
    (dates.trade, LAST_CLOSES, "", "closes", 0),
    # the account
    (dates.trade, ACTIONS, LATE_ACTIONS, "any", 3),
    (books.split_lots, "lot.high /= ratio", "lot.high *= ratio", "any", 24),
    (books.split_orders, "order.left * ratio", "order.left", "any", 9),
    (books.entitle, ".shares = lot.shares", ".shares = lot.basis_shares", "any", 15),
    (books.pay_out, "entitlement.shares * entitlement.cash /", "lot.shares * entitlement.cash /", "any", 49),
    (
        books.pay_out,
        "worth * rate_of(market, lot.row, column).book",
        "worth * rate_of(market, lot.row, column).fill",
        "any",
        39,
    ),
    (books.mark, "lot.fresh = 0.0", "pass", "any", 2),
    (books.mark, "not lot.high >= close", "False", "any", 3),
    (books.mark, "rate_of(market, row, column).book", "rate_of(market, row, column).fill", "any", 0),
    (books.strike_books, "book.struck = book.spendable = book.cash", "pass", "any", 2),
    (books.strike_books, "** lapse", "** (2.0 * lapse)", "any", 0),
    # listings that end
    (
        delisting.end_listings,
        "state.positions[row].first_news = state.positions[row].last_news = NONE",
        "pass",
        "ends",
        34,
    ),
    (delisting.give_up_entries, "if confirmation.row == row:", "if False:", "ending-breakouts", 0),
    (delisting.give_up_entries, "end(state, order, OrderOutcome.DELISTED, AS_FILLED)", "pass", "ends", 16),
    (delisting.pay_off, "ending.cash * fx", "ending.cash", "ends", 34),
    (delisting.pay_off, "state.book[0].cash += money", PAID_AT_ONCE, "ending-drifts", 34),
    (delisting.turn, "column - 1]", "column]", "ends", 16),
    (delisting.turn, "rules.whole_lots(became, 1.0)", "became", "ends", 6),
    (delisting.turn, "fraction * close * new_fx", "fraction * close * fx", "ends", 6),
    (delisting.turn, "lot.dividends += money", "pass", "ends", 6),
    (delisting.turn, "leaving != Reason.TIME", "False", "ending-levels", 5),
    (delisting.keep_time, "market.listings[old].exchange == market.listings[lot.row].exchange", "True", "ends", 17),
    (delisting.keep_time, "time_exit.hold - plan.hold) + plan.hold", "time_exit.hold)", "ending-drifts", 52),
    (delisting.keep_time, "if time_exit.reference >= 0:", "if False:", "ending-run-ups", 9),
    (delisting.session_there, "day_of(market, new, column).session < 0", "False", "ending-drifts", 144),
    (trading_conditions.is_listed, "column <", "column <=", "ends", 4),
    (decide.enter, "not is_listed(market, row, column)", "False", "ends", 1),
    (decaying.is_rebalanced, "lot.row != lot.bought_as", "False", "ends", 23),
    (levels.has_levels, "lot.row == lot.bought_as", "True", "ending-levels", 38),
    (lots.insert_lot, "before > lot.number", "False", "ending-shares", 10),
    (dates.open_date, "    end_listings(market, state, plan, column)\n", "", "ends", 0),
]
OTHERS = 400  # seeds tried where the one of the row no longer shows it


def any_case(seed: int) -> duel.Case:
    """Any strategy, under one row of costs or the markets' own rules."""
    return (duel.random_rules_case if seed % 2 else duel.random_case)(Random(seed))


def busy(kind: str, **parameters: Any) -> Callable[[int], duel.Case]:
    """Cases of one kind of strategy with much news for it, all good and known to the minute."""

    def draw(seed: int) -> duel.Case:
        random = Random(seed)
        case = random.choice([duel.random_case, duel.random_rules_case])(random)
        many = [event for _ in range(3) for event in duel.random_case(random).events]
        case.events = [
            replace(
                event,
                id=f"e{number}",
                direction=1,
                episode=None,
                status="scheduled",
                precision="minute",
                known=duel.at_noon(event.known.date()),
                revisions=[one for one in event.revisions if one.known > duel.at_noon(event.known.date())],
            )
            for number, event in enumerate(many)
        ]
        case.spec = ref.Spec(kind, **{"weight": 0.9, "patience": 5, **parameters})
        return case

    return draw


def called_off(seed: int) -> duel.Case:
    """Run-ups whose events are called off or begin early."""
    case = busy("run-up", hold=40, lead=30)(seed)
    case.events = [
        replace(
            event,
            start=duel.DAYS[50],
            revisions=[
                replace(one, status="cancelled", precision="minute")
                for one in event.revisions[:1]
                if one.known > event.known
            ],
        )
        for event in case.events
    ]
    return case


def revised_at_once(seed: int) -> duel.Case:
    """Run-ups that wait in a halt, with slots; at one instant of it all their windows move or are called off."""
    random = Random(seed)
    case = busy("run-up", hold=40, lead=40, slots=random.randint(2, 6), repeat="add")(seed)
    halt = random.randint(8, 20)
    bars = {
        symbol: {day: bar for day, bar in x.bars.items() if day not in duel.DAYS[halt : halt + 3]}
        for symbol, x in case.market.listings.items()
    }
    listings = {symbol: replace(x, bars=bars[symbol]) for symbol, x in case.market.listings.items()}
    case.market = replace(case.market, listings=listings)
    case.events = [
        replace(
            event,
            known=duel.at_noon(duel.DAYS[halt - 1]),
            start=duel.DAYS[halt + 25],
            revisions=[
                ref.Rev(
                    duel.at_noon(duel.DAYS[halt + random.choice([1, 1, 2])]),
                    "minute",
                    duel.DAYS[halt + 27],
                    random.choice(["scheduled", "scheduled", "cancelled"]),
                )
            ],
        )
        for event in case.events
    ]
    return case


def ended(draw: Callable[[int], duel.Case]) -> Callable[[int], duel.Case]:
    """The same cases, on markets of which listings end."""
    return lambda seed: ending.with_ends(Random(seed), draw(seed))


def at_closes(draw: Callable[[int], duel.Case]) -> Callable[[int], duel.Case]:
    """The same cases, bought at closes, some of which are missing."""

    def drawn(seed: int) -> duel.Case:
        case, random = draw(seed), Random(seed)
        case.spec = replace(case.spec, at_close=True)
        listings = {symbol: duel.with_odd_closes(random, x, 0.2) for symbol, x in case.market.listings.items()}
        case.market = replace(case.market, listings=listings)
        return case

    return drawn


DRAWS: dict[str, Callable[[int], duel.Case]] = {
    "any": any_case,
    "repeats": busy("drift", hold=12, trail=0.05),
    "levels": busy("drift", hold=10, stop=0.01, take=0.01, repeat="ignore"),
    "run-ups": busy("run-up", hold=40, lead=10),
    "short-run-ups": busy("run-up", hold=40, lead=2),
    "slotted-run-ups": revised_at_once,
    "shares": busy("intensity", half_life=5, band=0.05),
    "called-off": called_off,
    "companies": lambda seed: duel.random_company_case(Random(seed)),
    "closes": lambda seed: duel.random_closing_case(Random(seed)),
    "early": lambda seed: duel.random_early_case(Random(seed)),
    "closing-levels": at_closes(busy("drift", hold=30, stop=0.01, take=0.01)),
    "closing-run-ups": at_closes(busy("run-up", hold=40, lead=10)),
    "ends": lambda seed: ending.ending_case(Random(seed)),
    "ending-breakouts": ended(busy("breakout", lookback=9, within=9)),
    "ending-drifts": ended(busy("drift", hold=9)),
    "ending-levels": ended(busy("drift", hold=30, stop=0.01, take=0.01)),
    "ending-run-ups": ended(busy("run-up", hold=40, lead=20)),
    "ending-shares": ended(busy("intensity", half_life=5, band=0.01)),
    "closing-short-run-ups": at_closes(busy("run-up", hold=40, lead=1)),
}


@contextmanager
def mutated(function: Callable[..., Any], old: str, new: str) -> Iterator[None]:
    """A function with some of its text changed, for all who call it."""
    assert isinstance(function, FunctionType)
    text = textwrap.dedent(inspect.getsource(function))
    assert text.count(old) == 1, f"{function.__name__}: {text.count(old)} times {old!r}"
    space = dict(function.__globals__)
    flags = __future__.annotations.compiler_flag
    exec(compile(text.replace(old, new), inspect.getfile(function), "exec", flags), space)
    before, function.__code__ = function.__code__, space[function.__name__].__code__
    try:
        yield
    finally:
        function.__code__ = before


def is_noticed(draw: str, seed: int) -> bool:
    """Whether the engine differs from the reference, or breaks its own audit."""
    case = DRAWS[draw](seed)
    try:
        return duel.differences(case) != []
    except Exception:
        return True


SAMPLE = 3  # of so many mutations one is made in `make test`


@pytest.mark.parametrize(
    ("function", "old", "new", "draw", "seed"),
    [
        pytest.param(*one, id=f"{one[0].__name__}-{n}", marks=[pytest.mark.prove] if n % SAMPLE else [])
        for n, one in enumerate(MUTATIONS)
    ],
)
def test_a_change_of_any_rule_is_noticed(
    function: Callable[..., Any], old: str, new: str, draw: str, seed: int
) -> None:
    with mutated(function, old, new):
        assert any(is_noticed(draw, one) for one in (seed, *range(OTHERS)))


@pytest.mark.sampled
def test_the_text_as_it_stands_differs_nowhere() -> None:
    """Else the mutations above would be noticed whatever they did."""
    made = MUTATIONS if proof.whole else MUTATIONS[::SAMPLE]
    for draw, seed in sorted({(draw, seed) for *_, draw, seed in made}):
        assert not is_noticed(draw, seed), (draw, seed)


def test_a_mutation_ends() -> None:
    with mutated(rules.shrink, "else 1.0", "else 2.0"):
        assert rules.shrink(1.0, 3.0) == 2.0
    assert rules.shrink(1.0, 3.0) == 1.0
