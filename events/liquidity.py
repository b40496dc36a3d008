"""The liquidity band of a European share, by which MiFID II gives it its price steps: LB1 (least) to LB6 (most liquid).

Source: Delegated Regulation (EU) 2017/588 (RTS 11), article 3 and annex: the average daily number of transactions on
the share's most relevant market, over a calendar year, decides for the twelve months from the next April on.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import Field

_MOST_TRADES = 1e9
Band = Literal["LB1", "LB2", "LB3", "LB4", "LB5", "LB6"]
Trades = Annotated[float, Field(strict=True, ge=0, le=_MOST_TRADES)]  # average daily number of transactions
Liquidity = Band | Trades | dict[date, Band | Trades]

# The exchanges whose price steps go by liquidity, of those that have price steps here.
BY_LIQUIDITY = frozenset(("XETR", "XPAR", "XLON", "AIMX", "XMIL", "XMAD", "XAMS", "XSTO", "XSWX"))
_FEWER_THAN: tuple[tuple[float, Band], ...] = ((10, "LB1"), (80, "LB2"), (600, "LB3"), (2000, "LB4"), (9000, "LB5"))


def is_liquidity(given: object) -> bool:
    """Whether something written is a band, a number of transactions, or either by ISO date."""
    if isinstance(given, dict):
        return (
            bool(given)
            and all(_is_date(day) and not isinstance(one, dict) for day, one in given.items())
            and all(map(is_liquidity, given.values()))
        )
    if isinstance(given, str):
        return given in get_args(Band)
    return isinstance(given, int | float) and not isinstance(given, bool) and 0 <= given <= _MOST_TRADES


def _is_date(text: object) -> bool:
    try:
        return isinstance(text, date) or (len(str(text)) == 10 and bool(date.fromisoformat(str(text))))
    except ValueError:
        return False


def band_of(given: Band | float) -> Band:
    """The band of an average daily number of transactions; a band itself as it is."""
    if isinstance(given, str):
        return given
    return next((band for below, band in _FEWER_THAN if given < below), "LB6")


def bands(given: Liquidity | None) -> tuple[tuple[date, Band], ...]:
    """The bands of a share, each from its date on, ascending; empty where nothing is known."""
    if given is None:
        return ()
    rows = sorted(given.items()) if isinstance(given, dict) else [(date.min, given)]
    found = [(since, band_of(value)) for since, value in rows]
    return tuple(row for number, row in enumerate(found) if number == 0 or row[1] != found[number - 1][1])


def described(given: Liquidity) -> str:
    """The bands of a share in words: LB5, or LB4, LB5 from 2025-04-07."""
    first, *later = bands(given)
    return ", ".join([first[1], *(f"{band} from {since}" for since, band in later)])
