"""Day 0 of an event: hand-worked on New York's and Seoul's sessions."""

from __future__ import annotations

from datetime import date

import pytest

from eventfolio.engine.day_zero import DAYS, news_of, read_day, session_of
from eventfolio.engine.errors import StudyError
from eventfolio.engine.market.sessions import sessions_of
from eventfolio.engine.schedule import Place
from eventfolio.events import Event

NEW_YORK = Place("MP", sessions_of("XNYS"))
SEOUL = Place("036460.KS", sessions_of("XKRX"))


def event(**changed: object) -> Event:
    """A report dated three weeks before, and released at 07:00 New York time on Tuesday 12 March 2024."""
    table: dict[str, object] = {
        "id": "report",
        "title": "A report",
        "kind": "earnings",
        "status": "scheduled",
        "occurs": "2024-03-12",
        "known_at": "2024-02-20T10:00:00-05:00",
        "zone": "America/New_York",
        "themes": ["t"],
        "revision": [{"known_at": "2024-03-12T07:00:00-04:00", "status": "occurred"}],
    }
    return Event.model_validate(table | changed)


def occurred(known_at: str) -> list[dict[str, object]]:
    return [{"known_at": known_at, "status": "occurred"}]


def day_0(one: Event, place: Place = NEW_YORK) -> dict[str, date | str | None]:
    found = {}
    for day in DAYS:
        news = news_of(one, day)
        found[day] = news if isinstance(news, str) else session_of(news, one, place)
    return found


def test_a_release_before_the_open_is_that_session_s() -> None:
    assert day_0(event()) == {
        "reaction": date(2024, 3, 12),
        "release": date(2024, 3, 12),
        "occurs": date(2024, 3, 12),
        "tradable": date(2024, 2, 21),  # the date was announced at 10:00 of the 20th, after the open
    }


def test_a_release_during_the_session_moves_that_session_and_can_be_traded_the_next() -> None:
    found = day_0(event(revision=occurred("2024-03-12T14:00:00-04:00")))
    assert (found["reaction"], found["release"]) == (date(2024, 3, 12), date(2024, 3, 13))


def test_a_release_at_the_close_moves_the_next_session() -> None:
    at_close = day_0(event(revision=occurred("2024-03-12T16:00:00-04:00")))
    assert at_close["reaction"] == date(2024, 3, 13)  # strictly after
    friday = event(occurs="2024-03-15", revision=occurred("2024-03-15T16:05:00-04:00"))
    assert day_0(friday)["reaction"] == date(2024, 3, 18)
    half_day = event(occurs="2024-07-03", revision=occurred("2024-07-03T13:05:00-04:00"))
    assert day_0(half_day)["reaction"] == date(2024, 7, 5)  # New York shut at 13:00, and on the 4th


def test_each_exchange_reacts_in_its_own_session() -> None:
    found = day_0(event(revision=occurred("2024-03-12T07:00:00-04:00")), SEOUL)
    assert found["reaction"] == date(2024, 3, 13)  # 20:00 in Seoul
    assert found["occurs"] == date(2024, 3, 13)  # 10:00 in New York is after Seoul's close of that date


def test_a_release_known_to_the_date_is_that_date_s_reaction_and_trades_the_day_after() -> None:
    found = day_0(event(revision=occurred("2024-03-12")))
    assert (found["reaction"], found["release"]) == (date(2024, 3, 12), date(2024, 3, 13))


def test_news_recorded_as_occurred_goes_by_its_own_time() -> None:
    plain = event(status="occurred", known_at="2024-03-12T07:00:00-04:00", revision=[])
    assert set(day_0(plain).values()) == {date(2024, 3, 12)}
    saturday = event(status="occurred", known_at="2024-03-09", occurs="2024-03-09", revision=[])
    assert set(day_0(saturday).values()) == {date(2024, 3, 11)}


def test_what_is_not_known_to_have_occurred_counts_as_announced_only_with_a_longer_window() -> None:
    one_day = news_of(event(revision=[]), "reaction")
    assert one_day == "it is not known to have occurred, and its window is one day"
    month = news_of(event(revision=[], occurs="2024-03"), "reaction")
    assert not isinstance(month, str)
    assert not month.is_release
    assert day_0(event(revision=[], occurs="2024-03"))["reaction"] == date(2024, 2, 20)  # while New York traded
    moved = event(occurs="2024-03", revision=[{"known_at": "2024-03-01T07:00:00-05:00", "occurs": "2024-03-12"}])
    assert isinstance(news_of(moved, "reaction"), str)  # the window last believed counts


def test_an_occurrence_said_before_its_own_date_is_passed_over() -> None:
    early = event(revision=occurred("2024-03-11T07:00:00-04:00"))
    assert news_of(early, "reaction") == "it is said to have occurred before its own date, or to the month only"
    later = [*occurred("2024-03-11T07:00:00-04:00"), *occurred("2024-03-12T09:00:00-04:00")]
    assert day_0(event(revision=later))["reaction"] == date(2024, 3, 12)


@pytest.mark.parametrize(
    ("changed", "day", "why"),
    [
        ({"direction": -1}, "reaction", "it is bad news (direction -1)"),
        ({"direction": -1}, "tradable", "it is bad news (direction -1)"),
        ({"status": "occurred", "known_at": "2024-03", "revision": []}, "release", "it is known to the month only"),
        ({"known_at": "2024-02"}, "tradable", "it is known to the month only"),
        ({"status": "cancelled", "revision": []}, "tradable", "it is recorded as cancelled"),
        ({"occurs": "2024-03", "revision": []}, "occurs", "its window is longer than a day"),
        ({"revision": [{"known_at": "2024-03-01", "status": "cancelled"}]}, "occurs", "it was cancelled"),
    ],
)
def test_an_event_without_a_day_0_says_why(changed: dict[str, object], day: str, why: str) -> None:
    assert news_of(event(**changed), read_day(day)) == why


def test_a_member_is_measured_from_the_date_it_stands_for_its_theme() -> None:
    news = news_of(event(), "reaction")
    assert not isinstance(news, str)
    assert session_of(news, event(), Place("MP", NEW_YORK.sessions, date(2024, 2, 20))) == date(2024, 3, 12)
    assert session_of(news, event(), Place("MP", NEW_YORK.sessions, date(2024, 2, 21))) is None


def test_another_word_for_day_0_is_refused() -> None:
    with pytest.raises(StudyError, match=r"'realese' is none of .* Did you mean 'release'\?"):
        read_day("realese")
