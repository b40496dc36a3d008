"""A class with code of its own that reads what is not known yet is refused with the date; any other is played."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import duel
from support import reference as ref
from support import reference_markets as markets

from eventfolio import AtClose, EventStrategy
from eventfolio.engine.backtest import Market, prove_strategy
from eventfolio.engine.execution.simulate import simulate
from eventfolio.engine.ledger import look_ahead
from eventfolio.engine.ledger.ledger import Ledger
from eventfolio.engine.ledger.look_ahead import prove_no_look_ahead
from eventfolio.engine.market.market import read_market
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.run import run_setup
from eventfolio.engine.schedule import Schedule
from eventfolio.engine.study.study import Study, load_study
from eventfolio.events.dprk_russia import STUDY
from eventfolio.strategies.errors import StrategyError
from eventfolio.strategies.loader import load_strategy
from eventfolio.strategies.parts import Decaying

HEAD = """
import backtrader as bt
import numpy as np
from eventfolio import AtClose, EventStrategy
from eventfolio.strategies.parts import Decaying


class Mine(EventStrategy):
    params = dict(hold=10)
"""

AHEAD = {
    "the tape's later closes": """
    def on_trigger(self, t):
        tape = self.broker.tape
        row, column = tape.row(t.listing), self.broker.column + 1
        if tape.close[row, column] >= tape.last_close[row, column - 1]:
            self.go_long(t)
""",
    "the tape far ahead": """
    def on_trigger(self, t):
        tape = self.broker.tape
        row, column = tape.row(t.listing), self.broker.column + 1
        if tape.last_close[row, min(column + 20, len(tape.dates) - 1)] < tape.last_close[row, column - 1]:
            self.go_long(t)
""",
    "an indicator's next value": """
    def __init__(self):
        self.average = {data._name: bt.indicators.SMA(data.close, period=5) for data in self.datas}

    def on_trigger(self, t):
        average = self.average[t.listing]
        if average[1] > average[0]:
            self.go_long(t)
""",
    "tomorrow's close before it sells": """
    def should_exit(self, holding):
        tape = self.broker.tape
        row, column = tape.row(holding.listing), self.broker.column + 1
        return tape.close[row, column] < tape.last_close[row, column - 1]
""",
    "tomorrow's close, to let its shares decay from": """
    size = Decaying("weight", "half_life", "band")
    params = dict(half_life=20, band=0.02)

    def on_trigger(self, t):
        tape = self.broker.tape
        row, column = tape.row(t.listing), self.broker.column + 1
        if tape.close[row, column] >= tape.last_close[row, column - 1]:
            self.go_long(t)
""",
    "whether more news is to come": """
    def on_trigger(self, t):
        news = self.broker.simulation.schedule.triggers
        if any(one.listing == t.listing and one.known_at > t.known_at for one in news):
            self.go_long(t)
""",
}

HONEST = {
    "should_exit alone": """
    def should_exit(self, holding):
        return holding.gain > 0.05
""",
    "closes so far": """
    def on_trigger(self, t):
        closes = self.closes(t.listing, 5)
        if closes[-1] > sum(closes) / 5:
            self.go_long(t)
""",
    "an indicator and its past": """
    def __init__(self):
        self.average = {data._name: bt.indicators.SMA(data.close, period=5) for data in self.datas}

    def on_trigger(self, t):
        average = self.average[t.listing]
        if average[0] > average[-1]:
            self.go_long(t)

    def should_exit(self, holding):
        return holding.gain > 0.05
""",
    "an indicator that is ready late": """
    def __init__(self):
        self.average = {data._name: bt.indicators.SMA(data.close, period=800) for data in self.datas}

    def on_trigger(self, t):
        average = self.average[t.listing]
        if not average[0] < average[-1]:
            self.go_long(t)
""",
    "its own next": """
    def __init__(self):
        self.average = bt.indicators.SMA(self.data.close, period=10)

    def next(self):
        super().next()
        if not self.position and self.data.close[0] > self.average[0]:
            self.buy(size=10)
        elif self.position and self.data.close[0] < self.average[0]:
            self.close()
""",
}


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study(STUDY)


@pytest.fixture(scope="module")
def market(study: Study) -> Market:
    return read_market(study, date.today())


def prove(study: Study, market: Market, folder: Path, code: str) -> list[date]:
    (folder / "mine.py").write_text(HEAD + code)
    cls = load_strategy(str(folder / "mine.py")).cls
    plan, params = cls.resolve()
    return prove_strategy(study, market, cls, plan, params, False)


@pytest.mark.parametrize("name", AHEAD)
def test_a_class_that_reads_what_comes_after_is_refused_with_the_date(study, market, tmp_path, name):
    with pytest.raises(StrategyError, match=r"looks ahead: .*20\d\d-\d\d-\d\d"):
        prove(study, market, tmp_path, AHEAD[name])


@pytest.mark.parametrize("name", HONEST)
def test_a_class_that_reads_what_is_known_is_played(study, market, tmp_path, name):
    cuts = prove(study, market, tmp_path, HONEST[name])
    assert 2 <= len(cuts) <= 6
    assert all(study.start < day < study.end for day in cuts)


@pytest.mark.parametrize("shipped", ["announcement-drift", "scheduled-run-up", "confirmed-breakout", "event-intensity"])
def test_the_parts_pass_the_same_proof(study, market, shipped):
    cls = load_strategy(shipped).cls
    plan, params = cls.resolve()
    assert prove_strategy(study, market, cls, plan, params, False)


def test_a_feed_has_no_bar_after_the_current_date(study, market, tmp_path):
    peeks = """
    def on_trigger(self, t):
        if self.getdatabyname(t.listing).close[1] > 0:
            self.go_long(t)
"""
    with pytest.raises(StrategyError, match=r"Mine, line 12: a feed has no bar there"):
        prove(study, market, tmp_path, peeks)


def test_one_that_does_another_thing_each_time_is_told_so(study, market, tmp_path):
    random = """
    def on_trigger(self, t):
        if np.random.default_rng().random() < 0.5:
            self.go_long(t)
"""
    with pytest.raises(StrategyError, match="another thing each time"):
        prove(study, market, tmp_path, random)


def test_the_tape_cannot_be_written_to_and_a_change_by_force_is_found(study, market):
    cls = load_strategy("announcement-drift").cls
    plan, params = cls.resolve()
    on = run_setup(study, market, plan)
    tape = replace(on.tape, close=on.tape.close.copy())
    with pytest.raises(ValueError, match="read-only"):
        tape.close[0, 0] = 1.0
    ledger = simulate(tape, on.schedule, plan, on.account, on.members, cls, params)
    assert tape.fingerprint  # as it was recorded
    tape.close.setflags(write=True)
    tape.close[0, np.flatnonzero(~np.isnan(tape.close[0]))[0]] *= 2
    with pytest.raises(StrategyError, match="changed the market's data"):
        prove_no_look_ahead(
            lambda *on: pytest.fail("nothing is played of it"),  # type: ignore[arg-type]
            ledger,
            tape,
            on.schedule,
        )


def late_listing(tape: Tape, row: int, begins: int) -> Tape:
    """The tape where one listing has no price before a column."""
    arrays = {name: getattr(tape, name).copy() for name in ("open", "high", "low", "close", "last_close", "has_bar")}
    for name, values in arrays.items():
        values[row, :begins] = False if name == "has_bar" else np.nan
    return replace(tape, **arrays)


def test_news_that_waits_for_a_first_close_is_no_look_ahead(study, market, tmp_path, monkeypatch):
    """Its order is dated by the session it is sized in, so that a cut before knows it under an earlier date."""
    (tmp_path / "mine.py").write_text(HEAD + HONEST["should_exit alone"])
    cls = load_strategy(str(tmp_path / "mine.py")).cls
    plan, params = cls.resolve()
    on = run_setup(study, market, plan)
    trigger = on.schedule.triggers[0]
    row = on.tape.row(trigger.listing)
    acts = int(np.flatnonzero(on.tape.session[row] == trigger.session)[0])
    tape = late_listing(on.tape, row, acts + 2)

    def played(tape: Tape, schedule: Schedule) -> Ledger:
        return simulate(tape, schedule, plan, on.account, on.members, cls, params)

    ledger = played(tape, on.schedule)
    assert acts not in ledger.orders["column"][ledger.orders["row"] == row]
    monkeypatch.setattr(look_ahead, "_cuts", lambda ledger, tape, schedule: [acts + 1])
    assert len(prove_no_look_ahead(played, ledger, tape, on.schedule)) == 1


@pytest.mark.parametrize(
    "what",
    [
        "volume[row, column] > 1e5",
        "volume[row, column + 1] > 1e5",
        "fx_book[row, column] > tape.fx_book[row, column - 1]",
        "fx_fill[row, column + 1] > tape.fx_fill[row, column]",
        "dividend[row, column + 1 : column + 60].any()",
    ],
)
def test_volumes_rates_and_dividends_to_come_are_not_known_at_an_open(study, market, tmp_path, what):
    peeks = f"""
    def on_trigger(self, t):
        tape = self.broker.tape
        row, column = tape.row(t.listing), self.broker.column + 1
        if tape.{what}:
            self.go_long(t)
"""
    with pytest.raises(StrategyError, match="looks ahead"):
        prove(study, market, tmp_path, peeks)


def test_a_revision_that_is_still_to_come_is_not_known(study, market, tmp_path):
    peeks = """
    def on_trigger(self, t):
        if not t.trigger.event.revisions:
            self.go_long(t)
"""
    with pytest.raises(StrategyError, match="looks ahead"):
        prove(study, market, tmp_path, peeks)


D = duel.DAYS


def proved_at(strategy: type, prices: dict[str, dict[date, float]], column: int, monkeypatch: Any) -> int:
    """Prove a class on Tokyo's TK and New York's US at flat bars, news of date 5 at 22:00; how often it was cut."""
    bars = {name: {day: (p, p, p, p, 10**9) for day, p in found.items()} for name, found in prices.items()}
    hours = {
        exchange: {
            day: (at.replace(hour=opens), at.replace(hour=opens + 6)) for day in D[:12] for at in [duel.at_noon(day)]
        }
        for exchange, opens in (("XTKS", 0), ("XNYS", 14))
    }
    market = ref.Market(
        {
            "TK": ref.Listing("TK", "XTKS", "USD", 1, bars["TK"]),
            "US": ref.Listing("US", "XNYS", "USD", 1, bars["US"]),
        },
        {},
        hours,
        {},
        rules=markets.rules,
        ticks=markets.ticks,
        limits=markets.limits,
    )
    news = [ref.Ev("e", duel.at_noon(D[5]).replace(hour=22), ("t",))]
    case = duel.Case(market, news, {"t": ["TK", "US"]}, ref.Spec("drift"), D[0], D[11], strategy=strategy)
    setup = duel.setup_of(case)
    monkeypatch.setattr(look_ahead, "_cuts", lambda ledger, tape, schedule: [column])

    def played(tape: Tape, schedule: Schedule) -> Ledger:
        return simulate(tape, schedule, setup.plan, setup.account, setup.members, setup.strategy, setup.params)

    return len(prove_no_look_ahead(played, setup.play(), setup.tape, setup.schedule))


def test_a_purchase_on_a_listing_s_first_bar_is_no_look_ahead(monkeypatch) -> None:
    class Buyer(EventStrategy):
        """Asks for ten shares of a listing that has no close yet."""

        def on_trigger(self, t):
            self.buy(data=self.getdatabyname(t.listing), size=10)

    flat = dict.fromkeys(D[:12], 10.0)
    assert proved_at(Buyer, {"TK": flat, "US": dict.fromkeys(D[6:12], 10.0)}, 6, monkeypatch) == 1


def test_what_an_earlier_open_of_the_date_left_to_spend_is_no_look_ahead(monkeypatch) -> None:
    """Half of the account is wanted of each, in steps of 30 %. Tokyo opens at 15 after 10 and leaves 25 %: nothing is
    sent to New York. Had it opened at 5 and left 75 %, New York's half would have been."""

    class Fading(EventStrategy):
        size = Decaying("weight", "half_life", "band")
        params = dict(weight=1.0, half_life=20, band=0.3)

        def on_trigger(self, t):
            self.go_long(t)

    tokyo = {day: 10.0 if place < 6 else 15.0 for place, day in enumerate(D[:12])}
    assert proved_at(Fading, {"TK": tokyo, "US": dict.fromkeys(D[:12], 10.0)}, 6, monkeypatch) == 1


# --- at closes ----------------------------------------------------------------------------------------------------


RISING = {name: {day: 100.0 + i for i, day in enumerate(D[:12])} for name in ("TK", "US")}


def test_what_a_hook_decides_for_a_close_is_held_against_other_closes_of_its_date(monkeypatch) -> None:
    class Honest(EventStrategy):
        entry = AtClose("cutoff")
        params = dict(hold=3, stop=0.01)

        def on_trigger(self, t):
            if self.closes(t.listing, 2)[-1] > self.closes(t.listing, 2)[0] and not self.getposition().size:
                self.go_long(t)

    class Peeks(Honest):
        def on_trigger(self, t):
            tape, column = self.broker.tape, self.broker.column + 1
            if tape.close[tape.row(t.listing), column] > tape.last_close[tape.row(t.listing), column - 1]:
                self.go_long(t)

    # News of date 5 at 22:00 is acted on at Tokyo's close of date 6.
    assert proved_at(Honest, RISING, 6, monkeypatch) == 1
    with pytest.raises(StrategyError, match=f"looks ahead: what it did until {D[6]}"):
        proved_at(Peeks, RISING, 6, monkeypatch)


def test_a_lot_that_the_date_s_own_levels_sell_is_no_look_ahead(monkeypatch) -> None:
    class Stopped(EventStrategy):
        entry = AtClose("cutoff")
        params = dict(hold=9, stop=0.01)

        def on_trigger(self, t):
            self.go_long(t)

    # Cut on the date after: with other prices its stop sells at the open, as it really does not.
    assert proved_at(Stopped, RISING, 7, monkeypatch) == 1
