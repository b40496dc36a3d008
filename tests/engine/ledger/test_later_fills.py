"""What a fill would have found one session later, by hand, in Seoul: its limits are 30 % from the close before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from support import duel, reference_markets
from support import reference as ref

from eventfolio.engine.ledger.fills_table import fills_table

D = duel.DAYS
FLAT, UP, DOWN = (10_000.0,) * 4, (13_000.0,) * 4, (7_000.0,) * 4
REACHED = (11_000.0, 13_000.0, 10_500.0, 13_000.0)  # its close stands at the upper limit, its bar does not


def later(bars: list[tuple[float, ...]], at_close: bool = False, hold: int = 2) -> list[tuple[str, date, float]]:
    """(side, session, price before slippage) one session after each fill of a lot that is bought on date 1."""
    rows = {day: (*bar, 10**9) for day, bar in zip(D, [FLAT, *bars], strict=False)}
    hours = {day: (duel.at_noon(day).replace(hour=0), duel.at_noon(day).replace(hour=6)) for day in rows}
    market = ref.Market(
        {"A": ref.Listing("A", "XKRX", "USD", 1, rows)},
        {},
        {"XKRX": hours},
        {},
        rules=reference_markets.rules,
        ticks=reference_markets.ticks,
        limits=reference_markets.limits,
    )
    spec = ref.Spec("drift", at_close=at_close, hold=hold, weight=0.5)
    case = duel.Case(market, [ref.Ev("e", duel.at_noon(D[0]), ("t",))], {"t": ["A"]}, spec, D[0], D[len(bars)])
    played = duel.play_engine(replace(case, cash=1e8))
    table = fills_table(played.ledger, played.tape)
    raw = table["later_price_local"] / (played.ledger.fills["price"] / played.ledger.fills["raw"])
    return [
        (side, session.date(), pytest.approx(price))
        for side, session, price in zip(table["side"], table["later_session"], raw, strict=True)
    ]


def test_nobody_sells_a_session_later_on_a_bar_locked_at_its_upper_limit() -> None:
    falling = (15_000.0, 15_500.0, 14_800.0, 15_000.0)
    # Bought on date 1; locked up on date 2, so date 3 at 15,000. Sold on date 3, a session later at date 4's open.
    assert later([FLAT, UP, falling, falling]) == [("buy", D[3], 15_000), ("sell", D[4], 15_000)]


def test_nobody_buys_a_session_later_on_a_bar_locked_at_its_lower_limit() -> None:
    # Sold at the open of date 2; locked down on date 3, so date 4 at 7,500. A purchase would have found date 2's open.
    after = (7_500.0, 7_600.0, 7_400.0, 7_500.0)
    assert later([FLAT, FLAT, DOWN, after], hold=1) == [("buy", D[2], 10_000), ("sell", D[4], 7_500)]


def test_nobody_sells_a_session_later_at_a_close_that_stands_at_the_upper_limit() -> None:
    after = (14_000.0, 15_000.0, 13_500.0, 14_500.0)
    # Bought at the close of date 1; a session later the close is at its limit, so that of date 3. It is sold at the
    # open of date 1 + 1, and a session later at an open, which no limit of a close concerns.
    assert later([FLAT, REACHED, after], at_close=True, hold=1) == [("buy", D[3], 14_500), ("sell", D[3], 14_000)]
    at_open = [("buy", D[2], 11_000), ("sell", D[3], 14_000)]
    assert later([FLAT, REACHED, after], hold=1) == at_open
