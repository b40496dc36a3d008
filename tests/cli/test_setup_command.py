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


def test_a_blank_study_runs_as_it_stands_and_says_that_its_prices_are_made_up(cli, tmp_path):
    folder = "Größte Übung"
    made = json.loads(cli("init", folder, "--blank", "--json").stdout)["files"]
    assert {Path(path).relative_to(folder).as_posix() for path in made} == {
        *("study.toml", "calendar.toml", "themes.toml", "securities.toml", "my_strategy.py"),
        *("prices/prices.toml", "prices/EXMPL.csv", "prices/EXIDX.csv"),
    }
    result = cli("run", f"{folder}/study.toml", "--no-tearsheet", "--json")
    assert result.exit_code == 0, result.output
    run = json.loads(result.stdout)
    assert run["simulated"] is True
    drift, mine = run["runs"]
    assert (drift["strategy"]["label"], mine["strategy"]["label"]) == ("announcement-drift", "MyStrategy")
    assert drift["metrics"]["trades"] == mine["metrics"]["trades"] == 1
    assert drift["warnings"] == []
    assert "SIMULATED PRICES" in cli("run", f"{folder}/study.toml", "--no-tearsheet").stdout
    assert "nothing to doubt" in cli("data", "check", f"{folder}/study.toml").stdout
    assert "0 doubts" in cli("calendar", "check", f"{folder}/calendar.toml").stdout


def test_made_up_prices_are_real_prices_once_their_notes_no_longer_say_so(cli, tmp_path):
    cli("init", "mine", "--blank")
    notes = tmp_path / "mine/prices/prices.toml"
    notes.write_text(notes.read_text(encoding="utf-8").replace("simulated = true", ""), encoding="utf-8")
    result = cli("run", "mine/study.toml", "--no-tearsheet", "--json")
    assert json.loads(result.stdout)["simulated"] is False


def test_init_tells_what_to_replace_and_a_command_that_a_shell_takes(cli, tmp_path):
    told = cli("init", "Größte Übung", "--blank").stdout
    assert "eventfolio run 'Größte Übung/study.toml'" in told
    words = " ".join(told.split())
    assert "All of it is made up. Replace" in words
    for file in ("study.toml", "calendar.toml", "themes.toml", "securities.toml", "prices/prices.toml"):
        assert file in words
    for path in (tmp_path / "Größte Übung").rglob("*.toml"):
        assert "REPLACE" in path.read_text(encoding="utf-8"), path


def test_made_up_prices_are_the_same_each_time_and_can_be(cli, tmp_path):
    cli("init", "one", "--blank")
    cli("init", "two", "--blank")
    for symbol in ("EXMPL", "EXIDX"):
        one = (tmp_path / f"one/prices/{symbol}.csv").read_text()
        assert one == (tmp_path / f"two/prices/{symbol}.csv").read_text()
        rows = [[float(cell) for cell in line.split(",")[1:]] for line in one.splitlines()[1:]]
        assert len(rows) == 374  # sessions of New York, 2024-01-02 to 2025-06-30
        assert all(low <= min(opened, close) and max(opened, close) <= high for opened, high, low, close, _ in rows)


@pytest.mark.parametrize(("name", "folder"), [("mine", "mine"), ("mine", "mine/deeper"), ("mine/prices", "mine")])
def test_a_file_where_a_folder_should_be_is_named_and_left(cli, tmp_path, name, folder):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("precious")
    result = cli("init", folder, "--blank")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{name} is there already, and is no folder.")
    assert [one.read_text() for one in tmp_path.rglob("*") if one.is_file()] == ["precious"]


def test_the_file_that_could_not_be_written_is_the_one_that_is_named(cli, tmp_path, monkeypatch):
    real = Path.open

    def fail_at_prices(self, *args, **options):
        if self.suffix == ".csv" and args and "x" in args[0]:
            raise OSError(28, "No space left on device", str(self))
        return real(self, *args, **options)

    monkeypatch.setattr(files.Path, "open", fail_at_prices)
    result = cli("init", "mine", "--blank")
    assert result.exit_code == 1
    assert result.stderr.startswith("mine/prices/EXIDX.csv could not be written: No space left on device.")
    assert [path for path in (tmp_path / "mine").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["securities.toml", "prices/EXMPL.csv"])
def test_a_blank_study_overwrites_nothing(cli, tmp_path, name):
    path = tmp_path / "mine" / name
    path.parent.mkdir(parents=True)
    path.write_text("precious")
    result = cli("init", "mine", "--blank")
    assert result.exit_code == 2
    assert path.name in result.stderr
    assert [one.read_text() for one in (tmp_path / "mine").rglob("*") if one.is_file()] == ["precious"]


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
        if self.name == "themes.toml" and args and "x" in args[0]:
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
