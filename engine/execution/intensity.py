"""Decaying shares: bring a listing to the share of equity that its news still deserves (DESIGN section 6)."""

from __future__ import annotations

import math
from typing import Any

from eventfolio.engine.execution import rules
from eventfolio.engine.execution.rules import added
from eventfolio.engine.ledger.ledger import Reason, Why


def rebalance(desk: Any, row: int) -> None:
    """Trade a listing with triggers all the way to its target share, if it differs by more than the band.

    The target is weight / members x min(1, sum of strength x 0.5^(age / half_life)), age in the listing's own sessions;
    below a tenth of the band all is sold. A purchase is a lot named after the latest trigger and lasts one session; a
    sale goes through the oldest lots first.
    """
    tape, plan, account, column = desk.tape, desk.plan, desk.account, desk.column
    close = desk.broker.terms.close_before(row, column)
    worth = close * tape.fx_fill.item(row, column)
    latest, session = desk.seen[row][-1], tape.session.item(row, column)
    if not worth > 0:
        if session == desk.schedule.triggers[latest].session:
            desk.note([latest], Why.NO_CLOSE if math.isnan(close) else Why.STALE_FX, column)
        return
    intensity = added(
        _strength(desk, number) * rules.decayed(session - desk.schedule.triggers[number].session, plan.half_life)
        for number in desk.seen[row]
    )
    share = desk.share(latest) * min(1.0, intensity)
    ratio = tape.split.item(row, column)  # of a split effective at that open
    held, target = account.held_after_split(row, column), share * account.equity
    band = plan.band * account.equity
    if share < plan.band / 10:
        if held > 0:
            _reduce(desk, row, held / ratio, latest)
    elif target - held * worth > band:
        lot = desk.new_lot(row, latest, column)
        ticket = lot.entry = desk.ticket(lot, row, 1, Reason.INTENSITY, latest, column, 0)
        ticket.share, ticket.band = share, plan.band
        desk.send(ticket)
    elif held * worth - target > band:
        _reduce(desk, row, (held - rules.whole_lots(target / worth, tape.lot.item(row, column))) / ratio, latest)


def _reduce(desk: Any, row: int, shares: float, trigger: int) -> None:
    """Sell shares, counted before any split of the coming open."""
    ticket = desk.ticket(None, row, -1, Reason.SIGNAL, trigger, desk.column, 0)
    ticket.left = ticket.wanted = shares
    desk.send(ticket)


def _strength(desk: Any, number: int) -> float:
    event = desk.schedule.triggers[number].event
    return float(event.strength) if event is not None else 1.0
