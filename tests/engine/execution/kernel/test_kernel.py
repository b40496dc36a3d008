"""The compiled kernel against backtrader: the same orders, fills, lots, waits and books, to the last bit."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

import numpy as np
import pytest
from support import duel, ending, wild
from support import reference as ref
from support.places import SHARED, TESTS
from support.proof import random_markets
from support.reference_read import read_contract

from eventfolio import EventStrategy
from eventfolio.engine.execution import packing
from eventfolio.engine.execution.kernel import plays
from eventfolio.engine.execution.kernel.player import Table
from eventfolio.engine.execution.semantics import records
from eventfolio.engine.execution.simulate import simulate
from eventfolio.engine.ledger.ledger import Ledger, OrderOutcome, Reason, Status
from eventfolio.engine.market.market import Market, read_market
from eventfolio.engine.run import run_setup
from eventfolio.engine.study.study import Study, load_study
from eventfolio.events.dprk_russia import STUDY
from eventfolio.strategies.announcement_drift import AnnouncementDrift
from eventfolio.strategies.loader import SHIPPED, load_strategy
from eventfolio.strategies.parts import Decaying, Leave

sys.path.append(str(TESTS / "benchmarks"))

from workloads import workload

CONTRACT = SHARED / "contract"
FADING = {"half_life": 20, "band": 0.0, "weight": 1.0}


def unequal(case: duel.Case) -> list[str]:
    setup = duel.setup_of(case)
    return duel.unequal(setup.play(), setup.play_in_kernel())


@random_markets(100)
def test_any_market_gives_the_same_ledger(seed: int) -> None:
    assert unequal(duel.random_case(Random(seed))) == []


@random_markets(100)
def test_the_markets_own_rules_give_the_same_ledger(seed: int) -> None:
    assert unequal(duel.random_rules_case(Random(seed))) == []


@random_markets(220)
def test_any_class_of_parts_gives_the_same_ledger(seed: int) -> None:
    assert unequal(wild.wild_case(Random(seed))) == []


@random_markets(25)
def test_a_window_that_starts_later_gives_the_same_ledger(seed: int) -> None:
    """A tape that knows prices from before the window, as point in time and in stretches of a sweep."""
    random = Random(seed)
    case = wild.wild_case(random)
    setup = duel.setup_of(case)
    days = setup.tape.dates[setup.tape.first : setup.tape.last + 1].astype(object).tolist()
    first, last = sorted(random.sample(days, 2))
    tape = setup.tape.window(first, last)
    setup = replace(setup, tape=tape, end=last)
    assert duel.unequal(setup.play(), setup.play_in_kernel()) == []


@pytest.mark.prove
def test_the_random_cases_meet_everything_that_can_happen() -> None:
    """Ledgers without it would agree on it, too."""
    met: Counter[str] = Counter()
    draws = (duel.random_rules_case, wild.wild_case, duel.random_rules_case, wild.wild_case, ending.ending_case)
    for seed in range(350):
        setup = duel.setup_of(draws[seed % len(draws)](Random(seed)))
        ledger = setup.play_in_kernel()
        met.update(f"reason {Reason(value).name}" for value in ledger.payments["reason"])
        met.update(f"reason {Reason(value).name}" for value in ledger.orders["reason"])
        met.update(f"status {Status(value).name}" for value in ledger.orders["status"])
        met.update(
            f"orderoutcome {OrderOutcome(value).name}"
            for table in (ledger.orders, ledger.waits)
            for value in table["outcome"]
        )
        met["extended"] += len(ledger.extensions)
        met["no whole share left"] += int((ledger.lots["ended"] >= 0).sum())
        met["paid in cash"] += int((ledger.lots["dividends"] > 0).sum())
        met["lots of a listing at once"] += len(ledger.lots) - len(np.unique(ledger.lots[["row", "created"]]))
        met["three opens a date"] += any(len(opens) > 2 for opens in setup.tape.openings)
    # a strategy's own orders, what only they can meet, and an order that never came to a book
    unmet = {"reason USER", "orderoutcome CANCELLED", "orderoutcome NOTHING_HELD", "orderoutcome WAITING"}
    unmet |= {
        f"orderoutcome {one.name}" for one in OrderOutcome if one >= OrderOutcome.WITHIN_BAND
    }  # of triggers that sent no order
    everything = {f"{kind.__name__.lower()} {one.name}" for kind in (Reason, Status, OrderOutcome) for one in kind}
    assert everything - unmet - set(met) == set()
    assert min(met[word] for word in met if not word.startswith(("reason", "status", "orderoutcome"))) >= 2, met


@random_markets(20)
def test_a_run_up_cancelled_just_as_it_is_due(seed: int) -> None:
    """Known at noon before its own reference: it leaves by time, as it would have; a session earlier, at once."""
    random = Random(seed)
    case = duel.random_case(random)
    case.spec.kind, case.spec.themes, case.spec.stop, case.spec.take, case.spec.trail = "run-up", None, None, None, None
    case.spec.hold, case.spec.lead = 20, random.randint(3, 10)
    starts = random.sample(duel.DAYS[20:55], 3)
    case.events = [
        ref.Ev(
            f"e{start}", duel.at_noon(duel.DAYS[2]), ("t", "u"), status="scheduled", start=start,
            revisions=[
                ref.Rev(duel.at_noon(start - timedelta(days=random.randint(1, 3))), "minute", start, "cancelled")
            ],
        )
        for start in starts
    ]  # fmt: skip
    assert unequal(case) == []


def test_a_purchase_that_takes_the_last_cent_leaves_none_below_zero() -> None:
    """3 shares at 1.10 cost a little more in binary than the 3.30 that there are."""
    bars = dict.fromkeys(duel.DAYS[:20], (1.1, 1.1, 1.1, 1.1, None))
    opens = {day: (duel.at_noon(day), duel.at_noon(day) + timedelta(hours=6)) for day in duel.DAYS}
    market = ref.Market(
        {"A": ref.Listing("A", "XNYS", "USD", 1, bars)}, {}, {"XNYS": opens}, {"XNYS": ref.Costs(0, slippage_bps=0)}
    )  # fmt: skip
    spec = ref.Spec("hold", weight=1.0)
    case = duel.Case(market, [], {"t": ["A"]}, spec, duel.DAYS[3], duel.DAYS[15], cash=3.3)
    ledger = duel.setup_of(case).play_in_kernel()
    assert 3 * 1.1 > 3.3
    assert (ledger.fills["shares"].tolist(), ledger.cash[-1]) == ([3.0], 0.0)
    assert unequal(case) == []


@pytest.mark.prove
def test_shares_that_decay_for_years_keep_their_bits() -> None:
    """A power that only one of the two rounds up is met once in a thousand sessions."""
    work, purchases = workload("W1"), 0
    for half_life in np.linspace(5.1, 70.9, 4).tolist():
        strategy: Any = type("Fading", (EventStrategy,), {"size": Decaying(), "leave": Leave(), "params": FADING})
        plan, params = strategy.resolve(half_life=half_life)
        setup = duel.StrategySetup(work.tape, work.schedule(), plan, work.account, work.members, strategy, params)
        ledger = setup.play()
        purchases += int((ledger.orders["side"] > 0).sum())
        assert duel.unequal(ledger, setup.play_in_kernel()) == []
    assert purchases > 2_000


@pytest.mark.parametrize("seed", [6, 65, 130, 155])
def test_no_sale_outlives_its_lot(seed: int) -> None:
    """Of a lot that another sale emptied at the same open, or that a consolidation left no whole share of."""
    setup = duel.setup_of(wild.wild_case(Random(seed)))
    ledger = setup.play()
    assert duel.unequal(ledger, setup.play_in_kernel()) == []
    orders, left = ledger.orders, ledger.lots["shares"]
    ended = (orders["side"] < 0) & (orders["outcome"] == OrderOutcome.EXITED) & (orders["reason"] != Reason.TAKE)
    assert ended.any()
    waiting = orders[(orders["side"] < 0) & (orders["status"] == Status.OPEN) & (orders["lot"] >= 0)]
    assert (left[waiting["lot"]] > 0).all()


# --- studies ---------------------------------------------------------------------------------------------------------


@cache
def default_study() -> tuple[Study, Market]:
    study = load_study(STUDY)
    return study, read_market(study, date(2026, 8, 1))


@pytest.mark.parametrize("point_in_time", [False, True])
@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_strategy_on_the_default_study(name: str, point_in_time: bool) -> None:
    study, market = default_study()
    strategy: Any = load_strategy(name).cls
    assert plays(strategy)
    plan, params = strategy.resolve()
    on = run_setup(study, market, plan, point_in_time)
    assert on is not None
    one = simulate(on.tape, on.schedule, plan, on.account, on.members, strategy, params, on.floor)
    table = Table(on.tape, on.account, study.end)
    two = table.ledger(plan, table.calendars(on.schedule, plan, on.members))
    assert duel.unequal(one, two) == []
    assert len(one.fills) > 0 or (point_in_time and name == "bridge-run-up")


@pytest.mark.parametrize("folder", [pytest.param("", marks=pytest.mark.prove), "hard"])
def test_the_fixed_studies(folder: str) -> None:
    if not CONTRACT.exists():
        pytest.skip("the fixed studies (../shared/contract) are not here")
    market, events, themes, strategies, window = read_contract(CONTRACT / folder)
    for label, spec in strategies:
        case = duel.Case(market, events, themes, spec, **window)
        assert unequal(case) == [], label


# --- room ------------------------------------------------------------------------------------------------------------


def test_more_lots_than_there_was_room_for() -> None:
    """Five events, and shares that decay buy and sell every day: found at once, and played again with more room."""
    setup = duel.setup_of(wild.wild_case(Random(281)))
    ledger = setup.play_in_kernel()
    assert len(ledger.lots) > len(setup.schedule.triggers) + 16
    assert duel.unequal(setup.play(), ledger) == []


@pytest.mark.parametrize("short", [0, 1, 2, 40])
def test_room_that_ends_with_the_last_books(monkeypatch: pytest.MonkeyPatch, short: int) -> None:
    """One record too many on the very last date is noticed, as on any other."""
    setup = duel.setup_of(duel.random_case(Random(9)))
    want = setup.play()
    assert len(want.holdings) > 40
    assert want.holdings["column"][-1] == setup.tape.last
    make, made = packing.make_state, []

    def small(tape: Any, triggers: int, size: int, recording: int) -> records.State:
        made.append(size)
        room = len(want.holdings) - short if len(made) == 1 else len(want.holdings)
        return make(tape, triggers, size, recording)._replace(holdings=np.zeros(room, want.holdings.dtype))

    monkeypatch.setattr(packing, "make_state", small)
    assert duel.unequal(want, setup.play_in_kernel()) == []
    assert len(made) == (2 if short else 1)


# --- recording levels ------------------------------------------------------------------------------------------------


@random_markets(25)
def test_what_is_not_recorded_changes_nothing_of_what_is(seed: int) -> None:
    setup = duel.setup_of(wild.wild_case(Random(seed)))
    table = setup.table()
    calendars = table.calendars(setup.schedule, setup.plan, setup.members)
    every = table.ledger(setup.plan, calendars)
    fills = table.ledger(setup.plan, calendars, records.FILLS)
    assert fills == replace(every, waits=every.waits[:0], holdings=every.holdings[:0], notes=every.notes[:0])


def test_a_table_plays_the_same_twice_and_leaves_the_tape_as_it_was() -> None:
    setup = duel.setup_of(wild.wild_case(Random(4)))
    before = setup.tape.fingerprint
    table = setup.table()
    calendars = table.calendars(setup.schedule, setup.plan, setup.members)
    assert table.ledger(setup.plan, calendars) == table.ledger(setup.plan, calendars) == setup.play()
    assert setup.tape.fingerprint == before


def test_no_trigger_at_all_leaves_the_cash() -> None:
    case = duel.random_case(Random(1))
    setup = duel.setup_of(replace(case, events=[], cash_rate=0.05))
    setup = replace(setup, schedule=type(setup.schedule)(()))
    ledger = setup.play_in_kernel()
    assert duel.unequal(setup.play(), ledger) == []
    assert len(ledger.orders) == 0
    assert ledger.cash[-1] > case.cash


# --- what it refuses -------------------------------------------------------------------------------------------------


class Hooked(AnnouncementDrift):
    def should_exit(self, holding: Any) -> bool:
        return False


class Indicating(EventStrategy):
    def __init__(self) -> None: ...


class Renamed(AnnouncementDrift):
    params = dict(hold=3)


def test_a_class_with_a_hook_is_not_played() -> None:
    assert [plays(cls) for cls in (Hooked, Indicating, Renamed, AnnouncementDrift)] == [False, False, True, True]
    assert [plays(wild.drawn_class(Random(seed))) for seed in range(5)] == [True] * 5


def test_a_tape_whose_lots_change_is_refused() -> None:
    setup = duel.setup_of(duel.random_case(Random(1)))
    lot = setup.tape.lot.copy()
    lot[0, 3:] *= 10
    with pytest.raises(ValueError, match="A: its lot size changes"):
        replace(setup, tape=replace(setup.tape, lot=lot)).table()


def test_ledgers_that_differ_are_told_apart() -> None:
    """What the tests above lean on."""
    ledger = duel.setup_of(duel.random_case(Random(3))).play()
    assert len(ledger.fills) > 0
    fields = {"orders": "filled", "fills": "price", "lots": "dividends", "holdings": "value", "equity": "", "cash": ""}
    for name, field in fields.items():
        changed = getattr(ledger, name).copy()
        figures = changed[field] if field else changed
        figures[-1] = np.nextafter(figures[-1], 1e9)
        other: Ledger = replace(ledger, **{name: changed})
        assert len(duel.unequal(ledger, other)) == 1
        assert ledger != other
