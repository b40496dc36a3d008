"""Whether the prices of a European share lie on the steps of its liquidity band, and which band they fit.

The prices themselves are evidence of a band that nobody declared: it is the coarsest one whose steps hold them all.
It is suggested and never used, since a study would then trade by a rule that it drew from prices still to come.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eventfolio.engine.market.checks.warnings import PriceWarning
from eventfolio.engine.market.limits import band as step_at
from eventfolio.engine.market.prices import PriceTable
from eventfolio.engine.market.rulebook import Bands, market_rules, quoted_bands
from eventfolio.engine.market.rulebook.mifid import ASSUMED
from eventfolio.engine.market.sessions import DAY
from eventfolio.events import Security
from eventfolio.events.liquidity import Band, bands

_RECENT, _LEAST = 60, 20  # bars that a band is judged by, about a quarter of a year, and fewer than which say nothing
_FIT = 0.99  # of the prices; a few are printed between the steps
_OFF, _OFF_BARS = 0.05, 3  # so large a part of the bars, and so many, off the steps are doubted
_NEAR = 1e-6  # of a price: vendors keep seven digits

Bars = npt.NDArray[np.float64]  # row x open, high, low, close


def fitting_band(table: PriceTable, security: Security) -> Band | None:
    """The coarsest band on whose steps the newest prices lie; None for too few, or for prices on the steps of none."""
    bars = _bars(table)[-_RECENT:]
    if len(bars) < _LEAST:
        return None
    known = ~np.isnan(bars)
    for name, ticks in market_rules(security.exchange).by_liquidity.items():  # the coarsest comes first
        if _on_steps(bars, quoted_bands(security.exchange, security.currency, ticks.bands))[known].mean() >= _FIT:
            return name  # type: ignore[return-value]
    return None


def band_warnings(table: PriceTable, security: Security) -> list[PriceWarning]:
    """Prices between the steps of the bands that a share is said to have had."""
    if not _goes_by_liquidity(table, security) or security.liquidity is None:
        return []
    market, liquidity = market_rules(security.exchange), bands(security.liquidity)
    days = table.frame.index.to_numpy().astype(DAY)
    bars = _bars(table)
    starts = np.array([row.start for row in market.ticks_of(None, liquidity)], "datetime64[D]")
    number = np.maximum(np.searchsorted(starts, days, side="right") - 1, 0)
    off = np.zeros(len(bars), bool)
    for row, (_, name) in enumerate(liquidity):
        steps = quoted_bands(security.exchange, security.currency, market.by_liquidity[name].bands)
        off |= (number == row) & ~_on_steps(bars, steps).all(axis=1)
    if off.sum() < max(_OFF_BARS, _OFF * len(bars)):
        return []
    fit = fitting_band(table, security)
    told = f"{off.sum()} of {len(bars)} bars" + (f", while the newest fit {fit}" if fit else "")
    return [PriceWarning("prices between the steps of its liquidity band", table.symbol, (told,))]


def band_assumed(table: PriceTable, security: Security) -> list[PriceWarning]:
    """That the band of a share is assumed, and which one its prices fit."""
    if not _goes_by_liquidity(table, security) or security.liquidity is not None:
        return []
    fit = fitting_band(table, security)
    told = (f'its newest prices fit liquidity = "{fit}"',) if fit else ()
    return [PriceWarning(f"the price steps of the most liquid band ({ASSUMED}) are assumed", table.symbol, told)]


def _goes_by_liquidity(table: PriceTable, security: Security) -> bool:
    return table.is_raw and security.is_share and bool(market_rules(security.exchange).by_liquidity)


def _bars(table: PriceTable) -> Bars:
    return np.column_stack([table.frame[name].to_numpy(float) for name in ("open", "high", "low", "close")])


def _on_steps(bars: Bars, steps: Bands) -> npt.NDArray[np.bool_]:
    """Which prices lie on a step; unknown ones do."""
    step = step_at(bars, steps)
    found: npt.NDArray[np.bool_] = np.isnan(bars) | (np.abs(bars - np.round(bars / step) * step) <= _NEAR * bars)
    return found
