"""Builds one strategy's tearsheet: quantstats' pictures and figures around our metrics, events and warnings."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from eventfolio.engine.record import RunRecord, StudyFacts
from eventfolio.events.writing import write_whole
from eventfolio.results.html import fill
from eventfolio.results.store.layout import SHEET_FILE
from eventfolio.results.store.read import StoredRun, load_run
from eventfolio.results.tearsheet.drawn import drawn, is_kept
from eventfolio.results.tearsheet.months import months
from eventfolio.results.tearsheet.quantstats_plots import Marks

MOST_EVENTS = 100  # of a calendar; of a longer one the sheet lists those that led to lots


def write_sheet(folder: Path, study: StudyFacts) -> None:
    """Draw `tearsheet.html` into a strategy's folder that holds its tables and run.json."""
    (run,) = load_run(folder).runs
    write_whole(folder / SHEET_FILE, render(run, study))


def is_drawn(run: RunRecord, study: StudyFacts) -> bool:
    """Whether all that quantstats draws of a run is there from an earlier one."""
    return is_kept(*_paths(run, study))


def render(run: StoredRun, study: StudyFacts) -> str:
    """The tearsheet as HTML that asks for nothing else: no script, no network.

    study : the facts of its study
    """
    returns, benchmark, marks = _paths(run, study)
    traded = set(run.trades["event_id"].dropna())
    shown = study.events if len(study.events) <= MOST_EVENTS else [one for one in study.events if one.id in traded]
    return fill(
        "tearsheet.html.j2",
        run=run,
        facts=run.facts,
        study=study,
        drawn=drawn(returns, benchmark, marks),
        months=months(returns),
        events=shown,
        left_out=len(study.events) - len(shown),
        traded=traded,
        quantstats_version=version("quantstats"),
    )


def _paths(run: StoredRun | RunRecord, study: StudyFacts) -> tuple[pd.Series, pd.Series | None, Marks]:
    """What is drawn: returns, the benchmark's where they are known, and marks over them."""
    returns = _series(run.returns, "return", run.label)
    benchmark = _series(run.returns, "benchmark", study.benchmark or "")
    return returns, None if benchmark.isna().all() else benchmark, _marks(study)


def _series(table: pd.DataFrame, column: str, name: str) -> pd.Series:
    """A column of `returns` by date. A zone is dropped: converting would move an Asian date a day back."""
    dates = pd.DatetimeIndex(table["date"]).tz_localize(None)
    return pd.Series(table[column].to_numpy(dtype=float), index=dates, name=name)


def _marks(study: StudyFacts) -> Marks:
    events = tuple(
        (date.fromisoformat(event.tradable_from), event.hindsight) for event in study.events if event.tradable_from
    )
    return Marks(events, study.published.date() if study.published else None)
