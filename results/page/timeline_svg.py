"""Draws a calendar's timeline as SVG: the windows of events, when each became known, and revisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from eventfolio.engine.record import StudyFacts
from eventfolio.events.dates.edtf import parse_edtf

WIDTH, ROW, LEFT, TOP = 1000, 26, 250, 28  # of the drawing, in its own units


@dataclass(frozen=True)
class Row:
    """One event. bar : (x, width) of when it occurs, open ends cut off; known, revised : x."""

    id: str
    title: str
    words: str
    y: int
    bar: tuple[float, float] | None
    known: float
    revised: tuple[float, ...]
    hindsight: bool


@dataclass(frozen=True)
class Timeline:
    """Rows in order of when they were known, ticks (x, year-month), x of the article (None without)."""

    rows: tuple[Row, ...]
    ticks: tuple[tuple[float, str], ...]
    published: float | None
    height: int


def timeline(study: StudyFacts, most: int = 120) -> Timeline | None:
    """The drawing of a study's calendar over its window; the first `most` events.

    Returns None for a calendar without events.
    """
    events = sorted(study.events, key=lambda event: (event.known_at, event.id))[:most]
    if not events:
        return None
    window = [date.fromisoformat(day) for day in (study.window.start, study.window.end)]
    days = [*window, *(_day(event.known_at) for event in events)]
    first, last = min(days), max(days)
    span = max((last - first).days, 1)

    def x(day: date) -> float:
        share = min(max((day - first).days / span, 0.0), 1.0)
        return round(LEFT + share * (WIDTH - LEFT - 10), 1)

    rows = []
    for number, event in enumerate(events):
        occurs = parse_edtf(event.occurs)
        left, right = x(occurs.start or first), x(occurs.end or last)
        known = _day(event.known_at)
        rows.append(
            Row(
                id=event.id,
                title=_cut(event.title),
                words=f"{event.title}: occurs {event.occurs}, known {known}",
                y=TOP + number * ROW,
                bar=(left, round(max(right - left, 4.0), 1)) if occurs.start or occurs.end else None,
                known=x(known),
                revised=tuple(x(_day(revision.known_at)) for revision in event.revisions or ()),
                hindsight=event.hindsight,
            )
        )
    article = study.published
    return Timeline(
        tuple(rows), tuple(_ticks(first, last, x)), x(article.date()) if article else None, TOP + len(rows) * ROW + 8
    )


def _ticks(first: date, last: date, x: Callable[[date], float]) -> list[tuple[float, str]]:
    months = (last.year - first.year) * 12 + last.month - first.month
    every = next((step for step in (1, 3, 6, 12, 24, 60, 120) if months / step <= 8), 240)
    return [
        (x(date(month // 12, month % 12 + 1, 1)), f"{month // 12}-{month % 12 + 1:02d}")
        for month in range(first.year * 12 + first.month, last.year * 12 + last.month)
        if month % every == 0
    ]


def _day(text: str) -> date:
    """The date of an instant; midnight still belongs to the day it ends."""
    return (datetime.fromisoformat(text) - timedelta(seconds=1)).date()


def _cut(text: str, most: int = 38) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
