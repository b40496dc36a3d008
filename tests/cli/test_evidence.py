"""event-study, overfit and placebo at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import Result

TESTS = {
    "cross_t", "brown_warner", "patell", "bmp", "kolari_pynnonen",
    "corrado", "sign", "generalized_sign", "wilcoxon", "permutation",
}  # fmt: skip


@pytest.fixture
def numbers(tmp_path: Path) -> Path:
    """R.csv, M.csv, E.csv: three firms, an event of each, an effect of 10 % on its session."""
    rng = np.random.default_rng(1)
    dates = pd.bdate_range("2020-01-01", periods=320, name="date")
    market = 0.01 * rng.standard_normal(320)
    firms = {name: market + 0.01 * rng.standard_normal(320) for name in ("Alpha", "Beta", "Gamma")}
    events = []
    for place, name in enumerate(firms):
        firms[name][270 + 10 * place] += 0.10
        events.append(f"{name},{dates[270 + 10 * place].date()}")
    pd.DataFrame(firms, index=dates).to_csv(tmp_path / "R.csv")
    pd.DataFrame({"index": market}, index=dates).to_csv(tmp_path / "M.csv")
    (tmp_path / "E.csv").write_text("\n".join(["name,date", *events]) + "\n")
    return tmp_path


OWN = ("event-study", "--returns", "R.csv", "--market", "M.csv", "--events", "E.csv")


def test_own_numbers_give_the_documents_keys(cli: Callable[..., Result], numbers: Path) -> None:
    result = cli(*OWN, "--estimation", "-230:-31", "--window", "-30:10", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["model"] == "market"
    assert set(found["tests"]) == TESTS
    first = found["events"][0]
    assert set(first) >= {"name", "symbol", "date", "alpha", "beta", "ar", "car"}
    sessions = [str(t) for t in range(-30, 11)]
    assert list(first["ar"]) == list(first["car"]) == list(found["aar"]) == list(found["tests"]["bmp"]) == sessions
    assert found["caar"]["10"] == pytest.approx(sum(found["aar"].values()))
    assert set(found["tests"]["bmp"]["0"]) >= {"stat", "p"}
    assert found["tests"]["permutation"]["0"]["p"] < 0.05


def test_own_numbers_in_words_say_what_was_found(cli: Callable[..., Result], numbers: Path) -> None:
    result = cli(*OWN, "--window", "0:1")
    assert result.exit_code == 0, result.output
    assert "3 events on 3 dates in 3 blocks" in result.output
    assert "evidence of an effect" in " ".join(result.output.split())


def test_the_packaged_study_is_studied_by_theme(cli: Callable[..., Result]) -> None:
    result = cli("event-study", "--window", "-1:1", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["simulated"] is True
    assert {"lng", "infrastructure"} <= set(found["themes"])
    assert found["blocks"] <= found["dates"] == len(found["units"]) < found["rows"]
    assert any("martial law" in one["what"] for one in found["confounders"])
    assert all({"p", "p_holm", "p_bh"} <= set(row) for one in found["themes"].values() for row in one["windows"])


def test_pictures_are_drawn_where_asked(cli: Callable[..., Result], numbers: Path) -> None:
    for kind, begins in (("svg", b"<?xml"), ("png", b"\x89PNG")):
        result = cli(*OWN, "--plot", f"caar.{kind}", "--forest", f"dates.{kind}")
        assert result.exit_code == 0, result.output
        for name in ("caar", "dates"):
            assert (numbers / f"{name}.{kind}").read_bytes().startswith(begins)


def test_overfit_gives_its_three_figures_first(cli: Callable[..., Result], tmp_path: Path) -> None:
    index = pd.bdate_range("2022-01-03", periods=200, name="date")
    trials = np.random.default_rng(2).normal(0, 0.01, (200, 5))
    pd.DataFrame(trials, index=index, columns=list("abcde")).to_csv(tmp_path / "trials.csv")
    result = cli("overfit", "trials.csv", "--blocks", "8", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert list(found)[:3] == ["pbo", "deflated_sharpe", "spa"]
    assert all(0 <= found[key] <= 1 for key in ("pbo", "deflated_sharpe", "spa"))
    assert "Best of 5 trials" in cli("overfit", "trials.csv", "--blocks", "8").output


@pytest.mark.parametrize("method", ["random", "shift"])
def test_placebo_says_where_the_real_calendar_falls(cli: Callable[..., Result], study: Path, method: str) -> None:
    args = ("placebo", "announcement-drift", "--study", study, "--method", method, "--draws", "20", "--jobs", "1")
    result = cli(*args, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert set(found["p"]) == {"total_return", "sharpe", "mean_trade"}
    assert found["draws"] == (20 if method == "random" else found["sessions"] - 1)
    assert found["distinct"] <= found["draws"]
    assert all(0 < p <= 1 for p in found["p"].values())
    assert json.loads(cli(*args, "--json").stdout) == found


def test_a_placebo_of_a_stored_run_is_kept_in_it_and_leaves_it_verifiable(
    cli: Callable[..., Result], study: Path
) -> None:
    assert cli("run", study, "-p", "hold=7", "--no-tearsheet").exit_code == 0
    args = ("placebo", "announcement-drift", "--run", "latest", "--draws", "12", "--jobs", "1", "--json")
    result = cli(*args)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    page = Path(found["page"])
    kept = json.loads((page.parent / "announcement-drift" / "placebo.json").read_text())
    assert kept["p"] == found["p"]
    facts = json.loads((page.parent / "announcement-drift" / "run.json").read_text())
    assert found["real"]["total_return"] == pytest.approx(facts["metrics"]["total_return"], abs=1e-15)  # with hold=7
    assert found["verdict"] in page.read_text()
    assert cli("runs", "verify", "latest").exit_code == 0
    for wrong, words in (
        (("placebo", "announcement-drfit", "--run", "latest"), "announcement-drift"),
        (("placebo", "announcement-drift", "--run", "latest~5"), "1 run"),
        (("placebo", "announcement-drift", "--run", "latest", "-p", "hold=3"), "leave out"),
        (("placebo", "announcement-drift", "--run", "latest", "--end", "2025-04-01"), "leave out"),
    ):
        refused = cli(*wrong)
        assert refused.exit_code == 2, refused.output
        assert words in " ".join(refused.output.split())
    prices = study.parent / "prices" / "MP.csv"
    prices.write_text(prices.read_text().replace("20.10", "20.11"))
    assert "no longer those of the run" in " ".join(cli(*args[:-1]).output.split())


def test_a_placebo_of_a_run_made_point_in_time_is_refused(cli: Callable[..., Result], study: Path) -> None:
    assert cli("run", study, "--point-in-time", "--no-tearsheet").exit_code == 0
    result = cli("placebo", "announcement-drift", "--run", "latest")
    assert result.exit_code == 2
    assert "--point-in-time" in result.output


PLAYED = ("placebo", "announcement-drift", "--run", "latest", "--draws", "9", "--jobs", "1")


def test_a_run_of_the_whole_window_is_known_as_one_though_the_window_starts_at_the_publication(
    cli: Callable[..., Result], study: Path
) -> None:
    """The article is of noon on 2025-04-15: from there on the run is the same with and without hindsight."""
    assert cli("run", study, "--start", "2025-04-15", "--no-tearsheet").exit_code == 0
    result = cli(*PLAYED)
    assert result.exit_code == 0, result.output
    assert "point-in-time" not in result.output
    assert cli("run", study, "--start", "2025-04-15", "--no-tearsheet", "--point-in-time").exit_code == 0
    result = cli(*PLAYED)
    assert result.exit_code == 2
    assert "was made with --point-in-time" in result.output


def test_a_run_too_old_to_say_whether_it_was_made_point_in_time_is_judged_by_its_figures(
    cli: Callable[..., Result], study: Path
) -> None:
    for options, words in (
        (("--start", "2025-04-15"), "was stored before runs recorded whether they were made with --point-in-time"),
        ((), "announcement-drift"),
        (("--point-in-time",), "was made with --point-in-time"),
    ):
        made = json.loads(cli("run", study, *options, "--no-tearsheet", "--json").stdout)
        path = Path(made["run_folder"]) / "announcement-drift" / "run.json"
        facts = json.loads(path.read_text())
        del facts["point_in_time"], facts["triggers"]
        path.write_text(json.dumps(facts))
        (path.parent / "triggers.parquet").unlink()  # younger than the record of how a run was made
        result = cli(*PLAYED)
        assert result.exit_code == (2 if "--point-in-time" in options else 0)
        assert words in " ".join(result.output.split())
        cli("runs", "draw", "latest", "--no-tearsheet")  # the page of such a run has no table of triggers
        verified = cli("runs", "verify", "latest")
        assert verified.exit_code == 0, verified.output
        assert "does not record its point_in_time, triggers." in " ".join(verified.output.split())


def test_a_run_that_says_it_in_other_words_than_yes_or_no_is_refused(cli: Callable[..., Result], study: Path) -> None:
    made = json.loads(cli("run", study, "--no-tearsheet", "--json").stdout)
    path = Path(made["run_folder"]) / "announcement-drift" / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"point_in_time": "yes"}))
    result = cli(*PLAYED)
    assert result.exit_code == 2
    assert "point_in_time" in result.output


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("event-study", "--returns", "R.csv"), "three files"),
        ((*OWN, "--theme", "lng"), "not both"),
        ((*OWN, "--model", "markte"), "market"),
        ((*OWN, "--window", "5"), "not a window"),
        ((*OWN, "--estimation", "-9:-1"), "overlap"),
        ((*OWN, "--plot", "caar.jpg"), ".png or .svg"),
        (("event-study", "--theme", "lgn"), "lng"),
        (("event-study", "--end", "2024-07-01", "--window", "-5:200"), "can be measured"),
        (("overfit", "none.csv"), "there is no such trials' returns file"),
        (("overfit", "R.csv", "--blocks", "5"), "even number"),
        (("overfit", "R.csv", "--trials", "2"), "fewer than"),
        (("placebo", "buy-and-hold"), "no events"),
        (("placebo", "kogas-ln"), "kogas-lng"),
        (("placebo", "kogas-lng", "--method", "rnadom"), "random"),
        (("placebo", "kogas-lng", "--engine", "fast"), "not one"),
        (("placebo", "kogas-lng", "-p", "hld=3"), "hold"),
    ],
)
def test_wrong_input_is_told_in_words(
    cli: Callable[..., Result], numbers: Path, args: tuple[str, ...], words: str
) -> None:
    result = cli(*args)
    assert result.exit_code == 2, result.output
    assert words in " ".join(result.output.split())
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("date,A,A\n2020-01-01,0.1,0.2\n", "stands twice"),
        ("date,A\n2020-01-01,0.1\n2020-01-01,0.2\n", "stands twice"),
        ("date,A\n2020-13-01,0.1\n", "not a date"),
        ("date,A\n2020-01-01,inf\n", "not a number"),
        ("date,A\n2020-01-01,-3\n", "loses all"),
        ("date,A\n2020-01-01\n", "1 cells"),
        ("date\n2020-01-01\n", "one column"),
        ("", "no rows"),
        ("date,A\n2020-01-01,\0\n", "not text"),
    ],
)
def test_broken_tables_are_told_with_file_and_line(
    cli: Callable[..., Result], tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "bad.csv").write_text(text)
    result = cli("overfit", "bad.csv")
    assert result.exit_code == 2
    assert "bad.csv" in result.output
    assert words in result.output
