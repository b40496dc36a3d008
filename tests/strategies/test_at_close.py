"""Hooks of a class that buys at closes, in both loops under backtrader."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import pytest
from support import duel
from support import reference as ref

from eventfolio.strategies import AtClose, EventStrategy, Leave, Release, StrategyError

D = duel.DAYS
HOURS = {"XTKS": (0, 6), "XNYS": (6, 13)}  # New York, made up, opens as Tokyo closes
PRICES = (10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0)


def moment(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), duel.UTC)


def case(strategy: type, known: datetime, **more: Any) -> duel.Case:
    """Tokyo's JJJ has the news; New York's UUU does not. Bars rise by one a date, closes stand 0.5 above opens."""
    bars = {day: (p, p + 0.5, p, p + 0.5, 10**9) for day, p in zip(D, PRICES, strict=False)}
    sessions = {
        exchange: {day: (moment(day, f"{opens:02}:00"), moment(day, f"{closes:02}:00")) for day in D}
        for exchange, (opens, closes) in HOURS.items()
    }
    listings = {
        symbol: ref.Listing(symbol, exchange, "USD", 1, bars) for symbol, exchange in (("JJJ", "XTKS"), ("UUU", "XNYS"))
    }
    market = ref.Market(listings, {}, sessions, dict.fromkeys(HOURS, ref.Costs()))
    event = ref.Ev("news", known, (), listings=("JJJ",), **more)
    spec = ref.Spec("drift", at_close=True)
    return duel.Case(market, [event], {"t": ["UUU"]}, spec, D[0], D[7], 1_000.0, strategy=strategy)


@pytest.fixture(params=[True, False], ids=["fast", "backtrader"])
def play(request: pytest.FixtureRequest) -> Any:
    return lambda case: duel.play_engine(case, fast=request.param)


def fills(played: duel.Played) -> list[tuple[str, int, bool, float]]:
    """Each fill: listing, date, whether at the close, raw price."""
    first = played.tape.first
    return [
        (played.tape.symbols[one["row"]], int(one["column"]) - first, bool(one["closing"]), float(one["raw"]))
        for one in played.ledger.fills
    ]


BEFORE = moment(D[3], "05:59:59")


def test_on_trigger_is_asked_at_the_close_and_sees_the_dates_before(play: Any) -> None:
    seen = []

    class Looks(EventStrategy):
        entry = AtClose("cutoff")
        leave = Leave("hold")
        params = dict(hold=2, weight=1.0)

        def on_trigger(self, trigger: Any) -> None:
            feed = self.getdatabyname(trigger.listing)
            seen.append((self.closes("JJJ", 2), feed.close[0], feed.close[-1], bt_date(feed)))
            self.go_long(trigger)

    def bt_date(feed: Any) -> date:
        return feed.datetime.date(0)

    played = play(case(Looks, BEFORE))
    assert seen == [([11.5, 12.5], 12.5, 11.5, D[2])]
    assert fills(played) == [("JJJ", 3, True, 13.5), ("JJJ", 5, False, 15.0)]


def test_todays_bar_cannot_be_read_ahead_of_the_feed_either() -> None:
    class Peeks(EventStrategy):
        entry = AtClose()

        def on_trigger(self, trigger: Any) -> None:
            if self.getdatabyname("JJJ").close[1] > 0:
                self.go_long(trigger)

    with pytest.raises(StrategyError, match=r"Peeks, line .*a feed has no bar there"):
        duel.play_engine(case(Peeks, BEFORE))


def test_orders_of_its_own_go_to_the_next_open_of_each_listing(play: Any) -> None:
    class Buys(EventStrategy):
        entry = AtClose("cutoff")

        def on_trigger(self, trigger: Any) -> None:
            for symbol in ("JJJ", "UUU"):
                self.buy(data=self.getdatabyname(symbol), size=10)

    # Tokyo's own open of date 3 is past; New York opens at that very instant, after Tokyo's close.
    assert fills(play(case(Buys, BEFORE))) == [("UUU", 3, False, 13.0), ("JJJ", 4, False, 14.0)]


def test_at_one_instant_a_close_spends_before_an_open(play: Any) -> None:
    class Both(EventStrategy):
        entry = AtClose("cutoff")
        leave = Leave()
        params = dict(weight=1.0)

        def on_trigger(self, trigger: Any) -> None:
            self.buy(data=self.getdatabyname("UUU"), size=50)
            self.go_long(trigger)

    played = play(case(Both, BEFORE))
    # 80 of JJJ at 12.5, the close before, are cut to 74 at 13.5: 999. Nothing is left for New York.
    assert fills(played) == [("JJJ", 3, True, 13.5)]
    assert played.orders.set_index("symbol")["why"].to_dict() == {"UUU": "no_cash", "JJJ": "no_cash"}


def test_should_exit_is_asked_at_opens_alone(play: Any) -> None:
    asked = []

    class Asks(EventStrategy):
        entry = AtClose("cutoff")
        params = dict(hold=None)

        def should_exit(self, holding: Any) -> bool:
            asked.append((holding.sessions, holding.gain))
            return holding.sessions == 2

    assert fills(play(case(Asks, BEFORE))) == [("JJJ", 3, True, 13.5), ("JJJ", 5, False, 15.0)]
    assert asked == [(1, 0.0), (2, pytest.approx(14.5 / 13.5 - 1))]


def test_the_event_is_shown_as_believed_before_the_last_call(play: Any) -> None:
    seen = []

    class Reads(EventStrategy):
        trigger = Release()
        entry = AtClose("cutoff")
        params = dict(cutoff=30)

        def on_trigger(self, trigger: Any) -> None:
            seen.append(trigger.event.facts)

    in_time = ref.Rev(moment(D[3], "05:29:59"), "minute", None, "", {"size": 1.0}, belief=False)
    late = ref.Rev(moment(D[3], "05:30"), "minute", None, "", {"size": 2.0}, belief=False)
    play(case(Reads, moment(D[3], "04:00"), facts={"size": 0.0}, revisions=[in_time, late]))
    assert seen == [{"size": 1.0}]


def test_a_trigger_that_a_hook_passes_over_is_declined(play: Any) -> None:
    class Declines(EventStrategy):
        entry = AtClose("cutoff")

        def on_trigger(self, trigger: Any) -> None:
            pass

    assert play(case(Declines, BEFORE)).words == {("news", "JJJ"): "declined"}


def test_a_class_whose_own_next_lets_its_parts_decide_nothing_takes_no_trigger(play: Any) -> None:
    class Own(EventStrategy):
        entry = AtClose("cutoff")

        def next(self) -> None:
            if self.getdatabyname("JJJ").close[0] == 14.5:
                super().next()

    assert fills(play(case(Own, BEFORE))) == []
    # Date 4's close is the last before date 5's.
    assert fills(play(case(Own, moment(D[5], "05:00")))) == [("JJJ", 5, True, 15.5)]


def test_what_a_hook_sends_at_the_close_of_the_last_date_is_never_filled(play: Any) -> None:
    class Buys(EventStrategy):
        entry = AtClose("cutoff")

        def on_trigger(self, trigger: Any) -> None:
            self.buy(data=self.getdatabyname("JJJ"), size=10)

    played = play(replace(case(Buys, BEFORE), end=D[3]))
    assert fills(played) == []
    assert played.orders["status"].tolist() == ["open"]
