"""What one sentence tells of: a happening with its window, or words that gave none and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from eventfolio.events.article.mention import DateMention
from eventfolio.events.article.subjects import key_words
from eventfolio.events.article.text import Sentence
from eventfolio.events.dates.edtf import Window
from eventfolio.events.event import Status

Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True)
class LeftOut:
    """Words of a sentence that gave no event, and why."""

    sentence: Sentence
    words: str
    reason: str
    kind: str | None = None


@dataclass(frozen=True)
class Happening:
    """One happening as one sentence tells it.

    subject  : the noun phrase it is about; context: the sentence, with the one before where that says what "it" is
    doubts   : why its date or status may be otherwise
    sign     : the word that makes it bad news, None where none does
    acts     : stems of the words that name what happens; about: the content words of its clause
    forecast : the words by which it is only expected ("is likely to open"), None where none are
    """

    sentence: Sentence
    mention: DateMention
    window: Window
    kind: str
    status: Status
    subject: str
    title: str
    context: str
    confidence: Confidence
    doubts: tuple[str, ...]
    sign: str | None
    acts: frozenset[str] = frozenset()
    about: frozenset[str] = frozenset()
    forecast: str | None = None

    @cached_property
    def key(self) -> frozenset[str]:
        """The content words of its subject."""
        return key_words(self.subject)


@dataclass(frozen=True)
class CalledOff:
    """What a sentence says will not happen, was cancelled or is denied.

    acts   : stems of the words that may name what was to happen; key: content words of its subject
    window : its date, None where it has none; start: characters of the sentence before its verb
    denied : whether it is denied only, so that others may know better
    """

    sentence: Sentence
    acts: frozenset[str]
    key: frozenset[str]
    window: Window | None
    denied: bool = False
    start: int = 0


@dataclass(frozen=True)
class SentenceReading:
    """What was read in one sentence. dates: its expressions, from which those of later sentences may count."""

    happenings: tuple[Happening, ...]
    left_out: tuple[LeftOut, ...]
    dates: tuple[DateMention, ...] = ()
    called_off: tuple[CalledOff, ...] = ()
