"""The review sheet: every sentence, what was read, what was left out and why, and nothing that a text could slip in."""

from __future__ import annotations

import json
import re

from eventfolio.events import draft_of, packaged_securities, read_article
from eventfolio.events.article.review import review_html

TEXT = (
    "A dam <b>rises</b>\n2025-06-17T00:00:00Z\n\nIHI opened a dam on 3 June 2025. A second may open in 2027. "
    "</script><script>alert(1)</script> It rained & stopped.\n"
)


def page_of(write, text: str = TEXT) -> str:
    return review_html(draft_of(read_article(str(write("a.txt", text))), packaged_securities(), "draft"), ("XYZ",))


def test_each_sentence_stands_with_what_was_read_and_what_was_not(write):
    page = page_of(write)
    assert "IHI opened a dam <mark>on 3 June 2025</mark>." in page
    assert "No event of ‘in 2027’: possible only" in page
    assert "XYZ: no prices in the folder" in page
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])
    assert [event["occurs"] for event in data["events"][:2]] == ["2025-06-17", "2025-06-03"]
    assert data["head"]["article"]["title"] == "A dam <b>rises</b>"


def test_an_articles_words_are_words_on_the_page(write):
    page = page_of(write)
    assert "<b>rises</b>" not in page.replace("\\u003cb>rises\\u003c/b>", "")
    assert page.count("<script") == 2
    assert "alert(1)</script>" not in page
