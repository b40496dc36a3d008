"""Summarises each strategy in words: its return, the market's over the same time, and the weight of the evidence."""

from __future__ import annotations

from datetime import date

from eventfolio.engine.record.json_record import ABSENT, known
from eventfolio.engine.record.run_facts import Significance
from eventfolio.results.metrics import show
from eventfolio.results.significance.lot_means import lot_means
from eventfolio.results.significance.of_run import run_verdict
from eventfolio.results.store.read import StoredRun
from eventfolio.results.words import assumed_words, count, deflated_verdict

_SAID = (
    "lots",
    "independent_dates",
    "judgement",
    "verdict",
    "verdicts",
    "trials_seen",
)  # in sentences; all else is listed


def summary_lines(run: StoredRun) -> list[str]:
    """Sentences a person understands, from run.json and the lots.

    The verdict comes first: the record's, if it judged the lots beside their home indices; else it is made here.
    """
    facts = run.facts
    whole, honest = facts.metrics, facts.metrics_point_in_time or {}
    found = facts.significance
    is_judged = found is not None and found.judgement is not ABSENT
    lines = [found.verdict or ""] if found is not None and is_judged else []
    meanwhile = [
        f"{name} {show('percent', other.get('total_return'))}"
        for name, other in (
            ("its home indices, as invested", facts.home_metrics),
            ("the benchmark", facts.benchmark_metrics),
        )
        if other and other.get("total_return") is not None
    ]
    made = f"{_made(whole.get('total_return'))} over the whole window"
    if honest.get("total_return") is not None:
        made += f", {_made(honest['total_return']).lower()} point in time"
    lines.append(f"{made}, after costs{'; ' + ', '.join(meanwhile) if meanwhile else ''}.")
    lots = run.trades
    if not len(lots):
        return [*lines, "It bought nothing, so there is nothing to judge."]
    known = int(lots["hindsight"].sum())
    if known:
        lines.append(f"{known} of {len(lots)} lots are hindsight: nobody had named the theme yet.")
    if assumed := assumed_words(facts):
        lines.append(f"{assumed}.")
    if not is_judged:
        lines.append(run_verdict(lot_means(lots, date.fromisoformat(facts.window.end))))
    return lines


def evidence(significance: Significance | None) -> list[tuple[str, str]]:
    """What else `significance` holds, as (name, figure) for a list; nested names are joined by a middle dot.

    A figure with an interval is a mapping with value, low and high.
    """
    rows = []
    for key, value in (significance.to_json() if significance else {}).items():
        if significance is None or key in _SAID:
            continue
        if key == "leave_one_event_out" and (ends := significance.leave_one_event_out):
            low, high = f"{ends.low:+.2%} without {ends.low_without}", f"{ends.high:+.2%} without {ends.high_without}"
            rows.append(("return on what the lots cost, one event left out", f"{low} to {high}"))
            continue
        if key.startswith("deflated_sharpe") and significance.trials_seen:
            what = "effectively independent ones of " if key.endswith("effective") else ""
            seen = f"{what}the {count(significance.trials_seen, 'trial')} this study has seen"
            rows.append((f"deflated sharpe, over {seen}", _figure(value)))
            continue
        nested = value if isinstance(value, dict) else {"": value}
        for name, figure in nested.items():
            if isinstance(figure, dict) and {"value", "low", "high"} <= set(figure):
                value, low, high = (_figure(figure[part]) for part in ("value", "low", "high"))
                figure = f"{value}, between {low} and {high}"
            if isinstance(figure, (int, float, str, bool)) or figure is None:
                title = " · ".join(part.replace("_", " ") for part in (key, str(name)) if part)
                rows.append((title, _figure(figure)))
    return rows


def deflated(significance: Significance | None) -> tuple[str, str] | None:
    """The deflated Sharpe ratio to stand beside the raw one, and what it means."""
    found = known(significance.deflated_sharpe) if significance else None
    seen = known(significance.trials_seen) if significance else None
    if found is None or seen is None:
        return None
    below = "below " if 0.945 <= found < 0.95 else ""  # as the verdict says it
    return f"DSR {below}{found:.2f}", f"deflated Sharpe ratio: {deflated_verdict(found, seen)}"


def _made(value: float | None) -> str:
    if value is None:
        return "Unknown"
    return f"{'Lost' if value < 0 else 'Gained'} {show('percent', abs(value))}"


def _figure(value: object) -> str:
    if value is None or isinstance(value, (str, bool)):
        return "–" if value is None else str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"
