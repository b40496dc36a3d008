"""known_at of an event: an instant, a date or a month, and the instant from which it counts as known."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from eventfolio.events.errors import DateError, did_you_mean, shown

KnownAt = datetime | date | str  # an aware date-time, a date, or a month "YYYY-MM"
KnownPrecision = Literal["minute", "assumed", "day", "month"]  # assumed: a minute that a rule gave, not a record

_YEARS = range(1700, 2201)  # instants in nanoseconds, as prices are stamped, reach from 1678 to 2261


def read_known_at(value: object, zone: str | None) -> KnownAt:
    """What a file gives as known_at, checked. Text in ISO form counts as what it says.

    zone   : of the event, to word the offset that is missing; None where it is not known
    Raises : DateError for a time without offset, a month that is none, anything else
    """
    known_at = _from_text(value) if isinstance(value, str) else value
    if isinstance(known_at, time):
        raise DateError(f"known_at {shown(value)} is a time without its date. Write it as 2025-06-17T20:07:00+09:00.")
    if not isinstance(known_at, date | str):
        raise DateError(_expected(value))
    year = int(known_at[:4]) if isinstance(known_at, str) else known_at.year
    if year not in _YEARS:
        raise DateError(f"known_at {shown(value)} lies outside the years {_YEARS[0]} to {_YEARS[-1]}.")
    if isinstance(known_at, datetime) and known_at.utcoffset() is None:
        raise DateError(f"known_at '{shown(value)}' has no UTC offset. {_with_offset(known_at, zone)}")
    return known_at


def offset_clash(known_at: KnownAt, zone: str) -> str | None:
    """What is wrong with a time whose UTC offset its zone does not have at that instant, in words with both readings.

    None where nothing is: a time in UTC contradicts no zone.
    """
    if not isinstance(known_at, datetime) or not known_at.utcoffset():
        return None
    there = known_at.astimezone(ZoneInfo(zone))
    offset = there.utcoffset() or timedelta()
    if offset == known_at.utcoffset() or offset % timedelta(minutes=1):  # local mean time, which no file can write
        return None
    clock = on_the_clock(known_at, zone)
    readings = [f"{clock.isoformat()} if its clock is right"] if clock else []
    readings.append(f"{there.isoformat()} if the instant is right")
    return (
        f"known_at {known_at.isoformat()} has an offset that {zone} does not have then ({there.isoformat()[-6:]}). "
        f"Write {', '.join(readings)}, or the zone it was meant in."
    )


def on_the_clock(local: datetime, zone: str) -> datetime | None:
    """The local time with its zone's offset: of an hour that comes twice the later, of one that is skipped none."""
    found = local.replace(tzinfo=ZoneInfo(zone), fold=1)
    there = found.astimezone(UTC).astimezone(ZoneInfo(zone))
    return found if there.replace(tzinfo=None) == local.replace(tzinfo=None, fold=there.fold) else None


def _with_offset(local: datetime, zone: str | None) -> str:
    """How to write a local time that came without an offset."""
    if zone is None:
        return f"Write it as {local.isoformat()}+09:00, with its own offset."
    found = on_the_clock(local, zone)
    return f"Write it as {found.isoformat()}." if found else f"{zone} had no such time: its clocks were put forward."


def precision_of(known_at: KnownAt) -> KnownPrecision:
    """How precisely the moment is known."""
    if isinstance(known_at, str):
        return "month"
    return "minute" if isinstance(known_at, datetime) else "day"


@lru_cache(maxsize=65536)
def instant_of(known_at: KnownAt, zone: str) -> datetime:
    """The instant (UTC) from which it counts as known: for a date or a month, its end in `zone`."""
    if isinstance(known_at, datetime):
        return known_at.astimezone(UTC)
    if isinstance(known_at, str):
        months = int(known_at[:4]) * 12 + int(known_at[5:])  # counted from January of year 0, one month on
        following = date(months // 12, months % 12 + 1, 1)
    else:
        following = known_at + timedelta(days=1)
    return datetime.combine(following, time(), ZoneInfo(zone)).astimezone(UTC)


@lru_cache(maxsize=1024)
def check_zone(zone: str) -> str:
    """`zone`, if it is a time zone of the IANA database.

    Raises: DateError with the nearest name
    """
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # not there, not a name, a folder
        hint = did_you_mean(zone, available_timezones())
        raise DateError(f"zone '{shown(zone)}' is not a time zone.{hint} Write one as Asia/Seoul.") from None
    return zone


_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)


def _from_text(text: str) -> KnownAt:
    if _MONTH.fullmatch(text):
        return text
    if not _ISO.fullmatch(text):
        raise DateError(_expected(f"'{shown(text)}'"))
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError as error:
        raise DateError(f"known_at '{shown(text)}' is not a date: {error}.") from None


def _expected(value: object) -> str:
    return (
        f"known_at {shown(value)} is not a date. Write 2025-06-17T20:07:00+09:00, a date 2025-06-17 (counts "
        'from its end), or a month "2025-06" (never traded on).'
    )
