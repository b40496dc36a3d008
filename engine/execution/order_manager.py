"""The desk: from the schedule and the closes of one date to the orders for the opens of the next.

It keeps the clock and the full calendar private and shows the strategy one trigger at a time, instant of open by
instant, so that what a later market may know decides nothing in an earlier one. Rules: DESIGN section 5, points 2, 3,
5, 7 and 8, and section 6 for confirmation. Decaying shares stand in `intensity.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from eventfolio.engine.execution.account import Account
from eventfolio.engine.execution.intensity import rebalance
from eventfolio.engine.execution.lots import Claim, Lot, Ticket
from eventfolio.engine.execution.views import ShownTrigger, holding_of
from eventfolio.engine.ledger.ledger import Reason, Why
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.schedule import Revision, Schedule, Trigger
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.strategies.parts import Plan, StrategyError, check_weight

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
    weight: float | None
    extended_by: list[int] = field(default_factory=list)

    @property
    def triggers(self) -> list[int]:
        """Its own, and those that were news on what it awaits."""
        return [self.trigger, *self.extended_by]


class Desk:
    """One run's decisions. `broker` and `account` are set when the run takes it up.

    floor : ns UTC; a strategy's own orders trade only at opens after it (the publication, point in time)
    """

    broker: Any
    account: Account

    def __init__(self, tape: Tape, schedule: Schedule, plan: Plan, members: dict[str, int], floor: int = 0) -> None:
        self.tape, self.schedule, self.plan, self.members, self.floor = tape, schedule, plan, members, floor
        self.watches: list[Watch] = []
        self.seen: dict[int, list[int]] = {}  # triggers so far, by row (event-intensity)
        self.entered: set[int] = set()  # triggers acted on
        self.notes: list[tuple[int, int, Why]] = []  # why a trigger sent no order (Ledger.notes)
        self.tickets = 0
        self.lots = 0
        self.instant = 0  # the open being decided for, ns UTC; 0 outside `decide`
        self.agenda: dict[tuple[int, int], list[int]] = {}  # by column and row
        self.revised: dict[tuple[int, int], list[Revision]] = {}
        for number, trigger in enumerate(schedule.triggers):
            self.agenda.setdefault(self._place_of(trigger.listing, trigger.session), []).append(number)
        for revision in schedule.revisions:
            self.revised.setdefault(self._place_of(revision.listing, revision.session), []).append(revision)
        self.busy: dict[int, set[int]] = {}  # rows with a trigger or a revision, by column
        for column, row in (*self.agenda, *self.revised):
            self.busy.setdefault(column, set()).add(row)

    @property
    def column(self) -> int:
        """The date whose opens come next."""
        return min(self.broker.column + 1, self.tape.last)

    # --- what the strategy's base calls -------------------------------------------------------------------------------

    def decide(self) -> None:
        """Everything decided at the opens of the next date, from the closes of this one and before."""
        column = self.broker.column + 1
        if not self.tape.first <= column <= self.tape.last:
            return
        concerned = self._concerned(column)
        if concerned and self.has_hooks:  # a hook may act on any listing
            concerned = set(range(len(self.tape.symbols)))
        for rows in self.tape.instants(column, concerned):
            self.instant = int(self.tape.opens_at[rows[0], column])
            self._decide_at(column, rows)
        self.instant = 0

    def is_due(self) -> bool:
        """Whether anything is to be decided for the opens of the next date."""
        column = self.broker.column + 1
        return self.tape.first <= column <= self.tape.last and bool(self._concerned(column))

    def _concerned(self, column: int) -> set[int]:
        """Rows with something to decide: news, a wait, a rebalanced share, a lot that may be due to leave."""
        rows = {*self.busy.get(column, ()), *self.seen, *self.broker.entries, *(watch.row for watch in self.watches)}
        for row, lots in self.account.held_lots.items():
            session = self.tape.session.item(row, column)
            if self.asks_exit or any(lot.exit is not None or session >= lot.leaves_at for lot in lots):
                rows.add(row)
        return rows

    def enter(self, shown: Any, weight: float | None = None) -> None:
        """Act on a trigger: buy, wait for confirmation, or treat it as a repeat (5.7)."""
        number, trigger = shown.number, shown.trigger
        row = self.tape.row(trigger.listing)
        if weight is not None:
            weight = check_weight(weight, "go_long")
        self.entered.add(number)
        if self.plan.half_life is not None:
            if weight is not None:
                raise StrategyError(
                    "go_long(trigger, weight) has no meaning with Decaying(…): the share follows the events."
                )
            self.seen.setdefault(row, []).append(number)
        elif self.plan.repeat != "add" and self._is_busy(row):
            if self.plan.repeat == "ignore":
                self.note([number], Why.IGNORED)
            elif not self._extend(row, number, trigger):
                self.note([number], Why.SPENT)
        elif self.plan.lookback is not None:
            before = self.tape.known_closes(row, self.column, self.plan.lookback)
            high = float(before.max()) if len(before) else None
            self.watches.append(Watch(row, number, trigger.session, self.column, high, weight))
        else:
            self._send(row, number, weight)

    def closes(self, listing: str, n: int) -> list[float]:
        """The listing's last `n` closes before the coming open, oldest first."""
        if listing not in self.tape.symbols:
            raise StrategyError(
                f"closes('{shown(listing)}', …): no such listing.{did_you_mean(listing, self.tape.symbols)}"
            )
        if n < 1:
            return []
        row = self.tape.row(listing)
        return [float(close) for close in self.tape.known_closes(row, self.broker.column + 1, n)]

    # --- what the broker calls ----------------------------------------------------------------------------------------

    @cached_property
    def strategy(self) -> Any:
        return self.broker.cerebro.runningstrats[0]

    def feed(self, row: int) -> Any:
        return self.strategy.datas[row]

    def sale(self, lot: Lot, reason: Reason, column: int) -> Ticket:
        """Send the sale of a lot."""
        ticket = self.ticket(lot, lot.row, -1, reason, lot.trigger, column)
        ticket.left = ticket.wanted = lot.shares
        lot.exit = ticket
        self.send(ticket)
        return ticket

    def users_ticket(self, row: int, side: int, shares: float) -> Ticket:
        """The ticket of an order a strategy sent by itself: a lot without an event, or a sale, oldest lot first.

        It trades at the listing's next open, but not before the instant whose news the strategy was just shown.
        """
        column, earliest = self.column, max(self.instant, self.floor + 1)
        while column < self.tape.last and 0 <= self.tape.opens_at[row, column] < earliest:
            column += 1
        lot = self.new_lot(row, -1, column) if side > 0 else None
        reason = Reason.USER if side > 0 else Reason.SIGNAL
        ticket = self.ticket(lot, row, side, reason, -1, column, self.plan.patience)
        if lot is not None:
            ticket.explicit, lot.entry = shares, ticket
        else:
            ticket.left = ticket.wanted = shares
        return ticket

    # --- decisions ----------------------------------------------------------------------------------------------------

    def _decide_at(self, column: int, rows: list[int]) -> None:
        """One instant: revisions, what has waited too long, confirmations, triggers, exits, decaying shares."""
        for row in rows:
            for revision in self.revised.get((column, row), ()):
                self._revise(row, revision)
        for row in rows:
            if row in self.broker.entries:
                self._let_waits_go(row, self.tape.session.item(row, column))
        if self.watches:
            self._confirm(column, rows)
        for row in rows:
            for number in self.agenda.get((column, row), ()):
                self.strategy.on_trigger(ShownTrigger(self.schedule.triggers[number], number, self.instant))
        for row in rows:
            if row in self.account.held_lots:
                self._leave(row, self.tape.session.item(row, column))
        for row in rows:
            if row in self.seen:
                rebalance(self, row)

    def _revise(self, row: int, revision: Revision) -> None:
        """A run-up is planned anew: waiting entries go, the exit follows the reference, or comes at once (5.8)."""
        for ticket in list(self.broker.entries.get(row, ())):
            if self._event_of(ticket.trigger) is revision.event:
                self.broker.close(ticket, Why.REVISED)
        kept = []
        for watch in self.watches:
            if watch.row == row and self._event_of(watch.trigger) is revision.event:
                self.note(watch.triggers, Why.REVISED)
            else:
                kept.append(watch)
        self.watches = kept
        for lot in self.account.held_lots.get(row, ()):
            own = lot.claims[0]
            if revision.until is not None:
                for claim in lot.claims:
                    if claim.event_id == revision.event.id:
                        claim.reference = revision.until
            elif own.event_id == revision.event.id and lot.exit is None and (own.reference or 0) > revision.session:
                self.sale(lot, Reason.SIGNAL, self.column)  # at or after its reference it leaves by time anyway

    def _confirm(self, column: int, rows: list[int]) -> None:
        """Buy what closed above its high; let go what did not in time."""
        kept = []
        for watch in self.watches:
            session = self.tape.session.item(watch.row, column)
            if watch.row not in rows or session <= watch.session:
                kept.append(watch)
            elif watch.high is not None and self._last_close(watch) > watch.high:
                self._send(watch.row, watch.trigger, watch.weight, watch.extended_by)
            elif session - watch.session < self.plan.within:
                kept.append(watch)
            else:
                self.note(watch.triggers, Why.UNCONFIRMED)
        self.watches = kept

    def _last_close(self, watch: Watch) -> float:
        """The close of the listing's previous session on the share of the watch's first date; NaN if it had none."""
        previous = int(np.flatnonzero(self.tape.session[watch.row, : self.column] >= 0)[-1])
        factor = self.tape.split_factor[watch.row]
        return self.tape.close.item(watch.row, previous) * (factor.item(previous) / factor.item(watch.column))

    def _let_waits_go(self, row: int, session: int) -> None:
        """End purchases of a run-up that waited past its reference: before the open's triggers, as a confirmation."""
        for ticket in list(self.broker.entries.get(row, ())):
            reference = ticket.lot.claims[0].reference
            if reference is not None and session >= reference and not ticket.lot.is_held:
                self.broker.close(ticket, Why.REVISED)

    def _leave(self, row: int, session: int) -> None:
        """Send time exits that are due, ask the strategy's own rule."""
        for lot in list(self.account.held_lots.get(row, ())):
            due = session >= lot.leaves_at
            if lot.exit is not None:
                if lot.exit.reason is Reason.TIME and not due:
                    self.broker.close(lot.exit, Why.EXTENDED)
            elif due:
                self.sale(lot, Reason.TIME, self.column)
            elif self.asks_exit and self.strategy.should_exit(holding_of(self, lot, session)):
                self.sale(lot, Reason.SIGNAL, self.column)

    @cached_property
    def asks_exit(self) -> bool:
        """Whether the strategy has an exit rule of its own."""
        return "should_exit" in self.strategy.hooks()

    @cached_property
    def has_hooks(self) -> bool:
        """Whether the strategy decides anything by itself."""
        return bool(self.strategy.hooks())

    def _extend(self, row: int, number: int, trigger: Trigger) -> bool:
        """A repeat moves the time exit to the later of its own and the trigger session + hold; whether any (5.7)."""
        lots = {lot.number: lot for lot in self.account.held_lots.get(row, ())}
        lots |= {t.lot.number: t.lot for t in self.broker.entries.get(row, ()) if t.lot is not None}
        found = False
        for watch in self.watches:
            if watch.row == row:
                watch.extended_by.append(number)
                found = True
        for lot in lots.values():
            if lot.exit is not None and lot.exit.reason is not Reason.TIME:
                continue  # it is leaving: the trigger is spent
            lot.extended_by.append(number)
            hold = None if self.plan.hold is None else trigger.session + self.plan.hold
            lot.claims.append(Claim(trigger.event_id, hold, trigger.until))
            found = True
        return found

    # --- orders -------------------------------------------------------------------------------------------------------

    def _send(self, row: int, number: int, weight: float | None, extended_by: list[int] | None = None) -> None:
        """Send an entry; its size is settled at its open."""
        lot = self.new_lot(row, number, self.column)
        lot.extended_by = extended_by or []
        reason = Reason.BREAKOUT if self.plan.lookback is not None else _REASON[self.plan.trigger]
        lot.entry = self.ticket(lot, row, 1, reason, number, self.column, self.plan.patience)
        lot.entry.share = self.share(number, weight)
        self.send(lot.entry)

    def send(self, ticket: Ticket) -> None:
        """Send an order through backtrader."""
        send = self.strategy.buy if ticket.side > 0 else self.strategy.sell
        feed = self.feed(ticket.row)
        self.broker.show(feed)
        send(data=feed, size=ticket.left if ticket.is_sized else 1, ticket=ticket)

    def ticket(
        self,
        lot: Lot | None,
        row: int,
        side: int,
        reason: Reason,
        trigger: int,
        column: int,
        patience: int | None = None,
    ) -> Ticket:
        """A new ticket, numbered; its session is the listing's at `column`, or its next one."""
        self.tickets += 1
        session = self.tape.session.item(row, column)
        if session < 0:  # a strategy's own order on a day the exchange is shut: from its next session on
            ahead = np.flatnonzero(self.tape.session[row, column:] >= 0)
            session = self.tape.session.item(row, column + int(ahead[0])) if len(ahead) else 0
        return Ticket(self.tickets - 1, lot, row, side, reason, trigger, column, session, patience)

    def new_lot(self, row: int, trigger: int, column: int) -> Lot:
        """A new lot, numbered, with its own event's claim on it."""
        known = self.schedule.triggers[trigger] if trigger >= 0 else None
        claim = Claim(known.event_id if known else "", None, known.until if known else None)
        lot = Lot(self.lots, row, trigger, column, [claim])
        self.lots += 1
        self.broker.lots.append(lot)
        return lot

    # --- small things -------------------------------------------------------------------------------------------------

    def note(self, triggers: Iterable[int], why: Why, column: int = -1) -> None:
        """Note why triggers led to no order that was sent."""
        self.notes += [(number, column, why) for number in triggers]

    def _is_busy(self, row: int) -> bool:
        return row in self.account.held_lots or row in self.broker.entries or any(w.row == row for w in self.watches)

    def share(self, number: int, weight: float | None = None) -> float:
        """The fraction of equity a trigger's purchase is to be."""
        theme = "*" if self.plan.spread == "all" else self.schedule.triggers[number].theme
        return (self.plan.weight if weight is None else weight) / self.members[theme]

    def _event_of(self, number: int) -> Any:
        return self.schedule.triggers[number].event if number >= 0 else None

    def _place_of(self, listing: str, session: int) -> tuple[int, int]:
        """Column and row of a listing's session; column -1 where it lies off the tape."""
        row = self.tape.row(listing)
        found = np.flatnonzero(self.tape.session[row] == session)
        return (int(found[0]) if len(found) else -1), row
