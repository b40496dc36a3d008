"""eventfolio runs: lists, shows, redraws, verifies, compares and removes stored runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eventfolio.api.rerun import study_as_run, was_trusted
from eventfolio.cli.options import RUNS, Json, TrustRun, as_date
from eventfolio.cli.printing.difference import print_difference

if TYPE_CHECKING:
    from eventfolio.results.store.index import Listed

app = typer.Typer(
    help="List, show, verify, compare and remove stored runs.", rich_markup_mode=None, no_args_is_help=True
)

Name = Annotated[str, typer.Argument(metavar="RUN", help="A run folder, its name, or latest, latest~1 …")]
Out = Annotated[Path, typer.Option(metavar="DIR", help="Where run folders are.")]


@app.command("list")
def list_(
    study: Annotated[str | None, typer.Option(metavar="NAME", help="Only runs of this study.")] = None,
    strategy: Annotated[
        str | None,
        typer.Option("-s", "--strategy", metavar="LABEL", help="Only runs with this strategy, and its figures."),
    ] = None,
    since: Annotated[
        date | None, typer.Option(parser=as_date, metavar="DATE", help="Only runs made on or after this date.")
    ] = None,
    sort: Annotated[
        str, typer.Option(metavar="KEY", help="created, name, or a figure, best first: total_return, point_in_time …")
    ] = "created",
    last: Annotated[int, typer.Option(min=1, metavar="N", help="How many to print; with --json all are.")] = 40,
    out: Out = RUNS,
    json: Json = False,
) -> None:
    """List runs, the newest at the bottom.

    \b
    Examples:
      eventfolio runs list
      eventfolio runs list -s kogas-lng --sort point_in_time
    """
    from eventfolio.cli.printing.console import console, emit, say, table
    from eventfolio.results.store.index import list_runs

    runs, damaged = list_runs(out, study, strategy, since.isoformat() if since else None, sort)
    if json:
        emit({"runs": [run.to_json() for run in runs], "damaged": damaged})
        return
    shown = runs[-last:] if sort in ("created", "name") else runs[:last]
    heads = [("Run", "left"), ("Strategies", "left"), ("Return,\nwhole", "right"), ("point\nin time", "right")]
    heads += [("Sharpe", "right"), ("Lots", "right")]
    console().print(table("", heads, [_row(run) for run in shown]))
    if len(shown) < len(runs):
        say(f"{len(runs)} runs in all; --last {len(runs)} prints them.")
    if not runs:
        say(f"No run in {out} matches.")
    say(*(f"Damaged, left out: {name}" for name in damaged))


@app.command()
def show(run: Name, out: Out = RUNS, json: Json = False) -> None:
    """Show one run: its table, what it was made from, where its pages are.

    \b
    Example:
      eventfolio runs show latest
    """
    from eventfolio.cli.printing.console import console, emit, say, say_pages
    from eventfolio.cli.printing.runs import caveats, metrics_table
    from eventfolio.results.store.index import find_run
    from eventfolio.results.store.read import load_run

    stored = load_run(find_run(run, out))
    if json:
        runs = [one.facts.to_json() for one in stored.runs]
        emit({"run_folder": str(stored.folder), "study": stored.facts.to_json(), "runs": runs})
        return
    console().print(metrics_table([stored]))
    first = stored.runs[0].facts
    say(f"Made {stored.facts.created} from {first.data.source}, fingerprint {first.data.fingerprint[:16]}.")
    say(*(f"{one.label}: {_params(one.facts.strategy.params)}" for one in stored.runs), *caveats(stored))
    say_pages(stored)


@app.command()
def draw(
    run: Name,
    no_tearsheet: Annotated[bool, typer.Option("--no-tearsheet", help="Draw the index page only.")] = False,
    out: Out = RUNS,
    json: Json = False,
) -> None:
    """Draw a stored run's pages anew from its record; also intervals and verdicts where it has none yet.

    \b
    Example:
      eventfolio runs draw latest
    """
    from eventfolio.cli.commands.run import check_drawn, told_as_kept
    from eventfolio.cli.printing.console import emit, progress, say_pages
    from eventfolio.results.store.index import find_run
    from eventfolio.results.tearsheet.workers import warm_pool
    from eventfolio.results.write_run import load_run, redraw

    stored = load_run(load_run(find_run(run, out)).folder)
    with (
        warm_pool(min(2, len(stored.runs))) as pool,
        progress() as bar,
        told_as_kept(stored.folder),
    ):
        failed = redraw(stored, pool, not no_tearsheet, lambda done, total: bar("tearsheets", done, total))
    if json:
        emit({"run_folder": str(stored.folder), "failed": failed})
    elif not failed:
        say_pages(stored)
    check_drawn(stored.folder, failed)


@app.command()
def verify(run: Name, trust: TrustRun = False, out: Out = RUNS, json: Json = False) -> None:
    """Run a stored run again from its record, and say whether everything comes out the same.

    Every table, every recorded fact, every kept input and page is held against the new run. Exit status 1 where one is
    not the same; then what differs is listed, and why. Code that this store did not run is not run without --trust.

    \b
    Example:
      eventfolio runs verify latest
    """
    from eventfolio.cli.printing.console import emit, progress, say
    from eventfolio.engine.backtest import backtest
    from eventfolio.engine.record.json_record import ABSENT
    from eventfolio.results.store.index import find_run
    from eventfolio.results.store.read import load_run
    from eventfolio.results.verify import verify as held_against

    stored = load_run(find_run(run, out))
    loaded = study_as_run(stored, out, trust)
    with progress() as bar:
        labels = [entry.label for entry in loaded.strategies]
        record, runs = backtest(
            loaded,
            stored.point_in_time is not False,
            lambda label: bar(label, labels.index(label), len(labels)),
            any(one.facts.without_event is not ABSENT for one in stored.runs),
            "trust" if was_trusted(stored) else "now",
        )
        bar("pages", len(labels), len(labels))
        found = held_against(stored, record, runs)
    name = stored.name
    if json:
        emit(found.to_json())
    elif found.same:
        say(f"{name}: the same again: {found.tables} tables byte for byte, {found.facts:,} recorded facts.")
    else:
        say(f"{name}: not the same again.", *(f"  because {cause}" for cause in found.causes))
        say(*(f"  {line}" for line in found.differs[:20]))
        if len(found.differs) > 20:
            say(f"  and {len(found.differs) - 20} more (--json lists them)")
    if not json:
        say(*(f"Note: {note}" for note in found.notes))
    if not found.same:
        raise typer.Exit(1)


@app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="The earlier run: a folder, its name, or latest~1 …")],
    after: Annotated[str, typer.Argument(metavar="B", help="The later run.")],
    out: Out = RUNS,
    json: Json = False,
) -> None:
    """Say what changed from one run to another, and what that did.

    \b
    Example:
      eventfolio runs diff latest~1 latest
    """
    from eventfolio.cli.printing.console import emit
    from eventfolio.results.diff import differences
    from eventfolio.results.store.index import find_run
    from eventfolio.results.store.read import load_run

    found = differences(load_run(find_run(before, out)), load_run(find_run(after, out)))
    if json:
        emit(found.to_json())
    else:
        print_difference(found)


@app.command()
def rm(
    runs: Annotated[list[str], typer.Argument(metavar="RUN", help="Run folders, their names, or latest, latest~1 …")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    out: Out = RUNS,
    json: Json = False,
) -> None:
    """Remove runs from the store.

    \b
    Example:
      eventfolio runs rm latest --yes
    """
    from eventfolio.cli.printing.console import emit, say_path
    from eventfolio.events.errors import InputError
    from eventfolio.results.store.index import find_run, remove_runs

    folders = [find_run(name, out) for name in runs]
    if not yes:
        import sys

        if json or not sys.stdin.isatty():
            raise InputError("Nothing was removed. Say --yes where nobody can be asked.")
        for folder in folders:
            say_path("", folder)
        typer.confirm("Remove for good?", abort=True)
    gone = remove_runs(runs, out)
    if json:
        emit({"removed": [str(folder) for folder in gone]})
        return
    for folder in gone:
        say_path("Removed", folder)


def _row(run: Listed) -> list[str]:
    from eventfolio.results.metrics import METRICS, show

    kinds = {metric.key: metric.kind for metric in METRICS} | {"point_in_time": "percent"}
    names = list(run.figures)
    cells = [run.name, names[0] if len(names) == 1 else f"{len(names)}"]
    for key in ("total_return", "point_in_time", "sharpe", "trades"):
        known = sorted(value for figures in run.figures.values() if (value := figures.get(key)) is not None)
        ends = [show(kinds[key], value) for value in dict.fromkeys(known[:1] + known[-1:])] or ["–"]
        cells.append(" to\n".join(ends))
    return cells


def _params(values: Mapping[str, object]) -> str:
    return ", ".join(f"{key}={'none' if value is None else value}" for key, value in values.items())
