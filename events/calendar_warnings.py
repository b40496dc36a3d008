"""Warnings about a calendar: what is suspicious in it without being wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from eventfolio.events.calendar import Calendar
from eventfolio.events.dates.known_at import offset_clash
from eventfolio.events.errors import shown
from eventfolio.events.event import Event
from eventfolio.events.facts import Fact
from eventfolio.events.securities import Securities
from eventfolio.events.themes import Themes

_LISTED = 20  # so many ids stand in one line


@dataclass(frozen=True)
class EventWarning:
    """What is suspicious about an event, or a pair of them. kind : what alike ones share (`_ALIKE`)"""

    id: str
    kind: str
    words: str

    def __str__(self) -> str:
        return f"{self.id}: {self.words}"


# What many that are suspicious in one way are said to be.
_ALIKE = {
    "month": "events are known to the month only: they never trigger a trade",
    "weekend": "events are known on a Saturday or a Sunday: they trade at the next open",
    "early": "events are said to have occurred after they were known",
    "no start": "events are scheduled for a window without a start: they give no run-up",
    "unsure": "events were read with low confidence: look at their sentences again",
    "past": "events are still scheduled for dates past when the calendar was recorded",
    "late": "events are known after the calendar was recorded",
    "offset": "revisions are known at a time whose offset their zone does not have",
    "idle": "revisions are known to the month only, and change no plan",
    "twins": "pairs of events have the same date, kind and theme or listing. One happening each? Give both an episode",
}
_MOST_ALIKE = 5  # so many are told one by one


def check(calendar: Calendar, themes: Themes | None = None, fold: bool = False) -> list[str]:
    """One line a warning, events in the calendar's order.

    themes : where given, themes that no event can trade are warned of too
    fold   : more than five events that are suspicious in the same way become one line
    """
    warnings = [] if calendar.events else ["The calendar holds no event."]
    if calendar.article and calendar.published is None:
        warnings.append("The article has no time of publication: nothing can be told apart as hindsight.")
    found = [one for event in calendar.events for one in _about(event, calendar.recorded)]
    found += _twins(calendar.events)
    warnings += _folded(found) if fold else [str(one) for one in found]
    warnings += _silence(calendar.events)
    warnings += _fact_types(calendar.events)
    for theme in themes.themes if themes else ():
        if not any(event.announces and theme.name in event.themes for event in calendar.events):
            warnings.append(f"Theme {theme.name}: no event announces anything good for it.")
    return warnings


def _folded(found: list[EventWarning]) -> list[str]:
    """Warnings of one kind together where there are many, at the place of the first."""
    by_kind: dict[str, list[str]] = {}
    for one in found:
        by_kind.setdefault(one.kind, []).append(one.id)
    lines: dict[str, None] = {}
    for one in found:
        ids = by_kind[one.kind]
        if len(ids) <= _MOST_ALIKE:
            lines[str(one)] = None
        else:
            few = f"{', '.join(ids[:_MOST_ALIKE])} and {len(ids) - _MOST_ALIKE:,} more"
            lines[f"{len(ids):,} {_ALIKE[one.kind]} ({few})."] = None
    return list(lines)


def unknown_listings(calendar: Calendar, securities: Securities) -> list[str]:
    """One line where events name listings that are not among these securities: a study's own may hold them."""
    unknown = [symbol for symbol in calendar.listings if symbol not in securities]
    if not unknown:
        return []
    more = f" and {len(unknown) - _LISTED} more" if len(unknown) > _LISTED else ""
    return [
        f"Listings that are not among the packaged securities: {len(unknown)} "
        f"({', '.join(unknown[:_LISTED])}{more}). A study needs them in its own securities file."
    ]


def _about(event: Event, recorded: date | None) -> Iterator[EventWarning]:
    for kind, words in _suspicions(event, recorded):
        yield EventWarning(event.id, kind, words)


def _suspicions(event: Event, recorded: date | None) -> Iterator[tuple[str, str]]:
    public, window = _public_date(event), event.window
    if event.known_precision == "month":
        yield "month", "known to the month only: it never triggers a trade."
    elif public.weekday() >= 5:
        yield "weekend", f"known on a {public:%A} ({public}): it trades at the next open."
    if event.status == "occurred" and window.start and window.start > public:
        yield "early", f"said to have occurred ({window}) after it was known ({public})."
    if event.status == "scheduled" and window.start is None:
        yield "no start", f"scheduled for {window}, which has no start: it gives no run-up."
    if event.origin == "article" and event.confidence == "low":
        yield "unsure", f"read with low confidence: look at {shown(event.source or 'its sentence')} again."
    last = event.beliefs[-1]
    if recorded and last.status == "scheduled" and last.occurs.end and last.occurs.end < recorded:
        yield "past", f"still scheduled for {last.occurs}, past when the calendar was recorded ({recorded})."
    if recorded and public > recorded:
        yield "late", f"known ({public}) after the calendar was recorded ({recorded})."
    for number, revision in enumerate(event.revisions, start=1):
        if clash := offset_clash(revision.known_at, event.zone):
            yield "offset", f"revision {number}: {clash}"
        if isinstance(revision.known_at, str) and revision.is_belief:
            yield "idle", f"the revision of {revision.known_at} is known to the month only: it changes no plan."


def _twins(events: tuple[Event, ...]) -> Iterator[EventWarning]:
    """Pairs that may be one happening told twice: same dates, kind and theme or listing, and no episode in common.

    Of a month or coarser nothing is said: many things of one kind happen in a year.
    """
    alike: dict[tuple[object, ...], list[Event]] = {}
    for event in events:
        window = event.window
        if window.precision in ("day", "interval") and window.start and window.end:
            for subject in event.subjects:
                alike.setdefault((window.start, window.end, event.kind, subject), []).append(event)
    told: set[tuple[str, str]] = set()
    for group in alike.values():
        for one, other in pairwise(sorted(group, key=lambda event: event.id)):
            shares_episode = one.episode is not None and one.episode == other.episode
            if not shares_episode and (one.id, other.id) not in told:
                told.add((one.id, other.id))
                shared = "theme" if set(one.themes) & set(other.themes) else "listing"
                words = f"same date, kind and {shared}. One happening? Give both an episode."
                yield EventWarning(f"{one.id} and {other.id}", "twins", words)


def _silence(events: tuple[Event, ...]) -> Iterator[str]:
    """Why nothing, or less than it seems, can be traded on the calendar."""
    idle = [event.id for event in events if not event.subjects]
    if idle and len(idle) == len(events):
        yield (
            "No event has a theme: nothing can be traded. Give each the themes of the themes file it is news for. "
            "Listings do as well."
        )
    elif idle:
        more = f" and {len(idle) - _LISTED} more" if len(idle) > _LISTED else ""
        where = "theme" if not any(event.listings for event in events) else "theme and no listing"
        yield f"Events of no {where}, shown and never traded: {len(idle)} ({', '.join(idle[:_LISTED])}{more})."
    if events and len(idle) < len(events) and not any(_may_open_a_trade(event) for event in events):
        reasons = (
            (len(idle), "of no theme or listing" if any(event.listings for event in events) else "of no theme"),
            (sum(event.direction == -1 for event in events), "of direction -1"),
            (sum(event.known_precision == "month" for event in events), "known to the month only"),
            (sum(event.status == "cancelled" for event in events), "cancelled"),
        )
        said = ", ".join(f"{count} {words}" for count, words in reasons if count)
        yield f"No event can open a trade: of {len(events)}, {said}. Strategies buy on good news known to the day."


def _fact_types(events: tuple[Event, ...]) -> Iterator[str]:
    """Facts that are a number in one event and text, or true or false, in another: no condition fits both."""
    types: dict[str, dict[str, str]] = {}
    for event in events:
        for facts in (event.facts, *(revision.facts for revision in event.revisions)):
            for name, value in facts.items():
                types.setdefault(name, {}).setdefault(_type_of(value), event.id)
    for name, found in sorted(types.items()):
        if len(found) > 1:
            said = ", ".join(f"{what} ({id})" for what, id in found.items())
            yield f"Fact {name} is of several types: {said}. A condition on one counts the others as lacking it."


def _type_of(value: Fact) -> str:
    if isinstance(value, bool):
        return "true or false"
    return "text" if isinstance(value, str) else "a number"


def _may_open_a_trade(event: Event) -> bool:
    believed = any(belief.known_precision != "month" and belief.status != "cancelled" for belief in event.beliefs)
    return believed and event.direction == 1 and bool(event.subjects)


def _public_date(event: Event) -> date:
    """The local date on which it was first public; of a month, its first day."""
    known_at = event.known_at
    if isinstance(known_at, str):
        return date.fromisoformat(f"{known_at}-01")
    return event.known.astimezone(ZoneInfo(event.zone)).date() if isinstance(known_at, datetime) else known_at
