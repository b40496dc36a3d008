"""Times of publication as headers and pages write them: a date, a clock and a zone, in one line.

A zone is a name ("ET", "KST", "Europe/Berlin"), an offset ("+09:00", "GMT+9"), or words ("Beijing time"). What may be
two zones (CST, IST) is not guessed. A Korean, Japanese or Chinese time without a zone is read in its country's
zone, which has one offset; `assumed` says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from eventfolio.events.dates.period import MONTH, MONTHS


@dataclass(frozen=True)
class Stamp:
    """An instant, with its offset; zone: IANA name in which its dates count; assumed: whether no zone was written."""

    moment: datetime
    zone: str
    assumed: bool = False


_ZONES = {
    "America/New_York": ("ET", "EST", "EDT", "EASTERN TIME", "NEW YORK TIME"),
    "America/Los_Angeles": ("PT", "PST", "PDT", "PACIFIC TIME"),
    "UTC": ("GMT", "UTC", "Z"),
    "Europe/London": ("BST", "LONDON TIME"),
    "Europe/Brussels": ("CET", "CEST"),
    "Europe/Moscow": ("MSK", "MOSCOW TIME"),
    "Asia/Seoul": ("KST", "SEOUL TIME"),
    "Asia/Tokyo": ("JST", "TOKYO TIME"),
    "Asia/Shanghai": ("BEIJING TIME", "CHINA STANDARD TIME"),
    "Asia/Hong_Kong": ("HKT", "HONG KONG TIME"),
    "Asia/Singapore": ("SGT",),
    "Australia/Sydney": ("AEST", "AEDT"),
    "Australia/Adelaide": ("ACST", "ACDT"),
    "Australia/Perth": ("AWST",),
    "Pacific/Auckland": ("NZST", "NZDT", "NEW ZEALAND TIME"),
    "America/Chicago": ("CT", "CENTRAL TIME"),
    "America/Sao_Paulo": ("BRT", "BRASILIA TIME"),
    "America/Argentina/Buenos_Aires": ("ART",),
    "America/Santiago": ("CLT", "CLST"),
    "America/Bogota": ("COT",),
    "Europe/Athens": ("EET", "EEST"),
    "Europe/Lisbon": ("WET", "WEST"),
    "Europe/Istanbul": ("TRT",),
    "Africa/Johannesburg": ("SAST",),
    "Africa/Nairobi": ("EAT",),
    "Africa/Lagos": ("WAT",),
    "Africa/Maputo": ("CAT",),
    "Asia/Kolkata": ("INDIA TIME",),
    "Asia/Karachi": ("PKT",),
    "Asia/Bangkok": ("ICT",),
    "Asia/Jakarta": ("WIB", "JAKARTA TIME"),
    "Asia/Manila": ("PHT", "MANILA TIME"),
    "Asia/Kuala_Lumpur": ("MYT",),
}
# Offsets that are no whole hours, in minutes: a place that keeps each the year round (IANA time zone database)
_BY_MINUTES = {
    210: "Asia/Tehran",
    270: "Asia/Kabul",
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    390: "Asia/Yangon",
    570: "Australia/Darwin",
}
_BY_SHORT = {short: zone for zone, shorts in _ZONES.items() for short in shorts}
_HOME = {"ko": "Asia/Seoul", "ja": "Asia/Tokyo", "zh": "Asia/Shanghai"}

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?\s?(?:Z|[+-]\d\d:?\d\d)")
_DATES = (
    re.compile(r"(?P<y>\d{4})\s?[-/.年년]\s?(?P<m>\d{1,2})\s?[-/.月월]\s?(?P<d>\d{1,2})(?:\s?[日일])?", re.ASCII),
    re.compile(rf"(?P<month>{MONTH}) (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? ?(?P<y>\d{{4}})", re.IGNORECASE | re.ASCII),
    re.compile(rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{MONTH}),? ?(?P<y>\d{{4}})", re.IGNORECASE | re.ASCII),
    re.compile(r"(?<![\d.])(?P<d>\d{1,2})(?P<dot>\.)\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})(?!\d)", re.ASCII),  # 17.06.2025
    re.compile(r"(?<![\d/])(?P<one>\d{1,2})/(?P<other>\d{1,2})/(?P<y>\d{4})(?!\d)", re.ASCII),
    re.compile(r"(?<!\w)\d{1,2}\.? [^\W\d]+\.? (?:19|20)\d\d(?!\d)"),  # with a month of another language: not read
)
_CLOCK = re.compile(
    r"(?P<before>오전|오후|午前|午後|上午|下午)?\s?(?<!\d)(?P<h>\d{1,2})(?:[:.](?P<min>\d\d)(?::\d\d)?|時(?P<min2>\d{1,2})分"
    r"|시\s?(?P<min3>\d{1,2})분|点(?P<min4>\d{1,2})分)"
    r"(?!\d)\s?(?P<half>[aApP]\.?[mM]\.?)?\s?"
    r"\(?(?P<zone>[A-Z][a-z]+/[A-Z][A-Za-z_]+|(?:[A-Z]{2,5}\s?\(?)?(?:(?:GMT|UTC)\s?[+-]\d{1,2}(?::?\d\d)?|[+-]\d\d:?\d\d)"
    rf"|(?i:{'|'.join(short.lower() for short in _BY_SHORT if ' ' in short)})|[A-Z]{{1,5}}(?![A-Za-z]))?",
    re.ASCII,
)
_AFTERNOON = ("오후", "午後", "下午")
_APART = 60  # characters between a date and its clock


def stamp_in(line: str, language: str | None = None) -> Stamp | None:
    """The first time with its zone in a line; None where there is none.

    language : of the article ("ko", "ja", "zh"), whose country's zone a time without one is in
    """
    if found := _ISO.search(line):
        try:
            moment = datetime.fromisoformat(found[0].replace(" Z", "Z").replace(" +", "+").replace(" -", "-"))
        except ValueError:
            return None
        return Stamp(datetime.fromisoformat(moment.isoformat()), _zone_of_offset(moment))
    days = _days(line)
    clocks = _CLOCK.finditer(_without(line, days)) if days else ()
    for clock in clocks:
        day = min(days, key=lambda day: (_apart(day, clock), day.start()))
        if _apart(day, clock) <= _APART:
            stamp = _joined(day, clock, language)
            if stamp or _is_clock(clock):  # of a date that is not read, no other will do
                return stamp
    return None


def _days(line: str) -> list[re.Match[str]]:
    """The dates in a line, those that are not read among them; of two that overlap, that of the earlier pattern."""
    found: list[re.Match[str]] = []
    for pattern in _DATES:
        for match in pattern.finditer(line):
            if all(match.end() <= other.start() or other.end() <= match.start() for other in found):
                found.append(match)
    return found


def _without(line: str, days: list[re.Match[str]]) -> str:
    """The line with its dates blacked out, whose figures may look like a clock: "06.17"."""
    for day in days:
        line = line[: day.start()] + "#" * (day.end() - day.start()) + line[day.end() :]
    return line


def _apart(day: re.Match[str], clock: re.Match[str]) -> int:
    """Characters between a date and a clock."""
    return clock.start() - day.end() if clock.start() >= day.end() else day.start() - clock.end()


def _is_clock(clock: re.Match[str]) -> bool:
    """Whether figures are surely a time of day: with a zone, or with a half of the day."""
    return _zone(clock["zone"]) is not None or clock["half"] is not None or clock["before"] is not None


def _date(day: re.Match[str], is_american: bool) -> date | None:
    """The date of a match; None where there is none, or where the day and the month may each stand first."""
    groups = day.groupdict()
    if "y" not in groups:
        return None
    year = int(groups["y"])
    if groups.get("one"):
        one, other = int(groups["one"]), int(groups["other"])
        if one <= 12 and other <= 12 and one != other:
            return None
        month, of_month = (one, other) if one <= 12 else (other, one)
    else:
        month = MONTHS[groups["month"][:3].lower()] if groups.get("month") else int(groups["m"])
        of_month = int(groups["d"])
        if groups.get("dot") and is_american and month <= 12 and of_month <= 12 and month != of_month:
            return None
    try:
        return date(year, month, of_month)
    except ValueError:
        return None


def _joined(day: re.Match[str], clock: re.Match[str], language: str | None) -> Stamp | None:
    hour = int(clock["h"])
    minute = int(clock["min"] or clock["min2"] or clock["min3"] or clock["min4"])
    half = (clock["half"] or "").lower().replace(".", "")
    if half or clock["before"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (half == "pm" or clock["before"] in _AFTERNOON)
    zone, assumed = _zone(clock["zone"]), False
    if zone is None and not clock["zone"] and language:
        zone, assumed = _HOME[language], True
    on = _date(day, bool(half) or (zone or "").startswith("America/"))
    if zone is None or on is None or not (hour < 24 and minute < 60):
        return None
    moment = datetime.combine(on, time(hour, minute), ZoneInfo(zone))
    return Stamp(datetime.fromisoformat(moment.isoformat()), zone, assumed)


def _zone(words: str | None) -> str | None:
    if not words:
        return None
    if words.upper() in _BY_SHORT:
        return _BY_SHORT[words.upper()]
    if found := re.fullmatch(r"(?:[A-Z]{2,5}\s?\(?)?(?:GMT|UTC)?\s?([+-])(\d{1,2}):?(\d\d)?", words):
        minutes = (60 * int(found[2]) + int(found[3] or 0)) * (1 if found[1] == "+" else -1)
        return _fixed(minutes)
    try:
        ZoneInfo(words)
    except (KeyError, ValueError, OSError):
        return None
    return words if "/" in words else None


def _zone_of_offset(moment: datetime) -> str:
    """The zone of an offset without a place; UTC where no place keeps it."""
    return _fixed(int((moment.utcoffset() or timedelta()).total_seconds()) // 60) or "UTC"


def _fixed(minutes: int) -> str | None:
    """A zone that keeps an offset all year: one of whole hours (whose sign POSIX turns round), or a place's."""
    hours, rest = divmod(minutes, 60)
    if rest:
        return _BY_MINUTES.get(minutes)
    return f"Etc/GMT{-hours:+d}" if hours and -14 <= -hours <= 12 else None if hours else "UTC"
