"""What the terminal, explain and the page say of events that were not traded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def flat(text: str) -> str:
    return " ".join(text.split())


def change(study: Path, name: str, old: str, new: str) -> None:
    path = study.parent / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def more_news(study: Path) -> None:
    """A second purchase, of the other theme's fund, on the first's next day: all the cash is spent by then."""
    change(study, "study.toml", "hold = 10 }", "hold = 10, weight = 1.0 }")
    path = study.parent / "calendar.toml"
    path.write_text(
        path.read_text()
        + '[[event]]\nid = "fund"\ntitle = "A fund"\nkind = "fund"\nstatus = "occurred"\noccurs = "2025-03-11"\n'
        'known_at = 2025-03-11T08:00:00-04:00\nzone = "America/New_York"\nthemes = ["funds"]\n'
    )


def test_triggers_without_cash_are_told_under_the_table(cli, study):
    more_news(study)
    result = cli("run", study, "--no-tearsheet")
    assert (
        "announcement-drift bought on 2 of 3 triggers: 1 had no cash left (weight 1 a theme; give -p weight=…)."
    ) in flat(result.stdout)
    again = flat(cli("runs", "show", "latest").stdout)
    assert "bought on 2 of 3 triggers" in again
    assert "no cash (had no cash left): REMX" in flat(cli("explain", "latest", "fund").stdout)
    page = Path(result.stdout.split("Pages:")[1].strip()).read_text()
    assert "had no cash left (weight 1 a theme" in page
    assert "What was not traded" in page


def test_a_run_that_acted_on_its_triggers_needs_no_line(cli, study):
    assert "triggers" not in cli("run", study, "--no-tearsheet").stdout


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("calendar.toml", 'themes = ["metals"]', "themes = []", "3 without a listing that has prices"),
        (
            "calendar.toml",
            'themes = ["metals"]\n',
            'themes = ["metals"]\ndirection = -1\n',
            "3 bad for the theme",
        ),
        (
            "study.toml",
            "start = 2025-03-03",
            "start = 2025-05-06",
            "2 first tradable before the window, 1 bad",
        ),
    ],
)
def test_a_run_without_a_trigger_says_why_it_traded_nothing(cli, study, file, old, new, said):
    change(study, "calendar.toml", "direction = -1\n", "" if "direction" in new else "direction = -1\n")
    change(study, file, old, new)
    result = cli("run", study, "--no-tearsheet")
    assert result.exit_code == 0, result.output
    assert "announcement-drift traded nothing, as no event triggers it: " in flat(result.stdout)
    assert said in flat(result.stdout)


def test_run_json_counts_both_parts_and_the_table_lists_them(cli, study, tmp_path):
    document = json.loads(cli("run", study, "--no-tearsheet", "--json").stdout)
    (run,) = document["runs"]
    assert run["triggers"] == {
        "whole": {"with_trigger": {"bought": 2}, "without_trigger": {"direction": 1}},
        "point_in_time": {
            "with_trigger": {"bought": 1},
            "without_trigger": {"direction": 1, "before_the_window": 1},
        },
    }
    assert (tmp_path / document["run_folder"] / "announcement-drift" / "triggers.parquet").is_file()


def test_a_run_of_the_part_after_the_article_counts_that_part_alone(cli, study):
    document = json.loads(cli("run", study, "--no-tearsheet", "--point-in-time", "--json").stdout)
    (run,) = document["runs"]
    assert run["triggers"]["whole"] is None
    assert run["triggers"]["point_in_time"]["with_trigger"] == {"bought": 1}


def test_a_run_stored_before_words_were_noted_still_loads(cli, study, tmp_path):
    folder = tmp_path / json.loads(cli("run", study, "--no-tearsheet", "--json").stdout)["run_folder"]
    strategy = folder / "announcement-drift"
    (strategy / "triggers.parquet").unlink()
    facts = json.loads((strategy / "run.json").read_text())
    del facts["triggers"], facts["strategy"]["spread"]
    (strategy / "run.json").write_text(json.dumps(facts))
    assert cli("runs", "draw", "latest", "--no-tearsheet").exit_code == 0  # its page had no such words either
    shown = cli("runs", "show", "latest")
    assert (shown.exit_code, "announcement-drift" in shown.stdout) == (0, True)
    told = cli("explain", "latest", "contract")
    assert (told.exit_code, "Stored before it was noted" in told.stdout) == (0, True)
    assert cli("compare", "latest", "latest", "-o", "both.html").exit_code == 0
    assert "What was not traded" not in (tmp_path / "both.html").read_text()
    verified = cli("runs", "verify", "latest")
    assert verified.exit_code == 0, verified.output
