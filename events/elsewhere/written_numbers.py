"""Parses numbers as people and vendors write them: 0,80 has a decimal comma, 1,200 is settled by the other cells.

One reading holds for all numbers of a file, as it does for prices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from eventfolio.events.elsewhere.happenings import ImportRefused
from eventfolio.events.elsewhere.written_dates import NOTHING
from eventfolio.events.errors import shown
from eventfolio.events.facts import Fact

DecimalMark = Literal[".", ","]
_NUMBER = re.compile(
    r"(?P<open>\(?)(?P<minus>[-+−]?)\s*[$€£¥₩]?\s*(?P<digits>\d[\d.,]*|[.,]\d+)(?P<e>[eE][+-]?\d+)?\s*[$€£¥₩]?\s*"
    r"(?P<cent>%?)(?P<close>\)?)",
    re.ASCII,
)
_BLANKS = re.compile(r"(?<=\d)[ \u00a0\u202f'’](?=\d{3}(?!\d))")  # between thousands
_CODE = re.compile(r"0\d")  # 005930 is a code
_GROUPED = {mark: re.compile(rf"[1-9]\d{{0,2}}(\{mark}\d{{3}})+") for mark in ".,"}
_PLAIN = {
    ".": re.compile(r"(\d+|[1-9]\d{0,2}(,\d{3})+)?(\.\d*)?"),
    ",": re.compile(r"(\d+|[1-9]\d{0,2}(\.\d{3})+)?(,\d+)?"),
}


def decimal_mark_in(cells: Iterable[tuple[int, str, str]], delimiter: str, name: str, notes: list[str]) -> DecimalMark:
    """The mark before decimals, from all numbers of a file together; a point where no number has a mark.

    cells     : line, column and text
    delimiter : between the cells of the file; where that is a comma, 1,200 has thousands and 1.234 decimals
    notes     : a decimal comma is told of
    Raises    : ImportRefused where numbers contradict each other, or may be read in two ways and none settles it
    """
    shows: dict[DecimalMark, tuple[int, str, str]] = {}
    either: tuple[int, str, str] | None = None
    for line, column, cell in cells:
        digits = _digits(cell)
        if digits is None or ("." not in digits and "," not in digits):
            continue
        mark = _shown_by(digits)
        if mark is None:
            either = either or (line, column, cell)
        else:
            shows.setdefault(mark, (line, column, cell))
    if len(shows) > 1:
        point, comma = shows["."], shows[","]
        raise ImportRefused(
            f"{name}: '{shown(point[2])}' (line {point[0]}, column '{shown(point[1])}') has a decimal point and "
            f"'{shown(comma[2])}' (line {comma[0]}, column '{shown(comma[1])}') a decimal comma. Write all alike."
        )
    if "," in shows:
        line, column, cell = shows[","]
        notes.append(f"Numbers have a decimal comma, as '{shown(cell)}' (line {line}, '{shown(column)}') shows.")
        return ","
    if not shows and either and delimiter != ",":
        line, column, cell = either
        digits = _digits(cell) or ""
        raise ImportRefused(
            f"{name}, line {line}: '{shown(cell)}' in column '{shown(column)}' may be {digits.replace(',', '.')} or "
            f"{re.sub('[.,]', '', digits)}, and no other number settles which. Write it without a mark between "
            "thousands, or with another digit."
        )
    return "."


@lru_cache(maxsize=65536)
def fact_in(cell: str, decimal: DecimalMark = ".") -> Fact | None:
    """A cell as a fact: a number without marks of money and thousands, per cent as a fraction; else its text."""
    if cell.casefold() in NOTHING:
        return None
    if cell in ("true", "false"):
        return cell == "true"
    found = _number(cell)
    if found is None or not _PLAIN[decimal].fullmatch(found["digits"]):
        return cell
    thousands = "," if decimal == "." else "."
    value = float(found["digits"].replace(thousands, "").replace(",", ".") + (found["e"] or ""))
    value = -value if found["minus"] in ("-", "−") or found["open"] else value
    return value / 100 if found["cent"] else value


def _number(cell: str) -> re.Match[str] | None:
    """A cell that is laid out as a number, whichever its marks are."""
    if _CODE.match(cell):
        return None
    found = _NUMBER.fullmatch(_BLANKS.sub("", cell))
    if not found or bool(found["open"]) != bool(found["close"]):
        return None
    return found if any(plain.fullmatch(found["digits"]) for plain in _PLAIN.values()) else None  # 2024.05.01 is none


def _digits(cell: str) -> str | None:
    found = _number(cell)
    return found["digits"] if found else None


def _shown_by(digits: str) -> DecimalMark | None:
    """The decimal mark that a number shows; None where its mark may stand between thousands."""
    if "," in digits and "." in digits:
        last: DecimalMark = "," if digits.rfind(",") > digits.rfind(".") else "."
        return last if digits.count(last) == 1 else None
    mark, other = (",", ".") if "," in digits else (".", ",")
    if digits.count(mark) > 1:  # 1.234.567: the other one stands before decimals
        return other if _GROUPED[mark].fullmatch(digits) else None  # type: ignore[return-value]
    return None if _GROUPED[mark].fullmatch(digits) else mark  # type: ignore[return-value]
