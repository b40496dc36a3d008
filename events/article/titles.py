"""Titles of drafted events: each names its subject, in a hundred characters at most."""

from __future__ import annotations

import re

from eventfolio.events.article.clauses import Verb
from eventfolio.events.article.date_grammar import DATELINE
from eventfolio.events.article.mention import DateMention

LONGEST_TITLE = 100  # characters
LONGEST_CONTEXT = 800  # characters of a sentence that are looked at for its kind and themes


def title_of(
    text: str, verb: Verb | None, mention: DateMention, subject: str, named: bool, inside: bool, deadline: str | None
) -> str:
    """A title that names its subject: the sentence, or its clause behind what it is about.

    inside : whether the subject stands in the sentence, though not in the clause
    """
    if dateline := DATELINE.match(text):
        text = " " * dateline.end() + text[dateline.end() :]
    words = " ".join(text[:LONGEST_CONTEXT].split())
    if deadline:
        said = mention.reading.expression.removeprefix("ahead of ").removeprefix("before ")
        return short(f"{_ARTICLE.sub('', said)} {deadline}: {words}")
    if verb is None or not subject:
        return short(words)
    start, end = min(verb.start, mention.start), max(mention.end, verb.end)
    clause = " ".join(text[start:end].split()) if end - start <= 2 * LONGEST_TITLE else words
    if not named and not inside:
        clause = words if len(words) <= 2 * LONGEST_TITLE else clause
        if _PRONOUN_FIRST.match(clause):
            clause = clause.split(" ", 1)[1]
        return short(f"{subject}: {clause[:1].lower() if not clause[:2].isupper() else clause[:1]}{clause[1:]}")
    if inside:
        return short(f"{subject}: {clause}")
    if len(words) > LONGEST_TITLE and mention.start >= verb.start:
        return short(f"{subject} {clause}")
    return short(words)


_ARTICLE = re.compile(r"^(?:the|a) ", re.IGNORECASE)
_PRONOUN_FIRST = re.compile(r"(?:It|They|He|She|This|These|Those)\b")


def short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"
