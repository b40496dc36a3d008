"""Abnormal returns of the independent observations by session: the input of every test.

A unit is one independent observation: an event of one firm, or the equal-weighted portfolio of the firms that share
a date. Sessions are relative: 0 is the first session an event could be traded in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.results.event_study.models import Fit
from eventfolio.results.rounding import alike, ranked, settled

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Unit:
    """One observation: its fit, or the mean of its members' fits.

    names, symbols : the events and listings it is made of
    date           : of its session 0, ISO
    span           : first and last date of its event window, ISO
    happenings     : what its events are news of: portfolios that share one are one block
    """

    names: tuple[str, ...]
    symbols: tuple[str, ...]
    date: str
    span: tuple[str, str]
    fit: Fit
    happenings: tuple[str, ...] = ()


def portfolio(fits: Sequence[Fit]) -> Fit:
    """The fit of an equal-weighted portfolio, formed in event time.

    The same as fitting the portfolio's own returns where all members have one market and no session is missing (least
    squares is linear); where markets differ the forecast error is the mean of the members', a departure we state.
    """
    if len(fits) == 1:
        return fits[0]
    parameters = fits[0].parameters
    residuals = _mean_known(np.stack([fit.residuals for fit in fits]))
    left = residuals[~np.isnan(residuals)]
    n = len(left)
    return Fit(
        alpha=float(np.mean([fit.alpha for fit in fits])),
        beta=float(np.mean([fit.beta for fit in fits])),
        sigma=float(np.sqrt((left @ left) / (n - parameters))),
        parameters=parameters,
        observations=n,
        residuals=residuals,
        leverage=np.mean([fit.leverage for fit in fits], axis=0),
        abnormal=_mean_known(np.stack([fit.abnormal for fit in fits])),
        spread=np.mean([fit.spread for fit in fits], axis=0),
        reach=np.mean([fit.reach for fit in fits], axis=0),
    )


@dataclass(frozen=True)
class Panel:
    """N units; `first` is the relative session of the first column of the event window."""

    units: tuple[Unit, ...]
    first: int

    @cached_property
    def overlaps(self) -> npt.NDArray[np.int64]:
        """(N,) number of the block each unit belongs to: units whose event windows share a date, or one happening."""
        return np.array(blocks_of(self.units), np.int64)

    @property
    def independent(self) -> int:
        """How many blocks there are: as many observations as can be called independent."""
        return int(self.overlaps.max()) + 1

    @cached_property
    def abnormal(self) -> Floats:
        """(N, W) abnormal returns."""
        return np.stack([unit.fit.abnormal for unit in self.units])

    @cached_property
    def residuals(self) -> Floats:
        """(N, E) residuals of the estimation window."""
        return np.stack([unit.fit.residuals for unit in self.units])

    @cached_property
    def sigma(self) -> Floats:
        return np.array([unit.fit.sigma for unit in self.units])

    @cached_property
    def spread(self) -> Floats:
        """(N, W, W) see Fit."""
        return np.stack([unit.fit.spread for unit in self.units])

    @cached_property
    def degrees(self) -> Floats:
        """(N,) degrees of freedom of each sigma."""
        return np.array([unit.fit.observations - unit.fit.parameters for unit in self.units], float)

    @cached_property
    def standardised(self) -> Floats:
        """(N, W) abnormal returns over their forecast standard deviation (Patell 1976)."""
        own = np.diagonal(self.spread, axis1=1, axis2=2)
        return self.abnormal / (self.sigma[:, None] * np.sqrt(own))

    @cached_property
    def rank_sessions(self) -> Floats:
        """(E + W,) sum over units of centred ranks over sqrt(units known), by session; NaN where none is known.

        Ranks are each unit's own, over both windows together, divided by 1 + its known sessions.
        """
        everything = np.concatenate([self.residuals, self.abnormal], axis=1)
        known = ~np.isnan(everything)
        ranks = ranked(np.where(known, alike(everything), np.inf))  # the unknown take the last ranks
        ranks = ranks / (1.0 + known.sum(axis=1))[:, None] - 0.5
        counts = known.sum(axis=0)
        total = np.where(known, ranks, 0.0).sum(axis=0)
        return np.where(counts > 0, total / np.sqrt(np.maximum(counts, 1)), np.nan)

    @cached_property
    def mean_correlation(self) -> float:
        """Mean pairwise correlation of the units' residuals, over the sessions both know; 0 for one unit."""
        if len(self.units) == 1:
            return 0.0
        pairs = pd.DataFrame(self.residuals.T).corr(min_periods=3).to_numpy()
        return float(np.nanmean(pairs[np.triu_indices(len(pairs), 1)]))

    def together(self, use: npt.NDArray[np.bool_]) -> Panel:
        """The units in `use` (N,) as one portfolio."""
        units = [unit for unit, used in zip(self.units, use, strict=True) if used]
        return Panel((replace(units[0], fit=portfolio([unit.fit for unit in units])),), self.first)

    def columns(self, first: int, last: int) -> slice:
        """Columns of the event window for relative sessions, both included."""
        return slice(first - self.first, last - self.first + 1)

    def sums(self, first: int, last: int) -> Floats:
        """(N,) CAR over a window: the sum of what is known, NaN where nothing is."""
        part = self.abnormal[:, self.columns(first, last)]
        total = settled(np.nansum(part, axis=1), np.nansum(np.abs(part), axis=1))
        return np.where(np.isnan(part).all(axis=1), np.nan, total)

    def deviations(self, first: int, last: int) -> Floats:
        """(N,) standard deviation of each CAR, forecast error and its covariance included (Mikkelson, Partch 1988)."""
        cut = self.columns(first, last)
        known = (~np.isnan(self.abnormal[:, cut])).astype(float)
        return self.sigma * np.sqrt(np.einsum("ni,nij,nj->n", known, self.spread[:, cut, cut], known))

    def scaled_sums(self, first: int, last: int) -> Floats:
        """(N,) SCAR: each CAR over its own standard deviation."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.sums(first, last) / self.deviations(first, last)


def blocks_of(units: Sequence[Unit]) -> list[int]:
    """The number of each portfolio's block: chains of those whose windows share a date, or that tell of one happening.

    Numbered by the first portfolio of each, in the order given.
    """
    parent = list(range(len(units)))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    def join(one: int, other: int) -> None:
        low, high = sorted((root(one), root(other)))
        parent[high] = low

    last, until = -1, ""
    for at in sorted(range(len(units)), key=lambda one: units[one].span):
        begins, ends = units[at].span
        if last >= 0 and begins <= until:
            join(last, at)
        last, until = at, max(until, ends)
    told: dict[str, int] = {}
    for at, unit in enumerate(units):
        for happening in unit.happenings:
            join(told.setdefault(happening, at), at)
    numbers: dict[int, int] = {}
    return [numbers.setdefault(root(at), len(numbers)) for at in range(len(units))]


def _mean_known(rows: Floats) -> Floats:
    """Mean down the rows of what is known; NaN where nothing is."""
    known = ~np.isnan(rows)
    count = known.sum(axis=0)
    parts = np.where(known, rows, 0.0)
    total = settled(parts.sum(axis=0), np.abs(parts).sum(axis=0))
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
