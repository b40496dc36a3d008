"""Each strategy in plain words: what it made, what the market made meanwhile, how much evidence that is."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from results.stored import StoredRun
from results.tables import show

_SAID = ("lots", "independent_dates", "verdict", "verdicts", "trials_seen")  # in sentences; all else is listed


def remarks(run: StoredRun) -> list[str]:
    """Sentences a person understands, from run.json and the lots.

    A verdict that the record's `significance` holds comes first; without one, the lots' excess over their home
    indices is averaged by entry date, because lots of one date are not independent.
    """
    facts = run.facts
    whole, honest = facts["metrics"], facts["metrics_point_in_time"] or {}
    lines = _verdicts(facts.get("significance") or {})
    meanwhile = [
        f"{name} {show('percent', other.get('total_return'))}"
        for name, other in (
            ("its home indices, as invested", facts["home_metrics"]),
            ("the benchmark", facts["benchmark_metrics"]),
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
    if not _verdicts(facts.get("significance") or {}):
        lines.append(_excess_by_date(lots))
    return lines


def evidence(significance: dict[str, Any]) -> list[tuple[str, str]]:
    """What else `significance` holds, as (name, figure) for a list; nested names are joined by a middle dot.

    A figure with an interval is a mapping with value, low and high.
    """
    rows = []
    for key, value in significance.items():
        if key in _SAID:
            continue
        if key == "leave_one_event_out" and value is not None:
            ends = (f"{value[end]:+.2%} without {value[f'{end}_without']}" for end in ("low", "high"))
            rows.append(("return on what the lots cost, one event left out", " to ".join(ends)))
            continue
        if key.startswith("deflated_sharpe") and "trials_seen" in significance:
            what = "effectively independent ones of " if key.endswith("effective") else ""
            seen = f"{what}the {_count(significance['trials_seen'], 'trial')} this study has seen"
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


def deflated(significance: dict[str, Any]) -> tuple[str, str] | None:
    """The deflated Sharpe ratio to stand beside the raw one, and what it means."""
    odds, seen = significance.get("deflated_sharpe"), significance.get("trials_seen")
    if odds is None or seen is None:
        return None
    trials = f"{_count(seen, 'trial')} this study has seen"
    share = "<1%" if odds < 0.01 else ">99%" if odds > 0.99 else f"{odds:.0%}"
    return f"odds {share}", f"deflated Sharpe ratio: the odds that it is real, after {trials}"


def _verdicts(significance: dict[str, Any]) -> list[str]:
    said = significance.get("verdict") or significance.get("verdicts") or []
    return [said] if isinstance(said, str) else [str(line) for line in said]


def _made(value: float | None) -> str:
    if value is None:
        return "Unknown"
    return f"{'Lost' if value < 0 else 'Gained'} {show('percent', abs(value))}"


def _excess_by_date(lots: pd.DataFrame) -> str:
    by_date = lots.dropna(subset="excess_return").groupby("entry_session")["excess_return"].mean()
    count = f"{_count(len(lots), 'lot')} on {_count(lots['entry_session'].nunique(), 'date')}"
    if len(by_date) < 2:
        return f"{count}: too few to judge."
    mean, error = by_date.mean(), by_date.std(ddof=1) / math.sqrt(len(by_date))
    words = f"{count}; by date, {show('percent', mean)} a lot over the home index, standard error {error:.2%}"
    if abs(mean) < 2 * error:
        return f"{words}: cannot be told from nothing."
    return f"{words}: {'above' if mean > 0 else 'below'} zero by more than two standard errors."


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _figure(value: Any) -> str:
    if value is None or isinstance(value, (str, bool)):
        return "–" if value is None else str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"
