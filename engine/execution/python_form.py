"""The semantics' records as Python runs them: slotted objects for rows, tables that grow as they are used.

The market's arrays are read where they lie; what a run keeps is turned into arrays once, at its end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter
from struct import Struct
from typing import Any

import numpy as np

from eventfolio.engine.execution.packing import market_arrays
from eventfolio.engine.execution.semantics.forms import dtype_of, layout
from eventfolio.engine.execution.semantics.inputs import Bar, Market
from eventfolio.engine.execution.semantics.records import Face, Holding, State
from eventfolio.engine.market.tape import Tape

_WITHOUT_END = 2**62


class Endless(dict[int, Any]):
    """A table with room for any number of records (or whole numbers), each made when it is first looked at."""

    __slots__ = ("kind",)

    def __init__(self, kind: Any) -> None:
        self.kind = kind

    def __missing__(self, place: int) -> Any:
        made = self[place] = self.kind()
        return made

    def __len__(self) -> int:
        return _WITHOUT_END


class Lines:
    """A table that is written line by line: the last record can be written to, those before it are bytes already."""

    __slots__ = ("_fields", "_line", "_written", "count", "element", "kind", "last")

    def __init__(self, kind: Any, element: np.dtype[Any]) -> None:
        self.kind, self.element, self.count, self.last = kind, element, 0, None
        names = element.names or ()
        self._fields = attrgetter(*names)
        self._line = Struct("=" + "".join({"i": "q", "f": "d"}[element[name].kind] for name in names))
        self._written = bytearray()

    def __getitem__(self, place: int) -> Any:
        if place == self.count:
            self._write()
            self.last = self.kind()
            self.count += 1
        elif place != self.count - 1:
            raise IndexError(f"line {place}: the last is {self.count - 1}, and those before it are written.")
        return self.last

    def __len__(self) -> int:
        return _WITHOUT_END

    def array(self) -> Any:
        """All lines."""
        self._write()
        self.last = None
        return np.frombuffer(self._written, self.element)

    def _write(self) -> None:
        if self.last is not None:
            self._written += self._line.pack(*self._fields(self.last))


class Bars:
    """The bars of a tape by row and column, each a record when it is looked at."""

    __slots__ = ("columns",)

    def __init__(self, tape: Tape) -> None:
        self.columns = [memoryview(getattr(tape, one.name)) for one in fields(Bar)]

    def __getitem__(self, place: tuple[int, int]) -> Bar:
        opened, high, low, close = self.columns
        return Bar(opened[place], high[place], low[place], close[place])


class KeptGrid(dict[tuple[int, int], Any]):
    """Records by row (an exchange's, a currency's, a market's) and column, kept once they are made."""

    __slots__ = ("item", "kind")

    def __init__(self, array: Any, kind: Any) -> None:
        self.item, self.kind = array.item, kind

    def __missing__(self, place: tuple[int, int]) -> Any:
        made = self[place] = self.kind(*self.item(place))
        return made


def market_form(tape: Tape) -> Market:
    """The market of a tape, for Python."""
    forms: dict[str, Any] = {"bars": Bars(tape)}
    for name, array in market_arrays(tape).items():
        kind, element, dimensions = layout(Market)[name]
        if dimensions == 2 and element.names:
            forms[name] = KeptGrid(array, kind)
        elif dimensions == 2:
            forms[name] = memoryview(array)
        else:
            forms[name] = records_of(array, kind) if element.names else array.tolist()
    return Market(**forms)


def records_of(array: Any, kind: Any) -> list[Any]:
    """A table of records."""
    return [kind(*one) for one in array.tolist()]


class LiveState(State):
    """The state of a run by Python. face : what a strategy and backtrader are asked and told through, or None"""

    face: Face | None = None


def live_state(rows: int, width: int) -> LiveState:
    """The state for so many listings and dates of the window."""
    fixed = {"book": 1, "positions": rows, "purchases": rows, "sales": rows}
    forms: dict[str, Any] = {
        "active": [0] * rows,
        "queue": Endless(int),
        "holdings": Lines(Holding, dtype_of(Holding)),
        "equity": [0.0] * width,
        "cash": [0.0] * width,
    }
    for name, (kind, _, _) in layout(State).items():
        if name not in forms:
            forms[name] = [kind() for _ in range(fixed[name])] if name in fixed else Endless(kind)
    return LiveState(**forms)


def kept_state(state: State) -> State:
    """What a run that is over kept, as arrays. Each table is emptied as it is laid out, so that none is held twice."""
    book: Any = state.book[0]
    arrays: dict[str, Any] = {}
    for name, (kind, element, _) in layout(State).items():
        table: Any = getattr(state, name)
        names: Any = element.names
        if isinstance(table, Lines):
            arrays[name] = table.array()
        elif kind is None:
            arrays[name] = np.array([] if name == "queue" else table, element)
        else:
            used: Iterable[Any] = table if isinstance(table, list) else (table[n] for n in range(getattr(book, name)))
            arrays[name] = np.fromiter(map(attrgetter(*names), used), element)
        if isinstance(table, Endless):
            table.clear()
    return State(**arrays)
