"""Fiscal years moved to the calendar, where the month they end in is known.

A fiscal year is named by the calendar year it ends in (US Regulation S-X, and most of Europe). Where it ends from
January to May, many firms name it by the year it begins in (Japan's, American retailers): that stays a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from eventfolio.events.article.text import Sentence
from eventfolio.events.dates.edtf import parse_edtf
from eventfolio.events.dates.expression import Reading
from eventfolio.events.dates.named import FISCAL_DOUBT
from eventfolio.events.dates.period import MONTH, MONTHS, moved
from eventfolio.events.errors import InputError, shown

_ENDS = re.compile(
    r"\b(?:fiscal|financial|business) year,? (?:(?:that|which) )?(?:runs? [^.;]{1,30} )?"
    rf"(?:ends?|ended|ending|to|through|until) (?:on |in )?(?:the end of |late |\d{{1,2}} )?(?P<month>{MONTH})",
    re.IGNORECASE,
)
_OFTEN_BY_THE_BEGINNING = 5  # year ends from January to May


def month_of_year_end(text: str) -> int:
    """The month of an option's value: 9, 09, Sep, September, 09-30.

    Raises: InputError where it is none
    """
    found = re.fullmatch(r"(0?[1-9]|1[0-2])(?:-\d\d)?", text.strip())
    if found:
        return int(found[1])
    if re.fullmatch(MONTH, text.strip().lower()):
        return MONTHS[text.strip().lower()[:3]]
    raise InputError(
        f"--fiscal-year-end '{shown(text)}' is not a month. Write the month in which the company's year ends, "
        "such as 9 or September."
    )


def year_end_in(sentences: Iterable[Sentence]) -> int | None:
    """The month in which the article says that the fiscal year ends; None where it says none, or several."""
    said = {MONTHS[found["month"][:3].lower()] for one in sentences for found in _ENDS.finditer(one.text)}
    return said.pop() if len(said) == 1 else None


def of_fiscal_year(reading: Reading, words: str, year_end: int | None, on: date) -> Reading:
    """A reading of fiscal words, taken for the calendar's, moved to where the company's year lies.

    year_end : the month it ends in, 1 to 12; None where it is unknown
    """
    if reading.doubt != FISCAL_DOUBT or year_end is None:
        return reading
    start, end = reading.window.start, reading.window.end
    back = 12 - year_end
    if not re.search(r"\d\d", words):  # no year is written: the one that today lies in, the part that ends nearest
        back -= 12 if on.month > year_end else 0
        if end and reading.precision in ("quarter", "half"):
            back = min(
                (back + step for step in (-12, 0, 12)), key=lambda one: abs((moved(end, -one, "months") - on).days)
            )
    first = f"{moved(start, -back, 'months'):%Y-%m}" if start else ".."
    last = f"{moved(end + timedelta(days=1), -back, 'months') - timedelta(days=1):%Y-%m}" if end else ".."
    mark = "~" if reading.window.approximate else ""
    text = "/".join(side if side == ".." else side + mark for side in (first, last))
    doubt = None
    if year_end <= _OFTEN_BY_THE_BEGINNING:
        doubt = "a fiscal year named by the year it ends in; some name it by the year it begins in"
    name = next(name for name, number in MONTHS.items() if number == year_end).capitalize()
    return replace(reading, window=parse_edtf(text), rule=f"{reading.rule}, of a year that ends in {name}", doubt=doubt)
