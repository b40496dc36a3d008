"""What a listing's market asks of a trade on a date: prices, charges, locks, caps; the rules, fed from the tape."""

from __future__ import annotations

import math

from eventfolio.engine.execution import rules
from eventfolio.engine.market.rulebook import Bands
from eventfolio.engine.market.tape import Tape

_CLEARING = ("clearing", "clearing_min", "clearing_max")
_PURCHASE = ("commission", "commission_min", "buy_fee", *_CLEARING, "buy_tax", "tax_rounds_up_to")
_SALE = ("commission", "commission_min", "sell_fee", *_CLEARING, "sell_tax", "tax_rounds_up_to")


class Terms:
    """Looked up by `row` (listing) and `column` (date) of a tape; local money throughout."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape

    def rate(self, name: str, row: int, column: int) -> float:
        """A field of the rules of the listing's market."""
        return float(getattr(self.tape.rules, name).item(self.tape.market[row], column))

    # --- prices ------------------------------------------------------------------------------------------------------

    def close_before(self, row: int, column: int) -> float:
        """The last close of a date before, on the share of `column`; NaN if there is none."""
        if column == 0:
            return math.nan
        return self.tape.last_close.item(row, column - 1) / self.tape.split.item(row, column)

    def open_price(self, row: int, column: int) -> float:
        """The price of an order for the open: of a close-only bar, its close."""
        return (self.tape.close if self.tape.close_only[row, column] else self.tape.open).item(row, column)

    def purchase_price(self, row: int, column: int) -> float:
        """What a purchase at the open pays."""
        raw, slippage = self.open_price(row, column), self.rate("slippage", row, column)
        return rules.purchase_price(raw, slippage, self.bands(row, column), *self._range(row, column))

    def sale_price(self, row: int, column: int, raw: float, slips: bool = True) -> float:
        """What a sale at a raw price brings; one at a limit of ours does not slip."""
        slippage = self.rate("slippage", row, column) if slips else 0.0
        return rules.sale_price(raw, slippage, self.bands(row, column), *self._range(row, column))

    def bands(self, row: int, column: int) -> Bands:
        """The price steps in force; empty for none."""
        table = self.tape.tick_table.item(row, column)
        return self.tape.tick_bands[table] if table >= 0 else ()

    def is_locked(self, row: int, column: int, side: int) -> bool:
        """Whether nobody trades against an order of `side`: the bar is one price, at its limit in that direction."""
        return bool((self.tape.locked_up if side > 0 else self.tape.locked_down)[row, column])

    def _range(self, row: int, column: int) -> tuple[float, float]:
        """Low and high of the bar."""
        return self.tape.low.item(row, column), self.tape.high.item(row, column)

    # --- money and size ----------------------------------------------------------------------------------------------

    def purchase_rate(self, row: int, column: int) -> float:
        """What a purchase costs as a fraction of its value; minima and rounding are left out."""
        names = ("commission", "buy_fee", "clearing", "buy_tax", *(("fx",) if self.tape.foreign[row] else ()))
        return rules.added([self.rate(name, row, column) for name in names])

    def charges(self, row: int, column: int, side: int, value: float) -> tuple[float, float, float, float]:
        """Commission, fees, tax and currency cost of a fill of `value`."""
        return rules.fill_costs(value, side < 0, *self._rates(row, column, side))

    def affordable(self, row: int, column: int, shares: float, price: float, cash: float) -> float:
        """`shares` where `cash` (account money) pays for them with charges, else the most whole lots it pays for."""
        lot, fx = self.tape.lot.item(row, column), self.tape.fx_fill.item(row, column)
        return rules.affordable(shares, price, fx, cash, lot, *self._rates(row, column, 1))

    def _rates(self, row: int, column: int, side: int) -> list[float]:
        """What `rules.fill_costs` asks, in its order."""
        rates = [self.rate(name, row, column) for name in (_PURCHASE if side > 0 else _SALE)]
        return [*rates, self.rate("fx", row, column) if self.tape.foreign[row] else 0.0]

    def cap(self, row: int, column: int) -> float:
        """Shares a run may take of the bar."""
        return rules.volume_cap(self.tape.volume.item(row, column), self.rate("volume_share", row, column))
