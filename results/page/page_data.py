"""Collects the page's data for its tables and its chart as plain JSON: events, lots, stories of lots.

A table is {columns, rows}; words that repeat (strategies, themes, listings) stand once and are pointed at by number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from eventfolio.engine.record.json_record import ABSENT
from eventfolio.engine.record.study_facts import EventFacts
from eventfolio.events.json_types import Json, JsonObject
from eventfolio.results.explain import Explanation, order_line
from eventfolio.results.html import known_text
from eventfolio.results.store.read import StoredRun
from eventfolio.results.store.rows import TriggerRow, json_rows
from eventfolio.results.untraded import outcome_lines

Named = Sequence[tuple[str, StoredRun]]

MOST_LOTS = 3_000  # on one page; the largest gains and losses are kept
MOST_WHY = 400_000  # characters of lots' reasons; then the lots that come later have none
MOST_STORIES = 200  # events told in full on one page; `eventfolio explain` tells any
LONG_CALENDAR = 2_000  # events; of so many the sources are cut short
_CUT = 60  # characters

EVENT_COLUMNS = (
    "id", "title", "known", "instant", "themes", "named", "sessions", "hindsight", "status", "source", "confidence",
    "subject",
)  # fmt: skip
LOT_COLUMNS = (
    "strategy", "event", "symbol", "hindsight", "entry", "exit", "reason", "shares", "price", "costs", "pnl", "excess",
    "why", "extended", "at_close",
)  # fmt: skip


@dataclass
class Words:
    """Words in order of their first use, each pointed at by its number."""

    found: dict[str, int] = field(default_factory=dict)

    def __call__(self, word: str) -> int:
        """The number of a word."""
        return self.found.setdefault(word, len(self.found))

    @property
    def all(self) -> list[Json]:
        """The words by number."""
        return list(self.found)


def events_table(subjects: Sequence[Sequence[EventFacts]], themes: Words, listings: Words) -> JsonObject:
    """A row an event of each calendar shown. subjects : the events of each"""
    is_long = sum(map(len, subjects)) > LONG_CALENDAR
    rows: list[Json] = []
    for number, events in enumerate(subjects):
        for event in events:
            by_day: dict[str, list[Json]] = {}
            for symbol, day in sorted(event.first_sessions.items(), key=lambda item: (item[1], item[0])):
                by_day.setdefault(day, []).append(listings(symbol))
            source = event.source or ""
            rows.append(
                [
                    event.id,
                    event.title,
                    known_text(event),
                    int(datetime.fromisoformat(event.known_at).timestamp()),
                    [themes(name) for name in event.themes],
                    [] if event.listings is ABSENT else [listings(symbol) for symbol in event.listings],
                    [[day, symbols] for day, symbols in by_day.items()],
                    event.hindsight,
                    event.status,
                    f"{source[:_CUT]}…" if is_long and len(source) > _CUT else source,
                    event.confidence or "",
                    number,
                ]
            )
    return {"columns": list(EVENT_COLUMNS), "rows": rows}


def lots_table(named: Named) -> tuple[JsonObject, int, int]:
    """A row a lot with the lines that tell why; how many lots, and how many of those lines' lots, were left out.

    The largest are those that moved the most of their run's starting cash, whatever its currency.
    """
    cash = [run.facts.account.cash for _, run in named]
    lots = [(number, lot) for number, (_, run) in enumerate(named) for lot in run.lot_rows]
    left_out = max(0, len(lots) - MOST_LOTS)
    if left_out:
        size = [abs(lot["pnl"] or 0.0) / cash[number] for number, lot in lots]
        places = sorted(sorted(range(len(lots)), key=lambda place: -size[place])[:MOST_LOTS])
        lots = [lots[place] for place in places]
    reasons = [_reasons(run) for _, run in named]
    rows: list[Json] = []
    room, silent = MOST_WHY, 0
    for number, lot in lots:
        why = reasons[number].get(lot["lot"], [])
        room -= sum(map(len, why))
        silent += bool(why) and room <= 0
        rows.append(
            [
                number,
                lot["event_id"] or "",
                lot["symbol"],
                lot["hindsight"],
                lot["entry_session"],
                lot["exit_session"] or "",
                lot["exit_reason"],
                *(_short(lot[key]) for key in ("shares", "entry_price_local", "costs", "pnl", "excess_return")),
                cast(list[Json], why if room > 0 else []),
                ", ".join(lot["extended_by"] or ()),
                lot.get("entry_at") == "close",
            ]
        )
    return {"columns": list(LOT_COLUMNS), "rows": rows}, left_out, silent


def _reasons(run: StoredRun) -> dict[int, list[str]]:
    """By lot: each of its orders in a line, its own story under it."""
    told: dict[int, list[str]] = {}
    for order in run.order_rows:
        if order["lot"] is not None:
            told.setdefault(order["lot"], []).extend([order_line(order), *(order["story"] or ())])
    return told


def stories(events: Iterable[EventFacts], named: Sequence[tuple[int, StoredRun]], lines: Words) -> JsonObject:
    """By event: what is known of it, and what each strategy made of it beside the lots it opened.

    named : number among the page's strategies, and the run
    lines : every line told, which of many runs are mostly the same
    """
    told = [(number, _Told(run)) for number, run in named]
    return {
        event.id: {
            "lines": [lines(line) for line in Explanation(event, ()).lines],
            "parts": [{"strategy": number, **run.of(event.id, lines)} for number, run in told],
        }
        for event in events
    }


class _Told:
    """What a run's tables say of each event, gathered once for all events."""

    def __init__(self, run: StoredRun) -> None:
        self.run = run
        self.unfilled: dict[str, list[str]] = {}
        self.extended: dict[str, list[str]] = {}
        self.outcomes: dict[str, list[TriggerRow]] = {}
        for order in run.order_rows:
            if order["lot"] is None and order["event_id"]:
                self.unfilled.setdefault(order["event_id"], []).extend([order_line(order), *(order["story"] or ())])
        for lot in run.lot_rows:
            opened = f"Moved the time exit of lot {lot['lot']} {lot['symbol']}, opened by {lot['event_id']}."
            for event_id in lot["extended_by"] or ():
                self.extended.setdefault(event_id, []).append(opened)
        for row in () if run.triggers is None else cast(list[TriggerRow], json_rows(run.triggers)):
            self.outcomes.setdefault(row["event_id"], []).append(row)

    def of(self, event_id: str, lines: Words) -> JsonObject:
        told = {
            "became": self._became(event_id),
            "orders": self.unfilled.get(event_id, []),
            "extended": self.extended.get(event_id, []),
        }
        return {key: [lines(line) for line in said] for key, said in told.items()}

    def _became(self, event_id: str) -> list[str]:
        if self.run.facts.triggers is ABSENT:
            return ["Stored before it was noted what became of each event; run the study again to see it."]
        if self.run.triggers is None or self.run.facts.triggers is None:
            return ["On no event: the strategy buys when the window starts."]
        return outcome_lines(self.outcomes.get(event_id, []))


def _short(value: float | None) -> float | int | None:
    """A figure with ten digits, which is more than is shown; whole ones as whole numbers."""
    if value is None:
        return None
    rounded = float(f"{value:.10g}")
    return int(rounded) if rounded.is_integer() else rounded
