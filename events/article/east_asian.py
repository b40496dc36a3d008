"""Dates in Korean, Japanese and Chinese sentences: 2025년 6월 17일, 2025年6月17日, 令和7年6月, 6월 17일, 내년, 昨日.

Only dates are read, not what is said of them. A day or month without a year is of the nearest year; what stands behind
it (까지, まで, 前; 부터, から, 起) opens its window on one side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from eventfolio.events.article.mention import DateMention
from eventfolio.events.dates.edtf import parse_edtf
from eventfolio.events.dates.expression import Reading
from eventfolio.events.dates.period import moved
from eventfolio.events.errors import DateError

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")
_DATE = re.compile(
    r"(?:(?P<era>令和|平成|昭和)\s?(?P<n>\d{1,2}|元)\s?年|(?<!\d)(?P<y>(?:19|20)\d\d)\s?[년年]"
    r"|(?P<of_year>올해|내년|지난해|작년|今年|来年|明年|昨年|去年)\s?の?(?=\s?\d{1,2}\s?[월月](?!間|间)))?\s?"
    r"(?:(?<!\d)(?P<m>\d{1,2})\s?[월月](?!間|间)(?:\s?(?P<d>\d{1,2})\s?[일日号])?)?"
    r"|(?P<of_month>이달|이번 달|다음 ?달|지난달|今月|来月|先月|本月|下月|上月)\s?の?\s?(?P<of>\d{1,2})\s?[일日号]"
    r"|(?P<word>오늘|어제|내일|모레|그저께|올해|내년|지난해|작년|이달|이번 달|다음 ?달|지난달|今日|昨日|明日|今天|昨天"
    r"|明天|今年|来年|明年|昨年|去年|今月|来月|先月|本月|下月|上月)"
)
_STEPS = """
day 0 오늘 今日 今天
day -1 어제 昨日 昨天
day 1 내일 明日 明天
day 2 모레
day -2 그저께
year 0 올해 今年
year 1 내년 来年 明年
year -1 지난해 작년 昨年 去年
month 0 이달 今月 本月
month 1 다음달 来月 下月
month -1 지난달 先月 上月
"""
_WORDS = {
    word: (unit, int(step)) for unit, step, *words in map(str.split, _STEPS.strip().splitlines()) for word in words
}
_WORDS |= {"이번 달": ("month", 0), "다음 달": ("month", 1)}
_UNTIL = re.compile(r"\s?(?:까지|まで|以前|之前|前)")
_FROM = re.compile(r"\s?(?:부터|から|起|以降|以来|之后)")


def east_asian_dates(text: str, on: date) -> Iterator[DateMention]:
    """The dates of a sentence, first to last, seen from the date of publication."""
    for match in _DATE.finditer(text.translate(_WIDE)):
        if not match[0].strip():
            continue
        try:
            edtf, precision, rule = _window(match, on)
        except (DateError, ValueError):
            continue  # looks like one and is none: the 13th month
        if edtf is None:
            continue
        end = match.end()
        if after := _UNTIL.match(text, end):
            edtf, rule, end = f"../{edtf}", f"{rule}, until", after.end()
        elif after := _FROM.match(text, end):
            edtf, rule, end = f"{edtf}/..", f"{rule}, from", after.end()
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        yield DateMention(start, end, Reading(text[start:end], parse_edtf(edtf), precision, rule))


def _window(match: re.Match[str], on: date) -> tuple[str | None, str, str]:
    if match["word"]:
        unit, step = _WORDS[match["word"]]
        if unit == "day":
            return (on + timedelta(days=step)).isoformat(), "day", "a day counted from the reference date"
        moved_on = moved(on.replace(day=1), step, unit)
        text = f"{moved_on.year:04}" if unit == "year" else f"{moved_on:%Y-%m}"
        return text, unit, f"a {unit} counted from the one of the reference date"
    if match["of_month"]:
        first = moved(on.replace(day=1), _WORDS[match["of_month"]][1], "month")
        found = first.replace(day=int(match["of"]))
        return found.isoformat(), "day", "a day of a month counted from the one of the reference date"
    year = int(match["y"]) if match["y"] else on.year + _WORDS[match["of_year"]][1] if match["of_year"] else None
    if match["era"]:
        year = _ERAS[match["era"]] + (1 if match["n"] == "元" else int(match["n"]))
    month, day = (int(match[name]) if match[name] else None for name in ("m", "d"))
    if month is None:
        return (f"{year:04}", "year", "a year") if year else (None, "", "")
    rule = "a month" if day is None else "a day"
    if year is None:
        near = [date(candidate, month, day or 1) for candidate in (on.year - 1, on.year, on.year + 1)]
        year = min(near, key=lambda found: abs((found - on).days)).year
        rule += " of the nearest year"
    found = date(year, month, day or 1)
    return (found.isoformat(), "day", rule) if day else (f"{found:%Y-%m}", "month", rule)
