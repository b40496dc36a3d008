"""What plays a strategy's defaults says so where the study gives it other numbers."""

from __future__ import annotations

import json

import pytest

SAID = "tiny gives announcement-drift hold=10; its defaults are played (hold=20)."
PLACEBO = ("placebo", "announcement-drift", "--draws", "3", "--jobs", "1")
SWEEP = ("sweep", "announcement-drift", "--jobs", "1")
OWN = """
from eventfolio import EventStrategy

class Mine(EventStrategy):
    params = dict(hold=20, stop=None)
"""


def printed(result) -> str:
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def test_a_placebo_by_name_says_which_numbers_it_plays(cli, study):
    assert f"{SAID} Use -p, or --run." in printed(cli(*PLACEBO, "--study", study))
    found = json.loads(cli(*PLACEBO, "--study", study, "--json").stdout)
    assert found["note"] == f"{SAID} Use -p, or --run."
    given = [json.loads(cli(*PLACEBO, "--study", study, "-p", f"hold={n}", "--json").stdout) for n in (20, 10)]
    assert [one["real"] for one in given] == [found["real"], given[1]["real"]]
    assert given[0]["real"] != given[1]["real"]
    assert not any("note" in one for one in given)
    assert "its defaults are played" in printed(cli(*PLACEBO, "--study", study, "-p", "weight=0.3"))


def test_a_placebo_of_a_run_plays_the_run_s_numbers_and_says_nothing(cli, study):
    assert cli("run", study, "--no-tearsheet").exit_code == 0
    assert "defaults are played" not in printed(cli(*PLACEBO, "--run", "latest"))


def test_a_run_of_a_strategy_by_name_says_which_numbers_it_plays(cli, study):
    asked = ("run", study, "-s", "announcement-drift", "--no-tearsheet")
    assert f"{SAID} Use -p, or leave out -s." in printed(cli(*asked))
    found = json.loads(cli(*asked, "--json").stdout)
    assert found["notes"] == [f"{SAID} Use -p, or leave out -s."]
    assert found["runs"][0]["strategy"]["params"]["hold"] == 20
    assert "notes" not in json.loads(cli(*asked, "-p", "hold=30", "--json").stdout)
    assert "defaults are played" not in printed(cli("run", study, "--no-tearsheet"))


def test_a_sweep_says_which_numbers_stay_at_their_defaults(cli, study):
    assert f"{SAID} Use -p." in printed(cli(*SWEEP, "--study", study, "-p", "stop=none,0.05"))
    assert "defaults are played" not in printed(cli(*SWEEP, "--study", study, "-p", "hold=5,15"))


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ("params = { hold = 20.0 }", ""),
        ('params = { hold = 10, stop = "none" }', SAID),
        (
            "params = { stop = 0.1, hold = 10, weight = 0.9 }",
            "tiny gives announcement-drift stop=0.1 hold=10 weight=0.9; its defaults are played (stop=none hold=20 "
            "weight=0.5).",
        ),
        (
            'params = { hold = 10 }\n[[strategy]]\nname = "announcement-drift"\nlabel = "b"\nparams = { hold = 30 }',
            "tiny gives announcement-drift hold=10, or hold=30; its defaults are played (hold=20).",
        ),
        ('params = { hold = 10 }\n[[strategy]]\nname = "announcement-drift"\nlabel = "b"', ""),
    ],
)
def test_every_entry_of_the_strategy_is_held_against_what_is_played(cli, study, entries, words):
    study.write_text(study.read_text().replace("params = { hold = 10 }", entries))
    found = json.loads(cli(*SWEEP, "--study", study, "-p", "patience=5", "--json").stdout)
    told = [note for note in found["notes"] if "defaults are played" in note]
    assert told == ([f"{words} Use -p."] if words else [])


def test_a_strategy_of_a_file_is_known_by_its_file_and_class(cli, study):
    file = study.parent / "mine.py"
    file.write_text(OWN)
    study.write_text(study.read_text().replace("announcement-drift", "mine.py:Mine"))
    for name in (f"{file}:Mine", "study/mine.py:Mine", "mine.py:Mine"):
        found = json.loads(cli("sweep", name, "--study", study, "-p", "stop=none", "--jobs", "1", "--json").stdout)
        assert "tiny gives Mine hold=10; its defaults are played (hold=20). Use -p." in found["notes"]


def test_from_python_it_is_said_beside_the_verdict(study):
    from eventfolio import placebo

    found = placebo(study, "announcement-drift", draws=3)
    said = f"{SAID} Give them by name, or take the placebo of a run."
    assert found.document["note"] == said
    assert said in repr(found)
    assert said in found._repr_html_()
    assert "defaults" not in repr(placebo(study, "announcement-drift", draws=3, hold=10))
