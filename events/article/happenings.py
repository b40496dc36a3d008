"""What an article says happened or is to happen: one happening a verb and date, with how sure its date is.

A date belongs to the verb that governs it. What a verb denies, only thinks possible, makes a condition of or planned
once is no happening, and is listed with the reason; so is what merely compares ("from a year earlier") or names a thing
by its date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from eventfolio.events.article.called_off import acts_of, called_off_in, plan_undone
from eventfolio.events.article.certainty import confidence_of, status_of
from eventfolio.events.article.clauses import Clauses, Verb, clauses_of
from eventfolio.events.article.east_asian import east_asian_dates
from eventfolio.events.article.happening import Happening, LeftOut, SentenceReading
from eventfolio.events.article.joining import most_precise
from eventfolio.events.article.mention import DateMention
from eventfolio.events.article.mentions import mentions_in
from eventfolio.events.article.no_event import WHEN, why_no_event
from eventfolio.events.article.ownership import names_a_thing
from eventfolio.events.article.reports import NEWS, report_of
from eventfolio.events.article.subjects import has_pronoun, is_named, key_words, referent, subject_of
from eventfolio.events.article.text import Sentence, is_east_asian, script_of
from eventfolio.events.article.titles import LONGEST_CONTEXT, short, title_of
from eventfolio.events.article.verb_words import MOVING
from eventfolio.events.article.vocabulary import Vocabulary
from eventfolio.events.article.windows import LAST_DAY, window_of
from eventfolio.events.dates.edtf import Window
from eventfolio.events.dates.period import MONTH

_MOST_DATES = 100  # in one sentence; more are a list or a table
_LONGEST_SENTENCE = 20_000  # characters


def happenings_of(
    sentence: Sentence,
    previous: Sentence | None,
    on: date,
    words: Vocabulary,
    earlier: Sequence[DateMention] = (),
    year_end: int | None = None,
) -> SentenceReading:
    """The happenings of a sentence, one a verb and window, and what was left out of it.

    previous : the sentence before, which says what "it" is
    earlier  : the dates of the sentences before, from which "two years later" counts
    year_end : the month in which fiscal years end, None where it is unknown
    """
    if is_east_asian(sentence.text):
        return _east_asian(sentence, on, words)
    clauses = clauses_of(sentence.text[:_LONGEST_SENTENCE])
    told: list[Happening] = []
    left: list[LeftOut] = []
    windows: set[tuple[str, str]] = set()
    found = islice(mentions_in(clauses, on, None, earlier, year_end), _MOST_DATES + 1)
    dated = [mention for mention in found if mention.reading.is_dated]
    if len(dated) > _MOST_DATES or len(sentence.text) > _LONGEST_SENTENCE:
        read = min(dated[_MOST_DATES].start if len(dated) > _MOST_DATES else _LONGEST_SENTENCE, _LONGEST_SENTENCE)
        dated = dated[:_MOST_DATES]
        left.append(
            LeftOut(
                sentence, sentence.text[read : read + 40], "a list, no sentence: what stands from here on is not read"
            )
        )
    whole_kind = words.kind_of(sentence.text[:LONGEST_CONTEXT]) if dated else None
    governed = [(_governing(clauses, mention), mention) for mention in dated]
    for verb, mention in governed:
        words_of = sentence.text[mention.start : mention.end]
        reason = why_no_event(clauses, verb, mention, on) or _measured_beside(sentence.text, verb, mention, governed)
        if reason:
            left.append(LeftOut(sentence, words_of, reason, whole_kind))
            continue
        undone = plan_undone(clauses, verb, mention.end)
        window, change = window_of(clauses, verb, mention, undone == "moved")
        if undone == "moved" and change is None:
            left.append(LeftOut(sentence, words_of, "an earlier plan", whole_kind))
            continue
        key = (window.text, verb.head if verb else "")
        if key in windows:
            continue
        windows.add(key)
        one = _happening(clauses, sentence, previous, mention, verb, window, change, on, words, whole_kind, len(dated))
        told.append(replace(one, status="cancelled", doubts=()) if undone == "cancelled" else one)
    report = report_of(clauses, sentence, dated, on, not told and all(one.reason in _BESIDE for one in left))
    if report is not None:
        told.append(report)
    off = called_off_in(clauses, sentence, previous, dated)
    return SentenceReading(tuple(most_precise(told)), tuple(left), tuple(dated), tuple(off))


_LANGUAGES = {"ko": "Korean", "ja": "Japanese", "zh": "Chinese"}


def _east_asian(sentence: Sentence, on: date, words: Vocabulary) -> SentenceReading:
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
                short(sentence.text),
                sentence.text[:LONGEST_CONTEXT],
                "low",
                (f"of this {language} sentence only the date is read",),
                None,
            )
        )
    left = [] if told else [LeftOut(sentence, sentence.text[:40], f"{language}: not read")]
    return SentenceReading(tuple(told), tuple(left))


def _measured_beside(
    text: str, verb: Verb | None, mention: DateMention, governed: Sequence[tuple[Verb | None, DateMention]]
) -> str | None:
    """Why another date of the same verb makes one none.

    "Posted a loss in the fourth quarter on 19 February": the day is the telling's; "the Jan. 6 committee met on 3 May".
    """
    if verb is not None and names_a_thing(text, mention):
        others = [one for other, one in governed[:20] if other is verb and one is not mention]
        if any(one.reading.precision == "day" and not names_a_thing(text, one) for one in others):
            return "it says which thing is meant"
    if (
        verb is None
        or not (verb.reports or verb.head in NEWS)
        or mention.reading.precision not in ("quarter", "half", "year")
    ):
        return None
    days = [one for other, one in governed[:20] if other is verb and one.reading.precision == "day"]
    return "it says which thing is meant" if days else None


# Reasons that leave the sentence's own happening standing: its date is another thing's.
_BESIDE = (
    "a period compared with",
    "a period in passing",
    "a decade, no date",
    "somebody's age",
    "possible only",
    "it says which thing is meant",
)


def _governing(clauses: Clauses, mention: DateMention) -> Verb | None:
    """The verb of a date; of ", to July 22" behind a clause between commas, the verb that moved something there."""
    verb = clauses.governing(mention.start, mention.end)
    text = clauses.text
    if when := WHEN.match(text, mention.end):
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


_TOLD_DATE = re.compile(rf"\b(?:(?:19|20)\d\d|{MONTH} \d{{1,2}}|\d{{1,2}} {MONTH})\b", re.IGNORECASE)
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
    context = sentence.text if len(sentence.text) <= LONGEST_CONTEXT else clause
    named = is_named(subject)
    before = previous if previous and previous.section == sentence.section else None
    if not named and verb is not clauses.verbs[0] if clauses.verbs else False:
        subject = subject_of(clauses, clauses.verbs[0])  # "…, they began": they who were named first
    inside = not named and is_named(subject)
    if not named and not inside:
        subject = referent(before)
    if before and has_pronoun(sentence.text[: verb.start] if verb and verb.start < 200 else subject):
        context = f"{before.text[:LONGEST_CONTEXT]} {context}"
    around = words.kind_of(context) if context != sentence.text else whole_kind
    kinds = [kind for kind in (words.kind_of(clause), whole_kind, around) if kind]
    kind = next((kind for kind in kinds if kind != "announcement"), kinds[0] if kinds else "other")
    if verb and verb.reports and _SAID_THAT.match(clauses.text, mention.end):
        kind = "announcement"
    deadline = _DEADLINE.match(clauses.text, mention.end)
    after = (
        _AFTER_A_THING.search(clauses.text[verb.end : mention.start]) if verb and verb.end <= mention.start else None
    )
    begins = mention.reading.expression.lower().startswith(("effective", "starting", "beginning", "from "))
    status, doubts = status_of(clauses, None if after else verb, window, on, begins)
    if after and window.end and window.end <= on:
        subject, doubts, named, inside = after[1], [], True, False  # "cancelled it after the crash on 12 June"
    if deadline or change == LAST_DAY:
        kind = "deadline"
        gone = window.end is not None and window.end < on
        status, doubts = ("occurred" if gone else "scheduled"), []
    if mention.reading.doubt:
        doubts.append(mention.reading.doubt)
    if mention.anchored:
        doubts.append("counted from another date of the text")
    confidence = confidence_of(clauses, mention, verb, window, change, doubts, on, dates)
    if confidence == "high" and "day of that name" in mention.reading.rule:
        told = before is not None and _TOLD_DATE.search(before.text) is not None
        if told or re.search(r"\bone $", clauses.text[: mention.start], re.IGNORECASE):
            confidence = "medium"  # the Friday of the week that the sentence before told of, or any
    forecast = _FORECAST.search(clauses.text, verb.start, verb.end) if verb and status == "scheduled" else None
    if forecast and confidence == "high":
        confidence = "medium"
    return Happening(
        sentence,
        mention,
        window,
        kind,
        status,
        subject,
        title_of(sentence.text, verb, mention, subject, named, inside, deadline[1] if deadline else None),
        context,
        confidence,
        tuple(doubts),
        words.bad_word_in(clause) or (words.bad_word_in(sentence.text[:LONGEST_CONTEXT]) if dates == 1 else None),
        acts_of(verb, subject),
        key_words(f"{subject} {clause}"),
        forecast[0] if forecast else None,
    )


# told as what somebody thinks will be, not as what was decided
_FORECAST = re.compile(
    r"\b(?:expect(?:s|ed|ing)?|forecasts?|predict(?:s|ed|ing)?|project(?:s|ed)|likely|anticipate[sd]?|believed|estimate[sd]?"
    r"|foresees?|tipped|hop(?:es?|ed|ing))\b",
    re.IGNORECASE,
)
_AFTER_A_THING = re.compile(r"\b(?:after|following|since) ((?:the|a|an|its|their) [^,;]{3,60}?) (?:\w+ )?$")


def _clause(text: str, mention: DateMention) -> str:
    """What stands around a date, between commas or "and"; 300 characters either way at most."""
    low, high = max(mention.start - 300, 0), min(mention.end + 300, len(text))
    start = max((text.rfind(mark, low, mention.start) for mark in (", ", "; ", "—", ": ", " and ")), default=-1)
    ends = [place for mark in (", ", "; ", "—", " and ") if (place := text.find(mark, mention.end, high)) >= 0]
    return text[start if start >= 0 else low : min(ends, default=high)]
