"""eventfolio calendar import, of files from elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

FILES = Path(__file__).resolve().parents[1] / "events" / "elsewhere" / "files"


def test_an_import_says_its_clocks_and_writes_a_calendar_that_checks(cli, tmp_path):
    out = tmp_path / "out.toml"
    said = " ".join(cli("calendar", "import", FILES / "nasdaq.json", "-o", out).stdout.split())
    assert "Read as earnings (guessed: its columns are those of Nasdaq): 3 rows, 3 events." in said
    assert "Clock, 1 row: AMC: the exchange's regular close + 5 minutes (assumed)" in said
    assert "3 symbols of no known security, kept: AAA, BBB, CCC." in said
    assert "3 events on 3 listings, valid" in cli("calendar", "check", out).stdout
    shown = json.loads(cli("calendar", "show", out, "--json").stdout)
    assert shown["events"][0]["listings"] == ["BBB"]


def test_the_account_is_there_for_a_machine(cli, tmp_path):
    out = tmp_path / "out.csv"
    told = json.loads(cli("calendar", "import", FILES / "edinet.json", "-o", out, "--json").stdout)
    assert (told["kind"], told["rows"], told["events"], told["written"]) == ("edinet", 9, 8, str(out))
    assert told["clocks"] == {"the minute of submission, Japan's time": 8}
    assert told["left_out"] == {"withdrawn, and emptied since": 1}


def test_nothing_is_written_where_a_clock_is_unclear(cli, tmp_path):
    out = tmp_path / "out.toml"
    refused = cli("calendar", "import", FILES / "sec-either.json", "-o", out)
    assert (refused.exit_code, out.exists()) == (2, False)
    assert "--clock utc or --clock new-york" in " ".join(refused.output.split())
    refused = cli("calendar", "import", FILES / "program.ics", "-o", out)
    assert (refused.exit_code, out.exists()) == (2, False)


def test_what_is_known_before_its_date_is_scheduled_and_every_option_reaches_its_rule(cli, tmp_path):
    out = tmp_path / "out.toml"
    options = (
        "--from",
        "csv",
        "--map",
        "change=title",
        "--kind",
        "index",
        "--zone",
        "America/New_York",
        "--lead",
        "30d",
    )
    done = cli("calendar", "import", FILES / "index-changes.csv", "-o", out, *options)
    assert done.exit_code == 0, done.output
    events = json.loads(cli("calendar", "show", out, "--json").stdout)["events"]
    assert [(event["kind"], event["status"]) for event in events] == [("index", "scheduled")] * 3
    assert [event["known_precision"] for event in events] == ["day", "assumed", "day"]  # by its row, or by --lead


def test_options_of_foreign_files_are_refused_for_a_calendar_of_ones_own(cli, study, tmp_path):
    refused = cli("calendar", "import", study.parent / "calendar.toml", "-o", tmp_path / "o.toml", "--zone", "UTC")
    assert refused.exit_code == 2
    assert "is a calendar of this program" in " ".join(refused.output.split())
    refused = cli("calendar", "import", FILES / "fmp.json", "-o", tmp_path / "o.toml", "--keep")
    assert "was not exported by this program" in " ".join(refused.output.split())
    refused = cli("calendar", "import", FILES / "fmp.json", "-o", tmp_path / "o.json")
    assert "ends in .toml, .csv or .ics" in refused.output


def test_rows_of_other_symbols_are_left_out_with_securities(cli, tmp_path):
    own = tmp_path / "securities.toml"
    own.write_text(
        'schema = 1\n[[security]]\nsymbol = "AAA"\nname = "Aaa"\nexchange = "XNYS"\ncurrency = "USD"\nlot = 1\n'
    )
    done = cli("calendar", "import", FILES / "fmp.json", "-o", tmp_path / "o.toml", "--securities", own, "--json")
    told = json.loads(done.stdout)
    assert told["events"] == 1
    assert told["left_out"] == {"of symbols that no security has (--securities)": 5}


def test_bytes_that_are_no_text_are_refused_in_words(cli, tmp_path):
    for number, data in enumerate((bytes(range(256)), "date,ticker\n2024-02-01,A\n".encode("utf-16"), b"\r\x00,\r1")):
        file = tmp_path / f"{number}.csv"
        file.write_bytes(data)
        refused = cli("calendar", "import", file, "-o", tmp_path / "o.toml")
        assert refused.exit_code == 2, refused.output
