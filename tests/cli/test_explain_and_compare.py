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
    assert "bad for the theme" in cli("explain", folder, "tariff").stdout


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


OTHERS = {"notes": "my notes", "a page of another": "<!DOCTYPE html><title>eventfolio comparison</title>", "empty": ""}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS.keys())
def test_a_file_that_is_no_comparison_is_not_overwritten(cli, folder, tmp_path, text):
    (tmp_path / "mine.html").write_text(text)
    result = cli("compare", folder, "-o", "mine.html")
    assert result.exit_code == 2
    assert "mine.html is there already" in result.stderr
    assert (tmp_path / "mine.html").read_text() == text
    assert cli("compare", folder, "-o", "mine.html", "--force").exit_code == 0
    assert cli("compare", folder, "-o", "mine.html").exit_code == 0  # now it is one


def test_neither_a_runs_own_page_nor_a_link_nor_a_folder_is_overwritten(cli, folder, tmp_path):
    page = tmp_path / folder / "index.html"
    before = page.read_bytes()
    (tmp_path / "link.html").symlink_to(page)
    for place in (page, tmp_path / "link.html", tmp_path / folder):
        result = cli("compare", folder, "-o", place)
        assert result.exit_code == 2, result.output
        assert "is there already" in result.stderr
    assert page.read_bytes() == before
    forced = cli("compare", folder, "-o", tmp_path / folder, "--force")
    assert forced.exit_code == 1
    assert "could not be written" in forced.stderr


def test_a_script_of_another_version_beside_the_page_is_left_and_ours_is_put_beside_it(cli, folder, tmp_path):
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "plotly.min.js").write_text("// plotly of my own page")
    assert cli("compare", folder, "-o", "web/page.html").exit_code == 0
    assert (tmp_path / "web" / "plotly.min.js").read_text() == "// plotly of my own page"
    (ours,) = (tmp_path / "web").glob("plotly-*.min.js")
    assert f'<script src="{ours.name}">' in (tmp_path / "web" / "page.html").read_text()


def test_what_a_star_brings_along_is_left_out_and_said(cli, folder, tmp_path):
    store = tmp_path / Path(folder).parent
    cli("compare", folder)
    everything = sorted(store.iterdir())
    assert len(everything) > 3
    result = cli("compare", *everything)
    assert result.exit_code == 0, result.output
    words = " ".join(result.stdout.split())
    assert "Left out, because they are no runs:" in words
    assert all(name in words for name in ("trials.csv", "plotly.min.js", "compare.html"))
    assert cli("compare", *everything, "lastest").exit_code == 2
    none = cli("compare", store / "trials.csv", store / "compare.html")
    assert none.exit_code == 2
    assert "None of these is a run" in none.stderr
    assert cli("compare", store / "trials.csv").exit_code == 2


def test_explain_and_compare_look_for_names_where_out_says(cli, folder, tmp_path):
    (tmp_path / "results").rename(tmp_path / "elsewhere")
    for command in (("explain", "latest", "contract"), ("compare", "latest", "latest")):
        assert cli(*command).exit_code == 2
        result = cli(*command, "--out", "elsewhere/runs")
        assert result.exit_code == 0, result.output
