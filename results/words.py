"""Formats counts, percentages and deflated Sharpe ratios for sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eventfolio.engine.record.run_facts import RunFacts


def deflated_verdict(deflated: float, trials: int) -> str:
    """What a deflated Sharpe ratio says; it is no probability that a strategy is real."""
    best = f"the best of {trials:,} without skill" if trials > 1 else "one trial without skill"
    if deflated >= 0.95:
        return f"beyond what {best} would show"
    return f"not beyond {best} (DSR {'below ' if deflated >= 0.945 else ''}{deflated:.2f})"


def count(number: int, word: str) -> str:
    """1 lot, 2,000 lots."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def assumed_words(facts: RunFacts) -> str:
    """How many lots are on news whose time is assumed, over the window and point in time; empty where none is."""
    whole, honest = facts.metrics, facts.metrics_point_in_time or {}
    if not whole.get("assumed") and not honest.get("assumed"):
        return ""
    said = f"{whole['assumed']:,.0f} of {count(int(whole['trades'] or 0), 'lot')} on news whose time is assumed"
    return f"{said}; {honest['assumed']:,.0f} of {honest['trades']:,.0f} point in time" if honest else said


def percent(value: float | None, sign: bool = True) -> str:
    """A fraction as +1.2 %."""
    if value is None:
        return "an unknown return"
    return f"{value:+.1%}".replace("%", " %") if sign else f"{value:.1%}".replace("%", " %")


def share(p: float) -> str:
    """A probability in whole per cent; never 0 or 100 %."""
    return "less than 1 %" if p < 0.01 else ("more than 99 %" if p > 0.99 else f"{p:.0%}".replace("%", " %"))
