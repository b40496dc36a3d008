"""Events, calendars, themes and securities. Names load when used: `--help` needs only the errors."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from events.errors import CalendarError, InputError, SecurityError, ThemeError, Unavailable

if TYPE_CHECKING:
    from events.calendar import Article, Calendar, check_themes, read_calendar
    from events.doubts import check
    from events.edtf import Window, parse_edtf
    from events.event import Belief, Event, Revision
    from events.securities import Alias, Securities, Security, packaged_securities, read_securities
    from events.themes import Member, Theme, Themes, Untradable, read_themes

__all__ = [
    "Alias",
    "Article",
    "Belief",
    "Calendar",
    "CalendarError",
    "Event",
    "InputError",
    "Member",
    "Revision",
    "Securities",
    "Security",
    "SecurityError",
    "Theme",
    "ThemeError",
    "Themes",
    "Unavailable",
    "Untradable",
    "Window",
    "check",
    "check_themes",
    "packaged_securities",
    "parse_edtf",
    "read_calendar",
    "read_securities",
    "read_themes",
]

_HOMES = {
    "calendar": ("Article", "Calendar", "check_themes", "read_calendar"),
    "doubts": ("check",),
    "edtf": ("Window", "parse_edtf"),
    "event": ("Belief", "Event", "Revision"),
    "securities": ("Alias", "Securities", "Security", "packaged_securities", "read_securities"),
    "themes": ("Member", "Theme", "Themes", "Untradable", "read_themes"),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"events.{module}"), name)
    raise AttributeError(f"module 'events' has no attribute '{name}'")
