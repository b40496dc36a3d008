"""Lots on news whose time is assumed are counted, over the window and point in time, wherever a run is told of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ASSUMED = 'known_precision = "assumed"\n'
RELEASE = """from eventfolio import EventStrategy, Leave, Release


class Happened(EventStrategy):
    trigger = Release()
    leave = Leave("hold")
    params = dict(hold=5)
"""


def assume(study: Path, *ids: str) -> None:
    calendar = study.parent / "calendar.toml"
    text = calendar.read_text()
    for name in ids:
        head, rest = text.split(f'id = "{name}"')
        text = f'{head}id = "{name}"\n{ASSUMED}{rest}'
    calendar.write_text(text)


def counts(document: dict) -> list[tuple[int, int]]:
    return [(document[part]["assumed"], document[part]["trades"]) for part in ("metrics", "metrics_point_in_time")]


@pytest.mark.parametrize(
    ("ids", "wanted", "words"),
    [
        ((), [(0, 2), (0, 1)], None),
        (("contract",), [(1, 2), (0, 1)], "1 of 2 lots on news whose time is assumed; 0 of 1 point in time."),
        (("contract", "article"), [(2, 2), (1, 1)], "2 of 2 lots on news whose time is assumed; 1 of 1 point in time."),
    ],
)
def test_both_sets_of_metrics_say_how_many_lots_are_on_assumed_times(cli, study, ids, wanted, words):
    """The contract (before the article) and the article each buy MP once; their time is the same, assumed or not."""
    assume(study, *ids)
    (document,) = json.loads(cli("run", study, "--no-tearsheet", "--json").stdout)["runs"]
    assert counts(document) == wanted
    printed = " ".join(cli("run", study, "--no-tearsheet").stdout.split())
    assert not words or f"announcement-drift: {words}" in printed
    assert ("time is assumed" in printed) is bool(words)
    page = max((study.parent.parent / "results" / "runs").glob("*/index.html")).read_text()
    assert (words or "time is assumed") in page or not words
    assert ("time is assumed" in page) is bool(words)


def test_a_sweep_counts_them_as_a_run_does(cli, study):
    assume(study, "contract")
    found = json.loads(cli("sweep", "announcement-drift", "--study", study, "-p", "hold=5,10", "--json").stdout)
    assert [trial["metrics"]["assumed"] for trial in found["trials"]] == [1, 1]


def test_a_release_counts_by_the_news_that_it_occurred(cli, study, tmp_path):
    """Announced to the minute, and said to have occurred at a time that is assumed: one lot of one. The other way
    round: none."""
    (tmp_path / "mine.py").write_text(RELEASE)
    calendar = study.parent / "calendar.toml"
    event = """schema = 1
name = "tiny"
[[event]]
id = "report"
title = "A report"
kind = "earnings"
status = "scheduled"
occurs = "2025-04-10"
known_at = 2025-03-10T12:00:00+00:00
{first}zone = "America/New_York"
themes = ["metals"]
[[event.revision]]
known_at = 2025-04-10T20:05:00+00:00
{second}status = "occurred"
"""
    for first, second, assumed in (("", ASSUMED, 1), (ASSUMED, "", 0)):
        calendar.write_text(event.format(first=first, second=second))
        answer = cli("run", study, "-s", tmp_path / "mine.py:Happened", "--no-tearsheet", "--json")
        (document,) = json.loads(answer.stdout)["runs"]
        assert counts(document) == [(assumed, 1)] * 2
