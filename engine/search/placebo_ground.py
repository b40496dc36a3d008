"""Where the events of a placebo stand, where else they could, and on which sessions they would trade there.

A place is a date on which some exchange of the events' listings is in session, and an event stands on the first date on
which one of its listings trades it. It is moved by whole days, its time of day kept, so as to stand on a place. Where
no number of days does that, as an exchange is shut there or opened late on the date before and another would trade the
news early, it becomes known at the last of its exchanges' opens before the place: too late for that open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from eventfolio.engine.errors import StudyError
from eventfolio.engine.market.sessions import Sessions, instant_ns
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.run import RunSetup, run_setup
from eventfolio.engine.schedule import Place, Schedule, make_schedule, places_of
from eventfolio.engine.search.placebo_dates import Bools, Dates, Ints
from eventfolio.engine.search.placebo_landing import Landing, moved_event, named_after
from eventfolio.engine.search.setup import StrategySetup
from eventfolio.events import Calendar, Event

NS_A_DAY = 86_400_000_000_000
_WEEK = 7  # days back that are tried for a way of trading like the real one
_NOWHERE = 2**40


@dataclass(frozen=True)
class Ground:
    """The events that a placebo moves, and where.

    on       : what the strategy is played on
    landings : of each event that moves, by its id
    """

    on: RunSetup
    clock: Clock
    landings: Mapping[str, Landing]
    dates: Dates

    def shifts(self, row: Ints) -> dict[str, int]:
        """How much later (ns) each event becomes known, for the places of the groups."""
        return {
            name: int(self.landings[name].later[place])
            for group, place in zip(self.dates.groups, row.tolist(), strict=True)
            for name in group
        }


def ground_of(setup: StrategySetup) -> Ground:
    """The events that the strategy trades in the window, where they stand and where they could.

    An event that triggers nothing stays as it is, and so does one that is first traded before the window.
    Raises: StudyError where there are none
    """
    if setup.plan.trigger == "start":
        raise StudyError(f"{setup.name} trades no events, so another calendar would change nothing. Choose another.")
    on = run_setup(setup.study, setup.market, setup.plan)
    if on is None:
        raise StudyError("The window holds no session.")
    clock = Clock(on)
    own: dict[str, tuple[Place, ...]] = {}
    columns: dict[str, int] = {}
    for event in sorted(setup.study.calendar.events, key=lambda event: event.id):
        event = event.model_copy(update={"episode": None})
        if event.known_precision != "month" and _alone(setup, on, event).triggers:
            mine = places_of(event, on.places)
            column = clock.first_column(event, mine)
            if on.tape.first <= column <= on.tape.last:
                own[event.id], columns[event.id] = mine, column
    if not own:
        raise StudyError(f"No event of {setup.name} becomes known in the window. Widen it, or choose other themes.")
    sites = clock.sites({place.listing for mine in own.values() for place in mine})
    by_id = {event.id: event for event in setup.study.calendar.events}
    real = {name: int(np.searchsorted(sites, column)) for name, column in columns.items()}
    landings = {name: clock.landing(setup, by_id[name], mine, sites, real[name]) for name, mine in own.items()}
    return Ground(on, clock, landings, _dates(setup.study.calendar, landings, real))


def _alone(setup: StrategySetup, on: RunSetup, event: Event) -> Schedule:
    """The schedule of one event."""
    calendar = replace(setup.study.calendar, events=(event,))
    return make_schedule(calendar, setup.plan, on.places, on.start, setup.study.end)


def _dates(calendar: Calendar, landings: Mapping[str, Landing], real: Mapping[str, int]) -> Dates:
    by_place: dict[int, list[str]] = {}
    for event in calendar.events:
        if event.id in landings:
            by_place.setdefault(real[event.id], []).append(event.id)
    places = tuple(sorted(by_place))
    groups = tuple(tuple(by_place[place]) for place in places)
    lands, first, last, looks = [], [], [], []
    for number, (group, place) in enumerate(zip(groups, places, strict=True)):
        mine = [landings[name] for name in group]
        sessions = np.stack([one.sessions for one in mine])  # (events, places, exchanges)
        lands.append(np.all([one.lands for one in mine], axis=0) & _share(sessions, place))
        none = sessions < 0
        nowhere = -(number + 1) * _NOWHERE  # so that groups without a session in common are far apart
        least = np.where(none, _NOWHERE, sessions).min(axis=0)
        first.append(np.where(none.all(axis=0), nowhere, least))
        last.append(np.where(none.all(axis=0), nowhere, sessions.max(axis=0)))
        looks.append(np.unique([one.looks for one in mine], axis=1, return_inverse=True)[1].ravel())
    return Dates(groups, places, np.array(lands), np.array(first), np.array(last), np.array(looks))


def _share(sessions: Ints, place: int) -> Bools:
    """At which places events share each session that they share at `place`. sessions : (events, places, exchanges)"""
    kept = np.ones(sessions.shape[1], bool)
    for one in range(len(sessions)):
        for other in range(one + 1, len(sessions)):
            shared = (sessions[one, place] == sessions[other, place]) & (sessions[one, place] >= 0)
            kept &= (sessions[one] == sessions[other])[:, shared].all(axis=1)
    return kept


class Clock:
    """When the exchanges of a tape's listings trade.

    exchange_of : number of a listing's exchange
    columns     : by exchange, the tape's column of each of its sessions
    """

    def __init__(self, on: RunSetup) -> None:
        self.on, self.tape = on, on.tape
        every = [place for places in on.places.values() for place in places]
        sessions = list({id(place.sessions): place.sessions for place in every}.values())  # several may share theirs
        numbers = {id(one): number for number, one in enumerate(sessions)}
        self.sessions = sessions
        self.exchange_of = {place.listing: numbers[id(place.sessions)] for place in every}
        self.columns = [_columns(one, on.tape) for one in sessions]

    def sites(self, listings: set[str]) -> Ints:
        """The columns of the window on which an exchange of these listings is in session."""
        columns = np.concatenate([self.columns[number] for number in {self.exchange_of[name] for name in listings}])
        return np.unique(columns[(columns >= self.tape.first) & (columns <= self.tape.last)])

    def first_column(self, event: Event, own: tuple[Place, ...]) -> int:
        """The first column on which a listing trades an event's news."""
        known = np.array([instant_ns(event.known)])
        named = [place for place in own if place.is_named(event)]
        numbers = {self.exchange_of[place.listing] for place in named}
        return min((int(self._traded(number, known)[1][0]) for number in numbers), default=_NOWHERE)

    def landing(self, setup: StrategySetup, event: Event, own: tuple[Place, ...], sites: Ints, real: int) -> Landing:
        """Move an event to each site: known just in time for the last of its exchanges that opens there.

        Where it can, it is so early instead that each exchange trades it as really: on the site, or its session after.
        """
        known, numbers = instant_ns(event.known), sorted({self.exchange_of[place.listing] for place in own})
        opens = {number: self._opens(number, sites) for number in numbers}
        named = {number: np.ones(len(sites), bool) for number in numbers}
        later = self._just_in_time(known, opens, named)
        later[real] = 0
        if any(place.since for place in own):
            named = {number: self._named(event, own, number, later) for number in numbers}
            later = self._just_in_time(known, opens, named)
        wanted = {number: self._late(number, np.array([known]), sites[[real]])[0] for number in numbers}
        settled = np.zeros(len(sites), bool)
        earlier = later.copy()
        for _ in range(_WEEK):
            alike = self._lands(known + earlier, sites, named)
            for number in numbers:
                alike &= ~named[number] | (self._late(number, known + earlier, sites) == wanted[number])
            later = np.where(alike & ~settled, earlier, later)
            settled |= alike
            earlier = earlier - NS_A_DAY
        early = ~self._lands(known + later, sites, named)
        later = np.where(early, self._last_open_before(sites, named) - known, later)
        later[real] = 0
        moment = known + later
        lands = self._lands(moment, sites, named)
        sessions = np.full((len(sites), len(self.sessions)), -1)
        for number in numbers:
            sessions[:, number] = np.where(named[number], self._traded(number, moment)[0], -1)
        if setup.plan.trigger == "announcement":
            news = Landing(event, later, lands, sessions, later)
            return replace(news, looks=self._news_looks(news, own))
        alone = event.model_copy(update={"episode": None})
        schedules = tuple(_alone(setup, self.on, moved_event(alone, int(shift))) for shift in later)
        seen: dict[object, int] = {}
        looks = [seen.setdefault(_look(one), len(seen)) for one in schedules]
        return Landing(event, later, lands, sessions, np.array(looks), schedules)

    def _just_in_time(self, known: int, opens: dict[int, Ints], named: dict[int, Bools]) -> Ints:
        """Whole days (ns) after which the news is known last before the latest open of a site."""
        latest = np.max([np.where(named[number], opens[number], -1) for number in opens], axis=0)
        return (latest - 1 - known) // NS_A_DAY * NS_A_DAY

    def _last_open_before(self, sites: Ints, named: dict[int, Bools]) -> Ints:
        """The last open (ns UTC) of the exchanges on a date before each site."""
        opens = [
            np.where(named[number], self.sessions[number].opens[np.searchsorted(self.columns[number], sites) - 1], 0)
            for number in named
        ]
        return np.max(opens, axis=0)

    def _named(self, event: Event, own: tuple[Place, ...], number: int, later: Ints) -> Bools:
        """Whether news moved by `later` names a listing of the exchange."""
        mine = [place for place in own if self.exchange_of[place.listing] == number]
        return np.array([any(named_after(event, place, int(shift)) for place in mine) for shift in later])

    def acts(self, landing: Landing, place: Place) -> Bools:
        """At which places news triggers on a listing: in a session of the window, naming the listing."""
        number = self.exchange_of[place.listing]
        column = self.columns[number][landing.sessions[:, number]]
        inside = (landing.sessions[:, number] >= 0) & (column >= self.tape.first) & (column <= self.tape.last)
        if place.since is not None:
            inside &= [named_after(landing.event, place, int(shift)) for shift in landing.later]
        return inside

    def acts_alone(self, landing: Landing, place: Place) -> Bools:
        """At which places news triggers on a listing that it names by itself, and through no theme."""
        event = landing.event
        if place.listing not in event.listings:
            return np.zeros(len(landing.later), bool)
        alone = self.acts(landing, place)
        for theme in event.themes:
            for other in self.on.places.get(theme, ()):
                if other.listing == place.listing:
                    alone &= [not named_after(event, other, int(shift)) for shift in landing.later]
        return alone

    def _news_looks(self, landing: Landing, own: tuple[Place, ...]) -> Ints:
        """A number for each way in which news triggers: each listing's session in the window, or none."""
        different = {(place.since, self.exchange_of[place.listing]): place for place in own}
        columns = [
            np.where(self.acts(landing, place), landing.sessions[:, number], -1)
            for (_, number), place in different.items()
        ]
        return np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)[1].ravel()

    def _opens(self, number: int, sites: Ints) -> Ints:
        """When an exchange opens on each site (ns UTC); -1 where it is shut."""
        found = np.searchsorted(self.columns[number], sites)
        there = self.columns[number][found] == sites
        return np.where(there, self.sessions[number].opens[np.where(there, found, 0)], -1)

    def _traded(self, number: int, moments: Ints) -> tuple[Ints, Ints]:
        """Session of an exchange that opens first after each moment, and its column."""
        found = np.searchsorted(self.sessions[number].opens, moments, side="right")
        return found, self.columns[number][found]

    def _late(self, number: int, moments: Ints, sites: Ints) -> Ints:
        """How many sessions after its first on or after a site an exchange trades what is known at a moment."""
        return self._traded(number, moments)[0] - np.searchsorted(self.columns[number], sites)

    def _lands(self, moments: Ints, sites: Ints, named: dict[int, Bools]) -> Bools:
        columns = [np.where(named[number], self._traded(number, moments)[1], _NOWHERE) for number in named]
        return np.min(columns, axis=0) == sites


def _look(schedule: Schedule) -> object:
    """What tells two schedules of one event apart."""
    return (
        tuple((one.listing, one.theme, one.session, one.until) for one in schedule.triggers),
        tuple((one.listing, one.session, one.leaves) for one in schedule.revisions),
    )


def _columns(sessions: Sessions, tape: Tape) -> Ints:
    """The tape's column of each session of an exchange, and of the one after the last; ascending off the tape too."""
    inside = np.searchsorted(tape.dates, sessions.dates)
    before = sessions.dates < tape.dates[0]
    after = sessions.dates > tape.dates[-1]
    inside[before] = np.arange(before.sum()) - before.sum()
    inside[after] = len(tape.dates) + np.arange(after.sum())
    return np.append(inside, inside[-1] + 1 if len(inside) else 0).astype(np.int64)
