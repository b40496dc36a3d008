"""The command `eventfolio`: parses arguments, calls the library, prints. One file a group of commands.

Only typer is imported here, so that `eventfolio --help` answers at once; what a command needs, it imports itself.
"""

from __future__ import annotations

import gc
from typing import Annotated

import typer

from eventfolio.cli.commands import (
    calendar,
    compare,
    data,
    event_study,
    explain,
    overfit,
    placebo,
    run,
    runs,
    securities,
    setup,
    strategies,
    studio,
    study,
    sweep,
)
from eventfolio.cli.errors import ErrorGroup, give_streams
from eventfolio.cli.interrupt import one_interrupt

__all__ = ["app", "main"]

app = typer.Typer(
    name="eventfolio",
    cls=ErrorGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help and plain errors: they are read in logs and pipes too
    pretty_exceptions_enable=False,
)
app.command()(run.run)
app.command()(compare.compare)
app.command()(explain.explain)
app.command("event-study")(event_study.event_study)
app.command()(overfit.overfit)
app.command()(placebo.placebo)
app.command()(sweep.sweep)
app.command()(studio.studio)
app.add_typer(runs.app, name="runs")
app.add_typer(strategies.app, name="strategies")
app.add_typer(calendar.app, name="calendar")
app.add_typer(data.app, name="data")
app.add_typer(securities.app, name="securities")
app.add_typer(study.app, name="study")
app.command()(setup.init)
app.command()(setup.doctor)


def main() -> None:
    """The entry point."""
    gc.set_threshold(50_000, 20)  # what a command makes lives as long as it does: look through it less often
    give_streams()
    with one_interrupt():
        app(prog_name="eventfolio")


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"eventfolio {version('eventfolio')}")
        raise typer.Exit


@app.callback()
def _eventfolio(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Backtests of event-driven strategies that keep apart when a thing happened and when it could be known.

    `eventfolio run` plays the packaged study; `eventfolio init DIR` copies it for you to edit.
    """
