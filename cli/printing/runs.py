"""Prints the table of strategies of `run` and `compare`, with its warnings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eventfolio.cli.printing.console import table

if TYPE_CHECKING:
    from rich.table import Table

    from eventfolio.results.store.read import StoredRun, StoredStudy


def metrics_table(studies: Sequence[StoredStudy], point_in_time: bool = False) -> Table:
    """A row a strategy, fit for 80 columns. Figures but the second return are the whole window's."""
    several, mixed = len(studies) > 1, len({study.facts.account.currency for study in studies}) > 1
    rows = []
    for number, study in enumerate(studies, start=1):
        mark = f" ({number}{f', {study.facts.account.currency}' if mixed else ''})" if several else ""
        rows += [_row(f"{run.label}{mark}", run, point_in_time) for run in study.runs]
    returns = ["Return,\npoint in time"] if point_in_time else ["Return,\nwhole", "point\nin time"]
    headings = ["Strategy", *returns, "Sharpe", "Draw-\ndown", "Excess\na lot", "Lots", "Costs"]
    sides = ["left"] + ["right"] * (len(headings) - 1)
    return table("\n".join(_title(study) for study in studies), list(zip(headings, sides, strict=True)), rows)


def caveats(study: StoredStudy) -> list[str]:
    """What was not traded, lots on assumed times, names nobody can trade, how many notes, and each warning once."""
    from eventfolio.results.untraded import untraded_line
    from eventfolio.results.words import assumed_words

    facts, calendar = study.facts, study.runs[0].facts.calendar
    untraded = [line for run in study.runs if (line := untraded_line(run))]
    assumed = [f"{run.label}: {words}." for run in study.runs if (words := assumed_words(run.facts))]
    gone = [name for theme in facts.themes for name in theme.untradable]
    taken_out = [f"{calendar.taken_out}: {', '.join(calendar.without)}."] if calendar.without else []
    lines = (
        taken_out
        + untraded
        + assumed
        + [f"Cannot be traded: {name.name}" + (f" ({name.proxy} stands in)" if name.proxy else "") for name in gone]
    )
    if facts.notes:
        lines.append(f"Notes on names, proxies and sources, on the index page: {len(facts.notes)}.")
    found = [*facts.warnings, *(warning for run in study.runs for warning in run.facts.warnings)]
    found += facts.store_notes or ()
    return lines + [f"Warning: {warning}" for warning in dict.fromkeys(found)]


def _title(study: StoredStudy) -> str:
    facts = study.facts
    money = f"{facts.account.cash:,.0f} {facts.account.currency}"
    simulated = "  SIMULATED PRICES" if facts.simulated else ""
    return f"{facts.study}: {facts.window.start} to {facts.window.end}, {money}{simulated}"


def _row(name: str, run: StoredRun, point_in_time: bool) -> list[str]:
    from eventfolio.results.metrics import METRICS, show

    kinds = {metric.key: metric.kind for metric in METRICS}
    figures = {key: show(kind, run.facts.metrics.get(key)) for key, kind in kinds.items()}
    returns = [figures["total_return"]]
    if not point_in_time:
        returns.append(show(kinds["total_return"], run.facts.point_in_time_return))
    rest = ("sharpe", "max_drawdown", "mean_excess", "trades", "costs")
    return [name, *returns, *(figures[key] for key in rest)]


def without_events(stored: StoredStudy) -> list[str]:
    """For each strategy played without each of its events: the range of its return, and which events make it."""
    lines = []
    for run in stored.runs:
        others = {event: value for event, value in (run.facts.without_event or {}).items() if value is not None}
        if others:
            least, most = min(others, key=others.__getitem__), max(others, key=others.__getitem__)
            lines.append(
                f"{run.label}: without one event its return is from {others[least]:.2%} (without {least}) "
                f"to {others[most]:.2%} (without {most})."
            )
    return lines
