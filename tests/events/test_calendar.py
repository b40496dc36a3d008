"""Calendars: what is read, what is refused and in which words, and what was believed at any instant."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventfolio.events import Calendar, CalendarError, Event, Theme, Themes, check_themes, read_calendar

HEAD = 'schema = 1\nname = "mine"\n[article]\ntitle = "T"\n'
NO_OFFSET = "known_at '2025-06-17 20:07:00' has no UTC offset. Write it as 2025-06-17T20:07:00+09:00."
ARTICLE = '[article]\ntitle = "T"\npublished = 2025-06-17T17:55:00-04:00\n'


def test_a_calendar_is_read_in_order_of_knowledge(calendar_of, event_table):
    path = calendar_of(
        event_table(id='"c"', known_at="2025-05-02"),
        event_table(id='"b"'),
        event_table(id='"a"', known_at="2025-04-30T15:00:00Z"),  # the instant at which b's day ends
        event_table(id='"d"', known_at="2025-04-30T14:59:59Z"),
    )
    calendar = read_calendar(path)
    assert [event.id for event in calendar.events] == ["d", "a", "b", "c"]
    assert calendar.name == "mine"
    assert calendar.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_articles_publication_is_told_in_utc(calendar_of):
    assert read_calendar(calendar_of(ARTICLE)).published == datetime(2025, 6, 17, 21, 55, tzinfo=UTC)
    assert read_calendar(calendar_of()).published is None


def test_a_file_with_a_byte_order_mark_and_windows_line_ends_is_read(tmp_path, event_table):
    text = 'schema = 1\nname = "mine"\n' + event_table()
    path = tmp_path / "calendar.toml"
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert len(read_calendar(path).events) == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"known_at": "2025-06-17T20:07:00"}, NO_OFFSET),
        ({"known_at": "20:07:00"}, "time without its date"),
        ({"known_at": '"2025-13"'}, "known_at '2025-13' is not a date"),
        ({"known_at": "2025"}, "known_at 2025 is not a date"),
        ({"known_at": None}, "known_at is missing."),
        ({"occurs": '"mid-2026"'}, "occurs 'mid-2026' is not EDTF"),
        ({"occurs": '"2025-02-30"'}, "February 2025 has 28 days"),
        ({"occurs": "2025"}, 'Write it as occurs = "2025-06-17"'),
        ({"occurs": None}, "occurs is missing."),
        ({"zone": '"Asia/Soul"'}, "Did you mean 'Asia/Seoul'?"),
        ({"zone": None}, "zone is missing."),
        ({"status": '"ocurred"'}, "should be occurred, scheduled or cancelled. Did you mean 'occurred'?"),
        ({"direction": "0"}, "direction 0 should be 1 or -1."),
        ({"direction": "true"}, "direction true should be 1 or -1."),
        ({"direction": "2"}, "direction 2 should be 1 or -1."),
        ({"strength": "1.5"}, "strength 1.5 should be less than or equal to 1."),
        ({"strength": "-0.1"}, "strength -0.1 should be greater than or equal to 0."),
        ({"strength": "nan"}, "strength nan"),
        ({"strength": '"0.5"'}, "strength '0.5' should be a valid number."),
        ({"strength": "true"}, "strength True should be a valid number."),
        ({"title": "5"}, 'title 5 is not text. Write it in quotes: title = "…"'),
        ({"title": '""'}, "title '' is too short: 1 characters at least."),
        ({"id": '"two words"'}, "id 'two words' may hold letters, digits and . _ - only"),
        ({"id": '"../x"'}, "id '../x' may hold letters"),
        ({"themes": '"infrastructure"'}, "themes 'infrastructure' is not a list."),
        ({"themes": '["a", "b", "a"]'}, "themes lists 'a' twice."),
        ({"themes": None}, "themes is missing."),
        ({"origin": '"rumour"'}, "origin 'rumour' should be article or record."),
        ({"confidence": '"H"'}, "confidence 'H' should be high, medium or low."),
        ({"knwon_at": "2025-04-30"}, "'knwon_at' is not a key of this table. Did you mean 'known_at'?"),
        ({"revision": "{ known_at = 2025-05-30, occurs = '2026' }"}, "revision {"),
        ({"revision": "[{ known_at = 2025-04-29, occurs = '2026' }]"}, "revision known_at 2025-04-29 is not later"),
        ({"revision": "[{ known_at = 2025-05-30, ocurs = '2026' }]"}, "Did you mean 'occurs'?"),
        ({"revision": "[{ known_at = 2025-05-30T10:00:00, occurs = '2026' }]"}, "has no UTC offset"),
        ({"revision": "[{ known_at = 2025-05-30, occurs = 'soon' }]"}, "occurs 'soon' is not EDTF"),
        ({"revision": "[{ known_at = 2025-05-30 }]"}, "gives occurs, status, or facts"),
    ],
)  # fmt: skip
def test_a_bad_event_is_refused_with_its_place(calendar_of, event_table, changed, words):
    path = calendar_of(event_table(id='"first"'), event_table(**changed))
    with pytest.raises(CalendarError) as refusal:
        read_calendar(path)
    assert words in str(refusal.value)
    assert str(refusal.value).startswith("calendar.toml, event 2 (")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "calendar.toml is empty."),
        ("  \n", "calendar.toml is empty."),
        ('name = "mine"\n', "schema is missing."),
        ("schema = 1\n", "name is missing."),
        ('schema = 2\nname = "mine"\n', "schema 2 should be 1."),
        ('schema = 1\nname = "mine"\nevents = []\n', "'events' is not a key of this table. Did you mean 'event'?"),
        ('schema = 1\nname = "mine"\nevent = 5\n', "event 5 is not a list."),
        ('schema = 1\nname = "mine"\nevent = [5]\n', "event 5 is not a table."),
        ('schema = 1\nname = "mine"\nrecorded = "2026-11-23"\n', "recorded '2026-11-23' is not a date."),
        ('schema = 1\nname = "mine"\nrecorded = 5\n', "recorded 5 is not a date."),
        ("schema = 1\nname =\n", "calendar.toml is not TOML: Invalid value (at line 2, column 7)."),
        ('schema = 1\nschema = 1\nname = "mine"\n', "not TOML"),
        ("<html>", "not TOML"),
        ("x = " + "[" * 5000, "not TOML"),
        (HEAD + "published = 2025-06-17T17:55:00\n", "article: published 2025-06-17 17:55:00 has no UTC offset."),
        (HEAD + 'sha256 = "x"\n', "article: sha256 'x' is not 64 hexadecimal digits."),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_in_words(write, text, words):
    with pytest.raises(CalendarError) as refusal:
        read_calendar(write("calendar.toml", text))
    assert words in str(refusal.value)


def test_a_repeated_id_is_refused_naming_both_events(calendar_of, event_table):
    path = calendar_of(event_table(), event_table(id='"other"'), event_table())
    with pytest.raises(CalendarError, match=r"event 3 \(works-begin\): event 1 has this id"):
        read_calendar(path)


def test_many_complaints_are_cut_short(calendar_of, event_table):
    path = calendar_of(*(event_table(id=f'"e{n}"', status='"?"') for n in range(9)))
    with pytest.raises(CalendarError) as refusal:
        read_calendar(path)
    lines = str(refusal.value).splitlines()
    assert len(lines) == 6
    assert lines[-1] == "calendar.toml: and 4 more."


def test_a_file_that_is_not_there_is_refused_naming_a_near_one(write, tmp_path):
    write("calendar.toml", "")
    with pytest.raises(CalendarError, match=r"no such calendar file\. Did you mean 'calendar.toml'"):
        read_calendar(tmp_path / "calender.toml")
    with pytest.raises(CalendarError, match="no such calendar file"):
        read_calendar(tmp_path / "nowhere" / "calendar.toml")


def test_a_folder_and_bytes_that_are_no_text_are_refused(tmp_path):
    with pytest.raises(CalendarError, match="is a folder"):
        read_calendar(tmp_path)
    path = tmp_path / "calendar.toml"
    path.write_bytes(b"name = '\xff\xfe'")
    with pytest.raises(CalendarError, match="not text in UTF-8"):
        read_calendar(path)
    with pytest.raises(CalendarError, match="cannot be read"):
        read_calendar(path / "deeper.toml")


def test_a_theme_that_is_not_there_is_refused_naming_the_nearest(calendar_of, event_table):
    calendar = read_calendar(calendar_of(event_table(themes='["infrastucture"]')))
    member = {"symbol": "7013.T", "role": "named"}
    themes = Themes((Theme.model_validate({"name": "infrastructure", "title": "T", "why": "W", "member": [member]}),))
    with pytest.raises(CalendarError, match=r"event works-begin: 'infrastucture' .* Did you mean 'infrastructure'\?"):
        check_themes(calendar, themes)
    check_themes(read_calendar(calendar_of(event_table())), themes)


def test_ten_thousand_events_load(calendar_of, event_table):
    path = calendar_of(*(event_table(id=f'"e{n}"') for n in range(10_000)))
    assert len(read_calendar(path).events) == 10_000


_FIRST = date(2024, 1, 1)
_DAYS = st.integers(0, 60).map(lambda days: _FIRST + timedelta(days=days))
_KNOWN = st.one_of(
    _DAYS,
    _DAYS.map(lambda day: f"{day:%Y-%m}"),
    st.integers(0, 60 * 24).map(lambda hours: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hours)),
)
_WINDOWS = st.sampled_from(["2024", "2024-03", "../2024-06", "2024-03-05", "2024-02/.."])
_STATUSES = st.sampled_from(["occurred", "scheduled", "cancelled"])


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    events = []
    for number in range(draw(st.integers(0, 5))):
        facts = {
            "id": f"e{number}",
            "title": "T",
            "kind": "k",
            "status": draw(_STATUSES),
            "occurs": draw(_WINDOWS),
            "known_at": draw(_KNOWN),
            "zone": draw(st.sampled_from(["Asia/Seoul", "America/New_York", "UTC"])),
            "themes": [],
        }
        event = Event.model_validate(facts)
        revisions = [
            revision
            for revision in draw(
                st.lists(
                    st.fixed_dictionaries({"known_at": _KNOWN, "occurs": _WINDOWS, "status": _STATUSES}), max_size=3
                )
            )
            if _known(revision, event) > event.known
        ]
        events.append(Event.model_validate(facts | {"revision": revisions}))
    return Calendar("c", None, None, tuple(events), "")


def _known(revision: dict[str, object], event: Event) -> datetime:
    return event.model_copy(update={"known_at": revision["known_at"]}).known


@given(calendars(), st.integers(-24, 70 * 24))
def test_what_was_believed_never_depends_on_what_was_known_later(calendar, hours):
    instant = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    forgetful = tuple(
        event.model_copy(
            update={"revisions": tuple(r for r in event.revisions if _known(r.model_dump(), event) <= instant)}
        )
        for event in calendar.events
        if event.known <= instant
    )
    assert calendar.as_of(instant) == Calendar("c", None, None, forgetful, "").as_of(instant)


@given(calendars(), st.integers(-24, 70 * 24))
def test_an_event_as_of_an_instant_is_its_last_belief_by_then(calendar, hours):
    instant = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    shown = {event.id: (event.window, event.status) for event in calendar.as_of(instant)}
    expected = {}
    for event in calendar.events:
        for belief in event.beliefs:
            if belief.known <= instant:
                expected[event.id] = (belief.occurs, belief.status)
    assert shown == expected
