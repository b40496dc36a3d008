"""What is suspicious in a calendar, each warning on an event made for it."""

from __future__ import annotations

import pytest

from eventfolio.events import Theme, Themes, check, read_calendar

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
    ("changed", "warning"),
    [
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
    ],
)
def test_what_is_suspicious_is_said(calendar_of, event_table, changed, warning):
    path = calendar_of("recorded = 2026-01-01", event_table(**changed))
    assert check(read_calendar(path)) == [warning]


def test_a_scheduled_event_that_was_revised_in_time_is_not_doubted(calendar_of, event_table):
    revision = '[{ known_at = 2025-08-01, status = "occurred" }]'
    table = event_table(status='"scheduled"', occurs='"2025-08"', revision=revision)
    assert check(read_calendar(calendar_of("recorded = 2026-01-01", table))) == []


TWINS = "second and works-begin: same date, kind and theme. One happening? Give both an episode."


@pytest.mark.parametrize(
    ("both", "second", "warnings"),
    [
        ({}, {}, [TWINS]),
        ({}, {"known_at": "2025-05-02"}, [TWINS]),  # told on two days, it happened on one
        ({"occurs": '"2025-04-28/2025-04-30"'}, {}, [TWINS]),
        ({"themes": '["coal", "infrastructure"]'}, {}, [TWINS]),  # once, however many themes they share
        ({"episode": '"works"'}, {}, []),
        ({}, {"occurs": '"2025-04-29"'}, []),  # a list of dates, published at one time
        ({}, {"kind": '"law"'}, []),
        ({}, {"themes": '["coal"]'}, []),
        ({"occurs": '"2025-04"'}, {}, []),  # two things of one kind in one month are no warning
        ({"occurs": '"../2025-04-30"'}, {}, []),
    ],
)
def test_two_events_that_happen_on_one_date_are_doubted_whenever_they_were_known(
    calendar_of, event_table, both, second, warnings
):
    tables = event_table(**both), event_table(**(both | {"id": '"second"'} | second))
    assert check(read_calendar(calendar_of(*tables))) == warnings


def test_twins_are_found_with_others_of_their_date_between_them(calendar_of, event_table):
    """By id: one (infrastructure), other (coal), same (infrastructure)."""
    tables = [event_table(id='"one"'), event_table(id='"other"', themes='["coal"]'), event_table(id='"same"')]
    assert check(read_calendar(calendar_of(*tables))) == [
        "one and same: same date, kind and theme. One happening? Give both an episode."
    ]


def test_events_of_no_theme_are_counted_and_listed_to_a_limit(calendar_of, event_table):
    idle = [event_table(id=f'"e{number:02}"', themes="[]") for number in range(22)]
    warning = check(read_calendar(calendar_of(event_table(), *idle)))
    listed = ", ".join(f"e{number:02}" for number in range(20))
    assert warning == [f"Events of no theme, shown and never traded: 22 ({listed} and 2 more)."]


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (
            {"themes": "[]"},
            {"themes": "[]"},
            "No event has a theme: nothing can be traded. Give each the themes of the themes file it is news for.",
        ),
        ({"direction": "-1"}, {"direction": "-1"}, "No event can open a trade: of 2, 2 of direction -1. "),
        (
            {"direction": "-1"},
            {"themes": "[]"},
            "No event can open a trade: of 2, 1 of no theme, 1 of direction -1. ",
        ),
        (
            {"status": '"cancelled"'},
            {"known_at": '"2025-04"'},
            "No event can open a trade: of 2, 1 known to the month only, 1 cancelled. ",
        ),
    ],
)
def test_a_calendar_on_which_nothing_can_trade_says_why(calendar_of, event_table, one, other, why):
    tables = event_table(**one), event_table(**({"id": '"second"', "occurs": '"2025-04-29"'} | other))
    assert any(warning.startswith(why) for warning in check(read_calendar(calendar_of(*tables))))


def test_an_event_known_to_the_month_is_doubted(calendar_of, event_table):
    tables = event_table(id='"other"', occurs='"2025-04-29"'), event_table(known_at='"2025-05"')
    warnings = check(read_calendar(calendar_of(*tables)))
    assert warnings == ["works-begin: known to the month only: it never triggers a trade."]


def test_a_revision_with_an_offset_from_elsewhere_is_doubted_with_both_readings(calendar_of, event_table):
    revision = '[{ known_at = 2025-06-17T17:55:00-04:00, status = "cancelled" }]'
    [warning] = check(read_calendar(calendar_of(event_table(revision=revision))))
    assert warning.startswith(
        "works-begin: revision 1: known_at 2025-06-17T17:55:00-04:00 has an offset that Asia/Seoul"
    )
    assert "2025-06-17T17:55:00+09:00 if its clock is right, 2025-06-18T06:55:00+09:00 if the instant" in warning


def test_an_event_that_only_its_revision_lets_trade_is_no_silence(calendar_of, event_table):
    """Known to the month, then to the day: its run-up can be bought."""
    revision = '[{ known_at = 2025-06-02, occurs = "2025-07-15" }]'
    table = event_table(status='"scheduled"', occurs='"2025-07"', known_at='"2025-05"', revision=revision)
    assert not [warning for warning in check(read_calendar(calendar_of(table))) if warning.startswith("No event")]


def test_a_theme_that_nothing_good_is_announced_for_is_doubted(calendar_of, event_table):
    calendar = read_calendar(calendar_of(event_table(), event_table(id='"bad"', themes='["coal"]', direction="-1")))
    assert check(calendar, THEMES) == ["Theme coal: no event announces anything good for it."]


def test_an_empty_calendar_and_an_undated_article_are_doubted(calendar_of):
    assert check(read_calendar(calendar_of('[article]\ntitle = "T"'))) == [
        "The calendar holds no event.",
        "The article has no time of publication: nothing can be told apart as hindsight.",
    ]


def test_many_that_are_suspicious_in_one_way_are_one_line_for_a_reader(tmp_path):
    def of(count: int) -> list[str]:
        events = "".join(
            f'[[event]]\nid = "e{number}"\ntitle = "E"\nkind = "k{number}"\nstatus = "occurred"\n'
            f'occurs = "2024-03-02"\nknown_at = 2024-03-02\nzone = "UTC"\nlistings = ["AAA"]\n'
            for number in range(count)
        )
        path = tmp_path / f"{count}.toml"
        path.write_text(f'schema = 1\nname = "c"\n{events}')
        return check(read_calendar(path), fold=True)

    assert of(5) == [f"e{n}: known on a Saturday (2024-03-02): it trades at the next open." for n in range(5)]
    assert of(7) == [
        "7 events are known on a Saturday or a Sunday: they trade at the next open (e0, e1, e2, e3, e4 and 2 more)."
    ]
