"""Files from elsewhere, made by hand as their documentation shows them: what is known when, and what is left out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

import pytest

from eventfolio.engine.market.sessions import regular_hours
from eventfolio.events import packaged_securities, text_of
from eventfolio.events.calendar import Calendar
from eventfolio.events.elsewhere.happenings import Account
from eventfolio.events.elsewhere.options import read_options
from eventfolio.events.elsewhere.read import import_calendar
from eventfolio.events.errors import InputError
from eventfolio.events.formats.read import read_calendar

FILES = Path(__file__).parent / "files"
NOW = datetime(2025, 1, 15, 12, tzinfo=UTC)


def imported(file: Path | str, now: datetime = NOW, **options: object) -> tuple[Calendar, Account]:
    path = FILES / file if isinstance(file, str) else file
    found = import_calendar(path, read_options(**options), regular_hours, packaged_securities(), now)
    return found.calendar, found.account


def known(calendar: Calendar) -> dict[str, tuple[str, str]]:
    """By id: the instant (UTC) and how precisely it is known."""
    return {event.id: (f"{event.known:%Y-%m-%d %H:%M}", event.known_precision) for event in calendar.events}


def refused(file: Path | str, **options: object) -> str:
    with pytest.raises(InputError) as refusal:
        imported(file, **options)
    return str(refusal.value)


@pytest.fixture
def csv(tmp_path: Path):
    numbers = count()

    def _csv(text: str, name: str = "mine.csv") -> Path:
        path = tmp_path / str(next(numbers)) / name
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        return path

    return _csv


# --- the SEC ---------------------------------------------------------------------------------------------------------


def test_acceptance_in_utc_is_told_by_filings_at_hours_when_edgar_is_shut():
    calendar, account = imported("sec-utc.json")
    assert account.kind == "sec"
    assert any("read as utc: 0 of 12" in note and "8 if read as new-york" in note for note in account.notes)
    found = known(calendar)
    of = {int(id[-6:]): value for id, value in found.items()}
    assert of[1] == ("2024-02-01 12:05", "minute")  # 07:05 New York
    assert of[2] == ("2024-02-01 21:31", "minute")  # 16:31
    assert of[3] == ("2024-02-02 11:00", "assumed")  # 17:31, so 06:00 of the next day
    assert of[4] == ("2024-02-02 02:15", "minute")  # a form 4 at 21:15 is public then
    assert of[5] == ("2024-01-16 11:00", "assumed")  # Friday 18:00 before Martin Luther King's Day: Tuesday
    assert of[6] == ("2024-07-10 01:45", "minute")
    event = next(event for event in calendar.events if event.id.endswith("000001"))
    assert (event.listings, event.facts, event.status) == (("UTCQ",), {"form": "8-K", "items": "2.02,9.01"}, "occurred")
    assert event.known.isoformat() == "2024-02-01T12:05:00+00:00"
    assert event.zone == "America/New_York"


def test_acceptance_by_new_yorks_clock_is_told_too():
    calendar, account = imported("sec-clock.json")
    assert any("read as new-york: 0 of 12" in note for note in account.notes)
    of = {int(id[-6:]): value for id, value in known(calendar).items()}
    assert of[1] == ("2024-02-01 12:05", "minute")
    assert of[11] == ("2024-11-08 22:30", "minute")  # 17:30 is not after 17:30


def test_acceptance_that_may_be_either_is_refused_until_it_is_said():
    assert "--clock utc or --clock new-york" in refused("sec-either.json")
    utc, _ = imported("sec-either.json", clock="utc")
    here, _ = imported("sec-either.json", clock="new-york")
    assert {value for value, _ in known(utc).values()} == {"2024-02-01 15:05"}
    assert {value for value, _ in known(here).values()} == {"2024-02-01 20:05"}


def test_current_filings_carry_their_offset_and_one_filing_is_one_event():
    calendar, account = imported("sec-current.atom")
    assert known(calendar) == {
        "0009990002-24-000001": ("2024-02-01 21:31", "minute"),
        "0009990002-24-000002": ("2024-02-01 23:45", "minute"),  # a form 4
        "0009990004-24-000009": ("2024-02-20 11:00", "assumed"),  # after 17:30 before Washington's Birthday
    }
    assert account.left_out == {"another entry of the same filing (filer, issuer or owner)": 1}
    assert calendar.events[-1].listings == ("MP",)  # by its name among the securities


# --- Korea and Japan -------------------------------------------------------------------------------------------------


def test_darts_receipts_are_known_at_the_end_of_their_date_and_corrections_share_an_episode():
    calendar, account = imported("dart.json")
    by_id = {event.id: event for event in calendar.events}
    assert len(by_id) == 10
    assert all(event.known_precision == "day" and event.zone == "Asia/Seoul" for event in by_id.values())
    assert known(calendar)["20240513000777"] == ("2024-05-13 15:00", "day")
    issue = [by_id[id].episode for id in ("20240513000777", "20240520000123", "20240522000222")]
    assert issue == ["dart-20240513000777"] * 3
    assert by_id["20240522000222"].facts["correction"] == "철회"
    assert by_id["20240516001421"].listings == ("990010.KS",)
    assert by_id["20240514000001"].listings == ("990020.KQ",)
    assert [by_id[f"2024051400000{n}"].listings for n in (2, 3)] == [(), ()]  # KONEX, a fund
    assert account.counted["a correction or withdrawal, an event of the first receipt's episode"] == 3


def test_edinets_documents_are_known_to_the_minute_in_japan():
    calendar, account = imported("edinet.json")
    by_id = {event.id: event for event in calendar.events}
    assert known(calendar)["S100AAA2"] == ("2024-06-25 06:01", "minute")
    assert [by_id[id].listings for id in ("S100AAA1", "S100AAA3", "S100AAA4")] == [("9901.T",), ("130A.T",), ()]
    assert by_id["S100AAA1"].episode == by_id["S100AAA2"].episode == "edinet-S100AAA1"
    assert {by_id[f"S100AAA{n}"].episode for n in (6, 7, 8)} == {"edinet-S100AAA6"}
    assert by_id["S100AAA8"].facts["withdrawal"] is True
    assert account.left_out == {"withdrawn, and emptied since": 1}


# --- releases and news -----------------------------------------------------------------------------------------------


def test_a_release_that_stands_on_weekends_is_left_out_whole():
    calendar, account = imported("fred.json")
    assert [event.id for event in calendar.events] == [
        "fred-10-2024-01-11", "fred-50-2024-02-02", "fred-10-2024-02-13", "fred-10-2024-03-12", "fred-10-2024-04-10",
        "fred-10-2024-05-15",
    ]  # fmt: skip
    assert account.left_out == {"of a release that stands on weekends too": 7, "the same release and date again": 1}
    assert any("FOMC Press Release" in note for note in account.notes)
    assert any("14 of 20 rows" in note for note in account.notes)


def test_a_list_of_releases_published_before_makes_scheduled_events_that_occurred():
    calendar, _ = imported("fred.json", known="2023-12-01")
    event = next(event for event in calendar.events if event.id == "fred-10-2024-02-13")
    scheduled, occurred = event.beliefs
    assert (scheduled.status, scheduled.known) == ("scheduled", datetime(2023, 12, 2, 5, tzinfo=UTC))
    assert (occurred.status, occurred.known) == ("occurred", datetime(2024, 2, 14, 5, tzinfo=UTC))
    assert event.facts == {}


def test_gdelts_rows_are_known_a_quarter_of_an_hour_after_they_were_added():
    calendar, account = imported("gdelt.export.CSV")
    assert known(calendar)["gdelt-1150000001"] == ("2024-02-01 12:15", "minute")
    by_id = {event.id: event for event in calendar.events}
    assert by_id["gdelt-1150000002"].occurs == "2014-02-01"  # read from the text, ten years before
    assert by_id["gdelt-1150000003"].occurs == "2024-02-02"  # public at 00:00 of the second
    assert by_id["gdelt-1150000001"].facts == {
        "code": "057", "root": "05", "goldstein": 6.4, "mentions": 10.0, "tone": -1.5,
    }  # fmt: skip
    assert by_id["gdelt-1150000001"].title.startswith("CAMEO 057 · RUSSIA to NORTH KOREA")
    assert account.clocks == {"DATEADDED (UTC) + 15 minutes": 4}


def test_gdelts_first_version_is_refused(csv):
    line = "\t".join(["1", "20240131", "202401", "2024", *[""] * 54])
    assert "GDELT 1.0, which gives no time" in refused(csv(line + "\n", "x.export.CSV"))


# --- earnings --------------------------------------------------------------------------------------------------------


def test_nasdaqs_page_of_a_day_dates_its_rows():
    calendar, account = imported("nasdaq.json")
    assert account.kind == "earnings"
    assert known(calendar) == {
        "BBB-2024-02-01": ("2024-02-01 12:00", "assumed"),  # 09:30 - 150 minutes, New York
        "AAA-2024-02-01": ("2024-02-01 21:05", "assumed"),  # 16:00 + 5
        "CCC-2024-02-01": ("2024-02-02 05:00", "day"),
    }
    facts = {event.id[:3]: event.facts for event in calendar.events}
    assert facts["AAA"] == {"period": "Dec/2023", "eps": 2.18, "eps_estimate": 2.1, "surprise": 0.038095}
    assert facts["BBB"]["surprise"] == 0.545455  # (-0.05 + 0.11) / 0.11
    assert "surprise" not in facts["CCC"]


def test_after_the_close_is_after_the_close_of_half_days_and_of_the_listings_own_exchange():
    calendar, account = imported("fmp.json")
    assert known(calendar) == {
        "AAA-2024-02-01": ("2024-02-01 21:05", "assumed"),
        "9901.T-2024-02-08": ("2024-02-07 21:30", "assumed"),  # Tokyo opens 09:00: 06:30
        "DDD-2024-02-09": ("2024-02-10 05:00", "day"),  # during hours
        "DDD-2024-02-12": ("2024-02-13 05:00", "day"),  # not supplied
        "BBB-2024-07-03": ("2024-07-03 17:05", "assumed"),  # New York closes at 13:00
        "CCC-2024-07-04": ("2024-07-05 04:00", "day"),  # no session
    }
    assert account.clocks["BMO, but no session known on that date: end of its date in America/New_York"] == 1
    facts = {event.id: event.facts for event in calendar.events}
    assert "surprise" not in facts["DDD-2024-02-09"]  # nothing is that much above an estimate of 0
    assert facts["AAA-2024-02-01"]["revenue"] == 119575000000.0


def test_session_times_that_are_given_take_the_place_of_the_rule():
    calendar, account = imported("fmp.json", session_time="AMC=16:30,BMO=08:00")
    assert known(calendar)["BBB-2024-07-03"] == ("2024-07-03 20:30", "assumed")
    assert known(calendar)["9901.T-2024-02-08"] == ("2024-02-07 23:00", "assumed")  # 08:00 in Tokyo
    assert account.clocks["AMC at 16:30 in America/New_York, as given (assumed)"] == 2


def test_eodhds_date_is_the_periods_end_and_never_the_reports():
    calendar, account = imported("eodhd.json")
    found = known(calendar)
    assert found["AAA-2024-02-01"] == ("2024-02-01 21:05", "assumed")
    assert found["990010.KS-2024-02-06"] == ("2024-02-06 15:00", "day")
    assert found["TEST.XX-2024-02-07"] == ("2024-02-08 05:00", "day")  # its ending is unknown: New York
    frankfurt = next(event for event in calendar.events if event.id == "BBB.DE-2024-02-07")
    assert (frankfurt.zone, frankfurt.listings) == ("Europe/Berlin", ("BBB.DE",))
    assert {event.facts["period"] for event in calendar.events} == {"2023-12-31"}
    assert any("of no known security, kept" in note for note in account.notes)


def test_yfinances_table_takes_its_symbol_from_the_files_name_and_midnight_for_no_time():
    calendar, account = imported("AAA.csv")
    assert known(calendar) == {
        "AAA-2023-11-02": ("2023-11-03 04:00", "day"),
        "AAA-2024-02-01": ("2024-02-01 21:30", "minute"),
        "AAA-2024-05-02": ("2024-05-02 20:30", "minute"),
    }
    assert [event.facts["surprise"] for event in calendar.events] == [0.05036, 0.038095, 0.02]
    assert any("taken from the file's name: AAA" in note for note in account.notes)


def test_with_a_lead_past_reports_are_scheduled_and_their_facts_come_with_the_report():
    calendar, _ = imported("fmp.json", lead="21d")
    event = next(event for event in calendar.events if event.id == "AAA-2024-02-01")
    scheduled, occurred = event.beliefs
    assert (scheduled.status, scheduled.known_precision) == ("scheduled", "assumed")
    assert scheduled.known == datetime(2024, 1, 12, 5, tzinfo=UTC)  # the end of 11 January in New York
    assert (occurred.status, occurred.known) == ("occurred", datetime(2024, 2, 1, 21, 5, tzinfo=UTC))
    assert event.facts == {}
    assert event.as_of(occurred.known).facts["surprise"] == 0.038095


def test_rows_ahead_are_refused_until_it_is_said_since_when_they_are_known():
    then = datetime(2024, 3, 1, tzinfo=UTC)
    with pytest.raises(InputError, match=r"2 rows lie ahead, the first on 2024-07-03 .*--known TIME .*--lead 21d"):
        imported("fmp.json", then)
    calendar, _ = imported("fmp.json", then, known="2024-02-20")
    ahead = {event.id: event for event in calendar.events}["BBB-2024-07-03"]
    assert (ahead.status, ahead.known_at, ahead.revisions) == ("scheduled", date(2024, 2, 20), ())
    past = {event.id: event for event in calendar.events}["AAA-2024-02-01"]
    assert past.status == "occurred"  # before the list was published, which tells nothing of it
    led, _ = imported("fmp.json", then, lead="200d")
    ahead = {event.id: event for event in led.events}["BBB-2024-07-03"]
    assert ahead.facts == {}  # nobody says since when the estimate was known
    assert ahead.known == datetime(2023, 12, 17, 5, tzinfo=UTC)


# --- calendar programs -----------------------------------------------------------------------------------------------


def test_a_programs_calendar_is_known_by_its_start_and_never_by_its_stamps():
    calendar, account = imported("program.ics", zone="America/New_York")
    assert known(calendar) == {
        "a-somebody.example": ("2024-01-31 19:00", "minute"),
        "b-somebody.example": ("2024-03-20 18:00", "minute"),
        "c-somebody.example": ("2024-05-02 04:00", "day"),  # DTEND is not included: 30 April and 1 May
        "d-somebody.example": ("2024-11-03 06:30", "minute"),  # 01:30 comes twice: the later, standard time
    }
    by_id = {event.id: event for event in calendar.events}
    assert by_id["c-somebody.example"].occurs == "2024-04-30/2024-05-01"
    assert by_id["a-somebody.example"].facts == {"categories": "rates, macro"}
    assert by_id["b-somebody.example"].title == "FOMC statement, March"
    assert account.left_out == {"called off, and nothing says since when that is known": 1}


def test_what_floats_and_dates_without_a_zone_are_refused():
    assert "2024-04-30 has no time zone" in refused("program.ics")
    only = (FILES / "program.ics").read_text().replace("VALUE=DATE:20240430", "TZID=UTC:20240430T000000")
    assert "DTEND" in only


def test_what_was_called_off_is_so_known_where_the_list_was_published():
    calendar, _ = imported("program.ics", zone="America/New_York", known="2024-06-01")
    off = {event.id: event for event in calendar.events}["e-somebody.example"]
    assert (off.status, off.known_at) == ("cancelled", date(2024, 6, 1))


def test_only_rows_that_occurred_are_counted_as_such(tmp_path):
    text = (FILES / "program.ics").read_text().replace("20240612", "20240528")  # called off, and before the list
    path = tmp_path / "p.ics"
    path.write_text(text)
    _, account = imported(path, zone="America/New_York", known="2024-06-01")
    assert account.left_out == {"called off, and nothing says since when that is known": 1}
    assert account.counted["dated before the list was published (--known): occurred, no more"] == 3


def test_repetitions_are_refused_with_their_count(tmp_path):
    path = tmp_path / "r.ics"
    path.write_text((FILES / "program.ics").read_text().replace("SUMMARY:FOMC", "RRULE:FREQ=WEEKLY\nSUMMARY:FOMC"))
    assert "3 of 5 events repeat" in refused(path, zone="UTC")


def test_an_hour_that_the_zone_skipped_is_refused(csv):
    path = csv("date,time,title\n2024-03-10,02:30,Never\n")
    assert "America/New_York had no 02:30 on 2024-03-10" in refused(path, zone="America/New_York")


# --- tables of anybody -----------------------------------------------------------------------------------------------


def test_columns_are_guessed_by_their_names_and_that_is_said(csv):
    path = csv("Ticker;Event Date;Time;Event;Colour\nREMX;2024-02-01;4:30 PM;Report;red\nREMX;2024-02-05;08:00;Call;\n")
    calendar, account = imported(path, zone="America/New_York")
    assert list(known(calendar).values()) == [("2024-02-01 21:30", "minute"), ("2024-02-05 13:00", "minute")]
    assert calendar.events[0].listings == ("REMX",)
    said = " ".join(account.notes)
    assert "date from 'Event Date'" in said
    assert "Columns left out: Colour" in said


def test_a_time_without_a_zone_is_refused_and_so_is_a_date_that_ends_nowhere(csv):
    assert "2024-02-01 16:30 has no time zone" in refused(csv("date,time,ticker\n2024-02-01,16:30,AAA\n"))
    assert "line 2: 2024-02-01 has no time zone: its end is unclear" in refused(csv("date,title\n2024-02-01,x\n"))
    calendar, _ = imported(csv("date,ticker\n2024-02-01,9901.T\n"))
    assert list(known(calendar).values()) == [("2024-02-01 15:00", "day")]  # its exchange's date ends in Tokyo


def test_an_offset_that_the_zone_lacks_is_refused_with_both_readings(csv):
    path = csv("date,title\n2024-07-01T08:00:00-05:00,x\n")
    said = refused(path, zone="America/New_York")
    assert "2024-07-01T08:00:00-04:00 if its clock is right" in said
    assert "2024-07-01T09:00:00-04:00 if the instant is right" in said
    calendar, _ = imported(csv("date,title\n2024-07-01T12:00:00Z,x\n"), zone="America/New_York")
    assert calendar.events[0].known_at.isoformat() == "2024-07-01T08:00:00-04:00"


@pytest.mark.parametrize(
    ("cell", "utc"),
    [
        ("2024-07-01 08:30 ET", "2024-07-01 12:30"),
        ("2024-07-01 08:30 EDT", "2024-07-01 12:30"),
        ("July 1, 2024 8:30 AM EDT", "2024-07-01 12:30"),
        ("Mon, 1 Jul 2024 08:30 GMT", "2024-07-01 08:30"),
        ("20240701T083000Z", "2024-07-01 08:30"),
        ("20240701 0830 KST", "2024-06-30 23:30"),
        ("2024/07/01 17:30+0900", "2024-07-01 08:30"),
    ],
)
def test_times_are_read_with_the_clock_beside_them(csv, cell, utc):
    calendar, _ = imported(csv(f'date,title\n"{cell}",x\n'))
    assert [value for value, _ in known(calendar).values()] == [utc]


def test_a_name_of_a_clock_out_of_season_is_refused(csv):
    assert "America/New_York had EDT then" in refused(csv("date,title\n2024-07-01 08:30 EST,x\n"))


def test_day_and_month_are_settled_by_the_other_rows_or_refused(csv):
    settled = csv("date,ticker\n03/02/2024,AAA\n13/02/2024,AAA\n")
    assert [event.occurs for event in imported(settled)[0].events] == ["2024-02-03", "2024-02-13"]
    either = csv("date,ticker\n03/02/2024,AAA\n04/02/2024,AAA\n")
    assert "'03/02/2024' (line 2) may have the day or the month first" in refused(either)
    assert [e.occurs for e in imported(either, day_first=True)[0].events] == ["2024-02-03", "2024-02-04"]
    assert [e.occurs for e in imported(either, day_first=False)[0].events] == ["2024-03-02", "2024-04-02"]
    both = csv("date,ticker\n13/02/2024,AAA\n02/13/2024,AAA\n")
    assert "'13/02/2024' (line 2) has the day first and '02/13/2024' (line 3) the month" in refused(both)
    assert "is no date with --month-first" in refused(settled, day_first=False)
    assert any("the day stands first, as '" in note for note in imported(settled)[1].notes)  # what settled it is said


def test_what_takes_effect_on_its_date_needs_an_announcement():
    calendar, account = imported("index-changes.csv", columns=("change=title",))
    assert account.left_out == {"takes effect or ends on its date, and when that was announced is not known": 1}
    first = calendar.events[0]
    assert (first.status, first.known_at, first.occurs) == ("scheduled", date(2024, 3, 1), "2024-03-18")
    assert [belief.status for belief in first.beliefs] == ["scheduled", "occurred"]


def test_a_list_of_deadlines_alone_is_refused_with_what_would_help(csv):
    said = refused(csv("deadline,ticker\n2024-03-18,AAA\n"))
    assert "no event is left" in said
    assert "--map 'COLUMN=announced'" in said
    calendar, _ = imported(csv("deadline,ticker\n2024-03-18,AAA\n"), lead="30d")
    assert calendar.events[0].status == "scheduled"


def test_midnights_of_a_whole_column_are_dates(csv):
    calendar, account = imported(csv("date,ticker\n2024-02-01 00:00:00,AAA\n2024-02-02 00:00:00,AAA\n"))
    assert {precision for _, precision in known(calendar).values()} == {"day"}
    assert "Every time is midnight" in " ".join(account.notes)


def test_facts_are_numbers_where_they_read_as_one(csv):
    path = csv('date,ticker,a,b,c,d,e\n2024-02-01,AAA,3.5%,"$1,200",(0.5),007,8-K\n')
    calendar, _ = imported(path, columns=tuple(f"{name}=fact.{name}" for name in "abcde"))
    assert calendar.events[0].facts == {"a": 0.035, "b": 1200.0, "c": -0.5, "d": "007", "e": "8-K"}


def test_the_same_row_again_is_left_out_and_another_of_its_id_is_numbered_on(csv):
    path = csv("id,date,ticker,title\na,2024-02-01,AAA,x\na,2024-02-01,AAA,x\na,2024-02-01,AAA,y\n")
    calendar, account = imported(path)
    assert sorted(event.id for event in calendar.events) == ["a", "a-2"]
    assert account.left_out == {"the same row again": 1}


def test_symbols_of_no_security_are_kept_and_counted_or_left_out_where_securities_are_given(csv):
    path = csv("date,ticker\n2024-02-01,REMX\n2024-02-02,NOSUCH\n2024-02-05,../x\n")
    calendar, account = imported(path)
    assert [event.listings for event in calendar.events] == [("REMX",), ("NOSUCH",), ()]
    said = " ".join(account.notes)
    assert "1 symbol of no known security, kept: NOSUCH." in said
    assert "1 symbol that cannot be one's name, left out: ../x." in said
    calendar, account = imported(path, only_known=True)
    assert [event.listings for event in calendar.events] == [("REMX",)]
    assert account.left_out == {"of symbols that no security has (--securities)": 2}


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("date,ticker\n2024-02-01,A\n", {"columns": ("dat=date",)}, "no column 'dat'. Did you mean 'date'?"),
        ("date,ticker\n2024-02-01,A\n", {"columns": ("date=dates",)}, "'dates' is not a field. Did you mean 'date'?"),
        ("date,ticker\n2024-02-01,A\n", {"columns": ("date=",)}, "maps nothing"),
        ("date,ticker\n2024-02-01,A\n", {"columns": ("date",)}, "maps nothing"),
        ("date,ticker\n2024-02-01,A\n", {"columns": ("date=date", "date=last")}, "names the column 'date' twice"),
        ("date,ticker\n2024-02-01,A\n", {"columns": ("ticker=fact.my fact",)}, "'my fact' is not a name"),
        ("date,ticker\n2024-02-01,A\n", {"zone": "Asia/Seul"}, "Did you mean 'Asia/Seoul'?"),
        ("date,ticker\n2024-02-01,A\n", {"kind": "earning"}, "Did you mean 'earnings'?"),
        ("date,ticker\n2024-02-01,A\n", {"lead": "three weeks"}, "is not a number of days"),
        ("date,ticker\n2024-02-01,A\n", {"lead": "0d"}, "is not a number of days"),
        ("date,ticker\n2024-02-01,A\n", {"lead": "21d", "known": "2024-01-01"}, "not both"),
        ("date,ticker\n2024-02-01,A\n", {"known": "2024-01"}, "is a month"),
        ("date,ticker\n2024-02-01,A\n", {"known": "2024-01-01T10:00"}, "has no UTC offset"),
        ("date,ticker\n2024-02-01,A\n", {"known": "2030-01-01"}, "lies in the future"),
        ("date,ticker\n2024-02-01,A\n", {"session_time": "AMC=25:00"}, "is not read"),
        ("date,ticker\n2024-02-01,A\n", {"clock": "utc"}, "--clock is of no use for csv"),
        ("date,ticker\n2024-02-01,A\n", {"clock": "mars"}, "should be utc or new-york"),
        ("date,ticker\n2024-02-01,A\n", {"event_kind": " "}, "--kind is empty"),
        ("date,ticker\n1/2/24,A\n", {}, "Write the year with four digits"),
        ("date,ticker\n2024-02-30,A\n", {}, "line 2: '2024-02-30' is not a date"),
        ("date,ticker\nsomeday,A\n", {}, "'someday' is not a date"),
        ("date,time,ticker\n2024-02-01,noon,A\n", {"zone": "UTC"}, "'noon' is not a time of day"),
        ("date,time,ticker\n2024-02-01,25:00,A\n", {"zone": "UTC"}, "'25:00' is not a time of day"),
        ("date,time,ticker\n2024-02-01,13:00 PM,A\n", {"zone": "UTC"}, "is not a time of day"),
        ("date,ticker\n2024-02-01 08:00 XYZ,A\n", {}, "XYZ is not a clock known here"),
        ("date,ticker,zone\n2024-02-01,A,Mars\n", {}, "'Mars' is not a time zone"),
        ("date,ticker,direction\n2024-02-01,A,up\n", {}, "direction 'up' should be 1 or -1"),
        ("date,ticker,strength\n2024-02-01,A,7\n", {}, "strength '7' should be a number from 0 to 1"),
        ("day of it,ticker\n2024-02-01,A\n", {}, "no column is a date"),
        ("date,date\n2024-02-01,A\n", {}, "the column 'date' is there twice"),
        ("date,ticker\n2024-02-01,A,B\n", {}, "3 cells, and the header has 2"),
        ("date,ticker\n", {}, "no event is left (it holds no row)"),
        ("date,ticker\nTBD,A\n,B\n", {}, "no event is left (2 no date)"),
        ("", {}, "nothing tells what it is"),
        ("<html></html>", {}, "nothing tells what it is"),
        ("{}", {}, "nothing tells what it is"),
        ("{", {}, "is not JSON"),
        ("[1, 2]", {"kind": "csv"}, "no list of objects"),
        ('{"release_dates": [{"release_id": "x", "date": "2024-01-01"}]}', {}, "release_id 'x' no number"),
        ('{"status": "020", "message": "limit"}', {}, "DART says 020 (limit)"),
        ('{"list": [{"rcept_no": "1", "rcept_dt": "20240101"}]}', {}, "list 1: rcept_no '1'"),
        ('{"results": [{"docID": "S100AAAA", "submitDateTime": "yesterday"}]}', {}, "'yesterday' is not a time"),
        ("[]", {"kind": "sec"}, "sec is a JSON object, and this is none"),
        ('{"a": 1}', {"kind": "fred"}, "no list 'release_dates'"),
        ('{"a": 1}', {"kind": "sec"}, "no table filings.recent"),
    ],
)
def test_what_is_wrong_is_refused_in_words(csv, text, options, words):
    assert words in refused(csv(text, "mine.json" if text[:1] in "{[" and text else "mine.csv"), **options)


def test_news_takes_no_announcement():
    assert "rows of dart are news, which nobody announces" in refused("dart.json", lead="21d")


@pytest.mark.parametrize("file", sorted(path.name for path in FILES.iterdir()))
def test_every_import_is_a_calendar_that_every_format_gives_back(tmp_path, file):
    options: dict[str, object] = {"zone": "America/New_York"} if file == "program.ics" else {}
    options |= {"clock": "utc"} if file == "sec-either.json" else {}
    calendar, account = imported(file, **options)
    assert account.lines(len(calendar.events))[0].endswith(f"{len(calendar.events)} events.")
    for format in ("toml", "csv", "ics"):
        path = tmp_path / f"c.{format}"
        path.write_bytes(text_of(calendar, format).encode())
        assert read_calendar(path).events == calendar.events


def test_the_suffix_of_every_known_exchange_says_its_clock(csv):
    """A report "after the close" in Riyadh and in Lima is known by these markets' closes, not by New York's."""
    rows = csv("symbol,date,time\n9990.SR,2024-05-05,AMC\nZZZQ.LM,2024-05-06,AMC\nZZZQ.RO,2024-05-07,BMO\n")
    calendar, account = imported(rows)
    assert [event.zone for event in calendar.events] == ["Asia/Riyadh", "America/Lima", "Europe/Bucharest"]
    # A Sunday is a session in Riyadh, which closes at 15:00, three hours ahead of UTC.
    assert known(calendar)["9990.SR-2024-05-05"] == ("2024-05-05 12:05", "assumed")
    assert account.clocks["BMO: the exchange's regular open - 150 minutes (assumed)"] == 1
