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


def windows(*sentences: str, on: date = ON) -> list[str]:
    """The windows of the last sentence, read after the others."""
    earlier: list = []
    for sentence in sentences:
        found = dates_in(sentence, on, None, earlier)
        earlier += found
    return [one.reading.window.text for one in found]


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        (("The mill shut in April 2024.", "The following month it was sold."), ["2024-05"]),
        (("The mill shut on 4 March 2024.", "Two days later it was sold."), ["2024-03-06"]),
        (("The mill shut on 4 March 2024.", "It had lost its permit the day before."), ["2024-03-03"]),
        (("It lost its permit the day before.",), ["2025-06-16"]),
        (("It lost its permit the day before the vote.",), []),
        (("It fell on Friday by 3 per cent from the previous Friday.",), ["2025-06-13", "2025-06-06/.."]),
        (("The mill shut in April 2024.", "It will be sold next month."), ["2025-07"]),  # seen from today
        # a year earlier is the same quarter, where a quarter's figures are told
        (("It lost 3 million in the first quarter.", "A year earlier, profit was 1 million."), ["2024-33"]),
        (("First-quarter profit was 5 cents a share, from 4 cents a year ago.",), ["2025-33", "2024-33"]),
        (("Profit fell in the year-ago quarter.",), ["2024-33"]),
        (("Profit fell in the year-ago third quarter.",), ["2024-35"]),
        (("The mill opened a year ago.",), ["2024"]),
        # the quarter whose figures are told is the one that ends nearest
        (("It will report second-quarter results in July.",), ["2025-34", "2025-07"]),
        (("It expects to post a profit for the first quarter.",), ["2025-33"]),
        (("It will report fourth-quarter earnings.",), ["2024-36"]),
        (("Sales rose for the year ended March 31.",), ["2024-04-01/2025-03-31"]),
        (("Profit doubled in the quarter.",), ["2025-33"]),
        (("Sales fell for the year ended September 30.",), ["2023-10-01/2024-09-30"]),
        # "that day" is the one named before
        (("The mill shut on 4 March 2024.", "It was sold that day."), ["2024-03-04"]),
        (("The mill shut on 4 March 2024.", "It was sold later that year."), ["2024"]),
        (("It lost money in the third quarter of 2024.", "It shut a mill that quarter."), ["2024-35"]),
        (("It was sold that day.",), []),
        (("The mill shut on 4 March 2023.", "It was sold that August."), ["2023-08"]),
        (("It was sold that August.",), []),
        (("Norvik said that August sales fell.",), ["2024-08"]),
        # weekends, seasons, parts of a day
        (("Over the weekend, the mill shut.",), ["2025-06-14/2025-06-15"]),
        (("The mill will shut over the weekend.",), ["2025-06-21/2025-06-22"]),
        (("The mill shut this past spring.",), ["2025-21"]),
        (("Earlier Friday, the mill shut.",), ["2025-06-13"]),
        (("It was the mill's second fire this year.",), ["2025"]),
        (("Norvik added a revision Friday to March's figure.",), ["2025-06-13"]),
        (("Norvik bought shares from May 14 to Thursday.",), ["2025-05-14/2025-06-12"]),
        (("The mill shut on Valentine's Day.",), ["2025-02-14"]),
        (("The mill will shut on Election Day.",), ["2025-11-04"]),
    ],
)
def test_dates_count_from_what_was_named_before(sentences, expected):
    assert windows(*sentences) == expected


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("for two and a half years", "P2Y6M"),
        ("for 2 1/2 hours", "PT2H30M"),
        ("for half an hour", "PT30M"),
        ("for two decades", "P20Y"),
        ("for half a century", "P50Y"),
        ("for forty-five days", "P45D"),
        ("for twenty four hours", "PT24H"),
        ("for the past few weeks", "PXW"),
        ("for years", "PXY"),
        ("for three more months", "P3M"),
        ("every Thursday", "XXXX-WXX-4"),
        ("every year", "P1Y"),
        ("every month", "P1M"),
        ("on Fridays", "XXXX-WXX-5"),
        ("every summer", "XXXX-SU"),
        ("daily", "P1D"),
        ("for the next couple of years", "P2Y"),
        ("for several quarters", "PXQ"),
        ("in recent months", "PXM"),
        ("in 1848", "1848"),
        ("in the 19th century", "18"),
        ("in the near future", "FUTURE_REF"),
        ("at 10 p.m.", "2025-06-17T"),
    ],
)
def test_a_length_is_an_iso_duration(words, value):
    assert windows(f"The mill was shut {words}.") == [value]


@pytest.mark.prove
@pytest.mark.parametrize(
    "word", ["in ", "2025 ", "June ", "the next ", "early ", "mid-", " ", "1", "May 1, ", "the first "]
)
def test_a_line_of_100_000_characters_is_searched_in_linear_time(word):
    assert grows_linearly(lambda length: dates_in((word * length)[:length], ON), 100_000)
