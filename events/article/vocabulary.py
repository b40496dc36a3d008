"""The vocabulary by which themes and kinds of event are recognised (vocabulary.toml)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from eventfolio.events.article.word_starts import WordStarts
from eventfolio.events.errors import InputError
from eventfolio.events.toml_reader import read_toml, validate


@dataclass(frozen=True)
class Vocabulary:
    """titles: of themes, by name; leaders and suffixes: of names; acronyms: capitals that are no tickers.

    themes, verbs, nouns and the beginnings of bad words are groups of stems, in this order: `_kinds` holds each kind's
    name, and the groups of its verbs and its nouns (None where it wants none)
    """

    titles: dict[str, str]
    leaders: tuple[str, ...]
    suffixes: tuple[str, ...]
    acronyms: frozenset[str]
    forms: tuple[str, ...]
    _no_company: frozenset[str]
    _words: frozenset[str]
    _stems: WordStarts
    _themes: tuple[str, ...]
    _kinds: tuple[tuple[str, int, int | None], ...]
    _bad: re.Pattern[str]
    _bad_group: int

    def themes_in(self, text: str) -> list[str]:
        """Themes whose words a text holds, those with the most first; of equals, the one whose word comes first."""
        found = self._stems.found_in(text)
        hits = [(-found[group][0], found[group][1], name) for group, name in enumerate(self._themes) if group in found]
        return [name for _, _, name in sorted(hits)]

    def is_no_company(self, name: str) -> bool:
        """Whether a name is a place's, a people's, an office's or a common word."""
        words = name.split(" ")
        return name in self._no_company or all(word in self._no_company for word in words) or words[0] in _OFFICES

    def is_word(self, name: str) -> bool:
        """Whether a company's name is a word too, so that it wants more than its letters to be told."""
        return name in self._words

    def bad_word_in(self, text: str) -> str | None:
        """The word by which news may be bad for its theme, as written; None where there is none."""
        if self._bad_group not in self._stems.found_in(text):
            return None
        found = self._bad.search(text)
        return found[0] if found else None

    def kind_of(self, text: str) -> str | None:
        """The kind of event a text tells of; None where it tells of none."""
        found = self._stems.found_in(text)
        for name, verbs, nouns in self._kinds:
            if verbs in found and (nouns is None or nouns in found):
                return name
        return None


@cache
def vocabulary(more: Path | None = None) -> Vocabulary:
    """The packaged one, with a user's words before it.

    more   : a file of the same form, of which any part may be missing
    Raises : InputError saying what in it is wrong
    """
    raw = tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8"))
    own = _own(more) if more else {"theme": {}, "kind": [], "bad": [], "names": {}}
    themes = own["theme"] | {name: theme for name, theme in raw["theme"].items() if name not in own["theme"]}
    names = {key: [*own["names"].get(key, []), *listed] for key, listed in raw["names"].items()}
    kinds = [*own["kind"], *raw["kind"]]
    groups = [theme["words"] for theme in themes.values()]
    numbered: list[tuple[str, int, int | None]] = []
    for kind in kinds:
        numbered.append((kind["name"], len(groups), len(groups) + 1 if kind["nouns"] else None))
        groups += [kind["verbs"], kind["nouns"]]
    bad = [*(rf"\b{re.escape(word)}\b" for word in own["bad"]), rf"\b(?:{'|'.join(raw['bad']['words'])})\b"]
    return Vocabulary(
        titles={name: theme["title"] for name, theme in themes.items()},
        leaders=tuple(names["leaders"]),
        suffixes=tuple(names["suffixes"]),
        acronyms=frozenset(names["acronyms"]),
        forms=tuple(names["forms"]),
        _no_company=frozenset(
            [*names["places"], *names["peoples"], *names["offices"], *names["common"], *names["acronyms"]]
        ),
        _words=frozenset(names["words"]),
        _stems=WordStarts([*groups, [*own["bad"], *map(_beginning, raw["bad"]["words"])]]),
        _themes=tuple(themes),
        _kinds=tuple(numbered),
        _bad=re.compile("|".join(bad), re.IGNORECASE),
        _bad_group=len(groups),
    )


def _beginning(pattern: str) -> str:
    """The letters with which all that a packaged pattern finds begins: "profit warning" of "profit warnings?"."""
    letters = re.match(r"[\w -]*", pattern)
    assert letters is not None  # of any length
    return letters[0][:-1] if pattern[letters.end() : letters.end() + 1] == "?" else letters[0]


_Words = Annotated[list[Annotated[str, Field(min_length=2, max_length=80)]], Field(min_length=1, max_length=500)]


class _OwnTheme(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: Annotated[str, Field(min_length=1)]
    words: _Words


class _OwnKind(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    verbs: _Words
    nouns: list[str] = []


class _OwnWords(BaseModel):
    """A user's vocabulary: themes by name, kinds of event, bad words, and names that are no companies."""

    model_config = ConfigDict(extra="forbid")
    theme: dict[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")], _OwnTheme] = {}
    kind: list[_OwnKind] = []
    bad: list[Annotated[str, Field(min_length=2)]] = []
    names: dict[
        Literal["leaders", "suffixes", "acronyms", "forms", "places", "peoples", "offices", "common", "words"], _Words
    ] = {}


def _own(path: Path) -> dict[str, Any]:
    raw = read_toml(path, "vocabulary file", InputError)
    return validate(_OwnWords, raw, path.name, InputError).model_dump()


_OFFICES = {
    "Ministry",
    "Department",
    "Bank",
    "President",
    "Prime",
    "Minister",
    "Federal",
    "Council",
    "University",
    "Court",
    "Mr",
    "Ms",
    "Republic",
}
