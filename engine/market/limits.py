"""Daily price limits, and which bars are locked at one.

A limit decides one thing only. A bar of one price at or beyond it is locked: nobody sells at the upper one, nobody buys
at the lower. A bar with a range and a price beyond it proves that another limit was in force (a new listing, a widened
limit, a resumption, a split nobody listed): it is not locked, moves no fill, and is told of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from eventfolio.engine.execution.rules import WHOLE
from eventfolio.engine.market.rulebook import Bands, DailyLimit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# Prices this close (relative) are one price, and at a limit: vendors round.
_NEAR = 1e-6


class Locks(NamedTuple):
    """By date. up: no purchase; down: no sale; beyond: the limit on file was not the one in force.

    closed_up : no purchase at the close, which stands at the upper limit whatever the bar's range
    """

    up: Bools
    down: Bools
    beyond: Bools
    closed_up: Bools


def limit_prices(limit: DailyLimit, base: Floats, bands: Bands) -> tuple[Floats, Floats]:
    """Lowest and highest price of sessions whose base prices are `base`; NaN where that is.

    bands : the price steps in force; empty for none
    """
    if limit.kind == "rounded":  # half up to the cent
        low, high = base * (1.0 - limit.fraction), base * (1.0 + limit.fraction)
        return np.floor(low * 100.0 + 0.5 + WHOLE) / 100.0, np.floor(high * 100.0 + 0.5 + WHOLE) / 100.0
    if limit.kind == "stepped":
        low, high = base * (1.0 - limit.fraction), base * (1.0 + limit.fraction)
        return _stepped(low, bands, up=True), _stepped(high, bands, up=False)
    if limit.kind == "truncated":  # the width too is cut, to the step of the base
        width = _stepped(base * limit.fraction, bands, up=False, at=base)
        return _stepped(base - width, bands, up=True), _stepped(base + width, bands, up=False)
    width = band(base, limit.widths)
    lowest = _stepped(base - width, bands, up=True)
    return np.maximum(lowest, bands[0][1] if bands else 0.0), _stepped(base + width, bands, up=False)


def daily_limits(
    rows: Sequence[DailyLimit],
    in_force: Ints,
    base: Floats,
    ex_cash: Floats,
    tick_table: Ints,
    tick_bands: Sequence[Bands],
) -> tuple[Floats, Floats]:
    """Lowest and highest price of a listing on each date; 0 and infinity where it has no limit, or no close before.

    in_force   : number in `rows`, -1 for no limit
    base       : the last close before each date, on that date's share; ex_cash: local cash that goes ex, before tax
    tick_table : number in `tick_bands`, -1 for no steps
    """
    lower, upper = np.zeros(len(base)), np.full(len(base), np.inf)
    has_base = ~np.isnan(base) & (in_force >= 0)
    for number, table in set(zip(in_force[has_base].tolist(), tick_table[has_base].tolist(), strict=True)):
        at = has_base & (in_force == number) & (tick_table == table)
        limit = rows[number]
        start = base[at] - ex_cash[at] if limit.kind in ("rounded", "stepped") else base[at]
        lower[at], upper[at] = limit_prices(limit, start, tick_bands[table] if table >= 0 else ())
    return lower, upper


def locks(prices: Sequence[Floats], trades: Bools, lower: Floats, upper: Floats) -> Locks:
    """Which bars were locked.

    prices : open, high, low, close by date, NaN unknown
    trades : the bar trades and has more than a close
    """
    highest, lowest = np.fmax.reduce(prices), np.fmin.reduce(prices)
    is_known = ~np.isnan(np.stack(prices[:3])).any(axis=0)
    is_flat = trades & is_known & (highest <= lowest * (1.0 + _NEAR))
    outside = (highest > upper * (1.0 + _NEAR)) | (lowest < lower * (1.0 - _NEAR))
    has_range = highest > lowest
    return Locks(
        up=is_flat & (lowest >= upper * (1.0 - _NEAR)),
        down=is_flat & (highest <= lower * (1.0 + _NEAR)),
        beyond=trades & ~is_flat & outside,
        closed_up=(prices[3] >= upper * (1.0 - _NEAR)) & ~(has_range & outside),
    )


def band(prices: Floats, bands: Bands) -> Floats:
    """The figure of the first band whose edge is above each price."""
    edges, figures = np.array(bands, float).T
    found: Floats = figures[np.minimum(np.searchsorted(edges, prices, side="right"), len(edges) - 1)]
    return found


def _stepped(prices: Floats, bands: Bands, up: bool, at: Floats | None = None) -> Floats:
    """Each price drawn to the next step, up or down; without steps, itself. at : whose step it is, if not its own."""
    if not bands:
        return prices
    step = band(prices if at is None else at, bands)
    return np.round((np.ceil(prices / step - WHOLE) if up else np.floor(prices / step + WHOLE)) * step, 6)
