"""The store as a whole: names, lists, removal, with others writing meanwhile."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from eventfolio.engine.record import StudyRecord
from eventfolio.results.errors import StoreError
from eventfolio.results.store import index as store_runs
from eventfolio.results.store.index import find_run, list_runs, remove_runs, run_folders
from eventfolio.results.tearsheet.workers import Here
from eventfolio.results.write_run import write_run


@pytest.fixture(scope="module")
def written(made_up, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three runs, a minute apart, the last of another study: as they are written, for each test to have a copy of."""
    study, runs = made_up()
    folder, written = tmp_path_factory.mktemp("written") / "runs", []
    for minute, name in ((42, "made-up"), (43, "made-up"), (44, "another")):
        facts = replace(study.facts, created=f"2026-11-24T01:{minute}:03+00:00", study=name)
        written.append(write_run(StudyRecord(facts), runs[: 45 - minute], folder, tearsheets=False, pool=Here()))
    return written


@pytest.fixture
def three(written: list[Path], folder: Path) -> list[Path]:
    shutil.copytree(written[0].parent, folder)
    return [folder / path.name for path in written]


def test_latest_is_the_youngest_whatever_its_study_s_name(three, folder):
    assert find_run("latest", folder) == three[2]
    assert find_run("latest~1", folder) == three[1]
    assert find_run("latest~2/kogas-lng", folder) == three[0] / "kogas-lng"
    assert find_run(three[0].name, folder) == three[0]
    assert find_run(three[0], folder) == three[0]


def test_the_second_run_of_a_second_is_younger_than_the_first(study, runs, folder):
    names = [write_run(study, runs[:1], folder, tearsheets=False) for _ in range(11)]
    assert run_folders(folder) == names  # -10 and -11 after -9
    assert find_run("latest", folder) == names[-1]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("latest~3", "holds 3 runs"),
        ("lastest", "Did you mean 'latest'"),
        ("made-up-20261124T014203", "Did you mean 'made-up-20261124T014203Z'"),
        ("latest/kogas-lgn", "has no strategy 'kogas-lgn'"),
        ("latest~1x", "is not a run"),
    ],
)
def test_a_name_that_means_nothing_is_refused_with_the_nearest(three, folder, monkeypatch, tmp_path, name, words):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match=words):
        find_run(name, folder)


def test_latest_of_an_empty_store_is_refused_in_words(folder):
    with pytest.raises(StoreError, match="holds 0 runs"):
        find_run("latest", folder)


def test_a_list_is_filtered_and_sorted(three, folder):
    runs, damaged = list_runs(folder)
    assert [run.folder for run in runs] == three
    assert damaged == []
    assert [run.folder for run in list_runs(folder, study="made-up")[0]] == three[:2]
    assert [run.folder for run in list_runs(folder, since="2026-11-24T01:43")[0]] == three[1:]
    only = list_runs(folder, strategy="buy-and-hold")[0]
    assert [(run.folder, list(run.figures)) for run in only] == [(three[0], ["buy-and-hold"])]
    sharpe = [max(figures["sharpe"] for figures in run.figures.values()) for run in list_runs(folder, sort="sharpe")[0]]
    assert sharpe == sorted(sharpe, reverse=True)
    with pytest.raises(StoreError, match="Did you mean 'sharpe'"):
        list_runs(folder, sort="sharp")


def test_the_figures_of_a_list_are_those_of_run_json_also_for_runs_that_hold_no_copy(three, folder):
    with_copy = list_runs(folder)[0][0].figures
    study = json.loads((three[0] / "study.json").read_text())
    del study["figures"]
    (three[0] / "study.json").write_text(json.dumps(study))
    assert list_runs(folder)[0][0].figures == with_copy
    facts = json.loads((three[0] / "kogas-lng" / "run.json").read_text())
    assert with_copy["kogas-lng"]["sharpe"] == facts["metrics"]["sharpe"]
    assert with_copy["kogas-lng"]["point_in_time"] == facts["metrics_point_in_time"]["total_return"]


def test_a_damaged_run_is_named_and_hides_no_other(three, folder):
    (three[1] / "study.json").write_text("{")
    runs, damaged = list_runs(folder)
    assert [run.folder for run in runs] == [three[0], three[2]]
    assert damaged == [three[1].name]


def test_a_removed_run_is_gone_whole(three, folder):
    remove_runs([three[0].name, "latest"], folder)
    assert run_folders(folder) == [three[1]]
    assert {item.name for item in folder.iterdir()} == {three[1].name, "plotly.min.js", "trials.csv"}


def test_nothing_is_removed_where_one_name_is_no_run(three, folder):
    for wrong in ("nothing", str(folder), str(three[0] / "kogas-lng"), str(folder.parent)):
        with pytest.raises(StoreError):
            remove_runs(["latest", wrong], folder)
    assert run_folders(folder) == three


def test_writers_at_once_get_a_folder_each_and_readers_never_see_half_a_run(study, runs, folder):
    folder.mkdir()
    written: list[Path] = []
    seen_damaged: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen_damaged.extend(list_runs(folder)[1])

    reader = threading.Thread(target=read)
    reader.start()
    writers = [
        threading.Thread(target=lambda: written.append(write_run(study, runs[:1], folder, tearsheets=False)))
        for _ in range(6)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    done.set()
    reader.join()
    assert len(set(written)) == 6
    assert sorted(run_folders(folder)) == sorted(written)
    assert seen_damaged == []


def test_a_thousand_runs_are_listed(study, runs, folder):
    whole = write_run(study, runs, folder, tearsheets=False)
    text = (whole / "study.json").read_bytes() + b" " * 25_000  # as long as the packaged study's
    for number in range(1000):
        copy = folder / f"made-up-20261123T{number // 60:02d}{number % 60:02d}00Z"
        copy.mkdir()
        (copy / "study.json").write_bytes(text)
    found, _ = list_runs(folder, sort="sharpe")
    assert len(found) == 1001
    shutil.rmtree(folder)


def test_inputs_are_kept_as_given_and_their_names_never_lead_outside(study, runs, folder):
    inputs = {"study.toml": "schema = 1\n", "calendar.toml": "# ü\n"}
    written = write_run(replace(study, inputs=inputs), runs[:1], folder, tearsheets=False)
    assert {path.name: path.read_text() for path in (written / "inputs").iterdir()} == inputs
    assert store_runs.inputs_of(written) == written / "inputs" / "study.toml"
    with pytest.raises(StoreError, match="cannot name a file"):
        write_run(replace(study, inputs={"../up.toml": ""}), runs[:1], folder, tearsheets=False)


def test_a_run_that_kept_no_inputs_says_so(study, runs, folder):
    with pytest.raises(StoreError, match="keeps no inputs"):
        store_runs.inputs_of(write_run(study, runs[:1], folder, tearsheets=False))
