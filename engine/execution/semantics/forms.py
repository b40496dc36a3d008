"""The forms of a run's records: classes of whole numbers and floats, and the arrays that they are compiled to.

Python runs the rules on slotted objects (`eventfolio.engine.execution.python_form`); compiled they run on arrays of the
same fields (`layout`). A reference is a number, -1 for none; a float that is unknown or not given is NaN; a truth is 1
or 0.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import (
    Any,
    Protocol,
    TypeVar,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)

import numpy as np

NONE = -1  # no such record, no such session, no such limit
NEVER = 2**62  # a session that never comes

_R = TypeVar("_R", covariant=True)
_K = TypeVar("_K")


class Table(Protocol[_R]):
    """Records, or numbers, by number."""

    @overload
    def __getitem__(self, place: int) -> _R: ...
    @overload
    def __getitem__(self, place: slice) -> Table[_R]: ...
    def __len__(self) -> int: ...


class Numbers(Protocol):
    """Whole numbers by place, which may be written."""

    def __getitem__(self, place: int) -> int: ...
    def __setitem__(self, place: int, number: int) -> None: ...
    def __len__(self) -> int: ...


class Amounts(Protocol):
    """Floats by place, which may be written."""

    def __getitem__(self, place: int) -> float: ...
    def __setitem__(self, place: int, amount: float) -> None: ...


class Grid(Protocol[_R]):
    """Records, or numbers, by row and column."""

    def __getitem__(self, place: tuple[int, int]) -> _R: ...


class Steps(Protocol):
    """Tables of price steps by number: each rows of (below this price, this step)."""

    def __getitem__(self, table: int) -> Any: ...


class Small(int):
    """A whole number of a byte: a table's number, or a few truths."""


@dataclass_transform(eq_default=False)
def record(kind: type[_K]) -> type[_K]:
    """A record: fields of whole numbers and floats alone, none that is not declared."""
    return dataclass(slots=True, eq=False)(kind)


_NUMBERS: dict[Any, Any] = {float: np.dtype("f8"), int: np.dtype("i8"), Small: np.dtype("u1")}
_PLAIN: dict[Any, tuple[Any, int]] = {
    Numbers: (np.dtype("i8"), 1),
    Amounts: (np.dtype("f8"), 1),
    Steps: (np.dtype("f8"), 3),
}


@cache
def dtype_of(kind: type) -> np.dtype[Any]:
    """A record class, or a kind of number, as the element of an array."""
    if kind in _NUMBERS:
        return _NUMBERS[kind]
    hints = get_type_hints(kind)
    return np.dtype([(one.name, _NUMBERS[hints[one.name]]) for one in fields(kind)])


@cache
def layout(kind: Any) -> dict[str, tuple[Any, np.dtype[Any], int]]:
    """Of each field of Market, State, Calendars or Runs: what its elements are, their dtype, how many dimensions."""
    found = {}
    for name, hint in get_type_hints(kind).items():
        if hint in _PLAIN:
            found[name] = (None, *_PLAIN[hint])
        else:
            (element,) = get_args(hint)
            found[name] = element, dtype_of(element), 2 if get_origin(hint) is Grid else 1
    return found
