"""Splits an article into sections and numbered sentences, each with its place in the characters of the file.

Section 0 is what stands before the first heading; sentences are numbered from 1 in each section. Label lines ("Energy
Impact:") are not sentences but stand over those that follow. Control characters and direction marks read as blanks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_LONGEST_HEADING = 120  # characters


@dataclass(frozen=True)
class Sentence:
    """One sentence. start, end: characters of the text, the end not included; text: these, on one line."""

    section: int
    number: int
    text: str
    start: int
    end: int
    heading: str
    label: str

    @property
    def citation(self) -> str:
        """Where it stands, in words."""
        return f"article, section {self.section}, sentence {self.number}, characters {self.start}-{self.end}"


def clean(text: str) -> str:
    """The text, as long as it was, without characters that are not seen: controls, format and direction marks."""
    return text.translate({code: " " for code in {ord(letter) for letter in text} if _is_unseen(chr(code))})


def script_of(text: str) -> str | None:
    """The language that the writing tells: "ko" by Hangul, "ja" by kana, "zh" by Han letters alone; None otherwise."""
    if re.search(r"[가-힣]", text):
        return "ko"
    if re.search(r"[ぁ-ヿ]", text):
        return "ja"
    return "zh" if re.search(r"[一-鿿]", text) else None


def holds_east_asian(text: str) -> bool:
    """Whether there is a Hangul, kana or Han letter in it."""
    return not text.isascii() and re.search(r"[가-힣ぁ-ヿ一-鿿]", text) is not None


def is_east_asian(text: str) -> bool:
    """Whether a quarter of what is written or more is Hangul, kana or Han letters."""
    if text.isascii():
        return False
    letters = len(re.findall(r"[가-힣ぁ-ヿ一-鿿]", text))
    return letters > 2 and 4 * letters >= len(text) - text.count(" ")


def sentences_of(text: str, start: int, headings: frozenset[str] = frozenset()) -> tuple[Sentence, ...]:
    """The sentences of a cleaned text from character `start` on.

    headings : lines that are headings whatever they look like (from HTML); where none are given, a short line that
               stands alone and does not end as a sentence is one
    """
    section, heading, label, number = 0, "", "", 0
    found: list[Sentence] = []
    for first, last, alone in _blocks(text, start):
        block = text[first:last]
        line = block.strip()
        if (line in headings) if headings else (alone and _is_heading(line)):
            section, heading, label, number = section + 1, line, "", 0
            continue
        opening = _LABEL.match(block)
        if opening:
            label, first = opening["label"], first + opening.end()
        for begin, end in _sentences(text, first, last):
            number += 1
            found.append(Sentence(section, number, _one_line(text[begin:end]), begin, end, heading, label))
    return tuple(found)


_FURNITURE = re.compile(
    r"(?:author avatar|about the author|comments|no comments(?: yet)?|add a public comment.*|related articles"
    r"|advertisement|read more.*|share this.*|sign up.*|subscribe.*)\s*",
    re.IGNORECASE,
)
_MARKER = r"[ \t]{0,8}(?:\d{1,2}[.)]|[-*•‣])[ \t]+"
_LABEL = re.compile(rf"(?:{_MARKER})?[ \t]*(?P<label>[A-Z][^.!?:\n]{{2,80}}):[ \t]*(?:\n|$)")
_STOP = re.compile(r"[.!?]+[\"'”’)\]]{0,2}(?=\s)|[。！？][」』”’）]{0,2}")
_SHORT = re.compile(
    r"(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Sen|Rep|Gov|St|No|Nos|Co|Corp|Inc|Ltd|Bros|vs|etc|e\.g|i\.e|approx|Fig|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|(?:[A-Za-z]\.)*[A-Za-z])$"
)


def _is_unseen(letter: str) -> bool:
    return letter not in "\n\t" and unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp", "Cs")


def _blocks(text: str, start: int) -> Iterator[tuple[int, int, bool]]:
    """(first, end, stands alone) of each paragraph or list item, to the page's furniture; broken ones are joined."""
    open_block: tuple[int, int, bool] | None = None
    gap = True
    for line in re.finditer(r"[^\n]+", text[start:]):
        first, last, words = start + line.start(), start + line.end(), line[0].strip()
        gap = gap or text[max(first - 2, 0) : first] == "\n\n"
        if not words:
            gap = True
            continue
        if gap and _FURNITURE.fullmatch(words):
            break
        if open_block and _goes_on(text, open_block, words, line[0], gap):
            open_block = (open_block[0], last, False)
        else:
            if open_block:
                yield open_block[0], open_block[1], open_block[2] and gap
            open_block = (first, last, gap)
        gap = False
    if open_block:
        yield open_block


def _goes_on(text: str, block: tuple[int, int, bool], words: str, line: str, gap: bool) -> bool:
    """Whether a line belongs to the block before it: it follows at once, or a gap cuts a sentence in two."""
    if re.match(_MARKER, line):
        return False
    return not gap or (words[0].islower() and text[block[1] - 1] not in ".!?:;")


def _is_heading(line: str) -> bool:
    return (
        len(line) <= _LONGEST_HEADING
        and line[-1] not in '.!?:;,…"”。！？」'
        and not re.match(_MARKER, line)
        and "\n" not in line
    )


def _sentences(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    marker = re.compile(_MARKER).match(text, first, last)
    begin = first = marker.end() if marker else first
    for stop in _STOP.finditer(text, first, last):
        after = text[stop.end() : stop.end() + 8].lstrip()
        if (
            not after
            or after[0].islower()
            or (stop[0] == "." and _SHORT.search(text, max(begin, stop.start() - 12), stop.start()))
        ):
            continue
        yield from _trimmed(text, begin, stop.end())
        begin = stop.end()
    yield from _trimmed(text, begin, last)


def _trimmed(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    while begin < end and text[begin].isspace():
        begin += 1
    while end > begin and text[end - 1].isspace():
        end -= 1
    if begin < end:
        yield begin, end


def _one_line(text: str) -> str:
    return text.replace("\n", " ").replace("\t", " ")
