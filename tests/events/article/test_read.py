"""Reading articles: header, sections, sentences, HTML; and what is no article."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import pytest
from support.growth import grows_linearly

from eventfolio.events import read_article
from eventfolio.events.article.read import ArticleError
from eventfolio.events.errors import Unavailable

ARTICLES = Path(__file__).parents[1] / "articles"
HEADER = "A title\nBy Ann Author\nTuesday, Jun 17, 2025 5:55 pm ET2min read\n\n"
PAGE = """<html><head><title>A title</title>{head}</head><body><article><h1>A title</h1>
<p>The bridge opened on 3 June 2025 after a year of works, and the first lorries crossed it in the afternoon.</p>
<p>It will be widened by mid-2026. The ministry said so in a statement that gave no other date for the works.</p>
</article></body></html>"""


def test_a_header_gives_title_author_and_time_with_its_zone(write):
    article = read_article(str(write("a.txt", HEADER + "Some words.\n")))
    assert (article.title, article.author, article.zone) == ("A title", "Ann Author", "America/New_York")
    assert article.published.isoformat() == "2025-06-17T17:55:00-04:00"
    assert article.sha256 == hashlib.sha256((HEADER + "Some words.\n").encode()).hexdigest()


@pytest.mark.parametrize(
    ("stamp", "published", "zone"),
    [
        ("Published: 2024-10-30T09:00:00-05:00", "2024-10-30T09:00:00-05:00", "Etc/GMT+5"),
        ("2024-10-30 09:00Z", "2024-10-30T09:00:00+00:00", "UTC"),
        ("3 August 2025 15:10 KST", "2025-08-03T15:10:00+09:00", "Asia/Seoul"),
        ("Dec 1, 2025 at 9.05 a.m. GMT", "2025-12-01T09:05:00+00:00", "UTC"),
        ("January 2, 2025 11:59 pm ET", "2025-01-02T23:59:00-05:00", "America/New_York"),
        ("Jul 2, 2025 08:00 Europe/Kyiv", "2025-07-02T08:00:00+03:00", "Europe/Kyiv"),
    ],
)
def test_times_are_read_in_the_usual_forms(write, stamp, published, zone):
    article = read_article(str(write("a.txt", f"A title\n{stamp}\n\nSome words.\n")))
    assert (article.published.isoformat(), article.zone) == (published, zone)


def test_sections_labels_and_sentences_keep_their_place_in_the_file(write):
    text = HEADER + (
        "First of all. A sentence that the page\n\nbroke in two, by Mr. Kim of the U.S. office.\n\n"
        "A Heading\n\nOne here.\nStill there.\n\nA label:\nUnder it.\n\n  1. Firms:\n  2. An item of 3.5 per cent.\n\n"
        "About the author\n\nShe writes since 1999.\n"
    )
    article = read_article(str(write("a.txt", text)))
    assert [(s.section, s.number, s.heading, s.label, s.text) for s in article.sentences] == [
        (0, 1, "", "", "First of all."),
        (0, 2, "", "", "A sentence that the page  broke in two, by Mr. Kim of the U.S. office."),
        (1, 1, "A Heading", "", "One here."),
        (1, 2, "A Heading", "", "Still there."),
        (1, 3, "A Heading", "A label", "Under it."),
        (1, 4, "A Heading", "Firms", "An item of 3.5 per cent."),
    ]
    for sentence in article.sentences:
        assert text[sentence.start : sentence.end].replace("\n", " ") == sentence.text


def test_html_is_read_without_its_scripts_and_the_page_around_it():
    article = read_article(str(ARTICLES / "rates.html"))
    assert (article.title, article.author, article.publisher) == (
        "Central bank cuts its policy rate",
        "Ines Vale",
        "The Ledger",
    )
    assert article.published == datetime.fromisoformat("2025-11-06T12:02:00+00:00")
    assert {sentence.heading for sentence in article.sentences} == {"", "What comes next", "How markets took it"}
    for elsewhere in ("2030", "2031", "Subscribe", "window.location"):
        assert elsewhere not in article.text


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2025-06-17T17:55:00-04:00">',
        '<script type="application/ld+json">{"datePublished": "2025-06-17T17:55:00-04:00"}</script>',
        '<meta itemprop="datePublished" content="2025-06-17T21:55:00Z">',
    ],
)
def test_a_page_says_when_it_was_published_in_one_of_these_ways(write, head):
    article = read_article(str(write("a.html", PAGE.replace("{head}", head))))
    assert article.published == datetime.fromisoformat("2025-06-17T17:55:00-04:00")


def test_a_page_with_a_date_alone_is_refused_unless_the_time_is_given(write):
    path = write("a.html", PAGE.replace("{head}", '<meta property="article:published_time" content="2025-06-17">'))
    with pytest.raises(ArticleError, match="Give --published"):
        read_article(str(path))
    assert read_article(str(path), "Jun 17, 2025 5:55 pm ET").zone == "America/New_York"


def test_what_is_given_overrides_the_articles_own_time(write):
    path = write("a.txt", HEADER + "Some words.\n")
    assert read_article(str(path), "2025-06-18T06:00:00+09:00").published.isoformat() == "2025-06-18T06:00:00+09:00"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "is not text"),
        ("Un café".encode("latin-1"), "is not text in UTF-8"),
        (b"A title\nBy Ann\n\nSome words, no time.\n", "does not say when it was published"),
        (b"A title\nJun 17, 2025 5:55 pm\n\nNo zone.\n", "does not say when it was published"),
        (b"A title\nJun 17, 2025 5:55 pm CST\n\nTwo zones are called that.\n", "does not say when it was published"),
        (b"A title\nJun 17, 1899 5:55 pm ET\n\nToo old.\n", "outside 1900 to 2100"),
        (b"A title\n2101-01-01T00:00:00Z\n\nToo new.\n", "outside 1900 to 2100"),
        (b"A title\n2025-06-17T00:00:00Z\n", "no text"),
        (b"\x01\x02\x03", "no words"),
        (b"x" * 10_000_000, "more than 5 MB"),
        (b"<html><body></body></html>", "no article"),
    ],
)
def test_what_is_no_article_is_refused_with_words(tmp_path, data, words):
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(ArticleError, match=words):
        read_article(str(path))


def test_a_file_that_is_not_there_a_folder_and_a_page_that_does_not_come(tmp_path):
    with pytest.raises(ArticleError, match="no such article"):
        read_article(str(tmp_path / "none.txt"))
    with pytest.raises(ArticleError, match="is a folder"):
        read_article(str(tmp_path))
    with pytest.raises(ArticleError, match="is not a time with its zone"):
        read_article(str(ARTICLES / "canal.txt"), "17 June")
    with pytest.raises(Unavailable, match="could not be fetched"):
        read_article("http://127.0.0.1:9/none")


def test_controls_and_direction_marks_read_as_blanks(write):
    article = read_article(
        str(write("a.txt", HEADER + "The \u202eevil\u202c \x1b[31mred\u200b bridge <b>opened</b>.\n"))
    )
    assert article.sentences[0].text == "The  evil   [31mred  bridge <b>opened</b>."


@pytest.mark.prove
@pytest.mark.parametrize("word", ["word ", "A. ", "(", "1. ", "\n", "- x\n", "x:\n", "\u202e"])
def test_a_long_article_is_read_in_linear_time(write, word):
    def read(length: int) -> None:
        read_article(str(write("a.txt", HEADER + "Words.\n" + word * (length // len(word)))))

    assert grows_linearly(read, 400_000)


def test_the_word_title_before_a_title_is_no_part_of_it(tmp_path):
    rest = "Published: 2025-06-17T17:55:00-04:00\n\nIt opened on 4 May 2025.\n"
    file = tmp_path / "a.txt"
    file.write_text(f"Title: A bridge\nAuthor: A. Writer\n{rest}")
    assert read_article(str(file)).title == "A bridge"
    file.write_text(f"Title\n{rest}")
    assert read_article(str(file)).title == "Title"


def test_a_sentence_with_a_time_in_it_is_no_header(write):
    text = (
        "A title\n2025-06-17T12:00:00Z\n\nThe mine shut at 10:15 GMT on March 3, 2025, and two hundred men went home."
    )
    article = read_article(str(write("a.txt", text + "\n")))
    assert article.published.isoformat() == "2025-06-17T12:00:00+00:00"
    assert [one.text[:13] for one in article.sentences] == ["The mine shut"]
