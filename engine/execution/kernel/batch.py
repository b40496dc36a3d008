"""Plays run after run on one market, each a plan on a calendar: the entry point of the compiled kernel."""

from __future__ import annotations

from eventfolio.engine.execution.kernel.figures import note_figures, note_lots
from eventfolio.engine.execution.semantics.dates import play_dates
from eventfolio.engine.execution.semantics.inputs import Calendars, Market, Runs
from eventfolio.engine.execution.semantics.records import State


def play_batch(
    market: Market, state: State, calendars: Calendars, runs: Runs, recording: int, first: int, stop: int
) -> int:
    """Play the runs `first` to `stop` and write the figures of each. `state` is used anew.

    calendars : one, or one a run (records.Calendars)
    recording : level of what is kept of the last run played
    Returns   : `stop`
    Raises    : MemoryError for a run that does not fit into `state`; book.run is its number
    """
    for run in range(first, stop):
        plan = runs.plans[run if len(runs.plans) > 1 else 0]
        at = run if len(calendars.triggers_from) > 2 else 0
        triggers = calendars.triggers[calendars.triggers_from[at] : calendars.triggers_from[at + 1]]
        revisions = calendars.revisions[calendars.revisions_from[at] : calendars.revisions_from[at + 1]]
        state.book[0].run = run
        play_dates(market, state, plan, triggers, revisions, runs.steps, recording)
        if len(runs.figures) > 0:
            note_figures(state, plan, runs.steps, runs.figures[run])
            note_lots(market, state, plan, runs.figures[run])
    return stop
