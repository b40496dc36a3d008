"""eventfolio compare: several runs side by side on one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eventfolio.cli.options import RUNS, Json


def compare(
    runs: Annotated[
        list[str],
        typer.Argument(metavar="RUN", help="Run folders, single strategies' folders, or latest, latest~1 …"),
    ],
    page: Annotated[
        Path | None,
        typer.Option(
            "-o", "--page", metavar="FILE", help="The page; default: compare.html beside the first run folder."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE even where it is no such page.")] = False,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where run folders are.")] = RUNS,
    json: Json = False,
) -> None:
    """Put runs side by side on one page.

    The lines run over the union of their dates. Of what was tweaked between them it shows what changed: parameters,
    code, calendar, prices, and what that did to each figure and each event. Of several files and folders those that
    are no runs are left out, so that results/runs/* means all runs.

    \b
    Examples:
      eventfolio compare latest~1 latest
      eventfolio compare results/runs/dprk-russia-20261124T014203Z results/runs/dprk-russia-20261124T015011Z
      eventfolio compare results/runs/*/kogas-lng -o kogas.html
    """
    from eventfolio.cli.printing.console import console, emit, say, say_path
    from eventfolio.cli.printing.runs import metrics_table
    from eventfolio.engine.processes import usual_jobs
    from eventfolio.results.page.page import compare_page
    from eventfolio.results.store.index import find_runs
    from eventfolio.results.store.read import load_run
    from eventfolio.results.tearsheet.workers import warm_pool

    folders, left_out = find_runs(runs, out)
    studies = [load_run(folder) for folder in folders]
    with warm_pool(min(usual_jobs(), len(studies)) if len(studies) > 1 else 0, evidence=False) as workers:
        written = compare_page(studies, page or studies[0].folder.parent / "compare.html", force=force, workers=workers)
    if json:
        simulated = any(study.facts.simulated for study in studies)
        emit(
            {
                "page": str(written),
                "simulated": simulated,
                "left_out": left_out,
                "runs": [run.facts.to_json() for study in studies for run in study.runs],
            }
        )
        return
    console().print(metrics_table(studies))
    if left_out:
        say(f"Left out, because they are no runs: {', '.join(left_out)}.")
    say_path("Page:", written)
