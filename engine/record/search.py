"""Records of a search: what a sweep played, one trial of it, and a placebo, as `results/` judges them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

import numpy as np
import numpy.typing as npt

from eventfolio.engine.record.json_record import Metrics
from eventfolio.events.json_types import JsonObject
from eventfolio.strategies.parameters import Params as Params
from eventfolio.strategies.parameters import Value as Value

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Trial:
    """What came of one set of parameters.

    metrics    : as in run.json
    mean_trade : mean over lots of pnl over what the lot cost, open lots marked to market; None without lots
    returns    : a row each weekday played, decimal fractions
    idle       : rows before the first fill; all of them where nothing was ever filled
    by_event   : event id -> (pnl after costs, purchase value) of the lots it opened, account currency
    """

    metrics: Metrics
    mean_trade: float | None
    returns: Floats
    idle: int
    by_event: dict[str, tuple[float, float]]

    def to_json(self) -> JsonObject:
        """All but the returns, which are kept as numbers."""
        return {
            "metrics": self.metrics,
            "mean_trade": self.mean_trade,
            "idle": self.idle,
            "by_event": {event: list(sums) for event, sums in self.by_event.items()},
        }

    @classmethod
    def from_json(cls, document: Mapping[str, object], returns: Floats) -> Trial:
        """The trial of `to_json`, and of its returns."""
        by_event = cast(dict[str, list[float]], document["by_event"])
        return cls(
            metrics=cast(Metrics, document["metrics"]),
            mean_trade=cast("float | None", document["mean_trade"]),
            returns=returns,
            idle=cast(int, document["idle"]),
            by_event={event: (pnl, paid) for event, (pnl, paid) in by_event.items()},
        )


@dataclass(frozen=True)
class Subset:
    """What part of the study is played: a stretch of its window, or all but some events; by default all of it."""

    start: date | None = None
    end: date | None = None
    without: tuple[str, ...] = ()


WHOLE = Subset()


@dataclass(frozen=True)
class Stretch:
    """A part of the window that follows the one a choice is made on.

    before : weekdays from the window's start to the stretch: the rows of a trial's returns that a choice may use
    """

    before: int
    start: date
    end: date

    @property
    def where(self) -> Subset:
        """The stretch as a part of the study to play trials on."""
        return Subset(start=self.start, end=self.end)


@dataclass(frozen=True)
class SweepFacts:
    """What a sweep played.

    engine_why : why this engine plays it, where that is not plain
    varied     : parameters of which more than one value is tried; fixed : the others, by name
    params     : of every trial, what is varied or given; labels : each in words; ids : `TrialIdentity.id` of each
    dates      : of a trial's returns, Monday to Friday (datetime64[D])
    """

    engine: str
    engine_why: str | None
    strategy: str
    study: str
    simulated: bool
    point_in_time: bool
    varied: tuple[str, ...]
    fixed: Params
    params: tuple[Params, ...]
    labels: tuple[str, ...]
    ids: tuple[str, ...]
    dates: npt.NDArray[np.datetime64]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Placebo:
    """Where the real calendar falls among others.

    draws  : calendars asked for; events : that are moved, on so many `independent_dates`
    sessions, smallest_gap : places a date can take, and the least distance of two real dates
    real   : figures of the real calendar; values: (distinct, figures) of the others
    places : (distinct, dates) where the dates stand
    p      : (1 + others at least as good) / (1 + others), by figure
    """

    method: str
    draws: int
    events: int
    independent_dates: int
    sessions: int
    smallest_gap: int
    real: dict[str, float]
    values: Floats
    places: Ints
    p: dict[str, float | None]

    @property
    def distinct(self) -> int:
        """Different calendars played, the real one not among them."""
        return len(self.values)
