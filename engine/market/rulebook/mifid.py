"""The tick size regime of MiFID II (RTS 11), which the exchanges of the EU, London and Zurich keep.

A share's column, its liquidity band, goes by its average daily number of transactions on its most relevant market in
the year before, which ESMA and the FCA publish; it changes every April. `Security.liquidity` says it. A share of which
nothing says it has the finest column, LB6. That is an assumption, and told as one; docs/market-rules.md argues it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from eventfolio.engine.market.rulebook.shape import FIRST, Bands, Ticks

ASSUMED = "LB6"
# Prices below these, and steps: from one range to the next, and from one band to the next less liquid one, the step is
# the next of its row. The number is that of the step in the first range, before which there is none finer.
_BELOW = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, math.inf)
_STEPS = (
    *(0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
    *(1, 2, 5, 10, 20, 50, 100, 200, 500),
)
_FIRST_STEP = {"LB1": 2, "LB2": 1, "LB3": 0, "LB4": -1, "LB5": -2, "LB6": -3}


def _column(first: int) -> Bands:
    """A column of the annex; ranges that share a step are one."""
    rows = [(below, _STEPS[max(0, number + first)]) for number, below in enumerate(_BELOW)]
    return tuple(row for row, after in zip(rows, [*rows[1:], None], strict=True) if after is None or after[1] != row[1])


COLUMNS: Mapping[str, Bands] = {band: _column(first) for band, first in _FIRST_STEP.items()}

_ANNEX = (
    "Delegated Regulation (EU) 2017/588, annex, from 2018-01-03; lexaris.eu 2033457; the steps of Xetra's instruments "
    "as it listed them on 2019-04-18 and 2026-02-16"
)


def by_liquidity(source: str = _ANNEX, verified: bool = True) -> Mapping[str, Ticks]:
    """The price steps of each liquidity band."""
    return {band: Ticks(FIRST, bands, source, verified) for band, bands in COLUMNS.items()}


EU_STEPS = by_liquidity()
UK_STEPS = by_liquidity(f"{_ANNEX}; kept by London after 2020, not seen", verified=False)
SWISS_STEPS = by_liquidity(f"{_ANNEX}; that Zurich keeps the table was not seen", verified=False)
