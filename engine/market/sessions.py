"""When each exchange trades: session dates with their regular open and close, in UTC.

exchange_calendars knows the sessions, and is wrong on a few recent ones; `CORRECTIONS` puts those right and steps
aside where the library already agrees. Building the calendars takes seconds, so the result is kept on disk, keyed
by the library's version and the corrections.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

import numpy as np
import numpy.typing as npt

from engine.errors import StudyError
from engine.market.cache import cache_folder, replace_file

DAY = np.dtype("datetime64[D]")
FIRST, LAST = "2000-01-01", "2030-12-31"
HOUR_NS = 3_600_000_000_000

# The calendar that an exchange's sessions are read from.
CALENDAR_OF = {
    "XKRX": "XKRX",
    "XKOS": "XKRX",
    "XTKS": "XTKS",
    "XHKG": "XHKG",
    "XSHG": "XSHG",
    "XSHE": "XSHG",
    "XNYS": "XNYS",
    "XNAS": "XNYS",
    "ARCX": "XNYS",
}


@dataclass(frozen=True)
class Correction:
    """A fact the library may lack: the market was shut on `day`, or opened and closed `late_hours` later."""

    calendar: str
    day: str
    source: str
    late_hours: int = 0  # 0: no session at all


CORRECTIONS = (
    Correction("XHKG", "2023-09-01", "HKEX 2309012news: typhoon Saola"),
    Correction("XHKG", "2023-09-08", "HKEX 2309083news: black rainstorm"),
    Correction("XKRX", "2026-06-03", "exchange_calendars PR 574: local elections"),
    Correction("XKRX", "2026-07-17", "exchange_calendars PR 583: Constitution Day is a holiday again"),
    Correction("XKRX", "2027-05-03", "exchange_calendars PR 574: day in lieu of Labour Day, expected"),
    Correction("XKRX", "2027-07-19", "holidays PR 3700: day in lieu of Constitution Day, expected"),
    Correction("XKRX", "2021-11-18", "exchange_calendars PR 574: college entrance exam", 1),
    Correction("XKRX", "2022-11-17", "exchange_calendars PR 574: college entrance exam", 1),
    Correction("XKRX", "2023-11-16", "exchange_calendars PR 574: college entrance exam", 1),
    Correction("XKRX", "2024-11-14", "exchange_calendars PR 574: college entrance exam", 1),
    Correction("XKRX", "2025-11-13", "exchange_calendars PR 574: college entrance exam", 1),
)


@dataclass(frozen=True)
class Sessions:
    """An exchange's sessions, ascending: dates (datetime64[D]), opens and closes (int64, ns UTC), of one length."""

    dates: npt.NDArray[np.datetime64]
    opens: npt.NDArray[np.int64]
    closes: npt.NDArray[np.int64]

    def first_open_after(self, known_ns: int) -> int:
        """Number of the first session whose regular open is strictly after an instant (DESIGN 5.1)."""
        return int(np.searchsorted(self.opens, known_ns, side="right"))

    def on_or_after(self, day: date | np.datetime64) -> int:
        """Number of the first session on or after a date; `len(dates)` when none is known."""
        return int(np.searchsorted(self.dates, np.datetime64(str(day), "D"), side="left"))


def instant_ns(instant: datetime) -> int:
    """An aware instant as ns UTC, as opens and closes are kept."""
    return int(np.datetime64(instant.astimezone(UTC).replace(tzinfo=None), "ns").astype(np.int64))


@cache
def sessions_of(exchange: str) -> Sessions:
    """Every known session of an exchange (MIC), from 2000 on."""
    try:
        calendar = CALENDAR_OF[exchange]
    except KeyError:
        known = ", ".join(sorted(CALENDAR_OF))
        raise StudyError(f"Exchange '{exchange}' is not one whose sessions are known here. Known: {known}.") from None
    return _calendar_sessions(calendar)


@cache
def _calendar_sessions(calendar: str) -> Sessions:
    from importlib.metadata import version

    key = hashlib.sha256(f"{version('exchange_calendars')}{CORRECTIONS}{FIRST}{LAST}".encode()).hexdigest()[:16]
    path = cache_folder() / f"sessions-{calendar}-{key}.npy"
    try:
        table = np.load(path)
        dates, opens, closes = table
    except (OSError, ValueError, EOFError):  # not there yet, or damaged: it is only a copy
        table = _build(calendar)
        replace_file(path, lambda out: np.save(out, table))
        dates, opens, closes = table
    return Sessions(dates.astype(DAY), opens, closes)


def _build(calendar: str) -> npt.NDArray[np.int64]:
    import exchange_calendars
    import pandas as pd

    known = exchange_calendars.calendar_utils.global_calendar_dispatcher._calendar_factories[calendar]
    bound = known.bound_max()
    last = min(pd.Timestamp(LAST), bound) if bound is not None else pd.Timestamp(LAST)
    built = exchange_calendars.get_calendar(calendar, start=FIRST, end=last)
    dates = built.sessions.to_numpy().astype(DAY)
    opens = built.opens.dt.tz_localize(None).to_numpy().astype("datetime64[ns]").astype(np.int64)
    closes = built.closes.dt.tz_localize(None).to_numpy().astype("datetime64[ns]").astype(np.int64)
    keep = np.ones(len(dates), bool)
    for fix in CORRECTIONS:
        at = np.searchsorted(dates, np.datetime64(fix.day, "D"))
        if fix.calendar != calendar or at == len(dates) or dates[at] != np.datetime64(fix.day, "D"):
            continue
        if fix.late_hours == 0:
            keep[at] = False
        elif opens[at] % (24 * HOUR_NS) == opens[at - 1] % (24 * HOUR_NS):  # the library has not shifted it yet
            opens[at] += fix.late_hours * HOUR_NS
            closes[at] += fix.late_hours * HOUR_NS
    return np.stack([dates[keep].astype(np.int64), opens[keep], closes[keep]])
