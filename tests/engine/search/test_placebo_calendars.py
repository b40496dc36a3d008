"""A placebo's calendars, put together as arrays, are the schedules of the moved calendars, trigger by trigger."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eventfolio.engine.execution.packing import pack_schedule
from eventfolio.engine.schedule import make_schedule
from eventfolio.engine.search.kernel_placebo import Layout, Source
from eventfolio.engine.search.placebo_draws import drawn
from eventfolio.engine.search.placebo_filters import RealFacts
from eventfolio.engine.search.placebo_ground import Ground, ground_of
from eventfolio.engine.search.setup import StrategySetup, make_setup
from eventfolio.engine.study.study import load_study
from eventfolio.events import Event, Member, Theme, Themes
from eventfolio.events.dprk_russia import STUDY

START, END = date(2025, 1, 6), date(2025, 12, 19)
LISTINGS = ("036460.KS", "7013.T", "0883.HK", "REMX")
CLASSES = {
    "Told": 'trigger = Announcement()\n    only = (Where("size", ">", "least"),)',
    "Happened": 'trigger = Release()\n    only = (Where("size", ">", "least"),)',
    "Ahead": 'trigger = RunUp("lead")\n    only = (Where("size", ">", "least"),)',
    "Through": 'trigger = RunUp("lead", "through")\n    size = Slots("weight", "slots")',
    "Begun": 'trigger = Occurrence()\n    only = (Where("size", ">", "least"),)',
    "ToldAtClose": 'entry = AtClose("cutoff")\n    only = (Where("size", ">", "least"),)',
    "HappenedAtClose": 'trigger = Release()\n    entry = AtClose("cutoff")\n    size = Slots("weight", "slots")',
    "ThroughAtClose": 'trigger = RunUp("lead", "through")\n    entry = AtClose("cutoff")',
    "BegunAtClose": 'trigger = Occurrence()\n    entry = AtClose("cutoff")',
}


def event(number: int, rng: np.random.Generator) -> Event:
    """Made up: known to the minute or the date, with up to three revisions of window, status or facts."""
    zone = str(rng.choice(["UTC", "America/New_York", "Asia/Seoul"]))
    moment = datetime.combine(START, datetime.min.time(), UTC) + timedelta(minutes=int(rng.integers(-20_000, 500_000)))
    window = moment.date() + timedelta(days=int(rng.integers(-2, 45)))
    themes = tuple(theme for theme in ("asia", "both") if rng.random() < 0.6)
    given: dict[str, Any] = {
        "id": f"e{number:02}", "title": "made up", "kind": "news", "zone": zone,
        "status": str(rng.choice(["occurred", "scheduled", "scheduled", "cancelled"], p=[0.3, 0.3, 0.35, 0.05])),
        "occurs": ("" if rng.random() < 0.8 else "../") + window.isoformat(), "themes": themes,
        "known_at": moment.date() if rng.random() < 0.2 else moment,
        "listings": [LISTINGS[int(rng.integers(len(LISTINGS)))]] if rng.random() < 0.5 or not themes else [],
        "facts": {"size": float(rng.normal(0.5))} if rng.random() < 0.8 else {},
        "episode": f"story-{rng.integers(3)}" if rng.random() < 0.3 else None,
    }  # fmt: skip
    revisions = []
    for _ in range(int(rng.integers(0, 4))):
        moment += timedelta(minutes=int(rng.integers(2_000, 40_000)))
        revision: dict[str, Any] = {"known_at": moment.date() if rng.random() < 0.2 else moment}
        if rng.random() < 0.5:
            window += timedelta(days=int(rng.integers(-5, 12)))
            revision["occurs"] = window.isoformat()
        if rng.random() < 0.6:
            revision["status"] = str(rng.choice(["occurred", "occurred", "scheduled", "cancelled"]))
        if rng.random() < 0.5 or len(revision) == 1:
            revision["facts"] = {"size": float(rng.normal(0.5))}
        revisions.append(revision)
    if given["known_at"].__class__ is date and revisions:
        revisions = [one for one in revisions if one["known_at"].__class__ is datetime]
        revisions = [one for one in revisions if one["known_at"].date() > given["known_at"] + timedelta(days=1)]
    return Event.model_validate({**given, "revision": revisions})


def setup_of(name: str, seed: int, folder: Path) -> StrategySetup:
    body = "\n\n".join(
        f"class {one}(EventStrategy):\n    {parts}\n    leave = Leave('hold')\n"
        "    params = dict(hold=7, lead=6, through=2, slots=3, least=0.0, cutoff=20)\n"
        for one, parts in CLASSES.items()
    )
    names = "Announcement, AtClose, EventStrategy, Leave, Occurrence, Release, RunUp, Slots, Where"
    (folder / "mine.py").write_text(f"from eventfolio import {names}\n\n\n{body}")
    rng = np.random.default_rng(seed)
    members = {"asia": LISTINGS[:3], "both": LISTINGS[1:]}
    themes = tuple(
        Theme(
            name=theme, title=theme, why="made up",
            member=tuple(
                Member(symbol=one, role="named", since=date(2025, 4, 1) if rng.random() < 0.3 else None)
                for one in symbols
            ),
        )
        for theme, symbols in members.items()
    )  # fmt: skip
    study = load_study(STUDY).with_options(start=START, end=END)
    calendar = replace(study.calendar, events=tuple(event(number, rng) for number in range(32)))
    study = replace(study, themes=Themes(themes), calendar=calendar, folder=folder)
    return make_setup(study, f"mine.py:{name}")


def plainly(setup: StrategySetup, ground: Ground, row: Any) -> Any:
    """The moved calendar's schedule, as the kernel takes any."""
    study, on = setup.study, ground.on
    judge = RealFacts(study.calendar, setup.plan).judge
    calendar = ground.calendar(row, study.calendar)
    schedule = make_schedule(calendar, setup.plan, on.places, on.start, study.end, judge=judge)
    numbers = {one.id: number for number, one in enumerate(sorted(study.calendar.events, key=lambda one: one.id))}
    return pack_schedule(on.tape, schedule, setup.plan, on.members, numbers)


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.prove) for seed in (2, 3))])
@pytest.mark.parametrize("name", CLASSES)
def test_the_arrays_are_the_schedules_of_the_moved_calendars(name: str, seed: int, tmp_path: Path) -> None:
    setup = setup_of(name, seed, tmp_path)
    ground = ground_of(setup)
    rows = np.vstack([ground.dates.places, drawn(ground.dates, 40, seed)])
    layout = Layout(Source(setup, ground), rows)
    found: Any = layout.calendars(np.arange(len(rows)))
    told = 0
    for number, row in enumerate(rows):
        wanted = plainly(setup, ground, row)
        mine = found.triggers[found.triggers_from[number] : found.triggers_from[number + 1]]
        fields = [one for one in mine.dtype.names if one not in ("number", "theme", "rank")]
        assert mine[fields].tolist() == wanted.triggers[fields].tolist(), (number, row)
        assert np.argsort(mine["rank"]).tolist() == np.argsort(wanted.triggers["rank"]).tolist()
        revised = found.revisions[found.revisions_from[number] : found.revisions_from[number + 1]]
        assert revised.tolist() == wanted.revisions.tolist(), (number, row)
        told += len(mine)
    assert told > 40
    assert len(ground.landings) > 1


@pytest.mark.parametrize("name", CLASSES)
def test_an_event_trades_in_the_window_wherever_it_is_put(name: str, tmp_path: Path) -> None:
    setup = setup_of(name, 1, tmp_path)
    ground = ground_of(setup)
    for landing in ground.landings.values():
        alone = replace(setup.study.calendar, events=(landing.event.model_copy(update={"episode": None}),))
        judge = RealFacts(alone, setup.plan).judge
        seen = {}
        for place in np.flatnonzero(landing.lands)[::5].tolist():
            calendar = replace(alone, events=(landing.at(place).model_copy(update={"episode": None}),))
            made = make_schedule(calendar, setup.plan, ground.on.places, START, END, judge=judge)
            assert made.triggers
            seen[place] = {(one.listing, one.session, one.leaves) for one in made.triggers}
        assert len({str(sorted(one, key=str)) for one in seen.values()}) == len(seen)
