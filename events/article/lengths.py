"""Stretches of time, what recurs and what only points away from now, as TIMEX3 values (ISO 8601 durations)."""

from __future__ import annotations

import re
from datetime import date

from eventfolio.events.article.clauses import Verb
from eventfolio.events.article.date_grammar import DAYNAME, NUMBER, SPAN
from eventfolio.events.article.mention import DateMention
from eventfolio.events.dates.edtf import Window
from eventfolio.events.dates.expression import Reading
from eventfolio.events.dates.period import COUNT, DAY_WORDS, MONTH, MONTHS, SEASON, WEEKDAY, WEEKDAYS, count_of

_UNITS = {
    "second": "TxS",
    "minute": "TxM",
    "hour": "TxH",
    "day": "xD",
    "week": "xW",
    "fortnight": "xF",
    "month": "xM",
    "quarter": "xQ",
}
_UNITS |= {"year": "xY", "decade": "xE", "century": "xC", "centurie": "xC"}
_VAGUE: tuple[tuple[str, str, str], ...] = (
    (r"now|currently|these days|nowadays|at present|the present", "PRESENT_REF", "present"),
    (r"(?:the )?coming .*|.*future", "FUTURE_REF", "future"),
    (r".*", "PAST_REF", "past"),
)


def time_of_day(match: re.Match[str], day: date) -> DateMention:
    """A time of day by itself, which dates nothing; its window's text is the TIMEX3 value, on the day it may be of."""
    window = Window(None, None, "interval", False, f"{day}T")
    return DateMention(match.start(), match.end(), Reading(match[0], window, "time", "a time of day, no date"))


def undated(match: re.Match[str]) -> DateMention:
    """A mention without a window; its window's text is the TIMEX3 value (ISO 8601 durations, PRESENT_REF …)."""
    words = match[0].lower()
    if match["vague"] and (stretch := _RECENT.search(words)):
        value, precision = _length(stretch[1]), "past"
    elif match["vague"] and (far := _FAR.fullmatch(words)):
        value, precision = far["year"] or f"{_century(far['century']) - 1}", "past"
    elif match["vague"]:
        value, precision = next((value, name) for words_of, value, name in _VAGUE if re.fullmatch(words_of, words))
    else:
        value, precision = _length(words), "set" if match["set"] else "duration"
    window = Window(None, None, "interval", False, value)
    return DateMention(match.start(), match.end(), Reading(match[0], window, precision, f"a {precision}, no date"))


_RECENT = re.compile(r"\brecent (years|quarters|months|weeks|days)$")
_FAR = re.compile(r"(?P<year>1[5-8]\d\d)|(?:the )?(?:(?:early|mid|late)[- ])?(?P<century>\w+)[- ]century")


def _century(word: str) -> int:
    return DAY_WORDS[word] if word in DAY_WORDS else int(word[:-2])


_LED = re.compile(
    r"\b(?:in|for|within|about|than|nearly|almost|after|under|takes?|took|lasts?|once|over|long as|culmination of|him"
    r"|her|them|us|gave|give|spent|spend|lasted|another|only) $",
    re.IGNORECASE,
)


def is_rate(match: re.Match[str], text: str) -> bool:
    """Whether "a day" says how often, as in "12 ships a day", and is no length."""
    return re.match(r"an? (?!few)", match[0], re.IGNORECASE) is not None and not (
        _LED.search(text[max(match.start() - 12, 0) : match.start()])
        or re.match(r" (?:after|before|later)\b", text[match.end() : match.end() + 8])
    )


def _length(words: str) -> str:
    """The ISO 8601 duration of a length in words, X for a number that is not told; of a weekday, its week day."""
    if found := re.match(rf"(?:every|each) ({WEEKDAY})(?![a-z])", words):
        return f"XXXX-WXX-{WEEKDAYS[found[1][:3]] + 1}"
    if found := re.fullmatch(rf"({DAYNAME})s", words):
        return f"XXXX-WXX-{WEEKDAYS[found[1][:3]] + 1}"
    if found := re.fullmatch(rf"(?:every|each) ({SEASON})", words):
        return f"XXXX-{_SEASONS[found[1]]}"
    if found := re.match(rf"(?:every|each) ({MONTH})$", words):
        return f"XXXX-{MONTHS[found[1][:3]]:02}"
    if words in _OFTEN:
        return _OFTEN[words]
    unit = next((form for name, form in _UNITS.items() if re.search(rf"\b{name}", words)), "xD")
    if words.endswith("long") and re.fullmatch(r"(?:hour|day|week|month|year|decade)-?long", words):
        return "P" + unit.replace("xE", "10Y").replace("x", "1")
    number = re.search(rf"\b({NUMBER})(?P<half> and a half)?(?: [a-z]+)?(?=[ -](?:{SPAN}))", words)
    if re.search(r"half an? ", words):
        return _HALVES.get(unit, "PX" + unit[-1])
    if re.search(r"\bcouple of", words):
        return "P" + unit.replace("xE", "20Y").replace("x", "2")
    if number is None or re.search(r"a few|past few|next few|last few|several|many", words):
        count = "1" if words.startswith(("every", "each", "once", "twice", "an additional", "a full")) else "X"
        return "P" + unit.replace("x", count)
    half = number["half"] is not None or number[1].endswith(" 1/2")
    count = str(_number(number[1].removesuffix(" 1/2")))
    if unit in ("xE", "xC"):
        return f"P{int(count) * (10 if unit == 'xE' else 100)}Y" if count.isdigit() else "PX" + unit[-1]
    if half:
        return f"P{count}Y6M" if unit == "xY" else f"PT{count}H30M" if unit == "TxH" else f"P{count}.5{unit[-1]}"
    return "P" + unit.replace("x", count)


_SEASONS = {"spring": "SP", "summer": "SU", "autumn": "FA", "fall": "FA", "winter": "WI"}
_OFTEN = {"hourly": "PT1H", "daily": "P1D", "weekly": "P1W", "monthly": "P1M", "annually": "P1Y"}
_HALVES = {"TxH": "PT30M", "xY": "P6M", "xE": "P5Y", "xC": "P50Y"}


def _number(words: str) -> str | int:
    """A number in words or digits: "twenty-four" is 24."""
    if re.fullmatch(COUNT, words):
        return count_of(words)
    if "," in words or words.replace(".", "").isdigit():
        return words.replace(",", "")
    tens, ones = re.split(r"[ -]", words)
    return count_of(tens) + count_of(ones)


def is_stretch(match: re.Match[str], text: str, verb: Verb | None) -> bool:
    """Whether "in five years" is a length: "the first rise in five years", "was built in five years"."""
    start = match.start() if match["lead"] else match.start() - 3
    if text[start : start + 3].lower() != "in ":
        return False
    return (verb is not None and verb.tense == "past") or _EXTREME.search(text[max(start - 60, 0) : start]) is not None


_EXTREME = re.compile(
    r"\b(?:first|second|third|fourth|\w{2,}est|best|worst|most|least|only|record)\b[^.;,]{0,45}$", re.IGNORECASE
)
