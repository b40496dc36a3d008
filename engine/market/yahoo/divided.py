"""Checks that Yahoo's prices are divided by the splits it lists, each once, and by no other.

What is stored decides where there is any: every raw price must come back as it was. Where nothing is stored, the move
over the ex-date decides: divided prices move as on any day, others by the ratio besides. A ratio as small as a
session's own move is believed when it is some sessions old; Yahoo divides within days.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.engine.market.yahoo.chart import note
from eventfolio.engine.market.yahoo.session import Refused

Floats = npt.NDArray[np.float64]
_PRICES = ("open", "high", "low", "close")
_ALIKE = 1e-5  # factors of two prices of one row: seven digits each
_A_FACTOR, _A_RATE_FACTOR = 1e-4, 1e-2  # from here prices are off as one; pegged rates may all move a little
_DIVIDED_ROWS = 3  # so many rows inside the others are no slip put right
_SURELY = 0.05  # one flat row may be corrected by less than this
_CALMEST = 0.01  # the least that a session's move is taken to be, one deviation
_RECENT = 5  # closes since a split
_OLD_ODDS = np.log(100.0)  # in favour of a split that is not recent
_TWICE_WITHIN = pd.Timedelta(days=10)


def check_divided(frame: pd.DataFrame, later: Floats, stored: pd.DataFrame | None, is_rate: bool) -> list[str]:
    """Refuse prices whose raw level cannot be told; returns notes of splits that are believed and not plain.

    frame  : what Yahoo sent, times the splits listed after each row: raw bars if Yahoo has divided by all of them
    later  : those splits' product, by row
    stored : raw bars known from before, or None

    Raises: Refused
    """
    proved = None
    if stored is not None:
        days = stored.index.intersection(frame.index)
        days = days[(stored.loc[days, "close"].notna() & frame.loc[days, "close"].notna()).to_numpy()]
        if not len(days):
            raise Refused(
                "malformed",
                f"Yahoo's answer ({frame.index[0]:%Y-%m-%d} to {frame.index[-1]:%Y-%m-%d}) shares no session with what "
                f"is stored, to {stored.index[-1]:%Y-%m-%d}, so its level cannot be held against it; what is stored "
                "stays (data fetch --anew takes Yahoo's word)",
            )
        _check_level(stored.loc[days], frame, is_rate)
        proved = days[0]
    return [] if is_rate else _check_moves(frame, later, proved)


def _check_level(stored: pd.DataFrame, frame: pd.DataFrame, is_rate: bool) -> None:
    off = _off_as_one(stored, frame.loc[stored.index], is_rate)
    if off is None:
        return
    factor, first, last = off
    for day, ratio in zip(pd.DatetimeIndex(frame.index), frame["splits"], strict=True):
        if ratio > 0 and day > last and abs(np.log(factor / ratio)) < 1e-3:
            raise _not_yet(ratio, day)
    raise Refused(
        "malformed",
        f"Yahoo now gives every price of {first:%Y-%m-%d} to {last:%Y-%m-%d} times {factor:.6g} and lists no split "
        "for it; what is stored stays (data fetch --anew takes Yahoo's word)",
    )


def _off_as_one(old: pd.DataFrame, new: pd.DataFrame, is_rate: bool) -> tuple[float, pd.Timestamp, pd.Timestamp] | None:
    """The factor by which all prices of neighbouring rows differ, with the first and the last of these; else None.

    A correction changes some prices of some rows, a division all of them as one. A row or two inside that are put
    right are a correction too; at either end they may be where a division begins.
    """
    names = ["close"] if is_rate else list(_PRICES)
    before, after = old[names].to_numpy(float), new[names].to_numpy(float)
    ratio = after / before
    of_row = ratio[:, -1]
    is_one = (np.abs(ratio / of_row[:, None] - 1.0) <= _ALIKE) | np.isnan(ratio)
    is_off = is_one.all(axis=1) & (np.abs(of_row - 1.0) > (_A_RATE_FACTOR if is_rate else _A_FACTOR))
    goes_on = is_off[1:] & is_off[:-1] & (np.abs(of_row[1:] / of_row[:-1] - 1.0) <= _ALIKE)
    for run in np.split(np.arange(len(old)), np.flatnonzero(~goes_on) + 1):
        is_inside = run[0] > 0 and run[-1] < len(old) - 1
        if not is_off[run[0]] or (is_inside and len(run) < _DIVIDED_ROWS):
            continue
        factor = float(np.median(of_row[run]))
        prices = np.unique(before[run][~np.isnan(before[run])])
        if len(prices) > 1 or abs(np.log(factor)) > _SURELY:
            return factor, old.index[run[0]], old.index[run[-1]]
    return None


def _check_moves(frame: pd.DataFrame, later: Floats, proved: pd.Timestamp | None) -> list[str]:
    """Refuse a split whose earlier prices do not look divided, or that no price after it can show.

    proved : prices from that date on are known to be right
    """
    close = frame["close"].to_numpy(float) / later  # as Yahoo sent it
    opened = frame["open"].to_numpy(float) / later
    known = np.flatnonzero(close > 0)
    splits = np.flatnonzero(frame["splits"].to_numpy() > 0)
    moves = np.abs(np.diff(np.log(close[known])))
    usual = max(_CALMEST, 1.4826 * float(np.median(moves))) if len(moves) else _CALMEST
    last: tuple[pd.Timestamp, float] | None = None
    unsure = []
    for at in splits.tolist():
        day, ratio = frame.index[at], float(frame["splits"].iloc[at])
        if proved is not None and proved < day:
            continue
        before, after = known[known < at], known[known >= at]
        if not len(before):
            continue
        if last is not None and last[1] == ratio and day - last[0] <= _TWICE_WITHIN:
            raise Refused(
                "malformed",
                f"Yahoo lists a split of {ratio:g} for 1 on {last[0]:%Y-%m-%d} and again on {day:%Y-%m-%d}; whether "
                "there were two cannot be told",
            )
        last = day, ratio
        if not len(after):
            raise Refused(
                "malformed",
                f"Yahoo lists a split of {ratio:g} for 1 on {day:%Y-%m-%d} and no price since, so whether the prices "
                "before it are divided already cannot be told; try again in a day or two",
            )
        since = [np.log(price[after[0]]) for price in (opened, close) if price[after[0]] > 0]
        fall = float(np.log(close[before[-1]]) - np.mean(since))
        odds = (fall**2 - (fall - np.log(ratio)) ** 2) / (2.0 * usual**2)  # that it is not divided, a logarithm
        if odds > (0.0 if len(after) <= _RECENT else _OLD_ODDS):
            raise _not_yet(ratio, day)
        if odds > 0.0:
            unsure.append(f"{day:%Y-%m-%d} {ratio:g} for 1")
    return [note("prices perhaps not divided by a split yet", unsure)] if unsure else []


def _not_yet(ratio: float, day: pd.Timestamp) -> Refused:
    return Refused(
        "malformed",
        f"Yahoo lists a split of {ratio:g} for 1 on {day:%Y-%m-%d} and has not divided the prices before it yet; "
        "try again in a day or two",
    )
