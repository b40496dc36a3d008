"""eventfolio placebo: backtests a strategy on random calendars, and ranks the real calendar among them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eventfolio.api.rerun import as_run, hold_against
from eventfolio.cli.options import (
    RUNS,
    Cash,
    End,
    Json,
    KindNames,
    Start,
    StoredSource,
    StudyOption,
    ThemeNames,
    TrustRun,
)
from eventfolio.events.errors import InputError, did_you_mean, shown

if TYPE_CHECKING:
    from eventfolio.engine.study.study import StudyOptions
    from eventfolio.results.store.read import StoredRun, StoredStudy


def placebo(
    strategy: Annotated[
        str, typer.Argument(metavar="STRATEGY", help="A shipped strategy or FILE.py:Class; with --run, a label of it.")
    ],
    run: Annotated[
        str | None,
        typer.Option(
            metavar="RUN",
            show_default=False,
            help="A stored run (a folder, a name, latest): its own study and numbers are played, and the answer is "
            "kept in it and drawn on its page.",
        ),
    ] = None,
    study: StudyOption = None,
    method: Annotated[
        str, typer.Option(metavar="NAME", help="random calendars, or every circular shift of the real one.")
    ] = "random",
    draws: Annotated[int, typer.Option(metavar="N", help="Random calendars drawn.", min=1, max=1_000_000)] = 10_000,
    seed: Annotated[int, typer.Option(metavar="N", help="Of the draws; the same seed, the same calendars.", min=0)] = 1,
    engine: Annotated[str, typer.Option(metavar="NAME", help="auto, kernel, or backtrader.")] = "auto",
    jobs: Annotated[
        int | None, typer.Option(metavar="N", help="Processes; the answer does not depend on it.", min=1, max=256)
    ] = None,
    param: Annotated[
        list[str] | None, typer.Option("-p", "--param", metavar="KEY=VALUE", help="A parameter; repeatable.")
    ] = None,
    theme: ThemeNames = None,
    kind: KindNames = None,
    data: StoredSource = None,
    start: Start = None,
    end: End = None,
    cash: Cash = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where run folders are, for --run.")] = RUNS,
    trust: TrustRun = False,
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
      eventfolio placebo kogas-lng --run latest
    """
    from eventfolio.cli.kernel_ready import ready_kernel
    from eventfolio.cli.printing.console import progress
    from eventfolio.engine.processes import usual_jobs
    from eventfolio.engine.record.json_record import ABSENT
    from eventfolio.engine.search.placebo import placebo as play
    from eventfolio.engine.search.process_pool import worker_pool
    from eventfolio.engine.search.setup import defaults_words, make_setup
    from eventfolio.engine.study.overrides import parse_params
    from eventfolio.engine.study.study import load_study
    from eventfolio.events.dprk_russia import STUDY
    from eventfolio.results.plots.style import check_format
    from eventfolio.results.search.placebo import placebo_document

    if plot is not None:
        check_format(plot)
    themes = tuple(theme or ())
    options: StudyOptions = {
        "kinds": tuple(kind or ()),
        "source": data,
        "start": start,
        "end": end,
        "cash": cash,
    }
    stored, own = None, ""
    if run is None:
        read, params = load_study(study or STUDY), parse_params(param or ())
        setup = make_setup(read, strategy, params, engine, themes=themes, **options)
        own = defaults_words(read, setup.strategy, params)
    else:
        if study or param or themes or any(value for value in options.values()):
            raise InputError("--run plays the run's own study and numbers; leave out -p, --study and what changes it.")
        whole, stored = _stored(run, strategy, out)
        setup = as_run(whole, stored, engine, out, trust)
    jobs = jobs or usual_jobs()
    if setup.engine == "kernel":
        ready_kernel()
    with worker_pool(setup, jobs if setup.engine == "backtrader" else 1) as executor, progress() as bar:

        def tell(done: int, total: int) -> None:
            bar("calendars", done, total)

        found = play(setup, executor, method, draws, seed, tell, jobs)
    document = replace(
        placebo_document(found),
        strategy=strategy,
        engine=setup.engine,
        study=setup.study.name,
        simulated=setup.market.simulated,
        seed=seed,
        note=f"{own} Use -p, or --run." if own else ABSENT,
        price_warnings=setup.market.price_warnings or ABSENT,
    )
    if stored is not None:
        from eventfolio.results.write_run import attach_placebo

        if whole.point_in_time is None:
            note = (
                f"{whole.name} was stored before runs recorded whether they were made with --point-in-time. Its whole "
                "window was played here, and came out as it had."
            )
            document = replace(document, note=note)
        hold_against(stored, found.real["total_return"])
        document = replace(document, page=str(attach_placebo(stored, document)))
    if plot is not None:
        from eventfolio.results.plots.event_study import placebo_picture, save

        document = replace(document, picture=str(save(placebo_picture(document), plot)))
    if json:
        from eventfolio.cli.printing.console import emit

        emit(document.to_json())
        return
    from eventfolio.cli.printing.evidence import show_placebo

    show_placebo(document)


def _stored(name: str, label: str, out: Path) -> tuple[StoredStudy, StoredRun]:
    """A stored run, and its strategy of that label."""
    from eventfolio.results.errors import StoreError
    from eventfolio.results.store.index import find_run
    from eventfolio.results.store.read import load_run

    found = load_run(find_run(name, out))
    for one in found.runs:
        if one.label == label:
            return load_run(found.folder), one
    labels = [one.label for one in found.runs]
    hint = did_you_mean(label, labels)
    raise StoreError(f"{found.name} has no strategy '{shown(label)}'.{hint} --run takes a label.")
