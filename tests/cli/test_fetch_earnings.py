"""eventfolio calendar fetch earnings, against a server on this machine that answers as Yahoo does."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from support.yahoo_server import YahooServer, loopback

from eventfolio.events import read_calendar


@pytest.fixture
def yahoo():
    with loopback() as server:
        server.reports["MP"] = [
            ["MP", "MP Materials Corp.", 1e9, "Q4", "2099-02-20T21:00:00.000Z", "TAS", -0.1, None, None],
            ["MP", "MP Materials Corp.", 1e9, "Q1", "2024-05-02T20:00:00.000Z", "AMC", -0.04, -0.07, -75.0],
            ["MP", "MP Materials Corp.", 1e9, "Q4", "2024-02-22T05:00:00.000Z", "TAS", 0.01, 0.02, 100.0],
        ]
        server.reports["7013.T"] = [["7013.T", "IHI", 1e9, "Q3", "2024-02-07T22:00:00.000Z", "BMO", 40.0, 50.0, 25.0]]
        stamp = int(datetime(2099, 2, 20, 21, tzinfo=UTC).timestamp())
        server.next_report["MP"] = {"earningsDate": [stamp, stamp + 4 * 86400], "isEarningsDateEstimate": True}
        server.next_report["7013.T"] = {"earningsDate": [stamp], "isEarningsDateEstimate": False}
        yield server


def fetched(cli, out, *options):
    done = cli("calendar", "fetch", "earnings", *options, "-o", out)
    assert done.exit_code == 0, done.output
    return {event.id: event for event in read_calendar(out).events}, " ".join(done.stdout.split())


def test_reports_are_known_by_the_part_of_the_session_that_yahoo_names(cli, tmp_path, yahoo: YahooServer):
    events, said = fetched(cli, tmp_path / "e.toml", "MP", "7013.T")
    after = events["MP-2024-05-02"]
    assert (after.known, after.known_precision) == (datetime(2024, 5, 2, 20, 5, tzinfo=UTC), "assumed")
    assert after.facts == {"eps": -0.07, "eps_estimate": -0.04, "surprise": -0.75}
    untimed = events["MP-2024-02-22"]
    assert (untimed.known, untimed.known_precision) == (datetime(2024, 2, 23, 5, tzinfo=UTC), "day")
    tokyo = events["7013.T-2024-02-08"]  # 22:00 UTC is the eighth in Tokyo
    assert tokyo.known == datetime(2024, 2, 7, 21, 30, tzinfo=UTC)
    assert "AMC: the exchange's regular close + 5 minutes (assumed)" in said
    assert "ahead of now: Yahoo's guesses, but for the next report" in said


def test_the_next_report_is_scheduled_from_now_on_and_an_estimate_never_triggers(cli, tmp_path, yahoo: YahooServer):
    events, said = fetched(cli, tmp_path / "e.toml", "MP", "7013.T")
    guess = events["MP-next"]
    assert (guess.status, guess.occurs, guess.known_precision) == ("scheduled", "2099-02-20/2099-02-24", "month")
    assert not guess.announces
    sure = events["7013.T-next"]
    assert (sure.status, sure.occurs, sure.known_precision) == ("scheduled", "2099-02-20", "minute")
    assert "estimates of the date ahead: known to the month, so they never trigger" in said


def test_with_a_lead_past_reports_were_scheduled(cli, tmp_path, yahoo: YahooServer):
    events, _ = fetched(cli, tmp_path / "e.toml", "MP", "--lead", "21d")
    scheduled, occurred = events["MP-2024-05-02"].beliefs
    assert (scheduled.known, scheduled.status) == (datetime(2024, 4, 12, 4, tzinfo=UTC), "scheduled")
    assert (occurred.known, occurred.status) == (datetime(2024, 5, 2, 20, 5, tzinfo=UTC), "occurred")


def test_the_account_is_there_for_a_machine(cli, tmp_path, yahoo: YahooServer):
    done = cli("calendar", "fetch", "earnings", "MP", "-o", tmp_path / "e.csv", "--json")
    told = json.loads(done.stdout)
    assert (told["events"], told["rows"]) == (3, 2)


def test_a_symbol_that_yahoo_does_not_know_is_refused_and_nothing_is_written(cli, tmp_path, yahoo: YahooServer):
    out = tmp_path / "e.toml"
    refused = cli("calendar", "fetch", "earnings", "MP", "NOSUCH", "-o", out)
    assert (refused.exit_code, out.exists()) == (2, False)
    assert "NOSUCH: Yahoo knows no report of it." in refused.output


@pytest.mark.parametrize("fault", [b"<html>sorry</html>", b"{}", 500, 429, 404])
def test_an_answer_that_is_none_is_told_and_nothing_is_written(cli, tmp_path, yahoo: YahooServer, fault):
    yahoo.faults["MP"] = [fault] * 3
    out = tmp_path / "e.toml"
    failed = cli("calendar", "fetch", "earnings", "MP", "-o", out)
    assert (failed.exit_code, out.exists()) == (1, False)
    assert "MP: Yahoo" in failed.output


def test_offline_nobody_is_asked(cli, tmp_path, monkeypatch):
    monkeypatch.setenv("EVENTFOLIO_OFFLINE", "1")
    failed = cli("calendar", "fetch", "earnings", "MP", "-o", tmp_path / "e.toml")
    assert (failed.exit_code, "EVENTFOLIO_OFFLINE is set" in failed.output) == (1, True)
