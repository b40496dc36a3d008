"""The audit: after each run, fill by fill, from the ledger and the calendar and not from the scheduler's own words.

Every fill's event was known before the open that filled it, and every close and exchange rate used has a time before
that open (DESIGN 5.11). A run that fails is worthless and stops.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from engine.errors import AuditError
from engine.ledger import Ledger
from engine.market.tape import Tape
from events import Calendar

_WEEKDAY_END = np.timedelta64(
    22 * 60 + 30, "m"
)  # a row "late on d" is struck by 17:00 New York, 22:00 UTC at the latest


def audit(ledger: Ledger, tape: Tape, calendar: Calendar, event_ids: list[str]) -> int:
    """Check every fill; return how many were checked.

    event_ids : the event behind each trigger number of the ledger ("" for none)
    Raises    : AuditError naming the fill and what was not yet known
    """
    known_at = {event.id: [belief.known for belief in event.beliefs] for event in calendar.events}
    for fill in ledger.fills:
        row, column = int(fill["row"]), int(fill["column"])
        opened = int(tape.opens_at[row, column])
        what = f"{tape.symbols[row]} on {tape.dates[column]}"
        if opened < 0:
            raise AuditError(f"{what}: a fill on a date its exchange was shut.")
        if not tape.has_bar[row, column]:
            raise AuditError(f"{what}: a fill on a bar that did not trade.")
        trigger = int(ledger.lots["trigger"][fill["lot"]])
        event = event_ids[trigger] if trigger >= 0 else ""
        if event and not any(_ns(known) < opened for known in known_at[event]):
            raise AuditError(f"{what}: event '{event}' was not known before the open that filled it.")
        used = int(fill["close_column"])
        if used >= 0 and int(tape.books_at[used]) >= opened:
            raise AuditError(f"{what}: the closes of {tape.dates[used]} were not known at the open.")
        rate = tape.fx_row[row, column]
        if (
            not np.isnat(rate)
            and (rate.astype("datetime64[m]") + _WEEKDAY_END).astype("datetime64[ns]").astype(np.int64) > opened
        ):
            raise AuditError(f"{what}: the exchange rate of {rate} was not known at the open.")
    return len(ledger.fills)


def _ns(instant: datetime) -> Any:
    return np.datetime64(instant.astimezone(UTC).replace(tzinfo=None), "ns").astype(np.int64)
