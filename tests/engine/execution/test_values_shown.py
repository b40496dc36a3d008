"""What a strategy's own code is told that its positions are worth, in the midst of a date."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support import duel
from support import reference as ref

from eventfolio import AtClose, EventStrategy

D = duel.DAYS


@pytest.mark.parametrize("fast", [True, False])
def test_a_position_at_the_close_of_a_split_is_worth_its_shares_at_the_last_close_on_their_own_share(
    fast: bool,
) -> None:
    seen: list[tuple[str, float, float, float]] = []

    class Looks(EventStrategy):
        entry = AtClose("cutoff")
        params = dict(hold=9, weight=0.5, cutoff=0, repeat="add")

        def on_trigger(self, trigger: Any) -> None:
            feed = self.getdatabyname("A")
            size = self.getposition(feed).size
            seen.append((trigger.event.id, size, self.broker.getvalue([feed]), self.broker.getvalue()))
            self.go_long(trigger)

    bars = {day: (p, p, p, p, 10**9) for i, day in enumerate(D[:20]) for p in [10.0 if i < 4 else 5.0]}
    hours = {day: (duel.at_noon(day).replace(hour=14), duel.at_noon(day).replace(hour=21)) for day in bars}
    listings = {"A": ref.Listing("A", "XNYS", "USD", 1, bars, splits={D[4]: 2.0})}
    market = ref.Market(listings, {}, {"XNYS": hours}, {"XNYS": ref.Costs()})
    news = [ref.Ev(f"news{i}", duel.at_noon(D[i]), ("t",)) for i in (1, 3, 4)]
    case = duel.Case(market, news, {"t": ["A"]}, ref.Spec("drift", at_close=True), D[0], D[12])
    duel.play_engine(replace(case, strategy=Looks, cash=10_000.0), fast=fast)
    # 500 at 10 on date 1, and another 500 on date 3; two for one on date 4 makes 2,000 of them, at 10 / 2.
    assert seen == [("news1", 0, 0, 10_000), ("news3", 500, 5_000, 10_000), ("news4", 2_000, 10_000, 10_000)]
