"""Tearsheets: our figures, quantstats' pictures, for any returns at all."""

from __future__ import annotations

import logging
import math
import re
import sys
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eventfolio.engine.record import RunRecord, StudyRecord
from eventfolio.results import write_run as store
from eventfolio.results.metrics import METRICS, show
from eventfolio.results.tearsheet import tearsheet
from eventfolio.results.tearsheet.quantstats_figures import falls, quantstats_figures, years

Sheet = Callable[..., str]


@pytest.fixture
def sheet(study: StudyRecord, make_run: Callable[..., RunRecord], folder: Path) -> Sheet:
    """The tearsheet of a made-up run."""

    def draw(**facts: object) -> str:
        written = store.write_run(study, [make_run(**facts)], folder, tearsheets=False)
        return tearsheet.render(store.load_run(written).runs[0], study.facts)

    return draw


def test_a_sheet_of_two_years_holds_every_picture(sheet: Sheet) -> None:
    text = sheet()
    assert "could not draw" not in text
    assert "Takes" not in text
    assert text.count('<svg role="img"') == 9


def test_a_strategy_of_every_theme_is_said_to_trade_all(sheet: Sheet, make_run: Callable[..., RunRecord]) -> None:
    strategy = make_run().facts.strategy
    assert "themes <bdi>" in sheet()
    assert "</bdi>, all themes</dd>" in sheet(strategy=strategy.to_json() | {"themes": ["*"]})


def test_the_sheet_shows_the_figures_of_run_json(sheet: Sheet, make_run: Callable[..., RunRecord]) -> None:
    text, facts = sheet(), make_run().facts
    for metric in METRICS:
        (row,) = re.findall(rf'<tr data-metric="{metric.key}">(.*?)</tr>', text)
        cells = re.findall(r"<td>(.*?)</td>", row)
        for cell, key in zip(
            cells, ["metrics", "metrics_point_in_time", "benchmark_metrics", "home_metrics"], strict=True
        ):
            value = (getattr(facts, key) or {}).get(metric.key)
            if value is None:
                assert cell == "–"
            else:
                assert cell == f'<data value="{value!r}">{show(metric.kind, value)}</data>'


GAPPY = [math.nan] * 200 + [0.001, -0.002] * 138 + [0.0]
UNUSUAL: dict[str, dict[str, object]] = {
    "one row": {"returns": [0.01]},
    "one flat row": {"returns": [0.0]},
    "two rows": {"returns": [0.01, -0.02]},
    "three rows": {"returns": [0.01, -0.02, 0.0]},
    "flat": {"returns": [0.0] * 300},
    "flat, flat benchmark": {"returns": [0.0] * 300, "benchmark": 0.0},
    "flat, no benchmark": {"returns": [0.0] * 300, "benchmark": math.nan},
    "constant gain": {"returns": [0.001] * 300},
    "constant loss": {"returns": [-0.001] * 300},
    "one day in the market": {"returns": [0.0] * 150 + [0.02] + [0.0] * 149},
    "ruin": {"returns": [0.01] * 60 + [-1.0] + [0.0] * 20},
    "no benchmark": {"benchmark": math.nan},
    "flat benchmark": {"benchmark": 0.0},
    "benchmark known late": {"benchmark": GAPPY},
    "dates in Seoul": {"zone": "Asia/Seoul"},
    "dates in New York, no benchmark": {"zone": "America/New_York", "benchmark": math.nan},
}


@pytest.mark.parametrize("facts", UNUSUAL.values(), ids=UNUSUAL)
def test_any_returns_give_a_sheet_and_no_noise(
    sheet: Sheet,
    facts: dict[str, object],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with warnings.catch_warnings(), caplog.at_level(logging.WARNING):
        warnings.simplefilter("error")
        text = sheet(**facts)
    assert "could not draw" not in text
    assert not re.search(r"(?<![a-z])nan(?![a-z])", re.sub(r"<svg.*?</svg>", "", text, flags=re.S))
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


def test_a_sheet_is_the_same_every_time(sheet: Sheet) -> None:
    one, two = sheet(), sheet()
    assert one.replace("-2/", "/") == two.replace("-2/", "/")


def test_a_sheet_asks_for_nothing_and_holds_no_script(sheet: Sheet) -> None:
    text = sheet()
    assert "<script" not in text
    assert "http://" not in text
    assert "https://" not in text
    assert not re.search(r"@import|url\((?!#)", text)
    assert not re.search(r'(src|href)="(?!#|\.\./index\.html|run\.json|strategy\.py)', text)


def test_pictures_do_not_share_ids(sheet: Sheet) -> None:
    ids = re.findall(r'\bid="([^"]+)"', sheet())
    assert sorted(ids) == sorted(set(ids))


def test_hostile_words_stay_words(study: StudyRecord, make_run: Callable[..., RunRecord], folder: Path) -> None:
    evil = "<script>alert(1)</script>\"' $x$ \u202e"
    events = tuple(replace(event, title=evil, source=evil) for event in study.facts.events)
    facts = replace(study.facts, benchmark=evil, notes=(evil,), study="made-up", events=events)
    run = make_run(warnings=[evil])
    strategy = replace(run.facts.strategy, doc=evil, name=evil, params={evil: evil})
    run = replace(run, facts=replace(run.facts, strategy=strategy))
    stored = store.load_run(store.write_run(StudyRecord(facts), [run], folder, tearsheets=False))
    text = tearsheet.render(stored.runs[0], stored.facts)
    assert "<script" not in text
    assert text.count("&lt;script&gt;alert(1)") > 8
    assert "could not draw" not in text


def test_simulated_prices_are_named_in_the_title(sheet: Sheet) -> None:
    text = sheet()
    assert "<title>SIMULATED · announcement-drift · made-up · tearsheet</title>" in text
    assert "(SIMULATED)</small></h1>" in text


def test_events_are_listed_with_their_first_sessions_and_marked(sheet: Sheet) -> None:
    text = sheet()
    (row,) = re.findall(r'<tr id="event-bridge-announced">(.*?)</tr>', text, re.S)
    assert "2024-06-20" in row
    assert "2024-06-21" in row
    assert ">hindsight<" in row
    assert ">traded here<" in row
    (row,) = re.findall(r'<tr id="event-month-only">(.*?)</tr>', text, re.S)
    assert "never" in row
    assert "traded here" not in row


def test_drawing_leaves_the_users_matplotlib_alone(sheet: Sheet) -> None:
    import matplotlib
    from matplotlib import pyplot

    sheet(returns=[0.01, 0.02])  # whatever importing quantstats sets is set now
    before, figures = dict(matplotlib.rcParams), pyplot.get_fignums()
    sheet()
    assert dict(matplotlib.rcParams) == before
    assert pyplot.get_fignums() == figures


def test_a_fall_that_begins_on_the_first_day_is_found() -> None:
    returns = pd.Series([-0.1, 0.0, 0.2, -0.05], index=pd.bdate_range("2024-06-03", periods=4))
    first, second = falls(returns)
    assert (first.start, first.end, first.recovered, first.depth) == (
        "2024-06-03",
        "2024-06-04",
        True,
        "-10.00%",
    )
    assert (second.start, second.recovered, second.depth) == ("2024-06-06", False, "-5.00%")


def test_the_deepest_fall_is_the_maximum_drawdown(make_run: Callable[..., RunRecord]) -> None:
    table = make_run(seed=7).returns
    returns = pd.Series(table["return"].to_numpy(), index=pd.DatetimeIndex(table["date"]))
    wealth = np.concatenate([[1.0], np.cumprod(1 + returns.to_numpy())])
    deepest = (wealth / np.maximum.accumulate(wealth) - 1).min()
    assert falls(returns)[0].depth == show("percent", deepest)


def test_years_are_compounded_and_an_unknown_benchmark_is_not_zero() -> None:
    dates = pd.DatetimeIndex(["2024-12-30", "2024-12-31", "2025-01-01"])
    returns = pd.Series([0.1, 0.1, -0.5], index=dates)
    benchmark = pd.Series([np.nan, np.nan, 0.25], index=dates)
    rows = [(row.year, row.strategy, row.benchmark) for row in years(returns, benchmark)]
    assert rows == [(2024, "21.00%", "–"), (2025, "-50.00%", "25.00%")]


def test_figures_against_a_benchmark_use_the_dates_on_which_it_is_known() -> None:
    dates = pd.bdate_range("2024-06-03", periods=6)
    benchmark = pd.Series([np.nan, np.nan, 0.01, -0.02, 0.03, 0.0], index=dates)
    returns = (2 * benchmark).fillna(0.5)
    found = {row.title: row.strategy for row in quantstats_figures(returns, benchmark)}
    assert found["Beta to the benchmark"] == "2.00"
    assert found["R² with the benchmark"] == "1.00"


def test_no_benchmark_gives_no_figures_against_it() -> None:
    returns = pd.Series([0.01, -0.02, 0.03], index=pd.bdate_range("2024-06-03", periods=3))
    found = {row.title: (row.strategy, row.benchmark) for row in quantstats_figures(returns, None)}
    assert found["Beta to the benchmark"] == ("–", "")
    assert found["Best day"] == ("3.00%", "–")


def test_loading_the_store_does_not_load_quantstats() -> None:
    import subprocess

    code = "import sys; import eventfolio.results.write_run\n"
    code += "print('quantstats' in sys.modules, 'matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"
