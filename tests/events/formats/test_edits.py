"""An exported calendar after a calendar program has had it: what it changed counts and is listed, what it only wrote
anew does not. The files are edited as text, as programs write them (RFC 5545)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from eventfolio.events import Calendar, changed_elsewhere, read_calendar, text_of
from eventfolio.events.calendar import calendar_of
from eventfolio.events.errors import CalendarError

BRIDGE = {
    "id": "bridge",
    "title": "The bridge, opened; at last",
    "kind": "infrastructure",
    "status": "scheduled",
    "occurs": "2026-06-30",
    "known_at": "2025-02-04",
    "zone": "Asia/Seoul",
    "themes": ["steel", "roads"],
    "note": "Long enough a note to be folded over more than a single line of the file, in RFC 5545's way.\nTwo lines.",
}
Edited = Callable[..., Calendar]


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    """edited((old, new), …, key=value): the event of these keys, exported, its text changed, read again."""

    def _edited(*changes: tuple[str, str], **keys: object) -> Calendar:
        event = {key: value for key, value in (BRIDGE | keys).items() if value is not None}
        text = text_of(calendar_of({"schema": 1, "name": "c", "event": [event]}, "made up"), "ics")
        for old, new in changes:
            assert old in text, text
            text = text.replace(old, new)
        path = tmp_path / "c.ics"
        path.write_bytes(text.encode())
        return read_calendar(path)

    return _edited


def listed(calendar: Calendar) -> list[tuple[str, object, object]]:
    """(key, before, after) of what was changed; all of it in the one event."""
    found = changed_elsewhere(calendar)
    assert not found.added
    assert not found.removed
    return [(change.key, change.before, change.after) for change in found.changed]


DAY = "DTSTART;VALUE=DATE:20260630"
TEXT = "DESCRIPTION:Long enough a note to be folded over more than a single line o\r\n f the file\\, in RFC 5545's way.\\nTwo lines."  # noqa: E501


@pytest.mark.parametrize(
    "changes",
    [
        [("DTSTAMP:20250204T150000Z", "DTSTAMP:20261001T101010Z\r\nLAST-MODIFIED:20261001T101010Z\r\nSEQUENCE:3")],
        [("DTSTAMP:20250204T150000Z\r\n", ""), ("CREATED:20250204T150000Z\r\n", "")],
        [(DAY, f"{DAY}\r\nDTEND;VALUE=DATE:20260701")],
        [(DAY, f"{DAY}\r\nDURATION:P1D")],
        [(DAY, "DTSTART:20260630T000000\r\nDTEND:20260701T000000")],  # floating
        [(DAY, "DTSTART;TZID=Asia/Seoul:20260630T000000\r\nDTEND;TZID=Asia/Seoul:20260701T000000")],
        # midnights of the device's own zone: New York, and Seoul written in UTC, New York in UTC
        [(DAY, "DTSTART;TZID=America/New_York:20260630T000000\r\nDTEND;TZID=America/New_York:20260701T000000")],
        [(DAY, "DTSTART:20260629T150000Z\r\nDTEND:20260630T150000Z")],
        [(DAY, "DTSTART:20260630T040000Z\r\nDTEND:20260701T040000Z")],
        # Hawaii's, and New Zealand's as in summer, 13 hours ahead, and the Chatham Islands' 13:45
        [(DAY, "DTSTART:20260630T100000Z\r\nDTEND:20260701T100000Z")],
        [(DAY, "DTSTART:20260629T110000Z\r\nDTEND:20260630T110000Z")],
        [(DAY, "DTSTART:20260629T101500Z\r\nDTEND:20260630T101500Z")],
        [(DAY, "DTSTART:20260630T053000Z\r\nDTEND:20260630T063000Z")],  # 14:30 in Seoul, on the day
        [(TEXT, TEXT.replace("\r\n ", ""))],
        [(TEXT, TEXT.replace("\\n", "\\N  "))],
        [("CATEGORIES:steel,roads", "CATEGORIES:roads\r\nCATEGORIES:steel")],
        [("UID:bridge", "UID:0A1B2C3D@device.example")],  # the id stands in an X- property
        [("STATUS:TENTATIVE\r\n", "")],
        [("STATUS:TENTATIVE", "STATUS:tentative")],
        [("TRANSP:TRANSPARENT", "TRANSP:OPAQUE\r\nX-MOZ-GENERATION:2\r\nCLASS:PUBLIC")],
        [("\r\n", "\n")],
        [("END:VEVENT", "BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nDESCRIPTION:soon\r\nEND:VALARM\r\nEND:VEVENT")],
    ],
)  # fmt: skip
def test_what_a_program_writes_anew_changes_nothing(edited, changes):
    calendar = edited(*changes)
    assert listed(calendar) == []
    assert calendar.events == calendar_of({"schema": 1, "name": "c", "event": [BRIDGE]}, "made up").events


def test_a_line_folded_within_a_letter_is_read(edited):
    assert "ö" in edited(title="schön " * 40).events[0].title  # we fold by letters
    raw = "SUMMARY:schön".encode()
    calendar = edited(title="schön")
    path = calendar.path
    path.write_bytes(path.read_bytes().replace(raw, raw[:-2] + b"\r\n " + raw[-2:]))  # between the two bytes of ö
    assert listed(read_calendar(path)) == []


@pytest.mark.parametrize(
    ("old", "new", "key", "before", "after"),
    [
        (DAY, "DTSTART;VALUE=DATE:20261015", "occurs", "2026-06-30", "2026-10-15"),
        (DAY, "DTSTART;VALUE=DATE:20260531\r\nDTEND;VALUE=DATE:20260601", "occurs", "2026-06-30", "2026-05-31"),
        (DAY, f"{DAY}\r\nDTEND;VALUE=DATE:20260703", "occurs", "2026-06-30", "2026-06-30/2026-07-02"),
        (DAY, "DTSTART:20261015T090000\r\nDTEND:20261015T100000", "occurs", "2026-06-30", "2026-10-15"),
        (DAY, "DTSTART:20261014T150000Z\r\nDTEND:20261015T150000Z", "occurs", "2026-06-30", "2026-10-15"),
        (DAY, "DTSTART:20261014T160000Z\r\nDTEND:20261014T170000Z", "occurs", "2026-06-30", "2026-10-15"),  # 1 in Seoul
        (DAY, "DTSTART;TZID=America/New_York:20260629T000000", "occurs", "2026-06-30", "2026-06-29"),
        ("STATUS:TENTATIVE", "STATUS:CANCELLED", "status", "scheduled", "cancelled"),
        ("STATUS:TENTATIVE", "STATUS:CONFIRMED", "status", "scheduled", "occurred"),
        ("SUMMARY:The bridge", "SUMMARY:The long bridge", "title", BRIDGE["title"], "The long bridge, opened; at last"),
        ("CATEGORIES:steel,roads", "CATEGORIES:ports,steel", "themes", ("steel", "roads"), ("steel", "ports")),
        ("CATEGORIES:steel,roads\r\n", "", "themes", ("steel", "roads"), ()),
        (TEXT, "DESCRIPTION:Put off.", "note", BRIDGE["note"], "Put off."),
        (TEXT + "\r\n", "", "note", BRIDGE["note"], None),
    ],
)
def test_what_a_program_changes_corrects_what_was_first_believed_and_is_listed(edited, old, new, key, before, after):
    calendar = edited((old, new))
    assert listed(calendar) == [(key, before, after)]
    assert getattr(calendar.events[0], key) == after


def test_a_revision_still_follows_the_corrected_belief(edited):
    revision = {"known_at": "2026-06-01", "occurs": "2026-09"}
    event = edited((DAY, "DTSTART;VALUE=DATE:20260715"), revision=[revision]).events[0]
    assert [str(belief.occurs) for belief in event.beliefs] == ["2026-07-15", "2026-09"]


@pytest.mark.parametrize(
    ("occurs", "shown", "moved", "after"),
    [
        ("../2026-06", "20260630", "20260715", "../2026-07-15"),
        ("2026-05/..", "20260501", "20260601", "2026-06-01/.."),
    ],
)
def test_a_window_open_on_one_side_stays_open_where_its_mark_is_moved(edited, occurs, shown, moved, after):
    assert listed(edited(occurs=occurs)) == []
    assert listed(edited((f"DTSTART;VALUE=DATE:{shown}", f"DTSTART;VALUE=DATE:{moved}"), occurs=occurs)) == [
        ("occurs", occurs, after)
    ]


def test_a_month_stays_a_month_until_it_is_moved(edited):
    span = "DTSTART;VALUE=DATE:20260601\r\nDTEND;VALUE=DATE:20260701"
    assert listed(edited(occurs="2026-06~")) == []
    moved = span.replace("202606", "202608").replace("20260701", "20260811")
    changes = [tuple(pair) for pair in zip(span.split("\r\n"), moved.split("\r\n"), strict=True)]
    assert listed(edited(*changes, occurs="2026-06~")) == [("occurs", "2026-06~", "2026-08-01/2026-08-10")]


@pytest.mark.parametrize(
    ("occurs", "start", "end"),
    [
        ("2026-03-07/2026-03-08", "20260307T050000Z", "20260309T040000Z"),  # New York's clocks go forward on 03-08
        ("2026-11-01", "20261101T040000Z", "20261102T050000Z"),  # and back on 11-01: a day of 25 hours
        ("2026-10-04", "20261003T133000Z", "20261004T130000Z"),  # Lord Howe's go forward by half an hour
    ],
)
def test_days_in_hours_over_a_change_of_clocks_are_the_same_days(edited, occurs, start, end):
    shown = text_of(calendar_of({"schema": 1, "name": "c", "event": [BRIDGE | {"occurs": occurs}]}, "made up"), "ics")
    days = "\r\n".join(line for line in shown.split("\r\n") if line.startswith(("DTSTART", "DTEND")))
    assert listed(edited((days, f"DTSTART:{start}\r\nDTEND:{end}"), occurs=occurs)) == []


def test_hours_of_one_day_are_no_whole_days(edited):
    # 23:30 to 0:30 of Seoul's clock, in UTC: the hour lies on both dates
    found = edited((DAY, "DTSTART:20260630T143000Z\r\nDTEND:20260630T153000Z"))
    assert listed(found) == [("occurs", "2026-06-30", "2026-06-30/2026-07-01")]


def test_only_what_a_program_shows_can_win_over_what_was_exported(edited):
    calendar = edited(("CREATED:20250204T150000Z", "CREATED:20200101T000000Z"), ("UID:bridge", "UID:other"))
    assert (calendar.events[0].known.isoformat(), calendar.events[0].id) == ("2025-02-04T15:00:00+00:00", "bridge")


def test_a_file_written_before_titles_stood_twice_is_read(edited):
    old = edited(
        ("X-EVENTFOLIO-ID:bridge\r\n", ""),
        ("X-EVENTFOLIO-TITLE:The bridge\\, opened\\; at last\r\n", ""),
        ("X-EVENTFOLIO-THEMES:steel roads\r\n", ""),
    )
    assert listed(old) == []
    assert (old.events[0].id, old.events[0].title, old.events[0].themes) == (
        "bridge",
        BRIDGE["title"],
        ("steel", "roads"),
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (DAY, f"{DAY}\r\nRRULE:FREQ=WEEKLY;COUNT=3", r"event 1 \(bridge\): RRULE repeats it"),
        (DAY, f"{DAY}\r\nRECURRENCE-ID:20260630", "RECURRENCE-ID repeats it"),
        (DAY, "DTSTART:soon", "DTSTART soon cannot be read as dates"),
        (DAY, "DTSTART;VALUE=DATE:202606", "DTSTART 202606 cannot be read as dates"),
        (DAY, f"{DAY}\r\n{DAY}", "DTSTART stands there more than once"),
        (DAY, f"{DAY}\r\nDTEND;TZID=Nowhere/At_all:20260701T000000Z", "cannot be read as dates"),
        (DAY, f"{DAY}\r\nDTEND;VALUE=DATE:00010101", "cannot be read as dates"),
        ("STATUS:TENTATIVE", "STATUS:NEEDS-ACTION", "STATUS 'NEEDS-ACTION' should be one of CONFIRMED, TENTATIVE"),
        ("CATEGORIES:steel,roads", "CATEGORIES:My own trip", "event 1 .bridge.: themes 'My own trip' may hold"),
        ("X-EVENTFOLIO-KNOWN-AT:2025-02-04\r\n", "", "no X-EVENTFOLIO-KNOWN-AT.*some programs drop what is not theirs"),
        ("X-EVENTFOLIO-OCCURS:2026-06-30\r\n", "", "occurs is missing"),
        ("X-EVENTFOLIO-ZONE:Asia/Seoul", "X-EVENTFOLIO-ZONE:Asia/Soul", "Did you mean 'Asia/Seoul'"),
        ("UID:bridge", "UID:a\r\nUID:b", "UID stands there more than once"),
        ("END:VEVENT", "X-EVENTFOLIO-KIND:law\r\nEND:VEVENT", "X-EVENTFOLIO-KIND stands there more than once"),
    ],
)  # fmt: skip
def test_what_the_calendar_cannot_hold_is_refused_by_name(edited, old, new, words):
    with pytest.raises(CalendarError, match=words):
        edited((old, new))


@pytest.mark.parametrize("name", ["X-EVENTFOLIO-ARTICLE;VALUE=TEXT", "x-eventfolio-article", "X-Eventfolio-Article"])
def test_the_article_is_kept_however_a_program_writes_its_name(tmp_path, name):
    article = {"title": "A bridge, at last", "published": datetime(2025, 2, 4, 9, tzinfo=UTC)}
    table = {"schema": 1, "name": "c; d", "article": article, "event": [BRIDGE]}
    text = text_of(calendar_of(table, "made up"), "ics")
    assert "X-EVENTFOLIO-ARTICLE:" in text
    path = tmp_path / "c.ics"
    path.write_bytes(text.replace("X-EVENTFOLIO-ARTICLE:", f"{name}:").encode())
    read = read_calendar(path)
    assert read.article is not None
    assert (read.article.title, read.article.published) == (article["title"], article["published"])
    assert (read.name, listed(read)) == ("c; d", [])


def test_an_article_given_twice_is_refused(edited):
    line = 'X-EVENTFOLIO-ARTICLE:{"title": "a"}\r\n'
    with pytest.raises(CalendarError, match="X-EVENTFOLIO-ARTICLE stands there more than once"):
        edited(("X-EVENTFOLIO-CALENDAR", f"{line}{line}X-EVENTFOLIO-CALENDAR"))


def test_an_event_copied_by_a_program_is_told(edited):
    path = edited().path
    text = path.read_bytes().decode()
    start, end = text.index("BEGIN:VEVENT"), text.index("END:VCALENDAR")
    path.write_bytes((text[:end] + text[start:end].replace("UID:bridge", "UID:copy") + text[end:]).encode())
    with pytest.raises(CalendarError, match=r"event 2 \(bridge\): event 1 has this id"):
        read_calendar(path)


@pytest.mark.parametrize("text", [r"\N", r"C:\New", "\\\\N", "a\\nb\\,c", "\x00", " \n ", "\u2028"])
def test_texts_that_iCalendar_mangles_come_back_and_are_no_change(edited, text):
    revision = {"known_at": "2026-06-01", "status": "cancelled", "note": text}
    calendar = edited(title=text, note=text, kind=text, revision=[revision])
    event = calendar.events[0]
    assert (event.title, event.note, event.kind, event.revisions[0].note) == (text, text, text, text)
    assert listed(calendar) == []
