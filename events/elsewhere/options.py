"""Options of an import, and what it needs from outside: exchanges' hours, known securities, the present."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Literal

from eventfolio.events.dates.known_at import check_zone, read_known_at
from eventfolio.events.elsewhere.clocks import read_session_times
from eventfolio.events.elsewhere.happenings import KINDS, Account, Hours, ImportRefused, Moment
from eventfolio.events.errors import DateError, did_you_mean, shown
from eventfolio.events.securities import Securities

_LONGEST_LEAD = timedelta(days=3_660)


@dataclass(frozen=True)
class ImportOptions:
    """Options of `calendar import`, checked.

    kind          : of the file (--from); None guesses it
    columns       : column of the file -> field (--map)
    zone          : of times and dates that state none
    session_times : local times of AMC and BMO in place of the exchange's
    event_kind    : `kind` of every event (--kind)
    known         : when the list was published (--known)
    lead          : how long before its date an event was announced (--lead)
    clock         : reading of the SEC's acceptance times; None tells it by them
    day_first     : of 02/01/2024; None tells it by the other rows
    only_known    : leave out symbols that no security has (--securities was given)
    """

    kind: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    zone: str | None = None
    session_times: Mapping[str, time] = field(default_factory=dict)
    event_kind: str | None = None
    known: Moment | None = None
    lead: timedelta | None = None
    clock: Literal["utc", "new-york"] | None = None
    day_first: bool | None = None
    only_known: bool = False


@dataclass(frozen=True)
class Reader:
    """Everything a source of happenings needs: options, hours, securities, the present, and the account it writes."""

    name: str
    options: ImportOptions
    hours: Hours
    securities: Securities
    now: datetime
    account: Account


def read_options(
    kind: str | None = None,
    columns: tuple[str, ...] = (),
    zone: str | None = None,
    session_time: str | None = None,
    event_kind: str | None = None,
    known: str | None = None,
    lead: str | None = None,
    clock: str | None = None,
    day_first: bool | None = None,
    only_known: bool = False,
) -> ImportOptions:
    """The options as the command line has them.

    Raises: ImportRefused, DateError
    """
    if kind is not None and kind not in KINDS:
        raise ImportRefused(f"--from '{shown(kind)}' is not a kind of file.{did_you_mean(kind, KINDS)}")
    if known and lead:
        raise ImportRefused("Give --known (when the list was published) or --lead (days before each date), not both.")
    if clock is not None and clock not in ("utc", "new-york"):
        raise ImportRefused(f"--clock '{shown(clock)}' should be utc or new-york.")
    if event_kind is not None and not event_kind.strip():
        raise ImportRefused("--kind is empty. Give a word for the events, such as earnings.")
    if event_kind is not None and not event_kind.isprintable():
        raise ImportRefused(f"--kind '{shown(event_kind)}' is no word. Give one for the events, such as earnings.")
    return ImportOptions(
        kind=kind,
        columns=_columns(columns),
        zone=check_zone(zone) if zone else None,
        session_times=read_session_times(session_time) if session_time else {},
        event_kind=event_kind,
        known=_known(known) if known else None,
        lead=_lead(lead) if lead else None,
        clock="utc" if clock == "utc" else "new-york" if clock else None,
        day_first=day_first,
        only_known=only_known,
    )


def _columns(pairs: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        column, sign, name = pair.rpartition("=")
        if not sign or not column.strip() or not name.strip():
            raise ImportRefused(f"--map '{shown(pair)}' maps nothing. Write it as column=field, such as 'Datum=date'.")
        if column.strip() in found:
            raise ImportRefused(f"--map names the column '{shown(column)}' twice.")
        found[column.strip()] = name.strip()
    return found


def _known(text: str) -> Moment:
    try:
        known_at = read_known_at(text, None)
    except DateError as failure:
        raise ImportRefused(f"--known: {str(failure).removeprefix('known_at ')}") from None
    if isinstance(known_at, str):
        raise ImportRefused(f"--known {known_at} is a month. Give the date, or the time with its offset.")
    return Moment(known_at)


def _lead(text: str) -> timedelta:
    days = text.strip().removesuffix("d")
    if not (days.isascii() and days.isdigit()) or not 0 < int(days[:6]) <= _LONGEST_LEAD.days or len(days) > 6:
        raise ImportRefused(f"--lead '{shown(text)}' is not a number of days. Write it as 21d.")
    return timedelta(days=int(days))
