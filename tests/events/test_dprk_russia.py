"""The packaged subject against facts typed by hand, apart from its files."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import UTC, date, datetime

import pytest
from support.places import SHARED

from eventfolio.events import check, check_themes, packaged_securities, read_calendar, read_themes
from eventfolio.events.dprk_russia import CALENDAR, STUDY, THEMES

INFRA, LNG, REE, COAL, CRYPTO = "infrastructure", "lng", "rare-earths", "coal", "crypto"

ALL_FIVE = (LNG, INFRA, REE, COAL, CRYPTO)
TROOPS, SHOIGU = "troops-and-bridge-2025-04", "shoigu-2025-06"

# id: occurs, known (UTC), precision, themes, direction, episode, origin, confidence
EVENTS = {
    "vostochny-meeting": ("2023-09-13", "2023-09-13 14:00", "day", (), 1, None, "record", "high"),
    "un-panel-veto": ("2024-03-28", "2024-03-29 04:00", "day", (COAL, REE), 1, None, "record", "high"),
    "treaty-signed": ("2024-06-19", "2024-06-19 15:00", "day", (INFRA, LNG, REE, COAL), 1, None, "article", "high"),
    "troops-likely-seoul": ("2024-10", "2024-10-08 15:00", "day", (), 1, None, "record", "high"),
    "troops-kyiv": ("2024-10", "2024-10-13 21:00", "day", (), 1, None, "record", "high"),
    "troops-shipped-nis": ("2024-10-08/2024-10-13", "2024-10-18 15:00", "day", (), 1, None, "article", "high"),
    "troops-pentagon": ("2024-10", "2024-10-24 04:00", "day", (), 1, None, "record", "high"),
    "ratified-duma": ("2024-10-24", "2024-10-24 21:00", "day", (), 1, None, "record", "high"),
    "troops-nato": ("2024-10", "2024-10-28 12:08", "minute", (), 1, None, "article", "high"),
    "ratified-upper-house": ("2024-11-06", "2024-11-06 21:00", "day", (), 1, None, "record", "high"),
    "ratified-putin": ("2024-11-09", "2024-11-09 21:00", "day", (), 1, None, "record", "high"),
    "ratified-kim": ("2024-11-11", "2024-11-12 15:00", "day", (), 1, None, "record", "high"),
    "treaty-in-force": ("2024-12-04", "2024-12-04 21:00", "day", (LNG, REE, COAL), 1, None, "article", "high"),
    "tumen-bridge-opening": ("../2026-12-31", "2025-02-04 21:00", "day", (INFRA,), 1, None, "record", "medium"),
    "bybit-theft-fbi": ("2025-02-21", "2025-02-27 05:00", "day", (CRYPTO,), -1, None, "record", "high"),
    "troops-gerasimov": ("2025-04-26", "2025-04-26 21:00", "day", (), 1, TROOPS, "record", "high"),
    "troops-pyongyang": ("2025-04-28", "2025-04-28 15:00", "day", (), 1, TROOPS, "record", "high"),
    "troops-15000-nis": ("2025-04-30", "2025-04-30 15:00", "day", (), 1, TROOPS, "article", "high"),
    "bridge-works-begin": ("2025-04-30", "2025-04-30 21:00", "day", (INFRA,), 1, TROOPS, "article", "high"),
    "msmt-first-report": ("2025-05-29", "2025-05-29 15:00", "day", (COAL, REE), -1, None, "article", "high"),
    "bridge-decree-draft": ("2025-06-02", "2025-06-02 21:00", "day", (INFRA,), 1, None, "article", "medium"),
    "shoigu-kim-talks": ("2025-06-04", "2025-06-05 15:00", "day", (), 1, SHOIGU, "record", "high"),
    "kursk-builders": ("2025-06-17", "2025-06-17 11:07", "minute", (INFRA,), 1, SHOIGU, "article", "high"),
    "article-published": ("2025-06-17", "2025-06-17 21:55", "minute", ALL_FIVE, 1, None, "article", "high"),
    "lavrov-wonsan": ("2025-07-12", "2025-07-12 21:00", "day", (), 1, None, "record", "high"),
    "moscow-pyongyang-flight": ("2025-07-27", "2025-07-14 21:00", "day", (), 1, None, "record", "high"),
    "arctic-lng-cargo": ("2025-08-28", "2025-08-29 16:00", "day", (LNG,), 1, None, "record", "high"),
    "putin-kim-beijing": ("2025-09-03", "2025-09-03 16:00", "day", (), 1, None, "record", "high"),
    "bridge-in-2026-putin": ("2025-09-05", "2025-09-05 21:00", "day", (INFRA,), 1, None, "record", "high"),
    "sappers-return": ("2025-08/2025-12-12", "2025-12-13 15:00", "day", (INFRA,), 1, None, "record", "high"),
    "troops-11000-nis": ("2026-02-12", "2026-02-12 15:00", "day", (), 1, None, "record", "high"),
    "bridge-spans-meet": ("2026-03", "2026-04-01 04:00", "month", (INFRA,), 1, None, "record", "medium"),
    "bridge-june-missed": ("2026-06", "2026-08-01 04:00", "month", (INFRA,), -1, None, "record", "low"),
}  # fmt: skip

CALENDAR_READ = read_calendar(CALENDAR)
THEMES_READ = read_themes(THEMES)


def test_the_calendar_holds_these_events_in_this_order():
    assert [event.id for event in CALENDAR_READ.events] == list(EVENTS)


@pytest.mark.parametrize("id", EVENTS)
def test_an_event_is_what_the_record_says(id):
    occurs, known, precision, themes, direction, episode, origin, confidence = EVENTS[id]
    event = next(event for event in CALENDAR_READ.events if event.id == id)
    assert str(event.window) == occurs
    assert event.known == datetime.fromisoformat(known).replace(tzinfo=UTC)
    assert event.known_precision == precision
    assert (event.themes, event.direction, event.episode) == (themes, direction, episode)
    assert (event.origin, event.confidence) == (origin, confidence)
    assert event.source


def test_what_comes_from_the_article_says_where_in_it():
    cited = {event.id for event in CALENDAR_READ.events if event.source.startswith("article, ")}
    assert cited == {event.id for event in CALENDAR_READ.events if event.origin == "article"}


def test_the_article_was_published_in_the_evening_of_new_york_and_the_calendar_compiled_later():
    assert CALENDAR_READ.published == datetime(2025, 6, 17, 21, 55, tzinfo=UTC)
    assert CALENDAR_READ.recorded == date(2026, 11, 23)


def test_the_calendar_names_the_text_it_was_built_from():
    text = SHARED / "articles" / "dprk-russia-2025-06-17.txt"
    if not text.exists():
        pytest.skip("the article's text is not beside the project")
    assert CALENDAR_READ.article.sha256 == hashlib.sha256(text.read_bytes()).hexdigest()


def test_the_bridge_is_one_scheduled_event_whose_window_moves_with_the_news():
    scheduled = [e for e in CALENDAR_READ.events if e.status == "scheduled" and "infrastructure" in e.themes]
    assert [event.id for event in scheduled] == ["tumen-bridge-opening"]
    told = [(f"{b.known:%Y-%m-%d %H:%M}", b.known_precision, str(b.occurs)) for b in scheduled[0].beliefs]
    assert told == [
        ("2025-02-04 21:00", "day", "../2026-12-31"),  # the contract's deadline
        ("2025-06-02 21:00", "day", "2026-06"),  # a draft decree
        ("2025-06-17 21:55", "minute", "../2026-06"),  # the article: by the middle of 2026
        ("2025-09-05 21:00", "day", "2026"),  # Putin
        ("2026-03-31 21:00", "month", "2026"),  # the spans meet
        ("2026-07-31 21:00", "month", "2026-07/.."),  # not open in June
    ]


def test_no_news_ever_says_that_the_bridge_is_open():
    opening = next(event for event in CALENDAR_READ.events if event.id == "tumen-bridge-opening")
    assert {belief.status for belief in opening.beliefs} == {"scheduled"}


def test_at_the_articles_minute_nothing_later_is_known():
    shown = CALENDAR_READ.as_of(datetime(2025, 6, 17, 21, 55, tzinfo=UTC))
    assert [event.id for event in shown] == list(EVENTS)[: list(EVENTS).index("article-published") + 1]
    assert {event.id: event.occurs for event in shown}["tumen-bridge-opening"] == "../2026-06"


MEMBERS = {
    "lng": {"036460.KS": "named", "0883.HK": "named"},
    "infrastructure": {"7013.T": "named", "028260.KS": "named", "034020.KS": "named"},
    "rare-earths": {"REMX": "proxy", "002738.SZ": "named", "600111.SS": "proxy"},
    "coal": {"1088.HK": "proxy"},
    "crypto": {"063080.KQ": "proxy"},
}


def test_the_themes_have_these_members_in_these_roles():
    assert {t.name: {m.symbol: m.role for m in t.members} for t in THEMES_READ.themes} == MEMBERS
    assert all(symbol in packaged_securities() for symbol in THEMES_READ.symbols)


def test_every_member_carries_a_note_and_every_proxy_says_for_what_it_stands():
    members = [member for theme in THEMES_READ.themes for member in theme.members]
    assert all(member.note for member in members)
    assert all(member.stands_for for member in members if member.role == "proxy")


def test_the_names_nobody_can_trade_are_kept_with_their_proxies():
    assert {gone.name: gone.proxy for gone in THEMES_READ.untradable} == {"RELR": "REMX", "Coinone": "063080.KQ"}


def test_every_theme_is_known_and_has_news_it_can_trade_on():
    check_themes(CALENDAR_READ, THEMES_READ)
    assert not [warning for warning in check(CALENDAR_READ, THEMES_READ) if warning.startswith("Theme ")]


def test_the_study_runs_all_ten_strategies_on_files_beside_it():
    study = tomllib.loads(STUDY.read_text(encoding="utf-8"))
    assert len({strategy["name"] for strategy in study["strategy"]}) == 10
    assert (STUDY.parent / study["calendar"], STUDY.parent / study["themes"]) == (CALENDAR, THEMES)
    assert (study["start"], study["end"]) == (date(2024, 6, 3), date(2026, 6, 30))
    assert "costs" not in study
