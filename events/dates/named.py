"""Reads named periods: days, months, quarters, halves, seasons, with or without their year.

Absolute days are read by dateparser. A month, or a day and month, without a year is of the year that brings it nearest.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from eventfolio.events.dates.period import (
    LAST,
    MONTH,
    MONTHS,
    MONTHS_IN,
    NEXT,
    ORDINAL,
    SEASON,
    SEASONS,
    THIS,
    WEEKDAY,
    YEARS,
    Period,
    check_year,
    day_of,
    month_of,
    nearest,
    ordinal_of,
    part_of_year,
    season_of,
    step_of,
    year_of,
)
from eventfolio.events.errors import DateError, shown


def named_day(text: str, on: date) -> Period | None:
    if text not in _NAMED_DAYS:
        return None
    return day_of(on + timedelta(days=_NAMED_DAYS[text]), "a day counted from the reference date")


def iso(text: str, on: date) -> Period | None:
    if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text, re.ASCII):
        try:
            return day_of(date(*(int(part) for part in found.groups())), "a day")
        except ValueError:
            raise DateError(f"'{shown(text)}' is not a day of the calendar.") from None
    if found := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text, re.ASCII):
        return month_of(int(found[1]), int(found[2]))
    if found := re.fullmatch(r"(?:the |calendar |the calendar )?(?:year )?(\d{4})", text, re.ASCII):
        return year_of(int(found[1]))
    if found := re.fullmatch(r"(?:the )?(\d{3}0)s", text, re.ASCII):
        check_year(int(found[1]))
        return Period(date(int(found[1]), 1, 1), date(int(found[1]) + 9, 12, 31), "decade", "a decade")
    return None


def absolute(text: str, on: date) -> Period | None:
    """A day and a month, with or without a year: dateparser's work, behind a guard that numbers do not pass."""
    text = re.sub(rf"^(?:this )?{WEEKDAY},?[ -](?=\w)", "", text).replace("the ", "")
    named = re.fullmatch(
        rf"(?:{MONTH}[ -]?\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)?[ -](?:of )?{MONTH})(?:,? ?-?(\d{{4}}))?",
        text,
    )
    numeric = named or re.fullmatch(r"\d{1,2}([/.])\d{1,2}(?:\1(\d{4}))?", text, re.ASCII)
    if numeric is None or (not named and "." in text and numeric[2] is None):
        return None
    year = numeric[numeric.re.groups]
    if year:
        return day_of(_parsed(text, int(year)), "a day")
    joint = " " if named else numeric[1]
    days = []
    for near in (on.year - 1, on.year, on.year + 1):
        try:
            days.append(day_of(_parsed(f"{text}{joint}{near}", near), "a day of the nearest year"))
        except DateError:
            continue  # 29 February
    if not days:
        raise DateError(f"'{shown(text)}' is not a day of any year near {on.year}.")
    return nearest(days, on)


def named_month(text: str, on: date) -> Period | None:
    found = re.fullmatch(rf"(?:(this|next|last|coming|previous|past) )?({MONTH})(?:,? (?:of )?(.+))?", text)
    if found is None:
        return None
    step, month, rest = found[1], MONTHS[found[2][:3]], found[3]
    if rest and not step:
        year = year_named(rest, on)
        return month_of(year, month) if year else None
    if rest:
        return None
    if step in ("next", "coming"):
        return month_of(on.year + (month <= on.month), month, "a month, the next one of that name")
    if step in ("last", "previous", "past"):
        return month_of(on.year - (month >= on.month), month, "a month, the last one of that name")
    if step == "this":
        return month_of(on.year, month, "a month of this year")
    return nearest([month_of(year, month, "a month of the nearest year") for year in years_around(on)], on)


def part(text: str, on: date) -> Period | None:
    """Quarters and halves: q3 2019, 2019-h2, the first quarter of next year, next year's first quarter."""
    text = text.removeprefix("the ")
    if found := re.fullmatch(r"(\d{4})[ -]?([qh])([1-4])|([qh])([1-4])(?:[ -](?:of )?(\d{4}))?", text, re.ASCII):
        year = int(found[1] or found[6] or on.year)
        kind, number = found[2] or found[4], int(found[3] or found[5])
    else:
        found = re.fullmatch(rf"({ORDINAL}|final)[ -](quarter|half)(?:,? (?:of |in )?(.+))?", text)
        owner = found or re.fullmatch(rf"(.+)'s ({ORDINAL}|final)[ -](quarter|half)", text)
        if owner is None:
            return None
        ordinal, kind, of = found.groups() if found else (owner[2], owner[3], owner[1])
        named = year_named(of, on) if of else on.year
        if named is None:
            return None
        year, number = named, ordinal_of("last" if ordinal == "final" else ordinal)
    months = MONTHS_IN[kind]
    number = 12 // months if number == -1 else number
    return (
        part_of_year(year, number, months, f"a {'quarter' if months == 3 else 'half'}")
        if number <= 12 // months
        else None
    )


def named_season(text: str, on: date) -> Period | None:
    found = re.fullmatch(rf"(?:(this|next|last|coming|the) )?({SEASON})(?:,? (?:of )?(.+))?", text)
    if found is None:
        return None
    code = SEASONS[found[2]]
    if found[3]:
        year = year_named(found[3], on)
        return season_of(year, code, "a season of the north") if year else None
    seasons = [season_of(year, code, "a season of the north") for year in years_around(on)]
    if found[1] in ("next", "coming"):
        return next((season for season in seasons if season.start > on), None)
    if found[1] == "last":
        return next((season for season in reversed(seasons) if season.end < on), None)
    return next((s for s in seasons if s.start <= on <= s.end), None) or season_of(
        on.year, code, "a season of the north"
    )


def year_named(text: str, on: date) -> int | None:
    """2026, next year, this year: the year; None where it is none."""
    if re.fullmatch(r"(?:the )?(?:year )?\d{4}", text, re.ASCII):
        return int(text[-4:])
    if found := re.fullmatch(rf"({THIS}|{NEXT}|{LAST}) year", text):
        return on.year + step_of(found[1])
    return None


def _parsed(text: str, year: int) -> date:
    import dateparser  # only where there is a day to read

    check_year(year)
    parts = {"REQUIRE_PARTS": ["day", "month", "year"], "RELATIVE_BASE": datetime(2000, 1, 1)}  # noqa: DTZ001 - unused
    order = "DMY" if "." in text else "MDY"
    found = dateparser.parse(
        text, languages=["en"], settings=parts | {"DATE_ORDER": order, "PARSERS": ["absolute-time"]}
    )
    if found is None or found.year != year:
        raise DateError(f"'{shown(text)}' is not a day of the calendar.")
    return found.date()


def years_around(on: date) -> list[int]:
    return [year for year in (on.year - 1, on.year, on.year + 1) if year in YEARS]


_NAMED_DAYS = {"today": 0, "tonight": 0, "now": 0, "current date": 0, "the current date": 0, "tomorrow": 1}
_NAMED_DAYS |= {"yesterday": -1, "the day after tomorrow": 2, "the day before yesterday": -2}
