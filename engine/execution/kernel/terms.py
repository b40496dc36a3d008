"""What a listing's market asks of a trade, compiled (`engine.execution.market_terms`)."""

from __future__ import annotations

import math

from eventfolio.engine.execution.kernel import enums as codes
from eventfolio.engine.execution.kernel.compiling import hot, part, rules
from eventfolio.engine.execution.kernel.records import CLOSE_ONLY, HAS_BAR, LOCKED_DOWN, LOCKED_UP


@part
def close_before(market, row, column):
    """The last close of a date before, on the share of `column`; NaN if there is none."""
    return market.last_close[row, column - 1] / market.split[row, column] if column > 0 else math.nan


@hot
def has_bar(market, row, column):
    return market.flags[row, column] & HAS_BAR != 0


@hot
def open_price(market, row, column):
    """The price of an order for the open: of a close-only bar, its close."""
    bar = market.bars[row, column]
    return bar.close if market.flags[row, column] & CLOSE_ONLY else bar.open


@part
def steps_of(market, row, column):
    """The table of the price steps in force, and how many of its rows count: `market.ticks[table, :count]`."""
    table = market.tick_table[row, column]
    return (table, market.tick_counts[table]) if table >= 0 else (0, 0)


@part
def is_locked(market, row, column, side):
    """Whether nobody trades against an order of `side`."""
    return market.flags[row, column] & (LOCKED_UP if side > 0 else LOCKED_DOWN) != 0


@part
def fill_price(market, row, column, side, raw, reason):
    """A fill's price; that of a take does not slip."""
    table, count = steps_of(market, row, column)
    bands = market.ticks[table, :count]
    slippage = market.fees[market.listings[row].market, column].slippage
    bar = market.bars[row, column]
    if side > 0:
        return rules.purchase_price(raw, slippage, bands, bar.low, bar.high)
    return rules.sale_price(raw, 0.0 if reason == codes.TAKE else slippage, bands, bar.low, bar.high)


@part
def purchase_rate(market, row, column):
    """What a purchase costs as a fraction of its value, slippage and all; minima and rounding are left out."""
    listing = market.listings[row]
    fees = market.fees[listing.market, column]
    rate = fees.commission + fees.buy_fee + fees.clearing + fees.buy_tax
    if listing.foreign:
        rate += fees.fx
    return 1.0 + fees.slippage + rate


@part
def charges(market, row, column, side, value):
    """Commission, fees, tax and currency cost of a fill of `value`, local money."""
    listing = market.listings[row]
    fees = market.fees[listing.market, column]
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
        fees.fx if listing.foreign else 0.0,
    )


@part
def affordable(market, row, column, shares, price, cash):
    """`shares` where `cash` pays for them with charges, else the most whole lots it pays for."""
    listing = market.listings[row]
    fees = market.fees[listing.market, column]
    return rules.affordable(
        shares,
        price,
        market.fx[listing.currency, column].fill,
        cash,
        float(listing.lot),
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


@part
def cap_left(market, row, column, taken):
    """Shares a run may still take of the bar."""
    share = market.fees[market.listings[row].market, column].volume_share
    return rules.volume_cap(market.volume[row, column], share) - taken
