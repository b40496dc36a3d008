"""Looks for many stems at the beginnings of a text's words in one pass, however many stems there are.

An alternation of some hundred stems is tried stem by stem by `re`; here places are found by the stems' first letters,
branched letter by letter, and the stems of those letters are tried there. What is found is what `\\b(?:stem|stem|...)`,
without regard to case, would find.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

_LETTERS = 3  # by which places are found


class WordStarts:
    """Groups of stems that are looked for together."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._by_start: dict[str, list[tuple[str, int]]] = {}
        for group, stems in enumerate(groups):
            for stem in stems:
                self._by_start.setdefault(stem[:_LETTERS].lower(), []).append((stem.lower(), group))
        self._short = sorted({len(start) for start in self._by_start} - {_LETTERS})  # "cu" beside "cut"
        self._places = re.compile(rf"\b(?={_branched(self._by_start)})")
        self.found_in = lru_cache(maxsize=64)(self._found_in)

    def _found_in(self, text: str) -> dict[int, tuple[int, int]]:
        """By group that has any: how often its stems stand there, none within another, and where the first stands."""
        low = text.lower()
        if len(low) != len(text):  # a letter such as İ becomes two
            low = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
        found: dict[int, tuple[int, int]] = {}
        ends: dict[int, int] = {}
        for place in self._places.finditer(low):
            start = place.start()
            stems = self._by_start.get(low[start : start + _LETTERS], [])
            for length in self._short:
                stems = stems + self._by_start.get(low[start : start + length], [])
            for stem, group in stems:  # of one group the stem that is listed first wins
                if start >= ends.get(group, 0) and low.startswith(stem, start):
                    count, first = found.get(group, (0, start))
                    found[group] = (count + 1, first)
                    ends[group] = start + len(stem)
        return found


def _branched(starts: Iterable[str]) -> str:
    """An alternation of beginnings, each letter written once: "b(?:an|ui)" of "ban" and "bui"."""
    by_letter: dict[str, list[str]] = {}
    for start in sorted(starts):
        by_letter.setdefault(start[:1], []).append(start[1:])
    return "|".join(
        re.escape(letter) + (f"(?:{_branched(rest)})" if any(rest) else "") for letter, rest in by_letter.items()
    )
