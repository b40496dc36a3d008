"""One event's story, told from a run folder's own files: known when, first sessions, orders, lots, or why nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from events.errors import did_you_mean
from results.errors import StoreError
from results.stored import StoredRun, StoredStudy


@dataclass(frozen=True)
class Part:
    """What one strategy made of the event.

    orders      : rows of orders.parquet sent for the event or for a lot it opened, JSON-ready
    lots        : rows of trades.parquet that it opened, JSON-ready
    extended    : lots of other events whose time exit it moved
    pnl         : sum over its lots, account currency, after costs
    why_nothing : in words, where it sent no order
    """

    label: str
    orders: tuple[dict[str, Any], ...]
    lots: tuple[dict[str, Any], ...]
    extended: tuple[dict[str, Any], ...]
    pnl: float
    why_nothing: str


@dataclass(frozen=True)
class Explanation:
    """An event of a run. `event` is its entry in study.json; `first_sessions` are dates by symbol."""

    event: dict[str, Any]
    first_sessions: dict[str, str]
    parts: tuple[Part, ...]

    @property
    def heading(self) -> str:
        return f"{self.event['title']} ({self.event['id']})"

    @property
    def facts(self) -> list[str]:
        """What is known of the event, a line each."""
        event = self.event
        written = f', written "{event["as_written"]}"' if event["as_written"] else ""
        lines = [f"{event['kind']}, {event['status']}; occurs {event['occurs']}{written}", _known(event)]
        lines.append(f"themes: {', '.join(event['themes']) or 'none of the study'}; {_weight(event)}")
        if event["episode"]:
            lines.append(f"episode {event['episode']}: its events trigger once a theme, together")
        confidence = f", confidence {event['confidence']}" if event["confidence"] else ""
        lines.append(f"from the {event['origin']}{confidence}: {event['source'] or 'no source given'}")
        if event["hindsight"]:
            lines.append("hindsight: known before the article named the theme")
        return lines

    def document(self) -> dict[str, Any]:
        """The whole story, JSON-ready."""
        return {
            "event": self.event,
            "first_sessions": self.first_sessions,
            "runs": [asdict(part) for part in self.parts],
        }


def explain(study: StoredStudy, event_id: str) -> Explanation:
    """The story of `event_id` in every strategy of `study`.

    Raises: StoreError for an event the run does not have; the nearest is named
    """
    events = {event["id"]: event for event in study.facts["events"]}
    if event_id not in events:
        raise StoreError(f"{study.folder.name} has no event '{event_id}'.{did_you_mean(event_id, list(events))}")
    event = events[event_id]
    parts = tuple(_part(run, event, study.facts["events"]) for run in study.runs)
    return Explanation(event, event["first_sessions"], parts)


def _part(run: StoredRun, event: dict[str, Any], events: Sequence[dict[str, Any]]) -> Part:
    trades, orders = run.trades, run.orders
    opened = trades[trades["event_id"] == event["id"]]
    extended = trades[[event["id"] in ids for ids in trades["extended_by"]]]
    sent = orders[(orders["event_id"] == event["id"]) | orders["lot"].isin(opened["lot"])]
    return Part(
        label=run.label,
        orders=_rows(sent),
        lots=_rows(opened),
        extended=_rows(extended),
        pnl=float(opened["pnl"].sum()),
        why_nothing="" if len(sent) else _why_nothing(run, event, events, extended),
    )


def _why_nothing(
    run: StoredRun, event: dict[str, Any], events: Sequence[dict[str, Any]], extended: pd.DataFrame
) -> str:
    """The first reason, in the order the engine asks, that kept the strategy from sending an order."""
    if len(extended):
        return "No order of its own: it is news on what was held or awaited already."
    themes = run.facts["strategy"]["themes"]
    window = run.facts["window"]
    if event["status"] == "cancelled":
        return "No order: a cancelled event triggers nothing."
    if event["direction"] < 0:
        return "No order: bad for its themes, and a long-only strategy neither opens nor closes on that."
    if event["known_precision"] == "month":
        return "No order: known to the month only, which never triggers a trade."
    if not event["first_sessions"]:
        return "No order: none of the study's listings belongs to its themes."
    if themes != ["*"] and not set(themes) & set(event["themes"]):
        return f"No order: the strategy trades {', '.join(themes)} only."
    if not any(window["start"] <= day <= window["end"] for day in event["first_sessions"].values()):
        return f"No order: its first sessions lie outside the window, {window['start']} to {window['end']}."
    if first := _first_of_episode(event, events):
        return f"No order: its episode was begun by {first}, and triggers once a theme."
    entries = set(run.orders["reason"][run.orders["side"] == "buy"])
    if entries == {"run-up"}:
        return "No order: the strategy runs up to scheduled events only."
    if entries == {"window"}:
        return "No order: the strategy buys when the window starts, on no event."
    return "No order: the strategy's own rule did not act on it (its trigger, confirmation, repeats or hook)."


def _first_of_episode(event: dict[str, Any], events: Sequence[dict[str, Any]]) -> str:
    """The id of an earlier event of the same episode that shares all the event's themes; empty if there is none."""
    for other in sorted(events, key=lambda one: (one["known_at"], one["id"])):
        if other["id"] == event["id"]:
            return ""
        if event["episode"] and other["episode"] == event["episode"] and set(event["themes"]) <= set(other["themes"]):
            return str(other["id"])
    return ""


def _known(event: dict[str, Any]) -> str:
    known = datetime.fromisoformat(event["known_at"])
    local = known.astimezone(ZoneInfo(event["zone"]))
    text = f"known {known:%Y-%m-%d %H:%M} UTC ({local:%Y-%m-%d %H:%M} {event['zone']})"
    precision = {"day": ", the end of the day it is dated", "month": ", the end of the month it is dated"}
    return text + precision.get(event["known_precision"], "")


def _weight(event: dict[str, Any]) -> str:
    return f"{'good' if event['direction'] > 0 else 'bad'} for them, strength {event['strength']:g}"


def _rows(frame: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    return tuple({str(name): _value(name, value) for name, value in row.items()} for row in frame.to_dict("records"))


def _value(name: Any, value: Any) -> Any:
    """A cell as JSON has it: lists as lists, unknown as null, dates and instants as ISO text."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, list):
        return value
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat() if value.tz else f"{value:%Y-%m-%d}"
    return int(value) if name in ("lot", "order") else value
