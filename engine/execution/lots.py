"""Lots and tickets: what the engine knows of a holding and of an order beyond what backtrader does."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from eventfolio.engine.ledger.ledger import Reason, Status, Why


@dataclass(slots=True)
class Claim:
    """How long one event would hold a lot: to the session `hold`, or a run-up's `reference` if that is first."""

    event_id: str
    hold: int | None
    reference: int | None

    @property
    def ends(self) -> float:
        hold = math.inf if self.hold is None else self.hold
        return hold if self.reference is None else min(hold, self.reference)


@dataclass(slots=True, eq=False)
class Lot:
    """One entry and what is left of it. Sessions are numbers in the count of the listing's exchange.

    claims     : its own event's, and one for each that extended it; the latest end is its time exit
    shares     : held now; fresh: bought in the session at hand (not sold in it where resale waits a day)
    basis      : the purchases' shares and local cost on today's share, for the average entry fill (reinvested
                 dividends stay out of it); high: the highest close since the entry session
    """

    number: int
    row: int
    trigger: int
    created: int
    claims: list[Claim]
    session: int = -1
    shares: float = 0.0
    fresh: float = 0.0
    basis_shares: float = 0.0
    basis_cost: float = 0.0
    high: float = math.nan
    dividends: float = 0.0
    ended: int = -1  # column of a consolidation that left no whole share
    entry: Ticket | None = None
    exit: Ticket | None = None  # a sale on its way: time, signal, or a triggered stop or trail
    take: Ticket | None = None  # a limit partly filled
    extended_by: list[int] = field(default_factory=list)

    @property
    def average_entry(self) -> float:
        """Share-weighted local entry fill after slippage, on today's share."""
        return self.basis_cost / self.basis_shares

    @property
    def is_held(self) -> bool:
        return self.shares > 0.0

    @property
    def is_waiting(self) -> bool:
        return self.entry is not None and self.entry.is_open

    @property
    def leaves_at(self) -> float:
        """The session of its time exit; infinite for never."""
        return max([claim.ends for claim in self.claims])

    def split(self, ratio: float) -> None:
        self.shares *= ratio
        self.basis_shares *= ratio
        self.high /= ratio


@dataclass(slots=True, eq=False)
class Ticket:
    """An order as the engine sees it. `left` is NaN until it is sized; `share` is the fraction of equity it is to be.

    session : the listing's session at whose open it was decided; patience runs from it (None: without limit)
    explicit: shares that a strategy asked for by itself, in place of a share of equity
    band    : given where the order brings what is held up to `share` (event-intensity): the fraction of equity
              below which such a purchase is not sent
    """

    number: int
    lot: Lot | None
    row: int
    side: int
    reason: Reason
    trigger: int
    column: int
    session: int
    patience: int | None = None
    share: float = math.nan
    explicit: float = math.nan
    band: float = math.nan
    left: float = math.nan
    wanted: float = math.nan
    filled: float = 0.0
    status: Status = Status.OPEN
    why: Why = Why.NONE
    is_sent: bool = True
    order: Any = None  # backtrader's
    equity: float = math.nan
    target: float = math.nan
    factor: float = math.nan
    last_close: float = math.nan
    last_fx: float = math.nan

    @property
    def is_open(self) -> bool:
        return self.status is Status.OPEN

    @property
    def rebalances(self) -> bool:
        return not math.isnan(self.band)

    @property
    def is_sized(self) -> bool:
        return not math.isnan(self.left)
