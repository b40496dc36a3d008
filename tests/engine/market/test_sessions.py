"""Session tables against dated facts of the exchanges, the corrections typed in once more, and the cache."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from support.places import SHARED

from eventfolio.engine.errors import StudyError
from eventfolio.engine.market import sessions as module
from eventfolio.engine.market.sessions import Correction, Sessions, sessions_of
from eventfolio.engine.schedule import Place
from eventfolio.events.exchanges import EXCHANGES
from eventfolio.strategies.parts import ALL
from eventfolio.strategies.plan import Plan

FACTS = SHARED / "truth" / "calendars" / "facts.json"
ZONES = {"XKRX": "Asia/Seoul", "XTKS": "Asia/Tokyo", "XHKG": "Asia/Hong_Kong", "XSHG": "Asia/Shanghai"}


def is_session(exchange: str, day: str) -> bool:
    return bool(np.isin(np.datetime64(day, "D"), sessions_of(exchange).dates))


def hours(exchange: str, day: str) -> tuple[str, str]:
    """Local open and close of a session."""
    known = sessions_of(exchange)
    (at,) = np.flatnonzero(known.dates == np.datetime64(day, "D"))
    zone = ZoneInfo(ZONES.get(exchange, "America/New_York"))
    return tuple(f"{datetime.fromtimestamp(ns // 10**9, zone):%H:%M}" for ns in (known.opens[at], known.closes[at]))


def ns(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp()) * 10**9


def test_every_dated_fact_about_our_exchanges_holds() -> None:
    if not FACTS.exists():
        pytest.skip("../shared/truth/calendars is not here")
    facts = [fact for fact in json.loads(FACTS.read_text())["facts"] if fact["cal"] in ("XKRX", "XHKG", "XNYS")]
    assert len(facts) > 20
    wrong = [(f["cal"], f["date"], f["why"]) for f in facts if is_session(f["cal"], f["date"]) != f["open"]]
    assert wrong == []


def test_every_exam_day_of_the_facts_opens_and_closes_an_hour_late() -> None:
    if not FACTS.exists():
        pytest.skip("../shared/truth/calendars is not here")
    days = json.loads(FACTS.read_text())["session_times"]["XKRX_CSAT_one_hour_shift_missing_in_4_13_2"]
    assert {day: hours("XKRX", day) for day in days} == dict.fromkeys(days, ("10:00", "16:30"))


@pytest.mark.parametrize(
    ("exchange", "day"),
    [
        ("XHKG", "2023-09-01"),  # typhoon
        ("XHKG", "2023-09-08"),  # rainstorm
        ("XKRX", "2025-06-03"),  # presidential election
        ("XKRX", "2026-06-03"),  # local elections
        ("XKRX", "2026-07-17"),  # Constitution Day
        ("XKRX", "2027-05-03"),
        ("XKRX", "2027-07-19"),
        ("XNYS", "2025-01-09"),  # day of mourning
        ("XNYS", "2025-06-19"),
    ],
)
def test_an_exchange_is_shut_on_its_holiday_and_open_two_weeks_before_it(exchange: str, day: str) -> None:
    assert not is_session(exchange, day)
    assert is_session(exchange, str(np.datetime64(day, "D") - 14))


@pytest.mark.parametrize(
    "day", ["2021-11-18", "2022-11-17", "2023-11-16", "2024-11-14", "2025-11-13", "2026-11-19", "2027-11-18"]
)
def test_korea_opens_and_closes_an_hour_late_on_an_exam_day_only(day: str) -> None:
    eve = str(np.busday_offset(day, -1))
    assert (hours("XKRX", day), hours("XKRX", eve)) == (("10:00", "16:30"), ("09:00", "15:30"))


@pytest.mark.parametrize("day", ["2021-01-04", "2022-01-03", "2023-01-02", "2024-01-02", "2025-01-02", "2026-01-02"])
def test_korea_opens_the_year_an_hour_late_and_closes_in_time(day: str) -> None:
    assert hours("XKRX", day) == ("10:00", "15:30")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2020-08-19", ("13:30", "16:00")),  # typhoon Higos, lowered at 11:00
        ("2021-06-28", ("13:30", "16:00")),  # black rainstorm, the warning taken back at 11:05
        ("2022-08-25", ("13:00", "16:00")),  # typhoon Ma-on, lowered at 9:20
        ("2022-11-02", ("09:30", "13:55")),  # storm Nalgae, raised to No. 8 at 13:40
        ("2023-10-09", ("14:00", "16:00")),  # typhoon Koinu, lowered at 11:40
    ],
)
def test_hong_kong_trades_the_part_of_a_day_that_a_storm_leaves(day: str, expected: tuple[str, str]) -> None:
    assert hours("XHKG", day) == expected
    assert hours("XHKG", str(np.busday_offset(day, -1, roll="backward"))) == ("09:30", "16:00")


def test_news_of_a_stormy_morning_trades_in_the_afternoon() -> None:
    known = sessions_of("XHKG")
    for clock, day in (("11:00", "2023-10-09"), ("13:59", "2023-10-09"), ("14:00", "2023-10-10")):
        found = known.dates[known.first_open_after(ns(f"2023-10-09T{clock}:00+08:00"))]
        assert str(found) == day


@pytest.mark.parametrize(
    ("exchange", "shut"),
    [
        # every weekday without a session, holiday by holiday
        ("XNYS", {2024: "0101 0115 0219 0329 0527 0619 0704 0902 1128 1225"}),
        ("XNYS", {2025: "0101 0109 0120 0217 0418 0526 0619 0704 0901 1127 1225"}),
        ("XNYS", {2026: "0101 0119 0216 0403 0525 0619 0703 0907 1126 1225"}),
        ("XHKG", {2023: "0102 0123 0124 0125 0405 0407 0410 0501 0526 0622 0717 0901 0908 1002 1023 1225 1226"}),
        ("XHKG", {2024: "0101 0212 0213 0329 0401 0404 0501 0515 0610 0701 0906 0918 1001 1011 1225 1226"}),
        ("XKRX", {2024: "0101 0209 0212 0301 0410 0501 0506 0515 0606 0815 0916 0917 0918 1001 1003 1009 1225 1231"}),
        (
            "XKRX",
            {2026: "0101 0216 0217 0218 0302 0501 0505 0525 0603 0717 0817 0924 0925 1005 1009 1225 1231"},
        ),
        ("XSHG", {2025: "0101 0128 0129 0130 0131 0203 0204 0404 0501 0502 0505 0602 1001 1002 1003 1006 1007 1008"}),
        ("XTKS", {2021: "0101 0111 0211 0223 0429 0503 0504 0505 0722 0723 0809 0920 0923 1103 1123 1231"}),
    ],
)
def test_the_weekdays_without_a_session_are_the_year_s_holidays_and_storms(exchange, shut) -> None:
    ((year, days),) = shut.items()
    weekdays = np.arange(f"{year}-01-01", f"{year + 1}-01-01", dtype="datetime64[D]")
    weekdays = weekdays[np.is_busday(weekdays)]
    found = np.setdiff1d(weekdays, sessions_of(exchange).dates)
    assert [str(day)[5:].replace("-", "") for day in found] == days.split()


@pytest.mark.parametrize(
    ("day", "open_utc"),
    [("2025-03-07", 14.5), ("2025-03-10", 13.5), ("2025-10-31", 13.5), ("2025-11-03", 14.5)],
)
def test_new_york_opens_at_half_past_nine_local_time_across_the_clock_changes(day: str, open_utc: float) -> None:
    known = sessions_of("XNYS")
    at = known.on_or_after(date.fromisoformat(day))
    assert hours("XNYS", day)[0] == "09:30"
    assert known.opens[at] == ns(f"{day}T00:00:00+00:00") + open_utc * 3600 * 10**9


@pytest.mark.parametrize(
    ("exchange", "day", "expected"),
    [
        ("XTKS", "2024-11-01", ("09:00", "15:00")),
        ("XTKS", "2024-11-05", ("09:00", "15:30")),  # Tokyo closes half an hour later from this day on
        ("XHKG", "2024-12-23", ("09:30", "16:00")),
        ("XHKG", "2024-12-24", ("09:30", "12:00")),  # half day
        ("XNYS", "2025-07-03", ("09:30", "13:00")),  # half day
        ("XSHG", "2025-06-18", ("09:30", "15:00")),
    ],
)
def test_regular_hours_follow_the_exchange_s_own_changes_and_half_days(exchange, day, expected) -> None:
    assert hours(exchange, day) == expected


def test_second_boards_keep_the_sessions_of_their_exchange() -> None:
    shared = {
        "XKOS": "XKRX",
        "XSHE": "XSHG",
        "BJSE": "XSHG",
        "XNAS": "XNYS",
        "ARCX": "XNYS",
        "BATS": "XNYS",
        "XNSE": "XBOM",
        "AIMX": "XLON",
        "XTSX": "XTSE",
        "ROCO": "XTAI",
        "XFRA": "XETR",
    }
    for board, exchange in shared.items():
        assert np.array_equal(sessions_of(board).opens, sessions_of(exchange).opens)


def test_an_unknown_exchange_is_refused_with_the_nearest() -> None:
    with pytest.raises(StudyError, match=r"'XLOM' is not one.*Did you mean 'XLON'"):
        sessions_of("XLOM")


def test_every_exchange_has_sessions_of_one_local_date_each_from_2000_or_its_first_year_on() -> None:
    for exchange, known in EXCHANGES.items():
        sessions, zone = sessions_of(exchange), ZoneInfo(known.zone)
        first = {"XSAU": "2021-01-03", "AIXK": "2017-01-04"}.get(exchange, "2000-01-")
        assert str(sessions.dates[0]).startswith(first), exchange
        assert str(sessions.dates[-1]) >= "2026-12-24", exchange
        for at in (0, len(sessions.dates) // 2, len(sessions.dates) - 1):
            opened, closed = (
                datetime.fromtimestamp(column[at] / 1e9, UTC).astimezone(zone)
                for column in (sessions.opens, sessions.closes)
            )
            assert str(opened.date()) == str(closed.date()) == str(sessions.dates[at]), exchange


def test_tel_aviv_met_on_sundays_until_the_first_week_of_2026_and_riyadh_still_does() -> None:
    # TASE moved from Sunday-Thursday to Monday-Friday on 2026-01-05
    held = {day: is_session("XTAE", day) for day in ("2024-06-02", "2024-06-07", "2026-01-04", "2026-01-09")}
    assert held == {"2024-06-02": True, "2024-06-07": False, "2026-01-04": True, "2026-01-09": True}
    assert not is_session("XTAE", "2026-01-11")
    assert [is_session("XSAU", day) for day in ("2024-06-02", "2024-06-07")] == [True, False]
    closes = sessions_of("XTAE").closes[[sessions_of("XTAE").on_or_after(date(2024, 6, day)) for day in (2, 3)]]
    assert [datetime.fromtimestamp(at / 1e9, UTC).strftime("%H:%M") for at in closes] == ["12:40", "14:15"]


@pytest.mark.parametrize(("exchange", "easter_monday"), [("ASEX", "2024-05-06"), ("XBSE", "2024-05-06")])
def test_athens_and_bucharest_rest_on_the_orthodox_easter_monday(exchange: str, easter_monday: str) -> None:
    assert not is_session(exchange, easter_monday)
    assert is_session(exchange, "2024-05-08")


@pytest.mark.parametrize(
    ("known_at", "expected"),
    [
        # the article: 17:55 in New York is before every open of the 18th; New York is shut on the 19th
        (
            "2025-06-17T17:55:00-04:00",
            {"XKRX": "06-18", "XTKS": "06-18", "XHKG": "06-18", "XSHE": "06-18", "XNYS": "06-18"},
        ),
        # 11:07 UTC: Asia has closed, New York opens at 13:30 UTC
        (
            "2025-06-17T11:07:00+00:00",
            {"XKRX": "06-18", "XTKS": "06-18", "XHKG": "06-18", "XSHE": "06-18", "XNYS": "06-17"},
        ),
        ("2025-06-18T09:30:00-04:00", {"XNYS": "06-20", "XKRX": "06-19"}),  # at the open is not before it
        # 09:30 in Seoul on an exam day is before the open, on the day before it is not
        ("2025-11-13T09:30:00+09:00", {"XKRX": "11-13"}),
        ("2025-11-12T09:30:00+09:00", {"XKRX": "11-13"}),
        ("2026-11-19T09:30:00+09:00", {"XKRX": "11-19", "XKOS": "11-19"}),
    ],
)
def test_news_first_trades_at_the_first_open_strictly_after_it(known_at: str, expected: dict[str, str]) -> None:
    found = {
        exchange: str(sessions_of(exchange).dates[sessions_of(exchange).first_open_after(ns(known_at))])[5:]
        for exchange in expected
    }
    assert found == expected


def test_a_date_without_a_session_leads_to_the_next_one_and_the_end_to_none() -> None:
    known = sessions_of("XNYS")
    assert str(known.dates[known.on_or_after(date(2025, 6, 19))]) == "2025-06-20"
    assert str(known.dates[known.on_or_after(date(2025, 6, 20))]) == "2025-06-20"
    assert str(known.dates[known.on_or_after(np.datetime64("2025-06-21", "D"))]) == "2025-06-23"
    assert known.on_or_after(date(2099, 1, 1)) == len(known.dates)


def test_sessions_ascend_and_none_is_over_before_it_opens() -> None:
    for exchange in EXCHANGES:
        known = sessions_of(exchange)
        assert (np.diff(known.dates.astype(int)) > 0).all()
        assert (known.opens < known.closes).all()
        assert (known.closes[:-1] < known.opens[1:]).all()


def test_a_correction_the_library_already_has_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    agreed = (
        Correction("XKRX", "2025-06-03", "shut in the library too"),
        Correction("XKRX", "2020-12-03", "an exam day the library has shifted", "10:00", "16:30"),
        Correction("XHKG", "2025-06-04", "another exchange's"),
    )
    monkeypatch.setattr(module, "CORRECTIONS", ())
    plain = module._build("XKRX")
    monkeypatch.setattr(module, "CORRECTIONS", agreed)
    assert np.array_equal(module._build("XKRX"), plain)


def test_what_the_cache_holds_is_what_would_be_built_today() -> None:
    fresh, known = module._build("XKRX"), sessions_of("XKRX")
    assert np.array_equal(fresh, np.stack([known.dates.astype(np.int64), known.opens, known.closes]))


# --- hours and deadlines of the close -----------------------------------------------------------------------------


def _local(exchange: str, column: str, day: str) -> str:
    known = sessions_of(exchange)
    at = int(np.searchsorted(known.dates, np.datetime64(day)))
    assert str(known.dates[at]) == day
    instants = known.last_calls() if column == "deadlines" else getattr(known, column)
    instant = datetime.fromtimestamp(instants[at] / 1e9, UTC)
    return instant.astimezone(ZoneInfo(EXCHANGES[exchange].zone)).strftime("%H:%M")


@pytest.mark.parametrize(
    ("exchange", "day", "opens", "closes", "deadline"),
    [
        ("XNYS", "2018-12-03", "09:30", "16:00", "15:45"),
        ("XNYS", "2025-06-18", "09:30", "16:00", "15:50"),
        ("XNYS", "2025-11-28", "09:30", "13:00", "12:50"),  # the half day after Thanksgiving
        ("XNAS", "2018-06-04", "09:30", "16:00", "15:50"),
        ("XNAS", "2025-06-18", "09:30", "16:00", "15:55"),
        ("ARCX", "2025-06-18", "09:30", "16:00", "15:59"),
        ("XTSE", "2025-06-18", "09:30", "16:00", "15:50"),
        ("XETR", "2025-06-18", "09:00", "17:30", "17:30"),  # the auction comes after the close
        ("XKRX", "2025-11-13", "10:00", "16:30", "16:30"),  # the entrance exam
        ("XLON", "2024-12-24", "08:00", "12:30", "12:30"),
    ],
)
def test_hours_and_the_deadline_for_the_close(exchange, day, opens, closes, deadline) -> None:
    assert [_local(exchange, column, day) for column in ("opens", "closes", "deadlines")] == [opens, closes, deadline]


@pytest.mark.parametrize(
    ("known_at", "cutoff", "day"),
    [
        ("2025-06-18T15:49:59-04:00", 0, "2025-06-18"),
        ("2025-06-18T15:50:00-04:00", 0, "2025-06-20"),  # at the deadline is not before it; the 19th is a holiday
        ("2025-06-18T15:40:00-04:00", 30, "2025-06-20"),
        ("2025-06-18T15:29:59-04:00", 30, "2025-06-18"),
        ("2025-06-18T15:45:00-04:00", 5, "2025-06-18"),  # the exchange's ten minutes are longer
        ("2025-06-18T18:00:00-04:00", 0, "2025-06-20"),  # out of hours waits for the next close
    ],
)
def test_the_first_close_that_news_can_still_trade(known_at: str, cutoff: float, day: str) -> None:
    place, plan = Place("A", sessions_of("XNYS")), Plan(ALL, "announcement", 1.0, cutoff=cutoff)
    assert str(place.sessions.dates[place.first_session(datetime.fromisoformat(known_at), plan)]) == day


# --- the cache ----------------------------------------------------------------------------------------------------

TABLE = np.array([[19000, 19001], [10**18, 2 * 10**18], [10**18 + 5, 2 * 10**18 + 5]])


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Calendars built so far; the cache is a new folder."""
    calls: list[str] = []
    monkeypatch.setattr(module, "_build", lambda calendar: calls.append(calendar) or TABLE)
    monkeypatch.setenv("EVENTFOLIO_CACHE", str(tmp_path / "cache"))
    return calls


def read() -> Sessions:
    """What a new process would read."""
    return module._calendar_sessions.__wrapped__("XNYS")


def assert_is_table(known: Sessions) -> None:
    assert known.dates.tolist() == [date(2022, 1, 8), date(2022, 1, 9)]
    assert np.array_equal(np.stack([known.opens, known.closes]), TABLE[1:])


def test_a_calendar_is_built_once_and_then_read_from_the_cache(built: list[str]) -> None:
    assert_is_table(read())
    assert_is_table(read())
    assert built == ["XNYS"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"not an array at all"),
        lambda path: path.write_bytes(path.read_bytes()[:-9]),
        lambda path: np.save(path, TABLE[:2]),
        lambda path: np.save(path, np.array([{"a": 1}]), allow_pickle=True),
    ],
    ids=["empty", "garbage", "cut short", "a row short", "pickled"],
)
def test_a_damaged_cache_file_is_built_anew(built: list[str], tmp_path: Path, damage) -> None:
    read()
    (path,) = (tmp_path / "cache").glob("*.npy")
    damage(path)
    assert_is_table(read())
    assert len(built) == 2
    assert np.array_equal(np.load(path), TABLE)  # and the damaged file was replaced


def test_another_version_of_the_library_or_another_correction_does_not_read_the_old_cache(built, monkeypatch) -> None:
    read()
    monkeypatch.setattr(module, "CORRECTIONS", (*module.CORRECTIONS, Correction("XNYS", "2028-01-05", "tomorrow's")))
    read()
    monkeypatch.setattr("importlib.metadata.version", lambda name: "999")
    read()
    assert len(built) == 3


def test_a_cache_that_cannot_be_written_is_done_without(built, monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("EVENTFOLIO_CACHE", str(tmp_path / "file" / "below"))
    assert_is_table(read())
    assert_is_table(read())
    assert len(built) == 2
