"""eventfolio calendar: show, check."""

from __future__ import annotations

import json
import warnings

import pandas as pd


def test_events_are_shown_in_order_of_when_they_were_known(cli, study):
    shown = json.loads(cli("calendar", "show", study.parent / "calendar.toml", "--json").stdout)
    assert [event["id"] for event in shown["events"]] == ["contract", "article", "tariff"]
    assert shown["events"][2]["known"] == "2025-05-06T04:00:00+00:00"  # the end of 5 May in New York
    table = cli("calendar", "show", study.parent / "calendar.toml").stdout
    assert table.index("contract") < table.index("article") < table.index("tariff · bad for them")


def test_the_packaged_calendar_is_the_default(cli):
    shown = json.loads(cli("calendar", "show", "--json").stdout)
    assert shown["name"] == "dprk-russia"
    checked = json.loads(cli("calendar", "check", "--json").stdout)
    assert checked["events"] == len(shown["events"])


def test_a_valid_calendar_passes_with_its_doubts(cli, study):
    calendar = study.parent / "calendar.toml"
    assert "3 events, valid; 1 doubt.\n" in cli("calendar", "check", calendar).stdout
    calendar.write_text(calendar.read_text().replace("known_at = 2025-05-05", 'known_at = "2025-05"'))
    result = cli("calendar", "check", calendar)
    assert result.exit_code == 0
    assert "3 events, valid; 3 doubts." in result.stdout
    assert "- tariff: known to the month only" in result.stdout
    assert json.loads(cli("calendar", "check", calendar, "--json").stdout)["doubts"]


def test_an_offset_that_contradicts_its_zone_is_refused_by_check_and_import_and_not_by_show(cli, study):
    calendar = study.parent / "calendar.toml"
    text = calendar.read_text().replace("2025-03-10T12:00:00+00:00", "2025-03-10T08:00:00-05:00", 1)
    calendar.write_text(text)
    for command in (("check", calendar), ("import", calendar, "-o", "new.toml")):
        refused = cli("calendar", *command)
        assert refused.exit_code == 2
        words = refused.stderr
        assert words.startswith("calendar.toml, event contract: known_at 2025-03-10T08:00:00-05:00 has an offset that")
        assert "2025-03-10T08:00:00-04:00" in words
        assert "2025-03-10T09:00:00-04:00" in words
    assert not (study.parent.parent / "new.toml").exists()
    assert cli("calendar", "show", calendar).exit_code == 0  # the instant itself is clear


def test_themes_beside_the_calendar_are_used_unless_others_are_given(cli, study, tmp_path):
    calendar = study.parent / "calendar.toml"
    assert cli("calendar", "check", calendar).exit_code == 0
    other = tmp_path / "other.toml"
    other.write_text((study.parent / "themes.toml").read_text().replace('"metals"', '"minerals"'))
    result = cli("calendar", "check", calendar, "--themes", other)
    assert result.exit_code == 2
    assert "'metals'" in result.stderr


def test_a_picture_with_letters_that_its_font_lacks_is_drawn_without_a_word_of_it(cli, study):
    calendar = study.parent / "calendar.toml"
    calendar.write_text(calendar.read_text().replace("A tariff", "관세 関税"), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert cli("calendar", "show", calendar, "--plot", "calendar.png").exit_code == 0


def test_a_calendar_that_is_wrong_is_refused(cli, study):
    calendar = study.parent / "calendar.toml"
    calendar.write_text(calendar.read_text().replace('id = "tariff"', 'id = "contract"'))
    for command in ("show", "check"):
        result = cli("calendar", command, calendar)
        assert result.exit_code == 2
        assert "contract" in result.stderr


LISTED = """
[[event]]
id = "report"
title = "MP reports"
kind = "earnings"
status = "scheduled"
occurs = "2025-05-08"
known_at = 2025-04-10T16:05:00-04:00
known_precision = "assumed"
zone = "America/New_York"
listings = ["MP", "REMX"]
facts = { estimate = -0.11 }
[[event.revision]]
known_at = 2025-05-08T16:05:00-04:00
status = "occurred"
facts = { surprise = 0.02, form = "8-K" }
"""


def test_listings_facts_and_assumed_times_are_shown(cli, study, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")  # narrower, words of the table break
    calendar = study.parent / "calendar.toml"
    calendar.write_text(calendar.read_text() + LISTED)
    shown = cli("calendar", "show", calendar).stdout
    for words in ("Themes and listings", "assumed", "REMX", "estimate -0.11", "form 8-K, surprise 0.02"):
        assert words in shown
    only = json.loads(cli("calendar", "show", calendar, "--kind", "earnings", "--json").stdout)["events"]
    assert [(event["listings"], event["facts"], event["known_precision"]) for event in only] == [
        (["MP", "REMX"], {"estimate": -0.11}, "assumed")
    ]
    refused = cli("calendar", "show", calendar, "--kind", "earning")
    assert (refused.exit_code, "Did you mean 'earnings'?" in refused.output) == (2, True)
    changed = cli("calendar", "diff", study.parent / "calendar.toml", calendar)
    assert changed.exit_code == 0


def test_listings_that_no_securities_file_knows_are_doubted_or_refused(cli, study):
    calendar = study.parent / "calendar.toml"
    calendar.write_text(calendar.read_text() + LISTED.replace('"REMX"', '"REMXX"'))
    (study.parent / "securities.toml").unlink(missing_ok=True)
    checked = cli("calendar", "check", calendar)
    assert checked.exit_code == 0
    assert "not among the packaged securities: 1 (REMXX)" in " ".join(checked.stdout.split())
    own = study.parent / "securities.toml"
    own.write_text(
        'schema = 1\n[[security]]\nsymbol = "QQQQ"\nname = "Made up"\nexchange = "XNYS"\ncurrency = "USD"\nlot = 1\n'
    )
    refused = cli("calendar", "check", calendar)
    assert refused.exit_code == 2
    assert "event report: the listing 'REMXX' is not a known security. Did you mean 'REMX'?" in refused.output


def test_a_run_acts_on_listings_that_an_event_names_by_themselves_and_tells_of_them(cli, study, tmp_path):
    calendar = study.parent / "calendar.toml"
    calendar.write_text(calendar.read_text() + LISTED)
    ran = cli("run", study, "-s", "announcement-drift", "-p", "repeat=add", "--no-tearsheet", "--json", "--out", "out")
    (run,) = json.loads(ran.stdout)["runs"]
    assert not [line for line in run["warnings"] if "named by events" in line.lower()]
    (folder,) = (tmp_path / "out").glob("*T*Z")
    lots = pd.read_parquet(folder / "announcement-drift" / "trades.parquet")
    mine = lots[lots["event_id"] == "report"]
    # Known at 16:05 in New York on Thursday the 10th, after the close: bought at the next open, as no theme's.
    assert mine[["symbol", "theme"]].to_numpy().tolist() == [["MP", ""], ["REMX", ""]]
    assert set(mine["entry_session"].astype(str)) == {"2025-04-11"}
    told = cli("explain", folder, "report").stdout
    assert "listings: MP, REMX; good for them" in told
    assert told.count("2025-04-11    ") == 2  # first sessions
    page = (folder / "index.html").read_text()
    assert "listings: MP, REMX; good for them" in page  # its story


def test_a_listing_named_without_prices_is_told_of_and_no_unit(cli, study):
    calendar = study.parent / "calendar.toml"
    calendar.write_text(calendar.read_text() + LISTED.replace('"MP", "REMX"', '"7013.T"'))
    ran = cli("run", study, "-s", "announcement-drift", "--no-tearsheet", "--json")
    (run,) = json.loads(ran.stdout)["runs"]
    assert [line for line in run["warnings"] if line.startswith("Named by events, without prices") and "7013.T" in line]
    assert run["triggers"]["whole"]["without_trigger"]["no_listing"] == 1
