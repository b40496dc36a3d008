"""The second opinion on what was not traded: each unit's word, from the contract's list and the reference's own run.

A unit is an event on a listing with prices that one of its themes, or the event itself, names, once; an event that
names none is one.
"""

from __future__ import annotations

from datetime import date, timedelta
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
        named = sorted({symbol for _, symbol in run.names(event)})
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
    spec, exchange = run.spec, run.market.listings[symbol].exchange
    days = sorted(run.market.sessions[exchange])

    def instant(day: Any) -> Any:
        opened, closed = run.market.sessions[exchange][day]
        if not spec.at_close:
            return opened
        market = run.market.deadlines(exchange, day) if run.market.deadlines else 0
        return closed - timedelta(minutes=max(spec.cutoff, market))

    instants = [instant(day) for day in days]

    def first_after(moment: Any) -> int:
        return sum(one <= moment for one in instants)

    reasons = set()
    beliefs = event.beliefs()
    timely = [belief for belief in beliefs if belief.precision != "month"]
    if not timely or (event.precision == "month" and spec.kind != "run-up" and not spec.release):
        reasons.add("month_only")
    if event.direction < 0:
        reasons.add("direction")
    entries: list[tuple[int, Any]] = []
    if spec.kind == "run-up":
        off = set()
        for place, belief in enumerate(timely):
            at = first_after(belief.known)
            starts = None if belief.start is None else sum(day < belief.start for day in days)
            if belief.status == "cancelled":
                off.add("cancelled")
            elif belief.status == "occurred":
                off.add("too_late")
            elif starts is None:
                off.add("no_start")
            elif max(at, starts - spec.lead) >= starts:
                off.add("too_late")
            elif all(first_after(later.known) > max(at, starts - spec.lead) for later in timely[place + 1 :]):
                entries.append((max(at, starts - spec.lead), belief.known))
        reasons |= off if not entries else set()
    elif spec.release:
        released = next(
            (
                one
                for one in timely
                if one.status == "occurred"
                and (
                    one.known == event.known
                    or one.start is None
                    or one.start <= event.local_date(one.known, one.precision)
                )
            ),
            None,
        )
        if released is not None:
            at = first_after(released.known)
            by_then = [one for one in timely if at >= len(days) or one.known < instants[at]]
            if by_then[-1].status == "occurred":
                entries.append((at, released.known))
        if not entries and timely:
            reasons.add("cancelled" if timely[-1].status == "cancelled" else "not_occurred")
    elif event.status == "cancelled":
        reasons.add("cancelled")
    elif event.precision != "month":
        entries.append((first_after(event.known), event.known))
    if not is_asked(run, event, symbol, [instants[at] for at, _ in entries if at < len(days)]):
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


def is_asked(run: Any, event: Any, symbol: str, instants: list[Any]) -> bool:
    """Whether a strategy looks at an event on a listing: its themes, its kinds, its conditions on facts."""
    spec = run.spec
    if spec.kinds is not None and event.kind not in spec.kinds:
        return False
    if spec.themes is not None and not any(t in spec.themes for t, s in run.names(event) if s == symbol):
        return False
    if not instants:
        return True
    return any(
        all(holds(event.facts_before(instant).get(name), op, wanted) for name, op, wanted in spec.only)
        for instant in instants
    )


def holds(fact: Any, op: str, wanted: Any) -> bool:
    """Whether a condition on a fact is met; None switches it off, a fact of another type does not meet it."""
    if wanted is None:
        return True
    kinds = [bool if isinstance(x, bool) else str if isinstance(x, str) else float for x in (fact, wanted)]
    if fact is None or kinds[0] is not kinds[1]:
        return False
    if op in ("=", "!="):
        return bool(fact == wanted) == (op == "=")
    order = {"<": -1, "<=": -1, ">=": 1, ">": 1}[op]
    return kinds[0] is float and ((fact - wanted) * order > 0 or (fact == wanted and op in ("<=", ">=")))
