"""The keys of an event study's JSON document (`event-study --json`), with their types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

BySession = dict[str, float | None]  # by session, such as "-30"


class Judged(TypedDict):
    """A test's statistic and p-value, None where undefined; reference: the distribution that p is taken from."""

    stat: float | None
    p: float | None
    reference: NotRequired[str]


class CaarDocument(TypedDict):
    """CAAR of a window of sessions with its standard error, its 95 % interval, and the effect it could detect."""

    first: int
    last: int
    units: int
    caar: float | None
    error: float | None
    low: float | None
    high: float | None
    detectable: float | None


class WindowDocument(CaarDocument):
    """A window with every test, and the p-value of the recommended one, as it is and adjusted for `looks` windows."""

    test: str
    p: float | None
    tests: dict[str, Judged]
    p_holm: float | None
    p_bh: float | None
    looks: int


class RowDocument(TypedDict):
    """An event on a listing: its fitted model, abnormal returns, and CAR from the first session of the window."""

    name: str
    symbol: str
    date: str
    session_0: str
    alpha: float
    beta: float
    ar: BySession
    car: BySession
    t: BySession
    sigma: float
    variance: float
    estimation_sessions: int
    note: str


class LeftOutDocument(TypedDict):
    """An event on a listing that is not measured."""

    name: str
    symbol: str
    date: str
    why: str


class TercileDocument(TypedDict):
    """A third of the events by a fact: its lowest and highest value, how many events, their CAAR."""

    low: float
    high: float
    events: int
    caar: float


class FactDocument(TypedDict):
    """Whether the events with more of a fact moved more."""

    fact: str
    first: int
    last: int
    events: int
    lacking: int
    terciles: list[TercileDocument]
    rank_correlation: float | None
    p: float | None
    reference: str
    verdict: NotRequired[str]


class NewsDocument(TypedDict):
    """Known news of a listing inside the window of one of its events."""

    event: str
    symbol: str
    date: str
    what: str
    source: str


class DayDocument(TypedDict):
    """What day 0 goes by, and how many events it was for."""

    choice: str
    releases: int
    announcements: int
    other_than_tradable: int


class StudyDocument(TypedDict):
    """All of it. Keys that may be absent are of a study's themes, facts and pictures."""

    model: str
    events: list[RowDocument]
    aar: BySession
    caar: BySession
    tests: dict[str, dict[str, Judged]]
    car_tests: dict[str, dict[str, Judged]]
    estimation: list[int]
    window: list[int]
    returns: str
    cluster: bool
    rows: int
    units: Sequence[Mapping[str, object]]
    dates: int
    blocks: int
    mean_correlation: float | None
    whole_window: CaarDocument
    excluded: list[LeftOutDocument]
    notes: list[str]
    windows: NotRequired[list[WindowDocument]]
    verdict: NotRequired[str]
    themes: NotRequired[dict[str, StudyDocument]]
    themes_without: NotRequired[dict[str, str]]
    confounders: NotRequired[list[NewsDocument]]
    study: NotRequired[str]
    simulated: NotRequired[bool]
    price_warnings: NotRequired[list[str]]  # about the prices of a study
    day: NotRequired[DayDocument]
    facts: NotRequired[list[FactDocument]]
    picture: NotRequired[str]
    forest: NotRequired[str]
