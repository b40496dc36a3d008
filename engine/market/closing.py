"""The time before its regular close until which each exchange still takes orders for it, by date.

What the closing auction takes up to the close, or past it, has 0 minutes. Half days alike: the minutes count from the
close of that session.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

from eventfolio.engine.market.rulebook.shape import Since

_START = date(2000, 1, 1)
_NYSE = (
    Since(_START, 15, "15:45; SR-NYSE-2018-58, FR 2018-27278"),
    Since(
        date(2019, 2, 1),
        10,
        "15:50, approved 2019-01-31, its first day not seen; FR 2019-01175",
        verified=False,
    ),
)
_NASDAQ = (
    Since(_START, 10, "15:50; blog.themistrading.com 2010-03"),
    Since(date(2018, 11, 1), 5, "15:55, its first day not seen; SR-NASDAQ-2018-068, FR 2018-19148", verified=False),
)
_ARCA = (Since(_START, 1, "15:59; general knowledge", verified=False),)
_TORONTO = (Since(_START, 10, "market on close until 15:50; general knowledge", verified=False),)

# Every other exchange takes orders for its closing auction up to the regular close or past it: 0 minutes.
DEADLINES: dict[str, tuple[Since, ...]] = {
    "XNYS": _NYSE,
    "XASE": _NYSE,
    "XNAS": _NASDAQ,
    "ARCX": _ARCA,
    "BATS": _ARCA,
    "XTSE": _TORONTO,
    "XTSX": _TORONTO,
}


def deadlines(exchange: str, days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.float64]:
    """Minutes before the regular close by which an order for it must be sent, for each date."""
    rows = DEADLINES.get(exchange)
    if rows is None:
        return np.zeros(len(days))
    starts = np.array([row.start for row in rows], "datetime64[D]")
    at = np.maximum(np.searchsorted(starts, days, side="right") - 1, 0)
    return np.array([row.value for row in rows], float)[at]
