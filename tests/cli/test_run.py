"""eventfolio run, from the shell to the files."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest


def only_folder(place: Path) -> Path:
    (folder,) = (path for path in place.iterdir() if path.is_dir())
    return folder


def test_a_run_prints_a_table_and_says_where_the_pages_are(cli, study, tmp_path):
    result = cli("run", study, "--no-tearsheet")
    assert result.exit_code == 0, result.output
    folder = only_folder(tmp_path / "results" / "runs")
    assert f"Pages: results/runs/{folder.name}/index.html" in result.stdout
    assert (folder / "index.html").is_file()
    assert "announcement-drift" in result.stdout
    assert "0.52%" in result.stdout  # 2470 shares gain 0.10 each, 2445 gain 0.11: 515.95 of 100,000
    assert "0.27%" in result.stdout  # point in time: 2439 shares, worth 50,000 at 20.50, gain 0.11
    assert max(len(line) for line in result.stdout.splitlines()) <= 80
    assert result.stderr == ""


def test_names_nobody_can_trade_and_warnings_are_told_once(cli, study):
    printed = " ".join(
        cli("run", study, "--no-tearsheet", "-s", "announcement-drift", "-s", "buy-and-hold").stdout.split()
    )
    assert printed.count("Cannot be traded: NIX (MP stands in)") == 1
    assert printed.count("Warning: Bars on days its exchange was shut: MP 2025-04-18, 2025-05-26; REMX") == 1


def test_an_index_in_a_currency_of_its_own_has_its_rates_read(cli, study):
    study.write_text(study.read_text().replace("account =", 'benchmark = "^N225"\naccount ='))
    prices = study.parent / "prices"
    (prices / "^N225.csv").write_text((prices / "MP.csv").read_text())
    assert "add JPY=X.csv" in cli("run", study, "--no-tearsheet").stderr
    (prices / "JPY=X.csv").write_text((prices / "MP.csv").read_text())
    assert cli("run", study, "--no-tearsheet").exit_code == 0


def test_an_index_without_a_price_where_a_lot_enters_or_leaves_is_warned_of(cli, study):
    prices = study.parent / "prices"
    rows = (prices / "MP.csv").read_text().splitlines()
    holes = ("2025-03-10", "2025-04-30")  # an entry on the day of the news, and an exit ten sessions after 2025-04-15
    (prices / "SPY.csv").write_text("\n".join(row for row in rows if not row.startswith(holes)) + "\n")
    printed = " ".join(cli("run", study, "--no-tearsheet").stdout.split())
    told = (
        "No open of an index where a lot enters or leaves: SPY 2025-03-10, 2025-04-30. The close before stands for it."
    )
    assert printed.count(told) == 1
    assert "No bar on sessions of its exchange: SPY 2025-03-10, 2025-04-30." in printed
    (prices / "SPY.csv").write_text("\n".join(rows) + "\n")
    assert "No open of an index" not in " ".join(cli("run", study, "--no-tearsheet").stdout.split())


def test_bars_beyond_the_limit_on_file_are_filled_at_their_prices_and_told_once_a_listing(cli, study, tmp_path):
    """Shenzhen's limit is 10 %; four bars lie half as high again, or that much lower, as no limit allows."""
    folder = study.parent
    (folder / "themes.toml").write_text((folder / "themes.toml").read_text().replace('"MP"', '"002738.SZ"'))
    study.write_text(study.read_text().replace('costs = "none"\n', ""))
    rows = [
        f"{day},{level:.2f},{level + 0.5:.2f},{level - 0.5:.2f},{level:.2f},1000000000"
        for day in pd.bdate_range("2025-02-03", "2025-05-30").strftime("%Y-%m-%d")
        for level in [30 if day in ("2025-03-11", "2025-03-13") else 20]
    ]
    for symbol, lines in (("002738.SZ", rows), ("CNY=X", [f"{row[:10]},7,7,7,7,0" for row in rows])):
        text = "\n".join(["date,open,high,low,close,volume", *lines]) + "\n"
        (folder / "prices" / f"{symbol}.csv").write_text(text)
    printed = " ".join(cli("run", study, "--no-tearsheet").stdout.split())
    told = "beyond the daily limit on file: 002738.SZ 2025-03-11, 2025-03-12, 2025-03-13 and 1 more. Another limit was"
    assert printed.count(told) == 1
    trades = pd.read_parquet(only_folder(tmp_path / "results" / "runs") / "announcement-drift" / "trades.parquet")
    (bought,) = trades[trades["entry_session"] == "2025-03-11"]["entry_price"] * 7
    assert bought == pytest.approx(30.02)  # 30 and 5 bp, up to the cent; the limit on file was 22.00


def test_the_gains_stand_in_the_trades_to_the_cent(cli, study, tmp_path):
    cli("run", study, "--no-tearsheet")
    trades = pd.read_parquet(only_folder(tmp_path / "results" / "runs") / "announcement-drift" / "trades.parquet")
    assert trades["shares"].tolist() == [2470, 2445]
    assert trades["pnl"].round(2).tolist() == [247.00, 268.95]
    assert trades["hindsight"].tolist() == [True, False]


def test_json_is_one_document_with_the_record_of_each_run(cli, study, tmp_path):
    result = cli("run", study, "--no-tearsheet", "--json")
    document = json.loads(result.stdout)
    folder = tmp_path / document["run_folder"]
    assert set(document) == {"run_folder", "simulated", "runs"}
    assert document["simulated"] is False
    assert document["runs"] == [json.loads((folder / "announcement-drift" / "run.json").read_text())]


def test_a_tearsheet_is_drawn_for_each_strategy(cli, study, tmp_path):
    assert cli("run", study, "--out", tmp_path / "out").exit_code == 0
    assert (only_folder(tmp_path / "out") / "announcement-drift" / "tearsheet.html").stat().st_size > 10_000


def test_the_same_run_twice_gives_the_same_bytes(cli, study, tmp_path):
    for place in ("one", "two"):
        assert cli("run", study, "--no-tearsheet", "--out", tmp_path / place).exit_code == 0
    first, second = (only_folder(tmp_path / place) for place in ("one", "two"))
    tables = sorted(path.relative_to(first) for path in first.rglob("*.parquet"))
    assert len(tables) == 9
    assert all((first / table).read_bytes() == (second / table).read_bytes() for table in tables)


def run_facts(cli, *args) -> list[dict]:
    result = cli("run", *args, "--no-tearsheet", "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)["runs"]


def test_strategies_named_replace_the_study_s_and_get_labels_of_their_own(cli, study):
    runs = run_facts(cli, study, "-s", "buy-and-hold", "-s", "announcement-drift", "-s", "announcement-drift")
    assert [run["strategy"]["label"] for run in runs] == ["buy-and-hold", "announcement-drift", "announcement-drift-2"]
    assert runs[1]["strategy"]["params"]["hold"] == 20  # its own default, not the study's 10


def test_a_parameter_reaches_every_strategy_that_has_it(cli, study):
    runs = run_facts(
        cli,
        study,
        "-s",
        "announcement-drift",
        "-s",
        "buy-and-hold",
        "-p",
        "hold=5",
        "-p",
        "weight=0.25",
        "-p",
        "stop=none",
    )
    assert (runs[0]["strategy"]["params"]["hold"], runs[0]["strategy"]["params"]["weight"]) == (5, 0.25)
    assert runs[1]["strategy"]["params"]["weight"] == 0.25


def test_a_parameter_without_a_strategy_is_for_the_study_s_own(cli, study):
    (run,) = run_facts(cli, study, "-p", "hold=3")
    assert run["strategy"]["params"]["hold"] == 3


def test_a_theme_narrows_the_study(cli, study):
    (run,) = run_facts(cli, study, "--theme", "funds")
    assert run["data"]["symbols"] == ["REMX"]
    assert run["metrics"]["trades"] == 0


def test_window_and_cash_can_be_overridden(cli, study):
    (run,) = run_facts(cli, study, "--start", "2025-04-01", "--end", "2025-05-15", "--cash", "5000")
    assert run["window"] == {"start": "2025-04-01", "end": "2025-05-15"}
    assert run["account"]["cash"] == 5000


def test_point_in_time_shows_only_the_run_from_the_publication_on(cli, study):
    (run,) = run_facts(cli, study, "--point-in-time")
    assert run["window"]["start"] == "2025-04-15"
    assert run["metrics"]["trades"] == 1
    table = cli("run", study, "--no-tearsheet", "--point-in-time").stdout
    assert "whole" not in table


def test_prices_come_from_the_folder_given(cli, study, tmp_path):
    (study.parent / "prices").rename(tmp_path / "elsewhere")
    assert cli("run", study, "--no-tearsheet").exit_code == 2
    assert cli("run", study, "--no-tearsheet", "--data", "elsewhere").exit_code == 0


def test_a_run_on_the_sample_says_that_its_prices_are_simulated(cli, study):
    result = cli("run", study, "--no-tearsheet", "--data", "sample")
    assert result.exit_code == 0, result.output
    assert "SIMULATED" in result.stdout
    assert json.loads(cli("run", study, "--no-tearsheet", "--data", "sample", "--json").stdout)["simulated"] is True


def test_hostile_text_reaches_the_terminal_as_text(cli, study):
    themes = study.parent / "themes.toml"
    themes.write_text(themes.read_text().replace('name = "NIX"', 'name = "\\u001b[31mN[bold]IX\\u202e"'))
    printed = cli("run", study, "--no-tearsheet").stdout
    assert "\x1b" not in printed
    assert "\u202e" not in printed
    assert "N[bold]IX" in printed


@pytest.mark.parametrize("colour", [{"NO_COLOR": "1"}, {}])
def test_no_colours_in_a_pipe(cli, study, colour, monkeypatch):
    for name, value in colour.items():
        monkeypatch.setenv(name, value)
    assert "\x1b" not in cli("run", study, "--no-tearsheet").output


EXTENDS = """
[[event]]
id = "extends"
title = "More of it"
kind = "contract"
status = "occurred"
occurs = "2025-03-17"
known_at = 2025-03-17T12:00:00+00:00
zone = "America/New_York"
themes = ["metals"]
"""


def test_an_event_that_only_extended_a_lot_is_left_out_too(cli, study, tmp_path):
    """2,470 shares (50,000 at 20.24) bought at 20.25 are sold ten sessions after the second news, at 20.40: 370.50.

    Without that news ten after the first, at 20.35: 247. Without the first, 2,464 (at 20.29) from 20.30 on: 246.40.
    """
    calendar = study.parent / "calendar.toml"
    calendar.write_text(calendar.read_text() + EXTENDS)
    result = cli("run", study, "--end", "2025-04-10", "--no-tearsheet", "--leave-one-out", "--json")
    (run,) = json.loads(result.stdout)["runs"]
    assert run["metrics"]["total_return"] == pytest.approx(0.003705, abs=1e-9)
    assert run["without_event"] == {
        "contract": pytest.approx(0.002464, abs=1e-9),
        "extends": pytest.approx(0.00247, abs=1e-9),
    }


def test_a_damaged_list_of_trials_loses_no_run_and_is_named(cli, study, tmp_path):
    store = tmp_path / "results" / "runs"
    store.mkdir(parents=True)
    (store / "trials.csv").write_bytes(b"study,trial,sharpe,made_by\ntiny,0123456789abcdef,nan,x\ntiny,\xff\xfe\n")
    result = cli("run", study)
    assert result.exit_code == 0, result.output
    words = " ".join(result.stdout.split())
    assert "trials.csv: 2 lines (2, 3) are not study, trial, sharpe, made_by" in words


def test_a_page_names_its_run_as_it_is_stored(cli, study, tmp_path):
    cli("run", study, "--no-tearsheet")
    folder = only_folder(tmp_path / "results" / "runs")
    for page in folder.rglob("*.html"):
        assert f".{folder.name}.part" not in page.read_text()
    assert f"eventfolio placebo STRATEGY --run {folder.name}<" in (folder / "index.html").read_text()


AHEAD = """
from eventfolio import EventStrategy


class Mine(EventStrategy):
    params = dict(hold=3)

    def should_exit(self, holding):
        tape, column = self.broker.tape, self.broker.column + 1
        row = tape.row(holding.listing)
        return tape.close[row, column] > tape.close[row, column - 1]
"""


def test_a_strategy_that_looks_ahead_is_refused_and_may_be_trusted(cli, study, tmp_path):
    mine = tmp_path / "mine.py"
    mine.write_text(AHEAD)
    refused = cli("run", study, "--no-tearsheet", "-s", f"{mine}:Mine")
    assert refused.exit_code == 2
    assert "looks ahead" in refused.stderr
    trusted = cli("run", study, "--no-tearsheet", "-s", f"{mine}:Mine", "--trust")
    assert trusted.exit_code == 0, trusted.stderr
    assert "Mine has code of its own and was trusted" in " ".join(trusted.stdout.split())
    (record,) = (tmp_path / "results" / "runs").glob("*/Mine/run.json")
    assert json.loads(record.read_text())["look_ahead"] == {"has_code": True, "cut_at": [], "trusted": True}
    swept = cli("sweep", f"{mine}:Mine", "--study", study, "-p", "hold=3:5:1", "--jobs", "1")
    assert swept.exit_code == 2
    assert "looks ahead" in swept.stderr


def test_events_taken_out_by_hand_stand_in_the_record_and_on_the_page_and_play_again(cli, study, tmp_path):
    out = tmp_path / "runs"
    whole = cli("run", study, "--no-tearsheet", "--out", out, "--json").stdout
    done = cli("run", study, "--without", "contract", "--no-tearsheet", "--out", out)
    assert "1 event taken out by hand: contract." in " ".join(done.stdout.split())
    folder = sorted(out.glob("tiny-*"))[-1]
    (path,) = folder.glob("*/run.json")
    calendar, before = json.loads(path.read_text())["calendar"], json.loads(whole)["runs"][0]["calendar"]
    assert (calendar["without"], calendar["events"]) == (["contract"], before["events"] - 1)
    assert calendar["sha256"] != before["sha256"]
    assert "without" not in before
    assert '<strong title="contract">1 event taken out by hand</strong>' in (folder / "index.html").read_text()
    assert "1 event taken out by hand: contract." in json.loads((folder / "study.json").read_text())["notes"]
    assert "the same again" in cli("runs", "verify", folder.name, "--out", out).stdout
    trials = (out / "trials.csv").read_text().splitlines()
    assert len(trials) == 3  # its head, the whole calendar and the thinner one
