"""Prints the table of a sweep's best trials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from eventfolio.cli.printing.console import console, say, say_path, table
from eventfolio.cli.printing.evidence import overfitting_rows

if TYPE_CHECKING:
    from eventfolio.results.search.document_types import (
        EventFold,
        LeaveOneEventOut,
        SweepDocument,
        WalkFold,
        WalkForward,
    )


def show_sweep(document: SweepDocument, top: int) -> None:
    """The best trials, how much of the best is luck, and what a validation says."""
    trials = document["trials"]
    simulated = "  SIMULATED PRICES" if document["simulated"] else ""
    since = "point in time, " if document["point_in_time"] else ""
    window = document["window"]
    title = f"{document['strategy']}: {since}{window['start']} to {window['end']}{simulated}"
    names = document["varied"]
    columns = [("", "right"), *((name, "right") for name in names)]
    columns += [(heading, "right") for heading in ("Return", "Sharpe", "Drawdown", "Excess a lot", "Lots", "Costs")]
    rows = [
        [str(place), *(_word(trial["params"][name]) for name in names), *_figures(trial["metrics"])]
        for place, trial in enumerate(trials[:top], start=1)
    ]
    console().print(table(title, columns, rows))
    shown = f"the best {top} of {len(trials):,} tried" if len(trials) > top else f"all {len(trials):,} tried"
    say(f"Ranked by Sharpe ratio; {shown}, by {document['engine']}.")
    if document["engine_why"]:
        say(document["engine_why"])
    if document["resumed"]:
        say(f"{document['resumed']:,} trials were kept from before.")
    if document["torn"]:
        say("The last record kept was torn in mid-write; it was played again.")
    if document["deflated_sharpe"] is not None:
        console().print(
            table(
                "How much of the best is luck",
                [("", "left"), ("", "right")],
                overfitting_rows(document, document["tried"], document["trials_seen"]),
            )
        )
    say(document["verdict"])
    say(*document["notes"])
    say(*(f"Warning: {warning}" for warning in document["warnings"]))
    if "validation" in document:
        _show_validation(document["validation"])
    if "picture" in document:
        say_path("Picture:", document["picture"])
    say_path("All trials:", document["folder"])


def _show_validation(found: WalkForward | LeaveOneEventOut) -> None:
    heads: tuple[str, ...]
    if found["method"] == "walk-forward":
        heads = ("Stretch", "Chosen on what came before", "Sharpe before", "after", "Return after", "Median trial")
        rows = [_walk_row(row) for row in found["folds"]]
    else:
        heads = ("Without", "Chosen", "On it", "Winner on it", "Winner without")
        rows = [_event_row(row) for row in found["folds"]]
    columns = [(head, "left" if place < 2 else "right") for place, head in enumerate(heads)]
    console().print(table(found["method"].replace("-", " ").capitalize(), columns, rows))
    say(found["verdict"])


def _walk_row(row: WalkFold) -> list[str]:
    before, after = row["in_sample"], row["out_of_sample"]
    return [
        f"{row['start']} to {row['end']}",
        "nothing bought yet: cash" if row["params"] is None else _params(row["params"]),
        _ratio(before["sharpe"]) if before else "–",
        _ratio(after["sharpe"]),
        _percent(after["total_return"]),
        _percent(row["median_return"]),
    ]


def _event_row(row: EventFold) -> list[str]:
    return [
        ", ".join(row["events"]),
        _params(row["params"]),
        _percent(row["judged"]["return"]),
        _percent(row["winner"]["return"]),
        _percent(row["winner_without"]["total_return"]),
    ]


def _params(params: Mapping[str, object]) -> str:
    return " ".join(f"{name}={_word(value)}" for name, value in params.items())


def _figures(metrics: Mapping[str, float | None]) -> list[str]:
    percents = (_percent(metrics[key]) for key in ("max_drawdown", "mean_excess"))
    head = [_percent(metrics["total_return"]), _ratio(metrics["sharpe"])]
    return [*head, *percents, str(metrics["trades"]), f"{metrics['costs'] or 0.0:,.0f}"]


def _word(value: object) -> str:
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2%}"


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
