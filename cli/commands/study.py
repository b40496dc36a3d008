"""eventfolio study: a study of one's own, drafted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eventfolio.cli.options import Json, MoreSecurities, Published, Vocabulary

app = typer.Typer(
    help="Draft a study of your own.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@app.callback()
def _study() -> None:
    """Draft a study of your own."""


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go; made if it is not there.")],
    article: Annotated[
        str | None,
        typer.Option(metavar="FILE|URL", show_default=False, help="Text file, HTML file, or address of a page."),
    ] = None,
    prices: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", show_default=False, help="Prices, SYMBOL.csv or .parquet; default: sample or Yahoo."
        ),
    ] = None,
    published: Published = None,
    securities: MoreSecurities = None,
    vocabulary: Vocabulary = None,
    json: Json = False,
) -> None:
    """Draft a study from an article: calendar, themes, securities, study, and a sheet to review them with.

    What is drafted runs as it is. Open review.html in a browser: it shows each sentence with what was read in it, and
    saves the calendar as you tick and change it. A folder that holds any of these files already is refused.

    \b
    Examples:
      eventfolio study new my-study --article article.txt
      eventfolio study new my-study --article article.html --prices my-prices --securities mine.toml
    """
    from datetime import UTC, datetime
    from shlex import quote

    from eventfolio.cli.new_files import write_new
    from eventfolio.cli.printing.console import emit, say, say_path
    from eventfolio.cli.scaffold.drafted_study import drafted_study
    from eventfolio.engine.errors import StudyError
    from eventfolio.events import Securities, draft_of, packaged_securities, read_article, read_securities
    from eventfolio.events.files import read_text

    if article is None:
        raise StudyError("A study is drafted from an article. Give --article FILE, or the address of a page.")
    known = packaged_securities()
    known = known.with_more(read_securities(securities)) if securities else known
    draft = draft_of(read_article(article, published), known, folder.resolve().name or "draft", vocabulary)
    known = known.with_more(Securities(draft.listed)) if draft.listed else known
    own = read_text(securities, "securities file", StudyError) if securities else None
    study = drafted_study(folder, draft, known, prices, own, datetime.now(UTC).date())
    write_new(study.files, StudyError)
    paths = list(study.files)
    if json:
        emit({"files": [str(path) for path in paths], "notes": list(study.notes)})
        return
    for path in paths:
        say_path("Wrote", path)
    say(*study.notes)
    say_path("Review it in a browser:", folder / "review.html")
    say_path("Run it:", f"eventfolio run {quote(str(paths[0]))}")
