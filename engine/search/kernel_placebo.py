"""Placebo calendars for the compiled kernel: what each event triggers at each place, once, then put together by draw.

A calendar of `placebo_landing.moved` is the union of its events, each moved by itself; only an episode ties
events together. So the triggers of every event at every place are laid out first, and ten thousand calendars are ten
thousand choices among them, joined and put in order as arrays.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from eventfolio.engine.execution.kernel.player import Table
from eventfolio.engine.execution.packing import REVISION, TRIGGER, Records, market_arrays, parts_of
from eventfolio.engine.execution.semantics.records import Calendars
from eventfolio.engine.market.sessions import instant_ns
from eventfolio.engine.schedule import NO_THEME, Place, Schedule, make_schedule, meets
from eventfolio.engine.search.placebo_ground import Ground
from eventfolio.engine.search.placebo_landing import Landing
from eventfolio.engine.search.process_pool import Progress
from eventfolio.engine.search.setup import StrategySetup
from eventfolio.events import Event
from eventfolio.strategies.parts import Plan

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_ENTRY = np.dtype([*TRIGGER.descr, *((name, "i8") for name in ("known", "episode"))])
_AT_A_TIME = 20_000  # calendars joined at once, so that memory does not grow with their number


def play_all(
    setup: StrategySetup, ground: Ground, places: Ints, threads: int, progress: Progress | None = None
) -> Floats:
    """Figures (total return, Sharpe ratio, mean trade) of the strategy with each group of events at its place.

    places : (calendars, groups)
    """
    laid = Layout(setup, ground)
    found = np.empty((len(places), 3))
    for start in range(0, len(places), _AT_A_TIME):
        part = places[start : start + _AT_A_TIME]
        figures = laid.table.figures([setup.plan], laid.calendars(part), threads)
        for column, name in enumerate(("total_return", "sharpe", "mean_trade")):
            found[start : start + len(part), column] = np.nan_to_num(figures[name])  # neither is 0, as idle cash is
        if progress is not None:
            progress(start + len(part), len(places))
    return found


class Layout:
    """Every event's triggers and revisions at every place of the window.

    Rows of `triggers` and `revisions` stand event by event and place by place; `…_from` says where those of event e at
    place p begin: at e x places + p. Events that do not move come last, as one more event with one place.
    """

    def __init__(self, setup: StrategySetup, ground: Ground) -> None:
        self.setup, self.dates, self.on = setup, ground.dates, ground.on
        self.table = Table(self.on.tape, self.on.account, setup.study.end)
        events = sorted(setup.study.calendar.events, key=lambda event: event.id)
        self._number = {event.id: number for number, event in enumerate(events)}
        self._themes = sorted(self.on.places)
        self._alone = self._themes.index(NO_THEME) if NO_THEME in self._themes else -1
        names = sorted({event.episode for event in events if event.episode})
        self._episode = [names.index(event.episode) if event.episode else -1 for event in events]
        self.moving = [(name, group) for group, ids in enumerate(ground.dates.groups) for name in ids]
        parts = [part for name, _ in self.moving for part in self._at_each_place(ground, ground.landings[name])]
        still = [event.model_copy(update={"episode": None}) for event in events if event.id not in ground.landings]
        calendar = replace(setup.study.calendar, events=tuple(still))
        parts.append(self._laid(make_schedule(calendar, setup.plan, self.on.places, self.on.start, setup.study.end)))
        self.triggers, self.triggers_from = _joined([triggers for triggers, _ in parts])
        self.revisions, self.revisions_from = _joined([revisions for _, revisions in parts])
        order = np.lexsort([self.triggers[name] for name in ("theme", "row", "event", "known")])
        self.triggers["rank"][order] = np.arange(len(order))
        self._event_of_rank = self.triggers["event"][order]

    def calendars(self, places: Ints) -> Calendars:
        """The calendars with each group of events at its place. places : (calendars, groups)"""
        chosen = [number * self.dates.sessions + places[:, group] for number, (_, group) in enumerate(self.moving)]
        fixed = np.full(len(places), len(self.moving) * self.dates.sessions)
        keys = np.stack([*chosen, fixed], axis=1)
        owner, rows = _gathered(keys, self.triggers_from)
        triggers = self.triggers[rows]
        kept = self._first_of_each_episode(owner, triggers)
        owner, triggers = owner[kept], triggers[kept]
        by_row = ("row",) if self.setup.plan.slots is None else ()
        order = np.lexsort([*(triggers[name] for name in ("rank", *by_row, "instant", "column")), owner])
        revised, rows = _gathered(keys, self.revisions_from)
        revisions = self.revisions[rows]
        sort = np.lexsort([*(revisions[name] for name in ("event", "row", "instant", "column")), revised])
        plain = triggers[list(TRIGGER.names or ())][order].astype(TRIGGER)
        return Calendars(plain, _ends(owner, len(places)), revisions[sort], _ends(revised, len(places)))

    def _at_each_place(self, ground: Ground, landing: Landing) -> list[tuple[Records, Records]]:
        """An event's triggers and revisions, place by place."""
        if landing.schedules:
            return [self._laid(schedule) for schedule in landing.schedules]
        event, clock, market = landing.event, ground.clock, market_arrays(self.on.tape)
        moments = instant_ns(event.known) + landing.later
        entries, at = [np.zeros(0, _ENTRY)], [np.zeros(0, np.int64)]
        for theme in (*sorted(set(event.themes) & set(self.on.places)), NO_THEME):
            for place in self.on.places.get(theme, ()):
                row, number = self.on.tape.row(place.listing), clock.exchange_of[place.listing]
                if not _is_chosen(event, place, self.setup.plan):
                    continue
                acts = clock.acts_alone if theme == NO_THEME else clock.acts
                inside = np.flatnonzero(acts(landing, place))
                entry = np.zeros(len(inside), _ENTRY)
                entry["session"] = landing.sessions[inside, number]
                entry["column"] = clock.columns[number][entry["session"]]
                entry["instant"] = market["days"]["instant"][market["listings"]["exchange"][row], entry["column"]]
                entry["row"], entry["event"] = row, self._number[event.id]
                entry["until"] = entry["leaves"] = -1
                entry["strength"] = event.strength
                entry["members"] = parts_of(self.setup.plan, self.on.members, theme)
                entry["known"], entry["theme"] = moments[inside], self._themes.index(theme)
                entry["episode"] = self._episode[self._number[event.id]]
                entries.append(entry)
                at.append(inside)
        order = np.argsort(np.concatenate(at), kind="stable")
        each = np.cumsum(np.bincount(np.concatenate(at), minlength=self.dates.sessions))[:-1]
        none = np.zeros(0, REVISION)
        return [(part, none) for part in np.split(np.concatenate(entries)[order], each)]

    def _laid(self, schedule: Schedule) -> tuple[Records, Records]:
        """The triggers and revisions of a schedule."""
        packed: Any = self.table.calendars(schedule, self.setup.plan, self.on.members, self._number)
        triggers = np.zeros(len(packed.triggers), _ENTRY)
        for name in TRIGGER.names or ():
            triggers[name] = packed.triggers[name]
        for entry in triggers:
            trigger = schedule.triggers[entry["number"]]
            assert trigger.known_at is not None
            entry["theme"], entry["known"] = self._themes.index(trigger.theme), instant_ns(trigger.known_at)
            entry["episode"] = self._episode[entry["event"]]
        return triggers, packed.revisions

    def _first_of_each_episode(self, owner: Ints, triggers: Records) -> npt.NDArray[np.bool_]:
        """An episode triggers once a theme (or a listing named by itself), on its first event by known_at, then id.

        Source: docs/semantics.md#repeats
        """
        kept = np.ones(len(triggers), bool)
        tied = np.flatnonzero(triggers["episode"] >= 0)
        if len(tied):
            some = triggers[tied]
            alone = some["theme"] == self._alone
            group = np.stack([owner[tied], some["theme"], np.where(alone, some["row"], -1), some["episode"]])
            same = np.unique(group, axis=1, return_inverse=True)[1].ravel()
            first = np.full(same.max() + 1, len(self.triggers))
            np.minimum.at(first, same, some["rank"])
            kept[tied] = some["event"] == self._event_of_rank[first[same]]
        return kept


def _is_chosen(event: Event, place: Place, plan: Plan) -> bool:
    """Whether a plan's conditions on facts are met where and when the news is really first tradable."""
    session = place.sessions.first_open_after(instant_ns(event.known))
    return session >= len(place.sessions.dates) or meets(event, place.sessions.opening(session), plan)


def _joined(parts: list[Records]) -> tuple[Records, Ints]:
    """Parts in one array, and where each begins, and the last one ends."""
    return np.concatenate(parts), np.cumsum([0, *(len(part) for part in parts)])


def _gathered(keys: Ints, begins: Ints) -> tuple[Ints, Ints]:
    """Every row that the keys (calendars, events) stand for: whose calendar it is, and which row."""
    counts = (begins[keys + 1] - begins[keys]).ravel()
    owner = np.repeat(np.arange(len(keys)), counts.reshape(keys.shape).sum(axis=1))
    inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return owner, np.repeat(begins[keys].ravel(), counts) + inside


def _ends(owner: Ints, calendars: int) -> Ints:
    """Where each calendar's rows begin, in order of calendar, and where the last one's end."""
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=calendars))])
