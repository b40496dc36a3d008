"""The second opinion on what was not traded: each unit's word, from the contract's list and the reference's own run.

A unit is an event on a listing with prices that one of its themes names, once; an event that names none is one.
"""

from __future__ import annotations

from datetime import date
from typing import Any

FIRST = ["bought", "extended", "ignored", "spent", "waiting"]
SILENT = [
    "no_listing", "month_only", "direction", "cancelled", "not_occurred", "no_start", "too_late", "filtered",
    "before_the_window", "no_session_left", "hindsight", "episode",
]  # fmt: skip


def words(run: Any, events: list[Any]) -> dict[tuple[str, str | None], str]:
    """(event, listing or None) -> word."""
    found: dict[tuple[str, str | None], str] = {}
    for event in events:
        named = sorted({symbol for theme in event.themes for symbol in run.known.get(theme, ())})
        for symbol in named:
            own = [t for t in run.triggers if t.event is event and t.paper.symbol == symbol]
            said = [came_to(trigger) for trigger in sorted(own, key=lambda t: (t.at, t.rank))]
            at_once = [word for word in FIRST if word in said]
            found[event.id, symbol] = (at_once or said[-1:] or [silent(run, event, symbol)])[0]
        if not named:
            found[event.id, None] = "no_listing"
    return found


def came_to(trigger: Any) -> str:
    """What became of one trigger."""
    lot = trigger.lot
    if lot is None:
        return str(trigger.word)
    if lot.in_shares:
        return "extended" if trigger.extends else "bought"
    return "waiting" if lot.is_live else str(lot.dropped)


def silent(run: Any, event: Any, symbol: str) -> str:
    """Why there was no trigger: every reason that applies, then the first of the list."""
    spec, days = run.spec, sorted(run.market.sessions[run.market.listings[symbol].exchange])
    opens = [run.market.sessions[run.market.listings[symbol].exchange][day][0] for day in days]

    def first_open_after(moment: Any) -> int:
        return sum(opened <= moment for opened in opens)

    reasons = set()
    beliefs = [event, *sorted(event.revisions, key=lambda one: one.known)]
    if spec.kind != "run-up":
        beliefs = [event]
    timely = [belief for belief in beliefs if belief.precision != "month"]
    if not timely:
        reasons.add("month_only")
    if event.direction < 0:
        reasons.add("direction")
    entries: list[tuple[int, Any]] = []
    if spec.kind == "run-up":
        off = set()
        for place, belief in enumerate(timely):
            at = first_open_after(belief.known)
            starts = None if belief.start is None else sum(day < belief.start for day in days)
            if belief.status == "cancelled":
                off.add("cancelled")
            elif starts is None:
                off.add("no_start")
            elif belief.status == "occurred" or max(at, starts - spec.lead) >= starts:
                off.add("too_late")
            elif all(first_open_after(later.known) > max(at, starts - spec.lead) for later in timely[place + 1 :]):
                entries.append((max(at, starts - spec.lead), belief.known))
        reasons |= off if not entries else set()
    elif event.status == "cancelled":
        reasons.add("cancelled")
    elif timely:
        entries.append((first_open_after(event.known), event.known))
    if not any(symbol in run.members.get(theme, ()) for theme in event.themes):
        reasons.add("filtered")
    for at, known in entries:
        day = days[at] if at < len(days) else date.max
        if day < run.start:
            reasons.add("before_the_window")
        elif day > run.end:
            reasons.add("no_session_left")
        elif run.point_in_time and run.published and known < run.published:
            reasons.add("hindsight")
        else:
            reasons.add("episode")
    return min(reasons, key=SILENT.index)
