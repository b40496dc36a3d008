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
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from eventfolio.events.article.fetch import fetched
from eventfolio.events.article.stamps import Stamp, stamp_in
from eventfolio.events.article.text import Sentence, clean, script_of, sentences_of
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
    zone_assumed : whether no zone was written, and that of the language's country is taken
    """

    title: str
    author: str | None
    publisher: str | None
    published: datetime
    zone: str
    sha256: str
    text: str
    sentences: tuple[Sentence, ...]
    zone_assumed: bool = False

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
    page = fetched(source, _MOST) if is_page else None
    data = page.body if page else read_bytes(Path(source), "article", ArticleError, _MOST, pipe=True)
    name = shown(source if is_page else Path(source).name)
    given = _moment(published, "--published") if published is not None else None
    if not data.strip():
        raise ArticleError(f"{name} is empty. Give the article's text or its page.")
    if page and page.kind and not page.kind.startswith("text/") and "html" not in page.kind:
        raise ArticleError(f"{name} is {shown(page.kind)}, which is no page. Save its text and give the file.")
    charset = page.charset if page else None
    if b"\0" in data and not data.startswith(_UTF_16):
        raise ArticleError(f"{name} is not text. Give plain text in UTF-8, or HTML.")
    start = data[:4000].decode("utf-16", errors="replace").encode() if data.startswith(_UTF_16) else data[:2000]
    is_html = re.search(rb"<!doctype html|<html\b|<body\b|<article\b", start, re.IGNORECASE)
    if is_html or (page and page.kind != "text/plain"):
        return _page(data, name, given, charset)
    return _plain(data, name, given, charset)


def _plain(data: bytes, name: str, given: Stamp | None, charset: str | None) -> ReadArticle:
    text = _decoded(data, charset)
    if isinstance(text, bytes):
        raise ArticleError(f"{name} is not text in UTF-8. Save it as UTF-8.")
    _refuse_endless(text, name)
    cleaned = clean(text.replace("\r\n", " \n").replace("\r", "\n"))
    lines = list(re.finditer(r"[^\n]*[^\s][^\n]*", cleaned[:_HEADER]))
    if not lines:
        raise ArticleError(f"{name} holds no words.")
    author, moment, body = None, given, lines[0].end()
    language = script_of(cleaned[:_HEADER])
    for line in lines[1:6]:
        found = _AUTHOR.search(line[0]) if author is None and len(line[0]) < 200 else None
        stamp = _stamp_in(line[0], language) if len(line[0]) < 200 else None
        if (found is None and stamp is None) or _is_sentence(line[0]):
            break
        author = found[1].strip() if found else author
        moment = moment or stamp
        body = line.end()
    sentences = sentences_of(cleaned, body)
    if moment is None:
        raise _undated(name)
    if not sentences:
        raise ArticleError(f"{name} has a header and no text.")
    digest = hashlib.sha256(data).hexdigest()
    title = _short(_TITLED.sub("", lines[0][0]))
    return ReadArticle(title, author, None, moment.moment, moment.zone, digest, cleaned, sentences, moment.assumed)


def _is_sentence(line: str) -> bool:
    """Whether a line with a time in it is the text's first, no header: it has many words and ends in a stop."""
    return len(line.split()) > 12 and line.rstrip().endswith((".", "!", "?", '."', ".”"))


def _page(data: bytes, name: str, given: Stamp | None, charset: str | None) -> ReadArticle:
    """HTML by trafilatura; the time from what pages say for machines, since trafilatura keeps its date alone."""
    from lxml import etree
    from trafilatura import bare_extraction, load_html
    from trafilatura.settings import Document

    tree = load_html(_decoded(data, charset))
    if tree is None:
        raise ArticleError(f"{name} is not HTML that can be read.")
    moment = given or next(_stamps_of(tree, script_of(str(tree.findtext(".//title") or ""))), None)
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
    return ReadArticle(
        title, author or None, publisher or None, moment.moment, moment.zone, digest, text, sentences, moment.assumed
    )


_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def _decoded(data: bytes, declared: str | None = None) -> str | bytes:
    """The text, by its mark, its server's charset or the one it declares; bytes where it declares none that is known.

    By the WHATWG Encoding Standard ISO-8859-1 and ASCII mean windows-1252; bytes that are UTF-8 are UTF-8.

    declared : by the server, which comes before the page's own
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data.decode(codec, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    own = _CHARSET.search(data[:4096]) or _XML_ENCODING.match(data[:400])
    if declared is None and own is None:
        return data
    label = declared or (own[1].decode("ascii").lower() if own else "")
    codec = _MEANS.get(label, label)
    try:
        return data.decode(codec, errors="replace")
    except LookupError:
        return data


# Labels that mean another codec than the one Python knows by that name, or none (WHATWG Encoding Standard, 4.2).
_LABELS = {
    "cp1252": "ansi_x3.4-1968 ascii cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1"
    " iso_8859-1:1987 l1 latin1 latin-1 us-ascii x-cp1252",
    "cp1254": "csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 x-cp1254",
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "gb18030": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "cp949": "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601"
    " windows-949",
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    "mac_roman": "csmacintosh mac macintosh x-mac-roman",
    "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "iso8859-8": "iso-8859-8-i csiso88598i logical visual",
    "utf-16-le": "utf-16 unicode ucs-2 iso-10646-ucs-2 csunicode unicodefeff",
    **{f"cp{number}": f"x-cp{number}" for number in (1250, 1251, 1253, 1255, 1256, 1257, 1258)},
}
_MEANS = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}


def _stamps_of(tree: Any, language: str | None) -> Iterator[Stamp]:
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
        stamp = _stamp_in(clean(str(text))[:200], language)
        if stamp:
            yield stamp


_TITLED = re.compile(r"^\s*(?:title|headline)\s*:\s*(?=\S)", re.I)  # before a title, in a header of keys
_AUTHOR = re.compile(
    r"^\s*(?:Generated by AI Agent|By\b|Author:|Written by|Report(?:ed|ing) by)\s*:?\s*(\S[^\n|]{1,80})", re.IGNORECASE
)


def _stamp_in(line: str, language: str | None = None) -> Stamp | None:
    """As `stamp_in`.

    Raises: ArticleError for a year outside 1900 to 2100
    """
    stamp = stamp_in(line, language)
    if stamp and stamp.moment.year not in YEARS:
        raise ArticleError(
            f"The article's time {stamp.moment} lies outside {YEARS[0]} to {YEARS[-1]}. Give --published."
        )
    return stamp


def _moment(text: str, where: str) -> Stamp:
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
