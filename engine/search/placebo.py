"""The same strategy on calendars that mean nothing: where does the real one fall among them?

`random` draws the dates of all events anew, uniformly over the window's sessions, keeping how many each theme has, what
falls on one date together, and the smallest gap between dates. `shift` turns the real calendar through every other
place of the window, keeping its spacing: exact, as all turns are equally likely where dates mean nothing.

Source: Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9(1), on p = (1 + b) /
(1 + m): the real calendar is one of those that could have been drawn, so p is never 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from engine.backtest import Run
from engine.errors import StudyError
from engine.search.game import Game
from engine.search.workers import Crew, Progress
from events import Calendar, Event
from events.edtf import Window
from events.errors import did_you_mean, shown
from events.event import Revision
from strategies.parts import ALL

METHODS = ("random", "shift")
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FIGURES = ("total_return", "sharpe", "mean_trade")
_DAY = timedelta(days=1)
_CELLS = 4_000_000  # numbers drawn at a time
_TIE = 1e-12  # figures this near are equal: sums of the same numbers in another order


@dataclass(frozen=True)
class Dates:
    """When the real events could first be traded: `groups` of event ids by place among the window's `sessions`."""

    groups: tuple[tuple[str, ...], ...]
    places: tuple[int, ...]
    sessions: int

    @property
    def gap(self) -> int:
        """The smallest distance between two dates, in sessions."""
        return int(np.diff(self.places).min()) if len(self.places) > 1 else 1


@dataclass(frozen=True)
class Placebo:
    """Where the real calendar falls.

    real    : figures of the real calendar; values: (distinct, figures) of the others
    places  : (distinct, groups) places of the dates
    p       : (1 + others at least as good) / (1 + others), by figure
    """

    method: str
    draws: int
    dates: Dates
    real: dict[str, float]
    values: Floats
    places: Ints
    p: dict[str, float | None]

    @property
    def distinct(self) -> int:
        """Different calendars played, the real one not among them."""
        return len(self.values)


def placebo(
    game: Game,
    crew: Crew,
    method: str,
    draws: int,
    seed: int,
    progress: Progress | None = None,
    threads: int = 1,
) -> Placebo:
    """Play the strategy on the real calendar and on those of `method`, by the game's engine.

    draws   : of random calendars; one drawn again counts once, the real one not at all
    threads : of the kernel; backtrader plays in the crew's processes
    Raises  : StudyError for another method, or where the strategy trades no event in the window
    """
    if method not in METHODS:
        raise StudyError(f"--method '{shown(method)}' is not one.{did_you_mean(method, METHODS)}")
    dates = event_dates(game)
    places = drawn(dates, draws, seed) if method == "random" else shifted(dates)
    every = np.vstack([np.array(dates.places, np.int64)[None, :], places])
    if game.engine == "kernel":
        from engine.search.kernel_placebo import play_all  # numba, for those who play with it

        played = play_all(game, dates, every, threads, progress)
    else:
        answers = crew.map(play_places, [(dates, tuple(row)) for row in every.tolist()], progress)
        played = np.array([[one[name] for name in FIGURES] for one in answers])
    values = played[1:]
    real = dict(zip(FIGURES, played[0].tolist(), strict=True))
    p: dict[str, float | None] = {}
    for column, name in enumerate(FIGURES):
        as_good = int((values[:, column] >= real[name] - _TIE).sum())
        p[name] = (1 + as_good) / (1 + len(values)) if len(values) else None
    return Placebo(method, draws if method == "random" else len(places), dates, real, values, places, p)


def figures(run: Run) -> dict[str, float]:
    """What is compared. A path that never moves has no Sharpe ratio and no trade: both count as 0, as idle cash is.

    mean_trade : mean over lots of pnl over what the lot cost, open lots marked to market
    """
    paid = run.trades["shares"] * run.trades["entry_price"]
    gains = (run.trades["pnl"] / paid).dropna()
    return {
        "total_return": run.metrics["total_return"] or 0.0,
        "sharpe": run.metrics["sharpe"] or 0.0,
        "mean_trade": float(gains.mean()) if len(gains) else 0.0,
    }


def event_dates(game: Game) -> Dates:
    """The events that the strategy may trade in the window, by the first date they could be traded on.

    Raises: StudyError where there are none
    """
    if game.plan.trigger == "start":
        raise StudyError(f"{game.strategy} trades no events, so another calendar would change nothing. Choose another.")
    tape, events = game.market.tape, game.study.calendar.events
    by_place: dict[int, list[str]] = {}
    for event in events:
        if _may_trade(event, game):
            place = own_opens(game, event).place(event)
            if tape.first <= place <= tape.last:
                by_place.setdefault(place - tape.first, []).append(event.id)
    if not by_place:
        raise StudyError(f"No event of {game.strategy} becomes known in the window. Widen it, or choose other themes.")
    return Dates(
        tuple(tuple(by_place[place]) for place in sorted(by_place)),
        tuple(sorted(by_place)),
        tape.last - tape.first + 1,
    )


def drawn(dates: Dates, draws: int, seed: int) -> Ints:
    """Distinct random placements of the groups, the real one left out: uniform over all that keep the smallest gap.

    An ordered choice from a row shortened by the gaps is uniform; spread out again by its order it stays so.
    """
    groups, gap = len(dates.groups), dates.gap
    room = dates.sessions - (groups - 1) * (gap - 1)
    rng = np.random.default_rng(seed)
    chosen = _choices(rng, draws, groups, room)
    order = chosen.argsort(axis=1, kind="stable")
    spread = np.take_along_axis(chosen, order, axis=1) + np.arange(groups) * (gap - 1)
    places = np.empty_like(chosen)
    np.put_along_axis(places, order, spread, axis=1)
    places = places[(places != np.array(dates.places)).any(axis=1)]
    first = np.unique(places, axis=0, return_index=True)[1]
    return places[np.sort(first)]


def _choices(rng: np.random.Generator, draws: int, groups: int, room: int) -> Ints:
    """Ordered choices of `groups` different places out of `room`, each as likely as any other."""
    found = np.empty((draws, groups), np.int64)
    done = 0
    while done < draws:
        if groups * groups > room:  # few rows would be without a repeat: shuffle whole rows instead
            size = min(draws - done, max(1, _CELLS // room))
            rows = rng.permuted(np.tile(np.arange(room), (size, 1)), axis=1)[:, :groups]
        else:
            rows = rng.integers(0, room, (min(draws - done, _CELLS // groups) + 16, groups))
            ordered = np.sort(rows, axis=1)
            rows = rows[(ordered[:, 1:] != ordered[:, :-1]).all(axis=1)][: draws - done]
        found[done : done + len(rows)] = rows
        done += len(rows)
    return found


def shifted(dates: Dates) -> Ints:
    """Every circular shift of the real placement but none at all."""
    turns = np.arange(1, dates.sessions)[:, None]
    return (np.array(dates.places, np.int64)[None, :] + turns) % dates.sessions


def play_places(game: Game, task: tuple[Dates, tuple[int, ...]]) -> dict[str, float]:
    """Figures of the strategy with each group of events moved to its place."""
    dates, places = task
    return figures(game.play(moved(game, dates, places)))


def moved(game: Game, dates: Dates, places: tuple[int, ...]) -> Calendar:
    """The calendar with each group's news becoming known just in time for its new place.

    An event keeps its time of day; its window and revisions move by as many days as its date does. The article, and
    what the strategy cannot trade, stay.
    """
    tape, calendar = game.market.tape, game.study.calendar
    target = {name: tape.first + place for group, place in zip(dates.groups, places, strict=True) for name in group}
    events = tuple(
        moved_event(event, own_opens(game, event), target[event.id]) if event.id in target else event
        for event in calendar.events
    )
    return replace(calendar, events=events)


@dataclass(frozen=True)
class Opens:
    """Columns on which some listing that an event may trade is in session, and the latest of their opens (ns UTC)."""

    columns: Ints
    at: Ints

    def place(self, event: Event) -> int:
        """The first column on which one of them opens after the event is known; past the last, or -1, for none."""
        if not len(self.columns):
            return -1
        found = int(np.searchsorted(self.at, _ns(event.known), side="right"))
        return int(self.columns[found]) if found < len(self.columns) else int(self.columns[-1]) + 1


def own_opens(game: Game, event: Event) -> Opens:
    """Of the members of the themes that event and strategy have in common."""
    tape, themes = game.market.tape, _themes(game) & set(event.themes)
    members = {member.symbol for theme in game.study.themes.themes if theme.name in themes for member in theme.members}
    rows = [row for row, symbol in enumerate(tape.symbols) if symbol in members]
    opens = tape.opens_at[rows].max(axis=0, initial=-1)
    columns = np.flatnonzero(opens >= 0)
    return Opens(columns, opens[columns])


def _themes(game: Game) -> set[str]:
    """The themes that the strategy trades."""
    every = set(game.study.themes.names)
    return every if game.plan.themes == ALL else every & set(game.plan.themes)


def _may_trade(event: Event, game: Game) -> bool:
    if event.known_precision == "month" or not _themes(game) & set(event.themes):
        return False
    if game.plan.trigger == "announcement":
        return event.announces
    return event.direction == 1 and any(belief.status == "scheduled" for belief in event.beliefs)


def moved_event(event: Event, opens: Opens, column: int) -> Event:
    """The event with its news known just in time for its listings' open on or after a column, all else moved along."""
    ahead = min(int(np.searchsorted(opens.columns, column)), len(opens.columns) - 1)
    if opens.place(event) == opens.columns[ahead]:
        return event
    latest = _instant(int(opens.at[ahead]))
    known = datetime.combine(latest.date(), event.known.time(), UTC)
    if known >= latest:
        known -= _DAY
    later = known - event.known
    days = (known.date() - event.known.date()).days
    revisions = tuple(
        Revision(known_at=belief.known + later, occurs=_later(belief.occurs, days), status=belief.status)
        for belief in event.beliefs[1:]
        if belief.known_precision != "month"  # never acted on
    )
    return event.model_copy(update={"known_at": known, "occurs": _later(event.window, days), "revisions": revisions})


def _later(window: Window, days: int) -> str:
    """The same window so many days later, to the day."""
    first, last = (".." if side is None else (side + days * _DAY).isoformat() for side in (window.start, window.end))
    return f"{first}/{last}"


def _ns(instant: datetime) -> int:
    return int(np.datetime64(instant.astimezone(UTC).replace(tzinfo=None), "ns").astype(np.int64))


def _instant(ns: int) -> datetime:
    return datetime.fromtimestamp(ns // 1_000_000_000, UTC)
