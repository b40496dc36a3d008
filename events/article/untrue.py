"""Denials that no "not" at the verb tells: nobody, no contract, neither, without signing, unlikely to, "is not true".

Each gives the reason why a date of the sentence is no event, in the words of `no_event`.
"""

from __future__ import annotations

import re

from eventfolio.events.article.clauses import Verb

_UNTRUE = re.compile(
    r"\b(?:not true|untrue|no truth|den(?:y|ies|ied|ying) having"
    r"|(?:dismiss|rebutt?|refut|rubbish|debunk)(?:ed|es|s|e)? (?:\w+ ){0,3}(?:reports?|claims?|rumou?rs?|speculation"
    r"|suggestions?|allegations?))\b"
    r"|\b(?:reports?|claims?|rumou?rs?|speculation|suggestions?) that\b[^;]{0,100} (?:is|are|was|were)"
    r" (?:wholly |simply )?(?:false|wrong|unfounded|baseless)\b",
    re.IGNORECASE,
)
# before its verb: "no plant shut", "none of them will", "neither won nor"; not "no fewer than ten", "no. 2", "no doubt"
_NOBODY = re.compile(
    r"(?:^|[.,;:—–] |\b(?:that|and|but|said|while) )"
    r"(?:no\b(?!\.| (?:fewer|less|more|later|sooner|longer|earlier|other|doubt|question|wonder|matter|surprise|\d)\b)"
    r"|none of|nobody|no one|neither\b|nothing|not (?:one|a single|any)\b)"
    r"(?: (?!but\b|that\b|who\b|which\b)[\w'’-]+){0,7} $"
    r"|\b(?:neither|nor) (?:\w+ ){0,2}$",
    re.IGNORECASE,
)
_UNDONE = re.compile(
    r"\b(?:without|(?:stop(?:ped|s)?|fell|falls?) short of|far from"
    r"|(?:bar(?:red|s)|prevent(?:ed|s)?|stop(?:ped|s)?|block(?:ed|s)?|ban(?:ned|s)|kept|prohibit(?:ed|s)?)"
    r"(?: [\w'’-]+){0,4} from"
    r"|(?:vot(?:ed|es)|decid(?:ed|es)|rul(?:ed|es)|advis(?:ed|es)) against)(?: \w+ly)? "
    r"(?!warn|anything|everything|meeting|fund)\w+ing\b[^.,;:—–]{0,60}$"
    # "did not, as reported, win in May"; "the order that it did not win in May"
    r"|\b(?:not|n['’]t|never), [^,;]{2,40}, [^.,;:—–]{0,40}$"
    r"|(?:\bdid not|\bdidn['’]t|\bnever|\bfailed to|\bcould not|\bcouldn['’]t) (?!only |just )\w+ $",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"(?:until|till|before|earlier than)\b", re.IGNORECASE)
_NO_PLAN = re.compile(
    r"\b(?:no (?:plans?|intention|need|reason|chance) (?:to|of)"
    r"|no longer (?:expects?|plans?|intends?|hopes?|wants?|aims?))\b"
    r"[^.,;:—–]{0,60}$",
    re.IGNORECASE,
)
_UNLIKELY = re.compile(r"\bunlikely\b[^.,;:—–]{0,60}$", re.IGNORECASE)
_NEVER_WAS = re.compile(r"\b(?:would|could|might)(?: \w+)? have \w+\b[^.,;:—–]{0,60}$", re.IGNORECASE)
_PROMISED = re.compile(
    r"\bhad (?:\w+ )?(?:promised|pledged|vowed|planned|scheduled)\b[^.,;]{0,30}$"
    r"|\b(?:yet to|not|n['’]t|never)\b[^.,;]{0,60}\b(?:promised|pledged)(?: \w+){0,2}\s*$",
    re.IGNORECASE,
)


def why_untrue(text: str, verb: Verb | None, start: int, is_past: bool) -> str | None:
    """Why what a sentence dates did not happen; None where nothing says so.

    start   : characters of the sentence before its date
    is_past : whether the date lies before the day of writing
    """
    if _UNTRUE.search(text):
        return "denied"
    if verb is None:
        return None
    ahead = text[max(start - 120, 0) : start]
    if _NOBODY.search(text[max(verb.start - 90, 0) : verb.start]) or (
        _UNDONE.search(ahead) and not _UNTIL.match(text, start)
    ):
        return "said not to happen" if verb.tense in ("future", "would") else "said not to have happened"
    if _NO_PLAN.search(ahead):
        return "said not to happen"
    if _UNLIKELY.search(text[max(start - 90, 0) : start]):
        return "possible only"
    if is_past and _NEVER_WAS.search(text[max(start - 90, 0) : start]):
        return "planned once, or never real"
    if is_past and _PROMISED.search(ahead):
        return "an earlier plan"
    return None
