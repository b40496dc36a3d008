"""eventfolio init and doctor: writes a study to start from; checks what works on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eventfolio.cli.options import Json


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go; made if it is not there.")],
    blank: Annotated[
        bool, typer.Option("--blank", help="A study for a subject of your own, with made-up prices to replace.")
    ] = False,
    json: Json = False,
) -> None:
    """Copy the packaged study, to edit, or start one of your own.

    Study, calendar, themes and a strategy of your own, which the study plays too. With --blank one event, one theme and
    one listing, each line explained, and a folder of made-up prices. Either runs as it is. A folder that holds any of
    these files already is refused.

    \b
    Examples:
      eventfolio init my-study
      eventfolio run my-study/study.toml
      eventfolio init my-study --blank
    """
    from shlex import quote

    from eventfolio.cli.printing.console import emit, say, say_path
    from eventfolio.cli.scaffold.files import blank_study, copy_study

    files = blank_study(folder) if blank else copy_study(folder)
    if json:
        emit({"files": [str(path) for path in files]})
        return
    for path in files:
        say_path("Wrote", path)
    if blank:
        say(
            "All of it is made up. Replace, in this order: the listings (securities.toml, themes.toml), their prices "
            "(prices/SYMBOL.csv; then delete `simulated = true` from prices/prices.toml), the event (calendar.toml), "
            "and the window and benchmark (study.toml)."
        )
    say_path("Run it:", f"eventfolio run {quote(str(files[0]))}")


def doctor(json: Json = False) -> None:
    """Say what works here and what does not.

    Exit status 1 when something that a run needs is broken.

    \b
    Example:
      eventfolio doctor
    """
    from eventfolio.cli.doctor import examine
    from eventfolio.cli.printing.console import console, emit, table

    findings = examine()
    if json:
        emit([{"name": one.name, "ok": one.ok, "needed": one.needed, "words": one.words} for one in findings])
    else:
        marks = {
            (True, True): "works",
            (True, False): "works",
            (False, True): "BROKEN",
            (False, False): "does without",
        }
        rows = [(one.name, marks[one.ok, one.needed], one.words) for one in findings]
        console().print(table("", [("What", "left"), ("State", "left"), ("In words", "left")], rows))
    if any(one.needed and not one.ok for one in findings):
        raise typer.Exit(1)
