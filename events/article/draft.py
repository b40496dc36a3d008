"""A draft calendar and themes from an article, with the evidence for each line, for a person to review.

An event is a sentence with a date in it that says something happened or is to happen; "could" and "may" are none. All
of them are known from the publication on, which is an event too: that is the one thing the article itself proves. What
has no date is listed and never becomes an event. The same article gives the same draft, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from eventfolio.events.article.entities import Name, Names
from eventfolio.events.article.mentions import DateMention, dates_in
from eventfolio.events.article.read import ReadArticle
from eventfolio.events.article.text import Sentence
from eventfolio.events.article.vocabulary import Vocabulary, vocabulary
from eventfolio.events.calendar import Article, Calendar
from eventfolio.events.dates.edtf import Window
from eventfolio.events.dates.expression import Lean
from eventfolio.events.event import Event, Status
from eventfolio.events.securities import Securities, Security

Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True)
class Found:
    """A name and where it stands. security: the listing meant; None where it is unknown."""

    name: Name
    sentence: Sentence
    security: Security | None


@dataclass(frozen=True)
class DraftTheme:
    """A theme and the names found for it: listings once each, in the order of the text, and unknown ones."""

    name: str
    title: str
    members: tuple[Found, ...]
    unknown: tuple[Found, ...]


@dataclass(frozen=True)
class Undated:
    """A sentence that tells of something and gives no date."""

    sentence: Sentence
    kind: str


@dataclass(frozen=True)
class Draft:
    """What was read from an article.

    evidence  : by event id, the sentence and how its date was read
    themes    : those of which a name was found
    themeless : names of no theme
    unnamed   : themes whose words were found and no name, each with the first sentence
    """

    article: ReadArticle
    calendar: Calendar
    evidence: dict[str, tuple[Sentence, str]]
    themes: tuple[DraftTheme, ...]
    themeless: tuple[Found, ...]
    unnamed: tuple[tuple[str, Sentence], ...]
    undated: tuple[Undated, ...]

    @property
    def unknown(self) -> tuple[Found, ...]:
        """All names that are not among the securities, in the order of the text."""
        found = [name for theme in self.themes for name in theme.unknown]
        found += [name for name in self.themeless if name.security is None]
        return tuple(sorted(found, key=lambda name: (name.sentence.start, name.name.start)))


def draft_of(article: ReadArticle, securities: Securities, name: str) -> Draft:
    """The draft an article gives.

    name : of the calendar
    """
    words = vocabulary()
    themes, themeless, unnamed = _themes(article, Names(securities, words), words)
    tradable = tuple(theme.name for theme in themes if theme.members)
    events = [_publication(article, tradable)]
    evidence: dict[str, tuple[Sentence, str]] = {}
    undated: list[Undated] = []
    for sentence, previous in zip(article.sentences, (None, *article.sentences), strict=False):
        mentions = dates_in(sentence.text, article.on, _LEANS.get(_status(sentence.text)))
        told = list(_told(sentence, previous, mentions, article, words, tradable))
        events += [event for event, _ in told]
        evidence |= {event.id: (sentence, rule) for event, rule in told}
        kind = words.kind_of(sentence.text)
        if not mentions and kind and _status(sentence.text) and not _MODAL.search(sentence.text):
            undated.append(Undated(sentence, kind))
    head = Article(
        title=article.title,
        author=article.author,
        publisher=article.publisher,
        published=article.published,
        sha256=article.sha256,
    )
    calendar = Calendar(name, None, head, tuple(events), "")
    return Draft(article, calendar, evidence, themes, themeless, unnamed, tuple(undated))


_LONGEST_TITLE = 100  # characters
_LEANS: dict[Status | None, Lean] = {"scheduled": "future", "occurred": "past"}
_MODAL = re.compile(r"\b(?:could|may|might)\b")
_CANCELLED = re.compile(r"\b(?:cancell?ed|called off|scrapped|abandoned|withdrawn)\b", re.IGNORECASE)
_SCHEDULED = re.compile(
    r"\b(?:expected|scheduled|planned|slated|due|set|forecast|projected|supposed) (?:to|for|by|in)\b"
    r"|\b(?:will|shall|would|won't)\b"
    r"|\b(?:plans?|aims?|intends?|expects?|is|are|hopes?|pledged|agreed|promised|decided) to\b",
    re.IGNORECASE,
)
_OCCURRED = re.compile(
    r"\b(?:has|have|had|was|were|did|sent|met|won|began|built|held|kept|cut|rose|fell|said|became|took|made|gave|left|went|came"
    r"|shut|hit|grew|saw|told|put|lost|sold|bought|paid|drew|since|\w{3,}(?<!ne)ed)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:it|they|its|their|this|these)\b", re.IGNORECASE)


def _publication(article: ReadArticle, themes: tuple[str, ...]) -> Event:
    return Event(
        id="article-published",
        title=f"Published: {article.title}",
        kind="publication",
        status="occurred",
        occurs=article.on.isoformat(),
        zone=article.zone,
        known_at=article.published,
        themes=themes,
        strength=1.0,
        origin="article",
        source="article, its own time stamp",
        confidence="high",
    )


def _told(
    sentence: Sentence,
    previous: Sentence | None,
    mentions: list[DateMention],
    article: ReadArticle,
    words: Vocabulary,
    tradable: tuple[str, ...],
) -> Iterator[tuple[Event, str]]:
    """The events of a sentence, one a date, and how each date was read."""
    windows: set[str] = set()
    for mention in mentions:
        clause = _clause(sentence.text, mention)
        if mention.reading.window.text in windows or (_MODAL.search(clause) and not _SCHEDULED.search(clause)):
            continue
        windows.add(mention.reading.window.text)
        context = sentence.text
        if previous and previous.section == sentence.section and _PRONOUN.search(sentence.text):
            context = f"{previous.text} {sentence.text}"  # "it will open": what "it" is stands before
        told = _status(clause) or _status(sentence.text)
        kinds = [kind for text in (clause, sentence.text, context) if (kind := words.kind_of(text))]
        kind = next((kind for kind in kinds if kind != "announcement"), kinds[0] if kinds else "other")
        if told is None and not kinds:
            continue
        status, doubtful = _fitting(told, mention.reading.window, article)
        number = f"-{len(windows)}" if len(windows) > 1 else ""
        event = Event(
            id=f"{kind}-{sentence.section}-{sentence.number}{number}",
            title=_short(sentence.text),
            kind=kind,
            status=status,
            occurs=mention.reading.window.text,
            as_written=sentence.text[mention.start : mention.end],
            zone=article.zone,
            known_at=article.published,
            themes=tuple(theme for theme in words.themes_in(context) if theme in tradable),
            strength=0.5,
            origin="article",
            source=sentence.citation,
            confidence=_confidence(mention, doubtful, kind),
        )
        yield event, f"{mention.reading.expression!r} read as {mention.reading.window}: {mention.reading.rule}"


def _clause(text: str, mention: DateMention) -> str:
    """What stands around a date, between commas or "and"."""
    start = max(text.rfind(mark, 0, mention.start) for mark in (", ", "; ", "—", ": ", " and "))
    ends = [place for mark in (", ", "; ", "—", " and ") if (place := text.find(mark, mention.end)) >= 0]
    return text[max(start, 0) : min(ends, default=len(text))]


def _status(text: str) -> Status | None:
    if _CANCELLED.search(text):
        return "cancelled"
    if _SCHEDULED.search(text):
        return "scheduled"
    return "occurred" if _OCCURRED.search(text) else None


def _fitting(told: Status | None, window: Window, article: ReadArticle) -> tuple[Status, bool]:
    """The status that fits the window, and whether it is doubtful: not told, or against the dates."""
    if told == "cancelled":
        return told, False
    if window.start and window.start > article.on:
        return "scheduled", told != "scheduled"
    if window.end and window.end < article.on:
        return "occurred", told != "occurred"
    return (told, False) if told else ("occurred" if window.start else "scheduled", True)


def _confidence(mention: DateMention, doubtful: bool, kind: str) -> Confidence:
    if doubtful or kind == "other" or mention.reading.window.approximate:
        return "low"
    return "high" if mention.reading.precision in ("day", "month") and kind != "announcement" else "medium"


def _themes(
    article: ReadArticle, names: Names, words: Vocabulary
) -> tuple[tuple[DraftTheme, ...], tuple[Found, ...], tuple[tuple[str, Sentence], ...]]:
    """Themes with their names, names of no theme, and themes of no name."""
    by_theme: dict[str | None, list[Found]] = {}
    first: dict[str, Sentence] = {}
    seen: set[tuple[str | None, str | None, str]] = set()
    for sentence in article.sentences:
        named = [*names.known_in(sentence.text), *names.unknown_in(sentence)]
        texts = (sentence.label, _without(sentence.text, named), sentence.heading)
        themes = [theme for text in texts for theme in words.themes_in(text)]
        for theme in themes:
            first.setdefault(theme, sentence)
        for name in sorted(named, key=lambda name: name.start):
            theme_name = themes[0] if themes else None
            key = (theme_name, name.symbol, "" if name.symbol else name.text)
            if key not in seen:
                seen.add(key)
                security = names.securities[name.symbol] if name.symbol else None
                by_theme.setdefault(theme_name, []).append(Found(name, sentence, security))
    drafted = tuple(
        DraftTheme(
            theme,
            words.titles[theme],
            tuple(found for found in by_theme[theme] if found.security),
            tuple(found for found in by_theme[theme] if not found.security),
        )
        for theme in first
        if theme in by_theme
    )
    unnamed = tuple((theme, sentence) for theme, sentence in first.items() if theme not in by_theme)
    return drafted, tuple(by_theme.get(None, ())), unnamed


def _without(text: str, names: list[Name]) -> str:
    """The text without names: what a company is called is not what it does."""
    for name in names:
        text = text[: name.start] + " " * (name.end - name.start) + text[name.end :]
    return text


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST_TITLE else words[: _LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"
