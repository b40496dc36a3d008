"""Reads relative periods ("last week", "in three months"), counted from the date of writing.

weeks run Monday to Sunday and belong to the month and year that hold their Thursday (ISO 8601)
next, last WEEKDAY     that day of the week after, of the week before; this WEEKDAY: of this week; coming: the next one
in N units, N units ago: a day; next N units start tomorrow; past N units end yesterday (dates/counted.py)
early, mid, late       first, second, last third, cut at whole months of a year, half or quarter, else at whole days
later, earlier PERIOD  what is left of it after `on`; what of it lies before
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from eventfolio.events.dates.counted import counted
from eventfolio.events.dates.named import (
    absolute,
    fiscal,
    iso,
    named_day,
    named_month,
    named_season,
    part,
    weekday_of_month,
)
from eventfolio.events.dates.period import (
    COUNT,
    DAY_WORDS,
    EARLY,
    LAST,
    LATE,
    MID,
    MONTH,
    MONTHS_IN,
    NEXT,
    ORDINAL,
    ORDINALS,
    THIS,
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


def _counted_off(text: str, on: date) -> Period | None:
    """Days and stretches counted from a day: `eventfolio.events.dates.counted`."""
    return counted(text, on, period_of)


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
    if text in ("weekend", "the weekend"):
        saturdays = [monday_of(on) + timedelta(weeks=step, days=5) for step in (-1, 0, 1)]
        near = min(saturdays, key=lambda day: abs((day - on).days))
        return Period(near, near + timedelta(days=1), "weekend", "the nearest weekend")
    if found is None:
        return _after_next(text, on)
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


def _after_next(text: str, on: date) -> Period | None:
    """The month after next, the week before last, this past week, quarter to date."""
    unit = "week|weekend|month|quarter|half|year"
    if found := re.fullmatch(rf"(?:the )?({unit}) (?:after next|before last)", text):
        step = 2 if text.endswith("next") else -2
        return _stepped(found[1], step, on)
    if found := re.fullmatch(rf"(?:this|the) (?:just )?past ({unit})", text):
        return _stepped(found[1], -1, on)
    if found := re.fullmatch(r"(?:the )?(?:latest|most recent|preceding|prior) (week|month|quarter|half|year)", text):
        return _stepped(found[1], -1, on)
    if found := re.fullmatch(r"(?:the )?(week|month|quarter|half|year)[ -]to[ -]date", text):
        whole = _stepped(found[1], 0, on)
        return Period(whole.start, on, "range", f"from the beginning of the {found[1]} to the reference date")
    return None


def _stepped(unit: str, step: int, on: date) -> Period:
    """A unit counted from that of the reference date, by so many."""
    days = {"week": 7 * step, "weekend": 7 * step}
    months = {"month": step, "quarter": 3 * step, "half": 6 * step, "year": 12 * step}
    base = on + timedelta(days=days[unit]) if unit in days else moved(on.replace(day=1), months[unit], "months")
    found = _relative(f"this {unit}", base)
    if found is None:
        raise DateError(f"'{unit}' is no unit.")  # cannot be: all of these are read
    return found


def _weekday(text: str, on: date) -> Period | None:
    text = re.sub(r"^(?:late|early|later|earlier) (?:on )?|(?: |-)(?:morning|afternoon|evening|night)$", "", text)
    words = f"this upcoming|this coming|this past|the coming|this|next|coming|upcoming|{LAST}"
    if found := re.fullmatch(rf"(?:the )?({WEEKDAY}) (before last|after next)", text):
        days = WEEKDAYS[found[1][:3]] + (14 if found[2] == "after next" else -14)
        return day_of(monday_of(on) + timedelta(days=days), "a weekday of the week after or before another")
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
    if word == "this past":
        return day_of(on - timedelta(days=(on.weekday() - number - 1) % 7 + 1), "the last day of that name")
    if word in ("this upcoming", "this coming", "the coming", "coming", "upcoming"):
        return day_of(on + timedelta(days=(number - on.weekday() - 1) % 7 + 1), "the next day of that name")
    weeks = 0 if word == "this" else step_of(word)
    day = monday_of(on) + timedelta(weeks=weeks, days=number)
    return day_of(day, "a weekday of this week" if weeks == 0 else "a weekday of the week after or before")


def _ordinal_weekday(text: str, on: date) -> Period | None:
    """The first Monday of September, the last Friday in May 2026, the third Tuesday of next month."""
    found = re.fullmatch(rf"(?:the )?({ORDINAL}|sixth) ({WEEKDAY}) (?:of|in) (.+)", text)
    if found is None:
        return None
    within = period_of(found[3], on)
    if within is None or within.precision != "month":
        return None
    day = weekday_of_month(within.start.year, within.start.month, WEEKDAYS[found[2][:3]], ordinal_of(found[1]))
    if day is None:
        return None
    rule = "a weekday of a month, by number" + (", of the nearest year" if "nearest" in within.rule else "")
    return day_of(day, rule)


def _ended(text: str, on: date) -> Period | None:
    """The week ending June 20, the three months ended Sept. 30, the year to March 31, the week beginning 16 June."""
    found = re.fullmatch(
        rf"(?:the )?(?:(?:first|second|third|fourth|full|fiscal|financial) )?(?:({COUNT})[ -])?(week|month|quarter"
        rf"|half|year)s?[ -]?(?:that )?"
        r"(ending|ended|ends|to|through|beginning|starting|commencing|of) (?:on |in )?(.+)",
        text,
    )
    if found is None:
        return None
    if found[3] in ("to", "through", "of") and not (
        found[1] or (re.match(rf"{MONTH} \d|\d{{1,2}}(?:st|nd|rd|th)? {MONTH}", found[4]) and found[3] != "of")
    ):
        return None
    base = period_of(found[4], on)
    if base is None or base.precision not in ("day", "month") or (base.precision == "month" and found[2] == "week"):
        return None
    count = count_of(found[1]) if found[1] else 1
    how = ", of the nearest year" if "nearest" in base.rule else ""
    if found[3] in ("beginning", "starting", "commencing", "of"):
        if base.precision != "day" and found[3] == "of":
            return None
        last = moved(base.start, count, found[2]) - timedelta(days=1)
        return Period(base.start, last, "range", f"a {found[2]} that begins on a day{how}")
    if base.end == month_end(base.end.year, base.end.month):  # whole months: the year to 30 June begins on 1 July
        months = {"month": 1, "quarter": 3, "half": 6, "year": 12}.get(found[2])
        if months:
            first = moved(base.end.replace(day=1), -(count * months - 1), "months")
            return Period(first, base.end, "range", f"whole months that end with a day{how}")
    first = moved(base.end + timedelta(days=1), -count, found[2])
    return Period(first, base.end, "range", f"a {found[2]} that ends on a day{how}")


def _first_units(text: str, on: date) -> Period | None:
    """The first three months of 2023, the last six weeks of last year, the first nine months."""
    found = re.fullmatch(
        rf"(?:the )?(first|last|final|opening) ({COUNT}) (days|weeks|months|quarters)(?: (?:of|in) (.+))?", text
    )
    if found is None or (found[4] is None and found[1] not in ("first", "opening")):
        return None
    within = period_of(found[4] or "this year", on)
    if within is None or within.precision not in ("month", "quarter", "half", "year"):
        return None
    count, unit = count_of(found[2]), found[3]
    if found[1] in ("first", "opening"):
        first, last = within.start, moved(within.start, count, unit) - timedelta(days=1)
    else:
        first, last = moved(within.end + timedelta(days=1), -count, unit), within.end
    if last > within.end or first < within.start:
        return None
    rule = "so many units of a period" + (
        ", of the nearest year" if found[4] is None or "nearest" in within.rule else ""
    )
    return Period(first, last, "range", rule)


def _week_within(text: str, on: date) -> Period | None:
    """The third week of a year, the last week of a month, the week of a day, the 31st day of the month."""
    if found := re.fullmatch(r"(?:the )?week of (.+)", text):
        inner = period_of(found[1], on)
        if inner is None or inner.precision != "day":
            return None
        week = week_of(monday_of(inner.start), "the week of a day")
        return replace(week, doubt="a week of a Sunday may begin with it") if inner.start.weekday() == 6 else week
    found = re.fullmatch(
        rf"(?:the )?(\d{{1,2}}(?:st|nd|rd|th)|{ORDINAL}|[a-z]+(?:-[a-z]+)?) (week|day) (?:of|in) (.+)", text
    )
    if found is None or (found[1] not in ORDINALS and not found[1][0].isdigit() and found[1] not in DAY_WORDS):
        return None
    within = period_of(found[3], on)
    if within is None or within.precision not in ("month", "quarter", "half", "year"):
        return None
    number = DAY_WORDS.get(found[1]) or ordinal_of(found[1])
    if found[2] == "day":
        day = within.end if number == -1 else within.start + timedelta(days=number - 1)
        how = ", of the nearest year" if "nearest" in within.rule else ""
        return day_of(day, f"a day of a period, by number{how}") if day <= within.end else None
    thursday = within.start + timedelta(days=(3 - within.start.weekday()) % 7)
    last = within.end - timedelta(days=(within.end.weekday() - 3) % 7)
    chosen = last if number == -1 else thursday + timedelta(weeks=number - 1)
    return week_of(chosen - timedelta(days=3), "a week of a period, counted by Thursdays") if chosen <= last else None


def _third(text: str, on: date) -> Period | None:
    """early 2026, mid-June, the end of next year, later this month."""
    if found := re.fullmatch(r"(?:the )?(rest|remainder|remaining part|balance) of (?:the )?(.+)", text):
        text = f"later {found[2] if found[2].startswith('this ') else 'this ' + found[2]}"
    if found := re.fullmatch(r"(later|earlier) (?:on )?(?:in )?(.+)", text):
        whole = period_of(found[2], on)
        if whole is None or whole.precision == "day":
            return None
        if not whole.start <= on <= whole.end:
            return replace(whole, rule=f"{whole.rule}: which part of it is not told exactly", part=None)
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
    return Period(start, end, whole.precision, f"{part}: a third of a {whole.precision}", None, part, whole.doubt)


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
    fiscal,
    iso,
    absolute,
    part,
    named_season,
    _relative,
    _ordinal_weekday,
    _weekday,
    _first_units,
    _counted_off,
    _ended,
    _third,
    named_month,
    _week_within,
)
