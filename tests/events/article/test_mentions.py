"""Dates found in sentences: where, and what is none."""

from __future__ import annotations

from datetime import date

import pytest
from support.growth import grows_linearly

from eventfolio.events.article.mentions import dates_in

ON = date(2025, 6, 17)


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Over 15,000 soldiers have been there since 2024, on a $111 million road.", ["since 2024"]),
        ("It opens by mid-2026 for 300 vehicles a day.", ["by mid-2026"]),
        ("A 32-billion-parameter model moved 2,025 tonnes and 1900 to 2100 feet.", []),
        ("Firms may march on in May and march off.", ["in May"]),
        ("In 2000 trucks were counted.", []),
        ("In 2000, trucks were counted.", ["In 2000"]),
        (
            "The bank met last Tuesday and cuts in the second half of next year.",
            ["last Tuesday", "in the second half of next year"],
        ),
        ("It was shut between May and July 2024.", ["between May and July 2024"]),
        ("They meet on 7 September.", ["on 7 September"]),
        ("Six months later than planned, it opened today.", ["today"]),
        ("Rates fell 5.25 per cent in 2024-25.", ["in 2024-25"]),
        ("Route 2025 and $2025 and 2025.5 and item-2025.", []),
    ],
)
def test_expressions_stand_where_they_are_written(sentence, found):
    mentions = dates_in(sentence, ON)
    assert [sentence[mention.start : mention.end] for mention in mentions] == found


@pytest.mark.prove
@pytest.mark.parametrize(
    "word", ["in ", "2025 ", "June ", "the next ", "early ", "mid-", " ", "1", "May 1, ", "the first "]
)
def test_a_line_of_100_000_characters_is_searched_in_linear_time(word):
    assert grows_linearly(lambda length: dates_in((word * length)[:length], ON), 100_000)
