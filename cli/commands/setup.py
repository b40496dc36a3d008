"""eventfolio init and doctor: a study of one's own, and what works on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eventfolio.cli.options import Json


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go; made if it is not there.")],
    json: Json = False,
) -> None:
    """Copy the packaged study, to edit.

    Study, calendar, themes and a strategy of your own, which the study plays too. The copy runs as it is. A folder
    that holds any of these files already is refused.

    \b
    Example:
      eventfolio init my-study
      eventfolio run my-study/study.toml
    """
    from eventfolio.cli.printing.console import emit, say_path
    from eventfolio.cli.scaffold.files import copy_study

    files = copy_study(folder)
    if json:
        emit({"files": [str(path) for path in files]})
        return
    for path in files:
        say_path("Wrote", path)
    say_path("Run it:", f"eventfolio run {files[0]}")


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
