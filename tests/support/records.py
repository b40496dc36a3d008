"""Records with other values, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from eventfolio.engine.record.json_record import Record
from eventfolio.engine.record.search import Params, SweepFacts
from eventfolio.results.store.evidence import EventStudyDocument, PlaceboDocument
from eventfolio.strategies.parameters import Value

R = TypeVar("R", bound=Record)


def changed(record: R, **keys: object) -> R:
    """The record with these keys of its JSON document replaced."""
    return type(record).from_json(record.to_json() | keys)


def without(record: R, *keys: str) -> R:
    """The record without these keys, as one of an older version."""
    return type(record).from_json({key: value for key, value in record.to_json().items() if key not in keys})


SPREAD = {"p05": -0.08, "median": 0.0, "p95": 0.08, "edges": [-0.1, 0.0, 0.1], "counts": [3, 1]}


def placebo(**keys: object) -> PlaceboDocument:
    """A placebo of 9 random calendars."""
    document = {
        "draws": 9,
        "distinct": 9,
        "p": {"total_return": 0.31},
        "method": "random",
        "real": {"total_return": 0.05},
        "distribution": {"total_return": SPREAD},
        "events": 4,
        "independent_dates": 4,
        "sessions": 100,
        "smallest_gap": 1,
        "verdict": "4 events: no evidence.",
    }
    return PlaceboDocument.from_json(document | keys)


def event_study(**keys: object) -> EventStudyDocument:
    """An event study in which nothing was measured."""
    document = {
        "schema": 1,
        "model": "market",
        "estimation": [-150, -31],
        "window": [-5, 5],
        "parts": [],
        "without": {},
        "confounders": [],
        "left_out": [],
        "why": None,
    }
    return EventStudyDocument.from_json(document | keys)


def sweep_facts(params: Sequence[Params], dates: np.ndarray, **fixed: Value) -> SweepFacts:
    """A sweep over these parameter sets."""
    varied = tuple(params[0])
    return SweepFacts(
        engine="backtrader",
        engine_why=None,
        strategy="drift",
        study="tiny",
        simulated=True,
        point_in_time=False,
        varied=varied,
        fixed=fixed,
        params=tuple(params),
        labels=tuple(" ".join(f"{name}={one[name]}" for name in varied) for one in params),
        ids=tuple(str(number) for number in range(len(params))),
        dates=dates,
        notes=("hindsight",),
        warnings=(),
    )
