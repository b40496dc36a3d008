"""Judges a run's figures: intervals, the part of single events, and the number of trials made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.engine.record import RunFacts
from eventfolio.engine.record.run_facts import IntervalFacts, Significance, WithoutEvents
from eventfolio.results.significance.deflated_sharpe import (
    deflated_sharpe,
    effective_trials,
    minimum_track_record,
    moments,
    probabilistic_sharpe,
    sharpe_variance,
)
from eventfolio.results.significance.intervals import leave_one_event_out, path_intervals
from eventfolio.results.significance.lot_means import lot_means
from eventfolio.results.store.documents import read_record
from eventfolio.results.store.layout import RUN_FILE
from eventfolio.results.store.tables import read_table
from eventfolio.results.words import count, percent

if TYPE_CHECKING:
    from eventfolio.results.significance.lot_means import LotMeans

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Deflated:
    """Deflated Sharpe ratio of a run, over the trials seen, and over as many as would count if they were independent.

    deflated_sharpe, deflated_sharpe_effective : probabilities; None where the path never moved
    """

    deflated_sharpe: float | None
    deflated_sharpe_effective: float | None
    trials_seen: int


def run_evidence(returns: Floats, trades: pd.DataFrame, years: float, end: date, draws: int = 1_000) -> Significance:
    """What a page can set beside the metrics of one strategy.

    returns : a row a weekday, fractions; trades : rows of trades.parquet; years : calendar days / 365.25; end : of the
              window, until which open lots are held
    Returns : all but the deflated Sharpe ratios; intervals of mean_trade and mean_excess are over dates of entry,
              judgement is a `lot_means.Judgement`
    """
    means = lot_means(trades, end)
    intervals = path_intervals(returns, years, draws=draws)
    intervals |= {"mean_trade": means.trade, "mean_excess": means.excess}
    without = leave_one_event_out(trades)
    found = moments(returns)
    track = minimum_track_record(found) if found else None
    return Significance(
        intervals={key: IntervalFacts(**vars(one)) for key, one in intervals.items()},
        leave_one_event_out=_ends(without),
        probabilistic_sharpe=probabilistic_sharpe(found) if found else None,
        minimum_track_record_years=track * years / len(returns) if track is not None else None,
        lots=len(trades),
        lots_with_index=means.indexed,
        independent_dates=int(trades["entry_session"].nunique()),
        separate_holdings=means.separate,
        judgement=means.judgement,
        verdict=run_verdict(means),
    )


def evidence_of(folder: Path) -> Significance:
    """`run_evidence` of a strategy's folder as written; a worker's part of writing a run."""
    window = read_record(folder / RUN_FILE, RunFacts).window
    first, last = (date.fromisoformat(day) for day in (window.start, window.end))
    returns = read_table(folder / "returns.parquet")["return"].to_numpy(float)
    return run_evidence(returns, read_table(folder / "trades.parquet"), ((last - first).days + 1) / 365.25, last)


def deflated_beside(returns: Mapping[str, Floats], seen: Mapping[str, float | None] = {}) -> dict[str, Deflated]:
    """Each strategy's deflated Sharpe ratio, given all that was tried.

    returns : by label, paths of one length
    seen    : Sharpe ratio a period by trial, of every trial the study has seen, these included; default: these alone
    """
    table = np.column_stack(list(returns.values()))
    found = {label: moments(path) for label, path in returns.items()}
    own = {label: one.sharpe if one else None for label, one in found.items()}
    known = [sharpe for sharpe in (seen or own).values() if sharpe is not None]
    variance = sharpe_variance(known, len(table))
    trials = len(seen or own)
    effective = trials * effective_trials(table) / len(returns)
    return {
        label: Deflated(
            deflated_sharpe=deflated_sharpe(one, trials, variance) if one else None,
            deflated_sharpe_effective=deflated_sharpe(one, effective, variance) if one else None,
            trials_seen=trials,
        )
        for label, one in found.items()
    }


def _ends(without: Mapping[str, float]) -> WithoutEvents | None:
    if not without:
        return None
    low, high = min(without, key=lambda event: without[event]), max(without, key=lambda event: without[event])
    return WithoutEvents(low=without[low], low_without=low, high=without[high], high_without=high)


def run_verdict(means: LotMeans) -> str:
    """One sentence on a run's lots: their mean gain, their indices', and whether the difference leaves zero."""
    start = f"{count(means.lots, 'lot')} on {count(means.dates, 'date')} of entry"
    judgement = means.judgement
    if not means.lots:
        return f"{start}: nothing to judge."
    if judgement == "no_index":
        without = means.lots - means.indexed
        return (
            f"{start}; {percent(means.trade.value)} a lot: no index stands beside {without} of them, so nothing is "
            "claimed."
        )
    more = f" ({means.lots - means.indexed} without an index left out)" if means.indexed < means.lots else ""
    start += f"{more}; {percent(means.gain)} a lot, its indices {percent(means.index)}"
    excess = means.excess
    if judgement == "too_few":
        alone = "holding that does not" if means.separate == 1 else "holdings that do not"
        return f"{start}: {means.separate} {alone} overlap, too few for an interval."
    told = {
        "beyond_chance": "more than its market, and more than chance would explain, before asking how many were tried",
        "below_beyond_chance": "less than its market, beyond chance",
        "no_evidence": "no evidence of a gain beyond its market",
    }[judgement]
    between = f"between {percent(excess.low)} and {percent(excess.high)}"
    return f"{start}; {percent(excess.value)} beyond them, {between}: {told}."
