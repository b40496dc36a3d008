"""Adjusts p-values for the number of tests made.

Source: Holm (1979), Scandinavian J. Statistics 6(2), 65-70; Benjamini and Hochberg (1995), J. Royal Statistical
Society B 57(1), 289-300.
"""

from __future__ import annotations

from collections.abc import Sequence


def holm(p: Sequence[float | None]) -> list[float | None]:
    """Adjusted p-values: below 5 % with at most a 5 % chance of any false one. None stays None and is not counted."""
    order = _ascending(p)
    adjusted: list[float | None] = [None] * len(p)
    highest = 0.0
    for place, (value, number) in enumerate(order):
        highest = max(highest, min(1.0, value * (len(order) - place)))
        adjusted[number] = highest
    return adjusted


def benjamini_hochberg(p: Sequence[float | None]) -> list[float | None]:
    """Adjusted p-values: of those below 5 %, at most 5 % false ones are expected."""
    order = _ascending(p)
    adjusted: list[float | None] = [None] * len(p)
    lowest = 1.0
    for place, (value, number) in reversed(list(enumerate(order))):
        lowest = min(lowest, value * len(order) / (place + 1))
        adjusted[number] = lowest
    return adjusted


def _ascending(p: Sequence[float | None]) -> list[tuple[float, int]]:
    return sorted((value, number) for number, value in enumerate(p) if value is not None)
