"""What single sentences say happens, when, and how surely: windows worked out by hand from a Tuesday, 2025-06-17."""

from __future__ import annotations

from datetime import date

import pytest

from eventfolio.events.article.happenings import happenings_of
from eventfolio.events.article.joining import joined
from eventfolio.events.article.text import Sentence, sentences_of
from eventfolio.events.article.vocabulary import vocabulary

ON = date(2025, 6, 17)


def told(text: str, on: date = ON):
    """The happenings of a sentence, and what was left out of it."""
    found = happenings_of(Sentence(0, 1, text, 0, len(text), "", ""), None, on, vocabulary())
    return list(found.happenings), list(found.left_out)


def dates(text: str, on: date = ON):
    return [(one.window.text, one.status) for one in told(text, on)[0]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the verb nearest in the clause decides which way a date without a year looks
        ("The utility signed the lease in October.", [("2024-10", "occurred")]),
        ("The utility will sign the lease in May.", [("2026-05", "scheduled")]),
        ("The yard would close after a pact was signed in November.", [("2024-11", "occurred")]),
        ("Regulators on Monday fined the bank.", [("2025-06-16", "occurred")]),
        ("On Friday, the miner cut its target.", [("2025-06-13", "occurred")]),
        ("The board meets on Thursday to vote.", [("2025-06-19", "scheduled")]),
        # a reporting verb's date is that of the saying
        ("The group said on Monday it would sell the unit.", [("2025-06-16", "occurred")]),
        (
            "The group said on Friday that it will sell the unit in August 2026.",
            [("2025-06-13", "occurred"), ("2026-08", "scheduled")],
        ),
        ("The minister spoke out on Tuesday that talks would fail.", [("2025-06-17", "occurred")]),
        ("The two agreed on Sunday to swap assets.", [("2025-06-15", "occurred")]),
        # the precision of the words
        ("Six years ago the firms merged.", [("2019", "occurred")]),
        ("Two months ago the firms merged.", [("2025-04", "occurred")]),
        ("Three weeks ago the firms merged.", [("2025-05-26/2025-06-01", "occurred")]),
        ("Three days ago the firms merged.", [("2025-06-14", "occurred")]),
        ("The plant will open in two years.", [("2027", "scheduled")]),
        # whole phrases
        ("The plant will open on the second Wednesday of July.", [("2025-07-09", "scheduled")]),
        ("The plant will open on the last Friday in August 2025.", [("2025-08-29", "scheduled")]),
        ("Shipments resume the week ending July 4.", [("2025-06-28/2025-07-04", "scheduled")]),
        ("Sales rose in the first five months of 2024.", [("2024-01-01/2024-05-31", "occurred")]),
        ("Sales fell in the three months ended March 31.", [("2025-01-01/2025-03-31", "occurred")]),
        ("The plant will open the month after next.", [("2025-08", "scheduled")]),
        ("The union walked out this past Wednesday.", [("2025-06-11", "occurred")]),
        ("Output fell last quarter.", [("2025-33", "occurred")]),
        # open windows
        ("Deliveries will begin no earlier than March 2026.", [("2026-03/..", "scheduled")]),
        ("The ship will sail not before May 2026.", [("2026-05/..", "scheduled")]),
        ("The plant is to open by early 2027.", [("../2027-04", "scheduled")]),
        # dates that a plan was moved to
        ("The ruling is scheduled for September 9.", [("2025-09-09", "scheduled")]),
        ("A vote is due on 1 July 2025.", [("2025-07-01", "scheduled")]),
        ("The launch was postponed to November 4, 2025.", [("2025-11-04", "scheduled")]),
        ("The offer was extended to July 18.", [("2025-07-18", "scheduled")]),
        ("First deliveries are not due until October.", [("2025-10", "scheduled")]),
        ("The launch, originally planned for May, will be delayed until August 2026.", [("2026-08", "scheduled")]),
        ("The rule takes effect on July 1.", [("2025-07-01", "scheduled")]),
        ("The carrier has been suspended since 3 March 2025.", [("2025-03-03", "occurred")]),
        ("The launch was moved from July 4, 2025 to November 4, 2025.", [("2025-11-04", "scheduled")]),
        ("The launch slipped from July 2025 to November 2025.", [("2025-11", "scheduled")]),
        ("The offer was extended from July 3 to 18.", [("2025-07-18", "scheduled")]),
        ("The launch was put off to November 4, 2025 from July 4, 2025.", [("2025-11-04", "scheduled")]),
        ("The board rescheduled its session for Thursday.", [("2025-06-19", "scheduled")]),
        ("The yard was shut from May 3 to June 6.", [("2025-05-03/2025-06-06", "occurred")]),
        # counted from a date that is told
        ("The yard will shut nine days after July 4.", [("2025-07-13", "scheduled")]),
        ("The yard was sold the day after the June 3 blaze.", [("2025-06-04", "occurred")]),
        ("The yard was sold the day before Sunday's race.", [("2025-06-14", "occurred")]),
        ("The yard will shut nine days from July 4.", [("2025-07-13", "scheduled")]),
        ("The yard will shut for nine days from July 4.", [("2025-07-04/2025-07-12", "scheduled")]),
        ("The yard will build two ships a week from July 4.", [("2025-07-04/..", "scheduled")]),
        ("The yard was sold the Friday after June 3.", [("2025-06-06", "occurred")]),
        ("The yard was sold the Tuesday before June 3.", [("2025-05-27", "occurred")]),
        ("The yard will shut a week from Thursday.", [("2025-06-26", "scheduled")]),
        ("The yard was sold three days before June 6.", [("2025-06-03", "occurred")]),
        ("The yard was sold two weeks after the 3 May 2025 blaze.", [("2025-05-17", "occurred")]),
        # deadlines look ahead, missed ones back
        ("The bank sold the loans ahead of a July 1 deadline.", [("2025-07-01", "scheduled")]),
        ("The bank missed the June 2 deadline.", [("2025-06-02", "occurred")]),
        ("The bank missed the December 10 deadline.", [("2024-12-10", "occurred")]),
        ("The bank must sell the loans by the December 20 deadline.", [("2025-12-20", "scheduled")]),
        # counted from a date of the text
        ("One will sail in 2026 and another two years later.", [("2026", "scheduled"), ("2028", "scheduled")]),
        # of a year only the year is told, whatever part of it
        ("The yard lost an order earlier this year.", [("2025", "occurred")]),
        ("The yard will be sold later this year.", [("2025", "scheduled")]),
        ("The yard had 900 staff at the end of 2023.", [("2023", "occurred")]),
        ("The yard had 900 staff at year-end.", [("2024", "occurred")]),
        ("The yard is to be sold by year-end.", [("../2025", "scheduled")]),
        ("The yard was sold earlier this month.", [("2025-06-01/2025-06-16", "occurred")]),
        # a clause of its own says what happened then
        ("Sales are up from 2021, when the yard burned down.", [("2021", "occurred")]),
        ("It was the longest outage since 2016, when a cable broke.", [("2016", "occurred")]),
        ("The yard has out-built its rival since 2019.", [("2019", "occurred")]),
        # what takes effect, and what must be done
        ("Fares will rise by 4 per cent from 1 July 2025.", [("2025-07-01/..", "scheduled")]),
        ("The panel must rule by the end of August.", [("../2025-08", "scheduled")]),
        ("The yard has until the end of August to pay.", [("2025-08-31", "scheduled")]),
        ("The yard was given until Friday to answer.", [("2025-06-20", "scheduled")]),
        # plural verbs that plan, and nouns like them
        ("Unions plan a march for Saturday.", [("2025-06-21", "scheduled")]),
        ("Two brokers predict a rise in December.", [("2025-12", "scheduled")]),
        ("The members had filed tax reports by Friday.", [("../2025-06-13", "occurred")]),
        # parts of days
        ("Crews reached the ship early this morning.", [("2025-06-17", "occurred")]),
        ("The council voted late on Monday to sell it.", [("2025-06-16", "occurred")]),
        # a day soon to come is meant, though the verb is past; a far one is gone
        ("It declared a dividend payable July 15.", [("2025-07-15", "scheduled")]),
        ("It signed the lease on October 15.", [("2024-10-15", "occurred")]),
        ("It signed an agreement to buy the mill in January.", [("2026-01", "scheduled")]),
        ("Its shares closed above Friday's closing price.", [("2025-06-13", "occurred")]),
        ("The firm fell in 2023 to 2.2 billion dollars.", [("2023", "occurred")]),
        ("Five men were hurt in 2024, one last March 4.", [("2024", "occurred"), ("2025-03-04", "occurred")]),
        # a time of day is passed over
        ("Regulators postponed the vote until 9 a.m. EST Friday.", [("2025-06-20", "scheduled")]),
        ("The mine shut at 10:30 GMT on Monday.", [("2025-06-16", "occurred")]),
        ("The mine shut at noon on 3 June 2025.", [("2025-06-03", "occurred")]),
        ("Traders were bracing for a strike on Friday.", [("2025-06-20", "scheduled")]),
        # a stretch is no date
        ("It was the smallest gain in two years.", []),
        ("The dam was built in three years.", []),
        ("The dam will be built in three years.", [("2028", "scheduled")]),
        # the day of the telling, not the quarter told of
        ("It posted a loss for the first quarter on April 29.", [("2025-04-29", "occurred")]),
        # cancelled
        ("Norvik cancelled a sailing that was to begin on Friday.", [("2025-06-20", "cancelled")]),
        ("Norvik called off a sailing planned for July 4.", [("2025-07-04", "cancelled")]),
        ("A sailing scheduled for July 4 was scrapped.", [("2025-07-04", "cancelled")]),
        ("Norvik postponed a sailing scheduled for July 4.", []),
        ("A sailing, set for July 4, was put back to July 11.", [("2025-07-11", "scheduled")]),
        ("The sailing, first planned for May 2, is on July 11.", [("2025-07-11", "scheduled")]),
        ("Norvik postponed a sailing scheduled for July 4 to July 11.", [("2025-07-11", "scheduled")]),
        ("Norvik scrapped the ferry and will buy one in July.", [("2025-07", "scheduled")]),
        # the day of a denial, and what is refused
        ("Norvik denied on Monday that it sold the ferry in May.", [("2025-06-16", "occurred")]),
        ("Norvik denied selling the ferry in May.", []),
        ("Norvik rejected an offer in May.", [("2025-05", "occurred")]),
        ("Norvik rejected claims that it sold the ferry in May.", []),
        # a participle right before its date
        ("A levy imposed in 2010 was withdrawn.", [("2010", "occurred")]),
        ("Work on the dam was scrapped in March 2024.", [("2024-03", "cancelled")]),
    ],
)  # fmt: skip
def test_a_happening_has_this_window_and_status(text, expected):
    assert dates(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The bank did not win the mandate in May 2025.", "said not to have happened"),
        ("The bank failed to sell the unit in May 2025.", "said not to have happened"),
        ("The bank never opened the branch in May 2025.", "said not to have happened"),
        ("The bank will no longer open the branch in July 2025.", "said not to happen"),
        ("The bank denied that it had sold the unit in May 2025.", "denied"),
        ("The bank may sell the unit in July 2025.", "possible only"),
        ("If the bank sells the unit in July 2025, shares will rise.", "a condition, no statement"),
        ("The bank had hoped to open in May 2025.", "planned once, or never real"),
        ("A ban originally due in May 2025 was lifted.", "an earlier plan"),
        ("Profit was higher than in 2023.", "a period compared with"),
        ("It was the first loss since 2019.", "a period compared with"),
        ("Profit was down 3 per cent from a year earlier.", "a period compared with"),
    ],
)
def test_what_gives_no_event_is_listed_with_its_reason(text, reason):
    happenings, left = told(text)
    assert [one.reason for one in left] == [reason]
    assert not [one for one in happenings if one.mention.reading.rule != happenings[0].mention.reading.rule]
    assert all(one.confidence == "low" and one.window.text == "2025-06-17" for one in happenings)  # the report itself


def test_not_only_denies_nothing():
    assert dates("The bank not only won the mandate in May 2025 but also sold a unit.") == [("2025-05", "occurred")]


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        ("The bank sold the unit on 12 May 2025.", "high"),
        ("The bank sold the unit on Monday 12 May.", "high"),  # only in 2025 was it a Monday
        ("The bank sold the unit on Tuesday 12 May.", "low"),  # and no Tuesday
        ("The bank sold the unit on Monday.", "high"),
        ("The bank sold the unit on Wednesday.", "medium"),  # six days ago, if the writer was late
        ("The bank sold the unit on 12 May.", "medium"),  # the year is not written
        ("The bank sold the unit in 2024.", "medium"),
        ("The bank sold the unit in fiscal 2024.", "low"),  # whose year?
        ("The bank sold the unit around May 2025.", "low"),
        ("The unit was to be sold in May 2026.", "low"),  # as was planned once
        ("The unit will be sold by the end of fiscal 2027.", "low"),
        ("The bank will sell the unit on 12 May 2025.", "low"),  # told as coming, gone by
    ],
)
def test_high_is_kept_for_what_the_words_leave_no_doubt_of(text, confidence):
    assert [one.confidence for one in told(text)[0]] == [confidence]


def test_bad_words_are_named_and_a_rate_cut_is_none():
    assert told("The maker issued a profit warning on 2 June 2025.")[0][0].sign == "profit warning"
    assert told("The ministry halted exports on 2 June 2025.")[0][0].sign == "halted"
    assert told("The central bank cut its policy rate on 2 June 2025.")[0][0].sign is None


def test_mentions_of_one_happening_join_and_others_do_not():
    text = (
        "Norvik opened its smelter on 3 June 2025. Guests came. The Norvik smelter, opened on 3 June 2025,"
        " employs 400. Halden opened its mill on 3 June 2025."
    )
    sentences = sentences_of(text, 0, frozenset({"\n"}))
    happenings = [one for s in sentences for one in happenings_of(s, None, ON, vocabulary()).happenings]
    groups = joined(happenings)
    assert [[one.sentence.number for one in group] for group in groups] == [[1, 3], [4]]


def test_a_title_names_its_subject():
    first, second = sentences_of(
        "The Aldra tunnel is a road of the north. It will open by mid-2026.", 0, frozenset({"\n"})
    )
    (one,) = happenings_of(second, first, ON, vocabulary()).happenings
    assert one.title == "The Aldra tunnel: will open by mid-2026."


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("It expects claims from the flood that hit the town on 9 May 2025.", "the flood"),
        ("A march, planned for May 2026, was banned on 3 June 2025.", "A march"),
        ("A panel cleared the merger of Aldra and privately owned Pacific Haul on 3 June 2025.", "A panel"),
        ("Two years later it closed.", ""),
    ],
)
def test_the_subject_is_who_does_it(text, subject):
    assert {one.subject for one in told(text)[0]} == {subject}


def test_a_list_of_dates_is_read_to_its_hundredth_and_says_so():
    text = "It met " + ", ".join(f"on {1 + n % 28} May {1990 + n // 28}" for n in range(300)) + "."
    happenings, left = told(text)
    assert len(happenings) == 100
    assert left[0].reason == "a list, no sentence: what stands from here on is not read"


def test_a_dateline_is_no_happening():
    assert dates("NAIROBI, August 21 (Xinhua) -- The bank sold the unit on 12 May 2025.") == [
        ("2025-05-12", "occurred")
    ]
