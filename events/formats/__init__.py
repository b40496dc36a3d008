"""Calendars as files: TOML, CSV and iCalendar, each written and read with nothing lost."""

from __future__ import annotations

from pathlib import Path

from eventfolio.events.calendar import Calendar
from eventfolio.events.errors import CalendarError, did_you_mean, shown

FORMATS = ("toml", "csv", "ics")


def text_of(calendar: Calendar, format: str) -> str:
    """The calendar as the text of a file.

    format : toml, csv or ics
    Raises : CalendarError for another
    """
    if format == "csv":
        from eventfolio.events.formats.csv import to_csv

        return to_csv(calendar)
    if format == "ics":
        from eventfolio.events.formats.ics import to_ics

        return to_ics(calendar)
    if format == "toml":
        from eventfolio.events.formats.toml import to_toml

        return to_toml(calendar)
    raise CalendarError(f"'{shown(format)}' is not a format of calendars.{did_you_mean(format, FORMATS)}")


def format_of(path: Path) -> str:
    """The format a file's ending names.

    Raises: CalendarError where it names none
    """
    ending = path.suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise CalendarError(f"{shown(path.name)}: a calendar file ends in .toml, .csv or .ics.")
    return ending


def is_own(path: Path, data: bytes) -> bool:
    """Whether a file holds a calendar that `calendar export` wrote, or that is laid out like one."""
    ending = path.suffix.lower()
    if ending == ".ics":
        return b"X-EVENTFOLIO-" in data
    if ending != ".csv":
        return ending == ".toml"
    from eventfolio.events.formats.csv import is_own_header

    return is_own_header(data[:100_000].decode("utf-8-sig", "replace").partition("\n")[0])
