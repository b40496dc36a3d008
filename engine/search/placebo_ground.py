"""Finds where a placebo's events stand, where else they could, and on which sessions they would trade there.

A place is a date of the window on which some exchange of the events' listings is in session. An event stands on the
first date on which what its strategy acts on may be acted on in one of its listings (`placebo_event`), and moves by
whole days, its time of day kept, so as to stand on another. Where no number of days does that with news, as an
exchange is shut there or opened late on the date before and another would trade it early, it becomes known at the last
of its exchanges' opens before the place: too late for that open. An event stands only where it trades in the window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from eventfolio.engine.errors import StudyError
from eventfolio.engine.run import RunSetup, run_setup
from eventfolio.engine.schedule import Place, Trigger, make_schedule, places_of
from eventfolio.engine.search.placebo_clock import Clock, Plans, clock_of, plans_of
from eventfolio.engine.search.placebo_dates import NOWHERE, Dates
from eventfolio.engine.search.placebo_event import NS_A_DAY, Bools, Ints, MovingEvent, moved, moved_event, moving_event
from eventfolio.engine.search.placebo_filters import RealFacts
from eventfolio.engine.search.setup import StrategySetup
from eventfolio.events import Calendar, Event

_WEEK = 7  # days back that are tried for a way of trading like the real one
_FAR = 2**40  # a column that no session has


@dataclass(frozen=True)
class Landing:
    """Where one event can stand.

    own   : the places of its listings that it really acts on
    later : (places,) ns by which it is moved to stand there; 0 at its own place
    lands : (places,) whether it stands there and trades
    trades : (places, exchanges) session of its first trigger there on each; -1 for none
    is_told_apart : no two places can trade alike: where it stands it trades
    """

    moving: MovingEvent
    own: tuple[Place, ...]
    later: Ints
    lands: Bools
    trades: Ints
    is_told_apart: bool

    @property
    def event(self) -> Event:
        """As it really is."""
        return self.moving.event

    def at(self, place: int) -> Event:
        """The event moved there."""
        return moved_event(self.event, int(self.later[place]))


@dataclass(frozen=True)
class Ground:
    """The events that a placebo moves, and where.

    on       : what the strategy is played on
    landings : of each event that moves, by its id
    """

    on: RunSetup
    clocks: Clocks
    facts: RealFacts
    landings: Mapping[str, Landing]
    dates: Dates

    def shifts(self, row: Ints) -> dict[str, int]:
        """How much later (ns) each event becomes known, for the places of the groups."""
        return {
            name: int(self.landings[name].later[place])
            for group, place in zip(self.dates.groups, row.tolist(), strict=True)
            for name in group
        }

    def calendar(self, row: Ints, real: Calendar) -> Calendar:
        """The calendar with each group of events at its place."""
        return moved(real, self.shifts(row))


def ground_of(setup: StrategySetup) -> Ground:
    """The events that the strategy trades in the window, where they stand and where they could.

    An event that triggers nothing, or does not stand in the window, stays as it is: news of a month, a release that
    never came, a run-up to a date after the window.
    Raises: StudyError where there are none
    """
    if setup.plan.trigger == "start":
        raise StudyError(f"{setup.name} trades no events, so another calendar would change nothing. Choose another.")
    on = run_setup(setup.study, setup.market, setup.plan)
    if on is None:
        raise StudyError("The window holds no session.")
    calendar = setup.study.calendar
    clocks, facts = Clocks(on, setup), RealFacts(calendar, setup.plan)
    standing = [one for one in _standing(calendar, on, clocks, facts) if one.is_in_window]
    if not standing:
        raise StudyError(
            f"No event of {setup.name} is traded on a date of the window. Widen it, or choose other themes."
        )
    sites = clocks.sites({place.listing for one in standing for place in one.own})
    dates, landings = _dates(_grouped(standing), clocks, sites)
    return Ground(on, clocks, facts, landings, dates)


@dataclass(frozen=True)
class _Standing:
    """An event that triggers: through which places, on which column it stands, and where it trades.

    trades : (exchanges,) session of its first trigger on each; -1 for none
    """

    moving: MovingEvent
    own: tuple[Place, ...]
    column: int
    trades: tuple[int, ...]
    is_in_window: bool


def _standing(calendar: Calendar, on: RunSetup, clocks: Clocks, facts: RealFacts) -> list[_Standing]:
    """The events that trigger in the window, by id."""
    plan = clocks.setup.plan
    alone = replace(calendar, events=tuple(event.model_copy(update={"episode": None}) for event in calendar.events))
    schedule = make_schedule(alone, plan, on.places, on.start, clocks.setup.study.end)
    triggers: dict[str, list[Trigger]] = {}
    for trigger in schedule.triggers:
        triggers.setdefault(trigger.event_id, []).append(trigger)
    found = []
    for event in sorted(calendar.events, key=lambda event: event.id):
        if event.id not in triggers or event.known_precision == "month":
            continue
        own = tuple(place for place in places_of(event, on.places) if any(facts.of(event.id, place)))
        moving = moving_event(event, plan, _acts_on_start(triggers[event.id][0], own))
        if moving is None:
            continue
        column = int(clocks.columns(moving, own, _NOW)[0])
        trades = tuple(clocks.trades(moving, own, _NOW)[0].tolist())
        found.append(_Standing(moving, own, column, trades, on.tape.first <= column <= on.tape.last))
    return found


def _acts_on_start(trigger: Trigger, own: Sequence[Place]) -> bool:
    """Whether the session of an occurrence follows from the start believed, and not from the news."""
    place = next(place for place in own if place.listing == trigger.listing)
    assert trigger.event is not None
    belief = next(one for one in trigger.event.beliefs if one.known == trigger.known_at)
    return belief.occurs.start is not None and trigger.session == place.sessions.on_or_after(belief.occurs.start)


def _grouped(standing: Sequence[_Standing]) -> list[list[_Standing]]:
    """Events that stand on one place, or that trade in the same sessions throughout, together; in order of place."""
    groups: list[list[_Standing]] = []
    of_column: dict[int, list[_Standing]] = {}
    of_sessions: dict[tuple[int, ...], list[_Standing]] = {}
    for one in sorted(standing, key=lambda one: one.column):
        group = of_column.get(one.column) or of_sessions.get(one.trades)
        if group is None:
            groups.append(group := [])
        group.append(one)
        of_column[one.column] = of_sessions[one.trades] = group
    return groups


class Clocks:
    """When the exchanges of a tape's listings trade, and what an event asks for on them.

    clocks      : by number of the exchange
    exchange_of : number of a listing's exchange
    """

    def __init__(self, on: RunSetup, setup: StrategySetup) -> None:
        self.on, self.setup, self.tape = on, setup, on.tape
        every = [place for places in on.places.values() for place in places]
        acted = {place.listing: id(place.instants(setup.plan)) for place in every}
        first = {acted[place.listing]: place for place in reversed(every)}  # several exchanges may share theirs
        numbers = {one: number for number, one in enumerate(first)}
        self.clocks: list[Clock] = [clock_of(place, on.tape, setup.plan) for place in first.values()]
        self.exchange_of = {listing: numbers[one] for listing, one in acted.items()}

    def sites(self, listings: set[str]) -> Ints:
        """The columns of the window on which an exchange of these listings is in session."""
        numbers = {self.exchange_of[name] for name in listings}
        columns = np.concatenate([self.clocks[number].columns for number in numbers])
        return np.unique(columns[(columns >= self.tape.first) & (columns <= self.tape.last)])

    def plans(self, moving: MovingEvent, exchange: int, later: Ints) -> Plans:
        """What an event asks for on an exchange at each move."""
        return plans_of(moving, self.clocks[exchange], self.setup.plan, later)

    def named(self, moving: MovingEvent, own: Sequence[Place], later: Ints) -> dict[int, Bools]:
        """By exchange of these places, at which moves one of them is named."""
        since: dict[int, list[date | None]] = {}
        for place in own:
            since.setdefault(self.exchange_of[place.listing], []).append(place.since)
        return {
            number: moving.named(None if None in dates else min(filter(None, dates)), later)
            for number, dates in sorted(since.items())
        }

    def columns(self, moving: MovingEvent, own: Sequence[Place], later: Ints) -> Ints:
        """The first column on which what is acted on may be acted on, at each move."""
        return self._columns(moving, self.named(moving, own, later), later)[0]

    def trades(self, moving: MovingEvent, own: Sequence[Place], later: Ints) -> Ints:
        """(moves, exchanges) session of the first trigger in the window on each exchange; -1 for none."""
        found = np.full((len(later), len(self.clocks)), -1)
        for number, named in self.named(moving, own, later).items():
            found[:, number] = np.where(named, self.plans(moving, number, later).first, -1)
        return found

    def landing(self, one: _Standing, sites: Ints) -> Landing:
        """Move an event to each site: late enough to be just in time for the last of its exchanges there.

        Where it can, it is so early instead that each exchange acts on it as really: on the site, or its session after.
        """
        moving, own, real = one.moving, one.own, int(np.searchsorted(sites, one.column))
        anchors = {number: self.clocks[number].at(sites, moving.by_date) for number in self.named(moving, own, _NOW)}
        later = _just_in_time(moving, anchors, {number: np.ones(len(sites), bool) for number in anchors})
        later[real] = 0
        named = self.named(moving, own, later)
        if any(place.since for place in own):
            later = _just_in_time(moving, anchors, named)
        later = self._as_really(moving, named, later, sites, real)
        stands = self._columns(moving, named, later)[0] == sites
        if not moving.by_date and not stands.all():
            later = np.where(stands, later, self._last_before(sites, named) - moving.anchor)
        later[real] = 0
        return self.landed(one, later, sites)

    def landed(self, one: _Standing, later: Ints, sites: Ints | None) -> Landing:
        """The landing of an event that is moved so; without sites it stands wherever it trades."""
        moving, named = one.moving, self.named(one.moving, one.own, later)
        trades = self.trades(moving, one.own, later)
        lands: Bools = np.any(trades >= 0, axis=1)
        if sites is None:
            return Landing(moving, one.own, later, lands, trades, False)
        column, sessions = self._columns(moving, named, later)
        lands &= column == sites
        acts_there = np.zeros(len(sites), bool)
        for number, session in sessions.items():
            acts_there |= named[number] & (self.clocks[number].columns[session] == sites) & (trades[:, number] >= 0)
        return Landing(moving, one.own, later, lands, trades, bool((acts_there | ~lands).all()))

    def looks(self, landing: Landing) -> Ints:
        """(places, …) all sessions in which an event trades, or is revised: the same where it trades alike."""
        later, found = landing.later, []
        for number, named in self.named(landing.moving, landing.own, later).items():
            plans = self.plans(landing.moving, number, later)
            for asked in (*plans.triggers, *plans.revisions):
                there = named & asked.is_there
                found += [np.where(there, one, -1) for one in (asked.session, asked.until, asked.leaves)]
        return np.stack(found, axis=1)

    def _as_really(self, moving: MovingEvent, named: dict[int, Bools], latest: Ints, sites: Ints, real: int) -> Ints:
        """Moves of up to a week less, where each exchange then acts as many sessions after the site as really."""
        base = {number: np.searchsorted(self.clocks[number].columns, sites) for number in named}
        really = self._columns(moving, {number: one[[real]] for number, one in named.items()}, _NOW)[1]
        found, left = latest.copy(), np.arange(len(sites))
        for back in range(_WEEK):
            tried = latest[left] - back * NS_A_DAY
            mine = {number: one[left] for number, one in named.items()}
            columns, sessions = self._columns(moving, mine, tried)
            alike = columns == sites[left]
            for number in named:
                wanted = really[number][0] - base[number][real]
                alike &= ~mine[number] | (sessions[number] - base[number][left] == wanted)
            found[left[alike]] = tried[alike]
            left = left[~alike]
            if not len(left):
                break
        return found

    def _columns(self, moving: MovingEvent, named: dict[int, Bools], later: Ints) -> tuple[Ints, dict[int, Ints]]:
        """The first column of an anchor at each move, and by exchange its session."""
        sessions = {number: self.clocks[number].after(moving.anchor + later, moving.by_date) for number in named}
        columns = [np.where(named[number], self.clocks[number].columns[sessions[number]], _FAR) for number in named]
        return np.min(columns, axis=0), sessions

    def _last_before(self, sites: Ints, named: dict[int, Bools]) -> Ints:
        """The last instant of acting (ns UTC) of the exchanges on a date before each site."""
        clocks = {number: self.clocks[number] for number in named}
        instants = [
            np.where(named[number], one.acts[np.searchsorted(one.columns, sites) - 1], 0)
            for number, one in clocks.items()
        ]
        return np.max(instants, axis=0)


_NOW = np.zeros(1, np.int64)  # no move
_NONE = np.zeros((0, 0), np.int64)


def _just_in_time(moving: MovingEvent, anchors: dict[int, Ints], named: dict[int, Bools]) -> Ints:
    """Whole days (ns) after which the anchor is last before the latest instant of a site."""
    latest = np.max([np.where(named[number], anchors[number], -1) for number in anchors], axis=0)
    found: Ints = (latest - 1 - moving.anchor) // NS_A_DAY * NS_A_DAY
    return found


def _dates(groups: list[list[_Standing]], clocks: Clocks, sites: Ints) -> tuple[Dates, dict[str, Landing]]:
    """The groups of events as dates that can be drawn, and each event's landing."""
    landings: dict[str, Landing] = {}
    shape = len(groups), len(sites)
    lands, looks = np.ones(shape, bool), np.tile(np.arange(len(sites), dtype=np.int32), (len(groups), 1))
    first = np.empty((*shape, len(clocks.clocks)), np.int32)
    last = np.empty_like(first)
    places = []
    for number, group in enumerate(groups):
        place = int(np.searchsorted(sites, group[0].column))
        least, most = np.full(first.shape[1:], NOWHERE), np.full(first.shape[1:], -1)
        mine: list[Landing] = []
        real: dict[tuple[int, int], Ints] = {}  # by exchange and session, what an event trades there at each place
        for one in group:
            if one.column == group[0].column:
                landing = clocks.landing(one, sites)
            else:
                landing = clocks.landed(one, mine[0].later, None)
            mine.append(landing)
            trades = landing.trades
            lands[number] &= landing.lands
            for exchange, session in enumerate(one.trades):
                if session >= 0:
                    lands[number] &= trades[:, exchange] == real.setdefault((exchange, session), trades[:, exchange])
            least = np.minimum(least, np.where(trades < 0, NOWHERE, trades))
            most = np.maximum(most, trades)
        nowhere = -(number + 1) * NOWHERE  # so that groups without a session in common are far apart
        first[number], last[number] = (np.where(most < 0, nowhere, side) for side in (least, most))
        places.append(place)
        if not any(landing.is_told_apart for landing in mine):
            every = np.concatenate([clocks.looks(landing) for landing in mine], axis=1)
            looks[number] = np.unique(every, axis=0, return_inverse=True)[1].ravel()
        landings |= {landing.event.id: replace(landing, trades=_NONE) for landing in mine}  # large, and used no more
    ids = tuple(tuple(one.moving.event.id for one in group) for group in groups)
    return Dates(ids, tuple(places), lands, first, last, looks), landings
