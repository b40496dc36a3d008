"""The verb that governs a date: its tense, whether it reports, denies or makes a condition of what it says.

A shallow parse by word lists and word order, in one pass over a sentence: verb groups (auxiliaries, adverbs, head), the
clauses they stand in, and for a stretch of characters the group it belongs to: the verb before it in its clause, or the
one that follows where the stretch opens the clause or stands between subject and verb ("Boeing on Tuesday delivered").
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from eventfolio.events.article.verb_words import (
    ADJECTIVE_TOO,
    AUXILIARIES,
    BE_PAST,
    BE_PRESENT,
    BREAK,
    DENY,
    DO,
    FAIL,
    FILLER,
    HAVE,
    IF,
    INSIDE,
    INTEND,
    INTENDED,
    MODAL,
    NEVER_NOUN,
    NO_PLAN_BEFORE,
    NOT,
    NOT_PAST,
    NOUN_BEHIND,
    NOUN_TOO,
    OBJECT,
    PLAN,
    PLAN_PREPOSITION,
    PLANNED_FOR,
    PLURAL_PLAN,
    PLURAL_PRESENT,
    PRESENT,
    REFUSE,
    SAYING,
    VERB_PREFIX,
    WILL,
    WOULD,
    is_participle,
    is_past,
)

Tense = Literal["past", "present", "future", "would", "pledge", "modal", "unreal"]


@dataclass(frozen=True)
class Verb:
    """One verb group of a sentence; start, end: its characters.

    tense    : would: a future seen from the past; pledge: an act of the past that names a future one ("agreed to buy");
               modal: could, may, might; unreal: what was planned once and did not come ("had hoped to")
    head     : the last word of the group, lower case
    reports  : a verb of saying, whose date is that of the saying
    is_plan  : told with a word of planning, expecting or scheduling
    negated  : not, never, failed to, has yet to
    """

    start: int
    end: int
    tense: Tense
    head: str
    reports: bool = False
    is_plan: bool = False
    negated: bool = False
    bare: bool = False


_TOKEN = re.compile(
    rf"{VERB_PREFIX}-[a-z]+|[A-Za-z]+(?:['’][A-Za-z]+)?|[.,;:—–()\"“”?!]|\d[\d.,]*|-{{2,}}|_", re.ASCII | re.IGNORECASE
)


@lru_cache(maxsize=65_536)
def _word_of(token: str) -> str:
    """A token in lower case; "re-opened" as one word."""
    word = token.replace("’", "'").lower()
    return word.replace("-", "") if word[0].isalpha() else word


_FIRST = AUXILIARIES | FAIL | INTEND | INTENDED | PLANNED_FOR | PLURAL_PLAN | PLURAL_PRESENT | PRESENT | {"to", "set"}


@lru_cache(maxsize=65_536)
def _may_begin(word: str) -> bool:
    """Whether a verb group may begin with a word."""
    return word in _FIRST or is_past(word) or (len(word) > 4 and word.endswith("ed"))


_JOINING = {"and", "or", "that", "as", "but", "then", "it", "he", "she"}


def _is_plural(word: str) -> bool:
    """Whether a word may be the plural subject of a verb: "brokers", "officials", "people", "they"."""
    return (len(word) > 3 and word.endswith("s") and not word.endswith("ss")) or word in ("they", "we", "people", "who")


# what is refused as untrue: "rejected claims that", "rejected having sold"
_UNTRUE = re.compile(
    r"\b(?:that|having|claims?|reports?|allegations?|suggestions?|rumou?rs?|accusations?|speculation|notions?|\w{4,}ing)\b",
    re.IGNORECASE,
)
_CLAUSE = 200  # characters: what is further apart stands in different clauses


@lru_cache(maxsize=8)
def clauses_of(text: str) -> Clauses:
    """The clauses of a sentence; the last few are kept."""
    return Clauses(text)


class Clauses:
    """The verb groups of one sentence, and which of them a stretch of it belongs to."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = [(*t.span(), _word_of(t[0])) for t in _TOKEN.finditer(text)]
        self._starts = [token[0] for token in self._tokens]
        self.verbs = self._find()
        self.starts_of_verbs = [verb.start for verb in self.verbs]
        self._verb_ends = [verb.end for verb in self.verbs]
        self._denials = [verb for verb in self.verbs if verb.head in DENY]
        self._ifs = [start for start, _, word in self._tokens if word in IF]
        self._inverted = re.match(r"(?:But |And )?(?:Had|Should|Were) ", text) is not None

    def governing(self, start: int, end: int) -> Verb | None:
        """The verb group that a stretch of characters belongs to; None where there is no verb."""
        before = bisect_right(self._verb_ends, start) - 1
        after = bisect_left(self.starts_of_verbs, end)
        previous = self.verbs[before] if before >= 0 else None
        following = self.verbs[after] if after < len(self.verbs) else None
        if previous is None or following is None:
            return previous or following
        if self._opens_clause(start, previous) and self._same_clause(end, following.start):
            return following
        if self._stands_between(start, end, previous, following):
            return following
        return previous

    def is_denied(self, start: int) -> bool:
        """Whether a verb of denial stands before, so that what follows is what did not happen.

        Not so the day of the denial itself ("denied on Monday that"), nor what is refused ("rejected an offer in May").
        """
        if not self._denials or self._denials[0].end > start:
            return False
        between = self.text[self._denials[0].end : start]
        if not between.strip():
            return False
        return self._denials[0].head not in REFUSE or _UNTRUE.search(between) is not None

    def is_conditional(self, start: int) -> bool:
        """Whether the place lies in a clause that makes a condition."""
        if self._inverted:
            return True
        at = bisect_right(self._ifs, start) - 1
        if at < 0:
            return False
        if start - self._ifs[at] > _CLAUSE:
            return False
        between = self.text[self._ifs[at] : start]
        return not re.search(r"[,;—]", between)

    def _opens_clause(self, start: int, previous: Verb) -> bool:
        """Whether only little words stand between a clause's beginning and the place."""
        index = bisect_left(self._starts, start) - 1
        for _ in range(6):
            if index < 0:
                return True
            _, end, word = self._tokens[index]
            if end <= previous.end:
                return False
            if word in {",", ";", ":", "—", "–", "--", "_", '"', "“", "."}:
                return index > 0 and self._starts[index] >= previous.end
            if word not in FILLER:
                return word in BREAK
            if word in ("and", "but") and index and self._tokens[index - 1][2] == ",":
                return True
            index -= 1
        return False

    def _same_clause(self, end: int, start: int) -> bool:
        between = self.text[end:start] if start - end < _CLAUSE else ";"
        return not re.search(r";|—| -- |:", between)

    def _stands_between(self, start: int, end: int, previous: Verb, following: Verb) -> bool:
        """Whether the place stands between a subject and its verb: a noun before it, the verb right behind it."""
        if self.text.startswith("to ", following.start) or following.start - end > 20 or start - previous.end > _CLAUSE:
            return False
        between = self.text[end : following.start].strip()
        if between and not re.fullmatch(
            r"(?:also|then|again|finally|formally|officially|successfully|jointly)", between
        ):
            return False
        gap = self.text[previous.end : start]
        if not gap.strip() and previous.bare:
            return False  # "a duty imposed in 2010 was withdrawn"
        if re.search(r"\b(?:that|which|who|and|but|after|before|when|while)\b|[,;:]", gap):
            return not following.bare or bool(re.search(r"[,;]|\b(?:and|but|that)\b", gap))
        return not following.bare and not previous.reports

    # --- finding the groups -----------------------------------------------------------------------------------------

    def _find(self) -> list[Verb]:
        verbs: list[Verb] = []
        index = 0
        while index < len(self._tokens):
            found = self._group(index) if _may_begin(self._tokens[index][2]) else None
            if found is None:
                index += 1
                continue
            verb, index = found
            if not (verbs and self._is_object(verbs[-1], verb)):
                verbs.append(verb)
        return verbs

    def _is_object(self, previous: Verb, verb: Verb) -> bool:
        """Whether a third person is a plural noun, the object of the verb before: "had filed tax reports"."""
        if (
            verb.tense != "present"
            or verb.head not in PRESENT
            or previous.reports
            or " " in self.text[verb.start : verb.end]
        ):
            return False
        between = self.text[previous.end : verb.start].split()
        return len(between) <= 3 and all(word.isalpha() and word.lower() not in BREAK | _JOINING for word in between)

    def _group(self, index: int) -> tuple[Verb, int] | None:
        start, _end, word = self._tokens[index]
        if word == "may" and self.text[start] == "M" and (index > 0 or self._word(index + 1)[:1].isdigit()):
            return None  # the month
        if word in AUXILIARIES:
            return self._with_auxiliary(index)
        following = self._word(index + 1)
        if word in FAIL and following == "to":
            head = self._head_after(index + 2)
            return self._made(index, head, "past" if word.endswith("ed") else "present", negated=True)
        if word in INTEND and following == "to":
            return self._made(
                index, self._head_after(index + 2), "pledge" if word.endswith("ed") else "future", is_plan=True
            )
        if word == "to" and any(self._word(back) in INTEND for back in range(max(index - 5, 0), index)):
            return self._made(index, self._head_after(index + 1), "future", is_plan=True)
        if word in INTENDED and following == "to":
            head = self._head_after(index + 2)
            return self._made(index, head, "would", is_plan=True)
        if word == "set" and following == "to" and self._word(index - 1) not in ("the", "a"):
            return self._made(index, self._head_after(index + 2), "future", is_plan=True, bare=True)
        if word == "set" and following == "for":
            return self._made(index, index, "future", is_plan=True, bare=True)  # "a summit set for Lisbon"
        if word in PLANNED_FOR and self._word(index - 1) not in NO_PLAN_BEFORE and following in PLAN_PREPOSITION:
            head = self._head_after(index + 2) if following == "to" else index
            return self._made(index, head, "future", is_plan=True, bare=True)
        if is_past(word) or (len(word) > 4 and word.endswith("ed") and word not in NOT_PAST):
            return self._past(index, word)
        if word in PLURAL_PLAN and following in OBJECT and _is_plural(self._word(index - 1)):
            head = self._head_after(index + 2) if following == "to" else index
            return self._made(index, head, "future", is_plan=True)
        if word in PLURAL_PRESENT and self._word(index - 1) in ("they", "we", "which", "who"):
            return self._made(index, index, "present")
        if word in PRESENT:
            before = self._word(index - 1)
            if before in ("the", "a", "an", "its", "their", "of", "new", "two", "three", "to") or (
                before in FILLER and before != "also"
            ):
                return None
            return self._made(index, index, "present")
        return None

    def _past(self, index: int, word: str) -> tuple[Verb, int] | None:
        """A past form by itself, unless it stands as an adjective or as its noun ("the owned", "a cut")."""
        before = self._word(index - 1)
        if word in ADJECTIVE_TOO and before.endswith("ly"):
            return None  # "the privately owned bank"
        if before in NOUN_BEHIND and word not in NEVER_NOUN:
            return None
        if word in NOUN_TOO and (before in ("to", "a", "the") or not (before.isalpha() or before == ")")):
            return None
        negated = before == "not" or bool({before, self._word(index - 2)} & {"never", "neither", "hardly"})
        tense: Tense = "would" if word in ("planned", "scheduled") else "past"
        return self._made(index, index, tense, negated=negated, bare=word.endswith("ed"))

    def _with_auxiliary(self, index: int) -> tuple[Verb, int] | None:
        first = self._tokens[index][2]
        negated = first.endswith("n't") or first == "cannot"
        words = [first]
        head = index
        at = index + 1
        planned = infinitive = failing = False
        while at < len(self._tokens) and at - index <= 9:
            word = self._tokens[at][2]
            if word in NOT:
                negated = negated or not (word == "not" and self._word(at + 1) in ("only", "just", "merely"))
            elif word in INSIDE or word.endswith("ly"):
                infinitive = infinitive or word == "to"
            elif word in PLAN and "to" not in words and self._word(at + 1) != "a":
                planned, head = True, at
            elif word in FAIL and self._word(at + 1) == "to":
                failing, head = True, at
            elif word in ("about", "going", "on", "track", "yet", "able", "ready") and self._leads_to_verb(at):
                planned = planned or word in ("about", "going", "track", "ready")
                negated = negated or word == "yet"
            elif not word[0].isalpha():
                break
            else:
                if self._is_head(word, words, infinitive):
                    head = at
                    words.append(word)
                    if word in INTEND and self._word(at + 1) == "to":
                        planned = True
                        at += 1
                        continue
                break
            words.append(word)
            at += 1
        if head == index:
            words = words[:1]
        if "yet" in words and "to" in words and first in HAVE | BE_PRESENT | {"had"}:
            negated = True
        verb = self._made(
            index, max(head, index), self._tense(first, words, planned, infinitive, head), planned, negated or failing
        )
        return verb

    def _tense(self, first: str, words: list[str], planned: bool, infinitive: bool, head: int) -> Tense:
        if first in WOULD:
            return "unreal" if "have" in words[1:] else "would"
        if first in MODAL:
            return "modal"
        if first in WILL:
            return "future"
        if planned or (infinitive and first in BE_PRESENT):
            return "future" if first in BE_PRESENT | HAVE | DO else "unreal" if first == "had" else "would"
        if infinitive and first in BE_PAST:
            return "would"
        if first in BE_PRESENT | DO or (first in HAVE and len(words) == 1):
            return "present"
        return "past"

    def _is_head(self, word: str, words: list[str], infinitive: bool) -> bool:
        first = words[0]
        if first in WILL | WOULD | MODAL | DO or first in ("did", "didn't") or infinitive:
            return word not in BREAK
        participle = word.endswith(("ed", "ing", "en")) or is_past(word) or is_participle(word)
        if word in ("been", "when", "then", "seven", "ten", "eleven", "often", "even"):
            return False
        return participle or word.startswith("out")

    def _leads_to_verb(self, at: int) -> bool:
        return self._word(at + 1) == "to" or (self._word(at) == "on" and self._word(at + 1) == "track")

    def _head_after(self, at: int) -> int:
        while at < len(self._tokens) and (self._tokens[at][2] in INSIDE or self._tokens[at][2].endswith("ly")):
            at += 1
        return min(at, len(self._tokens) - 1)

    def _word(self, at: int) -> str:
        return self._tokens[at][2] if 0 <= at < len(self._tokens) else ""

    def _made(
        self, first: int, last: int, tense: Tense, is_plan: bool = False, negated: bool = False, bare: bool = False
    ) -> tuple[Verb, int]:
        head = self._tokens[last][2]
        begin = self._word(first)
        reports = (head in SAYING or begin in SAYING) and not (is_plan and tense == "future")
        return (
            Verb(self._tokens[first][0], self._tokens[last][1], tense, head, reports, is_plan, negated, bare),
            last + 1,
        )
