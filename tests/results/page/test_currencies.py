"""Runs of accounts in different currencies stand side by side, each named with its own, and nothing is added."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from support.records import changed

from eventfolio.cli.printing.runs import metrics_table
from eventfolio.engine.record import RunRecord
from eventfolio.results.diff import differences
from eventfolio.results.page import page_data
from eventfolio.results.page.lots import breakdown, heat
from eventfolio.results.page.page import compare_page
from eventfolio.results.page.page_data import lots_table
from eventfolio.results.write_run import load_run, write_run

RATE = 1_000.0  # won for a dollar
MONEY = ("pnl", "pnl_local", "pnl_currency", "dividends", "commission", "fees", "tax", "fx_cost", "costs", "slippage")


def in_won(run: RunRecord) -> RunRecord:
    """The run as an account in won at one rate would have it."""
    trades = run.trades.assign(**{key: run.trades[key] * RATE for key in MONEY if key in run.trades})
    account = replace(run.facts.account, currency="KRW", cash=run.facts.account.cash * RATE)
    return replace(run, facts=replace(run.facts, account=account), trades=trades)


@pytest.fixture
def two(study, make_run, folder):
    """Two strategies of which one is far ahead, in dollars and in won. P&L of each: 3.5 dollars, 3,500 won."""
    runs = [make_run("drift"), make_run("gas", returns=[0.01, *[0.012, 0.01] * 238])]
    won = replace(study, facts=changed(study.facts, account={"cash": 1e9, "currency": "KRW"}))
    both = ((study, runs), (won, [in_won(run) for run in runs]))
    return [
        load_run(write_run(one, made, folder.parent / str(place) / "runs", tearsheets=False))
        for place, (one, made) in enumerate(both)
    ]


def named(studies: list[Any]) -> list[tuple[str, Any]]:
    return [(f"{run.label} {place}", run) for place, study in enumerate(studies) for run in study.runs]


def test_sums_by_the_currency_of_the_listing_are_made_for_each_account_currency(two):
    shown = breakdown(two, named(two))
    title = shown["heads"].index("P&L after costs")
    assert {
        account: [(row["name"], row["lots"], row["sums"][title]) for row in rows]
        for account, rows in shown["currencies"].items()
    } == {
        "USD": [("KRW (XKRX)", 4, 7.0)],
        "KRW": [("KRW (XKRX)", 4, 7_000.0)],
    }
    assert [row["sums"][title] for row in shown["strategies"]] == [3.5, 3.5, 3_500.0, 3_500.0]


def test_a_cell_is_as_strong_as_its_share_of_the_largest_in_its_currency(two):
    shown = heat(named(two), two[0].facts.events)
    assert shown["most"] == [3.5, 3.5, 3_500.0, 3_500.0]


def test_the_largest_lots_are_those_that_moved_the_most_of_the_cash(two, monkeypatch):
    monkeypatch.setattr(page_data, "MOST_LOTS", 4)
    table, left_out, _ = lots_table(named(two))
    assert left_out == 4
    lots = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    assert [(lot["strategy"], lot["pnl"]) for lot in lots] == [(0, 3.5), (1, 3.5), (2, 3_500), (3, 3_500)]


def test_a_page_names_each_run_s_currency_and_marks_none_as_best(two, folder):
    text = compare_page(two, folder.parent / "compare.html").read_text(encoding="utf-8")
    data = json.loads(text.partition('id="page-data">')[2].partition("</script>")[0])
    assert data["names"] == ["drift (1, USD)", "gas (1, USD)", "drift (2, KRW)", "gas (2, KRW)"]
    assert data["money"] == [["USD", 1e6], ["USD", 1e6], ["KRW", 1e9], ["KRW", 1e9]]
    assert [line["name"] for line in data["chart"]["benchmarks"]] == ["ACWI in USD", "ACWI in KRW"]
    assert "the runs are in different currencies" in text.lower()
    assert '<b class="best"' not in text
    for account in ("USD", "KRW"):
        assert f"all strategies in {account} together, in {account}" in text
    assert "before in USD, after in KRW" in text


def test_a_page_of_one_currency_says_it_once(two, folder):
    text = compare_page([two[0], two[0]], folder.parent / "compare.html").read_text(encoding="utf-8")
    assert "different currencies" not in text
    assert re.search(r"Sums over the lots, in USD\.", text)
    assert "all strategies together, in USD" not in text
    assert "all strategies together</caption>" in text
    assert "gas (2)" in text
    assert '<b class="best"' in (two[0].folder / "index.html").read_text(encoding="utf-8")


def test_the_terminal_names_them_too(two):
    shown = metrics_table(two)
    assert [str(cell) for cell in shown.columns[0].cells] == [
        "drift (1, USD)",
        "gas (1, USD)",
        "drift (2, KRW)",
        "gas (2, KRW)",
    ]
    assert str(list(metrics_table([two[0], two[0]]).columns[0].cells)[-1]) == "gas (2)"


def test_a_difference_says_in_what_its_money_is(two):
    found = differences(*two)
    assert [pair.other_money for pair in found.pairs] == ["before in USD, after in KRW"] * 2
    assert not found.nothing
    same = differences(two[0], two[0])
    assert [pair.other_money for pair in same.pairs] == ["", ""]
    assert same.to_json()["pairs"][0]["currencies"] == ("USD", "USD")
