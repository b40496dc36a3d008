"""Drafts: what articles on four subjects must give, and what the packaged calendar's review added to its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.growth import grows_linearly
from support.places import SHARED

from eventfolio.events import (
    check_themes,
    draft_of,
    packaged_securities,
    read_article,
    read_calendar,
    read_securities,
    read_themes,
)
from eventfolio.events.article.write import calendar_text, themes_text
from eventfolio.events.dprk_russia import CALENDAR, THEMES

ARTICLES = Path(__file__).parents[1] / "articles"
SHARED = SHARED / "articles" / "dprk-russia-2025-06-17.txt"
KNOWN = packaged_securities()
SHIPPERS = KNOWN.with_more(read_securities(ARTICLES / "canal-securities.toml"))


def drafted(path: Path, securities=KNOWN):
    return draft_of(read_article(str(path)), securities, "draft")


def events_of(draft):
    """id: status, occurs, as written, themes, confidence; the publication apart."""
    return {
        event.id: (event.status, event.occurs, event.as_written, event.themes, event.confidence)
        for event in draft.calendar.events
        if event.id != "article-published"
    }


def themes_of(draft):
    return {
        theme.name: (
            [found.security.symbol for found in theme.members],
            [found.name.text for found in theme.unknown],
        )
        for theme in draft.themes
    }


def left_out_of(draft):
    return [(left.words, left.reason) for left in draft.left_out]


def undated_of(draft):
    return [(undated.kind, undated.sentence.section, undated.sentence.number) for undated in draft.undated]


def test_an_opec_meeting():
    draft = drafted(ARTICLES / "opec-2025-08-03.txt")
    assert events_of(draft) == {
        "supply-0-1": ("occurred", "2025-08-03", "on Sunday", ("oil",), "medium"),
        "supply-0-1-2": ("scheduled", "2025-09/..", "from September", ("oil",), "medium"),
        "supply-0-1-3": ("occurred", "2023", "in 2023", ("oil",), "medium"),
        "supply-1-1": ("occurred", "2025-04", "since April 2025", ("oil",), "medium"),
        "other-1-2": ("scheduled", "../2026", "until the end of 2026", ("oil",), "medium"),
        "meeting-1-3": ("scheduled", "2025-09-07", "on 7 September", (), "medium"),
    }
    assert themes_of(draft) == {"oil": (["0883.HK"], ["Rongsheng Petrochemical", "Permian Star Energy Corp (PSEC)"])}
    assert undated_of(draft) == [("meeting", 0, 2), ("unknown", 0, 3), ("announcement", 1, 4), ("announcement", 2, 3)]
    assert left_out_of(draft) == [("in the second half of the year", "possible only")]


def test_a_central_bank():
    draft = drafted(ARTICLES / "rates.html")
    assert events_of(draft) == {
        "monetary-policy-0-1": ("occurred", "2025-11-06", "on Thursday", ("market",), "medium"),
        "monetary-policy-1-1": ("scheduled", "../2026-06", "by mid-2026", ("market",), "medium"),
        "monetary-policy-1-2": (
            "scheduled",
            "../2025-12",
            "until the first quarter of next year",
            ("market",),
            "medium",
        ),
    }
    assert themes_of(draft) == {"banks": ([], ["Northern & Tyne Bank", "Harbour Mutual"]), "market": (["SPY"], [])}
    assert undated_of(draft) == [("unknown", 0, 2), ("announcement", 0, 3), ("unknown", 2, 1), ("unknown", 2, 2)]
    assert left_out_of(draft) == [("since March", "a period compared with"), ("before Christmas", "possible only")]


def test_a_shipping_canal():
    draft = drafted(ARTICLES / "canal.txt", SHIPPERS)
    assert events_of(draft) == {
        "closure-0-1": ("scheduled", "2024-11-03/..", "from 3 November 2024", ("shipping",), "medium"),
        "closure-0-1-2": ("occurred", "2024-10-29", "yesterday", ("shipping",), "medium"),
        "closure-0-3": ("occurred", "2024-05/2024-06", "Between May and July 2024", (), "medium"),
        "other-0-6": ("scheduled", "../2024", "until early 2025", ("lng", "shipping"), "medium"),
        "infrastructure-1-1": ("scheduled", "2030-41", "in the second half of 2030", (), "medium"),
        "infrastructure-1-2": ("cancelled", "2019", "in 2019", (), "medium"),
        "infrastructure-1-2-2": ("occurred", "2024-22", "last summer", (), "medium"),
    }
    assert themes_of(draft) == {
        "shipping": (["9107.T", "011200.KS"], ["Blue Fjord Shipping ASA"]),
        "lng": (["036460.KS"], []),
    }
    assert undated_of(draft) == [("unknown", 0, 2), ("unknown", 0, 5)]
    assert left_out_of(draft) == [("of last year", "it says which thing is meant")]


@pytest.mark.parametrize("name", ["opec-2025-08-03.txt", "canal.txt"])
def test_a_draft_is_a_valid_calendar_with_themes_and_the_same_each_time(tmp_path, name):
    draft = drafted(ARTICLES / name, SHIPPERS)
    (tmp_path / "calendar.toml").write_text(calendar_text(draft), encoding="utf-8")
    (tmp_path / "themes.toml").write_text(themes_text(draft), encoding="utf-8")
    calendar = read_calendar(tmp_path / "calendar.toml")
    check_themes(calendar, read_themes(tmp_path / "themes.toml"))
    assert calendar.events == draft.calendar.events
    again = drafted(ARTICLES / name, SHIPPERS)
    assert (calendar_text(again), themes_text(again)) == (calendar_text(draft), themes_text(draft))


def test_everything_is_known_from_the_publication_on_and_says_where_it_stands():
    draft = drafted(ARTICLES / "canal.txt", SHIPPERS)
    for event in draft.calendar.events:
        assert event.known_at == draft.article.published
        assert event.origin == "article"
    [(sentence, _)] = draft.evidence["closure-0-1"]
    event = next(event for event in draft.calendar.events if event.id == "closure-0-1")
    assert event.source == f"article, section 0, sentence 1, characters {sentence.start}-{sentence.end}"
    assert draft.article.text[sentence.start : sentence.end] == sentence.text
    assert f"# [0.1] {sentence.text}" in calendar_text(draft)


def test_a_name_is_matched_at_its_longest_and_a_given_up_one_says_until_when(write):
    text = (
        "A title\n2025-06-17T00:00:00Z\n\nMakers such as Samsung C&T Corp., Doosan Heavy Industries & Construction, "
        "XKOGASX and MP won. The MP from Leeds spoke. A miner (MP) rose, and so did (7013.T).\n"
    )
    draft = drafted(write("a.txt", text))
    assert themes_of(draft) == {
        "samsung-c-t": (["028260.KS"], []),
        "doosan-enerbility": (["034020.KS"], []),
        "mp-materials": (["MP"], []),
        "ihi": (["7013.T"], []),
    }
    assert [f.name.text for f in draft.themeless] == ["XKOGASX", "MP"]
    (doosan,) = draft.themes[1].members
    assert doosan.name.text == "Doosan Heavy Industries & Construction"
    assert str(doosan.name.until) == "2022-03-28"


def test_hostile_text_gives_a_clean_draft(write, tmp_path):
    text = (
        "A \u202etitle\x1b[2J\n2025-06-17T00:00:00Z\n\n"
        'The bridge """\n[[event]]\nid = "x" opened on 3 June 2025 at Evil\x07\u2028 Corp Ltd. '
        "<script>alert(1)</script>\n"
    )
    draft = drafted(write("a.txt", text))
    path = write("draft.toml", calendar_text(draft))
    assert [event.id for event in read_calendar(path).events] == ["article-published", "infrastructure-0-1"]
    assert all(letter.isprintable() or letter == "\n" for letter in calendar_text(draft) + themes_text(draft))


@pytest.mark.prove
@pytest.mark.parametrize("words", ["(", "Aa, ", "firms like ", "Corp ", "it opened on 3 June 2025, ", "Aaa (B) "])
def test_a_line_of_100_000_characters_is_drafted_in_linear_time(write, words):
    def draft(length: int) -> None:
        line = "firms like " + words * (length // len(words))
        drafted(write("a.txt", f"A title\n2025-06-17T00:00:00Z\n\n{line}\n"))

    assert grows_linearly(draft, 100_000)


# --- the packaged article -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def subject():
    if not SHARED.exists():
        pytest.skip("the packaged subject's article is not beside the project")
    return drafted(SHARED)


def test_the_packaged_subjects_draft_holds_its_publication_bridge_and_troops(subject):
    assert events_of(subject) == {
        "infrastructure-1-5": ("scheduled", "../2026-06", "by mid-2026", ("infrastructure",), "medium"),
        "deployment-1-2": ("occurred", "2024/..", "since 2024", (), "medium"),
    }
    published = next(event for event in subject.calendar.events if event.id == "article-published")
    assert published.known_at.isoformat() == "2025-06-17T17:55:00-04:00"
    assert (published.zone, published.occurs) == ("America/New_York", "2025-06-17")


def test_its_listings_and_untradable_names_stand_under_their_themes(subject):
    assert themes_of(subject) == {
        "infrastructure": (["028260.KS", "034020.KS", "7013.T"], []),
        "lng": (["036460.KS", "0883.HK"], []),
        "rare-earths": (["002738.SZ"], ["RELR"]),
        "crypto": ([], ["Coinone"]),
    }
    assert [theme for theme, _ in subject.unnamed] == ["coal", "oil"]


def test_the_review_added_the_record_to_the_draft_and_changed_nothing_the_article_says(subject):
    reviewed = read_calendar(CALENDAR)
    # the same article
    assert reviewed.article == subject.calendar.article
    # the publication: a title, a theme with no listing of its own and one with none left, a note
    drafted_publication, publication = (
        next(event for event in calendar.events if event.id == "article-published")
        for calendar in (subject.calendar, reviewed)
    )
    assert set(publication.themes) - set(drafted_publication.themes) == {"coal", "crypto"}
    same = {"title": "", "themes": (), "note": None}
    assert drafted_publication.model_copy(update=same) == publication.model_copy(update=same)
    # the opening: now a revision of one event that the record knew earlier
    opening = next(event for event in reviewed.events if event.id == "tumen-bridge-opening")
    told = next(event for event in subject.calendar.events if event.id == "infrastructure-1-5")
    revision = next(revision for revision in opening.revisions if revision.known_at == told.known_at)
    assert (revision.occurs, revision.as_written) == (told.occurs, told.as_written)
    assert told.source.startswith(f"{revision.source}, characters ")
    # the troops: dated one by one from the record, three of them citing the same sentence
    troops = [
        event.id for event in reviewed.events if (event.source or "").startswith("article, section 1, sentence 2;")
    ]
    assert troops == ["troops-shipped-nis", "troops-nato", "troops-15000-nis"]
    # and nothing else of the draft is left: 33 events stand for 3
    assert len(reviewed.events) == 33
    assert sum(event.origin == "record" for event in reviewed.events) == 23


def test_the_review_added_proxies_and_coal_to_the_themes_and_no_name(subject):
    reviewed = {theme.name: theme for theme in read_themes(THEMES).themes}
    drafted_themes = themes_of(subject)
    for name, theme in reviewed.items():
        named = {member.symbol for member in theme.members if member.role == "named"}
        listings, unknown = drafted_themes.get(name, ([], []))
        assert (named, [gone.name for gone in theme.untradable]) == (set(listings), unknown)
    assert set(reviewed) - set(drafted_themes) == {"coal"}
    proxies = {m.symbol for theme in reviewed.values() for m in theme.members if m.role == "proxy"}
    assert proxies == {"REMX", "600111.SS", "1088.HK", "063080.KQ"}
