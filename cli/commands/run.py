"""eventfolio run: backtest a study, write a run folder, say what came of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
    StudyArgument,
    ThemeNames,
    Trust,
)

if TYPE_CHECKING:
    from eventfolio.engine.study.study import Study
    from eventfolio.results.store.read import StoredStudy


def run(
    study: StudyArgument = None,
    strategy: Annotated[
        list[str] | None,
        typer.Option(
            "-s",
            "--strategy",
            metavar="NAME",
            help="A shipped strategy or FILE.py:Class, in place of the study's; repeatable.",
        ),
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option(
            "-p",
            "--param",
            metavar="KEY=VALUE",
            help="A parameter, for every strategy that has it; repeatable.",
        ),
    ] = None,
    theme: ThemeNames = None,
    kind: KindNames = None,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="EVENT", help="Take this event out of the calendar by hand; repeatable."),
    ] = None,
    data: Source = None,
    start: Start = None,
    end: End = None,
    cash: Cash = None,
    point_in_time: Annotated[
        bool, typer.Option("--point-in-time", help="Show only the run from the article's publication on.")
    ] = False,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where run folders go.")] = RUNS,
    no_tearsheet: Annotated[
        bool,
        typer.Option(
            "--no-tearsheet", help="Draw no tearsheets; all figures, intervals, verdicts and the index page are there."
        ),
    ] = False,
    offline: Offline = False,
    skip_missing: SkipMissing = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Run again after each save of study, calendar, themes or strategy file.")
    ] = False,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also draw gain and drawdown into FILE.png or FILE.svg.")
    ] = None,
    leave_one_out: Annotated[
        bool, typer.Option("--leave-one-out", help="Also play each strategy without each of its events.")
    ] = False,
    trust: Trust = False,
    json: Json = False,
) -> None:
    """Backtest a study and write a run folder.

    Without STUDY: the packaged study of all ten strategies on the packaged sample, whose prices are simulated.

    \b
    Examples:
      eventfolio run
      eventfolio run -s announcement-drift -p hold=30 -p stop=none --theme lng
      eventfolio run my-study/study.toml -s my_idea.py:MyIdea --data prices
      eventfolio run -s my_idea.py:MyIdea --watch
    """
    from eventfolio.cli.prices import with_prices
    from eventfolio.cli.printing.console import progress
    from eventfolio.engine.study.overrides import override, parse_params
    from eventfolio.engine.study.study import load_study
    from eventfolio.events.dprk_russia import STUDY
    from eventfolio.results.tearsheet.workers import warm_pool

    given = parse_params(param or ())
    read: list[Study] = []  # the study as its file has it, since it was last loaded

    def load(offline: bool = offline) -> tuple[Study, tuple[str, ...]]:
        read[:] = [load_study(study or STUDY)]
        found, left_out = override(
            read[0],
            strategies=strategy or (),
            params=given,
            themes=tuple(theme or ()),
            kinds=tuple(kind or ()),
            without=tuple(without) if without else None,
            source=data,
            start=start,
            end=end,
            cash=cash,
            offline=offline,
            skip_missing=skip_missing,
        )
        return with_prices(found), left_out

    if plot:
        from eventfolio.results.plots.style import check_format

        check_format(plot)
    if watch:
        from eventfolio.cli.commands.watch import watch as watch_files

        if json or plot:
            raise typer.BadParameter("--watch goes with neither --json nor --plot.")
        watch_files(load, study or STUDY, point_in_time, out, trust)
        return
    loaded, left_out = load()
    with (
        warm_pool(workers := min(2, len(loaded.strategies))) as pool,
        progress() as bar,
    ):
        from eventfolio.engine.backtest import backtest  # after the workers have started, so that they load beside it
        from eventfolio.engine.search.setup import defaults_notes
        from eventfolio.results.beside import WorkBeside
        from eventfolio.results.write_run import finish_run, keep_run, load_run

        labels = [entry.label for entry in loaded.strategies]
        beside = WorkBeside(pool, workers, not no_tearsheet)
        record, runs = backtest(
            loaded,
            point_in_time,
            lambda label: bar(label, labels.index(label), len(labels)),
            leave_one_out,
            "trust" if trust else "now",
            beside.begun,
            beside.played,
        )
        folder = keep_run(record, runs, out)
        with told_as_kept(folder):
            failed = finish_run(
                folder,
                record,
                runs,
                pool,
                not no_tearsheet,
                progress=lambda done, total: bar("tearsheets", done, total),
                measured=beside.measured,
            )
    stored = load_run(folder)
    if plot:
        from eventfolio.results.drawing import attempt
        from eventfolio.results.plots.run import draw_run

        failed.append(attempt(str(plot), draw_run, [stored], plot))
    notes = [f"{note} Use -p, or leave out -s." for note in defaults_notes(read[0], loaded, given)] if strategy else []
    _show(stored, left_out, notes, point_in_time, plot, json)
    check_drawn(folder, failed)


@contextmanager
def told_as_kept(folder: Path) -> Iterator[None]:
    """Ctrl-C while a run is drawn ends that; its figures are there."""
    try:
        yield
    except KeyboardInterrupt:
        print(f"Stopped. The figures are kept; `eventfolio runs draw {folder}` draws them.", file=sys.stderr)
        raise typer.Exit(130) from None


def check_drawn(folder: Path, failed: Sequence[str]) -> None:
    """Raises: Undrawn, with what could not be drawn of a run"""
    from eventfolio.results.errors import Undrawn

    told = [line for line in failed if line]
    if told:
        raise Undrawn(folder, told)


def _show(
    stored: StoredStudy,
    left_out: tuple[str, ...],
    notes: Sequence[str],
    point_in_time: bool,
    plot: Path | None,
    json: bool,
) -> None:
    from eventfolio.cli.printing.console import console, emit, say, say_pages, say_path
    from eventfolio.cli.printing.runs import caveats, metrics_table, without_events

    if json:
        runs = [run.facts.to_json() for run in stored.runs]
        told = {"notes": list(notes)} if notes else {}
        emit({"run_folder": str(stored.folder), "simulated": stored.facts.simulated, "runs": runs, **told})
        return
    console().print(metrics_table([stored], point_in_time))
    if left_out:
        say(f"Left out, because they trade none of the chosen themes: {', '.join(left_out)}.")
    say(*notes, *caveats(stored), *without_events(stored))
    if plot and plot.is_file():
        say_path("Picture:", plot)
    say_pages(stored)
