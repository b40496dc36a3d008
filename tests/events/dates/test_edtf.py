"""Date expressions: each form against dates worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventfolio.events.dates.edtf import parse_edtf
from eventfolio.events.errors import DateError, InputError

D = date


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("2024", D(2024, 1, 1), D(2024, 12, 31), "year"),
        ("2026-06", D(2026, 6, 1), D(2026, 6, 30), "month"),
        ("2024-02", D(2024, 2, 1), D(2024, 2, 29), "month"),
        ("2025-12", D(2025, 12, 1), D(2025, 12, 31), "month"),
        ("2025-04-30", D(2025, 4, 30), D(2025, 4, 30), "day"),
        ("2025-21", D(2025, 3, 1), D(2025, 5, 31), "season"),
        ("2025-22", D(2025, 6, 1), D(2025, 8, 31), "season"),
        ("2025-23", D(2025, 9, 1), D(2025, 11, 30), "season"),
        ("2025-24", D(2025, 12, 1), D(2026, 2, 28), "season"),
        ("2023-24", D(2023, 12, 1), D(2024, 2, 29), "season"),
        ("2025-33", D(2025, 1, 1), D(2025, 3, 31), "quarter"),
        ("2025-34", D(2025, 4, 1), D(2025, 6, 30), "quarter"),
        ("2025-35", D(2025, 7, 1), D(2025, 9, 30), "quarter"),
        ("2025-36", D(2025, 10, 1), D(2025, 12, 31), "quarter"),
        ("2025-40", D(2025, 1, 1), D(2025, 6, 30), "half"),
        ("2025-41", D(2025, 7, 1), D(2025, 12, 31), "half"),
        ("2024-10-08/2024-10-13", D(2024, 10, 8), D(2024, 10, 13), "interval"),
        ("2025-08/2025-12-12", D(2025, 8, 1), D(2025, 12, 12), "interval"),
        ("2026-06-15/2026-06-15", D(2026, 6, 15), D(2026, 6, 15), "interval"),
        ("../2026-06", None, D(2026, 6, 30), "interval"),
        ("/2026-06", None, D(2026, 6, 30), "interval"),
        ("2026-05/..", D(2026, 5, 1), None, "interval"),
        ("2026-05/", D(2026, 5, 1), None, "interval"),
        ("0001", D(1, 1, 1), D(1, 12, 31), "year"),
        ("9999-24", D(9999, 12, 1), D(9999, 12, 31), "season"),
    ],
)
def test_an_expression_is_read_as_first_and_last_date(text, start, end, precision):
    window = parse_edtf(text)
    assert (window.start, window.end, window.precision) == (start, end, precision)
    assert not window.approximate
    assert str(window) == text


@pytest.mark.parametrize("text", ["2026-06~", "2026?", "2026-06-15%", "2026-05~/2026-07", "../2026-06?"])
def test_a_mark_of_doubt_on_either_side_makes_a_window_approximate(text):
    window = parse_edtf(text)
    assert window.approximate
    assert str(window) == text


def test_a_mark_of_doubt_moves_no_date():
    assert parse_edtf("2026-06~").start == parse_edtf("2026-06").start
    assert parse_edtf("2026-06~").end == parse_edtf("2026-06").end


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mid-2026", "not EDTF"),
        ("by mid-2026", "not EDTF"),
        ("", "not EDTF"),
        (" 2026", "not EDTF"),
        ("2026-6", "not EDTF"),
        ("26-06", "not EDTF"),
        ("2026/06/30", "not EDTF"),
        ("2026-06-30/2026-07-01/2026-08", "not EDTF"),
        ("2026~~", "not EDTF"),
        ("٢٠٢٦", "not EDTF"),
        ("2026-06\n", "not EDTF"),
        ("2026-13", "13 is not known"),
        ("2026-00", "00 is not known"),
        ("2026-42", "42 is not known"),
        ("2026-13-01", "no month 13"),
        ("2026-21-01", "no month 21"),
        ("2025-02-29", "February 2025 has 28 days"),
        ("2025-04-31", "April 2025 has 30 days"),
        ("2025-04-00", "April 2025 has 30 days"),
        ("0000", "year 0000"),
        ("2026-07/2026-05", "ends before it starts"),
        ("../..", "no date on either side"),
        ("/", "no date on either side"),
        ("2025-04-30T12:00:00Z", "time of day"),
    ],
)
def test_what_is_not_edtf_is_refused_in_words(text, words):
    with pytest.raises(DateError, match=words) as refusal:
        parse_edtf(text)
    assert isinstance(refusal.value, InputError)


@given(st.text(max_size=24))
def test_any_text_is_read_or_refused_and_never_crashes(text):
    try:
        window = parse_edtf(text)
    except DateError:
        return
    assert str(window) == text


_SIDES = st.one_of(
    st.dates().map(date.isoformat),
    st.tuples(st.integers(1, 9999), st.sampled_from([*range(1, 13), *range(21, 25), *range(33, 37), 40, 41])).map(
        lambda pair: f"{pair[0]:04}-{pair[1]:02}"
    ),
    st.integers(1, 9999).map(lambda year: f"{year:04}"),
)


@given(_SIDES)
def test_a_window_never_ends_before_it_starts(text):
    window = parse_edtf(text)
    assert window.start is not None
    assert window.end is not None
    assert window.start <= window.end


@given(_SIDES, _SIDES)
def test_an_interval_runs_from_the_start_of_one_side_to_the_end_of_the_other(one, other):
    first, last = parse_edtf(one), parse_edtf(other)
    if last.end < first.start:
        with pytest.raises(DateError, match="ends before"):
            parse_edtf(f"{one}/{other}")
    else:
        window = parse_edtf(f"{one}/{other}")
        assert (window.start, window.end) == (first.start, last.end)
