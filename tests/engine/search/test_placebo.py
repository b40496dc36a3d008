"""Placebo calendars: drawn as they should be, played like the real one, the same on any number of processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest
from support import proof

from eventfolio.engine.errors import StudyError
from eventfolio.engine.schedule import Place, first_sessions
from eventfolio.engine.search.kernel_placebo import play_all
from eventfolio.engine.search.placebo import FIGURES, figures, placebo
from eventfolio.engine.search.placebo_dates import Dates
from eventfolio.engine.search.placebo_draws import _dealt, _walked, drawn, shifted
from eventfolio.engine.search.placebo_event import moved, moved_event
from eventfolio.engine.search.placebo_ground import ground_of
from eventfolio.engine.search.process_pool import worker_pool
from eventfolio.engine.search.setup import StrategySetup, make_setup, setup_of
from eventfolio.engine.study.strategy import StrategyEntry
from eventfolio.engine.study.study import load_study
from eventfolio.events import Event, Member, Theme, Themes
from eventfolio.events.dprk_russia import STUDY


@pytest.fixture(scope="module")
def setup() -> StrategySetup:
    return make_setup(STUDY, "announcement-drift", ("hold=5",), themes=("lng", "coal"))


def plain(groups: int, places: tuple[int, ...], room: int) -> Dates:
    """Groups of one event each on one exchange that is in session on every place."""
    sessions = np.tile(np.arange(room)[None, :, None], (groups, 1, 1))
    return Dates(
        tuple((f"e{number}",) for number in range(groups)),
        places,
        np.ones((groups, room), bool),
        sessions,
        sessions,
        sessions[:, :, 0],
    )


def others(dates: Dates, draws: int, seed: int) -> list[tuple[int, ...]]:
    """The placements that count."""
    return [tuple(row) for row in dates.different(drawn(dates, draws, seed)).tolist()]


def traded(event: Event, setup: StrategySetup) -> dict[str, date]:
    """Independent of places: when each listing of the strategy's themes first trades an event's news."""
    themes = [one for one in setup.study.themes.themes if one.name in event.themes and one.name in playing(setup)]
    symbols = {member.symbol for theme in themes for member in theme.members} & set(setup.market.tape.symbols)
    return first_sessions(event, [Place(symbol, setup.market.sessions[symbol]) for symbol in sorted(symbols)])


def playing(setup: StrategySetup) -> set[str]:
    names = set(setup.study.themes.names)
    return names if setup.plan.themes == ("*",) else names & set(setup.plan.themes)


def test_the_real_places_give_the_real_run(setup: StrategySetup) -> None:
    ground = ground_of(setup)
    same = moved(setup.study.calendar, ground.shifts(np.array(ground.dates.places)))
    assert same.events == setup.study.calendar.events


def test_an_event_keeps_its_themes_and_its_revisions_their_distance() -> None:
    setup = make_setup(STUDY, "bridge-run-up")
    ground = ground_of(setup)
    places = (np.array(ground.dates.places) + 40) % ground.dates.sessions
    real = {event.id: event for event in setup.study.calendar.events}
    for event in moved(setup.study.calendar, ground.shifts(places)).events:
        then = real[event.id]
        if event.id not in ground.landings:
            assert event == then
            continue
        assert event != then
        assert event.themes == then.themes
        beliefs = [belief for belief in then.beliefs if belief.known_precision != "month"]
        assert len(event.beliefs) == len(beliefs)
        for now, was in zip(event.beliefs, beliefs, strict=True):
            assert now.known - event.known == was.known - then.known
            assert now.status == was.status
            if was.occurs.start:
                assert now.occurs.start is not None
                assert now.occurs.start - was.occurs.start == event.known - then.known


def test_events_stand_together_where_their_own_listings_can_first_trade_them_together() -> None:
    """The builders' news of 11:07 UTC is New York's of that day; the infrastructure names, all in Asia, trade it the
    next, with the article."""
    dates = ground_of(make_setup(STUDY, "ihi-infrastructure")).dates
    (group,) = (group for group in dates.groups if "article-published" in group)
    assert "kursk-builders" in group
    assert dates.gap > 1


@pytest.mark.parametrize("method", ["random", "shift"])
@pytest.mark.parametrize("strategy", ["announcement-drift", "rare-earths", "kogas-lng", "ihi-infrastructure"])
def test_what_is_shared_and_the_smallest_gap_hold_in_the_sessions_that_trade(strategy: str, method: str) -> None:
    """Held against plain session tables: five exchanges with other holidays, and news before and after their opens."""
    setup = make_setup(STUDY, strategy)
    ground = ground_of(setup)
    dates, real = ground.dates, {event.id: event for event in setup.study.calendar.events}
    rows = dates.different(drawn(dates, 60, 4) if method == "random" else shifted(dates))
    assert len(rows) > 40
    numbers = {symbol: one.dates.astype(object).tolist() for symbol, one in setup.market.sessions.items()}

    def distances(days: dict[str, dict[str, date]]) -> list[int]:
        found = []
        for one, other in combinations(range(len(dates.groups)), 2):
            for a in dates.groups[one]:
                for b in dates.groups[other]:
                    for symbol in set(days[a]) & set(days[b]):
                        table = numbers[symbol]
                        found.append(abs(table.index(days[a][symbol]) - table.index(days[b][symbol])))
        return found

    then = {name: traded(real[name], setup) for name in ground.landings}
    assert dates.gap <= min(distances(then))
    seen = set()
    for row in rows[:: max(1, len(rows) // 60)]:
        calendar = {event.id: event for event in moved(setup.study.calendar, ground.shifts(row)).events}
        now = {name: traded(calendar[name], setup) for name in ground.landings}
        assert min(distances(now)) >= dates.gap
        for group in dates.groups:
            assert len({min(now[name].values()) for name in group}) == 1  # still first traded on one date, none early
            for a, b in combinations(group, 2):
                for symbol in set(then[a]) & set(then[b]):
                    if then[a][symbol] == then[b][symbol]:
                        assert now[a][symbol] == now[b][symbol]
        seen.add(str(sorted((name, sorted(days.items())) for name, days in now.items())))
    assert len(seen) == len(rows[:: max(1, len(rows) // 60)])
    assert str(sorted((name, sorted(days.items())) for name, days in then.items())) not in seen


def one_event(
    known: datetime | date,
    symbols: tuple[str, ...] = ("036460.KS",),
    since: date | None = None,
    zone: str = "UTC",
    **options: Any,
) -> StrategySetup:
    """One piece of news for some listings, in a study that also has REMX, so that Seoul's holidays are dates of it."""
    study = load_study(STUDY).with_options(
        strategies=(StrategyEntry(name="announcement-drift", label="d", params={"hold": 10}),),
        start=date(2025, 9, 1),
        end=date(2025, 11, 28),
    )
    members = [Member(symbol=symbol, role="named", since=since) for symbol in symbols]
    themes = (
        Theme(name="own", title="own", why="made up", member=tuple(members)),
        Theme(name="other", title="other", why="made up", member=(Member(symbol="REMX", role="named"),)),
    )
    event = Event(
        id="news", title="news", kind="news", status="occurred", occurs="2025-10", zone=zone, known_at=known,
        themes=("own",),
    )  # fmt: skip
    study = replace(study, themes=Themes(themes), calendar=replace(study.calendar, events=(event,), article=None))
    return setup_of(study, study.strategies[0], **options)


@pytest.mark.parametrize("engine", ["kernel", "backtrader"])
@pytest.mark.parametrize("method", ["shift", "random"])
def test_one_event_has_as_many_other_calendars_as_its_exchange_has_other_sessions(engine: str, method: str) -> None:
    """Each session of Seoul by itself, its news put an hour before the open by hand: no session counts twice."""
    setup = one_event(datetime.fromisoformat("2025-10-17T08:00:00+09:00"), engine=engine)
    table = setup.market.sessions["036460.KS"]
    days = [day for day in table.dates.astype(object).tolist() if date(2025, 9, 1) <= day <= date(2025, 11, 28)]
    tape = setup.market.tape
    assert len(days) < tape.last - tape.first + 1  # Chuseok: New York trades
    (event,) = setup.study.calendar.events
    results = {}
    for day in days:
        open_ns = int(table.opens[table.dates.astype(object).tolist().index(day)])
        known = datetime.fromtimestamp(open_ns / 1e9 - 3600, tz=event.known.tzinfo)
        results[day] = figures(
            setup.play(replace(setup.study.calendar, events=(event.model_copy(update={"known_at": known}),)))
        )["total_return"]
    real = results.pop(date(2025, 10, 17))
    with worker_pool(setup, 1) as executor:
        found = placebo(setup, executor, method, 3_000, 1)
    assert found.distinct == len(days) - 1
    assert found.real["total_return"] == pytest.approx(real, rel=1e-9)
    assert sorted(found.values[:, 0]) == pytest.approx(sorted(results.values()), rel=1e-9, abs=1e-12)
    as_good = sum(value >= real - 1e-12 for value in results.values())
    assert found.p["total_return"] == pytest.approx((1 + as_good) / len(days))


def test_an_event_of_two_exchanges_has_a_calendar_for_each_date_on_which_one_trades() -> None:
    """News of 10:00 UTC reaches New York that day and Seoul the day after. On Thanksgiving New York is shut, and news
    of the day before is New York's that day: it becomes known at that open, too late for it, and is Seoul's alone."""
    setup = one_event(datetime.fromisoformat("2025-10-15T10:00:00+00:00"), ("036460.KS", "REMX"))
    landing = ground_of(setup).landings["news"]
    by_days = {}
    for day in range(120):
        known = datetime.fromisoformat("2025-08-15T10:00:00+00:00") + timedelta(days=day)
        first = traded(landing.event.model_copy(update={"known_at": known}), setup)
        by_days[min(first.values())] = first  # the last of those, which is just in time
    assert landing.lands.all()
    found = [traded(landing.at(place), setup) for place in range(len(landing.later))]
    dates = [min(first.values()) for first in found]
    assert dates == sorted(set(dates))
    seoul, new_york = (setup.market.sessions[symbol].dates.astype(object).tolist() for symbol in ("036460.KS", "REMX"))
    every = {day for day in (*seoul, *new_york) if date(2025, 9, 1) <= day <= date(2025, 11, 28)}
    assert set(dates) == every
    odd = {}
    for first, day in zip(found, dates, strict=True):
        if day in by_days:
            assert first == by_days[day]
        else:
            odd[day] = first
    assert odd[date(2025, 11, 27)] == {"036460.KS": date(2025, 11, 27), "REMX": date(2025, 11, 28)}
    assert len(odd) == 1


def test_a_late_open_the_session_before_keeps_no_session_from_its_calendar() -> None:
    """Seoul opens at 10:00 on the exam day, 2025-11-13: news of 09:30 would be that day's, so the next day's comes at
    the open itself."""
    landing = ground_of(one_event(datetime.fromisoformat("2025-10-15T09:30:00+09:00"))).landings["news"]
    assert landing.lands.all()
    known = [landing.at(place).known.isoformat() for place in range(len(landing.later))]
    assert known.count("2025-11-13T01:00:00+00:00") == 1
    assert sum(not text.endswith("T00:30:00+00:00") for text in known) == 1


def test_news_moved_to_before_a_listing_stood_for_the_theme_does_not_land() -> None:
    setup = one_event(datetime.fromisoformat("2025-10-15T08:00:00+09:00"), since=date(2025, 10, 13))
    landing = ground_of(setup).landings["news"]
    days = [landing.at(place).known.date() >= date(2025, 10, 12) for place in range(len(landing.later))]
    named = [bool(first_sessions(landing.at(place), [the_place(setup)])) for place in range(len(landing.later))]
    assert landing.lands.tolist() == named
    assert 0 < sum(named) < len(days)
    with worker_pool(setup, 1) as executor:
        found = placebo(setup, executor, "random", 500, 1)
    assert found.distinct == sum(named) - 1


@pytest.mark.parametrize("engine", ["kernel", "backtrader"])
def test_news_of_a_date_is_moved_as_news_of_a_date(engine: str) -> None:
    """KOGAS stands for the theme since Monday 2025-10-20. News of Sunday the 19th is known at the Sunday's end, which
    is Monday's first moment, and still is no news of Monday: its first calendar is that of the 20th, traded on the
    21st. Seoul has 4 + 5 + 4 x 5 = 29 sessions from then to 2025-11-28, one of which is the real one."""
    setup = one_event(date(2025, 10, 22), since=date(2025, 10, 20), zone="Asia/Seoul", engine=engine)
    landing = ground_of(setup).landings["news"]
    known = [landing.at(int(place)).known_at for place in np.flatnonzero(landing.lands)]
    assert known[:5] == [date(2025, 10, day) for day in (20, 21, 22, 23, 26)]
    with worker_pool(setup, 1) as executor:
        found = placebo(setup, executor, "random", 500, 1)
    assert found.distinct == 28


def test_a_date_whose_end_is_another_hour_after_the_clocks_changed_keeps_its_instant() -> None:
    event = one_event(date(2025, 10, 22), zone="America/New_York").study.calendar.events[0]
    day = 86_400_000_000_000
    assert moved_event(event, 3 * day).known_at == date(2025, 10, 25)
    late = moved_event(event, 14 * day)  # clocks went back on 2025-11-02
    assert late.known_at == datetime.fromisoformat("2025-11-06T04:00:00+00:00")


def test_facts_and_assumed_times_move_with_the_event_they_are_of() -> None:
    """A revision of facts alone is no belief, and yet moves as many days as the others."""
    event = Event.model_validate(
        {
            "id": "report", "title": "A report", "kind": "earnings", "status": "scheduled", "occurs": "2025-05-08",
            "known_at": "2025-04-10T16:05:00+00:00", "known_precision": "assumed", "zone": "UTC", "themes": ["t"],
            "facts": {"estimate": 1.0},
            "revision": [
                {"known_at": "2025-05-01T12:00:00+00:00", "facts": {"estimate": 1.1}},
                {"known_at": "2025-05-08T16:05:00+00:00", "status": "occurred", "facts": {"surprise": 0.2}},
            ],
        }
    )  # fmt: skip
    late = moved_event(event, 10 * 86_400_000_000_000)
    assert (late.known_precision, late.facts) == ("assumed", {"estimate": 1.0})
    assert [one.known_at.isoformat() for one in late.revisions] == [  # type: ignore[union-attr]
        "2025-05-11T12:00:00+00:00",
        "2025-05-18T16:05:00+00:00",
    ]
    assert [one.facts for one in late.revisions] == [{"estimate": 1.1}, {"surprise": 0.2}]
    assert [(belief.status, belief.occurs.start) for belief in late.beliefs] == [
        ("scheduled", date(2025, 5, 18)),
        ("occurred", date(2025, 5, 18)),
    ]


def the_place(setup: StrategySetup) -> Place:
    (place,) = ground_of(setup).on.places["own"]
    return place


def test_an_event_that_triggers_nothing_stays_where_it_is() -> None:
    """Known before its only listing stood for the theme."""
    setup = one_event(datetime.fromisoformat("2025-10-10T08:00:00+09:00"), since=date(2025, 10, 13))
    with pytest.raises(StudyError, match="traded on a date of the window"):
        ground_of(setup)


def test_shifts_keep_the_spacing_and_are_all_there_once() -> None:
    dates = plain(3, (2, 5, 9), 12)
    found = shifted(dates)
    assert len(found) == len({tuple(row) for row in found.tolist()}) == 11
    assert {tuple(np.diff(row) % 12) for row in found.tolist()} == {(3, 4)}
    assert dates.places not in {tuple(row) for row in found.tolist()}


SAMPLERS: list[Callable[[Dates, int, int], Any]] = [
    drawn,
    lambda dates, draws, seed: _dealt(dates, draws, np.random.default_rng(seed)),
    lambda dates, draws, seed: _walked(dates, draws, np.random.default_rng(seed)),
]


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_random_placements_are_uniform_over_all_that_keep_the_smallest_gap(sampler: Any) -> None:
    dates = plain(2, (0, 3), 7)  # gap 3
    allowed = {pair for pair in permutations(range(7), 2) if abs(pair[0] - pair[1]) >= 3}
    assert len(allowed) == 20
    counts = Counter(tuple(row) for row in sampler(dates, 8_000, 2).tolist())
    assert set(counts) == allowed
    assert all(abs(count - 400) < 5 * np.sqrt(400) for count in counts.values())
    assert set(others(dates, 2_000, 1)) == allowed - {(0, 3)}


def holed(shut: dict[int, set[int]], room: int = 9) -> Dates:
    """Group 0 on exchange A, 1 on B, 2 on both; each is shut on some places, where the session is the next one."""
    first = np.full((3, room, 2), -(2**40))
    first -= np.arange(3)[:, None, None] * 2**40
    lands = np.ones((3, room), bool)
    for exchange, closed in shut.items():
        session = np.cumsum([place not in closed for place in range(room)]) - 1
        session = np.array([number + (place in closed) for place, number in enumerate(session)])
        for group in (exchange, 2):
            first[group, :, exchange] = session
        lands[exchange, sorted(closed)] = False
    looks = np.tile(np.arange(room), (3, 1))
    return Dates((("a",), ("b",), ("c",)), (0, 3, 5), lands, first, first, looks)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_where_exchanges_differ_gaps_are_counted_in_the_sessions_of_each(sampler: Any) -> None:
    """Three groups on nine places; A is shut on 4, B on 6 and 7. Everything that is allowed is listed by hand rules."""
    shut = {0: {4}, 1: {6, 7}}
    dates = holed(shut)

    def apart(one: int, other: int, closed: set[int]) -> int:
        low, high = sorted((one, other))
        return sum(place not in closed for place in range(low, high))

    gap = min(apart(0, 5, shut[0]), apart(3, 5, shut[1]), 5 - 3)
    assert dates.gap == gap == 2
    allowed = {
        (a, b, c)
        for a, b, c in permutations(range(9), 3)
        if a not in shut[0]
        and b not in shut[1]
        and min(abs(a - b), abs(b - c), abs(a - c)) >= gap
        and apart(a, c, shut[0]) >= gap
        and apart(b, c, shut[1]) >= gap
    }
    found = Counter(tuple(row) for row in sampler(dates, 30_000, 5).tolist())
    assert set(found) <= allowed
    if sampler is not SAMPLERS[1]:  # dealt dates stand on common places alone
        assert set(found) == allowed
        expected = 30_000 / len(allowed)
        assert all(abs(count - expected) < 5 * np.sqrt(expected) for count in found.values())


def test_many_dates_on_exchanges_that_differ_are_drawn_too() -> None:
    """Ninety dates on 120 places, some of which are shut to each: too many to be tried, too unlike to be dealt."""
    groups, room = 90, 120
    lands = np.ones((groups, room), bool)
    lands[0::3, ::10] = lands[1::3, 5::10] = False
    lands[2::3] = lands[0] & lands[1]
    places: list[int] = []
    for group in np.argsort(lands.sum(axis=1), kind="stable"):
        places.append(next(int(one) for one in np.flatnonzero(lands[group]) if one not in places))
    order = np.argsort(places)
    dates = plain(groups, tuple(sorted(places)), room)
    lands = lands[np.argsort(lands.sum(axis=1), kind="stable")][order]
    far = -(np.arange(groups)[:, None, None] + 1) * 2**40 * np.ones((1, room, 1), np.int64)
    dates = replace(dates, lands=lands, first=far, last=far)
    found = drawn(dates, 300, 2)
    assert found.shape == (300, groups)
    assert dates.keeps(found, dates.gap).all()
    assert all(len(set(row)) == groups for row in found.tolist())
    stayed = (found == np.array(dates.places)).mean()
    assert stayed < 4 / room  # one place in a hundred or so is the real one, as chance would have it


def test_calendars_that_trade_alike_count_once_and_the_real_one_never() -> None:
    looks = np.array([[0, 0, 1, 2, 2]])
    dates = replace(plain(1, (1,), 5), looks=looks)
    assert others(dates, 500, 1) != []
    assert sorted(looks[0, place] for (place,) in others(dates, 500, 1)) == [1, 2]


def test_a_calendar_without_room_for_another_has_none() -> None:
    full = plain(4, (0, 1, 2, 3), 4)
    assert len(others(full, 500, 1)) == 23  # the dates change places
    alone = replace(full, lands=np.eye(4, dtype=bool))
    assert others(alone, 500, 1) == []


def test_a_seed_is_an_answer() -> None:
    dates = plain(2, (10, 30), 200)
    assert (drawn(dates, 50, 3) == drawn(dates, 50, 3)).all()
    assert (drawn(dates, 50, 3) != drawn(dates, 50, 4)).any()


def test_p_counts_the_real_calendar_among_those_at_least_as_good(setup: StrategySetup) -> None:
    with worker_pool(setup, 1) as executor:
        found = placebo(setup, executor, "random", 25, 1)
    assert found.distinct == 25
    for column, name in enumerate(FIGURES):
        better = int((found.values[:, column] >= found.real[name] - 1e-12).sum())
        assert found.p[name] == (1 + better) / 26


@pytest.mark.parametrize("engine", ["kernel", "backtrader"])
def test_the_number_of_processes_or_threads_changes_nothing(engine: str) -> None:
    setup = make_setup(STUDY, "announcement-drift", ("hold=5",), engine, themes=("lng", "coal"))
    assert setup.engine == engine
    answers = []
    for jobs in (1, 2, 3):
        with worker_pool(setup, jobs if engine == "backtrader" else 1) as executor:
            answers.append(placebo(setup, executor, "random", 12, 5, threads=jobs))
    assert all((answers[0].values == other.values).all() for other in answers[1:])
    assert answers[0].p == answers[1].p == answers[2].p


DRIFTS = ("announcement-drift", "confirmed-breakout", "event-intensity", "kogas-lng")
RUN_UPS = ("scheduled-run-up", "bridge-run-up")


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("strategy", "method"), [*((s, "random") for s in (*DRIFTS, *RUN_UPS)), *((s, "shift") for s in DRIFTS)]
)
def test_kernel_and_backtrader_give_every_calendar_the_same_figures(strategy: str, method: str) -> None:
    """Shifted by as many sessions as there are: in half a year in `make prove`, in two months in `make test`."""
    first = date(2025, 1, 15) if proof.whole else date(2025, 5, 15)
    window = {"start": first, "end": date(2025, 7, 15)} if method == "shift" else {}
    both = [make_setup(STUDY, strategy, (), engine, **window) for engine in ("kernel", "backtrader")]
    with worker_pool(both[0], 1) as executor:
        kernel = placebo(both[0], executor, method, 12, 3)
    with worker_pool(both[1], 2) as executor:
        slow = placebo(both[1], executor, method, 12, 3)
    assert (kernel.places == slow.places).all()
    np.testing.assert_allclose(kernel.values, slow.values, rtol=1e-9, atol=1e-12)
    assert kernel.real == pytest.approx(slow.real, rel=1e-9)
    assert kernel.p == slow.p
    assert np.ptp(kernel.values[:, 0]) > 0


def test_news_of_one_happening_triggers_once_whatever_order_the_draw_gives_it(setup: StrategySetup) -> None:
    """All events of the theme as one episode: the kernel's calendars, put together, still know which came first."""
    tied = [event.model_copy(update={"episode": "one"}) for event in setup.study.calendar.events]
    study = replace(setup.study, calendar=replace(setup.study.calendar, events=tuple(tied)))
    both = [replace(setup, study=study, engine=engine) for engine in ("kernel", "backtrader")]
    with worker_pool(both[0], 1) as executor:
        kernel, slow = (placebo(one, executor, "random", 15, 8) for one in both)
    np.testing.assert_allclose(kernel.values, slow.values, rtol=1e-9, atol=1e-12)
    with worker_pool(setup, 1) as executor:
        assert placebo(setup, executor, "random", 15, 8).values != pytest.approx(kernel.values)  # the episode mattered


def test_dense_calendars_are_drawn_uniformly_too() -> None:
    """Three of four places: most free placements would use one twice."""
    counts = Counter(tuple(row) for row in drawn(plain(3, (0, 1, 2), 4), 3_000, 1).tolist())
    assert set(counts) == set(permutations(range(4), 3))
    assert all(abs(count - 125) < 5 * np.sqrt(125) for count in counts.values())


def test_a_calendar_with_a_date_nearly_everywhere_is_drawn() -> None:
    """Forty dates that keep eleven sessions between them, in a row that is hardly longer: no free placement would."""
    dates = plain(40, tuple(range(0, 480, 12)), 480)
    found = drawn(dates, 400, 3)
    assert found.shape == (400, 40)
    assert (np.diff(np.sort(found, axis=1)) >= 12).all()
    assert len(others(dates, 400, 3)) == 400


def test_what_trades_no_event_has_no_placebo(setup: StrategySetup) -> None:
    for strategy, options, words in (
        ("buy-and-hold", {}, "trades no events"),
        ("kogas-lng", {"start": setup.study.end}, "traded on a date of the window"),
    ):
        bare = make_setup(STUDY, strategy, **options)  # type: ignore[arg-type]
        with worker_pool(bare, 1) as executor, pytest.raises(StudyError, match=words):
            placebo(bare, executor, "random", 5, 1)


def test_other_methods_and_engines_are_refused(setup: StrategySetup) -> None:
    with worker_pool(setup, 1) as executor, pytest.raises(StudyError, match="'shift'"):
        placebo(setup, executor, "shfit", 5, 1)
    with pytest.raises(StudyError, match="backtrader"):
        make_setup(STUDY, "kogas-lng", engine="backtrade")


def test_conditions_on_facts_are_judged_where_the_news_is_really_tradable_and_then_moved(tmp_path: Any) -> None:
    """The fact turns between Shanghai's open and New York's: only the listings of China act, wherever it is moved."""
    (tmp_path / "mine.py").write_text(
        "from eventfolio import EventStrategy, Leave, Where\n\n\nclass Mine(EventStrategy):\n"
        '    only = (Where("size", ">", "least"),)\n    leave = Leave("hold")\n    params = dict(hold=5, least=0.0)\n'
    )
    study = load_study(STUDY)
    news = Event.model_validate(
        {
            "id": "news", "title": "News", "kind": "news", "status": "occurred", "occurs": "2025-04-10",
            "known_at": "2025-04-10T00:30:00+00:00", "zone": "UTC", "themes": ["rare-earths"], "facts": {"size": 1.0},
            "revision": [{"known_at": "2025-04-10T05:00:00+00:00", "facts": {"size": -1.0}}],
        }
    )  # fmt: skip
    study = replace(study, calendar=replace(study.calendar, events=(news,)), folder=tmp_path)
    setup = make_setup(study, "mine.py:Mine")
    run = setup.play(study.calendar)
    bought = {trigger.listing for trigger in run.schedule.triggers}
    (theme,) = [one for one in study.themes.themes if one.name == "rare-earths"]
    members = {member.symbol for member in theme.members}
    assert bought
    assert "REMX" in members - bought
    ground = ground_of(setup)
    rows = np.array([[ground.dates.places[0]], [ground.dates.places[0] + 20]])
    found = play_all(setup, ground, rows, 1)
    assert found[0, 0] == pytest.approx(run.metrics["total_return"], rel=1e-12)
    moved_run = setup.play(moved(study.calendar, ground.shifts(rows[1])))
    assert found[1, 0] == pytest.approx(moved_run.metrics["total_return"], rel=1e-12)
