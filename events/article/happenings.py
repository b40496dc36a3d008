"""What an article says happened or is to happen: one happening a verb and date, with how sure its date is.

A date belongs to the verb that governs it. What a verb denies, only thinks possible, makes a condition of or planned
once is no happening, and is listed with the reason; so is what merely compares ("from a year earlier") or names a thing
by its date. The confidence "high" is a promise: the words give the day or the month, the verb agrees, and nothing else
could be meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Literal

from eventfolio.events.article.clauses import Clauses, Verb, clauses_of
from eventfolio.events.article.date_grammar import DATELINE
from eventfolio.events.article.east_asian import east_asian_dates
from eventfolio.events.article.mentions import DateMention, mentions_in
from eventfolio.events.article.subjects import has_pronoun, is_named, key_words, referent, subject_of
from eventfolio.events.article.text import Sentence, is_east_asian, script_of
from eventfolio.events.article.verb_words import DENY, GRANTING, MOVING
from eventfolio.events.article.vocabulary import Vocabulary
from eventfolio.events.dates.edtf import Window, parse_edtf
from eventfolio.events.dates.expression import Reading
from eventfolio.events.event import Status

Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True)
class LeftOut:
    """Words of a sentence that gave no event, and why."""

    sentence: Sentence
    words: str
    reason: str
    kind: str | None = None


@dataclass(frozen=True)
class Happening:
    """One happening as one sentence tells it.

    subject : the noun phrase it is about; context: the sentence, with the one before where that says what "it" is
    doubts  : why its date or status may be otherwise
    sign    : the word that makes it bad news, None where none does
    """

    sentence: Sentence
    mention: DateMention
    window: Window
    kind: str
    status: Status
    subject: str
    title: str
    context: str
    confidence: Confidence
    doubts: tuple[str, ...]
    sign: str | None

    @property
    def key(self) -> frozenset[str]:
        return key_words(self.subject)


_MOST_DATES = 100  # in one sentence; more are a list or a table
_LONGEST_SENTENCE = 20_000  # characters


def happenings_of(
    sentence: Sentence, previous: Sentence | None, on: date, words: Vocabulary
) -> tuple[list[Happening], list[LeftOut]]:
    """The happenings of a sentence, one a verb and window, and what was left out of it."""
    if is_east_asian(sentence.text):
        return _east_asian(sentence, on, words)
    clauses = clauses_of(sentence.text[:_LONGEST_SENTENCE])
    told: list[Happening] = []
    left: list[LeftOut] = []
    windows: set[tuple[str, str]] = set()
    dated = [mention for mention in islice(mentions_in(clauses, on), _MOST_DATES + 1) if mention.reading.is_dated]
    if len(dated) > _MOST_DATES or len(sentence.text) > _LONGEST_SENTENCE:
        read = min(dated[_MOST_DATES].start if len(dated) > _MOST_DATES else _LONGEST_SENTENCE, _LONGEST_SENTENCE)
        dated = dated[:_MOST_DATES]
        left.append(
            LeftOut(
                sentence, sentence.text[read : read + 40], "a list, no sentence: what stands from here on is not read"
            )
        )
    whole_kind = words.kind_of(sentence.text[:_LONGEST_CONTEXT]) if dated else None
    for mention in dated:
        verb = _governing(clauses, mention)
        words_of = sentence.text[mention.start : mention.end]
        reason = _left_out(clauses, verb, mention, on)
        if reason:
            left.append(LeftOut(sentence, words_of, reason, whole_kind))
            continue
        window, change = _window(clauses, verb, mention)
        key = (window.text, verb.head if verb else "")
        if key in windows:
            continue
        windows.add(key)
        told.append(
            _happening(clauses, sentence, previous, mention, verb, window, change, on, words, whole_kind, len(dated))
        )
    report = _report(clauses, sentence, dated, on, nothing_else=not told and all(one.reason in _BESIDE for one in left))
    if report is not None:
        told.append(report)
    return _most_precise(told), left


_LANGUAGES = {"ko": "Korean", "ja": "Japanese", "zh": "Chinese"}


def _east_asian(sentence: Sentence, on: date, words: Vocabulary) -> tuple[list[Happening], list[LeftOut]]:
    """A sentence of which only the dates are read; one without any is listed as not read."""
    language = _LANGUAGES[script_of(sentence.text) or "zh"]
    told = []
    for mention in islice(east_asian_dates(sentence.text[:_LONGEST_SENTENCE], on), _MOST_DATES):
        window = mention.reading.window
        ahead = (window.start and window.start > on) or window.start is None
        told.append(
            Happening(
                sentence,
                mention,
                window,
                "other",
                "scheduled" if ahead else "occurred",
                "",
                _short(sentence.text),
                sentence.text[:_LONGEST_CONTEXT],
                "low",
                (f"of this {language} sentence only the date is read",),
                None,
            )
        )
    left = [] if told else [LeftOut(sentence, sentence.text[:40], f"{language}: not read")]
    return told, left


# Reasons that leave the sentence's own happening standing: its date is another thing's.
_BESIDE = (
    "a period compared with",
    "a period in passing",
    "a decade, no date",
    "somebody's age",
    "possible only",
    "it says which thing is meant",
)


# "up from 2008, when it made a loss": the year is that of the loss
_WHEN = re.compile(r",? (?:when|(?:in|on|during) which) ")


def _governing(clauses: Clauses, mention: DateMention) -> Verb | None:
    """The verb of a date; of ", to July 22" behind a clause between commas, the verb that moved something there."""
    verb = clauses.governing(mention.start, mention.end)
    text = clauses.text
    if when := _WHEN.match(text, mention.end):
        following = next((one for one in clauses.verbs if one.start >= when.end()), None)
        if following is not None and not re.search(r"[,;:—]", text[when.end() : following.start]):
            return following
    if (
        text[mention.start : mention.start + 3].lower() == "to "
        and text[max(mention.start - 2, 0) : mention.start] == ", "
    ):
        moved = [one for one in clauses.verbs if one.head in MOVING and one.end <= mention.start]
        return moved[-1] if moved else verb
    return verb


def _report(
    clauses: Clauses, sentence: Sentence, dated: list[DateMention], on: date, nothing_else: bool
) -> Happening | None:
    """What a sentence reports as the news of the day: its main verb has no date of its own.

    "The company reported a loss in the fourth quarter": the quarter is the loss's; what moves a price is the report.
    """
    main = clauses.verbs[0] if clauses.verbs and dated else None
    if (
        main is None
        or main.negated
        or main.head in DENY
        or main.tense not in ("past", "present")
        or clauses.is_conditional(main.start)
    ):
        return None
    group = sentence.text[main.start : main.end]
    if not (main.reports or main.head in _NEWS) and not (nothing_else and main.tense == "past"):
        return None
    if (not nothing_else and (main.end > dated[0].start and main.tense == "past")) or (
        not nothing_else
        and any(
            clauses.governing(mention.start, mention.end) is main and not _is_measured(mention) for mention in dated
        )
    ):
        return None
    subject = subject_of(clauses, main)
    window = parse_edtf(on.isoformat())
    mention = DateMention(
        main.start, main.end, Reading(group, window, "day", "reported without a date: the day of publication")
    )
    title = _short(sentence.text[:_LONGEST_CONTEXT])
    doubts = ("the day of publication stands in for that of the report",)
    return Happening(
        sentence,
        mention,
        window,
        "announcement",
        "occurred",
        subject,
        title,
        sentence.text[:_LONGEST_CONTEXT],
        "low",
        doubts,
        None,
    )


_NEWS = {"posted", "reported", "unveiled", "recorded", "booked", "swung", "comes"}


def _is_measured(mention: DateMention) -> bool:
    """Whether a date is that of a period whose figures are told, not of the telling."""
    return mention.reading.precision in ("quarter", "half", "year") or mention.reading.expression.lower().startswith(
        ("for ", "since ")
    )


# --- what is none ----------------------------------------------------------------------------------------------------

_COMPARED = re.compile(
    r"(?:\b(?:(?<!earlier )(?<!later )(?<!sooner )than"
    r"|versus|vs\.?|against|compared (?:with|to)|unlike|as in|like)(?: (?:in|the|those in|that of|for"
    r"|that in|it was in))*"
    r"|\b(?:up|down|rose|fell|increase|decrease|rise|fall|drop|gain|decline|improvement|change|grew|gained|lost|sank"
    r"|jumped|slid"
    r"|\d(?:\.\d+)?%|per cent|percent|million|billion|cents) (?:\w+ ){0,3}from)\s*$",
    re.IGNORECASE,
)
_BEST_SINCE = re.compile(
    r"\b(?:first|second|third|\w+est|best|worst|most|least|only|record|lowest|sole)\b[^.;]{0,45}\bsince (?:the )?$",
    re.IGNORECASE,
)
_SUPERSEDED = re.compile(
    r"\b(?:originally|initially|previously|once|instead of|rather than|and not|but not|had been)\b[^.;,]{0,60}$",
    re.IGNORECASE,
)
_IN_PASSING = re.compile(
    r"(?:(?:in|over|during|for|by|through|throughout|of) )?(?:the )?(?:year|month|week|quarter|full year)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|a) ", re.IGNORECASE)
_LETTERS = re.compile(r"[a-z]{3,}")
_PLANNED = re.compile(r"planned|due|scheduled|expected|hoped|set|slated|target|anticipated")
_AS_PLANNED = re.compile(r" as (?:previously|originally|first|initially) (?:hoped|planned|expected|scheduled|thought)")
_MODIFIER = re.compile(r"\w-(?:quarter|half)$", re.IGNORECASE)
_RESULTS_OF = re.compile(
    r"\b(?:results?|report|earnings|figures|profits?|sales|revenues?) (?:of|for|in) (?:the |its )?$", re.IGNORECASE
)
_FOR = re.compile(r"\bfor (?:the |its )?$", re.IGNORECASE)
_WHOSE = re.compile(r"['’]s? ")
_YEAR_BEFORE = re.compile(r"year (?:earlier|ago|before)|year-(?:ago|earlier).*", re.IGNORECASE)
_AGE = re.compile(r"\b(?:aged|born|age)\b[^.;]{0,20}$", re.IGNORECASE)


def _left_out(clauses: Clauses, verb: Verb | None, mention: DateMention, on: date) -> str | None:
    """Why a date gives no event; None where it gives one."""
    text = clauses.text
    core = mention.start + mention.lead
    before = text[max(core - 90, 0) : core]
    words = text[mention.start : mention.end]
    bare = _ARTICLE.sub("", text[core : mention.end])
    if verb is None and not _LETTERS.search(text[:200]):
        return "no verb says that something happens"
    if clauses.is_conditional(mention.start):
        return "a condition, no statement"
    if clauses.is_denied(mention.start):
        return "denied"
    if verb and verb.negated and not _not_until(words, before):
        return "said not to happen" if verb.tense in ("future", "would") else "said not to have happened"
    if verb and verb.tense == "modal" and not _OUGHT.match(text, verb.start):
        return "possible only"
    if verb and verb.tense == "unreal":
        return "planned once, or never real"
    if _SUPERSEDED.search(before[-70:]) and _PLANNED.search(before[-70:] + words):
        return "an earlier plan"
    if _AS_PLANNED.match(text, mention.end):
        return "an earlier plan"
    of_a_clause = _dates_a_clause(clauses, verb, mention)
    if of_a_clause and (_COMPARED.search(before[-45:]) or _BEST_SINCE.search(before[-60:])):
        return None
    if (
        (_COMPARED.search(before[-45:]) and not _takes_effect(verb, mention, on))
        or _BEST_SINCE.search(before[-60:])
        or _YEAR_BEFORE.fullmatch(bare)
    ):
        return "a period compared with"
    if _IN_PASSING.fullmatch(words) or words.lower() in ("of today", "of tomorrow", "for today"):
        return "a period in passing"
    if mention.reading.precision in ("quarter", "half") and (
        _MODIFIER.search(words)
        or _RESULTS_OF.search(before)
        or (verb and verb.tense == "future" and _FOR.search(before))
    ):
        return "it says which thing is meant"
    moved = verb is not None and verb.is_plan and verb.tense == "would" and not words.lower().startswith("to ")
    if moved and any(one.head in MOVING for one in clauses.verbs[:50]):
        return "an earlier plan"
    if _WHOSE.match(text, mention.end) and mention.reading.precision != "day":
        return "it says which thing is meant"
    if bare.endswith("0s"):
        return "a decade, no date"
    if _AGE.search(before):
        return "somebody's age"
    return None


_OUGHT = re.compile(r"(?:should|must|shall|ought)\b", re.IGNORECASE)


def _takes_effect(verb: Verb | None, mention: DateMention, on: date) -> bool:
    """Whether "rise 3 per cent from 1 July" says when it begins: told of the future, and dated there."""
    start = mention.reading.window.start
    return start is not None and start > on and verb is not None and verb.tense in ("future", "would", "pledge")


def _dates_a_clause(clauses: Clauses, verb: Verb | None, mention: DateMention) -> bool:
    """Whether a clause of its own tells what happened then: "from 2008, when it made a loss"."""
    return verb is not None and verb.start >= mention.end and _WHEN.match(clauses.text, mention.end) is not None


def _not_until(words: str, before: str) -> bool:
    """ "Not until October" says that it comes in October."""
    return (
        re.match(r"(?:until|till|before|earlier than) ", words, re.IGNORECASE) is not None and "until" in words.lower()
    )


_LAST_DAY = "the last day that is given"
_GIVEN = re.compile(r" (?:(?:[\w'’-]+ ){0,3})?")


# --- its window ------------------------------------------------------------------------------------------------------


def _window(clauses: Clauses, verb: Verb | None, mention: DateMention) -> tuple[Window, str | None]:
    """When it happens, and what made that another window than the words alone give.

    "Delayed until October" and "not due until October" are October; "has been suspended since 24 July", a state
    that lasts, is its beginning.
    """
    window = mention.reading.window
    words = mention.reading.expression.lower()
    moved = verb is not None and verb.head in MOVING
    given = (
        words.startswith(("until ", "till "))
        and verb is not None
        and _GIVEN.fullmatch(clauses.text[verb.end : mention.start])
        and verb.head in GRANTING
        and clauses.text.startswith(" to ", mention.end)
    )
    if given:
        last = _bare(mention, words.split(" ", 1)[1])
        return (parse_edtf(str(last.end)) if "end of" in words and last.end else last), _LAST_DAY
    if words.startswith(("until ", "till ", "to ")) and (moved or (verb and verb.negated)):
        return _bare(mention, words.split(" ", 1)[1]), "the date it was put to"
    if mention.lead and (window.start is None or window.end is None) and _dates_a_clause(clauses, verb, mention):
        return _bare(mention, words[mention.lead :]), "the date of what happened then"
    if not words.startswith(("since ", "ever since ")) or verb is None:
        return window, None
    state = re.match(r"(?:has|have|had)\b", clauses.text[verb.start : verb.end], re.IGNORECASE)
    if state and window.end is None and window.start is not None:
        return parse_edtf(window.text.removesuffix("/..")), "the beginning of a state that lasts"
    return window, None


def _bare(mention: DateMention, words: str) -> Window:
    from eventfolio.events.dates.expression import read_date

    side = mention.reading.window
    day = side.end or side.start
    assert day is not None  # dated
    return read_date(words, day).window


# --- what it is ------------------------------------------------------------------------------------------------------

_CANCELS = {
    "cancelled",
    "canceled",
    "scrapped",
    "abandoned",
    "withdrawn",
    "withdrew",
    "axed",
    "shelved",
    "aborted",
    "annulled",
}
_CANCELS |= {"revoked", "rescinded", "cancels", "scraps", "cancel", "scrap", "abandon"}
_SAID_THAT = re.compile(r"[^.;]{0,12}\b(?:that|it|they|he|she|plans?|to)\b|\s+it\b")
_DEADLINE = re.compile(r"[- ]+(?:\w+ ){0,2}(deadline|cutoff|expiry|due date|target date)", re.IGNORECASE)


def _happening(
    clauses: Clauses,
    sentence: Sentence,
    previous: Sentence | None,
    mention: DateMention,
    verb: Verb | None,
    window: Window,
    change: str | None,
    on: date,
    words: Vocabulary,
    whole_kind: str | None,
    dates: int,
) -> Happening:
    clause = _clause(sentence.text, mention)
    subject = subject_of(clauses, verb)
    context = sentence.text if len(sentence.text) <= _LONGEST_CONTEXT else clause
    named = is_named(subject)
    before = previous if previous and previous.section == sentence.section else None
    if not named and verb is not clauses.verbs[0] if clauses.verbs else False:
        subject = subject_of(clauses, clauses.verbs[0])  # "…, they began": they who were named first
    inside = not named and is_named(subject)
    if not named and not inside:
        subject = referent(before)
    if before and has_pronoun(sentence.text[: verb.start] if verb and verb.start < 200 else subject):
        context = f"{before.text[:_LONGEST_CONTEXT]} {context}"
    kinds = [kind for kind in (words.kind_of(clause), whole_kind, words.kind_of(context)) if kind]
    kind = next((kind for kind in kinds if kind != "announcement"), kinds[0] if kinds else "other")
    if verb and verb.reports and _SAID_THAT.match(clauses.text, mention.end):
        kind = "announcement"
    deadline = _DEADLINE.match(clauses.text, mention.end)
    after = (
        _AFTER_A_THING.search(clauses.text[verb.end : mention.start]) if verb and verb.end <= mention.start else None
    )
    begins = mention.reading.expression.lower().startswith(("effective", "starting", "beginning", "from "))
    status, doubts = _status(clauses, None if after else verb, window, on, begins)
    if after and window.end and window.end <= on:
        subject, doubts, named, inside = after[1], [], True, False  # "cancelled it after the crash on 12 June"
    if deadline or change == _LAST_DAY:
        kind = "deadline"
        gone = window.end is not None and window.end < on
        status, doubts = ("occurred" if gone else "scheduled"), []
    if mention.reading.doubt:
        doubts.append(mention.reading.doubt)
    if mention.anchored:
        doubts.append("counted from another date of the text")
    confidence = _confidence(clauses, mention, verb, window, change, doubts, on, dates)
    return Happening(
        sentence,
        mention,
        window,
        kind,
        status,
        subject,
        _title(sentence.text, verb, mention, subject, named, inside, deadline[1] if deadline else None),
        context,
        confidence,
        tuple(doubts),
        words.bad_word_in(clause) or (words.bad_word_in(sentence.text[:_LONGEST_CONTEXT]) if dates == 1 else None),
    )


_AFTER_A_THING = re.compile(r"\b(?:after|following|since) ((?:the|a|an|its|their) [^,;]{3,60}?) (?:\w+ )?$")


def _clause(text: str, mention: DateMention) -> str:
    """What stands around a date, between commas or "and"; 300 characters either way at most."""
    low, high = max(mention.start - 300, 0), min(mention.end + 300, len(text))
    start = max((text.rfind(mark, low, mention.start) for mark in (", ", "; ", "—", ": ", " and ")), default=-1)
    ends = [place for mark in (", ", "; ", "—", " and ") if (place := text.find(mark, mention.end, high)) >= 0]
    return text[start if start >= 0 else low : min(ends, default=high)]


def _status(
    clauses: Clauses, verb: Verb | None, window: Window, on: date, begins: bool = False
) -> tuple[Status, list[str]]:
    """The status that fits verb and window, and what does not fit."""
    tense = verb.tense if verb else None
    group = clauses.text[verb.start : verb.end].lower() if verb else ""
    if (
        verb
        and (verb.head in _CANCELS or "called off" in clauses.text[verb.start : verb.end + 4])
        and tense in ("past", "present")
    ):
        return "cancelled", []
    ahead = tense in ("future", "would", "pledge", "modal")
    if window.start and window.start > on:
        ahead = ahead or (verb is not None and verb.head in MOVING) or begins
        return "scheduled", [] if ahead or tense == "present" else ["told as past, dated ahead"]
    if window.end and window.end < on:
        return "occurred", [] if tense == "past" or (tense == "pledge") else [
            "told as coming, dated before"
        ] if ahead else ["no past verb"]
    if tense == "past" or (tense == "present" and window.end is None):
        return "occurred", []
    if ahead:
        return "scheduled", []
    if tense == "present":
        ends = window.end is not None and window.end > on
        return ("scheduled" if ends or re.match(r"(?:is|are) \w+ing", group) else "occurred"), [
            "told in the present"
        ] if not ends else []
    return ("occurred" if window.start else "scheduled"), ["no verb says which"]


_STALE = 5  # days: news of "Tuesday" on the Monday after may mean another than six days ago


def _confidence(
    clauses: Clauses,
    mention: DateMention,
    verb: Verb | None,
    window: Window,
    change: str | None,
    doubts: list[str],
    on: date,
    dates: int,
) -> Confidence:
    if doubts or window.approximate or verb is None:
        return "low"
    reading = mention.reading
    weekday = (
        "nearest day of that name" in reading.rule
        and verb.tense in ("past", "future")
        and (window.start is None or (on - window.start).days < _STALE)
    )
    explicit = weekday or ("nearest" not in reading.rule and "reference date" not in reading.rule)
    closed = window.start is not None and window.end is not None
    if not closed or change or window.precision not in ("day", "month"):
        return "medium"
    if explicit and dates == 1 and _is_near(clauses, verb, mention):
        return "high"
    return "medium"


def _is_near(clauses: Clauses, verb: Verb, mention: DateMention) -> bool:
    """Whether verb and date stand in one clause, with no other verb or comma between them."""
    low, high = (verb.end, mention.start) if verb.end <= mention.start else (mention.end, verb.start)
    between = clauses.text[low:high]
    return len(between) <= 90 and not re.search(r"[;:—(\"]|\b(?:which|who|that|when|while|after|before|and)\b", between)


def _title(
    text: str, verb: Verb | None, mention: DateMention, subject: str, named: bool, inside: bool, deadline: str | None
) -> str:
    """A title that names its subject: the sentence, or its clause behind what it is about.

    inside : whether the subject stands in the sentence, though not in the clause
    """
    if dateline := DATELINE.match(text):
        text = " " * dateline.end() + text[dateline.end() :]
    words = " ".join(text[:_LONGEST_CONTEXT].split())
    if deadline:
        said = mention.reading.expression.removeprefix("ahead of ").removeprefix("before ")
        return _short(f"{_ARTICLE.sub('', said)} {deadline}: {words}")
    if verb is None or not subject:
        return _short(words)
    start, end = min(verb.start, mention.start), max(mention.end, verb.end)
    clause = " ".join(text[start:end].split()) if end - start <= 2 * _LONGEST_TITLE else words
    if not named and not inside:
        clause = words if len(words) <= 2 * _LONGEST_TITLE else clause
        if _PRONOUN_FIRST.match(clause):
            clause = clause.split(" ", 1)[1]
        return _short(f"{subject}: {clause[:1].lower() if not clause[:2].isupper() else clause[:1]}{clause[1:]}")
    if inside:
        return _short(f"{subject}: {clause}")
    if len(words) > _LONGEST_TITLE and mention.start >= verb.start:
        return _short(f"{subject} {clause}")
    return _short(words)


_LONGEST_TITLE = 100  # characters
_LONGEST_CONTEXT = 800  # characters of a sentence that are looked at for its kind and themes
_PRONOUN_FIRST = re.compile(r"(?:It|They|He|She|This|These|Those)\b")


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST_TITLE else words[: _LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"


def _most_precise(told: list[Happening]) -> list[Happening]:
    """Of windows of one verb, those that are no wider one around another."""
    kept = []
    for one in told:
        inside = any(
            other is not one
            and other.title == one.title
            and one.window.start
            and one.window.end
            and other.window.start
            and other.window.end
            and one.window.start <= other.window.start
            and other.window.end <= one.window.end
            and (one.window.start, one.window.end) != (other.window.start, other.window.end)
            for other in told[:20]
        )
        if not inside:
            kept.append(one)
    return kept


def joined(happenings: list[Happening]) -> list[list[Happening]]:
    """Happenings by what they are of: one window and kind, and one sentence, or a word of the subject in common.

    Reports of one day are one, whatever they are called by: "it said" is of the company named before.
    """
    groups: list[list[Happening]] = []
    known: dict[tuple[object, ...], list[Happening]] = {}
    for one in happenings:
        tags: list[tuple[object, ...]] = [(one.window.text, one.kind, one.status, word) for word in sorted(one.key)]
        tags.append((one.window.text, one.kind, one.status, one.sentence.start, one.key))
        if one.kind == "announcement" and one.window.precision == "day" and not one.key:
            tags.append((one.window.text, "announcement"))
        group = next((known[tag] for tag in tags if tag in known), None)
        if group is None:
            group = []
            groups.append(group)
        group.append(one)
        for tag in tags:
            known.setdefault(tag, group)
        if one.kind == "announcement" and one.window.precision == "day":
            known.setdefault((one.window.text, "announcement"), group)
    return groups
