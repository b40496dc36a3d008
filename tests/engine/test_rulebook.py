"""What each market charged on which date, typed in a second time; and what a study's costs change of it."""

from __future__ import annotations

import math
from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np
import pytest

from engine.errors import StudyError
from engine.market.rulebook import MARKETS, Rules, has_price_rules, rules_of
from engine.market.sessions import CALENDAR_OF
from engine.study import CostRow

KOREA, CHINA, NEW_YORK = ("XKRX", "XKOS"), ("XSHG", "XSHE"), ("XNYS", "XNAS", "ARCX")


def figure(market: str, name: str, day: str, settles: str | None = None, costs: Any = None) -> float:
    """One figure of a market on a day; taxes as of `settles` (the day itself where it is not given)."""
    days, later = (np.array([text], "datetime64[D]") for text in (day, settles or day))
    return float(rules_of(market, days, later, costs)[name][0])


def test_every_exchange_with_sessions_has_rules() -> None:
    assert set(MARKETS) == set(CALENDAR_OF)


@pytest.mark.parametrize(
    ("markets", "name", "before", "after"),
    [
        (KOREA, "sell_tax_bps", ("2022-12-31", 23.0), ("2023-01-01", 20.0)),
        (KOREA, "sell_tax_bps", ("2023-12-31", 20.0), ("2024-01-01", 18.0)),
        (KOREA, "sell_tax_bps", ("2024-12-31", 18.0), ("2025-01-01", 15.0)),
        (KOREA, "sell_tax_bps", ("2025-12-31", 15.0), ("2026-01-01", 20.0)),
        (("XHKG",), "buy_tax_bps", ("2023-11-16", 13.0), ("2023-11-17", 10.0)),
        (("XHKG",), "sell_tax_bps", ("2023-11-16", 13.0), ("2023-11-17", 10.0)),
        (("XHKG",), "clearing_bps", ("2025-06-29", 0.2), ("2025-06-30", 0.42)),
        (("XHKG",), "clearing_min", ("2025-06-29", 2.0), ("2025-06-30", 0.0)),
        (("XHKG",), "clearing_max", ("2025-06-29", 100.0), ("2025-06-30", math.inf)),
        (CHINA, "sell_tax_bps", ("2023-08-27", 10.0), ("2023-08-28", 5.0)),
        (NEW_YORK, "sell_fee_bps", ("2024-05-21", 0.08), ("2024-05-22", 0.278)),
        (NEW_YORK, "sell_fee_bps", ("2025-05-13", 0.278), ("2025-05-14", 0.0)),
    ],
)
def test_a_rate_changes_on_its_day_and_not_before(markets, name, before, after) -> None:
    for market in markets:
        assert figure(market, name, before[0]) == before[1]
        assert figure(market, name, after[0]) == after[1]


@pytest.mark.parametrize(
    ("markets", "name", "expected"),
    [
        (KOREA, "buy_tax_bps", 0.0),  # only sales are taxed
        (("XTKS",), "sell_tax_bps", 0.0),
        (CHINA, "buy_tax_bps", 0.0),
        (CHINA, "buy_fee_bps", 0.341 + 0.2 + 0.1 + 0.2),  # handling, levy, transfer, via Hong Kong
        (CHINA, "sell_fee_bps", 0.341 + 0.2 + 0.1 + 0.2),
        (("XHKG",), "buy_fee_bps", 0.27 + 0.015 + 0.565),  # two levies and the trading fee
        (("XHKG",), "sell_fee_bps", 0.27 + 0.015 + 0.565),
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


def test_taxes_go_by_the_date_of_settlement_and_all_else_by_the_trade() -> None:
    assert figure("XKRX", "sell_tax_bps", "2024-12-27", settles="2025-01-02") == 15.0
    assert figure("XHKG", "clearing_bps", "2025-06-29", settles="2025-07-02") == 0.2


def test_only_shanghai_and_shenzhen_hold_back_resale_and_only_seoul_taxes_by_settlement() -> None:
    assert {market for market, rules in MARKETS.items() if rules.t_plus_one} == set(CHINA)
    assert {market: rules.settles_tax_in for market, rules in MARKETS.items() if rules.settles_tax_in} == {
        "XKRX": 2,
        "XKOS": 2,
    }


def test_daily_limits_stand_where_the_markets_have_them() -> None:
    limits = {market: (rules.limit.kind, rules.limit.fraction) for market, rules in MARKETS.items() if rules.limit}
    assert limits == {
        **dict.fromkeys(KOREA, ("truncated", 0.30)),
        **dict.fromkeys(CHINA, ("rounded", 0.10)),
        "XTKS": ("yen", 0.0),
    }


@pytest.mark.parametrize(
    ("market", "day", "price", "step"),
    [
        ("XKRX", "2023-01-24", 15_000, 50),
        ("XKRX", "2023-01-25", 15_000, 10),
        ("XKRX", "2025-06-18", 150_000, 100),
        ("XHKG", "2025-08-03", 15, 0.02),
        ("XHKG", "2025-08-04", 15, 0.01),
        ("XHKG", "2025-08-04", 25, 0.02),
        ("XTKS", "2023-06-04", 2_500, 1),
        ("XTKS", "2023-06-05", 2_500, 0.5),
        ("XSHE", "2025-06-18", 30, 0.01),
        ("ARCX", "2025-06-18", 80, 0.01),
    ],
)
def test_price_steps_change_on_their_day(market: str, day: str, price: float, step: float) -> None:
    rules = MARKETS[market]
    (number,) = rules.ticks_on(np.array([day], "datetime64[D]"))
    assert next(tick for below, tick in rules.ticks[number].bands if price < below) == step


@pytest.mark.parametrize("market", MARKETS)
def test_every_table_ascends_and_every_figure_has_a_source_and_a_meaning(market: str) -> None:
    rules = MARKETS[market]
    assert set(rules.figures) <= {field.name for field in fields(Rules)}
    for table in (*rules.figures.values(), rules.ticks):
        starts = [row.start for row in table]
        assert starts == sorted(set(starts))
        assert all(row.source for row in table)
    for ticks in rules.ticks:
        bounds = [below for below, _ in ticks.bands]
        assert bounds == sorted(set(bounds))
        assert bounds[-1] == math.inf


def test_figures_from_general_knowledge_say_so() -> None:
    unverified = {
        (market, name) for market, rules in MARKETS.items() for name, rows in rules.figures.items()
        for row in rows if not row.verified
    }  # fmt: skip
    assert {("XKRX", "commission_bps"), ("XHKG", "clearing_bps"), ("XTKS", "withholding")} <= unverified
    assert ("XHKG", "buy_tax_bps") not in unverified


@pytest.mark.parametrize("market", ["XKRX", "XHKG", "XSHE", "XNYS"])
def test_a_day_before_the_first_row_is_refused_in_words(market: str) -> None:
    days = np.array(["2020-12-31", "2021-01-04"], "datetime64[D]")
    with pytest.raises(StudyError, match=r"is known from 2021-01-01 on, not on 2020-12-31\. Start the study later"):
        rules_of(market, days, days, None)


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
