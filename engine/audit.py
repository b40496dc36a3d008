"""The audit: after each run, fill by fill, from the ledger, the calendar and the tape, not from the scheduler's words.

Every fill's news was known before the open that filled it, every close and exchange rate used has a time before that
open (DESIGN 5.11), and what the lots hold is what the books show. A run that fails is worthless and stops.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.errors import AuditError
from engine.ledger import Ledger
from engine.market.sessions import instant_ns
from engine.market.tape import Tape
from engine.schedule import Trigger
from events import Calendar

# A rate "late on d" is struck by 17:00 New York: 22:00 UTC in winter. Seoul and Tokyo open at 00:00 UTC.
_STRUCK = np.timedelta64(22 * 60 + 30, "m")


def audit(ledger: Ledger, tape: Tape, calendar: Calendar, triggers: Sequence[Trigger]) -> int:
    """Check every fill; return how many were checked.

    triggers : of the run, in the ledger's numbers
    Raises   : AuditError naming the fill and what was not yet known
    """
    known_at = {event.id: {belief.known for belief in event.beliefs} for event in calendar.events}
    for fill in ledger.fills:
        row, column = int(fill["row"]), int(fill["column"])
        opened = int(tape.opens_at[row, column])
        what = f"{tape.symbols[row]} on {tape.dates[column]}"
        if opened < 0:
            raise AuditError(f"{what}: a fill on a date its exchange was shut.")
        if not tape.has_bar[row, column]:
            raise AuditError(f"{what}: a fill on a bar that did not trade.")
        number = int(ledger.lots["trigger"][fill["lot"]])
        trigger = triggers[number] if number >= 0 else None
        if trigger is not None and trigger.known_at is not None:
            if trigger.known_at not in known_at.get(trigger.event_id, ()):
                raise AuditError(f"{what}: the calendar does not say that '{trigger.event_id}' was known then.")
            if instant_ns(trigger.known_at) >= opened:
                raise AuditError(f"{what}: event '{trigger.event_id}' was not known before the open that filled it.")
        used = int(fill["close_column"])
        if used >= 0 and int(tape.books_at[used]) >= opened:
            raise AuditError(f"{what}: the closes of {tape.dates[used]} were not known at the open.")
        rate = tape.fx_row[row, column]
        if (
            not np.isnat(rate)
            and int((rate.astype("datetime64[m]") + _STRUCK).astype("datetime64[ns]").astype(np.int64)) > opened
        ):
            raise AuditError(f"{what}: the exchange rate of {rate} was not known at the open.")
    _same_shares(ledger, tape)
    return len(ledger.fills)


def _same_shares(ledger: Ledger, tape: Tape) -> None:
    """What the lots hold at the end is what the last books show, listing by listing."""
    lots, books = np.zeros(len(tape.symbols)), np.zeros(len(tape.symbols))
    np.add.at(lots, ledger.lots["row"], ledger.lots["shares"])
    last = ledger.holdings[ledger.holdings["column"] == tape.last]
    np.add.at(books, last["row"], last["shares"])
    wrong = np.flatnonzero(~np.isclose(lots, books, rtol=1e-9, atol=1e-6))
    if len(wrong):
        row = int(wrong[0])
        raise AuditError(f"{tape.symbols[row]}: lots hold {lots[row]} shares, the books {books[row]}.")
