"""The status of a happening, how sure its reading is, and what speaks against it.

"high" is a promise: the words give the day or the month, the verb agrees, and nothing else could be meant.
"""

from __future__ import annotations

import re
from datetime import date

from eventfolio.events.article.clauses import Clauses, Verb
from eventfolio.events.article.happening import Confidence
from eventfolio.events.article.mention import DateMention
from eventfolio.events.article.ownership import is_verbs_own
from eventfolio.events.article.verb_words import CANCELLING, MOVING, SLIPPING
from eventfolio.events.dates.edtf import Window
from eventfolio.events.event import Status


def status_of(
    clauses: Clauses, verb: Verb | None, window: Window, on: date, begins: bool = False
) -> tuple[Status, list[str]]:
    """The status that fits verb and window, and what does not fit."""
    tense = verb.tense if verb else None
    group = clauses.text[verb.start : verb.end].lower() if verb else ""
    if (
        verb
        and (verb.head in CANCELLING or "called off" in clauses.text[verb.start : verb.end + 4])
        and tense in ("past", "present")
    ):
        return "cancelled", []
    ahead = tense in ("future", "would", "pledge", "modal")
    if (
        window.start
        and window.start > on
        and re.match(r"(?:was|were) (?:\w+ )?(?:to|due|scheduled|supposed|meant)\b", group)
    ):
        return "scheduled", ["told of a plan of the past"]
    if window.start and window.start > on:
        ahead = ahead or (verb is not None and verb.head in MOVING | SLIPPING) or begins
        return "scheduled", [] if ahead or tense == "present" else ["told as past, dated ahead"]
    if window.end and window.end < on:
        return "occurred", [] if tense == "past" or (tense == "pledge") else [
            "told as coming, dated before"
        ] if ahead else ["no past verb"]
    if tense == "past" or (tense == "present" and window.end is None):
        return "occurred", []
    if ahead:
        return "scheduled", []
    if tense == "present":
        ends = window.end is not None and window.end > on
        return ("scheduled" if ends or re.match(r"(?:is|are) \w+ing", group) else "occurred"), [
            "told in the present"
        ] if not ends else []
    return ("occurred" if window.start else "scheduled"), ["no verb says which"]


# A rule that chose: the nearest year, a day counted from another, "next Friday", "last May", a feast of one country.
_MAY_BE_ANOTHER = re.compile(
    r"nearest|reference date| another|week after or before|one of that name|of the United States"
)
_STALE = 5  # days: news of "Tuesday" on the Monday after may mean another than six days ago


_OPEN = re.compile(
    r"\b(?:subject to|pending|depending on|depends? on|contingent|conditional|permitting|tentative\w*|provisional\w*"
    r"|once \w+(?:ed|en)|after approval)\b",
    re.IGNORECASE,
)


def _is_open(clauses: Clauses, verb: Verb) -> bool:
    """Whether the words leave open that it comes so: subject to something, "should", a "would" that nobody said."""
    if re.match(r"(?:should|ought)\b", clauses.text[verb.start : verb.end], re.IGNORECASE):
        return True
    said = any(one.reports and one.start < verb.start for one in clauses.verbs)
    return (verb.tense == "would" and not (said or verb.is_plan)) or _OPEN.search(clauses.text) is not None


def confidence_of(
    clauses: Clauses,
    mention: DateMention,
    verb: Verb | None,
    window: Window,
    change: str | None,
    doubts: list[str],
    on: date,
    dates: int,
) -> Confidence:
    if doubts or window.approximate or verb is None:
        return "low"
    reading = mention.reading
    weekday = (
        "nearest day of that name" in reading.rule
        and verb.tense in ("past", "future")
        and (window.start is None or (on - window.start).days < _STALE)
        and not (window.start == on and verb.tense == "future")  # "will meet on Tuesday", written on a Tuesday
    )
    explicit = weekday or not _MAY_BE_ANOTHER.search(reading.rule)
    closed = window.start is not None and window.end is not None
    if not closed or change or window.precision not in ("day", "month"):
        return "medium"
    if explicit and dates == 1 and not _is_open(clauses, verb) and is_verbs_own(clauses, verb, mention, weekday):
        return "high"
    return "medium"
