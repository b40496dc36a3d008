"""eventfolio calendar build and date: an article read into a draft, and one date expression read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from eventfolio.cli.options import FiscalYearEnd, Json, MoreSecurities, Published, Vocabulary, as_date


def build(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="Text file, HTML file, or address of a page.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", metavar="FILE", help="Calendar to write (.toml); its themes go to themes.toml beside it."
        ),
    ] = None,
    published: Published = None,
    securities: MoreSecurities = None,
    vocabulary: Vocabulary = None,
    fiscal_year_end: FiscalYearEnd = None,
    json: Json = False,
) -> None:
    """Draft a calendar and themes from an article, for you to review.

    \b
    Examples:
      eventfolio calendar build article.txt
      eventfolio calendar build article.html -o my-study/calendar.toml
    """
    from eventfolio.cli.printing.calendar import facts, lines, save
    from eventfolio.cli.printing.console import console, emit, say, say_path, table
    from eventfolio.events import draft_of, packaged_securities, read_article, read_securities

    known = packaged_securities()
    draft = draft_of(
        read_article(article, published),
        known.with_more(read_securities(securities)) if securities else known,
        out.stem if out else Path(article).stem or "draft",
        vocabulary,
        fiscal_year_end,
    )
    written = save(draft, out) if out else ()
    if json:
        emit(facts(draft) | {"written": [str(path) for path in written]})
        return
    columns = [("Occurs", "left"), ("As written", "left"), ("Event", "left"), ("Themes", "left"), ("Sure", "left")]
    rows = [
        (
            e.occurs,
            e.as_written or "–",
            f"{e.title}\n{e.kind} · {e.status} · {e.source}",
            "\n".join(e.themes) or "–",
            e.confidence,
        )
        for e in draft.calendar.events
    ]
    console().print(table(draft.article.title, columns, rows))
    say(*lines(draft))
    for path in written:
        say_path("Written, for you to review:", path)


def read_expression(
    expression: Annotated[str, typer.Argument(metavar="EXPR", help='Such as "by mid-2026".')],
    on: Annotated[
        date, typer.Option(parser=as_date, metavar="DATE", help="The date it was written, such as 2025-06-17.")
    ],
    json: Json = False,
) -> None:
    """Show how a date expression is read.

    \b
    Examples:
      eventfolio calendar date "by mid-2026" --on 2025-06-17
      eventfolio calendar date "last Tuesday" --on 2025-06-17 --json
    """
    from eventfolio.cli.printing.console import emit, say
    from eventfolio.events import read_date

    reading = read_date(expression, on)
    start, end = (side.isoformat() if side else None for side in (reading.window.start, reading.window.end))
    if json:
        found = {"start": start, "end": end, "precision": reading.precision, "rule": reading.rule}
        emit(
            {
                "expression": expression,
                "on": on.isoformat(),
                "edtf": str(reading.window),
                **found,
                "approximate": reading.window.approximate,
            }
        )
        return
    say(f'{start or "open"} to {end or "open"}   occurs = "{reading.window}"')
    say(f"precision: {reading.precision}", f"rule: {reading.rule}")
