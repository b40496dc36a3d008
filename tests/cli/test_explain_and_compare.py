"""eventfolio explain and compare, on run folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.fixture
def folder(cli, study) -> str:
    result = cli("run", study, "--no-tearsheet", "--json")
    return json.loads(result.stdout)["run_folder"]


def test_an_event_s_story_holds_its_arithmetic_and_its_gain(cli, folder):
    words = " ".join(cli("explain", folder, "contract").stdout.split())
    assert "known 2025-03-10 12:00 UTC (2025-03-10 08:00 America/New_York)" in words
    assert "0.500000 of equity 100,000.00 = 50,000.00; / (last close 20.24 USD x 1) -> 2,470 shares" in words
    assert "2025-03-10 to 2025-03-24 (time): +247.00" in words
    assert "hindsight" in words


def test_the_story_as_json_is_one_document(cli, folder):
    told = json.loads(cli("explain", f"{folder}/announcement-drift", "contract", "--json").stdout)
    assert told["first_sessions"] == {"MP": "2025-03-10"}
    (run,) = told["runs"]
    assert [order["side"] for order in run["orders"]] == ["buy", "sell"]
    assert round(run["pnl"], 2) == 247.00


def test_an_event_that_led_to_nothing_says_why(cli, folder):
    assert "bad for its themes" in cli("explain", folder, "tariff").stdout


def test_an_unknown_event_is_refused_with_the_nearest_name(cli, folder):
    result = cli("explain", folder, "contact")
    assert result.exit_code == 2
    assert "Did you mean 'contract'" in result.stderr


def test_the_story_needs_the_run_folder_alone(cli, folder, study):
    for path in sorted(study.parent.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert cli("explain", folder, "contract").exit_code == 0


def test_two_runs_stand_side_by_side_on_one_page(cli, folder, tmp_path):
    result = cli("compare", folder, f"{folder}/announcement-drift", "-o", "pages/both.html")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "pages" / "both.html").is_file()
    assert result.stdout.count("announcement-drift") == 2
    assert result.stdout.count("(1)") == result.stdout.count("(2)") == 1
    assert "Page: pages/both.html" in result.stdout


def test_the_page_goes_beside_the_first_run_by_default(cli, folder, tmp_path):
    document = json.loads(cli("compare", folder, "--json").stdout)
    assert document["page"] == str(Path(folder).parent / "compare.html")
    assert (tmp_path / document["page"]).is_file()
    assert [run["strategy"]["label"] for run in document["runs"]] == ["announcement-drift"]


@pytest.mark.parametrize("damaged", ["study.json", "announcement-drift/run.json", "announcement-drift/trades.parquet"])
def test_a_damaged_run_folder_is_refused_in_words(cli, folder, tmp_path, damaged):
    (tmp_path / folder / damaged).write_bytes(b"{")
    result = cli("explain", folder, "contract")
    assert result.exit_code == 2
    assert Path(damaged).name in result.stderr
    assert "Traceback" not in result.stderr
