"""What a careful reader asks about one symbol's stored bars: gaps, shut days, no volume, repeats, jumps."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.market.sessions import DAY, sessions_of
from engine.market.sources.yahoo_ask import Wanted

# The widest a session's close may lie from the last one: daily limits, TSE's yen limits as a bound; elsewhere a
# size that wants a look.
WIDEST_MOVE = {"XKRX": 0.30, "XKOS": 0.30, "XSHG": 0.10, "XSHE": 0.10, "XTKS": 0.35}
_GROWTH_BOARDS = {"688": 0.20, "300": 0.20, "301": 0.20}  # STAR and ChiNext, by the code's first digits
_ELSEWHERE, _A_RATE = 0.50, 0.10
_REPEATS = 5  # bars in a row that are the same in every price
_FEW = 5
_SLACK = 0.005  # limits are cut to ticks


def doubts(frame: pd.DataFrame, one: Wanted, first: str | None = None, last: str | None = None) -> list[str]:
    """Doubts about the bars of one symbol from `first` to `last`, a line each.

    frame : raw bars, as a PriceTable has them
    """
    rows = frame.loc[first:last]
    if rows.empty:
        return ["no bars"]
    found = [] if one.is_rate else _sessions(rows, one)
    closes = rows["close"].dropna()
    if not one.is_rate and not one.symbol.startswith("^"):
        found += _listed("no volume", rows.index[(rows["volume"] == 0).to_numpy()])
        found += _listed("volume unknown", rows.index[(rows["volume"].isna() & rows["close"].notna()).to_numpy()])
    found += _listed(f"the same prices {_REPEATS} times or more", _repeats(rows))
    moves = closes * rows.loc[closes.index, "splits"].where(lambda ratio: ratio > 0, 1.0) / closes.shift(1) - 1.0
    widest = _widest(one)
    found += _listed(f"a jump beyond {widest:.0%}", closes.index[(moves.abs() > widest + _SLACK).to_numpy()])
    both = rows.index[((rows["splits"] > 0) & (rows["dividends"] > 0)).to_numpy()]
    found += _listed("a split and a dividend on one date (taken as paid on the new shares, as Yahoo does)", both)
    return found


def _sessions(rows: pd.DataFrame, one: Wanted) -> list[str]:
    known = sessions_of(one.exchange or "").dates
    days = rows.index[rows["close"].notna().to_numpy()].to_numpy().astype(DAY)
    if not len(days):
        return ["no closes"]
    due = known[(known >= days[0]) & (known <= days[-1])]
    return [
        *_listed("sessions without a bar", np.setdiff1d(due, days)),
        *_listed(f"bars while {one.exchange} was shut", np.setdiff1d(days, known)),
    ]


def _repeats(rows: pd.DataFrame) -> pd.Index[Any]:
    """The last bar of each stretch of equal bars."""
    prices = rows[["open", "high", "low", "close"]]
    same = (prices == prices.shift(1)).all(axis=1).to_numpy()
    starts = np.flatnonzero(~same)
    lengths = np.diff(np.append(starts, len(rows)))
    return rows.index[(starts + lengths - 1)[lengths >= _REPEATS]]


def _widest(one: Wanted) -> float:
    if one.is_rate:
        return _A_RATE
    return _GROWTH_BOARDS.get(one.symbol[:3], WIDEST_MOVE.get(one.exchange or "", _ELSEWHERE))


def _listed(what: str, days: pd.Index[Any] | npt.NDArray[np.datetime64]) -> list[str]:
    if not len(days):
        return []
    named = [str(day)[:10] for day in days[:_FEW]]
    return [f"{what}: {len(days)} ({', '.join(named)}{' …' if len(days) > _FEW else ''})"]
