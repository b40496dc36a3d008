"""eventfolio placebo: the same strategy on calendars that mean nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.options import Cash, End, Json, Start


def placebo(
    strategy: Annotated[str, typer.Argument(metavar="STRATEGY", help="A shipped strategy or FILE.py:Class.")],
    study: Annotated[
        Path | None,
        typer.Option(metavar="STUDY", show_default=False, help="Study file (TOML); default: the packaged one."),
    ] = None,
    method: Annotated[
        str, typer.Option(metavar="NAME", help="random calendars, or every circular shift of the real one.")
    ] = "random",
    draws: Annotated[int, typer.Option(metavar="N", help="Random calendars drawn.", min=1, max=1_000_000)] = 10_000,
    seed: Annotated[int, typer.Option(metavar="N", help="Of the draws; the same seed, the same calendars.", min=0)] = 1,
    engine: Annotated[str, typer.Option(metavar="NAME", help="auto, or backtrader.")] = "auto",
    jobs: Annotated[
        int | None, typer.Option(metavar="N", help="Processes; the answer does not depend on it.", min=1, max=256)
    ] = None,
    param: Annotated[
        list[str] | None, typer.Option("-p", "--param", metavar="KEY=VALUE", help="A parameter; repeatable.")
    ] = None,
    theme: Annotated[list[str] | None, typer.Option(metavar="THEME", help="Only this theme; repeatable.")] = None,
    data: Annotated[
        str | None, typer.Option(metavar="SOURCE", help="'sample', or a folder of SYMBOL.csv or .parquet.")
    ] = None,
    start: Start = None,
    end: End = None,
    cash: Cash = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the distribution here (.svg or .png).")
    ] = None,
    json: Json = False,
) -> None:
    """Where does the real calendar fall among random ones, or among its own shifts?

    \b
    Examples:
      eventfolio placebo kogas-lng --method shift
      eventfolio placebo announcement-drift -p hold=10 --draws 1000 --seed 7
    """
    from cli.show import progress
    from engine.search.game import make_game
    from engine.search.placebo import placebo as play
    from engine.search.workers import crew, usual_jobs
    from events.dprk_russia import STUDY
    from results.placebo_document import placebo_document

    options: dict[str, Any] = {"themes": tuple(theme or ()), "source": data, "start": start, "end": end, "cash": cash}
    game = make_game(study or STUDY, strategy, param or (), engine, **options)
    with crew(game, jobs or usual_jobs()) as hands, progress() as bar:
        found = play(game, hands, method, draws, seed, lambda done, total: bar("calendars", done, total))
    document = {"strategy": strategy, "study": game.study.name, "simulated": game.market.simulated, "seed": seed}
    document = placebo_document(found) | document
    if plot is not None:
        from results.evidence_plots import placebo_picture, save

        document["picture"] = str(save(placebo_picture(document), plot))
    if json:
        from cli.show import emit

        emit(document)
        return
    from cli.evidence_tables import show_placebo

    show_placebo(document)
