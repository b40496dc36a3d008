"""eventfolio explain: one event's story, from a run folder's own files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eventfolio.cli.options import RUNS, Json, RunFolder

if TYPE_CHECKING:
    from eventfolio.results.explain import Explanation, Part


def explain(
    run: RunFolder,
    event: Annotated[str, typer.Argument(metavar="EVENT", help="The event's id in the calendar.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where run folders are.")] = RUNS,
    json: Json = False,
) -> None:
    """Tell one event's story in a run.

    Known when, tradable where and when, how sized, what waited or was cut and why, fills, gain over the home index.

    \b
    Examples:
      eventfolio explain latest article-published
      eventfolio explain results/runs/dprk-russia-20261124T014203Z/kogas-lng article-published --json
    """
    from eventfolio.cli.printing.console import emit
    from eventfolio.results.explain import explain as told
    from eventfolio.results.store.index import find_run
    from eventfolio.results.store.read import load_run

    story = told(load_run(find_run(run, out)), event)
    if json:
        emit(story.to_json())
    else:
        _print(story)


def _print(story: Explanation) -> None:
    from eventfolio.cli.printing.console import console, say, table

    say(story.heading, *(f"  {line}" for line in story.lines), "")
    if story.event.first_sessions:
        columns = [("Listing", "left"), ("First session after it was known", "left")]
        console().print(table("", columns, list(story.event.first_sessions.items())))
    for part in story.parts:
        _print_part(part)


def _print_part(part: Part) -> None:
    from eventfolio.cli.printing.console import console, say
    from eventfolio.results.explain import lot_line, order_line

    out = console()
    out.rule(part.label, align="left", characters="─", style="dim")
    say(*(f"  {line}" for line in part.became))
    for order in part.orders:
        say(f"  {order_line(order)}", *(f"    {line}" for line in order["story"] or ()))
    for lot in part.lots:
        say(f"  {lot_line(lot)}")
    for lot in part.extended:
        say(f"  moved the time exit of lot {lot['lot']} {lot['symbol']}, opened by {lot['event_id']}")
    if part.lots:
        say(f"  in all {part.pnl:+,.2f} after costs")
    say("")
