"""A period of dates (first, last, precision), the words for its units, and its arithmetic."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from eventfolio.events.errors import DateError

YEARS = range(1900, 2101)

MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?"
)
WEEKDAY = "(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\\.?"
UNIT = "(?:days?|weeks?|fortnights?|months?|quarters?|years?|decades?)"
SEASON = "(?:spring|summer|autumn|fall|winter)"
ORDINAL = "(?:first|second|third|fourth|fifth|last|[1-5](?:st|nd|rd|th))"
COUNT = (
    "(?:\\d{1,3}|a couple of|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    "|fifteen"
    "|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
)
THIS, NEXT, LAST = "this|current|the", "next|following|coming|upcoming|the following|the coming", "last|past|previous"
EARLY, MID, LATE = "early|beginning of|start of", "mid|middle of", "late|end of|close of"

MONTHS = dict(
    zip(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), range(1, 13), strict=True)
)
WEEKDAYS = dict(zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), range(7), strict=True))
SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
MONTHS_IN = {"quarter": 3, "half": 6, "q": 3, "h": 6}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}


@dataclass(frozen=True)
class Period:
    """First and last date of a stretch, how precisely it was named, by which rule, and its EDTF where it has one.

    part  : early, mid or late, where a third was named
    doubt : why the dates may be others than these, in words
    """

    start: date
    end: date
    precision: str
    rule: str
    edtf: str | None = None
    part: str | None = None
    doubt: str | None = None


def count_of(word: str) -> int:
    """The number a numeral or a small number word gives."""
    return int(word) if word.isdigit() else _COUNTS[word]


def ordinal_of(word: str) -> int:
    return ORDINALS.get(word) or int(word[:-2])


def step_of(word: str) -> int:
    """0 for this, 1 for next, -1 for last."""
    if re.fullmatch(THIS, word):
        return 0
    return 1 if re.fullmatch(NEXT, word) else -1


def moved(day: date, count: int, unit: str) -> date:
    """`day` moved by so many units; the last day of a month stands for one that does not exist."""
    step = {"d": {"days": 1}, "w": {"weeks": 1}, "f": {"weeks": 2}, "m": {"months": 1}, "q": {"months": 3}}
    first = unit[0]
    delta = {"years": 10} if unit.startswith("dec") else step.get(first) or {"years": 1}
    try:
        moved_day: date = day + relativedelta(**{key: value * count for key, value in delta.items()})
        return moved_day
    except (ValueError, OverflowError):
        raise DateError(f"{count} {unit} from {day} lies outside the calendar.") from None


def month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def year_of(year: int, rule: str = "a year") -> Period:
    check_year(year)
    return Period(date(year, 1, 1), date(year, 12, 31), "year", rule, f"{year:04}")


def month_of(year: int, month: int, rule: str = "a month") -> Period:
    check_year(year)
    return Period(date(year, month, 1), month_end(year, month), "month", rule, f"{year:04}-{month:02}")


def part_of_year(year: int, number: int, months: int, rule: str) -> Period:
    """A quarter (3 months) or a half (6), counted from 1."""
    check_year(year)
    first = (number - 1) * months + 1
    name, code = ("quarter", 32 + number) if months == 3 else ("half", 39 + number)
    return Period(date(year, first, 1), month_end(year, first + months - 1), name, rule, f"{year:04}-{code}")


def season_of(year: int, code: int, rule: str) -> Period:
    check_year(year)
    first = date(year, (code - 20) * 3, 1)
    last = first + relativedelta(months=3, days=-1)
    return Period(first, last, "season", rule, f"{year:04}-{code}")


def day_of(day: date, rule: str = "a day") -> Period:
    return Period(day, day, "day", rule, day.isoformat())


def week_of(monday: date, rule: str) -> Period:
    return Period(monday, monday + timedelta(days=6), "week", rule)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def nearest(options: list[Period], on: date) -> Period:
    return min(options, key=lambda period: (abs((period.start - on).days), period.start))


def check_year(year: int) -> None:
    if year not in YEARS:
        raise DateError(f"the year {year} lies outside {YEARS[0]} to {YEARS[-1]}.")


_NUMERALS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_COUNTS = {word: number for number, word in enumerate((*_NUMERALS, *_TEENS))} | {"a": 1, "an": 1, "a couple of": 2}
_COUNTS |= {word: 10 * number for number, word in enumerate(_TENS, start=2)}

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
DAY_WORDS = {word: number for number, word in enumerate(_ONES, start=1)} | {"twentieth": 20, "thirtieth": 30}
DAY_WORDS |= {
    f"{ten}-{one}": tens + number
    for ten, tens in (("twenty", 20), ("thirty", 30))
    for number, one in enumerate(_ONES[:9], 1)
}
