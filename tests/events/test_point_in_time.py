"""What a calendar shows as of an instant depends on nothing known later."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from eventfolio.events.calendar import Calendar
from eventfolio.events.event import Event, Revision

START = datetime(2025, 1, 1, tzinfo=UTC)
hours = st.integers(0, 24 * 365)
windows = st.sampled_from(["2025", "2025-06", "../2026-06", "2026-05/..", "2025-06-17", "2026-06~"])
statuses = st.sampled_from(["occurred", "scheduled", "cancelled"])


@st.composite
def known(draw, after: int = 0):
    """A minute, a day or a month from so many hours on."""
    moment = START + timedelta(hours=after + draw(hours))
    form = draw(st.sampled_from(["minute", "day", "month"]))
    return moment if form == "minute" else moment.date() if form == "day" else f"{moment:%Y-%m}"


@st.composite
def calendars(draw):
    events = []
    for number in range(draw(st.integers(1, 4))):
        revisions = draw(
            st.lists(
                st.builds(Revision, known_at=known(after=24 * 400), occurs=windows, status=statuses, note=st.just("n")),
                max_size=3,
            )
        )
        events.append(
            Event(
                id=f"e{number}",
                title="T",
                kind="k",
                status=draw(statuses),
                occurs=draw(windows),
                zone=draw(st.sampled_from(["Asia/Seoul", "America/New_York"])),
                known_at=draw(known()),
                themes=(),
                revision=tuple(revisions),
            )
        )
    return Calendar("c", date(2027, 1, 1), None, tuple(events), "")


def until(calendar: Calendar, instant: datetime) -> Calendar:
    """The calendar as somebody would have had it who wrote it at that instant."""
    kept = []
    for event in calendar.events:
        if event.known <= instant:
            kept.append(
                event.model_copy(
                    update={"revisions": tuple(revision for when, revision in event.revised() if when <= instant)}
                )
            )
    return Calendar(calendar.name, calendar.recorded, None, tuple(kept), "")


@settings(max_examples=200, deadline=None)
@given(calendar=calendars(), first=st.integers(0, 24 * 900), later=st.integers(1, 24 * 900))
def test_what_is_shown_at_an_instant_is_the_same_whatever_becomes_known_later(calendar, first, later):
    t1, t2 = START + timedelta(hours=first), START + timedelta(hours=first + later)
    assert calendar.as_of(t1) == until(calendar, t2).as_of(t1) == until(calendar, t1).as_of(t1)


@settings(max_examples=100, deadline=None)
@given(calendar=calendars(), hour=st.integers(0, 24 * 900))
def test_nothing_shown_was_known_later_and_each_shows_its_last_belief(calendar, hour):
    instant = START + timedelta(hours=hour)
    shown = {event.id: event for event in calendar.as_of(instant)}
    for event in calendar.events:
        beliefs = [belief for belief in event.beliefs if belief.known <= instant]
        assert (event.id in shown) == bool(beliefs)
        if beliefs:
            assert (shown[event.id].window, shown[event.id].status) == (beliefs[-1].occurs, beliefs[-1].status)
            assert not shown[event.id].revisions
