"""Whether a date is surely that of the verb that governs it, and of no noun beside: what "high" asks for.

"Sold a plant built in March 2020", "upheld a May 3, 2023 ruling", "the day after Sunday's vote" and "cancelled the
launch on Saturday" hold a date that is, or may be, another's. What is not seen to be the verb's own is not sure.
"""

from __future__ import annotations

import re

from eventfolio.events.article.clauses import Clauses, Verb
from eventfolio.events.article.mention import DateMention
from eventfolio.events.article.stems import stem
from eventfolio.events.article.verb_words import (
    ACTING,
    AWAITING,
    CANCELLING,
    MOVING,
    PERMITTING,
    SETTING,
    is_participle,
    is_past,
)

_FURTHEST = 90  # characters between verb and date
_JOINING = re.compile(
    r"[;:—(\"]|\b(?:which|who|whom|whose|where|that|when|while|after|before|following|ahead|prior|since|until|because"
    r"|though|although|if|unless|and|but)\b",
    re.IGNORECASE,
)
# little words behind which a date says when: "on Monday", "at noon on Monday"; "of", "for" and "after" go with a noun
_SAYS_WHEN = re.compile(r"(?:on|in|at|noon|midnight|midday|\d.*)?", re.IGNORECASE)
# "the May 3 ruling", but "the 3rd of May"
_WITH_ARTICLE = re.compile(
    r"(?:an?|its|their|his|her|our|the(?! (?:\d|first|second|third|fourth|fifth|last))) ", re.IGNORECASE
)
# what may stand behind a date that is no noun's: "on Monday to vote"; all else may be the noun
_NO_NOUN_BEHIND = re.compile(
    r"\s*(?:$|[.,;:!?)\"”—–]|--)|[- ](?:and|or|but|to|for|with|by|in|on|at|of|from|that|which|who|when|after|before|as"
    r"|because|if|the|an?|its|their|it|he|she|they|we|is|was|were|are|has|had|have|will|would|could|may|said|says"
    r"|until|through|since|during|where|while|than|there|amid|despite|under|near|over|into|against|without|among"
    r"|between|following|ahead|alongside|via|about|around|outside|inside|across|along|not|\w+ly|\w+ing)\b|[- ][A-Z(]"
)
_OF_ANOTHER = re.compile(r"\b(?:for|to|of|on|about|against|over|towards?)\b", re.IGNORECASE)
_PLAIN_SAYING = frozenset(("said", "say", "says", "added", "stated"))  # what follows is a clause without "that"


def is_verbs_own(clauses: Clauses, verb: Verb, mention: DateMention, is_weekday: bool) -> bool:
    """Whether the words leave no doubt that a date is that of its verb.

    is_weekday : whether it is a weekday alone, which may as well be the next one as the last one
    """
    text = clauses.text
    lead, core = _parts(text, mention)
    if _WITH_ARTICLE.match(core) or re.match(r"['’]s? ?\w", text[mention.end :]):
        return False
    if _is_reduced(clauses, verb) or _runs_into_another(clauses, verb) or _is_questioned(clauses, verb):
        return False
    low, high = (verb.end, mention.start) if verb.end <= mention.start else (mention.end, verb.start)
    between = text[low:high]
    if len(between) > _FURTHEST or _JOINING.search(between):
        return False
    if low == mention.end:
        return bool(_SAYS_WHEN.fullmatch(lead)) and _is_before_its_verb(clauses, verb, mention, between)
    is_planned = verb.is_plan and lead == "for" and not between.strip()
    if not (is_planned or _SAYS_WHEN.fullmatch(lead)) or not _NO_NOUN_BEHIND.match(text, mention.end):
        return False
    if between.strip() and (verb.head in CANCELLING | MOVING or "called off" in text[verb.start : mention.start]):
        return False
    if _has_participle(between) or _TO_DO.search(between) or _is_of_a_thing_that_happened(verb, between):
        return False
    return not (is_weekday and _may_be_ahead(verb, between))


# nouns that have a date of their own: "condemned the attack on Monday"; by endings, and those without one
_HAPPENS = re.compile(
    r"\b(?:\w{2,}(?:[ts]ion|ment|ance|ence|ture|sure|[^c]ing|ery|osal|ival|awal|val)s?"
    r"|votes?|strikes?|walkouts?|attacks?|crash(?:es)?|fires?|blazes?|floods?|spills?|leaks?|match(?:es)?|games?|races?|raids?"
    r"|truces?|wars?|battles?|verdicts?|trials?|quakes?|storms?|blasts?|thefts?|coups?|riots?|protests?|march(?:es)?"
    r"|rall(?:y|ies)|visits?|summits?|talks|debates?|polls?|ballots?|referendums?|deals?|sales?|purchases?|takeovers?"
    r"|mergers?|bids?|offers?|launch(?:es)?|tests?|debuts?|deaths?|births?|victor(?:y|ies)|defeats?|loss(?:es)?|wins?"
    r"|cuts?|hikes?|rises?|falls?|drops?|moves?|days?|nights?|anniversar(?:y|ies)|parades?|parties|accidents?|incidents?"
    r"|murders?|killings?|arrests?|collapses?|outages?|breach(?:es)?|recalls?|orders?|bans?|laws?|pacts?|accords?|treat(?:y|ies)"
    r"|data|figures|results|reports?|news|speech(?:es)?|remarks|comments|interviews?|letters?|concerts?|shows?|festivals?"
    r"|fines?|payments?|approvals?|requests?|pleas?|petitions?|lawsuits?|suits?|claims?|disputes?|drills?|missions?|trips?|flights?)\b",
    re.IGNORECASE,
)
_ACTS = frozenset(stem(word) for word in ACTING)


def _is_of_a_thing_that_happened(verb: Verb, between: str) -> bool:
    """Whether a noun before the date has its own, of which the verb only speaks: "upheld the decision on"."""
    return stem(verb.head) not in _ACTS and _HAPPENS.search(between) is not None


def names_a_thing(text: str, mention: DateMention) -> bool:
    """Whether a date says which thing is meant: "the Jan. 6 committee"."""
    _, core = _parts(text, mention)
    return _WITH_ARTICLE.match(core) is not None and not _NO_NOUN_BEHIND.match(text, mention.end)


_TO_DO = re.compile(r"\bto (?!the\b|an?\b|its\b|their\b|his\b|her\b|one\b|two\b)[a-z]+(?<!s)\b")  # "asked it to lift"
_QUESTIONED = re.compile(
    r"\b(?:nearly|almost|all but|reportedly|allegedly|alleged|supposedly|apparently|probably|perhaps|maybe|possibly"
    r"|rumou?r\w*|false|falsely|untrue|wrongly|hoax|no evidence|whether)\b",
    re.IGNORECASE,
)


def _is_questioned(clauses: Clauses, verb: Verb) -> bool:
    """Whether the sentence says of what happened that it may not have: "it is not true that the mill closed"."""
    denied = any(one.negated for one in clauses.verbs if one.end <= verb.start)
    return denied or _QUESTIONED.search(clauses.text) is not None


def _parts(text: str, mention: DateMention) -> tuple[str, str]:
    core = mention.start + mention.lead
    return text[mention.start : core].strip(), text[core : mention.end]


def _may_be_ahead(verb: Verb, between: str) -> bool:
    """Whether a weekday may be that of what the verb is about: "was cleared for takeoff on Saturday"."""
    if verb.head in AWAITING | CANCELLING | MOVING:
        return True
    return bool(_OF_ANOTHER.search(between)) or (bool(between.strip()) and verb.head in PERMITTING | SETTING)


def _is_before_its_verb(clauses: Clauses, verb: Verb, mention: DateMention, between: str) -> bool:
    """Whether a date before its verb opens the clause, or stands right between a name and an active verb."""
    before = clauses.text[: mention.start].rstrip()
    if not before or re.search(r"(?:[,;:—–\"“(]|--|\b(?:and|but|that|said))$", before):
        return not _has_participle(between[: -len(between.split()[-1])] if between.split() else "")
    active = " " not in clauses.text[verb.start : verb.end]
    named = re.search(r"(?:^|\s)[A-Z][\w&.’'-]*$", before) is not None
    return active and named and not between.strip()


def _is_reduced(clauses: Clauses, verb: Verb) -> bool:
    """Whether a verb of one word may be a participle that says which thing is meant: "sold a plant built in March"."""
    if " " in clauses.text[verb.start : verb.end] and not verb.bare:
        return False
    if clauses.text[max(verb.start - 2, 0) : verb.start] == ", ":
        return True  # "the plant, built in March 2020, was sold"
    before = [one for one in clauses.verbs if one.end <= verb.start]
    if not before or before[-1].head in _PLAIN_SAYING:
        return False
    between = clauses.text[before[-1].end : verb.start]
    return bool(between.strip()) and not re.search(r"[,;:—]|" + _JOINING.pattern, between, re.IGNORECASE)


def _runs_into_another(clauses: Clauses, verb: Verb) -> bool:
    """Whether a verb of one word is followed by the clause's own: "the men jailed in Cairo were freed"."""
    if " " in clauses.text[verb.start : verb.end] or verb.head in _PLAIN_SAYING:
        return False
    after = next((one for one in clauses.verbs if one.start >= verb.end), None)
    if after is None:
        return False
    return not re.search(r"[,;:—]|" + _JOINING.pattern, clauses.text[verb.end : after.start], re.IGNORECASE)


def _has_participle(between: str) -> bool:
    """Whether a participle stands behind a noun: "a letter written in", "a fund investing in"."""
    words = re.findall(r"[\w-]+", between.lower())
    for at, word in enumerate(words[1:], start=1):
        ends = at + 1 == len(words) or words[at + 1] in _BEHIND_A_PARTICIPLE
        if ends and (word.endswith(("ed", "ing")) or is_past(word) or is_participle(word) or word in _DUE):
            return True
    return False


_DUE = frozenset(("due", "payable", "effective", "valid", "maturing"))  # "repaid a loan due 3 May"


_BEHIND_A_PARTICIPLE = frozenset(
    [
        "in",
        "on",
        "at",
        "by",
        "from",
        "for",
        "with",
        "to",
        "during",
        "since",
        "under",
        "last",
        "as",
        "a",
        "an",
        "the",
        "its",
    ]
)
