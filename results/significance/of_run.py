"""How sure one can be of a run's figures: intervals, what hangs on one event, and the luck of having tried many."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

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
from eventfolio.results.store.tables import read_table
from eventfolio.results.words import count, percent

if TYPE_CHECKING:
    from eventfolio.results.significance.lot_means import LotMeans

Floats = npt.NDArray[np.float64]


def run_evidence(returns: Floats, trades: pd.DataFrame, years: float, end: date, draws: int = 1_000) -> dict[str, Any]:
    """What a page can set beside the metrics of one strategy.

    returns : a row a weekday, fractions; trades : rows of trades.parquet; years : calendar days / 365.25; end : of the
              window, until which open lots are held
    Returns : intervals by metric ({value, low, high, method}; mean_trade and mean_excess over dates of entry),
              leave_one_event_out (low, high: return on what the lots cost; low_without, high_without: the event),
              probabilistic_sharpe, minimum_track_record_years, lots, lots_with_index, independent_dates,
              separate_holdings, judgement (`lot_means.Judgement`), verdict
    """
    means = lot_means(trades, end)
    intervals = path_intervals(returns, years, draws=draws)
    intervals |= {"mean_trade": means.trade, "mean_excess": means.excess}
    without = leave_one_event_out(trades)
    found = moments(returns)
    track = minimum_track_record(found) if found else None
    document: dict[str, Any] = {
        "intervals": {key: vars(one) for key, one in intervals.items()},
        "leave_one_event_out": _ends(without),
        "probabilistic_sharpe": probabilistic_sharpe(found) if found else None,
        "minimum_track_record_years": track * years / len(returns) if track is not None else None,
        "lots": len(trades),
        "lots_with_index": means.indexed,
        "independent_dates": int(trades["entry_session"].nunique()),
        "separate_holdings": means.separate,
    }
    return document | {"judgement": means.judgement, "verdict": run_verdict(means)}


def evidence_of(folder: Path) -> dict[str, Any]:
    """`run_evidence` of a strategy's folder as written; a worker's part of writing a run."""
    facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    first, last = (date.fromisoformat(facts["window"][end]) for end in ("start", "end"))
    returns = read_table(folder / "returns.parquet")["return"].to_numpy(float)
    return run_evidence(returns, read_table(folder / "trades.parquet"), ((last - first).days + 1) / 365.25, last)


def deflated_beside(
    returns: Mapping[str, Floats], seen: Mapping[str, float | None] = {}
) -> dict[str, dict[str, float | int | None]]:
    """Each strategy's deflated Sharpe ratio, given all that was tried.

    returns : by label, paths of one length
    seen    : Sharpe ratio a period by trial, of every trial the study has seen, these included; default: these alone
    Returns : deflated_sharpe over the trials seen; deflated_sharpe_effective over the number that would be as many if
              they were independent, by the correlation of these paths; trials_seen
    """
    table = np.column_stack(list(returns.values()))
    found = {label: moments(path) for label, path in returns.items()}
    own = {label: one.sharpe if one else None for label, one in found.items()}
    known = [sharpe for sharpe in (seen or own).values() if sharpe is not None]
    variance = sharpe_variance(known, len(table))
    trials = len(seen or own)
    effective = trials * effective_trials(table) / len(returns)
    return {
        label: {
            "deflated_sharpe": deflated_sharpe(one, trials, variance) if one else None,
            "deflated_sharpe_effective": deflated_sharpe(one, effective, variance) if one else None,
            "trials_seen": trials,
        }
        for label, one in found.items()
    }


def _ends(without: Mapping[str, float]) -> dict[str, Any] | None:
    if not without:
        return None
    low, high = min(without, key=lambda event: without[event]), max(without, key=lambda event: without[event])
    return {"low": without[low], "low_without": low, "high": without[high], "high_without": high}


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
