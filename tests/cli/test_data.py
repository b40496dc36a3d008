"""eventfolio data, and run --data yahoo, against a loopback server that speaks Yahoo's protocol."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.yahoo_server import FOREVER, loopback

from eventfolio.engine.market.yahoo import fetch as yahoo_fetch
from eventfolio.engine.market.yahoo.price_store import PriceStore
from eventfolio.engine.market.yahoo.session import Patience
from eventfolio.engine.market.yahoo.wanted import Wanted

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # yfinance on pandas 3
DAYS = pd.bdate_range("2024-01-02", "2025-06-06")


@pytest.fixture
def yahoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A server with the tiny study's symbols, a price that climbs by a cent a day."""
    from eventfolio.engine.market.sessions import sessions_of

    sessions = pd.DatetimeIndex(sessions_of("XNYS").dates.astype("datetime64[ns]"))
    days = DAYS.intersection(sessions)
    close = np.round(20 + np.arange(len(days)) / 100, 2)
    frame = pd.DataFrame({"open": close, "high": close + 0.5, "low": close - 0.5, "close": close}, index=days)
    bars = frame.assign(volume=1e6, dividends=0.0, splits=0.0)
    monkeypatch.setenv("EVENTFOLIO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(yahoo_fetch, "PATIENCE", Patience(tries=2, first_wait=0.02, request=2.0, symbol=5.0))
    with loopback() as server:
        for symbol in ("MP", "REMX", "SPY"):
            server.add(symbol, bars)
        yield server


def test_fetch_says_what_became_of_each_symbol(cli, study, yahoo):
    del yahoo.papers["REMX"]
    yahoo.faults["SPY"] = ["429", FOREVER]
    result = cli("data", "fetch", study, "--json")
    found = {one["symbol"]: one for one in json.loads(result.stdout)}
    assert {symbol: (one["state"], one["reason"]) for symbol, one in found.items()} == {
        "MP": ("fetched", None),
        "REMX": ("failed", "not found"),
        "SPY": ("failed", "rate-limited"),
    }
    assert result.exit_code == 1  # it may work later
    yahoo.faults.clear()
    again = cli("data", "fetch", study)
    assert again.exit_code == 2  # REMX stays unknown
    assert "Yahoo does not know it" in again.stdout
    assert [line.split()[1] for line in again.stdout.splitlines() if line.startswith(("MP", "SPY"))] == [
        "unchanged",
        "fetched",
    ]


def test_status_and_check_look_at_what_is_stored(cli, study, yahoo):
    study.write_text(study.read_text().replace('source = "prices"', 'source = "yahoo"'))
    assert cli("data", "check", study).exit_code == 1  # nothing is there yet
    cli("data", "fetch", study)
    found = json.loads(cli("data", "status", study, "--json").stdout)["symbols"]
    assert [(one["symbol"], one["state"], one["currency"], one["last"]) for one in found] == [
        ("MP", "stored", "USD", "2025-06-06"),
        ("REMX", "stored", "USD", "2025-06-06"),
        ("SPY", "stored", "USD", "2025-06-06"),
    ]
    assert "2025-06-06" in cli("data", "status", study).stdout
    checked = cli("data", "check", study)
    assert checked.exit_code == 0
    assert checked.stdout.count("nothing to doubt") == 3
    PriceStore().path("MP").write_bytes(b"PAR1 is not all of it")
    assert cli("data", "check", study, "-s", "MP").exit_code == 1
    assert "damaged" in cli("data", "status", study, "-s", "MP").stdout


def test_fetch_check_and_run_doubt_the_same_of_yahoo_s_prices(cli, study, yahoo):
    """A slip of the decimal point, a close of zero and a dividend in yen: each told once by each command."""
    slip = yahoo.papers["REMX"].bars.copy()
    slip.loc["2025-03-12", ["open", "high", "low", "close"]] *= 100
    slip.loc["2025-03-17", "dividends"] = 0.5

    def abroad(result):
        for dividend in result.get("events", {}).get("dividends", {}).values():
            dividend["currency"] = "JPY"

    yahoo.add("REMX", slip, spoil=abroad)
    nought = yahoo.papers["MP"].bars.copy()
    nought.loc["2025-03-13", "close"] = 0.0
    yahoo.add("MP", nought)
    told = (
        "off its level and back: {}2025-03-12 2,298 between 22.97 and 22.99",
        "dividends in another currency, left out: {}2025-03-17 0.5 JPY",
        "a close of 0, taken as unknown: {}2025-03-13",
    )
    study.write_text(study.read_text().replace('source = "prices"', 'source = "yahoo"'))
    fetched = json.loads(cli("data", "fetch", study, "--json").stdout)
    checked = json.loads(cli("data", "check", study, "--json").stdout)
    for found in (fetched, checked):
        doubts = {one["symbol"]: "\n".join(one["doubts"]) for one in found}
        assert told[0].format("") in doubts["REMX"]
        assert told[1].format("") in doubts["REMX"]
        assert told[2].format("") in doubts["MP"]
        assert doubts["SPY"] == ""
    printed = [cli("data", "fetch", study).stdout, cli("run", study, "--no-tearsheet").stdout]
    for text in (" ".join(output.split()) for output in printed):
        for words, symbol in zip(told, ("REMX ", "REMX ", "MP "), strict=True):
            assert text.count((words[0].upper() + words[1:]).format(symbol)) == 1


def test_what_is_stored_in_another_currency_is_never_played(cli, study, yahoo):
    yahoo.add("MP", yahoo.papers["MP"].bars, currency="JPY")
    fetcher = yahoo_fetch.Fetcher(PriceStore(), date(2024, 1, 2))
    assert fetcher.bring(Wanted("MP", "XNYS", "JPY")).state == "fetched"
    words = "what is stored is in JPY, the securities file says USD"
    for symbol in ("REMX", "SPY"):
        assert fetcher.bring(Wanted(symbol, "XNYS", "USD")).state == "fetched"
    for options in ((), ("--offline",)):
        refused = cli("run", study, "--data", "yahoo", "--no-tearsheet", *options)
        assert (refused.exit_code, words in " ".join(refused.stderr.split())) == (2, True)
    study.write_text(study.read_text().replace('source = "prices"', 'source = "yahoo"'))
    checked = cli("data", "check", study, "-s", "MP", "--json")
    assert checked.exit_code == 1
    assert words in json.loads(checked.stdout)[0]["doubts"][0]


def spoil(study: Path, symbol: str, day: str, row: str) -> None:
    path = study.parent / "prices" / f"{symbol}.csv"
    rows = [f"{day},{row}" if line.startswith(day) else line for line in path.read_text().splitlines()]
    path.write_text("\n".join(rows) + "\n")


def test_check_looks_over_the_folder_of_a_study(cli, study):
    spoil(study, "REMX", "2025-03-12", "2027,2028,2026,2027,1000000")
    result = cli("data", "check", study, "--json")
    found = {one["symbol"]: one for one in json.loads(result.stdout)}
    assert [one["state"] for one in found.values()] == ["read", "read", "left out"]  # a run needs no SPY
    assert result.exit_code == 0
    assert "off its level and back: 2025-03-12 2,027 between 20.26 and 20.28" in found["REMX"]["doubts"]
    shut = "bars on days its exchange was shut: 2025-02-17; 2025-04-18; 2025-05-26"
    assert found["MP"]["doubts"] == [shut]  # Presidents' Day, Good Friday, Memorial Day
    printed = " ".join(cli("data", "check", study, "-s", "REMX").stdout.split())
    assert "2025-03-12 2,027 between 20.26 and 20.28" in printed
    assert "MP" not in printed
    (study.parent / "prices" / "MP.csv").unlink()
    assert cli("data", "check", study).exit_code == 2


def test_check_looks_over_a_folder_by_itself(cli, study, tmp_path):
    prices = study.parent / "prices"
    (prices / "NOBODY.csv").write_text((prices / "MP.csv").read_text())
    (prices / "BAD.csv").write_text("date,open\n")
    result = cli("data", "check", prices, "--json")
    found = {one["symbol"]: one for one in json.loads(result.stdout)}
    assert list(found) == ["BAD", "MP", "NOBODY", "REMX"]
    assert (found["BAD"]["state"], result.exit_code) == ("refused", 2)
    assert "no column 'close'" in found["BAD"]["doubts"][0]
    assert found["NOBODY"]["doubts"] == [
        "not a known security: sessions, limits and price steps are not judged (check a study that knows it)"
    ]
    (prices / "BAD.csv").unlink()
    assert cli("data", "check", prices).exit_code == 0
    nowhere = cli("data", "check", tmp_path / "nowhere")
    assert (nowhere.exit_code, "Traceback" in nowhere.output) == (2, False)


def test_a_run_says_what_check_says_a_line_a_kind(cli, study):
    spoil(study, "REMX", "2025-03-12", "2027,2028,2026,2027,1000000")
    spoil(study, "MP", "2025-03-13", "0.2,0.3,0.1,0.2,1000000")
    printed = " ".join(cli("run", study, "--no-tearsheet").stdout.split())
    told = "Warning: Off its level and back: MP 2025-03-13 0.2 between 20.27 and 20.29; REMX 2025-03-12 2,027 between"
    assert printed.count(told) == 1


def test_a_run_on_yahoo_fetches_names_its_snapshot_and_needs_no_network_after(cli, study, yahoo, tmp_path):
    first = cli("run", study, "--data", "yahoo", "--no-tearsheet", "--json", "--out", tmp_path / "one")
    assert first.exit_code == 0, first.stderr
    facts = json.loads(first.stdout)["runs"][0]
    source = facts["data"]["source"]
    assert source.startswith("yahoo@")
    assert not facts["data"]["simulated"]
    yahoo.asked.clear()
    offline = cli("run", study, "--data", "yahoo", "--offline", "--no-tearsheet", "--json", "--out", tmp_path / "two")
    assert yahoo.asked == []
    assert json.loads(offline.stdout)["runs"][0]["data"] == facts["data"]
    pinned = cli("run", study, "--data", source, "--no-tearsheet", "--json", "--out", tmp_path / "three")
    assert json.loads(pinned.stdout)["runs"][0]["metrics"] == facts["metrics"]
    assert yahoo.asked == []


def test_a_missing_symbol_fails_the_run_unless_it_may_be_skipped(cli, study, yahoo):
    del yahoo.papers["REMX"]
    refused = cli("run", study, "--data", "yahoo", "--no-tearsheet")
    assert refused.exit_code == 2
    assert "REMX: Yahoo does not know it" in refused.stderr
    assert "--skip-missing" in refused.stderr
    skipped = cli("run", study, "--data", "yahoo", "--skip-missing", "--no-tearsheet")
    assert skipped.exit_code == 0, skipped.stderr
    assert "REMX: left out" in " ".join(skipped.stdout.split())


BAD = {
    "an unknown symbol": (("-s", "REMY"), 2, "Did you mean 'REMX'"),
    "a symbol that is a path": (("-s", "../MP"), 2, "not a known security"),
    "a start that is no date": (("--start", "yesterday"), 2, "is not a date"),
    "a start in the future": (("--start", "2090-01-01"), 2, "lies in the future"),
    "an unknown currency": (("-s", "XXX=X"), 2, "not a known security"),
}


@pytest.mark.parametrize(("words", "status", "said"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_answered_in_words(cli, study, yahoo, words, status, said):
    result = cli("data", "fetch", study, *words)
    assert result.exit_code == status
    assert said in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("source", ["Yahoo", "yahoo@", "yahoo@12", "yahoo@../../etc", "SAMPLE"])
def test_a_source_that_is_nearly_one_is_refused(cli, study, source):
    result = cli("run", study, "--data", source, "--no-tearsheet")
    assert result.exit_code == 2
    assert "is no source of prices" in result.stderr


def test_a_store_that_cannot_be_made_is_status_1(cli, study, yahoo, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("EVENTFOLIO_CACHE", str(tmp_path / "file" / "cache"))
    result = cli("run", study, "--data", "yahoo", "--no-tearsheet")
    assert result.exit_code == 1
    assert "EVENTFOLIO_CACHE" in result.stderr


def test_nothing_stored_and_offline_is_status_1(cli, study, yahoo):
    result = cli("run", study, "--data", "yahoo", "--offline", "--no-tearsheet")
    assert (result.exit_code, yahoo.asked) == (1, [])
    assert "nothing is stored" in result.stderr


def test_the_doctor_says_whether_yahoo_answers(cli, yahoo, monkeypatch):
    assert "Yahoo answers, in" in next(
        one["words"] for one in json.loads(cli("doctor", "--json").stdout) if one["name"] == "Yahoo"
    )
    yahoo.faults["SPY"] = ["429", FOREVER]
    broken = next(one for one in json.loads(cli("doctor", "--json").stdout) if one["name"] == "Yahoo")
    assert (broken["ok"], broken["needed"]) == (False, False)
    assert "HTTP 429" in broken["words"]


def test_a_currency_can_be_fetched_by_name(cli, study, yahoo):
    yahoo.add("KRW=X", yahoo.papers["MP"].bars)
    assert cli("data", "fetch", study, "-s", "KRW=X", "--start", "2024-06-03").exit_code == 0
    assert PriceStore().read("KRW=X").facts.asked_from == date(2024, 6, 3)
