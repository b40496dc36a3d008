"""The state of one run played by Python: market and plan as records, what it keeps, the date it stands at."""

from __future__ import annotations

from typing import Any

from eventfolio.engine.execution.ledger_of import make_ledger
from eventfolio.engine.execution.packing import pack_plan, pack_schedule, pack_steps
from eventfolio.engine.execution.python_form import kept_state, live_state, market_form, records_of
from eventfolio.engine.execution.semantics import inputs
from eventfolio.engine.execution.semantics.books import has_orders, strike_books
from eventfolio.engine.execution.semantics.dates import begin, open_date, play_dates, trade
from eventfolio.engine.execution.semantics.decaying import is_rebalanced
from eventfolio.engine.execution.semantics.decide import decide
from eventfolio.engine.execution.semantics.lots import held_shares, lots_of
from eventfolio.engine.execution.semantics.positions import activate
from eventfolio.engine.execution.semantics.records import EVERYTHING
from eventfolio.engine.execution.semantics.trading_conditions import day_of
from eventfolio.engine.ledger.account import Account
from eventfolio.engine.ledger.ledger import Ledger
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.schedule import Schedule
from eventfolio.strategies.plan import Plan


class Simulation:
    """A plan on a schedule, an account and a tape. `column` is the date of the last books.

    members : number of members with prices by theme; the key "*" counts all listings once
    """

    def __init__(self, tape: Tape, schedule: Schedule, plan: Plan, account: Account, members: dict[str, int]) -> None:
        self.tape, self.schedule, self.parts, self.members = tape, schedule, plan, members
        self.packed = pack_schedule(tape, schedule, plan, members)
        self.market = market_form(tape)
        self.triggers: Any = records_of(self.packed.triggers, inputs.Trigger)
        self.revisions: Any = records_of(self.packed.revisions, inputs.Revision)
        self.steps: Any = records_of(pack_steps(tape), inputs.Step)
        (self.plan,) = records_of(pack_plan(tape, plan, account), inputs.Plan)
        self.state = live_state(len(tape.symbols), len(self.steps))
        self.book = self.state.book[0]
        self.column = tape.first - 1
        self.taken: set[int] | None = None  # triggers acted on by a strategy that is asked; None: its parts take all
        self._opened = self.column  # the last date whose listings stand at its start
        self._decided = self.column  # the last date that was decided for
        self._trades = False  # whether the next date's corporate actions have been taken, and its books not struck
        begin(self.state, self.plan, EVERYTHING)

    @property
    def next_column(self) -> int:
        """The date whose opens come next."""
        return min(self.column + 1, self.tape.last)

    def play(self) -> None:
        """All dates, of a strategy that nobody asks and nobody tells."""
        self.taken = None
        play_dates(self.market, self.state, self.plan, self.triggers, self.revisions, self.steps, EVERYTHING)
        self.column = self.tape.last

    # --- date by date -------------------------------------------------------------------------------------------------

    def is_due(self, asks_exit: bool) -> bool:
        """Whether anything is to be decided for the next date. asks_exit : every lot is asked about at every open"""
        column, state, book = self.column + 1, self.state, self.book
        if not self.tape.first <= column <= self.tape.last:
            return False
        self._open(column)
        if book.purchases > 0 or book.awaiting > 0 or self._is_next(self.triggers, book.next_trigger, column):
            return True
        if self._is_next(self.revisions, book.next_revision, column):
            return True
        for place in range(book.active):
            row = state.active[place]
            session = day_of(self.market, row, column).session
            if self.plan.decays and is_rebalanced(state, row):
                return True
            if any(asks_exit or lot.exit >= 0 or session >= lot.leaves for lot in lots_of(state, row)):
                return True
        return False

    @staticmethod
    def _is_next(news: Any, number: int, column: int) -> bool:
        return number < len(news) and news[number].column <= column

    def decide(self, any_row: bool = False) -> None:
        """Decide for the opens of the next date. any_row : a strategy may act on any listing"""
        column = self.column + 1
        if not self.tape.first <= column <= self.tape.last:
            return
        self._open(column)
        self._pass_over(column)
        self._decided = column
        if any_row:  # so that none joins in the middle
            for row in range(len(self.tape.symbols)):
                activate(self.market, self.state, row, column)
        decide(self.market, self.state, self.plan, self.triggers, self.revisions, column)
        if any_row:
            self._rest_idle()

    def trade(self) -> None:
        """The next date from its first open on: corporate actions, trades; then its books."""
        column = self.column + 1
        if column >= self.tape.first:
            self._open(column)
            if self._decided != column:
                self._pass_over(column + 1)
            self._trades = True
            trade(self.market, self.state, self.plan, self.triggers, self.revisions, column)
            lapse = self.steps[column - self.tape.first].lapse
            strike_books(self.market, self.state, self.plan, column, lapse)
        self.column, self._trades = column, False

    def wake(self, row: int) -> None:
        """A strategy acted on a listing by itself."""
        activate(self.market, self.state, row, self.next_column)

    def _open(self, column: int) -> None:
        if self._opened != column:
            self._opened = column
            open_date(self.market, self.state, self.plan, column)

    def _pass_over(self, column: int) -> None:
        """News of dates on which a strategy did not let its parts decide is gone."""
        while self._is_next(self.triggers, self.book.next_trigger, column - 1):
            self.book.next_trigger += 1
        while self._is_next(self.revisions, self.book.next_revision, column - 1):
            self.book.next_revision += 1

    def _rest_idle(self) -> None:
        """Count only listings with lots, orders or news among those that need looking at."""
        state, kept = self.state, 0
        for place in range(self.book.active):
            row = state.active[place]
            position = state.positions[row]
            if position.first_lot >= 0 or position.first_news >= 0 or position.handed >= 0 or has_orders(state, row):
                state.active[kept] = row
                kept += 1
            else:
                position.is_active = 0
        self.book.active = kept

    # --- what it came to ----------------------------------------------------------------------------------------------

    def held(self, row: int) -> float:
        """Shares of a listing."""
        return held_shares(self.state, row)

    def value_of(self, row: int) -> float:
        """What a listing's shares are worth at the last books, in account money; at that close on today's share."""
        shares, column = self.held(row), max(self.column, 0)
        if not shares:
            return 0.0
        ratio = self.tape.split.item(row, self.column + 1) if self._trades else 1.0
        return shares * self.tape.last_close.item(row, column) / ratio * self.tape.fx_book.item(row, column)

    def ledger(self) -> Ledger:
        """What the run did. It is over then: its market, news and tables are let go."""
        declined: list[int] = []
        if self.taken is not None:
            taken = {self.triggers[one].number for one in self.taken}
            noted = {self.triggers[self.state.notes[n].trigger].number for n in range(self.book.notes)}
            declined = sorted(set(range(len(self.schedule.triggers))) - taken - noted)
        del self.market, self.triggers, self.revisions, self.steps
        return make_ledger(kept_state(self.state), self.packed.triggers, declined)
