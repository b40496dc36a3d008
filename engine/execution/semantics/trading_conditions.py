"""What a listing's market asks of a trade on a date: prices, charges, locks, caps. Local money throughout."""

from __future__ import annotations

import math

from eventfolio.engine.execution import rules
from eventfolio.engine.execution.semantics.inputs import (
    CLOSE_ONLY,
    CLOSED_UP,
    HAS_BAR,
    LOCKED_DOWN,
    LOCKED_UP,
    Day,
    Fees,
    Market,
    Rate,
)
from eventfolio.engine.ledger.ledger import Reason


def fees_of(market: Market, row: int, column: int) -> Fees:
    """The fees of the listing's market."""
    return market.fees[market.listings[row].market, column]


def rate_of(market: Market, row: int, column: int) -> Rate:
    """The exchange rates of the listing's currency."""
    return market.fx[market.listings[row].currency, column]


def day_of(market: Market, row: int, column: int) -> Day:
    """The session of the listing's exchange."""
    return market.days[market.listings[row].exchange, column]


def is_listed(market: Market, row: int, column: int) -> bool:
    """Whether the listing has not ended by a date [ends-of-listings]."""
    return column < market.listings[row].ends


# --- whether it trades [entry, limits-and-locks] ---------------------------------------------------------------------


def has_bar(market: Market, row: int, column: int) -> bool:
    """Whether the listing can trade: a known open or a close alone, and a volume that is not zero."""
    return market.flags[row, column] & HAS_BAR != 0


def judges_levels(market: Market, row: int, column: int) -> bool:
    """Whether the bar has more than its open to judge levels by."""
    return market.flags[row, column] & (HAS_BAR | CLOSE_ONLY) == HAS_BAR


def is_locked(market: Market, row: int, column: int, side: int, closing: int) -> bool:
    """Whether nobody trades against an order of `side`: the bar is one price, at its limit in that direction.

    Nobody sells at a close that stands at the upper limit either, whatever the bar's range [at-the-close].
    """
    against = LOCKED_UP if side > 0 else LOCKED_DOWN
    if closing:
        against |= CLOSED_UP
    return market.flags[row, column] & against != 0


# --- prices [the-price-of-a-fill] ------------------------------------------------------------------------------------


def close_before(market: Market, row: int, column: int) -> float:
    """The last close of a date before, on the share of `column`; NaN if there is none."""
    return market.last_close[row, column - 1] / market.split[row, column] if column > 0 else math.nan


def open_price(market: Market, row: int, column: int) -> float:
    """The price of an order for the open: of a close-only bar, its close."""
    bar = market.bars[row, column]
    return bar.close if market.flags[row, column] & CLOSE_ONLY else bar.open


def purchase_price(market: Market, row: int, column: int, closing: int) -> float:
    """The price of a purchase: the open's, or the close; NaN where that is unknown."""
    return market.bars[row, column].close if closing else open_price(market, row, column)


def fill_price(market: Market, row: int, column: int, side: int, raw: float, reason: int) -> float:
    """A fill's price; that of a take does not slip."""
    steps = market.steps[market.step_table[row, column]]
    slippage = fees_of(market, row, column).slippage
    bar = market.bars[row, column]
    if side > 0:
        return rules.purchase_price(raw, slippage, steps, bar.low, bar.high)
    return rules.sale_price(raw, 0.0 if reason == Reason.TAKE else slippage, steps, bar.low, bar.high)


def take_price(market: Market, row: int, column: int, level: float) -> float:
    """The lowest price a take's limit at `level` can have."""
    return rules.tick_up(level, market.steps[market.step_table[row, column]])


# --- money and size [costs, size] ------------------------------------------------------------------------------------


def purchase_rate(market: Market, row: int, column: int) -> float:
    """What a purchase costs a unit of its value, itself and slippage included; minima and rounding are left out."""
    fees = fees_of(market, row, column)
    rate = fees.commission + fees.buy_fee + fees.clearing + fees.buy_tax
    if market.listings[row].foreign:
        rate += fees.fx
    return 1.0 + fees.slippage + rate


def charges(market: Market, row: int, column: int, side: int, value: float) -> tuple[float, float, float, float]:
    """Commission, fees, tax and currency cost of a fill of `value`."""
    fees = fees_of(market, row, column)
    return rules.fill_costs(
        value,
        side < 0,
        fees.commission,
        fees.commission_min,
        fees.buy_fee if side > 0 else fees.sell_fee,
        fees.clearing,
        fees.clearing_min,
        fees.clearing_max,
        fees.buy_tax if side > 0 else fees.sell_tax,
        fees.tax_rounds_up_to,
        fees.fx if market.listings[row].foreign else 0.0,
    )


def affordable(market: Market, row: int, column: int, shares: float, price: float, cash: float) -> float:
    """`shares` where `cash` (account money) pays for them with charges, else the most whole lots it pays for."""
    fees, listing = fees_of(market, row, column), market.listings[row]
    return rules.affordable(
        shares,
        price,
        rate_of(market, row, column).fill,
        cash,
        listing.lot,
        fees.commission,
        fees.commission_min,
        fees.buy_fee,
        fees.clearing,
        fees.clearing_min,
        fees.clearing_max,
        fees.buy_tax,
        fees.tax_rounds_up_to,
        fees.fx if listing.foreign else 0.0,
    )


def cap_left(market: Market, row: int, column: int, taken: float) -> float:
    """Shares the run may still take of the bar."""
    return rules.volume_cap(market.volume[row, column], fees_of(market, row, column).volume_share) - taken
