"""The workloads are what they say: a tape as it would be built from price files, schedules in order, and a result that
plain backtrader reaches too."""

from __future__ import annotations

import sys
from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from support.places import TESTS

from eventfolio.engine.execution.simulate import simulate
from eventfolio.engine.ledger.audit import audit
from eventfolio.engine.market.build_tape import build_tape
from eventfolio.engine.market.prices import PriceTable, as_table
from eventfolio.engine.market.sessions import Sessions
from eventfolio.events import Security

sys.path.append(str(TESTS / "benchmarks"))

from by_kernel import kernel_seconds
from by_naive_backtrader import news
from by_naive_backtrader import play as play_naively
from made_up import COMMISSION, HOLD, SLIPPAGE, STOP, calendars_of, make_dates, prices_of
from timing import frames
from workloads import STRATEGY, make_tape, workload


def test_the_tape_is_the_one_that_price_files_would_give() -> None:
    dates, bars = prices_of("W1")
    made = make_tape(*bars["close"].shape, seed=7)
    listings = [
        Security.model_construct(symbol=symbol, name=symbol, exchange="XNYS", currency="USD", lot=1)
        for symbol in made.symbols
    ]
    tables = {
        symbol: PriceTable(symbol, as_table(frame.rename_axis("date"), symbol))
        for symbol, frame in zip(made.symbols, frames(dates, bars), strict=True)
    }
    sessions = {"XNYS": Sessions(make_dates(len(dates)), made.opens_at[0], made.closes_at[0])}
    figures = {"commission_bps": COMMISSION * 1e4, "slippage_bps": SLIPPAGE * 1e4, "volume_share": np.inf}
    costs = SimpleNamespace(model_dump=lambda exclude_none: figures)
    first, last = (day.astype(object) for day in dates[[0, -1]])
    built = build_tape(listings, tables, sessions, first, last, "USD", costs)  # type: ignore[arg-type]
    for a, b in ((made, built), (made.rules, built.rules)):
        for field in fields(a):  # type: ignore[arg-type]
            ours, theirs = getattr(a, field.name), getattr(b, field.name)
            if isinstance(ours, np.ndarray):
                np.testing.assert_array_equal(ours, theirs, field.name)
                assert ours.dtype == theirs.dtype, field.name
            elif field.name != "rules":
                assert ours == theirs, field.name


@pytest.mark.parametrize("name", ["W1", "W2", "W4"])
def test_schedules_are_in_order_and_no_news_names_a_listing_twice(name: str) -> None:
    work = workload(name)
    for number in range(0, len(work.calendars), 2_500):
        triggers = work.schedule(number).triggers
        assert list(triggers) == sorted(triggers, key=lambda t: (t.listing, t.session, t.known_at, t.event_id, t.theme))
        pairs = [(trigger.listing, trigger.event_id) for trigger in triggers]
        assert len(set(pairs)) == len(pairs)
        named = pd.Series([event for _, event in pairs]).value_counts()
        assert named.between(2, 4).all()


@pytest.mark.parametrize(("name", "number"), [("W1", 0), ("W3", 777)])
def test_the_kernel_is_timed_on_the_runs_that_backtrader_is_timed_on(name: str, number: int) -> None:
    work = workload(name)
    work = replace(work, plans=work.plans[number : number + 1], params=work.params[number : number + 1])
    ledger = simulate(work.tape, work.schedule(), work.plans[0], work.account, work.members, STRATEGY, work.params[0])
    assert kernel_seconds(work)[1] == ledger.equity[-1]


def test_plain_backtrader_ends_with_the_same_money() -> None:
    """Its own broker, orders and cash; on ten listings cash never runs out, so the rule is the same to the cent."""
    work = workload("W1")
    schedule = work.schedule()
    ledger = simulate(work.tape, schedule, work.plans[0], work.account, work.members, STRATEGY, work.params[0])
    calendar = SimpleNamespace(events=[trigger.event for trigger in schedule.triggers])
    checked = audit(ledger, work.tape, calendar, schedule.triggers, work.account)  # type: ignore[arg-type]
    assert checked == len(ledger.fills) > 40
    naive = play_naively(frames(*prices_of("W1")), news(calendars_of("W1"), 0), HOLD, STOP)
    assert ledger.equity[-1] == pytest.approx(naive, rel=1e-12)
