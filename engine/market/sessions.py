"""The sessions of each exchange: dates with their regular open and close, in UTC.

exchange_calendars knows the sessions, and is wrong on a few recent ones; `CORRECTIONS` puts those right and changes
nothing where the library already agrees. Building the calendars takes seconds, so the result is kept on disk, keyed
by the library's version and the corrections.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache

import numpy as np
import numpy.typing as npt

from eventfolio.engine.errors import StudyError
from eventfolio.engine.files import cache_folder, write_cache
from eventfolio.engine.market.calendars import FIRST, LAST
from eventfolio.engine.market.closing import deadlines
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.events.exchanges import EXCHANGES

DAY = np.dtype("datetime64[D]")
_BUILT = 2  # counts the ways in which calendars were built


@dataclass(frozen=True)
class Correction:
    """A fact the library may lack: `day` had no session, or one with other hours than usual (local, HH:MM)."""

    calendar: str
    day: str
    source: str
    opens: str = ""
    closes: str = ""

    @property
    def is_shut(self) -> bool:
        """Whether there was no session at all."""
        return not (self.opens or self.closes)


def _exam(day: str, source: str) -> Correction:
    """Seoul opens and closes an hour late while the college entrance exam begins."""
    return Correction("XKRX", day, f"college entrance exam, {source}", "10:00", "16:30")


CORRECTIONS = (
    Correction("XHKG", "2020-08-19", "typhoon Higos, from 13:30: HKEX notice in mondovisione.com", opens="13:30"),
    Correction("XHKG", "2021-06-28", "black rainstorm, from 13:30: thenationalnews.com 1.1250128", opens="13:30"),
    Correction("XHKG", "2022-08-25", "typhoon Ma-on, from 13:00: scmp.com 3190086, investing.com", opens="13:00"),
    Correction("XHKG", "2022-11-02", "storm Nalgae, to 13:55: Xinhua in lokmattimes.com", closes="13:55"),
    Correction("XHKG", "2023-09-01", "typhoon Saola: HKEX 2309012news"),
    Correction("XHKG", "2023-09-08", "black rainstorm: HKEX 2309083news"),
    Correction("XHKG", "2023-10-09", "typhoon Koinu, from 14:00: HKEX notice in mondovisione.com", opens="14:00"),
    Correction("XKRX", "2026-06-03", "local elections: exchange_calendars PR 574"),
    Correction("XKRX", "2026-07-17", "Constitution Day is a holiday again: exchange_calendars PR 583"),
    Correction("XKRX", "2027-05-03", "day in lieu of Labour Day, expected: exchange_calendars PR 574"),
    Correction("XKRX", "2027-07-19", "day in lieu of Constitution Day, expected: holidays PR 3700"),
    _exam("2021-11-18", "donga.com 110076830"),
    _exam("2022-11-17", "khan.co.kr 202211161242001"),
    _exam("2023-11-16", "exchange_calendars PR 574"),
    _exam("2024-11-14", "exchange_calendars PR 574"),
    _exam("2025-11-13", "edaily.co.kr 05520246642365064"),
    _exam("2026-11-19", "its date: news1.kr 5511338; hours as every year"),
    _exam("2027-11-18", "its date: news.unn.net 579517; hours as every year, expected"),
)


@dataclass(frozen=True)
class Sessions:
    """An exchange's sessions, ascending: dates (datetime64[D]), opens and closes (int64, ns UTC), of one length.

    deadlines : by which an order for the close must be sent (ns UTC); None where it is taken up to the close
    """

    dates: npt.NDArray[np.datetime64]
    opens: npt.NDArray[np.int64]
    closes: npt.NDArray[np.int64]
    deadlines: npt.NDArray[np.int64] | None = None

    def first_open_after(self, known_ns: int) -> int:
        """Number of the first session that opens strictly after an instant (docs/semantics.md#first-session)."""
        return int(np.searchsorted(self.opens, known_ns, side="right"))

    def last_calls(self, cutoff_minutes: int = 0) -> npt.NDArray[np.int64]:
        """The instants (ns UTC) before which news must be known to be bought at each session's close.

        That is the close less the longer of the cutoff and the exchange's deadline (docs/semantics.md#at-the-close).
        """
        kept: dict[int, npt.NDArray[np.int64]] = self.__dict__.setdefault("_last_calls", {})
        if cutoff_minutes not in kept:
            early = self.closes - np.int64(cutoff_minutes) * 60_000_000_000
            kept[cutoff_minutes] = early if self.deadlines is None else np.minimum(self.deadlines, early)
        return kept[cutoff_minutes]

    def opens_on(self, dates: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
        """The open (ns UTC) on each of some dates, -1 where there is no session."""
        number = np.searchsorted(self.dates, dates)
        number[number == len(self.dates)] = 0
        return np.where(self.dates[number] == dates, self.opens[number], -1)

    def on_or_after(self, day: date | np.datetime64) -> int:
        """Number of the first session on or after a date; `len(dates)` when none is known."""
        return int(np.searchsorted(self.dates, np.datetime64(str(day), "D"), side="left"))


def instant_ns(instant: datetime) -> int:
    """An aware instant as ns UTC, as opens and closes are kept."""
    return int(np.datetime64(instant.astimezone(UTC).replace(tzinfo=None), "ns").astype(np.int64))


def regular_hours(exchange: str, day: date) -> tuple[datetime, datetime] | None:
    """Regular open and close (UTC) of an exchange's session; None without one, or where its sessions are not known."""
    try:
        sessions = sessions_of(exchange)
    except StudyError:
        return None
    number = sessions.on_or_after(day)
    if number == len(sessions.dates) or sessions.dates[number] != np.datetime64(day, "D"):
        return None
    opened, closed = (int(column[number]) for column in (sessions.opens, sessions.closes))
    return _utc(opened), _utc(closed)


def _utc(moment_ns: int) -> datetime:
    return datetime.fromtimestamp(moment_ns // 1_000_000_000, UTC)


@cache
def sessions_of(exchange: str) -> Sessions:
    """Every known session of an exchange (MIC), from 2000 on or the first year that is known.

    Raises: StudyError for an exchange whose sessions are not known
    """
    if exchange not in EXCHANGES:
        hint = did_you_mean(exchange, EXCHANGES)
        raise StudyError(f"Exchange '{shown(exchange)}' is not one whose sessions are known here.{hint}")
    known = _calendar_sessions(EXCHANGES[exchange].calendar)
    minutes = deadlines(exchange, known.dates)
    if not minutes.any():
        return known
    return replace(known, deadlines=known.closes - (minutes * 60e9).astype(np.int64))


@cache
def _calendar_sessions(calendar: str) -> Sessions:
    from importlib.metadata import version

    key = hashlib.sha256(f"{version('exchange_calendars')}{CORRECTIONS}{FIRST}{LAST}{_BUILT}".encode()).hexdigest()[:16]
    path = cache_folder() / f"sessions-{calendar}-{key}.npy"
    try:
        table = np.load(path)
        dates, opens, closes = table
    except (OSError, ValueError, EOFError):  # not there yet, or damaged: it is only a copy
        table = _build(calendar)
        write_cache(path, lambda out: np.save(out, table))
        dates, opens, closes = table
    return Sessions(dates.astype(DAY), opens, closes)


def _build(calendar: str) -> npt.NDArray[np.int64]:
    from eventfolio.engine.market.calendars import build

    numbers, opens, closes, zone = build(calendar)
    dates = numbers.astype(DAY)
    keep = np.ones(len(dates), bool)
    for fix in CORRECTIONS:
        at = np.searchsorted(dates, np.datetime64(fix.day, "D"))
        if fix.calendar != calendar or at == len(dates) or dates[at] != np.datetime64(fix.day, "D"):
            continue
        keep[at] = not fix.is_shut
        for column, clock in ((opens, fix.opens), (closes, fix.closes)):
            if clock:
                column[at] = instant_ns(datetime.fromisoformat(f"{fix.day}T{clock}").replace(tzinfo=zone))
    return np.stack([dates[keep].astype(np.int64), opens[keep], closes[keep]])
