"""The store: whole or nothing, the same bytes for the same run, and words for what is no run folder."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from eventfolio.engine.record import RunRecord, StudyRecord
from eventfolio.events.errors import Unavailable
from eventfolio.results import write_run as store
from eventfolio.results.errors import StoreError, Undrawn
from eventfolio.results.page import page
from eventfolio.results.store import folder as folder_module
from eventfolio.results.store.tables import TABLES, read_table
from eventfolio.results.tearsheet.workers import Here, warm_pool

NAME = "made-up-20261124T014203Z"


def test_a_run_folder_holds_the_page_the_study_and_a_folder_per_strategy(
    study: StudyRecord, runs: list[RunRecord], folder: Path
) -> None:
    written = store.write_run(study, runs[:2], folder)
    assert written == folder / NAME
    assert {item.name for item in written.iterdir()} == {
        "index.html", "study.json", "inputs", "announcement-drift", "kogas-lng",
    }  # fmt: skip
    tables = {f"{name}.parquet" for name in TABLES}
    assert {item.name for item in (written / "kogas-lng").iterdir()} == tables | {
        "run.json", "strategy.py", "tearsheet.html",
    }  # fmt: skip
    assert {item.name for item in folder.iterdir()} == {NAME, "plotly.min.js", "trials.csv"}
    judged = json.loads((written / "kogas-lng" / "run.json").read_text(encoding="utf-8"))["significance"]
    assert {"verdict", "intervals", "deflated_sharpe", "independent_dates"} <= set(judged)


def test_without_tearsheets_none_is_drawn_and_none_is_linked(
    study: StudyRecord, runs: list[RunRecord], folder: Path
) -> None:
    written = store.write_run(study, runs, folder, tearsheets=False)
    assert not list(written.glob("*/tearsheet.html"))
    assert "tearsheet.html" not in (written / "index.html").read_text()


def test_what_is_read_back_is_what_was_written(study: StudyRecord, runs: list[RunRecord], folder: Path) -> None:
    stored = store.load_run(store.write_run(study, runs, folder, tearsheets=False))
    assert [run.label for run in stored.runs] == [run.label for run in runs]
    own = {key: stored.facts.to_json()[key] for key in study.facts.to_json()}
    assert own == study.facts.to_json()
    for back, run in zip(stored.runs, runs, strict=True):
        assert back.facts == replace(run.facts, run_id=f"{NAME}/{run.label}")
        assert back.source == run.source
        for name in TABLES:
            pd.testing.assert_frame_equal(getattr(back, name), _plain(getattr(run, name)), check_dtype=False)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """As numpy gives lists back: comparable cell by cell."""
    lists = [column for column in ("story", "extended_by") if column in frame]
    return frame.reset_index(drop=True).assign(**{column: frame[column].map(pd.array) for column in lists})


def test_the_same_run_gives_the_same_bytes(study: StudyRecord, runs: list[RunRecord], tmp_path: Path) -> None:
    one = store.write_run(study, runs, tmp_path / "one", tearsheets=False)
    two = store.write_run(study, runs, tmp_path / "two", tearsheets=False)
    files = sorted(item.relative_to(one) for item in one.rglob("*") if item.is_file())
    assert len(files) == 2 + 11 * len(runs)
    assert all((one / name).read_bytes() == (two / name).read_bytes() for name in files)


def test_a_run_without_orders_has_the_same_columns_and_types(
    study: StudyRecord, runs: list[RunRecord], folder: Path
) -> None:
    idle = replace(
        runs[0],
        label="idle",
        orders=runs[0].orders[:0],
        trades=runs[0].trades[:0],
        positions=runs[0].positions[:0],
    )
    idle = replace(idle, trades=pd.DataFrame(columns=idle.trades.columns))  # columns without a type
    full, empty = store.load_run(store.write_run(study, [runs[0], idle], folder, tearsheets=False)).runs
    for name in TABLES:
        assert list(getattr(full, name).dtypes) == list(getattr(empty, name).dtypes)
    assert empty.trades.empty


def test_a_second_run_of_the_same_second_gets_a_number(study: StudyRecord, runs: list[RunRecord], folder: Path) -> None:
    names = [store.write_run(study, runs[:1], folder, tearsheets=False).name for _ in range(3)]
    assert names == [NAME, f"{NAME}-2", f"{NAME}-3"]
    (last,) = store.load_run(folder / names[-1]).runs
    assert last.facts.run_id == f"{NAME}-3/announcement-drift"


def test_a_name_another_writer_is_at_work_on_is_left_to_it(
    study: StudyRecord, runs: list[RunRecord], folder: Path
) -> None:
    (folder / f".{NAME}.part").mkdir(parents=True)
    assert store.write_run(study, runs[:1], folder, tearsheets=False).name == f"{NAME}-2"
    assert (folder / f".{NAME}.part").is_dir()


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), RuntimeError("bug"), MemoryError()])
def test_a_failure_half_way_through_the_record_leaves_nothing(
    study: StudyRecord,
    runs: list[RunRecord],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    failure: BaseException,
) -> None:
    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(folder_module, "write_table", fail)
    with pytest.raises(type(failure)):
        store.write_run(study, runs, folder, tearsheets=False)
    assert list(folder.iterdir()) == []


def test_a_full_disk_is_told_in_words_and_leaves_nothing(
    study: StudyRecord, runs: list[RunRecord], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "trades.parquet")

    monkeypatch.setattr(folder_module, "write_table", full)
    with pytest.raises(Unavailable, match=r"could not be written \(No space left on device: trades.parquet\)"):
        store.write_run(study, runs, folder, tearsheets=False)
    assert list(folder.iterdir()) == []


def test_an_unwritable_place_is_told_in_words(study: StudyRecord, runs: list[RunRecord], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="could not be written"):
        store.write_run(study, runs, tmp_path / "file" / "runs", tearsheets=False)


def _crash(*_: object, **__: object) -> None:
    raise TypeError("unsupported format")


def _full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "there")


BROKEN = {
    "a tearsheet": (
        "eventfolio.results.tearsheet.tearsheet.render",
        _crash,
        ["kogas-lng/tearsheet.html: TypeError: unsupported format"],
    ),
    "the page": ("eventfolio.results.page.page._render", _crash, ["index.html: TypeError: unsupported format"]),
    "a full disk": ("eventfolio.results.page.page.write_index", _full, ["index.html: No space left on device: there"]),
    "evidence": (
        "eventfolio.results.significance.of_run.run_evidence",
        _crash,
        ["kogas-lng, intervals and verdict: TypeError"],
    ),
    "the luck of many": (
        "eventfolio.results.significance.of_run.deflated_beside",
        _crash,
        ["deflated Sharpe ratios: TypeError"],
    ),
    "the list of trials": ("eventfolio.results.write_run.note_trials", _full, ["trials.csv: No space left on device"]),
    "plotly's script": ("eventfolio.results.page.page.copy_script", _full, ["index.html: No space left"]),
}


@pytest.mark.parametrize(("place", "fault", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_what_cannot_be_drawn_is_told_and_the_run_is_kept_with_all_else(
    study: StudyRecord,
    runs: list[RunRecord],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    fault: Callable[..., None],
    words: list[str],
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(place, fault)
        with pytest.raises(Undrawn) as told:
            store.write_run(study, runs[1:2], folder, pool=Here())
    assert told.value.folder == folder / NAME
    assert all(line in str(told.value) for line in [*words, "is kept with all its figures", "runs draw"])
    (kept,) = store.load_run(folder / NAME).runs
    assert kept.facts.metrics == runs[1].facts.metrics
    assert len(kept.trades) == len(runs[1].trades)
    there = {item.name for item in folder.rglob("*") if item.is_file()}
    assert not [name for name in there if name.startswith(".")]
    if place != "eventfolio.results.tearsheet.tearsheet.render":
        assert "tearsheet.html" in there
    if "page." not in place:
        assert "index.html" in there
        leads = "tearsheet.html" in (folder / NAME / "index.html").read_text()
        assert leads == ("tearsheet.html" in there)
    assert store.redraw(store.load_run(folder / NAME), Here()) == []
    whole = {item.name for item in (folder / NAME).rglob("*") if item.is_file()}
    assert {"tearsheet.html", "index.html"} <= whole
    assert store.load_run(folder / NAME).runs[0].facts.is_judged


def test_a_failing_event_study_is_told_and_the_run_is_kept(
    study: StudyRecord, runs: list[RunRecord], folder: Path
) -> None:
    with pytest.raises(Undrawn, match=r"event_study\.json: TypeError: unsupported format"):
        store.write_run(replace(study, returns=_crash), runs[:1], folder, pool=Here())  # type: ignore[arg-type]
    assert (folder / NAME / "index.html").is_file()


def test_a_worker_that_dies_is_told_in_words_and_the_run_is_kept(
    study: StudyRecord, runs: list[RunRecord], folder: Path
) -> None:
    with warm_pool(1) as pool:
        pool.submit(os._exit, 1)
        with pytest.raises(Undrawn, match="ended from outside") as told:
            store.write_run(study, runs, folder, pool=pool)
    assert (folder / NAME / "index.html").is_file()  # this process draws it
    assert len(str(told.value).splitlines()) < 10  # told once, not once a sheet


def test_an_interrupt_while_drawing_keeps_the_record_and_leaves_nothing_half_written(
    study: StudyRecord, runs: list[RunRecord], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def press(*_: object) -> None:
        (folder / NAME / "kogas-lng" / ".tearsheet.html.abc.part").write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(page, "write_index", press)
    with pytest.raises(KeyboardInterrupt):
        store.write_run(study, runs, folder, tearsheets=False)
    assert len(store.load_run(folder / NAME).runs) == len(runs)
    assert not list(folder.rglob(".*"))


def test_progress_counts_the_tearsheets(study: StudyRecord, runs: list[RunRecord], folder: Path) -> None:
    steps: list[tuple[int, int]] = []
    store.write_run(study, runs[:2], folder, progress=lambda done, all_: steps.append((done, all_)), pool=Here())
    assert steps == [(1, 2), (2, 2)]


@pytest.mark.parametrize("label", ["../up", "a/b", ".hidden", "", "con trol"])
def test_a_label_that_is_no_plain_name_never_becomes_a_path(
    study: StudyRecord, make_run: Callable[..., RunRecord], folder: Path, label: str
) -> None:
    with pytest.raises(StoreError, match="cannot name a folder"):
        store.write_run(study, [make_run(label)], folder)
    assert not folder.exists()


def test_two_strategies_cannot_share_a_label(
    study: StudyRecord, make_run: Callable[..., RunRecord], folder: Path
) -> None:
    with pytest.raises(StoreError, match="labelled 'drift'"):
        store.write_run(study, [make_run("drift"), make_run("drift")], folder)


def test_one_strategys_folder_reads_as_a_study_of_one(study: StudyRecord, runs: list[RunRecord], folder: Path) -> None:
    written = store.write_run(study, runs, folder, tearsheets=False)
    stored = store.load_run(written / "kogas-lng")
    assert [run.label for run in stored.runs] == ["kogas-lng"]
    assert stored.folder == written


def test_what_is_no_run_folder_is_told_in_words(study: StudyRecord, runs: list[RunRecord], folder: Path) -> None:
    written = store.write_run(study, runs, folder, tearsheets=False)
    with pytest.raises(StoreError, match=NAME):
        store.load_run(folder / "made-up-20261124T014204Z")  # the nearest name is offered
    with pytest.raises(StoreError, match="holds run folders"):
        store.load_run(folder)
    with pytest.raises(StoreError, match="not a run folder"):
        store.load_run(folder.parent)
    (written / "kogas-lng" / "trades.parquet").unlink()
    with pytest.raises(StoreError, match=r"trades\.parquet missing"):
        store.load_run(written)


def test_damaged_files_are_told_in_words(study: StudyRecord, runs: list[RunRecord], folder: Path) -> None:
    written = store.write_run(study, runs, folder, tearsheets=False)
    (written / "kogas-lng" / "trades.parquet").write_bytes(b"PAR1")
    damaged = store.load_run(written / "kogas-lng").runs[0]
    with pytest.raises(StoreError, match="missing or damaged"):
        _ = damaged.trades
    (written / "study.json").write_text("{")
    with pytest.raises(StoreError, match="missing or damaged"):
        store.load_run(written)
    (written / "study.json").write_text(json.dumps([]))
    with pytest.raises(StoreError, match="not a record of a run"):
        store.load_run(written)


def test_dates_with_a_zone_keep_their_date(
    study: StudyRecord, make_run: Callable[..., RunRecord], folder: Path
) -> None:
    written = store.write_run(study, [make_run(zone="Asia/Seoul")], folder, tearsheets=False)
    (stored,) = store.load_run(written).runs
    assert stored.returns["date"].iloc[0] == pd.Timestamp("2024-06-03")


def test_a_table_that_is_packed_a_thousandfold_is_none_of_a_run(
    study: StudyRecord, runs: list[RunRecord], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = store.write_run(study, runs[:1], folder) / "announcement-drift" / "returns.parquet"
    rows = read_table(path)
    monkeypatch.setattr("eventfolio.results.store.tables.TABLE", 8 * rows.size - 1)
    with pytest.raises(ValueError, match="is none of a run"):
        read_table(path)
