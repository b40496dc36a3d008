"""Why an event led to no order: the first reason that holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from results.errors import StoreError
from results.explain import explain
from results.stored import StoredRun, StoredStudy

ORDERS = [
    "order",
    "symbol",
    "event_id",
    "side",
    "reason",
    "decision_session",
    "lot",
    "wanted",
    "filled",
    "status",
    "why",
    "story",
]
TRADES = ["lot", "symbol", "event_id", "extended_by", "entry_session", "pnl"]


def event(**facts: Any) -> dict[str, Any]:
    return {
        "id": "news",
        "title": "News",
        "kind": "news",
        "status": "occurred",
        "occurs": "2025-03-10",
        "as_written": "in the spring",
        "known_at": "2025-03-10T12:00:00+00:00",
        "known_precision": "day",
        "zone": "Asia/Seoul",
        "themes": ["metals"],
        "direction": 1,
        "strength": 0.5,
        "episode": None,
        "origin": "article",
        "source": None,
        "confidence": "low",
        "hindsight": False,
        "first_sessions": {"MP": "2025-03-10"},
    } | facts


def stored(
    events: list[dict[str, Any]], themes: tuple[str, ...] = ("*",), orders: Sequence = (), trades: Sequence = ()
) -> StoredStudy:
    window = {"start": "2025-03-03", "end": "2025-05-30"}
    run = StoredRun("mine", {"strategy": {"themes": list(themes)}, "window": window}, Path("mine"))
    run.__dict__["orders"] = pd.DataFrame(orders, columns=ORDERS)
    run.__dict__["trades"] = pd.DataFrame(trades, columns=TRADES)
    return StoredStudy(Path("run"), {"events": events}, (run,))


def why(*events: dict[str, Any], **more: Any) -> str:
    return explain(stored(list(events), **more), events[-1]["id"]).parts[0].why_nothing


REASONS = [
    ({"status": "cancelled"}, "a cancelled event triggers nothing"),
    ({"direction": -1}, "bad for its themes"),
    ({"known_precision": "month"}, "known to the month only"),
    ({"first_sessions": {}}, "none of the study's listings"),
    ({"first_sessions": {"MP": "2025-06-02"}}, "outside the window"),
    ({}, "the strategy's own rule did not act on it"),
]


@pytest.mark.parametrize(("facts", "words"), REASONS)
def test_the_event_s_own_reason_is_told(facts, words):
    assert words in why(event(**facts))


def test_a_strategy_of_other_themes_says_which():
    assert "trades lng only" in why(event(), themes=("lng",))


def test_a_later_event_of_an_episode_names_the_first():
    first = event(id="first", episode="one", known_at="2025-03-09T12:00:00+00:00")
    assert "begun by first" in why(first, event(episode="one"))
    other_theme = event(id="first", episode="one", known_at="2025-03-09T12:00:00+00:00", themes=["coal"])
    assert "begun by" not in why(other_theme, event(episode="one"))


def test_news_on_what_is_held_shows_the_lots_whose_exit_it_moved():
    lot = [4, "MP", "earlier", ["news"], pd.Timestamp("2025-03-04"), 12.5]
    (part,) = explain(stored([event()], trades=[lot]), "news").parts
    assert "held or awaited" in part.why_nothing
    assert part.extended[0]["lot"] == 4
    assert (part.lots, part.pnl) == ((), 0.0)


@pytest.mark.parametrize(("reason", "words"), [("run-up", "runs up to scheduled events"), ("window", "on no event")])
def test_a_strategy_that_trades_on_something_else_says_so(reason, words):
    order = [0, "MP", "other", "buy", reason, pd.Timestamp("2025-03-04"), 0, 1.0, 1.0, "filled", "", []]
    assert words in why(event(), orders=[order])


def test_the_exit_of_its_lot_belongs_to_the_story_whatever_event_sent_it():
    orders = [
        [0, "MP", "news", "buy", "news", pd.Timestamp("2025-03-10"), 0, 5.0, 5.0, "filled", "", ["bought"]],
        [1, "MP", "later", "sell", "signal", pd.Timestamp("2025-03-12"), 0, 5.0, 5.0, "filled", "", ["sold"]],
        [2, "MP", "later", "buy", "news", pd.Timestamp("2025-03-12"), None, 5.0, 0.0, "lapsed", "patience", []],
    ]
    trades = [[0, "MP", "news", [], pd.Timestamp("2025-03-10"), -2.0]]
    (part,) = explain(stored([event()], orders=orders, trades=trades), "news").parts
    assert [order["order"] for order in part.orders] == [0, 1]
    assert part.orders[0]["decision_session"] == "2025-03-10"
    assert part.pnl == -2.0


def test_what_is_known_of_the_event_is_told_in_lines():
    told = explain(stored([event(hindsight=True, episode="one")]), "news")
    text = "\n".join([told.heading, *told.facts])
    for words in (
        'written "in the spring"',
        "2025-03-10 21:00 Asia/Seoul",
        "end of the day",
        "strength 0.5",
        "episode one",
        "hindsight",
    ):
        assert words in text


def test_an_unknown_event_is_refused():
    with pytest.raises(StoreError, match="Did you mean 'news'"):
        explain(stored([event()]), "nws")
