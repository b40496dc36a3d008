"""Fiscal years lie where the company's year lies, where that is known: months counted by hand."""

from __future__ import annotations

import pytest

from eventfolio.events import draft_of, packaged_securities, read_article
from eventfolio.events.errors import InputError

KNOWN = packaged_securities()


@pytest.fixture
def drafted(write):
    def _drafted(text: str, year_end: str | None = None):
        path = write("a.txt", f"A title\n2025-06-17T12:00:00Z\n\n{text}\n")
        draft = draft_of(read_article(str(path)), KNOWN, "draft", None, year_end)
        return [(one.occurs, one.confidence) for one in draft.calendar.events if one.kind != "publication"]

    return _drafted


@pytest.mark.parametrize(
    ("words", "year_end", "expected"),
    [
        ("in fiscal 2024", None, ("2024", "low")),  # whose year?
        ("in fiscal 2024", "September", ("2023-10/2024-09", "medium")),
        ("in fiscal 2024", "9", ("2023-10/2024-09", "medium")),
        ("in fiscal 2024", "06-30", ("2023-07/2024-06", "medium")),
        ("in fiscal 2024", "Dec", ("2024-01/2024-12", "medium")),
        ("in fiscal 2024", "March", ("2023-04/2024-03", "low")),  # or 2024-04/2025-03, as in Japan
        ("in the first quarter of fiscal 2024", "September", ("2023-10/2023-12", "medium")),
        ("in the first half of fiscal 2024", "June", ("2023-07/2023-12", "medium")),
        ("in its second fiscal quarter", "September", ("2025-01/2025-03", "medium")),  # today lies in its third
        ("in the last fiscal year", "September", ("2023-10/2024-09", "medium")),  # today lies in fiscal 2025
        ("in the last fiscal year", "May", ("2024-06/2025-05", "low")),  # today lies in fiscal 2026
    ],
)
def test_a_fiscal_year_lies_where_the_company_s_lies(drafted, words, year_end, expected):
    assert drafted(f"The bank sold a unit {words}.", year_end) == [expected]


def test_the_article_may_say_when_the_year_ends(drafted):
    text = "The bank's fiscal year ends on 30 September. The bank sold a unit in fiscal 2024."
    assert ("2023-10/2024-09", "medium") in drafted(text)
    assert ("2024-07/2025-06", "low") not in drafted(text)


def test_a_year_of_the_calendar_stays_where_it_is(drafted):
    assert drafted("The bank sold a unit in 2024.", "September") == [("2024", "medium")]


@pytest.mark.parametrize("words", ["13", "Septober", "", "0", "2024-09", "09-30-2024"])
def test_what_is_no_month_is_refused(drafted, words):
    with pytest.raises(InputError, match="--fiscal-year-end"):
        drafted("The bank sold a unit in fiscal 2024.", words)
