"""Prints the tables of event-study, overfit and placebo, and sweep's statistics of overfitting."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eventfolio.cli.printing.console import console, say, say_path, table

if TYPE_CHECKING:
    from eventfolio.results.event_study.document_types import (
        FactDocument,
        LeftOutDocument,
        StudyDocument,
        WindowDocument,
    )
    from eventfolio.results.significance.overfitting import OverfittingFigures, SearchFigures
    from eventfolio.results.store.evidence import PlaceboDocument


_FEW = 5  # so many rows left out are listed


def show_event_study(document: StudyDocument, is_verbose: bool = False) -> None:
    """A table of windows, the verdicts, and what was left out: by reason where it is much, in full if `is_verbose`."""
    simulated = "  SIMULATED PRICES" if document.get("simulated") else ""
    title = (
        f"{document.get('study', 'Event study')}: {document['model']} model, {document['returns']} returns, "
        f"{document['rows']} rows on {document['dates']} dates in {document['blocks']} blocks{simulated}"
    )
    themed = "themes" in document
    columns = [("Theme", "left")] if themed else []
    columns += [("Window", "left"), ("Obs.", "right"), ("CAAR", "right"), ("95 %", "right")]
    columns += [("p", "right"), ("Holm", "right"), ("BH", "right"), ("Power", "right")]
    studies: dict[str, StudyDocument] = {"all": document, **document.get("themes", {})}
    rows = [
        [name, *_window(row)] if themed else _window(row) for name, one in studies.items() for row in one["windows"]
    ]
    console().print(table(title, columns, rows))
    _tests(document)
    for name, one in studies.items():
        say(f"{name}: {one['verdict']}" if len(studies) > 1 else one["verdict"])
    for fact in document.get("facts", ()):
        _terciles(fact)
        say(fact["verdict"])
    for name, why in document.get("themes_without", {}).items():
        say(f"{name}: no event could be measured. {why}")
    touched: dict[str, list[str]] = {}
    for news in document.get("confounders", ()):
        touched.setdefault(f"{news['event']}: {news['what']} ({news['date']})", []).append(news["symbol"])
    say(*(f"Other news in the window of {what}, on {', '.join(symbols)}." for what, symbols in touched.items()))
    say(*_left_out(document["excluded"], is_verbose))
    say(*(f"Note: {note}" for note in document["notes"]))
    say(*(f"Warning: {warning}" for warning in document.get("price_warnings", ())))
    for drawn in (document.get("picture"), document.get("forest")):
        if drawn is not None:
            say_path("Picture:", Path(drawn))


def show_overfit(document: OverfittingFigures, verdict: str, warnings: Sequence[str]) -> None:
    """The figures, a line each, and the verdict."""
    console().print(
        table(
            "How much of the best is luck",
            [("", "left"), ("", "right")],
            overfitting_rows(document, document["trials_shown"], document["trials"]),
        )
    )
    say(verdict)
    say(*(f"Warning: {warning}" for warning in warnings))
    if document["flat_trials"]:
        say(f"{document['flat_trials']} trials never moved: counted as trials, without a Sharpe ratio.")
    if document["rows_left_out"]:
        say(f"The first {document['rows_left_out']} rows are left out of the cross-validation, for equal blocks.")


def overfitting_rows(document: SearchFigures, tried: int, seen: int) -> list[tuple[str, str]]:
    """What `overfit` and `sweep` say of the best of many: figure and value. tried : how many; seen : in all."""
    best = document["best"]
    return [
        ("Trials, and their effective number", f"{tried:,}, {document['effective_trials']:.1f}"),
        *([("Tried in all", f"{seen:,}")] if seen > tried else []),
        ("Best trial and its Sharpe ratio a year", f"{best['trial']}, {best['sharpe']:.2f}"),
        ("Expected best Sharpe ratio without skill", f"{document['expected_best_sharpe']:.2f}"),
        ("Probabilistic Sharpe ratio (one trial)", _ratio(document["probabilistic_sharpe"])),
        ("Deflated Sharpe ratio", _ratio(document["deflated_sharpe"])),
        ("  with the effective number of trials", _ratio(document["deflated_sharpe_effective"])),
        ("Probability of backtest overfitting", _ratio(document["pbo"])),
        ("Superior predictive ability, p (Hansen)", _ratio(document["spa"])),
        ("Reality check, p (White)", _ratio(document["reality_check"])),
        ("Minimum track record, years", _ratio(document["minimum_track_record_years"])),
        ("Minimum backtest length, years", _ratio(document["minimum_backtest_years"])),
    ]


def show_placebo(document: PlaceboDocument) -> None:
    """Where the real calendar falls, a row a figure."""
    simulated = "  SIMULATED PRICES" if document.simulated else ""
    others = "shifts of it" if document.method == "shift" else "random calendars"
    title = f"{document.strategy}: the real calendar among {document.distinct:,} {others}{simulated}"
    columns = [("Figure", "left"), ("Real", "right"), ("Median", "right"), ("5 % to 95 %", "right"), ("p", "right")]
    rows = []
    for name, heading in (("total_return", "Total return"), ("sharpe", "Sharpe"), ("mean_trade", "Mean trade")):
        found = document.distribution[name]
        show = _ratio if name == "sharpe" else _percent
        span = f"{show(found.p05)} to {show(found.p95)}"
        rows.append((heading, show(document.real[name]), show(found.median), span, _p(document.p[name])))
    console().print(table(title, columns, rows))
    say(document.verdict, *([document.note] if document.note else []))
    say(*(f"Warning: {warning}" for warning in document.price_warnings or ()))
    if document.picture:
        say(f"Picture: {document.picture}")
    if document.page:
        say_path("Page:", Path(document.page))


def _window(row: WindowDocument) -> list[str]:
    within = "–" if row["high"] is None else f"{_percent(row['low'])} to {_percent(row['high'])}"
    p = (_p(one) for one in (row["p"], row["p_holm"], row["p_bh"]))
    span = f"{row['first']}:{row['last']}"
    return [
        span,
        str(row["units"]),
        _percent(row["caar"]),
        within,
        *p,
        "never" if row["detectable"] is None else _percent(row["detectable"]),
    ]


def _left_out(excluded: list[LeftOutDocument], is_verbose: bool) -> Iterator[str]:
    """A line an event that is not measured; of more than a few a line a reason."""
    if is_verbose or len(excluded) <= _FEW:
        for gone in excluded:
            who = gone["name"] if gone["name"] == gone["symbol"] else f"{gone['name']}, {gone['symbol']}"
            yield f"Left out: {who} ({gone['date']}): {gone['why']}."
        return
    for reason, times in Counter(_reason(gone["why"]) for gone in excluded).most_common():
        yield f"Left out, {times} rows: {reason}."
    yield "--verbose lists them."


def _reason(why: str) -> str:
    """A reason without what is particular to one row."""
    if "counted once" in why:
        return "merged, as the window shares a session with that of an earlier event of the firm"
    return re.sub(r"-?\d[\d:,.-]*", "…", why)


def _terciles(found: FactDocument) -> None:
    """Mean CAR by thirds of a fact."""
    columns = [(f"Third by {found['fact']}", "left"), ("From", "right"), ("To", "right")]
    columns += [("Events", "right"), (f"CAAR {found['first']}:{found['last']}", "right")]
    rows = [
        (name, f"{one['low']:.4g}", f"{one['high']:.4g}", str(one["events"]), _percent(one["caar"]))
        for name, one in zip(("lowest", "middle", "highest"), found["terciles"], strict=False)
    ]
    if rows:
        console().print(table("", columns, rows))


def _tests(document: StudyDocument) -> None:
    """Every test of the whole window, of all themes together."""
    whole = document["windows"][-1]
    columns = [("Test", "left"), ("Statistic", "right"), ("p", "right")]
    rows = [(_test(name), _ratio(o["stat"]), _p(o["p"])) for name, o in whole["tests"].items()]
    console().print(table(f"CAAR of {whole['first']}:{whole['last']}", columns, rows))
    say("* takes portfolios as independent of each other, and is no part of a verdict.")


def _test(name: str) -> str:
    """A test's name; some take portfolios as independent, which those of one block are not."""
    return name.replace("_", " ") + " *" * (name in ("cross_t", "patell", "bmp", "sign", "wilcoxon"))


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _p(value: float | None) -> str:
    return "<0.001" if value is not None and value < 0.001 else _ratio(value)


def _ratio(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
