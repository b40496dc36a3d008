"""The sessions of an exchange, and what an event asks for in them at many moves at once.

`plans_of` is `make_schedule` for one event on one exchange, with all its moves as arrays: 300 events at 500 places are
150,000 schedules. Tests hold the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from eventfolio.engine.market.tape import Tape
from eventfolio.engine.schedule import Place
from eventfolio.engine.search.placebo_event import NO_START, NS_A_DAY, Bools, Ints, MovingEvent
from eventfolio.strategies.plan import Plan


@dataclass(frozen=True)
class Clock:
    """An exchange's sessions.

    acts    : ns UTC, before which news must be known to be acted on in a session: its open, or last call for its close
    opens   : ns UTC, of the sessions
    days    : of the sessions, days since 1970
    columns : the tape's column of each session, and one for after the last
    tape    : whose window counts
    """

    acts: Ints
    opens: Ints
    days: Ints
    columns: Ints
    tape: Tape

    def first(self, moments: Ints) -> Ints:
        """Number of the first session that may act on what is known at each moment."""
        return np.searchsorted(self.acts, moments, side="right")

    def after(self, anchors: Ints, by_date: bool) -> Ints:
        """Number of the first session whose date, or whose instant of acting, is after each anchor."""
        return np.searchsorted(self.days * NS_A_DAY, anchors, side="right") if by_date else self.first(anchors)

    def at(self, sites: Ints, by_date: bool) -> Ints:
        """What an anchor must precede to stand on each of the tape's columns; -1 where the exchange is shut."""
        number = np.searchsorted(self.columns, sites)
        there = self.columns[number] == sites
        instants = self.days * NS_A_DAY if by_date else self.acts
        return np.where(there, instants[np.where(there, number, 0)], -1)

    def inside(self, sessions: Ints) -> Bools:
        """Which sessions lie in the window."""
        columns = self.columns[sessions]
        found: Bools = (columns >= self.tape.first) & (columns <= self.tape.last)
        return found


def clock_of(place: Place, tape: Tape, plan: Plan) -> Clock:
    """The clock of a listing's exchange, for a plan."""
    sessions = place.sessions
    return Clock(
        acts=place.instants(plan),
        opens=sessions.opens,
        days=sessions.dates.astype("datetime64[D]").astype(np.int64),
        columns=_columns(sessions.dates, tape),
        tape=tape,
    )


@dataclass(frozen=True)
class Asked:
    """A trigger, or a revision, at each of an event's moves.

    is_there : (moves,) whether there is one, its session in the window
    session  : (moves,) at which it acts
    until, leaves : (moves,) as of a Trigger or a Revision; -1 for none
    ends     : (moves,) of a revision
    belief   : number of the belief that it follows
    closing  : it acts at the close
    """

    belief: int
    is_there: Bools
    session: Ints
    until: Ints
    leaves: Ints
    ends: Ints
    closing: bool


@dataclass(frozen=True)
class Plans:
    """What an event asks for on an exchange: triggers and revisions, each at all moves."""

    triggers: list[Asked] = field(default_factory=list)
    revisions: list[Asked] = field(default_factory=list)

    @property
    def first(self) -> Ints:
        """The session of the first trigger at each move; -1 for none."""
        most = np.iinfo(np.int64).max
        found = np.min([np.where(one.is_there, one.session, most) for one in self.triggers], axis=0)
        return np.where(found == most, -1, found)


def plans_of(event: MovingEvent, clock: Clock, plan: Plan, later: Ints) -> Plans:
    """What the event asks for at each move (ns), for listings that it names. Source: `schedule.make_schedule`"""
    none = np.full(len(later), -1)
    if plan.trigger in ("announcement", "release"):
        belief = max(event.release, 0) if plan.trigger == "release" else 0
        session = clock.first(event.known[belief] + later)
        there = clock.inside(session)
        if plan.trigger == "release":
            there &= event.is_still_release(later) & _is_believed(event, clock, session, later)
        return Plans([Asked(belief, there, session, none, none, none, plan.cutoff is not None)])
    return _dated(event, clock, plan, later)


def _is_believed(event: MovingEvent, clock: Clock, session: Ints, later: Ints) -> Bools:
    """Whether it is still believed to have occurred when it is acted on."""
    instant = clock.acts[np.minimum(session, len(clock.acts) - 1)]
    found = np.zeros(len(later), bool)
    for known, occurred in zip(event.known, event.occurred, strict=True):
        found = np.where(known + later < instant, occurred, found)
    return found


def _dated(event: MovingEvent, clock: Clock, plan: Plan, later: Ints) -> Plans:
    """Run-ups and occurrences: a step a belief, as `schedule.steps_of` takes them."""
    is_run_up, at_close = plan.trigger == "run_up", plan.cutoff is not None
    none, days = np.full(len(later), -1), event.days(later)
    firsts = [clock.first(known + later) for known in event.known]
    found, before, is_over = Plans(), none, np.zeros(len(later), bool)
    for belief, first in enumerate(firsts):
        opened = np.searchsorted(clock.opens, event.known[belief] + later, side="right")
        happened = event.occurred[belief] and is_run_up
        off = event.cancelled[belief] or event.start[belief] == NO_START or happened
        reference = none if off else np.searchsorted(clock.days, event.start[belief] + days)
        leaves = none if off else reference + plan.through
        acts = ~is_over
        if happened:
            acts &= ~((before >= 0) & (opened >= before))  # as planned: nothing changes for what is held
        if belief > 0:
            ends = np.where(before < 0, 0, before if happened else before + plan.through)
            there = acts & clock.inside(opened)
            found.revisions.append(Asked(belief, there, opened, none, leaves, ends, False))
            if at_close:
                there = (acts | ~is_over & (first < before)) & clock.inside(first)
                found.revisions.append(Asked(belief, there, first, none, leaves, ends, True))
        before = np.where(acts, reference, before)
        entry = np.maximum(first, reference - plan.lead if is_run_up else reference)
        enters = acts & (reference >= 0)
        if is_run_up:
            enters &= entry < reference
        for next_one in firsts[belief + 1 :]:
            enters &= next_one > entry
        there = enters & clock.inside(entry)
        until, over = (reference, leaves) if is_run_up else (none, none)
        found.triggers.append(Asked(belief, there, entry, until, over, none, at_close))
        if not is_run_up:
            is_over = is_over | enters  # it occurs once
    return found


def _columns(dates: np.typing.NDArray[np.datetime64], tape: Tape) -> Ints:
    """The tape's column of each session of an exchange, and of the one after the last; ascending off the tape too."""
    inside = np.searchsorted(tape.dates, dates)
    before, after = dates < tape.dates[0], dates > tape.dates[-1]
    inside[before] = np.arange(before.sum()) - before.sum()
    inside[after] = len(tape.dates) + np.arange(after.sum())
    return np.append(inside, inside[-1] + 1 if len(inside) else 0).astype(np.int64)
