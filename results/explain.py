"""Explains one event from a run folder's files: when it was known, first sessions, orders, lots, or why none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from eventfolio.engine.record.json_record import ABSENT, known
from eventfolio.engine.record.study_facts import EventFacts, RevisionFacts
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.results.errors import StoreError
from eventfolio.results.metrics import show
from eventfolio.results.store.read import StoredRun, StoredStudy
from eventfolio.results.store.rows import LotRow, OrderRow, TriggerRow, json_rows
from eventfolio.results.untraded import outcome_lines


@dataclass(frozen=True)
class Part:
    """What one strategy made of the event.

    orders      : rows of orders.parquet sent for the event or for a lot it opened, JSON-ready
    lots        : rows of trades.parquet that it opened, JSON-ready
    extended    : lots of other events whose time exit it moved
    pnl         : sum over its lots, account currency, after costs
    became      : what became of it on each listing that it names, in lines
    """

    label: str
    orders: tuple[OrderRow, ...]
    lots: tuple[LotRow, ...]
    extended: tuple[LotRow, ...]
    pnl: float
    became: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """An event of a run, and what each strategy made of it."""

    event: EventFacts
    parts: tuple[Part, ...]

    @property
    def heading(self) -> str:
        return f"{self.event.title} ({self.event.id})"

    @property
    def lines(self) -> list[str]:
        """What is known of the event, a line each."""
        event = self.event
        written = f', written "{event.as_written}"' if event.as_written else ""
        lines = [f"{event.kind}, {event.status}; occurs {event.occurs}{written}", _known(event)]
        lines.append(f"{_subjects(event)}; {_weight(event)}")
        if event.facts is not ABSENT:
            lines.append(f"facts, as first known: {_facts(event.facts)}")
        lines += [_revised(revision, event.zone) for revision in known(event.revisions) or ()]
        if event.episode:
            lines.append(f"episode {event.episode}: its events trigger once a theme, together")
        confidence = f", confidence {event.confidence}" if event.confidence else ""
        lines.append(f"from the {event.origin}{confidence}: {event.source or 'no source given'}")
        if event.hindsight:
            lines.append("hindsight: known before the article appeared")
        return lines

    def to_json(self) -> dict[str, object]:
        """The whole story, JSON-ready."""
        return {
            "event": self.event.to_json(),
            "first_sessions": self.event.first_sessions,
            "runs": [asdict(part) for part in self.parts],
        }


def explain(study: StoredStudy, event_id: str) -> Explanation:
    """The story of `event_id` in every strategy of `study`.

    Raises: StoreError for an event the run does not have; the nearest is named
    """
    events = {event.id: event for event in study.facts.events}
    if event_id not in events:
        raise StoreError(f"{study.name} has no event '{shown(event_id)}'.{did_you_mean(event_id, list(events))}")
    event = events[event_id]
    parts = tuple(_part(run, event) for run in study.runs)
    return Explanation(event, parts)


def order_line(order: OrderRow) -> str:
    """An order in a line: when, what, how much of it, and what became of it."""
    why = f" ({order['why'].replace('_', ' ')})" if order["why"] else ""
    if order["wanted"] is None:  # it ended before there was a close or a rate to size it with
        size = "never sized"
    else:
        size = f"{order['filled'] or 0.0:,.6g} of {order['wanted']:,.6g} shares"
    at = " at the close" if order.get("at") == "close" else ""
    return (
        f"{order['decision_session']} {order['side']} {order['symbol']}{at}, {order['reason']}: "
        f"{size}, {order['status']}{why}"
    )


def lot_line(lot: LotRow) -> str:
    """A lot in a line: from when to when, why it ended, what it made against its home index."""
    until = f" to {lot['exit_session']} ({lot['exit_reason']})" if lot["exit_session"] else ", still open"
    pnl = "unknown" if lot["pnl"] is None else f"{lot['pnl']:+,.2f}"
    at = " at the close" if lot.get("entry_at") == "close" else ""
    return (
        f"lot {lot['lot']} {lot['symbol']} {lot['entry_session']}{at}{until}: {pnl} after costs of "
        f"{lot['costs']:,.2f}; home index {show('percent', lot['index_return'])}, "
        f"excess {show('percent', lot['excess_return'])}" + (", hindsight" if lot["hindsight"] else "")
    )


def _part(run: StoredRun, event: EventFacts) -> Part:
    opened = tuple(lot for lot in run.lot_rows if lot["event_id"] == event.id)
    extended = tuple(lot for lot in run.lot_rows if event.id in (lot["extended_by"] or ()))
    lots = {lot["lot"] for lot in opened}
    sent = tuple(order for order in run.order_rows if order["event_id"] == event.id or order["lot"] in lots)
    return Part(
        label=run.label,
        orders=sent,
        lots=opened,
        extended=extended,
        pnl=sum(lot["pnl"] or 0.0 for lot in opened),
        became=tuple(_became(run, event)),
    )


def _became(run: StoredRun, event: EventFacts) -> list[str]:
    """What became of the event on each listing that it names, in words."""
    if run.facts.triggers is ABSENT:
        return ["Stored before it was noted what became of each event; run the study again to see it."]
    if run.triggers is None or run.facts.triggers is None:
        return ["On no event: the strategy buys when the window starts."]
    return outcome_lines(cast(list[TriggerRow], json_rows(run.triggers[run.triggers["event_id"] == event.id])))


def _known(event: EventFacts) -> str:
    return f"known {_instant(event.known_at, event.zone)}{_PRECISION.get(event.known_precision, '')}"


_PRECISION = {
    "day": ", the end of the day it is dated",
    "month": ", the end of the month it is dated",
    "assumed": ", a time that a rule gave",
}


def _instant(text: str, zone: str) -> str:
    at = datetime.fromisoformat(text)
    return f"{at:%Y-%m-%d %H:%M} UTC ({at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone})"


def _revised(revision: RevisionFacts, zone: str) -> str:
    """What was believed from a revision on, and the facts that came with it."""
    believed = ", ".join(one for one in (known(revision.status), known(revision.occurs)) if one)
    facts = known(revision.facts)
    precision = _PRECISION.get(known(revision.known_precision) or "", "")
    return f"from {_instant(revision.known_at, zone)}{precision}: {believed}" + (f"; {_facts(facts)}" if facts else "")


def _facts(facts: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def _subjects(event: EventFacts) -> str:
    """What an event is news of: its themes, and the listings it names itself."""
    if event.listings is ABSENT:
        return f"themes: {', '.join(event.themes) or 'none of the study'}"
    listings = f"listings: {', '.join(event.listings)}"
    return f"themes: {', '.join(event.themes)}; {listings}" if event.themes else listings


def _weight(event: EventFacts) -> str:
    return f"{'good' if event.direction > 0 else 'bad'} for them, strength {event.strength:g}"
