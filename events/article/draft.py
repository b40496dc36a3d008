"""A draft calendar and themes from an article, with the evidence for each line, for a person to review.

An event is a happening that a sentence gives a date to; mentions of one happening are one event, and what is denied or
only possible is none. All of them are known from the publication on, which is an event too: that is the one thing the
article itself proves. What has no date is listed and never becomes an event. The same article gives the same draft,
byte for byte.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from eventfolio.events.article.called_off import CallingOff
from eventfolio.events.article.clauses import clauses_of
from eventfolio.events.article.companies import Companies, companies_of, is_common_there
from eventfolio.events.article.entities import Name, Names
from eventfolio.events.article.fiscal import month_of_year_end, year_end_in
from eventfolio.events.article.happening import CalledOff, Happening, LeftOut
from eventfolio.events.article.happenings import happenings_of
from eventfolio.events.article.joining import joined
from eventfolio.events.article.mention import DateMention
from eventfolio.events.article.read import ReadArticle
from eventfolio.events.article.text import Sentence, holds_east_asian
from eventfolio.events.article.vocabulary import Vocabulary, vocabulary
from eventfolio.events.calendar import Article, Calendar
from eventfolio.events.catalogue import name_key
from eventfolio.events.dates.edtf import Window
from eventfolio.events.event import Event
from eventfolio.events.securities import Securities, Security


@dataclass(frozen=True)
class Found:
    """A name and where it stands. security: the listing meant; None where it is unknown.

    is_proxy : whether it stands in for what the article does not name
    """

    name: Name
    sentence: Sentence
    security: Security | None
    is_proxy: bool = False


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

    evidence  : by event id, each sentence that tells of it and how its date was read there
    themes    : those of which a name was found
    themeless : names of no theme
    unnamed   : themes whose words were found and no name, each with the first sentence
    left_out  : dates that gave no event, with the reason
    listed    : listings that the article marks with their exchange and no securities file knows
    """

    article: ReadArticle
    calendar: Calendar
    evidence: dict[str, tuple[tuple[Sentence, str], ...]]
    themes: tuple[DraftTheme, ...]
    themeless: tuple[Found, ...]
    unnamed: tuple[tuple[str, Sentence], ...]
    undated: tuple[Undated, ...]
    left_out: tuple[LeftOut, ...] = ()
    listed: tuple[Security, ...] = ()

    @property
    def unknown(self) -> tuple[Found, ...]:
        """All names that are not among the securities, in the order of the text."""
        found = [name for theme in self.themes for name in theme.unknown]
        found += [name for name in self.themeless if name.security is None]
        return tuple(sorted(found, key=lambda name: (name.sentence.start, name.name.start)))


def draft_of(
    article: ReadArticle,
    securities: Securities,
    name: str,
    more_words: Path | None = None,
    fiscal_year_end: str | None = None,
) -> Draft:
    """The draft an article gives.

    name            : of the calendar
    more_words      : a vocabulary file whose themes, kinds and names come before the packaged ones
    fiscal_year_end : the month in which the company's year ends ("9", "September"); by default the article's own words
    Raises          : InputError for what is no month
    """
    year_end = month_of_year_end(fiscal_year_end) if fiscal_year_end is not None else year_end_in(article.sentences)
    words = vocabulary(more_words)
    names = Names(securities, words)
    companies = companies_of(article.title, article.sentences, names, securities, words)
    themes, themeless, unnamed = _themes(article, names, companies, words)
    themes = themes if any(theme.members for theme in themes) else (*themes, *_stand_in(article, securities))
    by_name = _by_name(themes, companies)
    tradable = tuple(theme.name for theme in themes if theme.members)
    told, left_out, undated, called_off = _read(article, words, year_end)
    calling_off = CallingOff(called_off)
    events, evidence = [_publication(article, tradable)], {}
    taken: dict[str, int] = {}
    for group in joined(told):
        off = calling_off.of(group)
        event = _event(group, off, article, words, tradable, by_name, companies, taken)
        events.append(event)
        evidence[event.id] = tuple((one.sentence, _rule(one)) for one in group) + tuple(
            (one.sentence, "denied there" if one.denied else "called off there") for one in off
        )
    head = Article(
        title=article.title,
        author=article.author,
        publisher=article.publisher,
        published=article.published,
        sha256=article.sha256,
    )
    calendar = Calendar(name, None, head, tuple(events), "")
    return Draft(
        article, calendar, evidence, themes, themeless, unnamed, tuple(undated), tuple(left_out), _listed(companies)
    )


_REMEMBERED = 8  # dates of the sentence before, from which those of the next may count


def _read(
    article: ReadArticle, words: Vocabulary, year_end: int | None
) -> tuple[list[Happening], list[LeftOut], list[Undated], list[CalledOff]]:
    """What each sentence tells of, what was left out, what has no date, and what is called off."""
    told: list[Happening] = []
    left_out: list[LeftOut] = []
    undated: list[Undated] = []
    called_off: list[CalledOff] = []
    dates: list[DateMention] = []
    previous: Sentence | None = None
    for sentence in article.sentences:
        if previous is not None and previous.section != sentence.section:
            dates = []
        found = happenings_of(sentence, previous, article.on, words, dates, year_end)
        told += found.happenings
        left_out += found.left_out
        called_off += found.called_off
        dates = list(found.dates[-_REMEMBERED:])
        if not found.happenings and not found.left_out:
            undated += _undated(sentence, words)
        previous = sentence
    return told, left_out, undated, called_off


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


def _event(
    group: list[Happening],
    called_off: list[CalledOff],
    article: ReadArticle,
    words: Vocabulary,
    tradable: tuple[str, ...],
    by_name: dict[str, list[str]],
    companies: Companies,
    taken: dict[str, int],
) -> Event:
    """The event that mentions of one happening give: the surest of them, the others beside it as evidence."""
    best = min(group, key=lambda one: (_RANK[one.confidence], _length(one.window), one.sentence.start))
    base = f"{best.kind}-{best.sentence.section}-{best.sentence.number}"
    taken[base] = taken.get(base, 0) + 1
    name = base if taken[base] == 1 else f"{base}-{taken[base]}"
    notes = [f"Direction -1 is proposed by '{best.sign}'; look at it."] if best.sign else []
    themes = _themes_of(best.context, words, tradable, by_name)
    unlisted = [name.text for name in companies.in_sentence(best.sentence.text) if name.symbol is None]
    if not themes and unlisted:
        notes.append(f"It tells of {unlisted[0]}, of which no listing is known: give it a theme, or leave it out.")
    elif not themes and (themes := _themes_before(article, best.sentence, by_name, words)):
        notes.append("Its theme is that of the company named before.")
    notes += [f"In doubt: {'; '.join(best.doubts)}."] if best.doubts else []
    notes += [f"A forecast by its words: '{best.forecast}'."] if best.forecast else []
    places = ", ".join(f"{one.sentence.section}.{one.sentence.number}" for one in called_off)
    cancelled = any(not one.denied for one in called_off)
    notes += [f"{'Called off' if cancelled else 'Denied'} in {places}."] if called_off else []
    return Event(
        id=name,
        title=best.title,
        kind=best.kind,
        status="cancelled" if cancelled else best.status,
        occurs=best.window.text,
        as_written=best.sentence.text[best.mention.start : best.mention.end],
        zone=article.zone,
        known_at=article.published,
        themes=themes,
        direction=-1 if best.sign else 1,
        strength=0.5,
        origin="article",
        source=best.sentence.citation,
        confidence="low" if called_off and not cancelled else best.confidence,
        note=" ".join(notes) or None,
    )


def _length(window: Window) -> int:
    """Days of a window; many where it is open."""
    return (window.end - window.start).days if window.start and window.end else 100_000


def _by_name(themes: tuple[DraftTheme, ...], companies: Companies) -> dict[str, list[str]]:
    """The themes of each name that stands in the article for one of their members, its short forms too."""
    by_name: dict[str, list[str]] = {}
    by_symbol: dict[str, list[str]] = {}
    for theme in themes:
        for found in theme.members:
            by_name.setdefault(found.name.text, []).append(theme.name)
            if found.security:
                by_symbol.setdefault(found.security.symbol, []).append(theme.name)
    forms = companies.known | {name: security.symbol for name, security in companies.listed.items()}
    for name, symbol in forms.items():
        if name not in by_name and symbol in by_symbol:
            by_name[name] = by_symbol[symbol]
    return by_name


def _themes_of(
    context: str, words: Vocabulary, tradable: tuple[str, ...], by_name: dict[str, list[str]]
) -> tuple[str, ...]:
    """The themes of an event: by its words, then by the companies it names; else the market, where it is drafted."""
    found = [theme for theme in words.themes_in(context) if theme in tradable]
    found += _named_themes(context, by_name, words)
    return tuple(dict.fromkeys(found)) or tuple(theme for theme in tradable if theme == _MARKET)


def _named_themes(text: str, by_name: dict[str, list[str]], words: Vocabulary) -> list[str]:
    found = []
    for name, themes in by_name.items():
        at = text.find(name)
        whole = at >= 0 and (holds_east_asian(name) or re.search(rf"(?<![\w&-]){re.escape(name)}(?![\w&-])", text[at:]))
        if whole and not (words.is_word(name) and is_common_there(text, at, at + len(name))):
            found += themes
    return found


def _themes_before(
    article: ReadArticle, sentence: Sentence, by_name: dict[str, list[str]], words: Vocabulary
) -> tuple[str, ...]:
    """The themes of the companies last named in the section: of three sentences before at most."""
    near = [one for one in article.sentences if one.section == sentence.section]
    at = sentence.number - 1
    for one in reversed(near[max(at - 3, 0) : at]):
        if found := _named_themes(one.text, by_name, words):
            return tuple(dict.fromkeys(found))
    return ()


_MARKET = "market"


def _stand_in(article: ReadArticle, securities: Securities) -> tuple[DraftTheme, ...]:
    """A theme of the market's own fund, where the article names nothing that can be traded: a draft is to run."""
    if "SPY" not in securities:
        return ()
    sentence = article.sentences[0]
    found = Found(Name("the market", 0, 0, "SPY"), sentence, securities["SPY"], is_proxy=True)
    return (DraftTheme(_MARKET, "The market at large", (found,), ()),)


_RANK = {"high": 0, "medium": 1, "low": 2}


def _rule(one: Happening) -> str:
    return f"{one.mention.reading.expression!r} read as {one.window}: {one.mention.reading.rule}"


def _listed(companies: Companies) -> tuple[Security, ...]:
    return tuple({security.symbol: security for security in companies.listed.values()}.values())


def _undated(sentence: Sentence, words: Vocabulary) -> list[Undated]:
    """The sentence, where a verb tells of something past or to come and no date is given."""
    verbs = [
        verb for verb in clauses_of(sentence.text[:20_000]).verbs if verb.tense not in ("modal", "unreal", "present")
    ]
    return [Undated(sentence, words.kind_of(sentence.text[:2000]) or "unknown")] if verbs else []


def _themes(
    article: ReadArticle, names: Names, companies: Companies, words: Vocabulary
) -> tuple[tuple[DraftTheme, ...], tuple[Found, ...], tuple[tuple[str, Sentence], ...]]:
    """Themes with their names, names of no theme, and themes of no name.

    A listing that no theme's words stand beside gets a theme of its own name: news of a company moves that company.
    """
    by_theme: dict[str | None, list[Found]] = {}
    first: dict[str, Sentence] = {}
    titles = dict(words.titles)
    seen: set[tuple[str | None, str | None, str]] = set()
    themed: set[str] = set()
    alone: dict[str, Found] = {}
    drafted = {security.symbol: security for security in companies.listed.values()}
    for sentence in article.sentences:
        named = _names_in(sentence, names, companies)
        texts = (sentence.label, _without(sentence.text, named), sentence.heading)
        themes = [theme for text in texts for theme in words.themes_in(text)]
        for theme in themes:
            first.setdefault(theme, sentence)
        for name in sorted(named, key=lambda name: name.start):
            security = (drafted.get(name.symbol) or names.securities[name.symbol]) if name.symbol else None
            found = Found(name, sentence, security)
            theme_name = themes[0] if themes else None
            if name.symbol and theme_name is None:
                alone.setdefault(name.symbol, found)
                continue
            key = (theme_name, name.symbol, "" if name.symbol else name.text)
            if key not in seen:
                seen.add(key)
                themed |= {name.symbol} if name.symbol else set()
                by_theme.setdefault(theme_name, []).append(found)
    for symbol, found in alone.items():
        if symbol not in themed:
            assert found.security is not None  # it has a symbol
            theme = _slug(name_key(found.security.name), {*titles, *by_theme})
            titles[theme] = found.security.name
            first.setdefault(theme, found.sentence)
            by_theme[theme] = [found]
    made = tuple(
        DraftTheme(
            theme,
            titles[theme],
            tuple(found for found in by_theme[theme] if found.security),
            tuple(found for found in by_theme[theme] if not found.security),
        )
        for theme in first
        if theme in by_theme
    )
    unnamed = tuple((theme, sentence) for theme, sentence in first.items() if theme not in by_theme)
    return made, tuple(by_theme.get(None, ())), unnamed


def _names_in(sentence: Sentence, names: Names, companies: Companies) -> list[Name]:
    """Names of companies, each place once: known listings, what the article marks, what looks like one."""
    found: list[Name] = []
    taken = bytearray(len(sentence.text))
    known = names.known_in(sentence.text)
    for name in (*known, *companies.in_sentence(sentence.text), *names.unknown_in(sentence, known)):
        if name.symbol is None and name.text in companies.tickers:
            continue  # in the brackets behind its company
        if not any(taken[name.start : name.end]):
            taken[name.start : name.end] = b"\1" * (name.end - name.start)
            found.append(name)
    return found


def _slug(name: str, taken: set[str | None]) -> str:
    """A theme's name from a company's."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "company"
    number = next(n for n in range(1, len(taken) + 2) if (base if n == 1 else f"{base}-{n}") not in taken)
    return base if number == 1 else f"{base}-{number}"


def _without(text: str, names: list[Name]) -> str:
    """The text without names: what a company is called is not what it does, nor is that of its part ("Sony Energy")."""
    for name in names:
        more = re.match(r"(?: [A-Z][\w&-]+)*", text[name.end :])
        end = name.end + (more.end() if more else 0)
        text = text[: name.start] + " " * (end - name.start) + text[end:]
    return text
