"""What is said not to happen cancels only what was named before; a denial only casts doubt."""

from __future__ import annotations

import pytest

from eventfolio.events import draft_of, packaged_securities, read_article
from eventfolio.events.article.stems import stem

KNOWN = packaged_securities()


@pytest.fixture
def events(write):
    def _events(text: str):
        path = write("a.txt", f"A title\n2025-06-17T12:00:00Z\n\n{text}\n")
        draft = draft_of(read_article(str(path)), KNOWN, "draft")
        return [one for one in draft.calendar.events if one.kind not in ("publication", "announcement")]

    return _events


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Aldra tunnel will open on 3 July 2025. The tunnel will not open in July.", ["cancelled"]),
        ("The tunnel will not open in July 2025.", []),  # nothing was named before
        ("The tunnel will not open in July 2025. The tunnel will open on 3 July 2025.", ["scheduled"]),  # nor here
        ("The tunnel will open in May 2026. The tunnel will not open in July.", ["scheduled"]),  # another date
        ("The tunnel will open on 3 July 2025. The bridge will not open in July.", ["scheduled"]),  # another thing
        ("The tunnel will open on 3 July 2025. The tunnel will not flood.", ["scheduled"]),  # another act
        ("Officials will open the bridge in August. It will no longer open.", ["cancelled"]),
        ("Norvik will launch a ferry in September. The launch was cancelled.", ["cancelled"]),
        ("The tender for the dam is scheduled for 9 September. The tender has been called off.", ["cancelled"]),
        ("Norvik sold a mill in May 2025. Norvik will not sell the mill.", ["occurred"]),  # what was done stays done
    ],
)
def test_a_negated_future_cancels_an_event_named_before(events, text, expected):
    assert [one.status for one in events(text)] == expected


def test_the_cancelled_event_says_where(events):
    (event,) = events("The tunnel will open on 3 July 2025. The tunnel will not open in July.")
    assert event.note == "Called off in 0.2."


def test_a_denial_leaves_the_event_in_doubt(write):
    text = "Norvik will sell its mill in August 2025. Norvik denied that it would sell it."
    path = write("a.txt", f"A title\n2025-06-17T12:00:00Z\n\n{text}\n")
    draft = draft_of(read_article(str(path)), KNOWN, "draft")
    event = draft.calendar.events[-1]
    assert (event.status, event.confidence) == ("scheduled", "low")
    assert event.note == "Denied in 0.2."


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Norvik will open its mill on 3 July 2025. The Norvik mill opens in July 2025 with 40 staff.", 1),
        ("Norvik will open its mill on 3 July 2025. Norvik will open an office in 2025.", 2),
        ("Norvik will open its mill on 3 July 2025. Halden will open its mill in July 2025.", 2),
        ("Norvik opened its mill on 3 June 2025. Norvik will open its mill in June 2026.", 2),
    ],
)
def test_a_wider_mention_joins_the_happening_within_it(events, text, count):
    assert len(events(text)) == count


def test_what_is_only_expected_is_called_a_forecast(events):
    expected, decided = events(
        "Norvik is expected to open a mill on 3 July 2025. Halden will open an inn on 4 July 2025."
    )
    assert (expected.note, expected.confidence) == ("A forecast by its words: 'expected'.", "medium")
    assert (decided.note, decided.confidence) == (None, "high")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("open", "opens", "opened", "opening"), "open"),
        (("sell", "sold", "sale", "sells", "selling"), "sell"),
        (("plan", "planned", "planning"), "plan"),
        (("deliver", "delivery", "delivered"), "deliver"),
        (("launch", "launches", "launching"), "launch"),
    ],
)
def test_forms_of_one_act_have_one_stem(words, expected):
    assert {stem(word) for word in words} == {expected}
