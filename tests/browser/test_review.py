"""The review sheet in a browser: ticking and changing, and the calendar it saves."""

from __future__ import annotations

from eventfolio.events import draft_of, packaged_securities, read_article, read_calendar
from eventfolio.events.article.review import review_html

TEXT = (
    'A "dam"\n2025-06-17T00:00:00Z\n\nIHI opened a dam on 3 June 2025. A second may open in 2027. '
    "KOGAS will sign on 4 July 2025.\n"
)


def test_the_sheet_saves_what_is_ticked_and_changed_as_a_calendar(browser, tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    draft = draft_of(read_article(str(tmp_path / "a.txt")), packaged_securities(), "draft")
    (tmp_path / "review.html").write_text(review_html(draft), encoding="utf-8")
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto((tmp_path / "review.html").as_uri())
    cards = page.locator(".card")
    assert "of 4 kept" in page.locator("#count").inner_text()
    cards.nth(1).locator("[name=title]").fill('The "dam" opens')  # IHI
    cards.nth(3).locator("[name=keep]").uncheck()  # KOGAS
    cards.nth(2).locator("[name=keep]").check()  # what was possible only
    assert page.locator("#save").is_disabled()  # it wants a date
    cards.nth(2).locator("[name=occurs]").fill("2027")
    cards.nth(2).locator("[name=themes]").fill("ihi")
    with page.expect_download() as saved:
        page.locator("#save").click()
    saved.value.save_as(tmp_path / "calendar.toml")
    context.close()
    assert wrong == []
    calendar = read_calendar(tmp_path / "calendar.toml")
    by_title = {event.title: event for event in calendar.events}
    assert {title: event.occurs for title, event in by_title.items()} == {
        'Published: A "dam"': "2025-06-17",
        'The "dam" opens': "2025-06-03",
        "A second may open in 2027.": "2027",
    }
    assert calendar.article == draft.calendar.article
    assert by_title['The "dam" opens'].known_at == draft.article.published
    assert by_title['The "dam" opens'].confidence is None  # a person has changed it
