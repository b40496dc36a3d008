"""Facts of an event: flat values by name, such as a surprise of 0.034 or a form of 8-K; and how one cell holds one."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping

from eventfolio.events.errors import DateError, shown

Fact = float | int | str | bool
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)  # of JSON (RFC 8259, 6)
_MOST = 200  # facts of one event
_LARGEST = 2**63  # whole numbers beyond what TOML must hold are refused


def check_facts(value: object) -> dict[str, Fact]:
    """The facts of a table, sorted by name.

    Raises: DateError (a ValueError, so that models report it with its place) for a name or a value that is none
    """
    if not isinstance(value, Mapping):
        raise DateError(f'facts {shown(value)} is not a table. Write facts = {{ surprise = 0.034, form = "8-K" }}.')
    if len(value) > _MOST:
        raise DateError(f"facts has {len(value)} entries; {_MOST} is the most.")
    return {name: _checked(name, value[name]) for name in sorted(value, key=str)}


def cell_of(fact: Fact) -> str:
    """A fact as text: a JSON number, true or false; other text as it is, in double quotes where it reads as one."""
    if not isinstance(fact, str):
        return json.dumps(fact)
    reads_as_another = fact in ("", "true", "false") or _NUMBER.fullmatch(fact) or _quoted(fact)
    return json.dumps(fact, ensure_ascii=False) if reads_as_another else fact


def fact_of(cell: str) -> Fact:
    """The fact a cell holds.

    Raises: DateError for a number too large
    """
    if cell in ("true", "false"):
        return cell == "true"
    if found := _NUMBER.fullmatch(cell):
        is_whole = found[2] is None and found[3] is None
        try:
            return int(cell) if is_whole else float(cell)
        except ValueError:  # thousands of digits
            raise DateError(f"'{shown(cell)}' is too large a number.") from None
    return str(json.loads(cell, strict=False)) if _quoted(cell) else cell


def _quoted(cell: str) -> bool:
    """Whether a cell is text in double quotes, as JSON writes it."""
    if len(cell) < 2 or cell[0] != '"' or cell[-1] != '"':
        return False
    try:
        return isinstance(json.loads(cell, strict=False), str)
    except ValueError:
        return False


def _checked(name: object, value: object) -> Fact:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise DateError(f"facts: '{shown(name)}' is not a name. Use letters, digits and _, a letter first.")
    if not isinstance(value, str | bool | int | float):
        raise DateError(f"facts: {name} {shown(value)} should be a number, text, true or false.")
    if isinstance(value, float) and not math.isfinite(value):
        raise DateError(f"facts: {name} {value} is not a number to compare with. Leave it out where it is not known.")
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        raise DateError(f"facts: {name} {shown(value)} is too large a number.")
    return value
