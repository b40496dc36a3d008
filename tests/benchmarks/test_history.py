"""The history of the benchmarks, on figures made up for it."""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest
from support.places import TESTS

sys.path.append(str(TESTS / "benchmarks"))

import history
from history import Entry, Machine

HERE = Machine(2, 8, "a processor")
VERSIONS = {"python": "3.11.7", "eventfolio": "0.1.0", "backtrader": "1.9", "numba": "0.68", "numpy": "2.4"}


def entry(day: int, seconds: float, machine: Machine = HERE, python: str = "3.11.7", name: str = "kernel") -> Entry:
    return Entry(
        f"2026-01-{day:02d}T12:00:00Z", "speed", {"W1": {name: seconds}}, VERSIONS | {"python": python}, machine
    )


def test_each_run_is_appended_with_versions_and_machine_and_those_before_stay(tmp_path: Path) -> None:
    place = tmp_path / "history.json"
    first = history.record("speed", {"W1": {"kernel": 8e-6, "backtrader": 0.025}}, place)
    second = history.record("loading", {"files": {"the sample": 0.05}}, place)
    assert history.read(place) == [first, second]
    assert first.medians == {"W1": {"kernel": 8e-6, "backtrader": 0.025}}
    assert first.versions == {
        "python": platform.python_version(),
        **{name: version(name) for name in ("eventfolio", "backtrader", "numba", "numpy")},
    }
    assert abs(datetime.now(UTC) - datetime.fromisoformat(first.measured)).days == 0
    lines = place.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 4  # the brackets, and one a run
    history.record("loading", {"files": {"the sample": 0.04}}, place)
    assert place.read_text(encoding="utf-8").splitlines()[1] == lines[1]
    assert [path.name for path in tmp_path.iterdir()] == ["history.json"]


def test_a_machine_is_told_by_what_its_figures_hang_on_and_by_no_name(tmp_path: Path) -> None:
    place = tmp_path / "history.json"
    history.record("speed", {"W1": {"kernel": 1.0}}, place)
    (kept,) = json.loads(place.read_text(encoding="utf-8"))
    assert set(kept["machine"]) == {"cores", "memory", "model"}
    assert 1 <= kept["machine"]["cores"] <= (os.cpu_count() or 1)
    assert kept["machine"]["memory"] >= 1
    assert kept["machine"]["model"]


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf")])
def test_what_is_no_time_is_refused_and_the_history_stays_as_it_was(tmp_path: Path, seconds: float) -> None:
    place = tmp_path / "history.json"
    history.record("speed", {"W1": {"kernel": 1.0}}, place)
    before = place.read_bytes()
    with pytest.raises(ValueError, match=r"speed, W1, kernel: .* is no time"):
        history.record("speed", {"W1": {"kernel": seconds}}, place)
    assert place.read_bytes() == before


def test_there_is_no_history_before_the_first_run(tmp_path: Path) -> None:
    assert history.read(tmp_path / "history.json") == []
    history.draw([], tmp_path / "trend.png")
    assert not (tmp_path / "trend.png").exists()


def test_the_trend_is_in_order_of_time_and_apart_by_what_was_timed() -> None:
    other = replace(entry(3, 0.5), medians={"W1": {"kernel": 0.5, "vectorbt": 9.0}, "W2": {"kernel": 4.0}})
    found = history.trend([entry(5, 3.0), other, entry(1, 1.0)])
    seconds = {
        panel: {one.name: [second for _, second in one.points] for one in stretches}
        for panel, stretches in found.items()
    }
    assert seconds == {
        ("speed", "W1"): {"kernel": [1.0, 0.5, 3.0], "vectorbt": [9.0]},
        ("speed", "W2"): {"kernel": [4.0]},
    }


def test_figures_of_another_machine_or_another_python_are_not_joined_to_those_before() -> None:
    quicker = Machine(16, 64, "another processor")
    entries = [entry(1, 8.0), entry(2, 7.0, python="3.11.9"), entry(3, 1.0, quicker), entry(4, 0.8, quicker, "3.13.0")]
    (stretches,) = history.trend([*entries, entry(5, 6.0)]).values()
    assert [[seconds for _, seconds in one.points] for one in stretches] == [[8.0, 7.0], [1.0], [0.8], [6.0]]


def test_a_panel_holds_a_line_a_stretch_and_names_each_thing_timed_once() -> None:
    from matplotlib.figure import Figure

    (stretches,) = history.trend(
        [entry(1, 8.0), entry(2, 1.0, Machine(16, 64, "another")), entry(3, 9.0, name="vectorbt")]
    ).values()
    axes = Figure().subplots()
    history.draw_panel(axes, stretches)
    assert [list(line.get_ydata()) for line in axes.lines] == [[8.0], [1.0], [9.0]]
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["kernel", "vectorbt"]
    colours = [line.get_color() for line in axes.lines]
    assert colours[0] == colours[1] != colours[2]
    assert axes.get_yscale() == "log"


@pytest.mark.parametrize(("kind", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_the_trend_is_drawn_in_the_projects_own_style(tmp_path: Path, kind: str, begins: bytes) -> None:
    history.draw([entry(1, 8.0), entry(2, 7.0)], tmp_path / f"trend.{kind}")
    assert (tmp_path / f"trend.{kind}").read_bytes().startswith(begins)
    assert [path.name for path in tmp_path.iterdir()] == [f"trend.{kind}"]
