"""Taxes, fees and price steps of the newer markets, on both sides of every date on which they changed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from eventfolio.engine.errors import StudyError
from eventfolio.engine.market.limits import limit_prices
from eventfolio.engine.market.rulebook import (
    MARKETS,
    market_rules,
    rules_of,
    steps_assumed,
    tax_settles_in,
    told_of,
    untaxed,
)
from eventfolio.engine.market.rulebook.generic import COMMISSION_BPS
from eventfolio.events import Security
from eventfolio.events.exchanges import EXCHANGES


def figure(market: str, name: str, day: str, is_fund: bool = False, tax: str | None = None) -> float:
    days = np.array([day], "datetime64[D]")
    return float(rules_of(market, days, days, None, is_fund, tax)[name][0])


def step(market: str, day: str, price: float) -> float:
    rules = market_rules(market)
    (number,) = rules.ticks_on(np.array([day], "datetime64[D]"))
    return next(tick for below, tick in rules.ticks_of()[number].bands if price < below)


@pytest.mark.parametrize(
    ("market", "name", "before", "after"),
    [
        ("XPAR", "buy_tax_bps", ("2025-03-31", 30.0), ("2025-04-01", 40.0)),
        ("XMIL", "buy_tax_bps", ("2025-12-31", 10.0), ("2026-01-01", 20.0)),
        ("XMAD", "buy_tax_bps", ("2021-01-15", 0.0), ("2021-01-16", 20.0)),
        ("ASEX", "sell_tax_bps", ("2024-01-01", 20.0), ("2024-01-02", 10.0)),
        ("XPHS", "sell_tax_bps", ("2025-06-30", 60.0), ("2025-07-01", 10.0)),
        ("XKLS", "buy_tax_bps", ("2021-12-31", 10.0), ("2022-01-01", 15.0)),
        ("XKLS", "sell_tax_bps", ("2023-07-12", 15.0), ("2023-07-13", 10.0)),
        ("XNSE", "buy_fee_bps", ("2024-09-30", 0.4189), ("2024-10-01", 0.36226)),  # (0.345 + 0.01) × 1.18, (0.297 …
        ("XBOM", "sell_fee_bps", ("2024-09-30", 0.3658), ("2024-10-01", 0.4543)),
    ],
)
def test_a_rate_changes_on_its_day_and_not_before(market, name, before, after) -> None:
    assert figure(market, name, before[0]) == pytest.approx(before[1], rel=1e-12)
    assert figure(market, name, after[0]) == pytest.approx(after[1], rel=1e-12)


@pytest.mark.parametrize(
    ("market", "bought", "sold"),
    [
        ("XETR", 0.0, 0.0),
        ("XAMS", 0.0, 0.0),
        ("XSTO", 0.0, 0.0),
        ("XSWX", 0.0, 0.0),
        ("XASX", 0.0, 0.0),
        ("XTSE", 0.0, 0.0),
        ("XLON", 50.0, 0.0),
        ("AIMX", 0.0, 0.0),
        ("XDUB", 100.0, 0.0),
        ("XTAI", 0.0, 30.0),
        ("ROCO", 0.0, 30.0),
        ("XNSE", 11.5, 10.0),
        ("XBOM", 11.5, 10.0),
        ("XJSE", 25.0, 0.0),
        ("XIDX", 0.0, 10.0),
        ("XWAR", 0.0, 0.0),
        ("BVMF", 0.0, 0.0),
    ],
)
def test_what_a_share_is_taxed(market, bought, sold) -> None:
    assert (figure(market, "buy_tax_bps", "2024-06-03"), figure(market, "sell_tax_bps", "2024-06-03")) == (bought, sold)


@pytest.mark.parametrize("market", ["XLON", "XPAR", "XMIL", "XMAD", "XDUB", "XJSE", "XPHS", "XKLS", "ASEX"])
def test_a_fund_is_not_taxed_where_the_tax_is_on_shares(market) -> None:
    assert figure(market, "buy_tax_bps", "2024-06-03", is_fund=True) == 0.0
    assert figure(market, "sell_tax_bps", "2024-06-03", is_fund=True) == 0.0


@pytest.mark.parametrize(
    ("market", "tax", "day", "expected"),
    [
        ("XETR", "FR", "2025-04-01", (40.0, 0.0)),  # a French share on Xetra
        ("XPAR", "none", "2025-04-01", (0.0, 0.0)),  # a small one
        ("XPAR", "NL", "2025-04-01", (0.0, 0.0)),  # a Dutch one, of a country without a tax
        ("XLON", "IE", "2025-04-01", (100.0, 0.0)),
        ("XNYS", "GB", "2025-04-01", (50.0, 0.0)),
        ("XNYS", "HK", "2023-11-16", (13.0, 13.0)),
        ("XKRX", "none", "2024-06-03", (0.0, 0.0)),
    ],
)
def test_a_tax_follows_the_issuer_where_a_security_says_whose(market, tax, day, expected) -> None:
    assert (figure(market, "buy_tax_bps", day, tax=tax), figure(market, "sell_tax_bps", day, tax=tax)) == expected
    assert figure(market, "commission_bps", day, tax=tax) == figure(market, "commission_bps", day)


@pytest.mark.parametrize(
    ("kind", "tax", "day", "expected"),
    [
        ("reit", None, "2024-12-20", 10.0),
        ("reit", None, "2024-12-21", 0.0),
        ("reit", None, "2026-06-03", 0.0),
        ("share", None, "2024-12-21", 10.0),
        ("reit", "GB", "2025-06-03", 0.0),  # bought in Hong Kong, where GB's tax is on purchases: below
    ],
)
def test_hong_kong_takes_no_stamp_duty_on_units_of_trusts_since_december_2024(kind, tax, day, expected) -> None:
    unit = Security.model_validate({"symbol": "0823.HK", "name": "A", "lot": 100, "kind": kind, "tax": tax})
    days, spans = np.array([day], "datetime64[D]"), untaxed(unit, 2024, 2026)
    columns = rules_of("XHKG", days, days, None, is_fund=not unit.is_share, tax=tax, untaxed=spans)
    assert columns["sell_tax_bps"][0] == expected
    assert columns["buy_tax_bps"][0] == (50.0 if tax else expected)
    assert columns["clearing_bps"][0] == figure("XHKG", "clearing_bps", day)


def test_the_date_of_settlement_decides_where_the_law_of_the_tax_says_so() -> None:
    assert [tax_settles_in(*pair) for pair in (("ASEX", None), ("XETR", "GR"), ("ASEX", "none"), ("XKRX", None))] == [
        2,
        2,
        0,
        2,
    ]


@pytest.mark.parametrize(
    ("market", "day", "steps"),
    [
        # the annex of RTS 11, last column, one price in each range
        ("XETR", "2024-06-03", {0.05: 0.0001, 0.99: 0.0001, 1: 0.0002, 2: 0.0005, 5: 0.001, 10: 0.002, 20: 0.005}),
        ("XPAR", "2024-06-03", {50: 0.01, 100: 0.02, 200: 0.05, 500: 0.1, 1000: 0.2, 2000: 0.5, 5000: 1}),
        ("XSTO", "2024-06-03", {10_000: 2, 20_000: 5, 50_000: 10, 999_999: 10}),
        ("XTAI", "2024-06-03", {9.99: 0.01, 10: 0.05, 50: 0.1, 100: 0.5, 500: 1, 1000: 5}),
        ("XNSE", "2024-06-07", {100: 0.05, 3000: 0.05}),
        ("XNSE", "2024-06-10", {249: 0.01, 250: 0.05, 3000: 0.05}),
        ("XNSE", "2025-04-15", {249: 0.01, 250: 0.05, 1000: 0.1, 5000: 0.5, 10_000: 1, 20_000: 5}),
        ("XBOM", "2023-02-28", {14: 0.01, 15: 0.05}),
        ("XBOM", "2023-03-01", {99: 0.01, 100: 0.05}),
        ("XASX", "2024-06-03", {0.099: 0.001, 0.1: 0.005, 1.99: 0.005, 2: 0.01}),
        ("XTSE", "2024-06-03", {0.49: 0.005, 0.5: 0.01, 300: 0.01}),
    ],
)
def test_price_steps(market, day, steps) -> None:
    assert {price: step(market, day, price) for price in steps} == steps


@pytest.mark.parametrize(
    ("base", "lowest", "highest"),
    [
        # base × 0.9 drawn up and base × 1.1 drawn down to the step there, by hand
        (600.0, 540.0, 660.0),
        (23.55, 21.20, 25.90),  # 21.195, 25.905
        (9.99, 9.00, 10.95),  # 8.991; 10.989, where steps are 0.05
        (10.20, 9.18, 11.20),  # 9.18 exactly, in steps of 0.01; 11.22
        (505.0, 454.5, 555.0),  # 555.5, where steps are 1
        (1005.0, 905.0, 1105.0),  # 904.5 in steps of 1; 1105.5 in steps of 5
    ],
)
def test_taipei_s_limits_are_a_tenth_of_the_reference_price_cut_to_the_step(base, lowest, highest) -> None:
    rules = MARKETS["XTAI"]
    assert rules.limit is not None
    low, high = limit_prices(rules.limit, np.array([base]), rules.ticks[0].bands)
    assert (low[0], high[0]) == (lowest, highest)


def test_an_exchange_without_a_file_has_the_generic_row_and_says_so() -> None:
    assert figure("XWAR", "commission_bps", "2003-06-02") == COMMISSION_BPS
    assert not market_rules("XWAR").ticks
    assert market_rules("XWAR").limit is None
    first, last = date(2024, 1, 2), date(2024, 12, 31)
    (line,) = told_of(shares("AAA.WA", "BBB.SA", "CCC"), None, first, last)
    assert line.startswith("BVMF, XWAR: generic costs (10 bp commission, 5 bp slippage")
    assert told_of(shares("AAA.WA"), "none", first, last) == []
    assert len(told_of(iter(shares("AAA.WA", "DDD.PA")), None, first, last)) == 2


def test_what_is_taken_for_granted_of_a_tax_is_said() -> None:
    first, last = date(2024, 1, 2), date(2024, 12, 31)
    (london,) = told_of(shares("AAA.L"), None, first, last)
    assert london.startswith("XLON: listings that are younger than three years")
    assert told_of(shares("AAA.KS", "AAA.T", "AAA.HK", "AAA.SS", "AAA", "AAA.DE"), None, first, last) == []


def shares(*symbols: str) -> list[Security]:
    return [
        Security.model_validate({"symbol": one, "name": one, "lot": 1, **({} if "." in one else {"exchange": "XNYS"})})
        for one in symbols
    ]


def test_a_generic_tax_before_its_first_row_is_refused() -> None:
    with pytest.raises(StudyError, match=r"is known from 2021-01-01 on, not on 2020-12-30"):
        figure("XJSE", "buy_tax_bps", "2020-12-30")


def test_an_unknown_market_is_refused_with_the_nearest() -> None:
    with pytest.raises(StudyError, match="Did you mean 'XETR'"):
        market_rules("XETRA")


def test_beijing_opened_with_its_limit() -> None:
    _, numbers = market_rules("BJSE").limits_on("430047.BJ", np.array(["2021-11-12", "2021-11-15"], "datetime64[D]"))
    assert numbers.tolist() == [-1, 0]
    assert market_rules("BJSE").free_sessions("430047.BJ", date(2022, 1, 4)) == 1


def test_every_exchange_s_country_is_one_of_two_letters() -> None:
    assert all(len(exchange.country) == 2 for exchange in EXCHANGES.values())


def test_a_band_that_is_known_from_a_later_date_on_is_told_to_be_assumed_before() -> None:
    def told(first: date, **said: object) -> list[str]:
        one = Security.model_validate({"symbol": "XYZ.DE", "name": "A", "lot": 1, **said})
        return steps_assumed([one], None, first)

    dated = {"liquidity": {date(2025, 4, 7): "LB5"}}
    assert told(date(2025, 4, 7), **dated) == []
    (line,) = told(date(2025, 4, 4), **dated)
    assert line.startswith("XYZ.DE (LB5 from 2025-04-07): the first liquidity band known is taken for the dates before")
    assert told(date(2022, 1, 3), liquidity="LB5") == []
    assert told(date(2022, 1, 3))[0].startswith("XYZ.DE: the price steps of the most liquid band (LB6, MiFID II)")
