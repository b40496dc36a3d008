"""Says what became of each event on each listing that it names, traded or not, in one word of a fixed list.

The words, and the order in which they are tried, are those of docs/semantics.md#what-was-not-traded; a strategy's table
of them adds up to all there was to trade, so that nothing is dropped in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd

from eventfolio.engine.ledger.ledger import Ledger, OrderOutcome, Row, Status
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.record.run_facts import TriggerCounts
from eventfolio.engine.schedule import Place, Schedule, is_of_kind, meets, named_places, released, steps_of
from eventfolio.events import Calendar, Event
from eventfolio.strategies.parts import ALL
from eventfolio.strategies.plan import Plan

TRADED = (
    "bought",
    "extended",
    "ignored",
    "spent",
    "waiting",
)  # one of a unit's triggers is enough; else its last's word
UNTRIGGERED = (
    "no_listing",
    "month_only",
    "direction",
    "cancelled",
    "not_occurred",
    "no_start",
    "too_late",
    "filtered",
    "before_the_window",
    "no_session_left",
    "hindsight",
    "episode",
)


@dataclass(frozen=True)
class Outcome:
    """What became of one unit: an event on a listing with prices that it names, or an event that names none ("").

    triggered : whether the strategy had a trigger of it
    """

    event_id: str
    listing: str
    triggered: bool
    word: str


@dataclass(frozen=True)
class Played:
    """What a plan was played on, and what came of it.

    named         : where the listings with prices that each theme of the study names trade, by theme; of the theme ""
                    those that events name by themselves
    start, end    : dates the window begins and ends on
    point_in_time : hindsight was left out
    """

    calendar: Calendar
    named: Mapping[str, tuple[Place, ...]]
    plan: Plan
    schedule: Schedule
    tape: Tape
    ledger: Ledger
    start: date
    end: date
    point_in_time: bool
    chosen: tuple[str, ...] = ALL  # themes an option narrowed the study to


def outcomes(run: Played) -> list[Outcome] | None:
    """One a unit, in the calendar's order, then by listing; None for a strategy that trades without events."""
    if run.plan.trigger == "start":
        return None
    said = _triggered(run)
    found = []
    for event in run.calendar.events:
        words = said.get(event.id, {})
        places: dict[str, list[tuple[str, Place]]] = {}
        for theme, place in named_places(event, run.named):
            places.setdefault(place.listing, []).append((theme, place))
        if not places:
            found.append(Outcome(event.id, "", False, "no_listing"))
        for listing in sorted(places):
            is_one = listing in words
            word = words[listing] if is_one else _why_not(event, places[listing], run)
            found.append(Outcome(event.id, listing, is_one, word))
    return found


def outcomes_table(parts: Mapping[str, list[Outcome] | None]) -> pd.DataFrame:
    """part, event_id, symbol (None where an event names none), triggered, word: a row a unit of each part."""
    rows = [
        (part, one.event_id, one.listing or None, one.triggered, one.word)
        for part, units in parts.items()
        for one in units or ()
    ]
    kinds = {"part": "str", "event_id": "str", "symbol": "object", "triggered": "bool", "word": "str"}
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)


def counts(units: Iterable[Outcome] | None) -> TriggerCounts | None:
    """How many units by word, with a trigger and without one; the figures add up to all units."""
    if units is None:
        return None
    found = Counter((one.triggered, one.word) for one in units)
    with_one = [*TRADED, *(one.word for one in OrderOutcome if one.word not in TRADED)]
    return TriggerCounts(
        with_trigger={word: found[True, word] for word in with_one if found[True, word]},
        without_trigger={word: found[False, word] for word in UNTRIGGERED if found[False, word]},
    )


# --- units with a trigger --------------------------------------------------------------------------------------------


def _triggered(run: Played) -> dict[str, dict[str, str]]:
    """By event and listing, the word of those that had a trigger."""
    words = _decaying(run) if run.plan.half_life is not None else _at_once(run)
    found: dict[str, dict[str, str]] = {}
    for trigger, word in zip(run.schedule.triggers, words, strict=True):  # of a listing in order of session
        of_event = found.setdefault(trigger.event_id, {})
        before = of_event.get(trigger.listing, "")
        if before not in TRADED or (word in TRADED and TRADED.index(word) < TRADED.index(before)):
            of_event[trigger.listing] = word
    return found


def _at_once(run: Played) -> list[str]:
    """Each trigger's word: what its order came to, or why it sent none."""
    ledger = run.ledger
    words = [OrderOutcome.DECLINED.word] * len(run.schedule.triggers)
    for note in ledger.notes:
        words[note["trigger"]] = OrderOutcome(int(note["outcome"])).word
    for trigger in ledger.extensions["trigger"]:
        words[trigger] = "extended"
    for order in ledger.orders[(ledger.orders["side"] > 0) & (ledger.orders["trigger"] >= 0)]:
        words[order["trigger"]] = _ended(order)
    for trigger in ledger.lots["trigger"][ledger.lots["trigger"] >= 0]:
        words[trigger] = "bought"
    return words


def _decaying(run: Played) -> list[str]:
    """Each trigger's word where shares follow the news: bought if its listing is held at the books of its session."""
    ledger, tape = run.ledger, run.tape
    held = {(int(one["row"]), int(one["column"])) for one in ledger.holdings if one["shares"] > 0}
    declined = {int(one["trigger"]) for one in ledger.notes if one["outcome"] == OrderOutcome.DECLINED}
    said: dict[tuple[int, int], str] = {}
    for note in ledger.notes:
        if note["column"] >= 0:
            row = tape.row(run.schedule.triggers[note["trigger"]].listing)
            said[row, int(note["column"])] = OrderOutcome(int(note["outcome"])).word
    for order in ledger.orders[(ledger.orders["side"] > 0) & (ledger.orders["trigger"] >= 0)]:
        said[int(order["row"]), int(order["column"])] = _ended(order)
    words = []
    for number, trigger in enumerate(run.schedule.triggers):
        row = tape.row(trigger.listing)
        place = row, int(np.flatnonzero(tape.session[row] == trigger.session)[0])
        if number in declined:
            words.append(OrderOutcome.DECLINED.word)
        else:
            words.append("bought" if place in held else said.get(place, OrderOutcome.WITHIN_BAND.word))
    return words


def _ended(order: Row) -> str:
    if order["filled"] > 0:
        return "bought"
    return OrderOutcome.WAITING.word if order["status"] == Status.OPEN else OrderOutcome(int(order["outcome"])).word


# --- units without one -----------------------------------------------------------------------------------------------


def _why_not(event: Event, places: list[tuple[str, Place]], run: Played) -> str:
    """The first word that applies, in the order of UNTRIGGERED."""
    plan, place = run.plan, places[0][1]  # a listing's places differ in their themes alone
    announced = plan.trigger == "announcement"
    precisions = {event.known_precision} if announced else {belief.known_precision for belief in event.beliefs}
    if precisions == {"month"}:
        return "month_only"
    if event.direction < 0:
        return "direction"
    if announced:
        if event.status == "cancelled":
            return "cancelled"
        tried = [(place.first_session(event.known, plan), event.known)]
    elif plan.trigger == "release":
        found = released(event, "", place, plan)
        if not found:
            timely = [belief for belief in event.beliefs if belief.known_precision != "month"]
            return "cancelled" if timely[-1].status == "cancelled" else "not_occurred"
        tried = [(trigger.session, trigger.known_at) for trigger in found if trigger.known_at is not None]
    else:
        steps = steps_of(event, place, plan)
        tried = [(step.entry, step.belief.known) for step in steps if step.entry is not None]
        if plan.trigger == "occurrence":
            tried = tried[:1]  # it occurs once
        if not tried:
            return _first(step.why_not for step in steps)
    if not is_of_kind(event, plan) or not any(_trades(theme, run) for theme, _ in places):
        return "filtered"
    if not any(_meets(event, place, session, plan) for session, _ in tried):
        return "filtered"
    return _first(_off(place, session, known, run) for session, known in tried)


def _meets(event: Event, place: Place, session: int, plan: Plan) -> bool:
    known = session < len(place.sessions.dates)
    return not known or meets(event, place.acted_at(session, plan), plan)


def _trades(theme: str, run: Played) -> bool:
    return all(themes == ALL or theme in themes for themes in (run.plan.themes, run.chosen))


def _off(place: Place, session: int, known: datetime, run: Played) -> str:
    """What keeps a session from being traded in."""
    dates, published = place.sessions.dates, run.calendar.published
    day = dates[session].astype(object) if session < len(dates) else date.max
    if day < run.start:
        return "before_the_window"
    if day > run.end:
        return "no_session_left"
    is_hindsight = run.point_in_time and published is not None and known < published
    return "hindsight" if is_hindsight else "episode"


def _first(words: Iterable[str]) -> str:
    return min(filter(None, words), key=UNTRIGGERED.index)
