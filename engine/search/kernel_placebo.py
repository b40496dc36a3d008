"""Plays placebo calendars by the compiled kernel: each event's triggers at each place once, combined by draw.

A calendar of `placebo_event.moved` is the union of its events, each moved by itself; only an episode ties events
together. So the triggers of every event at the places that the draws give it are laid out first, and ten thousand
calendars are ten thousand choices among them, joined and put in order as arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from eventfolio.engine.execution.kernel.player import Table
from eventfolio.engine.execution.packing import REVISION, TRIGGER, Records, market_arrays, parts_of
from eventfolio.engine.execution.semantics.inputs import Calendars
from eventfolio.engine.market.sessions import instant_ns
from eventfolio.engine.schedule import NO_THEME, Place, Schedule, make_schedule
from eventfolio.engine.search.placebo_clock import Asked, Plans
from eventfolio.engine.search.placebo_event import Bools, Ints, MovingEvent
from eventfolio.engine.search.placebo_ground import Ground, Landing
from eventfolio.engine.search.process_pool import Progress
from eventfolio.engine.search.setup import StrategySetup

_ENTRY = np.dtype([*TRIGGER.descr, ("known", "i8"), ("episode", "i8")])
_LAID = 1_000_000  # triggers laid out at a time, so that memory does not grow with events, listings or draws
_JOINED = 1_000_000  # triggers of calendars joined at a time


def play_all(
    setup: StrategySetup, ground: Ground, places: Ints, threads: int, progress: Progress | None = None
) -> npt.NDArray[np.float64]:
    """Figures (total return, Sharpe ratio, mean trade) of the strategy with each group of events at its place.

    places : (calendars, groups)
    """
    source = Source(setup, ground)
    found = np.empty((len(places), 3))
    done = 0
    for rows in source.portions(places):
        layout = Layout(source, rows)
        for part in layout.portions():
            figures = source.table.figures([setup.plan], layout.calendars(part), threads)
            for column, name in enumerate(("total_return", "sharpe", "mean_trade")):
                found[done : done + len(part), column] = np.nan_to_num(figures[name])  # neither is 0, as idle cash is
            done += len(part)
            if progress is not None:
                progress(done, len(places))
    return found


class Source:
    """What a layout is made from: the events that move, by group, and those that stay."""

    def __init__(self, setup: StrategySetup, ground: Ground) -> None:
        self.setup, self.ground, self.on = setup, ground, ground.on
        self.table = Table(self.on.tape, self.on.account, setup.study.end)
        events = sorted(setup.study.calendar.events, key=lambda event: event.id)
        self.number = {event.id: number for number, event in enumerate(events)}
        self.themes = sorted(self.on.places)
        names = sorted({event.episode for event in events if event.episode})
        self.episode = [names.index(event.episode) if event.episode else -1 for event in events]
        self.moving = [(ground.landings[name], group) for group, ids in enumerate(ground.dates.groups) for name in ids]
        self._items = {landing.event.id: self._items_of(landing) for landing, _ in self.moving}
        still = [event.model_copy(update={"episode": None}) for event in events if event.id not in ground.landings]
        calendar = replace(setup.study.calendar, events=tuple(still))
        self.fixed = self._laid(make_schedule(calendar, setup.plan, self.on.places, self.on.start, setup.study.end))
        self.days = market_arrays(self.on.tape)["days"]

    def portions(self, places: Ints) -> Iterator[Ints]:
        """The calendars, some at a time: as many as can be laid out at once."""
        each = np.array([len(self._items[landing.event.id]) for landing, _ in self.moving])
        every, at_once = len(places), max(1, len(places))
        while at_once > 1 and (each * min(at_once, self.ground.dates.sessions)).sum() > _LAID:
            at_once = (at_once + 1) // 2
        for start in range(0, every, at_once):
            yield places[start : start + at_once]

    def laid(self, landing: Landing, places: Ints) -> tuple[Records, Ints, Records, Ints]:
        """Triggers and revisions of an event at some places, place by place, and how many at each."""
        moving, later = landing.moving, landing.later[places]
        event, clocks = moving.event, self.ground.clocks
        plans: dict[int, Plans] = {}
        triggers, revisions, at, revised_at = [np.zeros(0, _ENTRY)], [np.zeros(0, REVISION)], [_NO_INTS], [_NO_INTS]
        revised: dict[int, Bools] = {}
        themed: dict[int, Bools] = {}  # by row, where a theme names it
        for theme, place, verdicts in self._items[event.id]:
            row, number = self.on.tape.row(place.listing), clocks.exchange_of[place.listing]
            if number not in plans:
                plans[number] = clocks.plans(moving, number, later)
            named = moving.named(place.since, later)
            if theme == NO_THEME:
                named &= ~themed.get(row, _nowhere(later))
            else:
                themed[row] = themed.get(row, _nowhere(later)) | named
            for asked in plans[number].triggers:
                if verdicts[asked.belief]:
                    inside = np.flatnonzero(named & asked.is_there)
                    triggers.append(self._entries(moving, theme, row, number, asked, inside, later))
                    at.append(inside)
            revised[row] = revised.get(row, _nowhere(later)) | named
        for row, named in revised.items():
            number = clocks.exchange_of[self.on.tape.symbols[row]]
            for asked in plans[number].revisions:
                inside = np.flatnonzero(named & asked.is_there)
                found = np.zeros(len(inside), REVISION)
                self._place(found, row, number, asked, inside)
                found["ends"], found["event"] = asked.ends[inside], self.number[event.id]
                found["closing"] = asked.closing
                revisions.append(found)
                revised_at.append(inside)
        return *_by_place(triggers, at, len(places)), *_by_place(revisions, revised_at, len(places))

    def _entries(
        self, moving: MovingEvent, theme: str, row: int, number: int, asked: Asked, inside: Ints, later: Ints
    ) -> Records:
        entry = np.zeros(len(inside), _ENTRY)
        self._place(entry, row, number, asked, inside)
        entry["until"], entry["event"] = asked.until[inside], self.number[moving.event.id]
        entry["theme"], entry["strength"] = self.themes.index(theme), moving.event.strength
        entry["members"] = parts_of(self.setup.plan, self.on.members, theme)
        entry["known"] = moving.known[asked.belief] + later[inside]
        entry["episode"] = self.episode[self.number[moving.event.id]]
        return entry

    def _place(self, found: Records, row: int, number: int, asked: Asked, inside: Ints) -> None:
        """Fill in where and when something acts."""
        session = asked.session[inside]
        column = self.ground.clocks.clocks[number].columns[session]
        exchange = market_arrays(self.on.tape)["listings"]["exchange"][row]
        found["row"], found["session"], found["column"] = row, session, column
        found["instant"] = self.days["closing" if asked.closing else "instant"][exchange, column]
        found["leaves"] = asked.leaves[inside]

    def _items_of(self, landing: Landing) -> list[tuple[str, Place, tuple[bool, ...]]]:
        """(theme, place, verdict of each belief) of each listing that an event may act on; those named alone last."""
        event, facts = landing.event, self.ground.facts
        every = [
            (theme, place)
            for theme in sorted(set(event.themes) & set(self.on.places) - {NO_THEME})
            for place in self.on.places[theme]
        ]
        every += [(NO_THEME, place) for place in self.on.places.get(NO_THEME, ()) if place.listing in event.listings]
        return [(theme, place, facts.of(event.id, place)) for theme, place in every]

    def _laid(self, schedule: Schedule) -> tuple[Records, Records]:
        """The triggers and revisions of a schedule."""
        packed: Any = self.table.calendars(schedule, self.setup.plan, self.on.members, self.number)
        triggers = np.zeros(len(packed.triggers), _ENTRY)
        for name in TRIGGER.names or ():
            triggers[name] = packed.triggers[name]
        for entry in triggers:
            trigger = schedule.triggers[entry["number"]]
            assert trigger.known_at is not None
            entry["theme"], entry["known"] = self.themes.index(trigger.theme), instant_ns(trigger.known_at)
            entry["episode"] = self.episode[entry["event"]]
        return triggers, packed.revisions


class Layout:
    """Every event's triggers and revisions at the places that some calendars give it.

    Rows of `triggers` and `revisions` stand event by event and place by place; `…_from` says where those of each pair
    begin. Events that do not move come last, as one more event with one place.
    """

    def __init__(self, source: Source, places: Ints) -> None:
        self.source, self.places = source, places
        self._keys = np.empty((len(places), len(source.moving) + 1), np.int64)
        parts, revised, counts, revised_counts, pairs = [], [], [], [], 0
        for number, (landing, group) in enumerate(source.moving):
            used, which = np.unique(places[:, group], return_inverse=True)
            triggers, count, revisions, revised_count = source.laid(landing, used)
            parts.append(triggers)
            revised.append(revisions)
            counts.append(count)
            revised_counts.append(revised_count)
            self._keys[:, number] = pairs + which
            pairs += len(used)
        self._keys[:, -1] = pairs
        fixed, fixed_revisions = source.fixed
        self._begins = _ends([*counts, [len(fixed)]])
        self._revised_begins = _ends([*revised_counts, [len(fixed_revisions)]])
        self._lay_out(np.concatenate([*parts, fixed]), np.concatenate([*revised, fixed_revisions]))

    def portions(self) -> Iterator[Ints]:
        """The calendars' places, some at a time: as many as can be joined at once."""
        sizes = np.diff(self._begins)[self._keys].sum(axis=1)
        bounds = np.flatnonzero(np.diff(np.cumsum(sizes) // _JOINED)) + 1
        for part in np.split(np.arange(len(self.places)), bounds):
            if len(part):
                yield part

    def calendars(self, rows: Ints) -> Calendars:
        """The calendars of these rows of the places."""
        keys = self._keys[rows]
        owner, chosen = _gathered(keys, self._begins)
        kept = self._first_of_each_episode(owner, chosen)
        owner, chosen = _in_order(owner[kept], chosen[kept], self._order)
        revised, revisions = _in_order(*_gathered(keys, self._revised_begins), self._revised_order)
        return Calendars(
            _taken(self._triggers, chosen), _begins_of(owner, len(rows)), _taken(self._revisions, revisions),
            _begins_of(revised, len(rows)),
        )  # fmt: skip

    def _lay_out(self, entries: Records, revisions: Records) -> None:
        """Keep what the kernel takes, and in which order it takes it."""
        by_rank = np.lexsort([entries[name] for name in ("theme", "row", "event", "known")])
        self._rank = np.empty(len(entries), np.int64)
        self._rank[by_rank] = np.arange(len(entries))
        self._event, self._episode = entries["event"].copy(), entries["episode"].copy()
        self._event_of_rank = self._event[by_rank]
        self._triggers = np.empty(len(entries), TRIGGER)
        for name in TRIGGER.names or ():
            self._triggers[name] = entries[name]
        self._triggers["rank"] = self._rank
        self._revisions = revisions
        by_row = ("row",) if self.source.setup.plan.slots is None else ()
        self._order = np.lexsort([self._triggers[name] for name in ("rank", *by_row, "instant", "column")])
        self._revised_order = np.lexsort([revisions[name] for name in ("event", "row", "instant", "closing", "column")])

    def _first_of_each_episode(self, owner: Ints, chosen: Ints) -> Bools:
        """An episode triggers once a theme (or a listing named by itself), on its first event by known_at, then id.

        Source: docs/semantics.md#repeats
        """
        kept = np.ones(len(chosen), bool)
        tied = np.flatnonzero(self._episode[chosen] >= 0)
        if len(tied):
            themes = self.source.themes
            alone = themes.index(NO_THEME) if NO_THEME in themes else -1
            some = self._triggers[chosen[tied]]
            row = np.where(some["theme"] == alone, some["row"] + 1, 0)
            group = owner[tied]
            for size, part in (
                (len(themes), some["theme"]),
                (len(self.source.on.tape.symbols) + 1, row),
                (self._episode.max() + 1, self._episode[chosen[tied]]),
            ):
                group = group * size + part
            same = np.unique(group, return_inverse=True)[1].ravel()
            first = np.full(same.max() + 1, len(self._rank))
            np.minimum.at(first, same, some["rank"])
            kept[tied] = some["event"] == self._event_of_rank[first[same]]
        return kept


_NO_INTS = np.zeros(0, np.int64)


def _nowhere(later: Ints) -> Bools:
    return np.zeros(len(later), bool)


def _by_place(parts: list[Records], at: list[Ints], places: int) -> tuple[Records, Ints]:
    """Parts in order of place, those of one place in the order they came; and how many are of each."""
    where = np.concatenate(at)
    return np.concatenate(parts)[np.argsort(where, kind="stable")], np.bincount(where, minlength=places)


def _ends(counts: list[Any]) -> Ints:
    """Where parts of so many rows begin, and where the last one ends."""
    found: Ints = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
    return found


def _gathered(keys: Ints, begins: Ints) -> tuple[Ints, Ints]:
    """Every row that the keys (calendars, events) stand for: whose calendar it is, and which row."""
    counts = (begins[keys + 1] - begins[keys]).ravel()
    owner = np.repeat(np.arange(len(keys)), counts.reshape(keys.shape).sum(axis=1))
    inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return owner, np.repeat(begins[keys].ravel(), counts) + inside


def _in_order(owner: Ints, rows: Ints, order: Ints) -> tuple[Ints, Ints]:
    """The rows of each calendar in the order in which all rows stand."""
    size = max(len(order), 1)
    place = np.empty(size, np.int64)
    place[order] = np.arange(len(order))
    keys = owner * size + place[rows]
    keys.sort()
    return keys // size, order[keys % size] if len(order) else rows


def _taken(records: Records, rows: Ints) -> Records:
    """Some records; a row of plain words is taken ten times as fast as a record."""
    words = records.view(np.int64).reshape(len(records), records.dtype.itemsize // 8)
    found: Records = words.take(rows, axis=0).view(records.dtype).ravel()
    return found


def _begins_of(owner: Ints, calendars: int) -> Ints:
    """Where each calendar's rows begin, in order of calendar, and where the last one's end."""
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=calendars))])
