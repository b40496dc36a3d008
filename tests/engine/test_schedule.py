"""When news can first be traded, market by market, on real session tables; episodes, revisions and hindsight."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from eventfolio.engine.market.sessions import sessions_of
from eventfolio.engine.schedule import Place, Schedule, first_sessions, make_schedule
from eventfolio.events import Article, Calendar, Event
from eventfolio.strategies.announcement_drift import AnnouncementDrift
from eventfolio.strategies.buy_and_hold import BuyAndHold
from eventfolio.strategies.scheduled_run_up import ScheduledRunUp

START, END = date(2024, 6, 3), date(2026, 6, 30)
PLACES = {
    symbol: Place(symbol, sessions_of(exchange))
    for symbol, exchange in (("SEOUL", "XKRX"), ("TOKYO", "XTKS"), ("HK", "XHKG"), ("SZ", "XSHE"), ("NY", "XNYS"))
}
PUBLISHED = datetime.fromisoformat("2025-06-17T17:55:00-04:00")


def event(known_at: Any, **more: Any) -> Event:
    fields = dict(id="e", title="e", kind="news", status="occurred", occurs="2025-06", zone="UTC", themes=["t"])
    return Event.model_validate({**fields, "known_at": known_at, **more})


def calendar(*events: Event, published: datetime | None = None) -> Calendar:
    article = Article(title="a", published=published) if published else None
    return Calendar("c", None, article, events, "0" * 64)


def schedule(
    *events: Event, strategy: Any = AnnouncementDrift, places: tuple[str, ...] = ("SEOUL",), **more: Any
) -> Schedule:
    params = more.pop("params", {})
    published = more.pop("published", None)
    plan, _ = strategy.resolve(**params)
    members = {"t": tuple(PLACES[name] for name in places)}
    return make_schedule(calendar(*events, published=published), plan, members, START, END, **more)


def days(made: Schedule) -> list[date]:
    return [PLACES[t.listing].sessions.dates[t.session].astype(object) for t in made.triggers]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("known_at", "expected"),
    [
        # the article, 17:55 in New York: every market on the 18th, New York (shut on the 19th) before its holiday
        ("2025-06-17T17:55:00-04:00", {"SEOUL": 18, "TOKYO": 18, "HK": 18, "SZ": 18, "NY": 18}),
        # 11:07 UTC: after Asia's closes, before New York's open at 13:30
        ("2025-06-17T11:07:00+00:00", {"SEOUL": 18, "TOKYO": 18, "HK": 18, "SZ": 18, "NY": 17}),
        # at New York's open exactly: not before it
        ("2025-06-17T13:30:00+00:00", {"SEOUL": 18, "NY": 18}),
        ("2025-06-17T13:29:59+00:00", {"NY": 17}),
        # a Saturday waits for Monday
        ("2025-06-14T12:00:00+00:00", {"SEOUL": 16, "NY": 16}),
        # after New York's close on the 18th: Juneteenth is skipped
        ("2025-06-18T20:00:00+00:00", {"SEOUL": 19, "NY": 20}),
    ],
)
def test_news_trades_at_the_first_open_after_it(known_at: str, expected: dict[str, int]) -> None:
    found = first_sessions(event(at(known_at)), PLACES.values())
    assert {name: found[name].day for name in expected} == expected


def test_news_of_a_day_is_known_at_its_end() -> None:
    assert days(schedule(event(date(2025, 6, 16), zone="Asia/Seoul"))) == [date(2025, 6, 17)]
    # the end of a New York day is 13:00 the next day in Seoul, after its open
    assert days(schedule(event(date(2025, 6, 16), zone="America/New_York"))) == [date(2025, 6, 18)]


def test_an_exam_day_opens_an_hour_late() -> None:
    news = event(at("2025-11-13T09:30:00+09:00"))  # the open that day is 10:00
    assert days(schedule(news)) == [date(2025, 11, 13)]


def test_a_month_or_bad_news_or_a_cancellation_never_triggers() -> None:
    assert days(schedule(event("2025-06"))) == []
    assert days(schedule(event(at("2025-06-16T00:00:00Z"), direction=-1))) == []
    assert days(schedule(event(at("2025-06-16T00:00:00Z"), status="cancelled"))) == []


def test_a_scheduled_event_announces_like_any_other() -> None:
    assert days(schedule(event(at("2025-06-16T12:00:00Z"), status="scheduled", occurs="2026-06"))) == [
        date(2025, 6, 17)
    ]


def test_a_trigger_counts_only_in_the_window() -> None:
    assert days(schedule(event(at("2024-05-31T12:00:00Z")))) == [date(2024, 6, 3)]  # known before, tradable in it
    assert days(schedule(event(at("2024-05-30T12:00:00Z")))) == []
    assert days(schedule(event(at("2026-06-30T12:00:00Z")))) == []


def test_an_episode_triggers_once_on_the_first_event_the_run_allows() -> None:
    first = event(at("2025-06-16T12:00:00Z"), id="first", episode="x")
    second = event(at("2025-06-18T12:00:00Z"), id="second", episode="x")
    assert [t.event_id for t in schedule(first, second).triggers] == ["first"]
    honest = schedule(first, second, published=PUBLISHED, point_in_time=True)
    assert [t.event_id for t in honest.triggers] == ["second"]


def test_hindsight_is_what_was_known_before_the_article() -> None:
    before, after = event(at("2025-06-16T12:00:00Z"), id="before"), event(at("2025-06-18T12:00:00Z"), id="after")
    made = schedule(before, after, event(PUBLISHED, id="itself"), published=PUBLISHED)
    assert {t.event_id: t.hindsight for t in made.triggers} == {"before": True, "itself": False, "after": False}


def test_a_run_up_enters_lead_sessions_before_the_window_believed() -> None:
    planned = event(at("2025-05-01T12:00:00Z"), status="scheduled", occurs="2025-06-18")
    made = schedule(planned, strategy=ScheduledRunUp, params={"lead": 2})
    # Seoul's sessions before Wednesday the 18th: Tuesday the 17th, Monday the 16th
    assert days(made) == [date(2025, 6, 16)]
    assert made.triggers[0].until == PLACES["SEOUL"].sessions.on_or_after(date(2025, 6, 18))


def test_a_run_up_known_late_enters_at_once_while_its_reference_is_ahead() -> None:
    late = event(at("2025-06-16T12:00:00Z"), status="scheduled", occurs="2025-06-18")
    assert days(schedule(late, strategy=ScheduledRunUp)) == [date(2025, 6, 17)]
    too_late = event(at("2025-06-17T12:00:00Z"), status="scheduled", occurs="2025-06-18")
    assert days(schedule(too_late, strategy=ScheduledRunUp)) == []


def test_an_open_start_gives_no_run_up_and_a_revision_plans_anew() -> None:
    slipping = event(
        at("2025-01-02T12:00:00Z"),
        status="scheduled",
        occurs="../2026-12-31",
        revision=[
            {"known_at": at("2025-03-03T12:00:00Z"), "occurs": "2025-06"},
            {"known_at": at("2025-05-12T12:00:00Z"), "occurs": "2025-09"},
        ],
    )
    made = schedule(slipping, strategy=ScheduledRunUp, params={"lead": 10})
    # the June plan would have entered ten sessions before 2025-06-02, on 2025-05-19; by then September was believed,
    # and ten sessions before Monday 2025-09-01 (no holiday between) is 2025-08-18
    assert days(made) == [date(2025, 8, 18)]
    assert made.triggers[0].known_at == datetime(2025, 5, 12, 12, tzinfo=UTC)
    assert [r.leaves is None for r in made.revisions] == [False, False]


def test_a_cancellation_takes_a_run_up_back() -> None:
    off = event(
        at("2025-01-02T12:00:00Z"),
        status="scheduled",
        occurs="2025-06",
        revision=[{"known_at": at("2025-05-28T12:00:00Z"), "status": "cancelled"}],
    )
    made = schedule(off, strategy=ScheduledRunUp, params={"lead": 10})
    assert days(made) == [date(2025, 5, 19)]
    assert [(r.leaves, PLACES["SEOUL"].sessions.dates[r.session].astype(object)) for r in made.revisions] == [
        (None, date(2025, 5, 29))
    ]


def test_buy_and_hold_needs_no_event_and_point_in_time_starts_with_the_article() -> None:
    assert days(schedule(strategy=BuyAndHold)) == [START]
    assert days(schedule(strategy=BuyAndHold, published=PUBLISHED, point_in_time=True)) == [date(2025, 6, 18)]


def test_news_names_a_member_from_the_date_since_on_by_the_events_own_clock() -> None:
    """15:30 UTC on the 17th is half past midnight of the 18th in Seoul; a date alone is its own date, not the next."""
    plan, _ = AnnouncementDrift.resolve()
    since = Place("SEOUL", PLACES["SEOUL"].sessions, date(2025, 6, 18))
    news = calendar(
        event(at("2025-06-17T12:00:00Z"), zone="Asia/Seoul", id="before"),
        event(at("2025-06-17T15:30:00Z"), zone="Asia/Seoul", id="after"),
        event(date(2025, 6, 17), zone="Asia/Seoul", id="dated-before"),
        event(date(2025, 6, 18), zone="Asia/Seoul", id="dated-after"),
    )
    made = make_schedule(news, plan, {"t": (since,)}, START, END)
    assert [t.event_id for t in made.triggers] == ["after", "dated-after"]
    assert [one.id for one in news.events if first_sessions(one, [since])] == ["after", "dated-after"]


def test_an_event_names_its_members_by_the_date_it_became_known_whatever_is_believed_later() -> None:
    """Planned on 2 June, before the member's date, and moved on 10 June, after it: neither plan names it."""
    since = Place("SEOUL", PLACES["SEOUL"].sessions, date(2025, 6, 5))
    planned = event(
        at("2025-06-02T12:00:00Z"),
        status="scheduled",
        occurs="2025-06-20",
        revision=[{"known_at": at("2025-06-10T12:00:00Z"), "occurs": "2025-06-27"}],
    )
    plan, _ = ScheduledRunUp.resolve(lead=3)
    made = make_schedule(calendar(planned), plan, {"t": (since,)}, START, END)
    assert (made.triggers, made.revisions) == ((), ())
    named = Place("SEOUL", PLACES["SEOUL"].sessions, date(2025, 6, 2))
    made = make_schedule(calendar(planned), plan, {"t": (named,)}, START, END)
    assert days(made) == [date(2025, 6, 24)]


@pytest.mark.parametrize("order", [("early", "late"), ("late", "early")])
def test_a_listing_of_two_themes_stands_for_each_from_that_themes_own_date(order: tuple[str, str]) -> None:
    """SEOUL is of "early" always, of "late" from the 18th; a lot without an event is of the first in the file."""
    sessions = PLACES["SEOUL"].sessions
    places = {"early": Place("SEOUL", sessions), "late": Place("SEOUL", sessions, date(2025, 6, 18))}
    members = {theme: (places[theme],) for theme in order}
    news = calendar(
        event(at("2025-06-10T12:00:00Z"), id="first", themes=["late", "early"]),
        event(at("2025-06-19T12:00:00Z"), id="second", themes=["late", "early"]),
    )
    plan, _ = AnnouncementDrift.resolve()
    made = make_schedule(news, plan, members, START, END)
    assert {(t.event_id, t.theme) for t in made.triggers} == {
        ("first", "early"),
        ("second", "early"),
        ("second", "late"),
    }
    held, _ = BuyAndHold.resolve()
    (start,) = make_schedule(news, held, members, START, END).triggers
    assert (days(Schedule((start,))), start.theme) == ([START], order[0])
