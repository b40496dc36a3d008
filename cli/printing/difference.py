"""Prints what changed between two runs, and what that did."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eventfolio.results.diff import Difference


def print_difference(found: Difference) -> None:
    """The whole difference in the terminal: settings, calendar, then each strategy."""
    from eventfolio.cli.printing.console import console, say, table
    from eventfolio.results.metrics import METRICS, show
    from eventfolio.results.significance.intervals import told

    if found.nothing:
        say("Nothing changed: inputs and results are the same.")
        return
    heads = [("", "left"), ("before", "left"), ("after", "left")]
    for title, changes in (("Settings, prices, versions", found.settings), ("Calendar", found.calendar)):
        if changes:
            rows = [(one.what, _short(one.before), _short(one.after)) for one in changes]
            console().print(table(title, heads, rows))
    say(
        *(f"Only before: {label}" for label in found.only_before),
        *(f"Only after: {label}" for label in found.only_after),
    )
    for pair in found.pairs:
        figures = [
            (metric, *pair.metrics["metrics"][metric.key], *pair.metrics["metrics_point_in_time"][metric.key])
            for metric in METRICS
        ]
        moved = [row for row in figures if row[1] != row[2] or row[3] != row[4]]
        if not (moved or pair.params or pair.code or pair.events):
            say(f"{pair.name}: the same.")
            continue
        console().rule(pair.name, align="left", characters="─", style="dim")
        if pair.other_money:
            say(f"Money and returns: {pair.other_money}; what the currency made is in every figure.")
        if pair.params:
            rows = [(one.what, _short(one.before), _short(one.after)) for one in pair.params]
            console().print(table("Parameters", heads, rows))
        say(*pair.code)
        if moved:
            columns = [("", "left"), ("whole,\nbefore", "right"), ("after", "right")]
            columns += [("point in\ntime, before", "right"), ("after", "right")]
            shown = [[one.title, *(show(one.kind, value) for value in values)] for one, *values in moved]
            console().print(table("", columns, shown))
        if pair.gaps:
            columns = [("After less before", "left"), ("", "right"), ("95 %", "right"), ("", "left")]
            kinds = [(metric, pair.gaps[metric.key]) for metric in METRICS if metric.key in pair.gaps]
            sure = [
                (
                    one.title,
                    show(one.kind, gap.value),
                    f"{show(one.kind, gap.low)} to {show(one.kind, gap.high)}",
                    told(gap),
                )
                for one, gap in kinds
            ]
            console().print(table("", columns, sure))
        if pair.events:
            rows = [(one.what or "no event", _money(one.before), _money(one.after)) for one in pair.events]
            sides = [("P&L by event", "left"), ("before", "right"), ("after", "right")]
            console().print(table("", sides, rows))


def _short(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "none"
    return "–" if value is None else str(value)


def _money(value: object) -> str:
    return f"{value:+,.2f}" if isinstance(value, float) else "–"
