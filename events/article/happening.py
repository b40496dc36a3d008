"""What one sentence tells of: a happening with its window, or words that gave none and why."""

from __future__ import annotations

from dataclasses import dataclass
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

    subject : the noun phrase it is about; context: the sentence, with the one before where that says what "it" is
    doubts  : why its date or status may be otherwise
    sign    : the word that makes it bad news, None where none does
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

    @property
    def key(self) -> frozenset[str]:
        return key_words(self.subject)
