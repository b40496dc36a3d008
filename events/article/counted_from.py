"""Dates that count from another: "two years later", "a year earlier", "the quarter" whose figures are told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from eventfolio.events.article.clauses import Clauses, Verb
from eventfolio.events.article.date_grammar import DAYNAME, NUMBER
from eventfolio.events.article.mention import DateMention
from eventfolio.events.article.verb_words import TELLING
from eventfolio.events.dates.edtf import parse_edtf
from eventfolio.events.dates.expression import Lean, Reading, read_date
from eventfolio.events.dates.period import UNIT, YEARS

_ANCHORED = re.compile(
    rf"{NUMBER}[ -]{UNIT} (?:later|earlier|afterwards?|before)$|(?:the )?(?:following|next|previous"
    rf"|preceding) (?:day|week|month|year|quarter)$|(?:the )?(?:following|previous|preceding) {DAYNAME}$"
    r"|day (?:before|earlier|after|later)$|.*that (?:same )?(?:day|week|month|quarter|year)$|entire year$",
    re.IGNORECASE,
)


def base_of(core: str, on: date, before: list[DateMention]) -> tuple[date, bool]:
    """The date from which an expression counts: "two years later" from the last date named, else the publication."""
    if not _ANCHORED.match(core):
        return on, False
    that = _THAT.fullmatch(core)
    for mention in reversed(before):
        if that and mention.reading.precision not in _SAME[that["unit"].lower()]:
            continue
        window = mention.reading.window
        if mention.reading.is_dated and not mention.anchored and _is_as_precise(core, mention.reading.precision):
            day = window.start or window.end
            assert day is not None  # dated
            return day, True
    return on, re.match(r"next ", core, re.IGNORECASE) is None


def of_that_year(core: str, before: list[DateMention]) -> str | None:
    """ "That August" with the year of the date named before; None where none was named."""
    window = next((one.reading.window for one in reversed(before) if one.reading.is_dated), None)
    day = (window.start or window.end) if window else None
    return f"{core[len('that ') :].rstrip('.')} {day.year}" if day else None


def points_nowhere(core: str, before: list[DateMention]) -> bool:
    """Whether "that day" has no day before it that it could be."""
    that = _THAT.fullmatch(core)
    return that is not None and not any(
        one.reading.is_dated and not one.anchored and one.reading.precision in _SAME[that["unit"].lower()]
        for one in before
    )


_THAT = re.compile(r"that (?:same )?(?P<unit>day|week|month|quarter)", re.IGNORECASE)
# what "that day" may point back to, by the precision that was named
_SAME = {"day": ("day",), "week": ("day", "week", "weekend"), "month": ("day", "month"), "quarter": ("quarter",)}


def _is_as_precise(core: str, precision: str) -> bool:
    """Whether days can be counted from a date: not from a year."""
    if re.search(r"\b(?:days?|weeks?|fortnights?)\b|day$", core, re.IGNORECASE):
        return precision in ("day", "week", "weekend")
    return precision != "year" or re.search(r"year|decade", core, re.IGNORECASE) is not None


_YEAR_AGO = re.compile(
    r"(?:a )?year[- ](?:ago|earlier|before)(?: (?P<unit>(?:first|second|third|fourth) quarter|quarter|period|half))?",
    re.IGNORECASE,
)
# "$3 million, or 8 cents a share, a year earlier"; "A year earlier, net income was"
_BESIDE_A_FIGURE = re.compile(
    r"(?:^|[\d%]|illion|cents?|a share|\b(?:than|with|from|of|loss|profit|income))[,)]{0,2} ?$"
)
_QUARTER_BEHIND = re.compile(r" (?:(?:first|second|third|fourth) )?(?:quarter|period)\b")


def year_ago(core: str, text: str, match: re.Match[str], on: date, before: list[DateMention]) -> DateMention | None:
    """ "A year earlier" of a sentence on a quarter is that quarter of the year before; None where it is a year's.

    "The year-ago quarter" of a sentence that names none is the last that had ended, a year back.
    """
    found = _YEAR_AGO.fullmatch(core)
    if found is None or not (
        found["unit"] or _BESIDE_A_FIGURE.search(text[max(match.start() - 24, 0) : match.start()])
    ):
        return None
    window = next(
        (
            one.reading.window
            for one in reversed(before)
            if one.reading.precision in ("quarter", "half") and not one.anchored
        ),
        None,
    )
    unit = (found["unit"] or "").lower()
    if " " in unit:
        window = read_date(f"{unit} {on.year}", on).window
    elif unit == "quarter" or (window is None and _QUARTER_BEHIND.match(text, match.end())):
        window = window or read_date("last quarter", on).window
    if window is None or window.start is None:
        return None
    text_of = f"{window.start.year - 1}{window.text[4:7]}"
    precision = "half" if window.text[5:7] in ("40", "41") else "quarter"
    reading = Reading(match[0], parse_edtf(text_of), precision, f"the {precision} a year before")
    return DateMention(match.start(), match.end(), reading, True, len(match["lead"]) + 1 if match["lead"] else 0)


ITS_END = re.compile(
    r"(?:the )?(?:(?P<unit>year|quarter|month)(?:'s)?[ -]end|end of the (?P<of>year|quarter|month))", re.IGNORECASE
)


def of_last_period(reading: Reading, core: str, on: date, lean: Lean | None) -> Reading:
    """Told in the past, "the quarter" is the last one that had ended, and so is the end of a year."""
    if not reading.window.start or not reading.window.end:
        return reading
    if lean != "future" and re.fullmatch(r"(?:the )?quarter", core, re.IGNORECASE) and reading.window.end >= on:
        return replace(read_date("last quarter", on), expression=reading.expression)
    if lean != "past":
        return reading
    if (ending := ITS_END.fullmatch(core)) and reading.window.end >= on:
        unit = ending["unit"] or ending["of"]
        return replace(read_date(f"the end of last {unit}", on), expression=reading.expression)
    return reading


def of_results(
    reading: Reading, core: str, clauses: Clauses, verb: Verb | None, start: int, end: int, on: date
) -> Reading:
    """A quarter whose figures are told is the one whose end is nearest, though they are told in time to come."""
    told = verb is not None and verb.head in TELLING and verb.tense in ("future", "would")
    around = clauses.text[max(start - 60, 0) : start], clauses.text[end : end + 30]
    if not told and not _FIGURES.match(around[1]) and not _FIGURES_OF.search(around[0]):
        return reading
    years = [on.year + step for step in (-1, 0, 1) if on.year + step in YEARS]
    readings = [read_date(core, on.replace(year=year, day=min(on.day, 28))) for year in years]
    near = min(readings, key=lambda one: abs((one.window.end - on).days) if one.window.end else 9999)
    return replace(near, expression=reading.expression, rule=near.rule + ", by its end")


_FIGURES = re.compile(
    r"[ -](?:net |pretax |operating |core )?(?:loss|profit|results?|earnings|income|sales|revenues?|figures)\b",
    re.IGNORECASE,
)
_FIGURES_OF = re.compile(
    r"\b(?:loss|profit|results?|earnings|income|sales|revenues?|figures|share)(?: of [^,;.]{1,40})?(?: for| in)?"
    r"(?: the| its)? $",
    re.IGNORECASE,
)
