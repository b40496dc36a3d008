"""One event's story, told from a run folder's own files: known when, first sessions, orders, lots, or why nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from events.errors import did_you_mean
from results.errors import StoreError
from results.stored import StoredRun, StoredStudy
from results.tables import show


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
        raise StoreError(f"{study.name} has no event '{event_id}'.{did_you_mean(event_id, list(events))}")
    event = events[event_id]
    parts = tuple(_part(run, event, study.facts["events"]) for run in study.runs)
    return Explanation(event, event["first_sessions"], parts)


def order_line(order: Mapping[str, Any]) -> str:
    """An order in a line: when, what, how much of it, and what became of it."""
    why = f" ({order['why']})" if order["why"] else ""
    if order["wanted"] is None:  # it ended before there was a close or a rate to size it with
        size = "never sized"
    else:
        size = f"{order['filled'] or 0.0:,.6g} of {order['wanted']:,.6g} shares"
    return (
        f"{order['decision_session']} {order['side']} {order['symbol']}, {order['reason']}: "
        f"{size}, {order['status']}{why}"
    )


def lot_line(lot: Mapping[str, Any]) -> str:
    """A lot in a line: from when to when, why it ended, what it made against its home index."""
    until = f"{lot['exit_session']} ({lot['exit_reason']})" if lot["exit_session"] else "still open"
    pnl = "unknown" if lot["pnl"] is None else f"{lot['pnl']:+,.2f}"
    return (
        f"lot {lot['lot']} {lot['symbol']} {lot['entry_session']} to {until}: {pnl} after costs of "
        f"{lot['costs']:,.2f}; home index {show('percent', lot['index_return'])}, "
        f"excess {show('percent', lot['excess_return'])}" + (", hindsight" if lot["hindsight"] else "")
    )


def _part(run: StoredRun, event: dict[str, Any], events: Sequence[dict[str, Any]]) -> Part:
    opened = tuple(lot for lot in run.lot_rows if lot["event_id"] == event["id"])
    extended = tuple(lot for lot in run.lot_rows if event["id"] in (lot["extended_by"] or ()))
    lots = {lot["lot"] for lot in opened}
    sent = tuple(order for order in run.order_rows if order["event_id"] == event["id"] or order["lot"] in lots)
    return Part(
        label=run.label,
        orders=sent,
        lots=opened,
        extended=extended,
        pnl=sum(lot["pnl"] or 0.0 for lot in opened),
        why_nothing="" if sent else _why_nothing(run, event, events, bool(extended)),
    )


def _why_nothing(run: StoredRun, event: dict[str, Any], events: Sequence[dict[str, Any]], extended: bool) -> str:
    """The first reason, in the order the engine asks, that kept the strategy from sending an order."""
    if extended:
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
        return "No order: none of the study's listings belonged to its themes when it became known."
    if themes != ["*"] and not set(themes) & set(event["themes"]):
        return f"No order: the strategy trades {', '.join(themes)} only."
    if not any(window["start"] <= day <= window["end"] for day in event["first_sessions"].values()):
        return f"No order: its first sessions lie outside the window, {window['start']} to {window['end']}."
    if first := _first_of_episode(event, events):
        return f"No order: its episode was begun by {first}, and triggers once a theme."
    entries = {order["reason"] for order in run.order_rows if order["side"] == "buy"}
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
