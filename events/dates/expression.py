"""Reads date expressions of news into windows: "by mid-2026", "since 2024", "from May to September".

Every reading is an EDTF window, the precision of the period that was named, and the rule that was used. Periods are
read by `eventfolio.events.dates.relative`; here is what stands before and between them:

by, no later than X           open start, X included
until, till, before X         open start, ends the day before X begins (before the end of X: at its end)
through X                     open start, X included
since, from, as early as X    from the start of X on, open end
no earlier than, not before X the same
scheduled for, due on, delayed to, extended until X    X itself
after X                       from the day after X, open end
from A to B, between A and B  B a day: included; B longer: ends the day before B begins
from A through B, A-B         B included
within X                      from the day after the reference date to X; within N units of X, from X on
about X                       X, marked as approximate (~)

After a word of this list, mid-X is a point: by mid-2026 ends 2026-06-30, since mid-2026 starts 2026-07-01. These
follow Recognizers-Text (Microsoft, MIT) where it has a rule, but for a last day and "through", which are included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from eventfolio.events.dates.counted import stretch
from eventfolio.events.dates.edtf import Window, parse_edtf
from eventfolio.events.dates.period import COUNT, MONTH, UNIT, WEEKDAY, YEARS, Period, count_of, moved
from eventfolio.events.dates.relative import period_of
from eventfolio.events.errors import DateError, shown

_LONGEST = 200  # characters; longer text is no date
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reading:
    """How an expression is read.

    window    : first and last date, None where it is open; window.text is its EDTF
    precision : of the period named: day, week, weekend, month, quarter, half, season, year, decade, or range; of words
                that place nothing in the calendar: duration, set, present, past, future
    rule      : how it was read, in words
    doubt     : why it may be another date, in words; None where the words leave no room
    """

    expression: str
    window: Window
    precision: str
    rule: str
    doubt: str | None = None

    @property
    def is_dated(self) -> bool:
        """Whether it places something in the calendar: a duration or "now" does not."""
        return self.window.start is not None or self.window.end is not None


Lean = Literal["past", "future"]


def read_date(expression: str, on: date, lean: Lean | None = None) -> Reading:
    """Read one date expression.

    on     : the date it was written, from which relative words count
    lean   : where a month or weekday without a year may be the one before or after, which is meant; "since" leans to
             the past, "by" and "until" to the future by themselves; otherwise the nearest is taken
    Raises : DateError where it names no date, or one outside 1900 to 2100
    """
    text = _normal(expression)
    if not text or len(text) > _LONGEST:
        raise DateError("The expression is empty." if not text else "The expression is too long to be a date.")
    if on.year not in YEARS:
        raise DateError(f"The date it was written, {on}, lies outside the years {YEARS[0]} to {YEARS[-1]}.")
    text = _MOVED_TO.sub("", text)
    return _leaned(_read(expression, text, on), text, on, lean)


def _read(expression: str, text: str, on: date) -> Reading:
    """The reading of normal text, the nearest year or weekday where none is written."""
    for read in (_approximate, _before, _after, _within, _alone, _two_days, _range):
        found = read(text, on)
        if found is not None:
            return Reading(expression, parse_edtf(found[0]), found[1], found[2], found[3] if len(found) > 3 else None)
    raise DateError(
        f"'{shown(expression)}' names no date that can be read. Write it as: 17 June 2025, Q3 2025, second half of "
        "2026, by mid-2026, since 2024, in 18 months, from May to September 2025."
    )


_Read = tuple[str, str, str] | tuple[str, str, str, str | None]  # EDTF, precision, rule, doubt
# What a plan was moved to or stands at is the date itself, whatever the little word: "delayed until October".
_MOVED_TO = re.compile(
    r"^(?:(?:re)?scheduled|slated|planned|due|set|expected|booked|pencilled in|postponed|delayed|deferred|extended"
    r"|moved|pushed"
    r"(?: back| out)?|put (?:back|off)|brought forward)(?: for| to| until| till| on| in| at)? (?!by |no |not "
    r"|before |after |from )"
    r"|^(?:takes? effect|took effect|comes? into force|came into force)(?: on| in| from| as of)? "
)


_SOON = 60  # days: so near a day without its year is meant, whatever the verb; one far off carries its year


def _leaned(reading: Reading, text: str, on: date, lean: Lean | None) -> Reading:
    """The reading, or where it took the nearest year or weekday on the wrong side, the one on the other."""
    if "nearest" not in reading.rule:
        return reading
    if word := re.match(r"(ever since|since)|(?:by|until|till|no later than|not before|no earlier than) ", text):
        lean = "past" if word[1] else lean or "future"
    if re.search(r"\bended\b", text):
        lean = "past"
    first, last = reading.window.start or reading.window.end, reading.window.end or reading.window.start
    if reading.precision == "day" and "nearest year" in reading.rule and first and abs((first - on).days) <= _SOON:
        return reading
    step = (3, "days") if "nearest day of that name" in reading.rule else (6, "months")
    if reading.precision in ("quarter", "half", "season") or (reading.precision == "range" and step[1] == "months"):
        step = (12, "months")
    if reading.precision == "weekend":
        step = (4, "days")
    is_over = step[1] == "days" or re.search(r"\bended\b", text)  # "bought from May 3 to Thursday": by now
    if lean == "past" and reading.precision == "range" and is_over and first and last and first <= on < last:
        return _read(reading.expression, text, moved(on, -step[0], step[1]))
    is_open = reading.precision != "range" and re.match("from |starting |beginning ", text)
    if lean == "past" and first and first > on and not is_open:
        return _read(reading.expression, text, moved(on, -step[0], step[1]))
    if lean == "future" and last and last < on:
        return _read(reading.expression, text, moved(on, step[0] + (step[1] == "days"), step[1]))
    return reading


def _normal(expression: str) -> str:
    text = expression.casefold().replace("’", "'")
    text = re.sub(r"[‐‑‒–—―]", "-", text)
    return re.sub(r"\s+", " ", text).strip(" .,;:")


def _alone(text: str, on: date) -> _Read | None:
    period = period_of(text, on)
    return (_closed(period), period.precision, period.rule, period.doubt) if period else None


def _approximate(text: str, on: date) -> _Read | None:
    found = re.fullmatch(
        r"(?:(?:at |in |on )?(?:about|around|approximately|roughly|circa|ca\.?|c\.|almost|nearly|some|at least)"
        r"|sometime in|sometime around) (.+)",
        text,
    )
    period = period_of(found[1], on) if found else None
    if period is None:
        return None
    return (
        "/".join(f"{side}~" for side in _closed(period).split("/")),
        period.precision,
        f"about {period.rule}",
        period.doubt,
    )


def _before(text: str, on: date) -> _Read | None:
    """by, until, through, before."""
    counted = re.fullmatch(rf"(?:more than|over) ({COUNT})[ -]({UNIT}) (before .+|ago)", text)
    if counted:
        base = on if counted[3] == "ago" else _start_of(counted[3].removeprefix("before "), on)
        if base is None:
            return None
        last = moved(base, -count_of(counted[1]), counted[2]) - _ONE_DAY
        return f"../{last}", "day", "before a day so far before another"
    found = re.fullmatch(
        r"(by|no later than|not later than|at the latest by|on or before|up to and including|through"
        r"|until|till|up to|before|prior to|ahead of|earlier than) (.+)",
        text,
    )
    period = period_of(found[2], on) if found else None
    if found is None or period is None:
        return None
    word = found[1]
    if word not in ("until", "till", "up to", "before", "prior to", "ahead of", "earlier than"):
        return (
            f"../{_last(period)}",
            period.precision,
            f"{word}: open start, to the {_where(period, 'end')}",
            period.doubt,
        )
    if period.part == "late" and "end of" in found[2]:
        how = f"{word} the end: open start, to the end of {period.rule}"
        return f"../{_last(period)}", period.precision, how, period.doubt
    last_day = (_middle(period) or period.start) - _ONE_DAY
    return (
        f"../{_side(last_day, period, last=True)}",
        period.precision,
        f"{word}: open start, before the {_where(period, 'start')}",
        period.doubt,
    )


def _after(text: str, on: date) -> _Read | None:
    """since, from, after."""
    if found := re.fullmatch(rf"(after|later than|following(?! (?:{UNIT}|{WEEKDAY})$)|beyond) (.+)", text):
        period = period_of(found[2], on)
        if period is None:
            return None
        first = _middle(period) or period.end + _ONE_DAY
        return (
            f"{_side(first, period)}/..",
            period.precision,
            f"{found[1]}: open end, after the {_where(period, 'end')}",
            period.doubt,
        )
    found = re.fullmatch(
        r"(since|ever since|from|starting(?: in| from| on)?|beginning(?: in| on)?|as early as|as soon as|as of"
        r"|on or after|effective(?: from| on| as of)?|(?:no|not) (?:earlier|sooner) than|not (?:before|until|till)"
        r"|(?:at|from) the earliest(?: in| on)?) (.+?)(?: on| onwards?)?",
        text,
    )
    period = period_of(found[2], on) if found else None
    if found is None or period is None:
        return None
    start = _middle(period) or period.start
    how = f"{found[1]}: open end, from the {_where(period, 'start')}"
    return f"{_side(start, period)}/..", period.precision, how, period.doubt


def _within(text: str, on: date) -> _Read | None:
    found = re.fullmatch(rf"(?:within|inside) (?:the )?(?:next )?({COUNT})[ -]({UNIT})", text)
    if found is None:
        told = stretch(text, on, period_of) if text.startswith(("within ", "inside ")) else None
        return (_closed(told), "range", f"within: {told.rule}", told.doubt) if told else None
    last = moved(on, count_of(found[1]), found[2])
    return f"{on + _ONE_DAY}/{last}", "range", "within: from the day after the reference date"


_JOINTS = {"to": False, "till": False, "until": False, "and": False, "through": True, "thru": True, "-": True}


def _range(text: str, on: date) -> _Read | None:
    """Every way to cut the text at a joint is tried, so that a dash inside a date does no harm."""
    if found := re.fullmatch(r"(?:in |during )?(\d{4})-(\d\d)", text, re.ASCII):  # 2024-25, but 2024-06 is a month
        first, last = int(found[1]), int(found[1][:2] + found[2])
        return (f"{first}/{last}", "range", "years") if int(found[2]) > 12 and last > first else None
    lead = re.match(r"(?:from|between|during|in|on) ", text)
    body = text[lead.end() :] if lead else text
    led = lead[0].strip() if lead else ""
    for joint in re.finditer(r" (to|till|until|through|thru|and) | ?(-) ?", body):
        word = joint[1] or joint[2]
        if (word == "and") != (led == "between"):
            continue
        ends = _ends(body[: joint.start()].strip(), body[joint.end() :].strip(), on)
        if ends is None:
            continue
        first_period, last_period = ends
        included = (
            _JOINTS[word] or last_period.part is not None or (last_period.precision == "day" and word in ("to", "and"))
        )
        last_day = last_period.end if included else last_period.start - _ONE_DAY
        if last_day < first_period.start:
            continue
        start = _side(first_period.start, first_period)
        end = _last(last_period) if included else _side(last_day, last_period, last=True)
        how = "the last included" if included else "up to the beginning of the last"
        how += ", the nearest day of that name" if "nearest day of that name" in last_period.rule else ""
        return f"{start}/{end}", "range", f"from one to another, {how}"
    return None


_TWO_DAYS = re.compile(
    rf"(?:on )?(?P<m1>{MONTH} )?(?P<d1>\d{{1,2}}(?:st|nd|rd|th)?) (?:and|or) (?P<d2>\d{{1,2}}(?:st|nd|rd|th)?)"
    rf"(?P<m2> {MONTH})?(?P<year>,? \d{{4}})?"
)


def _two_days(text: str, on: date) -> _Read | None:
    """Two days of a month, as "June 6 and 7, 2025" or "6 or 7 June": either may be the day."""
    found = _TWO_DAYS.fullmatch(text)
    if found is None or bool(found["m1"]) == bool(found["m2"]):
        return None
    month = (found["m1"] or found["m2"]).strip()
    first, last = (period_of(f"{month} {found[d]}{found['year'] or ''}", on) for d in ("d1", "d2"))
    if first is None or last is None or last.start <= first.start:
        return None
    apart = None if last.start - first.start == _ONE_DAY else "two days, not all that lie between"
    return f"{first.start}/{last.start}", "range", "two days, either of which may be it", apart or first.doubt


def _ends(first: str, last: str, on: date) -> tuple[Period, Period] | None:
    """Both sides of a range, each completed by the other: "June 3-5, 2025", "May to September 2025"."""
    year = re.search(r",? ?\b(\d{4})$", last)
    if year and not re.search(r"\d{4}", first) and re.search(r"[a-z]|/", first):
        first = f"{first} {year[1]}"
    month = re.match(r"([a-z]+\.?) \d", first)
    if month and re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?", last):
        last = f"{month[1]} {last}"  # June 3-5
    named = re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)? ([a-z]+\.?)(.*)", last)
    if named and re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)?", first):
        first = f"{first} {named[1]}{named[2]}"  # 3-5 June
    one, other = period_of(first, on), period_of(last, on)
    if one is None or other is None:
        return None
    if other.end < one.start and not re.search(r"\d{4}", last):
        by_name = other.precision == "day" and "day of that name" in other.rule
        # from Friday to Monday: the first one after it; from November to February
        other = period_of(last, one.start + timedelta(days=4) if by_name else moved(one.start, 5, "months"))
    return (one, other) if other else None


def _start_of(text: str, on: date) -> date | None:
    period = period_of(text, on)
    return period.start if period else None


def _closed(period: Period) -> str:
    return period.edtf or (f"{period.start}/{period.end}" if period.start != period.end else str(period.start))


def _middle(period: Period) -> date | None:
    """Of a middle third: the first date of the second half of its period; None of anything else."""
    if period.part != "mid":
        return None
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1
    if period.start.day == 1 and months % 2 == 0:
        return moved(period.start, months // 2, "months")
    days = (period.end - period.start).days + 1
    return period.start + timedelta(days=days // 2)


def _where(period: Period, side: str) -> str:
    """The point of a period that counts, in words."""
    return f"middle of a {period.precision}" if period.part == "mid" else f"{side} of {period.rule}"


def _last(period: Period) -> str:
    """The end of a period as EDTF; of a middle, the middle itself."""
    if middle := _middle(period):
        return _side(middle - _ONE_DAY, period, last=True)
    return (
        period.edtf
        if period.edtf and period.precision in ("day", "month", "year")
        else _side(period.end, period, last=True)
    )


def _side(day: date, period: Period, last: bool = False) -> str:
    """One side of an interval, as coarse as the period and the day allow: a year, a month or a day."""
    beside = day + _ONE_DAY if last else day
    if period.precision in ("day", "week", "weekend", "range") or beside.day != 1:
        return day.isoformat()
    if period.precision in ("year", "decade") and beside.month == 1:
        return f"{day.year:04}"
    return f"{day:%Y-%m}"
