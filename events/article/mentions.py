"""Finds date expressions in a sentence; `eventfolio.events.dates.expression` reads them.

Three families are looked for: what names a place in the calendar (dates, months, quarters, "two years ago"), what has a
length and no place ("three years", "each week"), and what points at now or away from it ("recent years"). No dates are:
four digits before a thing counted ("2000 trucks"), "may" and "march" but where written as names, and a part of a phrase
that is not read whole ("every second Tuesday").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from eventfolio.events.article.clauses import Clauses, Verb
from eventfolio.events.article.date_grammar import (
    DATELINE,
    DAYNAME,
    EXPRESSION,
    NUMBER,
    OF_TIME,
    OPENERS,
    REACH,
    SPAN,
    WORD,
    YEAR,
)
from eventfolio.events.article.verb_words import GRANTING, MOVING, SETTING, TELLING
from eventfolio.events.dates.edtf import Window, parse_edtf
from eventfolio.events.dates.expression import Lean, Reading, read_date
from eventfolio.events.dates.period import COUNT, MONTH, MONTHS, UNIT, WEEKDAY, WEEKDAYS, YEARS, count_of
from eventfolio.events.errors import DateError


@dataclass(frozen=True)
class DateMention:
    """A date expression of a sentence; start, end: its characters in it.

    anchored : whether it counts from another date of the text ("two years later"), not from the day of writing
    lead     : characters of the word before the date proper ("by ", "since the "), which belong to it
    """

    start: int
    end: int
    reading: Reading
    anchored: bool = False
    lead: int = 0


def dates_in(
    sentence: str, on: date, lean: Lean | None = None, earlier: Sequence[DateMention] = ()
) -> list[DateMention]:
    """The expressions a sentence holds, first to last, seen from the date of publication.

    lean    : where a month or weekday may be the one before or after, which is meant; by default the verb that governs
              it decides
    earlier : mentions of the sentences before, from which "two years later" may count
    """
    return list(mentions_in(Clauses(sentence), on, lean, earlier))


def mentions_in(
    clauses: Clauses, on: date, lean: Lean | None = None, earlier: Sequence[DateMention] = ()
) -> Iterator[DateMention]:
    """As `dates_in`, of a sentence whose verbs are known, one by one."""
    text = clauses.text
    found = list(earlier)
    for match in _matches(text):
        undated = match["length"] or match["set"] or match["vague"]
        mention = _undated(match) if undated and not _is_rate(match, text) else None
        if mention is None and not undated and not _is_no_date(match, text):
            mention = _dated(match, clauses, on, lean, found)
        if mention is not None:
            found.append(mention)
            yield mention


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
    marks = [found.start() for found in OF_TIME.finditer(text, done)]
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
    core = text[len(match["lead"]) + 1 if match["lead"] else 0 :]
    core = core[len(match["det"]) if match["det"] else 0 :]
    before = sentence[max(match.start() - 24, 0) : match.start()]
    if before[-1:] in ('"', "“") and (
        re.fullmatch(r"(?:This|Next|Last) [A-Z]\w+", core)
        or (core == "Today" and re.match(r"[\"”]| [A-Z]", sentence[match.end() : match.end() + 2]))
    ):
        return True  # a title
    if _PARTLY.search(before) or _GOES_ON.match(sentence, match.end()):
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
    core = words[len(match["lead"]) + 1 if lead else 0 :]
    if match["det"] and not match["part"]:
        counted = match["det"].lower() in ("a ", "an ") and _UNIT_AGO.match(core, len(match["det"]))
        core = core if counted else core[len(match["det"]) :]
    core = core.rstrip(".") if core[-1:] == "." and not _ENDS_IN_MONTH.search(core) else core
    if number := _NUMBER_BEHIND.search(core):
        words, core = words[: -len(number[0])], core[: -len(number[0])]  # "fell in 2005 to 2 billion"
    end = match.start() + len(words.rstrip("."))
    verb = clauses.governing(match.start(), end)
    if match["within"] is not None and _is_stretch(match, clauses.text, verb):
        return _undated(match)
    lean = lean or _lean_of(verb, core, clauses, match.start(), match.end())
    base, anchored = _base(core if match["det"] else re.sub(r"^next ", "next  ", core), on, before)
    if year_ago := _year_ago(core, clauses.text, match, on, before):
        return year_ago
    if lead == "since" and (ending := _ITS_END.fullmatch(core)):
        core = f"the end of last {ending['unit'] or ending['of']}"
    led = lead and not _is_noun_of(match, clauses.text, end)
    for expression in ([f"{lead} {core}"] if led else []) + [core]:
        reading = _read(expression, base, lean)
        if reading is None:
            continue
        reading = _of_last_period(replace(reading, expression=words.rstrip(".")), core, on, lean)
        if "nearest" in reading.rule and reading.precision in ("quarter", "half"):
            reading = _of_results(reading, core, clauses, verb, match.start(), end, on)
        return DateMention(
            match.start(), end, _as_worded(reading, core), anchored, len(match["lead"]) + 1 if lead else 0
        )
    return None


def _is_stretch(match: re.Match[str], text: str, verb: Verb | None) -> bool:
    """Whether "in five years" is a length: "the first rise in five years", "was built in five years"."""
    start = match.start() if match["lead"] else match.start() - 3
    if text[start : start + 3].lower() != "in ":
        return False
    return (verb is not None and verb.tense == "past") or _EXTREME.search(text[max(start - 60, 0) : start]) is not None


_EXTREME = re.compile(
    r"\b(?:first|second|third|fourth|\w{2,}est|best|worst|most|least|only|record)\b[^.;,]{0,45}$", re.IGNORECASE
)
_YEAR_AGO = re.compile(
    r"(?:a )?year[- ](?:ago|earlier|before)(?: (?P<unit>(?:first|second|third|fourth) quarter|quarter|period|half))?",
    re.IGNORECASE,
)
# "$3 million, or 8 cents a share, a year earlier"; "A year earlier, net income was"
_BESIDE_A_FIGURE = re.compile(
    r"(?:^|[\d%]|illion|cents?|a share|\b(?:than|with|from|of|loss|profit|income))[,)]{0,2} ?$"
)
_QUARTER_BEHIND = re.compile(r" (?:(?:first|second|third|fourth) )?(?:quarter|period)\b")


def _year_ago(core: str, text: str, match: re.Match[str], on: date, before: list[DateMention]) -> DateMention | None:
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


_NUMBER_BEHIND = re.compile(r"(?:(?<=\d\d\d\d)|(?<= year)) to \d{1,2}$", re.IGNORECASE)
_UNIT_AGO = re.compile(rf"{UNIT} (?:ago|earlier|later|before|from|after)", re.IGNORECASE)
_ENDS_IN_MONTH = re.compile(rf"{MONTH}$", re.IGNORECASE)


@lru_cache(maxsize=8192)
def _read(expression: str, on: date, lean: Lean | None) -> Reading | None:
    try:
        return read_date(_plain(expression), on, lean)
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


def _plain(expression: str) -> str:
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
    text = re.sub(
        r"\b(last|this|next|current) (?:fiscal|financial|calendar) year\b", r"\1 year", text, flags=re.IGNORECASE
    )
    text = re.sub(r"\b(early|late) on (?=\w+day)", r"\1 ", text, flags=re.IGNORECASE)
    text = re.sub(r" (?:afterwards?|from today)$", " later", text, flags=re.IGNORECASE)
    text = re.sub(rf"({UNIT}) before$", r"\1 earlier", text, flags=re.IGNORECASE)
    text = text.replace("entire year", "this year")
    text = re.sub(r"\bfull year\b", "year", re.sub(r"\blatest period\b", "last quarter", text))
    text = re.sub(r"\bthat year\b", "this year", text, flags=re.IGNORECASE)
    text = re.sub(r"^(?:in about|in around) ", "in ", text, flags=re.IGNORECASE)
    return re.sub(r"^at the end of ", "the end of ", text, flags=re.IGNORECASE)


_ANCHORED = re.compile(
    rf"{NUMBER}[ -]{UNIT} (?:later|earlier|afterwards?|before)$|(?:the )?(?:following|next|previous"
    rf"|preceding) (?:day|week|month|year|quarter)$|(?:the )?(?:following|previous|preceding) {DAYNAME}$"
    r"|.*that year$|entire year$",
    re.IGNORECASE,
)


def _base(core: str, on: date, before: list[DateMention]) -> tuple[date, bool]:
    """The date from which an expression counts: "two years later" from the last date named, else the publication."""
    if not _ANCHORED.match(core):
        return on, False
    for mention in reversed(before):
        window = mention.reading.window
        if mention.reading.is_dated and not mention.anchored:
            day = window.start or window.end
            assert day is not None  # dated
            return day, True
    return on, re.match(r"next ", core, re.IGNORECASE) is None


_DEADLINE = re.compile(r"[- ]*(?:\w+ )?(?:deadline|target|cutoff|expiry|due date)", re.IGNORECASE)
_DUE_BEFORE = re.compile(r"\b(?:deadline|due date)\b[^.;]*$", re.IGNORECASE)


def _lean_of(verb: Verb | None, core: str, clauses: Clauses, start: int, end: int) -> Lean | None:
    """Which way a date without its year looks."""
    text = clauses.text
    words = text[start:end].lower()
    if _DEADLINE.match(text, end) or _DUE_BEFORE.search(text[max(start - 40, 0) : start]):
        return None  # the nearest one, unless a verb says that it went by
    if _OF_TRADING.match(text, end):
        return "past"  # "above Thursday's close"
    if words.startswith("effective") or _OWNER.match(text, end):
        return None  # "Thursday's ruling": the nearest one, whatever is said of it
    promise = _TO_DO.search(text[max(start - 90, 0) : start])
    if promise and (verb is None or verb.start <= max(start - 90, 0) + promise.start()):
        return "future"
    if verb is None:
        return None
    if verb.head in MOVING and re.match(r"(?:to|until|till|from|by) ", words):
        return "future"
    if verb.head in GRANTING - {"had"} and words.startswith(("until ", "till ")):
        return "future"
    if verb.head in SETTING and (words.startswith("for ") or verb.head == "scheduled") and _IS_DAY.search(core):
        return "future"
    group = text[verb.start : verb.end].lower()
    if verb.tense == "modal" and re.match(r"could(?:n['’]t)?\b.* be |could\b", group):
        return None
    if verb.tense in ("past", "unreal"):
        return "past"
    if verb.tense == "pledge":
        return "past" if re.search(DAYNAME, core, re.IGNORECASE) else "future"
    return "future" if verb.tense in ("future", "would", "modal") else None


_OWNER = re.compile(r"['’]s? \w")
_OF_TRADING = re.compile(r"['’]s (?:\w+ )?(?:close|closing|session|settlement|finish|low|high|levels?)\b")
# "an agreement to buy the firm in January"
_TO_DO = re.compile(
    r"\b(?:agreements?|deal|contracts?|offer|proposal|bid|decision|orders?|promise|commitment|permission|option|intention"
    r"|approval|pact|accord|talks|plans?|planning|invitation) to (?!the\b|a\b|an\b|its\b)[a-z]+\b[^.;,]{0,60}$"
)
_IS_DAY = re.compile(rf"{DAYNAME}|{MONTH} \d|\d {MONTH}", re.IGNORECASE)


_ITS_END = re.compile(
    r"(?:the )?(?:(?P<unit>year|quarter|month)(?:'s)?[ -]end|end of the (?P<of>year|quarter|month))", re.IGNORECASE
)


def _of_last_period(reading: Reading, core: str, on: date, lean: Lean | None) -> Reading:
    """Told in the past, "the quarter" is the last one that had ended, and so is the end of a year."""
    if not reading.window.start or not reading.window.end:
        return reading
    if lean != "future" and re.fullmatch(r"(?:the )?quarter", core, re.IGNORECASE) and reading.window.end >= on:
        return replace(read_date("last quarter", on), expression=reading.expression)
    if lean != "past":
        return reading
    if (ending := _ITS_END.fullmatch(core)) and reading.window.end >= on:
        unit = ending["unit"] or ending["of"]
        return replace(read_date(f"the end of last {unit}", on), expression=reading.expression)
    return reading


def _of_results(
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
_COUNTED_OFF = re.compile(
    rf"(?:.* )?(?P<n>{NUMBER})[ -](?P<unit>{UNIT})(?: (?:ago|from now|later|earlier|back|afterwards?|before"
    rf"|from today)|'? time)?$",
    re.IGNORECASE,
)

_PART_OF_YEAR = re.compile(
    r"(?:the )?(?:very )?(?:earlier|later|(?:end|close|beginning|start) of|(?:rest|remainder) of|year(?:'s)?[ -]end)\b",
    re.IGNORECASE,
)


def _as_worded(reading: Reading, core: str) -> Reading:
    """The reading with the precision of its words: "four years ago" is a year, "in two months" a month."""
    window = reading.window
    if reading.precision == "year" and window.start and window.end and _PART_OF_YEAR.match(core):
        rule = "a year, as precise as the words: which part of it is not told exactly"
        return replace(reading, window=parse_edtf(f"{window.start.year:04}"), rule=rule)
    if not reading.rule.removeprefix("about ").startswith("a day so far"):
        return reading
    found = _COUNTED_OFF.fullmatch(core)
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


# --- what has a length, or points away -------------------------------------------------------------------------------


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
    (r"(?:the )?coming .*", "FUTURE_REF", "future"),
    (r".*", "PAST_REF", "past"),
)


def _undated(match: re.Match[str]) -> DateMention:
    """A mention without a window; its window's text is the TIMEX3 value (ISO 8601 durations, PRESENT_REF …)."""
    words = match[0].lower()
    if match["vague"]:
        value, precision = next((value, name) for words_of, value, name in _VAGUE if re.fullmatch(words_of, words))
    else:
        value, precision = _length(words), "set" if match["set"] else "duration"
    window = Window(None, None, "interval", False, value)
    return DateMention(match.start(), match.end(), Reading(match[0], window, precision, f"a {precision}, no date"))


_LED = re.compile(r"\b(?:in|for|within|about|than|nearly|almost|after|under|takes?|took|lasts?|once) $", re.IGNORECASE)


def _is_rate(match: re.Match[str], text: str) -> bool:
    """Whether "a day" says how often, as in "12 ships a day", and is no length."""
    return re.match(r"an? ", match[0], re.IGNORECASE) is not None and not (
        _LED.search(text[max(match.start() - 12, 0) : match.start()])
        or re.match(r" (?:after|before|later)\b", text[match.end() : match.end() + 8])
    )


def _length(words: str) -> str:
    """The ISO 8601 duration of a length in words, X for a number that is not told; of a weekday, its week day."""
    if found := re.match(rf"(?:every|each) ({WEEKDAY})", words):
        return f"XXXX-WXX-{WEEKDAYS[found[1][:3]] + 1}"
    if found := re.match(rf"(?:every|each) ({MONTH})$", words):
        return f"XXXX-{MONTHS[found[1][:3]]:02}"
    if words == "annually":
        return "P1Y"
    unit = next((form for name, form in _UNITS.items() if re.search(rf"\b{name}", words)), "xD")
    number = re.search(rf"\b({NUMBER})(?P<half> and a half)?(?: [a-z]+)?(?=[ -](?:{SPAN}))", words)
    if re.search(r"half an? ", words):
        return _HALVES.get(unit, "PX" + unit[-1])
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


_HALVES = {"TxH": "PT30M", "xY": "P6M", "xE": "P5Y", "xC": "P50Y"}


def _number(words: str) -> str | int:
    """A number in words or digits: "twenty-four" is 24."""
    if re.fullmatch(COUNT, words):
        return count_of(words)
    if "," in words or words.replace(".", "").isdigit():
        return words.replace(",", "")
    tens, ones = re.split(r"[ -]", words)
    return count_of(tens) + count_of(ones)
