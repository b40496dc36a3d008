"""What the figures come to, in a sentence a person understands."""

from __future__ import annotations

from typing import Any


def deflated_verdict(deflated: float, trials: int) -> str:
    """What a deflated Sharpe ratio says; it is no probability that a strategy is real."""
    best = f"the best of {trials:,} without skill" if trials > 1 else "one trial without skill"
    if deflated >= 0.95:
        return f"beyond what {best} would show"
    return f"not beyond {best} (DSR {deflated:.2f})"


def _power(whole: dict[str, Any]) -> str:
    if whole["detectable"] is None:
        return "no effect of any size could show"
    alone = "by itself " if whole["looks"] > 1 else ""
    return f"{alone}it would have taken {percent(whole['detectable'], sign=False)} to show"


def count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def percent(value: float | None, sign: bool = True) -> str:
    if value is None:
        return "an unknown return"
    return f"{value:+.1%}".replace("%", " %") if sign else f"{value:.1%}".replace("%", " %")


def share(p: float) -> str:
    return "less than 1 %" if p < 0.01 else ("more than 99 %" if p > 0.99 else f"{p:.0%}".replace("%", " %"))
