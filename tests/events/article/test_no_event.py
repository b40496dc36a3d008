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
        "Shops in Halden closed on Fat Tuesday.",
        "Norvik opened a shop on Black Friday.",
        "Norvik opened a shop for Giving Tuesday.",
        "Rusty Friday opened a shop in Halden.",
        "The Friday Club opened a shop in Halden.",
        "Aldra Wednesday won the cup.",
        "August Lumber opened a shop in Halden.",
        "The October Trust opened a shop in Halden.",
        "The Red November mill shut.",
        "June Halden's shop was sold.",
        "April Fools' jokes fell flat.",
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
        ("In May Norvik opened a shop.", "2024-05"),
        ("The April OPEC meeting raised output.", "2024-04"),
        ("By August Norvik will open a shop.", "../2024-08"),
        ("The ministers met in New Halden Friday.", "2024-06-07"),
        ("Shops in Halden closed on Shrove Tuesday.", "2024-02-13"),
        ("Shops in Halden closed on Ash Wednesday.", "2024-02-14"),
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
        "The mill closed 36 hours after May 7.",
        "The mill closed at least ten days from May 7.",
        "The mill will close ten working days after July 8.",
        "The mill closed three Mondays before Easter.",
        "The mill will open on the penultimate Friday of August 2024.",
        "The mill will open on the first working day of July.",
    ],
)
def test_a_phrase_is_read_whole_or_not_at_all(text):
    assert read(text) == ([], ["a part of a phrase that is not read whole"])


@pytest.mark.parametrize(
    "text",
    [
        "No mill closed on 7 May 2024.",
        "None of the mills closed on 7 May 2024.",
        "Norvik said that nobody died on 7 May 2024.",
    ],
)
def test_what_nobody_did_did_not_happen(text):
    assert "said not to have happened" in read(text)[1]
    assert "2024-05-07" not in [window for window, _ in read(text)[0]]


@pytest.mark.parametrize("text", ["No fewer than ten mills closed on 7 May 2024.", "No. 2 mill closed on 7 May 2024."])
def test_a_no_that_denies_nothing_leaves_the_event(text):
    assert [window for window, _ in read(text)[0]] == ["2024-05-07"]


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("Sales rose in the year to 31 March 2024.", "2023-04-01/2024-03-31"),
        # stretches counted from a day
        ("The mill was shut for ten days from May 7, 2024.", "2024-05-07/2024-05-16"),
        ("The levy lasts two months from July 8, 2024.", "2024-07-08/2024-09-07"),
        ("Norvik must pay within 30 days of July 8, 2024.", "2024-07-08/2024-08-07"),
        ("Norvik sold half its stock in the week after May 7, 2024.", "2024-05-08/2024-05-14"),
        ("Norvik sold half its stock in the 30 days before May 7, 2024.", "2024-04-07/2024-05-06"),
        # a day beside another, a day by number
        ("The mill shut the day following May 7, 2024.", "2024-05-08"),
        ("The mill shut on the first Friday after May 7, 2024.", "2024-05-10"),
        ("The mill shut on the last Friday before May 7, 2024.", "2024-05-03"),
        ("The mill shut the Friday before last.", "2024-05-31"),
        ("The mill shut on the tenth day of May 2024.", "2024-05-10"),
        ("The mill shut on the twenty-second of May 2024.", "2024-05-22"),
        ("The levy ends six months after July 8, 2024.", "2025-01"),
        # two days
        ("The mill will shut on July 8 or 9, 2024.", "2024-07-08/2024-07-09"),
        ("The mill will shut on 8 and 9 July.", "2024-07-08/2024-07-09"),
        ("The mill shut on May 7 and 21, 2024.", "2024-05-07/2024-05-21"),
        ("The sale was put beyond July 8, 2024.", "2024-07-09/.."),
        ("The sale was put off by a week to July 15, 2024.", "2024-07-15"),
        ("The sale was put off by a week from July 8, 2024.", "2024-07-15"),
        # moved to an earlier date
        ("The sale was brought forward from July 8 to July 1.", "2024-07-01"),
        ("The sale was shifted from July 8 to July 15.", "2024-07-15"),
        ("The sale date was changed from 8 July to 1 July 2024.", "2024-07-01"),
    ],
)
def test_a_phrase_that_counts_is_read_whole(text, window):
    assert [one for one, _ in read(text)[0]] == [window]


def test_two_days_that_are_no_neighbours_are_in_doubt():
    assert read("The mill shut on May 7 and 21, 2024.")[0] == [("2024-05-07/2024-05-21", "low")]


def test_the_date_of_a_thing_beside_the_day_of_the_verb_says_which_thing():
    happenings, left = read("The Jan. 6 panel met on May 7, 2024.")
    assert [window for window, _ in happenings] == ["2024-05-07"]
    assert left == ["it says which thing is meant"]


def test_the_day_of_a_filing_is_not_that_of_what_it_says_will_come():
    happenings, left = read("According to a filing on Friday, Norvik will sell the mill in August.")
    assert [window for window, _ in happenings] == ["2024-08"]
    assert left == ["it says which thing is meant"]


def test_a_company_with_a_dot_in_its_name_holds_no_weekday():
    assert read("Monday.com sold its mill.") == ([], [])


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
    assert read("The mill closed on 04-05-2024.")[0] == [("2024-04-05", "low")]
    assert read("The mill closed on 05/05/2024.")[0] == [("2024-05-05", "high")]
    assert read("The mill closed on 25/05/2024.")[0] == [("2024-05-25", "high")]
    assert read("The mill closed on 6.5.2024.")[0] == [("2024-05-06", "high")]
    assert read("The mill closed on 31.12.2023.")[0] == [("2023-12-31", "high")]
    assert read("It sold version 6.5.2024.1 of the tool.")[0] == []
