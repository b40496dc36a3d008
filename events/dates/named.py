"""Reads named periods: days, months, quarters, halves, seasons, with or without their year.

A month, or a day and month, without a year is of the year that brings it nearest; a quarter or half without one is of
the reference date's. A weekday beside a full date changes nothing but, where it contradicts it, casts doubt on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from dateutil.easter import easter

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
    WEEKDAYS,
    YEARS,
    Period,
    check_year,
    day_of,
    month_end,
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
    """Today and its neighbours, parts of a day ("yesterday evening", "this morning"), and feasts by name."""
    day = re.sub(r"^(?:late|early|later|earlier) |(?: |-)(?:morning|afternoon|evening|night)$", "", text)
    if day in ("this", "tonight") or text in ("later today", "earlier today"):
        day = "today"
    elif day == "last" or text == "overnight":
        day = "yesterday"
    if day in _NAMED_DAYS:
        return day_of(on + timedelta(days=_NAMED_DAYS[day]), "a day counted from the reference date")
    return _feast(text, on)


def iso(text: str, on: date) -> Period | None:
    if found := re.fullmatch(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", text, re.ASCII):
        return day_of(_date(text, int(found[1]), int(found[3]), int(found[4])), "a day")
    if found := re.fullmatch(r"(\d{4})[-/](0?[1-9]|1[0-2])", text, re.ASCII):
        return month_of(int(found[1]), int(found[2]))
    if found := re.fullmatch(r"(?:the |calendar |the calendar )?(?:year )?(\d{4})", text, re.ASCII):
        return year_of(int(found[1]))
    if found := re.fullmatch(r"(?:the )?(\d{3}0)'?s", text, re.ASCII):
        check_year(int(found[1]))
        return Period(date(int(found[1]), 1, 1), date(int(found[1]) + 9, 12, 31), "decade", "a decade")
    return None


_DAY_MONTH = re.compile(
    rf"(?:(?P<m1>{MONTH})[ -]?(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?|(?P<d2>\d{{1,2}})(?:st|nd|rd"
    rf"|th)?[ -](?:of )?(?P<m2>{MONTH}))"
    r"(?:,? ?-?(?:of )?(?P<year>\d{4}|this year|next year|last year))?",
    re.ASCII,
)
_EITHER_FIRST = "the day or the month may stand first"
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}))?", re.ASCII)


def absolute(text: str, on: date) -> Period | None:
    """A day and a month, with or without a year; numbers alone are month first with "/" and "-", with a doubt where the
    day may be, day first with "."."""
    if stepped := re.fullmatch(rf"(last|next|this past|this coming) ({MONTH} \d{{1,2}}|\d{{1,2}} {MONTH})", text):
        return _stepped_day(stepped[1], stepped[2], on)
    told = re.match(rf"(?:this |on )?({WEEKDAY}),?[ -](?=\w)", text)
    body = (text[told.end() :] if told else text).replace("the ", "")
    weekday = WEEKDAYS[told[1][:3]] if told else None
    is_either = False
    if found := _DAY_MONTH.fullmatch(body):
        month, day = MONTHS[(found["m1"] or found["m2"])[:3]], int(found["d1"] or found["d2"])
        year = year_named(found["year"], on) if found["year"] else None
    elif (found := _NUMERIC.fullmatch(body)) and not (found[2] in ".-" and found[4] is None):
        first, second = int(found[1]), int(found[3])
        month, day = (second, first) if found[2] == "." or first > 12 else (first, second)
        year = int(found[4]) if found[4] else None
        is_either = found[2] in "/-" and first <= 12 and second <= 12 and first != second
    else:
        return None
    if year:
        whole = _against(day_of(_date(text, year, month, day), "a day"), weekday)
        return replace(whole, doubt=_EITHER_FIRST) if is_either else whole
    days = []
    for near in years_around(on):
        try:
            days.append(day_of(date(near, month, day), "a day of the nearest year"))
        except ValueError:
            continue  # 29 February
    if not days:
        raise DateError(f"'{shown(text)}' is not a day of any year near {on.year}.")
    return _against(nearest(days, on), weekday)


def _stepped_day(step: str, text: str, on: date) -> Period | None:
    """Last October 23, next June 4: the one before the reference date, the one after."""
    days = [absolute(f"{text} {year}", on) for year in years_around(on)]
    back = step in ("last", "this past")
    found = [day for day in days if day is not None and ((day.end < on) if back else (day.start > on))]
    rule = f"a day, the {'last' if back else 'next'} one of that name"
    return replace(found[-1] if back else found[0], rule=rule) if found else None


def _against(period: Period, weekday: int | None) -> Period:
    """The day, doubtful where it is not the weekday that was written beside it."""
    if weekday is None:
        return period
    if period.start.weekday() == weekday:
        return replace(
            period, rule="a day of the year in which it is that weekday" if "nearest" in period.rule else "a day"
        )
    return replace(period, doubt=f"{period.start} was a {period.start:%A}")


def _feast(text: str, on: date) -> Period | None:
    found = re.fullmatch(r"(?:(this|next|last) )?(.+?)(?: (?:of )?(\d{4}|this year|next year|last year))?", text)
    fixed = _FEASTS.get(found[2]) if found else None
    if found is None or fixed is None:
        return None
    where = ", that of the United States, another elsewhere" if found[2] in _NATIONAL else ""
    days = {year: fixed(year) for year in range(on.year - 1, on.year + 2)}
    if found[3]:
        year = year_named(found[3], on)
        return day_of(fixed(year), f"{found[2]}{where}") if year else None
    if found[1] == "next":
        chosen = next((day for day in days.values() if day > on), days[on.year + 1])
    elif found[1] == "last":
        chosen = next((day for day in reversed(days.values()) if day < on), days[on.year - 1])
    else:
        chosen = min(days.values(), key=lambda day: abs((day - on).days)) if not found[1] else days[on.year]
    rule = f"{found[2]}, of the nearest year" if not found[1] else f"{found[2]}"
    return day_of(chosen, f"{rule}{where}")


def weekday_of_month(year: int, month: int, weekday: int, number: int) -> date | None:
    """The so-manyth weekday of a month, the last one for -1; None where there is none."""
    if number == -1:
        last = month_end(year, month)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
    return day if day.month == month else None


def named_month(text: str, on: date) -> Period | None:
    if turned := re.fullmatch(rf"(\d{{4}}),?[ -]({MONTH})", text, re.ASCII):
        return month_of(int(turned[1]), MONTHS[turned[2][:3]])
    found = re.fullmatch(rf"(?:(this|next|last|coming|previous|past) )?({MONTH})(?:(?:,? (?:of )?|[-/])(.+))?", text)
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
    """Quarters and halves: q3 2019, 2019-h2, the first quarter of next year, next year's first quarter, fiscal ones.

    Without a year they are of the reference date's; "last quarter" is the one before, as "last half".
    """
    text = text.removeprefix("the ")
    if found := re.fullmatch(
        r"(\d{4})[ -]?([qh])([1-4])|([qh])([1-4])(?:,?[ -](?:of )?(\d{4}|this year|next year|last year))?",
        text,
        re.ASCII,
    ):
        said = found[1] or found[6]
        year = (year_named(said, on) if said else None) or on.year
        kind, number = found[2] or found[4], int(found[3] or found[5])
        nearest_one = not said
    else:
        found = re.fullmatch(rf"({ORDINAL}|final)[ -](quarter|half)(?:(?:,? (?:of |in )?|-)(.+))?", text)
        owner = found or re.fullmatch(rf"(.+?)(?:'s)? ({ORDINAL}|final)[ -](quarter|half)", text)
        if owner is None:
            return None
        ordinal, kind, of = found.groups() if found else (owner[2], owner[3], owner[1])
        if ordinal == "last" and not of:
            return None  # the one before, counted from the reference date
        named = year_named(of, on) if of else on.year
        if named is None:
            return None
        year, number = named, ordinal_of("last" if ordinal == "final" else ordinal)
        nearest_one = not of
    months = MONTHS_IN[kind]
    number = 12 // months if number == -1 else number
    rule = f"a {'quarter' if months == 3 else 'half'}" + (" of the nearest year" if nearest_one else "")
    return part_of_year(year, number, months, rule) if number <= 12 // months else None


_FISCAL = re.compile(
    r"(?:the )?(?:(?P<part>.+?)(?: of|,| in)? )?(?:the )?(?P<step>this|next|last|current|coming|previous|past)? ?"
    r"(?:(?:fiscal|financial|business)(?:[- ]year)?|fy) ?(?P<year>\d{4}"
    r"|'?\d\d)?(?:[-/]\d\d)?(?:,? (?P<after>[qh][1-4]|.*(?:quarter|half)))?",
    re.ASCII,
)


def fiscal(text: str, on: date) -> Period | None:
    """A company's year or a part of it. It is taken for the calendar's, with a doubt."""
    found = _FISCAL.fullmatch(text)
    if found is None:
        return None
    named, after = found["part"], found["after"]
    stepped = found["step"] or (named if named and re.fullmatch(f"{THIS}|{NEXT}|{LAST}", named) else None)
    named = None if stepped == named else named
    if named and after and re.fullmatch(ORDINAL, named) and after in ("quarter", "half"):
        named, after = f"{named} {after}", None  # "second fiscal quarter"
    step = step_of(stepped) if stepped else 0
    said = found["year"].removeprefix("'") if found["year"] else None
    year = (int(said) if len(said) == 4 else 2000 + int(said)) if said else on.year + step
    inner = named or after
    whole = (
        part(f"{inner} of {year}" if not re.match("[qh]", inner) else f"{inner} {year}", on) if inner else year_of(year)
    )
    if whole is None:
        return None
    return replace(whole, rule=f"{whole.rule}, fiscal", doubt=FISCAL_DOUBT)


FISCAL_DOUBT = "a fiscal year, taken as the calendar's"


def named_season(text: str, on: date) -> Period | None:
    found = re.fullmatch(
        rf"(?:(this past|past|previous|this|next|last|coming|upcoming|the) )?({SEASON})(?:,? (?:of )?(.+))?", text
    )
    if found is None:
        return None
    code = SEASONS[found[2]]
    if found[3]:
        year = year_named(found[3], on)
        return season_of(year, code, "a season of the north") if year else None
    seasons = [season_of(year, code, "a season of the north") for year in years_around(on)]
    if found[1] in ("next", "coming", "upcoming"):
        return next((season for season in seasons if season.start > on), None)
    if found[1] in ("last", "past", "previous", "this past"):
        return next((season for season in reversed(seasons) if season.end < on), None)
    rule = "a season of the north" + ("" if found[1] == "this" else ", of the nearest year")
    running = next((season for season in seasons if season.start <= on <= season.end), None)
    return replace(running or season_of(on.year, code, ""), rule=rule)


def year_named(text: str, on: date) -> int | None:
    """2026, next year, this year: the year; None where it is none."""
    if re.fullmatch(r"(?:the )?(?:year )?\d{4}", text, re.ASCII):
        return int(text[-4:])
    if found := re.fullmatch(rf"({THIS}|{NEXT}|{LAST}) year", text):
        return on.year + step_of(found[1])
    return None


def _date(text: str, year: int, month: int, day: int) -> date:
    check_year(year)
    try:
        return date(year, month, day)
    except ValueError:
        raise DateError(f"'{shown(text)}' is not a day of the calendar.") from None


def years_around(on: date) -> list[int]:
    return [year for year in (on.year - 1, on.year, on.year + 1) if year in YEARS]


_NAMED_DAYS = {"today": 0, "tonight": 0, "now": 0, "current date": 0, "the current date": 0, "tomorrow": 1}
_NAMED_DAYS |= {"yesterday": -1, "the day after tomorrow": 2, "the day before yesterday": -2}
_FEASTS: dict[str, Callable[[int], date]] = {
    "christmas": lambda year: date(year, 12, 25),
    "christmas eve": lambda year: date(year, 12, 24),
    "boxing day": lambda year: date(year, 12, 26),
    "new year's eve": lambda year: date(year, 12, 31),
    "new year's day": lambda year: date(year, 1, 1),
    "independence day": lambda year: date(year, 7, 4),
    "veterans day": lambda year: date(year, 11, 11),
    "halloween": lambda year: date(year, 10, 31),
    "good friday": lambda year: easter(year) - timedelta(days=2),
    "easter": easter,
    "easter monday": lambda year: easter(year) + timedelta(days=1),
    "thanksgiving": lambda year: weekday_of_month(year, 11, 3, 4) or date(year, 11, 30),
    "labor day": lambda year: weekday_of_month(year, 9, 0, 1) or date(year, 9, 1),
    "memorial day": lambda year: weekday_of_month(year, 5, 0, -1) or date(year, 5, 31),
    "martin luther king day": lambda year: weekday_of_month(year, 1, 0, 3) or date(year, 1, 15),
    "presidents' day": lambda year: weekday_of_month(year, 2, 0, 3) or date(year, 2, 15),
    "columbus day": lambda year: weekday_of_month(year, 10, 0, 2) or date(year, 10, 8),
    "election day": lambda year: date(year, 11, 2) + timedelta(days=(1 - date(year, 11, 2).weekday()) % 7),
    "mother's day": lambda year: weekday_of_month(year, 5, 6, 2) or date(year, 5, 8),
    "father's day": lambda year: weekday_of_month(year, 6, 6, 3) or date(year, 6, 15),
    "valentine's day": lambda year: date(year, 2, 14),
    "st. patrick's day": lambda year: date(year, 3, 17),
    "earth day": lambda year: date(year, 4, 22),
    "may day": lambda year: date(year, 5, 1),
    "bastille day": lambda year: date(year, 7, 14),
    "palm sunday": lambda year: easter(year) - timedelta(days=7),
    "ash wednesday": lambda year: easter(year) - timedelta(days=46),
    "shrove tuesday": lambda year: easter(year) - timedelta(days=47),
}
_FEASTS |= {f"{name} day": day for name, day in list(_FEASTS.items()) if name in ("christmas", "thanksgiving")}
_FEASTS |= {f"{name} sunday": day for name, day in list(_FEASTS.items()) if name == "easter"}
_NATIONAL = frozenset(
    f"{name} day"
    for name in (
        *("independence", "veterans", "thanksgiving", "labor", "memorial", "martin luther king", "presidents'"),
        *("columbus", "election", "mother's", "father's"),
    )
) | {"thanksgiving"}
FEASTS = tuple(_FEASTS)
