"""Converts local clock times of foreign files: hours that occur twice or never, session words, SEC business days."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from eventfolio.events.dates.known_at import on_the_clock
from eventfolio.events.elsewhere.happenings import Hours, ImportRefused, Moment
from eventfolio.events.errors import shown

NEW_YORK = "America/New_York"
AFTER_CLOSE = timedelta(minutes=5)  # a report "after the close", behind the regular close
BEFORE_OPEN = timedelta(minutes=150)  # and one "before the open", ahead of the regular open
_END = "end of its date in {}"

# What vendors write for before the open, after the close, during hours and not supplied.
SESSION_WORDS = {
    "bmo": "BMO",
    "beforemarket": "BMO",
    "beforemarketopen": "BMO",
    "premarket": "BMO",
    "timepremarket": "BMO",
    "beforeopen": "BMO",
    "pre": "BMO",
    "amc": "AMC",
    "aftermarket": "AMC",
    "aftermarketclose": "AMC",
    "afterhours": "AMC",
    "timeafterhours": "AMC",
    "postmarket": "AMC",
    "afterclose": "AMC",
    "post": "AMC",
    "dmh": "DMH",
    "dmt": "DMH",
    "duringmarket": "DMH",
    "duringmarkethours": "DMH",
    "duringmarkettrading": "DMH",
    "tas": "TNS",
    "tns": "TNS",
    "timenotsupplied": "TNS",
    "notsupplied": "TNS",
    "unspecified": "TNS",
    "unknown": "TNS",
    "na": "TNS",
    "none": "TNS",
    "null": "TNS",
    "nan": "TNS",
    "": "TNS",
}


def session_word(text: str) -> str | None:
    """BMO, AMC, DMH (during hours) or TNS (not supplied); None for other words."""
    return SESSION_WORDS.get(re.sub(r"[^a-z]", "", text.casefold())) if not re.search(r"\d", text) else None


@lru_cache(maxsize=65536)
def local(day: date, clock: time, zone: str) -> datetime:
    """The instant that a local clock shows, with its offset; of an hour that comes twice the later.

    Raises: ImportRefused for an hour that the zone skipped
    """
    found = on_the_clock(datetime.combine(day, clock), zone)
    if found is None:
        raise ImportRefused(
            f"{zone} had no {clock:%H:%M} on {day}: its clocks were put forward. Look at the row, or give another zone."
        )
    return fixed(found)


def fixed(moment: datetime) -> datetime:
    """The same instant with its offset alone."""
    offset = moment.utcoffset() or timedelta()
    return moment.replace(tzinfo=timezone(offset) if offset else UTC, fold=0)


def end_of(day: date, zone: str) -> datetime:
    """The instant at which a local date ends."""
    return fixed(datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)))


def in_zone(moment: datetime, zone: str) -> datetime:
    """The same instant with the zone's offset then."""
    return fixed(moment.astimezone(ZoneInfo(zone)))


def of_session(
    word: str, day: date, exchange: str, zone: str, hours: Hours, given: dict[str, time]
) -> tuple[Moment, str]:
    """When a report of a session's part was known, and the rule in words.

    word  : as `session_word` gives it
    given : times that take the place of the rule, by AMC and BMO
    """
    if word in given:
        return Moment(
            local(day, given[word], zone), True
        ), f"{word} at {given[word]:%H:%M} in {zone}, as given (assumed)"
    session = hours(exchange, day) if word in ("AMC", "BMO") else None
    if session is None:
        why = {"AMC": "AMC, but no session known on that date", "BMO": "BMO, but no session known on that date"}
        said = why.get(word, "during hours" if word == "DMH" else "no time supplied")
        return Moment(day), f"{said}: {_END.format(zone)}"
    opened, closed = session
    if word == "AMC":
        return Moment(
            in_zone(closed + AFTER_CLOSE, zone), True
        ), "AMC: the exchange's regular close + 5 minutes (assumed)"
    return Moment(in_zone(opened - BEFORE_OPEN, zone), True), "BMO: the exchange's regular open - 150 minutes (assumed)"


def of_date(day: date, zone: str) -> tuple[Moment, str]:
    """A date alone is known at its end."""
    return Moment(day), _END.format(zone)


def read_session_times(text: str) -> dict[str, time]:
    """--session-time AMC=16:05,BMO=07:00 as times by word.

    Raises: ImportRefused
    """
    found: dict[str, time] = {}
    for part in text.split(","):
        name, sign, clock = part.strip().partition("=")
        try:
            if not sign or name.upper() not in ("AMC", "BMO"):
                raise ValueError
            found[name.upper()] = time.fromisoformat(clock.strip())
        except ValueError:
            raise ImportRefused(
                f"--session-time '{shown(text)}' is not read. Write it as AMC=16:05,BMO=07:00, in local time."
            ) from None
    return found


def is_business_day(day: date) -> bool:
    """Whether the SEC is open: Monday to Friday but for federal holidays (5 U.S.C. 6103)."""
    return day.weekday() < 5 and day not in federal_holidays(day.year)


def next_business_day(day: date) -> date:
    """The first after a date."""
    day += timedelta(days=1)
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=512)
def federal_holidays(year: int) -> frozenset[date]:
    """Dates of a year on which federal offices are shut, as observed; the next New Year's Day may be one of them."""
    fixed_dates = [date(year, 1, 1), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25), date(year + 1, 1, 1)]
    if year >= 2021:
        fixed_dates.append(date(year, 6, 19))
    observed = {_observed(day) for day in fixed_dates}
    movable = {
        _nth(year, 1, 0, 3),
        _nth(year, 2, 0, 3),
        _nth(year, 6, 0, 1) - timedelta(days=7),  # the last Monday of May
        _nth(year, 9, 0, 1),
        _nth(year, 10, 0, 2),
        _nth(year, 11, 3, 4),
    }
    return frozenset(day for day in observed | movable if day.year == year)


def _observed(day: date) -> date:
    shift = {5: -1, 6: 1}.get(day.weekday(), 0)
    return day + timedelta(days=shift)


def _nth(year: int, month: int, weekday: int, which: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))
