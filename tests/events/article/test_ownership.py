"""Whose date it is: "high" is kept for a date that is the verb's beyond doubt, read on a Tuesday, 2024-06-11."""

from __future__ import annotations

from datetime import date

import pytest

from eventfolio.events.article.happenings import happenings_of
from eventfolio.events.article.text import Sentence
from eventfolio.events.article.vocabulary import vocabulary

ON = date(2024, 6, 11)


def confidences(text: str) -> list[str]:
    found = happenings_of(Sentence(0, 1, text, 0, len(text), "", ""), None, ON, vocabulary())
    return [one.confidence for one in found.happenings]


@pytest.mark.parametrize(
    "text",
    [
        # a date behind "after" or "ahead of", or of a noun
        "Aldra sold shares ahead of Monday's session.",
        "Aldra shut the line before the 3 May 2024 audit.",
        "Judges confirmed a 3 May 2023 verdict.",
        "Envoys rewrote the pact of 3 May 2023.",
        "Norvik corrected figures for March 2020.",
        "Aldra shut the line the day after Sunday's blaze.",
        "Aldra shut the line a week after the 3 May 2024 blaze.",
        # a participle between
        "Norvik scrapped a ferry launched in March 2020.",
        "Norvik will repair ferries sold in March 2020.",
        "Norvik will contest a fine imposed on 3 May 2024.",
        "A ferry launched in March 2020 was scrapped.",
        "On 3 May 2024 sailors held in Halden were released.",
        "Norvik published a letter written in March 2020.",
        "Norvik asked Halden to repair the ferry on 3 May 2024.",
        "Norvik, founded in March 2020, was sold.",
        "Norvik repaid a loan due 3 May 2024.",
        "Norvik sued its chief over a bonus paid on 3 May 2022.",
        "The mill shut for repairs due to end on 3 July 2024.",
        "Output was higher than on 3 May 2024.",
        # a noun that has a date of its own
        "The minister condemned the raid on Monday.",
        "Judges upheld the decision on 3 May 2024.",
        "The mayor recalled the flood on 3 May 2023.",
        "The widow described the crash on 3 May 2023.",
        "Norvik was charged with the spill on 3 May 2023.",
        # a rule that chose one of two
        "Norvik sold the ferry last Monday.",
        "Norvik will sell the ferry next Friday.",
        "Norvik will sell the ferry on Tuesday.",
        "Norvik sold the ferry last May.",
        "Norvik will sell the ferry on Labor Day 2024.",
        # what is left open
        "Norvik will sell the ferry on 3 July 2024, subject to approval.",
        "Norvik will sell the ferry on 3 July 2024, weather permitting.",
        "Norvik should sell the ferry on 3 July 2024.",
        "Norvik would sell the ferry on 3 July 2024.",
        # what is questioned
        "Norvik nearly sold the ferry on 3 May 2024.",
        "Norvik reportedly sold the ferry on 3 May 2024.",
        "It was not true that Norvik sold the ferry on 3 May 2024.",
        # a past verb about something ahead
        "Norvik cancelled its Saturday sailing.",
        "Norvik cancelled the sailing on Saturday.",
        "Norvik called off the sailing on Saturday.",
        "Crews prepared for Sunday's race.",
        "Norvik won permission for a sailing on Sunday.",
        "The ferry was cleared for departure on Saturday.",
        "The council approved a march on Saturday.",
        "Dockers postponed the 3 June 2024 walkout.",
    ],
)
def test_a_date_that_may_be_a_nouns_is_not_sure(text):
    assert "high" not in confidences(text)


@pytest.mark.parametrize(
    "text",
    [
        "Norvik sold the ferry on 3 May 2024.",
        "Norvik sold the ferry in March 2020 for 4 million.",
        "Norvik sold the ferry on Monday.",
        "Norvik sold the ferry Monday.",
        "Norvik sold the ferry on Monday to pay its debts.",
        "On Monday, Norvik sold the ferry.",
        "Norvik sold the ferry to investors on 3 May 2024.",
        "Norvik on Monday sold the ferry.",
        "Norvik completed the sale of its ferry on 3 May 2024.",
        "The ferry was sold on 3 May 2024.",
        "Norvik will sell the ferry on the 3rd of July 2024.",
        "The sale is scheduled for 3 July 2024.",
        "Norvik signed the treaty on Monday.",
        "Norvik lost the vote on 3 May 2024.",
        "Norvik sold the ferry on Friday of last week.",
    ],
)
def test_a_date_of_the_verb_alone_is_sure(text):
    assert confidences(text) == ["high"]


def test_what_somebody_said_would_be_is_sure():
    assert confidences("Norvik said it would sell the ferry on 3 July 2024.")[0] == "high"


@pytest.mark.parametrize(
    ("before", "text", "confidence"),
    [
        ("The yard is in Halden.", "Norvik sold the ferry on Friday.", "high"),
        ("On June 3, 2023 Norvik met the minister.", "Norvik sold the ferry on Friday.", "medium"),
        ("Norvik met the minister on 20 May.", "Norvik sold the ferry on Friday.", "medium"),
        ("The yard was built in 2019.", "Norvik sold the ferry on Friday.", "medium"),
        ("The yard was built in 2019.", "Norvik sold the ferry on 3 May 2024.", "high"),
        ("The yard is in Halden.", "Norvik sold the ferry one Friday.", "medium"),
    ],
)
def test_a_weekday_may_be_of_the_week_that_the_sentence_before_told_of(before, text, confidence) -> None:
    earlier = Sentence(0, 1, before, 0, len(before), "", "")
    sentence = Sentence(0, 2, text, len(before) + 1, len(before) + 1 + len(text), "", "")
    found = happenings_of(sentence, earlier, ON, vocabulary())
    assert [one.confidence for one in found.happenings] == [confidence]
