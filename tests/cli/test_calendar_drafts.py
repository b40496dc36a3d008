"""eventfolio calendar: build, date, diff, merge, export, import, show --plot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ARTICLES = Path(__file__).parents[1] / "events" / "articles"
CANAL = ARTICLES / "canal.txt"


def test_a_date_expression_is_shown_as_it_is_read(cli):
    shown = json.loads(cli("calendar", "date", "by mid-2026", "--on", "2025-06-17", "--json").stdout)
    assert shown == {
        "expression": "by mid-2026",
        "on": "2025-06-17",
        "edtf": "../2026-06",
        "start": None,
        "end": "2026-06-30",
        "precision": "year",
        "rule": "by: open start, to the middle of a year",
        "approximate": False,
    }
    words = cli("calendar", "date", "since 2024", "--on", "2025-06-17").stdout
    assert 'occurs = "2024/.."' in words
    assert "2024-01-01 to open" in words


def test_a_draft_is_shown_written_and_valid(cli, tmp_path):
    result = cli(
        "calendar", "build", CANAL, "--securities", ARTICLES / "canal-securities.toml", "-o", "mine/calendar.toml"
    )
    assert result.exit_code == 0, result.stderr
    said = " ".join(result.stdout.split())
    assert "shipping: Kawasaki Kisen (9107.T), HMM (011200.KS)" in said
    assert "Not among the securities: Blue Fjord Shipping ASA (section 0, sentence 5)" in said
    checked = cli("calendar", "check", "mine/calendar.toml")
    assert checked.exit_code == 0, checked.stderr
    assert "other-0-6: scheduled for ../2024, which has no start: it gives no run-up." in " ".join(
        checked.stdout.split()
    )


def test_a_draft_for_a_machine_carries_its_evidence(cli):
    draft = json.loads(cli("calendar", "build", CANAL, "--json").stdout)
    event = next(event for event in draft["events"] if event["id"] == "closure-0-1")
    assert event["evidence"]["text"].startswith("The canal authority will limit")
    assert (event["evidence"]["section"], event["evidence"]["sentence"]) == (0, 1)
    text = CANAL.read_text()
    assert text[event["evidence"]["start"] : event["evidence"]["end"]] == event["evidence"]["text"]
    assert {name["name"] for name in draft["unknown"]} == {"Kawasaki Kisen", "HMM", "Blue Fjord Shipping ASA"}
    assert draft["written"] == []


def test_what_is_there_is_never_overwritten(cli, tmp_path):
    (tmp_path / "themes.toml").write_text("mine")
    for arguments in (
        ("build", CANAL, "-o", "calendar.toml"),
        ("export", tmp_path / "themes.toml", "--to", "csv", "-o", "themes.toml"),
    ):
        assert cli("calendar", *arguments).exit_code == 2
    assert (tmp_path / "themes.toml").read_text() == "mine"
    assert not (tmp_path / "calendar.toml").exists()


@pytest.mark.parametrize("format", ["csv", "ics"])
def test_an_exported_calendar_comes_back_unchanged(cli, study, format):
    calendar = study.parent / "calendar.toml"
    assert cli("calendar", "export", calendar, "--to", format, "-o", f"c.{format}").exit_code == 0
    assert cli("calendar", "import", f"c.{format}", "-o", "back.toml").exit_code == 0
    assert cli("calendar", "diff", calendar, "back.toml").stdout == "Nothing changed.\n"
    assert cli("calendar", "show", f"c.{format}", "--json").exit_code == 0
    printed = cli("calendar", "export", calendar, "--to", format)
    assert printed.stdout_bytes == Path(f"c.{format}").read_bytes()


def test_what_a_calendar_program_changed_is_taken_over_and_listed_or_refused(cli, study, tmp_path):
    assert cli("calendar", "export", study.parent / "calendar.toml", "--to", "ics", "-o", "c.ics").exit_code == 0
    file = tmp_path / "c.ics"
    text = file.read_bytes()
    assert cli("calendar", "import", file, "-o", "kept.toml", "--keep").stdout == "Written: kept.toml\n"
    file.write_bytes(text.replace(b"DTSTART;VALUE=DATE:20250505", b"DTSTART;VALUE=DATE:20250507"))
    refused = cli("calendar", "import", file, "-o", "new.toml", "--keep")
    _refused(refused, "c.ics, tariff, occurs: 2025-05-05 -> 2025-05-07")
    assert not (tmp_path / "new.toml").exists()
    assert cli("calendar", "import", file, "-o", "new.toml").stdout.splitlines() == [
        "Changed in c.ics since it was exported, and taken over:",
        "~ tariff, occurs: 2025-05-05 -> 2025-05-07",
        "Written: new.toml",
    ]
    assert 'occurs = "2025-05-07"' in (tmp_path / "new.toml").read_text()
    checked = json.loads(cli("calendar", "check", file, "--themes", study.parent / "themes.toml", "--json").stdout)
    assert "Changed since it was exported: ~ tariff, occurs: 2025-05-05 -> 2025-05-07" in checked["doubts"]


def test_a_difference_shows_what_a_review_changed(cli, study, tmp_path):
    calendar = study.parent / "calendar.toml"
    other = tmp_path / "other.toml"
    other.write_text(
        calendar.read_text().replace('"A tariff"', '"A duty"').replace('"contract"\ntitle', '"deal"\ntitle')
    )
    assert cli("calendar", "diff", calendar, other).stdout.splitlines() == [
        "- contract: A contract is signed",
        "+ deal: A contract is signed",
        "~ tariff, title: A tariff -> A duty",
    ]
    found = json.loads(cli("calendar", "diff", calendar, other, "--json").stdout)
    assert found["added"] == ["deal"]
    assert found["changed"] == [{"id": "tariff", "key": "title", "before": "A tariff", "after": "A duty"}]


def test_joining_reports_what_may_be_one_event(cli, study, tmp_path):
    calendar = study.parent / "calendar.toml"
    other = tmp_path / "other.toml"
    other.write_text(calendar.read_text().replace('"tariff"', '"duty"'))
    result = cli("calendar", "merge", calendar, other, "-o", "both.toml")
    assert result.exit_code == 0
    assert "tiny: 4 events." in result.stdout
    assert "- tariff and duty: same kind and theme" in result.stdout
    assert cli("calendar", "check", "both.toml", "--themes", study.parent / "themes.toml").exit_code == 0
    other.write_text(calendar.read_text().replace('"A tariff"', '"A duty"'))
    refused = cli("calendar", "merge", calendar, other)
    assert refused.exit_code == 2
    assert "tariff" in refused.stderr


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_the_time_line_is_drawn_the_same_each_time(cli, ending, tmp_path):
    for name in ("one", "two"):
        assert cli("calendar", "show", "--plot", f"{name}.{ending}").exit_code == 0
    assert (tmp_path / f"one.{ending}").read_bytes() == (tmp_path / f"two.{ending}").read_bytes()
    assert len((tmp_path / f"one.{ending}").read_bytes()) > 10_000


BAD = {
    "empty.txt": b"",
    "binary.txt": b"\x7fELF\0\0",
    "undated.txt": b"A title\n\nSome words.\n",
    "latin.txt": "Un café\n2025-06-17T00:00:00Z\n\nété\n".encode("latin-1"),
    "huge.txt": b"x" * 10_000_000,
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_article_is_refused(cli, tmp_path, name):
    (tmp_path / name).write_bytes(BAD[name])
    _refused(cli("calendar", "build", name), name)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("build", "none.txt"), "no such article"),
        (("build", CANAL, "--published", "yesterday"), "--published 'yesterday'"),
        (("build", CANAL, "--securities", "none.toml"), "no such securities file"),
        (("build", CANAL, "-o", "draft.csv"), "draft.toml"),
        (("build", CANAL, "-o", "themes.toml"), "Name the calendar otherwise"),
        (("date", "15,000 soldiers", "--on", "2025-06-17"), "names no date"),
        (("date", "2026", "--on", "soon"), "is not a date"),
        (("date", "2026", "--on", "9999-12-31"), "outside"),
        (("date", "in 3 days", "--on", "9999-12-31"), "outside"),
        (("date", "next month", "--on", "9999-12-31"), "outside"),
        (("date", "5 years ago", "--on", "0001-01-01"), "outside"),
        (("date", "yesterday", "--on", "0001-01-01"), "outside"),
        (("date", "this week", "--on", "9999-12-31"), "outside"),
        (("export", CANAL, "--to", "xls"), "not TOML"),
        (("export", "none.toml", "--to", "ics"), "no such calendar file"),
        (("import", CANAL, "-o", "c.toml"), "nothing tells what it is"),
        (("merge", "a.toml", "b.toml"), "no such calendar file"),
        (("check", "."), "is a folder. Give the calendar file in it."),
        (("check", "--themes", "/dev/zero"), "/dev/zero is a device and no themes file"),
        (("build", CANAL, "--securities", "/dev/zero"), "/dev/zero is a device and no securities file"),
        (("show", "--plot", "picture.bmp"), ".png, .svg or .pdf"),
    ],
)
def test_what_is_wrong_is_said(cli, arguments, words):
    result = cli("calendar", *arguments)
    _refused(result, words)


def _refused(result, words):
    assert result.exit_code == 2, (result.stdout, result.stderr)
    assert words in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
