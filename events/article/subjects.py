"""What a sentence is about: its subject, and what a pronoun or a bare participle stands for."""

from __future__ import annotations

import re
from functools import lru_cache

from eventfolio.events.article.clauses import Clauses, Verb
from eventfolio.events.article.date_grammar import DATELINE
from eventfolio.events.article.text import Sentence

_PRONOUN = re.compile(r"^(?:it|they|he|she|this|these|those|that|its|their|which|who)\b", re.IGNORECASE)
_DETERMINER = re.compile(r"^(?:the|a|an|its|their|his|her|our|this|these|that|those|some|both|all) ", re.IGNORECASE)
_ADVERBIAL = re.compile(
    r"^(?:(?:on|in|at|by|since|after|before|during|under|according to|as|for|with|despite|following|between|from"
    r"|last|this|next"
    r"|earlier|late|early|yesterday|today|meanwhile|however|but|and|also|so far|now|then|still|instead|separately"
    r"|once|until|when"
    r"|while|thus|to date|the (?:following|next|same|previous|preceding) \w+)"
    r"\b[^,]{0,80}, |(?:\w+ ){1,3}(?:days?|weeks?|months?|years?) (?:later|earlier|ago|before),? )+",
    re.IGNORECASE,
)
_PROPER = re.compile(r"[A-Z][\w&'’.-]*(?: (?:(?:of|and|de|for) )?[A-Z][\w&'’-]*)*(?: [a-z]+){0,2}")
_BREAKS = re.compile(
    r"[;:—]|\"|“|\b(?:that|while|when|because|although|whereas|and said|but|after|before|since|if|until|as)\b"
    r"|, and |, but "
)
_RELATIVE = re.compile(r"\b((?:the|a|an|its|their|this) (?:[\w'’-]+ ){0,3}?[\w'’-]+),? (?:that|which|who) $")
_LONGEST = 60  # characters of a subject


def subject_of(clauses: Clauses, verb: Verb | None) -> str:
    """The noun phrase before a verb in its clause, cut to its head; empty where there is none."""
    if verb is None:
        return ""
    text = clauses.text
    index = clauses.verbs.index(verb)
    previous = clauses.verbs[index - 1] if index else None
    if previous is not None and (
        text.startswith("to ", verb.start)
        or re.fullmatch(r"\W*(?:and|but|then|or|also|and then)?\W*", text[previous.end : verb.start])
    ):
        return subject_of(clauses, previous)  # "agreed to raise", "fell and closed": who agreed, what fell
    aside = previous is not None and previous.bare and text[max(previous.start - 2, 0) : previous.start] == ", "
    if aside and text[max(verb.start - 2, 0) : verb.start] == ", ":
        return subject_of(clauses, previous)  # "A strike, called for May, was averted": the strike
    start = max(verb.start - 160, previous.end if previous else 0)
    stretch = re.sub(r"\([^()]*\)", " ", text[start : verb.start])
    if start == 0:
        stretch = DATELINE.sub("", stretch, count=1) if DATELINE.match(stretch) else stretch
        stretch = _ADVERBIAL.sub("", stretch)
    breaks = list(_BREAKS.finditer(stretch))
    clause = stretch[breaks[-1].end() :] if breaks else stretch
    if relative := _RELATIVE.search(stretch):
        return _noun_phrase(relative[1])  # "claims from the flood that hit": the flood
    if found := re.search(r"\b(it|they|he|she|which|who|we)\W*$", clause, re.IGNORECASE):
        return found[1]
    parts = [part.strip(" ,") for part in re.split(r", |,$", clause) if part.strip(" ,")]
    if not parts:
        return subject_of(clauses, previous) if previous else ""
    return _noun_phrase(parts[-1] if previous else parts[0])


def _noun_phrase(words: str) -> str:
    phrase = re.sub(r"\s+", " ", words).strip(" \"'“”()_-")
    phrase = re.sub(
        r"^(?:with|and|of|from|in|at|on|by|for|as|over|under|after|before|the fact)(?: (?:over|more than|some))? ",
        "",
        phrase,
    )
    phrase = re.sub(r" (?:also|now|then|still|already|on|in|at|by|since|which|who|to|not|has|have|was|is)$", "", phrase)
    if len(phrase) > _LONGEST:
        phrase = phrase[:_LONGEST].rsplit(" ", 1)[0]
    return phrase


def has_pronoun(subject: str) -> bool:
    """Whether a subject leans on another sentence: "work on it"."""
    return re.search(r"\b(?:it|they|them|its|their|he|she|this|these)\b", subject, re.IGNORECASE) is not None


def is_named(subject: str) -> bool:
    """Whether a subject says what it is: neither missing nor a pronoun."""
    return bool(subject) and not _PRONOUN.match(subject)


@lru_cache(maxsize=256)
def referent(previous: Sentence | None) -> str:
    """What "it" of the next sentence stands for: what the sentence before says its subject is, else its subject."""
    if previous is None:
        return ""
    clauses = Clauses(previous.text[:600])
    first = clauses.verbs[0] if clauses.verbs else None
    copula = re.search(r"\b(?:is|was|are|were|remains|became) (?:the|a|an) ([^,.;]{3,80})", previous.text[:600])
    if copula and first and copula.start() <= first.end and (name := _PROPER.search(copula[1])):
        return name[0].strip()
    subject = subject_of(clauses, first)
    if is_named(subject):
        return subject
    found = _PROPER.search(previous.text[1:600])
    return found[0] if found else ""


def key_words(subject: str) -> frozenset[str]:
    """The words by which two mentions of a subject are told to be of one thing: content words, no plurals."""
    words = re.findall(r"[A-Za-z][\w&-]{2,}", _DETERMINER.sub("", subject))
    return frozenset(word.lower().rstrip("s") for word in words if word.lower() not in _COMMON)


_COMMON = {
    "the",
    "and",
    "for",
    "its",
    "their",
    "that",
    "this",
    "with",
    "from",
    "will",
    "has",
    "had",
    "was",
    "were",
    "company",
}
_COMMON |= {
    "said",
    "officials",
    "new",
    "first",
    "last",
    "next",
    "two",
    "three",
    "which",
    "who",
    "are",
    "been",
    "also",
    "year",
}
