"""What the page says in words, what it marks as best, what it sums."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from support.records import changed

from eventfolio.results.page import page_data
from eventfolio.results.page.glance import NOTHING, glance, spark
from eventfolio.results.page.lots import breakdown, heat
from eventfolio.results.page.page import render_index
from eventfolio.results.page.page_data import Words, lots_table, stories
from eventfolio.results.page.summary import deflated, evidence, summary_lines
from eventfolio.results.page.timeline_svg import timeline
from eventfolio.results.significance.best import best_strategies
from eventfolio.results.tearsheet.workers import Here
from eventfolio.results.write_run import load_run, write_run


@pytest.fixture(scope="module")
def written(made_up, tmp_path_factory):
    """A run as it is written, for each test to read anew."""
    return write_run(*made_up(), tmp_path_factory.mktemp("written") / "runs", tearsheets=False, pool=Here())


@pytest.fixture
def named(written):
    stored = load_run(written)
    return stored, [(run.label, run) for run in stored.runs]


@pytest.mark.parametrize(
    ("alike", "strategies", "runs"),
    [
        pytest.param(0.0, 2, 300, marks=pytest.mark.prove),
        pytest.param(0.8, 2, 300, marks=pytest.mark.prove),
        (0.0, 6, 60),
    ],
)
def test_of_equal_strategies_one_is_marked_in_at_most_five_runs_of_a_hundred(alike, strategies, runs):
    """By any figure at all, whichever leads; of 300 runs at 5 %, 24 and more come once in 50 times."""
    marked = 0
    for seed in range(runs):
        chance = np.random.default_rng(seed)
        shared = alike * chance.normal(0.0003, 0.01, 150)
        own = (1 - alike**2) ** 0.5
        marked += bool(best_strategies([shared + own * chance.normal(0.0003, 0.01, 150) for _ in range(strategies)]))
    assert marked / runs <= 0.05 + 1.5 * (0.05 * 0.95 / runs) ** 0.5


def test_a_strategy_far_ahead_is_marked_and_by_volatility_the_calmest():
    chance = np.random.default_rng(1)
    base = [chance.normal(0.0, 0.01, 500) for _ in range(3)]
    ahead = [*base, chance.normal(0.004, 0.01, 500)]
    assert best_strategies(ahead)["total_return"] == best_strategies(ahead)["sharpe"] == 3
    calm = [*base, chance.normal(0.0, 0.002, 500)]
    assert best_strategies(calm)["volatility"] == 3


def test_nothing_is_marked_without_rivals_rows_or_common_dates():
    chance = np.random.default_rng(2)
    good, idle = chance.normal(0.01, 0.01, 300), np.zeros(300)
    assert best_strategies([good]) == {}
    assert best_strategies([good, idle]) == {}  # one that never traded is no rival
    assert best_strategies([good, good[:200]]) == {}
    assert best_strategies([good[:30], good[30:60]]) == {}
    assert best_strategies([good, good.copy()]) == {}  # as good as another is not best


def test_the_least_loss_is_not_best_beside_one_that_stayed_in_cash():
    chance = np.random.default_rng(5)
    less, more = chance.normal(-0.001, 0.002, 500), chance.normal(-0.02, 0.01, 500)
    alone, beside = best_strategies([less, more]), best_strategies([less, np.zeros(500), more])
    assert alone["total_return"] == alone["volatility"] == 0
    assert "total_return" not in beside
    assert "cagr" not in beside
    assert beside["volatility"] == 0  # cash is calm without merit
    gained = best_strategies([less + 0.004, np.zeros(500), more])
    assert gained["total_return"] == gained["sharpe"] == 0


def test_the_words_say_gain_hindsight_and_how_little_is_known(study, make_run, folder):
    run = make_run(metrics={"total_return": -0.0904}, metrics_point_in_time={"total_return": 0.02}, home_metrics=None)
    run.trades["excess_return"] = [0.01, -0.01]
    run.trades["pnl"] = [2.97, 5.94]  # 1 and 2 % of what 10 shares cost at 29.70
    run.trades["entry_session"] = pd.to_datetime(["2024-06-20", "2025-06-18"])
    run = replace(run, facts=changed(run.facts, benchmark_metrics={"total_return": 0.05}))
    (stored,) = load_run(write_run_one(study, run, folder)).runs
    said = summary_lines(stored)
    assert said[0] == "Lost 9.04% over the whole window, gained 2.00% point in time, after costs; the benchmark 5.00%."
    assert said[1] == "1 of 2 lots are hindsight: nobody had named the theme yet."
    assert said[2] == (
        "2 lots on 2 dates of entry; +1.5 % a lot, its indices +1.5 %: 2 holdings that do not overlap, too few for an "
        "interval."
    )


def test_a_verdict_on_the_raw_gain_that_an_older_record_holds_is_not_shown(study, make_run, folder):
    old = {"lots": 2, "independent_dates": 1, "verdict": "+9 % a lot: more than chance would explain."}
    (stored,) = load_run(write_run(study, [make_run(significance=old)], folder, tearsheets=False)).runs
    assert "more than chance" not in " ".join(summary_lines(stored))


def write_run_one(study, run, folder):
    metrics = {key: run.facts.metrics.get(key) for key in ("total_return", "sharpe", "trades")}
    run = replace(run, facts=changed(run.facts, metrics=metrics))
    return write_run(study, [run], folder, tearsheets=False)


def test_a_verdict_of_the_record_comes_first_and_its_figures_are_listed(study, make_run, folder):
    significance = {
        "lots": 2,
        "independent_dates": 2,
        "judgement": "no_evidence",
        "verdict": "A random calendar does as well 31 % of the time.",
        "placebo": {"total_return": 0.31, "draws": 10_000},
        "deflated_sharpe": None,
        "intervals": {"sharpe": {"value": 0.5, "low": -0.25, "high": 1.25, "method": "bca"}},
    }
    (stored,) = load_run(write_run(study, [make_run(significance=significance)], folder, tearsheets=False)).runs
    assert summary_lines(stored)[0] == "A random calendar does as well 31 % of the time."
    assert evidence(stored.facts.significance) == [
        ("intervals · sharpe", "0.5, between -0.25 and 1.25"),
        ("deflated sharpe", "–"),
        ("placebo · total return", "0.31"),
        ("placebo · draws", "10,000"),
    ]
    page = (stored.folder.parent / "index.html").read_text()
    assert "A random calendar does as well 31 % of the time." in page
    assert "deflated sharpe" in page


def test_the_heat_map_sums_a_lot_under_the_event_that_opened_it(named):
    stored, rows = named
    shown = heat(rows, stored.facts.events)
    assert [event_id for event_id, _ in shown["rows"]] == ["bridge-announced", "article"]
    assert shown["rows"][0][1] == [(3.5, 1)] * 3
    assert shown["totals"][0] == 3.5


def test_costs_and_currencies_are_sums_over_the_lots(named):
    stored, rows = named
    shown = breakdown([stored], rows)
    by_title = dict(zip(shown["heads"], shown["strategies"][0]["sums"], strict=True))
    assert by_title["Costs in all"] == 3.0
    assert by_title["P&L after costs"] == 3.5
    assert [(row["name"], row["lots"]) for row in shown["currencies"]["USD"]] == [("KRW (XKRX)", 6)]


def records(table):
    """Rows of a table of the page's data as dicts."""
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def test_the_why_of_a_lot_is_its_orders_and_their_stories(named):
    _, rows = named
    table, left_out, silent = lots_table(rows)
    lots = records(table)
    assert (len(lots), left_out, silent) == (6, 0, 0)
    assert lots[0]["why"] == [
        "2024-06-20 buy 036460.KS, news: 10 of 10 shares, filled",
        "sized to 10 shares",
        "filled whole",
        "2024-07-18 sell 036460.KS, time: 10 of 10 shares, filled",
    ]
    assert lots[0]["extended"] == "spans-meet"
    assert (lots[0]["entry"], lots[0]["exit"], lots[1]["exit"]) == ("2024-06-20", "2024-07-18", "")
    assert (lots[0]["pnl"], lots[1]["pnl"], lots[0]["excess"]) == (3.5, None, 0.006)
    assert [lot["strategy"] for lot in lots] == [0, 0, 1, 1, 2, 2]


def test_the_story_of_an_event_is_what_became_of_it_and_the_lots_it_moved(named):
    stored, _ = named
    lines = Words()
    told = stories(stored.facts.events, [(4, stored.runs[0])], lines)
    (part,) = told["spans-meet"]["parts"]
    assert part["strategy"] == 4
    said = {key: [lines.all[number] for number in part[key]] for key in ("became", "extended")}
    assert said["became"] == ["extended (moved the time exit of what was held or awaited): 036460.KS"]
    assert said["extended"] == ["Moved the time exit of lot 0 036460.KS, opened by bridge-announced."]
    assert any("known 2026-02-10 15:00 UTC" in lines.all[number] for number in told["spans-meet"]["lines"])


def test_a_line_that_many_strategies_tell_of_an_event_stands_once_on_the_page(named):
    stored, _ = named
    lines = Words()
    stories(stored.facts.events, [(number, stored.runs[0]) for number in range(100)], lines)
    assert len(lines.all) == len(set(lines.all)) < 100


def test_of_very_many_lots_the_largest_stay_and_the_page_stays_small(study, make_run, folder):
    run = make_run()
    many = pd.concat([run.trades] * 5000, ignore_index=True)
    many["lot"], many["pnl"] = range(len(many)), np.arange(len(many), dtype=float)
    run = type(run)(**{**vars(run), "trades": many})
    stored = load_run(write_run(study, [run], folder, tearsheets=False))
    table, left_out, silent = lots_table([(one.label, one) for one in stored.runs])
    assert (len(table["rows"]), left_out) == (3000, 7000)
    assert silent == 0  # no order belongs to any of those that stay
    assert min(lot["pnl"] for lot in records(table)) == 7000
    assert (stored.folder / "index.html").stat().st_size < 1_200_000


def test_lots_whose_reasons_there_is_no_room_for_are_counted(named, monkeypatch):
    stored, rows = named
    monkeypatch.setattr(page_data, "MOST_WHY", 300)
    table, _, silent = lots_table(rows)
    assert [bool(lot["why"]) for lot in records(table)].count(True) == 3 - silent == 2
    page = render_index(stored)
    assert "1 of them stand without their why" in page


def test_a_calendar_of_ten_thousand_events_stands_on_the_page_whole_in_three_megabytes(study, runs, folder):
    first, *_ = events = study.facts.events
    title = "Leaders announce a bridge of some length over a river"
    many = (*(replace(first, id=f"event-{number:05}", title=f"{title} {number}") for number in range(9996)), *events)
    written = write_run(replace(study, facts=replace(study.facts, events=many)), runs, folder, tearsheets=False)
    page = (written / "index.html").read_text()
    assert len(page.encode()) <= 3_000_000
    assert page.count('["event-0') == 9996
    assert "more events" not in page


@pytest.mark.parametrize(
    ("judgement", "words"),
    [
        ("beyond_chance", "more than its market and chance"),
        ("below_beyond_chance", "less than its market, beyond chance"),
        ("no_evidence", "no evidence of beating its market"),
        ("too_few", "too few holdings to say anything"),
        ("no_index", "no index beside it, nothing claimed"),
    ],
)
def test_the_verdict_is_told_in_six_words(study, make_run, folder, judgement, words):
    run = make_run(significance={"judgement": judgement, "verdict": "In full."})
    (stored,) = load_run(write_run(study, [run], folder, tearsheets=False)).runs
    assert glance(stored, None).words == words
    assert len(words.split()) == 6


def test_the_verdict_of_a_run_stored_before_it_was_kept_is_made_from_its_lots(study, make_run, folder):
    run = make_run(significance={"lots": 2, "verdict": "+9 % a lot: more than chance would explain."})
    (stored,) = load_run(write_run(study, [run], folder, tearsheets=False)).runs
    assert glance(stored, None).words == "too few holdings to say anything"  # 1 of 2 lots with a known gain


def test_a_strategy_that_bought_nothing_is_said_to_have():
    assert len(NOTHING.split()) == 6


def test_the_small_line_starts_at_nothing_gained_and_shades_the_rows_before_the_article():
    returns = pd.DataFrame({"date": pd.bdate_range("2025-06-16", periods=4), "return": [0.1, -0.5, 0.0, 1.0]})
    drawn = spark(returns, date(2025, 6, 18))
    # gains 0, 0.1, -0.45, -0.45, 0.1 between 2 (highest) and 30 (lowest): zero lies 0.45 of 0.55 up from the lowest
    assert drawn.zero == pytest.approx(2 + 28 * (1 - 0.45 / 0.55), abs=0.05)
    assert drawn.line == f"M0.0 {drawn.zero}L30.0 2.0L60.0 30.0L90.0 30.0L120.0 2.0"
    assert drawn.hindsight == 60.0  # two of four rows
    assert spark(returns, None).hindsight == 0.0
    assert spark(returns[:1], None) is None


def test_the_time_line_places_windows_and_knowledge_in_order(study):
    drawn = timeline(study.facts)
    assert [row.id for row in drawn.rows] == ["bridge-announced", "article", "spans-meet", "month-only"]
    known = [row.known for row in drawn.rows]
    assert known == sorted(known)
    first = drawn.rows[0]
    assert abs(first.bar[0] - first.known) < 2  # it became known on the day it happened
    assert known[0] < drawn.published <= known[1] + 2
    assert timeline(replace(study.facts, events=())) is None


@pytest.mark.parametrize(
    ("figure", "words"), [(0.9449, "DSR 0.94"), (0.947, "DSR below 0.95"), (0.95, "DSR 0.95"), (0.5, "DSR 0.50")]
)
def test_a_deflated_sharpe_ratio_below_the_border_is_not_rounded_up_to_it(named, figure, words):
    significance = named[0].runs[0].facts.significance
    found = deflated(replace(significance, deflated_sharpe=figure, trials_seen=12))
    assert found is not None
    assert found[0] == words
    assert ("not beyond" in found[1]) is (figure < 0.95)
