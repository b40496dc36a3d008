"""Typed records of the evidence kept beside a run: placebo.json and event_study.json."""

from __future__ import annotations

from dataclasses import dataclass

from eventfolio.engine.record.json_record import ABSENT, Absent, Record


@dataclass(frozen=True, kw_only=True)
class Spread(Record):
    """Quantiles of a figure over the placebo calendars, and a histogram: `counts` between successive `edges`."""

    p05: float | None
    median: float | None
    p95: float | None
    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PlaceboDocument(Record):
    """A placebo: where the real calendar falls among others, figure by figure (total_return, sharpe, mean_trade).

    p            : (1 + calendars at least as good) / (1 + calendars); None where none could be played
    distinct     : different calendars played; independent_dates: dates that are moved; sessions: places they may take
    strategy to seed : what was played; page, picture : files written
    price_warnings : about the prices it was played on
    """

    schema: int | Absent = ABSENT
    draws: int
    distinct: int
    p: dict[str, float | None]
    method: str
    real: dict[str, float]
    distribution: dict[str, Spread]
    events: int
    independent_dates: int
    sessions: int
    smallest_gap: int
    verdict: str
    strategy: str | Absent = ABSENT
    engine: str | Absent = ABSENT
    study: str | Absent = ABSENT
    simulated: bool | Absent = ABSENT
    seed: int | Absent = ABSENT
    note: str | Absent = ABSENT
    price_warnings: tuple[str, ...] | Absent = ABSENT
    page: str | Absent = ABSENT
    picture: str | Absent = ABSENT


@dataclass(frozen=True, kw_only=True)
class WindowRow(Record):
    """CAAR of a window of sessions with its 95 % interval, the effect it could detect, and p, adjusted too."""

    first: int
    last: int
    units: int
    caar: float | None
    low: float | None
    high: float | None
    detectable: float | None
    p: float | None
    p_holm: float | None
    p_bh: float | None


@dataclass(frozen=True, kw_only=True)
class UnitRow(Record):
    """An independent observation: its events and listings, session 0, CAR with the interval its own past gives it."""

    names: tuple[str, ...]
    symbols: tuple[str, ...]
    date: str
    car: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True)
class StudyPart(Record):
    """The event study of one theme, or of all. fan : (session, CAAR, low, high)"""

    name: str
    verdict: str
    events: int
    independent_dates: int
    windows: tuple[WindowRow, ...]
    fan: tuple[tuple[float | None, ...], ...]
    units: tuple[UnitRow, ...]


@dataclass(frozen=True, kw_only=True)
class OtherNews(Record):
    """Known news of a listing inside the window of one of its events."""

    event: str
    symbol: str
    date: str
    what: str
    source: str


@dataclass(frozen=True, kw_only=True)
class LeftOut(Record):
    """An event on a listing that could not be measured."""

    name: str
    symbol: str
    date: str
    why: str


@dataclass(frozen=True, kw_only=True)
class EventStudyDocument(Record):
    """The event study of a run: all themes together first, then each.

    without : why a theme has none, by theme; why : why nothing could be measured, else None
    day     : how day 0 was chosen (`engine.day_zero`); of older documents the first session it could be traded in
    """

    schema: int
    model: str
    estimation: tuple[int, ...]
    window: tuple[int, ...]
    parts: tuple[StudyPart, ...]
    without: dict[str, str]
    confounders: tuple[OtherNews, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...] | Absent = ABSENT
    day: str | Absent = ABSENT
    why: str | None
