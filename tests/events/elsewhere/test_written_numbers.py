"""Numbers as people write them: one decimal mark a file, and refusals where nothing settles it."""

from __future__ import annotations

import pytest

from eventfolio.events.elsewhere.written_numbers import decimal_mark_in, fact_in
from eventfolio.events.errors import InputError


def mark(*cells: str, delimiter: str = ";") -> str:
    return decimal_mark_in([(line, "eps", cell) for line, cell in enumerate(cells, 2)], delimiter, "mine.csv", [])


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("0,80", "10,5"), ","),
        (("0.80", "1.200"), "."),
        (("1.234,5", "1.200"), ","),
        (("1,234.5", "1,200"), "."),
        (("1.234.567",), ","),
        (("1,234,567",), "."),
        (("1.234", "12,5 %"), ","),
        (("(0,5)", "8-K", "2024.05.01", "n/a", "007,5"), ","),
        (("1200", "8-K"), "."),
    ],
)
def test_the_decimal_mark_is_what_any_number_of_the_file_shows(cells, expected):
    assert mark(*cells) == expected


def test_where_commas_part_the_cells_an_unsettled_comma_is_between_thousands():
    assert mark("1,200", delimiter=",") == "."
    assert mark("1.234", delimiter=",") == "."
    for cell in ("1,200", "1.234"):
        with pytest.raises(InputError, match=r"line 2: '1.2\d+' in column 'eps' may be 1.2\d+ or 12\d+"):
            mark(cell)


def test_numbers_that_contradict_each_other_are_refused_with_both_lines():
    with pytest.raises(InputError, match=r"'1.20' \(line 2, column 'eps'\) .* point and '0,80' \(line 4.* comma"):
        mark("1.20", "1,234", "0,80")


@pytest.mark.parametrize(
    ("cell", "decimal", "expected"),
    [
        ("0,80", ",", 0.8), ("1.234,5", ",", 1234.5), ("-0,5 %", ",", -0.005), ("1 234,5", ",", 1234.5),
        ("12,50 €", ",", 12.5), ("1,200", ".", 1200.0), ("$1,234.50", ".", 1234.5), ("(0.5)", ".", -0.5),
        ("−3", ".", -3.0), ("+.5", ".", 0.5), ("1e-3", ".", 0.001), ("0.8", ",", "0.8"), ("0,80", ".", "0,80"),
        ("2.02,9.01", ".", "2.02,9.01"), ("2024.05.01", ".", "2024.05.01"), ("005930", ".", "005930"),
        ("(5", ".", "(5"), ("Q1", ".", "Q1"), ("-", ".", None), ("true", ".", True),
    ],
)  # fmt: skip
def test_a_cell_is_a_number_only_as_its_file_writes_them(cell, decimal, expected):
    assert fact_in(cell, decimal) == expected
