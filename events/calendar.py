"""A calendar of events: read from a file, in order of when each was known, and as it stood at any instant."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from eventfolio.events.dates.known_at import offset_clash
from eventfolio.events.errors import CalendarError, did_you_mean, shown
from eventfolio.events.event import Event, Text
from eventfolio.events.files import MB
from eventfolio.events.securities import Securities
from eventfolio.events.themes import Themes
from eventfolio.events.toml_reader import MOST_LINES, at_most, validate

MOST = 100 * MB  # of a calendar file: some 100,000 events


class Article(BaseModel):
    """The article a calendar was built from.

    title     : its headline
    author    : who wrote it
    publisher : where it appeared
    published : when, a date-time with offset; what was known before it is hindsight
    sha256    : of its text, 64 hexadecimal digits
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Text
    author: Text | None = None
    publisher: Text | None = None
    published: Annotated[AwareDatetime, Field(strict=True)] | None = None
    sha256: str | None = None

    @field_validator("sha256")
    @classmethod
    def _hexadecimal(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[0-9a-f]{64}", value):
            raise ValueError(f"sha256 '{shown(value)}' is not 64 hexadecimal digits. Leave it out if it is not known.")
        return value


@dataclass(frozen=True)
class Calendar:
    """Events in order of the instant they were known, then id.

    recorded  : date on which the calendar was compiled; events known before it were selected afterwards
    sha256    : of the file's bytes, hexadecimal
    is_edited : a calendar program has changed the file since `calendar export` wrote it
    """

    name: str
    recorded: date | None
    article: Article | None
    events: tuple[Event, ...]
    sha256: str
    path: Path | None = None
    is_edited: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.events, key=lambda event: (event.known, event.id)))
        object.__setattr__(self, "events", ordered)

    @property
    def published(self) -> datetime | None:
        """When the article was published (UTC); None where there is no article or its time is not known."""
        published = self.article.published if self.article else None
        return published.astimezone(UTC) if published else None

    @property
    def listings(self) -> tuple[str, ...]:
        """The symbols that its events name in `listings`, each once, sorted."""
        return tuple(sorted({symbol for event in self.events for symbol in event.listings}))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its events, each once, sorted."""
        return tuple(sorted({event.kind for event in self.events}))

    @property
    def fact_names(self) -> tuple[str, ...]:
        """The facts that its events or their revisions give, each once, sorted."""
        given = (facts for event in self.events for facts in (event.facts, *(one.facts for one in event.revisions)))
        return tuple(sorted({name for facts in given for name in facts}))

    def as_of(self, instant: datetime) -> tuple[Event, ...]:
        """The events known at an aware instant, each as believed then: no later event, no later revision."""
        believed = (event.as_of(instant) for event in self.events)
        return tuple(event for event in believed if event is not None)


def calendar_of(
    tables: dict[str, object], where: str, sha256: str = "", path: Path | None = None, is_edited: bool = False
) -> Calendar:
    """The calendar that tables, laid out as in the TOML file, describe.

    where     : the file they came from, for the messages
    is_edited : whether a calendar program has changed that since it was exported
    Raises    : CalendarError naming the event and what to write instead
    """
    file = validate(_CalendarFile, tables, where, CalendarError)
    _refuse_repeated_ids(file.event, where)
    return Calendar(file.name, file.recorded, file.article, file.event, sha256, path, is_edited)


def check_themes(calendar: Calendar, themes: Themes) -> None:
    """Refuse a calendar whose events name themes that are not there.

    Raises: CalendarError naming the event and the nearest theme
    """
    known = themes.names
    where = calendar.path.name if calendar.path else calendar.name
    for event in calendar.events:
        for theme in event.themes:
            if theme not in known:
                hint = did_you_mean(theme, known) if known else " There is none: name one in the study."
                raise CalendarError(
                    f"{where}, event {event.id}: '{shown(theme)}' is not a theme of the themes file.{hint}"
                )


def of_kinds(calendar: Calendar, kinds: Collection[str]) -> Calendar:
    """The calendar's events of these kinds alone.

    Raises: CalendarError for a kind that no event has, with the nearest
    """
    for kind in kinds:
        if kind not in calendar.kinds:
            raise CalendarError(
                f"{calendar.name}: no event is of kind '{shown(kind)}'.{did_you_mean(kind, calendar.kinds)}"
            )
    return replace(calendar, events=tuple(event for event in calendar.events if event.kind in kinds))


def check_facts_given(calendar: Calendar, names: Collection[str]) -> None:
    """Refuse facts that no event of a calendar gives.

    Raises: CalendarError with the nearest name
    """
    known = calendar.fact_names
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) if known else " None of its events gives any."
            raise CalendarError(f"{calendar.name}: no event has the fact '{shown(name)}'.{hint}")


def check_listings(calendar: Calendar, securities: Securities) -> None:
    """Refuse a calendar whose events name listings that are no known securities.

    Raises: CalendarError naming each event and the nearest symbol
    """
    where = calendar.path.name if calendar.path else calendar.name
    unknown = [symbol for symbol in calendar.listings if symbol not in securities]
    if not unknown:
        return
    first: dict[str, str] = {}
    for event in calendar.events:
        for symbol in event.listings:
            first.setdefault(symbol, event.id)
    lines = [
        f"{where}, event {first[symbol]}: the listing '{shown(symbol)}' is not a known security."
        f"{did_you_mean(symbol, securities)}"
        for symbol in unknown[:MOST_LINES]
    ]
    if len(unknown) > MOST_LINES:
        lines.append(f"{where}: and {len(unknown) - MOST_LINES} more listings.")
    raise CalendarError("\n".join([*lines, 'A study adds its own with securities = "FILE".']))


def check_offsets(calendar: Calendar) -> None:
    """Refuse a calendar with a known_at whose UTC offset its event's zone does not have at that instant.

    A revision states no zone of its own, and its news may come from elsewhere: `events.check` doubts it.
    Raises: CalendarError naming each event, and both readings
    """
    where = calendar.path.name if calendar.path else calendar.name
    clashes = ((event.id, offset_clash(event.known_at, event.zone)) for event in calendar.events)
    lines = [f"{where}, event {id}: {clash}" for id, clash in clashes if clash]
    if lines:
        raise CalendarError("\n".join(at_most(lines, where)))


class _CalendarFile(BaseModel):
    """A calendar file.

    schema   : of this file's form
    name     : of the calendar
    recorded : date on which it was compiled; events known before it were selected afterwards
    article  : the article it was built from
    event    : its events, in any order
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: Literal[1] = Field(alias="schema")
    name: Text
    recorded: Annotated[date, Field(strict=True)] | None = None
    article: Article | None = None
    event: tuple[Event, ...] = ()


def _refuse_repeated_ids(events: tuple[Event, ...], where: str) -> None:
    first: dict[str, int] = {}
    for number, event in enumerate(events, start=1):
        if event.id in first:
            raise CalendarError(
                f"{where}, event {number} ({event.id}): event {first[event.id]} has this id. Give each one."
            )
        first[event.id] = number
