"""The size of new purchases: those of one instant of open share the cash that is left (DESIGN 5.4)."""

from __future__ import annotations

import math
from typing import Any

from eventfolio.engine.execution import rules
from eventfolio.engine.execution.lots import Ticket
from eventfolio.engine.execution.rules import added
from eventfolio.engine.ledger.ledger import Status, Why


def size_together(broker: Any, tickets: list[Ticket], column: int) -> None:
    """Size an instant's new purchases: shares of equity, all shrunk alike to the cash left, in whole lots.

    A ticket that brings a holding up to its share (event-intensity) is sized by what is missing; one that asks for a
    number of shares gets its whole lots. One without a close to be sized with waits; one whose exchange rate is too
    old, or whose money buys no lot, ends.
    """
    tape, terms, account = broker.tape, broker.terms, broker.account
    sized = []
    for ticket in tickets:
        row, close = ticket.row, terms.close_before(ticket.row, column)
        is_new = not math.isnan(close) or tape.session.item(row, column) == ticket.session
        asked = not math.isnan(ticket.explicit)
        if (is_new or asked) and tape.fx_stale[row, column]:
            ticket.is_sent = not ticket.rebalances
            broker.close(ticket, Why.STALE_FX, Status.REJECTED)
        elif asked:
            ticket.wanted = ticket.left = rules.whole_lots(ticket.explicit, tape.lot.item(row, column))
            if ticket.left == 0:
                broker.close(ticket, Why.BELOW_ONE_LOT, Status.REJECTED)
        elif math.isnan(close):
            broker.wait(ticket, column, Why.NO_CLOSE)
        else:
            ticket.column = column  # an order that had no close to be sized with is new today
            ticket.equity, ticket.target = account.equity, ticket.share * account.equity
            ticket.last_close, ticket.last_fx = close, tape.fx_fill.item(row, column)
            sized.append(ticket)
    worth = {t: t.last_close * t.last_fx for t in sized}
    held = {t: account.held(t.row) if t.rebalances else 0.0 for t in sized}
    missing = {t: t.target - held[t] * worth[t] for t in sized}
    spread = {t: 1.0 + terms.rate("slippage", t.row, column) + terms.purchase_rate(t.row, column) for t in sized}
    factor = rules.shrink(added(missing[t] * spread[t] for t in sized), account.spendable)
    for t in sized:
        lot = tape.lot.item(t.row, column)
        least = t.band * account.equity if t.rebalances else 0.0
        t.factor, t.wanted = factor, rules.lots_missing(held[t], worth[t], factor * missing[t], lot)
        t.left = t.wanted
        if t.left == 0 or t.left * worth[t] < least:
            unshrunk = rules.lots_missing(held[t], worth[t], missing[t], lot)
            why = Why.WITHIN_BAND if t.rebalances else Why.BELOW_ONE_LOT
            if unshrunk > 0 and unshrunk * worth[t] >= least:
                why = Why.NO_CASH
            t.is_sent = not t.rebalances  # a purchase inside the band is not sent
            broker.close(t, why, None if t.rebalances else Status.REJECTED)
