"""The keys of a sweep's JSON document (`sweep --json`, result.json), with their types."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from eventfolio.engine.record.json_record import Metrics
from eventfolio.engine.record.search import Params
from eventfolio.results.significance.overfitting import SearchFigures


class WalkFold(TypedDict):
    """A stretch: the parameters chosen before it, and what they made before and in it."""

    start: str
    end: str
    params: Params | None
    in_sample: Metrics | None
    out_of_sample: Metrics
    rank: float | None
    traded: bool
    median_return: float


class JoinedPath(TypedDict):
    """The chosen trials' returns, stretch after stretch, by date."""

    dates: list[str]
    returns: list[float]


class WalkForward(TypedDict):
    """A walk-forward: its stretches, their returns joined, and those of the winner of the whole sweep."""

    method: Literal["walk-forward"]
    folds: list[WalkFold]
    joined: Metrics
    winner: Metrics
    beat_the_median: int
    judged: int
    path: JoinedPath
    verdict: NotRequired[str]


EventGains = TypedDict("EventGains", {"pnl": float | None, "paid": float | None, "return": float | None})
"""What a trial's lots of some events came to: P&L, what they cost, and the first by the second."""

WinnerGains = TypedDict(
    "WinnerGains",
    {"pnl": float | None, "paid": float | None, "return": float | None, "total_return": float},
)
"""Likewise of the winner, with its total return."""


class EventFold(TypedDict):
    """A happening left out: the parameters chosen without it, and what its lots made."""

    events: list[str]
    params: Params
    changed: bool
    judged: EventGains
    winner: EventGains
    winner_without: Metrics


class HangsOn(TypedDict):
    """The happening without which the winner makes least."""

    events: list[str]
    total_return: float | None


class LeaveOneEventOut(TypedDict):
    """Each happening left out in turn, and the choices made without it judged on it."""

    method: Literal["leave-one-event-out"]
    folds: list[EventFold]
    judged: EventGains
    winner: WinnerGains
    hangs_on: HangsOn
    changed: int
    verdict: NotRequired[str]


class TrialDocument(TypedDict):
    """A trial: its parameters and metrics, and the mean gain of its lots."""

    params: Params
    metrics: Metrics
    mean_trade: float | None


class LookAheadDocument(TypedDict):
    """Of the best trial: whether its class has code of its own, and the dates at which it was cut to prove it."""

    has_code: bool
    cut_at: list[str]
    trusted: bool


class WindowDocument(TypedDict):
    """First and last date."""

    start: str
    end: str


class SweepDocument(SearchFigures):
    """All of it. The statistics of overfitting are there where the trials allow them; the last keys where asked for."""

    engine: str
    engine_why: str | None
    strategy: str
    study: str
    simulated: bool
    point_in_time: bool
    window: WindowDocument
    tried: int
    trials_seen: int
    varied: list[str]
    fixed: Params
    notes: list[str]
    warnings: list[str]
    verdict: str
    trials: list[TrialDocument]
    look_ahead: NotRequired[LookAheadDocument]
    validation: NotRequired[WalkForward | LeaveOneEventOut]
    picture: NotRequired[str]
    folder: NotRequired[str]
    resumed: NotRequired[int]
    torn: NotRequired[bool]
