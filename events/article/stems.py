"""Stems of words, so that "the opening", "opens" and "will open" are told to be one act."""

from __future__ import annotations

import re
from functools import lru_cache

_ENDINGS = re.compile(r"(?:ies|ied|ing|ment|ure|ions?|als?|ers?|ed|es|s|e|y)$")
_IRREGULAR = """
begin began begun beginning start
build built
buy bought purchase acquire acquisition
deliver delivery
give gave given
hold held
lose lost loss
make made
meet met
pay paid
sell sale sold
send sent
spend spent
take taken took
win won
"""
_STEM_OF = {form: forms[0] for forms in map(str.split, _IRREGULAR.strip().splitlines()) for form in forms}


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of a word: open of "opening", sell of "sale"; the word itself where it is short."""
    lower = word.lower()
    if lower in _STEM_OF:
        return _STEM_OF[lower]
    cut = _ENDINGS.sub("", lower)
    cut = cut if len(cut) >= 3 else lower
    cut = cut[:-1] if len(cut) > 3 and cut[-1] == cut[-2] and cut[-1] not in "ls" else cut  # planned, planning
    return _STEM_OF.get(cut, cut)


def stems_of(text: str) -> frozenset[str]:
    """The stems of the words of a text that have four letters or more."""
    return frozenset(stem(word) for word in re.findall(r"[A-Za-z]{4,}", text))
