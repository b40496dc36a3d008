"""study.json as a typed record: what all runs of a study share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from eventfolio.engine.record.json_record import ABSENT, Absent, Day, Instant, Metrics, Record, Zone, known
from eventfolio.engine.record.run_facts import AccountFacts, WindowFacts

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


def _slug(text: str) -> None:
    if not _SLUG.fullmatch(text):
        raise ValueError(f"{text[:60]!r} may hold letters, digits and . _ - only, and starts with a letter or digit")


def _some(items: tuple[object, ...]) -> None:
    if not items:
        raise ValueError("is empty; one at least")


Slug = Annotated[str, _slug]


@dataclass(frozen=True, kw_only=True)
class ArticleFacts(Record):
    """The article that a calendar was made from, if any."""

    title: str
    author: str | Absent | None = ABSENT
    publisher: str | Absent | None = ABSENT
    published: Instant | Absent | None = ABSENT


@dataclass(frozen=True, kw_only=True)
class CalendarFacts(Record):
    """A study's calendar. recorded : date it was compiled"""

    name: str
    sha256: str
    recorded: Day | Absent | None = ABSENT
    article: ArticleFacts | Absent | None = ABSENT


@dataclass(frozen=True, kw_only=True)
class RevisionFacts(Record):
    """What was believed of an event from an instant on. facts : that came with it, where any did"""

    known_at: Instant
    known_precision: str | Absent = ABSENT
    occurs: str | Absent = ABSENT
    status: str | Absent = ABSENT
    facts: dict[str, object] | Absent = ABSENT


@dataclass(frozen=True, kw_only=True)
class EventFacts(Record):
    """An event as first believed.

    listings       : that the event names itself, where it does; facts : its own columns, where it has any
    first_sessions : by listing, the date on which its news can first be traded
    """

    id: str
    title: str
    kind: str
    status: str
    occurs: str
    as_written: str | None
    known_at: Instant
    known_precision: str
    zone: Zone
    themes: tuple[str, ...]
    listings: tuple[str, ...] | Absent = ABSENT
    facts: dict[str, object] | Absent = ABSENT
    direction: int
    strength: float
    episode: str | None
    origin: str
    source: str | None
    confidence: str | None
    note: str | Absent | None = ABSENT
    revisions: tuple[RevisionFacts, ...] | Absent = ABSENT
    hindsight: bool
    first_sessions: dict[str, Day]

    @property
    def tradable_from(self) -> str | None:
        """The earliest first session of any listing (ISO date)."""
        return min(self.first_sessions.values(), default=None)


@dataclass(frozen=True, kw_only=True)
class MemberFacts(Record):
    """A listing of a theme."""

    symbol: str
    name: str
    role: str
    stands_for: str | None
    note: str | None
    exchange: str
    currency: str


@dataclass(frozen=True, kw_only=True)
class UntradableFacts(Record):
    """A name that a theme means and that nobody can trade. proxy : the listing that stands in"""

    name: str
    why: str
    proxy: str | None


@dataclass(frozen=True, kw_only=True)
class ThemeFacts(Record):
    """A theme, its listings, and what it means that cannot be traded."""

    name: str
    title: str
    why: str
    members: tuple[MemberFacts, ...]
    untradable: tuple[UntradableFacts, ...]


@dataclass(frozen=True, kw_only=True)
class ListingFacts(Record):
    """A listing that events name by themselves."""

    symbol: str
    name: str
    exchange: str
    currency: str


@dataclass(frozen=True, kw_only=True)
class StudyFacts(Record):
    """study.json: window, calendar, events with their first sessions, themes, notes and warnings.

    listings     : those that events name by themselves and that are no theme's members, where there are any
    themes_alone : true where events name listings by themselves and those were not played, as themes were chosen

    Of a study that is stored also: runs (labels), figures (what a list of runs shows, by label), inputs (SHA-256 by
    file name), store_notes (what is wrong with the store's list of trials).
    """

    schema: int
    study: Slug
    created: Instant
    simulated: bool
    window: WindowFacts
    benchmark: str | None
    account: AccountFacts
    calendar: CalendarFacts
    events: tuple[EventFacts, ...]
    themes: tuple[ThemeFacts, ...]
    listings: tuple[ListingFacts, ...] | Absent = ABSENT
    themes_alone: bool | Absent = ABSENT
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    runs: Annotated[tuple[Slug, ...], _some] | Absent = ABSENT
    figures: dict[str, Metrics] | Absent = ABSENT
    inputs: dict[str, str] | Absent = ABSENT
    store_notes: tuple[str, ...] | Absent = ABSENT

    @property
    def traded(self) -> dict[str, MemberFacts | ListingFacts]:
        """What a strategy may trade, by symbol: the themes' members, then listings that events name by themselves."""
        members = {member.symbol: member for theme in self.themes for member in theme.members}
        return {**members, **{one.symbol: one for one in known(self.listings) or ()}}

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of the strategies stored."""
        return self.runs or ()

    @property
    def published(self) -> datetime | None:
        """When the article appeared, if the calendar has one."""
        article = self.calendar.article or None
        return datetime.fromisoformat(article.published) if article is not None and article.published else None

    @property
    def folder_name(self) -> str:
        """Name of the folder that the study is stored under: its name and the time it was made (UTC)."""
        return f"{self.study}-{datetime.fromisoformat(self.created):%Y%m%dT%H%M%SZ}"
