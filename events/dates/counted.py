"""Reads days and stretches that are counted from a day: "in two weeks", "ten days after May 3", "the week after May 3".

N units from, after, before X   the day so far from X; of a longer X from its end, before its beginning
the N units before, after X     a stretch that ends the day before X begins, or begins the day after it ends
for N units from X              a stretch that begins with X
within N units of X             X and the N units behind it
the Friday after X              the first day of that name after it; so the first Friday after, the last one before
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from eventfolio.events.dates.period import (
    COUNT,
    LAST,
    NEXT,
    UNIT,
    WEEKDAY,
    WEEKDAYS,
    Period,
    count_of,
    day_of,
    moved,
    step_of,
)

Read = Callable[[str, date], Period | None]
_ONE_DAY = timedelta(days=1)
_STRETCH = re.compile(
    rf"(?:the (?:(?P<n>{COUNT}) )?(?P<unit>{UNIT}) (?P<side>before|after|following|from)"
    rf"|for (?P<m>{COUNT})[ -](?P<of>{UNIT}) (?P<from>from|after)) (?P<day>.+)"
)
_BESIDE = re.compile(
    rf"(?:the )?(?:(?P<which>first|last) )?(?P<name>day|{WEEKDAY}) (?P<side>after|before|following) (?P<from>.+)"
)
_WITHIN = re.compile(rf"(?:within|inside) (?P<n>{COUNT})[ -](?P<unit>{UNIT}) (?:of|from|after) (?P<day>.+)")


def counted(text: str, on: date, read: Read) -> Period | None:
    """in two weeks, three months ago, two days before yesterday, the next 3 days, the week after May 3.

    read : of the day from which is counted
    """
    count = f"(?P<n>{COUNT})[ -](?P<unit>{UNIT})"
    if found := re.fullmatch(rf"{count}(?: from now| later|'? time|s' time)?", text) or re.fullmatch(
        rf"in {count}", text
    ):
        return day_of(moved(on, count_of(found["n"]), found["unit"]), "a day so far after the reference date")
    if found := re.fullmatch(rf"{count} (?:ago|earlier|back)", text):
        return day_of(moved(on, -count_of(found["n"]), found["unit"]), "a day so far before the reference date")
    if found := re.fullmatch(rf"{count} (?P<side>from|after|before) (?P<from>.+)", text):
        base = _base(found["from"], on, read)
        if base is None:
            return None
        before = found["side"] == "before"
        day = moved(base.start if before else base.end, count_of(found["n"]) * (-1 if before else 1), found["unit"])
        rule = f"a day so far {'before' if before else 'after'} another{_by_nearness(base)}"
        return replace(day_of(day, rule), doubt=base.doubt)
    if found := _BESIDE.fullmatch(text):
        if found["which"] == ("first" if found["side"] == "before" else "last"):
            return None  # the first Friday before a day is none
        return _beside(found["name"], found["side"] == "before", _base(found["from"], on, read))
    return stretch(text, on, read) or _stretch_from_today(text, on)


def stretch(text: str, on: date, read: Read) -> Period | None:
    """The two weeks before a day, the week after it, for ten days from it, within ten days of it."""
    is_within = found = _WITHIN.fullmatch(text)
    found = found or _STRETCH.fullmatch(text)
    base = _base(found["day"], on, read) if found else None
    if found is None or base is None or base.precision != "day":
        return None
    if is_within:
        last, first = moved(base.end, count_of(found["n"]), found["unit"]), base.start
        how = "a day and so many units behind it"
    elif found["from"] or found["side"] == "from":
        first = base.start + (_ONE_DAY if found["from"] == "after" else timedelta())
        count = found["m"] or found["n"]
        last = moved(first, count_of(count) if count else 1, found["of"] or found["unit"]) - _ONE_DAY
        how = "so many units from a day on"
    elif found["side"] == "before":
        first = moved(base.start, -count_of(found["n"] or "1"), found["unit"])
        last, how = base.start - _ONE_DAY, "so many units before a day"
    else:
        first = base.end + _ONE_DAY
        last, how = moved(first, count_of(found["n"] or "a"), found["unit"]) - _ONE_DAY, "so many units after a day"
    return Period(first, last, "range", f"{how}{_by_nearness(base)}", doubt=base.doubt)


def _stretch_from_today(text: str, on: date) -> Period | None:
    """The next 3 days, the past two years, 5 past years."""
    count = f"(?P<n>{COUNT})[ -](?P<unit>{UNIT})"
    found = re.fullmatch(rf"(?:the )?(?P<way>{NEXT}|{LAST}) {count}", text) or re.fullmatch(
        rf"(?:the )?(?P<n>{COUNT}) (?P<way>{NEXT}|{LAST}) (?P<unit>{UNIT})", text
    )
    if found is None:
        return None
    if step_of(found["way"]) > 0:
        first = on + _ONE_DAY
        last = moved(first, count_of(found["n"]), found["unit"]) - _ONE_DAY
        return Period(first, last, "range", "so many units from the day after the reference date")
    first = moved(on, -count_of(found["n"]), found["unit"])
    return Period(first, on - _ONE_DAY, "range", "so many units up to the day before the reference date")


def _base(text: str, on: date, read: Read) -> Period | None:
    """The day from which is counted, of words that may go on to name a thing by it: "the 7 May"."""
    return read(re.sub(r"^(?:the|its|their|an?) ", "", text), on)


def _by_nearness(base: Period) -> str:
    """What of a day's rule says that another year or week may be meant."""
    found = re.search(r"(?:of )?the nearest (?:year|day of that name)", base.rule)
    return f", {found[0]}" if found else ""


def _beside(name: str, is_before: bool, base: Period | None) -> Period | None:
    """The day, or the first day of a name, after or before another day; None where no day is named."""
    if base is None or base.precision != "day":
        return None
    way = -1 if is_before else 1
    days = 1 if name == "day" else ((WEEKDAYS[name[:3]] - base.start.weekday()) * way - 1) % 7 + 1
    rule = f"the {'day' if name == 'day' else 'first day of that name'} {'before' if is_before else 'after'} another"
    rule += _by_nearness(base)
    return replace(day_of(base.start + timedelta(days=days * way), rule), doubt=base.doubt)
