"""TOML, CSV and iCalendar: written and read with nothing lost."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventfolio.events import check, read_calendar, text_of
from eventfolio.events.calendar import calendar_of
from eventfolio.events.dprk_russia import CALENDAR
from eventfolio.events.errors import CalendarError

FORMATS = ("toml", "csv", "ics")
words = st.text(min_size=1, max_size=30)
slugs = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)
statuses = st.sampled_from(["occurred", "scheduled", "cancelled"])
windows = st.sampled_from(
    [
        *("2024", "2026-06", "2025-04-30", "2025-24", "2025-33", "2025-40", "2026-06~", "2026?", "9999"),
        *("2024-10-08/2024-10-13", "../2026-06", "2026-05/..", "2026%/.."),
    ]
)
offsets = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def _noon(*day: int) -> datetime:
    return datetime(*day, 12)  # noqa: DTZ001 - hypothesis adds the zone


def moments(first: int, last: int):
    """Minutes with any offset, days and months of these years."""
    return st.one_of(
        st.datetimes(_noon(first, 1, 2), _noon(last, 12, 30), timezones=offsets),
        st.dates(date(first, 1, 2), date(last, 12, 30)),
        st.builds("{:04}-{:02}".format, st.integers(first, last), st.integers(1, 12)),
    )


facts = st.dictionaries(
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,10}", fullmatch=True),
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(["", "true", "false", "12", "-1.5e3", '"quoted"', "=1+1", "'0", "0123", "1e999", "null"]),
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
    ),
    min_size=1,
    max_size=4,
)
_news = {"status": statuses, "facts": facts, "note": words, "source": words, "as_written": words}
revisions = st.one_of(
    st.fixed_dictionaries({"known_at": moments(2151, 2199), "occurs": windows}, optional=_news),
    st.fixed_dictionaries({"known_at": moments(2151, 2199), "facts": facts}, optional={"note": words}),
    st.fixed_dictionaries(
        {
            "known_at": st.datetimes(_noon(2151, 1, 2), _noon(2199, 12, 30), timezones=offsets),
            "known_precision": st.just("assumed"),
            "status": statuses,
        }
    ),
)
events = st.fixed_dictionaries(
    {
        "id": slugs,
        "title": words,
        "kind": words,
        "status": statuses,
        "occurs": windows,
        "known_at": moments(1701, 2149),
        "zone": st.sampled_from(["Asia/Seoul", "America/New_York", "UTC", "Europe/Kyiv", "Asia/Kolkata"]),
        "themes": st.lists(slugs, unique=True, max_size=3),
    },
    optional={
        "listings": st.lists(
            st.sampled_from(["AAPL", "036460.KS", "^N225", "KRW=X", "BRK-B", "0700.HK"]), unique=True, max_size=3
        ),
        "facts": facts,
        "direction": st.sampled_from([1, -1]),
        "strength": st.floats(0, 1),
        "episode": slugs,
        "origin": st.sampled_from(["article", "record"]),
        "source": words,
        "confidence": st.sampled_from(["high", "medium", "low"]),
        "note": words,
        "as_written": words,
        "revision": st.lists(revisions, max_size=2),
    },
)
calendars = st.fixed_dictionaries(
    {"schema": st.just(1), "name": words, "event": st.lists(events, max_size=3, unique_by=lambda event: event["id"])},
    optional={
        "recorded": st.dates(date(1800, 1, 1)),
        "article": st.fixed_dictionaries(
            {"title": words},
            optional={
                "author": words,
                "publisher": words,
                "published": st.datetimes(_noon(1800, 1, 1), timezones=offsets),
                "sha256": st.just("a" * 64),
            },
        ),
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables=calendars)
def test_every_format_gives_back_what_was_written(tmp_path, tables):
    calendar = calendar_of(tables, "made up")
    for format in FORMATS:
        again = _written(calendar, tmp_path / f"c.{format}")
        assert again.events == calendar.events
        assert (again.name, again.recorded, again.article) == (calendar.name, calendar.recorded, calendar.article)
        assert text_of(again, "toml") == text_of(calendar, "toml")  # the offset of a time too


@pytest.mark.parametrize("format", FORMATS)
def test_the_packaged_calendar_comes_back_whole(format, tmp_path):
    calendar = read_calendar(CALENDAR)
    again = _written(calendar, tmp_path / f"c.{format}")
    assert (again.events, again.article, again.recorded) == (calendar.events, calendar.article, calendar.recorded)


@pytest.mark.prove
def test_ten_thousand_events_load_and_are_checked(tmp_path):
    """Measured alone: TOML 0.7 s, CSV 0.3 s, check 0.1 s. The limits here leave room for a busy machine."""
    event = {
        "title": "T",
        "kind": "k",
        "status": "occurred",
        "occurs": "2025-04-01",
        "zone": "Asia/Seoul",
        "themes": ["x"],
    }
    known = [datetime(2025, 4, 1 + n % 28, n % 24, n % 60, tzinfo=UTC) for n in range(10_000)]
    tables = {
        "schema": 1,
        "name": "big",
        "event": [{**event, "id": f"e{n}", "known_at": at} for n, at in enumerate(known)],
    }
    calendar = calendar_of(tables, "made up")
    for format in ("toml", "csv"):
        path = tmp_path / f"c.{format}"
        path.write_bytes(text_of(calendar, format).encode())
        assert len(read_calendar(path).events) == 10_000
    assert isinstance(check(calendar), list)


def test_icalendar_holds_what_a_calendar_program_wants(tmp_path):
    from icalendar import Calendar as Component

    raw = text_of(read_calendar(CALENDAR), "ics").encode()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))  # folded, RFC 5545, 3.1
    assert b"\n" not in raw.replace(b"\r\n", b"")
    read = Component.from_ical(raw)
    assert (read["VERSION"], "PRODID" in read) == ("2.0", True)
    parts = {part["UID"]: part for part in read.walk("VEVENT")}
    assert len(parts) == len(read_calendar(CALENDAR).events)
    assert not [error for part in parts.values() for error in part.errors]
    article = parts["article-published"]
    assert article["DTSTAMP"].dt == datetime(2025, 6, 17, 21, 55, tzinfo=UTC)
    assert (article["DTSTART"].dt, "DTEND" in article) == (date(2025, 6, 17), False)
    october = parts["troops-kyiv"]
    assert (october["DTSTART"].dt, october["DTEND"].dt) == (
        date(2024, 10, 1),
        date(2024, 11, 1),
    )  # the end is not included
    assert parts["tumen-bridge-opening"]["DTSTART"].dt == date(2026, 12, 31)  # open before
    assert parts["tumen-bridge-opening"]["STATUS"] == "TENTATIVE"


def test_text_that_a_spreadsheet_would_run_is_put_behind_an_apostrophe(tmp_path, event_table):
    path = tmp_path / "c.toml"
    path.write_text('schema = 1\nname = "=1+1"\n' + event_table(title='"=HYPERLINK(1)"', note='"\'twas"'))
    calendar = read_calendar(path)
    assert "'=HYPERLINK(1)" in text_of(calendar, "csv")
    again = _written(calendar, tmp_path / "c.csv")
    assert (again.name, again.events) == ("=1+1", calendar.events)


BEFORE = ["", "\n", "\r", "\r\n", "\t", " ", "   ", "\n \t", "\u00a0", "\u3000", "\ufeff", "\u200b", "'", "'' "]


@pytest.mark.parametrize("sign", [*"=+-@", *"＝＋－＠", "﹦"])
@pytest.mark.parametrize("before", BEFORE, ids=[ascii(text) for text in BEFORE])
def test_whatever_stands_before_a_formula_it_is_kept_from_running_and_nothing_is_lost(
    tmp_path, event_table, before, sign
):
    text = f"{before}{sign}HYPERLINK(1)"
    quoted = json.dumps(text)
    path = tmp_path / "c.toml"
    path.write_text(
        'schema = 1\nname = "n"\n' + event_table(title=quoted, note=quoted, source=quoted), encoding="utf-8"
    )
    calendar = read_calendar(path)
    assert calendar.events[0].title == text
    written = text_of(calendar, "csv")
    cells = [cell for row in csv.reader(io.StringIO(written, newline="")) for cell in row]
    assert [cell for cell in cells if "HYPERLINK" in cell] == [f"'{text}"] * 3
    assert _written(calendar, tmp_path / "again.csv").events == calendar.events


@pytest.mark.parametrize("text", ["plain", " blank first", "a = b", "'twas", "''", "\nnext line", "1-2", "„= quoted"])
def test_text_that_runs_nowhere_comes_back_too(tmp_path, event_table, text):
    path = tmp_path / "c.toml"
    path.write_text('schema = 1\nname = "n"\n' + event_table(note=json.dumps(text)), encoding="utf-8")
    calendar = read_calendar(path)
    assert _written(calendar, tmp_path / "again.csv").events == calendar.events


HEADER = "id,title,kind,status,occurs,known_at,zone,themes\n"
ROW = "a,A,k,occurred,2025,2025-01-01,UTC,x y\n"


def test_a_csv_of_events_alone_is_a_calendar_named_after_its_file(write):
    calendar = read_calendar(write("mine.csv", HEADER + ROW))
    assert (calendar.name, calendar.events[0].themes) == ("mine", ("x", "y"))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("c.csv", "", "is empty"),
        ("c.csv", HEADER.replace("title", "titel"), "'titel' is not a column of a calendar. Did you mean 'title'?"),
        ("c.csv", HEADER + ROW.replace("2025,", "someday,"), "event 1 (a): occurs 'someday' is not EDTF"),
        ("c.csv", HEADER + ROW.replace("\n", ",more\n"), "line 2: there are more cells than columns"),
        ("c.csv", "row," + HEADER + "evnt," + ROW, "line 2: row 'evnt' should be"),
        ("c.csv", "row," + HEADER + "revision," + ROW, "line 2: a row of kind revision has no 'title'"),
        ("c.csv", HEADER.replace("\n", ",strength\n") + ROW.replace("\n", ",much\n"), "strength 'much' is not"),
        ("c.ics", "hello", "c.ics is not iCalendar"),
        ("c.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nEND:VEVENT\nEND:VCALENDAR", "no X-EVENTFOLIO-KNOWN-AT"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said(write, name, text, words):
    with pytest.raises(CalendarError) as refused:
        read_calendar(write(name, text))
    assert words in str(refused.value)


def _written(calendar, path: Path):
    path.write_bytes(text_of(calendar, path.suffix[1:]).encode())
    return read_calendar(path)
