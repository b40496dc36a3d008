"""Summarises a placebo test as one JSON document, with its verdict."""

from __future__ import annotations

import numpy as np

from eventfolio.engine.record.search import Placebo
from eventfolio.results.search.verdict import placebo_verdict
from eventfolio.results.store.evidence import PlaceboDocument, Spread

FIGURES = ("total_return", "sharpe", "mean_trade")
_BINS = 40


def placebo_document(found: Placebo) -> PlaceboDocument:
    """draws, distinct and p first; then the real figures, where the others lie, and the verdict."""
    return PlaceboDocument(
        draws=found.draws,
        distinct=found.distinct,
        p=dict(found.p),
        method=found.method,
        real=dict(found.real),
        distribution={name: _spread(found.values[:, column]) for column, name in enumerate(FIGURES)},
        events=found.events,
        independent_dates=found.independent_dates,
        sessions=found.sessions,
        smallest_gap=found.smallest_gap,
        verdict=placebo_verdict(
            found.events,
            found.independent_dates,
            found.real["total_return"],
            found.p["total_return"],
            found.distinct,
            found.method,
        ),
    )


def _spread(values: np.ndarray) -> Spread:
    """Quantiles, and a histogram: `counts` in bins between successive `edges`."""
    if not len(values):
        return Spread(p05=None, median=None, p95=None, edges=(), counts=())
    low, middle, high = (float(q) for q in np.quantile(values, (0.05, 0.5, 0.95)))
    counts, edges = np.histogram(values, bins=_BINS)
    return Spread(p05=low, median=middle, p95=high, edges=tuple(edges.tolist()), counts=tuple(counts.tolist()))
