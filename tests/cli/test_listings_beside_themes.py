"""A study of themes and of listings that events name by themselves, played with them and on its themes alone."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

THEMES = ("--theme", "metals", "--theme", "funds")  # all there are
GIVEN = ("-s", "announcement-drift", "--no-tearsheet", "--json")


@pytest.fixture
def named(study: Path) -> Path:
    """The third event names REMX itself, and no theme."""
    calendar = study.parent / "calendar.toml"
    text = calendar.read_text()
    third = 'themes = ["metals"]\ndirection = -1'
    assert text.count(third) == 1
    calendar.write_text(text.replace(third, 'listings = ["REMX"]\ndirection = 1'))
    return study


def played(result) -> dict:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def trials(folder: Path) -> list[list[str]]:
    with (folder / "trials.csv").open(newline="") as lines:
        return list(csv.reader(lines))[1:]


def test_themes_alone_are_another_sweep_whatever_is_resumed(cli, named, tmp_path):
    args = ("sweep", "announcement-drift", "--study", named, "-p", "hold=10", "--jobs", "1", "--resume", "--json")
    found = [played(cli(*args, *themes)) for themes in ((), THEMES, ())]
    assert [one["trials"][0]["metrics"]["trades"] for one in found] == [3, 2, 3]  # MP twice, and REMX
    assert [one["resumed"] for one in found] == [0, 0, 1]
    assert found[0]["folder"] == found[2]["folder"] != found[1]["folder"]
    assert len(trials(tmp_path / "results" / "runs")) == 2


def test_a_sweep_over_themes_tells_all_with_listings_from_all_themes(cli, named, tmp_path):
    args = ("sweep", "announcement-drift", "--study", named, "-p", "themes=all,funds+metals", "--jobs", "1", "--json")
    found = {trial["params"]["themes"]: trial["metrics"]["trades"] for trial in played(cli(*args))["trials"]}
    assert found == {"all": 3, "funds+metals": 2}
    assert len(trials(tmp_path / "results" / "runs")) == 2
    cli("run", named, *GIVEN, "-p", "hold=20")  # the strategy's own number, which both trials have
    cli("run", named, *GIVEN, "-p", "hold=20", *THEMES)
    assert len(trials(tmp_path / "results" / "runs")) == 2  # the same two


@pytest.mark.parametrize(("themes", "lots"), [((), 3), (THEMES, 2), (("--theme", "metals"), 2)])
def test_a_run_is_played_again_with_what_it_traded(cli, named, themes, lots):
    run = played(cli("run", named, *GIVEN, *themes))["runs"][0]
    assert run["metrics"]["trades"] == lots
    assert ("" in run["members"]) is (not themes)
    verified = cli("runs", "verify", "latest")
    assert "the same again" in verified.stdout, verified.stdout
    assert "does not record" not in verified.stdout
    again = played(cli("placebo", "announcement-drift", "--run", "latest", "--draws", "3", "--jobs", "1", "--json"))
    assert again["real"]["total_return"] == pytest.approx(run["metrics"]["total_return"], abs=1e-12)


def test_a_record_without_the_listings_is_played_with_them_and_it_is_said(cli, named):
    folder = Path(played(cli("run", named, *GIVEN))["run_folder"])
    file = folder / "announcement-drift" / "run.json"
    record = json.loads(file.read_text())
    assert record["members"].pop("") == {"REMX": None}
    file.write_text(json.dumps(record))
    verified = cli("runs", "verify", "latest", "--trust")
    words = " ".join(verified.stdout.split())
    assert "the same again" in words
    assert "announcement-drift does not record which listings it traded as events name them" in words


def test_a_strategy_of_chosen_themes_has_the_identity_it_had(cli, named, tmp_path):
    run = played(cli("run", named, "-s", "buy-and-hold", "--no-tearsheet", "--json"))["runs"][0]
    assert "" in run["members"]  # of all themes, and of listings too
    file = tmp_path / "mine.py"
    file.write_text("from eventfolio import EventStrategy\n\n\nclass Mine(EventStrategy):\n    themes = ('metals',)\n")
    run = played(cli("run", named, "-s", f"{file}:Mine", "--no-tearsheet", "--json"))["runs"][0]
    assert run["members"] == {"metals": {"MP": None}}
    assert "the same again" in cli("runs", "verify", "latest").stdout
