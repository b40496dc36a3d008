"""Which way a date without its year looks, by the verb that governs it and the nouns around it."""

from __future__ import annotations

import re

from eventfolio.events.article.clauses import Clauses, Verb
from eventfolio.events.article.date_grammar import DAYNAME
from eventfolio.events.article.verb_words import AWAITING, GRANTING, MOVING, SETTING
from eventfolio.events.dates.expression import Lean
from eventfolio.events.dates.period import MONTH

_DEADLINE = re.compile(r"[- ]*(?:\w+ )?(?:deadline|target|cutoff|expiry|due date)", re.IGNORECASE)
_DUE_BEFORE = re.compile(r"\b(?:deadline|due date)\b[^.;]*$", re.IGNORECASE)


def lean_of(verb: Verb | None, core: str, clauses: Clauses, start: int, end: int) -> Lean | None:
    """Which way a date without its year looks."""
    text = clauses.text
    words = text[start:end].lower()
    if _DEADLINE.match(text, end) or _DUE_BEFORE.search(text[max(start - 40, 0) : start]):
        return _lean_of_deadline(verb, text, start)
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
    if verb.head in MOVING and words.startswith("for ") and _IS_DAY.search(core):
        return "future"
    if verb.head in AWAITING:
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


_WENT_BY = re.compile(r"\b(?:miss(?:ed|es|ing)?|after|past|since|overran|breached)\b[^.,;]{0,40}$", re.IGNORECASE)


def _lean_of_deadline(verb: Verb | None, text: str, start: int) -> Lean | None:
    """Back where it was missed, ahead where something will or must come by it, else the nearest one."""
    if _WENT_BY.search(text[max(start - 60, 0) : start]):
        return "past"
    if verb is None or verb.start > start:
        return None
    must = re.match(r"(?:must|shall|ha(?:s|ve) to|needs? to)\b", text[verb.start : verb.end + 4], re.IGNORECASE)
    return "future" if must or verb.tense == "future" else None


_OWNER = re.compile(r"['’]s? \w")
_OF_TRADING = re.compile(r"['’]s (?:\w+ )?(?:close|closing|session|settlement|finish|low|high|levels?)\b")
# "an agreement to buy the firm in January"
_TO_DO = re.compile(
    r"\b(?:agreements?|deal|contracts?|offer|proposal|bid|decision|orders?|promise|commitment|permission|option|intention"
    r"|approval|pact|accord|talks|plans?|planning|invitation) to (?!the\b|a\b|an\b|its\b)[a-z]+\b[^.;,]{0,60}$"
)
_IS_DAY = re.compile(rf"{DAYNAME}|{MONTH} \d|\d {MONTH}", re.IGNORECASE)
