"""eventfolio runs: list, show, verify, diff, rm, from the shell."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from eventfolio.engine.backtest import backtest
from eventfolio.engine.study.study import load_study
from eventfolio.results.tearsheet.workers import Here
from eventfolio.results.write_run import write_run

STRATEGY = '''
from eventfolio.strategies import Announcement, EventStrategy, Leave


class Mine(EventStrategy):
    """Holds for a while."""

    trigger = Announcement()
    leave = Leave("hold")
    params = dict(hold=10, weight=0.5)
'''


def folder_of(result) -> Path:
    return Path(json.loads(result.stdout)["run_folder"])


@pytest.fixture
def run(cli, study):
    def made(*options):
        result = cli("run", study, "--no-tearsheet", "--json", *options)
        assert result.exit_code == 0, result.output
        return folder_of(result)

    return made


@pytest.fixture(scope="module")
def written(tmp_path_factory, write_study) -> Path:
    """A folder of one run, for tests that only look at it to have a copy of."""
    place = tmp_path_factory.mktemp("written")
    runs = place / "runs"
    write_run(*backtest(load_study(write_study(place))), runs, tearsheets=False, pool=Here())
    return runs


def test_a_list_fits_the_terminal_and_names_every_run(cli, run):
    names = [run().name, run("-s", "announcement-drift", "-s", "buy-and-hold").name]
    printed = cli("runs", "list").stdout
    assert max(map(len, printed.splitlines())) <= 80
    assert all(name in printed for name in names)
    assert "0.52%" in printed
    listed = json.loads(cli("runs", "list", "--json").stdout)
    assert [one["name"] for one in listed["runs"]] == names
    assert cli("runs", "list", "-s", "buy-and-hold").stdout.count("tiny-") == 1
    assert "No run in results/runs matches" in cli("runs", "list", "--study", "other").stdout


def test_show_tells_parameters_prices_and_where_the_pages_are(cli, run):
    folder = run()
    printed = cli("runs", "show", "latest").stdout
    assert "announcement-drift: hold=10, stop=none" in printed
    assert f"Pages: {folder}/index.html" in printed


def test_a_run_verifies_with_its_options_from_its_own_folder_alone(cli, run, study):
    mine = study.parent / "mine.py"
    mine.write_text(STRATEGY)
    run("-s", f"{mine}:Mine", "-s", "announcement-drift", "-p", "hold=7", "--theme", "metals", "--start", "2025-03-05")
    for name in ("study.toml", "calendar.toml", "themes.toml", "mine.py"):
        (study.parent / name).unlink()
    result = cli("runs", "verify", "latest")
    assert result.exit_code == 0, result.output
    assert "the same again: 18 tables byte for byte" in " ".join(result.stdout.split())


@pytest.mark.parametrize("ending", ["csv", "ics"])
def test_a_run_keeps_its_calendar_in_the_format_that_it_was_read_in(cli, run, study, ending):
    assert (
        cli("calendar", "export", study.with_name("calendar.toml"), "--to", ending, "-o", f"c.{ending}").exit_code == 0
    )
    calendar = study.with_name(f"mine.{ending.upper()}")
    calendar.write_bytes(Path(f"c.{ending}").read_bytes())
    study.write_text(study.read_text().replace("calendar.toml", calendar.name))
    folder = run()
    assert (folder / "inputs" / f"calendar.{ending}").read_bytes() == calendar.read_bytes()
    for name in ("study.toml", "calendar.toml", "themes.toml", calendar.name):
        study.with_name(name).unlink()
    result = cli("runs", "verify", "latest")
    assert result.exit_code == 0, result.output
    assert cli("placebo", "announcement-drift", "--run", "latest", "--draws", 5).exit_code == 0


def test_a_point_in_time_run_verifies_too(cli, run):
    run("--point-in-time")
    assert cli("runs", "verify", "latest").exit_code == 0


def test_restated_prices_are_found_and_named(cli, run, study):
    run()
    prices = study.parent / "prices" / "MP.csv"
    prices.write_text(prices.read_text().replace("2025-03-10,20.25,", "2025-03-10,20.35,"))
    result = cli("runs", "verify", "latest")
    assert result.exit_code == 1
    words = " ".join(result.stdout.split())
    assert "because data restated" in words
    assert "trades.parquet: row 1, entry_price_local: was 20.25, now 20.35" in words
    document = json.loads(cli("runs", "verify", "latest", "--json").stdout)
    assert document["same"] is False
    assert len(document["differs"]) > 3


def test_another_version_and_another_file_are_named_as_causes(cli, run):
    folder = run()
    facts = json.loads((folder / "announcement-drift" / "run.json").read_text())
    facts["versions"]["numpy"] = "1.0"
    facts["metrics"]["sharpe"] = 99.0
    (folder / "announcement-drift" / "run.json").write_text(json.dumps(facts))
    words = " ".join(cli("runs", "verify", "latest").stdout.split())
    assert "versions: numpy was 1.0" in words
    assert "metrics.sharpe: was 99.0" in words


def test_a_changed_engine_is_what_remains_when_inputs_and_versions_are_the_same(cli, run):
    folder = run()
    facts = json.loads((folder / "announcement-drift" / "run.json").read_text())
    facts["metrics"]["sharpe"] = 99.0
    (folder / "announcement-drift" / "run.json").write_text(json.dumps(facts))
    assert "the engine's own code has changed" in " ".join(cli("runs", "verify", "latest").stdout.split())


def test_a_tweak_is_told_from_the_run_before(cli, run, study):
    mine = study.parent / "mine.py"
    mine.write_text(STRATEGY)
    run("-s", f"{mine}:Mine")
    mine.write_text(STRATEGY.replace("hold=10", "hold=20"))
    run("-s", f"{mine}:Mine")
    printed = cli("runs", "diff", "latest~1", "latest").stdout
    assert "-    params = dict(hold=10, weight=0.5)" in printed
    assert "+    params = dict(hold=20, weight=0.5)" in printed
    assert "contract" in printed  # the event's P&L moved
    assert max(map(len, printed.splitlines())) <= 80
    assert "Nothing changed" in cli("runs", "diff", "latest", "latest").stdout
    document = json.loads(cli("runs", "diff", "latest~1", "latest", "--json").stdout)
    assert document["pairs"][0]["params"] == [{"what": "hold", "before": 10, "after": 20}]
    page = cli("compare", "latest~1", "latest", "-o", "both.html")
    assert page.exit_code == 0, page.output
    assert "dict(hold=20, weight=0.5)" in Path("both.html").read_text()


def test_removal_asks_or_wants_a_yes(cli, run):
    folder = run()
    refused = cli("runs", "rm", "latest")
    assert refused.exit_code == 2
    assert "--yes" in refused.stderr
    assert folder.is_dir()
    assert cli("runs", "rm", "latest", "--yes").exit_code == 0
    assert not folder.exists()


def test_explain_and_compare_take_short_names(cli, run):
    run()
    assert "A contract is signed" in cli("explain", "latest", "contract").stdout
    assert cli("compare", "latest").exit_code == 0


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["runs", "show", "lastest"], "Did you mean 'latest'"),
        (["runs", "show", "latest~9"], "holds 1 run"),
        (["runs", "show", "latest/kogas"], "has no strategy 'kogas'"),
        (["runs", "show", "no/such/place"], "no such run folder"),
        (["runs", "list", "--sort", "sharp"], "Did you mean 'sharpe'"),
        (["runs", "list", "--since", "yesterday"], "is not a date"),
        (["runs", "list", "--last", "0"], "greater than or equal to 1"),
        (["runs", "diff", "latest", "lates"], "Did you mean 'latest'"),
        (["runs", "rm", "/", "--yes"], "only whole run folders"),
        (["runs", "rm", ".", "--yes"], "only whole run folders"),
        (["runs", "verify", "study"], "not a run folder"),
        (["explain", "latest~1", "contract"], "holds 1 run"),
        (["run", "--plot", "picture.pdf", "study/study.toml"], ".png or .svg"),
        (["run", "--watch", "--json", "study/study.toml"], "neither --json nor --plot"),
        (["run", "--watch", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_bad_input_is_refused_in_words(cli, study, written, args, words):
    shutil.copytree(written, "results/runs")
    result = cli(*args)
    assert result.exit_code == 2, result.output
    assert words in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_a_picture_is_drawn_the_same_each_time(cli, run, ending):
    run("--plot", f"one.{ending}")
    run("--plot", f"two.{ending}")
    one, two = (Path(f"{name}.{ending}").read_bytes() for name in ("one", "two"))
    assert one == two
    assert one.startswith(b"\x89PNG" if ending == "png" else b"<?xml")


def test_a_picture_that_cannot_be_written_is_told_in_words(cli, study, tmp_path):
    (tmp_path / "file").write_text("")
    result = cli("run", study, "--no-tearsheet", "--plot", "file/picture.png")
    assert result.exit_code == 1
    assert "could not be written" in result.stderr
