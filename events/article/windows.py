"""When a happening happens, and what makes that another window than the words of its date alone."""

from __future__ import annotations

import re

from eventfolio.events.article.clauses import Clauses, Verb
from eventfolio.events.article.mention import DateMention
from eventfolio.events.article.no_event import dates_a_clause
from eventfolio.events.article.verb_words import GRANTING, MOVING, SLIPPING
from eventfolio.events.article.wording import plain
from eventfolio.events.dates.edtf import Window, parse_edtf
from eventfolio.events.dates.expression import read_date
from eventfolio.events.dates.period import COUNT, UNIT
from eventfolio.events.errors import DateError

LAST_DAY = "the last day that is given"
_GIVEN = re.compile(r" (?:(?:[\w'’-]+ ){0,3})?")


def window_of(
    clauses: Clauses, verb: Verb | None, mention: DateMention, is_moved: bool = False
) -> tuple[Window, str | None]:
    """When it happens, and what made that another window than the words alone give.

    "Delayed until October" and "not due until October" are October; "has been suspended since 24 July", a state
    that lasts, is its beginning.

    is_moved : whether the sentence puts off what the verb plans: "postponed a sale set for May 3 to June 6"
    """
    window = mention.reading.window
    words = mention.reading.expression.lower()
    moved = verb is not None and verb.head in MOVING
    given = (
        words.startswith(("until ", "till "))
        and verb is not None
        and _GIVEN.fullmatch(clauses.text[verb.end : mention.start])
        and verb.head in GRANTING
        and clauses.text.startswith(" to ", mention.end)
    )
    if given:
        last = _bare(mention)
        return (parse_edtf(str(last.end)) if "end of" in words and last.end else last), LAST_DAY
    if is_moved or (words.startswith("from ") and verb is not None and verb.head in MOVING | SLIPPING):
        put_to = _last_of(mention)
        if put_to is not None:
            return put_to, "the date it was put to"
    if moved and words.startswith("by ") and _COUNTED_FROM.match(words):
        return _bare(mention), "the date it was put to"
    if (words.startswith(("until ", "till ", "to ")) or _is_for_a_day(words, mention, verb)) and (
        moved or (verb and verb.negated)
    ):
        return _bare(mention), "the date it was put to"
    if mention.lead and (window.start is None or window.end is None) and dates_a_clause(clauses, verb, mention):
        return _bare(mention), "the date of what happened then"
    if not words.startswith(("since ", "ever since ")) or verb is None:
        return window, None
    state = re.match(r"(?:has|have|had)\b", clauses.text[verb.start : verb.end], re.IGNORECASE)
    if state and window.end is None and window.start is not None:
        return parse_edtf(window.text.removesuffix("/..")), "the beginning of a state that lasts"
    return window, None


_COUNTED_FROM = re.compile(rf"by {COUNT}[ -]{UNIT} from ")
_TO = re.compile(r" (?:to|until|till) ", re.IGNORECASE)


def _last_of(mention: DateMention) -> Window | None:
    """The date that something was put to, of "from May 3 to June 6"; None where that is no day or month."""
    reading = mention.reading
    sides = _TO.split(reading.expression)
    end = reading.window.end
    if len(sides) != 2 or end is None or re.fullmatch(r"\d{4}", sides[1]):
        return None
    try:
        last = read_date(plain(sides[1]), end)
    except DateError:  # "from May 3 to 10"
        return parse_edtf(str(end)) if len(reading.window.text.split("/")[1]) == len("2024-05-10") else None
    return last.window if last.precision in ("day", "month", "quarter", "week") else None


def _is_for_a_day(words: str, mention: DateMention, verb: Verb | None) -> bool:
    """Whether "for Monday" is the day something was put to: "rescheduled its meeting for Monday"."""
    return words.startswith("for ") and mention.reading.precision == "day" and verb is not None and verb.head in MOVING


def _bare(mention: DateMention) -> Window:
    """The date itself, without the little word and the time of day before it."""
    side = mention.reading.window
    day = side.end or side.start
    assert day is not None  # dated
    try:
        return read_date(plain(mention.reading.expression[mention.lead :]), day).window
    except DateError:
        return side  # its words are read together only
