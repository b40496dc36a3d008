"""Undoes the splits in Yahoo's "unadjusted" prices, which are divided by every later one, to give raw prices.

Yahoo restates a share's whole history at each split. Multiplied back by the splits that came after, a bar is what the
market printed that day, so later splits change no earlier row, and lots, ticks and limits hold on it. Yahoo sends
prices as 32-bit floats (seven digits); `_digits` gives back the number that was printed.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.engine.market.yahoo.chart import note
from eventfolio.engine.market.yahoo.divided import check_divided
from eventfolio.engine.market.yahoo.session import Refused

Floats = npt.NDArray[np.float64]
PRICES = ("open", "high", "low", "close")
UNLISTED = "Yahoo's adjusted close and its list of dividends differ"
_TOLERANCE = 2e-6  # between two readings of one price: a unit in the seventh digit, and rounding
_VOLUME_TOLERANCE = 0.01  # late prints
_FEW = 3


def raw_bars(
    history: pd.DataFrame, symbol: str, unit: float = 1.0, stored: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """Raw bars from `Ticker.history(auto_adjust=False, actions=True)`, all rows up to today's unfinished one.

    unit    : of the price quoted, in the currency (0.01 for pence)
    stored  : raw bars known from before, against which the level of the new ones is held
    Returns : the frame of a PriceTable (dividends gross, per share of the ex-date), and what was left out, in words
    Raises  : Refused for a split that the prices before it are not, or not surely, divided by, or one they are divided
              by that is not listed
    """
    days = pd.DatetimeIndex(
        pd.DatetimeIndex(history.index).tz_localize(None).normalize().astype("datetime64[ns]"), name="date"
    )
    ratio = _column(history, "Stock Splits")
    ratio = np.where(ratio > 0, ratio, 1.0)
    later = np.cumprod(ratio[::-1])[::-1] / ratio  # splits after each row
    columns = {name: _digits(_column(history, name.title()) * later * unit) for name in PRICES}
    for values in columns.values():
        values[values == 0] = np.nan  # Yahoo's zero is a price it does not have
    volume = np.round(_column(history, "Volume") / later)
    # yfinance writes 0 for a volume Yahoo left out; a range of prices shows that there was some.
    volume[((volume == 0) & (columns["high"] > columns["low"])) | np.isnan(columns["close"])] = np.nan
    dividends = np.nan_to_num(_column(history, "Dividends")) + np.nan_to_num(_column(history, "Capital Gains"))
    frame = pd.DataFrame(
        {**columns, "volume": volume, "dividends": _digits(dividends * later * unit)}
        | {"splits": np.where(ratio != 1.0, ratio, 0.0)},
        index=days,
    )
    unsure = check_divided(frame, later, stored, symbol.endswith("=X"))
    frame, left_out = _without_impossible(frame, symbol)
    return frame, [*unsure, *left_out]


def differences(old: pd.DataFrame, new: pd.DataFrame, is_rate: bool) -> list[str]:
    """What Yahoo says otherwise than before on the dates of both, and dates it only has now; empty where nothing."""
    days = old.index.intersection(new.index)
    names = ("close",) if is_rate else (*PRICES, "volume", "dividends", "splits")
    found = []
    for name in names:
        before, after = old.loc[days, name].to_numpy(float), new.loc[days, name].to_numpy(float)
        tolerance = _VOLUME_TOLERANCE if name == "volume" else _TOLERANCE
        same = np.isclose(before, after, rtol=tolerance, atol=0.0, equal_nan=True)
        for at in np.flatnonzero(~same).tolist():
            found.append((days[at], f"{name} of {days[at]:%Y-%m-%d} {before[at]:g} is now {after[at]:g}"))
    inside = new.index[(new.index >= old.index[0]) & (new.index <= old.index[-1])].difference(old.index)
    found += [(day, f"{day:%Y-%m-%d} was missing") for day in inside]
    words = [text for _, text in sorted(found)]
    return words if len(words) <= _FEW else [*words[:_FEW], f"and {len(words) - _FEW} more"]


def unlisted_dividends(history: pd.DataFrame) -> str | None:
    """Yahoo's adjusted close against its own dividends: words where they differ by more than 1 %.

    Adjusted close = close × Π over later dividends of (1 − dividend / close before it), in Yahoo's own units.
    """
    close = history["Close"].where(history["Close"] > 0).ffill()
    paid = np.nan_to_num(_column(history, "Dividends")) + np.nan_to_num(_column(history, "Capital Gains"))
    cut = 1.0 - paid / close.shift(1).to_numpy(float)
    cut = np.where(np.isnan(cut), 1.0, cut)
    ours = np.cumprod(cut[::-1])[::-1] / cut
    yahoos = (history["Adj Close"] / history["Close"].where(history["Close"] > 0)).to_numpy(float)
    known = np.flatnonzero(~np.isnan(yahoos))
    if not len(known):
        return None
    gap = ours[known[0]] / yahoos[known[0]] - 1.0
    if abs(gap) <= 0.01:
        return None
    return f"{UNLISTED} by {gap:+.1%} since {history.index[0]:%Y-%m-%d}"


def last_date(frame: pd.DataFrame) -> date:
    """The date of a frame's last row."""
    return frame.index[-1].date()


def _column(history: pd.DataFrame, name: str) -> Floats:
    if name not in history:
        return np.zeros(len(history))
    return history[name].to_numpy(float, copy=True)


def _digits(values: Floats) -> Floats:
    """The shortest of six or seven digits that a 32-bit float may stand for."""
    rounded = values.copy()
    known = np.isfinite(values) & (values != 0)
    scale = 10.0 ** (6 - np.floor(np.log10(np.abs(values[known]))))
    seven, six = np.round(values[known] * scale) / scale, np.round(values[known] * scale / 10) / scale * 10
    rounded[known] = np.where(np.abs(six - values[known]) <= 1.2e-7 * np.abs(values[known]), six, seven)
    # Through text, so that 68500 / 7 × 7 and 68500 are the same bits.
    rounded[known] = [float(f"{value:.7g}") for value in rounded[known]]
    return rounded


def _without_impossible(frame: pd.DataFrame, symbol: str) -> tuple[pd.DataFrame, list[str]]:
    """Leave out rows that no market could have printed; refuse an answer that has many."""
    if symbol.endswith("=X"):
        wrong = (frame["close"] < 0).to_numpy(copy=True)
    else:
        slack = 1e-6
        high, low = frame["high"], frame["low"]
        wrong = ((high < low * (1 - slack)) | (frame["volume"] < 0)).to_numpy(copy=True)
        for name in ("open", "close"):
            outside = (frame[name] > high * (1 + slack)) | (frame[name] < low * (1 - slack)) | (frame[name] < 0)
            wrong |= outside.to_numpy()
    wrong |= (frame["dividends"] < 0).to_numpy() | np.isinf(frame[[*PRICES, "volume"]].to_numpy()).any(axis=1)
    if not wrong.any():
        return frame, []
    days = frame.index[wrong]
    if len(days) > max(_FEW, 0.02 * len(frame)):
        raise Refused("malformed", f"{len(days)} of {len(frame)} bars cannot be (high below low, or open outside)")
    kept = frame.copy()
    kept.loc[wrong, [*PRICES, "volume"]] = np.nan  # its actions stay
    return kept, [note("impossible bars left out", days)]
