"""Finds listings in a text: those of the securities file, and names that look like listings and are not in it.

Listings are told by name and alias, the longest first, whole words, as written; by symbol only in brackets, since MP
also sits in parliament. Indices are not looked for. Unknown: what stands in "firms like X or Y", what carries a
company's suffix, and capitals in brackets or behind an exchange; none of these is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from eventfolio.events.article.native_names import native_names
from eventfolio.events.article.text import Sentence, holds_east_asian
from eventfolio.events.article.vocabulary import Vocabulary
from eventfolio.events.securities import Securities, Security


@dataclass(frozen=True)
class Name:
    """A name in a sentence; start, end: its characters in it.

    symbol : of the listing it means, None where it is unknown
    until  : last date on which that name was in use, for one given up since
    """

    text: str
    start: int
    end: int
    symbol: str | None
    until: date | None = None


class Names:
    """Finds names by a securities file and a vocabulary."""

    def __init__(self, securities: Securities, words: Vocabulary) -> None:
        self.securities = securities
        self._words = words
        listed = [securities[symbol] for symbol in securities if securities[symbol].kind != "index"]
        self._known: dict[str, tuple[str, date | None]] = {}
        self._symbols: dict[str, str] = {}
        for security in listed:
            for spelling, until in _spellings(security):
                self._known.setdefault(spelling, (security.symbol, until))
            self._symbols |= {security.symbol: security.symbol}
            self._symbols.setdefault(security.symbol.split(".")[0], security.symbol)
        for symbol, names in native_names().items():
            if symbol in securities:
                for name in names:
                    self._known.setdefault(name, (symbol, None))
        suffix = "|".join(words.suffixes)
        self._names = _any_of(self._known, rf"(?:,? (?:{suffix})\b\.?){{0,2}}")
        self._company = re.compile(rf"\b((?:[A-Z][\w&'’-]{{1,30}} ){{1,4}}(?:{suffix}))\b(?! of\b)")
        leaders = "|".join(words.leaders)
        self._listed = re.compile(
            rf"\b(?:{leaders})\w{{0,4}}\b[^.;:]{{0,40}}?,? (?:like|such as|including|namely|e\.g\.) ", re.IGNORECASE
        )
        self._acronyms = words.acronyms

    def is_known(self, name: str) -> bool:
        """Whether a securities file has this name."""
        return name in self._known

    def holds_known(self, name: str) -> bool:
        """Whether a longer name holds one that a securities file has."""
        return self._names.search(name) is not None

    def known_in(self, sentence: str) -> list[Name]:
        """Listings, first to last."""
        found = []
        named = any(name in sentence for name in self._known)
        for match in self._names.finditer(sentence) if named else ():
            symbol, until = self._known[match[1]]
            found.append(Name(match[0].rstrip(), match.start(), match.end(), symbol, until))
        for match in _BRACKETS.finditer(sentence):
            if match[1] in self._symbols:
                found.append(Name(match[1], match.start(1), match.end(1), self._symbols[match[1]]))
        return sorted(found, key=lambda name: name.start)

    def unknown_in(self, sentence: Sentence, known: Iterable[Name]) -> list[Name]:
        """Names that look like listings and mean none that is known, first to last.

        known : those that are, in the same sentence
        """
        taken = bytearray(len(sentence.text))  # by character, so that a long list of names takes linear time
        for other in known:
            taken[other.start : other.end] = b"\1" * (other.end - other.start)
        found: list[Name] = []
        for name in sorted(self._candidates(sentence.text), key=lambda name: (name.start, -name.end)):
            if any(taken[name.start : name.end]) or name.text in self._acronyms or self._words.is_no_company(name.text):
                continue
            taken[name.start : name.end] = b"\1" * (name.end - name.start)
            if found and name.start == found[-1].end + 2 and sentence.text[found[-1].end : name.start] == " (":
                last = found.pop()  # its ticker
                name = Name(f"{last.text} ({name.text})", last.start, name.end + 1, None)
            found.append(name)
        return found

    def _candidates(self, text: str) -> Iterator[Name]:
        for lead in self._listed.finditer(text):
            yield from _list_after(text, lead.end())
        for pattern in (self._company, _BRACKETS, _TICKER):
            for match in pattern.finditer(text):
                name = _OWNER.sub("", match[1])
                if pattern is self._company and (" " not in name or name.split(" ")[0] in _ARTICLES):
                    continue
                if pattern is not self._company and not re.fullmatch(
                    r"[A-Z]{2,5}|\d{4,6}|[A-Z0-9]{1,6}\.[A-Z]{1,2}", name
                ):
                    continue
                yield Name(name, match.end(1) - len(name), match.end(1), None)


_BRACKETS = re.compile(r"\((?:[A-Z]{2,6}: ?)?([A-Z0-9]{1,6}(?:\.[A-Z]{1,2})?)\)")
_TICKER = re.compile(r"\b(?:NYSE|NASDAQ|Nasdaq|TSE|HKEX|KRX|ticker|symbol):? ([A-Z]{2,5}|\d{4,6})\b")
_OWNER = re.compile(r"^(?:[A-Z]\w+ )?[A-Z]\w+['’]s? ")
_ARTICLES = {"The", "A", "An", "In", "On", "At", "For", "By", "Its", "This", "That"}
_ITEM = re.compile(
    r"(?:[A-Z]\w{1,20} ?[A-Z]?\w{0,20}['’]s? )?([A-Z][\w&.'’-]{0,30}(?: (?:(?:of|&) )?[A-Z][\w&'’-]{0,30}){0,4})"
)
_NEXT = re.compile(r"\.?(?: \([^)]{1,20}\))?(?:, (?:and |or )?| and | or )")


def _list_after(text: str, start: int) -> Iterator[Name]:
    """The names of "X, Y or Z" from a character on."""
    while item := _ITEM.match(text, start):
        name = re.sub(r"['’]s?$|[.,]$", "", item[1])
        yield Name(name, item.start(1), item.start(1) + len(name), None)
        joint = _NEXT.match(text, item.end())
        if joint is None:
            return
        start = joint.end()


def _spellings(security: Security) -> Iterable[tuple[str, date | None]]:
    yield security.name, None
    for alias in security.aliases:
        yield alias.name, alias.until


def _any_of(names: Iterable[str], tail: str) -> re.Pattern[str]:
    longest = sorted(names, key=lambda name: (-len(name), name))
    latin = [re.escape(name) for name in longest if not holds_east_asian(name)]
    others = [re.escape(name) for name in longest if holds_east_asian(name)]  # particles follow without a gap
    whole = rf"(?<![\w&])(?:{'|'.join(latin) or '(?!)'})(?![A-Za-z0-9_&])"
    return re.compile(rf"((?:{'|'.join(others) or '(?!)'})|{whole}){tail}")
