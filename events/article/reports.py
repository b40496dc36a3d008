"""The news of the day: what a sentence reports without a date of its own."""

from __future__ import annotations

from datetime import date

from eventfolio.events.article.clauses import Clauses
from eventfolio.events.article.happening import Happening
from eventfolio.events.article.mention import DateMention
from eventfolio.events.article.subjects import subject_of
from eventfolio.events.article.text import Sentence
from eventfolio.events.article.titles import LONGEST_CONTEXT, short
from eventfolio.events.article.verb_words import DENY
from eventfolio.events.dates.edtf import parse_edtf
from eventfolio.events.dates.expression import Reading


def report_of(
    clauses: Clauses, sentence: Sentence, dated: list[DateMention], on: date, nothing_else: bool
) -> Happening | None:
    """What a sentence reports as the news of the day: its main verb has no date of its own.

    "The company reported a loss in the fourth quarter": the quarter is the loss's; what moves a price is the report.
    """
    main = clauses.verbs[0] if clauses.verbs and dated else None
    if (
        main is None
        or main.negated
        or main.head in DENY
        or main.tense not in ("past", "present")
        or clauses.is_conditional(main.start)
    ):
        return None
    group = sentence.text[main.start : main.end]
    if not (main.reports or main.head in NEWS) and not (nothing_else and main.tense == "past"):
        return None
    if (not nothing_else and (main.end > dated[0].start and main.tense == "past")) or (
        not nothing_else
        and any(
            clauses.governing(mention.start, mention.end) is main and not _is_measured(mention) for mention in dated
        )
    ):
        return None
    subject = subject_of(clauses, main)
    window = parse_edtf(on.isoformat())
    mention = DateMention(
        main.start, main.end, Reading(group, window, "day", "reported without a date: the day of publication")
    )
    title = short(sentence.text[:LONGEST_CONTEXT])
    doubts = ("the day of publication stands in for that of the report",)
    return Happening(
        sentence,
        mention,
        window,
        "announcement",
        "occurred",
        subject,
        title,
        sentence.text[:LONGEST_CONTEXT],
        "low",
        doubts,
        None,
    )


NEWS = {"posted", "reported", "unveiled", "recorded", "booked", "swung", "comes"}


def _is_measured(mention: DateMention) -> bool:
    """Whether a date is that of a period whose figures are told, not of the telling."""
    return mention.reading.precision in ("quarter", "half", "year") or mention.reading.expression.lower().startswith(
        ("for ", "since ")
    )
