"""Finds date expressions in a sentence; `eventfolio.events.dates.expression` reads them.

Numbers alone are no dates: four digits are a year only behind a word that leads to one ("in 2026", "by mid-2026", "June
2025"), and never before a thing counted ("in 2000 trucks"). "may" and "march" are months only where written as names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from eventfolio.events.dates.expression import Lean, Reading, read_date
from eventfolio.events.dates.period import COUNT, MONTH, ORDINAL, SEASON, UNIT, WEEKDAY
from eventfolio.events.errors import DateError


@dataclass(frozen=True)
class DateMention:
    """A date expression of a sentence; start, end: its characters in it."""

    start: int
    end: int
    reading: Reading


def dates_in(sentence: str, on: date, lean: Lean | None = None) -> list[DateMention]:
    """The expressions a sentence holds, first to last, seen from the date of publication.

    lean : where a month or weekday may be the one before or after, which is meant
    """
    found = []
    for match in _EXPRESSION.finditer(sentence):
        if _is_no_date(match, sentence):
            continue
        try:
            reading = read_date(match[0].rstrip("."), on, lean)
        except DateError:
            continue  # looks like one and is none
        found.append(DateMention(match.start(), match.start() + len(match[0].rstrip(".")), reading))
    return found


_YEAR = r"(?:19|20)\d\d(?![\d,.]*\d)(?!-?(?:billion|million|trillion|thousand|parameter))"
_OF_YEAR = rf"(?:{_YEAR}|(?:this|next|last) year)"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_STEP = "(?:this|next|last|coming|upcoming|current|following|previous|past)"
_ATOMS = (
    rf"(?:{WEEKDAY},? )?{MONTH} {_DAY}(?:,? {_YEAR})?(?![\d,]*\d)",
    rf"(?:{WEEKDAY},? )?{_DAY} (?:of )?{MONTH}(?:,? {_YEAR})?",
    r"\d{4}-\d\d-\d\d",
    rf"{MONTH},? (?:of )?{_OF_YEAR}",
    rf"(?:the )?(?:{ORDINAL}|final)[ -](?:quarter|half)(?:,? (?:of |in )?{_OF_YEAR})?",
    rf"[QH][1-4](?:[ -](?:of )?{_YEAR})?",
    rf"{_YEAR}[ -]?[QH][1-4]",
    rf"(?:the )?(?:{_STEP} )?{SEASON} (?:of )?{_OF_YEAR}",
    rf"(?:{_STEP}) {SEASON}",
    rf"(?:the )?(?:{_STEP}) (?:week|weekend|month|quarter|half|year|decade|{WEEKDAY}|{MONTH})",
    rf"(?:the )?(?:next|past|last|coming) {COUNT} {UNIT}",
    rf"{COUNT} {UNIT} (?:ago|from now|later|earlier)(?! than)",
    r"today|tonight|tomorrow|yesterday",
    rf"(?:the )?{ORDINAL} week of (?:{MONTH}(?: {_YEAR})?|{_YEAR})",
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day",
    MONTH,
    _YEAR,
)
_ATOM = "(?:" + "|".join(_ATOMS) + ")"
_PART = "(?:(?:(?:the )?(?:early|mid|middle of|late|beginning of|start of|end of|later|earlier)[ -](?:in )?(?:the )?)?)"
_LEAD = (
    "(?:by|no later than|not later than|since|until|till|before|prior to|after|between|from|starting(?: in| from)?"
    "|as early as|through|during|around|about|in|on|at|for|of|to|over|throughout|beginning(?: in)?|within)"
)
_EXPRESSION = re.compile(
    rf"(?<![\w$€£¥.,-])(?:(?P<lead>{_LEAD}) (?:the )?)?(?:"
    rf"(?P<within>(?<=in )|(?<=within )){COUNT} {UNIT}(?![\w-])|"
    rf"(?<=between ){_PART}{_ATOM} and {_PART}{_ATOM}|"
    rf"(?P<part>{_PART}){_ATOM}"
    rf"(?:(?: (?:to|until|till|through) |[-–—]){_PART}(?:{_ATOM}|{_DAY}(?:,? {_YEAR})?(?! ?%)))?)(?![\w$%])",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"(?:{_LEAD} )?(?:the )?(?:{MONTH}|{_YEAR})", re.IGNORECASE)
_COUNTED = re.compile(
    r"[ -](?!in\b|on\b|at\b|as\b|to\b|of\b|by\b|and\b|or\b|the\b|when\b|after\b|before\b|for\b|with\b)[a-z]{3,}s\b"
)
_UNSAID = re.compile(r"^(?:of|for|to|at|over|from) ", re.IGNORECASE)


def _is_no_date(match: re.Match[str], sentence: str) -> bool:
    """A bare month or year that its surroundings make something else."""
    text = match[0]
    if not _ALONE.fullmatch(text):
        return False
    word = text.split()[-1]
    if match["lead"] is None and not match["part"]:
        return True  # "May" the verb at the start of a sentence, "2025" in a name
    if word[0].isalpha():
        return not word[0].isupper()
    return _COUNTED.match(sentence, match.end()) is not None
