"""Why a date of a sentence gives no event: what is denied, conditional, only possible, compared with or a name."""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import date

from eventfolio.events.article.clauses import Clauses, Verb
from eventfolio.events.article.date_grammar import NUMBER
from eventfolio.events.article.mention import DateMention
from eventfolio.events.article.untrue import why_untrue
from eventfolio.events.article.verb_words import FILLER, MOVING
from eventfolio.events.dates.period import MONTH, UNIT

# "up from 2008, when it made a loss": the year is that of the loss
WHEN = re.compile(r",? (?:when|(?:in|on|during) which) ")
_COMPARED = re.compile(
    r"(?:\b(?:(?<!earlier )(?<!later )(?<!sooner )than"
    r"|versus|vs\.?|against|compared (?:with|to)|unlike|as in|like)(?: (?:in|on|at|during|the|those in|those on|that of"
    r"|for|that in|that on|it was in))*"
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
    r"\b(?:originally|initially|previously|once|first(?= (?:planned|scheduled|set|due|slated|expected)\b)"
    r"|instead of|rather than|and not|but not|had been)\b[^.;,]{0,60}$",
    re.IGNORECASE,
)
_IN_PASSING = re.compile(
    r"(?:(?:in|over|during|for|by|through|throughout|of) )?(?:the )?(?:year|month|week|quarter|full year)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|a) ", re.IGNORECASE)
_LETTERS = re.compile(r"[a-z]{3,}")
_PUT_TO = re.compile(r"\b(?:to|until|till) [^;]{2,40} from $")  # "put off to June 6 from May 3"
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
    ends = mention.reading.window.end
    if untrue := why_untrue(text, verb, mention.start, ends is not None and ends < on):
        return untrue
    if _waits_for_a_condition(clauses, verb, mention):
        return "a condition, no statement"
    if _DENIED.search(before):
        return "another date is said to be meant"
    if _is_name(clauses, core, mention.end, bool(mention.lead)):
        return "a name, no date"
    if (
        _GOES_ON.match(text, mention.end)
        or _BEGAN.search(text[max(core - 24, 0) : core])
        or (_COUNTING_FROM.fullmatch(text[mention.start : core]) and _COUNTED.search(text[max(core - 60, 0) : core]))
        or (mention.reading.precision == "day" and _COUNTED_ON.search(text[max(core - 40, 0) : core]))
        or _NTH_OF.search(text[max(core - 40, 0) : core])
    ):
        return "a part of a phrase that is not read whole"
    if verb and verb.start >= mention.end and verb.tense in _OPEN and _OF_A_PAPER.search(before):
        return "it says which thing is meant"
    if verb and verb.negated and not _not_until(words, before):
        return "said not to happen" if verb.tense in ("future", "would") else "said not to have happened"
    if verb and verb.tense == "modal" and not _OUGHT.match(text, verb.start):
        return "possible only"
    if verb and verb.tense == "unreal":
        return "planned once, or never real"
    if _SUPERSEDED.search(before[-70:]) and _PLANNED.search(before[-70:] + words):
        return "an earlier plan"
    if verb and verb.head in MOVING and words.lower().startswith("from ") and _PUT_TO.search(text[verb.end : core]):
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


# "and not on May 3", "instead of in May": not "not until May", which says that it comes then
_DENIED = re.compile(r"\b(?:instead of|rather than|not) (?:(?:on|in|at|for|from|during) )?(?:the )?$", re.IGNORECASE)
# "on Friday week", "in March 2025 or later", "Monday of the week before"
_GOES_ON = re.compile(
    r",? at the (?:very )?(?:earliest|latest|soonest)\b"
    r"|,? (?:or|and) (?:later|earlier|sooner|after|afterwards?|before|beyond|thereafter)\b"
    r"|(?<=day) (?:week|fortnight)\b(?!-)"
    r"|,? (?:of|in) the (?:week|month|year) (?:before|after|earlier|later)\b"
    r"|,? the (?:week|month|year) (?:before|after)\b"
    r"|(?<=\d) (?:and|or) \d{1,2}(?:st|nd|rd|th)?(?=[.,;)]| (?:\d{4}|in\b|at\b|for\b|to\b)|$)",
    re.IGNORECASE,
)
# "a week on Saturday", "on the eve of May 3"
_BEGAN = re.compile(
    r"\b(?:an?|one|two|three|four) (?:weeks?|fortnights?) (?:on |this |next )?$|\beve of (?:the )?$", re.IGNORECASE
)
_COUNTING_FROM = re.compile(r"(?:after|before|following|prior to|ahead of) ", re.IGNORECASE)
# "at least ten days from", "within ten business days of"
_COUNTED_ON = re.compile(
    rf"\b(?!(?<=s )an? ){NUMBER}[ -](?:\w+ )?{UNIT} (?:from|of|after|before) (?:the |its )?$",
    re.IGNORECASE,
)
# "ten days after", "the day before", "the first Monday after"; "this week after the vote" counts nothing
_COUNTED = re.compile(
    r"(?:(?<!this )(?<!last )(?<!next )(?<!past )\b(?:hours?|days?|weeks?|fortnights?|months?|quarters?|years?)"
    r"|\bthe (?:\w+ )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|weekend|night|morning|evening)"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days)"
    r"(?: or (?:so|more|less))? (?:after|before|following|prior to|ahead of) $",
    re.IGNORECASE,
)
# "the penultimate Friday of August", "the first working day of July"
_NTH_OF = re.compile(
    r"\b(?:(?:penultimate|second[- ]last|second[- ]to[- ]last|next[- ]to[- ]last) \w+"
    r"|(?:working|business|trading|banking) days?) (?:of|in) (?:the )?$",
    re.IGNORECASE,
)
# "according to a filing on Friday, it will sell": the day of the filing
_OF_A_PAPER = re.compile(
    r"\b(?:according to|in) (?:an?|the|its|their|his|her) (?:\w+ ){0,3}"
    r"(?:filing|statement|report|interview|letter|release|memo|briefing|note|document|speech|post)"
    r"(?: (?:issued|released|published|dated|made|sent|given|seen|filed))? (?:on |late |early |dated )*$",
    re.IGNORECASE,
)

_CONDITION_BEHIND = re.compile(
    r"[^.;:—]{0,50}?(?<!even)(?<!as)(?<!only)[ ,](?:only )?(?:if|unless|provided|assuming|so long as|as long as)\b"
)
_CONDITION_AHEAD = re.compile(
    r"(?:^|[,;—] |\b(?:and|but|that|said) )(?:[Oo]nly )?(?:[Ii]f|[Uu]nless|[Pp]rovided|[Aa]ssuming) [^;—]{2,160}?,"
)
_WHETHER = frozenset(("ask", "check", "decide", "decides", "determine", "know", "learn", "rule", "see", "vote"))
_OPEN = ("future", "would", "modal", "pledge", "present")


def _waits_for_a_condition(clauses: Clauses, verb: Verb | None, mention: DateMention) -> bool:
    """Whether what is to come depends on a condition told before or behind: "will open on June 6 if approved"."""
    if verb is None or verb.tense not in _OPEN or verb.reports or verb.head in _WHETHER:
        return False
    behind = clauses.text[mention.end : mention.end + 80]
    if _CONDITION_BEHIND.match(behind):
        return True
    return _CONDITION_AHEAD.search(clauses.text[max(mention.start - 240, 0) : mention.start]) is not None


_WEEKDAY = re.compile(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
_CAPITALISED = re.compile(r"(?:^|[^\w’'-])([A-Z][\w’'.&-]*) $")
_IN_A_PLACE = re.compile(r"\b(?:in|at|near|from|to) (?:[A-Z][\w’'.-]* ){1,3}$")  # "met in Lisbon Monday"


_NO_NAME = FILLER | {
    "this",
    "last",
    "next",
    "late",
    "early",
    "but",
    "each",
    "every",
    "its",
    "their",
    "his",
    "her",
    "our",
}


def _is_name(clauses: Clauses, start: int, end: int, is_led: bool) -> bool:
    """Whether a weekday or a month is part of a name: "Super Tuesday", "The Monday Group", "August Home".

    start, end : characters of its expression, without the little word before it; is_led: whether it has one
    """
    text = clauses.text
    article = re.match(r"(?:the|an?) ", text[start : start + 4], re.IGNORECASE)
    start += len(article[0]) if article else 0
    if _MONTH.fullmatch(text, start, end):
        return _is_month_of_a_name(clauses, start, end, is_led, article is not None)
    if not _WEEKDAY.match(text, start):
        return False
    if article:
        return re.match(r" [A-Z]", text[end : end + 2]) is not None
    before = text[max(start - 60, 0) : start]
    capital = None if is_led else _CAPITALISED.search(before)
    if capital is None or capital[1].endswith(("'s", "’s", "s'", "s’")):
        return False
    return capital[1].lower().rstrip(".") not in _NO_NAME and not _IN_A_PLACE.search(before)


_MONTH = re.compile(MONTH, re.IGNORECASE)
_NAMED_ON = re.compile(r"(?: (?:(?:of|and|&) )?[A-Z][a-z][\w’'.-]*)+")


def _is_month_of_a_name(clauses: Clauses, start: int, end: int, is_led: bool, has_article: bool) -> bool:
    """Whether a name goes on behind a month, up to a verb or a stop, or leads to it: "the Red October mill"."""
    text = clauses.text
    if is_led and not has_article:
        return False
    if behind := _NAMED_ON.match(text, end):
        after = bisect_left(clauses.starts_of_verbs, behind.end())
        ends = "'" in behind[0] or "’" in behind[0] or re.match(r"\W*(?:$|[.,;:)])", text[behind.end() :]) is not None
        return ends or (after < len(clauses.verbs) and clauses.verbs[after].start <= behind.end() + 1)
    capital = _CAPITALISED.search(text[max(start - 60, 0) : start])
    if capital is None or has_article or capital[1].endswith(("'s", "’s", "s'", "s’")):
        return False
    return capital[1].lower().rstrip(".") not in _NO_NAME and not _IN_A_PLACE.search(text[max(start - 60, 0) : start])


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
