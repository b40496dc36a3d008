"""Dates that give no event: names, phrases read in part, denied dates and conditions, read on a Tuesday, 2024-06-11."""

from __future__ import annotations

from datetime import date

import pytest

from eventfolio.events.article.happenings import happenings_of
from eventfolio.events.article.text import Sentence
from eventfolio.events.article.vocabulary import vocabulary

ON = date(2024, 6, 11)


def read(text: str) -> tuple[list[tuple[str, str]], list[str]]:
    """(window, confidence) of the happenings of a sentence, and the reasons of what was left out."""
    found = happenings_of(Sentence(0, 1, text, 0, len(text), "", ""), None, ON, vocabulary())
    return [(one.window.text, one.confidence) for one in found.happenings], [one.reason for one in found.left_out]


@pytest.mark.parametrize(
    "text",
    [
        "Shops in Halden closed on Shrove Tuesday.",
        "Norvik opened a shop on Black Friday.",
        "Norvik opened a shop for Giving Tuesday.",
        "Rusty Friday opened a shop in Halden.",
        "The Friday Club opened a shop in Halden.",
        "Aldra Wednesday won the cup.",
    ],
)
def test_a_weekday_within_a_name_is_no_date(text):
    assert read(text) == ([], ["a name, no date"])


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("On Friday Norvik opened a shop.", "2024-06-07"),
        ("Late Friday the miners walked out.", "2024-06-07"),
        ("Shares rose at Norvik's Friday sale.", "2024-06-07"),
        ("Norvik opened a shop Friday.", "2024-06-07"),
        ("The ministers met in New Halden Friday.", "2024-06-07"),
        ("Shops in Halden closed on Easter Monday.", "2024-04-01"),  # Easter 2024 was 31 March
    ],
)
def test_a_weekday_that_is_none_is_read(text, window):
    assert [one for one, _ in read(text)[0]] == [window]


@pytest.mark.parametrize(
    "text",
    [
        "The council will meet on Thursday week.",
        "The council will meet a week on Thursday.",
        "The mill will open in October 2024 at the earliest.",
        "The mill closed on the eve of Sunday's vote.",
        "The council met on Thursday of the week before.",
        "The mill will open in October 2024 or later.",
        "The mill closed the first working day after the May 7 talks.",
        "The mill closed several weeks before May 7.",
    ],
)
def test_a_phrase_is_read_whole_or_not_at_all(text):
    assert read(text) == ([], ["a part of a phrase that is not read whole"])


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("Norvik sold the mill on May 8 and not on May 7.", ["2024-05-08"]),
        ("Norvik sold the mill not on May 7.", []),
        ("Norvik sold the mill in April 2024 instead of February 2024.", ["2024-04"]),
        ("Norvik will sell the mill in August 2024 rather than in July 2024.", ["2024-08"]),
    ],
)
def test_a_date_that_is_denied_gives_no_event(text, windows):
    happenings, left = read(text)
    assert [window for window, _ in happenings] == windows
    assert left == ["another date is said to be meant"]


@pytest.mark.parametrize(
    "text",
    [
        "The mill will close on 8 July 2024 if talks fail.",
        "The mill will close on 8 July 2024, unless talks succeed.",
        "If talks fail, the mill will close on 8 July 2024.",
        "Unless ministers step in, the mill will close on 8 July 2024.",
        "The mill would, if talks fail, close on 8 July 2024.",
    ],
)
def test_what_depends_on_a_condition_gives_no_event(text):
    assert read(text) == ([], ["a condition, no statement"])


@pytest.mark.parametrize(
    "text",
    ["Owners will decide on 8 July 2024 if the mill closes.", "The mill will close on 8 July 2024 as if by habit."],
)
def test_an_if_that_is_no_condition_leaves_the_event(text):
    assert [window for window, _ in read(text)[0]] == ["2024-07-08"]


def test_a_date_of_two_small_numbers_is_in_doubt_and_one_with_dots_is_read():
    assert read("The mill closed on 04/05/2024.")[0] == [("2024-04-05", "low")]
    assert read("The mill closed on 05/05/2024.")[0] == [("2024-05-05", "high")]
    assert read("The mill closed on 25/05/2024.")[0] == [("2024-05-25", "high")]
    assert read("The mill closed on 6.5.2024.")[0] == [("2024-05-06", "high")]
    assert read("The mill closed on 31.12.2023.")[0] == [("2023-12-31", "high")]
    assert read("It sold version 6.5.2024.1 of the tool.")[0] == []
