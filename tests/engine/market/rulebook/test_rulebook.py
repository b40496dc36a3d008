"""What each market charged on which date, typed in a second time; where tables end; what a study's costs change."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from datetime import date
from typing import Any, get_args

import numpy as np
import pytest

from eventfolio.engine.errors import StudyError
from eventfolio.engine.market.market import read_market
from eventfolio.engine.market.rulebook import MARKETS, Rules, has_price_rules, market_rules, outrun, rules_of
from eventfolio.engine.market.rulebook.costs import CostRow
from eventfolio.engine.study.study import load_study
from eventfolio.events import Security
from eventfolio.events.dprk_russia import STUDY
from eventfolio.events.exchanges import EXCHANGES

KOREA, CHINA = ("XKRX", "XKOS"), ("XSHG", "XSHE", "BJSE")
NEW_YORK = ("XNYS", "XNAS", "ARCX", "BATS", "XASE")


def figure(
    market: str, name: str, day: str, settles: str | None = None, costs: Any = None, is_fund: bool = False
) -> float:
    """One figure of a market on a day; taxes as of `settles` (the day itself where it is not given)."""
    days, later = (np.array([text], "datetime64[D]") for text in (day, settles or day))
    return float(rules_of(market, days, later, costs, is_fund)[name][0])


def step(market: str, day: str, price: float, steps: str | None = None) -> float:
    """The price step at a price on a day."""
    rules = MARKETS[market]
    (number,) = rules.ticks_on(np.array([day], "datetime64[D]"), steps)
    return next(tick for below, tick in rules.ticks_of(steps)[number].bands if price < below)


def test_every_exchange_with_sessions_has_rules() -> None:
    assert set(MARKETS) < set(EXCHANGES)
    for exchange, known in EXCHANGES.items():
        assert market_rules(exchange).zone == known.zone
        assert market_rules(exchange).is_generic == (exchange not in MARKETS)


@pytest.mark.parametrize(
    ("markets", "name", "before", "after"),
    [
        (KOREA, "sell_tax_bps", ("2022-12-31", 23.0), ("2023-01-01", 20.0)),
        (KOREA, "sell_tax_bps", ("2023-12-31", 20.0), ("2024-01-01", 18.0)),
        (KOREA, "sell_tax_bps", ("2024-12-31", 18.0), ("2025-01-01", 15.0)),
        (KOREA, "sell_tax_bps", ("2025-12-31", 15.0), ("2026-01-01", 20.0)),
        (("XHKG",), "buy_tax_bps", ("2021-07-31", 10.0), ("2021-08-01", 13.0)),
        (("XHKG",), "sell_tax_bps", ("2021-07-31", 10.0), ("2021-08-01", 13.0)),
        (("XHKG",), "buy_tax_bps", ("2023-11-16", 13.0), ("2023-11-17", 10.0)),
        (("XHKG",), "sell_tax_bps", ("2023-11-16", 13.0), ("2023-11-17", 10.0)),
        (("XHKG",), "buy_fee_bps", ("2021-12-31", 0.77), ("2022-01-01", 0.785)),  # 0.27 + 0.50; the FRC's 0.015
        (("XHKG",), "sell_fee_bps", ("2022-12-31", 0.785), ("2023-01-01", 0.85)),  # a trading fee of 0.565
        (("XHKG",), "clearing_bps", ("2025-06-29", 0.2), ("2025-06-30", 0.42)),
        (("XHKG",), "clearing_min", ("2025-06-29", 2.0), ("2025-06-30", 0.0)),
        (("XHKG",), "clearing_max", ("2025-06-29", 100.0), ("2025-06-30", math.inf)),
        (CHINA, "sell_tax_bps", ("2023-08-27", 10.0), ("2023-08-28", 5.0)),
        # handling 0.487, levy 0.2, transfer 0.2 (halved), via Hong Kong 0.2; then handling 0.341
        (CHINA, "buy_fee_bps", ("2022-04-28", 1.087), ("2022-04-29", 0.987)),
        (CHINA, "sell_fee_bps", ("2022-04-28", 1.087), ("2022-04-29", 0.987)),
        (CHINA, "buy_fee_bps", ("2023-08-27", 0.987), ("2023-08-28", 0.841)),
        (CHINA, "sell_fee_bps", ("2023-08-27", 0.987), ("2023-08-28", 0.841)),
        (NEW_YORK, "sell_fee_bps", ("2021-02-24", 0.221), ("2021-02-25", 0.051)),
        (NEW_YORK, "sell_fee_bps", ("2022-05-13", 0.051), ("2022-05-14", 0.229)),
        (NEW_YORK, "sell_fee_bps", ("2023-02-26", 0.229), ("2023-02-27", 0.08)),
        (NEW_YORK, "sell_fee_bps", ("2024-05-21", 0.08), ("2024-05-22", 0.278)),
        (NEW_YORK, "sell_fee_bps", ("2025-05-13", 0.278), ("2025-05-14", 0.0)),
        (NEW_YORK, "sell_fee_bps", ("2026-04-03", 0.0), ("2026-04-04", 0.206)),
    ],
)
def test_a_rate_changes_on_its_day_and_not_before(markets, name, before, after) -> None:
    for market in markets:
        assert figure(market, name, before[0]) == pytest.approx(before[1], rel=1e-12)
        assert figure(market, name, after[0]) == pytest.approx(after[1], rel=1e-12)


@pytest.mark.parametrize(
    ("markets", "name", "expected"),
    [
        (KOREA, "buy_tax_bps", 0.0),  # only sales are taxed
        (("XTKS",), "sell_tax_bps", 0.0),
        (CHINA, "buy_tax_bps", 0.0),
        (("XHKG",), "tax_rounds_up_to", 1.0),  # to the dollar
        (NEW_YORK, "buy_fee_bps", 0.0),
        (NEW_YORK, "commission_bps", 0.0),
        ((*KOREA, *CHINA, *NEW_YORK, "XHKG", "XTKS"), "slippage_bps", 5.0),
        ((*KOREA, *CHINA, *NEW_YORK, "XHKG", "XTKS"), "volume_share", 0.10),
        ((*KOREA, *CHINA, *NEW_YORK, "XHKG", "XTKS"), "fx_bps", 0.0),
    ],
)
def test_what_did_not_change_is_charged_throughout(markets, name, expected) -> None:
    for market in markets:
        for day in ("2021-01-04", "2023-08-28", "2025-06-30", "2026-06-30"):
            assert figure(market, name, day) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("day", ["2021-01-04", "2022-06-30", "2023-11-16", "2024-06-03", "2026-06-30"])
def test_a_fund_pays_the_taxes_of_funds_on_its_trades_and_every_fee(day: str) -> None:
    for market in MARKETS:
        for name in ("buy_tax_bps", "sell_tax_bps"):
            of_funds = {"XTAI": (0.0, 10.0), "ROCO": (0.0, 10.0), "XNSE": (1.5, 0.1), "XBOM": (1.5, 0.1)}
            expected = of_funds.get(market, (0.0, 0.0))[name == "sell_tax_bps"]
            assert figure(market, name, day, is_fund=True) == expected
        for name in ("buy_fee_bps", "sell_fee_bps", "clearing_bps", "clearing_min", "clearing_max", "commission_bps"):
            assert figure(market, name, day, is_fund=True) == figure(market, name, day)


def test_of_what_a_fund_pays_out_hong_kong_keeps_nothing_and_the_others_what_they_keep_of_dividends() -> None:
    for market in MARKETS:
        kept = figure(market, "withholding", "2024-06-03", is_fund=True)
        assert kept == (0.0 if market in ("XHKG", "XGEM") else figure(market, "withholding", "2024-06-03"))


def test_a_tax_that_the_study_sets_itself_holds_for_funds_too() -> None:
    costs = {"XKRX": CostRow(sell_tax_bps=7.0)}
    assert figure("XKRX", "sell_tax_bps", "2024-06-03", costs=costs, is_fund=True) == 7.0
    assert figure("XHKG", "sell_tax_bps", "2024-06-03", costs=costs, is_fund=True) == 0.0
    assert figure("XKRX", "sell_tax_bps", "2024-06-03", costs=CostRow(sell_tax_bps=3.0), is_fund=True) == 3.0


def test_taxes_go_by_the_date_of_settlement_and_all_else_by_the_trade() -> None:
    assert figure("XKRX", "sell_tax_bps", "2024-12-27", settles="2025-01-02") == 15.0
    assert figure("XHKG", "clearing_bps", "2025-06-29", settles="2025-07-02") == 0.2


def test_only_shanghai_and_shenzhen_hold_back_resale_and_these_tax_by_settlement() -> None:
    assert {market for market, rules in MARKETS.items() if rules.t_plus_one} == set(CHINA)
    assert {market: rules.settles_tax_in for market, rules in MARKETS.items() if rules.settles_tax_in} == {
        "XKRX": 2,
        "XKOS": 2,
        "XPAR": 2,
        "XMIL": 2,
        "XMAD": 2,
    }


def test_daily_limits_stand_where_the_markets_have_them() -> None:
    limits = {market: (rules.limit.kind, rules.limit.fraction) for market, rules in MARKETS.items() if rules.limit}
    assert limits == {
        **dict.fromkeys(KOREA, ("truncated", 0.30)),
        **dict.fromkeys(("XSHG", "XSHE"), ("rounded", 0.10)),
        "BJSE": ("rounded", 0.30),
        "XTKS": ("yen", 0.0),
        **dict.fromkeys(("XTAI", "ROCO"), ("stepped", 0.10)),
    }


@pytest.mark.parametrize(
    ("market", "day", "price", "step_there"),
    [
        ("XKRX", "2023-01-24", 1_500, 5),
        ("XKRX", "2023-01-25", 1_500, 1),
        ("XKRX", "2023-01-24", 15_000, 50),
        ("XKRX", "2023-01-25", 15_000, 10),
        ("XKRX", "2023-01-24", 150_000, 500),
        ("XKRX", "2025-06-18", 150_000, 100),
        ("XKRX", "2025-06-18", 500_000, 1_000),
        # KOSDAQ knew no step above 100 won before
        ("XKOS", "2023-01-24", 49_950, 50),
        ("XKOS", "2023-01-24", 50_000, 100),
        ("XKOS", "2023-01-24", 150_000, 100),
        ("XKOS", "2023-01-24", 700_000, 100),
        ("XKOS", "2023-01-25", 199_900, 100),
        ("XKOS", "2023-01-25", 200_000, 500),
        ("XKOS", "2023-01-25", 700_000, 1_000),
        ("XHKG", "2021-01-04", 0.2, 0.001),
        ("XHKG", "2021-01-04", 0.25, 0.005),
        ("XHKG", "2025-08-04", 0.2, 0.001),
        ("XHKG", "2025-08-04", 0.49, 0.005),
        ("XHKG", "2025-08-04", 0.5, 0.01),
        ("XHKG", "2025-08-04", 9.99, 0.01),
        ("XHKG", "2025-08-03", 15, 0.02),
        ("XHKG", "2025-08-04", 15, 0.01),
        ("XHKG", "2025-08-03", 25, 0.05),
        ("XHKG", "2025-08-04", 25, 0.02),
        ("XHKG", "2025-08-04", 50, 0.05),
        ("XHKG", "2025-08-04", 150, 0.1),
        ("XHKG", "2025-08-04", 200, 0.2),
        ("XHKG", "2021-01-04", 499.8, 0.2),
        ("XHKG", "2021-01-04", 500, 0.5),
        ("XHKG", "2021-01-04", 1_250, 1),
        ("XHKG", "2021-01-04", 2_500, 2),
        ("XHKG", "2021-01-04", 6_000, 5),
        ("XTKS", "2021-01-04", 2_500, 1),
        ("XTKS", "2023-06-05", 2_500, 1),
        ("XTKS", "2023-06-05", 4_800, 5),
        ("XTKS", "2023-06-05", 29_990, 10),
        ("XTKS", "2023-06-05", 30_000, 50),
        ("XTKS", "2023-06-05", 60_000, 100),
        ("XSHE", "2025-06-18", 30, 0.01),
        ("XSHE", "2025-06-18", 0.9, 0.01),
        ("ARCX", "2025-06-18", 80, 0.01),
        ("XNYS", "2021-01-04", 0.9999, 0.0001),
        ("XNAS", "2025-06-18", 0.12, 0.0001),
        ("XNAS", "2025-06-18", 1.0, 0.01),
    ],
)
def test_price_steps_are_those_of_price_and_day(market: str, day: str, price: float, step_there: float) -> None:
    assert step(market, day, price) == step_there


@pytest.mark.parametrize(
    ("steps", "day", "price", "step_there"),
    [
        ("TOPIX Mid400", "2023-06-04", 2_500, 1),
        ("TOPIX Mid400", "2023-06-05", 2_500, 0.5),
        ("TOPIX Mid400", "2023-06-04", 4_800, 5),
        ("TOPIX Mid400", "2023-06-05", 4_800, 1),
        ("TOPIX Mid400", "2023-06-05", 990, 0.1),
        ("TOPIX 100", "2021-01-04", 990, 0.1),
        ("TOPIX 100", "2021-01-04", 2_500, 0.5),
        ("TOPIX 100", "2023-06-05", 2_500, 0.5),
        ("TOPIX 100", "2021-01-04", 60_000, 10),
        ("TOPIX 100", "2021-01-04", 20_000, 5),
    ],
)
def test_tokyo_s_large_shares_have_finer_steps_and_the_middle_ones_since_june_2023(steps, day, price, step_there):
    assert step("XTKS", day, price, steps) == step_there


def test_every_table_of_steps_that_a_security_may_name_is_there() -> None:
    names = {name for rules in MARKETS.values() for name in rules.other_ticks}
    assert names == set(get_args(Security.model_fields["steps"].annotation)[0].__args__)
    for market, rules in MARKETS.items():
        for name in rules.other_ticks:
            row = dict(symbol="S", name="S", exchange=market, currency="JPY", lot=1, steps=name)
            assert Security(**row).steps == name  # type: ignore[arg-type]


# --- daily limits -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("market", "symbol", "day", "fraction"),
    [
        ("XSHE", "300750.SZ", "2020-08-21", 0.10),
        ("XSHE", "300750.SZ", "2020-08-24", 0.20),
        ("XSHE", "301297.SZ", "2024-03-04", 0.20),
        ("XSHE", "302132.SZ", "2026-03-04", 0.20),
        ("XSHE", "000001.SZ", "2024-03-04", 0.10),
        ("XSHE", "002738.SZ", "2024-03-04", 0.10),
        ("XSHG", "688981.SS", "2021-01-04", 0.20),
        ("XSHG", "689009.SS", "2024-03-04", 0.20),
        ("XSHG", "600111.SS", "2024-03-04", 0.10),
        ("XSHG", "300001.SS", "2024-03-04", 0.10),  # no board of Shanghai's
        ("XKRX", "688000.KS", "2024-03-04", 0.30),
    ],
)
def test_a_board_has_the_limit_of_its_day(market: str, symbol: str, day: str, fraction: float) -> None:
    rows, (number,) = MARKETS[market].limits_on(symbol, np.array([day], "datetime64[D]"))
    assert rows[number].fraction == fraction


def test_a_market_without_limits_has_none() -> None:
    for market in ("XHKG", *NEW_YORK):
        rows, (number,) = MARKETS[market].limits_on("X", np.array(["2024-03-04"], "datetime64[D]"))
        assert (rows, number) == ((), -1)


@pytest.mark.parametrize(
    ("market", "symbol", "listed", "sessions"),
    [
        ("XSHG", "600001.SS", "2023-04-07", 0),
        ("XSHG", "600001.SS", "2023-04-10", 5),  # registration came to the main boards
        ("XSHE", "001001.SZ", "2023-04-09", 0),
        ("XSHE", "001001.SZ", "2024-01-02", 5),
        ("XSHG", "688001.SS", "2021-01-04", 5),
        ("XSHE", "300001.SZ", "2020-08-21", 0),
        ("XSHE", "300001.SZ", "2020-08-24", 5),
        ("XKRX", "005930.KS", "2024-01-02", 0),
        ("XTKS", "7013.T", "2024-01-04", 0),
        ("XHKG", "0883.HK", "2024-01-02", 0),
    ],
)
def test_a_new_listing_in_china_has_no_limit_for_five_sessions(market, symbol, listed, sessions) -> None:
    assert MARKETS[market].free_sessions(symbol, date.fromisoformat(listed)) == sessions


@pytest.mark.parametrize(
    ("base", "width"),
    [
        (99, 30), (100, 50), (199, 50), (499, 80), (699, 100), (999, 150), (1_499, 300), (1_999, 400), (2_999, 500),
        (4_999, 700), (6_999, 1_000), (9_999, 1_500), (14_999, 3_000), (19_999, 4_000), (29_999, 5_000),
        (49_999, 7_000), (69_999, 10_000), (99_999, 15_000), (149_999, 30_000), (199_999, 40_000), (299_999, 50_000),
        (499_999, 70_000), (699_999, 100_000), (999_999, 150_000), (1_499_999, 300_000), (49_999_999, 7_000_000),
        (50_000_000, 10_000_000),
    ],
)  # fmt: skip
def test_tokyo_s_limit_is_a_width_by_base_price(base: float, width: float) -> None:
    limit = MARKETS["XTKS"].limit
    assert limit is not None
    assert next(yen for below, yen in limit.widths if base < below) == width


# --- the tables as such -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("market", MARKETS)
def test_every_table_ascends_and_every_figure_has_a_source_and_a_meaning(market: str) -> None:
    rules = MARKETS[market]
    assert set(rules.figures) | set(rules.of_funds) <= {field.name for field in fields(Rules)}
    steps = (rules.ticks, *rules.other_ticks.values())
    boards = [(board.limits, board.free_for) for board in rules.boards]
    plain = ((rules.limit,) if rules.limit else (), rules.free_for)
    for table in (*rules.figures.values(), *rules.of_funds.values(), *steps, *plain, *sum(boards, ())):
        starts = [row.start for row in table]
        assert starts == sorted(set(starts))
        assert all(row.source for row in table)
    for table in (*(ticks.bands for rows in steps for ticks in rows), rules.limit.widths if rules.limit else ()):
        bounds = [below for below, _ in table]
        assert bounds == sorted(set(bounds))
        assert not bounds or bounds[-1] == math.inf


def test_figures_from_general_knowledge_say_so() -> None:
    unverified = {
        (market, name) for market, rules in MARKETS.items() for name, rows in rules.figures.items()
        for row in rows if not row.verified
    }  # fmt: skip
    assert {pair for pair in unverified if pair[1] not in ("commission_bps", "commission_min", "withholding")} == {
        *((market, "sell_fee_bps") for market in NEW_YORK),
        *((market, name) for market in ("XNSE", "XBOM") for name in ("buy_fee_bps", "sell_fee_bps")),
    }


@pytest.mark.parametrize("market", ["XKRX", "XHKG", "XSHE", "XNYS"])
def test_a_day_before_the_first_row_is_refused_in_words(market: str) -> None:
    days = np.array(["2020-12-31", "2021-01-04"], "datetime64[D]")
    with pytest.raises(StudyError, match=r"is known from 2021-01-01 on, not on 2020-12-31\. Start the study later"):
        rules_of(market, days, days, None)


@pytest.mark.parametrize(
    ("markets", "last", "words"),
    [
        (["XNYS"], "2026-04-03", []),
        (["XNYS"], "2026-04-04", ["XNYS: fees on sales are sure to 2026-04-03 only: the SEC fee of 20.60"]),
        (["XNYS", "ARCX", "XNYS"], "2026-06-30", ["ARCX, XNYS: fees on sales"]),
        (["XHKG"], "2026-06-30", []),
        (["XHKG"], "2026-07-01", ["XHKG: price steps are sure to 2026-06-30 only: a second phase"]),
        (["XKRX", "XTKS", "XSHE"], "2026-11-28", []),
        (["XKRX"], "2026-11-29", ["were last looked up on 2026-11-28"]),
        (
            ["XNAS"],
            "2026-11-02",
            ["XNAS: fees on sales", "XNAS: price steps are sure to 2026-10-31 only: steps of half"],
        ),
    ],
)
def test_a_study_that_reaches_beyond_a_table_is_told_where_it_ends(markets, last, words) -> None:
    found = outrun(markets, date.fromisoformat(last), None)
    assert len(found) == len(words)
    assert all(word in line for word, line in zip(words, found, strict=True))


@pytest.mark.parametrize(("end", "told"), [("2026-04-03", 0), ("2026-04-06", 1)])
def test_a_study_s_market_is_warned_of_the_tables_it_outruns(end: str, told: int) -> None:
    study = replace(load_study(STUDY), end=date.fromisoformat(end))
    warnings = read_market(study, date(2026, 11, 28)).warnings
    assert sum("the SEC fee of 20.60 dollars a million" in line for line in warnings) == told


def test_a_table_that_the_study_does_without_is_no_matter() -> None:
    last = date(2026, 9, 30)
    assert outrun(["XNYS"], last, "none") == []
    assert outrun(["XNYS"], last, CostRow(commission_bps=3.0)) == []
    assert outrun(["XNYS"], last, {"XNYS": CostRow(sell_fee_bps=0.2)}) == []
    assert len(outrun(["XNYS", "XNAS"], last, {"XNYS": CostRow(sell_fee_bps=0.2)})) == 1
    assert len(outrun(["XNYS"], last, {"XNYS": CostRow(commission_bps=1.0)})) == 1


# --- what a study changes -----------------------------------------------------------------------------------------


def test_a_market_s_own_row_changes_the_figures_it_gives_and_no_other() -> None:
    costs = {"XKRX": CostRow(commission_bps=3.0, sell_tax_bps=0.0)}
    assert figure("XKRX", "commission_bps", "2025-06-18", costs=costs) == 3.0
    assert figure("XKRX", "sell_tax_bps", "2025-06-18", costs=costs) == 0.0
    assert figure("XKRX", "slippage_bps", "2025-06-18", costs=costs) == 5.0
    assert figure("XKOS", "commission_bps", "2025-06-18", costs=costs) == 5.0
    assert figure("XHKG", "buy_tax_bps", "2025-06-18", costs=costs) == 10.0


def test_a_figure_of_one_s_own_holds_on_every_date() -> None:
    costs = {"XHKG": CostRow(buy_tax_bps=7.0)}
    for day in ("2023-11-16", "2023-11-17", "2026-06-30"):
        assert figure("XHKG", "buy_tax_bps", day, costs=costs) == 7.0


def test_one_row_replaces_every_fee_and_tax_of_every_market() -> None:
    row = CostRow(commission_bps=10.0, volume_share=0.2)
    expected = {field.name: float(field.default) for field in fields(Rules)}  # type: ignore[arg-type]
    expected |= {"commission_bps": 10.0, "volume_share": 0.2}
    for market in MARKETS:
        assert {name: figure(market, name, "2025-06-18", costs=row) for name in expected} == expected
        assert figure(market, "sell_tax_bps", "1999-01-04", costs=row) == 0.0  # no table is asked


def test_none_is_free_of_costs_slippage_and_cap() -> None:
    for market in MARKETS:
        for field in fields(Rules):
            expected = math.inf if field.name in ("volume_share", "clearing_max") else 0.0
            assert figure(market, field.name, "2025-06-18", costs="none") == expected


def test_price_steps_and_limits_are_market_rules_and_go_with_the_markets_own_costs() -> None:
    assert has_price_rules(None)
    assert has_price_rules({"XKRX": CostRow(commission_bps=3.0)})
    assert not has_price_rules("none")
    assert not has_price_rules(CostRow(commission_bps=3.0))


def test_a_study_can_change_every_figure() -> None:
    assert {field.name for field in fields(Rules)} - set(CostRow.model_fields) == {"fractions_in_cash"}


def test_the_short_ban_of_seoul_is_recorded() -> None:
    assert MARKETS["XKRX"].short_bans == ((date(2023, 11, 6), date(2025, 3, 30)),)
