"""The vocabulary by which themes and kinds of event are recognised (vocabulary.toml)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Kind:
    """A kind of event: a verb and, where it wants one, a noun."""

    name: str
    verbs: re.Pattern[str]
    nouns: re.Pattern[str] | None


@dataclass(frozen=True)
class Vocabulary:
    """titles: of themes, by name; leaders and suffixes: of names; acronyms: capitals that are no tickers."""

    titles: dict[str, str]
    kinds: tuple[Kind, ...]
    leaders: tuple[str, ...]
    suffixes: tuple[str, ...]
    acronyms: frozenset[str]
    _themes: tuple[tuple[str, re.Pattern[str]], ...]
    _bad: re.Pattern[str]

    def themes_in(self, text: str) -> list[str]:
        """Themes whose words a text holds, those with the most first; of equals, the one whose word comes first."""
        found = []
        for name, words in self._themes:
            hits = list(words.finditer(text))
            if hits:
                found.append((-len(hits), hits[0].start(), name))
        return [name for _, _, name in sorted(found)]

    def bad_word_in(self, text: str) -> str | None:
        """The word by which news may be bad for its theme, as written; None where there is none."""
        found = self._bad.search(text)
        return found[0] if found else None

    def kind_of(self, text: str) -> str | None:
        """The kind of event a text tells of; None where it tells of none."""
        for kind in self.kinds:
            if kind.verbs.search(text) and (kind.nouns is None or kind.nouns.search(text)):
                return kind.name
        return None


@cache
def vocabulary() -> Vocabulary:
    """The packaged one."""
    raw = tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8"))
    names = raw["names"]
    return Vocabulary(
        titles={name: theme["title"] for name, theme in raw["theme"].items()},
        kinds=tuple(
            Kind(kind["name"], _stems(kind["verbs"]), _stems(kind["nouns"]) if kind["nouns"] else None)
            for kind in raw["kind"]
        ),
        leaders=tuple(names["leaders"]),
        suffixes=tuple(names["suffixes"]),
        acronyms=frozenset(names["acronyms"]),
        _themes=tuple((name, _stems(theme["words"])) for name, theme in raw["theme"].items()),
        _bad=re.compile(rf"\b(?:{'|'.join(raw['bad']['words'])})\b", re.IGNORECASE),
    )


def _stems(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(word)}" for word in words), re.IGNORECASE)
