"""Reads the dates of a price file: each row's session is the local date written, whatever zone stands beside it."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from eventfolio.engine.errors import PriceError
from eventfolio.events.errors import shown

_DAY = len("2025-06-17")
# What may follow a date and says no more than it: midnight, and an offset (which changes with summer time).
_MIDNIGHT = re.compile(r"([T ] *0?0:00(:00(\.0+)?)?)? *(z|utc|gmt|[+-]\d\d(:?\d\d){0,2})?", re.IGNORECASE)
_CLOCK = re.compile(r"[T ] *\d?\d:\d\d.*", re.IGNORECASE)


def read_dates(written: pd.Index, where: str) -> pd.DatetimeIndex:
    """The dates of a table's rows, without zone or clock.

    A stamp with a zone counts as the date written in it and never as UTC's: a bar of New York is stamped midnight
    there, with an offset that summer time changes from row to row.

    Raises: PriceError naming the first row without a date, with one that cannot be read, or with a time of day
    """
    if isinstance(written, pd.DatetimeIndex):
        dates = written.tz_localize(None)
        timed = dates.notna() & (dates != dates.normalize())
        _refuse_clock(where, dates[timed])
    else:
        texts = pd.Series(written).astype("str").str.strip()
        tails = texts.str[_DAY:].fillna("")
        midnight = {tail: _MIDNIGHT.fullmatch(tail) is not None for tail in tails.unique()}
        clocks = {tail for tail, is_none in midnight.items() if not is_none and _CLOCK.fullmatch(tail)}
        _refuse_clock(where, texts[tails.isin(clocks)].tolist())
        dates = pd.DatetimeIndex(pd.to_datetime(texts.str[:_DAY], format="ISO8601", errors="coerce"))
        is_whole = (texts.str.len() >= _DAY).fillna(False) & tails.map(midnight).astype(bool)
        wrong = (texts.notna() & (pd.Series(dates, texts.index).isna() | ~is_whole.astype(bool))).to_numpy(bool)
        if wrong.any():
            at = int(np.argmax(wrong))
            raise PriceError(
                f"{where}: a date cannot be read, '{shown(texts.iloc[at])}' in row {at + 1}. Write dates as 2025-06-17."
            )
    if dates.hasnans:
        line = int(np.argmax(dates.isna())) + 2
        raise PriceError(f"{where}, line {line}: the date is missing. Write dates as 2025-06-17.")
    if len(dates) and (dates.min().year < 1700 or dates.max().year > 2200):
        first, last = dates.min().date(), dates.max().date()
        raise PriceError(f"{where}: {first} to {last} leaves the years 1700 to 2200.")
    return pd.DatetimeIndex(dates.normalize().astype("datetime64[ns]"))


def _refuse_clock(where: str, stamps: list[str] | pd.DatetimeIndex) -> None:
    if len(stamps):
        raise PriceError(
            f"{where}: {shown(stamps[0])} has a time of day. "
            "Daily bars carry their session's date alone, as 2025-06-17."
        )
