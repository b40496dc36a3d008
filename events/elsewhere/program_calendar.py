"""Reads happenings from an iCalendar file of any program (RFC 5545).

DTSTART says when a thing happens. Nothing in such a file says when its date was known: DTSTAMP, CREATED and
LAST-MODIFIED are of the program's own work. DTEND is the first moment that does not belong to it any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from eventfolio.events.dates.known_at import check_zone
from eventfolio.events.elsewhere.clocks import in_zone, local, of_date
from eventfolio.events.elsewhere.happenings import Happening, ImportRefused, Moment, listed
from eventfolio.events.elsewhere.options import Reader
from eventfolio.events.errors import DateError, shown
from eventfolio.events.formats.edits import Component
from eventfolio.events.formats.ics import component_of, string_of

_REPEATS = ("RRULE", "RDATE", "RECURRENCE-ID")
_TAKEN = {"UID", "SUMMARY", "DTSTART", "DTEND", "DURATION", "CATEGORIES", "STATUS", "URL", "DESCRIPTION"}
_OF_THE_PROGRAM = {"DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "TRANSP", "CLASS", "PRIORITY"}


def happenings(data: bytes, path: Path, read: Reader) -> Iterator[Happening]:
    """A happening a VEVENT.

    Raises: ImportRefused for events that repeat, times that float and dates that end in no zone
    """
    calendar = component_of(data, path)
    parts = [part for part in calendar.subcomponents if part.name == "VEVENT"]
    read.account.rows = len(parts)
    repeating = [part for part in parts if any(name in part for name in _REPEATS)]
    if repeating:
        first = string_of(repeating[0].get("SUMMARY", "without SUMMARY"))
        raise ImportRefused(
            f"{read.name}: {len(repeating)} of {len(parts)} events repeat (RRULE, RDATE or RECURRENCE-ID), the first "
            f"'{shown(first)}'. An event happens once: let the program write each date out, or take these out."
        )
    for part in calendar.subcomponents:
        if part.name not in ("VEVENT", "VTIMEZONE"):
            read.account.left_out[f"{part.name}, which is no event"] += 1
    unused = {str(name).upper() for part in parts for name in part} - _TAKEN - _OF_THE_PROGRAM
    if unused:
        read.account.notes.append(f"Properties left out: {listed(sorted(unused), 12)}.")
    own = string_of(calendar.get("X-WR-TIMEZONE", "")).strip()
    for number, part in enumerate(parts, start=1):
        where = f"{read.name}, event {number} ({shown(string_of(part.get('SUMMARY', 'without SUMMARY')))})"
        try:
            found = _one(part, own, read)
        except (ImportRefused, DateError) as failure:
            raise ImportRefused(f"{where}: {failure}") from None
        if found is not None:
            yield found


def _one(part: Component, own: str, read: Reader) -> Happening | None:
    if "DTSTART" not in part:
        read.account.left_out["no DTSTART"] += 1
        return None
    try:
        start = part["DTSTART"].dt
        end = part["DTEND"].dt if "DTEND" in part else start + part["DURATION"].dt if "DURATION" in part else None
    except (AttributeError, TypeError, ValueError, OverflowError):
        raise ImportRefused("its dates cannot be read. Is a property there twice, or no date?") from None
    if isinstance(end, datetime) != isinstance(start, datetime) and end is not None:
        raise ImportRefused("of DTSTART and DTEND one is a date and one a time. Make them alike.")
    if isinstance(start, datetime):
        zone, at, rule = _instant(start, str(part["DTSTART"].params.get("TZID", "")), own, read)
        until = in_zone(_instant(end, "", own, read)[1], zone) if isinstance(end, datetime) else at
        if until < at:
            raise ImportRefused(f"it ends ({until:%Y-%m-%d %H:%M}) before it begins ({at:%Y-%m-%d %H:%M}).")
        days = (at.date(), max(at, until - timedelta.resolution).date())
        moment = Moment(at)
    else:
        zone = read.options.zone or own
        if not zone:
            raise ImportRefused(f"{start} has no time zone: its end is unclear. Give --zone, such as Asia/Seoul.")
        check_zone(zone)
        if end is not None and end < start:
            raise ImportRefused(f"it ends ({end}) before it begins ({start}).")
        days = (start, max(start, end - timedelta(days=1)) if end is not None else start)
        moment, rule = of_date(days[1], zone)
    read.account.clocks[rule] += 1
    status = string_of(part.get("STATUS", "")).upper()
    if status == "TENTATIVE":
        read.account.counted["TENTATIVE, taken as its date says"] += 1
    categories = part.get("CATEGORIES", [])
    named = [str(one) for group in (categories if isinstance(categories, list) else [categories]) for one in group.cats]
    if named:
        read.account.counted["with categories, kept as the fact `categories`"] += 1
    return Happening(
        id=string_of(part.get("UID", "")),
        title=string_of(part.get("SUMMARY", "")).strip() or "without title",
        kind="event",
        zone=zone,
        first=days[0],
        last=days[1],
        moment=moment,
        facts={"categories": ", ".join(named)} if named else {},
        source=string_of(part.get("URL", "")) or None,
        note=string_of(part.get("DESCRIPTION", "")).strip()[:2000] or None,
        is_called_off=status == "CANCELLED",
    )


def _instant(at: datetime, tzid: str, own: str, read: Reader) -> tuple[str, datetime, str]:
    """The zone of a date-time, its instant with that zone's offset, and the rule."""
    if at.tzinfo is None:
        if tzid:
            raise ImportRefused(f"its zone '{shown(tzid)}' is not known. Give the events an IANA zone, or UTC.")
        if not read.options.zone:
            raise ImportRefused(f"{at:%Y-%m-%d %H:%M} floats: it is at no place. Give --zone, such as Asia/Seoul.")
        zone = read.options.zone
        return zone, local(at.date(), at.time(), zone), f"a floating time, taken in {zone} (--zone)"
    key = getattr(at.tzinfo, "key", "")
    if at.tzinfo is UTC or key == "UTC" or at.tzname() == "UTC":
        zone = read.options.zone or own or "UTC"
        check_zone(zone)
        return zone, in_zone(at, zone), "DTSTART in UTC"
    if not key:
        zone = read.options.zone or own or "UTC"
        return zone, in_zone(at, zone), "DTSTART in a zone that the file itself defines"
    ZoneInfo(key)
    return key, local(at.date(), at.time().replace(tzinfo=None), key), "DTSTART in its TZID"
