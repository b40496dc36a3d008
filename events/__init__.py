"""Events, calendars, themes and securities. Names load when used: `--help` needs only the errors."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from events.errors import CalendarError, InputError, SecurityError, ThemeError, Unavailable

if TYPE_CHECKING:
    from events.article.draft import Draft, draft_of
    from events.article.read import ArticleError, ReadArticle, read_article
    from events.calendar import Article, Calendar, check_offsets, check_themes, read_calendar
    from events.dates import Reading, read_date
    from events.doubts import check
    from events.edtf import Window, parse_edtf
    from events.event import Belief, Event, Revision
    from events.formats import format_of, text_of
    from events.merge import Change, Difference, Merged, changed_elsewhere, diff, join
    from events.securities import Alias, Securities, Security, packaged_securities, read_securities
    from events.themes import Member, Theme, Themes, Untradable, read_themes

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
    "check_offsets",
    "check_themes",
    "diff",
    "draft_of",
    "format_of",
    "join",
    "packaged_securities",
    "parse_edtf",
    "read_article",
    "read_calendar",
    "read_date",
    "read_securities",
    "read_themes",
    "text_of",
]

_HOMES = {
    "article.draft": ("Draft", "draft_of"),
    "article.read": ("ArticleError", "ReadArticle", "read_article"),
    "calendar": ("Article", "Calendar", "check_offsets", "check_themes", "read_calendar"),
    "dates": ("Reading", "read_date"),
    "doubts": ("check",),
    "edtf": ("Window", "parse_edtf"),
    "event": ("Belief", "Event", "Revision"),
    "formats": ("format_of", "text_of"),
    "merge": ("Change", "Difference", "Merged", "changed_elsewhere", "diff", "join"),
    "securities": ("Alias", "Securities", "Security", "packaged_securities", "read_securities"),
    "themes": ("Member", "Theme", "Themes", "Untradable", "read_themes"),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"events.{module}"), name)
    raise AttributeError(f"module 'events' has no attribute '{name}'")
