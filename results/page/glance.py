"""Builds the page's first table: a row a strategy with its small equity line and the verdict in six words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.engine.record.json_record import ABSENT
from eventfolio.engine.record.run_facts import IntervalFacts
from eventfolio.results.significance.lot_means import Judgement, lot_means
from eventfolio.results.store.read import StoredRun

WIDTH, HEIGHT = 120, 32  # of the small line, in its own units
_POINTS = 90

SIX_WORDS: dict[Judgement, str] = {
    "beyond_chance": "more than its market and chance",
    "below_beyond_chance": "less than its market, beyond chance",
    "no_evidence": "no evidence of beating its market",
    "too_few": "too few holdings to say anything",
    "no_index": "no index beside it, nothing claimed",
}
NOTHING = "bought nothing, so nothing to judge"


@dataclass(frozen=True)
class Spark:
    """A small line of gain by date. line : path data; zero : y of no gain; hindsight : x at which hindsight ends"""

    line: str
    zero: float
    hindsight: float


@dataclass(frozen=True)
class Glance:
    """What the first table shows of a strategy beside its metrics.

    sharpe, excess : with their 95 % intervals; None where the record has none
    words, judgement : the verdict in six words, and the key it stands for ("" where nothing was bought)
    """

    spark: Spark | None
    sharpe: IntervalFacts | None
    excess: IntervalFacts | None
    words: str
    judgement: str


def glance(run: StoredRun, hindsight_until: date | None) -> Glance:
    """The row of a stored run. hindsight_until : date of the article, None without one"""
    found = run.facts.significance
    intervals = {} if found is None or found.intervals is ABSENT else found.intervals
    words, judgement = _verdict(run)
    return Glance(
        spark=spark(run.returns, hindsight_until),
        sharpe=intervals.get("sharpe"),
        excess=intervals.get("mean_excess"),
        words=words,
        judgement=judgement,
    )


def _verdict(run: StoredRun) -> tuple[str, str]:
    """Of the record's judgement; of a run stored before that was kept it is made here."""
    if not len(run.trades):
        return NOTHING, ""
    found = run.facts.significance
    kept = found.judgement if found is not None else ABSENT
    judged: Judgement = cast(Judgement, kept) if kept in get_args(Judgement) else _judged(run)
    return SIX_WORDS[judged], judged


def _judged(run: StoredRun) -> Judgement:
    return lot_means(run.trades, date.fromisoformat(run.facts.window.end)).judgement


def spark(returns: pd.DataFrame, hindsight_until: date | None) -> Spark | None:
    """The small line of a run's gain; None for fewer than two rows. returns : rows of returns.parquet"""
    if len(returns) < 2:
        return None
    gain = np.concatenate([[0.0], np.cumprod(1.0 + returns["return"].to_numpy(float)) - 1.0])
    at = np.unique(np.linspace(0, len(gain) - 1, min(len(gain), _POINTS)).round().astype(int))
    low, high = float(gain.min()), float(gain.max())
    room = (high - low) or 1.0
    y: npt.NDArray[np.float64] = 2 + (HEIGHT - 4) * (1.0 - (gain - low) / room)
    x = WIDTH * np.arange(len(gain)) / (len(gain) - 1)
    line = "M" + "L".join(f"{x[one]:.1f} {y[one]:.1f}" for one in at)
    until = 0.0
    if hindsight_until is not None:
        days = pd.DatetimeIndex(returns["date"]).tz_localize(None)
        until = WIDTH * float((days < pd.Timestamp(hindsight_until)).mean())
    return Spark(line, round(2 + (HEIGHT - 4) * (1.0 - (0.0 - low) / room), 1), round(until, 1))
