"""Tables of a run by Python: as large as they are used, and laid out as arrays at its end."""

from __future__ import annotations

import pytest

from eventfolio.engine.execution.python_form import Lines
from eventfolio.engine.execution.semantics.forms import dtype_of
from eventfolio.engine.execution.semantics.records import Holding


def test_lines_are_laid_out_in_their_order() -> None:
    table = Lines(Holding, dtype_of(Holding))
    for place in range(3):
        line = table[place]
        line.column, line.row, line.shares = place, 2 * place, 100.5 + place
        table[place].value = -1.0
    written = table.array()
    assert written.dtype == dtype_of(Holding)
    assert written.tolist() == [(0, 0, 100.5, -1.0), (1, 2, 101.5, -1.0), (2, 4, 102.5, -1.0)]


def test_a_line_that_is_written_is_not_looked_at_again() -> None:
    table = Lines(Holding, dtype_of(Holding))
    for place in range(2):
        table[place].column = place
    for place in (0, 3):
        with pytest.raises(IndexError, match=f"line {place}"):
            table[place]


def test_no_line_is_an_empty_table() -> None:
    assert len(Lines(Holding, dtype_of(Holding)).array()) == 0
