"""The tick size regime of MiFID II (RTS 11), which the exchanges of the EU, London and Zurich keep.

A share's column goes by its average number of trades a day. Which one it is changes every year and is not known here,
so all have the finest, that of 9,000 trades and more. Where another column is in force, a fill is off by less than one
of its steps.
"""

from __future__ import annotations

import math

from eventfolio.engine.market.rulebook.shape import FIRST, Bands, Ticks

MOST_LIQUID: Bands = (
    (1, 0.0001), (2, 0.0002), (5, 0.0005), (10, 0.001), (20, 0.002), (50, 0.005), (100, 0.01), (200, 0.02), (500, 0.05),
    (1e3, 0.1), (2e3, 0.2), (5e3, 0.5), (1e4, 1), (2e4, 2), (5e4, 5), (math.inf, 10),
)  # fmt: skip
_SOURCE = (
    "Delegated Regulation (EU) 2017/588, annex, from 2018-01-03, the column of 9,000 trades a day; lexaris.eu 2033457"
)

EU_TICKS = (Ticks(FIRST, MOST_LIQUID, _SOURCE),)
UK_TICKS = (Ticks(FIRST, MOST_LIQUID, f"{_SOURCE}; kept by London after 2020, not seen", verified=False),)
SWISS_TICKS = (Ticks(FIRST, MOST_LIQUID, f"{_SOURCE}; that Zurich keeps the table was not seen", verified=False),)
