"""The desk: from the schedule and the closes of one date to the orders for the opens of the next.

It keeps the clock and the full calendar private and shows the strategy one trigger at a time. Rules: DESIGN section 5,
points 2, 3, 5, 7 and 8, and section 6 for confirmation and decaying shares.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from engine.execution import rules
from engine.execution.lots import Claim, Holding, Lot, Ticket
from engine.ledger import Reason, Why
from engine.market.tape import Tape
from engine.schedule import Revision, Schedule, Trigger
from strategies.parts import Plan

_REASON = {
    "announcement": Reason.NEWS,
    "run_up": Reason.RUN_UP,
    "occurrence": Reason.NEWS,
    "start": Reason.WINDOW,
}


@dataclass(slots=True, eq=False)
class Watch:
    """A trigger that waits for a close above `high` (local, on the share of `column`; None if it never can)."""

    row: int
    trigger: int
    session: int
    column: int
    high: float | None
    extended_by: list[int] = field(default_factory=list)


class Desk:
    """One run's decisions. `broker` and `strategy` are set when the run takes it up."""

    broker: Any

    def __init__(self, tape: Tape, schedule: Schedule, plan: Plan, members: dict[str, int]) -> None:
        self.tape, self.schedule, self.plan, self.members = tape, schedule, plan, members
        self.watches: list[Watch] = []
        self.seen: dict[int, list[int]] = {}  # triggers so far, by row (event-intensity)
        self.tickets = 0
        self.lots = 0
        self.column = tape.first
        self.agenda: dict[int, list[int]] = {}
        self.revised: dict[int, list[Revision]] = {}
        for number, trigger in enumerate(schedule.triggers):
            self.agenda.setdefault(self._column_of(trigger.listing, trigger.session), []).append(number)
        for revision in schedule.revisions:
            self.revised.setdefault(self._column_of(revision.listing, revision.session), []).append(revision)
        self.eve = np.datetime64(tape.start, "D") - np.timedelta64(1, "D")

    # --- what the strategy's base calls -------------------------------------------------------------------------------

    def decide(self) -> None:
        """Everything decided at the opens of the next date, from the closes of this one and before."""
        column = self.broker.column + 1
        if not self.tape.first <= column <= self.tape.last:
            return
        self.column = column
        self.broker.begin(column)
        for revision in self.revised.get(column, ()):
            self._revise(revision)
        if self.watches:
            self._confirm()
        for number in self.agenda.get(column, ()):
            self.strategy.on_trigger(_Shown(self, number))
        if self.broker.live or self.broker.entries:
            self._leave()
        if self.plan.half_life is not None:
            self._rebalance()

    def enter(self, shown: Any, weight: float | None = None) -> None:
        """Act on a trigger: buy, wait for confirmation, or treat it as a repeat (5.7)."""
        number, trigger = shown.number, shown.trigger
        row = self.tape.row(trigger.listing)
        if self.plan.half_life is not None:
            self.seen.setdefault(row, []).append(number)
            return
        if self.plan.repeat != "add" and self._is_busy(row):
            if self.plan.repeat == "extend":
                self._extend(row, number, trigger)
        elif self.plan.lookback is not None:
            before = self.tape.known_closes(row, self.column, self.plan.lookback)
            high = float(before.max()) if len(before) else None
            self.watches.append(Watch(row, number, trigger.session, self.column, high))
        else:
            self._send(row, number, weight)

    def closes(self, listing: str, n: int) -> list[float]:
        """The listing's last `n` closes before the coming open, oldest first."""
        return [float(close) for close in self.tape.known_closes(self.tape.row(listing), self.column, n)]

    # --- what the broker calls ----------------------------------------------------------------------------------------

    @cached_property
    def strategy(self) -> Any:
        return self.broker.cerebro.runningstrats[0]

    def feed(self, row: int) -> Any:
        return self.strategy.datas[row]

    def sale(self, lot: Lot, reason: Reason, column: int) -> Ticket:
        """Send the sale of a lot."""
        ticket = self._ticket(lot, lot.row, -1, reason, lot.trigger, column)
        ticket.left = ticket.wanted = lot.shares
        lot.exit = ticket
        self._to_backtrader(ticket)
        return ticket

    def users_ticket(self, row: int, side: int, shares: float, column: int) -> Ticket:
        """The ticket of an order a strategy sent by itself: a lot without an event, or a sale, oldest lot first."""
        lot = self._new_lot(row, -1, column) if side > 0 else None
        ticket = self._ticket(
            lot, row, side, Reason.USER if side > 0 else Reason.SIGNAL, -1, column, self.plan.patience
        )
        ticket.left = ticket.wanted = shares
        if lot is not None:
            lot.entry = ticket
        return ticket

    # --- decisions ----------------------------------------------------------------------------------------------------

    def _revise(self, revision: Revision) -> None:
        """A run-up is planned anew: waiting entries go, the exit follows the reference, or comes at once (5.8)."""
        row = self.tape.row(revision.listing)
        for ticket in list(self.broker.entries.get(row, ())):
            if self._trigger(ticket).event is revision.event:
                self.broker.close(ticket, Why.REVISED)
        self.watches = [w for w in self.watches if w.row != row or self._event_of(w.trigger) is not revision.event]
        for lot in self.broker.live.get(row, ()):
            own = lot.claims[0]
            if revision.until is not None:
                for claim in lot.claims:
                    if claim.event_id == revision.event.id:
                        claim.reference = revision.until
            elif own.event_id == revision.event.id and lot.exit is None and (own.reference or 0) > revision.session:
                self.sale(lot, Reason.SIGNAL, self.column)  # at or after its reference it leaves by time anyway

    def _confirm(self) -> None:
        """Buy what closed above its high; let go what did not in time."""
        kept = []
        for watch in self.watches:
            session = self.tape.session.item(watch.row, self.column)
            if session <= watch.session:
                kept.append(watch)
                continue
            if watch.high is not None and self._last_close(watch) > watch.high:
                self._send(watch.row, watch.trigger, None, watch.extended_by)
            elif session - watch.session < self.plan.within:
                kept.append(watch)
        self.watches = kept

    def _last_close(self, watch: Watch) -> float:
        """The close of the listing's previous session on the share of the watch's first date; NaN if it had none."""
        previous = int(np.flatnonzero(self.tape.session[watch.row, : self.column] >= 0)[-1])
        factor = self.tape.split_factor[watch.row]
        return self.tape.close.item(watch.row, previous) * (factor.item(previous) / factor.item(watch.column))

    def _leave(self) -> None:
        """Send time exits that are due, let go waits that passed their reference, ask the strategy's own rule."""
        asks = "should_exit" in self.strategy.hooks()
        for row in sorted({*self.broker.live, *self.broker.entries}):
            session = self.tape.session.item(row, self.column)
            if session < 0:
                continue
            for ticket in list(self.broker.entries.get(row, ())):
                reference = ticket.lot.claims[0].reference
                if reference is not None and session >= reference and not ticket.lot.is_held:
                    self.broker.close(ticket, Why.REVISED)
            for lot in list(self.broker.live.get(row, ())):
                due = session >= lot.leaves_at
                if lot.exit is not None:
                    if lot.exit.reason is Reason.TIME and not due:
                        self.broker.close(lot.exit, Why.EXTENDED)
                elif due:
                    self.sale(lot, Reason.TIME, self.column)
                elif asks and self.strategy.should_exit(self._holding(lot, session)):
                    self.sale(lot, Reason.SIGNAL, self.column)

    def _extend(self, row: int, number: int, trigger: Trigger) -> None:
        """A repeat moves the time exit to the later of its own and the trigger session + hold (5.7)."""
        lots = {lot.number: lot for lot in self.broker.live.get(row, ())}
        lots |= {t.lot.number: t.lot for t in self.broker.entries.get(row, ()) if t.lot is not None}
        for watch in self.watches:
            if watch.row == row:
                watch.extended_by.append(number)
        for lot in lots.values():
            if lot.exit is not None and lot.exit.reason is not Reason.TIME:
                continue  # it is leaving: the trigger is spent
            lot.extended_by.append(number)
            if self.plan.hold is not None:
                lot.claims.append(Claim(trigger.event_id, trigger.session + self.plan.hold, trigger.until))

    def _rebalance(self) -> None:
        """Bring each listing with triggers to its decaying share of equity, beyond the band (section 6)."""
        tape, plan, equity = self.tape, self.plan, self.broker.equity
        for row in sorted(self.seen):
            session = tape.session.item(row, self.column)
            if session < 0 or self.column == 0:
                continue
            close = tape.last_close.item(row, self.column - 1) / tape.split.item(row, self.column)
            worth = close * tape.fx_fill.item(row, self.column)
            if not worth > 0:
                continue
            latest = self.seen[row][-1]
            intensity = sum(
                self._strength(number) * 0.5 ** ((session - self.schedule.triggers[number].session) / plan.half_life)  # type: ignore[operator]
                for number in self.seen[row]
            )
            share = self._share(latest, None) * min(1.0, intensity)
            lots = self.broker.live.get(row, [])
            held = sum(lot.shares for lot in lots)
            band = plan.band * equity
            if share < plan.band / 10:
                if held > 0:
                    self._reduce(row, held, latest)
            elif share * equity - held * worth > band:
                lot = self._new_lot(row, latest, self.column)
                ticket = lot.entry = self._ticket(lot, row, 1, Reason.INTENSITY, latest, self.column, 0)
                ticket.share, ticket.band = share, plan.band
                self._to_backtrader(ticket)
            elif held * worth - share * equity > band:
                aim = rules.whole_lots(share * equity / worth, tape.lot.item(row, self.column))
                self._reduce(row, held - aim, latest)

    def _reduce(self, row: int, shares: float, trigger: int) -> None:
        ticket = self._ticket(None, row, -1, Reason.SIGNAL, trigger, self.column, 0)
        ticket.left = ticket.wanted = shares
        self._to_backtrader(ticket)

    # --- orders -------------------------------------------------------------------------------------------------------

    def _send(self, row: int, number: int, weight: float | None, extended_by: list[int] | None = None) -> None:
        """Send an entry; its size is settled at its open."""
        lot = self._new_lot(row, number, self.column)
        lot.extended_by = extended_by or []
        reason = Reason.BREAKOUT if self.plan.lookback is not None else _REASON[self.plan.trigger]
        lot.entry = self._ticket(lot, row, 1, reason, number, self.column, self.plan.patience)
        lot.entry.share = self._share(number, weight)
        self._to_backtrader(lot.entry)

    def _to_backtrader(self, ticket: Ticket) -> None:
        send = self.strategy.buy if ticket.side > 0 else self.strategy.sell
        send(data=self.feed(ticket.row), size=ticket.left if ticket.is_sized else 1, ticket=ticket)

    def _ticket(
        self,
        lot: Lot | None,
        row: int,
        side: int,
        reason: Reason,
        trigger: int,
        column: int,
        patience: int | None = None,
    ) -> Ticket:
        self.tickets += 1
        session = self.tape.session.item(row, column)
        if session < 0:  # a strategy's own order on a day the exchange is shut: from its next session on
            ahead = np.flatnonzero(self.tape.session[row, column:] >= 0)
            session = self.tape.session.item(row, column + int(ahead[0])) if len(ahead) else 0
        return Ticket(self.tickets - 1, lot, row, side, reason, trigger, column, session, patience)

    def _new_lot(self, row: int, trigger: int, column: int) -> Lot:
        known = self.schedule.triggers[trigger] if trigger >= 0 else None
        claim = Claim(known.event_id if known else "", None, known.until if known else None)
        lot = Lot(self.lots, row, trigger, column, [claim])
        self.lots += 1
        self.broker.lots.append(lot)
        return lot

    # --- small things -------------------------------------------------------------------------------------------------

    def _is_busy(self, row: int) -> bool:
        return row in self.broker.live or row in self.broker.entries or any(w.row == row for w in self.watches)

    def _share(self, number: int, weight: float | None) -> float:
        theme = "*" if self.plan.spread == "all" else self.schedule.triggers[number].theme
        return (self.plan.weight if weight is None else weight) / self.members[theme]

    def _strength(self, number: int) -> float:
        event = self.schedule.triggers[number].event
        return event.strength if event is not None else 1.0

    def _trigger(self, ticket: Ticket) -> Any:
        return self.schedule.triggers[ticket.trigger] if ticket.trigger >= 0 else _NO_TRIGGER

    def _event_of(self, number: int) -> Any:
        return self.schedule.triggers[number].event if number >= 0 else None

    def _column_of(self, listing: str, session: int) -> int:
        """The tape's column of a listing's session, -1 where it lies off the tape."""
        row = self.tape.row(listing)
        found = np.flatnonzero(self.tape.session[row] == session)
        return int(found[0]) if len(found) else -1

    def _holding(self, lot: Lot, session: int) -> Holding:
        trigger = self.schedule.triggers[lot.trigger] if lot.trigger >= 0 else None
        close = self.tape.last_close.item(lot.row, self.column - 1) / self.tape.split.item(lot.row, self.column)
        return Holding(
            listing=self.tape.symbols[lot.row],
            event=trigger.event if trigger else None,
            theme=trigger.theme if trigger else "",
            gain=close / lot.average_entry - 1.0,
            sessions=session - lot.session,
            shares=lot.shares,
        )


class _Shown:
    """What `on_trigger` sees of a trigger."""

    def __init__(self, desk: Desk, number: int) -> None:
        self.number, self.trigger = number, desk.schedule.triggers[number]
        self.event, self.theme = self.trigger.event, self.trigger.theme
        self.listing, self.known_at = self.trigger.listing, self.trigger.known_at


_NO_TRIGGER = Trigger("", "", None, -1, None, False)
