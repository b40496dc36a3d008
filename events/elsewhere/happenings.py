"""Records of an import before it is a calendar: happenings with their clocks, and what was left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from eventfolio.events.errors import CalendarError, shown
from eventfolio.events.facts import Fact

KINDS = ("csv", "ics", "sec", "dart", "edinet", "fred", "gdelt", "earnings")


class ImportRefused(CalendarError):
    """A file from elsewhere that cannot become a calendar as it is: the message says what to give."""


class Hours(Protocol):
    """Regular open and close (aware) of an exchange (MIC) on a date; None without a session, or where unknown."""

    def __call__(self, exchange: str, day: date) -> tuple[datetime, datetime] | None: ...


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was known: an aware date-time, or a date (its end). is_assumed : a rule's time, not a record's."""

    at: datetime | date
    is_assumed: bool = False


@dataclass(slots=True)
class Happening:
    """One thing that a row tells of.

    first, last : local dates on which it happens
    moment      : when it was known to have happened; None where it is still to come
    announced   : when its date was known, where the file says so
    is_news     : a filing or a report, which nobody announces: it occurred, or is not there yet
    is_called_off : the file says that it will not happen
    is_guess : somebody's estimate of the date: kept as a window that never triggers, known to the month
    """

    id: str
    title: str
    kind: str
    zone: str
    first: date
    last: date
    moment: Moment
    announced: Moment | None = None
    listings: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    facts: dict[str, Fact] = field(default_factory=dict)
    direction: int = 1
    strength: float | None = None
    episode: str | None = None
    source: str | None = None
    note: str | None = None
    is_news: bool = False
    is_called_off: bool = False
    is_guess: bool = False


@dataclass
class Account:
    """What an import took for which clock, what it guessed, and what it left out; printed by counts.

    kind    : of the file; why: what it was known by
    rows    : in the file
    clocks  : rule by which known_at was taken, and of how many rows
    left_out: reason, and of how many rows
    counted : whatever else must be known, and of how many rows
    notes   : and what is not of single rows
    """

    kind: str
    why: str
    rows: int = 0
    clocks: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    counted: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def lines(self, events: int) -> list[str]:
        """In words, a line a rule."""
        said = [f"Read as {self.kind} ({self.why}): {_rows(self.rows)}, {number_of(events, 'event')}."]
        said += [f"Clock, {_rows(count)}: {rule}" for rule, count in self.clocks.most_common()]
        said += [f"Left out, {_rows(count)}: {reason}" for reason, count in self.left_out.most_common()]
        said += [f"{_rows(count)}: {words}." for words, count in self.counted.most_common()]
        return said + self.notes

    def as_json(self, events: int) -> dict[str, object]:
        """For a machine."""
        return {
            "kind": self.kind,
            "why": self.why,
            "rows": self.rows,
            "events": events,
            "clocks": dict(self.clocks.most_common()),
            "left_out": dict(self.left_out.most_common()),
            "counted": dict(self.counted.most_common()),
            "notes": self.notes,
        }


def listed(names: list[str], most: int = 5) -> str:
    """The first of some names, and how many more there are."""
    more = len(names) - most
    return ", ".join(shown(name) for name in names[:most]) + (f" and {more} more" if more > 0 else "")


def _rows(count: int) -> str:
    return number_of(count, "row")


def number_of(count: int, what: str) -> str:
    """So many of something."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
