"""Audits a run fill by fill, from its ledger, the calendar and the prices, not from what its schedule says.

Every fill's news was known before the open that filled it, or before the last call for the close that did; every close
and exchange rate used has a time before that instant; every price lies inside its bar, which was not locked, and what
was bought at a close was bought at its price. Cash, holdings and equity are what fills, costs, splits, dividends,
listings that ended and interest come to, and no date's purchases take more than the cash of the books before, as sales
are spendable from the next date on (docs/semantics.md#audit). A run that fails is worthless and stops.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eventfolio.engine.errors import AuditError
from eventfolio.engine.ledger.account import Account
from eventfolio.engine.ledger.ledger import Ledger, paid
from eventfolio.engine.ledger.rebuilt_books import rebuilt
from eventfolio.engine.market.closing import deadlines
from eventfolio.engine.market.fx import struck_at
from eventfolio.engine.market.sessions import instant_ns
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.schedule import Trigger
from eventfolio.events import Calendar

# How far the books may lie from those rebuilt, of equity; and of the highest equity so far, whose rounding stays.
_NEAR, _ROUNDING = 1e-9, 1e-12


def audit(
    ledger: Ledger,
    tape: Tape,
    calendar: Calendar,
    triggers: Sequence[Trigger],
    account: Account,
    cutoff: int | None = None,
) -> int:
    """Check every fill and the books; return how many fills were checked.

    triggers : of the run, in the ledger's numbers; account : what it started with
    cutoff   : minutes before the close by which its strategy wants news to be known, where it buys at closes
    Raises   : AuditError naming the fill and what was not yet known, or the date whose books do not follow
    """
    known_at = {event.id: {belief.known for belief in event.beliefs} for event in calendar.events}
    for fill in ledger.fills:
        row, column, at_close = int(fill["row"]), int(fill["column"]), bool(fill["closing"])
        traded = int((tape.closes_at if at_close else tape.opens_at)[row, column])
        known_by = traded - _notice_ns(tape, row, column, cutoff or 0) if at_close else traded
        moment = "close" if at_close else "open"
        what = f"{tape.symbols[row]} on {tape.dates[column]}"
        if traded < 0:
            raise AuditError(f"{what}: a fill on a date its exchange was shut.")
        if not tape.has_bar[row, column]:
            raise AuditError(f"{what}: a fill on a bar that did not trade.")
        _in_its_bar(float(fill["price"]), int(fill["side"]), tape, row, column, what)
        if at_close and tape.closed_up[row, column]:
            raise AuditError(f"{what}: a purchase at a close that stood at the upper limit.")
        if at_close and fill["raw"] != tape.close[row, column]:
            raise AuditError(f"{what}: a fill at the close of {fill['raw']}, which was {tape.close[row, column]}.")
        number = int(ledger.lots["trigger"][fill["lot"]])
        trigger = triggers[number] if number >= 0 else None
        if trigger is not None and trigger.known_at is not None:
            if trigger.known_at not in known_at.get(trigger.event_id, ()):
                raise AuditError(f"{what}: the calendar does not say that '{trigger.event_id}' was known then.")
            if instant_ns(trigger.known_at) >= known_by:
                before = "the last call for the close" if at_close else "the open"
                raise AuditError(f"{what}: event '{trigger.event_id}' was not known before {before} that filled it.")
        used = int(fill["close_column"])
        if used >= 0 and int(tape.closes_at[row, : used + 1].max()) >= traded:
            raise AuditError(f"{what}: the closes of {tape.dates[used]} were not known at the {moment}.")
        rate = tape.fx_row[[row], column]
        if not np.isnat(rate[0]) and int(struck_at(rate)[0]) > traded:
            raise AuditError(f"{what}: the exchange rate of {rate[0]} was not known at the {moment}.")
    _same_books(ledger, tape, account)
    _known_books(ledger, tape, account)
    return len(ledger.fills)


def _known_books(ledger: Ledger, tape: Tape, account: Account) -> None:
    """Every order was sized with the equity of the newest books struck before its instant, or the starting cash."""
    orders = ledger.orders[~np.isnan(ledger.orders["equity"])]
    row, column = orders["row"], orders["column"]
    instant = np.where(orders["closing"] > 0, tape.closes_at[row, column], tape.opens_at[row, column])
    struck = tape.struck_at[tape.first : tape.last + 1]
    newest = np.minimum(np.searchsorted(struck, instant, side="right"), column - tape.first) - 1
    right = np.where(newest < 0, account.cash, ledger.equity[newest])
    wrong = np.flatnonzero(~np.isclose(orders["equity"], right, rtol=_NEAR, atol=0.0))
    if len(wrong):
        at, order = int(wrong[0]), orders[wrong[0]]
        raise AuditError(
            f"{tape.symbols[order['row']]} on {tape.dates[order['column']]}: an order sized with equity of "
            f"{order['equity']:,.2f}; the books known then had {right[at]:,.2f}."
        )


def _notice_ns(tape: Tape, row: int, column: int, cutoff: int) -> int:
    """How long before the close news must have been known: the cutoff, or the exchange's deadline if that is longer."""
    (minutes,) = deadlines(tape.exchanges[row], tape.dates[[column]])
    return int(max(float(cutoff), minutes) * 60e9)


def _in_its_bar(price: float, side: int, tape: Tape, row: int, column: int, what: str) -> None:
    """A price between the bar's low and high where they are known, of a bar that was not locked against the order."""
    low, high = tape.low.item(row, column), tape.high.item(row, column)
    if not price > 0 or (price < low and not price >= high) or (price > high and not price <= low):
        raise AuditError(f"{what}: a fill at {price} outside its bar, {low} to {high}.")
    if (tape.locked_up if side > 0 else tape.locked_down)[row, column]:
        raise AuditError(f"{what}: a fill on a bar locked at its limit.")


def _same_books(ledger: Ledger, tape: Tape, account: Account) -> None:
    """Lots, holdings, cash and equity are what the fills come to, date by date, and no purchase was on credit."""
    books = rebuilt(ledger, tape, account)
    wrong = np.flatnonzero(~np.isclose(ledger.lots["shares"], books.lots, rtol=1e-9, atol=1e-6))
    if len(wrong):
        lot = ledger.lots[wrong[0]]
        raise AuditError(
            f"{tape.symbols[lot['row']]}: a lot holds {lot['shares']} shares, its fills leave {books.lots[wrong[0]]}."
        )
    told = np.bincount(ledger.payments["lot"], paid(ledger.payments), len(ledger.lots))
    wrong = np.flatnonzero(~np.isclose(told, books.ended, rtol=1e-9, atol=1e-6))
    if len(wrong):
        lot = ledger.lots[wrong[0]]
        raise AuditError(
            f"{tape.symbols[lot['row']]}: a lot is said to have got {told[wrong[0]]:,.2f} as its listing ended; that "
            f"comes to {books.ended[wrong[0]]:,.2f}."
        )
    held = np.zeros(tape.close.shape)
    held[ledger.holdings["row"], ledger.holdings["column"]] = ledger.holdings["shares"]
    differs = ~np.isclose(held, books.shares, rtol=1e-9, atol=1e-6)[:, tape.first : tape.last + 1]
    if differs.any():
        row, column = (int(place) for place in np.argwhere(differs)[0])
        column += tape.first
        raise AuditError(
            f"{tape.symbols[row]} on {tape.dates[column]}: the books hold {held[row, column]} shares, the fills leave "
            f"{books.shares[row, column]}."
        )
    slack = _NEAR * np.abs(books.equity) + _ROUNDING * np.maximum.accumulate(np.maximum(books.equity, account.cash))
    for name, kept, right in (("cash", ledger.cash, books.cash), ("equity", ledger.equity, books.equity)):
        off = np.flatnonzero(~(np.abs(kept - right) <= slack))
        if len(off):
            at = int(off[0])
            raise AuditError(
                f"{tape.dates[tape.first + at]}: the books show {name} of {kept[at]:,.2f}; starting cash, fills, "
                f"costs, dividends, ends of listings and interest come to {right[at]:,.2f}. Something else changed the "
                "account."
            )
    before = np.concatenate([[account.cash], books.cash[:-1]])
    borrowed = np.flatnonzero(~(books.bought <= np.maximum(before, 0.0) + slack))
    if len(borrowed):
        at = int(borrowed[0])
        raise AuditError(
            f"{tape.dates[tape.first + at]}: purchases took {books.bought[at]:,.2f}, of the {before[at]:,.2f} in cash "
            "at the books before. Something else changed what could be spent."
        )
