"""What an import takes, guesses and leaves out is said: earnings of several exchanges, tables, programs' calendars."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from eventfolio.engine.market.sessions import regular_hours
from eventfolio.events import packaged_securities
from eventfolio.events.elsewhere.options import read_options
from eventfolio.events.elsewhere.read import import_calendar
from eventfolio.events.errors import InputError

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
EARNINGS = "symbol,date,time,epsEstimated,eps\n"


@pytest.fixture
def imported(tmp_path: Path):
    def _imported(text: str, name: str = "mine.csv", **options: object):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="")
        found = import_calendar(path, read_options(**options), regular_hours, packaged_securities(), NOW)
        return {event.id: event for event in found.calendar.events}, found.account

    return _imported


def said(account) -> str:
    return " ".join(account.lines(0))


# --- earnings ---------------------------------------------------------------------------------------------------------


def test_reports_of_seven_exchanges_are_known_by_their_own_hours(imported):
    rows = [
        ("AAA", "2024-11-29", "amc", "2024-11-29 18:05"),  # New York shuts at 13:00
        ("BBB.L", "2023-12-22", "amc", "2023-12-22 12:35"),  # London at 12:30
        ("CCC.T", "2024-02-14", "amc", "2024-02-14 06:05"),  # Tokyo at 15:00, until November 2024
        ("CCC.T", "2024-11-06", "amc", "2024-11-06 06:35"),  # and at 15:30 since
        ("DDD.HK", "2024-12-24", "amc", "2024-12-24 04:05"),  # Hong Kong at 12:00
        ("EEE.AX", "2024-02-19", "bmo", "2024-02-18 20:30"),  # Sydney opens at 10:00
        ("FFF.DE", "2024-02-15", "bmo", "2024-02-15 05:30"),  # Frankfurt at 9:00
        ("GGG.NS", "2024-02-03", "amc", "2024-02-03 18:30"),  # a Saturday: its end in India
    ]
    events, _ = imported(EARNINGS + "".join(f"{symbol},{day},{when},1,2\n" for symbol, day, when, _ in rows))
    found = {id: f"{event.known:%Y-%m-%d %H:%M}" for id, event in events.items()}
    assert found == {f"{symbol}-{day}": known for symbol, day, _, known in rows}


def test_a_report_without_a_surprise_says_why(imported):
    rows = "AAA,2024-02-01,amc,0,1\nBBB,2024-02-01,amc,x,1\nCCC,2024-02-01,amc,,1\nDDD,2024-02-01,amc,-1,-0.5\n"
    events, account = imported(EARNINGS + rows)
    assert [event.facts.get("surprise") for event in events.values()] == [None, None, None, 0.5]
    assert account.counted == {
        "without a surprise: the estimate is 0": 1,
        "without a surprise: a figure that is no number": 1,
    }
    assert "1 row: without a surprise: the estimate is 0." in said(account)


def test_a_report_told_twice_in_other_words_is_said_to_be_two(imported):
    events, account = imported(
        EARNINGS + "AAA,2024-02-01,amc,1,1.1\nAAA,2024-02-01,amc,1,1.2\nAAA,2024-02-01,amc,1,1.1\n"
    )
    assert list(events) == ["AAA-2024-02-01", "AAA-2024-02-01-2"]
    told = "1 row has the id of an earlier row and says otherwise, an event of its own: AAA-2024-02-01-2."
    assert told in said(account)
    assert account.left_out == {"the same row again": 1}


def test_what_lies_ahead_by_lead_keeps_no_facts_and_is_known_from_today_at_the_latest(imported):
    rows = "AAA,2026-07-10,amc,1,\nAAA,2026-03-10,amc,1,2\n"
    events, account = imported(EARNINGS + rows, lead="21d")
    assert f"{events['AAA-2026-07-10'].known:%Y-%m-%d %H:%M}" == "2026-06-02 04:00"  # the end of 1 June in New York
    assert events["AAA-2026-07-10"].facts == {}
    assert f"{events['AAA-2026-03-10'].known:%Y-%m-%d %H:%M}" == "2026-02-18 05:00"
    assert account.clocks["date known: end of today, as it is in the list (assumed)"] == 1
    assert account.clocks["date known: end of the day 21 days before (--lead, assumed)"] == 1
    assert account.counted == {"ahead, its facts left out: nothing says since when they are known": 1}


def test_symbols_whose_endings_name_no_exchange_are_said_to_be_new_yorks(imported):
    _, account = imported(EARNINGS + "AAA,2024-02-01,amc,1,1\nBBB.XX,2024-02-01,amc,1,1\nCCC.T,2024-02-01,amc,1,1\n")
    assert "2 symbols without an exchange's ending, taken as New York's: AAA, BBB.XX." in said(account)


# --- tables -----------------------------------------------------------------------------------------------------------


def test_a_table_with_decimal_commas_keeps_its_numbers(imported):
    columns = {"columns": ("EPS=fact.eps", "Gain=fact.gain")}
    text = "Datum;ticker;EPS;Gain;strength\n2024-02-01;AAA;0,80;12,5 %;0,5\n2024-02-02;BBB;1.200;-1;1\n"
    events, account = imported(text.replace("Datum", "date"), **columns)
    assert [event.facts for event in events.values()] == [{"eps": 0.8, "gain": 0.125}, {"eps": 1200.0, "gain": -1.0}]
    assert [event.strength for event in events.values()] == [0.5, 1.0]
    assert "Numbers have a decimal comma, as '0,80' (line 2, 'EPS') shows." in said(account)


def test_a_table_with_both_figures_gets_its_surprise(imported):
    columns = {"columns": ("Act=fact.eps", "Est=fact.eps_estimate")}
    text = "date,ticker,Est,Act\n2024-02-01,AAA,2,2.5\n2024-02-02,BBB,0,1\n"
    events, account = imported(text, **columns, event_kind="earnings")
    assert [event.facts.get("surprise") for event in events.values()] == [0.25, None]
    assert [event.title for event in events.values()] == ["AAA earnings", "BBB earnings"]
    assert "The fact surprise is (eps - eps_estimate) / |eps_estimate|." in said(account)
    assert account.counted == {"without a surprise: the estimate is 0": 1}
    columns = {"columns": (*columns["columns"], "Own=fact.surprise")}
    events, account = imported("date,ticker,Est,Act,Own\n2024-02-01,AAA,2,2.5,9\n", **columns)
    assert events["AAA-2024-02-01"].facts["surprise"] == 9.0
    assert "The fact surprise is" not in said(account)


def test_a_column_left_out_that_looks_like_a_field_is_named(imported):
    _, account = imported("date,ticker,Tiem,Titel,colour\n2024-02-01,AAA,AMC,x,red\n")
    notes = said(account)
    assert "'Tiem' looks like time: --map 'Tiem=time' takes it so." in notes
    assert "'Titel' looks like title" in notes
    assert "'colour' looks" not in notes
    _, account = imported("date,ticker,whenabouts\n2024-02-01,AAA,before market open\n")
    assert "'whenabouts' looks like time" in said(account)


def test_a_status_is_read_or_told(imported):
    rows = "".join(
        f"2024-02-0{n},AAA,{status},t{n}\n" for n, status in enumerate(("Postponed", "Confirmed", "maybe"), 1)
    )
    events, account = imported("date,ticker,status,title\n" + rows)
    assert [event.title for event in events.values()] == ["t2", "t3"]
    assert account.left_out == {"put off, and no row says to when": 1}
    assert account.counted == {"the status 'maybe' says nothing here, so the date counts": 1}


def test_an_end_before_its_beginning_is_refused(imported):
    with pytest.raises(InputError, match="line 2: it ends on 2024-02-01, before it begins on 2024-02-05"):
        imported("date,end,ticker\n2024-02-05,2024-02-01,AAA\n")


# --- calendars of programs --------------------------------------------------------------------------------------------


def ics(*parts: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *parts, "END:VCALENDAR", ""])


def vevent(*lines: str, uid: str = "a") -> str:
    return "\r\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20240101T000000Z", "SUMMARY:Meets", *lines, "END:VEVENT"]
    )


def test_meetings_of_central_banks_are_known_by_their_own_clocks(imported):
    text = ics(
        vevent(
            "DTSTART;TZID=America/New_York:20240320T140000", "DTEND;TZID=America/New_York:20240320T143000", uid="fed"
        ),
        vevent("DTSTART:20240411T121500Z", uid="ecb"),
        vevent("DTSTART;VALUE=DATE:20240318", "DTEND;VALUE=DATE:20240320", uid="boj"),
        vevent("DTSTART:20240507T143000", "STATUS:TENTATIVE", "LOCATION:Sydney", uid="rba"),
        "BEGIN:VTODO\r\nUID:t\r\nSUMMARY:Milk\r\nEND:VTODO",
    )
    events, account = imported(text, "banks.ics", zone="Asia/Tokyo")
    assert {id: (f"{event.known:%Y-%m-%d %H:%M}", event.occurs, event.zone) for id, event in events.items()} == {
        "fed": ("2024-03-20 18:00", "2024-03-20", "America/New_York"),
        "ecb": ("2024-04-11 12:15", "2024-04-11", "Asia/Tokyo"),
        "boj": ("2024-03-19 15:00", "2024-03-18/2024-03-19", "Asia/Tokyo"),
        "rba": ("2024-05-07 05:30", "2024-05-07", "Asia/Tokyo"),
    }
    assert account.left_out == {"VTODO, which is no event": 1}
    assert account.counted == {"TENTATIVE, taken as its date says": 1}
    assert "Properties left out: LOCATION." in said(account)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("DTSTART:20240411T121500Z", "DTEND:20240410T121500Z"), "it ends .2024-04-10 12:15. before it begins"),
        (("DTSTART;VALUE=DATE:20240411", "DTEND;VALUE=DATE:20240409"), "it ends .2024-04-09. before it begins"),
        (("DTSTART;VALUE=DATE:20240411", "DTEND:20240411T120000Z"), "one is a date and one a time"),
        (("DTSTART:20240411T121500Z", "RRULE:FREQ=MONTHLY", "EXDATE:20240511T121500Z"), "1 of 1 events repeat"),
        (("DTSTART:20240411T121500Z", "RECURRENCE-ID:20240410T121500Z"), "1 of 1 events repeat"),
        (("DTSTART;TZID=America/New_York:20240310T023000",), "had no 02:30 on 2024-03-10"),
        (("DTSTART;TZID=Mars/Olympus:20240411T121500",), "'Mars/Olympus' is not known"),
        (("DTSTART:20240231T121500Z",), "its dates cannot be read"),
    ],
)
def test_a_meeting_whose_time_is_unclear_is_refused_with_its_name(imported, lines, words):
    with pytest.raises(InputError, match=words):
        imported(ics(vevent(*lines)), "banks.ics", zone="UTC")


# --- the SEC ----------------------------------------------------------------------------------------------------------


def test_older_filings_in_files_of_their_own_are_named(imported):
    document = {
        "cik": "1", "name": "Acme", "tickers": ["AAA"],
        "filings": {
            "recent": {
                "accessionNumber": ["0000000001-24-000001"], "acceptanceDateTime": ["2024-02-01T15:00:00.000Z"],
                "form": ["8-K"],
            },
            "files": [{"name": "CIK0000000001-submissions-001.json", "filingCount": 900}],
        },
    }  # fmt: skip
    _, account = imported(json.dumps(document), "acme.json", clock="utc")
    assert "Older filings are in 1 file more: CIK0000000001-submissions-001.json." in said(account)


# --- what cannot be read ----------------------------------------------------------------------------------------------

FRED = '{{"release_dates": [{{"release_id": {}, "date": "{}"}}]}}'
DART = '{{"list": [{{"rcept_no": "{}", "rcept_dt": "{}"}}]}}'


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        (EARNINGS + "AAA,2024-02-01,amcc,1,1\n", {}, "'amcc' is not a time of day, as 16:30, nor AMC or BMO"),
        (EARNINGS + 'AAA,2024-02-01,"amc,1,1\nBBB,2024-02-01,amc,1,1\n', {}, "a quote is opened and never closed"),
        (EARNINGS + "AAA,2024-02-01,amc,1,1\n", {"known": "2024-13-01"}, "--known: '2024-13-01' is not a date"),
        (EARNINGS + "AAA,2024-02-01,amc,1,1\n", {"kind": "sec"}, "neither a company's submissions .JSON. nor a feed"),
        (FRED.format(10, "2024-02-31"), {}, "release_dates 1: date '2024-02-31' is no date, or release_id '10'"),
        (DART.format("1", "20240101"), {}, "rcept_no '1' has not 14 digits, or rcept_dt '20240101' 8"),
        ('{"results": [{"docID": "S1", "submitDateTime": "x"}]}', {}, "docID 'S1' is no document's id"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\n", {}, r"is not iCalendar: [^\n]*\.$"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence_of_its_own(imported, text, options, words):
    with pytest.raises(InputError, match=words):
        imported(text, **options)
