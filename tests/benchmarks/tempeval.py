"""Scores the dates found in a folder of TimeML articles, as TempEval-3 task A does (UzZaman et al. 2013).

usage: tempeval.py FOLDER… [--show]

FOLDER holds *.tml (TimeBank and AQUAINT for training, the platinum set for the test; none is shipped here). An
expression is found where the characters overlap (relaxed match); its value is right where it is the gold string. Every
type counts: dates, times, durations, sets. A value is made from the window that the reader gives, in the conventions of
TIMEX3: "the past three months" is P3M there, though here it is a window too. Of gold values the time of day is cut off,
since the reader gives days, and trailing X ("1949-XX" of some annotators, "199X") are taken as not written.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

from eventfolio.events.article.mention import DateMention
from eventfolio.events.article.mentions import dates_in
from eventfolio.events.article.text import clean, sentences_of
from eventfolio.events.dates.expression import Reading, read_date
from eventfolio.events.dates.period import COUNT, count_of
from eventfolio.events.errors import DateError

_COUNTED = re.compile(
    rf"(?:(?:next|past|last|coming|previous|first|final|within(?: the next)?|in) )?(?P<n>{COUNT}|\d+) (?:\w+ )?"
    r"(?P<unit>day|week|month|quarter|year|decade)s?(?: (?:to|ended|ending|of|in) .+)?$",
    re.IGNORECASE,
)
_UNITS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
_SEASONS = {"21": "SP", "22": "SU", "23": "FA", "24": "WI"}


def value_of(mention: DateMention, on: date) -> str:
    """The TIMEX3 value of a mention."""
    reading = mention.reading
    if not reading.is_dated:
        return reading.window.text.split("T")[0] if reading.precision == "time" else reading.window.text
    words = re.sub(r"^(?:the|its|their) ", "", reading.expression[mention.lead :], flags=re.IGNORECASE)
    if found := _COUNTED.fullmatch(words):
        unit, count = found["unit"].lower(), count_of(found["n"].lower())
        if reading.precision == "range":
            return f"P{10 * count}Y" if unit == "decade" else f"P{count}{_UNITS[unit]}"
    if found := re.match(r"(?:full |fiscal )?(week|quarter|year) end(?:ed|ing)", words, re.IGNORECASE):
        quarter = f"{reading.window.end:%Y}-Q{(reading.window.end.month + 2) // 3}" if reading.window.end else ""
        return quarter if found[1].lower() == "quarter" else f"P1{_UNITS[found[1].lower()]}"
    return _named(_closed(reading, words, on))


_JOINT = re.compile(r" (?:to|until|till|through|and|ended|ending|of) (?:on )?")


def timexes_of(mention: DateMention, on: date) -> list[tuple[int, int, str]]:
    """First character, end and value of each expression that TimeML marks in a mention.

    It marks both ends of a range, and the day that a period ends with: "from [June 3] to [June 5]",
    "[the quarter] ended [Sept. 30]".
    """
    words, low = mention.reading.expression[mention.lead :], mention.start + mention.lead
    for joint in _JOINT.finditer(words) if mention.reading.precision == "range" else ():
        last = _side(words[joint.end() :], mention, on, is_last=True)
        if last is None:
            continue
        is_period = re.match(r" (?:ended|ending|of) ", joint[0])
        first = None if is_period else _side(words[: joint.start()], mention, on, is_last=False)
        first = first or value_of(mention, on)
        end = low + joint.start()
        return [(mention.start, end, first), (low + joint.end(), mention.end, last)]
    return [(mention.start, mention.end, value_of(mention, on))]


def _side(words: str, mention: DateMention, on: date, is_last: bool) -> str | None:
    """The value of one side of a range, of the year in which it lies; None where it is no date by itself."""
    window = mention.reading.window
    edge = (window.end if is_last else window.start) or window.start or window.end
    assert edge is not None  # dated
    day = re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)?", words)
    if day:  # "June 3 to 5"
        return edge.isoformat() if is_last else None
    for lean in (None, "past", "future"):
        try:
            reading = read_date(words, on if lean else edge, lean)  # type: ignore[arg-type]
        except DateError:
            return None
        first, last = reading.window.start, reading.window.end
        if first and last and first - timedelta(days=1) <= edge <= last:
            return _named(reading)
    return None


def _closed(reading: Reading, words: str, on: date) -> Reading:
    """The period that an open window is open from or to."""
    window = reading.window
    side = window.start or window.end
    if side is None or (window.start and window.end):
        return reading
    for lean in (None, "past", "future"):
        try:
            inner = read_date(words, on, lean)  # type: ignore[arg-type]
        except DateError:
            continue
        first, last = inner.window.start, inner.window.end
        if first and last and first - timedelta(days=1) <= side <= last + timedelta(days=1):
            return inner
    return reading


def _named(reading: Reading) -> str:
    text, first = re.sub("[~?%]", "", reading.window.text), reading.window.start or reading.window.end
    assert first is not None  # dated
    precision = reading.precision
    if precision == "day":
        return first.isoformat()
    if precision in ("week", "weekend"):
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02}" + ("-WE" if precision == "weekend" else "")
    if precision == "month":
        return f"{first:%Y-%m}"
    if precision == "decade":
        return f"{first.year // 10}"
    code = text[5:7] if re.fullmatch(r"\d{4}-\d\d", text) else ""
    if code in _SEASONS:
        return f"{first.year}-{_SEASONS[code]}"
    if precision == "quarter":
        return f"{first.year}-Q{(first.month + 2) // 3}"
    if precision == "half":
        return f"{first.year}-H{(first.month + 5) // 6}"
    return f"{first.year}" if precision == "year" else text.split("/")[0]


def _gold(root: ElementTree.Element) -> tuple[str, list[tuple[int, int, str, str]]]:
    """The text of an article, and each expression: first character, end, type, value."""
    pieces: list[str] = []
    found: list[tuple[int, int, str, str]] = []

    def walk(element: ElementTree.Element) -> None:
        start = sum(map(len, pieces))
        pieces.append(element.text or "")
        for child in element:
            walk(child)
            pieces.append(child.tail or "")
        if element.tag == "TIMEX3":
            value = re.sub(r"(?<=\d\d)T.*$|(?:-XX)+$|(?<=^\d\d\d)X$", "", element.get("value", ""))
            value = re.sub(r"-W(\d)$", r"-W0\1", value)
            found.append((start, sum(map(len, pieces)), element.get("type", ""), value))

    body = root.find("TEXT")
    if body is not None:
        walk(body)
    return "".join(pieces), found


def main(arguments: list[str]) -> None:
    show = "--show" in arguments
    hit = spurious = missed = right = 0
    lines: list[str] = []
    kinds: Counter[str] = Counter()
    for path in [path for one in arguments if not one.startswith("--") for path in sorted(Path(one).glob("*.tml"))]:
        try:
            root = ElementTree.parse(path).getroot()
        except ElementTree.ParseError:
            continue
        stamp = root.find("DCT/TIMEX3")
        if stamp is None or not re.match(r"\d{4}-\d\d-\d\d", stamp.get("value", "")):
            continue
        on = date.fromisoformat(stamp.get("value", "")[:10])
        text, gold = _gold(root)
        mine: list[DateMention] = []
        marks: list[tuple[int, int, str, DateMention]] = []
        for sentence in sentences_of(clean(text), 0, frozenset({"\n"})):
            found = dates_in(sentence.text, on, None, mine[-8:])
            mine += found
            for one in found:
                for low, high, value in timexes_of(one, on):
                    marks.append((sentence.start + low, sentence.start + high, value, one))
        used: set[int] = set()
        for first, end, kind, value in gold:
            at = next(
                (i for i, (low, high, *_) in enumerate(marks) if low < end and high > first and i not in used), None
            )
            around = " ".join(text[max(0, first - 60) : end + 40].split())
            if at is None:
                missed += 1
                lines.append(f"missed\t{kind}\t{value}\t{text[first:end]!r}\t{around}")
                continue
            hit += 1
            used.add(at)
            got = marks[at][2]
            right += got == value
            if got != value:
                kinds[kind] += 1
                reading = marks[at][3].reading
                lines.append(f"wrong\t{kind}\t{value}\t{got}\t{reading.window}\t{reading.expression!r}\t{on}\t{around}")
        for i, (low, high, _, one) in enumerate(marks):
            if i not in used:
                spurious += 1
                around = " ".join(text[max(0, low - 60) : high + 40].split())
                lines.append(f"none\t{one.reading.expression!r}\t{one.reading.window}\t{around}")
    if show:
        print("\n".join(sorted(lines)))
    precision, recall = hit / max(hit + spurious, 1), hit / max(hit + missed, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    print(f"found {hit}, missed {missed}, none there {spurious}; wrong values by type: {dict(kinds)}")
    print(f"precision {precision:.3f}  recall {recall:.3f}  relaxed F1 {f1:.3f}  value {right / max(hit, 1):.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
