"""eventfolio studio: a page on which one moves a strategy's numbers and sees what comes of it."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eventfolio.cli.options import (
    RUNS,
    Cash,
    End,
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
    from eventfolio.cli.studio.stage import Stage
    from eventfolio.cli.studio.stream import Stream
    from eventfolio.engine.study.study import Study

PORT = 8421  # as eventfolio.cli.studio.serve, which is slow to import, has it


def studio(
    study: StudyArgument = None,
    port: Annotated[
        int,
        typer.Option(
            metavar="N", help="The port on this machine, or the next one that is free; 0: any.", min=0, max=65535
        ),
    ] = PORT,
    strategy: Annotated[
        list[str] | None,
        typer.Option(
            "-s",
            "--strategy",
            metavar="FILE",
            help="FILE.py:Class or a shipped strategy, in place of the study's; repeatable. No other code is run.",
        ),
    ] = None,
    theme: ThemeNames = None,
    kind: KindNames = None,
    data: Source = None,
    start: Start = None,
    end: End = None,
    cash: Cash = None,
    offline: Offline = False,
    skip_missing: SkipMissing = False,
    trust: Trust = False,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where runs are kept and trials are counted.")] = RUNS,
) -> None:
    """Move a strategy's numbers, switch events off, and see at once what comes of it.

    Prints an address of this machine; open it in a browser. A save of the study, its calendar or a strategy file is
    seen too. Every setting that is looked at is counted as a trial. Ctrl-C ends it.

    \b
    Examples:
      eventfolio studio
      eventfolio studio my-study/study.toml --strategy my_idea.py:MyIdea --data prices
    """
    from eventfolio.cli.kernel_ready import ready_kernel
    from eventfolio.cli.prices import with_prices
    from eventfolio.cli.studio.app import make_app
    from eventfolio.cli.studio.guard import Keys
    from eventfolio.cli.studio.serve import address, listening, make_server, serve
    from eventfolio.cli.studio.stage import Stage
    from eventfolio.cli.studio.stream import Stream
    from eventfolio.cli.studio.tasks import Tasks
    from eventfolio.cli.studio.watchdog import Watchdog
    from eventfolio.engine.search.setup import defaults_notes
    from eventfolio.engine.study.overrides import override
    from eventfolio.engine.study.study import load_study
    from eventfolio.events.dprk_russia import STUDY

    read: list[Study] = []  # the study as its file has it, since it was last loaded

    def load(offline: bool = offline) -> Study:
        read[:] = [load_study(study or STUDY)]
        found, _ = override(
            read[0],
            strategies=strategy or (),
            themes=tuple(theme or ()),
            kinds=tuple(kind or ()),
            source=data,
            start=start,
            end=end,
            cash=cash,
            offline=offline,
            skip_missing=skip_missing,
        )
        return with_prices(found)

    stream, keys = Stream(), Keys()
    stage = Stage(load, study or STUDY, out, Watchdog(lambda words: stream.tell("progress", task="hook", words=words)))
    ready_kernel()
    tasks = Tasks(stage, stream, "trust" if trust else "now")
    tasks.warm()
    own = listening(port)
    taken = own.getsockname()[1]
    server = make_server(make_app(tasks, taken, keys))
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # started in the background, where Ctrl-C is for others
        signal.signal(signal.SIGINT, _stopped)
    if port and taken != port:
        typer.echo(f"Port {port} is taken, so this studio is at {taken}.")
    for note in defaults_notes(read[0], stage.scene.bench.study, ()) if strategy else ():
        typer.echo(note)
    typer.echo(f"Studio: {address(taken, keys)}")
    typer.echo("Open it in a browser on this machine. Ctrl-C ends the studio.")
    serve(own, server, lambda stop: stage.watch(stop, lambda: _tell(stage, stream)))
    _stopped()


def _stopped(*_: object) -> None:
    """End at once, whatever a strategy's own code is at in its thread; nothing is left to put in order.

    By the signal itself: a KeyboardInterrupt may hit the server amid a request, which takes it for the request's fault.
    """
    with suppress(OSError, ValueError):
        os.write(sys.stdout.fileno(), b"Stopped.\n")
    os._exit(0)


def _tell(stage: Stage, stream: Stream) -> None:
    stream.tell("study", version=stage.scene.version, trouble=stage.trouble)
