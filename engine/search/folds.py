"""Splits a study for validation: stretches of time in sequence, and single happenings left out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from eventfolio.engine.errors import StudyError
from eventfolio.engine.leave_one_out import acting_events
from eventfolio.engine.record.search import Stretch
from eventfolio.engine.schedule import schedule_plan
from eventfolio.engine.search.sweep import Sweep
from eventfolio.engine.search.trial import Trial
from eventfolio.engine.search.trials import own_params, themes_of
from eventfolio.events.errors import did_you_mean, shown

METHODS = ("walk-forward", "leave-one-event-out")
_SHORTEST = 20  # weekdays of a stretch: in less, little that is bought is sold again


def check_method(method: str) -> None:
    """Refuse what is no way to validate, with the nearest that is."""
    if method not in METHODS:
        raise StudyError(f"--validate '{shown(method)}' is not one.{did_you_mean(method, METHODS)}")


def stretches(sweep: Sweep, count: int) -> list[Stretch]:
    """The window's weekdays in `count` + 1 equal parts: the first for choosing only, each later one judges.

    Raises: StudyError where they would be too short
    """
    days, end = sweep.dates, sweep.window[1]
    borders = [round(part * len(days) / (count + 1)) for part in range(count + 2)]
    if min(after - before for before, after in pairwise(borders)) < _SHORTEST:
        raise StudyError(
            f"{len(days)} weekdays are too few for {count} --folds and a stretch before them of {_SHORTEST} and more. "
            "Take fewer folds, or a wider window."
        )
    return [
        Stretch(first, days[first].astype(object), end if last == len(days) else days[last - 1].astype(object))
        for first, last in pairwise(borders[1:])
    ]


def happenings(sweep: Sweep, trials: Sequence[Trial]) -> list[tuple[str, ...]]:
    """Events that had a part in any trial, by what happened: those of one episode are one happening, left out together.

    Were only the first left out, the next news of the same happening would take its place.
    Raises: StudyError where no trial bought anything on one
    """
    if not any(trial.by_event for trial in trials):
        raise StudyError("No trial bought anything on an event, so none can be left out. Use --validate walk-forward.")
    plans = {}
    for params in sweep.grid.params:
        plan, _ = sweep.strategy.resolve(**own_params(params))
        plans[themes_of(params), schedule_plan(plan)] = plan
    acting: set[str] = set()
    for (word, _), plan in plans.items():
        setup = sweep.context.setups[word]
        acting |= acting_events(setup.study, setup.market, plan, sweep.context.point_in_time)
    groups: dict[object, list[str]] = {}
    for event in sweep.study.calendar.events:
        groups.setdefault(event.episode or (event.id,), []).append(event.id)
    return [tuple(group) for group in groups.values() if acting & set(group)]
