"""Parses figures as written: decimal mark, thousands separators, currency signs, M for a million.

One reading holds for a whole file. 1.234,50 shows a decimal comma, 1.5 a point, and 1.234 alone neither: where no cell
settles it, the file is refused with both readings.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.engine.errors import PriceError
from eventfolio.events.errors import shown

_SPLITS = ("splits", "stock splits")
COLUMNS = ("open", "high", "low", "close", "adj close", "volume", "dividends", "capital gains", *_SPLITS)
_BLANKS = re.compile(r"(?<=\d)[\s\u00a0\u202f'’](?=\d{3}(\D|$))")  # between thousands
_SIGNS = re.compile(r"^[$€£¥₩₹]\s*|\s*[$€£¥₩₹]$")
_ODD = r"[^-+0-9.,]"  # a cell with more than figures and marks
_DIGITS = re.compile(r"[-+]?[\d.,]+([eE][-+]?\d+)?")
_BIG = {"K": 1e3, "M": 1e6, "B": 1e9}
_GROUPS = {mark: re.compile(rf"[-+]?[1-9]\d{{0,2}}(\{mark}\d{{3}})+") for mark in ".,"}


class Marks(NamedTuple):
    """decimal : the mark before decimals ("" where no cell shows one); thousands: the one between groups of three."""

    decimal: str
    thousands: str


def read_figures(frame: pd.DataFrame, delimiter: str, where: str) -> tuple[pd.DataFrame, Marks]:
    """The frame with its columns of figures as floats; cells that are none stay text, for `as_table` to name.

    delimiter : between cells, as `Understood` says it
    Raises    : PriceError where a figure can be read in two ways and nothing settles it, or cells contradict each other
    """
    names = [name for name in frame.columns if name in COLUMNS]
    if all(frame[name].dtype.kind in "if" for name in names):
        return frame, Marks(".", "")
    plain = {name: pd.to_numeric(frame[name], errors="coerce") for name in names}
    if delimiter == "','" and all((plain[name].isna() == frame[name].isna()).all() for name in names):
        return frame.assign(**plain), Marks(".", "")
    cells = {name: _bare(frame[name], name) for name in names}
    marks = _marks(cells, delimiter, where)
    read = {}
    for name in names:
        text, times = cells[name]
        is_figure = text.str.fullmatch(_figure(marks)).fillna(False).astype(bool)
        text = text.where(is_figure)
        if marks.thousands:
            text = text.str.replace(marks.thousands, "", regex=False)
        if marks.decimal == ",":
            text = text.str.replace(",", ".", regex=False)
        values = pd.to_numeric(text, errors="coerce") * times
        unread = values.isna() & frame[name].notna()
        read[name] = values.astype(object).where(~unread, frame[name]) if unread.any() else values
    return frame.assign(**read), marks


def in_major(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Prices in hundredths as prices in the unit, to the digits printed (512.4 pence are 5.124 pounds, no bit off)."""
    return np.array([float(f"{value / 100.0:.12g}") for value in values.tolist()])


def _figure(marks: Marks) -> str:
    """How a figure is written by these marks: whole groups of three, if any, and one mark before decimals."""
    whole = rf"(\d+|\d{{1,3}}(\{marks.thousands}\d{{3}})+)" if marks.thousands else r"\d*"
    decimals = rf"(\{marks.decimal}\d*)?" if marks.decimal else ""
    return rf"[-+]?({whole}{decimals}([eE][-+]?\d+)?|inf)"


def _bare(column: pd.Series, name: str) -> tuple[pd.Series, npt.NDArray[np.float64]]:
    """The cells without blanks, signs and letters, and what each is to be multiplied by."""
    text = column.astype("str").str.strip()
    if text.str.contains(_ODD).any():
        text = text.map(lambda cell: cell if pd.isna(cell) else _SIGNS.sub("", _BLANKS.sub("", cell)))
    times: npt.NDArray[np.float64] = np.ones(len(text))
    if name == "volume":
        last = text.str[-1:].str.upper().fillna("")
        times = np.asarray(last.map(_BIG).fillna(1.0), np.float64)
        text = text.where(~last.isin(list(_BIG)), text.str[:-1].str.strip())
    return text, times


def _marks(cells: dict[str, tuple[pd.Series, npt.NDArray[np.float64]]], delimiter: str, where: str) -> Marks:
    """Which mark stands before decimals and which between thousands, from all cells of a file together."""
    shows: dict[str, str] = {}  # by decimal mark, the first cell that shows it
    grouped: dict[str, str] = {}  # by mark, the first cell in which it may stand between thousands
    parting: set[str] = set()  # marks that stand between thousands, in a cell that shows the decimal mark
    for name, (text, _) in cells.items():
        if name in _SPLITS:
            continue
        for cell in text.dropna().unique():
            if not ("," in cell or "." in cell) or not _DIGITS.fullmatch(cell):
                continue
            if (decimal := _shown_by(cell)) is not None:
                shows.setdefault(decimal, cell)
                parting.update(set(cell) & set(".,") - {decimal})
            else:
                grouped.setdefault("," if "," in cell else ".", cell)
    if len(shows) > 1:
        raise PriceError(
            f"{where}: '{shown(shows['.'])}' has a decimal point and '{shown(shows[','])}' a decimal comma. "
            "Write all figures of a file alike."
        )
    if shows:
        decimal = next(iter(shows))
        other = "," if decimal == "." else "."
        return Marks(decimal, other if other in grouped or other in parting else "")
    if not grouped:
        return Marks("", "")
    if list(grouped) == ["."] and delimiter == "','":
        return Marks(".", "")  # where commas part the cells, decimals have a point
    cell = next(iter(grouped.values()))
    mark = next(iter(grouped))
    as_decimal, as_group = cell.replace(",", "."), re.sub(r"[.,]", "", cell)
    raise PriceError(
        f"{where}: '{shown(cell)}' may be {as_decimal} or {as_group}, and no other cell settles which. "
        f"Write it without '{mark}' where that stands between thousands, or with a digit more."
    )


def _shown_by(cell: str) -> str | None:
    """The decimal mark that a cell with a point or comma shows; None where it may be a mark between thousands."""
    if "," in cell and "." in cell:
        last = "," if cell.rfind(",") > cell.rfind(".") else "."
        return last if cell.count(last) == 1 else None
    mark = "," if "," in cell else "."
    if cell.count(mark) > 1:  # 1.234.567: the other mark is before decimals
        return "," if mark == "." else "."
    return None if _GROUPS[mark].fullmatch(cell) else mark
