"""Computes the schedule of triggers: which listing is tradable from which session on which event; no price enters it.

A trigger is an event made tradable on one listing. Everything in it was known before that listing's open, or before the
last call for its close.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from eventfolio.engine.market.sessions import Sessions, instant_ns
from eventfolio.events import Calendar, Event, Theme
from eventfolio.events.dates.known_at import KnownPrecision
from eventfolio.events.event import Belief
from eventfolio.strategies.parts import ALL
from eventfolio.strategies.plan import Plan

NO_THEME = ""  # of a listing that an event names by itself


@dataclass(frozen=True)
class Trigger:
    """An event made tradable on one listing.

    theme     : through which the event names it; empty where the event names the listing itself
    session   : number of the listing's session (its exchange's count) at whose open, or close, it acts
    last_call : ns UTC before which its news was known, where it acts at the close; None at the open
    event     : what happened; None for a strategy that needs no event
    known_at  : when what is acted on was known (UTC); None without an event
    until     : number of the session that a run-up waits for, at whose open it may no longer be entered; else None
    leaves    : number of the session at whose open a run-up is over: `until`, or so many after it; else None
    hindsight : known before the article that named the theme
    """

    listing: str
    theme: str
    event: Event | None
    session: int
    known_at: datetime | None
    hindsight: bool
    until: int | None = None
    leaves: int | None = None
    last_call: int | None = None

    @property
    def event_id(self) -> str:
        """The event's id; empty for a trigger without an event."""
        return self.event.id if self.event is not None else ""

    @cached_property
    def is_assumed(self) -> bool:
        """Whether the time at which what is acted on was known is assumed."""
        beliefs = self.event.beliefs if self.event is not None else ()
        return any(one.known == self.known_at and one.known_precision == "assumed" for one in beliefs)


@dataclass(frozen=True)
class Revision:
    """News that changes a run-up on a listing, acted on at the open of `session`.

    session  : None where it changes nothing for what is held, as it begins as planned
    recalled : session at whose close waiting entries go, of a plan that buys at closes; None where they go at the open
    leaves   : session at whose open the run-up now believed is over; None when it is off (cancelled, begun early, start
               unknown)
    ends     : session before which it must be acted on to sell what is held: of a run-up that began early the one it
               waited for, else the one it would have left at
    """

    listing: str
    event: Event
    session: int | None
    leaves: int | None
    ends: int = 0
    recalled: int | None = None

    @property
    def sessions(self) -> tuple[int, ...]:
        """The sessions in which it is acted on."""
        return tuple(one for one in (self.session, self.recalled) if one is not None)


@dataclass(frozen=True)
class Schedule:
    """Triggers and revisions in order of listing, session, known_at, event id and theme."""

    triggers: tuple[Trigger, ...]
    revisions: tuple[Revision, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where a listing trades: its exchange's sessions, and since when it stands for one theme.

    A listing of two themes has a place in each. News of a theme names those that stand for it by the date of known_at
    in the event's zone.
    """

    listing: str
    sessions: Sessions
    since: date | None = None

    def instants(self, plan: Plan) -> npt.NDArray[np.int64]:
        """Before which (ns UTC) news must be known for a plan to act on it in each session: open, or last call."""
        return self.sessions.opens if plan.cutoff is None else self.sessions.last_calls(plan.cutoff)

    def first_session(self, known: datetime, plan: Plan) -> int:
        """Number of the first session in which a plan can act on news."""
        return int(np.searchsorted(self.instants(plan), instant_ns(known), side="right"))

    def acted_at(self, session: int, plan: Plan) -> datetime:
        """The instant (UTC) before which news must be known for a plan to act on it in a session."""
        return datetime.fromtimestamp(int(self.instants(plan)[session]) / 1e9, UTC)

    def is_named(self, event: Event) -> bool:
        """Whether the event, through its theme, names the listing: it stands for it on the date the event is known."""
        return self.since is None or local_date(event, event.known, event.known_precision) >= self.since


Judge = Callable[[Trigger, Place], bool]


def local_date(event: Event, known: datetime, precision: KnownPrecision) -> date:
    """The date of an instant in the event's zone; of a date, which is known at its end, that date."""
    moment = known if precision in ("minute", "assumed") else known - timedelta.resolution
    return moment.astimezone(ZoneInfo(event.zone)).date()


def make_schedule(
    calendar: Calendar,
    plan: Plan,
    members: dict[str, tuple[Place, ...]],
    start: date,
    end: date,
    point_in_time: bool = False,
    judge: Judge | None = None,
) -> Schedule:
    """All triggers of `plan` whose session lies in [start, end].

    members       : the theme's listings with prices, by theme, for the themes the plan trades
    point_in_time : leave out what was known before the article
    judge         : whether a trigger meets the plan's conditions on facts; default: by what is known when it acts
    Source        : docs/semantics.md#first-session, #repeats, #run-up and #hindsight
    """
    published = calendar.published
    if plan.trigger == "start":
        return _at_the_start(plan, members, published, start, end, point_in_time)
    triggers: list[Trigger] = []
    revisions: list[Revision] = []
    for event in calendar.events:
        if not is_of_kind(event, plan):
            continue
        for theme, place in named_places(event, members):
            if plan.trigger == "announcement":
                found = _announced(event, theme, place, plan)
            elif plan.trigger == "release":
                found = released(event, theme, place, plan)
            else:
                found, revised = _planned(event, theme, place, plan)
                revisions += revised
            triggers += [
                trigger
                for trigger in found
                if _in_window(place, trigger.session, start, end)
                and (judge(trigger, place) if judge else meets(event, place.acted_at(trigger.session, plan), plan))
            ]
    if published is not None:
        triggers = [replace(t, hindsight=t.known_at is not None and t.known_at < published) for t in triggers]
    if point_in_time:
        triggers = [trigger for trigger in triggers if not trigger.hindsight]
    triggers = _first_of_each_episode(triggers)
    if plan.cutoff is not None:
        places = {place.listing: place for found in members.values() for place in found}
        triggers = [replace(t, last_call=int(places[t.listing].instants(plan)[t.session])) for t in triggers]
    triggers.sort(key=lambda t: (t.listing, t.session, t.known_at, t.event_id, t.theme))
    revisions.sort(key=lambda r: (r.listing, r.sessions[0], r.event.id))
    return Schedule(tuple(triggers), tuple(dict.fromkeys(revisions)))


def schedule_plan(plan: Plan) -> Plan:
    """The plan without the numbers that no schedule depends on: plans that are alike then share their schedule.

    What is left out is named, so that a part added later tells schedules apart until it is known not to.
    """
    return replace(
        plan,
        weight=1.0,
        lookback=None,
        within=0,
        half_life=None,
        band=0.0,
        hold=None,
        stop=None,
        take=None,
        trail=None,
        patience=None,
        repeat="extend",
    )


def named_places(event: Event, members: Mapping[str, tuple[Place, ...]]) -> list[tuple[str, Place]]:
    """(theme, place) of each listing that an event names; one that its themes name is not named by itself besides.

    members : by theme; of the theme "", if it is there, the listings that events name by themselves
    """
    found = [(theme, place) for theme in event.themes for place in members.get(theme, ()) if place.is_named(event)]
    if event.listings and NO_THEME in members:
        named = {place.listing for _, place in found}
        alone = set(event.listings) - named
        found += [(NO_THEME, place) for place in members[NO_THEME] if place.listing in alone]
    return found


def is_of_kind(event: Event, plan: Plan) -> bool:
    """Whether a plan acts on events of this kind."""
    return plan.kinds == ALL or event.kind in plan.kinds


def meets(event: Event, instant: datetime, plan: Plan) -> bool:
    """Whether the event's facts, as known before the instant acted at, meet the plan's conditions."""
    if not plan.only:
        return True
    facts = event.facts_before(instant)
    return all(condition.is_met(facts) for condition in plan.only)


def first_sessions(event: Event, places: Iterable[Place]) -> dict[str, date]:
    """First session opening after the event is known, of each listing that it names; none for a known_at of a month."""
    found: dict[str, date] = {}
    if event.known_precision == "month":
        return found
    for place in places:
        if not place.is_named(event):
            continue
        number = place.sessions.first_open_after(instant_ns(event.known))
        if number < len(place.sessions.dates):
            found[place.listing] = place.sessions.dates[number].astype(object)
    return found


def _announced(event: Event, theme: str, place: Place, plan: Plan) -> list[Trigger]:
    if not event.announces:
        return []
    session = place.first_session(event.known, plan)
    return [Trigger(place.listing, theme, event, session, event.known, False)]


def released(event: Event, theme: str, place: Place, plan: Plan) -> list[Trigger]:
    """One trigger at most: by the first belief that it has occurred, if that is still believed when it is acted on."""
    belief = release_of(event)
    if belief is None or event.direction != 1:
        return []
    session = place.first_session(belief.known, plan)
    if session < len(place.sessions.dates) and not is_released(event, place.acted_at(session, plan)):
        return []
    return [Trigger(place.listing, theme, event, session, belief.known, False)]


def release_of(event: Event) -> Belief | None:
    """The first belief that it has occurred, known to the day at least, and whose window is not still ahead then.

    An event recorded as occurred is taken at its word.
    """
    return next((belief for belief in _occurred(event) if _is_release(event, belief)), None)


def passed_over(event: Event) -> bool:
    """Whether the first belief that it has occurred is no release."""
    return any(not _is_release(event, belief) for belief in _occurred(event)[:1])


def _occurred(event: Event) -> list[Belief]:
    return [belief for belief in event.beliefs if belief.status == "occurred"]


def _is_release(event: Event, belief: Belief) -> bool:
    if belief.known_precision == "month":
        return False
    start = belief.occurs.start
    is_recorded = belief.known == event.known  # revisions come later
    return is_recorded or start is None or start <= local_date(event, belief.known, belief.known_precision)


def is_released(event: Event, instant: datetime) -> bool:
    """Whether, just before an instant, the event is believed to have occurred."""
    known = [one for one in event.beliefs if one.known < instant and one.known_precision != "month"]
    return bool(known) and known[-1].status == "occurred"


def _planned(event: Event, theme: str, place: Place, plan: Plan) -> tuple[list[Trigger], list[Revision]]:
    """The run-ups (or occurrences) an event gives a listing: one a belief, and what each later belief changes."""
    triggers: list[Trigger] = []
    revisions: list[Revision] = []
    if event.direction != 1:
        return triggers, revisions
    before: int | None = None  # the session that the run-up waits for, as believed so far
    for order, step in enumerate(steps_of(event, place, plan)):
        happened = step.belief.status == "occurred" and plan.trigger == "run_up"
        if happened and before is not None and step.opens >= before:
            if step.first < before:  # known in time for a close before it: what waits there goes
                revisions.append(Revision(place.listing, event, None, None, before, step.first))
            continue  # as planned: nothing changes for what is held
        leaves = None if step.reference is None else step.reference + plan.through
        if order > 0:
            ends = 0 if before is None else before if happened else before + plan.through
            recalled = None if plan.cutoff is None else step.first
            revisions.append(Revision(place.listing, event, step.opens, leaves, ends, recalled))
        before = step.reference
        if step.entry is None:
            continue
        known = step.belief.known
        if plan.trigger == "run_up":
            triggers.append(Trigger(place.listing, theme, event, step.entry, known, False, step.reference, leaves))
        else:
            triggers.append(Trigger(place.listing, theme, event, step.entry, known, False))
        if plan.trigger == "occurrence":
            break  # it occurs once
    return triggers, revisions


@dataclass(frozen=True)
class Step:
    """What one belief about an event asks of a plan that acts on its date, on one listing; sessions by number.

    first     : the first that may buy on the belief; opens: the first that opens after it, in which what is held acts
    reference : the first on or after the start believed; None where it is off
    entry     : to buy in; None where there is nothing to plan
    why_not   : what of the belief leaves nothing to plan, in a word; empty too where a later belief is known by then
    """

    belief: Belief
    first: int
    opens: int
    reference: int | None
    entry: int | None
    why_not: str


def steps_of(event: Event, place: Place, plan: Plan) -> list[Step]:
    """A step for each belief known to the day at least, oldest first, of a plan for run-ups or occurrences."""
    beliefs = [belief for belief in event.beliefs if belief.known_precision != "month"]
    firsts = [place.first_session(belief.known, plan) for belief in beliefs]
    steps = []
    for order, (belief, first) in enumerate(zip(beliefs, firsts, strict=True)):
        start, reference, entry, why_not = belief.occurs.start, None, None, ""
        if belief.status == "cancelled":
            why_not = "cancelled"
        elif belief.status == "occurred" and plan.trigger == "run_up":
            why_not = "too_late"
        elif start is None:
            why_not = "no_start"
        else:
            reference = place.sessions.on_or_after(start)
            entry = max(first, reference - plan.lead if plan.trigger == "run_up" else reference)
            if entry >= reference and plan.trigger == "run_up":
                entry, why_not = None, "too_late"
            elif any(later <= entry for later in firsts[order + 1 :]):
                entry = None  # believed otherwise by then
        opens = place.sessions.first_open_after(instant_ns(belief.known))
        steps.append(Step(belief, first, opens, reference, entry, why_not))
    return steps


def _at_the_start(
    plan: Plan,
    members: dict[str, tuple[Place, ...]],
    published: datetime | None,
    start: date,
    end: date,
    point_in_time: bool,
) -> Schedule:
    """One trigger a listing at its first session of the window, or once it stands for a theme; point in time, from the
    article on."""
    entered: dict[str, tuple[str, Place, date]] = {}
    for theme, places in members.items():  # in their file's order; listings that events name by themselves come last
        for place in places:
            since = max(start, place.since or start)
            first, _, earlier = entered.get(place.listing, (theme, place, since))
            entered[place.listing] = first, place, min(since, earlier)
    triggers = []
    for listing, (theme, place, since) in sorted(entered.items()):
        session = place.sessions.on_or_after(since)
        article = place.first_session(published, plan) if published is not None else 0
        if point_in_time:
            session = max(session, article)
        if _in_window(place, session, start, end):
            last_call = None if plan.cutoff is None else int(place.instants(plan)[session])
            triggers.append(
                Trigger(listing, theme, None, session, None, hindsight=session < article, last_call=last_call)
            )
    return Schedule(tuple(triggers))


def _in_window(place: Place, session: int, start: date, end: date) -> bool:
    if session >= len(place.sessions.dates):
        return False
    return start <= place.sessions.dates[session].astype(object) <= end


def _first_of_each_episode(triggers: list[Trigger]) -> list[Trigger]:
    """News of one happening triggers once a theme, or a listing: on its first event, by known_at then id."""
    first: dict[tuple[str, str, str], tuple[datetime, str]] = {}
    for trigger in triggers:
        if (key := _episode(trigger)) and trigger.known_at is not None:
            rank = (trigger.known_at, trigger.event_id)
            first[key] = min(first.get(key, rank), rank)
    return [t for t in triggers if (key := _episode(t)) is None or first[key][1] == t.event_id]


def _episode(trigger: Trigger) -> tuple[str, str, str] | None:
    """Of what an episode triggers once: a theme, or a listing that events name by themselves."""
    if trigger.event is None or not trigger.event.episode:
        return None
    return trigger.theme, trigger.listing if trigger.theme == NO_THEME else "", trigger.event.episode


def places_of(event: Event, members: Mapping[str, tuple[Place, ...]]) -> tuple[Place, ...]:
    """The places of the event's themes, named or not, and of listings that it names by itself, in order of listing.

    A listing of two of its themes stands there twice.
    """
    found = [place for theme in event.themes for place in members.get(theme, ())]
    found += [place for theme, place in named_places(event, members) if theme == NO_THEME]
    return tuple(sorted(found, key=lambda place: place.listing))


def themed_members(
    themes: Iterable[Theme], listings: Iterable[str], sessions: dict[str, Sessions], named: Iterable[str] = ()
) -> dict[str, tuple[Place, ...]]:
    """By theme, the members that have prices, with their exchange's sessions (by listing).

    named : listings that events name by themselves; those with prices are the members of the theme ""
    """
    there = set(listings)
    alone = tuple(Place(symbol, sessions[symbol]) for symbol in sorted(there.intersection(named)))
    return {
        theme.name: tuple(
            Place(member.symbol, sessions[member.symbol], member.since)
            for member in sorted(theme.members, key=lambda member: member.symbol)
            if member.symbol in there
        )
        for theme in themes
    } | ({NO_THEME: alone} if alone else {})
