"""Estimates the mean gain of a run's lots with its interval, and their mean excess over their home indices.

Lots of one date are one observation, and holdings that overlap share their days. So dates of entry are drawn whole, in
blocks as long as a holding, and the uncertainty is Student's over the holdings that do not overlap.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.results.significance import block_length
from eventfolio.results.significance.bootstrap import drawn_counts
from eventfolio.results.significance.intervals import LEVEL, Interval

Floats = npt.NDArray[np.float64]
Judgement = Literal["beyond_chance", "below_beyond_chance", "no_evidence", "too_few", "no_index"]

FEWEST = 7  # holdings that do not overlap, below which there is no interval
WITH_INDEX = 0.8  # share of lots that must have a home index for anything to be claimed
_DRAWS = 2_000
_SEED = 19_940_612
_METHOD = "stationary bootstrap of dates of entry"


@dataclass(frozen=True)
class LotMeans:
    """What a run's lots come to, open ones at their marks; fractions of what they cost.

    lots, dates, indexed : lots whose gain is known, their dates of entry, and how many of the lots have a home index
    separate             : holdings of the judged lots that do not overlap
    gain, index          : mean of the judged lots, and of their indices over the same windows; None without any
    trade                : mean gain of all lots, with its interval
    excess               : mean gain beyond the index of the judged lots, with its interval
    """

    lots: int
    dates: int
    indexed: int
    separate: int
    gain: float | None
    index: float | None
    trade: Interval
    excess: Interval

    @property
    def judgement(self) -> Judgement:
        """What may be claimed of the excess: nothing where too few lots have an index, or too few stand alone."""
        if not self.lots:
            return "too_few"
        if self.indexed < WITH_INDEX * self.lots:
            return "no_index"
        if self.excess.low is None or self.excess.high is None:
            return "too_few"
        if self.excess.low > 0:
            return "beyond_chance"
        return "below_beyond_chance" if self.excess.high < 0 else "no_evidence"


def lot_means(trades: pd.DataFrame, end: date) -> LotMeans:
    """Means of the lots, judged on those that have a home index.

    trades : rows of trades.parquet; end : of the window, until which open lots are held
    """
    gain = trades["pnl"] / (trades["shares"] * trades["entry_price"])
    lots = pd.DataFrame({"gain": gain, "excess": trades["excess_return"], "entry": trades["entry_session"]})
    lots["exit"] = trades["exit_session"].fillna(pd.Timestamp(end))
    lots = lots.dropna(subset="gain")
    judged = lots.dropna(subset="excess")
    mean = float(judged["gain"].mean()) if len(judged) else None
    excess = mean_interval(judged["excess"], judged["entry"], judged["exit"])
    return LotMeans(
        lots=len(lots),
        dates=int(lots["entry"].nunique()),
        indexed=len(judged),
        separate=separate_holdings(judged["entry"], judged["exit"]),
        gain=mean,
        index=None if mean is None or excess.value is None else mean - excess.value,
        trade=mean_interval(lots["gain"], lots["entry"], lots["exit"]),
        excess=excess,
    )


def mean_interval(values: pd.Series, entries: pd.Series, exits: pd.Series) -> Interval:
    """The mean over lots with its 95 % interval; none for fewer than seven holdings that do not overlap.

    Dates of entry are drawn by the stationary bootstrap in their order, in blocks of as many as fall within the median
    holding; Student's t on the holdings that do not overlap, less one, times the deviation of the means drawn. The
    percentiles themselves would be too narrow: of 12 dates they miss one time in ten, of overlapping holdings in six.
    Source: Politis and Romano (1994), J. American Statistical Association 89(428), 1303-1313
    """
    from scipy.special import stdtrit

    if not len(values):
        return Interval(None, None, None, _METHOD)
    point, separate = float(values.mean()), separate_holdings(entries, exits)
    if separate < FEWEST:
        return Interval(point, None, None, _METHOD)
    by_date = values.groupby(entries.to_numpy()).agg(["sum", "count"])
    block = block_length.of_holdings(by_date.index.to_numpy(), np.median((exits - entries).to_numpy()))
    counts = drawn_counts(len(by_date), block, _DRAWS, _SEED)
    means = (counts @ by_date["sum"].to_numpy()) / (counts @ by_date["count"].to_numpy())
    reach = float(stdtrit(separate - 1, (1.0 + LEVEL) / 2.0)) * math.sqrt(separate / (separate - 1.0))
    reach *= float(means.std())
    return Interval(point, point - reach, point + reach, _METHOD)


def separate_holdings(entries: pd.Series, exits: pd.Series) -> int:
    """The most holdings of which no two overlap; one may begin on the session on which another ends."""
    count, until, last = 0, None, None
    for end, start in sorted(zip(exits, entries, strict=True)):
        if until is None or (start >= until and start > last):
            count, until, last = count + 1, end, start
    return count
