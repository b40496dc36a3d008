"""eventfolio event-study: the choice of day 0, and events ordered by a fact."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta

import pytest

RELEASE = """
[[event]]
id = "release"
title = "A report"
kind = "earnings"
status = "scheduled"
occurs = "2025-05-20"
known_at = 2025-05-01T10:00:00-04:00
zone = "America/New_York"
themes = ["metals"]
[[event.revision]]
known_at = 2025-05-20T07:00:00-04:00
status = "occurred"
facts = { surprise = 0.02, form = "8-K" }
"""
SHORT = ("--estimation", "-25:-3", "--window", "0:0", "--no-cluster", "--json")


@pytest.fixture
def study(study):
    """The small study with a home index, prices that vary, and a scheduled report that was released."""
    draw = random.Random(1)
    days = [day for n in range(117) if (day := date(2025, 2, 3) + timedelta(days=n)).weekday() < 5]
    for symbol in ("MP", "REMX", "SPY"):
        level, rows = 20.0, []
        for day in days:
            level *= 1 + draw.gauss(0, 0.01)
            rows.append(f"{day},{level:.2f},{level:.2f},{level:.2f},{level:.2f},1000000")
        text = "\n".join(["date,open,high,low,close,volume", *rows]) + "\n"
        (study.parent / "prices" / f"{symbol}.csv").write_text(text)
    calendar = study.parent / "calendar.toml"
    calendar.write_text(calendar.read_text() + RELEASE)
    return study


def measured(cli, study, *options):
    done = cli("event-study", study, *SHORT, *options)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_each_choice_of_day_0_is_made_said_and_stored(cli, study):
    days = {}
    for day in ("reaction", "release", "occurs", "tradable"):
        found = measured(cli, study, "--day", day)
        days[day] = {row["session_0"] for row in found["events"] if row["name"] == "release"}
        assert found["day"]["choice"] == day
        assert any(f"Day 0 is by {day}" in note for note in found["notes"])
    assert days["reaction"] == days["release"] == days["occurs"] == {"2025-05-20"}
    assert days["tradable"] == {"2025-05-02"}
    found = measured(cli, study)
    assert found["day"]["choice"] == "reaction"
    assert found["day"]["other_than_tradable"] == 1
    refused = cli("event-study", study, "--day", "reacton")
    assert (refused.exit_code, "Did you mean 'reaction'?" in refused.output) == (2, True)


def test_a_fact_that_no_event_has_is_refused_with_the_nearest(cli, study):
    refused = cli("event-study", study, "--facts", "suprise")
    assert (refused.exit_code, "Did you mean 'surprise'?" in refused.output) == (2, True)


def test_events_are_ordered_by_a_fact_and_those_that_lack_it_are_counted(cli, study):
    (found,) = measured(cli, study, "--facts", "surprise")["facts"]
    assert (found["fact"], found["events"], found["p"]) == ("surprise", 1, None)
    assert found["lacking"] >= 1
    assert "nothing is ordered by it" in found["verdict"]
    assert "surprise of 1 event" in cli("event-study", study, *SHORT[:-1], "--facts", "surprise").stdout


def test_what_is_left_out_is_counted_by_reason_and_listed_when_asked():
    from eventfolio.cli.printing.evidence import _left_out

    rows = [{"name": f"e{n}", "symbol": "MP", "date": "2025-01-02", "why": f"{n} known sessions"} for n in range(6)]
    rows.append(
        {"name": "f", "symbol": "f", "date": "2025-01-03", "why": "its window overlaps that of e1: counted once"}
    )
    assert list(_left_out(rows, False)) == [
        "Left out, 6 rows: … known sessions.",
        "Left out, 1 rows: merged, as the window shares a session with that of an earlier event of the firm.",
        "--verbose lists them.",
    ]
    assert len(list(_left_out(rows, True))) == 7
    assert list(_left_out(rows[:1], False)) == ["Left out: e0, MP (2025-01-02): 0 known sessions."]


def test_listings_without_a_home_index_are_named_with_the_events_that_are_lost_with_them(cli, study):
    calendar = study.parent / "calendar.toml"
    alone = RELEASE.replace('"release"', '"alone"').replace('themes = ["metals"]', 'themes = []\nlistings = ["SPY"]')
    both = RELEASE.replace('"release"', '"both"').replace(
        'themes = ["metals"]', 'themes = []\nlistings = ["SPY", "MP"]'
    )
    calendar.write_text(calendar.read_text() + alone + both.replace("05-20", "05-28"))
    found = measured(cli, study, "--day", "occurs")
    assert {row["name"] for row in found["events"]} == {"article", "contract", "release", "both"}
    assert (
        "Without a home index with prices, left out: SPY, and 1 event of no other listing with them." in found["notes"]
    )
    assert any("4 events by the date on which they happen" in note for note in found["notes"])
