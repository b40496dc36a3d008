"""Summarises a sweep as one JSON document: trials in ranked order, and statistics of overfitting."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from eventfolio.engine.metrics import PERIODS
from eventfolio.engine.record.search import SweepFacts, Trial
from eventfolio.events.errors import Unavailable
from eventfolio.results.errors import EvidenceError
from eventfolio.results.search.document_types import SweepDocument
from eventfolio.results.search.verdict import search_verdict
from eventfolio.results.significance.overfitting import SearchFigures, overfitting_figures
from eventfolio.results.store.trials import Seen, adopt_runs, note_trials, read_trials, study_key
from eventfolio.results.words import count


def score(metrics: dict[str, float | None]) -> float:
    """What trials are ranked by: the Sharpe ratio. A path without a lot or a movement has none: its mean return a day.

    Idle cash that earns interest has a Sharpe ratio on paper, and would win every ranking.
    """
    sharpe = metrics["sharpe"]
    return sharpe if sharpe is not None and metrics["trades"] else (metrics["cagr"] or 0.0) / PERIODS


def ranking(metrics: Sequence[dict[str, float | None]]) -> list[int]:
    """Numbers of the trials, best first; of equal ones that with the higher return, then the earlier."""
    return sorted(
        range(len(metrics)),
        key=lambda number: (-score(metrics[number]), -(metrics[number]["total_return"] or 0.0), number),
    )


def sweep_document(
    sweep: SweepFacts,
    trials: Sequence[Trial],
    returns: pd.DataFrame,
    blocks: int = 16,
    seen: Seen | None = None,
) -> SweepDocument:
    """engine, the statistics of overfitting, and the trials in ranked order.

    returns : of `returns_table`
    seen    : of `note_sweep`: all that the study has tried so far, the search that the best is deflated by
    """
    order = ranking([trial.metrics for trial in trials])
    sharpes, noted = (seen.sharpes, [seen.note] if seen.note else []) if seen else (None, [])
    figures, verdict = _overfitting(returns, trials, order, blocks, sharpes)
    return {
        "engine": sweep.engine,
        "engine_why": sweep.engine_why,
        "strategy": sweep.strategy,
        "study": sweep.study,
        "simulated": sweep.simulated,
        "point_in_time": sweep.point_in_time,
        "window": {"start": str(returns.index[0].date()), "end": str(returns.index[-1].date())},
        "tried": len(trials),
        "trials_seen": max(len(sharpes or ()), len(trials)),
        "varied": list(sweep.varied),
        "fixed": dict(sweep.fixed),
        "notes": [*sweep.notes, *noted],
        "warnings": list(sweep.warnings),
        **figures,
        "verdict": verdict,
        "trials": [
            {
                "params": dict(sweep.params[number]),
                "metrics": trials[number].metrics,
                "mean_trade": trials[number].mean_trade,
            }
            for number in order
        ],
    }


def returns_table(sweep: SweepFacts, trials: Sequence[Trial]) -> pd.DataFrame:
    """Returns of every trial, date x trial, the best first."""
    order = ranking([trial.metrics for trial in trials])
    columns = {sweep.labels[number]: trials[number].returns for number in order}
    return pd.DataFrame(columns, index=pd.DatetimeIndex(sweep.dates.astype("datetime64[ns]"), name="date"))


def note_sweep(store: Path, sweep: SweepFacts, trials: Sequence[Trial], name: str) -> Seen:
    """Add a sweep's trials to those its study has seen in a store of runs; all of these.

    One that never bought has none, whatever interest its cash earned.

    Raises: Unavailable
    """
    found = {}
    for number, trial in enumerate(trials):
        sharpe = trial.metrics["sharpe"] if trial.metrics["trades"] else None
        found[sweep.ids[number]] = None if sharpe is None else sharpe / math.sqrt(PERIODS)
    try:
        adopt_runs(store)
        key = study_key(sweep.study, sweep.simulated)
        note_trials(store, key, found, name)
        return read_trials(store, key)
    except OSError as error:
        raise Unavailable(
            f"{store}: the trials could not be noted there ({error.strerror}). Give another folder with --runs."
        ) from error


def _overfitting(
    returns: pd.DataFrame,
    trials: Sequence[Trial],
    order: list[int],
    blocks: int,
    seen: Mapping[str, float | None] | None,
) -> tuple[SearchFigures, str]:
    """The statistics and their verdict, of the trials as searched.

    One that never bought counts as flat, whatever interest its cash earned.
    """
    bought = np.array([bool(trials[number].metrics["trades"]) for number in order])
    judged = returns.copy()
    judged.loc[:, ~bought] = 0.0
    try:
        found = overfitting_figures(judged, blocks, a_year=PERIODS, seen=seen)
    except EvidenceError as error:
        said = f"{count(len(order), 'trial')}: {str(error)[0].lower()}{str(error)[1:]}"
        return {"pbo": None, "deflated_sharpe": None, "spa": None}, said
    verdict = search_verdict(found)
    kept = {key: value for key, value in found.items() if key not in ("trials", "trials_shown")}
    return cast(SearchFigures, kept), verdict
