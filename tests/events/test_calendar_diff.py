"""Comparing and joining calendars."""

from __future__ import annotations

import pytest

from eventfolio.events import diff, join, read_calendar
from eventfolio.events.errors import CalendarError


@pytest.fixture
def calendar(write, event_table):
    def _calendar(name, *tables):
        text = f'schema = 1\nname = "{name}"\n' + "\n".join(event_table(**table) for table in tables)
        return read_calendar(write(f"{name}.toml", text))

    return _calendar


def test_a_difference_names_events_and_keys(calendar):
    before = calendar("one", {}, {"id": '"gone"'})
    after = calendar("two", {"occurs": '"2025-05"', "note": '"looked at"'}, {"id": '"new"'})
    found = diff(before, after)
    assert [event.id for event in found.added] == ["new"]
    assert [event.id for event in found.removed] == ["gone"]
    assert [(change.id, change.key, change.before, change.after) for change in found.changed] == [
        ("", "name", "one", "two"),
        ("works-begin", "occurs", "2025-04-30", "2025-05"),
        ("works-begin", "note", None, "looked at"),
    ]
    assert not diff(before, before)


def test_an_event_in_both_counts_once_and_one_id_for_two_events_is_refused(calendar):
    one = calendar("one", {})
    assert len(join(one, calendar("two", {}, {"id": '"new"'})).calendar.events) == 2
    with pytest.raises(CalendarError, match="works-begin"):
        join(one, calendar("two", {"occurs": '"2025-05"'}))


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        ({"occurs": '"2025-04"'}, True),
        ({"occurs": '"2025-04-30/.."'}, True),
        ({"occurs": '"2025-05"'}, False),
        ({"kind": '"talks"'}, False),
        ({"themes": '["lng"]'}, False),
        ({"themes": '["lng", "infrastructure"]'}, True),
    ],
)
def test_the_same_kind_and_theme_in_windows_that_overlap_are_reported_and_both_stay(calendar, other, alike):
    merged = join(calendar("one", {}), calendar("two", {"id": '"twin"', **other}))
    assert merged.alike == ((("works-begin", "twin"),) if alike else ())
    assert len(merged.calendar.events) == 2
