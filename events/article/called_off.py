"""What is said not to happen, cancelled or denied, and the events named before that it is said of.

"The mine will not open" is no event. It cancels the opening that an earlier sentence told of, where the act, the
subject and, if both have one, the date agree. A denial only casts doubt.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from itertools import islice
from typing import Literal

from eventfolio.events.article.clauses import Clauses, Verb
from eventfolio.events.article.happening import CalledOff, Happening
from eventfolio.events.article.mention import DateMention
from eventfolio.events.article.stems import stem, stems_of
from eventfolio.events.article.subjects import is_named, key_words, referent, subject_of
from eventfolio.events.article.text import Sentence
from eventfolio.events.article.verb_words import CANCELLING, DENY, MOVING, PLAN, SETTING
from eventfolio.events.dates.edtf import Window

_LONGEST_BEFORE = 300  # characters of the sentence before, any noun of which "it" may be
_LONGEST_OBJECT = 80  # characters behind a verb in which its object stands


def called_off_in(
    clauses: Clauses, sentence: Sentence, previous: Sentence | None, dated: Iterable[DateMention]
) -> list[CalledOff]:
    """What the verbs of a sentence call off or deny."""
    found = []
    dates = list(dated)
    for verb in clauses.verbs[:50]:
        group = clauses.text[verb.start : verb.end].lower()
        ahead = verb.tense in ("future", "would", "pledge") or group.startswith(("is ", "are "))
        cancels = verb.head in CANCELLING or "called off" in clauses.text[verb.start : verb.end + 4].lower()
        denied = clauses.is_denied(verb.start) and verb.head not in DENY
        if not ((verb.negated and ahead and not cancels) or (cancels and not verb.negated) or denied):
            continue
        subject = subject_of(clauses, verb)
        named = (
            subject
            if is_named(subject)
            else f"{referent(previous)} {previous.text[:_LONGEST_BEFORE]}"
            if previous
            else ""
        )
        behind = clauses.text[verb.end : verb.end + _LONGEST_OBJECT]
        acts = stems_of(f"{subject} {behind}") if cancels else frozenset({stem(verb.head)})
        key = key_words(f"{named} {behind}") if cancels else key_words(named)
        if denied and not cancels:
            key |= key_words(subject_of(clauses, clauses.verbs[0]))
        window = next((one.reading.window for one in dates if clauses.governing(one.start, one.end) is verb), None)
        found.append(CalledOff(sentence, acts, key, None if cancels else window, denied and not cancels, verb.start))
    return found


def calls_off(one: CalledOff, told: Happening) -> bool:
    """Whether it is said of a happening that an earlier sentence told of as coming."""
    here = told.sentence is one.sentence and told.mention.end <= one.start and not one.denied
    if told.status != "scheduled" or not (here or told.sentence.start < one.sentence.start) or not told.acts:
        return False
    if not told.acts & one.acts:
        return False
    return bool(one.key & (told.key | told.about)) and _meet(one.window, told.window)


class CallingOff:
    """What an article calls off, found by the act, so that a long article is read in linear time."""

    def __init__(self, called_off: Iterable[CalledOff]) -> None:
        self._by_act: dict[str, list[CalledOff]] = {}
        for one in called_off:
            for act in one.acts:
                self._by_act.setdefault(act, []).append(one)

    def of(self, mentions: Iterable[Happening]) -> list[CalledOff]:
        """What is said of one happening, the first few of it."""
        found: dict[int, CalledOff] = {}
        for told in islice(mentions, _FEW):
            for act in sorted(told.acts):
                listed = self._by_act.get(act, ())
                first = bisect_left(listed, told.sentence.start, key=lambda one: one.sentence.start)
                for one in listed[first : first + _FEW]:
                    if calls_off(one, told):
                        found.setdefault(id(one), one)
        return sorted(found.values(), key=lambda one: one.sentence.start)


def plan_undone(clauses: Clauses, verb: Verb | None, end: int) -> Literal["cancelled", "moved"] | None:
    """Whether the sentence itself calls off, or puts to another date, what a verb of planning dates.

    "Called off a summit planned for June 3", "a summit that was to begin on June 3 was postponed".

    end : characters of the sentence to the end of its date
    """
    if verb is None or not (verb.is_plan or verb.tense in ("would", "future")):
        return None
    text, at = clauses.text, clauses.verbs.index(verb)
    for other in clauses.verbs[max(at - 1, 0) : at + 2]:
        before = other.end <= verb.start
        if other is verb or (other.negated or other.tense not in ("past", "present")):
            continue
        between = text[other.end : verb.start] if before else text[end : other.start]
        if between.strip() == "," and text[max(verb.start - 2, 0) : verb.start] == ", ":
            between = " "  # "a hearing, set for June 3, was put off"
        if re.search(r"[,;:—]|\b(?:and|but|as|when|after|because)\b", between) or not (before or not between.strip()):
            continue
        if before and not between.strip():
            continue
        if other.head in CANCELLING or "called off" in text[other.start : other.end + 4].lower():
            return "cancelled"
        if other.head in MOVING:
            return "moved"
    return None


_FEW = 20  # mentions of one happening, and what follows them, that are looked at


def _meet(first: Window | None, second: Window) -> bool:
    """Whether two windows have a day in common; an unknown one has."""
    if first is None:
        return True
    starts = [one.start for one in (first, second) if one.start]
    ends = [one.end for one in (first, second) if one.end]
    return not starts or not ends or max(starts) <= min(ends)


def acts_of(verb: Verb | None, subject: str) -> frozenset[str]:
    """The stems by which what a verb tells of is named: its own, or its subject's, where it only sets a date."""
    if verb is None or verb.head in PLAN | MOVING | SETTING | {"held", "place"}:
        return stems_of(subject)
    return frozenset({stem(verb.head)})
