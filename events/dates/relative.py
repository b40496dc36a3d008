"""Reads relative periods ("last week", "in three months"), counted from the date of writing.

weeks run Monday to Sunday and belong to the month and year that hold their Thursday (ISO 8601)
next, last WEEKDAY     that day of the week after, of the week before; this WEEKDAY: of this week; coming: the next one
in N units, N units ago: a day; next N units start tomorrow; past N units end yesterday
early, mid, late       first, second, last third, cut at whole months of a year, half or quarter, else at whole days
later, earlier PERIOD  what is left of it after `on`; what of it lies before
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from eventfolio.events.dates.named import absolute, iso, named_day, named_month, named_season, part
from eventfolio.events.dates.period import (
    COUNT,
    EARLY,
    LAST,
    LATE,
    MID,
    MONTHS_IN,
    NEXT,
    ORDINAL,
    ORDINALS,
    THIS,
    UNIT,
    WEEKDAY,
    WEEKDAYS,
    YEARS,
    Period,
    count_of,
    day_of,
    monday_of,
    month_end,
    month_of,
    moved,
    ordinal_of,
    part_of_year,
    step_of,
    week_of,
    year_of,
)
from eventfolio.events.errors import DateError, shown


@lru_cache(maxsize=8192)
def period_of(text: str, on: date) -> Period | None:
    """The period that lower-case text names, seen from `on`; None where it names none.

    Raises: DateError for a day that does not exist or a year outside 1900 to 2100
    """
    text = re.sub(r"^(?:on|in|at|during|over|throughout|within) ", "", text)
    for read in _READERS:
        found = read(text, on)
        if found is not None:
            if found.start.year not in YEARS or found.end.year not in YEARS:
                raise DateError(f"'{shown(text)}' lies outside the years {YEARS[0]} to {YEARS[-1]}.")
            return found
    return None


def _relative(text: str, on: date) -> Period | None:
    """this, next, last and a unit; the year."""
    found = re.fullmatch(rf"(?:the )?({THIS}|{NEXT}|{LAST}) (day|week|weekend|month|quarter|half|year|decade)", text)
    found = found or re.fullmatch(r"(the )?(week|month|quarter|half|year)", text)
    if found is None:
        return None
    step, unit = step_of(found[1].strip()) if found[1] else 0, found[2]
    rule = f"a {unit} counted from the one of the reference date"
    if unit == "day":
        return day_of(on + timedelta(days=step), rule)
    if unit == "week":
        return week_of(monday_of(on) + timedelta(weeks=step), rule)
    if unit == "weekend":
        saturday = monday_of(on) + timedelta(weeks=step, days=5)
        return Period(saturday, saturday + timedelta(days=1), "weekend", rule)
    if unit == "month":
        first = moved(on.replace(day=1), step, "month")
        return month_of(first.year, first.month, rule)
    if unit in ("quarter", "half"):
        months = MONTHS_IN[unit]
        first = moved(date(on.year, (on.month - 1) // months * months + 1, 1), step * months, "month")
        return part_of_year(first.year, (first.month - 1) // months + 1, months, rule)
    if unit == "decade":
        return iso(f"{(on.year // 10 + step) * 10}s", on)
    return year_of(on.year + step, rule)


def _counted(text: str, on: date) -> Period | None:
    """in two weeks, three months ago, two days before yesterday, the next 3 days, 5 past years."""
    count = f"(?P<n>{COUNT})[ -](?P<unit>{UNIT})"
    if found := re.fullmatch(rf"{count}(?: from now| later|'? time|s' time)?", text) or re.fullmatch(
        rf"in {count}", text
    ):
        return day_of(moved(on, count_of(found["n"]), found["unit"]), "a day so far after the reference date")
    if found := re.fullmatch(rf"{count} (?:ago|earlier|back)", text):
        return day_of(moved(on, -count_of(found["n"]), found["unit"]), "a day so far before the reference date")
    if found := re.fullmatch(rf"{count} (?P<side>from|after|before) (?P<from>.+)", text):
        base = period_of(found["from"], on)
        if base is None:
            return None
        before = found["side"] == "before"
        day = moved(base.start if before else base.end, count_of(found["n"]) * (-1 if before else 1), found["unit"])
        return day_of(day, f"a day so far {'before' if before else 'after'} another")
    found = re.fullmatch(rf"(?:the )?(?P<way>{NEXT}|{LAST}) {count}", text) or re.fullmatch(
        rf"(?:the )?(?P<n>{COUNT}) (?P<way>{NEXT}|{LAST}) (?P<unit>{UNIT})", text
    )
    if found is None:
        return None
    if step_of(found["way"]) > 0:
        first = on + timedelta(days=1)
        last = moved(first, count_of(found["n"]), found["unit"]) - timedelta(days=1)
        return Period(first, last, "range", "so many units from the day after the reference date")
    first = moved(on, -count_of(found["n"]), found["unit"])
    return Period(first, on - timedelta(days=1), "range", "so many units up to the day before the reference date")


def _weekday(text: str, on: date) -> Period | None:
    words = f"this upcoming|this coming|this|next|coming|upcoming|{LAST}"
    found = re.fullmatch(rf"(?:({words}) )?({WEEKDAY})", text)
    week = None
    if found is None:
        found = re.fullmatch(rf"(?:on )?({WEEKDAY}) (?:of )?((?:the )?(?:{THIS}|{NEXT}|{LAST}) week)", text)
        turned = re.fullmatch(rf"((?:the )?(?:{THIS}|{NEXT}|{LAST}) week) (?:on )?({WEEKDAY})", text)
        if found is None and turned is None:
            return None
        name, week = (found[1], found[2]) if found else (turned[2], turned[1])  # type: ignore[index]
        monday = _relative(week, on)
        start = monday.start if monday else monday_of(on)
        return day_of(start + timedelta(days=WEEKDAYS[name[:3]]), "a weekday of a week")
    word, number = found[1], WEEKDAYS[found[2][:3]]
    if word is None:
        back = (on.weekday() - number) % 7
        return day_of(on - timedelta(days=back if back <= 3 else back - 7), "the nearest day of that name")
    if word in ("this upcoming", "this coming", "coming", "upcoming"):
        return day_of(on + timedelta(days=(number - on.weekday() - 1) % 7 + 1), "the next day of that name")
    weeks = 0 if word == "this" else step_of(word)
    return day_of(monday_of(on) + timedelta(weeks=weeks, days=number), "a weekday of the week after, before or this")


def _week_within(text: str, on: date) -> Period | None:
    """The third week of a year, the last week of a month, the week of a day, the 31st day of the month."""
    if found := re.fullmatch(r"(?:the )?week of (.+)", text):
        inner = period_of(found[1], on)
        return week_of(monday_of(inner.start), "the week of a day") if inner and inner.precision == "day" else None
    found = re.fullmatch(
        rf"(?:the )?(\d{{1,2}}(?:st|nd|rd|th)|{ORDINAL}|[a-z]+(?:-[a-z]+)?) (week|day) (?:of|in) (.+)", text
    )
    if found is None or (found[1] not in ORDINALS and not found[1][0].isdigit() and found[1] not in _DAY_WORDS):
        return None
    within = period_of(found[3], on)
    if within is None or within.precision not in ("month", "quarter", "half", "year"):
        return None
    number = _DAY_WORDS.get(found[1]) or ordinal_of(found[1])
    if found[2] == "day":
        day = within.end if number == -1 else within.start + timedelta(days=number - 1)
        return day_of(day, "a day of a period, by number") if day <= within.end else None
    thursday = within.start + timedelta(days=(3 - within.start.weekday()) % 7)
    last = within.end - timedelta(days=(within.end.weekday() - 3) % 7)
    chosen = last if number == -1 else thursday + timedelta(weeks=number - 1)
    return week_of(chosen - timedelta(days=3), "a week of a period, counted by Thursdays") if chosen <= last else None


_ONES: tuple[str, ...] = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
)
_ONES += ("twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth")
_DAY_WORDS = {word: number for number, word in enumerate(_ONES, start=1)} | {"twentieth": 20, "thirtieth": 30}
_DAY_WORDS |= {
    f"{ten}-{one}": tens + number
    for ten, tens in (("twenty", 20), ("thirty", 30))
    for number, one in enumerate(_ONES[:9], 1)
}


def _third(text: str, on: date) -> Period | None:
    """early 2026, mid-June, the end of next year, later this month."""
    if found := re.fullmatch(r"(later|earlier) (?:in )?((?:this|the) .+)", text):
        whole = period_of(found[2], on)
        if whole is None or not whole.start <= on <= whole.end:
            return None
        if found[1] == "later":
            return Period(min(on + timedelta(days=1), whole.end), whole.end, whole.precision, "the rest of a period")
        return Period(whole.start, max(on - timedelta(days=1), whole.start), whole.precision, "the past of a period")
    found = re.fullmatch(rf"(?:the )?(?:very )?({EARLY}|{MID}|{LATE})[ -](?:the )?(.+)", text)
    if found is None:
        return None
    whole = period_of(found[2], on)
    if whole is None or whole.precision == "day" or whole.part:
        return None
    part = next(
        name for name, words in (("early", EARLY), ("mid", MID), ("late", LATE)) if re.fullmatch(words, found[1])
    )
    start, end = _THIRDS[part](whole)
    return Period(start, end, whole.precision, f"{part}: a third of a {whole.precision}", None, part)


def _cuts(whole: Period) -> tuple[date, date]:
    """First dates of the second and the last third."""
    months = (whole.end.year - whole.start.year) * 12 + whole.end.month - whole.start.month + 1
    if whole.start.day == 1 and whole.end == month_end(whole.end.year, whole.end.month) and months % 3 == 0:
        return moved(whole.start, months // 3, "month"), moved(whole.start, 2 * months // 3, "month")
    days = (whole.end - whole.start).days + 1
    return whole.start + timedelta(days=days // 3), whole.start + timedelta(days=2 * days // 3)


_THIRDS: dict[str, Callable[[Period], tuple[date, date]]] = {
    "early": lambda whole: (whole.start, _cuts(whole)[0] - timedelta(days=1)),
    "mid": lambda whole: (_cuts(whole)[0], _cuts(whole)[1] - timedelta(days=1)),
    "late": lambda whole: (_cuts(whole)[1], whole.end),
}

_READERS = (
    named_day,
    iso,
    absolute,
    part,
    named_season,
    _relative,
    _weekday,
    _counted,
    _third,
    named_month,
    _week_within,
)
