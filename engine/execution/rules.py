"""The rules of a fill: plain functions of numbers, run by Python and compiled as they stand.

Prices are raw and local unless named otherwise; NaN means unknown; fractions are of value. `bands` are rows
of (below this price, this much): tuples, or arrays where compiled.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

Bands = Sequence[Sequence[float]]

# A quotient this close below a whole number of lots is that number: it is a rounding error, not a missing share.
WHOLE = 1e-9

# Prices this close (relative) to a level touch it: 100 x 1.1 is 110 on paper, and a little more in binary.
TOUCH = 1e-12

_ALL_WHOLE = 2.0**53  # from here on every float is a whole number, and the next one is two away or more

SHARE_DUST = 1e-9  # a rest of shares this small is the rounding error of a sum
CENT_DUST = 1e-6  # a cash balance this far below zero (a million) is the rounding error of a purchase that took it all

# Shares bought by an account's last cent cost it no more than this much (relative) more than it has.
_LAST_CENT = 1e-12

NOTHING, STOP, TAKE = 0, 1, 2


def added(numbers: Iterable[float]) -> float:
    """The sum, added from left to right; Python's own rounds differently from version 3.12 on."""
    total = 0.0
    for number in numbers:
        total += number
    return total


def whole(number: float) -> float:
    """`number` rounded down; a very large one is whole already, and may be too large for a machine's integer."""
    return number if number >= _ALL_WHOLE else float(math.floor(number))


def whole_lots(shares: float, lot: float) -> float:
    """`shares` rounded down to whole lots, at least 0."""
    return max(whole(shares / lot + WHOLE), 0.0) * float(lot)


def lots_missing(held: float, worth: float, missing: float, lot: float) -> float:
    """Shares in whole lots that bring `held`, `worth` each, up by `missing` money, to whole lots too."""
    return whole_lots(whole_lots((held * worth + missing) / worth, lot) - held, lot)


def volume_cap(volume: float, share: float) -> float:
    """Shares a run may take of a bar; infinite where the volume is unknown or there is no cap."""
    cap = share * volume
    return whole(cap + WHOLE) if cap < math.inf else math.inf


def purchase_size(wanted: float, cap: float, lot: float) -> float:
    """Whole lots of what is wanted, as far as the cap allows."""
    return whole_lots(wanted if wanted <= cap else cap, lot)


def sale_size(wanted: float, cap: float, lot: float) -> float:
    """All that is wanted where the cap allows, odd rest included; else whole lots."""
    return wanted if wanted <= cap else min(whole_lots(cap, lot), wanted)


def charges(
    value: float,
    commission: float,
    least: float,
    fee: float,
    clearing: float,
    clearing_min: float,
    clearing_max: float,
    tax: float,
    tax_step: float,
) -> tuple[float, float, float]:
    """Commission, fees and tax of one fill of `value`: rates as fractions, the rest local money."""
    cleared = min(max(value * clearing, clearing_min), clearing_max)
    taxed = value * tax
    if tax_step > 0.0:
        taxed = math.ceil(taxed / tax_step - WHOLE) * tax_step
    return max(value * commission, least), value * fee + cleared, taxed


def fill_costs(
    value: float,
    is_sale: bool,
    commission: float,
    least: float,
    fee: float,
    clearing: float,
    clearing_min: float,
    clearing_max: float,
    tax: float,
    tax_step: float,
    currency: float,
) -> tuple[float, float, float, float]:
    """Commission, fees, tax and currency cost of one fill of `value`; minima take no more than a sale brings."""
    paid, fees, taxed = charges(value, commission, least, fee, clearing, clearing_min, clearing_max, tax, tax_step)
    if is_sale:
        taxed = min(taxed, value)
        fees = min(fees, value - taxed)
        paid = min(paid, value - taxed - fees)
    return paid, fees, taxed, value * currency


def affordable(
    shares: float,
    price: float,
    fx: float,
    cash: float,
    lot: float,
    commission: float,
    least: float,
    fee: float,
    clearing: float,
    clearing_min: float,
    clearing_max: float,
    tax: float,
    tax_step: float,
    currency: float,
) -> float:
    """`shares` where `cash` (account money, `fx` a local unit) pays for them with charges, else the most whole lots."""
    few, many, lots = 0.0, -1.0, 0.0
    while True:
        size = shares if many < 0.0 else lots * lot
        value = size * price
        a, b, c, d = fill_costs(
            value, False, commission, least, fee, clearing, clearing_min, clearing_max, tax, tax_step, currency
        )
        fits = (value + (a + b + c + d)) * fx <= cash * (1.0 + _LAST_CENT)
        if many < 0.0:  # asked for all of them
            if fits:
                return shares
            most = whole_lots(min(shares, cash / (price * fx)), lot) / lot
            many = most + max(1.0, most / _ALL_WHOLE * 2.0)  # one more: where that is no number, the next
        elif fits:
            few = lots
        else:
            many = lots
        lots = whole(few + (many - few) / 2.0)  # charges have minima, caps and rounding, but grow with the size
        if not few < lots < many:
            return few * lot


def tick_at(price: float, bands: Bands) -> float:
    """The price step at a price; 0 without steps."""
    for place in range(len(bands)):
        if price < bands[place][0]:
            return bands[place][1]
    return bands[len(bands) - 1][1] if len(bands) > 0 else 0.0


def tick_down(price: float, bands: Bands) -> float:
    """The highest printable price at or below `price`; without steps, itself."""
    step = float(tick_at(price, bands))
    return round(math.floor(price / step + WHOLE) * step, 6) if step > 0.0 else price


def tick_up(price: float, bands: Bands) -> float:
    """The lowest printable price at or above `price`; without steps, itself."""
    step = float(tick_at(price, bands))
    return round(math.ceil(price / step - WHOLE) * step, 6) if step > 0.0 else price


def clipped(price: float, low: float, high: float) -> float:
    """A price drawn into its bar; an unknown low or high (NaN) draws nothing on its side."""
    if price < low:
        return low
    return high if price > high else price


def purchase_price(raw: float, slippage: float, bands: Bands, low: float, high: float) -> float:
    """A purchase's price: slippage, then up to a price step, then the bar, which no fill leaves."""
    return clipped(tick_up(raw * (1.0 + slippage), bands), low, high)


def sale_price(raw: float, slippage: float, bands: Bands, low: float, high: float) -> float:
    """A sale's price: slippage, then down to a price step unless that is 0, then the bar, which no fill leaves."""
    slipped = raw * (1.0 - slippage)
    stepped = tick_down(slipped, bands)
    return clipped(stepped if stepped > 0.0 else slipped, low, high)


def shrink(wanted: float, cash: float) -> float:
    """The factor that brings purchases worth `wanted` (with slippage and fees) down to `cash`."""
    return max(cash, 0.0) / wanted if wanted > cash else 1.0


def decayed(age: float, half_life: float) -> float:
    """0.5 ^ (age / half_life); as a power of two, since LLVM turns 0.5 ** x into one, which rounds differently."""
    return math.exp2(-age / half_life)


def stop_level(entry: float, stop: float, trail: float, high: float) -> float:
    """The higher of stop and trail; NaN where there is neither. `high`: the highest close since entry (or NaN)."""
    level = entry * (1.0 - stop)
    top = high if high > entry else entry
    trailing = top * (1.0 - trail)
    return trailing if math.isnan(level) or trailing > level * (1.0 + TOUCH) else level


def falls_to(price: float, level: float) -> bool:
    """Whether a price is at or below a level."""
    return price <= level * (1.0 + TOUCH)


def rises_to(price: float, level: float) -> bool:
    """Whether a price is at or above a level."""
    return price >= level * (1.0 - TOUCH)


def level_at_open(price: float, stop: float, take: float) -> int:
    """Which level an open (or the only price of a bar) has passed."""
    if falls_to(price, stop):
        return STOP
    return TAKE if rises_to(price, take) else NOTHING


def level_within(high: float, low: float, close: float, stop: float, take: float) -> tuple[int, float]:
    """Which level the bar touches after its open, and the price there; an unknown high or low leaves the close."""
    if falls_to(low, stop):
        return STOP, stop
    if math.isnan(low) and falls_to(close, stop):
        return STOP, close
    if rises_to(high, take):
        return TAKE, take
    if math.isnan(high) and rises_to(close, take):
        return TAKE, close
    return NOTHING, math.nan
