"""Lines of iCalendar: what we write is what icalendar reads, and what we read plainly is what icalendar makes of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventfolio.events import changed_elsewhere, read_calendar, text_of
from eventfolio.events.calendar import Calendar, calendar_of
from eventfolio.events.dprk_russia import CALENDAR
from eventfolio.events.errors import CalendarError
from eventfolio.events.formats import ics
from eventfolio.events.formats.ics_lines import content_line, escaped, plain_components, unescaped

# What can stand in a calendar's texts once `written` has taken out what iCalendar cannot hold.
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), include_characters="\n\t")).filter(
    lambda text: "\\N" not in text
)


@given(TEXTS)
def test_icalendar_reads_back_what_a_line_holds(text):
    line = content_line("SUMMARY", text)
    assert all(len(part.encode()) <= 75 for part in line.split("\r\n"))
    read = icalendar.Calendar.from_ical(f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{line}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    assert str(read.subcomponents[0]["SUMMARY"]) == text
    assert unescaped(escaped(text)) == text


def test_no_escape_and_no_letter_is_split_where_a_line_is_folded():
    for before in range(60, 80):
        parts = content_line("X", "a" * before + ";" + "é" * 40).split("\r\n ")
        assert not any(part.endswith("\\") for part in parts)
        assert "".join(parts) == "X:" + "a" * before + "\\;" + "é" * 40


def companies(count: int) -> Calendar:
    """Reports of companies: scheduled, then occurred, with facts; titles, notes and themes that want escapes."""
    events = [
        {
            "id": f"E{number}",
            "title": f'Firm {number}, Inc.; "Q{number % 4}" \\ reports',
            "kind": "earnings",
            "status": "scheduled",
            "occurs": ("2024-05-02", "2024-05", "../2024-06", "2024-05-01/2024-05-03")[number % 4],
            "known_at": datetime(2024, 4, 1, 12, number % 60, tzinfo=UTC),
            "known_precision": "assumed",
            "zone": "America/New_York",
            "themes": ["steel", "roads"][: number % 3],
            "listings": [f"F{number}"],
            "facts": {"form": "8-K, first"},
            "note": "One line.\nAnother\u2028line, and more of it so that it is folded; äöü" if number % 2 else "plain",
            "revision": [
                {"known_at": datetime(2024, 6, 3, 20, 5, tzinfo=UTC), "status": "occurred", "facts": {"eps": 1.5}}
            ],
        }
        for number in range(count)
    ]
    return calendar_of({"schema": 1, "name": "Reports; all", "event": events}, "made up")


@pytest.mark.parametrize("calendar", [companies(24), read_calendar(CALENDAR)], ids=["companies", "packaged"])
def test_a_file_that_was_exported_is_read_as_icalendar_reads_it_and_without_it(calendar, tmp_path, monkeypatch):
    path = tmp_path / "c.ics"
    path.write_bytes(text_of(calendar, "ics").encode())
    by_icalendar = ics._by_icalendar(ics.component_of(path.read_bytes(), path), path, False)
    monkeypatch.setattr(ics, "_component", lambda *given: pytest.fail("icalendar was asked"))
    assert ics.parse_ics(path.read_bytes(), path) == by_icalendar
    again = read_calendar(path)
    assert again.events == calendar.events
    assert not again.is_edited
    assert not changed_elsewhere(again)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("DTSTART;VALUE=DATE:20240502", "DTSTART;VALUE=DATE:20240509", "occurs"),
        ("DTSTART;VALUE=DATE:20240502", "DTSTART;TZID=America/New_York:20240509T090000", "occurs"),
        ("STATUS:TENTATIVE", "STATUS:CANCELLED", "status"),
        ("DESCRIPTION:plain", "DESCRIPTION:plainer", "note"),
    ],
)
def test_one_event_that_a_program_changed_is_found_among_many(old, new, key, tmp_path):
    text = text_of(companies(8), "ics")
    path = tmp_path / "c.ics"
    path.write_bytes(text.replace(old, new, 1).encode())
    read = read_calendar(path)
    assert read.is_edited
    (change,) = changed_elsewhere(read).changed
    assert (change.id, change.key) == ("E0", key)


def test_properties_that_programs_add_and_that_say_nothing_are_no_change(tmp_path):
    text = text_of(companies(3), "ics").replace(
        "TRANSP:TRANSPARENT", "TRANSP:TRANSPARENT\r\nSEQUENCE:2\r\nLAST-MODIFIED:20250101T000000Z"
    )
    path = tmp_path / "c.ics"
    path.write_bytes(text.encode())
    assert not read_calendar(path).is_edited


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nEND:VTIMEZONE\nEND:VCALENDAR\n",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nBEGIN:VALARM\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nEND:VCALENDAR\n",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\nVERSION:2.0\nEND:VCALENDAR\n",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\nNAME:x\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n",
        "BEGIN:VCALENDAR\nno property\nEND:VCALENDAR\n",
        "BEGIN:VCALENDAR\nEND:VCALENDAR\nBEGIN:VCALENDAR\nEND:VCALENDAR\n",
        "",
    ],
)
def test_a_file_that_holds_anything_else_is_icalendars(text):
    assert plain_components(text) is None


def test_what_is_wrong_with_one_event_names_it(tmp_path):
    text = text_of(companies(3), "ics").replace("X-EVENTFOLIO-OCCURS:2024-05\r\n", "X-EVENTFOLIO-OCCURS:soon\r\n", 1)
    path: Path = tmp_path / "c.ics"
    path.write_bytes(text.encode())
    with pytest.raises(CalendarError, match=r"c\.ics, event 2 \(E1\): occurs 'soon'"):
        read_calendar(path)
