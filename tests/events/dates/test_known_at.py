"""When a thing counts as known: instants worked out by hand, across zones and clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from eventfolio.events.dates.known_at import check_zone, instant_of, offset_clash, precision_of, read_known_at
from eventfolio.events.errors import DateError

NAIVE_SUMMER = datetime.fromisoformat("2025-06-17T20:07:00")
NAIVE_SKIPPED = datetime.fromisoformat("2025-03-09T02:30:00")
NAIVE_TWICE = datetime.fromisoformat("2025-11-02T01:30:00")
NAIVE_WINTER = datetime.fromisoformat("2025-01-07T09:00:00")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "zone", "instant"),
    [
        (date(2024, 10, 18), "Asia/Seoul", utc(2024, 10, 18, 15)),
        (date(2024, 12, 4), "Europe/Moscow", utc(2024, 12, 4, 21)),
        (date(2025, 2, 26), "America/New_York", utc(2025, 2, 27, 5)),  # winter time
        (date(2025, 6, 17), "America/New_York", utc(2025, 6, 18, 4)),  # summer time
        (date(2024, 3, 9), "America/New_York", utc(2024, 3, 10, 5)),  # ends before the clock goes forward
        (date(2024, 3, 10), "America/New_York", utc(2024, 3, 11, 4)),  # a day of 23 hours
        (date(2024, 11, 3), "America/New_York", utc(2024, 11, 4, 5)),  # a day of 25 hours
        (date(2024, 10, 27), "Europe/Kyiv", utc(2024, 10, 27, 22)),  # a day of 25 hours
        (date(2022, 3, 26), "Asia/Beirut", utc(2022, 3, 26, 22)),  # the next midnight is skipped
        (date(2011, 12, 29), "Pacific/Apia", utc(2011, 12, 30, 10)),  # the next day is skipped
        (date(2024, 12, 31), "UTC", utc(2025, 1, 1)),
    ],
)
def test_a_date_is_known_at_its_end_in_its_zone(day, zone, instant):
    assert precision_of(day) == "day"
    assert instant_of(day, zone) == instant


@pytest.mark.parametrize(
    ("month", "zone", "instant"),
    [
        ("2026-03", "Asia/Seoul", utc(2026, 3, 31, 15)),
        ("2026-03", "America/New_York", utc(2026, 4, 1, 4)),
        ("2025-12", "UTC", utc(2026, 1, 1)),
        ("2024-02", "UTC", utc(2024, 3, 1)),
    ],
)
def test_a_month_is_known_at_its_end_in_its_zone(month, zone, instant):
    assert read_known_at(month, zone) == month
    assert precision_of(month) == "month"
    assert instant_of(month, zone) == instant


def test_a_time_with_its_offset_is_that_instant_whatever_the_zone():
    stamp = datetime.fromisoformat("2025-06-17T17:55:00-04:00")
    assert precision_of(stamp) == "minute"
    assert instant_of(stamp, "Asia/Seoul") == utc(2025, 6, 17, 21, 55)


def test_text_in_iso_form_is_what_it_says():
    assert read_known_at("2025-06-17", None) == date(2025, 6, 17)
    assert read_known_at("2025-06-17T20:07:00+09:00", None) == utc(2025, 6, 17, 11, 7)
    assert read_known_at("2025-06-17 11:07Z", None) == utc(2025, 6, 17, 11, 7)


@pytest.mark.parametrize(
    ("value", "zone", "words"),
    [
        (NAIVE_SUMMER, "Asia/Seoul", "no UTC offset. Write it as 2025-06-17T20:07:00\\+09:00"),
        (NAIVE_WINTER, "America/New_York", "no UTC offset. Write it as 2025-01-07T09:00:00-05:00"),
        (NAIVE_SKIPPED, "America/New_York", "no UTC offset. America/New_York had no such time"),
        (NAIVE_TWICE, "America/New_York", "Write it as 2025-11-02T01:30:00-05:00"),  # of the two, the later
        (datetime.fromisoformat("2011-12-30T10:00:00"), "Pacific/Apia", "no such time"),  # a day that was skipped
        (NAIVE_SUMMER, None, "no UTC offset"),
        ("2025-06-17 20:07", None, "no UTC offset"),
        (time(20, 7), "Asia/Seoul", "time without its date"),
        ("2025-13", None, "is not a date"),
        ("2025-00", None, "is not a date"),
        ("2025-02-30", None, "is not a date"),
        ("mid-2026", None, "is not a date"),
        ("", None, "is not a date"),
        (2025, None, "is not a date"),
        (True, None, "is not a date"),
        (None, None, "is not a date"),
        (date(1, 1, 1), "UTC", "outside the years"),
        ("9999-12", "UTC", "outside the years"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_words(value, zone, words):
    with pytest.raises(DateError, match=words):
        read_known_at(value, zone)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2025-07-01T09:00:00-04:00", "America/New_York"),
        ("2025-01-07T09:00:00-05:00", "America/New_York"),
        ("2025-07-01T13:00:00+00:00", "America/New_York"),  # UTC contradicts no zone
        ("2025-11-02T01:30:00-04:00", "America/New_York"),  # an hour that comes twice has both
        ("2025-11-02T01:30:00-05:00", "America/New_York"),
        ("1988-07-01T09:00:00+10:00", "Asia/Seoul"),  # the Olympic summers had summer time
        ("1905-01-01T09:00:00+08:28", "Asia/Seoul"),  # local mean time: +08:27:52, which cannot be written
        ("2025-06-17T12:00:00+05:30", "Asia/Kolkata"),
    ],
)
def test_an_offset_that_the_zone_has_at_that_instant_is_right(text, zone):
    assert offset_clash(datetime.fromisoformat(text), zone) is None


@pytest.mark.parametrize(
    ("text", "zone", "words"),
    [
        (
            "2025-07-01T09:00:00-05:00",
            "America/New_York",
            "known_at 2025-07-01T09:00:00-05:00 has an offset that America/New_York does not have then (-04:00). Write "
            "2025-07-01T09:00:00-04:00 if its clock is right, 2025-07-01T10:00:00-04:00 if the instant is right, or "
            "the zone it was meant in.",
        ),
        ("2025-06-17T09:00:00+08:00", "Asia/Seoul", "(+09:00). Write 2025-06-17T09:00:00+09:00 if its clock"),
        ("2025-06-17T09:00:00+08:00", "Asia/Seoul", "2025-06-17T10:00:00+09:00 if the instant is right"),
        ("2025-03-09T02:30:00-05:00", "America/New_York", "(-04:00). Write 2025-03-09T03:30:00-04:00 if the instant"),
        ("2025-11-02T01:30:00+01:00", "America/New_York", "2025-11-02T01:30:00-05:00 if its clock"),  # the later
        ("2025-06-17T09:00:00+09:00", "UTC", "(+00:00)"),
        ("1988-07-01T09:00:00+09:00", "Asia/Seoul", "(+10:00)"),
    ],
)
def test_an_offset_against_the_zone_is_told_with_both_readings(text, zone, words):
    assert words in (offset_clash(datetime.fromisoformat(text), zone) or "")


def test_dates_and_months_have_no_offset_to_contradict():
    assert offset_clash(date(2025, 7, 1), "America/New_York") is None
    assert offset_clash("2025-07", "America/New_York") is None


@pytest.mark.parametrize("zone", ["Asia/Soul", "KST+9", "", "Asia", "/etc/passwd", "../UTC", "Seoul\x00"])
def test_a_zone_that_is_none_is_refused(zone):
    with pytest.raises(DateError, match="not a time zone"):
        check_zone(zone)


def test_the_nearest_zone_is_offered():
    with pytest.raises(DateError, match="Did you mean 'Asia/Seoul'"):
        check_zone("Asia/Soul")
