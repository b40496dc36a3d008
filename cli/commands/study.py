"""eventfolio study: a study of one's own, from an article or from a calendar."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eventfolio.cli.import_options import (
    Clock,
    Columns,
    DayFirst,
    EventKind,
    FromKind,
    Known,
    Lead,
    SessionTimes,
    Zone,
)
from eventfolio.cli.options import FiscalYearEnd, Json, MoreSecurities, Published, Vocabulary

app = typer.Typer(
    help="Make a study of your own.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@app.callback()
def _study() -> None:
    """Make a study of your own."""


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go; made if it is not there.")],
    article: Annotated[
        str | None,
        typer.Option(metavar="FILE|URL", show_default=False, help="Text file, HTML file, or address of a page."),
    ] = None,
    calendar: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", show_default=False, help="A calendar (.toml, .csv, .ics), or what calendar import reads."
        ),
    ] = None,
    prices: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            show_default=False,
            help="Prices, SYMBOL.csv or .parquet; default: Yahoo's, or the sample's.",
        ),
    ] = None,
    securities: MoreSecurities = None,
    themes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", show_default=False, help="Which listings the calendar's themes hold; default: all."
        ),
    ] = None,
    published: Published = None,
    vocabulary: Vocabulary = None,
    fiscal_year_end: FiscalYearEnd = None,
    kind_of_file: FromKind = None,
    columns: Columns = None,
    zone: Zone = None,
    session_time: SessionTimes = None,
    kind: EventKind = None,
    known: Known = None,
    lead: Lead = None,
    clock: Clock = None,
    day_first: DayFirst = None,
    json: Json = False,
) -> None:
    """Make a study that runs as it is, from an article or from a calendar.

    From an article (--article): calendar, themes, securities, study, and review.html, a sheet to review them with in a
    browser. From a calendar (--calendar), of ours or from elsewhere (options as of calendar import): the calendar, the
    study, themes and securities as far as it needs them, and a strategy to edit; what was assumed is said, and stands
    above the study. A folder that holds any of these files already is refused.

    \b
    Examples:
      eventfolio study new my-study --article article.txt
      eventfolio study new my-study --calendar earnings.csv --lead 21d --prices my-prices
      eventfolio study new my-study --calendar events.toml --prices my-prices --securities mine.toml
    """
    from shlex import quote

    from eventfolio.cli.new_files import write_new
    from eventfolio.cli.printing.console import emit, say, say_path
    from eventfolio.cli.scaffold.new_study import from_article, from_calendar, refuse_options_of_the_other
    from eventfolio.engine.errors import StudyError
    from eventfolio.events.elsewhere.options import read_options

    foreign = {
        "--from": kind_of_file,
        "--map": columns,
        "--zone": zone,
        "--session-time": session_time,
        "--kind": kind,
        "--known": known,
        "--lead": lead,
        "--clock": clock,
        "--day-first": day_first,
    }
    refuse_options_of_the_other(
        article,
        calendar,
        {"--published": published, "--vocabulary": vocabulary, "--fiscal-year-end": fiscal_year_end},
        {"--themes": themes, **foreign},
    )
    if article is not None:
        study = from_article(folder, article, published, vocabulary, fiscal_year_end, prices, securities)
    else:
        assert calendar is not None  # one of the two was given
        options = read_options(
            kind_of_file, tuple(columns or ()), zone, session_time, kind, known, lead, clock, day_first
        )
        study = from_calendar(folder, calendar, options, prices, securities, themes)
    write_new(study.files, StudyError)
    paths = list(study.files)
    if json:
        emit({"files": [str(path) for path in paths], "notes": list(study.notes)})
        return
    for path in paths:
        say_path("Wrote", path)
    say(*study.notes)
    if article is not None:
        say_path("Review it in a browser:", folder / "review.html")
    say_path("Run it:", f"eventfolio run {quote(str(paths[0]))}")
