"""What killed writers left in a store is taken away, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from eventfolio.engine.record import RunRecord, StudyRecord
from eventfolio.results.store.tidy import at_work, tidy
from eventfolio.results.write_run import write_run

PART = ".made-up-20261122T014203Z.part"
DAY = 86_400


def left(folder: Path, name: str, age: float) -> Path:
    """A folder (or, named like one, a file) as a killed writer leaves it."""
    path = folder / name
    if name.endswith(("Z.part", "Z-2.part", "Z.gone")):
        (path / "kogas-lng").mkdir(parents=True)
        (path / "study.json").write_text("{")
    else:
        path.write_text("half")
    os.utime(path, (time.time() - age,) * 2)
    return path


@pytest.fixture
def store(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    "name", [PART, PART.replace("Z", "Z-2"), PART.replace("part", "gone"), ".plotly.min.js.ab_c12.part"]
)
def test_what_is_older_than_a_day_goes_and_what_is_younger_stays(store, name):
    path = left(store, name, DAY - 600)
    assert tidy(store) == []
    os.utime(path, (time.time() - DAY - 600,) * 2)
    assert tidy(store) == [path]
    assert list(store.iterdir()) == []


@pytest.mark.parametrize("name", [".git", ".notes.part", "made-up-20261122T014203Z", ".made-up.part", ".DS_Store"])
def test_what_no_writer_of_runs_left_is_not_touched(store, name):
    (store / name).mkdir()
    os.utime(store / name, (0, 0))
    assert tidy(store) == []
    assert (store / name).is_dir()


def test_a_link_is_not_followed(store, tmp_path):
    (tmp_path / "precious").mkdir()
    (store / PART).symlink_to(tmp_path / "precious")
    os.utime(tmp_path / "precious", (0, 0))
    assert tidy(store) == []
    assert (tmp_path / "precious").is_dir()


def test_what_a_living_process_writes_stays_however_old(store):
    path = left(store, PART, 30 * DAY)
    with at_work(path):
        assert tidy(store) == []
    assert tidy(store) == [path]


def test_a_killed_process_lets_go(store):
    path = left(store, PART, 30 * DAY)
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom eventfolio.results.store.tidy import at_work\n"
        "with at_work(Path(sys.argv[1])):\n    print('holding', flush=True)\n    time.sleep(600)\n"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", code, path], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).resolve().parents[2]
    )
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "holding\n"
        assert tidy(store) == []
    finally:
        writer.kill()
        writer.wait()
    assert tidy(store) == [path]


def test_the_next_run_of_the_store_tidies(store, study: StudyRecord, runs: list[RunRecord]):
    old, young = left(store, PART, 2 * DAY), left(store, PART.replace("22T", "23T"), 60)
    write_run(study, runs[:1], store, tearsheets=False)
    assert not old.exists()
    assert young.exists()


def test_a_store_that_is_not_there_has_nothing_to_tidy(tmp_path):
    assert tidy(tmp_path / "nowhere") == []
