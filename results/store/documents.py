"""What study.json and run.json must hold so that everything that reads them can: keys, types, finite numbers, dates.

Keys that are not named here are let through: a record may know more than this version does.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from eventfolio.events.files import RECORD, read_text
from eventfolio.events.toml_reader import validate
from eventfolio.results.errors import StoreError


def read_document(path: Path, model: type[BaseModel] | None = None) -> dict[str, Any]:
    """A JSON document of a run folder, as it is; held against `model`.

    Raises : StoreError, in words, where it is missing, damaged or not what it should be
    """
    try:
        text = read_text(path, "record", StoreError, RECORD)
        document = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except StoreError as error:
        raise StoreError(f"{path}: missing or damaged ({error}). Run the study again.") from error
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{path}: missing or damaged ({error}). Run the study again.") from error
    if not isinstance(document, dict) or document.get("schema") != 1:
        raise StoreError(f"{path}: not a record of a run. Run the study again.")
    if model is not None:
        validate(model, document, str(path), StoreError)
    return document


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")


def _finite(text: str) -> float:
    value = float(text)
    if value - value != 0:
        raise ValueError(f"{text} is too large a number")
    return value


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _instant(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError(f"{text} has no UTC offset")
    return text


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except Exception:  # the library raises many kinds
        raise ValueError(f"{text!r} is not a time zone") from None
    return text


Day = Annotated[str, AfterValidator(_day)]
Instant = Annotated[str, AfterValidator(_instant)]
Zone = Annotated[str, AfterValidator(_zone)]
Slug = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=200)]
Figures = dict[str, float | None]


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow")


class _Window(_Table):
    start: Day
    end: Day


class _Account(_Table):
    cash: float
    currency: str


class _Article(_Table):
    title: str
    publisher: str | None = None
    published: Instant | None = None


class _Calendar(_Table):
    name: str
    sha256: str
    recorded: Day | None = None
    article: _Article | None = None


class _Revision(_Table):
    known_at: Instant


class _Event(_Table):
    id: str
    title: str
    kind: str
    status: str
    occurs: str
    as_written: str | None
    known_at: Instant
    known_precision: str
    zone: Zone
    themes: list[str]
    direction: int
    strength: float
    episode: str | None
    origin: str
    source: str | None
    confidence: str | None
    revisions: list[_Revision] = Field(default_factory=list)
    hindsight: bool
    first_sessions: dict[str, Day]


class _Member(_Table):
    symbol: str
    name: str
    role: str
    stands_for: str | None
    note: str | None
    exchange: str
    currency: str


class _Untradable(_Table):
    name: str
    why: str
    proxy: str | None


class _Theme(_Table):
    name: str
    title: str
    why: str
    members: list[_Member]
    untradable: list[_Untradable]


class StudyDocument(_Table):
    """study.json."""

    study: Slug
    created: Instant
    simulated: bool
    window: _Window
    benchmark: str | None
    account: _Account
    calendar: _Calendar
    events: list[_Event]
    themes: list[_Theme]
    notes: list[str]
    warnings: list[str]
    runs: list[Slug] = Field(min_length=1)
    figures: dict[str, Figures] = Field(default_factory=dict)
    inputs: dict[str, str] = Field(default_factory=dict)


class _Strategy(_Table):
    name: str
    cls: str = Field(alias="class")
    label: str
    params: dict[str, float | int | str | bool | None]
    themes: list[str]
    doc: str = ""
    source_sha256: str


class _Data(_Table):
    source: str
    simulated: bool
    fingerprint: str
    symbols: list[str]


class _RunCalendar(_Table):
    sha256: str
    events: int


class _Interval(_Table):
    value: float | None
    low: float | None
    high: float | None


class _Ends(_Table):
    low: float
    low_without: str
    high: float
    high_without: str


class _Significance(_Table):
    verdict: str | None = None
    verdicts: list[str] | None = None
    intervals: dict[str, _Interval] = Field(default_factory=dict)
    leave_one_event_out: _Ends | None = None
    deflated_sharpe: float | None = None
    deflated_sharpe_effective: float | None = None
    trials_seen: int | None = None


class _Counts(_Table):
    with_trigger: dict[str, int]
    without_trigger: dict[str, int]


class RunDocument(_Table):
    """run.json."""

    run_id: str
    study: str
    strategy: _Strategy
    data: _Data
    calendar: _RunCalendar
    versions: dict[str, str]
    window: _Window
    account: _Account
    metrics: Figures
    metrics_point_in_time: Figures | None
    benchmark_metrics: Figures | None
    home_metrics: Figures | None
    significance: _Significance | None
    warnings: list[str]
    without_event: Figures = Field(default_factory=dict)
    point_in_time: bool = False
    look_ahead: dict[str, bool | list[str]] = Field(default_factory=dict)
    triggers: dict[str, _Counts | None] | None = None
