"""eventfolio overfit: statistics of overfitting (deflated Sharpe ratio, PBO, SPA) of a table of trials."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eventfolio.cli.options import Json


def overfit(
    returns: Annotated[
        Path,
        typer.Argument(metavar="RETURNS.csv", help="Date and a column a trial, simple returns as decimal fractions."),
    ],
    blocks: Annotated[
        int, typer.Option(metavar="N", help="Blocks of the cross-validation: an even number, to 20.")
    ] = 16,
    trials: Annotated[
        int | None, typer.Option(metavar="N", help="Trials really made, where the table does not show them all.")
    ] = None,
    json: Json = False,
) -> None:
    """Deflated Sharpe ratio, probability of backtest overfitting and superior predictive ability of a table of trials.

    \b
    Example:
      eventfolio overfit trials.csv --blocks 16
    """
    from eventfolio.results.errors import EvidenceError
    from eventfolio.results.event_study.csv_input import read_returns
    from eventfolio.results.event_study.return_warnings import warnings_of
    from eventfolio.results.search.verdict import search_verdict
    from eventfolio.results.significance.overfitting import overfitting_figures

    table = read_returns(returns, "trials' returns")
    warnings = warnings_of(table, returns.name)
    if trials is not None and trials < table.shape[1]:
        raise EvidenceError(f"--trials {trials} is fewer than the {table.shape[1]} columns of {returns.name}.")
    document = overfitting_figures(table, blocks, trials)
    verdict = search_verdict(document)
    if json:
        from eventfolio.cli.printing.console import emit

        emit({**document, "verdict": verdict, "doubts": warnings})
        return
    from eventfolio.cli.printing.evidence import show_overfit

    show_overfit(document, verdict, warnings)
