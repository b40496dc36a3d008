"""Makes a new study, from an article or from a calendar, by what the command is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from eventfolio.cli.scaffold.study_text import NewStudy
from eventfolio.engine.errors import StudyError
from eventfolio.events import Securities, packaged_securities, read_securities, read_themes
from eventfolio.events.elsewhere.options import ImportOptions
from eventfolio.events.files import read_text


def refuse_options_of_the_other(
    article: str | None, calendar: Path | None, of_article: Mapping[str, object], of_calendar: Mapping[str, object]
) -> None:
    """Refuse neither or both of article and calendar, and options that are for the other.

    Raises: StudyError
    """
    if (article is None) == (calendar is None):
        raise StudyError(
            "Give --article FILE, or the address of a page, for a study of an article, or --calendar FILE for one of a "
            f"calendar{', not both' if article is not None else ''}."
        )
    others, what, this = (
        (of_calendar, "a calendar", "--article") if article is not None else (of_article, "an article", "--calendar")
    )
    given = next((name for name, value in others.items() if value not in (None, [])), None)
    if given is not None:
        raise StudyError(f"{given} is for {what}, and changes nothing beside {this}. Leave it out.")


def from_article(
    folder: Path,
    article: str,
    published: str | None,
    vocabulary: Path | None,
    fiscal_year_end: str | None,
    prices: Path | None,
    securities: Path | None,
) -> NewStudy:
    """The study drafted from an article; arguments as of the command.

    Raises: InputError
    """
    from eventfolio.cli.scaffold.article_study import article_study
    from eventfolio.events import draft_of, read_article

    known, own = _securities(securities)
    name = folder.resolve().name or "draft"
    draft = draft_of(read_article(article, published), known, name, vocabulary, fiscal_year_end)
    known = known.with_more(Securities(draft.listed)) if draft.listed else known
    return article_study(folder, draft, known, prices, own, datetime.now(UTC).date())


def from_calendar(
    folder: Path,
    calendar: Path,
    options: ImportOptions,
    prices: Path | None,
    securities: Path | None,
    themes: Path | None,
) -> NewStudy:
    """The study made from a calendar, and how that was read; arguments as of the command.

    Raises: InputError
    """
    from eventfolio.cli.imports import is_own_file, read_any
    from eventfolio.cli.scaffold.calendar_study import calendar_study

    known, own = _securities(securities)
    if securities is not None and not is_own_file(calendar):
        options = replace(options, only_known=True)
    read, text, said = read_any(calendar, options, known)
    held = read_themes(themes) if themes else None
    today = datetime.now(UTC).date()
    study = calendar_study(folder, read, text, held, known, own, prices, today, calendar)
    return NewStudy(study.files, (*said, *study.notes))


def _securities(path: Path | None) -> tuple[Securities, str | None]:
    """Those that are known, the user's among them, and the text of their file."""
    known = packaged_securities()
    if path is None:
        return known, None
    return known.with_more(read_securities(path)), read_text(path, "securities file", StudyError)
