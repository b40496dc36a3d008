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


_STALE = 5  # days: news of "Tuesday" on the Monday after may mean another than six days ago


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
    )
    explicit = weekday or ("nearest" not in reading.rule and "reference date" not in reading.rule)
    explicit = explicit and " another" not in reading.rule  # counted from a day that is told
    closed = window.start is not None and window.end is not None
    if not closed or change or window.precision not in ("day", "month"):
        return "medium"
    if explicit and dates == 1 and is_verbs_own(clauses, verb, mention, weekday):
        return "high"
    return "medium"
