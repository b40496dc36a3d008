"""eventfolio explain: one event's story, from a run folder's own files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import Json, RunFolder

if TYPE_CHECKING:
    from results.explain import Explanation, Part


def explain(
    run: RunFolder,
    event: Annotated[str, typer.Argument(metavar="EVENT", help="The event's id in the calendar.")],
    json: Json = False,
) -> None:
    """Tell one event's story in a run.

    Known when, tradable where and when, how sized, what waited or was cut and why, fills, gain over the home index.

    \b
    Examples:
      eventfolio explain results/runs/dprk-russia-20261124T014203Z article-published
      eventfolio explain results/runs/dprk-russia-20261124T014203Z/kogas-lng article-published --json
    """
    from cli.show import emit
    from results.explain import explain as told
    from results.stored import load_run

    story = told(load_run(run), event)
    if json:
        emit(story.document())
    else:
        _print(story)


def _print(story: Explanation) -> None:
    from cli.show import console, say, table

    say(story.heading, *(f"  {line}" for line in story.facts), "")
    if story.first_sessions:
        columns = [("Listing", "left"), ("First session", "left")]
        console().print(table("", columns, list(story.first_sessions.items())))
    for part in story.parts:
        _print_part(part)


def _print_part(part: Part) -> None:
    from cli.show import console, say

    out = console()
    out.rule(part.label, align="left", characters="─", style="dim")
    if part.why_nothing:
        say(f"  {part.why_nothing}")
    for order in part.orders:
        say(f"  {_order(order)}", *(f"    {line}" for line in order["story"]))
    for lot in part.lots:
        say(f"  {_lot(lot)}")
    for lot in part.extended:
        say(f"  moved the time exit of lot {lot['lot']} {lot['symbol']}, opened by {lot['event_id']}")
    if part.lots:
        say(f"  in all {part.pnl:+,.2f} after costs")
    say("")


def _order(order: dict[str, Any]) -> str:
    why = f" ({order['why']})" if order["why"] else ""
    return (
        f"{order['decision_session']} {order['side']} {order['symbol']}, {order['reason']}: "
        f"{order['filled']:,.6g} of {order['wanted']:,.6g} shares, {order['status']}{why}"
    )


def _lot(lot: dict[str, Any]) -> str:
    from results.tables import show

    until = f"{lot['exit_session']} ({lot['exit_reason']})" if lot["exit_session"] else "still open"
    return (
        f"lot {lot['lot']} {lot['symbol']} {lot['entry_session']} to {until}: {lot['pnl']:+,.2f} after costs of "
        f"{lot['costs']:,.2f}; home index {show('percent', lot['index_return'])}, "
        f"excess {show('percent', lot['excess_return'])}" + (", hindsight" if lot["hindsight"] else "")
    )
