"""Reads an article: plain text with a header, an HTML file, or a page by its address.

A header is a title, an author and a time with its zone ("Tuesday, Jun 17, 2025 5:55 pm ET") in the first lines. HTML
is read by trafilatura: scripts and the page around the article are dropped, nothing is run. An article without a time
of publication is refused: without it hindsight cannot be told from news.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from eventfolio.events.article.fetch import fetched
from eventfolio.events.article.text import Sentence, clean, sentences_of
from eventfolio.events.dates.period import YEARS
from eventfolio.events.errors import InputError, shown
from eventfolio.events.files import MB, read_bytes

_MOST = 5 * MB  # bytes of a file or page, its scripts included
_MOST_TEXT = 1_000_000  # characters; the longest articles have some hundred thousand
_HEADER = 4_000  # characters in which a header stands


class ArticleError(InputError):
    """An article that cannot be made into a calendar."""


@dataclass(frozen=True)
class ReadArticle:
    """An article as read.

    published : aware; zone: IANA name, in which its dates are counted
    sha256    : of the text in UTF-8, hexadecimal; of plain text that is the file's
    """

    title: str
    author: str | None
    publisher: str | None
    published: datetime
    zone: str
    sha256: str
    text: str
    sentences: tuple[Sentence, ...]

    @property
    def on(self) -> date:
        """The local date of publication."""
        return self.published.astimezone(ZoneInfo(self.zone)).date()


def read_article(source: str, published: str | None = None) -> ReadArticle:
    """Read a file or, where it starts with http:// or https://, a page.

    published : overrides the article's own time: ISO with an offset, or "Jun 17, 2025 5:55 pm ET"
    Raises    : ArticleError saying what is wrong with it; Unavailable for a page that does not come
    """
    is_page = re.match(r"https?://", source) is not None
    data = fetched(source, _MOST) if is_page else read_bytes(Path(source), "article", ArticleError, _MOST, pipe=True)
    name = shown(source if is_page else Path(source).name)
    given = _moment(published, "--published") if published is not None else None
    if not data.strip():
        raise ArticleError(f"{name} is empty. Give the article's text or its page.")
    if b"\0" in data:
        raise ArticleError(f"{name} is not text. Give plain text in UTF-8, or HTML.")
    if is_page or re.search(rb"<!doctype html|<html\b|<body\b|<article\b", data[:2000], re.IGNORECASE):
        return _page(data, name, given)
    return _plain(data, name, given)


def _plain(data: bytes, name: str, given: tuple[datetime, str] | None) -> ReadArticle:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise ArticleError(f"{name} is not text in UTF-8. Save it as UTF-8.") from None
    _refuse_endless(text, name)
    cleaned = clean(text.replace("\r\n", " \n").replace("\r", "\n"))
    lines = list(re.finditer(r"[^\n]*[^\s][^\n]*", cleaned[:_HEADER]))
    if not lines:
        raise ArticleError(f"{name} holds no words.")
    author, moment, body = None, given, lines[0].end()
    for line in lines[1:6]:
        found = _AUTHOR.search(line[0]) if author is None and len(line[0]) < 200 else None
        stamp = _stamp_in(line[0]) if len(line[0]) < 200 else None
        if found is None and stamp is None:
            break
        author = found[1].strip() if found else author
        moment = moment or stamp
        body = line.end()
    sentences = sentences_of(cleaned, body)
    if moment is None:
        raise _undated(name)
    if not sentences:
        raise ArticleError(f"{name} has a header and no text.")
    return ReadArticle(_short(lines[0][0]), author, None, *moment, hashlib.sha256(data).hexdigest(), cleaned, sentences)


def _page(data: bytes, name: str, given: tuple[datetime, str] | None) -> ReadArticle:
    """HTML by trafilatura; the time from what pages say for machines, since trafilatura keeps its date alone."""
    from lxml import etree
    from trafilatura import bare_extraction, load_html
    from trafilatura.settings import Document

    tree = load_html(data)
    if tree is None:
        raise ArticleError(f"{name} is not HTML that can be read.")
    moment = given or next(_stamps_of(tree), None)
    document = bare_extraction(tree, include_comments=False, include_tables=False, with_metadata=True)
    if not isinstance(document, Document) or document.body is None:
        raise ArticleError(f"{name} holds no article that can be told from the page around it.")
    blocks: list[str] = []
    headings: set[str] = set()
    for element in document.body.iter("head", "p", "item", "quote"):
        words = clean(" ".join("".join(element.itertext()).split())).strip()
        if words and not (
            element.tag == "p" and any(parent.tag in ("item", "quote") for parent in element.iterancestors())
        ):
            blocks.append(f"- {words}" if element.tag == "item" else words)
            headings |= {words} if element.tag == "head" else set()
    etree.clear_error_log()
    title = _short(clean(document.title or (blocks[0] if blocks else "")))
    headings.discard(title)
    text = "\n\n".join(block for block in blocks if block != title)
    _refuse_endless(text, name)
    if moment is None:
        raise _undated(name)
    sentences = sentences_of(text, 0, frozenset(headings) or frozenset({"\n"}))
    if not sentences or not title:
        raise ArticleError(f"{name} holds no text.")
    digest = hashlib.sha256(text.encode()).hexdigest()
    author = _short(clean(document.author)) if document.author else None
    publisher = _short(clean(document.sitename)) if document.sitename else None
    return ReadArticle(title, author or None, publisher or None, *moment, digest, text, sentences)


def _stamps_of(tree: Any) -> Iterator[tuple[datetime, str]]:
    """What the page says of its own publication, in the order in which it is to be believed."""
    said = tree.xpath(
        "//meta[@property='article:published_time' or @itemprop='datePublished' or @name='datePublished'"
        " or @name='pubdate' or @name='publish-date' or @name='dc.date.issued']/@content"
    )
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        found = re.search(r'"datePublished"\s*:\s*("(?:[^"\\]|\\.){1,60}")', str(script))
        said += [json.loads(found[1])] if found else []
    said += tree.xpath("//time/@datetime") + tree.xpath("//time/text()")
    for text in said:
        stamp = _stamp_in(clean(str(text))[:200])
        if stamp:
            yield stamp


_AUTHOR = re.compile(
    r"^\s*(?:Generated by AI Agent|By\b|Author:|Written by|Reported by)\s*:?\s*(\S[^\n|]{1,80})", re.IGNORECASE
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?\s?(?:Z|[+-]\d\d:?\d\d)")
_CLOCK = re.compile(
    r"((?:\d{1,2} [A-Z][a-z]{2,8}\.?|[A-Z][a-z]{2,8}\.? \d{1,2}),? ?\d{4})(?:,| at| -|,? at)? {0,2}"
    r"(\d{1,2}[:.]\d\d(?::\d\d)? ?(?:[aApP]\.?[mM]\.?)?) ?\(?([A-Z]{2,5}(?![A-Za-z])|[A-Z][a-z]+/[A-Z][A-Za-z_]+)"
)
_ZONES = {
    "America/New_York": ("ET", "EST", "EDT"),
    "America/Los_Angeles": ("PT", "PST", "PDT"),
    "UTC": ("GMT", "UTC"),
    "Europe/London": ("BST",),
    "Europe/Brussels": ("CET", "CEST"),
    "Europe/Moscow": ("MSK",),
    "Asia/Seoul": ("KST",),
    "Asia/Tokyo": ("JST",),
    "Asia/Hong_Kong": ("HKT",),
    "Asia/Singapore": ("SGT",),
}  # what may be two zones (CST, IST) is not guessed
_BY_SHORT = {short: zone for zone, shorts in _ZONES.items() for short in shorts}


def _stamp_in(line: str) -> tuple[datetime, str] | None:
    """The first time with its zone in a line, and that zone; None where there is none.

    Raises: ArticleError for a year outside 1900 to 2100
    """
    if found := _ISO.search(line):
        try:
            moment = datetime.fromisoformat(found[0].replace(" Z", "Z").replace(" +", "+").replace(" -", "-"))
        except ValueError:
            return None
        return _within_years(moment, _zone_of_offset(moment))
    found = _CLOCK.search(line)
    if found is None:
        return None
    zone = _BY_SHORT.get(found[3].upper(), found[3])
    try:
        place = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return None
    import dateparser  # only where a header gives a time

    naive = dateparser.parse(
        f"{found[1]} {found[2].replace('.', ':', 1)}", languages=["en"], settings={"PARSERS": ["absolute-time"]}
    )
    return _within_years(naive.replace(tzinfo=place), zone) if naive else None


def _zone_of_offset(moment: datetime) -> str:
    """The zone of an offset without a place: UTC, or the fixed one of whole hours (whose sign POSIX turns round)."""
    hours, rest = divmod(int((moment.utcoffset() or timedelta()).total_seconds()), 3600)
    return f"Etc/GMT{-hours:+d}" if hours and not rest and -14 <= -hours <= 12 else "UTC"


def _within_years(moment: datetime, zone: str) -> tuple[datetime, str]:
    if moment.year not in YEARS:
        raise ArticleError(f"The article's time {moment} lies outside {YEARS[0]} to {YEARS[-1]}. Give --published.")
    return datetime.fromisoformat(moment.isoformat()), zone  # with its offset and no place, as files have it


def _moment(text: str, where: str) -> tuple[datetime, str]:
    stamp = _stamp_in(text)
    if stamp is None:
        raise ArticleError(
            f"{where} '{shown(text)}' is not a time with its zone. "
            "Write 2025-06-17T17:55:00-04:00, or 'Jun 17, 2025 5:55 pm ET'."
        )
    return stamp


def _refuse_endless(text: str, name: str) -> None:
    if len(text) > _MOST_TEXT:
        raise ArticleError(f"{name} holds {len(text):,} characters of text: an article has fewer than {_MOST_TEXT:,}.")


def _undated(name: str) -> ArticleError:
    return ArticleError(
        f"{name} does not say when it was published, with a zone: its news could not be told apart from hindsight. "
        "Give --published 2025-06-17T17:55:00-04:00."
    )


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 200 else words[:199] + "…"
