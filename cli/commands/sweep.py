"""eventfolio sweep: backtests every combination of parameters, ranked, with statistics of overfitting."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eventfolio.cli.options import (
    RUNS,
    Cash,
    End,
    Json,
    KindNames,
    Offline,
    SkipMissing,
    Source,
    Start,
    StudyOption,
    ThemeNames,
    Trust,
)

if TYPE_CHECKING:
    from eventfolio.engine.search.folds import Stretch
    from eventfolio.engine.search.journal import Journal
    from eventfolio.engine.search.sweep import Sweep, TrialExecutor
    from eventfolio.engine.search.trial import Trial
    from eventfolio.results.search.document_types import LeaveOneEventOut, SweepDocument, WalkForward

SWEEPS = Path("results/sweeps")


def sweep(
    strategy: Annotated[str, typer.Argument(metavar="STRATEGY", help="A shipped strategy or FILE.py:Class.")],
    param: Annotated[
        list[str] | None,
        typer.Option(
            "-p",
            "--param",
            metavar="KEY=VALUES",
            help="A list (none,0.05,0.1), a range with its end (5:60:5), a draw (0.02..0.15, or 0.02..0.15:log, with "
            "--random); themes=lng,coal+lng,all sweeps themes; repeatable.",
        ),
    ] = None,
    study: StudyOption = None,
    engine: Annotated[str, typer.Option(metavar="NAME", help="auto, kernel, or backtrader.")] = "auto",
    jobs: Annotated[
        int | None, typer.Option(metavar="N", help="Processes; the answer does not depend on it.", min=1, max=256)
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Play on a Dask cluster: its scheduler, tcp://host:port.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where the same sweep stopped.")] = False,
    random: Annotated[
        int | None, typer.Option(metavar="N", help="N random combinations instead of all.", min=1)
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Of --random; the same seed, the same trials.", min=0)] = 1,
    validate: Annotated[
        str | None,
        typer.Option(
            metavar="HOW", help="walk-forward, or leave-one-event-out: judge the choice on what it was not made with."
        ),
    ] = None,
    folds: Annotated[int, typer.Option(metavar="N", help="Stretches of walk-forward.", min=1, max=50)] = 4,
    blocks: Annotated[
        int, typer.Option(metavar="N", help="Blocks of the cross-validation behind PBO: an even number, to 20.")
    ] = 16,
    theme: ThemeNames = None,
    kind: KindNames = None,
    data: Source = None,
    start: Start = None,
    end: End = None,
    cash: Cash = None,
    point_in_time: Annotated[
        bool, typer.Option("--point-in-time", help="Play each trial from the publication on, without hindsight.")
    ] = False,
    offline: Offline = False,
    skip_missing: SkipMissing = False,
    trust: Trust = False,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where sweep folders go.")] = SWEEPS,
    runs: Annotated[
        Path, typer.Option(metavar="DIR", help="The store of runs, which counts all trials that a study has seen.")
    ] = RUNS,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the Sharpe ratio over the first two parameters swept."),
    ] = None,
    top: Annotated[int, typer.Option(metavar="N", help="Trials shown in the table.", min=1)] = 10,
    json: Json = False,
) -> None:
    """Play every combination of parameters, rank them, and say how likely the best is luck.

    \b
    Examples:
      eventfolio sweep announcement-drift -p hold=5:60:5 -p stop=none,0.05,0.1
      eventfolio sweep announcement-drift -p hold=5..60 -p stop=0.02..0.15:log --random 200 --seed 7
      eventfolio sweep kogas-lng -p hold=5:60:5 --validate walk-forward --plot kogas.png
      eventfolio sweep my_idea.py:MyIdea -p least=0.3,0.6 -p themes=all,lng,coal+lng --cluster tcp://host:8786
    """
    from eventfolio.cli.prices import with_prices
    from eventfolio.cli.printing.console import emit
    from eventfolio.engine.search.folds import check_method
    from eventfolio.engine.search.sweep import make_sweep
    from eventfolio.events.dprk_russia import STUDY
    from eventfolio.results.plots.style import check_format
    from eventfolio.results.plots.sweep import check_varied, draw_sweep
    from eventfolio.results.significance.pbo import check_blocks

    check_blocks(blocks)
    if plot:
        check_format(plot)
    if validate is not None:
        check_method(validate)
    made = make_sweep(
        study or STUDY,
        strategy,
        param or (),
        engine,
        random,
        seed,
        point_in_time,
        with_prices,
        themes=tuple(theme or ()),
        kinds=tuple(kind or ()),
        source=data,
        start=start,
        end=end,
        cash=cash,
        offline=offline,
        skip_missing=skip_missing,
    )
    if plot:
        check_varied(made.grid.varied)
    document = _play(made, out / made.folder, runs, resume, jobs, cluster, validate, folds, blocks, trust)
    if plot:
        document["picture"] = str(draw_sweep(document, plot))
    if json:
        emit(document)
        return
    from eventfolio.cli.printing.sweep import show_sweep

    show_sweep(document, top)


def _play(
    made: Sweep,
    folder: Path,
    runs: Path,
    resume: bool,
    jobs: int | None,
    cluster: str | None,
    validate: str | None,
    folds: int,
    blocks: int,
    trust: bool,
) -> SweepDocument:
    """Play, judge and keep; the document, and where it is kept."""
    from eventfolio.api.sweep import look_ahead
    from eventfolio.cli.printing.console import progress
    from eventfolio.engine.search.folds import stretches
    from eventfolio.engine.search.journal import journal
    from eventfolio.engine.search.sweep import play_sweep
    from eventfolio.engine.search.trial import WHOLE
    from eventfolio.results.search.sweep import note_sweep, returns_table, sweep_document
    from eventfolio.results.search.sweep_tables import write_sweep

    ahead = stretches(made, folds) if validate == "walk-forward" else []  # refused before any work
    with journal(folder, made.key, made.description, resume) as kept:
        before = len(kept.trials)
        try:
            with _executor(made, jobs, cluster) as executor, progress() as bar:
                trials = play_sweep(made, kept, executor, (WHOLE,), lambda d, t: bar("trials", d, t))[WHOLE]
                returns = returns_table(made.facts, trials)
                bar("judging", len(trials), len(trials))
                seen = note_sweep(runs, made.facts, trials, folder.name)
                document = sweep_document(made.facts, trials, returns, blocks, seen)
                document["look_ahead"] = look_ahead(made, trials, trust)
                if validate is not None:
                    document["validation"] = _validation(made, kept, executor, trials, ahead, bar)
            write_sweep(folder, made.facts, trials, returns, document)
        except KeyboardInterrupt:
            print(
                f"Stopped. {len(kept.trials)} finished trials are kept in {folder}: the same command with --resume "
                "goes on from there.",
                file=sys.stderr,
            )
            raise typer.Exit(130) from None
    return {**document, "folder": str(folder), "resumed": before, "torn": kept.torn > 0}


def _executor(made: Sweep, jobs: int | None, cluster: str | None) -> AbstractContextManager[TrialExecutor]:
    from eventfolio.cli.kernel_ready import ready_kernel
    from eventfolio.engine.processes import usual_jobs
    from eventfolio.engine.search.process_pool import worker_pool

    if cluster is None:
        if made.context.engine == "kernel":
            ready_kernel()  # before there are processes that would each compile it
        return worker_pool(made.context, min(jobs or usual_jobs(), len(made.grid.params)))
    from eventfolio.engine.search.cluster import cluster_pool

    return cluster_pool(made.context, cluster)


def _validation(
    made: Sweep,
    kept: Journal,
    executor: TrialExecutor,
    trials: list[Trial],
    ahead: list[Stretch],
    bar: Callable[..., None],
) -> WalkForward | LeaveOneEventOut:
    from eventfolio.engine.search.folds import happenings
    from eventfolio.engine.search.sweep import play_sweep
    from eventfolio.engine.search.trial import Subset
    from eventfolio.results.search.validation import leave_one_event_out, walk_forward

    if ahead:
        places = [stretch.where for stretch in ahead]
        played = play_sweep(made, kept, executor, places, lambda d, t: bar("stretches", d, t))
        return walk_forward(made.facts, trials, [(stretch, played[stretch.where]) for stretch in ahead])
    groups = happenings(made, trials)
    places = [Subset(without=group) for group in groups]
    played = play_sweep(made, kept, executor, places, lambda d, t: bar("without each event", d, t))
    return leave_one_event_out(made.facts, trials, [(place.without, played[place]) for place in places])
