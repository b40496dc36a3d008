"""The books rebuilt from fills and tape, worked by hand: splits, what they leave over, dividends, interest."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from support import duel
from support import reference as ref

from eventfolio.engine.ledger.account import Account
from eventfolio.engine.ledger.rebuilt_books import Books, rebuilt

D = duel.DAYS
DAY = 1 / 365.25


def books(payout: str, cash_rate: float = 0.0, **listing: Any) -> tuple[Books, np.ndarray]:
    """News before date 1 buys 333 shares at 10 of 10,000, paid in euros of 2 dollars; at 7 from date 7 on."""
    bars: dict[date, Any] = {day: (p, p, p, p, 10**9) for i, day in enumerate(D[:12]) for p in [10.0 if i < 7 else 7.0]}
    hours = {day: (duel.at_noon(day).replace(hour=14), duel.at_noon(day).replace(hour=21)) for day in D[:12]}
    market = ref.Market(
        {"A": ref.Listing("A", "XNYS", "EUR", 1, bars, **listing)},
        {"EUR": dict.fromkeys([date(2023, 12, 29), *D[:12]], 0.5)},
        {"XNYS": hours},
        {"XNYS": ref.Costs(commission_min=1.0, fractions_in_cash=True)},
    )
    spec = ref.Spec("drift", hold=9, weight=0.666)
    case = duel.Case(
        market, [ref.Ev("e", duel.at_noon(D[0]).replace(hour=22), ("t",))], {"t": ["A"]}, spec, D[0], D[11]
    )
    case.cash, case.cash_rate, case.dividends = 10_000.0, cash_rate, payout
    played = duel.play_engine(case)
    return rebuilt(played.ledger, played.tape, Account(10_000.0, cash_rate, payout == "reinvest")), played.ledger.cash


def test_a_dividend_in_cash_and_a_fraction_of_a_split_are_paid_at_the_books() -> None:
    found, kept = books("cash", splits={D[7]: 1.5}, dividends={D[5]: 0.2})
    # 333 x 20 dollars and a commission of 2; 333 x 0.40 on date 5; half a share of 14 on date 7; 499 x 14 on date 10
    bought = 10_000 - 6_660 - 2
    paid = bought + 133.2
    after = paid + 7
    assert found.cash.tolist() == pytest.approx(
        [10_000, *[bought] * 4, *[paid] * 2, *[after] * 3, *[after + 6_984] * 2]
    )
    assert found.shares[0].tolist() == [0, *[333] * 6, *[499] * 3, 0, 0]
    assert found.equity[7] == pytest.approx(after + 499 * 14)
    assert found.lots.tolist() == [0]
    assert kept == pytest.approx(found.cash, abs=1e-9)


def test_a_dividend_put_back_is_shares_and_one_of_a_lot_sold_on_its_ex_date_is_cash() -> None:
    found, kept = books("reinvest", dividends={D[5]: 0.5, D[10]: 0.7})
    # 333 x 0.5 / 10 = 16.65 shares; sold whole on date 10 at 7 euros, where 349.65 x 0.7 are paid
    assert found.shares[0].tolist() == pytest.approx([0, *[333] * 4, *[349.65] * 5, 0, 0])
    assert found.cash[-1] == pytest.approx(3_338 + 349.65 * (14 + 1.4) - 2)
    assert kept == pytest.approx(found.cash, abs=1e-9)


def test_idle_cash_earns_its_rate_after_the_trades_of_the_date_and_before_what_is_paid() -> None:
    found, kept = books("cash", cash_rate=0.05, dividends={D[2]: 1.0})
    first = 10_000 * 1.05**DAY  # the books before are those of the eve
    second = (first - 6_662) * 1.05**DAY
    assert found.cash[:3].tolist() == pytest.approx([first, second, second * 1.05**DAY + 666])
    assert kept == pytest.approx(found.cash, abs=1e-9)


def test_what_a_listing_became_on_a_saturday_is_paid_when_that_ends_on_the_sunday() -> None:
    friday = next(i for i in range(3, 12) if (D[i + 1] - D[i]).days == 3)
    bars = dict.fromkeys(D[:20], (10.0, 10.0, 10.0, 10.0, 10**9))
    hours = {day: (duel.at_noon(day).replace(hour=14), duel.at_noon(day).replace(hour=21)) for day in D[:20]}
    ends = {
        "A": ref.End(D[friday] + timedelta(days=1), into="B", ratio=0.5),
        "B": ref.End(D[friday] + timedelta(days=2), cash=15.0),
    }
    listings = {symbol: ref.Listing(symbol, "XNYS", "USD", 1, bars) for symbol in "AB"}
    market = ref.Market(listings, {}, {"XNYS": hours}, {"XNYS": ref.Costs()}, ends=ends)
    news = [ref.Ev("e", duel.at_noon(D[1]), ("t",))]
    spec = ref.Spec("drift", hold=14, weight=0.5)
    case = duel.Case(market, news, {"t": ["A"], "u": ["B"]}, spec, D[0], D[15])
    case.cash = 10_000.0
    played = duel.play_engine(case)
    found = rebuilt(played.ledger, played.tape, Account(10_000.0, 0.0, False))
    # 500 A at 10 become 250 B on Monday, and 15 is paid for each of them on the same date.
    assert found.cash[[1, friday, friday + 1]].tolist() == [5_000, 5_000, 8_750]
    assert (found.lots.tolist(), found.ended.tolist()) == ([0], [3_750])
    assert found.shares[:, friday].tolist() == [500, 0]
    assert not found.shares[:, friday + 1 :].any()
    assert played.ledger.cash == pytest.approx(found.cash)
