"""What is suspicious in a calendar, each doubt on an event made for it."""

from __future__ import annotations

import pytest

from events import Theme, Themes, check, read_calendar

THEMES = Themes(
    tuple(
        Theme.model_validate(
            {"name": name, "title": "T", "why": "W", "member": [{"symbol": "7013.T", "role": "named"}]}
        )
        for name in ("infrastructure", "coal")
    )
)


def test_a_plain_event_raises_no_doubt(calendar_of, event_table):
    assert check(read_calendar(calendar_of(event_table()))) == []


@pytest.mark.parametrize(
    ("changed", "doubt"),
    [
        ({"known_at": '"2025-05"'}, "works-begin: known to the month only: it never triggers a trade."),
        ({"known_at": "2025-05-03"}, "works-begin: known on a Saturday (2025-05-03): it trades at the next open."),
        # Sunday evening in New York, though Monday in Seoul
        (
            {"known_at": "2025-05-05T08:00:00+09:00", "zone": '"America/New_York"'},
            "works-begin: known on a Sunday (2025-05-04): it trades at the next open.",
        ),
        ({"occurs": '"2025-06"'}, "works-begin: said to have occurred (2025-06) after it was known (2025-04-30)."),
        (
            {"status": '"scheduled"', "occurs": '"../2026-06"'},
            "works-begin: scheduled for ../2026-06, which has no start: it gives no run-up.",
        ),
        (
            {"status": '"scheduled"', "occurs": '"2025-09"'},
            "works-begin: still scheduled for 2025-09, past when the calendar was recorded (2026-01-01).",
        ),
        ({"known_at": "2026-02-02"}, "works-begin: known (2026-02-02) after the calendar was recorded (2026-01-01)."),
        (
            {"revision": '[{ known_at = "2025-06", status = "cancelled" }]'},
            "works-begin: the revision of 2025-06 is known to the month only: it changes no plan.",
        ),
        ({"themes": "[]"}, "Events of no theme, shown and never traded: 1 (works-begin)."),
    ],
)
def test_what_is_suspicious_is_said(calendar_of, event_table, changed, doubt):
    path = calendar_of("recorded = 2026-01-01", event_table(**changed))
    assert check(read_calendar(path)) == [doubt]


def test_a_scheduled_event_that_was_revised_in_time_is_not_doubted(calendar_of, event_table):
    revision = '[{ known_at = 2025-08-01, status = "occurred" }]'
    table = event_table(status='"scheduled"', occurs='"2025-08"', revision=revision)
    assert check(read_calendar(calendar_of("recorded = 2026-01-01", table))) == []


def test_two_events_of_one_day_kind_and_theme_are_doubted_unless_of_one_episode(calendar_of, event_table):
    def doubts(**changed: str) -> list[str]:
        return check(read_calendar(calendar_of(event_table(**changed), event_table(id='"second"', **changed))))

    assert doubts() == ["second and works-begin: same date, kind and theme. One happening? Give both an episode."]
    assert doubts(episode='"works"') == []


def test_a_theme_that_nothing_good_is_announced_for_is_doubted(calendar_of, event_table):
    calendar = read_calendar(calendar_of(event_table(), event_table(id='"bad"', themes='["coal"]', direction="-1")))
    assert check(calendar, THEMES) == ["Theme coal: no event announces anything good for it."]


def test_an_empty_calendar_and_an_undated_article_are_doubted(calendar_of):
    assert check(read_calendar(calendar_of('[article]\ntitle = "T"'))) == [
        "The calendar holds no event.",
        "The article has no time of publication: nothing can be told apart as hindsight.",
    ]
