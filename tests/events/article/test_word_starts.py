"""Stems found by their letters are those that an alternation of `re` finds."""

from __future__ import annotations

import random
import re

from eventfolio.events.article.word_starts import WordStarts

GROUPS = (["gas", "natural gas", "lng"], ["ban", "banks", "bank"], ["cut", "cu"], ["x"], ["rare-earth", "rare earth"])
PIECES = ("gas", "natural ", "Natural gas", "LNG", "lngs", "bank", "Banks", "ban", "banned", "cut", "cu", "recut", "x")
PIECES += ("X-ray", " ", "-", "_", ", ", "'", "é", "İ", "rare ", "earth", "rare-earths", "2", "\n")


def by_re(text: str) -> dict[int, tuple[int, int]]:
    """How often each group stands in a text, and where first, by one alternation a group."""
    found = {}
    for group, stems in enumerate(GROUPS):
        hits = list(re.finditer("|".join(rf"\b{re.escape(stem)}" for stem in stems), text, re.IGNORECASE))
        if hits:
            found[group] = (len(hits), hits[0].start())
    return found


def test_stems_are_found_as_by_an_alternation_each():
    starts, draw = WordStarts(GROUPS), random.Random(3)
    texts = ["".join(draw.choices(PIECES, k=draw.randrange(1, 30))) for _ in range(2_000)]
    assert [starts.found_in(text) for text in texts] == [by_re(text) for text in texts]
    assert any(len(starts.found_in(text)) == len(GROUPS) for text in texts)
