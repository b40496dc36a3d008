"""A placebo lands what its strategy acts on: a release on its day, a run-up by the date it waits for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eventfolio.engine.search.kernel_placebo import play_all
from eventfolio.engine.search.placebo import figures, placebo
from eventfolio.engine.search.placebo_event import moved
from eventfolio.engine.search.placebo_filters import RealFacts
from eventfolio.engine.search.placebo_ground import ground_of
from eventfolio.engine.search.process_pool import worker_pool
from eventfolio.engine.search.setup import StrategySetup, make_setup
from eventfolio.engine.study.study import load_study
from eventfolio.events import Event, Member, Theme, Themes
from eventfolio.events.dprk_russia import STUDY

START, END = date(2025, 9, 1), date(2025, 11, 28)
CODE = """from eventfolio import Announcement, AtClose, EventStrategy, Leave, Occurrence, Release, RunUp, Where


class Happened(EventStrategy):
    trigger = Release()
    leave = Leave("hold")
    params = dict(hold=5)


class HappenedAtClose(Happened):
    entry = AtClose("cutoff")
    params = dict(hold=5, cutoff=0)


class Ahead(EventStrategy):
    trigger = RunUp("lead")
    leave = Leave()
    params = dict(lead=5)


class OnTheDay(EventStrategy):
    trigger = Occurrence()
    leave = Leave("hold")
    params = dict(hold=3)


class GoodAhead(Ahead):
    only = (Where("size", ">", "least"),)
    params = dict(lead=5, least=0.0)


class GoodHappened(Happened):
    only = (Where("size", ">", "least"),)
    params = dict(hold=5, least=0.0)
"""


def report(name: str = "report", **fields: Any) -> Event:
    """Announced on 2025-08-01 for Friday 2025-10-17, and published that morning, an hour before Seoul opens."""
    given = {
        "id": name, "title": "A report", "kind": "earnings", "status": "scheduled", "occurs": "2025-10-17",
        "zone": "Asia/Seoul", "known_at": "2025-08-01T12:00:00+09:00", "themes": ["own"],
        "revision": [{"known_at": "2025-10-17T08:00:00+09:00", "status": "occurred"}],
    }  # fmt: skip
    return Event.model_validate(given | fields)


def setup_of(
    name: str, folder: Path, *events: Event, symbols: tuple[str, ...] = ("036460.KS",), engine: str = "kernel"
) -> StrategySetup:
    (folder / "mine.py").write_text(CODE)
    study = load_study(STUDY).with_options(start=START, end=END)
    members = tuple(Member(symbol=symbol, role="named") for symbol in symbols)
    themes = (
        Theme(name="own", title="own", why="made up", member=members),
        Theme(name="other", title="other", why="made up", member=(Member(symbol="REMX", role="named"),)),
    )
    calendar = replace(study.calendar, events=events, article=None)
    study = replace(study, themes=Themes(themes), calendar=calendar, folder=folder)
    return make_setup(study, f"mine.py:{name}", engine=engine)


def seoul(setup: StrategySetup) -> list[date]:
    days: list[date] = setup.market.sessions["036460.KS"].dates.astype(object).tolist()
    return [day for day in days if START <= day <= END]


def by_hand(setup: StrategySetup, event: Event, name: str) -> dict[tuple[date, ...], dict[str, float]]:
    """Independent of places: the event moved by every number of days that matters, and what its lots then do.

    By the sessions in which a lot was bought and sold; those in which none was bought are left out.
    """
    found = {}
    for days in range(-60, 60):
        by = timedelta(days=days)
        later = event.model_copy(
            update={
                "known_at": event.known_at + by,  # type: ignore[operator]
                "occurs": (event.window.start + by).isoformat(),  # type: ignore[operator]
                "revisions": tuple(
                    one.model_copy(update={"known_at": one.known_at + by})  # type: ignore[operator]
                    for one in event.revisions
                ),
            }
        )
        run = setup.play(replace(setup.study.calendar, events=(later,)))
        lots = run.trades
        if len(lots) and (name != "Ahead" or START <= date.fromisoformat(later.occurs) <= END):
            found[tuple(lots["entry_session"]) + tuple(lots["exit_session"])] = figures(run)
    return found


@pytest.mark.parametrize(
    ("engine", "name", "places"),
    [
        pytest.param(engine, *case, marks=[] if engine == "kernel" or case[0] == "Ahead" else [pytest.mark.prove])
        for engine in ("kernel", "backtrader")
        for case in (("Happened", 0), ("Ahead", 5), ("OnTheDay", 0))
    ],
)
def test_each_session_is_one_calendar_of_what_the_strategy_acts_on(
    name: str, places: int, engine: str, tmp_path: Path
) -> None:
    """Seoul has 22 + 18 + 20 = 60 sessions in the three months; a run-up of five sessions has five fewer, as it would
    begin before the window."""
    setup = setup_of(name, tmp_path, report(), engine=engine)
    days = seoul(setup)
    results = by_hand(setup, report(), name)
    assert len(days) == 60
    assert len(results) == 60 - places
    real = figures(setup.play(setup.study.calendar))["total_return"]
    with worker_pool(setup, 1) as executors:
        found = placebo(setup, executors, "random", 3_000, 1)
    assert found.distinct == len(results) - 1
    assert found.real["total_return"] == pytest.approx(real, rel=1e-9)
    others = sorted(one["total_return"] for one in results.values())
    others.remove(min(others, key=lambda value: abs(value - real)))
    assert sorted(found.values[:, 0]) == pytest.approx(others, rel=1e-9, abs=1e-12)
    as_good = sum(value >= real - 1e-12 for value in others)
    assert found.p["total_return"] == pytest.approx((1 + as_good) / (1 + len(others)))


def test_a_release_moves_rigidly_and_lands_on_its_place(tmp_path: Path) -> None:
    """By hand: from Friday 17 October to Monday 3 November are 17 days, by which all of it moves."""
    setup = setup_of("Happened", tmp_path, report())
    ground = ground_of(setup)
    days = seoul(setup)
    later = ground.landings["report"].at(ground.dates.places[0] + 11)
    assert days[days.index(date(2025, 10, 17)) + 11] == date(2025, 11, 3)
    assert later.known == datetime.fromisoformat("2025-08-18T12:00:00+09:00")
    assert later.window.start == later.window.end == date(2025, 11, 3)
    assert later.revisions[0].known_at == datetime.fromisoformat("2025-11-03T08:00:00+09:00")


def test_a_run_up_lands_by_the_date_last_believed(tmp_path: Path) -> None:
    """First expected for 10 October, then put off to the 17th: the place is the 17th, and all goes along."""
    put_off = report(
        occurs="2025-10-10",
        revision=[{"known_at": "2025-10-02T12:00:00+09:00", "occurs": "2025-10-17"}],
    )
    setup = setup_of("Ahead", tmp_path, put_off)
    ground = ground_of(setup)
    days = seoul(setup)
    sites = ground.clocks.sites({"036460.KS"})
    assert ground.on.tape.dates[sites[ground.dates.places[0]]].astype(object) == date(2025, 10, 17)
    landing = ground.landings["report"]
    for place in np.flatnonzero(landing.lands).tolist():
        event = landing.at(place)
        assert event.beliefs[-1].occurs.start == days[place]
        assert event.beliefs[-1].known - event.known == put_off.beliefs[-1].known - put_off.known


def test_what_never_occurred_stays_where_it_is(tmp_path: Path) -> None:
    """Expected still, or called off, it is no release; a run-up to a date after the window has none to be moved to."""
    events = (report(), report("still-to-come", revision=[]))
    off = report("off", revision=[{"known_at": "2025-10-16T08:00:00+09:00", "status": "cancelled"}])
    ground = ground_of(setup_of("Happened", tmp_path, *events, off))
    assert set(ground.landings) == {"report"}
    after = report("after", occurs="2025-12-03", revision=[])
    assert set(ground_of(setup_of("Ahead", tmp_path, report(), after)).landings) == {"report"}


def test_run_ups_begun_together_move_together(tmp_path: Path) -> None:
    """Both told of on Monday evening, 13 October, for the 17th and the 20th: Tuesday's open is where both begin, and
    they are begun in one session wherever they are put."""
    events = [
        report(name, occurs=day, known_at="2025-10-13T20:00:00+09:00", revision=[])
        for name, day in (("one", "2025-10-17"), ("two", "2025-10-20"))
    ]
    setup = setup_of("Ahead", tmp_path, *events)
    ground = ground_of(setup)
    assert ground.dates.groups == (("one", "two"),)
    places = np.flatnonzero(ground.dates.lands[0]).tolist()
    assert len(places) > 20
    for place in places:
        run = setup.play(ground.calendar(np.array([place]), setup.study.calendar))
        assert {one.session for one in run.schedule.triggers if one.event_id == "one"} == {
            one.session for one in run.schedule.triggers if one.event_id == "two"
        }


@pytest.mark.parametrize(
    ("name", "turns"),
    [("GoodHappened", "2025-10-17T03:00:00+00:00"), ("GoodAhead", "2025-10-10T03:00:00+00:00")],
)
def test_facts_are_judged_where_it_really_acts_and_then_moved(name: str, turns: str, tmp_path: Path) -> None:
    """The fact turns at noon in Seoul of the day acted on, when Seoul has bought and New York has not: Seoul alone
    acts, wherever the event is put, and by both engines. Where it is put on a holiday of Seoul's the facts of that day
    would have had it bought by none."""
    event = report(
        facts={"size": 1.0},
        revision=[
            {"known_at": "2025-10-16T23:00:00+00:00", "status": "occurred"},
            {"known_at": turns, "facts": {"size": -1.0}},
        ],
    )
    setup = setup_of(name, tmp_path, event, symbols=("036460.KS", "REMX"))
    assert {one.listing for one in setup.play(setup.study.calendar).schedule.triggers} == {"036460.KS"}
    ground = ground_of(setup)
    rows = np.flatnonzero(ground.dates.lands[0])[:, None]
    assert len(rows) > 40
    found = play_all(setup, ground, rows, 1)
    judge = RealFacts(setup.study.calendar, setup.plan).judge
    for row, mine in list(zip(rows, found, strict=True))[::6]:
        run = setup.play(moved(setup.study.calendar, ground.shifts(row)), judge)
        assert {one.listing for one in run.schedule.triggers} == {"036460.KS"}
        assert mine[0] == pytest.approx(figures(run)["total_return"], rel=1e-9, abs=1e-12)


def test_what_is_bought_at_the_close_lands_by_the_last_call(tmp_path: Path) -> None:
    """News of 18:30 UTC is in time for New York's close of 20:00 or 21:00 UTC, and so for the close of its own day. On
    Friday 28 November, a half day, the close is at 18:00: there it is known the day before, Thanksgiving."""
    event = report(
        zone="America/New_York",
        known_at="2025-08-01T12:00:00+00:00",
        revision=[{"known_at": "2025-10-17T18:30:00+00:00", "status": "occurred"}],
    )
    setup = setup_of("HappenedAtClose", tmp_path, event, symbols=("REMX",))
    ground = ground_of(setup)
    landing = ground.landings["report"]
    new_york = setup.market.sessions["REMX"].dates.astype(object).tolist()
    days = [day for day in new_york if START <= day <= END]
    assert landing.lands.all()
    assert len(landing.lands) == len(days) == 63
    for place, day in enumerate(days):
        released = landing.at(place).revisions[0].known_at
        assert isinstance(released, datetime)
        wanted = day if day != date(2025, 11, 28) else date(2025, 11, 27)
        assert (released.date(), released.hour, released.minute) == (wanted, 18, 30)
        run = setup.play(ground.calendar(np.array([place]), setup.study.calendar))
        (trigger,) = run.schedule.triggers
        assert new_york[trigger.session] == day
