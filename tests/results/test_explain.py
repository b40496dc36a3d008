"""An event's story, from what a run stored of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.records import changed, without

from eventfolio.engine.record import RunFacts, StudyFacts
from eventfolio.results.errors import StoreError
from eventfolio.results.explain import explain, order_line
from eventfolio.results.store.read import StoredRun, StoredStudy

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
TRIGGERS = ["part", "event_id", "symbol", "triggered", "word"]
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


RUN = {
    "schema": 1,
    "study": "made-up",
    "strategy": {"name": "m", "class": "M", "label": "mine", "params": {}, "themes": ["*"], "source_sha256": ""},
    "data": {"source": "sample", "simulated": True, "fingerprint": "", "symbols": []},
    "calendar": {"sha256": "", "events": 1},
    "versions": {},
    "window": {"start": "2025-01-01", "end": "2025-12-31"},
    "account": {"cash": 1.0, "currency": "USD"},
    **dict.fromkeys(("metrics_point_in_time", "benchmark_metrics", "home_metrics", "significance")),
    "metrics": {},
    "triggers": {"whole": None},
    "warnings": [],
}
STUDY = {
    "schema": 1,
    "study": "made-up",
    "created": "2026-01-01T00:00:00+00:00",
    "simulated": True,
    "window": RUN["window"],
    "benchmark": None,
    "account": RUN["account"],
    "calendar": {"name": "made-up", "sha256": ""},
    **{key: [] for key in ("events", "themes", "notes", "warnings")},
    "runs": ["mine"],
}


def with_tables_of(run: StoredRun, **keys: Any) -> StoredRun:
    """The run with other facts and the tables it holds."""
    made = StoredRun(run.label, changed(run.facts, **keys), run.folder)
    made.__dict__.update({name: run.__dict__[name] for name in ("orders", "trades", "triggers")})
    return made


def stored(
    events: list[dict[str, Any]], orders: Sequence = (), trades: Sequence = (), triggers: Sequence | None = ()
) -> StoredStudy:
    """triggers : (part, event_id, symbol, triggered, word) each; None for a run stored before they were noted."""
    facts = RunFacts.from_json(RUN)
    run = StoredRun("mine", without(facts, "triggers") if triggers is None else facts, Path("mine"))
    run.__dict__["orders"] = pd.DataFrame(orders, columns=ORDERS)
    run.__dict__["trades"] = pd.DataFrame(trades, columns=TRADES)
    run.__dict__["triggers"] = None if triggers is None else pd.DataFrame(triggers, columns=TRIGGERS)
    return StoredStudy(Path("run"), StudyFacts.from_json(STUDY | {"events": events}), (run,))


def became(*triggers: tuple[str, str, str | None, bool, str]) -> tuple[str, ...]:
    return explain(stored([event()], triggers=triggers), "news").parts[0].became


def test_what_became_of_the_event_is_told_by_word_with_its_listings():
    whole = [
        ("whole", "news", "AAA", True, "no_cash"),
        ("whole", "news", "BBB", True, "bought"),
        ("whole", "news", "CCC", True, "no_cash"),
        ("whole", "other", "DDD", True, "bought"),
    ]
    assert became(*whole) == ("bought: BBB", "no cash (had no cash left): AAA, CCC")


def test_the_two_parts_are_told_apart_where_they_differ():
    found = became(("whole", "news", "AAA", True, "bought"), ("point_in_time", "news", "AAA", False, "hindsight"))
    assert found == ("whole window, bought: AAA", "point in time, hindsight (known before the article): AAA")
    same = [(part, "news", "AAA", False, "direction") for part in ("whole", "point_in_time")]
    assert became(*same) == ("direction (bad for the theme, which a long-only strategy does not trade): AAA",)


def test_an_event_that_names_no_listing_says_so():
    assert became(("whole", "news", None, False, "no_listing")) == ("no listing (without a listing that has prices)",)


def test_cancelled_by_its_calendar_and_by_the_strategy_are_two_things():
    found = became(("whole", "news", "AAA", True, "cancelled"), ("whole", "news", "BBB", False, "cancelled"))
    assert found == ("cancelled (taken back by the strategy): AAA", "cancelled: BBB")


def test_many_listings_are_counted_after_the_first():
    (line,) = became(*(("whole", "news", f"S{place:02}", True, "bought") for place in range(12)))
    assert line == "bought: S00, S01, S02, S03, S04, S05, S06, S07 and 4 more"


def test_a_run_stored_before_words_were_noted_says_that():
    (part,) = explain(stored([event()], triggers=None), "news").parts
    assert part.became == ("Stored before it was noted what became of each event; run the study again to see it.",)


def test_a_strategy_without_events_says_so():
    run = stored([event()])
    run = replace(run, runs=(with_tables_of(run.runs[0], triggers=None),))
    assert explain(run, "news").parts[0].became == ("On no event: the strategy buys when the window starts.",)


def test_news_on_what_is_held_shows_the_lots_whose_exit_it_moved():
    lot = [4, "MP", "earlier", ["news"], pd.Timestamp("2025-03-04"), 12.5]
    (part,) = explain(stored([event()], trades=[lot]), "news").parts
    assert part.extended[0]["lot"] == 4
    assert (part.lots, part.pnl) == ((), 0.0)


def test_an_order_s_word_is_told_as_words():
    order = [0, "MP", "news", "buy", "news", pd.Timestamp("2025-03-04"), None, 5.0, 0.0, "rejected", "no_cash", []]
    (part,) = explain(stored([event()], orders=[order]), "news").parts
    assert order_line(part.orders[0]) == "2025-03-04 buy MP, news: 0 of 5 shares, rejected (no cash)"


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
    text = "\n".join([told.heading, *told.lines])
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
