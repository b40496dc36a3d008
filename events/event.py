"""An event: what happens and when, when that could first be known, and what was believed of it from when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from eventfolio.events.dates.edtf import Window, parse_edtf
from eventfolio.events.dates.known_at import (
    KnownAt,
    KnownPrecision,
    check_zone,
    instant_of,
    precision_of,
    read_known_at,
)
from eventfolio.events.errors import DateError, shown
from eventfolio.events.facts import Fact, check_facts
from eventfolio.events.securities import Symbol

Status = Literal["occurred", "scheduled", "cancelled"]
Slug = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)]
Text = Annotated[str, Field(min_length=1)]


def _edtf(value: object) -> object:
    """Text that is EDTF; a bare TOML date is taken as the day it is."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()
    if not isinstance(value, str):
        raise DateError(f'occurs {shown(value)} is not text. Write it as occurs = "2025-06-17", or coarser: "2025-06".')
    try:
        parse_edtf(value)
    except DateError as error:
        raise DateError(f"occurs {error}") from None
    return value


def _no_truth(value: object) -> object:
    """True would pass for 1."""
    if isinstance(value, bool):
        raise ValueError(f"direction {str(value).lower()} should be 1 or -1.")
    return value


Occurs = Annotated[str, BeforeValidator(_edtf)]
Direction = Annotated[Literal[1, -1], BeforeValidator(_no_truth)]


@dataclass(frozen=True, slots=True)
class Belief:
    """What was believed of an event from `known` (UTC) on, until the next belief."""

    known: datetime
    known_precision: KnownPrecision
    occurs: Window
    status: Status


class Revision(BaseModel):
    """Later news of an event: another window, status, facts. What it does not give stays as it was.

    known_at   : when this news was first public: a date-time with offset, a date, or a month; after the event's own
    known_precision : assumed beside a date-time that a rule gave and no record
    occurs     : the window now believed, EDTF
    status     : the status now believed
    facts      : what is known from then on; replaces facts of the same name
    as_written : the words the window was read from
    source     : where this can be looked up
    note       : anything else a reader should know
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    known_at: KnownAt
    stated_precision: Literal["assumed"] | None = Field(default=None, alias="known_precision")
    occurs: Occurs | None = None
    status: Status | None = None
    facts: dict[str, Fact] = Field(default_factory=dict)
    as_written: Text | None = None
    source: Text | None = None
    note: Text | None = None

    @field_validator("known_at", mode="plain")
    @classmethod
    def _known_at(cls, value: object) -> KnownAt:
        return read_known_at(value, None)

    @field_validator("facts", mode="plain")
    @classmethod
    def _facts(cls, value: object) -> dict[str, Fact]:
        return check_facts(value)

    @property
    def known_precision(self) -> KnownPrecision:
        """How precisely the moment it became known is known."""
        return self.stated_precision or precision_of(self.known_at)

    @property
    def is_belief(self) -> bool:
        """Whether it changes what is believed of the event itself, and not its facts alone."""
        return self.occurs is not None or self.status is not None

    def __hash__(self) -> int:
        return hash((self.known_at, self.occurs, self.status))

    @model_validator(mode="after")
    def _says_something(self) -> Revision:
        if not self.is_belief and not self.facts:
            raise ValueError("a revision gives occurs, status, or facts.")
        _refuse_misplaced(self.stated_precision, self.known_at)
        return self


class Event(BaseModel):
    """One event of a calendar, as the file gives it.

    id         : its name in commands and tables, unique in the calendar; letters, digits and . _ -
    title      : what happens, in words
    kind       : a word of your own, such as treaty or contract
    status     : as first known
    occurs     : local dates on which it happens, EDTF: 2024, 2026-06, 2025-04-30, 2026-06~, 2026-05/2026-06, ../2026-06
    as_written : the words the window was read from
    zone       : time zone in which a known_at of a date or a month ends, such as Asia/Seoul
    known_at   : first public moment: a date-time with offset, a date (counts from its end), a month (never trades)
    known_precision : assumed beside a date-time that a rule gave and no record
    themes     : the themes it bears on; required, if only as [], where there are no listings
    listings   : symbols of the securities it is news of, beside or instead of themes
    facts      : what was reported, by name: numbers, text, true or false
    direction  : 1 good for its themes, -1 bad
    strength   : how much it matters, your judgement
    episode    : news of one happening shares it, and triggers once a theme
    origin     : whether the article tells of it, or another public record
    source     : where this can be looked up; of the article section and sentence
    confidence : how sure a reading of the article is
    note       : anything else a reader should know
    revision   : later news of it, oldest first
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Slug
    title: Text
    kind: Text
    status: Status
    occurs: Occurs
    as_written: Text | None = None
    zone: str
    known_at: KnownAt
    stated_precision: Literal["assumed"] | None = Field(default=None, alias="known_precision")
    themes: tuple[Slug, ...] = ()
    listings: tuple[Symbol, ...] = ()
    facts: dict[str, Fact] = Field(default_factory=dict)
    direction: Direction = 1
    strength: Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)] = 1.0
    episode: Slug | None = None
    origin: Literal["article", "record"] = "record"
    source: Text | None = None
    confidence: Literal["high", "medium", "low"] | None = None
    note: Text | None = None
    revisions: tuple[Revision, ...] = Field(default=(), alias="revision")

    @property
    def window(self) -> Window:
        """When it happens, as first believed."""
        return parse_edtf(self.occurs)

    @property
    def subjects(self) -> tuple[tuple[str, str], ...]:
        """What it is news of: (theme, name) for its themes, then (listing, symbol) for its listings."""
        return (*(("theme", name) for name in self.themes), *(("listing", symbol) for symbol in self.listings))

    @property
    def known_precision(self) -> KnownPrecision:
        """How precisely the moment it became known is known; `assumed` is a minute that a rule gave."""
        return self.stated_precision or precision_of(self.known_at)

    @property
    def known(self) -> datetime:
        """The instant (UTC) from which it counts as known: of a date or a month, the end in `zone`."""
        return instant_of(self.known_at, self.zone)

    @property
    def announces(self) -> bool:
        """Whether its news may open a trade: good news, no cancellation, known to the day at least."""
        return self.status != "cancelled" and self.direction == 1 and self.known_precision != "month"

    @property
    def beliefs(self) -> tuple[Belief, ...]:
        """What was believed, oldest first: the event as first known, then each revision applied."""
        beliefs = [Belief(self.known, self.known_precision, self.window, self.status)]
        for known, revision in self.revised():
            if not revision.is_belief:
                continue
            last = beliefs[-1]
            window = parse_edtf(revision.occurs) if revision.occurs else last.occurs
            beliefs.append(Belief(known, revision.known_precision, window, revision.status or last.status))
        return tuple(beliefs)

    def as_of(self, instant: datetime) -> Event | None:
        """The event as believed at an instant, revisions known by then applied; None if not known yet."""
        if self.known > instant:
            return None
        changed: dict[str, object] = {"revisions": ()}
        facts = self.facts
        for known, revision in self.revised():
            if known <= instant:
                if revision.occurs:
                    changed |= {"occurs": revision.occurs, "as_written": revision.as_written}
                changed["status"] = revision.status or changed.get("status", self.status)
                changed["facts"] = facts = {**facts, **revision.facts}
        return self.model_copy(update=changed) if self.revisions else self

    def facts_by(self, instant: datetime) -> Mapping[str, Fact]:
        """The facts known by an aware instant, those known at it included; empty before the event is known."""
        believed = self.as_of(instant)
        return believed.facts if believed is not None else {}

    def facts_before(self, instant: datetime) -> Mapping[str, Fact]:
        """The facts known strictly before an aware instant; empty before the event is known."""
        if self.known >= instant:
            return {}
        found = dict(self.facts)
        for known, revision in self.revised():
            if known < instant:
                found |= revision.facts
        return found

    def __hash__(self) -> int:
        return hash((self.id, self.known_at, self.occurs))

    def revised(self) -> list[tuple[datetime, Revision]]:
        """Revisions with the instant each is known, oldest first."""
        known = [(instant_of(revision.known_at, self.zone), revision) for revision in self.revisions]
        return sorted(known, key=lambda pair: pair[0])

    @field_validator("zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        return check_zone(value)

    @field_validator("known_at", mode="plain")
    @classmethod
    def _known_at(cls, value: object, info: ValidationInfo) -> KnownAt:
        return read_known_at(value, info.data.get("zone"))  # zone is checked before: it stands above

    @field_validator("themes", "listings")
    @classmethod
    def _once_each(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            one = str(info.field_name).removesuffix("s")
            raise ValueError(f"{info.field_name} lists '{shown(twice)}' twice. Name each {one} once.")
        return names

    @field_validator("facts", mode="plain")
    @classmethod
    def _facts(cls, value: object) -> dict[str, Fact]:
        return check_facts(value)

    @model_validator(mode="after")
    def _news_follows(self) -> Event:
        if not self.model_fields_set & {"themes", "listings"}:
            raise ValueError("themes is missing. Give themes, listings, or themes = [] for an event of neither.")
        _refuse_misplaced(self.stated_precision, self.known_at)
        for revision in self.revisions:
            if instant_of(revision.known_at, self.zone) <= self.known:
                known = f"its event is known at {self.known_at}"
                raise ValueError(f"revision known_at {revision.known_at} is not later: {known}.")
        return self


def _refuse_misplaced(stated: str | None, known_at: KnownAt) -> None:
    if stated is not None and not isinstance(known_at, datetime):
        raise ValueError(
            f'known_precision = "{stated}" stands beside a date-time, and known_at {known_at} is none. Leave it out.'
        )
