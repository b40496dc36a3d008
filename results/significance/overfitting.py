"""Computes the statistics of overfitting of a table of trials, for `overfit` and for every sweep."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypedDict

import numpy as np
import pandas as pd

from eventfolio.events.errors import shown
from eventfolio.results.errors import EvidenceError
from eventfolio.results.significance.deflated_sharpe import (
    Moments,
    deflated_sharpe,
    effective_trials,
    expected_max,
    minimum_backtest_length,
    minimum_track_record,
    moments,
    probabilistic_sharpe,
    sharpe_variance,
)
from eventfolio.results.significance.pbo import Overfitting, overfitting
from eventfolio.results.significance.superior_ability import reality_check


class BestTrial(TypedDict):
    """The trial with the highest Sharpe ratio, a year and a period, and the moments of its returns."""

    trial: str
    sharpe: float
    sharpe_a_period: float
    periods: int
    skew: float
    kurtosis: float


class SearchFigures(TypedDict, total=False):
    """Statistics of overfitting of a table of trials; spa, reality_check: p-values of Hansen and White."""

    pbo: float | None
    deflated_sharpe: float | None
    spa: float | None
    effective_trials: float
    best: BestTrial
    periods_a_year: float
    sharpe_variance: float
    expected_best_sharpe: float
    probabilistic_sharpe: float | None
    deflated_sharpe_effective: float | None
    minimum_track_record_years: float | None
    minimum_backtest_years: float | None
    reality_check: float | None
    spa_lower: float | None
    spa_upper: float | None
    loss_out_of_sample: float | None
    blocks: int
    rows_left_out: int
    flat_trials: int


class OverfittingFigures(SearchFigures):
    """The same of a table by itself. trials : really made; trials_shown : columns of the table"""

    trials: int
    trials_shown: int


def overfitting_figures(
    returns: pd.DataFrame,
    blocks: int = 16,
    made: int | None = None,
    a_year: float | None = None,
    seen: Mapping[str, float | None] | None = None,
) -> OverfittingFigures:
    """How likely luck alone made the best of these trials.

    returns : date x trial, decimal fractions, nothing missing
    blocks  : of the cross-validation
    made    : trials really made, where more were than are shown and nothing else is known of them
    seen    : Sharpe ratio a period by trial of every trial really made, these included (None: it never moved): the
              search that the best is deflated by; default: these alone
    a_year  : rows a year; from the dates where not given
    Returns : a JSON document: pbo, deflated_sharpe (a probability) and spa (Hansen's consistent p) first
    Raises  : EvidenceError
    """
    table = _checked(returns)
    n = table.shape[1]
    trials = max(made or 0, len(seen or ()), n)
    moving: dict[int, Moments] = {}
    for column in range(n):
        if (one := moments(table[:, column])) is not None:
            moving[column] = one
    if not moving:
        raise EvidenceError("No trial's return ever varies, so none has a Sharpe ratio.")
    sharpes = [one.sharpe for one in moving.values()]
    place = max(moving, key=lambda column: (moving[column].sharpe, -column))
    top = moving[place]
    known = [sharpe for sharpe in seen.values() if sharpe is not None] if seen else sharpes
    variance = sharpe_variance(known, len(table))
    effective = effective_trials(table)
    a_year = a_year or _periods_a_year(returns)
    split: Overfitting | None = overfitting(table, blocks) if n > 1 else None
    checked = reality_check(table)
    annual = top.sharpe * math.sqrt(a_year)
    track = minimum_track_record(top)
    return {
        "pbo": split.pbo if split else None,
        "deflated_sharpe": deflated_sharpe(top, trials, variance),
        "spa": checked.consistent if checked else None,
        "trials": trials,
        "trials_shown": n,
        "effective_trials": effective,
        "best": {
            "trial": str(returns.columns[place]),
            "sharpe": annual,
            "sharpe_a_period": top.sharpe,
            "periods": top.periods,
            "skew": top.skew,
            "kurtosis": top.kurtosis,
        },
        "periods_a_year": a_year,
        "sharpe_variance": variance,
        "expected_best_sharpe": math.sqrt(variance * a_year) * expected_max(trials),
        "probabilistic_sharpe": probabilistic_sharpe(top),
        "deflated_sharpe_effective": deflated_sharpe(top, effective * trials / n, variance),
        "minimum_track_record_years": track / a_year if track is not None else None,
        "minimum_backtest_years": minimum_backtest_length(trials, annual),
        "reality_check": checked.white if checked else None,
        "spa_lower": checked.lower if checked else None,
        "spa_upper": checked.upper if checked else None,
        "loss_out_of_sample": split.loss if split else None,
        "blocks": blocks,
        "rows_left_out": split.dropped if split else 0,
        "flat_trials": n - len(sharpes),
    }


def _checked(returns: pd.DataFrame) -> np.ndarray:
    table = returns.to_numpy(float)
    if len(table) < 10:
        raise EvidenceError(f"{len(table)} rows of returns are too few. Give at least 10, better some hundreds.")
    gap = np.argwhere(~np.isfinite(table))
    if len(gap):
        row, column = gap[0]
        raise EvidenceError(
            f"Trial '{shown(returns.columns[column])}' has no return on {pd.Timestamp(returns.index[row]).date()}. "
            "Trials are compared on the same rows: write 0 where nothing was held, or leave the row or the trial out."
        )
    return table


def _periods_a_year(returns: pd.DataFrame) -> float:
    """Rows a year, from the dates: 252 for sessions, 12 for months."""
    days = (returns.index[-1] - returns.index[0]).days
    return (len(returns) - 1) / (days / 365.25)
