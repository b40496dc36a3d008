"""Expressions brought into the words that are read, and readings kept as precise as their words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from eventfolio.events.article.date_grammar import NUMBER
from eventfolio.events.dates.edtf import parse_edtf
from eventfolio.events.dates.expression import Reading
from eventfolio.events.dates.period import DAY_WORDS, MONTH, UNIT

_WAY = {"before": "earlier", "earlier": "earlier", "after": "later", "later": "later"}


def plain(expression: str) -> str:
    """An expression in the words that are read: "year-end" is the end of the year."""
    text = re.sub(r"\byear's[ -]end\b|\byear[ -]end\b", "the end of the year", expression, flags=re.IGNORECASE)
    text = re.sub(r"\b(month|quarter|week)(?:'s)?[ -]end\b", r"the end of the \1", text, flags=re.IGNORECASE)
    text = re.sub(
        r"\byear-(?:ago|earlier) (?:period|quarter|year)|\byear-(?:ago|earlier)\b",
        "last year",
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(
        r"\b(?:early|mid|late)[ -](week|month|year)\b",
        lambda m: m[0].replace(m[1], f"this {m[1]}"),
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(r"\b(last|this|next|current) calendar year\b", r"\1 year", text, flags=re.IGNORECASE)
    text = re.sub(
        r"^day (before|earlier|after|later)$", lambda m: f"1 day {_WAY[m[1].lower()]}", text, flags=re.IGNORECASE
    )
    text = re.sub(r"\b(early|late) on (?=\w+day)", r"\1 ", text, flags=re.IGNORECASE)
    text = re.sub(r" (?:afterwards?|from today)$", " later", text, flags=re.IGNORECASE)
    text = re.sub(rf"({UNIT}) before$", r"\1 earlier", text, flags=re.IGNORECASE)
    text = re.sub(
        rf"^((?:[a-z]+ )?(?:the )?)([a-z]+(?:-[a-z]+)?)(?= of {MONTH})",
        lambda m: f"{m[1]}{DAY_WORDS[m[2].lower()]}" if m[2].lower() in DAY_WORDS else m[0],
        text,
        flags=re.IGNORECASE,
    )
    text = text.replace("entire year", "this year")
    text = re.sub(r"\bfull year\b", "year", re.sub(r"\blatest period\b", "last quarter", text))
    text = re.sub(r"\bthat (?:same )?(week|month|quarter|year)\b", r"this \1", text, flags=re.IGNORECASE)
    text = re.sub(r"\b(?:(?:earlier|later) )?that (?:same )?day\b", "today", text, flags=re.IGNORECASE)
    text = re.sub(r"^(?:in about|in around) ", "in ", text, flags=re.IGNORECASE)
    return re.sub(r"^at the end of ", "the end of ", text, flags=re.IGNORECASE)


_COUNTED_OFF = re.compile(
    rf"(?:.* )?(?P<n>{NUMBER})[ -](?P<unit>{UNIT})(?: (?:ago|from now|later|earlier|back|afterwards?|before"
    rf"|from today)|'? time)?$",
    re.IGNORECASE,
)

# "six months after May 3" is a month; a week so far from a day is that day of the week after
_COUNTED_FROM = re.compile(
    rf"(?P<n>{NUMBER})[ -](?P<unit>(?:month|quarter|year|decade)s?) (?:from|after|before) ", re.IGNORECASE
)

_PART_OF_YEAR = re.compile(
    r"(?:the )?(?:very )?(?:earlier|later|(?:end|close|beginning|start) of|(?:rest|remainder) of|year(?:'s)?[ -]end)\b",
    re.IGNORECASE,
)


def as_worded(reading: Reading, core: str) -> Reading:
    """The reading with the precision of its words: "four years ago" is a year, "in two months" a month."""
    window = reading.window
    if reading.precision == "year" and window.start and window.end and _PART_OF_YEAR.match(core):
        rule = "a year, as precise as the words: which part of it is not told exactly"
        return replace(reading, window=parse_edtf(f"{window.start.year:04}"), rule=rule)
    if not reading.rule.removeprefix("about ").startswith("a day so far"):
        return reading
    found = _COUNTED_OFF.fullmatch(core) or _COUNTED_FROM.match(core)
    if found is None or not window.start or window.start != window.end:
        return reading
    day, unit, mark = window.start, found["unit"].lower(), "~" if window.approximate else ""
    if unit.startswith(("day",)):
        return reading
    if unit.startswith(("week", "fortnight")):
        monday = day - timedelta(days=day.weekday())
        text, precision = f"{monday}{mark}/{monday + timedelta(days=6)}{mark}", "week"
    elif unit.startswith("month"):
        text, precision = f"{day:%Y-%m}{mark}", "month"
    elif unit.startswith("quarter"):
        text, precision = f"{day.year}-{33 + (day.month - 1) // 3}{mark}", "quarter"
    else:
        text, precision = f"{day.year:04}{mark}", "year"
    rule = f"a {precision} so far from the reference date, as precise as the words"
    return replace(reading, window=parse_edtf(text), precision=precision, rule=rule)
