"""Events and what was believed of them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from eventfolio.events import Event


def make(**changed: object) -> Event:
    facts: dict[str, object] = {
        "id": "opening",
        "title": "A bridge opens",
        "kind": "infrastructure",
        "status": "scheduled",
        "occurs": "2026-06",
        "known_at": date(2025, 6, 2),
        "zone": "Asia/Seoul",
        "themes": ["infrastructure"],
    }
    return Event.model_validate(facts | changed)


LATER = {"known_at": date(2025, 9, 5), "occurs": "2026-09"}
CANCELLED = {"known_at": date(2026, 1, 10), "status": "cancelled"}


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_what_a_file_leaves_out_has_its_default():
    event = make()
    assert (event.direction, event.strength, event.origin) == (1, 1.0, "record")
    assert (event.episode, event.source, event.confidence, event.note, event.as_written) == (None,) * 5
    assert event.revisions == ()


def test_without_revisions_there_is_one_belief():
    (belief,) = make().beliefs
    assert belief.known == utc(2025, 6, 2, 15)
    assert belief.known_precision == "day"
    assert belief.occurs.start == date(2026, 6, 1)
    assert belief.status == "scheduled"


def test_a_revision_changes_what_it_gives_and_keeps_the_rest():
    first, second, third = make(revision=[LATER, CANCELLED]).beliefs
    assert [str(first.occurs), str(second.occurs), str(third.occurs)] == ["2026-06", "2026-09", "2026-09"]
    assert [first.status, second.status, third.status] == ["scheduled", "scheduled", "cancelled"]


def test_revisions_count_in_the_order_they_were_known_not_written():
    assert make(revision=[CANCELLED, LATER]).beliefs == make(revision=[LATER, CANCELLED]).beliefs


def test_a_revisions_date_ends_in_the_zone_of_its_event():
    event = make(zone="America/New_York", revision=[LATER])
    assert event.beliefs[1].known == utc(2025, 9, 6, 4)


@pytest.mark.parametrize("known_at", [date(2025, 6, 2), date(2025, 6, 1), "2025-05", "2025-06-02T23:59:00+09:00"])
def test_a_revision_that_is_not_later_than_its_event_is_refused(known_at):
    with pytest.raises(ValidationError, match="is not later"):
        make(revision=[LATER | {"known_at": known_at}])


def test_a_revision_that_says_nothing_is_refused():
    with pytest.raises(ValidationError, match="gives occurs, status, or facts"):
        make(revision=[{"known_at": date(2025, 9, 5)}])


@pytest.mark.parametrize(
    ("changed", "announces"),
    [
        ({}, True),
        ({"status": "occurred"}, True),
        ({"known_at": "2025-06-02T12:00:00Z"}, True),
        ({"status": "cancelled"}, False),
        ({"direction": -1}, False),
        ({"known_at": "2025-06"}, False),
        ({"revision": [CANCELLED]}, True),  # its news was good when it was news
    ],
)
def test_good_news_known_to_the_day_announces(changed, announces):
    assert make(**changed).announces is announces


def test_as_of_before_it_is_known_there_is_no_event():
    assert make().as_of(utc(2025, 6, 2, 14, 59)) is None
    assert make().as_of(utc(2025, 6, 2, 15)) is not None


def test_as_of_an_instant_only_the_revisions_known_by_then_count():
    event = make(as_written="June", revision=[LATER | {"as_written": "September"}, CANCELLED])
    early, middle, late = (event.as_of(utc(*day)) for day in ((2025, 7, 1), (2025, 10, 1), (2026, 2, 1)))
    assert (early.occurs, early.status, early.as_written) == ("2026-06", "scheduled", "June")
    assert (middle.occurs, middle.status, middle.as_written) == ("2026-09", "scheduled", "September")
    assert (late.occurs, late.status, late.as_written) == ("2026-09", "cancelled", "September")
    assert early.revisions == middle.revisions == late.revisions == ()
    assert str(middle.window) == "2026-09"


def test_a_bare_date_may_stand_for_the_day_it_happens():
    assert make(occurs=date(2026, 6, 30)).occurs == "2026-06-30"


def test_an_event_cannot_be_changed():
    with pytest.raises(ValidationError):
        make().title = "Another"
