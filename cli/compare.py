"""eventfolio compare: several runs side by side on one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import Json
from cli.run import RUNS


def compare(
    runs: Annotated[
        list[str],
        typer.Argument(metavar="RUN", help="Run folders, single strategies' folders, or latest, latest~1 …"),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", metavar="FILE", help="The page; default: compare.html beside the first run folder."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Put runs side by side on one page.

    The lines run over the union of their dates. Of what was tweaked between them it shows what changed: parameters,
    code, calendar, prices, and what that did to each figure and each event.

    \b
    Examples:
      eventfolio compare latest~1 latest
      eventfolio compare results/runs/dprk-russia-20261124T014203Z results/runs/dprk-russia-20261124T015011Z
      eventfolio compare results/runs/*/kogas-lng -o kogas.html
    """
    from cli.metrics import metrics_table
    from cli.show import console, emit, say_path
    from results.page import compare_page
    from results.runs import find_run
    from results.stored import load_run

    studies = [load_run(find_run(run, RUNS)) for run in runs]
    page = compare_page(studies, out or studies[0].folder.parent / "compare.html")
    if json:
        simulated = any(study.facts["simulated"] for study in studies)
        emit(
            {
                "page": str(page),
                "simulated": simulated,
                "runs": [run.facts for study in studies for run in study.runs],
            }
        )
        return
    console().print(metrics_table(studies))
    say_path("Page:", page)
