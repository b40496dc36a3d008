"""Counts, per cents and deflated Sharpe ratios as sentences say them."""

from __future__ import annotations


def deflated_verdict(deflated: float, trials: int) -> str:
    """What a deflated Sharpe ratio says; it is no probability that a strategy is real."""
    best = f"the best of {trials:,} without skill" if trials > 1 else "one trial without skill"
    if deflated >= 0.95:
        return f"beyond what {best} would show"
    return f"not beyond {best} (DSR {'below ' if deflated >= 0.945 else ''}{deflated:.2f})"


def count(number: int, word: str) -> str:
    """1 lot, 2,000 lots."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def percent(value: float | None, sign: bool = True) -> str:
    """A fraction as +1.2 %."""
    if value is None:
        return "an unknown return"
    return f"{value:+.1%}".replace("%", " %") if sign else f"{value:.1%}".replace("%", " %")


def share(p: float) -> str:
    """A probability in whole per cent; never 0 or 100 %."""
    return "less than 1 %" if p < 0.01 else ("more than 99 %" if p > 0.99 else f"{p:.0%}".replace("%", " %"))
