"""Reads a calendar file of any of the three formats."""

from __future__ import annotations

import hashlib
from pathlib import Path

from eventfolio.events.calendar import MOST, Calendar, calendar_of
from eventfolio.events.errors import CalendarError
from eventfolio.events.files import decoded, read_bytes
from eventfolio.events.plain_toml import without_collection
from eventfolio.events.toml_reader import parse_toml


def read_calendar(path: str | Path, as_exported: bool = False) -> Calendar:
    """Read a calendar file: TOML, or by its ending CSV or iCalendar (.ics).

    Parameters
    ----------
    path : str or Path
        The file.
    as_exported : bool
        iCalendar as calendar export wrote it, whatever a calendar program has changed since.

    Returns
    -------
    Calendar
        Its events in order of the instant at which each was known, ``.as_of(instant)`` as believed at any.

    Raises
    ------
    CalendarError
        Naming the event and what to write instead.

    Examples
    --------
    >>> from eventfolio import read_calendar
    >>> calendar = read_calendar("calendar.toml")
    >>> [event.id for event in calendar.events]
    ['bridge-contract']
    """
    path = Path(path)
    data = read_bytes(path, "calendar", CalendarError, MOST, pipe=True)
    with without_collection():
        tables, is_edited = tables_of(data, path, as_exported)
        return calendar_of(tables, path.name, hashlib.sha256(data).hexdigest(), path, is_edited)


def tables_of(data: bytes, path: Path, as_exported: bool) -> tuple[dict[str, object], bool]:
    """What a file of that ending holds, laid out as in TOML, and whether a calendar program has changed it.

    The other formats are loaded when one is met.
    """
    if path.suffix.lower() == ".ics":
        from eventfolio.events.formats.ics import parse_ics

        return parse_ics(data, path, as_exported)
    text = decoded(data, path, "calendar", CalendarError)
    if path.suffix.lower() == ".csv":
        from eventfolio.events.formats.csv import parse_csv

        return parse_csv(text, path), False
    return parse_toml(text, path, "calendar", CalendarError), False
