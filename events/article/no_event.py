"""Why a date of a sentence gives no event: what is denied, conditional, only possible, compared with or a name."""

from __future__ import annotations

import re
from datetime import date

from eventfolio.events.article.clauses import Clauses, Verb
from eventfolio.events.article.mention import DateMention
from eventfolio.events.article.verb_words import MOVING

# "up from 2008, when it made a loss": the year is that of the loss
WHEN = re.compile(r",? (?:when|(?:in|on|during) which) ")
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


def why_no_event(clauses: Clauses, verb: Verb | None, mention: DateMention, on: date) -> str | None:
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
    of_a_clause = dates_a_clause(clauses, verb, mention)
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


def dates_a_clause(clauses: Clauses, verb: Verb | None, mention: DateMention) -> bool:
    """Whether a clause of its own tells what happened then: "from 2008, when it made a loss"."""
    return verb is not None and verb.start >= mention.end and WHEN.match(clauses.text, mention.end) is not None


def _not_until(words: str, before: str) -> bool:
    """ "Not until October" says that it comes in October."""
    return (
        re.match(r"(?:until|till|before|earlier than) ", words, re.IGNORECASE) is not None and "until" in words.lower()
    )
