"""What a sentence denies without a "not" at its verb, and what only looks like a denial, read on 2024-06-11."""

from __future__ import annotations

from datetime import date

import pytest

from eventfolio.events.article.happenings import happenings_of
from eventfolio.events.article.text import Sentence
from eventfolio.events.article.vocabulary import vocabulary

ON = date(2024, 6, 11)


def read(text: str) -> tuple[list[tuple[str, str | None]], list[str]]:
    """(window, sign) of the happenings of a sentence, and the reasons of what was left out."""
    found = happenings_of(Sentence(0, 1, text, 0, len(text), "", ""), None, ON, vocabulary())
    return [(one.window.text, one.sign) for one in found.happenings], [one.reason for one in found.left_out]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("No lease was signed by Norvik in May 2024.", "said not to have happened"),
        ("Nobody bought the mill in May 2024.", "said not to have happened"),
        ("None of the bidders won the lease in May 2024.", "said not to have happened"),
        ("Norvik neither sold the mill nor signed the lease in May 2024.", "said not to have happened"),
        ("Norvik left the talks without signing the lease in May 2024.", "said not to have happened"),
        ("Norvik stopped short of signing the lease in May 2024.", "said not to have happened"),
        ("Far from selling the mill in May 2024, Norvik bought a second one.", "said not to have happened"),
        ("A court stopped Norvik from selling the mill in May 2024.", "said not to have happened"),
        ("The board voted against selling the mill in May 2024.", "said not to have happened"),
        ("Norvik did not, as reported, sell the mill in May 2024.", "said not to have happened"),
        ("The lease that Norvik did not win in May 2024 went to a rival.", "said not to have happened"),
        ("Norvik has no plans to open the mill in August 2024.", "said not to happen"),
        ("Norvik no longer expects to open the mill in August 2024.", "said not to happen"),
        ("Norvik has yet to open the mill promised for May 2024.", "an earlier plan"),
        ("Norvik is unlikely to open the mill in August 2024.", "possible only"),
        ("It is not true that Norvik sold the mill in May 2024.", "denied"),
        ("Norvik denies having sold the mill in May 2024.", "denied"),
        ("Norvik dismissed reports that it had sold the mill in May 2024.", "denied"),
        ("Reports that Norvik sold the mill in May 2024 are false.", "denied"),
        ("Norvik would have won the lease in May 2024 had it bid more.", "planned once, or never real"),
        ("Norvik never delivered the ferry that it had promised for March 2024.", "an earlier plan"),
    ],
)
def test_what_did_not_happen_is_left_out_with_its_reason(text, reason):
    happenings, left = read(text)
    assert [window for window, _ in happenings if window != str(ON)] == []  # the day of writing is a report's own
    assert reason in left


@pytest.mark.parametrize(
    "text",
    [
        "There is no doubt that Norvik sold the mill in May 2024.",
        "No fewer than three firms signed the lease in May 2024.",
        "Norvik sold the mill without warning in May 2024.",
        "Norvik not only sold the mill in May 2024 but shut the yard.",
        "Nothing was left to chance, and Norvik sold the mill in May 2024.",
        "Norvik sold the mill in May 2024, though no rival had signed.",
    ],
)
def test_what_only_looks_denied_stays(text):
    assert [window for window, _ in read(text)[0]] == ["2024-05"]


@pytest.mark.parametrize("what", ["lost the ferry order", "turned down the lease", "stopped building ferries"])
def test_an_order_lost_or_turned_down_and_work_stopped_are_bad_news(what):
    ((window, sign),) = read(f"Norvik {what} in May 2024.")[0]
    assert window == "2024-05"
    assert sign is not None


def test_what_did_not_come_until_a_date_came_then():
    assert [window for window, _ in read("Norvik did not open until March 2024.")[0]] == ["2024-03"]
