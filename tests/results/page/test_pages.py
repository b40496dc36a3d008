"""The comparison page says what run.json says, asks the network for nothing and trusts no word given."""

from __future__ import annotations

import json
import os
import re
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from eventfolio.engine.record import RunFacts, RunRecord, StudyFacts, StudyRecord
from eventfolio.events.errors import Unavailable
from eventfolio.results import write_run as store
from eventfolio.results.html import known_text
from eventfolio.results.metrics import METRICS, show
from eventfolio.results.page import page

EVIL = "<script>alert(1)</script>\"' --> </script><!-- \u202egnp.exe & {{ 7*7 }}"


class Page(HTMLParser):
    """Elements with their attributes, the text, and the content of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text, self.code = "", ""
        self._inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.code += data
        else:
            self.text += data


def requests_of(text: str) -> list[str]:
    """Every reference by which a browser would ask for something that is not a file beside the page."""
    seen = Page(text)
    loads = [
        value
        for tag, attributes in seen.elements
        for name, value in attributes.items()
        if name in ("src", "srcset", "href", "xlink:href", "data", "action", "poster", "background") and value
    ]
    network = [value for value in loads if re.match(r"\s*(https?:|//|ftp:|javascript:)", value)]
    styles = [attributes.get("style") or "" for _, attributes in seen.elements]
    wanted = re.findall(r"@import|url\(\s*['\"]?(?!#|data:)[^)]*", " ".join([seen.code, *styles]))
    fetched = re.findall(r"\bfetch\(|XMLHttpRequest|sendBeacon|import\(", seen.code)
    return network + wanted + fetched


@pytest.fixture
def hostile(study: StudyRecord, runs: list[RunRecord]) -> tuple[StudyRecord, list[RunRecord]]:
    """Every word that comes from a file of the user's is an attack."""
    facts = json.loads(json.dumps(study.facts.to_json()))
    for event in facts["events"]:
        event |= {"title": EVIL, "source": EVIL, "themes": [EVIL], "confidence": EVIL}
    for theme in facts["themes"]:
        theme |= {"title": EVIL, "why": EVIL, "untradable": [{"name": EVIL, "why": EVIL, "proxy": EVIL}]}
        for member in theme["members"]:
            member |= {"symbol": EVIL, "name": EVIL, "note": EVIL, "stands_for": EVIL}
    facts |= {"notes": [EVIL], "warnings": [EVIL], "benchmark": EVIL}
    facts["calendar"]["name"] = facts["calendar"]["article"]["title"] = EVIL
    worse: dict[str, Any] = json.loads(json.dumps(runs[0].facts.to_json()))
    worse["strategy"] |= {"doc": EVIL, "name": EVIL, "params": {EVIL: EVIL}, "themes": [EVIL]}
    worse |= {"warnings": [EVIL]}
    worse["data"]["source"] = EVIL
    return StudyRecord(StudyFacts.from_json(facts)), [replace(runs[0], facts=RunFacts.from_json(worse))]


def _index(study: StudyRecord, runs: list[RunRecord], folder: Path) -> str:
    return (store.write_run(study, runs, folder, tearsheets=False) / "index.html").read_text(encoding="utf-8")


def _data(text: str) -> dict[str, Any]:
    """The data that the page's script draws."""
    (embedded,) = re.findall(r'<script type="application/json" id="page-data">(.*?)</script>', text, re.S)
    assert "<" not in embedded
    found: dict[str, Any] = json.loads(embedded)
    return found


def test_the_page_shows_the_figures_of_run_json(study: StudyRecord, runs: list[RunRecord], folder: Path) -> None:
    text = _index(study, runs, folder)
    for run in runs:
        (body,) = re.findall(rf'<tbody data-strategy="{run.label}">(.*?)</tbody>', text, re.S)
        for row, key in [("whole", "metrics"), ("pit", "metrics_point_in_time"), ("home", "home_metrics")]:
            (cells,) = re.findall(rf'<tr class="part {row}">(.*?)</tr>', body, re.S)
            shown = re.findall(r"<td>(.*?)</td>", cells)
            assert len(shown) == len(METRICS)
            for cell, metric in zip(shown, METRICS, strict=True):
                value = (getattr(run.facts, key) or {}).get(metric.key)
                if value is None:
                    assert cell == "–"
                else:
                    exact, words = re.match(r'<data value="(.*?)">(.*?)</data>', cell).groups()  # type: ignore[union-attr]
                    assert float(exact) == value
                    assert words == show(metric.kind, value)


def test_the_page_asks_the_network_for_nothing(study: StudyRecord, runs: list[RunRecord], folder: Path) -> None:
    text = _index(study, runs, folder)
    assert requests_of(text) == []
    scripts = [attributes["src"] for tag, attributes in Page(text).elements if tag == "script" and "src" in attributes]
    assert scripts == ["../plotly.min.js"]
    assert (folder / "plotly.min.js").stat().st_size > 1_000_000


def test_hostile_words_stay_words(hostile: tuple[StudyRecord, list[RunRecord]], folder: Path) -> None:
    study, runs = hostile
    text = _index(study, runs, folder)
    seen = Page(text)
    assert len([tag for tag, _ in seen.elements if tag == "script"]) == 3
    assert "alert(1)</script>" not in text
    assert EVIL.replace(" ", "") in seen.text.replace(" ", "")
    assert not [1 for tag, attributes in seen.elements if any(name.startswith("on") for name in attributes)]


def test_the_script_gets_hostile_words_as_they_are_and_cannot_be_left(
    hostile: tuple[StudyRecord, list[RunRecord]], folder: Path
) -> None:
    data = _data(_index(*hostile, folder))
    assert data["events"]["rows"][0][1] == EVIL


def test_lines_start_from_the_first_days_return_and_fall_from_the_highest_point(
    study: StudyRecord, make_run: Any, folder: Path
) -> None:
    run = make_run(returns=[-0.1, 0.5, -0.2], benchmark=[float("nan"), 0.02, 0.0])
    chart = _data(_index(study, [run], folder))["chart"]
    assert chart["lines"][0]["gain"] == pytest.approx([-0.1, 0.35, 0.08])
    assert chart["lines"][0]["fall"] == pytest.approx([-0.1, 0.0, -0.2])
    assert chart["dates"][chart["benchmarks"][0]["dates"]] == ["2024-06-04", "2024-06-05"]


def test_simulated_prices_are_named_in_title_and_banner_and_real_ones_are_not(
    study: StudyRecord, runs: list[RunRecord], tmp_path: Path
) -> None:
    simulated = _index(study, runs, tmp_path / "one")
    assert "<title>SIMULATED" in simulated
    assert '<p class="banner"><strong>SIMULATED</strong>' in simulated
    real = _index(StudyRecord(replace(study.facts, simulated=False)), runs, tmp_path / "two")
    assert "SIMULATED" not in real


def test_the_page_names_what_cannot_be_traded_what_is_hindsight_and_every_warning_once(
    study: StudyRecord, runs: list[RunRecord], folder: Path
) -> None:
    text = Page(_index(study, runs, folder)).text
    assert "RELR (Rare earths) cannot be traded: No such fund is listed. In its place: REMX." in text
    assert text.count("036460.KS: volume unknown on 2024-07-01.") == 1
    assert "The shaded span ends on 2025-06-17" in text
    assert text.count("hindsight") > 2


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (0, "2024-06-19 17:55 New York (06-19 21:55 UTC)"),
        (1, "2026-02-10, Seoul"),  # the end of the 10th in Seoul is 15:00 UTC of that day
        (3, "2026-03"),
    ],
)
def test_a_moment_is_told_no_finer_than_it_is_known(study: StudyRecord, event: int, words: str) -> None:
    assert known_text(study.facts.events[event]) == words


def test_several_runs_stand_side_by_side_on_the_union_of_their_dates(
    study: StudyRecord, runs: list[RunRecord], make_run: Any, folder: Path
) -> None:
    short = make_run("announcement-drift", returns=[0.01, 0.02])
    studies = [
        store.load_run(store.write_run(study, chosen, folder, tearsheets=False)) for chosen in (runs[:2], [short])
    ]
    out = page.compare_page(studies, folder.parent / "pages" / "compare.html")
    text = out.read_text(encoding="utf-8")
    chart = _data(text)["chart"]
    assert [line["name"] for line in chart["lines"]] == [
        "announcement-drift (1)", "kogas-lng (1)", "announcement-drift (2)",
    ]  # fmt: skip
    assert [len(chart["dates"][line["dates"]]) for line in chart["lines"]] == [477, 477, 2]
    assert (out.parent / "plotly.min.js").is_file()
    links = [attributes["href"] for tag, attributes in Page(text).elements if tag == "a"]
    assert links
    assert all((out.parent / str(link)).exists() for link in links if not str(link).startswith("#"))
    assert requests_of(text) == []
    assert Page(text).text.count("cannot be traded") == 1  # shared by both runs, so said once


def test_a_comparison_made_with_workers_is_the_one_made_without(
    study: StudyRecord, runs: list[RunRecord], make_run: Any, folder: Path
) -> None:
    other = [make_run(run.label, seed=90 + number) for number, run in enumerate(runs)]
    paths = [store.write_run(study, chosen, folder, tearsheets=False) for chosen in (runs, other)]
    alone = page.compare_page([store.load_run(path) for path in paths], folder / "alone.html")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as workers:
        studies = [store.load_run(path) for path in paths]
        assert all(run.returns is not None for run in studies[0].runs)  # one that is read already stays as it is
        beside = page.compare_page(studies, folder / "beside.html", workers=workers)
    assert beside.read_bytes() == alone.read_bytes()
    assert "more than chance" in alone.read_text() or "no more than chance" in alone.read_text()


def test_a_worker_that_dies_while_runs_are_compared_is_told_in_words(
    study: StudyRecord, runs: list[RunRecord], folder: Path
) -> None:
    stored = store.load_run(store.write_run(study, runs, folder, tearsheets=False))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as workers:
        workers.submit(os._exit, 1)
        with pytest.raises(Unavailable, match="ended from outside"):
            page.compare_page([stored, stored], folder / "compare.html", workers=workers)
    assert not (folder / "compare.html").exists()


def test_a_page_that_cannot_be_written_is_told_in_words(
    study: StudyRecord, runs: list[RunRecord], folder: Path
) -> None:
    stored = store.load_run(store.write_run(study, runs, folder, tearsheets=False))
    with pytest.raises(Unavailable, match="could not be written"):
        page.compare_page([stored], stored.folder / "study.json" / "compare.html")
