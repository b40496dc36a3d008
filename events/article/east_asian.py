"""Dates in Korean, Japanese and Chinese sentences: 2025년 6월 17일, 2025年6月17日, 令和7年6月, 6월 17일, 내년, 昨日.

Only dates are read, not what is said of them. A day or month without a year is of the nearest year, a day alone of
the nearest month, a quarter or half of the reference date's year; 지난 and 去る, 오는 and 来る say which side. What
stands behind a date (까지, まで, 前; 부터, から, 起) opens its window on one side. A Japanese 年度 begins in April, and
2025年3月期 is the year that ends with that month. Lengths (10년 만에, 3日間) and decades (2000年代) are no dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from eventfolio.events.article.mention import DateMention
from eventfolio.events.article.text import script_of
from eventfolio.events.dates.edtf import parse_edtf
from eventfolio.events.dates.expression import Reading
from eventfolio.events.dates.period import month_end, moved
from eventfolio.events.errors import DateError

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")
_DIGITS = "〇一二三四五六七八九"
_NUMBER = "(?:\\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"  # 十七 is 17
_YEAR = "(?:(?:19|20)\\d\\d|[一二][〇零一二三四五六七八九]{3})"
_OF_YEAR = "올해|내년|지난해|작년|今年|来年|明年|昨年|去年"
_OF_MONTH = "이달|이번 달|다음 ?달|지난달|今月|来月|先月|本月|下月|上月"
_PART = "상반기|하반기|上半年|下半年|上半期|下半期|第?[1-4一二三四]\\s?(?:분기|四半期|季度)"
_LENGTH_OF_DAYS = "間|间|目|内|后|後|前|以|連|连|来|游|当|あ|ぶ|分|간|째|\\s?(?:동안|만|전|후|뒤|이|연속|안|내)|\\s?\\d"
_DATE = re.compile(
    rf"(?P<lean>지난|오는|去る|来る)?\s?(?:"
    rf"(?<!\d)(?P<y1>{_YEAR})\s?[년年]?\s?(?:[-~～〜–—至到]|から|부터|에서)\s?(?P<y2>{_YEAR}|\d\d)\s?[년年](?!\s?[대代度])"
    rf"(?:まで|까지)?(?!\s?\d{{1,2}}\s?[월月])"
    rf"|(?:(?P<era>令和|平成|昭和|民國|民国)\s?(?P<n>\d{{1,3}}|元)\s?年|(?<!\d)(?P<y>{_YEAR})\s?[년年]|['’‘](?P<yy>\d\d)\s?[년年]"
    rf"|(?P<of_year>{_OF_YEAR})\s?の?(?=\s?(?:{_NUMBER}\s?[월月](?!間|间)|{_PART})))(?!\s?[대代])(?P<fiscal>度|도)?\s?の?\s?"
    rf"(?:(?P<m>{_NUMBER})\s?[월月](?!間|间)(?P<ended>期)?(?:\s?(?P<d>{_NUMBER})\s?[일日号號])?|(?P<part>{_PART}))?"
    rf"|(?<![\d一二三四五六七八九十个個])(?P<m0>{_NUMBER})\s?[월月](?!間|间)(?:\s?(?P<d0>{_NUMBER})\s?[일日号號])?"
    rf"|(?P<of_month>{_OF_MONTH})\s?の?\s?(?P<of>\d{{1,2}})\s?[일日号號]"
    rf"|(?P<word>오늘|어제|내일|모레|그저께|{_OF_YEAR}|{_OF_MONTH}|今日|昨日|明日|今天|昨天|明天)"
    rf"|(?<![\d第])(?P<part0>{_PART})"
    rf"|(?<![\d.,/-])(?P<iso>(?:19|20)\d\d(?P<mark>[./-])\d{{1,2}}(?P=mark)\d{{1,2}})(?!\d)"
    rf"|(?<![\d.,第박月월])(?<!박\s)(?P<d1>[12]?\d|3[01])\s?[일日](?!{_LENGTH_OF_DAYS}))"
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
_LEANS = {"지난": -1, "去る": -1, "오는": 1, "来る": 1}
_APRIL = 4  # Japanese fiscal years begin in it (Local Autonomy Act, Article 208; most companies too)


def east_asian_dates(text: str, on: date) -> Iterator[DateMention]:
    """The dates of a sentence, first to last, seen from the date of publication."""
    pending: DateMention | None = None
    for mention in _single_dates(text, on):
        joined = _range(text, pending, mention) if pending else None
        if pending and not joined:
            yield pending
        pending = joined or mention
    if pending:
        yield pending


_JOINT = re.compile(r"\s?(?:[-~～〜–—至到]|에서)\s?")


def _range(text: str, first: DateMention, last: DateMention) -> DateMention | None:
    """One stretch of two dates with "to" between them: 2021年3月至2023年6月, 3월 2일부터 5일까지."""
    start, end = first.reading.window.start, last.reading.window.end
    is_open = first.reading.window.end is None  # 부터, から: it may stand right before the last
    if start is None or end is None or end < start:
        return None
    if not (_JOINT.fullmatch(text, first.end, last.start) or (is_open and last.start - first.end <= 1)):
        return None
    sides = [one.reading.window.text.split("/")[at] for one, at in ((first, 0), (last, -1))]
    words = text[first.start : last.end]
    return DateMention(
        first.start, last.end, Reading(words, parse_edtf("/".join(sides)), "range", "from one to another")
    )


def _single_dates(text: str, on: date) -> Iterator[DateMention]:
    is_japanese = script_of(text) == "ja"
    for match in _DATE.finditer(text.translate(_WIDE)):
        try:
            edtf, precision, rule = _window(match, on, is_japanese)
        except (DateError, ValueError):
            continue  # looks like one and is none: the 13th month
        end = match.end()
        if after := _UNTIL.match(text, end):
            edtf, rule, end = f"../{edtf.split('/')[-1]}", f"{rule}, until", after.end()
        elif after := _FROM.match(text, end):
            edtf, rule, end = f"{edtf.split('/')[0]}/..", f"{rule}, from", after.end()
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        words = text[start:end].rstrip().removesuffix("の")
        yield DateMention(start, start + len(words), Reading(words, parse_edtf(edtf), precision, rule))


def _window(match: re.Match[str], on: date, is_japanese: bool) -> tuple[str, str, str]:
    """EDTF, precision and rule of what was matched.

    Raises: ValueError for a day or month that does not exist; DateError for one outside the calendar
    """
    if match["word"]:
        return _worded(match["word"], on)
    if match["of_month"]:
        first = moved(on.replace(day=1), _WORDS[match["of_month"]][1], "month")
        found = first.replace(day=int(match["of"]))
        return found.isoformat(), "day", "a day of a month counted from the one of the reference date"
    if match["y1"]:
        first_year = _number(match["y1"])
        last = _number(match["y2"])
        last += first_year // 100 * 100 if last < 100 else 0
        if last <= first_year:
            raise ValueError("no range")
        return f"{first_year:04}/{last:04}", "range", "years"
    lean = _LEANS.get(match["lean"] or "", 0)
    if match["d1"]:
        months = [moved(on.replace(day=1), step, "month") for step in (-1, 0, 1)]
        return _nearest_of([_day_of(month, int(match["d1"])) for month in months], on, lean, "month")
    if match["m0"]:
        month, day = _number(match["m0"]), _number(match["d0"]) if match["d0"] else None
        near = [_day_of(date(year, month, 1), day or 1) for year in (on.year - 1, on.year, on.year + 1)]
        text, _, rule = _nearest_of(near, on, lean, "year")
        return (text, "day", rule) if day else (text[:7], "month", rule.replace("a day", "a month"))
    if match["iso"]:
        found = date(*map(int, match["iso"].split(match["mark"])))
        return found.isoformat(), "day", "a day"
    if match["part0"]:
        if is_japanese:
            raise ValueError("of whose fiscal year?")
        return _part_of(on.year, match["part0"], ", of the year of the reference date")
    year = _year(match, on)
    if match["part"]:
        text, precision, rule = _part_of(year, match["part"], "")
        return _fiscal(text, precision) if match["fiscal"] and is_japanese else (text, precision, rule)
    if match["m"] is None:
        if match["fiscal"] and is_japanese:
            return f"{year:04}-{_APRIL:02}/{year + 1:04}-{_APRIL - 1:02}", "range", "a fiscal year, from April"
        return f"{year:04}", "year", "a year"
    month = _number(match["m"])
    if match["ended"]:
        first = moved(date(year, month, 1), -11, "months")
        return f"{first:%Y-%m}/{year:04}-{month:02}", "range", "the fiscal year that ends with a month"
    found = date(year, month, _number(match["d"]) if match["d"] else 1)
    return (found.isoformat(), "day", "a day") if match["d"] else (f"{found:%Y-%m}", "month", "a month")


def _worded(word: str, on: date) -> tuple[str, str, str]:
    unit, step = _WORDS[word]
    rule = f"a {unit} counted from the one of the reference date"
    if unit == "day":
        return (on + timedelta(days=step)).isoformat(), "day", "a day counted from the reference date"
    moved_on = moved(on.replace(day=1), step, unit)
    return (f"{moved_on.year:04}" if unit == "year" else f"{moved_on:%Y-%m}"), unit, rule


def _year(match: re.Match[str], on: date) -> int:
    if match["era"]:
        return _ERAS[match["era"]] + (1 if match["n"] == "元" else int(match["n"]))
    if match["of_year"]:
        return on.year + _WORDS[match["of_year"]][1]
    return 2000 + int(match["yy"]) if match["yy"] else _number(match["y"])


def _part_of(year: int, words: str, how: str) -> tuple[str, str, str]:
    if words.endswith(("四半期", "季度", "분기")):
        number = _number(re.sub("[^1-4一二三四]", "", words.replace("四半期", "")))
        return f"{year:04}-{32 + number}", "quarter", f"a quarter{how}"
    return f"{year:04}-{40 if words[0] in '상上' else 41}", "half", f"a half{how}"


def _fiscal(text: str, precision: str) -> tuple[str, str, str]:
    """A quarter or half of a fiscal year that begins in April."""
    months = 3 if precision == "quarter" else 6
    number = int(text[5:]) - (33 if precision == "quarter" else 40)
    first = moved(date(int(text[:4]), _APRIL, 1), number * months, "months")
    last = moved(first, months - 1, "months")
    return f"{first:%Y-%m}/{last:%Y-%m}", precision, f"a {precision} of a fiscal year, from April"


def _nearest_of(days: list[date | None], on: date, lean: int, unit: str) -> tuple[str, str, str]:
    """The nearest of days, on the side that a word says."""
    there = [day for day in days if day is not None and (day - on).days * lean >= 0]
    if not there:
        raise ValueError("no such day")
    chosen = min(there, key=lambda day: abs((day - on).days))
    return chosen.isoformat(), "day", f"a day of the nearest {unit}"


def _day_of(month: date, day: int) -> date | None:
    """A day of a month; None where that month has fewer."""
    return month.replace(day=day) if 1 <= day <= month_end(month.year, month.month).day else None


def _number(text: str) -> int:
    """A number in figures or Han numerals: 17, 十七, 二〇二五."""
    if text.isdigit() and text.isascii():
        return int(text)
    if "十" in text:
        tens, ones = text.split("十")
        return 10 * (_DIGITS.index(tens) if tens else 1) + (_DIGITS.index(ones) if ones else 0)
    return int("".join(str(_DIGITS.index(letter)) for letter in text.replace("零", "〇")))
