"""Computes the schedule of triggers: which listing is tradable from which session on which event; no price enters it.

A trigger is an event made tradable on one listing. Everything in it was known before that listing's open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from eventfolio.engine.market.sessions import Sessions, instant_ns
from eventfolio.events import Calendar, Event, Theme
from eventfolio.events.dates.known_at import KnownPrecision
from eventfolio.events.event import Belief
from eventfolio.strategies.parts import Plan


@dataclass(frozen=True)
class Trigger:
    """An event made tradable on one listing.

    session   : number of the listing's session (its exchange's count) at whose open it acts
    event     : what happened; None for a strategy that needs no event
    known_at  : when what is acted on was known (UTC); None without an event
    until     : number of the session by whose open a run-up is over; None otherwise
    hindsight : known before the article that named the theme
    """

    listing: str
    theme: str
    event: Event | None
    session: int
    known_at: datetime | None
    hindsight: bool
    until: int | None = None

    @property
    def event_id(self) -> str:
        """The event's id; empty for a trigger without an event."""
        return self.event.id if self.event is not None else ""


@dataclass(frozen=True)
class Revision:
    """News that changes a run-up on a listing, acted on at the open of `session`.

    until : session of the reference now believed; None when it is off (cancelled, begun early, start unknown)
    """

    listing: str
    event: Event
    session: int
    until: int | None


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

    def is_named(self, event: Event, known: datetime, precision: KnownPrecision) -> bool:
        """Whether news of the event, known so, names the listing."""
        if self.since is None:
            return True
        moment = known - timedelta.resolution if precision == "day" else known  # a date is known at its end
        return moment.astimezone(ZoneInfo(event.zone)).date() >= self.since


def make_schedule(
    calendar: Calendar,
    plan: Plan,
    members: dict[str, tuple[Place, ...]],
    start: date,
    end: date,
    point_in_time: bool = False,
) -> Schedule:
    """All triggers of `plan` whose session lies in [start, end].

    members       : the theme's listings with prices, by theme, for the themes the plan trades
    point_in_time : leave out what was known before the article
    Source        : docs/semantics.md#first-session, #repeats, #run-up and #hindsight
    """
    published = calendar.published
    if plan.trigger == "start":
        return _at_the_start(plan, members, published, start, end, point_in_time)
    triggers: list[Trigger] = []
    revisions: list[Revision] = []
    for theme, places in members.items():
        for event in calendar.events:
            if theme not in event.themes:
                continue
            for place in places:
                if plan.trigger == "announcement":
                    found = _announced(event, theme, place)
                else:
                    found, revised = _planned(event, theme, place, plan)
                    revisions += revised
                triggers += [trigger for trigger in found if _in_window(place, trigger.session, start, end)]
    if published is not None:
        triggers = [replace(t, hindsight=t.known_at is not None and t.known_at < published) for t in triggers]
    if point_in_time:
        triggers = [trigger for trigger in triggers if not trigger.hindsight]
    triggers = _first_of_each_episode(triggers)
    triggers.sort(key=lambda t: (t.listing, t.session, t.known_at, t.event_id, t.theme))
    revisions.sort(key=lambda r: (r.listing, r.session, r.event.id))
    return Schedule(tuple(triggers), tuple(dict.fromkeys(revisions)))


def first_sessions(event: Event, places: Iterable[Place]) -> dict[str, date]:
    """First session opening after the event is known, of each listing that it names; none for a known_at of a month."""
    found: dict[str, date] = {}
    if event.known_precision == "month":
        return found
    for place in places:
        if not place.is_named(event, event.known, event.known_precision):
            continue
        number = place.sessions.first_open_after(instant_ns(event.known))
        if number < len(place.sessions.dates):
            found[place.listing] = place.sessions.dates[number].astype(object)
    return found


def _announced(event: Event, theme: str, place: Place) -> list[Trigger]:
    if not event.announces or not place.is_named(event, event.known, event.known_precision):
        return []
    session = place.sessions.first_open_after(instant_ns(event.known))
    return [Trigger(place.listing, theme, event, session, event.known, False)]


def _planned(event: Event, theme: str, place: Place, plan: Plan) -> tuple[list[Trigger], list[Revision]]:
    """The run-ups (or occurrences) an event gives a listing: one a belief, and what each later belief changes."""
    triggers: list[Trigger] = []
    revisions: list[Revision] = []
    if event.direction != 1:
        return triggers, revisions
    for order, step in enumerate(steps_of(event, place, plan)):
        known = step.belief.known
        if order > 0:
            revisions.append(Revision(place.listing, event, step.first, step.reference))
        if step.entry is None or not place.is_named(event, known, step.belief.known_precision):
            continue
        until = step.reference if plan.trigger == "run_up" else None
        triggers.append(Trigger(place.listing, theme, event, step.entry, known, False, until))
        if plan.trigger == "occurrence":
            break  # it occurs once
    return triggers, revisions


@dataclass(frozen=True)
class Step:
    """What one belief about an event asks of a plan that acts on its date, on one listing; sessions by number.

    first     : the first that may act on the belief
    reference : the first on or after the start believed; None where it is off
    entry     : to buy in; None where there is nothing to plan
    why_not   : what of the belief leaves nothing to plan, in a word; empty too where a later belief is known by then
    """

    belief: Belief
    first: int
    reference: int | None
    entry: int | None
    why_not: str


def steps_of(event: Event, place: Place, plan: Plan) -> list[Step]:
    """A step for each belief known to the day at least, oldest first, of a plan for run-ups or occurrences."""
    beliefs = [belief for belief in event.beliefs if belief.known_precision != "month"]
    firsts = [place.sessions.first_open_after(instant_ns(belief.known)) for belief in beliefs]
    steps = []
    for order, (belief, first) in enumerate(zip(beliefs, firsts, strict=True)):
        start, reference, entry, why_not = belief.occurs.start, None, None, ""
        if belief.status == "cancelled":
            why_not = "cancelled"
        elif start is None:
            why_not = "no_start"
        elif belief.status == "occurred" and plan.trigger == "run_up":
            why_not = "too_late"
        else:
            reference = place.sessions.on_or_after(start)
            entry = max(first, reference - plan.lead if plan.trigger == "run_up" else reference)
            if entry >= reference and plan.trigger == "run_up":
                entry, why_not = None, "too_late"
            elif any(later <= entry for later in firsts[order + 1 :]):
                entry = None  # believed otherwise by then
        steps.append(Step(belief, first, reference, entry, why_not))
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
    triggers: dict[str, Trigger] = {}
    for theme, places in sorted(members.items()):
        for place in places:
            session = place.sessions.on_or_after(max(start, place.since or start))
            article = place.sessions.first_open_after(instant_ns(published)) if published is not None else 0
            if point_in_time:
                session = max(session, article)
            earlier = triggers.get(place.listing)
            if _in_window(place, session, start, end) and (earlier is None or session < earlier.session):
                triggers[place.listing] = Trigger(
                    place.listing, theme, None, session, None, hindsight=session < article
                )
    return Schedule(tuple(triggers[listing] for listing in sorted(triggers)))


def _in_window(place: Place, session: int, start: date, end: date) -> bool:
    if session >= len(place.sessions.dates):
        return False
    return start <= place.sessions.dates[session].astype(object) <= end


def _first_of_each_episode(triggers: list[Trigger]) -> list[Trigger]:
    """News of one happening triggers once a theme: on its first event, by known_at then id."""
    first: dict[tuple[str, str], tuple[datetime, str]] = {}
    for trigger in triggers:
        if (key := _episode(trigger)) and trigger.known_at is not None:
            rank = (trigger.known_at, trigger.event_id)
            first[key] = min(first.get(key, rank), rank)
    return [t for t in triggers if (key := _episode(t)) is None or first[key][1] == t.event_id]


def _episode(trigger: Trigger) -> tuple[str, str] | None:
    return (trigger.theme, trigger.event.episode) if trigger.event and trigger.event.episode else None


def places_of(event: Event, members: Mapping[str, tuple[Place, ...]]) -> tuple[Place, ...]:
    """The places of the event's themes, in order of listing; a listing of two of them stands there twice."""
    found = [place for theme in event.themes for place in members.get(theme, ())]
    return tuple(sorted(found, key=lambda place: place.listing))


def themed_members(
    themes: Iterable[Theme], listings: Iterable[str], sessions: dict[str, Sessions]
) -> dict[str, tuple[Place, ...]]:
    """By theme, the members that have prices, with their exchange's sessions (by listing)."""
    there = set(listings)
    return {
        theme.name: tuple(
            Place(member.symbol, sessions[member.symbol], member.since)
            for member in sorted(theme.members, key=lambda member: member.symbol)
            if member.symbol in there
        )
        for theme in themes
    }
