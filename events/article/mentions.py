"""Finds date expressions in a sentence; `eventfolio.events.dates.expression` reads them.

Three families are looked for: what names a place in the calendar (dates, months, quarters, "two years ago"), what has a
length and no place ("three years", "each week"), and what points at now or away from it ("recent years"). No dates are:
four digits before a thing counted ("2000 trucks"), "may" and "march" but where written as names, and a part of a phrase
that is not read whole ("every second Tuesday").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from eventfolio.events.article.clauses import Clauses
from eventfolio.events.article.counted_from import (
    ITS_END,
    base_of,
    of_last_period,
    of_results,
    of_that_year,
    points_nowhere,
    year_ago,
)
from eventfolio.events.article.date_grammar import DATELINE, EXPRESSION, OPENERS, REACH, WORD, YEAR, places_of_time
from eventfolio.events.article.fiscal import of_fiscal_year
from eventfolio.events.article.leaning import lean_of
from eventfolio.events.article.lengths import is_rate, is_stretch, time_of_day, undated
from eventfolio.events.article.mention import DateMention
from eventfolio.events.article.verb_words import MOVING, SLIPPING
from eventfolio.events.article.wording import as_worded, plain
from eventfolio.events.dates.expression import Lean, Reading, read_date
from eventfolio.events.dates.period import COUNT, MONTH, SEASON, UNIT
from eventfolio.events.errors import DateError


def dates_in(
    sentence: str, on: date, lean: Lean | None = None, earlier: Sequence[DateMention] = ()
) -> list[DateMention]:
    """The expressions a sentence holds, first to last, seen from the date of publication.

    lean    : where a month or weekday may be the one before or after, which is meant; by default the verb that governs
              it decides
    earlier : mentions of the sentences before, from which "two years later" may count
    """
    return [*_of_dateline(sentence, on), *mentions_in(Clauses(sentence), on, lean, earlier)]


def _of_dateline(sentence: str, on: date) -> Iterator[DateMention]:
    """The day of a dateline ("HALDEN, 3 May (Agency) --"), on which was written and nothing happened."""
    dateline = DATELINE.match(sentence)
    day = _DAY_OF_DATELINE.search(dateline[0]) if dateline else None
    reading = _read(day[0], on, None) if day else None
    if day and reading:
        yield DateMention(day.start(), day.end(), replace(reading, rule=f"{reading.rule}, of the dateline"))


_DAY_OF_DATELINE = re.compile(rf"(?:{MONTH} \d{{1,2}}|\d{{1,2}} {MONTH})(?:,? \d{{4}})?", re.IGNORECASE)


def mentions_in(
    clauses: Clauses,
    on: date,
    lean: Lean | None = None,
    earlier: Sequence[DateMention] = (),
    year_end: int | None = None,
) -> Iterator[DateMention]:
    """As `dates_in`, of a sentence whose verbs are known, one by one.

    year_end : the month in which fiscal years end, None where it is unknown
    """
    text = clauses.text
    found = list(earlier)
    for match in _matches(text):
        is_undated = match["length"] or match["set"] or match["vague"]
        mention = undated(match) if is_undated and not is_rate(match, text) else None
        if match["time"]:
            near = reversed(found[max(len(earlier), len(found) - _NEAR) :])
            days = (one.reading.window.start for one in near if one.reading.precision == "day")
            mention = time_of_day(match, next((day for day in days if day), on))
        elif mention is None and not is_undated and not _is_no_date(match, text):
            mention = _dated(match, clauses, on, lean, found)
            if mention is not None and mention.reading.doubt:
                reading = of_fiscal_year(mention.reading, match[0], year_end, on)
                mention = replace(mention, reading=reading)
        if mention is not None:
            found.append(mention)
            yield mention


_NEAR = 20  # expressions before a time of day, one of which may be its day
_ALONE = re.compile(rf"{MONTH}|{YEAR}", re.IGNORECASE)
_COUNTED = re.compile(
    r"[ -](?!in\b|on\b|at\b|as\b|to\b|of\b|by\b|and\b|or\b|the\b|when\b|after\b|before\b|for\b|with\b|was\b|is\b"
    r"|has\b|this\b"
    r"|sales\b|results\b|earnings\b|profits\b|elections\b|games\b|revenues\b|deliveries\b|talks\b|figures\b"
    r"|numbers\b|levels\b"
    r"|Olympics\b|finals\b|estimates\b|forecasts\b|operations\b|losses\b|returns\b|orders\b)[a-z]{2,}s\b|[ -](?:feet"
    r"|metres|meters|km|miles|tonnes|tons|barrels|people|MW|GW|points|head|men|women|children)\b"
)
_BEFORE_A_NAME = re.compile(r"(?:\b[A-Z][\w&'’-]*|[#$]|\b[Nn]o\.) $")
_STEPPED = re.compile(r"(?:this|last|next) (?:week|month|quarter|year)\b", re.IGNORECASE)  # "its second this year"
_PARTLY = re.compile(r"\b(?:every|each|second|third|fourth|other|alternate|nth|penultimate) (?:the )?$", re.IGNORECASE)
_GOES_ON = re.compile(
    r"(?: of| in)? (?:after next|before last)\b|,? (?:of|in) (?:the )?(?:following|previous|same|that) (?:week|month"
    r"|year)",
    re.IGNORECASE,
)


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Where the expressions stand: tried only at words that can begin one, with a word of time soon behind."""
    dateline = DATELINE.match(text)
    done = dateline.end() if dateline else 0
    marks = places_of_time(text, done)
    if not marks:
        return
    next_mark = 0
    for word in WORD.finditer(text, done):
        start = word.start()
        while next_mark < len(marks) and marks[next_mark] < start:
            next_mark += 1
        if next_mark == len(marks):
            return
        if (
            start < done
            or marks[next_mark] > start + REACH
            or not (marks[next_mark] == start or word[0].lower() in OPENERS)
        ):
            continue
        if match := EXPRESSION.match(text, start):
            yield match
            done = match.end()


def _is_no_date(match: re.Match[str], sentence: str) -> bool:
    """What its surroundings make something else: a verb, a number, a name, half of a phrase."""
    text = match[0]
    core = text[_led(match) :]
    core = core[len(match["det"]) if match["det"] else 0 :]
    before = sentence[max(match.start() - 24, 0) : match.start()]
    if before[-1:] in ('"', "“") and (
        re.fullmatch(r"(?:This|Next|Last) [A-Z]\w+", core)
        or (core == "Today" and re.match(r"[\"”]| [A-Z]", sentence[match.end() : match.end() + 2]))
    ):
        return True  # a title
    if (_PARTLY.search(before) and not _STEPPED.match(core)) or _GOES_ON.match(sentence, match.end()):
        return True
    if (
        core[-4:].isdigit()
        and not core[:-4].strip("-– ").isalpha()
        and _COUNTED.match(sentence, match.end())
        and re.search(r"\d\D*(?:to|-|–)\D*\d{4}$", core)
    ):
        return True
    if not _ALONE.fullmatch(core):
        return core[:1].islower() and re.match(r"(?:march|may|sun|sat|mon|wed|mar|dec|jan) \d", core) is not None
    if core[0].isalpha():
        if core[0].islower() or (
            match["lead"] is None and core.rstrip(".") in ("May", "March", "Mar", "Sun", "Sat", "Dec", "Jan")
        ):
            return True
        return (
            core in ("May", "March")
            and (match["lead"] or "").lower() not in ("in", "since", "during", "until")
            and re.match(r" (?:[A-Z]|have\b|be\b)", sentence[match.end() : match.end() + 6]) is not None
        )
    if _COUNTED.match(sentence, match.end()) or (
        re.match(r" (?:to|and|or) \d", sentence[match.end() : match.end() + 6]) and not match["lead"]
    ):
        return not re.match(rf" (?:to|and|or) {YEAR}", sentence[match.end() : match.end() + 10])
    if match["lead"] or match["det"]:
        return False
    return match.start() == 0 or _BEFORE_A_NAME.search(before) is not None  # "2030" in a name: Vision 2030


# --- what places something in the calendar ---------------------------------------------------------------------------


def _dated(
    match: re.Match[str], clauses: Clauses, on: date, lean: Lean | None, before: list[DateMention]
) -> DateMention | None:
    lead = match["lead"].lower() if match["lead"] else None
    words = match[0]
    core = words[_led(match) :]
    if match["det"] and not match["part"]:
        counted = match["det"].lower() in ("a ", "an ") and _UNIT_AGO.match(core, len(match["det"]))
        counted = counted or _STRETCH.match(core)
        core = core if counted else core[len(match["det"]) :]
    core = core.rstrip(".") if core[-1:] == "." and not _ENDS_IN_MONTH.search(core) else core
    if number := _NUMBER_BEHIND.search(core) or (None if lead in ("from", "between") else _UNLIKE.search(core)):
        words, core = words[: -len(number[0])], core[: -len(number[0])]  # "fell in 2005 to 2 billion"
    end = match.start() + len(words.rstrip("."))
    verb = clauses.governing(match.start(), end)
    if match["within"] is not None and is_stretch(match, clauses.text, verb):
        return undated(match)
    lean = lean or lean_of(verb, core, clauses, match.start(), end)
    is_of_that_year = _THAT_MONTH.fullmatch(core) is not None
    if is_of_that_year:
        core = of_that_year(core, before) or ""
    if points_nowhere(core, before) or not core:
        return None
    base, anchored = base_of(core if match["det"] else re.sub(r"^next ", "next  ", core), on, before)
    if periods := year_ago(core, clauses.text, match, on, before):
        return periods
    if lead == "since" and (ending := ITS_END.fullmatch(core)):
        core = f"the end of last {ending['unit'] or ending['of']}"
    led = lead and not _is_noun_of(match, clauses.text, end)
    expressions = ([f"{lead} {core}"] if led else []) + [core]
    if _COUNTED_FROM.match(core) and _LASTS.search(clauses.text[max(match.start() - 24, 0) : match.start()]):
        expressions.insert(0, f"for {core}")
    if lead == "from" and verb is not None and verb.head in MOVING | SLIPPING and (put_to := _PUT_TO.search(core)):
        expressions.append(put_to[1])  # an earlier date than the one it was moved from
    for expression in expressions:
        reading = _read(expression, base, lean)
        if reading is None:
            continue
        reading = of_last_period(replace(reading, expression=words.rstrip(".")), core, on, lean)
        if "nearest" in reading.rule and reading.precision in ("quarter", "half"):
            reading = of_results(reading, core, clauses, verb, match.start(), end, on)
        anchored = anchored or is_of_that_year
        return DateMention(match.start(), end, as_worded(reading, core), anchored, _led(match))
    return None


def _led(match: re.Match[str]) -> int:
    """Characters before the date proper: the little word, and the time of day."""
    return (len(match["lead"]) + 1 if match["lead"] else 0) + len(match["clock"] or "")


_NUMBER_BEHIND = re.compile(r"(?:(?<=\d\d\d\d)|(?<= year)) to \d{1,2}$", re.IGNORECASE)
_UNLIKE = re.compile(rf"(?<=day) (?:to|until|through) {MONTH}$", re.IGNORECASE)  # "revised on Friday to March's figure"
_UNIT_AGO = re.compile(rf"{UNIT} (?:ago|earlier|later|before|from|after)", re.IGNORECASE)
_THAT_MONTH = re.compile(rf"that (?:{MONTH}|{SEASON})", re.IGNORECASE)
_STRETCH = re.compile(rf"the (?:{COUNT} )?{UNIT} (?:after|before|following|from) ", re.IGNORECASE)
_COUNTED_FROM = re.compile(rf"{COUNT}[ -]{UNIT} from ", re.IGNORECASE)
_LASTS = re.compile(r"\b(?:last(?:s|ed|ing)?|runs?|ran|running|valid) $")
_PUT_TO = re.compile(r" to (.+)$")
_ENDS_IN_MONTH = re.compile(rf"{MONTH}$", re.IGNORECASE)


@lru_cache(maxsize=8192)
def _read(expression: str, on: date, lean: Lean | None) -> Reading | None:
    try:
        return read_date(plain(expression), on, lean)
    except DateError:
        return None  # looks like one and is none


_NO_NOUN = re.compile(
    r"[- ](?:and|or|but|to|for|with|by|in|on|at|of|from|that|which|who|when|after|before|as|because|if|the|a|an|its"
    r"|their|it|he|she|they"
    r"|we|is|was|were|are|has|had|have|will|would|could|may|said|says|until|through|since|during|when|where|while"
    r"|than|there|this|\w+ed|\w+ly)\b"
)


def _is_noun_of(match: re.Match[str], text: str, end: int) -> bool:
    """Whether a date only says which thing is meant ("by the Feb. 23 accord", "before next week's talks")."""
    if re.match(r"['’]s? \w", text[end : end + 4]):
        return True
    if not match["det"] or match["part"] or not re.match(r"[- ][a-z]", text[end : end + 2]):
        return False
    if re.match(
        r"(?:the )?(?:end|beginning|start|middle|first|second|third|fourth|final|last|next|week|quarter|year|month)",
        match[0][len(match["lead"]) + 1 :],
    ):
        return False
    return not _NO_NOUN.match(text, end)
