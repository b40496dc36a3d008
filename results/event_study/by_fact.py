"""Tests whether events with more of a fact move more: CARs by thirds of the fact, and their rank correlation.

An event's CAR is the mean over its measured rows. Terciles show the shape; Spearman's rank correlation is judged by
permuting the fact among the events, which asks that without a relation any event could as well have had any value. The
returns may depend on each other as they like.

Source: Spearman (1904), American J. Psychology 15(1), 72-101; Pitman (1937), J. Royal Statistical Society Supplement
4(2), 225-232
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import TypeGuard

import numpy as np

from eventfolio.events.facts import Fact
from eventfolio.results.event_study.document_types import FactDocument
from eventfolio.results.event_study.panel import Floats
from eventfolio.results.event_study.study import EventStudy
from eventfolio.results.rounding import DUST, ranked

DRAWS = 9_999
_ALL_ORDERS = 7  # events of which every order is tried
_FEWEST = 6  # two a tercile
_SEED = 20_250_617


@dataclass(frozen=True)
class Tercile:
    """A third of the events by the fact: its least and greatest value, how many events, and their mean CAR."""

    low: float
    high: float
    events: int
    caar: float


@dataclass(frozen=True)
class ByFact:
    """CARs of a window of sessions ordered by a fact.

    events  : that have the fact as a number and a CAR; lacking: that have none, or text, or true or false
    terciles: from the least to the greatest; none of fewer than six events
    rank_correlation, p : Spearman's, and how often a permutation is as far from zero; None where nothing is ordered
    reference : what the p is read from
    """

    fact: str
    first: int
    last: int
    events: int
    lacking: int
    terciles: tuple[Tercile, ...]
    rank_correlation: float | None
    p: float | None
    reference: str

    def to_json(self) -> FactDocument:
        """The row of a document's `facts`."""
        return {
            "fact": self.fact,
            "first": self.first,
            "last": self.last,
            "events": self.events,
            "lacking": self.lacking,
            "terciles": [
                {"low": one.low, "high": one.high, "events": one.events, "caar": one.caar} for one in self.terciles
            ],
            "rank_correlation": self.rank_correlation,
            "p": self.p,
            "reference": self.reference,
        }


def by_fact(study: EventStudy, fact: str, facts: Mapping[str, Mapping[str, Fact]]) -> ByFact:
    """The events of a study ordered by one of their facts.

    facts : by event, as known when the news that it is measured by came
    """
    cars = _cars(study)
    values = {name: facts.get(name, {}).get(fact) for name in cars}
    known = {name: float(value) for name, value in values.items() if _is_number(value)}
    names = sorted(known, key=lambda name: (known[name], name))
    value, car = np.array([known[name] for name in names]), np.array([cars[name] for name in names])
    correlation, p, reference = _judged(value, car)
    first, last = study.options.window
    terciles = _terciles(value, car) if len(names) >= _FEWEST else ()
    return ByFact(fact, first, last, len(names), len(cars) - len(names), terciles, correlation, p, reference)


def _cars(study: EventStudy) -> dict[str, float]:
    """CAR over the window of each event: the mean over those of its rows that were kept."""
    merged = {(gone.name, gone.symbol) for gone in study.excluded}
    found: dict[str, list[float]] = {}
    for row in study.rows:
        if (row.name, row.symbol) not in merged and not np.isnan(row.fit.abnormal).all():
            found.setdefault(row.name, []).append(float(np.nansum(row.fit.abnormal)))
    return {name: float(np.mean(cars)) for name, cars in found.items()}


def _is_number(value: Fact | None) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _terciles(value: Floats, car: Floats) -> tuple[Tercile, ...]:
    """Thirds by rank; equal values stay together."""
    third = np.floor(3 * (ranked(value) - 0.5) / len(value)).astype(int)
    return tuple(
        Tercile(float(value[use].min()), float(value[use].max()), int(use.sum()), float(car[use].mean()))
        for use in (third == number for number in range(3))
        if use.any()
    )


def _judged(value: Floats, car: Floats) -> tuple[float | None, float | None, str]:
    """Rank correlation, the p of its permutations, and what they were."""
    n = len(value)
    if n < 3:
        return None, None, ""
    one, other = (ranked(numbers) - (n + 1) / 2 for numbers in (value, car))
    size = math.sqrt(float(one @ one) * float(other @ other))
    if not size > 0:
        return None, None, ""
    real = float(one @ other)
    if n <= _ALL_ORDERS:
        drawn = np.array([one[list(order)] @ other for order in permutations(range(n))])
        told = "all orders"
    else:
        chance = np.random.default_rng(_SEED)
        shuffled = chance.permuted(np.broadcast_to(one, (DRAWS, n)), axis=1)
        drawn = np.concatenate([[real], shuffled @ other])
        told = f"{DRAWS} draws of orders"
    p = float((np.abs(drawn) >= abs(real) - DUST * size).mean())
    return real / size, p, told


def fact_verdict(found: ByFact) -> str:
    """One sentence on whether a fact orders the moves."""
    from eventfolio.results.words import count, percent, share

    start = f"{found.fact} of {count(found.events, 'event')}"
    if found.lacking:
        start += f" ({found.lacking} lack it as a number)"
    if found.p is None or found.rank_correlation is None:
        return f"{start}: too few, or all alike: nothing is ordered by it."
    said = f"{start}: rank correlation {found.rank_correlation:+.2f} with the moves of {found.first}:{found.last}"
    if found.terciles:
        said += f", mean {' / '.join(percent(one.caar) for one in found.terciles)} from its lowest third to its highest"
    verdict = "it orders the moves" if found.p <= 0.05 else "no evidence that it orders the moves"
    return f"{said}; a random order does as much {share(found.p)} of the time: {verdict}."
