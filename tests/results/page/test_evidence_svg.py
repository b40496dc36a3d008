"""The event study and the placebo on the page: kept beside the run, drawn to scale, told in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.records import event_study, placebo

from eventfolio.engine.record import RunRecord, StudyRecord, StudyReturns
from eventfolio.results import write_run as store
from eventfolio.results.event_study.of_run import MOST_ROWS, event_study_of
from eventfolio.results.page.evidence_svg import fan, forest, histogram, in_words
from eventfolio.results.store.evidence import StudyPart
from eventfolio.results.store.read import load_run


class _Here(Executor):
    """Runs what it is given at once, in this process."""

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        future: Future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def frames(events: int = 8, effect: float = 0.0, seed: int = 3) -> StudyReturns:
    """Two firms of one theme, an event on both every 75 sessions, the effect on its session 0."""
    rng = np.random.default_rng(seed)
    index = pd.bdate_range("2020-01-01", periods=170 + 75 * max(events, 1), name="date")
    market = 0.01 * rng.standard_normal(len(index))
    returns = {name: market + 0.02 * rng.standard_normal(len(index)) for name in ("A", "B")}
    rows = []
    for number in range(events):
        at = 160 + 75 * number
        for name in returns:
            returns[name][at] += effect
            event = {"name": f"event-{number}", "symbol": name, "date": index[at], "market": name}
            rows.append(event | {"group": f"event-{number}", "themes": ("metals",)})
    listed = pd.DataFrame(rows, columns=["name", "symbol", "date", "market", "group", "themes"])
    home = pd.DataFrame({"A": market, "B": market}, index=index)
    return StudyReturns(pd.DataFrame(returns, index=index), home, listed, (), ())


def test_the_run_keeps_its_event_study_and_the_page_shows_it(
    study: StudyRecord, runs: list[RunRecord], folder: Path
) -> None:
    written = store.write_run(replace(study, returns=lambda: frames(effect=0.05)), runs[:1], folder, pool=_Here())
    found = json.loads((written / "event_study.json").read_text())
    assert [part["name"] for part in found["parts"]] == ["all", "metals"]
    whole = found["parts"][0]
    assert whole["independent_dates"] == 8
    assert whole["windows"][0] | {"first": 0, "last": 0, "units": 8} == whole["windows"][0]
    assert whole["windows"][0]["caar"] == pytest.approx(0.05, abs=0.015)
    page = (written / "index.html").read_text()
    assert "Was it the event?" in page
    assert whole["verdict"] in page
    assert page.count('class="drawn"') == 2
    assert "nan" not in page[page.index('id="event-study"') : page.index('id="chart-section"')].lower()


def test_without_evidence_there_is_no_event_study(study: StudyRecord, runs: list[RunRecord], folder: Path) -> None:
    written = store.write_run(replace(study, returns=lambda: frames()), runs[:1], folder, tearsheets=False)
    assert not (written / "event_study.json").exists()
    assert "Was it the event?" not in (written / "index.html").read_text()


@pytest.mark.parametrize(
    ("returns", "words"),
    [
        (frames(0), "No event has a day 0"),
        (replace(frames(1), events=frames(1).events.assign(date=pd.Timestamp("2020-01-06"))), "can be measured"),
        (replace(frames(1), events=pd.concat([frames(1).events] * (MOST_ROWS // 2 + 1))), "too many"),
    ],
)
def test_what_cannot_be_measured_says_why(returns: StudyReturns, words: str) -> None:
    found = event_study_of(returns)
    assert words in (found.why or "")
    assert found.parts == ()
    json.dumps(found.to_json(), allow_nan=False)


def test_the_fan_and_the_forest_are_drawn_to_scale() -> None:
    whole = dict.fromkeys(("detectable", "p", "p_holm", "p_bh")) | {"units": 3}
    document = {
        "name": "all",
        "verdict": "",
        "events": 4,
        "independent_dates": 3,
        "fan": [[-1, 0.0, -0.02, 0.02], [0, 0.03, 0.01, 0.05], [1, 0.02, -0.01, 0.05]],
        "units": [
            {"names": ["one"], "symbols": ["A"], "date": "2025-01-02", "car": 0.04, "low": 0.0, "high": 0.08},
            {"names": ["two", "three"], "symbols": ["A"], "date": "2025-02-02", "car": 0.0, "low": -0.04, "high": 0.04},
            {"names": ["four"], "symbols": ["A"], "date": "2025-03-02", "car": None, "low": None, "high": None},
        ],
        "windows": [whole | {"first": -1, "last": 1, "caar": 0.02, "low": -0.01, "high": 0.05}],
    }
    part = StudyPart.from_json(document)
    drawn = fan(part)
    assert drawn is not None
    assert drawn.event == pytest.approx((52 + 448) / 2)
    assert [text for _, text in drawn.across] == ["-1", "0", "1"]
    heights = {text: y for y, text in drawn.up}
    assert drawn.zero == heights["0"] > heights["4"]
    rows = forest(part)
    assert rows is not None
    (_, name, words, low, at, high), second, mean = rows.rows
    assert (name, second[1], mean[1]) == ("one", "two +1", "mean of 2")
    assert low == rows.zero  # its interval begins at no effect
    assert at == pytest.approx((low + high) / 2, abs=0.1)
    assert second[4] == rows.zero
    assert "+4.0 %" in words


def test_the_histogram_marks_the_real_calendar() -> None:
    drawn = histogram(placebo(real={"total_return": 0.3}))
    assert drawn is not None
    (x1, _, w1, h1), (x2, _, _, h2) = drawn.bars
    assert h1 == pytest.approx(3 * h2, abs=0.2)
    assert x1 + w1 == pytest.approx(x2, abs=0.2)
    assert drawn.real == 448
    assert drawn.anchor == "end"


def test_listings_of_one_reason_share_a_line() -> None:
    gone = [{"name": "e", "symbol": symbol, "date": "2025-01-02", "why": "too early"} for symbol in ("A", "B")]
    assert in_words(event_study(left_out=gone)) == ["Left out: e (2025-01-02): too early; A, B."]


def test_what_is_unusual_about_the_measured_events_is_told_too() -> None:
    assert in_words(event_study(notes=["e: its market has no return"])) == ["e: its market has no return"]


def test_a_placebo_kept_with_a_run_is_drawn_on_its_page(
    study: StudyRecord, make_run: Callable[..., RunRecord], folder: Path
) -> None:
    written = store.write_run(study, [make_run("kogas-lng")], folder, tearsheets=False)
    document = placebo(verdict="4 events <b>; a random calendar does as well 31 % of the time (9 tried): no evidence.")
    assert "--run" in (written / "index.html").read_text()
    before = {item: item.read_bytes() for item in written.rglob("*.parquet")}
    (run,) = load_run(written).runs
    page = store.attach_placebo(run, document).read_text()
    assert "4 events &lt;b&gt;; a random calendar does as well 31 %" in page
    assert "the real calendar" in page
    assert before == {item: item.read_bytes() for item in written.rglob("*.parquet")}
    (again,) = load_run(written).runs
    assert again.placebo == replace(document, schema=1)
