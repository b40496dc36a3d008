"""The picture of a calendar: a row an event of a theme, and a row a listing with all its events."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from eventfolio.events.calendar import Calendar, calendar_of
from eventfolio.events.errors import InputError
from eventfolio.results.plots.calendar import draw_timeline, figure


def calendar(*subjects: dict[str, list[str]]) -> Calendar:
    events = [
        {
            "id": f"e{number}",
            "title": f"Event {number}",
            "kind": "k",
            "status": "occurred",
            "occurs": "2024-03-05",
            "zone": "UTC",
            "known_at": datetime(2024, 3, 5, tzinfo=UTC),
            "themes": [],
            **named,
        }
        for number, named in enumerate(subjects)
    ]
    return calendar_of({"schema": 1, "name": "c", "event": events}, "made up")


def rows(drawn: Calendar) -> tuple[list[str], list[str], int]:
    """The headings, the labels of the rows, and how many windows are drawn."""
    (axes,) = figure(drawn).axes
    return (
        [text.get_text() for text in axes.texts],
        [one.get_text() for one in axes.get_yticklabels()],
        len(axes.patches),
    )


def test_every_listing_has_one_row_with_all_its_events():
    drawn = calendar({"listings": ["BBB"]}, {"listings": ["AAA", "BBB"]}, {"themes": ["steel"]}, {})
    assert rows(drawn) == (
        ["steel", "listings", "no theme or listing"],
        ["Event 2", "AAA", "BBB", "Event 3"],
        5,  # event 1 stands on both its listings
    )


def test_events_of_a_theme_that_name_listings_too_stand_under_both():
    headings, labels, _ = rows(calendar({"themes": ["steel"], "listings": ["AAA"]}))
    assert (headings, labels) == (["steel", "listings"], ["Event 0", "AAA"])


def test_more_rows_than_a_picture_holds_are_refused_in_words(tmp_path: Path):
    with pytest.raises(InputError, match="301 events in 301 rows: a picture holds 5,000 in 300"):
        draw_timeline(calendar(*[{"listings": [f"L{number}"]} for number in range(301)]), tmp_path / "c.png")
    with pytest.raises(InputError, match="no events: there is nothing to draw"):
        draw_timeline(calendar(), tmp_path / "c.png")
    draw_timeline(calendar({"listings": ["AAA"]}, {"listings": ["BBB"]}), tmp_path / "c.svg")
    assert (tmp_path / "c.svg").read_text().startswith("<?xml")
