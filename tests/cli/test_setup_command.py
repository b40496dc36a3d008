"""eventfolio init and doctor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eventfolio.cli import doctor
from eventfolio.cli.scaffold import files


def test_a_copied_study_runs_as_it_is(cli, tmp_path):
    made = json.loads(cli("init", "mine", "--json").stdout)["files"]
    assert [Path(path).name for path in made] == ["study.toml", "calendar.toml", "themes.toml", "my_strategy.py"]
    result = cli("run", "mine/study.toml", "--no-tearsheet", "--json")
    assert result.exit_code == 0, result.output
    labels = [run["strategy"]["label"] for run in json.loads(result.stdout)["runs"]]
    assert len(labels) == 11
    assert labels[-1] == "MyStrategy"


@pytest.mark.parametrize("name", ["study.toml", "calendar.toml", "themes.toml", "my_strategy.py"])
def test_a_folder_that_holds_one_of_the_files_is_left_as_it_is(cli, tmp_path, name):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text("precious")
    result = cli("init", "mine")
    assert result.exit_code == 2
    assert name in result.stderr
    assert [(path.name, path.read_text()) for path in (tmp_path / "mine").iterdir()] == [(name, "precious")]


def test_files_are_copied_all_or_none(cli, tmp_path, monkeypatch):
    real = Path.open

    def fail_at_themes(self, *args, **options):
        if self.name == "themes.toml" and "x" in args:
            raise OSError(28, "No space left on device", str(self))
        return real(self, *args, **options)

    monkeypatch.setattr(files.Path, "open", fail_at_themes)
    result = cli("init", "mine")
    assert result.exit_code == 1
    assert "No space left on device" in result.stderr
    assert list((tmp_path / "mine").iterdir()) == []


def test_the_doctor_finds_everything_needed_here(cli):
    result = cli("doctor", "--json")
    assert result.exit_code == 0
    findings = json.loads(result.stdout)
    assert all(one["ok"] for one in findings if one["needed"])
    assert {"Python", "packages", "time zones", "clock", "sample", "sessions", "cache"} <= {
        one["name"] for one in findings
    }


def test_something_needed_that_is_broken_is_status_1(cli, monkeypatch):
    monkeypatch.setattr(doctor, "ZONES", ("Asia/Atlantis",))
    result = cli("doctor")
    assert result.exit_code == 1
    assert "BROKEN" in result.stdout
    assert "Asia/Atlantis is unknown" in result.stdout
