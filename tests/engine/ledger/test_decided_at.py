"""When orders and lots were decided, worked by hand: by news, and by the newest closes that their sizes rest on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from support import duel
from support import reference as ref

D = duel.DAYS


def auckland_case(at_close: bool) -> duel.Case:
    """News at noon of date 2 buys N, whose session of date 3 opens at 20:00 on date 2 and closes at 03:45 of date 3.

    In between, at 21:00 of date 2, New York closes, and with it the books of that date.
    """
    bars = dict.fromkeys(D[1:16], (10.0, 10.0, 10.0, 10.0, 10**9))
    listings = {"N": ref.Listing("N", "XNZE", "USD", 1, bars), "U": ref.Listing("U", "XNYS", "USD", 1, bars)}
    sessions = {
        "XNZE": {
            day: (duel.at_noon(day - timedelta(days=1)).replace(hour=20), duel.at_noon(day).replace(hour=3, minute=45))
            for day in D[1:16]
        },
        "XNYS": {day: (duel.at_noon(day).replace(hour=14), duel.at_noon(day).replace(hour=21)) for day in D[1:16]},
    }
    market = ref.Market(listings, {}, sessions, {name: ref.Costs() for name in sessions})
    news = [ref.Ev("news", duel.at_noon(D[2]), ("t",))]
    spec = ref.Spec("drift", at_close=at_close, hold=2, weight=0.5)
    return replace(duel.Case(market, news, {"t": ["N"], "u": ["U"]}, spec, D[1], D[12]), cash=10_000.0)


@pytest.mark.parametrize(
    ("at_close", "decided"),
    [
        (True, datetime.combine(D[2], datetime.min.time().replace(hour=21), UTC)),  # the books of date 2
        (False, duel.at_noon(D[2])),  # its own close of 03:45 and no books after it: the news is later
    ],
)
def test_a_close_rests_on_the_newest_books_though_its_session_opens_before_they_are_struck(
    at_close: bool, decided: datetime
) -> None:
    played = duel.play_engine(auckland_case(at_close))
    (trade,) = played.trades.to_dict("records")
    assert (trade["entry_session"].date(), trade["decided_at"]) == (D[3], pd.Timestamp(decided))
    orders = played.orders[played.orders["side"] == "buy"]
    assert orders["decided_at"].tolist() == [pd.Timestamp(decided)]
