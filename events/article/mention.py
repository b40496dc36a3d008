"""A date expression as it stands in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from eventfolio.events.dates.expression import Reading


@dataclass(frozen=True)
class DateMention:
    """A date expression of a sentence; start, end: its characters in it.

    anchored : whether it counts from another date of the text ("two years later"), not from the day of writing
    lead     : characters of the word before the date proper ("by ", "since the "), which belong to it
    """

    start: int
    end: int
    reading: Reading
    anchored: bool = False
    lead: int = 0
