"""Events, calendars, themes and securities. Names load when used: `--help` needs only the errors."""

from importlib import import_module
from typing import TYPE_CHECKING

from eventfolio.events.errors import CalendarError, InputError, SecurityError, ThemeError, Unavailable

if TYPE_CHECKING:
    from eventfolio.events.article.draft import Draft, draft_of
    from eventfolio.events.article.read import ArticleError, ReadArticle, read_article
    from eventfolio.events.calendar import Article, Calendar, check_listings, check_offsets, check_themes, of_kinds
    from eventfolio.events.calendar_diff import Change, Difference, Merged, changed_elsewhere, diff, join
    from eventfolio.events.calendar_warnings import check, unknown_listings
    from eventfolio.events.catalogue import packaged_securities
    from eventfolio.events.dates.edtf import Window, parse_edtf
    from eventfolio.events.dates.expression import Reading, read_date
    from eventfolio.events.event import Belief, Event, Revision
    from eventfolio.events.formats import format_of, text_of
    from eventfolio.events.formats.read import read_calendar
    from eventfolio.events.securities import Alias, Securities, Security, read_securities
    from eventfolio.events.themes import Member, Theme, Themes, Untradable, read_themes

__all__ = [
    "Alias",
    "Article",
    "ArticleError",
    "Belief",
    "Calendar",
    "CalendarError",
    "Change",
    "Difference",
    "Draft",
    "Event",
    "InputError",
    "Member",
    "Merged",
    "ReadArticle",
    "Reading",
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
    "changed_elsewhere",
    "check",
    "check_listings",
    "check_offsets",
    "check_themes",
    "diff",
    "draft_of",
    "format_of",
    "join",
    "of_kinds",
    "packaged_securities",
    "parse_edtf",
    "read_article",
    "read_calendar",
    "read_date",
    "read_securities",
    "read_themes",
    "text_of",
    "unknown_listings",
]

_HOMES = {
    "article.draft": ("Draft", "draft_of"),
    "article.read": ("ArticleError", "ReadArticle", "read_article"),
    "calendar": ("Article", "Calendar", "check_listings", "check_offsets", "check_themes", "of_kinds"),
    "dates.expression": ("Reading", "read_date"),
    "calendar_warnings": ("check", "unknown_listings"),
    "dates.edtf": ("Window", "parse_edtf"),
    "event": ("Belief", "Event", "Revision"),
    "formats": ("format_of", "text_of"),
    "formats.read": ("read_calendar",),
    "calendar_diff": ("Change", "Difference", "Merged", "changed_elsewhere", "diff", "join"),
    "catalogue": ("packaged_securities",),
    "securities": ("Alias", "Securities", "Security", "read_securities"),
    "themes": ("Member", "Theme", "Themes", "Untradable", "read_themes"),
}


def __getattr__(name: str) -> object:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"eventfolio.events.{module}"), name)
    raise AttributeError(f"module 'events' has no attribute '{name}'")
