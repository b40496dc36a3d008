"""What a listing's market asks of a trade on a date: prices, charges, limits, caps; the rules, fed from the tape."""

from __future__ import annotations

import math

from engine.execution import rules
from engine.market.rulebook import Bands
from engine.market.tape import Tape

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
        """The open after slippage, within the bar, up to the next price step, within the limit."""
        slipped = rules.buy_price(
            self.open_price(row, column), self.rate("slippage", row, column), self.tape.high.item(row, column)
        )
        return self._within_limits(row, column, rules.tick_up(slipped, self.bands(row, column)))

    def sale_price(self, row: int, column: int, raw: float) -> float:
        """A price after slippage, within the bar, down to the next price step, within the limit."""
        slipped = rules.sell_price(raw, self.rate("slippage", row, column), self.tape.low.item(row, column))
        return self._within_limits(row, column, rules.tick_down(slipped, self.bands(row, column)))

    def limit_price(self, row: int, column: int, raw: float) -> float:
        """A limit order's sale price, without slippage: down to a price step, within the limit."""
        return self._within_limits(row, column, rules.tick_down(raw, self.bands(row, column)))

    def bands(self, row: int, column: int) -> Bands:
        """The price steps in force; empty for none."""
        table = self.tape.tick_table.item(row, column)
        return self.tape.tick_bands[table] if table >= 0 else ()

    def limits(self, row: int, column: int) -> tuple[float, float]:
        """Lowest and highest price of the session; 0 and infinity where there is no limit, or no close before."""
        limit, base = self.tape.limits[row], self.close_before(row, column)
        if limit is None or math.isnan(base):
            return 0.0, math.inf
        if limit.kind == "truncated":
            return rules.limit_truncated(base, limit.fraction, self.bands(row, column))
        if limit.kind == "yen":
            return rules.limit_by_width(base, limit.widths, self.bands(row, column))
        return rules.limit_rounded(base - self.tape.ex_cash.item(row, column), limit.fraction)

    def is_locked(self, row: int, column: int, side: int) -> bool:
        """Whether the bar is one price, and that the limit in our direction: nobody trades against it."""
        tape, limit = self.tape, self.limits(row, column)[1 if side > 0 else 0]
        return rules.is_locked(
            tape.open.item(row, column), tape.high.item(row, column), tape.low.item(row, column), limit
        )

    def _within_limits(self, row: int, column: int, price: float) -> float:
        low, high = self.limits(row, column)
        return rules.within(price, low, high)

    # --- money and size ----------------------------------------------------------------------------------------------

    def purchase_rate(self, row: int, column: int) -> float:
        """What a purchase costs as a fraction of its value; minima and rounding are left out."""
        names = ("commission", "buy_fee", "clearing", "buy_tax", *(("fx",) if self.tape.foreign[row] else ()))
        total = 0.0
        for name in names:  # from left to right: Python's own sum rounds differently from version 3.12 on
            total += self.rate(name, row, column)
        return total

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
