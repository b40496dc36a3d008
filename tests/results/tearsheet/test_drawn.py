"""Drawings are kept between runs, and drawn anew where anything that they show is another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from eventfolio.results.tearsheet import drawn as module
from eventfolio.results.tearsheet.drawn import Drawn, drawn
from eventfolio.results.tearsheet.quantstats_plots import Marks, Picture

DAYS = pd.bdate_range("2024-01-01", periods=5)
MARKS = Marks(((date(2024, 1, 3), False),), None)


def path(*moves: float, name: str = "made-up") -> pd.Series:
    return pd.Series([0.0, 0.01, *moves], index=DAYS[: len(moves) + 2], name=name)


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], int]:
    """How often something was drawn."""
    calls: list[str] = []

    def pictures(returns: pd.Series, *_: object) -> list[Picture]:
        calls.append(returns.name)
        return [Picture("Returns", f"<svg>{len(calls)}</svg>")]

    monkeypatch.setenv("EVENTFOLIO_CACHE", str(tmp_path))
    monkeypatch.setattr(module, "pictures", pictures)
    return lambda: len(calls)


def test_the_same_path_is_drawn_once(count: Callable[[], int]) -> None:
    first = drawn(path(-0.02), None, MARKS)
    assert drawn(path(-0.02), None, MARKS) == first
    assert isinstance(first, Drawn)
    assert first.falls
    assert count() == 1


@pytest.mark.parametrize(
    ("returns", "benchmark", "marks"),
    [
        (path(-0.02000000001), None, MARKS),
        (path(-0.02, name="another"), None, MARKS),
        (path(-0.02).shift(freq="D"), None, MARKS),
        (path(-0.02), path(0.0), MARKS),
        (path(-0.02), None, Marks(((date(2024, 1, 3), True),), None)),
        (path(-0.02), None, Marks((), None)),
        (path(-0.02), None, Marks(MARKS.events, date(2024, 1, 2))),
    ],
)
def test_anything_that_is_another_is_drawn(
    count: Callable[[], int], returns: pd.Series, benchmark: pd.Series | None, marks: Marks
) -> None:
    drawn(path(-0.02), None, MARKS)
    drawn(returns, benchmark, marks)
    assert count() == 2


def test_another_library_draws_anew(count: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> None:
    drawn(path(-0.02), None, MARKS)
    monkeypatch.setattr(module, "_code", lambda: b"another")
    drawn(path(-0.02), None, MARKS)
    assert count() == 2


@pytest.mark.parametrize("spoil", [lambda data: data[:-9], lambda data: b"", lambda data: data[:40] + b"?" + data[41:]])
def test_what_is_damaged_is_drawn_anew(
    count: Callable[[], int], tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    first = drawn(path(-0.02), None, MARKS)
    (kept,) = (tmp_path / "tearsheets").iterdir()
    kept.write_bytes(spoil(kept.read_bytes()))
    assert drawn(path(-0.02), None, MARKS).falls == first.falls
    assert count() == 2


@pytest.mark.usefixtures("count")
def test_what_could_not_be_drawn_is_not_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "pictures", lambda *_: [Picture("Returns", "", "out of memory", failed=True)])
    assert drawn(path(-0.02), None, MARKS).pictures[0].failed
    assert not (tmp_path / "tearsheets").exists()


def test_only_the_newest_are_kept(count: Callable[[], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    for number in range(5):
        drawn(path(number / 100), None, MARKS)
    assert len(list((tmp_path / "tearsheets").iterdir())) == 3
    drawn(path(0.04), None, MARKS)
    assert count() == 5


def test_a_folder_that_cannot_be_written_is_done_without(count: Callable[[], int], tmp_path: Path) -> None:
    (tmp_path / "tearsheets").write_text("a file in its place")
    assert drawn(path(-0.02), None, MARKS).pictures
    assert count() == 1
